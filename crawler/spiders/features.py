"""What a site can do besides showing pages: its search, HTTPS, IPv6. Each asked once, when nothing else waits.

The search is asked as a reader would, through the home page's own form, with a title the crawl read. Only forms that
ask by GET at the site itself are used; robots.txt, the pace and the guards are those of every other request. What comes
back is a fact in the snapshot's meta (``SiteFeatures``), never an address of the site.
"""

from __future__ import annotations

import asyncio
import logging
import re
import socket
import sqlite3
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus, urlsplit, urlunsplit

import msgspec
from lxml import etree
from scrapy import Request

from crawler.download import Download, header
from crawler.extract.parsed import ParsedPage, parse_page
from crawler.middlewares.resolving import is_public
from crawler.middlewares.robots import RobotsDisallowedError
from crawler.outcomes import explain, is_challenge, status_outcome, status_reason
from crawler.pages import UnreadableError
from crawler.snapshot.records import Fetch, PageRecord, Reading, SearchTry, SiteFeatures
from crawler.urls import AddressError, Scope, canonical, host_of, is_numeric_host, is_private_host

if TYPE_CHECKING:
    from crawler.spiders.site import SiteSpider

META = "features"

_HOPS = 5
_SAMPLE = 400
_SETTLED_DAYS = 30
_SHOWN = 2_000
_LOOKUP_SECONDS = 15.0
_TITLE = re.compile(r"[\u3400-\u9fff0-9A-Za-z]{8,30}")
_SEARCH = re.compile(r"搜\s*索|检\s*索|查\s*询|关键[字词]|search|sousuo|query|keyword|\bso\b", re.IGNORECASE)
# names that the field of a search has, and hardly any other
_FIELD = re.compile(
    r"^(?:q|qt|wd|kw|key|keys|keywords?|search|searchword|searchtext|searchkey|query|word|words|text|title|"
    r"s|ss|sw|content|fullsearch|contents?|tag)$", re.IGNORECASE,
)
_OTHER_FORM = re.compile(
    r"登录|注册|密码|订阅|留言|验证码|查询码|受理编号|login|regist|passw|mail|captcha|verify", re.IGNORECASE
)
_LETTERS = re.compile(r"[^0-9a-z\u3400-\u9fff]+")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class SearchForm:
    """A search a reader can use without script: where it asks, the name of its field, what goes along."""

    action: str
    field: str
    others: tuple[tuple[str, str], ...]
    charset: str

    def address(self, words: str) -> str:
        """Return the address a browser would open for some words; raises AddressError for one no browser opens."""
        pairs = "&".join(
            f"{_quoted(name, self.charset)}={_quoted(value, self.charset)}"
            for name, value in (*self.others, (self.field, words))
        )
        parts = urlsplit(self.action)
        return canonical(urlunsplit((parts.scheme, parts.netloc, parts.path, pairs, "")))


def _quoted(text: str, charset: str) -> str:
    try:
        return quote_plus(text.encode(charset, "replace"))
    except LookupError:
        return quote_plus(text)


def search_form(page: ParsedPage, scope: Scope) -> SearchForm | None:
    """Return a page's search form: by GET, at the site's own hosts, sent by no script; None where none is."""
    for form in page.tree.iter("form"):
        found = _search_form(page, form, scope)
        if found is not None:
            return found
    return None


def _search_form(page: ParsedPage, form: etree._Element, scope: Scope) -> SearchForm | None:
    fields = list(form.iter("input", "button", "select", "textarea"))
    written = [element for element in fields if _kind(element) in ("text", "search") and element.get("name")]
    if (form.get("method") or "get").strip().lower() != "get" or not written:
        return None
    if form.get("onsubmit") or any(_kind(element) in ("password", "file") for element in fields):
        return None
    words = _words_of(form, fields)
    chosen = next((element for element in written if _FIELD.match(element.get("name") or "")), None)
    if chosen is None and len(written) == 1:
        chosen = written[0]
    if chosen is None or len(written) > 2 or not _SEARCH.search(words) or _OTHER_FORM.search(words):
        return None
    try:
        action = canonical(page.resolve(form.get("action") or page.url))
    except AddressError:
        return None
    # a form that says nowhere else to ask is sent by script
    if scope.role(action) != "page" or action == page.url:
        return None
    charset = (form.get("accept-charset") or page.charset or "utf-8").split()[0].split(",")[0]
    return SearchForm(action, chosen.get("name") or "", tuple(_sent_along(fields, chosen)), _wide(charset))


def _wide(charset: str) -> str:
    return "gb18030" if charset.lower() in ("gb2312", "gbk") else charset


def _kind(element: etree._Element) -> str:
    if element.tag != "input":
        return str(element.tag)
    return (element.get("type") or "text").strip().lower()


def _words_of(form: etree._Element, fields: Iterable[etree._Element]) -> str:
    """Return what tells a form's purpose: its names and those of its fields, its buttons, its hints."""
    names = ("name", "id", "class", "placeholder", "value", "title", "alt", "aria-label", "src")
    parts = [form.get(name) or "" for name in ("name", "id", "class", "action")]
    parts += [element.get(name) or "" for element in fields for name in names]
    parts += ["".join(form.itertext())[:_SAMPLE]]
    return " ".join(parts)


