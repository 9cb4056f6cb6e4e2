"""Word and PowerPoint files in XML: text in reading order, text boxes and content controls included, and tables."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

from crawler.office.contents import Contents, FileFaultError, Limits, TableTaker, clean
from crawler.office.packages import attribute, local, open_package, parse, part

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

# deleted text, field codes, properties; the fallback repeats its alternative
_SKIPPED = frozenset({
    "del", "moveFrom", "delText", "instrText", "Fallback", "rPr", "pPr", "tblPr", "tblGrid", "trPr", "tcPr", "sectPr",
    "binData", "binaryData", "styles", "fonts", "docPr", "docOleData",
})
_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_MAIN = "officeDocument"
_NUMBER = re.compile(r"(\d+)")
_MAX_SPAN = 64


def read_docx(data: bytes, limits: Limits) -> Contents:
    """Return the text and tables of a .docx (also .docm, .dotx, strict Open XML)."""
    with open_package(data, limits) as archive:
        body = part(archive, _main_part(archive, "word/document.xml"))
        if body is None:
            raise FileFaultError("unreadable", "缺少正文部分，不是完整的 Word 文件")
        return _contents([parse(body)], limits, _title(archive))


def read_pptx(data: bytes, limits: Limits) -> Contents:
    """Return the text and tables of a .pptx, slide by slide."""
    with open_package(data, limits) as archive:
        slides = [
            name for name in archive.namelist() if re.fullmatch(r"ppt/slides/slide\d+\.xml", name, re.IGNORECASE)
        ]
        slides.sort(key=lambda name: int(_NUMBER.findall(name)[-1]))
        roots = [parse(blob) for name in slides[:limits.pages] if (blob := part(archive, name)) is not None]
        contents = _contents(roots, limits, _title(archive))
        contents.pages = len(slides)
        return contents


def read_flat(data: bytes, limits: Limits) -> Contents:
    """Return the text and tables of a Word file kept as one XML file (Word 2003 XML, flat Open XML)."""
    root = parse(data)
    body = next((element for element in root.iter("{*}body") if local(element) == "body"), None)
    if body is None:
        raise FileFaultError("unreadable", "缺少正文部分，不是完整的 Word 文件")
    return _contents([body], limits)


def _contents(roots: list[Element], limits: Limits, title: str = "") -> Contents:
    writer = _Writer(limits)
    for root in roots:
        writer.emit(root)
    return Contents(text="".join(writer.out), tables=writer.taker.tables, partial=writer.taker.partial, title=title)


class _Writer:
    """Walks the tree in reading order, writing text and taking tables as they end."""

    def __init__(self, limits: Limits) -> None:
        self.out: list[str] = []
        self.taker = TableTaker(limits)

    def emit(self, element: Element) -> None:
        name = local(element)
        if name in _SKIPPED:
            return
        if name == "t":
            self.out.append(element.text or "")
        elif name in _BREAKS:
            self.out.append(_BREAKS[name])
        elif name == "tbl":
            self._table(element)
        else:
            for child in element:
                self.emit(child)
            if name == "p":
                self.out.append("\n")

    def _table(self, table: Element) -> None:
        rows: list[list[str]] = []
        for row in _inside(table, "tr"):
            cells: list[str] = []
            for cell in _inside(row, "tc"):
                text, span = self._cell(cell)
                cells.append(text)
                cells.extend([""] * (span - 1))
            rows.append(cells)
            self.out.append("\n" + "\t".join(filter(None, cells)) + "\n")
        self.taker.take(rows)

    def _cell(self, cell: Element) -> tuple[str, int]:
        """Return a cell's text, empty where it only goes on with the one above or before it, and its width."""
        outer, self.out = self.out, []
        for child in cell:
            self.emit(child)
        text, self.out = clean("".join(self.out)), outer
        span = attribute(cell, "gridSpan")
        properties = next((child for child in cell if local(child) == "tcPr"), None)
        for each in properties if properties is not None else ():
            value = attribute(each, "val")
            if local(each) == "gridSpan":
                span = value
            elif local(each) in ("vMerge", "hMerge", "vmerge", "hmerge") and value in (None, "continue"):
                text = ""
        width = int(span) if span and span.isascii() and span.isdigit() and len(span) < 4 else 1
        # in a presentation the cells a span covers are there, each marked
        width = 1 if attribute(cell, "gridSpan") else width
        return text, min(max(width, 1), _MAX_SPAN)


def _inside(element: Element, name: str) -> Iterator[Element]:
    """Yield the rows of a table or cells of a row, those in content controls and marked changes too."""
    for child in element:
        own = local(child)
        if own == name:
            yield child
        elif own in ("sdt", "sdtContent", "customXml", "ins", "smartTag"):
            yield from _inside(child, name)


def _main_part(archive: zipfile.ZipFile, usual: str) -> str:
    """Return the name of the package's main part as its relations give it."""
    relations = part(archive, "_rels/.rels")
    if relations is not None:
        for relation in parse(relations):
            if (relation.get("Type") or "").endswith("/" + _MAIN):
                return str(relation.get("Target") or usual)
    return usual


def _title(archive: zipfile.ZipFile) -> str:
    try:
        properties = part(archive, "docProps/core.xml")
        root = parse(properties) if properties is not None else None
    except FileFaultError:
        return ""
    if root is None:
        return ""
    return next((clean(element.text or "") for element in root if local(element) == "title"), "")
