"""The one spider: reads the site's pages, sizes its files, tries the links that lead elsewhere.

What an answer says is committed to the snapshot in one transaction, and the frontier
is told what that made pending.
"""

from __future__ import annotations

import asyncio
import logging
import math
import secrets
import sqlite3
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from aiohttp import hdrs
from multidict import istr
from scrapy import Request, Spider, signals
from scrapy.exceptions import DontCloseSpider

from crawler.attachments import AttachmentReader
from crawler.conclusion import conclude
from crawler.download import Download, Transfer, header, readable
from crawler.extract.version import reading_version
from crawler.frontier import Frontier, HostQueue
from crawler.job import CrawlJob, CrawlOutcome, Ended, program_version
from crawler.middlewares.addresses import AddressGuard
from crawler.middlewares.robots import RobotsDisallowedError
from crawler.outcomes import (
    explain,
    is_challenge,
    retry_after,
    status_outcome,
    status_reason,
    utc_now,
    wants_second_probe,
)
from crawler.pages import PageReader, UnreadableError
from crawler.rendering.limits import Limits
from crawler.rendering.stage import Rendering
from crawler.revisit import Answer, Revisits, confirmed_fetch
from crawler.snapshot.heads import load_head
from crawler.snapshot.reader import SnapshotReader
from crawler.snapshot.records import Fetch, PageRecord, Reading
from crawler.snapshot.writer import SnapshotWriter, Stored, Waiting
from crawler.spiders.closed import ClosedPolicy
from crawler.spiders.features import FeatureTrial
from crawler.spiders.links import (
    NO_NETWORK_REASON,
    SILENT_HOST_REASON,
    TIMEOUTS_FOR_SILENCE,
    FoundLinks,
    LinkPolicy,
    Outside,
    small_record,
)
from crawler.spiders.probes import plan_probes
from crawler.urls import AddressError, Scope, canonical, host_of

if TYPE_CHECKING:
    from typing import Self

    from multidict import CIMultiDictProxy
    from scrapy.crawler import Crawler

    from crawler.downloader import Downloader

PROBES = 2
FAILURES_FOR_CHECK = 6
CHECKS = 4
CHECK_SECONDS = 60.0
# answers so close to each other are committed together: it costs a quarter less
GATHER_SECONDS = 0.05

