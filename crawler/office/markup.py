"""Web pages under other names: what systems export as .xls and .doc, and pages saved whole (MHTML)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import lxml.html

from crawler.extract.charset import decode
from crawler.office.contents import Contents, FileFaultError, Limits, TableTaker, clean

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_UNSEEN = ("script", "style", "noscript", "template", "head")
_BLOCKS = frozenset(
    "p div tr table li ul ol dl dt dd h1 h2 h3 h4 h5 h6 br hr section article header footer body caption form".split()
)
_MAX_SPAN = 64


def read_html(data: bytes, limits: Limits) -> Contents:
    """Return the text and the tables of an HTML file."""
    return _read(decode(data)[0], limits)


def read_mhtml(data: bytes, limits: Limits) -> Contents:
    """Return the text and the tables of a page saved with its pictures in one file."""
    import email.policy
    from email.message import EmailMessage

    message = email.message_from_bytes(data, policy=email.policy.default)
    for part in message.walk():
        if part.get_content_type() == "text/html" and isinstance(part, EmailMessage):
            body = part.get_payload(decode=True)
            if isinstance(body, bytes):
                return _read(decode(body, str(part.get("Content-Type", "")))[0], limits)
    raise FileFaultError("unreadable", "网页归档文件里没有网页")


def _read(text: str, limits: Limits) -> Contents:
    text = text.replace("\x00", "")
    try:
        # a declaration of the encoding is for bytes, these are characters
        parser = lxml.html.HTMLParser(encoding="utf-8")
        root = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (ValueError, lxml.etree.ParserError) as error:
        raise FileFaultError("unreadable", "网页内容为空或已损坏") from error
    title = clean(str(root.findtext(".//title") or ""))
    taker = TableTaker(limits)
    for element in root.xpath("|".join(f"//{name}" for name in _UNSEEN)):
        element.drop_tree()
    for table in root.iter("table"):
        # a table that holds tables is there for the layout
        if table.find(".//table") is None:
            taker.take(_grid(table))
    return Contents(text="".join(_pieces(root)), tables=taker.tables, title=title, partial=taker.partial)


def _pieces(root: Element) -> Iterator[str]:
    """Yield the text in reading order, blocks apart by line breaks, cells by tabs."""
    from lxml import etree

    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag
        if not isinstance(tag, str):
            if event == "end":
                yield element.tail or ""
            continue
        if tag in _BLOCKS:
            yield "\n"
        elif tag in ("td", "th") and event == "end":
            yield "\t"
        text = element.text if event == "start" else element.tail
        if text:
            yield text.replace("\n", " ").replace("\r", " ")


def _grid(table: Element) -> Iterator[list[str]]:
    """Yield a table's rows with merged cells spread out: the value first, then empty ones."""
    hanging: dict[int, int] = {}
    for row in table.iter("tr"):
        cells: list[str] = []
        for cell in row:
            if cell.tag not in ("td", "th"):
                continue
            _fill(cells, hanging)
            width, height = _span(cell.get("colspan")), _span(cell.get("rowspan"))
            for offset in range(width):
                if height > 1:
                    hanging[len(cells)] = height - 1
                cells.append("" if offset else clean("".join(str(piece) for piece in cell.itertext())))
        _fill(cells, hanging)
        yield cells


def _fill(cells: list[str], hanging: dict[int, int]) -> None:
    """Add the empty cells under cells of rows above that reach down to here."""
    while (left := hanging.get(len(cells), 0)) > 0:
        hanging[len(cells)] = left - 1
        cells.append("")


def _span(value: str | None) -> int:
    return min(max(int(value), 1), _MAX_SPAN) if value and value.isascii() and value.isdigit() and len(value) < 5 else 1
