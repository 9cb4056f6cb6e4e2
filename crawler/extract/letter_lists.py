"""Rows of letters: tables with a header row, rows that label their values, rows that show a status."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement

from crawler.cms.rows import Row, RowFinder
from crawler.cms.scan import scan_page
from crawler.cms.texts import pieces, squeezed, visible_text
from crawler.extract.breadcrumb import read_breadcrumb
from crawler.extract.dates import parse_date
from crawler.extract.letter_phrases import state_of
from crawler.extract.letter_words import bare, is_status, label_before, words
from crawler.extract.parsed import ParsedPage
from crawler.snapshot.records import Letter

_HEADS = etree.XPath(
    "//text()[contains(., '标') or contains(., '主') or contains(., '题') or contains(., '名') or contains(., '由') or "
    "contains(., '内')][string-length(normalize-space(.)) > 1][string-length(normalize-space(.)) < 12]"
    "[not(parent::script or parent::style or parent::option or parent::a)]"
)
_TITLE_HEADS = frozenset({"title", "question"})
_KINDS_NEEDED = 3
_FEWEST_ROWS = 2
_HEAD_LEVELS = 3
_MOST_CELLS = 12
_COLON = re.compile(r"[:：]")
_SHORT = 40
# 来信：2026-09-14　回复：2026-09-16
_DATED = {"question": "received", "reply": "replied"}
_LONGEST_DAY = 24


@dataclass(slots=True)
class _Header:
    """The header row of a list: its element and what each of its columns holds (``""`` for what is not known)."""

    element: HtmlElement
    columns: list[str]


def read_letter_rows(page: ParsedPage) -> list[Letter]:
    """Return the rows of the page's list of letters; empty where it has none."""
    finder = RowFinder(page.base)
    return _from_header(page, finder) or _from_rows(page, finder)


def _from_header(page: ParsedPage, finder: RowFinder) -> list[Letter]:
    seen: set[HtmlElement] = set()
    for text in _HEADS(page.tree):
        if words().fields.get(bare(text)) not in _TITLE_HEADS:
            continue
        header = _header(text.getparent().getparent() if text.is_tail else text.getparent())
        if header is None or header.element in seen:
            continue
        seen.add(header.element)
        if not _is_of_letters(header, page):
            continue
        letters = [letter for row in _rows_under(header) if (letter := _by_columns(row, header, finder))]
        if letters:
            return letters
    return []


def _header(element: HtmlElement) -> _Header | None:
    node: HtmlElement | None = element
    for _ in range(_HEAD_LEVELS):
        node = node.getparent() if node is not None else None
        if node is None:
            return None
        cells = _cells(node)
        if len(cells) >= _KINDS_NEEDED:
            columns = [_column(cell) for cell in cells[:_MOST_CELLS]]
            return _Header(node, columns) if len({name for name in columns if name}) >= _KINDS_NEEDED else None
    return None


def _cells(row: HtmlElement) -> list[HtmlElement]:
    return [child for child in row if isinstance(child.tag, str) and child.tag not in ("script", "br", "hr")]


def _column(cell: HtmlElement) -> str:
    label = bare(visible_text(cell)[:_SHORT])
    if label in words().foreign:
        return "foreign"
    return words().fields.get(label) or ("when" if label in ("时间", "日期") else "")


def _is_of_letters(header: _Header, page: ParsedPage) -> bool:
    """Whether a header row is that of a list of letters and not of permits, consultations or news."""
    columns = set(header.columns)
    if "foreign" in columns or not columns & {"received", "accepted", "replied", "status"}:
        return False
    labels = [bare(visible_text(cell)[:_SHORT]) for cell in _cells(header.element)]
    return any(words().is_own(label) for label in labels) or (
        bool(columns & {"replied", "status"}) and page_names_letters(page)
    )


def _rows_under(header: _Header) -> list[HtmlElement]:
    """Return the rows a header row stands over: the table's, or those of like make that follow it."""
    if header.element.tag == "tr":
        table = header.element
        while table is not None and table.tag != "table":
            table = table.getparent()
        rows = [] if table is None else [row for row in table.iter("tr") if row is not header.element]
        if any(len(_cells(row)) == len(header.columns) for row in rows):
            return rows
        following = None if table is None else table.getnext()
        return [] if following is None or not isinstance(following.tag, str) else list(following.iter("tr"))
    node: HtmlElement | None = header.element
    for _ in range(_HEAD_LEVELS):
        if node is None:
            break
        rows = [row for sibling in node.itersiblings() for row in _like(sibling, len(header.columns))]
        if rows:
            return rows
        node = node.getparent()
    return []


def _like(element: HtmlElement, width: int) -> list[HtmlElement]:
    if not isinstance(element.tag, str):
        return []
    return [
        node for node in element.iter()
        if isinstance(node.tag, str) and len(node) >= width and len(_cells(node)) == width
    ]


