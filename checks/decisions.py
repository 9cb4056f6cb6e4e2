"""Catalogues of major administrative decisions (重大行政决策事项目录) and the items they list."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from weakref import WeakKeyDictionary

from checks.bodies import lines_of, tree_of
from checks.days import day_of
from checks.decision_items import Item, block_items, numbered_items, table_items
from checks.lexicon import any_of, lexicon
from checks.site import Site
from checks.tables import Cell, Table, tables_of
from checks.titles import years
from crawler.snapshot.reader import Page
from crawler.snapshot.records import FileRecord

_LEAST_TEXT, _TITLE = 60, 80
_SITE = re.compile(r"\s*(?:--?|_|\||—+|–)\s*[^-_|—–]{2,20}$")
_LISTS = re.compile(r"目录|清单|一览|名录")


@dataclass(frozen=True)
class Catalogue:
    """A catalogue: the page that shows it (None: only a file or a title in a list), where it is, its year.

    ``lines`` and ``items`` are what the page and its files say, ``told`` what they say of the items: the table where
    there is one. ``whole`` is false where a file of it was not read. ``empty``: it says that there are no decisions.
    """

    url: str
    title: str
    years: frozenset[str]
    page: Page | None
    department: str | None
    lines: tuple[str, ...] = ()
    items: tuple[Item, ...] = field(default=())
    told: str = ""
    whole: bool = True
    empty: bool = False

    @property
    def readable(self) -> bool:
        """Whether what it lists could be read."""
        shell = self.page is not None and self.page.record.script_shell
        return not shell and self.whole and (bool(self.items) or sum(map(len, self.lines)) >= _LEAST_TEXT)

    @property
    def unread_because(self) -> str:
        """Why no items could be read, in Chinese."""
        if self.page is not None and self.page.record.script_shell:
            return "页面由脚本填充"
        if not self.whole:
            return "附件没有读到"
        if sum(map(len, self.lines)) < _LEAST_TEXT:
            return "只有标题、图片"
        return "正文里没有表格，也没有编号的条目"


# what the clauses that ask for catalogues with different parameters ask of a site alike
_CATALOGUES: WeakKeyDictionary[Site, list[Catalogue]] = WeakKeyDictionary()


def catalogues(site: Site) -> list[Catalogue]:
    """Return a site's catalogues: pages, attachments and rows of lists that are titled so, by address."""
    if site not in _CATALOGUES:
        _CATALOGUES[site] = _catalogues(site)
    return _CATALOGUES[site]


def _catalogues(site: Site) -> list[Catalogue]:
    found: dict[str, Catalogue] = {}
    for page in site.pages.values():
        title = _full_title(site, page)
        if names_catalogue(title) and page.record.page_kind not in ("error", "fragment", "home"):
            if _lists_catalogues(page, title):
                continue
            if page.url not in site.interpretations:
                found[page.url] = _read(site, page, title)
    for page in site.articles:
        title = page.record.title or ""
        if page.url not in found and re.search(lexicon("decisions")["statement"], title):
            said = _read(site, page)
            if said.empty:
                found[page.url] = said
    for page in site.pages.values():
        listing = page.record.listing
        rows = [(item.title, item.href, item.date) for item in (listing.items if listing else ())]
        rows += [(link.title, link.href, page.record.published) for link in page.record.attachments]
        for title, href, day in rows:
            address = site.page_address(href) if href else ""
            if names_catalogue(title) and address and address not in found:
                own = site.pages.get(address)
                found[address] = _read(site, own) if own is not None else _file(site, address, title, day)
    named = site.snapshot.links_worded(lambda text: len(text) <= _TITLE and names_catalogue(text))
    for source, target, _, words in named:
        address = site.page_address(target)
        if source in site.pages and address not in found and address not in site.pages and years(words):
            found[address] = _file(site, address, words, None)
    return [found[url] for url in sorted(found)]


def _lists_catalogues(page: Page, title: str) -> bool:
    """Whether a column named after catalogues lists them, year by year: one of a year lists its decisions."""
    listing = page.record.listing
    if page.record.page_kind != "column" or listing is None or not listing.items:
        return False
    return not years(title) or any(names_catalogue(item.title) for item in listing.items)


