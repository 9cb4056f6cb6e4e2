"""Reads a work-point document (.txt .docx .pdf .html) into paragraphs and tables, in their order."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from bs4.dammit import EncodingDetector, UnicodeDammit
from lxml import etree, html

from rules.drafting.blocks import Block, Paragraph, SourceError, Table
from rules.drafting.pdf import read_pdf
from rules.drafting.word import read_docx

__all__ = ["Block", "Paragraph", "SourceError", "Table", "from_text", "read"]

_MARKDOWN = re.compile(r"^\s*\|.*\|\s*$")
_RULE = re.compile(r"^\s*\|[\s:|\-]+\|\s*$")
_SKIPPED = ("script", "style", "noscript", "nav", "footer", "header", "head")
_BLOCKS = ("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "section", "article", "br", "td", "th", "tr")


def read(path: Path) -> list[Block]:
    """Return the paragraphs and tables of a document file.

    Raises SourceError for a file that is missing, of an unknown kind, or whose reader is not installed.
    """
    readers = {
        ".txt": _read_text,
        ".md": _read_text,
        ".docx": read_docx,
        ".pdf": read_pdf,
        ".html": _read_html,
        ".htm": _read_html,
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        hint = "（旧格式应另存为 .docx）" if path.suffix.lower() in (".doc", ".wps", ".rtf") else ""
        raise SourceError(f"{path}：不支持 {path.suffix or '无后缀'} 文件，应为 .txt、.docx、.pdf 或 .html{hint}")
    try:
        blocks = reader(path)
    except OSError as error:
        raise SourceError(f"{path}：无法读取（{error.strerror or error}），应为工作要点文件") from error
    if not any(block.text if isinstance(block, Paragraph) else block.rows for block in blocks):
        raise SourceError(f"{path}：没有读到文字，扫描件须先识别成文字")
    return blocks


def from_text(text: str) -> list[Block]:
    """Return the blocks of plain text, its tables tab-separated, Markdown-piped or one cell a line."""
    blocks: list[Block] = []
    lines = [line.rstrip("\r\n\f ") for line in text.replace("\x0c", "\n").split("\n")]
    index, gap = 0, True
    while index < len(lines):
        line = lines[index]
        if not line.strip():
            index, gap = index + 1, True
            continue
        for find in (_markdown, _tabbed, _celled, _piped):
            rows, used = find(lines, index)
            if rows:
                blocks.append(Table(rows))
                index, gap = index + used, True
                break
        else:
            blocks.append(Paragraph(line.strip(" \t\u3000\xa0"), gap))
            index, gap = index + 1, False
    return blocks


def _read_text(path: Path) -> list[Block]:
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "gb18030"):
        try:
            return from_text(raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise SourceError(f"{path}：既不是 UTF-8 也不是 GB18030 编码，应另存为 UTF-8")


def _markdown(lines: list[str], start: int) -> tuple[list[list[str]], int]:
    end = start
    while end < len(lines) and _MARKDOWN.match(lines[end]):
        end += 1
    rows = [
        [cell.strip() for cell in line.strip()[1:-1].split("|")]
        for line in lines[start:end]
        if not _RULE.match(line)
    ]
    return (rows, end - start) if end - start >= 2 else ([], 0)


def _piped(lines: list[str], start: int) -> tuple[list[list[str]], int]:
    """Rows of cells between bars without a bar at their start; merged cells leave rows of unequal length."""
    end = start
    while end < len(lines) and lines[end].count("|") >= 2 and re.search(r"[^|\s]", lines[end]):
        end += 1
    rows: list[list[str]] = []
    for line in lines[start:end]:
        cells = [cell.strip() for cell in line.split("|")]
        width = len(rows[0]) if rows and not cells[0] else 0
        while len(cells) > width and not cells[-1]:
            cells.pop()
        rows.append(cells)
    return (rows, end - start) if end - start >= 2 else ([], 0)


def _tabbed(lines: list[str], start: int) -> tuple[list[list[str]], int]:
    """One row a line, cells between tabs; a row may have its first cells empty."""
    rows: list[list[str]] = []
    end = start
    while end < len(lines):
        cells = [cell.strip() for cell in lines[end].split("\t")]
        if len(cells) >= 3 and sum(map(bool, cells)) >= 2:
            rows.append(cells)
        elif lines[end].strip() or not any(lines[end + 1 : end + 2]) or "\t" not in lines[end + 1]:
            break
        end += 1
    return (rows, end - start) if len(rows) >= 2 else ([], 0)


def _celled(lines: list[str], start: int) -> tuple[list[list[str]], int]:
    """One cell a line, each after a tab; an empty line ends a row."""
    rows: list[list[str]] = []
    row: list[str] = []
    end = start
    while end < len(lines) and (not lines[end].rstrip() or lines[end].startswith("\t")):
        line = lines[end]
        if line.startswith("\t"):
            row.append(line.strip())
        elif row:
            rows.append(row)
            row = []
        end += 1
    if row:
        rows.append(row)
    rows = [row for row in rows if any(row)]
    wide = [row for row in rows if len(row) >= 3]
    return (rows, end - start) if len(wide) >= 2 else ([], 0)


def _read_html(path: Path) -> list[Block]:
    text = _html_text(path.read_bytes())
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True)
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise SourceError(f"{path}：不是有效的 HTML 文件") from error
    _cut_after_text(root)
    blocks: list[Block] = []
    _walk(root, blocks, [])
    return blocks


def _cut_after_text(root: Any) -> None:
    """Drop what a page shows below the numbered text: links, sharing, the site's foot; tables and annexes stay."""
    numbered = [each for each in root.iter("p", "div", "h2", "h3", "h4", "span", "li") if _starts_chapter(each)]
    if len(numbered) < 2:
        return
    first = list(numbered[0].iterancestors())
    shared = next((each for each in first if all(each in other.iterancestors() for other in numbered[1:])), None)
    while shared is not None and shared.tag != "body":
        for later in list(shared.itersiblings()):
            kept = later.xpath("descendant-or-self::table[count(.//tr) > 2]") or "附件" in later.text_content()
            if not kept and later.getparent() is not None:
                later.tail = None
                later.getparent().remove(later)
        shared = shared.getparent()