VALIDATORS = ("etag", "last-modified")
_KEPT_HEADERS = tuple(map(istr, ("last-modified", "etag", "location", "content-disposition", "retry-after")))

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked: an address, of which host, what an earlier run has of it, whether only if that has changed."""

    waiting: Waiting
    host: HostQueue
    stored: Stored | None
    conditional: bool


class SiteSpider(Spider):
    """Crawls one site into one snapshot, as its job says.

    ``job`` is a CrawlJob or the path of a file that holds one as JSON (``scrapy crawl site -a job=…``).
    ``ended`` is set while running where the crawl ends otherwise than by having nothing left to ask.
    """

    name = "site"
    frontier: Frontier

    def __init__(self, job: CrawlJob | str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.job = CrawlJob.from_json(Path(job).read_text("utf-8")) if isinstance(job, str) else job
        self.start_urls = [canonical(url) for url in self.job.start]
        self.scope = Scope.of([*self.job.hosts, *(host_of(url) for url in self.start_urls)])
        self.writer = SnapshotWriter(self.job.snapshot, busy_seconds=self.job.busy_seconds)
        self.policy = self._policy()
        self.reader = PageReader(self.job.read_timeout_seconds)
        self.attachments = AttachmentReader(self.writer.is_file_read, self.job.read_file_timeout_seconds)
        self.ended: Ended | None = None
        self.failure: Exception | None = None
        self.outcome: CrawlOutcome | None = None
        self._reason = ""
        self._outside = Outside(self.writer.outside())
        self._cookies: dict[str, dict[str, str]] = {}
        self._cookie_tried: set[str] = set()
        self._probed = False
        self._unchanged = 0
        self.rendering: Rendering
        self.features: FeatureTrial
        self._began()

    def _policy(self) -> LinkPolicy:
        guard, knows, external = AddressGuard(self.writer.queries()), self.writer.knows, self.job.check_external_links
        if not self.job.again:
            return LinkPolicy(self.scope, guard, knows, check_external=external)
        return ClosedPolicy(
            self.scope, guard, knows, check_external=external, again=self.job.again, most=self.job.most_new,
            linked_before=self.writer.linked_before,
        )

    def _began(self) -> None:
        with self.writer.transaction():
            known = dict(self.writer.notes(""))
            version = reading_version()
            # a run gone on with by another program holds readings of both, and none can be trusted later
            mixed = known.get("reading_version", version) != version
            files = self.job.max_read_file_bytes if self.job.read_attachments != "never" else None
            self.revisits = Revisits(
                self.writer, same_reading=known.get("inherited_version") == version,
                same_files=known.get("inherited_files") == files,
            )
            if self.job.again:
                # a second look at some addresses changes no fact of the run they belong to
                self.writer.set_meta(reading_version="mixed" if mixed else version)
                return
            self.writer.set_meta(
                site=self.job.site, start=self.start_urls, hosts=sorted(self.scope.hosts),
                run_id=known.get("run_id") or f"{time.strftime('%Y%m%d%H%M%S')}-{secrets.token_hex(3)}",
                started=known.get("started") or utc_now(), finished=None, ended=None,
                user_agent=self.job.user_agent, version=program_version(),
                render_javascript=self.job.render_javascript,
                max_read_file_bytes=files,
                reading_version="mixed" if mixed else version,
                **self.job.meta,
            )
            for url in self.start_urls:
                self.writer.add_url(url, "page")
            for root in dict.fromkeys(urljoin(url, "/sitemap.xml") for url in self.start_urls):
                self.writer.add_url(root, "sitemap")

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Build from the crawler, as Scrapy does."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        limits = Limits.of({**crawler.settings.getdict("RENDERING"), **spider.job.rendering})
        spider.rendering = Rendering(spider, limits, spider._give_up)
        spider.features = FeatureTrial(spider, spider._give_up)
        crawler.signals.connect(spider.when_idle, signals.spider_idle)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Yield nothing: the start addresses wait in the snapshot like all others."""
        if not self.writer.inheriting:
            # a night on which nothing changed needs no reader at all
            self.reader.warm()
        loop = asyncio.get_running_loop()
        self.writer.gather(lambda: loop.call_later(GATHER_SECONDS, self.flush), self.frontier.committed)
        return
        yield

    def flush(self) -> None:
        """Commit what was gathered."""
        try:
            self.writer.flush()
        except sqlite3.Error as error:
            self._give_up(error)

    # -- answers --------------------------------------------------------------------------------------------

    async def ask(self, waiting: Waiting, host: HostQueue) -> None:
        """Ask for an address and record what comes of it."""
        assert self.crawler.engine is not None
        downloader: Downloader = self.crawler.engine.downloader  # type: ignore[assignment]
        try:
            stored, conditions = self._known_of(waiting)
            download = await downloader.ask(
                waiting.url, waiting.role, host, cookie=self.cookie_for(host.name), headers=conditions,
            )
        except Exception as error:
            self._failed(error, waiting, host)
        else:
            with self.frontier.holding(download.body):
                await self._answered(download, Asked(waiting, host, stored, conditional=bool(conditions)))

    def _known_of(self, waiting: Waiting) -> tuple[Stored | None, dict[str, str] | None]:
        """Return what an earlier run has of an address, and the headers that ask only whether it changed."""
        stored = self.revisits.stored(waiting)
        return stored, self.revisits.conditions(waiting, stored, time.time()) if stored else None

    async def _answered(self, download: Download, asked: Asked) -> None:
        """Record an answer.

        Other answers are handled while this one's page is read; what follows from reading it is not interrupted.
        """
        waiting, host = asked.waiting, asked.host
        host.answered, host.last_answer, host.failures = True, waiting.url, 0
        if not host.own:
            self._outside.note(host.name, answered=True)
        recorded = False
        try:
            try:
                recorded = self.failure is None and await self._take(download, asked)
            except sqlite3.Error:
                raise
            except Exception:
                logger.exception("cannot handle the answer of %s", waiting.url)
                fault = "本程序处理此应答时出错，未能核实"
                self._save(waiting, Fetch(outcome="not-fetched", status=download.status, reason=fault, attempts=0))
                recorded = True
        except sqlite3.Error as error:
            self._give_up(error)
        finally:
            self.frontier.settled(host, recorded=recorded)

    async def _take(self, download: Download, asked: Asked) -> bool:
        waiting, host, transfer = asked.waiting, asked.host, download.transfer
        if 300 <= download.status < 400 and download.status != 304 and hdrs.LOCATION in download.headers:
            return self._redirected(download, waiting, host)
        handled = await self._revisited(download, asked)
        if handled is not None:
            return handled
        pause = self._pause_asked(download, host)
        fetch = self._fetch_of(download, waiting)
        fetch.outcome = status_outcome(download.status)
        if fetch.outcome != "ok":
            fetch.reason = status_reason(download.status)
        if is_challenge(download.status, download.body):
            fetch.outcome, fetch.reason = "blocked", "服务器只返回要求浏览器执行脚本的验证页（反爬虫）"
        elif transfer.broken and not transfer.size:
            fetch.outcome, fetch.reason = "network", "应答没有传完就断开"
            if download.headers.get("Content-Encoding"):
                fetch.outcome, fetch.reason = "protocol", "应答的压缩数据损坏，无法解开"
        elif transfer.broken and fetch.outcome == "ok":
            fetch.reason = "应答没有传完，按收到的部分读取"
        elif transfer.surplus and fetch.outcome == "ok":
            fetch.reason = "应答比它声明的长度（Content-Length）长，与浏览器一样只读到声明处"
        if self._is_doubtful(download.status, waiting, transfer):
            delay = self.job.retry_delay_seconds if pause is None else pause
            if self._ask_again(waiting, delay, fetch):
                return False
        return await self._record(waiting, fetch, download.body, transfer)

    @staticmethod
    def _is_doubtful(status: int, waiting: Waiting, transfer: Transfer) -> bool:
        """Whether an answer counts only when it comes a second time; on what no page links to nothing hangs."""
        if waiting.role in ("probe", "sitemap") and 400 <= status < 500 and not transfer.broken:
            return False
        return transfer.broken or wants_second_probe(status)

    async def _revisited(self, download: Download, asked: Asked) -> bool | None:
        """Take an answer as one to the question whether something changed.

        Returns whether it is recorded now, None where it is to be handled like any other.
        """
        waiting, stored, transfer = asked.waiting, asked.stored, download.transfer
        if stored is None and download.status != 304:
            return None
        verdict = self.revisits.judge(waiting, stored, Answer(
            download.status, transfer.size, transfer.sha256, header(download.headers, hdrs.CONTENT_TYPE),
            whole=transfer.whole and not transfer.broken,
        ), conditional=asked.conditional)
        if verdict == "ask-plainly" and self.revisits.ask_plainly(waiting.url):
            now = self.frontier.now()
            self.frontier.queues.retry(waiting, now, now)
            if transfer.stored is not None:
                transfer.stored.close()
            return False
        if stored is None or verdict in ("changed", "ask-plainly"):
            return None
        fresh = {name: value for name, value in _kept_headers(download.headers).items() if name in VALIDATORS}
        fetch = confirmed_fetch(stored, waiting, time.time(), fresh, transfer.certificate)
        if verdict == "reread":
            body = SnapshotReader(self.writer.path, db=self.writer.db).body(waiting.url) or b""
            head = load_head(self.writer.db, waiting.url) or b""
            await self._record(waiting, fetch, body, Transfer(html=True, readable=True, head=head))
            return True
        self._unchanged += 1
        self.frontier.added(self.writer.confirm(
            waiting.url, fetch, lambda url, role: self.policy.admit_again(url, role, waiting.depth + 1),
            depth=waiting.depth, received=download.status != 304,
        ))
        return True

    def _pause_asked(self, download: Download, host: HostQueue) -> float | None:
        if download.status not in (429, 503):
            return None
        seconds = retry_after(
            header(download.headers, "Retry-After"), time.time(), self.job.retry_after_limit_seconds,
        )
        if seconds:
            self.frontier.queues.hold(host, self.frontier.now() + seconds)
        return seconds

    def _fetch_of(self, download: Download, waiting: Waiting) -> Fetch:
        transfer = download.transfer
        headers = _kept_headers(download.headers)
        if transfer.certificate:
            headers["certificate-fault"] = transfer.certificate
        if transfer.first and (waiting.role == "file" or not transfer.html):
            headers["first-bytes"] = transfer.first.hex()
        if transfer.broken and (announced := header(download.headers, "Content-Length")):
            headers["content-length"] = announced
        content_type = header(download.headers, hdrs.CONTENT_TYPE)
        return Fetch(
            outcome="ok", status=download.status, attempts=waiting.attempts + 1, fetched_at=time.time(),
            bytes=transfer.size, sha256=transfer.sha256, content_type=content_type, headers=headers,
        )

    async def _record(self, waiting: Waiting, fetch: Fetch, body: bytes, transfer: Transfer) -> bool:
        """Commit an answer that is no redirect, reading it where it is a page; False where it is asked again."""
        reading: Reading | None = None
        kept: bytes | None = None
        found = FoundLinks()
        if fetch.outcome == "ok" and body and waiting.role == "sitemap":
            named = await self._read(waiting.url, body, fetch)
            found = self.policy.links_of(_naming(named), waiting.url, waiting.depth)
        elif fetch.outcome == "ok" and body:
            if waiting.role == "page" and transfer.readable:
                reading, kept = await self._read(waiting.url, body, fetch), body
                found = self.policy.links_of(reading, waiting.url, waiting.depth)
            elif transfer.html:
                reading = Reading(record=small_record((await self._read(waiting.url, body, fetch)).record))
            # an error page may be one of the moment, whatever its status
            doubtful = reading is not None and reading.record.error_page and waiting.role != "probe"
            if doubtful and self._ask_again(waiting, self.job.retry_delay_seconds, fetch):
                return False
        file = await self.attachments.read(fetch, transfer)
        with self.writer.transaction():
            added = self.writer.save(
                waiting.url, fetch, body=kept, reading=reading, runs=found.runs, role=waiting.role,
                depth=waiting.depth, hops=waiting.hops, unfetched=found.unfetched, file=file,
                head=transfer.head if kept is not None else None,
            )
            if reading is not None and kept is not None and transfer.html:
                self.rendering.plan(waiting.url, reading, kept)
            for url in found.again:
                added += self.writer.ask_again(url)
        self.frontier.added(added)
        return True

    async def _read(self, url: str, body: bytes, fetch: Fetch) -> Reading:
        try:
            return await self.reader.read(body, url, fetch.content_type)
        except UnreadableError as error:
            fetch.reason = str(error)
            return Reading(record=PageRecord())

    # -- redirects ------------------------------------------------------------------------------------------

    def _redirected(self, download: Download, waiting: Waiting, host: HostQueue) -> bool:
        fetch = self._fetch_of(download, waiting)
        location = header(download.headers, "Location") or ""
        try:
            target = canonical(location, waiting.url)
        except AddressError:
            fetch.outcome, fetch.reason = "http-error", f"服务器返回 {download.status}，但跳转目标不是可用的网址"
            self._save(waiting, fetch)
            return True
        if target == waiting.url:
            return self._sent_back(download, waiting, host, fetch)
        fetch.outcome, fetch.redirect_to = "redirect", target
        role: str = "page"
        ask = False
        unfetched: dict[str, Fetch] = {}
        if not self.writer.knows(target):
            role, ask, answer = self.policy.admit(target, waiting.depth + 1, waiting.hops + 1)
            if answer is not None:
                unfetched[target] = answer
            elif waiting.role in ("probe", "sitemap"):
                # where a host sends what does not exist is no address of the site
                role, ask = waiting.role, ask and (waiting.role == "probe" or role in ("page", "file"))
        with self.writer.transaction():
            added = self.writer.save(
                waiting.url, fetch, links=[(target, "redirect", "", role, ask)], role=waiting.role,
                depth=waiting.depth, hops=waiting.hops, unfetched=unfetched,
            )
            if isinstance(self.policy, ClosedPolicy) and waiting.role not in ("probe", "sitemap"):
                self.policy.follow(waiting.url, target)
                added += self.writer.ask_again(target)
        self.frontier.added(added)
        return True

    def _sent_back(self, download: Download, waiting: Waiting, host: HostQueue, fetch: Fetch) -> bool:
        """Handle a redirect to the address itself: a gate that wants its cookie back, or a loop, if it comes again."""
        jar = self._cookies.setdefault(host.name, {})
        jar.update(_cookies(download.headers))
        if waiting.url not in self._cookie_tried:
            self._cookie_tried.add(waiting.url)
            now = self.frontier.now()
            self.frontier.queues.retry(waiting, now, now)
            return False
        fetch.outcome, fetch.redirect_to = "blocked", waiting.url
        fetch.attempts += 1
        fetch.reason = f"服务器返回 {download.status}，反复跳转到同一地址"
        self._save(waiting, fetch)
        return True

    def name_sitemaps(self, urls: list[str]) -> None:
        """Let the sitemaps wait that a host's robots.txt names, those of the site itself."""
        if self.job.again:
            return
        with self.writer.transaction():
            added = []
            for url in urls:
                if self.scope.role(url) in ("page", "file") and not self.writer.knows(url):
                    self.writer.add_url(url, "sitemap")
                    added.append(self.writer.waiting_for(url))
        self.frontier.added(added)

    def cookie_for(self, host: str) -> str | None:
        """Return the Cookie header a host's gate demanded, None where it has none."""
        jar = self._cookies.get(host)
        return "; ".join(f"{name}={value}" for name, value in jar.items()) if jar else None

    # -- no answer ------------------------------------------------------------------------------------------

    def _failed(self, error: BaseException, waiting: Waiting, host: HostQueue) -> None:
        recorded = False
        try:
            recorded = self.failure is None and self._missed(error, waiting, host)
        except sqlite3.Error as fault:
            self._give_up(fault)
        finally:
            self.frontier.settled(host, recorded=recorded)

    def _missed(self, error: BaseException, waiting: Waiting, host: HostQueue) -> bool:
        if isinstance(error, RobotsDisallowedError):
            self._save(waiting, Fetch(outcome="robots", reason="robots.txt 不允许抓取", attempts=0))
            return True
        if isinstance(error, sqlite3.Error):
            # keeping the host's robots.txt failed, not the host
            raise error
        fault = explain(error, self.job.timeout_seconds)
        fetch = Fetch(outcome=fault.outcome, reason=fault.reason, attempts=waiting.attempts + 1, fetched_at=time.time())
        if fault.final:
            self._save(waiting, fetch)
            return True
        host.failures += 1
        if host.checked or (host.own and host.last_answer and host.failures >= FAILURES_FOR_CHECK):
            # while it is open whether the host is there at all, no address is to blame
            now = self.frontier.now()
            self.frontier.queues.retry(waiting, now, now)
            if not host.checked:
                self._check(host)
            return False
        if not host.own and fault.unreached:
            self._outside.note(host.name, answered=False)
        if not self._outside.no_network and self._ask_again(waiting, self.job.retry_delay_seconds, fetch):
            if not host.answered:
                self.frontier.queues.hold(host, self.frontier.now() + self.job.retry_delay_seconds)
            return False
        self._save(waiting, fetch)
        self._give_up_host(waiting, host, fetch, unreached=fault.unreached)
        return True

    def _give_up_host(self, waiting: Waiting, host: HostQueue, fetch: Fetch, *, unreached: bool) -> None:
        """Record a host's other addresses without asking, where asking could only end the same."""
        if self._outside.no_network:
            for other in self.frontier.queues.hosts():
                if not other.own:
                    self._record_all(other, Fetch(outcome="not-fetched", reason=NO_NETWORK_REASON, attempts=0))
            return
        if host.answered:
            return
        if unreached:
            scheme = "" if fetch.outcome == "dns" else waiting.url.split(":", 1)[0] + ":"
            self._record_all(host, fetch, scheme)
        elif fetch.outcome == "timeout":
            host.timeouts += 1
            if host.timeouts >= TIMEOUTS_FOR_SILENCE:
                self._record_all(host, Fetch(outcome="not-fetched", reason=SILENT_HOST_REASON, attempts=0))

    def _record_all(self, host: HostQueue, fetch: Fetch, prefix: str = "") -> None:
        with self.writer.transaction():
            for waiting in self.frontier.queues.drain(host, prefix):
                self._save(waiting, fetch)
                self.frontier.done += 1

    def _ask_again(self, waiting: Waiting, delay: float, fetch: Fetch) -> bool:
        """Let an address wait for its next probe, ``fetch`` standing until then; False where it has had them all."""
        if waiting.attempts + 1 >= PROBES:
            return False
        self.writer.postpone(waiting.url, time.time() + delay, fetch)
        now = self.frontier.now()
        self.frontier.queues.retry(replace(waiting, attempts=waiting.attempts + 1), now, now + delay)
        return True

    def _save(self, waiting: Waiting, fetch: Fetch) -> None:
        self.writer.save(waiting.url, fetch, role=waiting.role, depth=waiting.depth, hops=waiting.hops)

    # -- is the site still there? ---------------------------------------------------------------------------

    def _check(self, host: HostQueue) -> None:
        host.checked = True
        self.frontier.queues.hold(host, math.inf)
        self._checking = asyncio.ensure_future(self._still_there(host))

    async def _still_there(self, host: HostQueue) -> None:
        """Ask for an address that was answered before; stop the crawl where that fails again and again."""
        assert self.crawler.engine is not None
        delay = self.job.retry_delay_seconds
        for _ in range(CHECKS):
            try:
                await self.crawler.engine.download_async(Request(str(host.last_answer), meta={
                    "verbatim_url": True, "role": "robots",
                    "cookie": self.cookie_for(host.name),
                }))
            except Exception:
                await asyncio.sleep(min(delay, CHECK_SECONDS))
                delay *= 2
            else:
                host.failures, host.checked = 0, False
                self.frontier.queues.release(host)
                self.frontier.wake()
                return
        self.stop("unreachable", f"抓取中途网站 {host.name} 不再应答，已抓取的都已保存，再次运行即接着做")

    # -- the end --------------------------------------------------------------------------------------------

    def when_idle(self) -> None:
        """Once nothing waits: render what needs it, ask for what cannot exist, try the search; then let it end."""
        if self.ended is not None:
            return
        try:
            if self.rendering.busy or self.rendering.begin():
                raise DontCloseSpider
            if not self._probed:
                self._probed = True
                self._ask_probes()
            if self.features.busy or (self.job.try_features and self.features.begin()):
                raise DontCloseSpider
        except sqlite3.Error as error:
            self._give_up(error)

    def _ask_probes(self) -> None:
        hosts = {host_of(url) for url in self.job.again}
        answers = (answer for answer in self.writer.answers() if not hosts or answer[0] in hosts)
        probes = plan_probes(answers, self.scope.hosts, external=self.job.check_external_links)
        with self.writer.transaction():
            added = [waiting for url in probes if (waiting := self.writer.add_probe(host_of(url), url))]
        if added:
            self.frontier.added(added)
            asyncio.get_running_loop().call_soon(self.frontier.wake)
            raise DontCloseSpider

    async def closed(self, reason: str) -> None:
        """Conclude when Scrapy has closed the spider."""
        self.features.cancel()
        await self.frontier.wait()
        await self.rendering.close()
        await self.reader.close()
        await self.attachments.close()
        if self.failure is None:
            try:
                self.conclude()
            except sqlite3.Error as error:
                self.failure = error

    def conclude(self) -> CrawlOutcome:
        """Write the run's facts and make the snapshot ready to be read; nothing may follow."""
        if self.outcome is None:
            ended = self.ended or ("limit" if self.frontier.queues.pages else "finished")
            if self.job.again:
                return self._conclude_again(ended)
            if ended != "interrupted":
                self._level_unreached()
                self.writer.finish()
            if (known := dict(self.writer.notes(""))).get("previous"):
                self.writer.set_meta(unchanged=self._unchanged + int(str(known.get("unchanged", 0))))
            outcome = conclude(self.writer, self.scope, self.start_urls, ended, self._reason)
            self.writer.set_meta(
                finished=utc_now(), ended=outcome.ended, counts=dict(outcome.counts), reason=outcome.reason,
            )
            self.writer.close()
            self.outcome = outcome
        return self.outcome

    def _conclude_again(self, ended: Ended) -> CrawlOutcome:
        """End the second look at some addresses: the facts of the run they belong to stay as they are."""
        self.writer.finish_again()
        self.writer.close()
        self.outcome = CrawlOutcome(ended, self._reason, {"fetched": self.frontier.done})
        return self.outcome

    def _level_unreached(self) -> None:
        """Where no other host could be reached, say the same of each, whichever was asked first."""
        if self._outside.no_network:
            fetch = Fetch(outcome="not-fetched", reason=NO_NETWORK_REASON, attempts=0)
            with self.writer.transaction():
                for url in self.writer.asked("external"):
                    self._save(self.writer.waiting_for(url), fetch)

    def stop(self, ended: Ended, reason: str = "") -> None:
        """End the crawl as soon as what is under way has been recorded."""
        if self.ended is None:
            self.ended, self._reason = ended, reason
        self.frontier.stop()
        self.features.cancel()
        self.rendering.cancel()
        engine = self.crawler.engine
        if engine is not None and engine.spider is not None:
            self._closing = asyncio.ensure_future(engine.close_spider_async(reason=ended))

    def _give_up(self, error: Exception) -> None:
        """Stop because the snapshot cannot be written."""
        self.failure = self.failure or error
        self.stop("interrupted")


def _naming(reading: Reading) -> Reading:
    """Return what a sitemap or feed names, and nothing else that was answered in its place."""
    return Reading(record=PageRecord(), links=[link for link in reading.links if link.element in ("sitemap", "feed")])


def _kept_headers(headers: CIMultiDictProxy[str]) -> dict[str, str]:
    kept = {}
    for name in _KEPT_HEADERS:
        if name in headers and (value := header(headers, name)):
            kept[str(name)] = value[:1000]
    if hdrs.SET_COOKIE in headers and (cookies := _cookies(headers)):
        kept["set-cookie"] = " ".join(cookies)[:1000]
    return kept


def _cookies(headers: CIMultiDictProxy[str]) -> dict[str, str]:
    cookies: dict[str, str] = {}
    for value in headers.getall("Set-Cookie", ()):
        jar: SimpleCookie = SimpleCookie()
        try:
            jar.load(readable(value))
        except CookieError:
            continue
        cookies.update({name: morsel.coded_value for name, morsel in jar.items()})
    return cookies
