"""Takes pictures of the spots findings are about: the stored page in Chromium, the spot marked, the rest cut away.

The page is what the crawl stored, never the site again: the browser's every request is answered out of the snapshot
or refused, and no script of the page runs. Numbers that identify a person are covered in the page before the picture
is taken; where that cannot be relied on, none is taken. Style sheets and pictures are not stored by a crawl, so pages
mostly stand there without them.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from app.errors import UserError
from app.spots import Wanted, heading, wanted
from checks.masking import masked_text
from checks.model import Finding
from checks.registry import Check
from crawler.rendering.chromium import BrowserGoneError, Chromium, find_chromium, why_absent
from crawler.rendering.limits import Limits
from crawler.rendering.page import dismissed, shut
from crawler.snapshot.reader import SnapshotReader, resolve
from crawler.urls import AddressError, canonical
from reports.cards import mend_first
from reports.text import clip

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, JSHandle, Page, Route

LIMIT: Final = 200
PAGE_SECONDS: Final = 20.0
SHOT_SECONDS: Final = 8.0
TOTAL_SECONDS: Final = 900.0
LARGEST_PAGE: Final = 4_000_000
MOST_ELEMENTS: Final = 60_000
WIDTH, HEIGHT = 1280, 900
ROOM: Final = 70
NARROWEST, LOWEST, TOP_HEIGHT = 640, 140, 420
PERSONAL: Final = "personal-information-exposed"
COVERABLE: Final = frozenset({"公民身份号码", "银行卡号", "手机号码"})
INDEX: Final = "index.json"
CHINA: Final = timezone(timedelta(hours=8))
NOWHERE: Final = "问题不在页面某一处，此为页面开头"
UNFOUND: Final = "保存的网页上没有找到具体位置，此为页面开头"
BLANK: Final = "保存的网页上没有文字（由脚本填充）"
FEWEST_LETTERS: Final = 5
_AGENT: Final = "xunjian"
# no script, no frame, no form, no object of the page does anything; its own style may show
_POLICY: Final = "script-src 'none'; object-src 'none'; frame-src 'none'; form-action 'none'; worker-src 'none'"
_LEFT_OVER: Final = re.compile(r"(?<![0-9])[0-9]{15,}[0-9Xx]?(?![0-9])")
_NUMBERS: Final = re.compile(r"[0-9０-９][0-9０-９ -]{9,30}[0-9０-９XxＸｘ]")
MOST_SPLIT: Final = 200
_NOT_PAGES: Final = ("image/", "application/", "audio/", "video/")
_PLAIN: Final = (
    "body{font:15px/1.7 'Noto Sans CJK SC','Microsoft YaHei',sans-serif;margin:36px 24px}"
    "table{border-collapse:collapse}td,th{padding:2px 8px}"
)
_ASKED_TWICE: Final = 2


@dataclass(frozen=True)
class Shot:
    """What became of one finding: ``spot`` tells what the picture shows, ``skipped`` why there is none (Chinese)."""

    fingerprint: str
    url: str
    spot: str = ""
    skipped: str = ""
    sha256: str | None = None


@dataclass
class Taken:
    """All pictures taken, and what was left out."""

    shots: list[Shot] = field(default_factory=list)
    left: int = 0

    @property
    def pictures(self) -> int:
        """How many pictures there are."""
        return sum(not shot.skipped for shot in self.shots)

    @property
    def reasons(self) -> dict[str, int]:
        """Why there is no picture, and of how many findings."""
        counts: defaultdict[str, int] = defaultdict(int)
        for shot in self.shots:
            if shot.skipped:
                counts[shot.skipped] += 1
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def take(
    snapshot: SnapshotReader, findings: Sequence[Finding], chosen: Sequence[Finding], checks: Mapping[str, Check],
    folder: Path, *, limit: int = LIMIT, seconds: float = TOTAL_SECONDS,
) -> Taken:
    """Take a picture ``<fingerprint>.png`` into a folder of each chosen finding, the first to mend first.

    ``findings`` are all of the run: where any of them shows personal data on a page, that page is covered. At most
    ``limit`` pictures, and none begun after so many ``seconds``. Raises UserError saying what to install where the
    browser is absent; OSError where the folder refuses.
    """
    absent = why_absent()
    if absent is not None:
        raise UserError(f"截图：{absent}")
    folder.mkdir(parents=True, exist_ok=True)
    ordered = [finding for finding in mend_first(chosen) if finding.status != "fixed"]
    studio = _Studio(snapshot, _private(findings), checks, folder)
    taken = asyncio.run(studio.take(ordered[:limit], time.monotonic() + seconds))
    taken.left += max(0, len(ordered) - limit)
    return taken


def _private(findings: Sequence[Finding]) -> dict[str, bool]:
    """Return the pages that show personal data, and whether all of it can be told and covered."""
    pages: dict[str, bool] = {}
    for finding in findings:
        if finding.check == PERSONAL:
            kinds = finding.evidence.get("kinds")
            coverable = isinstance(kinds, Mapping) and set(kinds) <= COVERABLE
            for url in filter(None, (finding.url, finding.target)):
                pages[url] = pages.get(url, True) and coverable
    return pages


def write_index(folder: Path, shots: Sequence[Shot], earlier: Mapping[str, Any]) -> None:
    """Write ``index.json``: what each picture shows and of which stored page, or why there is none.

    ``earlier`` are entries of an index that go on to hold.
    """
    told = {
        **earlier,
        **{
            shot.fingerprint: {"url": shot.url, "spot": shot.spot, "skipped": shot.skipped, "sha256": shot.sha256}
            for shot in shots
        },
    }
    text = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / INDEX).write_text(text + "\n", encoding="utf-8")


def read_index(folder: Path) -> dict[str, Any]:
    """Return the entries of a folder's index; nothing where there is none that can be read."""
    try:
        told = json.loads((folder / INDEX).read_bytes())
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


