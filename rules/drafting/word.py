"""Reads a Word document into paragraphs and tables, its automatic numbers written out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from rules.drafting.blocks import Block, Paragraph, SourceError, Table

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ENCRYPTED = b"\xd0\xcf\x11\xe0"
_CHINESE = "零一二三四五六七八九"
_IN_CHINESE = ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "ideographDigital")


def read_docx(path: Path) -> list[Block]:
    """Return the paragraphs and tables of a .docx; raises SourceError where it cannot be read."""
    with path.open("rb") as stream:
        if stream.read(4) == _ENCRYPTED:
            raise SourceError(f"{path}：是加密的 Word 文件或旧 .doc，应去掉密码并另存为 .docx")
    try:
        import docx
        from docx.table import Table as WordTable
    except ImportError as error:
        raise SourceError(f"{path}：读 Word 文件须先安装 xunjian[office]") from error
    try:
        document: Any = docx.Document(str(path))
    except (ValueError, KeyError, etree.XMLSyntaxError) as error:
        raise SourceError(f"{path}：不是有效的 .docx 文件（旧 .doc 应另存为 .docx）") from error
    except Exception as error:
        if type(error).__name__ in ("PackageNotFoundError", "BadZipFile"):
            raise SourceError(f"{path}：不是有效的 .docx 文件（旧 .doc 应另存为 .docx）") from error
        raise
    numbering = _Numbering(document)
    blocks: list[Block] = []
    gap = True
    for item in document.iter_inner_content():
        if isinstance(item, WordTable):
            blocks.append(Table(_rows(item, numbering)))
            gap = True
            continue
        for line in (numbering.label(item) + item.text).split("\n"):
            text = line.strip(" \t\u3000\xa0")
            if text:
                blocks.append(Paragraph(text, gap, _is_heading(item)))
            gap = not text
    return blocks


def _is_heading(paragraph: Any) -> bool:
    name = str(paragraph.style.name or "").lower() if paragraph.style is not None else ""
    return name.startswith(("heading", "标题"))


def _rows(table: Any, numbering: _Numbering) -> list[list[str]]:
    rows: list[list[str]] = []
    above: set[Any] = set()
    for row in table.rows:
        cells, here = [], set()
        for cell in row.cells:
            key = cell._tc
            repeated = key in above or key in here
            here.add(key)
            text = "" if repeated else " ".join(numbering.label(part) + part.text for part in cell.paragraphs)
            cells.append(" ".join(text.split()))
        above = here
        rows.append(cells)
    return rows


@dataclass(frozen=True)
class _Level:
    """How one level of a list is numbered: the kind of number, the words around it (「第%1条」), the first."""

    kind: str
    words: str
    start: int


class _Numbering:
    """Writes out the numbers Word keeps apart from the text (「一、」「（一）」「1.」)."""

    def __init__(self, document: Any) -> None:
        self._lists = _lists(document)
        self._counts: dict[tuple[str, int], int] = defaultdict(int)

    def label(self, paragraph: Any) -> str:
        """Return the number of a paragraph, counting on; empty where it has none that Word counts."""
        place = _place(paragraph)
        levels = self._lists.get(place[0]) if place else None
        if place is None or levels is None or place[1] not in levels:
            return ""
        list_id, depth = place
        level = levels[depth]
        if level.kind in ("bullet", "none") or not paragraph.text.strip():
            return ""
        self._counts[list_id, depth] += 1
        for deeper in levels:
            if deeper > depth:
                self._counts[list_id, deeper] = 0
        words = level.words
        for other, shown in levels.items():
            count = max(self._counts[list_id, other], 1) + shown.start - 1
            words = words.replace(f"%{other + 1}", _number(count, shown.kind))
        return words


def _place(paragraph: Any) -> tuple[str, int] | None:
    """Return list and depth of a paragraph, of its own or by its style."""
    style = paragraph.style
    candidates = [paragraph._p.pPr]
    while style is not None:
        candidates.append(style.element.find(f"{_W}pPr"))
        style = style.base_style
    for properties in candidates:
        found = properties.find(f"{_W}numPr") if properties is not None else None
        if found is not None:
            list_id, depth = found.find(f"{_W}numId"), found.find(f"{_W}ilvl")
            if list_id is not None:
                value = depth.get(f"{_W}val") if depth is not None else "0"
                return list_id.get(f"{_W}val"), int(value) if str(value).isdigit() else 0
    return None


def _lists(document: Any) -> dict[str, dict[int, _Level]]:
    """Return the levels of every list of a document, by the list's id."""
    try:
        root = document.part.numbering_part.element
    except (KeyError, NotImplementedError):
        return {}
    kinds = {
        kind.get(f"{_W}abstractNumId"): {
            int(level.get(f"{_W}ilvl", "0")): _Level(
                _value(level, "numFmt", "decimal"), _value(level, "lvlText", ""), int(_value(level, "start", "1") or 1)
            )
            for level in kind.findall(f"{_W}lvl")
        }
        for kind in root.findall(f"{_W}abstractNum")
    }
    return {
        each.get(f"{_W}numId"): kinds.get(_value(each, "abstractNumId", ""), {}) for each in root.findall(f"{_W}num")
    }


def _value(element: Any, name: str, default: str) -> str:
    found = element.find(f"{_W}{name}")
    return str(found.get(f"{_W}val", default)) if found is not None else default


def _number(count: int, kind: str) -> str:
    if kind in _IN_CHINESE:
        tens, ones = divmod(count, 10)
        if tens == 0:
            return _CHINESE[ones]
        return ("" if tens == 1 else _CHINESE[tens % 10]) + "十" + (_CHINESE[ones] if ones else "")
    if kind.startswith("decimalEnclosedCircle") and 1 <= count <= 20:
        return chr(0x2460 + count - 1)
    return str(count)
