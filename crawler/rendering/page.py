"""One page in the browser: opened, let come to rest, read, its list paged through by the word 下一页.

What is asked of the document is asked in a world of its own, where the page's script cannot have put something else
in the place of the browser's functions.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crawler.rendering.gate import Data, Gate
from crawler.rendering.limits import Limits
from crawler.rendering.plan import goes_on
from crawler.snapshot.records import Reading

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, CDPSession, Page

Read = Callable[[bytes, str, str], Awaitable[Reading]]

HTML = "text/html; charset=utf-8"
_POLL_SECONDS = 0.1
_REST_SECONDS = 0.5
_CLICK_SECONDS = 5.0
_STATE = "document.readyState + ' ' + document.getElementsByTagName('*').length"
_MARKUP = """(() => {{
  if (document.getElementsByTagName('*').length > {nodes}) return null;
  const markup = document.documentElement ? document.documentElement.outerHTML : '';
  return markup.length > {size} ? null : '<!DOCTYPE html>' + markup;
}})()"""
# the words are the reader's; icons without words are told by the names common pagers give them
_NEXT = """((words) => {{
  const bare = text => (text || '').replace(/[\\s<>《》«»‹›\\[\\]>]/g, '');
  const says = e => e.textContent.length <= 20 && [e.textContent, e.value, e.title, e.getAttribute('aria-label')]
    .some(text => typeof text === 'string' && words.includes(bare(text)));
  const gone = e => !!e.closest('[disabled], [aria-disabled=true], .disabled, [class*=-disabled]')
    || e.getClientRects().length === 0;
  const tags = 'a, button, li, span, i, em, b, div, td, input, img';
  let found = [...document.querySelectorAll(tags)].filter(says);
  found = found.filter(e => !found.some(other => other !== e && e.contains(other)));
  if (!found.length)
    found = [...document.querySelectorAll('.btn-next, .layui-laypage-next, .ant-pagination-next, a.next, '
      + 'li.next > a, .page-next, [rel=next]')];
  const next = found.find(e => !gone(e));
  if (!next) return false;
  next.click();
  return true;
}})({words})"""


@dataclass
class Rendered:
    """What became of a page: ``outcome`` as in Render, the first markup, a reading for every page of its list.

    ``doubts`` say in Chinese what could not be had, ``errors`` the page's own script errors; ``open`` is true where
    the list goes on behind what was read.
    """

    outcome: str = "failed"
    reason: str = ""
    markup: bytes | None = None
    readings: list[Reading] = field(default_factory=list)
    data: list[Data] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    sent_to: str | None = None
    open: bool = False


class _TooMuchError(Exception):
    """The document is larger than the limits allow."""


class _Document:
    """A page's document, asked in an isolated world; a new one after every load."""

    def __init__(self, page: Page, session: CDPSession) -> None:
        self._page = page
        self._session = session
        self._world: int | None = None

    @property
    def closed(self) -> bool:
        """Whether the page is no more."""
        browser = self._page.context.browser
        return self._page.is_closed() or browser is None or not browser.is_connected()

    async def ask(self, expression: str) -> Any:
        """Evaluate an expression; raises playwright's Error where there is no document to ask."""
        from playwright.async_api import Error

        for attempt in range(2):
            try:
                if self._world is None:
                    tree = await self._session.send("Page.getFrameTree")
                    made = await self._session.send(
                        "Page.createIsolatedWorld", {"frameId": tree["frameTree"]["frame"]["id"]},
                    )
                    self._world = made["executionContextId"]
                result = await self._session.send("Runtime.evaluate", {
                    "expression": expression, "contextId": self._world, "returnByValue": True,
                })
                return result.get("result", {}).get("value")
            except Error:
                self._world = None
                if attempt:
                    raise
        return None


async def render(context: BrowserContext, url: str, gate: Gate, limits: Limits, read: Read) -> Rendered:
    """Render one page; the outcome tells what went wrong, and only a browser that is gone raises."""
    from playwright.async_api import Error

    rendered = Rendered()
    try:
        async with asyncio.timeout(limits.page_seconds):
            document = await _opened(context, url, gate, rendered)
            await _rest(document, gate)
            rendered.markup = await _markup(document, limits)
            rendered.outcome = "ok"
    except TimeoutError:
        if _is_gone(context):
            raise
        rendered.outcome, rendered.reason = "timeout", f"{limits.page_seconds:g} 秒内没有加载完"
    except _TooMuchError as error:
        rendered.outcome, rendered.reason = "failed", str(error)
    except Error as error:
        if _is_gone(context):
            raise
        rendered.outcome, rendered.reason = "failed", f"页面打不开（{_first_line(error)}）"
    rendered.data, rendered.doubts, rendered.sent_to = list(gate.data), list(gate.doubts), gate.sent_to
    if rendered.markup is not None:
        rendered.readings.append(await read(rendered.markup, url, HTML))
    return rendered