def _starts_chapter(node: Any) -> bool:
    return bool(re.match(r"\s*(?:[一二三四五六七八九十]+、|第[一二三四五六七八九十]+[章条部])", (node.text or "")[:20]))


def _html_text(raw: bytes) -> str:
    """Decode a saved page: what is valid UTF-8 or GB 18030 is that, whatever it declares; else by mark or declaration.

    Saved and exported pages often declare a charset they are not in; UTF-16 exports carry a byte-order mark.
    """
    body, marked = EncodingDetector.strip_byte_order_mark(raw)
    encodings = [marked] if marked else ["utf-8", "gb18030"]
    return UnicodeDammit(body, known_definite_encodings=encodings, is_html=True).unicode_markup or ""


def _walk(node: Any, blocks: list[Block], pending: list[str]) -> None:
    """Append what a node holds; ``pending`` is the text of the paragraph under way."""
    tag = node.tag if isinstance(node.tag, str) else ""
    if tag in _SKIPPED:
        return
    if tag == "table" and _is_data(node):
        _flush(blocks, pending)
        blocks.append(Table(_html_rows(node)))
        return
    is_block = tag in _BLOCKS
    if is_block:
        _flush(blocks, pending)
    pending.append(node.text or "")
    for child in node:
        _walk(child, blocks, pending)
        pending.append(child.tail or "")
    if is_block:
        _flush(blocks, pending, re.fullmatch(r"h[2-6]", tag) is not None)
    if tag in ("html", "body"):
        _flush(blocks, pending)


def _flush(blocks: list[Block], pending: list[str], heading: bool = False) -> None:
    text = re.sub(r"\s+", " ", "".join(pending)).strip(" \u3000\xa0")
    pending.clear()
    if text:
        blocks.append(Paragraph(text, True, heading))


def _is_data(table: Any) -> bool:
    """Whether a table holds rows of data rather than the page's layout."""
    rows = table.xpath(".//tr")
    return not table.xpath(".//table") and len(rows) >= 2 and len(rows[0]) >= 3


def _html_rows(table: Any) -> list[list[str]]:
    rows: list[list[str]] = []
    spans: dict[int, int] = {}
    for row in table.xpath(".//tr"):
        cells: list[str] = []
        for cell in row.xpath("./td|./th"):
            while spans.get(len(cells), 0) > 0:
                spans[len(cells)] -= 1
                cells.append("")
            if cell.get("rowspan", "1").isdigit() and int(cell.get("rowspan", "1")) > 1:
                spans[len(cells)] = int(cell.get("rowspan")) - 1
            cells.append(" ".join(cell.text_content().split()))
            width = cell.get("colspan", "1")
            cells += [""] * (min(int(width), 50) - 1 if width.isdigit() else 0)
        while spans.get(len(cells), 0) > 0:
            spans[len(cells)] -= 1
            cells.append("")
        rows.append(cells)
    return rows
