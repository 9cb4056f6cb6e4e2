"""The files a page offers with its text (附件), never those of menus, side lists or the footer."""

from __future__ import annotations

import re

from lxml.etree import _Element as Element

from crawler.cms.addresses import Resolver
from crawler.cms.texts import link_text
from crawler.extract.content import Content
from crawler.extract.outline import GAP, Line, clean
from crawler.extract.parsed import ParsedPage
from crawler.snapshot.records import AttachmentLink
from crawler.urls import suffix_of

DOCUMENT_SUFFIXES = frozenset(
    "pdf doc docx wps wpt xls xlsx et ett ppt pptx dps ofd ceb cebx caj rtf txt csv zip rar 7z gz tar odt ods mdb dbf "
    "docm xlsm epub".split()
)
_MEDIA_SUFFIXES = frozenset("jpg jpeg png gif bmp tif tiff mp4 mp3 wmv avi flv swf".split())
_LABEL = re.compile(
    rf"(?:^|[\s（(【\[])(?:相关{GAP}|正文{GAP}|文件{GAP}|文本{GAP}|文档{GAP}|资料{GAP})?(?:附{GAP}件|附{GAP}表|附{GAP}录|下载)"
    rf"{GAP}(?:下载|列表|信息|材料|附件)?{GAP}(?:[\d一二三四五六七八九十]{{1,3}}{GAP})?(?:[:：.、．]|$|】|\])|(?:文件|附件|资料|表格|全文|文档){GAP}下{GAP}载"
)
# what every label holds: the cheap question asked first
_LABELLED = re.compile(rf"[附下]{GAP}[件表录载]")
_DOWNLOAD = re.compile(
    r"(?:down(?:load|file)?s?|attach(?:ment)?s?|fileid|file_?id|getfile|readfile|annex|fujian)\w*(?:[./?=&_-]|$)",
    re.IGNORECASE,
)
_FILE_NAME = re.compile(
    rf"\.(?:{'|'.join(sorted(DOCUMENT_SUFFIXES, key=len, reverse=True))})(?:$|[\s）)（(】])", re.IGNORECASE
)
_MAYBE = re.compile(r"\.[A-Za-z0-9]{1,5}(?:$|[^\w/])|down|attach|file|annex|fujian", re.IGNORECASE)
_GENERIC = re.compile(
    r"^\W{0,8}(?:点击|点此|此处|在线|立即|附件)?(?:下载|查看|打开|浏览|预览)?(?:附件|文件|全文|原文|地址)?\W*$"
)
_NEIGHBOUR = re.compile(r"^\W{0,8}" rf"[上下]{GAP}(?:一{GAP})?[篇条页]")
# A page's address says that it is no file, whatever its words are, unless they name one within the text.
_PAGES = (".html", ".htm", ".shtml")
_MAX = 300


def read_attachments(page: ParsedPage, start: int, content: Content) -> list[AttachmentLink]:
    """Return the files offered between line ``start`` (the title or the disclosure table) and the footer.

    A link is one if its address names a document file, or if it stands behind a label (附件：) and leads to a
    download; an empty label gives nothing.
    """
    resolve = Resolver(page.base)
    lines = page.outline.lines
    found: dict[str, AttachmentLink] = {}
    open_label = -99
    hrefs = page.hrefs
    likely = (at for at in page.outline.holding("附下") if at >= start and _LABELLED.search(lines[at].text))
    labels = [at for at in likely if _LABEL.search(lines[at].text)]
    for at in [at for at, line in enumerate(lines[start:content.footer], start) if line.links_on]:
        line = lines[at]
        while labels and labels[0] <= at:
            open_label = labels.pop(0)
        labelled = at - open_label <= 1 + len(found)
        if not labelled and line.shared and not line.once(_may_offer):
            continue
        aside = not content.start <= at < content.end
        neighbour = None
        for begin, end, anchor in line.links:
            written = (hrefs[anchor] if anchor in hrefs else anchor.get("href")) or ""
            leads_on = written.endswith(_PAGES) and "?" not in written
            if leads_on and aside:
                continue
            if neighbour is None:
                neighbour = _NEIGHBOUR.match(line.text) is not None
            if neighbour:
                break
            text = clean(line.text[begin:end])
            if leads_on and not _names_file(text or link_text(anchor)):
                continue
            if not (labelled or _MAYBE.search(written) or _MAYBE.search(text)):
                continue
            href = resolve(written)
            if href is None or href in found:
                continue
            if not _is_file(href, text or link_text(anchor), labelled, aside):
                continue
            found[href] = AttachmentLink(title=_title(anchor, text, line, begin), href=href)
            if len(found) >= _MAX:
                return list(found.values())
    return list(found.values())


def _may_offer(line: Line) -> bool:
    """Whether a line without a label may link to a file: what is asked of each of its links, but for its place."""
    for begin, end, anchor in line.links:
        written, text = anchor.get("href") or "", clean(line.text[begin:end])
        if written.endswith(_PAGES) and "?" not in written:
            if _names_file(text or link_text(anchor)):
                return True
        elif _MAYBE.search(written) or _MAYBE.search(text):
            return True
    return False


def file_suffix(href: str) -> str:
    """Return the lower-case file suffix an address names, ``""`` where it has none or is broken."""
    try:
        return suffix_of(href)
    except ValueError:
        return ""


def _is_file(href: str, text: str, labelled: bool, aside: bool) -> bool:
    if not href.startswith(("http:", "https:")):
        return False
    suffix = file_suffix(href)
    if suffix in DOCUMENT_SUFFIXES:
        return True
    if labelled and suffix in _MEDIA_SUFFIXES:
        return True
    if suffix in ("html", "htm", "shtml") or not (_DOWNLOAD.search(href.split("://", 1)[-1].partition("/")[2])):
        return _names_file(text) and not aside
    return labelled or _names_file(text)


def _names_file(text: str) -> bool:
    return "." in text and _FILE_NAME.search(text) is not None


def _title(anchor: Element, text: str, line: Line, begin: int) -> str:
    text = text or link_text(anchor)
    if _GENERIC.match(text):
        before = _LABEL.sub(" ", clean(line.text[max(0, begin - 120):begin])).strip(" ：:（(【[")
        return (anchor.get("title") or "").strip() or before or text
    return text