def _is_gone(context: BrowserContext) -> bool:
    return context.browser is None or not context.browser.is_connected()


async def _opened(context: BrowserContext, url: str, gate: Gate, rendered: Rendered) -> _Document:
    await context.route("**/*", gate.answer)
    await context.route_web_socket("**/*", lambda socket: socket.close())
    page = await context.new_page()
    context.on("page", lambda other: asyncio.ensure_future(shut(other)))
    page.on("pageerror", lambda error: _note(rendered.errors, str(error)))
    # a dialog nobody dismisses would keep the page's script from going on
    page.on("dialog", lambda dialog: asyncio.ensure_future(dismissed(dialog)))
    session = await context.new_cdp_session(page)
    await page.goto(url, wait_until="commit", timeout=0)
    return _Document(page, session)


async def _rest(document: _Document, gate: Gate) -> None:
    """Wait until nothing is being fetched and the document's elements stay as they are."""
    from playwright.async_api import Error

    last, since = "", time.monotonic()
    while True:
        try:
            state = str(await document.ask(_STATE))
        except Error:
            if document.closed:
                raise
            # one document has just made room for another
            state = "loading"
        now = time.monotonic()
        if state != last or gate.in_flight or state.startswith("loading"):
            last, since = state, now
        elif now - since >= _REST_SECONDS and now - gate.changed >= _REST_SECONDS:
            return
        await asyncio.sleep(_POLL_SECONDS)


async def _markup(document: _Document, limits: Limits) -> bytes:
    markup = await document.ask(_MARKUP.format(nodes=limits.nodes, size=limits.markup_bytes // 2))
    if not isinstance(markup, str):
        raise _TooMuchError(f"页面元素超过 {limits.nodes} 个或过长，未读取")
    return markup.encode("utf-8", "replace")


async def page_through(
    context: BrowserContext, url: str, gate: Gate, limits: Limits, read: Read, rendered: Rendered,
) -> None:
    """Click 下一页 until it brings nothing new, collecting a reading each time.

    ``rendered.open`` is left true where the list goes on, for want of time or because a page could not be had.
    """
    from playwright.async_api import Error

    page = context.pages[0]
    # the word lists come with all the extractors, which the crawling process has no other use for
    from crawler.cms.lexicon import load

    words = json.dumps(load("lists")["forward_words"], ensure_ascii=False)
    rows = {row for reading in rendered.readings for row in _rows(reading)}
    doubts = len(gate.doubts)
    rendered.open = True
    try:
        async with asyncio.timeout(limits.list_seconds):
            document = _Document(page, await context.new_cdp_session(page))
            while len(rendered.readings) < limits.list_pages and len(rows) < limits.list_rows:
                if not await document.ask(_NEXT.format(words=words)):
                    rendered.open = False
                    break
                async with asyncio.timeout(_CLICK_SECONDS + 2 * limits.page_seconds):
                    await _rest(document, gate)
                reading = await read(await _markup(document, limits), url, HTML)
                new = _rows(reading) - rows
                if not new:
                    # on the last page 下一页 often stays and does nothing; on the first it should not
                    unmoved = len(rendered.readings) == 1 and goes_on(reading.record, rendered.markup or b"")
                    rendered.open = unmoved or len(gate.doubts) > doubts
                    break
                rows |= new
                rendered.readings.append(reading)
                if gate.sent_to is not None:
                    break
    except (TimeoutError, Error, _TooMuchError) as error:
        if _is_gone(context):
            raise
        gate.doubt("翻页没有完成" + (f"（{_first_line(error)}）" if str(error) else ""))
    listing = rendered.readings[0].record.listing
    if listing is not None and listing.total is not None and listing.total > len(rows):
        rendered.open = True
        gate.doubt(f"列表共 {listing.total} 条，读到 {len(rows)} 条")
    if gate.sent_to is not None:
        # the list's next page has an address of its own: the crawl goes on from there
        rendered.open = False
    rendered.data, rendered.doubts, rendered.sent_to = list(gate.data), list(gate.doubts), gate.sent_to


def _rows(reading: Reading) -> set[tuple[str, str]]:
    listing = reading.record.listing
    return {(item.href, item.title) for item in listing.items} if listing is not None else set()


async def shut(page: Page) -> None:
    """Close a page a site opened by itself; one that is gone already is none to close."""
    from playwright.async_api import Error

    try:
        await page.close()
    except Error:
        return


async def dismissed(dialog: Any) -> None:
    """Dismiss a dialog of a page, whatever became of the page meanwhile."""
    from playwright.async_api import Error

    try:
        await dialog.dismiss()
    except Error:
        return


def _note(notes: list[str], words: str) -> None:
    if len(notes) < 3:
        notes.append(_first_line(words)[:200])


def _first_line(error: object) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__
