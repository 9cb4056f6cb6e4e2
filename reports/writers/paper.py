"""Word documents laid out as official papers are (after GB/T 9704): fonts, margins, page numbers, tables.

Whatever text is given becomes text: no field, no link but to the web, no character that XML refuses. Equal papers
are equal bytes. python-docx (extra ``office``) is needed only once a paper is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from reports.text import legible, web_address

BODY, HEAVY, LIGHT, TITLE = "仿宋", "黑体", "楷体", "宋体"
LATIN: Final = "Times New Roman"
BODY_POINTS, TABLE_POINTS, SMALL_POINTS, TITLE_POINTS = 16, 10.5, 9, 22
# millimetres: A4, and the margins of an official document
WIDTH, HEIGHT, TOP, BOTTOM, LEFT, RIGHT = 210, 297, 37, 35, 28, 26
TEXT_WIDTH: Final = WIDTH - LEFT - RIGHT
# annexes lie on their side: wide tables in small letters, with narrow margins
WIDE_MARGIN = 20
WIDE_TEXT_WIDTH: Final = HEIGHT - 2 * WIDE_MARGIN
SHADE: Final = "EDEDED"
NO_PACKAGE: Final = "没有安装 Word 组件，请执行 pip install 'xunjian[office]'"
_TWIPS_PER_MILLIMETRE: Final = 1440 / 25.4


@dataclass(frozen=True)
class Link:
    """Text in a cell with an address behind it, where that leads to the web."""

    text: str
    address: str | None


Line = str | Link
# a tuple's parts stand each on a line of its own
Cell = Line | tuple[Line, ...]


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, its share of the width, whether its cells stand in the middle."""

    title: str
    share: float
    centred: bool = False


class Paper:
    """A document being written from top to bottom; ``title`` and ``day`` go into its properties.

    Raises ImportError where python-docx is not installed.
    """

    def __init__(self, title: str, subject: str, day: date) -> None:
        import docx

        self._document = docx.Document()
        self._tables = 0
        self._wide = False
        _set_styles(self._document)
        _set_page(self._document.sections[0], wide=False)
        _set_properties(self._document.core_properties, legible(title), legible(subject), day)

    def title(self, text: str, subtitle: str = "") -> None:
        """Write the paper's title, and a line below it."""
        self._paragraph(text, "Title")
        if subtitle:
            self._paragraph(subtitle, "Subtitle")

    def heading(self, text: str, level: int) -> None:
        """Write a heading of level 1 (一、), 2 (（一）) or 3 (1．)."""
        self._paragraph(text, f"Heading {level}")

    def text(self, text: str) -> None:
        """Write a paragraph, its first line indented."""
        self._paragraph(text, "Normal")

    def flush(self, text: str) -> None:
        """Write a paragraph that begins at the margin: whom a letter is to."""
        self._paragraph(text, "Flush")

    def signed(self, *lines: str) -> None:
        """Write lines at the right: who signs, and when."""
        for line in lines:
            self._paragraph(line, "Signed")

    def note(self, text: str) -> None:
        """Write a small paragraph, as below a table."""
        self._paragraph(text, "Note")

    def table(
        self, caption: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], *, row_height: float = 0
    ) -> None:
        """Write a table: its heading repeats on every page, no row is split between two.

        ``row_height`` is the least height of a row in millimetres, where somebody is to write in it.
        """
        self._tables += 1
        self._paragraph(f"表{self._tables}　{caption}", "Caption")
        width = WIDE_TEXT_WIDTH if self._wide else TEXT_WIDTH
        style = "TableSmall" if self._wide else "TableText"
        widths = [_twips(width * share) for share in _shares(columns)]
        table = _table(columns, widths)
        self._document.element.body.insert(self._end, table)
        for row in rows:
            table.append(_row([
                _cell(self._document, value, column, width, style)
                for value, column, width in zip(row, columns, widths, strict=True)
            ], height=_twips(row_height)))
        # two tables without a paragraph between them would be one
        self._paragraph("", "Note")

    def turn(self, *, wide: bool) -> None:
        """Go on on a new page, lying on its side or upright."""
        from docx.enum.section import WD_SECTION

        _set_page(self._document.add_section(WD_SECTION.NEW_PAGE), wide=wide)
        self._wide = wide

    def save(self, path: Path) -> None:
        """Write the document; raises OSError."""
        made = BytesIO()
        self._document.save(made)
        with ZipFile(made) as parts, ZipFile(path, "w", ZIP_DEFLATED) as archive:
            for name in parts.namelist():
                info = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                info.compress_type = ZIP_DEFLATED
                archive.writestr(info, parts.read(name))

    @property
    def _end(self) -> int:
        """Where the body ends: before the properties of its last section."""
        return len(self._document.element.body) - 1

    def _paragraph(self, text: str, style: str) -> Any:
        paragraph = self._document.add_paragraph(style=style)
        _add_text(paragraph._p, text)
        return paragraph


