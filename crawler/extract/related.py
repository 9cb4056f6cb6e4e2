"""Links a page gives as related: 相关解读, 政策原文, 关联稿件, 结果反馈.

Only links that are really there, behind a label or typed into the text; the empty shells that templates carry,
neighbours (上一篇, 下一篇) and side lists give nothing.
"""

from __future__ import annotations

import re
from itertools import islice

from lxml.html import HtmlElement

from crawler.cms.addresses import Resolver
from crawler.cms.texts import link_text
from crawler.extract.attachments import file_suffix
from crawler.extract.content import Content
from crawler.extract.outline import GAP, Line, Outline, clean, spaced
from crawler.extract.parsed import ParsedPage
from crawler.snapshot.records import RelatedLink, Relation

_RELATED = ("相关", "关联", "有关")
_THINGS = (
    "解读", "政策解读", "文件", "政策", "政策文件", "文章", "稿件", "新闻", "信息", "内容", "阅读", "文档", "报道", "专题", "公告",
    "链接", "规定", "法规", "材料", "资料", "稿", "政策法规", "解读材料", "解读信息", "附件与解读", "公文",
)
_OTHERS = (
    "政策解读", "解读", "文件解读", "解读文件", "解读链接", "解读材料", "解读信息", "政策解读链接", "文字解读", "图文解读", "图片解读",
    "图解政策", "一图读懂", "视频解读", "专家解读", "媒体解读", "部门解读", "负责人解读", "延伸阅读", "扩展阅读", "推荐阅读",
    "原文链接", "政策原文", "文件原文", "原文", "原文件", "政策文件", "解读原文", "被解读文件", "原政策文件", "文件链接", "政策链接",
    "政策文件原文", "政策原文链接", "查看原文", "意见反馈", "征集结果", "结果反馈", "反馈结果", "意见征集", "征求意见", "采纳情况",
    "征集反馈", "结果公示", "对应政策", "对应解读",
)
_LABEL = re.compile(
    rf"(?m:^)[^\w\n]{{0,4}}((?:(?:{spaced(_RELATED)}){GAP}(?:{spaced(_THINGS)})|{spaced(_OTHERS)}){GAP}(?:列表|如下|及?附件)?)"
    rf"[^\S\n]*(?:([:：>》】\]])|(?=\n|\Z))"
)
_INTERPRETATION = re.compile(r"解\s*读|图\s*解|读\s*懂|一图")
_DOCUMENT = re.compile(r"原\s*文|原\s*件|政策\s*文件|相关\s*(?:文件|政策|法规|规定|公文)|关联\s*(?:文件|政策)|文件链接|政策链接|被解读|对应政策")
_FEEDBACK = re.compile(r"反\s*馈|采\s*纳|征集结果|意见征集|征求意见|结果公示")
_TITLE_INTERPRETATION = re.compile(r"解读|图解|读懂|一图|答记者问|问答|政策吹风")
_TITLE_DOCUMENT = re.compile(r"关于.{2,}的(?:通知|意见|决定|公告|通告|批复|函|命令|办法|规定)|(?:办法|规定|条例|细则|方案|规划|意见)》?的?通知?$|〔\d{4}〕")
_IN_TEXT = re.compile(
    r"^\W{0,8}(?:(?:政策|文件|图文|文字|视频|专家|部门|媒体|动漫)?解读\s*[:：|丨]|【(?:政策|文件|图文|文字|视频|专家|图片)?(?:解读|图解)】|一图(?:读懂|看懂|解读)|图解\s*[:：|丨《]"
    r"|.{0,40}《.{4,}》.{0,8}(?:政策|文字|图文)?解读$|(?:政策|解读|文件)原文|原文链接)"
)
_NEIGHBOUR = re.compile(r"上\s*一\s*[篇条页]|下\s*一\s*[篇条页]|^更\s*多|^more|^查看更多", re.IGNORECASE)
_ASIDE = re.compile(
    r"(?:^|[-_])(?:aside|side|sider|right|left|hot|recommend|tuijian|rank|nav|menu|foot|yqlj)(?:bar|side|box|con|list|er)?\d*(?:$|[-_])",
    re.IGNORECASE,
)
_TIED = re.compile(r"相关|关联|有关|对应|被解读|延伸|扩展")
_COMMON = re.compile(r"人民政府(?:办公室|办公厅)?|关于|印发|通知|公告|意见|实施|方案|政策|解读|工作|管理|办法|的|《|》|\s")
_MAX = 60
_MAX_SHELL_LINES = 80


def read_related(page: ParsedPage, start: int, content: Content, title: str | None) -> list[RelatedLink]:
    """Return the related links between line ``start`` (the title) and the footer, in page order.

    A box that is only headed 政策解读 or the like may be any list of the column: outside the text it counts only
    if one of its links is on the subject of the page's ``title``.
    """
    outline = page.outline
    found = _Related(page)
    last = min(len(outline.lines), content.footer)
    for match in _LABEL.finditer(outline.text):
        index, offset = outline.at(match.end())
        if not start <= index < last:
            continue
        line = outline.lines[index]
        if any(begin <= match.start(1) - outline.start_of(index) < end for begin, end, _ in line.links):
            continue
        label = clean(match.group(1))
        if line.links and any(end > offset for _, end, _ in line.links):
            found.add_line(label, line, offset)
            _add_following(found, label, outline, index, last)
            continue
        if clean(line.text[offset:]):
            continue
        shell = _rows(outline, _shell(outline, index, start, last))
        if shell and (_TIED.match(label) or content.start <= index < content.end or _on_subject(shell, title)):
            for row in shell:
                found.add_line(label, row, 0)
    for line in content.lines(outline):
        for begin, end, anchor in line.links:
            if end - begin >= 6 and _IN_TEXT.search(clean(line.text[begin:end])):
                found.add("", anchor)
    return found.links()


