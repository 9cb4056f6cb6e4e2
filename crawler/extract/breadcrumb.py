"""The breadcrumb a page shows (当前位置：首页 > 政务公开 > 通知公告)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice

from lxml.etree import _Element as Element

from crawler.extract.caching import remembered
from crawler.extract.outline import GAP, Line, Outline, clean, spaced
from crawler.extract.parsed import ParsedPage

# every form begins with one of a few characters: told so, the search passes over all others ten times faster
_LEAD = re.compile(
    rf"[您你现当目所位](?:(?<!位){GAP}(?:[现当前目在所处的]{GAP}){{0,8}}位{GAP}置"
    rf"|(?<=[您你]){GAP}(?:现{GAP})?(?:在{GAP}这里|在(?={GAP}[:：]))"
    rf"|(?<=当)前(?:页面|栏目|路径|导航)(?={GAP}[:：])|(?<=位){GAP}置(?={GAP}[:：])){GAP}(?:是|为)?{GAP}[:：]?"
)
_HOME_WORDS = spaced(["首页", "主页", "门户首页", "网站首页", "返回首页", "Home", "home", "HOME", "首 页"])
_HOME = re.compile(rf"(?:{_HOME_WORDS})$|^(?:首页|主页)|^.{{2,14}}(?:门户网?站?|政府网站?|网站)$")
_HOME_MARK = re.compile(_HOME_WORDS)
_BEFORE_HOME = re.compile(r"[^\w]{0,12}[^\s>|/]{0,10}")
_BEHIND_HOME = re.compile(rf"{GAP}(?:[>＞›»→≫〉/\\]|-+{GAP}>|--?(?={GAP}\S))")
_STRONG = re.compile(r"\s*(?:-{0,2}[>＞›»→≫〉⟩❯▶▸]+|&gt;?)\s*")
_WEAK = re.compile(r"(?:^|[\s])\s*[/\\|｜·•\-–—]{1,2}\s*(?=\s|$)|^[/\\|｜]+|[/\\|｜]+$")
_CLOSING = re.compile(
    r"^(?:正文|内容|详情|信息|文章|新闻|公告)?(?:正文|内容|详情|详细|详细信息|详细内容|查看|浏览|展示|显示)(?:页面?)?$|^正文$|^查看详情$"
)
_NO_LABEL = re.compile(r"^[\W_]*$|^(?:返回|打印|关闭|收藏|上一页|搜索|字号)$")
_CRUMB = re.compile(
    r"crumb|curmb|crumbs|position|location|dqwz|weizhi|szwz|lmwz|dangqian|(?:^|[-_])(?:mbx|wz|path|place|local|loc|site|pos)(?:$|[-_])",
    re.IGNORECASE,
)
_MAX_LABELS = 12
_MAX_LABEL = 80
_MAX_TRAIL = 400
_MAX_TRIES = 12
_MAX_MARKS = 40


@dataclass(frozen=True)
class Breadcrumb:
    """The labels of a trail, the addresses behind them, and the line after which the page goes on."""

    labels: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    end: int = 0


def read_breadcrumb(page: ParsedPage) -> Breadcrumb | None:
    """Return the first trail the page shows, without lead-in and closing word; None where there is none."""
    outline = page.outline
    lone: Breadcrumb | None = None
    for match in islice(_LEAD.finditer(outline.text), _MAX_TRIES):
        index, offset = outline.at(match.end())
        if match.group()[0] == "位" and re.search(r"\w", outline.text[outline.start_of(index):match.start()]):
            continue
        found = _after_lead(page, index, offset)
        if found and len(found.labels) > 1:
            return found
        lone = lone or found
    return lone or _from_home(page)


def _after_lead(page: ParsedPage, index: int, offset: int) -> Breadcrumb | None:
    lines = page.outline.lines
    line = lines[index]
    pieces = _pieces(line, offset)
    last = index
    if not pieces:
        pieces, last = _in_container(page.outline, index)
    if len(pieces) == 1 and line.links and not clean(line.text[line.links[-1][1]:]):
        more, last = _beside_home(page.outline, index)
        pieces += more
    while pieces and _goes_on(lines, last) and last < index + 12:
        last += 1
        pieces += _pieces(lines[last], 0)
    found = _build(page, pieces, last)
    if found is None:
        return None
    separated = len(found.labels) > 1 and _STRONG.search(line.text, offset)
    return found if found.links or separated or _HOME.search(found.labels[0]) else None


def _goes_on(lines: list[Line], last: int) -> bool:
    """Whether a line ends with a separator and the next one stands beside it in the same block."""
    if last + 1 >= len(lines) or not _STRONG.fullmatch(lines[last].plain[-1:]):
        return False
    return lines[last + 1].element.getparent() is lines[last].element.getparent()


def _beside_home(outline: Outline, index: int) -> tuple[list[tuple[str, Element | None]], int]:
    """The rest of a trail whose home page stands alone behind the lead-in: further cells or list items.

    They are taken where each begins with a separator, or where they are all that a block named as a trail holds.
    """
    node: Element | None = outline.lines[index].element.getparent()
    for _ in range(5):
        if node is None or node.tag in ("body", "html"):
            break
        start, end = outline.span(node)
        if start != index or end - index > _MAX_LABELS:
            break
        rest = outline.lines[index + 1:end]
        linked = _is_named(node) and all(line.linked and len(line.plain) <= _MAX_LABEL for line in rest)
        if rest and (linked or all(_STRONG.match(line.plain) for line in rest)):
            return [piece for line in rest for piece in _pieces(line, 0)], end - 1
        node = node.getparent()
    return [], index


def _in_container(outline: Outline, index: int) -> tuple[list[tuple[str, Element | None]], int]:
    """The trail behind a lead-in that stands alone: what the nearest block around it holds besides."""
    node: Element | None = outline.lines[index].element
    for _ in range(4):
        if node is None:
            break
        _, end = outline.span(node)
        if end > index + 1:
            return _listed(outline, index + 1, end)
        node = outline.block(node.getparent()) if node.getparent() is not None else None
    return [], index


def _listed(outline: Outline, start: int, end: int) -> tuple[list[tuple[str, Element | None]], int]:
    pieces: list[tuple[str, Element | None]] = []
    last, length = start, 0
    for at in range(start, min(end, start + 2 * _MAX_LABELS)):
        line = outline.lines[at]
        length += len(line.text)
        if len(line.text) > _MAX_LABEL * 2 or length > _MAX_TRAIL:
            break
        pieces += _pieces(line, 0)
        last = at
    return pieces, last


def _pieces(line: Line, offset: int) -> list[tuple[str, Element | None]]:
    """Labels of a line from an offset on: each link one, the text between them split at separators."""
    pieces: list[tuple[str, Element | None]] = []
    position = offset
    for start, end, anchor in line.links:
        if end <= offset:
            continue
        pieces += [(words, None) for words in _split(line.text[position:max(start, position)])]
        label = _name(line.text[max(start, offset):end])
        if label:
            pieces.append((label, anchor))
        position = max(end, position)
    return pieces + [(words, None) for words in _split(line.text[position:])]


@remembered
def _name(text: str) -> str:
    return clean(_STRONG.sub(" ", text))


@remembered
def _split(text: str) -> list[str]:
    labels = [label for part in _STRONG.split(text) for label in _WEAK.split(part)]
    cleaned = (clean(label).strip("：: ") for label in labels)
    return [label for label in cleaned if not _NO_LABEL.match(label)]


def _build(page: ParsedPage, pieces: list[tuple[str, Element | None]], last: int) -> Breadcrumb | None:
    labels: list[str] = []
    links: list[str] = []
    for label, anchor in pieces:
        if len(label) > _MAX_LABEL or (labels and labels[-1] == label) or _NO_LABEL.match(label):
            continue
        labels.append(label)
        href = (anchor.get("href") or "").strip() if anchor is not None else ""
        if href and not href.lower().startswith(("javascript:", "#")):
            links.append(page.resolve(href))
    while len(labels) > 1 and _CLOSING.match(labels[-1]):
        labels.pop()
    if not labels or len(labels) > _MAX_LABELS or sum(map(len, labels)) > _MAX_TRAIL:
        return None
    return Breadcrumb(labels, links, last + 1)


def _from_home(page: ParsedPage) -> Breadcrumb | None:
    """A trail without lead-in: from the home page on, with separators, or in a block named as one."""
    outline = page.outline
    starts = []
    for match in islice(_HOME_MARK.finditer(outline.text), _MAX_MARKS):
        index, end = outline.at(match.end())
        if _BEFORE_HOME.fullmatch(outline.text, outline.start_of(index), match.start()):
            starts.append((index, end))
    for index, end in starts:
        if _BEHIND_HOME.match(outline.lines[index].text, end):
            found = _build(page, _pieces(outline.lines[index], 0), index)
            if found and 2 <= len(found.labels) <= 8 and _HOME.search(found.labels[0]):
                return found
    for index, _ in starts[:_MAX_TRIES]:
        node: Element | None = outline.lines[index].element
        for _ in range(4):
            if node is None or node.tag in ("body", "html"):
                break
            found = _named_trail(page, node, index)
            if found:
                return found
            node = node.getparent()
    return None


def _named_trail(page: ParsedPage, element: Element, index: int) -> Breadcrumb | None:
    if not _is_named(element):
        return None
    start, end = page.outline.span(element)
    if start != index or end - start > 2 * _MAX_LABELS:
        return None
    pieces, last = _listed(page.outline, start, end)
    found = _build(page, pieces, last)
    if found and 2 <= len(found.labels) <= 8 and _HOME.search(found.labels[0]):
        return found
    return None


def _is_named(element: Element) -> bool:
    """Whether an element's class, id or role says that it holds the trail."""
    names = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('role') or ''}"
    return any(_CRUMB.search(name) for name in names.split())