def _set_styles(document: Any) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
    from docx.shared import Pt

    def shape(
        name: str, font: str, points: float, *, bold: bool = False, indent: float = 0, align: Any = None,
        line: float | None = 28, before: float = 0, after: float = 0, keep: bool = False,
    ) -> None:
        style = styles[name] if name in names else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        if name != "Normal":
            style.base_style = styles["Normal"]
        _set_font(style, font)
        style.font.size, style.font.bold, style.font.italic = Pt(points), bold, False
        style.font.color.rgb = _black()
        layout = style.paragraph_format
        layout.first_line_indent = Pt(points * indent)
        layout.alignment = align
        layout.space_before, layout.space_after = Pt(before), Pt(after)
        layout.keep_with_next, layout.widow_control = keep, True
        if line is None:
            layout.line_spacing_rule = WD_LINE_SPACING.SINGLE
        else:
            layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(line)

    styles = document.styles
    names = {style.name for style in styles}
    centre, right, left = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT
    shape("Normal", BODY, BODY_POINTS, indent=2)
    shape("Title", TITLE, TITLE_POINTS, bold=True, align=centre, line=36, after=14)
    shape("Subtitle", LIGHT, BODY_POINTS, align=centre, after=14)
    shape("Heading 1", HEAVY, BODY_POINTS, indent=2, keep=True, before=6)
    shape("Heading 2", LIGHT, BODY_POINTS, indent=2, keep=True)
    shape("Heading 3", BODY, BODY_POINTS, bold=True, indent=2, keep=True)
    shape("Flush", BODY, BODY_POINTS)
    shape("Signed", BODY, BODY_POINTS, align=right)
    shape("Caption", HEAVY, 12, align=centre, line=None, before=8, after=4, keep=True)
    shape("Note", BODY, TABLE_POINTS, align=left, line=None, after=6)
    shape("TableText", BODY, TABLE_POINTS, align=left, line=None)
    shape("TableSmall", BODY, SMALL_POINTS, align=left, line=None)
    shape("TableHead", HEAVY, TABLE_POINTS, align=centre, line=None)
    for name in ("TableText", "TableSmall", "TableHead"):
        # an address without a space may end its line anywhere
        styles[name].element.xpath("./w:pPr/w:spacing")[0].addprevious(_parsed('<w:wordWrap w:val="0"/>'))
    shape("Footer", TITLE, 14, align=centre, line=None)
    for name in ("Title", "Subtitle"):
        # the template rules a line under them and numbers their outline
        for mark in styles[name].element.xpath("./w:pPr/w:pBdr | ./w:pPr/w:numPr | ./w:rPr/w:spacing | ./w:rPr/w:kern"):
            mark.getparent().remove(mark)


def _set_font(style: Any, font: str) -> None:
    """Set a style's fonts for Latin and for East Asian letters, in place of those of the template's theme."""
    from docx.oxml import OxmlElement

    properties = style.element.get_or_add_rPr()
    for old in properties.xpath("./w:rFonts | ./w:lang"):
        properties.remove(old)
    fonts = OxmlElement("w:rFonts")
    for name, value in (("ascii", LATIN), ("hAnsi", LATIN), ("eastAsia", font), ("cs", LATIN)):
        fonts.set(_w(name), value)
    properties.insert(0, fonts)
    language = OxmlElement("w:lang")
    language.set(_w("val"), "zh-CN")
    language.set(_w("eastAsia"), "zh-CN")
    properties.append(language)