def _rows(outline: Outline, shell: range) -> list[Line]:
    """The lines of a box up to the next heading of its kind."""
    rows: list[Line] = []
    for at in shell:
        line = outline.lines[at]
        if not line.links and _LABEL.match(line.text):
            break
        rows.append(line)
    return rows


def _on_subject(rows: list[Line], title: str | None) -> bool:
    """Whether a link of a box shares five characters in a row with the title, besides words any title has."""
    bare = _COMMON.sub("|", title or "")
    pieces = {bare[at:at + 5] for at in range(len(bare) - 4) if "|" not in bare[at:at + 5]}
    for row in rows:
        text = "".join(link_text(anchor) for _, _, anchor in row.links)
        if any(piece in text for piece in pieces):
            return True
    return False


class _Related:
    def __init__(self, page: ParsedPage) -> None:
        self._resolve = Resolver(page.base)
        self._own = self._resolve(page.url) if page.url else None
        self._found: dict[str, RelatedLink] = {}

    def add_line(self, label: str, line: Line, offset: int) -> None:
        for begin, end, anchor in line.links:
            if end > offset or begin == end:
                self.add(label, anchor)

    def add(self, label: str, anchor: HtmlElement) -> None:
        href = self._resolve(anchor.get("href") or "")
        title = link_text(anchor)
        full = " ".join((anchor.get("title") or "").split())
        if len(full) > len(title) and "…" not in full:
            title = full
        if href is None or href in self._found or href == self._own or len(self._found) >= _MAX:
            return
        if not href.startswith(("http:", "https:")) or _NEIGHBOUR.search(title) or len(title) < 4:
            return
        if file_suffix(href) in ("jpg", "png", "gif", "css", "js"):
            return
        self._found[href] = RelatedLink(title=title, href=href, relation=relation(label, title))

    def links(self) -> list[RelatedLink]:
        return list(self._found.values())


def relation(label: str, title: str) -> Relation:
    """What a related link is to its page, by the label before it and its own words."""
    if _INTERPRETATION.search(label) and not _DOCUMENT.search(label):
        return "interpretation"
    if _TITLE_INTERPRETATION.search(title):
        return "interpretation"
    if _FEEDBACK.search(label) or re.search(r"(?:反馈|采纳)", title):
        return "feedback"
    if _DOCUMENT.search(label) or (_TITLE_DOCUMENT.search(title) and "报道" not in label):
        return "document"
    return "other"


def _add_following(found: _Related, label: str, outline: Outline, index: int, last: int) -> None:
    """Further links of a label typed into the text: the lines behind it that are nothing but a link."""
    for at in range(index + 1, min(last, index + 12)):
        line = outline.lines[at]
        if line.element.tag != outline.lines[index].element.tag or not line.links or line.linked * 10 < 8 * len(clean(line.text)):
            return
        if _NEIGHBOUR.search(line.text):
            return
        found.add_line(label, line, 0)


def _shell(outline: Outline, index: int, start: int, last: int) -> range:
    """The lines a heading stands over: the rest of the nearest block around it that holds more than itself."""
    node = outline.block(outline.lines[index].element)
    if node is None or any(_is_aside(around) for around in islice(node.iterancestors(), 4)):
        return range(0)
    for _ in range(4):
        if node is None or node.tag in ("body", "html"):
            break
        if _is_aside(node):
            break
        first, end = outline.span(node)
        if end > index + 1:
            if first < start or end - first > _MAX_SHELL_LINES:
                break
            return range(index + 1, min(end, last))
        if next(node.iter("ul", "ol", "dl", "table"), None) is not None:
            break
        following = _next_list(node)
        if following is not None:
            first, end = outline.span(following)
            return range(max(first, index + 1), min(end, last)) if end - first <= _MAX_SHELL_LINES else range(0)
        parent = node.getparent()
        node = outline.block(parent) if parent is not None else None
    return range(0)


def _is_aside(node: HtmlElement) -> bool:
    names = f"{node.get('class') or ''} {node.get('id') or ''}".split()
    return node.tag in ("aside", "nav", "footer", "header") or any(_ASIDE.search(name) for name in names)


def _next_list(node: HtmlElement) -> HtmlElement | None:
    """The element directly behind a heading, if it is a list or holds one: it belongs to the heading, even empty."""
    following = node.getnext()
    while following is not None and (not isinstance(following.tag, str) or following.tag in ("script", "style", "br", "hr")):
        following = following.getnext()
    if following is None:
        return None
    if _is_aside(following):
        return None
    if following.tag in ("ul", "ol", "table", "dl"):
        return following
    return following if following.tag == "div" and next(following.iter("li", "a"), None) is not None else None
