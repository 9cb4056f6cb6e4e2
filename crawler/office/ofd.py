"""OFD, the national format of fixed pages (GB/T 33190): a zip of XML in which every run of text has its place."""

from __future__ import annotations

import posixpath
import zipfile
from typing import TYPE_CHECKING

from crawler.office.contents import Contents, FileFaultError, Limits, clean
from crawler.office.packages import attribute, local, open_package, parse, part

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

# two runs are on one line if their tops differ by less than this part of their height
_SAME_LINE = 0.5
_SPACE = 0.6


def read(data: bytes, limits: Limits) -> Contents:
    """Return the text of an OFD file; pages that are pictures are told, not recognised."""
    with open_package(data, limits) as archive:
        if part(archive, "Encryptions.xml") is not None:
            raise FileFaultError("encrypted", "文件设有密码")
        index = _document(archive, "OFD.xml")
        title = next((clean(element.text or "") for element in index.iter("{*}Title")), "")
        texts: list[str] = []
        pictures = pages = 0
        for root in (_text(element) for element in index.iter("{*}DocRoot")):
            for page in _pages(archive, root):
                pages += 1
                if pages > limits.pages:
                    continue
                try:
                    body = _document(archive, page)
                except FileFaultError:
                    pictures += 1
                    continue
                text = _page_text(body)
                pictures += not text.strip() and any(local(each) == "ImageObject" for each in body.iter())
                texts.append(text)
    contents = Contents(text="\n".join(texts), pages=pages, title=title)
    if not clean(contents.text):
        contents.outcome = "scanned" if pictures else "unreadable"
        contents.reason = f"扫描件：{pages} 页都是图片，没有文字" if pictures else "文件里没有文字"
    elif pictures or pages > limits.pages:
        contents.partial = True
        pictured = f"{pages} 页中有 {pictures} 页是图片或未能读取"
        contents.reason = pictured if pictures else f"共 {pages} 页，只读取了前 {limits.pages} 页"
    return contents


def _document(archive: zipfile.ZipFile, name: str) -> Element:
    blob = part(archive, name)
    if blob is None:
        raise FileFaultError("unreadable", f"OFD 文件不完整，缺少 {name[:60]}")
    return parse(blob)


def _pages(archive: zipfile.ZipFile, root: str) -> list[str]:
    """Return the names of a document's pages in their order."""
    folder = posixpath.dirname(root)
    document = _document(archive, root)
    pages = next(iter(document.iter("{*}Pages")), None)
    found = []
    for page in pages if pages is not None else ():
        location = attribute(page, "BaseLoc") if local(page) == "Page" else None
        if location:
            found.append(location if location.startswith("/") else posixpath.normpath(posixpath.join(folder, location)))
    return found


def _page_text(body: Element) -> str:
    """Return a page's text: its runs by lines from top to bottom, each line from left to right."""
    runs = sorted((run for each in body.iter("{*}TextObject") if (run := _run(each))), key=lambda run: run[0])
    lines: list[list[tuple[float, float, float, float, str]]] = []
    for run in runs:
        if lines and run[0] - lines[-1][0][0] < _SAME_LINE * max(run[3], lines[-1][0][3]):
            lines[-1].append(run)
        else:
            lines.append([run])
    return "\n".join(_line(sorted(line, key=lambda run: run[1])) for line in lines)


def _line(runs: list[tuple[float, float, float, float, str]]) -> str:
    pieces = []
    end = None
    for _, left, width, height, text in runs:
        if end is not None and left - end > _SPACE * height:
            pieces.append("\t")
        pieces.append(text)
        end = left + width
    return "".join(pieces)


def _run(element: Element) -> tuple[float, float, float, float, str] | None:
    """Return a text object as (top, left, width, height, text), None where it has no text."""
    text = "".join(_text(code) for code in element.iter("{*}TextCode"))
    if not text.strip():
        return None
    try:
        left, top, width, height = (float(value) for value in (attribute(element, "Boundary") or "").split())
    except ValueError:
        left = top = width = height = 0.0
    return top, left, width, height, text


def _text(element: Element) -> str:
    return str(element.text or "")