def _set_page(section: Any, *, wide: bool) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Mm(HEIGHT), Mm(WIDTH)) if wide else (Mm(WIDTH), Mm(HEIGHT))
    margins = (WIDE_MARGIN,) * 4 if wide else (TOP, BOTTOM, LEFT, RIGHT)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = map(Mm, margins)
    section.footer_distance = Mm(10 if wide else 25)
    footer = section.footer
    footer.is_linked_to_previous = False
    paragraph = footer.paragraphs[0]
    for run in list(paragraph.runs):
        run._r.getparent().remove(run._r)
    _add_text(paragraph._p, "— ")
    paragraph._p.append(_parsed('<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'))
    _add_text(paragraph._p, " —")


def _set_properties(properties: Any, title: str, subject: str, day: date) -> None:
    moment = datetime(day.year, day.month, day.day)
    properties.title, properties.subject = title[:250], subject[:250]
    properties.author = properties.last_modified_by = "栏目巡检"
    properties.comments = properties.keywords = properties.category = ""
    properties.created = properties.modified = moment
    properties.language, properties.revision = "zh-CN", 1


def _shares(columns: Sequence[Column]) -> list[float]:
    whole = sum(column.share for column in columns)
    return [column.share / whole for column in columns]


def _table(columns: Sequence[Column], widths: Sequence[int]) -> Any:
    """Return a table of fixed widths with its heading row."""
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    table = _parsed(
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f"<w:tblBorders>{edges}</w:tblBorders>"
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="70" w:type="dxa"/>'
        '<w:right w:w="70" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid></w:tbl>"
    )
    heads = zip(columns, widths, strict=True)
    table.append(_row([_cell(None, one.title, one, width, "TableHead") for one, width in heads], head=True))
    return table


def _row(cells: Sequence[Any], *, head: bool = False, height: int = 0) -> Any:
    least = f'<w:trHeight w:val="{height}" w:hRule="atLeast"/>' if height else ""
    row = _parsed(f"<w:tr><w:trPr><w:cantSplit/>{least}{'<w:tblHeader/>' if head else ''}</w:trPr></w:tr>")
    for cell in cells:
        row.append(cell)
    return row


def _cell(document: Any, value: Cell, column: Column, width: int, style: str) -> Any:
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{SHADE}"/>' if style == "TableHead" else ""
    centre = '<w:jc w:val="center"/>' if column.centred else ""
    cell = _parsed(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}<w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{centre}</w:pPr></w:p></w:tc>'
    )
    paragraph = cell[-1]
    for number, line in enumerate(value if isinstance(value, tuple) else (value,)):
        if number:
            _add_text(paragraph, "\n")
        if isinstance(line, Link):
            _link_into(document.part, paragraph, line)
        else:
            _add_text(paragraph, line)
    return cell


def _link_into(part: Any, paragraph: Any, link: Link) -> None:
    """Add text with its address behind it: none but the web's, in small blue letters either way."""
    from docx.opc.constants import RELATIONSHIP_TYPE

    address = web_address(link.address)
    into = paragraph
    if address is not None:
        into = _parsed("<w:hyperlink/>")
        into.set(_r("id"), part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        paragraph.append(into)
    _add_text(into, link.text, '<w:rPr><w:color w:val="1F4E9C"/><w:sz w:val="17"/></w:rPr>')


def _add_text(into: Any, text: str, properties: str = "") -> None:
    """Append text as a run; a line feed becomes a line break."""
    from docx.oxml import OxmlElement

    if not text:
        return
    run = _parsed(f"<w:r>{properties}</w:r>")
    for number, line in enumerate(legible(text).split("\n")):
        if number:
            run.append(OxmlElement("w:br"))
        element = OxmlElement("w:t")
        element.text = line.replace("\t", " ")
        element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        run.append(element)
    into.append(run)


def _parsed(markup: str) -> Any:
    from docx.oxml import parse_xml

    name, rest = re.match(r"<(w:\w+)(.*)", markup, re.DOTALL).groups()  # type: ignore[union-attr]
    return parse_xml(f"<{name} {_namespaces()}{rest}")


@lru_cache(maxsize=1)
def _namespaces() -> str:
    from docx.oxml.ns import nsdecls

    return str(nsdecls("w", "r"))


def _black() -> Any:
    from docx.shared import RGBColor

    return RGBColor(0, 0, 0)


def _w(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(f"w:{name}"))


def _r(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(f"r:{name}"))


def _twips(millimetres: float) -> int:
    return round(millimetres * _TWIPS_PER_MILLIMETRE)