def _full_title(site: Site, page: Page) -> str:
    """Return a page's title, after the name of its column where that says what it is a list of (2026年度目录)."""
    title = page.record.title or ""
    if page.record.page_kind in ("column", "other"):
        above = (page.record.breadcrumb or [""])[-2:]
        # 重大行政决策目录 > 2026年度
        told = [name for name in (*above, page.record.column_name or "") if names_catalogue(name)]
        if told and years(title) and not names_catalogue(title):
            return f"{told[0]} {title}"
        return _heading(site, page) or title if "决策" in title and not years(title) else title
    if not _LISTS.search(title):
        return title
    column = site.column_name(page.url) or ""
    return title if "决策" in title or not names_catalogue(column) else f"{column} {title}"


def _heading(site: Site, page: Page) -> str:
    """Return the heading of a page that goes by its column's name, where that is a year's catalogue's."""
    root = tree_of(site, page)
    if root is None:
        return ""
    headings = ["".join(node.itertext()) for tag in ("h1", "h2", "h3", "title") for node in root.iter(tag)]
    plain = (_SITE.sub("", " ".join(text.split())) for text in headings)
    return next((text for text in plain if len(text) <= _TITLE and years(text) and names_catalogue(text)), "")


def _file(site: Site, address: str, title: str, day: str | None) -> Catalogue:
    """Return a catalogue that is a file, or of which only the title was seen."""
    record = site.file(address) if site.reach(address).state == "alive" else None
    text = site.file_text(address) if record is not None else ""
    tables = _file_tables(record)
    items = tuple(item for table in tables for item in table_items("", table, filed=True))
    whole = record is not None and record.outcome == "ok" and not record.partial
    lines = tuple(text.split("\n"))
    return Catalogue(
        address, title, _years(title, day, text), None, site.department_for(address, title), lines,
        items, _told(tables) or text, whole=whole, empty=not items and _says_none(title, lines, whole),
    )


def _file_tables(record: FileRecord | None) -> list[Table]:
    if record is None:
        return []
    tables = [*record.tables, *(table for member in record.members for table in member.tables)]
    return [Table(tuple(tuple(Cell(text) for text in row) for row in table.rows)) for table in tables]


def _told(tables: Iterable[Table]) -> str:
    """Return all that those tables say that list items."""
    return "\n".join(
        " ".join(cell.text for cell in row if cell.begins)
        for table in tables if table_items("", table) for row in table.rows
    )


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


def _read(site: Site, page: Page, title: str = "") -> Catalogue:
    root = tree_of(site, page)
    lines = tuple(lines_of(root)) if not page.text else tuple(page.text.split("\n"))
    tables = tables_of(root)
    files, unread = site.attachment_texts(page)
    items = [item for table in tables for item in table_items(page.url, table)]
    for file in files:
        lines += tuple(file.text.split("\n"))
        filed = _file_tables(file.record)
        tables += filed
        items = items or [item for table in filed for item in table_items("", table, filed=True)]
    if not items:
        items = numbered_items(root, page.url, lines) or block_items(tree_of(site, page), page.url, lines)
    record = page.record
    whole = bool(items) or not unread
    return Catalogue(
        page.url, title or record.title or "",
        _years(title or record.title or "", record.published or record.published_tag, page.text),
        page, site.department_of(page), lines, tuple(items),
        _told(tables) or "\n".join(lines), whole=whole,
        # of a text of one short sentence what is read as the page's text may be but the line above it
        empty=not items and (_says_none(record.title or "", lines, whole) or _says_none("", lines_of(root), False)),
    )


def _says_none(title: str, lines: Sequence[str], whole: bool) -> bool:
    """Whether a catalogue without items says that there are none; a mere 无 in its table where all of it was read."""
    words = lexicon("decisions")["none"]
    said = any_of(words["stated"])
    bare = ["".join(line.split()) for line in (title, *lines)]
    return any(said.search(line) for line in bare) or (whole and any(any_of(words["cell"]).fullmatch(x) for x in bare))


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
    month_day += re.findall(r"(?<!\d)(20\d\d)\s*[.\-/]\s*(\d{1,2})(?!\d)", text)
    months = [(int(own or year), int(month)) for own, month in month_day if 1 <= int(month) <= 12]
    if months:
        last_year, last = max(months)
        return date(last_year, last, calendar.monthrange(last_year, last)[1])
    return None
