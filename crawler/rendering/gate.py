"""The gate between a page being rendered and the world: every request it makes is answered here, or refused.

The page itself comes from the snapshot. Scripts of the site, scripts of other hosts that the page's markup names,
and data its scripts ask the site for are fetched by the crawl's own guarded handler. Nothing else is: no other host,
no frame, picture, style, download, second page, and never anything but GET and HEAD.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit, urlunsplit

import lxml.html
from lxml import etree

from crawler.outcomes import explain
from crawler.rendering.limits import Limits
from crawler.snapshot.records import Fetch
from crawler.urls import AddressError, Scope, canonical, host_of

if TYPE_CHECKING:
    from playwright.async_api import Request, Route

Part = Literal["part", "data"]

_MOST_HOPS = 5
_MOST_LOADS = 4
_MOST_DOUBTS = 5
_SENT_ON = ("accept", "referer", "x-requested-with", "cookie")
_HANDED_BACK = (
    "content-type", "set-cookie", "access-control-allow-origin", "access-control-allow-credentials",
    "content-language", "last-modified",
)
_SCRIPTS = etree.XPath("//script/@src", smart_strings=False)
_TOLD_BY_ADDRESS = re.compile(r"[?&](?:callback|jsonp|jsoncallback|cb)=", re.IGNORECASE)
_COUNTERS = re.compile(
    r"hm\.baidu|tongji|cnzz|analytics|51\.la|51yes|conac|jiucuo|zfwzgl|gov\.govwza|wza|barrier|statistic|beacon|"
    r"log\.gif|share|bdimg\.share|matomo|piwik|growingio|sensors", re.IGNORECASE
)
_MOMENT = re.compile(r"\d{10}(?:\d{3})?")
_CHANCE = re.compile(r"0\.\d{6,}")
_SLACK = 86_400.0 * 3


@dataclass(frozen=True)
class Answer:
    """What our own fetch of an address brought: the record of it and the body."""

    fetch: Fetch
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Data:
    """Data a page fetched itself: its lasting address (what a clock or chance put in left out) and the answer."""

    url: str
    answer: Answer


Fetcher = Callable[[str, Part, Mapping[str, str]], Awaitable[Answer]]


class Gate:
    """Answers the requests of one page at ``url``.

    ``body`` is the page's stored body, ``charset`` the one it was read in. ``fetch`` asks for an address and raises
    what the download handler raises. ``kept`` holds scripts between pages. Afterwards ``data`` are the answers the
    page's scripts got, ``doubts`` what kept the page from all it asked for, in Chinese, and ``sent_to`` is where its
    script would have sent the reader on.
    """

    def __init__(
        self, url: str, body: bytes, charset: str | None, *, scope: Scope, fetch: Fetcher, limits: Limits,
        external: bool, kept: dict[str, Answer],
    ) -> None:
        self._url = url
        self._body = body
        self._charset = charset
        self._scope = scope
        self._fetch = fetch
        self._limits = limits
        self._named = _named_scripts(body, url) if external else frozenset()
        self._kept = kept
        self._parts = 0
        self.loads = 0
        self.in_flight = 0
        self.changed = time.monotonic()
        self.data: list[Data] = []
        self.doubts: list[str] = []
        self.sent_to: str | None = None
        self._asking: set[asyncio.Task[Answer]] = set()
        self._over = False

    def close(self) -> None:
        """Let go of what is still being fetched for the page."""
        self._over = True
        for task in list(self._asking):
            task.cancel()

    async def answer(self, route: Route) -> None:
        """Answer one request, or refuse it."""
        from playwright.async_api import Error

        self.in_flight += 1
        try:
            # a page that is closed meanwhile wants no answer
            with contextlib.suppress(Error):
                await self._answer(route)
        except asyncio.CancelledError:
            if not self._over:
                raise
        finally:
            self.in_flight -= 1
            self.changed = time.monotonic()

    async def _answer(self, route: Route) -> None:
        request = route.request
        kind = request.resource_type
        if kind == "document":
            await self._document(route, request)
        elif kind == "stylesheet":
            # what waits for its style goes on; how a page looks is of no use here
            await route.fulfill(status=200, content_type="text/css", body="")
        elif kind in ("script", "xhr", "fetch"):
            await self._part(route, request, "part" if kind == "script" else "data")
        else:
            await route.abort()

    async def _document(self, route: Route, request: Request) -> None:
        frame = request.frame
        if frame.parent_frame is not None or frame.page.context.pages[0] is not frame.page:
            await route.abort()
            return
        address = request.url.partition("#")[0]
        # where the page would go on to another document, an answer without content lets it stay where it is
        if request.method != "GET":
            self.doubt(f"脚本用 {request.method[:10]} 提交表单，本程序只取不交")
            await route.fulfill(status=204)
        elif _canonical(address) != self._url:
            if self.loads and self.sent_to is None:
                self.sent_to = address
            await route.fulfill(status=204)
        elif self.loads >= _MOST_LOADS:
            self.doubt("页面反复重新加载")
            await route.fulfill(status=204)
        else:
            self.loads += 1
            charset = f"; charset={self._charset}" if self._charset else ""
            await route.fulfill(status=200, content_type=f"text/html{charset}", body=self._body)

    async def _part(self, route: Route, request: Request, kind: Part) -> None:
        url = request.url
        if request.method not in ("GET", "HEAD"):
            self.doubt(f"脚本用 {request.method[:10]} 请求取数，本程序只用 GET：{_short(url)}", of=url)
            await route.abort()
            return
        if not self._may(url, kind):
            if kind == "data" or _TOLD_BY_ADDRESS.search(url) or _canonical(url) in self._named:
                self.doubt(f"脚本所取地址不属于本站（主机不在 hosts 之列）：{_short(url)}", of=url)
            await route.abort("addressunreachable")
            return
        if self._parts >= self._limits.parts:
            self.doubt(f"页面请求超过 {self._limits.parts} 个")
            await route.abort()
            return
        self._parts += 1
        try:
            asking = asyncio.ensure_future(self._ask(url, kind, await request.all_headers()))
            self._asking.add(asking)
            try:
                answer = await asking
            finally:
                self._asking.discard(asking)
        except Exception as error:
            fault = explain(error, self._limits.page_seconds)
            self.doubt(f"{fault.reason or type(error).__name__}：{_short(url)}", of=url)
            await route.abort()
            return
        self._note(url, kind, answer)
        headers = {name: value for name, value in answer.headers.items() if name in _HANDED_BACK}
        body = b"" if request.method == "HEAD" else answer.body
        await route.fulfill(status=answer.fetch.status or 502, headers=headers, body=body)

    def _may(self, url: str, kind: Part) -> bool:
        try:
            form = canonical(url)
        except AddressError:
            return False
        if host_of(form) in self._scope.hosts:
            return urlsplit(form).scheme in ("http", "https")
        return kind == "part" and form in self._named and self._scope.role(form) in ("external", "file")

    async def _ask(self, url: str, kind: Part, headers: Mapping[str, str]) -> Answer:
        if kind == "part" and url in self._kept:
            return self._kept[url]
        sent = {name: headers[name] for name in _SENT_ON if name in headers}
        at = url
        for _ in range(_MOST_HOPS):
            answer = await self._fetch(at, kind, sent)
            location = answer.headers.get("location")
            if not 300 <= (answer.fetch.status or 0) < 400 or not location:
                break
            following = canonical(location, at)
            if not (self._may(following, kind) or (kind == "part" and self._may_lead(at, following))):
                self.doubt(f"脚本所取地址跳转到站外：{_short(following)}", of=url)
                break
            if host_of(following) != host_of(at):
                sent.pop("cookie", None)
            at = following
        if kind == "part" and answer.fetch.outcome == "ok":
            self._keep(url, answer)
        return answer

    def _may_lead(self, url: str, following: str) -> bool:
        """Whether a script that another host keeps may redirect there: within that host only."""
        return host_of(url) not in self._scope.hosts and host_of(following) == host_of(url)

    def _keep(self, url: str, answer: Answer) -> None:
        while self._kept and sum(len(kept.body) for kept in self._kept.values()) > 4 * self._limits.part_bytes:
            self._kept.pop(next(iter(self._kept)))
        self._kept[url] = answer

    def _note(self, url: str, kind: Part, answer: Answer) -> None:
        status = answer.fetch.status or 0
        if kind == "data" and answer.fetch.outcome == "ok" and answer.body:
            self.data.append(Data(lasting(canonical(url), time.time()), answer))
        elif answer.fetch.outcome == "blocked" or status >= 500 or status in (408, 429):
            self.doubt(f"{answer.fetch.reason or f'服务器返回 {status}'}：{_short(url)}", of=url)

    def doubt(self, words: str, *, of: str = "") -> None:
        """Note what kept the page from something it asked for; counters and badges are no loss."""
        if len(self.doubts) < _MOST_DOUBTS and words not in self.doubts and not (of and _COUNTERS.search(of)):
            self.doubts.append(words)


def lasting(url: str, now: float) -> str:
    """Return an address without the parameters that are the moment of asking or a number by chance.

    Caches are kept from answering by ``_=1732180000000`` or ``r=0.8431…``; with it, the address would be another
    one every night.
    """
    parts = urlsplit(url)
    kept = [piece for piece in parts.query.split("&") if not _is_passing(piece.partition("=")[2], now)]
    return urlunsplit(parts._replace(query="&".join(kept)))


def _is_passing(value: str, now: float) -> bool:
    if _CHANCE.fullmatch(value):
        return True
    if not _MOMENT.fullmatch(value):
        return False
    seconds = int(value) / (1000 if len(value) == 13 else 1)
    return abs(seconds - now) < _SLACK


def _named_scripts(body: bytes, url: str) -> frozenset[str]:
    """Return the addresses of the scripts a page's markup names."""
    try:
        tree = lxml.html.fromstring(body)
    except (etree.ParserError, ValueError):
        return frozenset()
    return frozenset(filter(None, (_canonical(source, url) for source in _SCRIPTS(tree))))


def _canonical(url: str, base: str = "") -> str | None:
    try:
        return canonical(url, base)
    except AddressError:
        return None


def _short(url: str) -> str:
    return url if len(url) <= 120 else f"{url[:117]}…"
