"""From rows to a listing: the main list's items, their years, and what it means that there are none."""

from __future__ import annotations

import re

import lxml.html

from crawler.cms.article import LABEL_SCORE, article_signs, has_article_address
from crawler.cms.blocks import Block, BlockFinder, choose
from crawler.cms.emptiness import bare_lists, empty_notice, header_tables, is_script_filled, is_surely_script_filled
from crawler.cms.lexicon import load
from crawler.cms.marks import days_in_address, with_year
from crawler.cms.pager import Pager, total_of
from crawler.cms.rows import Row, RowFinder
from crawler.cms.scan import scan_page, scan_tree
from crawler.cms.texts import squeezed
from crawler.cms.undated import undated_rows
from crawler.cms.zones import Zones
from crawler.extract.parsed import ParsedPage
from crawler.snapshot.records import Listing, ListItem

_ARTICLE = 4
_PAGER_BONUS = 3
_FULL_LIST = 8
_FEW_STORES = 2
_CRUMB_LEADS = tuple(load("lists")["crumb_leads"])
_ROOT = re.compile(r"\w+://[^/?#]*/?(?:(?:index|default|main|home)\.\w+)?", re.IGNORECASE)
# a heading among rows that names the year of those behind it
_YEAR_TAGS = frozenset({"dt", "h2", "h3", "h4", "h5", "h6", "p", "div", "span", "strong", "b", "li"})
_FEW_WITHIN = 2
_YEAR_ALONE = re.compile(r"\W{0,4}((?:19|20)\d\d)\s*年?度?\W{0,4}")
_TITLE_END = re.compile(r"\s*[-_|—–:：>]+\s*|\s{2,}")

def build(
    page: ParsedPage,
    dialect: str,
    *,
    bar: lxml.html.HtmlElement | None = None,
    stored: list[tuple[lxml.html.HtmlElement, lxml.html.HtmlElement]] | None = None,
    next_pages: list[str] | None = None,
    total: int | None = None,
    unfilled: bool = False,
    pager: Pager | None = None,
) -> Listing | None:
    """Return the page's listing; None where it is an article or shows no sign of a list.

    ``bar`` is the element of the paging bar or script; ``stored`` trees of rows kept inside elements of the
    page (element, tree); ``next_pages`` and ``total`` what the dialect knows of the list; ``unfilled`` that
    the dialect's own script fetches rows where none are in the page.
    """
    bonus = _PAGER_BONUS if (next_pages or unfilled) and not has_article_address(page) else 0
    signs = article_signs(page)
    if signs.score() - bonus - LABEL_SCORE >= _ARTICLE:
        return None
    zones = Zones(page.base)
    blocks = _blocks(page, stored or [])
    chosen, portal = choose(blocks, page, bar, names=_names(page))
    rows = [row for block in chosen for row in block.rows]
    score = signs.score(_labelled(rows)) - bonus
    listing = Listing(dialect=dialect, next_pages=next_pages or [], total=total)
    if listing.total is None and (bar is not None or not rows):
        listing.total = total_of(page, pager)
    if rows and score < (_ARTICLE if len(rows) >= _FULL_LIST else _ARTICLE - 1):
        _fill(listing, rows, blocks)
        listing.count = None if portal else len(listing.items)
        if listing.total is not None and listing.total < len(listing.items):
            # a template's leftover, not what the list counts
            listing.total = None
        doubtful = bar is None and not stored and _is_doubtful(chosen, page)
        listing.script_filled = doubtful and is_surely_script_filled(page, zones)
        return listing
    return _without_dated_rows(page, zones, listing, bar, unfilled) if score < _ARTICLE - 2 else None


def _blocks(page: ParsedPage, stored: list[tuple[lxml.html.HtmlElement, lxml.html.HtmlElement]]) -> list[Block]:
    finder, rows = BlockFinder(page.base), RowFinder(page.base)
    blocks = finder.blocks(rows.rows(page.once(scan_page)))
    own: list[Block] = []
    for holder, tree in stored:
        kept = RowFinder(page.base).rows(scan_tree(tree))
        if kept:
            own.append(finder.stored(kept, holder))
    if 1 <= len(own) <= _FEW_STORES and _size(own) >= _size(blocks):
        return own
    return blocks + own


def _size(blocks: list[Block]) -> int:
    return sum(len(block.rows) for block in blocks)


