"""Rendering as a part of the crawl: once nothing else waits, the planned pages are rendered and recorded.

What a rendered page links to joins the frontier, the crawl goes on, and what it then finds may be rendered in turn.
A rendering is recorded in one transaction with all that follows from it; one that was under way when the crawl was
killed is done again.
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from scrapy import Request

from crawler.outcomes import is_challenge, status_outcome, status_reason
from crawler.pages import UnreadableError
from crawler.rendering.chromium import BrowserGoneError, Chromium, find_chromium, why_absent
from crawler.rendering.gate import Answer, Gate, Part
from crawler.rendering.limits import Limits
from crawler.rendering.merge import Fetched, merged
from crawler.rendering.page import Rendered, page_through, render
from crawler.rendering.plan import LIST, TABLE, why_render
from crawler.snapshot.records import Fetch, Link, PageRecord, Reading, Render
from crawler.snapshot.writer import Waiting
from crawler.urls import host_of

if TYPE_CHECKING:
    from crawler.download import Download
    from crawler.spiders.site import SiteSpider

# a page is given the time that pacing takes for so many requests besides its own
_REQUESTS_FORESEEN = 20
_MOST_DELAY = 5.0
_CLOSE_SECONDS = 12.0
# for starting the browser, and for reading what came
_SLACK_SECONDS = 60.0
_FEW_CHARACTERS = 160

logger = logging.getLogger(__name__)


class Rendering:
    """The spider's renderings. ``plan`` notes a page, ``begin`` starts what is planned, ``busy`` while it runs.

    ``give_up`` is told where the snapshot cannot be written.
    """

    def __init__(self, spider: SiteSpider, limits: Limits, give_up: Callable[[Exception], None]) -> None:
        self._spider = spider
        self._give_up = give_up
        self._limits = limits
        self._chromium: Chromium | None = None
        self._kept: dict[str, Answer] = {}
        self._places: dict[str, asyncio.Semaphore] = {}
        self._task: asyncio.Task[None] | None = None
        self._timeouts = 0
        self._tables = 0
        self._done = 0 if spider.job.again else len(spider.writer.renders("ok", "partial", "timeout", "failed"))

    @property
    def busy(self) -> bool:
        """Whether pages are being rendered."""
        return self._task is not None and not self._task.done()

    def plan(self, url: str, reading: Reading, body: bytes) -> None:
        """Note a page for rendering where it needs it; called within the transaction that records it."""
        why = why_render(self._spider.job.render_javascript, reading, body)
        if why is not None:
            self._spider.writer.plan_render(url, why)

    def begin(self) -> bool:
        """Start rendering what is planned; whether there is anything to be waited for."""
        planned = self._wanted()
        if not planned:
            return False
        absent = why_absent()
        if absent is not None:
            self._record_all(planned, "absent", absent)
            return False
        self._task = asyncio.ensure_future(self._run(planned))
        return True

    def _wanted(self) -> list[tuple[str, str]]:
        """Return what is to be rendered: planned, and not told meanwhile by pages that need no browser."""
        writer = self._spider.writer
        planned = writer.renders("planned", "absent") if why_absent() is None else writer.renders("planned")
        wanted = []
        for url, why in planned:
            record = writer.record_of(url)
            if record is None or (why == LIST and self._is_told(record)):
                self._record(url, why, "unneeded", "")
            else:
                wanted.append((url, why))
        return wanted

    def _is_told(self, record: PageRecord) -> bool:
        """Whether the further pages of a list without rows have been read, and have rows."""
        listing = record.listing
        if listing is None or listing.items:
            return False
        pages = (self._spider.writer.record_of(url) for url in listing.next_pages)
        return any(page is not None and page.listing is not None and page.listing.items for page in pages)

    async def _run(self, planned: list[tuple[str, str]]) -> None:
        # lists lead on to further pages, tables only tell of their own
        queue = deque(sorted(planned, key=lambda one: one[1] == TABLE))
        again: deque[tuple[str, str]] = deque()
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(self._limits.at_once, len(planned))):
                    group.create_task(self._work(queue, again))
            # which of the pages open together broke the browser shows when each is opened alone
            await self._work(again, None)
        except* BrowserGoneError as gone:
            # no browser ever started: what was planned counts as seen without one
            self._record_all(self._spider.writer.renders("planned"), "failed", str(_first(gone)))
        except* sqlite3.Error as failures:
            self._give_up(_first(failures))
        finally:
            asyncio.get_running_loop().call_soon(self._spider.frontier.wake)

    async def _work(self, queue: deque[tuple[str, str]], again: deque[tuple[str, str]] | None) -> None:
        while queue:
            url, why = queue.popleft()
            if self._done >= self._limits.pages:
                self._record(url, why, "skipped", f"本次已渲染 {self._done} 个页面，达到上限")
            elif why == TABLE and self._tables >= self._limits.tables:
                self._record(url, why, "skipped", f"本次已为信息公开表渲染 {self._tables} 个页面，达到上限")
            elif self._timeouts >= self._limits.timeouts:
                self._record(url, why, "skipped", f"连续 {self._timeouts} 个页面渲染超时，其余未再渲染")
            else:
                self._done += again is not None
                self._tables += again is not None and why == TABLE
                await self._one(url, why, again)

    # -- one page -------------------------------------------------------------------------------------------

    async def _one(self, url: str, why: str, again: deque[tuple[str, str]] | None) -> None:
        writer = self._spider.writer
        body = writer.body_of(url)
        if body is None:
            self._record(url, why, "failed", "页面没有保存，无法渲染")
            return
        raw = await self._read(body, url, writer.content_type_of(url) or "")
        began = time.monotonic()
        try:
            rendered = await self._render(url, body, raw.record.charset)
        except BrowserGoneError as gone:
            if self._chromium is None or not self._chromium.started:
                raise
            if again is not None:
                again.append((url, why))
                return
            rendered = Rendered(outcome="failed", reason=str(gone))
        self._timeouts = self._timeouts + 1 if rendered.outcome == "timeout" else 0
        render = Render(
            why=why, outcome=rendered.outcome, reason=rendered.reason, seconds=round(time.monotonic() - began, 3),
            rendered_at=time.time(),
        )
        if rendered.readings:
            self._save(url, render, rendered, raw, await self._lists(rendered))
        else:
            if rendered.outcome == "timeout" and rendered.doubts:
                render.reason += f"（{'；'.join(rendered.doubts)}）"
            writer.save_render(url, render)

    async def _render(self, url: str, body: bytes, charset: str | None) -> Rendered:
        limits = dataclasses.replace(
            self._limits, page_seconds=self._limits.page_seconds + _REQUESTS_FORESEEN * self._pace(url),
        )
        gate = Gate(
            url, body, charset, scope=self._spider.scope, fetch=self._fetch, limits=limits, kept=self._kept,
            external=self._spider.job.check_external_links,
        )
        browser = self._browser()
        try:
            async with asyncio.timeout(limits.page_seconds + limits.list_seconds + _SLACK_SECONDS):
                async with browser.context() as context:
                    rendered = await render(context, url, gate, limits, self._read)
                    if _may_go_on(rendered) and not _names_more(await self._lists(rendered)):
                        await page_through(context, url, gate, limits, self._read, rendered)
                    return rendered
        except TimeoutError:
            browser.kill("浏览器没有反应")
            raise BrowserGoneError("浏览器没有反应") from None
        finally:
            gate.close()

    def _browser(self) -> Chromium:
        if self._chromium is None:
            self._chromium = Chromium(find_chromium() or "", self._limits, self._spider.job.user_agent)
        return self._chromium

    def _pace(self, url: str) -> float:
        return min(self._spider.frontier.queues.host(host_of(url)).delay, _MOST_DELAY)

    async def _fetch(self, url: str, kind: Part, headers: Mapping[str, str]) -> Answer:
        """Ask for a part of a page through the crawl's own downloader: its guards, its pace, its robots.txt."""
        engine = self._spider.crawler.engine
        assert engine is not None
        host = self._spider.frontier.queues.host(host_of(url))
        cookies = "; ".join(filter(None, (self._spider.cookie_for(host.name), headers.get("cookie"))))
        request = Request(url, meta={
            "verbatim_url": True, "role": kind, "host": host, "cookie": cookies or None,
            "headers": {name: value for name, value in headers.items() if name != "cookie"},
        })
        async with self._places.setdefault(host.name, asyncio.Semaphore(max(host.limit, 2))):
            await self._spider.frontier.in_turn(host)
            await engine.download_async(request)
        download: Download = request.meta["download"]
        transfer = download.transfer
        given = {
            name.lower(): "\n".join(download.headers.getall(name)).encode("utf-8", "surrogateescape").decode(
                "utf-8", "replace",
            )
            for name in download.headers
        }
        fetch = Fetch(
            outcome=status_outcome(download.status), status=download.status, fetched_at=time.time(),
            bytes=transfer.size, sha256=transfer.sha256, content_type=given.get("content-type"),
        )
        if fetch.outcome != "ok":
            fetch.reason = status_reason(download.status)
        elif is_challenge(download.status, download.body):
            fetch.outcome, fetch.reason = "blocked", "服务器只返回要求浏览器执行脚本的验证页（反爬虫）"
        return Answer(fetch, download.body, given)

    async def _read(self, body: bytes, url: str, content_type: str) -> Reading:
        try:
            return await self._spider.reader.read(body, url, content_type)
        except UnreadableError:
            return Reading(record=PageRecord())

    async def _lists(self, rendered: Rendered) -> list[Fetched]:
        """Return the lists among the data a page fetched."""
        lists = []
        for data in {data.url: data for data in rendered.data}.values():
            reading = await self._read(data.answer.body, data.url, data.answer.fetch.content_type or "")
            if reading.record.listing is not None and reading.record.listing.items:
                reading.record.page_kind = "fragment"
                lists.append(Fetched(data.url, reading))
        return lists

    # -- records --------------------------------------------------------------------------------------------

    def _save(self, url: str, render: Render, rendered: Rendered, raw: Reading, told: list[Fetched]) -> None:
        """Record a rendered page, the data that tell its list, and what both link to."""
        spider = self._spider
        sure = rendered.outcome == "ok" and not _doubts(rendered)
        reading, chosen = merged(raw, rendered.readings, told, sure=sure)
        if reading.record.listing is not None and not rendered.open and rendered.outcome == "ok":
            reading.record.listing.unreachable_pages = False
        _send_on(reading, rendered)
        _judge(render, rendered, reading, chosen)
        depth = spider.writer.waiting_for(url).depth
        answers = {data.url: data.answer for data in rendered.data}
        added: list[Waiting] = []
        with spider.writer.transaction():
            for one in chosen:
                added += self._save_data(one, answers[one.url], depth + 1)
            found = spider.policy.links_of(reading, url, depth)
            added += spider.writer.save_render(
                url, render, markup=rendered.markup, reading=reading, links=found.links, depth=depth,
                unfetched=found.unfetched,
            )
        spider.frontier.added(added)

    def _save_data(self, one: Fetched, answer: Answer, depth: int) -> list[Waiting]:
        spider = self._spider
        if spider.writer.knows(one.url) or spider.policy.admit(one.url, depth).answer is not None:
            return []
        found = spider.policy.links_of(one.reading, one.url, depth)
        spider.frontier.done += 1
        return spider.writer.save(
            one.url, answer.fetch, body=answer.body, reading=one.reading, links=found.links, depth=depth,
            unfetched=found.unfetched,
        )

    def _record(self, url: str, why: str, outcome: str, reason: str) -> None:
        self._spider.writer.save_render(
            url, Render(why=why, outcome=outcome, reason=reason, rendered_at=time.time()),
        )

    def _record_all(self, pages: list[tuple[str, str]], outcome: str, reason: str) -> None:
        with self._spider.writer.transaction():
            for url, why in pages:
                self._record(url, why, outcome, reason)

    # -- the end --------------------------------------------------------------------------------------------

    def cancel(self) -> None:
        """Let go of what is being rendered; it stays planned."""
        if self._task is not None:
            self._task.cancel()

    async def close(self) -> None:
        """Close the browser, within a few seconds."""
        self.cancel()
        if self._chromium is not None:
            chromium, self._chromium = self._chromium, None
            try:
                await asyncio.wait_for(chromium.close(), _CLOSE_SECONDS)
            except TimeoutError:
                logger.warning("the browser did not close in time")


