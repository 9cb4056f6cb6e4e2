"""Prints the report's pages to PDF through Chromium: A4, numbered, headed, without any network.

The browser is the one that renders pages while crawling, with the same guards. It gets nothing but the files of the
report: they are handed to it under a host that does not exist.
"""

from __future__ import annotations

import asyncio
import html
import mimetypes
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from app.errors import UserError
from crawler.rendering.chromium import BrowserGoneError, Chromium, find_chromium, why_absent
from crawler.rendering.limits import Limits

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Route

# the report's own pages that are worth paper, by the file printed; the rest are lists to look things up in
PAGES = {"index.html": "巡检报告", "indicators.html": "指标与算式", "departments.html": "单位得分与排名"}
# tables with a column for every pack
WIDE = frozenset({"departments.html"})
SCORECARDS, PRINTED_SCORECARDS = "departments", "评分单"
MARGINS = {"top": "20mm", "bottom": "18mm", "left": "14mm", "right": "14mm"}
PAGE_SECONDS = 90.0
_HOST = "http://report.invalid/"
_AGENT = "xunjian"
_FONTS = "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','SimSun',sans-serif"
# what leads to another file of the report leads nowhere on paper, and its address would be one of this machine;
# margins written into a style sheet would win over those that make room for head and foot
_MAKE_READY = """() => {
  for (const link of document.querySelectorAll('a[href]'))
    if (!/^(https?:|#)/i.test(link.getAttribute('href'))) link.removeAttribute('href');
  for (const sheet of document.styleSheets)
    for (const rule of sheet.cssRules)
      if (rule instanceof CSSMediaRule && /print/.test(rule.conditionText))
        for (const inner of rule.cssRules)
          if (inner instanceof CSSPageRule) for (const name of ['margin', 'size']) inner.style.removeProperty(name);
  for (const detail of document.querySelectorAll('details')) detail.open = true;
}"""
_MOMENTS = re.compile(rb"/(CreationDate|ModDate) \(D:\d{14}")


@dataclass(frozen=True)
class Sheet:
    """One page to print: its file in the report, the PDF made of it, the words of its head, which way it lies."""

    source: Path
    target: Path
    title: str
    wide: bool = False


def sheets(report: Path, departments: dict[str, str]) -> list[Sheet]:
    """Return what of a report is worth printing; ``departments`` maps names to the stems of their scorecards.

    Targets are relative to the folder the PDFs go into.
    """
    found = [
        Sheet(report / page, Path(f"{name}.pdf"), name, page in WIDE)
        for page, name in PAGES.items()
        if (report / page).is_file()
    ]
    return found + list(_scorecards(report / SCORECARDS, departments))


def _scorecards(folder: Path, departments: dict[str, str]) -> Iterator[Sheet]:
    for name, stem in sorted(departments.items()):
        for page in sorted([folder / f"{stem}.html", *folder.glob(f"{_escaped(stem)}+[0-9]*.html")]):
            if page.is_file():
                yield Sheet(page, Path(PRINTED_SCORECARDS) / f"{page.stem}.pdf", f"评分单：{name}")


def _escaped(stem: str) -> str:
    return re.sub(r"([*?\[])", r"[\1]", stem)


def print_sheets(chosen: Sequence[Sheet], report: Path, folder: Path, site: str, day: date) -> list[Path]:
    """Print pages of a report into a folder; returns the files made.

    ``site`` and ``day`` stand at the head and foot of every page. Raises UserError saying what to install where the
    browser is absent, or what went wrong where it cannot print; OSError where the folder refuses.
    """
    absent = why_absent()
    if absent is not None:
        raise UserError(f"打印 PDF：{absent}")
    return asyncio.run(_print_all(chosen, report, folder, site, day))


async def _print_all(chosen: Sequence[Sheet], report: Path, folder: Path, site: str, day: date) -> list[Path]:
    browser = Chromium(find_chromium() or "", Limits(), _AGENT)
    made = []
    try:
        for sheet in chosen:
            try:
                async with asyncio.timeout(PAGE_SECONDS), browser.context() as context:
                    body = await _printed(context, sheet, report, site, day)
            except TimeoutError:
                raise UserError(f"{sheet.source}: {PAGE_SECONDS:g} 秒内没有打印完") from None
            except BrowserGoneError as error:
                raise UserError(f"{sheet.source}: 打印不成，{error}") from None
            target = folder / sheet.target
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(_dated(body, day))
            made.append(target)
    finally:
        await browser.close()
    return made


async def _printed(context: BrowserContext, sheet: Sheet, report: Path, site: str, day: date) -> bytes:
    await context.route("**/*", serving(report))
    page = await context.new_page()
    await page.emulate_media(media="print", color_scheme="light")
    address = _HOST + quote(sheet.source.relative_to(report).as_posix())
    await page.goto(address, wait_until="load", timeout=PAGE_SECONDS * 1000)
    await page.evaluate(_MAKE_READY)
    return await page.pdf(
        format="A4", landscape=sheet.wide, print_background=True, display_header_footer=True, tagged=True, outline=True,
        header_template=_line(site, sheet.title),
        footer_template=_line(
            f"计算到 {day.isoformat()}", "第 <span class=pageNumber></span> 页　共 <span class=totalPages></span> 页",
            safe=True,
        ),
        margin=MARGINS,  # type: ignore[arg-type]
    )  # fmt: skip


def serving(folder: Path) -> Callable[[Route], Awaitable[None]]:
    """Return what answers a page's requests: with files of a folder, and with nothing else."""
    root = folder.resolve()

    async def answer(route: Route) -> None:
        path = _file(root, route.request.url) if route.request.method == "GET" else None
        if path is None:
            await route.abort()
        else:
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            charset = "; charset=utf-8" if kind.startswith("text/") else ""
            await route.fulfill(status=200, content_type=f"{kind}{charset}", body=path.read_bytes())

    return answer


def _file(root: Path, url: str) -> Path | None:
    if not url.startswith(_HOST):
        return None
    path = (root / unquote(urlsplit(url).path).lstrip("/")).resolve()
    return path if path.is_relative_to(root) and path.is_file() else None


def _line(left: str, right: str, *, safe: bool = False) -> str:
    """Return the head or foot of a page: a template knows no style sheet and is in no font of its own."""
    sides = (left, right) if safe else (html.escape(left), html.escape(right))
    return (
        f'<div style="width:100%;margin:0 14mm;font:8px {_FONTS};color:#444;display:flex;'
        f'justify-content:space-between"><span>{sides[0]}</span><span>{sides[1]}</span></div>'
    )


def _dated(body: bytes, day: date) -> bytes:
    """Return a PDF whose dates are the inspection's: equal pages then give equal bytes."""
    return _MOMENTS.sub(lambda found: b"/%s (D:%s000000" % (found[1], day.strftime("%Y%m%d").encode()), body)