def _names(page: ParsedPage) -> frozenset[str]:
    """Return the names the page gives its column: the tags, the head of its title, the end of its trail."""
    names = {page.meta.get("columnname", ""), page.meta.get("columntype", "")}
    title = next(iter(page.named["title"]), None)
    if title is not None:
        names.update(_TITLE_END.split(squeezed(title.text or ""))[:1])
    return frozenset(name.strip() for name in names if len(name.strip()) >= 2)


def _fill(listing: Listing, rows: list[Row], blocks: list[Block]) -> None:
    newest = max((row.day for block in blocks for row in block.rows if row.day), default=None)
    undecided = [row for row in rows if row.day is None and row.month_day]
    _set_years(undecided)
    named = (day for row in undecided for day in days_in_address(row.href))
    newest = max(filter(None, (newest, *named)), default=None)
    seen: set[tuple[str, str]] = set()
    for row in rows:
        key = (row.href, row.title)
        if key not in seen:
            seen.add(key)
            listing.items.append(ListItem(title=row.title, href=row.href, date=_day(row, newest)))
    listing.newest = max((item.date for item in listing.items if item.date), default=None)


def _set_years(rows: list[Row]) -> None:
    """Take the year of rows from the heading among their siblings that they stand under (dt 2026年, dd …)."""
    known: dict[lxml.html.HtmlElement, dict[lxml.html.HtmlElement, int]] = {}
    for row in rows:
        parent = row.element.getparent()
        if row.year is not None or parent is None:
            continue
        if parent not in known:
            known[parent] = _years_within(parent)
        row.year = known[parent].get(row.element)


def _years_within(parent: lxml.html.HtmlElement) -> dict[lxml.html.HtmlElement, int]:
    """Return the year each child stands under, for children behind a heading that is but a year."""
    years: dict[lxml.html.HtmlElement, int] = {}
    year: int | None = None
    for child in parent.iterchildren():
        short = child.tag in _YEAR_TAGS and len(child) <= _FEW_WITHIN
        if short and (named := _YEAR_ALONE.fullmatch(squeezed("".join(child.itertext())))):
            year = int(named[1])
        elif year is not None:
            years[child] = year
    return years


def _day(row: Row, newest: str | None) -> str | None:
    return row.day if row.day or row.month_day is None else with_year(row.month_day, row.href, row.year, newest)


def _is_doubtful(chosen: list[Block], page: ParsedPage) -> bool:
    """Whether the rows found may be a side list of a page whose own list a script fills."""
    names = _names(page)
    return not any(block.heading.words in names and not block.digest for block in chosen)


def _without_dated_rows(
    page: ParsedPage, zones: Zones, listing: Listing, bar: lxml.html.HtmlElement | None, unfilled: bool
) -> Listing | None:
    placed = _is_column(page)
    notice = empty_notice(page, zones) if placed or not _is_root(page.url) else None
    if notice is None and (placed or bar is not None):
        rows = undated_rows(page, zones, bar)
        if rows:
            listing.items = [ListItem(title=row.title, href=row.href, date=row.day) for row in rows]
            listing.newest = max((row.day for row in rows if row.day), default=None)
            listing.script_filled = is_script_filled(page, zones)
            return listing
    listing.empty_notice = notice
    listing.script_filled = unfilled or (notice is None and is_script_filled(page, zones))
    listlike = placed or bar is not None or listing.total == 0
    unfilled_list = bare_lists(page, zones) or header_tables(page, zones)
    if notice or (listlike and (listing.script_filled or listing.total == 0 or unfilled_list)):
        listing.count = None if listing.script_filled else 0
        return listing
    return listing if unfilled else None


def _labelled(rows: list[Row]) -> int:
    """Return how many rows label their days; one alone may be an article's own line (发布时间：…)."""
    labelled = sum(1 for row in rows if row.labelled)
    return labelled if labelled > 1 else 0


def _is_root(url: str) -> bool:
    return bool(_ROOT.fullmatch(url))


def _is_column(page: ParsedPage) -> bool:
    """Whether the page says what column it is: by the standard tag or by a trail."""
    if page.meta.get("columnname"):
        return True
    return any(_leads_trail(squeezed(text).lstrip("【[> ")) for text, _ in page.once(scan_page).trails)


def _leads_trail(text: str) -> bool:
    return any(text.startswith(lead) and text[len(lead): len(lead) + 1] in "：:】]>》 是" for lead in _CRUMB_LEADS)