def _first(group: BaseExceptionGroup[Exception]) -> Exception:
    """Return the first of the errors of a group, however deep."""
    first = group.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first


def _may_go_on(rendered: Rendered) -> bool:
    """Whether a rendered page is a list whose further pages only a click can open."""
    if rendered.outcome != "ok" or rendered.sent_to is not None:
        return False
    listing = rendered.readings[0].record.listing
    return listing is not None and bool(listing.items) and not listing.next_pages


def _names_more(lists: list[Fetched]) -> bool:
    """Whether data name the further pages of their list: the crawl then asks for these itself."""
    return any(one.reading.record.listing is not None and one.reading.record.listing.next_pages for one in lists)


def _send_on(reading: Reading, rendered: Rendered) -> None:
    """Add where a page's script would have sent the reader: from an empty page a redirect, from a list its next."""
    if rendered.sent_to is None:
        return
    record = reading.record
    if len(rendered.readings) > 1 or (record.listing is not None and record.listing.items):
        assert record.listing is not None
        record.listing.next_pages = [*dict.fromkeys([*record.listing.next_pages, rendered.sent_to])]
    elif record.text_length <= _FEW_CHARACTERS:
        record.refresh_to = rendered.sent_to
    else:
        reading.links.append(Link(href=rendered.sent_to, element="script"))


def _judge(render: Render, rendered: Rendered, reading: Reading, chosen: list[Fetched]) -> None:
    """Set whether all was had: of a list, that it was paged through; of anything else, that nothing was missing."""
    if render.outcome != "ok":
        return
    listing = reading.record.listing
    if listing is not None and (listing.items or chosen) and not listing.script_filled:
        reasons = ["列表后面还有分页没有读完", *rendered.doubts] if rendered.open else []
    else:
        reasons = _doubts(rendered)
    if reasons:
        render.outcome, render.reason = "partial", "；".join(reasons)


def _doubts(rendered: Rendered) -> list[str]:
    """Return in Chinese why a rendered page may have more for a reader than was seen."""
    reasons = list(rendered.doubts)
    reasons += [f"页面脚本出错（{error}）" for error in rendered.errors[:1]]
    if any(link.element == "frame" for link in rendered.readings[0].links):
        reasons.append("页面另有框架（iframe），框架里的内容未一并读取")
    return reasons
