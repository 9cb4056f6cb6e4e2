"""PDF: text by PDFium; tables by pdfplumber, a hundred times slower, on the pages that have ruled lines only."""

from __future__ import annotations

import contextlib
import io
import logging
import re
from typing import Any

from crawler.office.contents import Contents, FileFaultError, Limits, TableTaker, clean

_INSTALL = "读取 PDF 须先安装 xunjian[office]"
# a table of two rows and two columns has six lines of two points each
_RULING_POINTS = 12
_DRAWING_OBJECTS = 4_000
_CROWDED_CHARS = 20_000
# a page of pictures carries at most a page number and a scanner's mark
_SCANNED_CHARS = 20
_GARBLED = 0.3
_MEANINGLESS = re.compile(r"[\ue000-\uf8ff\ufffd\ufffe\x00-\x08\x0e-\x1f]")


def read(data: bytes, limits: Limits) -> Contents:
    """Return the text and tables of a PDF; pages that are pictures are told, not recognised."""
    try:
        import pypdfium2
    except ImportError:
        raise FileFaultError("not-installed", _INSTALL) from None
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        words = str(error)
        if "assword" in words or "ecurity" in words:
            raise FileFaultError("encrypted", "文件设有密码") from error
        raise FileFaultError("unreadable", "PDF 文件不完整或已损坏") from error
    with contextlib.closing(document):
        return _read(document, data, limits)


def _read(document: Any, data: bytes, limits: Limits) -> Contents:
    texts: list[str] = []
    ruled: list[int] = []
    unread = 0
    size = 0
    pages = len(document)
    for number in range(min(pages, limits.pages)):
        try:
            text, lines, pictures = _page(document, number)
        except Exception:
            # PDFium gives one kind of error for all it cannot do
            unread += 1
            continue
        if pictures and len(clean(text)) < _SCANNED_CHARS:
            unread += 1
        if lines and text.strip() and len(text) < _CROWDED_CHARS:
            ruled.append(number)
        texts.append(text)
        size += len(text)
        if size > limits.text_chars:
            break
    title = clean(str(document.get_metadata_value("Title") or ""))
    contents = Contents(text="\n".join(texts), pages=pages, title=title)
    _judge(contents, unread, len(texts))
    if contents.outcome == "ok" and ruled:
        contents.tables, cut = _tables(data, ruled, limits)
        contents.partial = contents.partial or cut
    return contents


def _page(document: Any, number: int) -> tuple[str, bool, bool]:
    """Return a page's text, whether lines are drawn on it as tables have them, and whether it holds a picture."""
    import pypdfium2.raw as pdfium

    page = document[number]
    try:
        reader = page.get_textpage()
        try:
            text = reader.get_text_range()
        finally:
            reader.close()
        count = pdfium.FPDFPage_CountObjects(page.raw)
        points, pictures = 0, False
        for at in range(min(count, _DRAWING_OBJECTS)):
            item = pdfium.FPDFPage_GetObject(page.raw, at)
            kind = pdfium.FPDFPageObj_GetType(item)
            if kind == pdfium.FPDF_PAGEOBJ_PATH:
                points += pdfium.FPDFPath_CountSegments(item)
            pictures = pictures or kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM)
        return str(text), points >= _RULING_POINTS and count < _DRAWING_OBJECTS, pictures
    finally:
        page.close()


def _judge(contents: Contents, unread: int, seen: int) -> None:
    plain = clean(contents.text)
    if not plain.strip() or (unread and unread == seen):
        if unread:
            contents.outcome, contents.reason = "scanned", f"扫描件：{contents.pages} 页都是图片，没有文字"
        else:
            contents.outcome, contents.reason = "unreadable", "文件里没有文字（可能由曲线绘成）"
        contents.text = ""
    elif len(_MEANINGLESS.findall(contents.text)) > _GARBLED * len(plain):
        contents.outcome, contents.reason, contents.text = "unreadable", "文字所用字体没有编码对照表，读不出文字", ""
    elif unread:
        contents.partial, contents.reason = True, f"{contents.pages} 页中有 {unread} 页是图片或未能读取"
    elif contents.pages is not None and seen < contents.pages:
        contents.partial, contents.reason = True, f"共 {contents.pages} 页，只读取了前 {seen} 页"


def _tables(data: bytes, pages: list[int], limits: Limits) -> tuple[list[Any], bool]:
    """Return the tables of some pages, and whether some were left out."""
    try:
        import pdfplumber
    except ImportError:
        return [], True
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    taker = TableTaker(limits)
    left_out = len(pages) > limits.ruled_pages
    try:
        wanted = [number + 1 for number in pages[:limits.ruled_pages]]
        with pdfplumber.open(io.BytesIO(data), pages=wanted) as document:
            for page in document.pages:
                for table in page.extract_tables():
                    if len(table) > 1 and max(map(len, table)) > 1:
                        taker.take(table)
                page.close()
    except MemoryError:
        raise
    except Exception:
        # a stricter reader than the one that gave the text; what it cannot follow has no tables for us
        left_out = True
    return taker.tables, left_out or taker.partial