def _by_columns(row: HtmlElement, header: _Header, finder: RowFinder) -> Letter | None:
    cells = _cells(row)
    if len(cells) != len(header.columns):
        return None
    values = {
        name: _cell_text(cell) for name, cell in zip(header.columns, cells, strict=True) if name
    }
    at = next(at for at, name in enumerate(header.columns) if name in _TITLE_HEADS)
    anchor = next((a for a in cells[at].iter("a") if finder.link(a)), None)
    if anchor is None:
        anchor = next((a for a in row.iter("a") if finder.link(a)), None)
    found = finder.link(anchor) if anchor is not None else None
    inside = anchor is not None and any(node is cells[at] for node in anchor.iterancestors())
    title = found[1] if found and inside else values[header.columns[at]]
    href = (found[0] if found else finder.address(row)) or None
    if not title or words().fields.get(bare(title)):
        return None
    return _letter(title, href, values)


def _cell_text(cell: HtmlElement) -> str:
    """Return a cell's words, or those of its picture (a seal that says 已回复)."""
    text = squeezed(visible_text(cell))
    picture = None if text else next(cell.iter("img"), None)
    return text if picture is None else squeezed(picture.get("alt") or picture.get("title") or "")


def _letter(title: str, href: str | None, values: dict[str, str]) -> Letter:
    state = values.get("status") or (values.get("reply") if is_status(values.get("reply") or "") else None)
    when = values.get("received") or values.get("accepted") or values.get("when")
    received, replied = parse_date(when), parse_date(values.get("replied"))
    department = values.get("department")
    said = "" if state and is_status(state) else values.get("status") or values.get("reply") or ""
    told = state_of(said, received, labelled=True)
    if told is not None:
        state = state if state and told.kind == "out" else told.words
        replied, department = replied or told.replied, department or told.department
    return Letter(
        title=title,
        href=href,
        number=values.get("number"),
        channel=values.get("channel"),
        status=state.strip("[]【】()（） ") if state else None,
        received=received[:10] if received else None,
        replied=replied[:10] if replied else None,
        department=department,
        has_reply_area="replied" in values,
    )


def _from_rows(page: ParsedPage, finder: RowFinder) -> list[Letter]:
    """Read rows that name their values (来信时间：…) or show a status (已办结) beside a title and a day."""
    letters: list[Letter] = []
    labelled = 0
    for row in finder.rows(page.once(scan_page)):
        values = _row_values(row)
        if "foreign" in values:
            return []
        labelled += 1 if values.get("own") else 0
        if values.get("own") or "status" in values:
            letters.append(_letter(row.title, row.href or None, _with_day(values, row)))
    if len(letters) < _FEWEST_ROWS and not labelled:
        return []
    return letters if labelled or page_names_letters(page) else []


def _row_values(row: Row) -> dict[str, str]:
    values: dict[str, str] = {}
    texts = [squeezed(piece) for piece in pieces(row.element)]
    texts = [text for text in texts if text]
    for at, text in enumerate(texts):
        if len(text) > 2 * _SHORT:
            continue
        status = bare(text)
        if status in words().statuses:
            values.setdefault("status", status)
            continue
        _read_labels(text, texts[at + 1] if at + 1 < len(texts) else "", values)
    return values


def _read_labels(text: str, following: str, values: dict[str, str]) -> None:
    colons = [colon for colon in _COLON.finditer(text) if label_before(text, colon.start())]
    for index, colon in enumerate(colons):
        known = label_before(text, colon.start())
        if known is None:
            continue
        label = known[0]
        if label in words().foreign:
            values["foreign"] = label
            return
        end = len(text)
        if index + 1 < len(colons):
            after = label_before(text, colons[index + 1].start())
            end = after[1] if after else end
        value = text[colon.end(): end].strip() or following
        name = words().fields[label]
        if name in _DATED and len(value) <= _LONGEST_DAY and parse_date(value):
            name = _DATED[name]
        if value and not label_before(value + "：", len(value)):
            values.setdefault(name, value)
            if words().is_own(label) and name in ("received", "replied", "number", "status", "department", "sender"):
                values["own"] = label
        if name in ("replied", "reply"):
            values.setdefault("replied", "")


def _with_day(values: dict[str, str], row: Row) -> dict[str, str]:
    """Take an unlabelled day of a letter still waiting for its reply as the day it came."""
    if row.day and not values.get("received") and bare(values.get("status", "")) in words().pending:
        return {**values, "received": row.day}
    return values


def page_names_letters(page: ParsedPage) -> bool:
    """Whether the page's column, title, heading or trail names letters."""
    title = next(iter(page.named["title"]), None)
    names = [page.meta.get("columnname", ""), page.meta.get("columntype", "")]
    names.append(title.text or "" if title is not None else "")
    headings = [*page.named["h1"], *page.named["h2"]]
    names += [squeezed(visible_text(node))[:_SHORT] for node in headings]
    trail = page.once(read_breadcrumb)
    names += trail.labels[1:] if trail is not None else []
    joined = "\n".join(names)
    return any(word in joined for word in words().page)
