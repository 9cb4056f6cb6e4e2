"""Why something may be on the site although the crawl did not see it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from crawler.snapshot.reader import Page
from rules.lexicons import column_type

if TYPE_CHECKING:
    from checks.site import Site

_OPENED = frozenset({"ok", "partial"})
_NAME = 12
# where so great a part of the site's lists was not read, what is nowhere may stand in one of them
_BLIND = 0.25


def why_unseen(site: Site, column_type: str) -> str | None:
    """Return in Chinese what was not read of the columns of a type, of the home page or of the site; None: all was."""
    for column in site.columns:
        if column.type == column_type:
            if column.script_filled:
                return f"“{column.name}”栏目的列表由脚本填充{rendering_words(site, column.pages)}"
            if not column.complete:
                return f"“{column.name}”栏目有分页未能读取"
    home = site.page_of(site.home)
    if home is None or home.record.script_shell:
        return "首页没有读到或由脚本填充"
    blind = [column for column in site.columns if column.script_filled and not column.items]
    if blind and len(blind) >= _BLIND * len(site.columns):
        return f"“{blind[0].name}”等 {len(blind)} 个栏目的列表由脚本填充，没有读到"
    return "抓取没有完成" if site.snapshot.pending() else None


def unread_column(site: Site, kind: str) -> str | None:
    """Return in Chinese which link named as a column of a type could not be read; None where all could."""
    named = site.snapshot.links_worded(lambda words: len(words) <= _NAME and column_type(words) == kind)
    for source, url, element, words in named:
        if element not in ("a", "area") or source not in site.pages or site.targets[url].role == "file":
            continue
        if site.reach(url).state in ("unverified", "unasked"):
            return f"“{words}”栏目 {url} 没有读到"
    return None


def rendering_words(site: Site, pages: Iterable[Page]) -> str:
    """Return in Chinese, in brackets, why rendering did not show what script brings to pages; empty if unknown."""
    for page in pages:
        render = site.snapshot.render_of(page.url)
        if render is not None and render.reason:
            lead = "已用浏览器打开，但" if render.outcome in _OPENED else "未能渲染："
            return f"（{lead}{render.reason}）"
    return ""


def was_opened(site: Site, page: Page) -> bool:
    """Whether a page was opened in a browser and all it asked for was had."""
    render = site.snapshot.render_of(page.url)
    return render is not None and render.outcome == "ok"


def is_cut_short(site: Site, page: Page) -> bool:
    """Whether a page's list goes on behind what was read of it, for a script alone opens its further pages."""
    render = site.snapshot.render_of(page.url)
    if render is None or render.outcome in ("ok", "unneeded", "planned"):
        return False
    listing = page.record.listing
    listed = listing is not None and bool(listing.items or listing.next_pages)
    return listed and (render.why == "pager" or render.outcome == "partial")
