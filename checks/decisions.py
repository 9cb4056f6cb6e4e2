"""Catalogues of major administrative decisions (重大行政决策事项目录) and the items they list."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from checks.bodies import lines_of, tree_of
from checks.days import day_of
from checks.lexicon import any_of, lexicon
from checks.site import Site
from checks.tables import Cell, Table, tables_of
from checks.titles import key, years
from crawler.snapshot.reader import Page
from crawler.urls import AddressError, canonical

_ITEM_HEAD = re.compile(r"决策|事项|项目|名称|文件|内容")
_NUMBER_HEAD = re.compile(r"序\s*号|编号|^号$|单位|部门|时间|时限|方式|备注|依据|程序|过程|阶段|进度|链接")
_COUNT = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_NUMBERED = re.compile(
    rf"^\s*(?:[（(]?{_COUNT}[）)]?)\s*[.．、]\s*(.{{4,80}})$|^\s*[（(]{_COUNT}[）)]\s*(.{{4,80}})$"
)
_LEAST_TEXT = 60


@dataclass(frozen=True)
class Item:
    """One decision a catalogue lists: its name, the text of its row, the links of its row as (address, words)."""

    name: str
    row: str
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Catalogue:
    """A catalogue: the page that shows it (None: only a file or a title in a list), where it is, its year."""

    url: str
    title: str
    years: frozenset[str]
    page: Page | None
    department: str | None
    lines: tuple[str, ...] = ()
    items: tuple[Item, ...] = field(default=())

    @property
    def readable(self) -> bool:
        """Whether what it lists could be read."""
        return self.page is not None and not self.page.record.script_shell and (
            bool(self.items) or sum(map(len, self.lines)) >= _LEAST_TEXT
        )


def catalogues(site: Site) -> list[Catalogue]:
    """Return a site's catalogues: pages, attachments and rows of lists that are titled so, by address."""
    found: dict[str, Catalogue] = {}
    for page in site.pages.values():
        title = page.record.title or ""
        if names_catalogue(title) and page.record.page_kind not in ("error", "fragment", "home"):
            if page.record.page_kind == "column" and page.record.listing and page.record.listing.items:
                continue
            if page.url not in site.interpretations:
                found[page.url] = _read(site, page)
    for page in site.pages.values():
        listing = page.record.listing
        rows = [(item.title, item.href, item.date) for item in (listing.items if listing else ())]
        rows += [(link.title, link.href, page.record.published) for link in page.record.attachments]
        for title, href, day in rows:
            address = site.page_address(href) if href else ""
            if names_catalogue(title) and address and address not in found:
                own = site.pages.get(address)
                found[address] = _read(site, own) if own is not None else Catalogue(
                    address, title, _years(title, day, ""), None, site.department_for(address, title)
                )
    return [found[url] for url in sorted(found)]


def names_catalogue(title: str) -> bool:
    """Whether a title is that of a catalogue of decisions."""
    words = lexicon("decisions")
    return bool(any_of(words["catalogue"]).search(title)) and not any_of(words["not_catalogue"]).search(title)


def _years(title: str, day: str | None, text: str) -> frozenset[str]:
    named = years(title)
    if named:
        return named
    published = day_of(day)
    told = set(re.findall(r"(20\d\d)年(?:度)?[^。\n]{0,16}重大", text[:2000]))
    return frozenset(told or ({str(published.year)} if published else ()))


def _read(site: Site, page: Page) -> Catalogue:
    root = tree_of(site, page)
    lines = tuple(lines_of(root)) if not page.text else tuple(page.text.split("\n"))
    items = [item for table in tables_of(root) for item in _table_items(site, page, table)]
    if not items:
        items = [Item(name, line) for line in lines if (name := _numbered(line))]
    record = page.record
    return Catalogue(
        page.url, record.title or "", _years(record.title or "", record.published or record.published_tag, page.text),
        page, site.department_of(page), lines, tuple(items),
    )


def _numbered(line: str) -> str | None:
    match = _NUMBERED.match(line)
    if match is None:
        return None
    name = (match[1] or match[2]).strip()
    return None if name.endswith(("：", ":", "。")) and len(name) < 12 else name


def _table_items(site: Site, page: Page, table: Table) -> list[Item]:
    head = next(
        (number for number, row in enumerate(table.rows[:5]) if _item_column(row) is not None and len(row) >= 2), None
    )
    if head is None:
        return []
    column = _item_column(table.rows[head])
    items = []
    for row in table.rows[head + 1:]:
        if column is None or column >= len(row):
            continue
        name = row[column].text
        if len(key(name)) < 4 or not row[column].begins or all(cell.text == name for cell in row):
            continue
        links = tuple(dict.fromkeys(
            (_absolute(href, page.url), words) for cell in row for href, words in cell.links
        ))
        items.append(Item(name, " ".join(cell.text for cell in row if cell.begins), links))
    return items


def _item_column(row: tuple[Cell, ...]) -> int | None:
    headed = [cell.text for cell in row]
    if len({text for text in headed if text}) < 2 or any(len(text) > 30 for text in headed):
        return None
    return next(
        (
            number for number, text in enumerate(headed)
            if _ITEM_HEAD.search(text) and not _NUMBER_HEAD.search(text)
        ), None,
    )


def _absolute(href: str, base: str) -> str:
    try:
        return canonical(href, base)
    except AddressError:
        return href


def planned_end(text: str, year: int) -> date | None:
    """Return the last day of the time a row gives for its decision (第二季度, 6月底前, 2026年6月); None: none."""
    quarter = re.search(r"第?([一二三四1-4])季度", text)
    if quarter:
        month = ("一二三四1234".index(quarter[1]) % 4 + 1) * 3
        return date(year, month, 30 if month in (6, 9) else 31)
    if "上半年" in text:
        return date(year, 6, 30)
    if re.search(r"下半年|年底|全年", text):
        return date(year, 12, 31)
    month_day = re.findall(r"(?:(20\d\d)\s*[年.-]\s*)?(\d{1,2})\s*月", text)
    months = [(int(own or year), int(month)) for own, month in month_day if 1 <= int(month) <= 12]
    if months:
        last_year, last = max(months)
        return date(last_year, last, 28)
    return None