class _Studio:
    """Takes the pictures of one run."""

    def __init__(
        self, snapshot: SnapshotReader, private: Mapping[str, bool], checks: Mapping[str, Check], folder: Path
    ) -> None:
        self._snapshot = snapshot
        self._private = private
        self._checks = checks
        self._folder = folder

    async def take(self, findings: Sequence[Finding], until: float) -> Taken:
        """Take the pictures page by page, each page opened once; what the time does not suffice for is left."""
        by_page: defaultdict[str, list[Finding]] = defaultdict(list)
        for finding in findings:
            by_page[finding.url].append(finding)
        taken = Taken()
        browser = Chromium(find_chromium() or "", Limits(), _AGENT)
        try:
            for url, own in by_page.items():
                if time.monotonic() >= until:
                    taken.left += len(own)
                    continue
                taken.shots += await self._page(browser, url, own)
        finally:
            await browser.close()
        return taken

    async def _page(self, browser: Chromium, url: str, findings: Sequence[Finding]) -> list[Shot]:
        body, charset, why = self._stored(url)
        if body is None:
            return [Shot(finding.fingerprint, url, skipped=why) for finding in findings]
        sha256 = self._sha256(url)
        shots: list[Shot] = []
        attempts = 0
        while len(shots) < len(findings) and attempts < _ASKED_TWICE:
            attempts += 1
            try:
                async with browser.context() as context:
                    async with asyncio.timeout(PAGE_SECONDS):
                        page, tools = await self._opened(context, url, body, charset)
                        why = await self._covered(page, tools, url)
                    if why:
                        return [Shot(finding.fingerprint, url, skipped=why) for finding in findings]
                    for finding in findings[len(shots) :]:
                        shots.append(await self._shot(page, tools, finding, sha256))  # noqa: PERF401
            except BrowserGoneError as gone:
                if not browser.started:
                    raise UserError(f"截图：{gone}") from None
                why = f"浏览器打不开这个网页（{gone}）"
            except TimeoutError:
                why = f"{PAGE_SECONDS:g} 秒内没有打开这个网页"
                break
        return shots + [Shot(finding.fingerprint, url, skipped=why) for finding in findings[len(shots) :]]

    def _stored(self, url: str) -> tuple[bytes | None, str | None, str]:
        """Return a page's stored body with its charset, or None and why there is none."""
        snapshot = self._snapshot
        if url in self._private and not self._private[url]:
            return None, None, "网页上的个人信息无法可靠遮盖"
        if url not in snapshot.targets:
            return None, None, "抓取时没有这个地址"
        end = resolve(snapshot.targets, url).target.url
        page = snapshot.pages.get(end)
        fetch = snapshot.targets[end].fetch
        kind = (fetch.content_type or "").lower() if fetch is not None else ""
        if page is None and kind.startswith(_NOT_PAGES) and "html" not in kind:
            return None, None, "问题在附件里，不在网页上"
        rendered = snapshot.rendered(end)
        body = rendered if rendered is not None else snapshot.body(end)
        if not body:
            return None, None, "没有保存这个网页的内容"
        if len(body) > LARGEST_PAGE:
            return None, None, f"网页超过 {LARGEST_PAGE // 1_000_000} MB，未截图"
        if rendered is not None:
            return body, "utf-8", ""
        return body, page.record.charset if page is not None else None, ""

    def _sha256(self, url: str) -> str | None:
        fetch = resolve(self._snapshot.targets, url).target.fetch
        return fetch.sha256 if fetch is not None else None

    def _seen(self, url: str) -> str:
        at = self._snapshot.read_at(resolve(self._snapshot.targets, url).target.url) or 0.0
        return datetime.fromtimestamp(at, CHINA).date().isoformat()

    async def _opened(
        self, context: BrowserContext, url: str, body: bytes, charset: str | None
    ) -> tuple[Page, JSHandle]:
        await context.route("**/*", self._serving(url, body, charset))
        await context.route_web_socket("**/*", lambda socket: socket.close())
        page = await context.new_page()
        context.on("page", lambda other: asyncio.ensure_future(shut(other)))
        page.on("dialog", lambda dialog: asyncio.ensure_future(dismissed(dialog)))
        await page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        await page.emulate_media(media="screen", color_scheme="light", reduced_motion="reduce")
        await page.goto(url, wait_until="load", timeout=PAGE_SECONDS * 1000)
        return page, await page.evaluate_handle(_tools())

    def _serving(self, url: str, body: bytes, charset: str | None) -> Callable[[Route], Awaitable[None]]:
        """Return what answers the page's requests: itself, what else of it the crawl stored, and nothing more."""
        loads = 0

        async def answer(route: Route) -> None:
            nonlocal loads
            request = route.request
            if request.resource_type == "document":
                # where the page would go on to another, an answer without content lets it stay where it is
                if loads or request.frame.parent_frame is not None:
                    await route.fulfill(status=204)
                    return
                loads += 1
                told = f"; charset={charset}" if charset else ""
                await route.fulfill(
                    status=200, body=body,
                    headers={"content-type": f"text/html{told}", "content-security-policy": _POLICY},
                )
                return
            stored = self._part(request.url) if request.resource_type in ("stylesheet", "image", "font") else None
            if stored is None or url in self._private:
                await route.abort()
            else:
                await route.fulfill(status=200, content_type=stored[1], body=stored[0])

        return answer

    def _part(self, url: str) -> tuple[bytes, str] | None:
        try:
            target = self._snapshot.targets.get(canonical(url))
        except AddressError:
            return None
        if target is None or target.fetch is None or target.fetch.outcome != "ok":
            return None
        body = self._snapshot.body(target.url)
        return (body, target.fetch.content_type or "") if body else None

    async def _covered(self, page: Page, tools: JSHandle, url: str) -> str:
        """Cover numbers of persons in the page; return why it may not be shown all the same, else nothing."""
        if await tools.evaluate("t => t.elements()") > MOST_ELEMENTS:
            return f"网页元素超过 {MOST_ELEMENTS} 个，未截图"
        if url in self._private:
            await tools.evaluate("t => t.blank()")
        found = await tools.evaluate("t => t.numbers()")
        pairs = [[number, _masked(text, url in self._private)] for number, text in found]
        await tools.evaluate("(t, pairs) => t.cover(pairs)", pairs)
        left = str(await tools.evaluate("t => t.text()"))
        split = [found[0] for found in _NUMBERS.finditer(left) if _masked(found[0], url in self._private) != found[0]]
        if split:
            await tools.evaluate("(t, texts) => t.hide(texts)", list(dict.fromkeys(split))[:MOST_SPLIT])
            left = str(await tools.evaluate("t => t.text()"))
        if _masked(left, url in self._private) != left:
            return "网页上的个人信息无法可靠遮盖"
        if len("".join(left.split())) < FEWEST_LETTERS:
            return BLANK
        if await tools.evaluate("t => t.bare()"):
            await page.add_style_tag(content=_PLAIN)
        return ""

    async def _shot(self, page: Page, tools: JSHandle, finding: Finding, sha256: str | None) -> Shot:
        from playwright.async_api import Error

        known = self._checks.get(finding.check)
        label = f"{clip(known.title if known else finding.check, 30)}　{self._seen(finding.url)}抓取"
        try:
            async with asyncio.timeout(SHOT_SECONDS):
                await tools.evaluate("t => t.restore()")
                spot, part = await self._marked(tools, finding, label)
                picture = await page.screenshot(
                    clip=part, animations="disabled", caret="hide", scale="css",  # type: ignore[arg-type]
                )
        except TimeoutError:
            return Shot(finding.fingerprint, finding.url, skipped=f"{SHOT_SECONDS:g} 秒内没有截好")
        except Error as error:
            if page.is_closed():
                raise
            why = f"浏览器截不了图（{str(error).splitlines()[0][:80]}）"
            return Shot(finding.fingerprint, finding.url, skipped=why)
        (self._folder / f"{finding.fingerprint}.png").write_bytes(picture)
        return Shot(finding.fingerprint, finding.url, spot=spot, sha256=sha256)

    async def _marked(self, tools: JSHandle, finding: Finding, label: str) -> tuple[str, dict[str, float]]:
        """Mark the finding's spot; return what is shown, in Chinese, and the part of the window to keep."""
        sought = wanted(finding)
        for one in sought:
            place = await self._place(tools, one, label)
            if place is not None:
                return ("已标出（原页面上是隐藏的）" if place["hidden"] else "已标出"), _around(place)
        page = self._snapshot.pages.get(finding.url)
        title = heading(finding, page.record.title if page is not None else None)
        told = UNFOUND if sought else NOWHERE
        await tools.evaluate("(t, [label, title]) => t.head(label, title)", [f"{label}：{told}", title])
        return told, {"x": 0, "y": 0, "width": WIDTH, "height": TOP_HEIGHT}

    async def _place(self, tools: JSHandle, one: Wanted, label: str) -> dict[str, Any] | None:
        asked: dict[str, Any] = {"how": one.how, "texts": list(one.texts), "numbers": []}
        if one.how == "link":
            base = str(await tools.evaluate("t => t.base()"))
            hrefs = await tools.evaluate("t => t.links()")
            asked["numbers"] = [number for number, href in enumerate(hrefs) if _leads(href, base, one.texts[0])]
            if not asked["numbers"]:
                return None
        place: dict[str, Any] | None = await tools.evaluate(
            "(t, [asked, label, note]) => { const place = t.mark(asked, label, note); if (!place) t.restore();"
            " return place; }",
            [asked, label, "（原页面上看不见，已显出）"],
        )
        return place


def _around(place: Mapping[str, Any]) -> dict[str, float]:
    """Return the part of the window to keep: the spot with room around it."""
    wide = min(WIDTH, max(NARROWEST, place["width"] + 2 * ROOM))
    high = min(HEIGHT, max(LOWEST, place["height"] + 2 * ROOM))
    left = min(max(0, place["left"] + place["width"] / 2 - wide / 2), WIDTH - wide)
    top = min(max(0, place["top"] + place["height"] / 2 - high / 2), HEIGHT - high)
    return {"x": round(left), "y": round(top), "width": round(wide), "height": round(high)}


def _leads(href: str, base: str, target: str) -> bool:
    if href.strip() == target:
        return True
    try:
        return canonical(href, base) == target
    except AddressError:
        return False


def _masked(text: str, wholly: bool) -> str:
    """Return a text with numbers of persons covered; ``wholly``: any number as long as such a one, too."""
    covered = masked_text(text)
    return _LEFT_OVER.sub(lambda found: "*" * len(found[0]), covered) if wholly else covered


@lru_cache(maxsize=1)
def _tools() -> str:
    return resources.files("app").joinpath("static/spot.js").read_text(encoding="utf-8")
