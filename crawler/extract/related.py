"""Links a page gives as related: 相关解读, 政策原文, 关联稿件, 结果反馈.

Only links that are really there, behind a label or typed into the text; the empty shells that templates carry,
neighbours (上一篇, 下一篇) and side lists give nothing.
"""

from __future__ import annotations

import re
from itertools import islice

from lxml.etree import _Element as Element

from crawler.cms.addresses import Resolver
from crawler.cms.lexicon import load
from crawler.cms.texts import link_text
from crawler.extract.attachments import file_suffix
from crawler.extract.content import Content
from crawler.extract.outline import GAP, Line, Outline, clean, spaced
from crawler.extract.parsed import ParsedPage
from crawler.snapshot.records import RelatedLink, Relation

_LEXICON = load("related")
_TIED_WORDS, _THINGS, _OTHERS = (spaced(_LEXICON[name]) for name in ("tied", "things", "others"))
_BY_LABEL = {name: re.compile("|".join(words)) for name, words in _LEXICON["label_relations"].items()}
_BY_TITLE = {name: re.compile("|".join(words)) for name, words in _LEXICON["title_relations"].items()}
_LABEL = re.compile(
    rf"(?m:^)[^\w\n]{{0,4}}((?:(?:{_TIED_WORDS}){GAP}(?:{_THINGS})|{_OTHERS}){GAP}(?:列表|如下|及?附件)?)"
    rf"[^\S\n]*(?:([:：>》】\]])|(?=\n|\Z))"
)
_LABEL_LEADS = frozenset(word[:2] for name in ("tied", "others") for word in _LEXICON[name])
_IN_TEXT = re.compile(rf"^\W{{0,8}}(?:{'|'.join(_LEXICON['in_text'])})")
_NEIGHBOUR = re.compile(r"上\s*一\s*[篇条页]|下\s*一\s*[篇条页]|^更\s*多|^more|^查看更多", re.IGNORECASE)
_ASIDE = re.compile(
    r"(?:^|[-_])(?:aside|side|sider|right|left|hot|recommend|tuijian|rank|nav|menu|foot|yqlj)(?:bar|side|box|con|list|er)?\d*(?:$|[-_])",
    re.IGNORECASE,
)
_TIED = re.compile(r"相关|关联|有关|对应|被解读|延伸|扩展")
_COMMON = re.compile("|".join((*_LEXICON["common"], r"\s")))
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
    texts = outline.texts
    # letters and figures that are not its own never come before a label: hardly any line is looked at in full
    likely = [
        at for at in range(start, last) if (begun := texts[at][:2]) in _LABEL_LEADS or not begun.isalnum()
    ]
    for index in likely:
        line = outline.lines[index]
        match = _LABEL.match(line.text)
        if match is None or any(begin <= match.start(1) < end for begin, end, _ in line.links):
            continue
        offset = match.end()
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
        for begin, end, anchor in line.links if line.links_on else ():
            if end - begin >= 6 and _IN_TEXT.match(clean(line.text[begin:end])):
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

    def add(self, label: str, anchor: Element) -> None:
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
    if _BY_LABEL["interpretation"].search(label) and not _BY_LABEL["document"].search(label):
        return "interpretation"
    if _BY_TITLE["interpretation"].search(title):
        return "interpretation"
    if _BY_LABEL["feedback"].search(label) or _BY_TITLE["feedback"].search(title):
        return "feedback"
    if _BY_LABEL["document"].search(label) or (_BY_TITLE["document"].search(title) and "报道" not in label):
        return "document"
    return "other"


def _add_following(found: _Related, label: str, outline: Outline, index: int, last: int) -> None:
    """Further links of a label typed into the text: the lines behind it that are nothing but a link."""
    for at in range(index + 1, min(last, index + 12)):
        line = outline.lines[at]
        if line.element.tag != outline.lines[index].element.tag or not line.links:
            return
        if line.linked * 10 < 8 * len(line.plain):
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


def _is_aside(node: Element) -> bool:
    names = f"{node.get('class') or ''} {node.get('id') or ''}".split()
    return node.tag in ("aside", "nav", "footer", "header") or any(_ASIDE.search(name) for name in names)


def _next_list(node: Element) -> Element | None:
    """The element directly behind a heading, if it is a list or holds one: it belongs to the heading, even empty."""
    following = node.getnext()
    while following is not None and following.tag in ("script", "style", "br", "hr"):
        following = following.getnext()
    if following is None:
        return None
    if _is_aside(following):
        return None
    if following.tag in ("ul", "ol", "table", "dl"):
        return following
    return following if following.tag == "div" and next(following.iter("li", "a"), None) is not None else None