def _sent_along(fields: Iterable[etree._Element], chosen: etree._Element) -> Iterable[tuple[str, str]]:
    for element in fields:
        name, kind = element.get("name"), _kind(element)
        if not name or element is chosen or element.get("disabled") is not None:
            continue
        if kind in ("hidden", "text", "search"):
            yield name, element.get("value") or ""
        elif kind in ("radio", "checkbox") and element.get("checked") is not None:
            yield name, element.get("value") or "on"
        elif kind == "select":
            options = list(element.iter("option"))
            picked = next((option for option in options if option.get("selected") is not None), None)
            picked = picked if picked is not None else options[0] if options else None
            if picked is not None:
                value = picked.get("value")
                yield name, value if value is not None else "".join(picked.itertext()).strip()


def shows(reading: Reading, url: str, title: str) -> bool:
    """Whether an answer lists a page: by a link to it, or by a link that carries its title."""
    wanted = _LETTERS.sub("", title.lower())
    for link in reading.links:
        if link.href == url or urlsplit(link.href)[1:] == urlsplit(url)[1:]:
            return True
        words = _LETTERS.sub("", link.text.lower())
        cut = len(words) >= 8 and link.text.rstrip().endswith(("…", "...")) and wanted.startswith(words)
        if cut or wanted in words:
            return True
    return False


class FeatureTrial:
    """The spider's trial of the site's features; ``begin`` starts it, ``busy`` while it runs."""

    def __init__(
        self, spider: SiteSpider, give_up: Callable[[Exception], None],
        lookup: Callable[..., list[Any]] = socket.getaddrinfo,
    ) -> None:
        self._spider = spider
        self._give_up = give_up
        self._lookup = lookup
        self._task: asyncio.Task[None] | None = None
        self._done = bool(spider.writer.notes(META))

    @property
    def busy(self) -> bool:
        """Whether something is being asked."""
        return self._task is not None and not self._task.done()

    def begin(self) -> bool:
        """Start asking, once a crawl; whether there is anything to be waited for."""
        if self._done:
            return False
        self._done = True
        self._task = asyncio.ensure_future(self._run())
        return True

    def cancel(self) -> None:
        """Ask no further."""
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        try:
            home, record = self._home(self._spider.start_urls[0])
            if record is not None:
                features = SiteFeatures(
                    search=await self._search(home), https=await self._https(home), ipv6=await self._ipv6(home),
                )
                self._spider.writer.set_meta(**{META: msgspec.to_builtins(features)})
        except sqlite3.Error as error:
            self._give_up(error)
        except Exception:
            logger.exception("cannot try the features of the site")
        finally:
            asyncio.get_running_loop().call_soon(self._spider.frontier.wake)

    def _home(self, url: str) -> tuple[str, PageRecord | None]:
        """Return the page a start address leads to, with what was read of it."""
        writer = self._spider.writer
        for _ in range(_HOPS):
            record = writer.record_of(url)
            onward = record.refresh_to if record is not None else self._redirect(url)
            if not onward:
                return url, record
            url = onward
        return url, None

    def _redirect(self, url: str) -> str | None:
        row = self._spider.writer.db.execute(
            "SELECT t.url FROM urls u JOIN fetches f ON f.url_id = u.id JOIN urls t ON t.id = f.redirect_to"
            " WHERE u.url = ?", (url,),
        ).fetchone()
        return row[0] if row else None

    # -- search ---------------------------------------------------------------------------------------------

    async def _search(self, home: str) -> SearchTry | None:
        writer = self._spider.writer
        body = writer.body_of(home)
        if body is None:
            return None
        form = search_form(parse_page(body, home, writer.content_type_of(home)), self._spider.scope)
        if form is None:
            return SearchTry(why="no-form")
        known = self._known_title(host_of(form.action))
        if known is None:
            return SearchTry(why="no-title")
        url, title = known
        try:
            address = form.address(title)
        except AddressError:
            return SearchTry(why="no-form")
        tried = await self._try(address, url, title)
        if tried.fetch is not None and tried.fetch.outcome not in ("ok", "robots", "blocked"):
            await asyncio.sleep(self._spider.job.retry_delay_seconds)
            tried = await self._try(address, url, title)
            if tried.fetch is not None:
                tried.fetch.attempts = 2
        return tried

    async def _try(self, address: str, url: str, title: str) -> SearchTry:
        tried = SearchTry(why="asked", address=address, words=title, url=url)
        tried.fetch, body = await self._ask(address)
        if tried.fetch.outcome == "ok":
            try:
                reading: Reading = await self._spider.reader.read(body, address, tried.fetch.content_type)
            except UnreadableError:
                reading = Reading(record=PageRecord(script_shell=True))
            tried.found = shows(reading, url, title)
            tried.by_script = reading.record.script_shell or _is_bare(reading, body)
            tried.error_page = reading.record.error_page
            tried.text = reading.text[:_SHOWN]
        return tried

    def _known_title(self, host: str) -> tuple[str, str] | None:
        """Return the address and title of a page that a host's search should find: the newest of those a month old."""
        writer = self._spider.writer
        settled = time.strftime("%Y-%m-%d", time.localtime(time.time() - _SETTLED_DAYS * 86_400))
        rows = writer.db.execute(
            "SELECT u.url FROM pages p JOIN urls u ON u.id = p.url_id WHERE u.role = 0 AND u.host = ?"
            " ORDER BY u.id LIMIT ?", (host, _SAMPLE),
        ).fetchall()
        best: tuple[str, str, str] | None = None
        for url, in rows:
            record = writer.record_of(url)
            if record is None or record.page_kind not in ("article", "document") or record.error_page:
                continue
            title, day = (record.title or "").strip(), (record.published or "")[:10]
            if not _TITLE.fullmatch(title) or day > settled:
                continue
            if best is None or (day, url) > best[:2]:
                best = day, url, title
        return best[1:] if best is not None else None

    # -- HTTPS, IPv6 ----------------------------------------------------------------------------------------

    async def _https(self, home: str) -> Fetch | None:
        """Ask for a site on the usual port under HTTPS; None where it is under HTTPS, or on another port."""
        parts = urlsplit(home)
        if parts.scheme != "http" or not self._is_public_name(home):
            return None
        fetch, _ = await self._ask_once(urlunsplit(("https", *parts[1:])))
        return fetch

    async def _ipv6(self, home: str) -> bool | None:
        """Whether the name service has an IPv6 address of the site; None where that cannot be known from here."""
        host = urlsplit(home).hostname or ""
        if not self._is_public_name(home):
            return None
        if not any(is_public(address) for address in await self._addresses(host, socket.AF_INET) or ()):
            return None
        found = await self._addresses(host, socket.AF_INET6)
        return None if found is None else any(is_public(address) for address in found)

    def _is_public_name(self, url: str) -> bool:
        host, name = host_of(url), urlsplit(url).hostname or ""
        fixed = self._spider.job.connect_to
        return ":" not in host and not is_numeric_host(name) and not is_private_host(name) and host not in fixed

    async def _addresses(self, host: str, family: socket.AddressFamily) -> list[str] | None:
        """Return a name's addresses of one family, none where it has none, None where no answer came."""
        loop = asyncio.get_running_loop()
        try:
            found = await asyncio.wait_for(
                loop.run_in_executor(None, lambda: self._lookup(host, None, family, socket.SOCK_STREAM)),
                _LOOKUP_SECONDS,
            )
        except socket.gaierror as error:
            without = (socket.EAI_NONAME, socket.EAI_NODATA, socket.EAI_ADDRFAMILY)
            return [] if error.errno in without else None
        except (OSError, TimeoutError, UnicodeError):
            return None
        return [str(entry[4][0]) for entry in found]

    # -- asking ---------------------------------------------------------------------------------------------

    async def _ask(self, url: str) -> tuple[Fetch, bytes]:
        """Ask for an address, redirects within the site followed; never raises for what the site does."""
        for _ in range(_HOPS):
            fetch, body = await self._ask_once(url)
            onward = fetch.redirect_to
            if fetch.outcome != "redirect" or onward is None or self._spider.scope.role(onward) != "page":
                return fetch, body
            url = onward
        return fetch, b""

    async def _ask_once(self, url: str) -> tuple[Fetch, bytes]:
        engine = self._spider.crawler.engine
        assert engine is not None
        host = self._spider.frontier.queues.host(host_of(url))
        await asyncio.sleep(host.delay)
        request = Request(url, meta={
            "verbatim_url": True, "role": "data", "host": host, "cookie": self._spider.cookie_for(host.name),
        })
        try:
            await engine.download_async(request)
        except RobotsDisallowedError:
            return Fetch(outcome="robots", reason="robots.txt 不允许抓取", attempts=0), b""
        except Exception as error:
            if isinstance(error, sqlite3.Error):
                raise
            fault = explain(error, self._spider.job.timeout_seconds)
            return Fetch(outcome=fault.outcome, reason=fault.reason, fetched_at=time.time()), b""
        download: Download = request.meta["download"]
        status, transfer = download.status, download.transfer
        fetch = Fetch(
            outcome=status_outcome(status), status=status, fetched_at=time.time(),
            bytes=transfer.size, content_type=header(download.headers, "Content-Type"),
            headers={"certificate-fault": transfer.certificate} if transfer.certificate else {},
        )
        location = header(download.headers, "Location")
        if 300 <= status < 400 and location:
            try:
                fetch.redirect_to = canonical(location, url)
                fetch.outcome = "redirect"
            except AddressError:
                fetch.outcome = "http-error"
        if fetch.outcome in ("http-error", "blocked"):
            fetch.reason = status_reason(status)
        elif is_challenge(status, download.body):
            fetch.outcome, fetch.reason = "blocked", "服务器只返回要求浏览器执行脚本的验证页（反爬虫）"
        return fetch, download.body


def _is_bare(reading: Reading, body: bytes) -> bool:
    """Whether an answer has a script and so little text that the script must bring the rest."""
    return b"<script" in body.lower() and len(reading.text.strip()) < 40
