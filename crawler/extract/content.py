"""Where the parts of a page lie: title, facts under it, the content area, the footer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from lxml.etree import _Element as Element

from crawler.extract.finding import first_place
from crawler.extract.outline import Line, Outline

_FOOT_WORDS = ("网站标识码", "版权所有", "版权归", "©", "政府网站标识")
_FOOT_LATIN = re.compile(r"[Ii](?i:CP\s*备)|[Cc](?i:opyright)")
_FOOT_POLICE = re.compile(r"公\s*网\s*安\s*备$")
# that many characters before its last one it begins, however it is spaced out
_POLICE_REACH = 20
_FOOT_WEAK = re.compile(
    r"^\W{0,8}(?:主\s*办|承\s*办|协\s*办|维护|技术支持|网站地图|站点地图|联系我们|关于我们|友情链接|法律声明|网站声明|隐私|地\s*址|电\s*话"
    r"|邮\s*编|传\s*真|建议使用|中央部门|省政府|访问量|总访问|网站支持|使用帮助|政务微|返回顶部|推荐|您是第|浏览建议)"
)
_CLOSE = re.compile(
    r"^\W{0,8}(?:扫一扫|扫码|用手机扫|打印本|打\s*印\s*本\s*页|打\s*印\W{0,8}$|关\s*闭\s*窗\s*口|关闭本页|【?打\s*印】?|分享到|分享至?[:：]"
    r"|上一[篇条页]|下一[篇条页]|上一?条|下一?条|分享|微信扫|二维码|返回顶部|相关(?:文章|新闻|信息|链接|稿件|阅读|推荐|报道|解读|政策|文件|内容)"
    r"|关联(?:稿件|政策|内容|文件|阅读|解读)|延伸阅读|推荐阅读"
    # 热点问题, 热点回应 head what belongs to the text
    r"|热[点门](?:新闻|信息|资讯|文章|稿件|推荐|排行|专题|阅读|关注|图文|图片|视频|内容|标签|搜索|服务|栏目|链接|导读|点击|事件)*\W{0,8}$)"
)
_CLOSE_LEADS = frozenset("扫用打关分上下微二返相延推热")
_INLINE_TEXT = frozenset(
    "p li h1 h2 h3 h4 h5 h6 span ul ol dl dt dd blockquote center pre br tr tbody thead caption".split()
)
_MIN_LINE = 5
_MIN_CELL = 2
# what stands above a text about it (发布日期 … 信息来源 … 浏览次数) is hardly any of the text
_FACTS = re.compile(
    r"^\W{0,8}(?:(?:(?:发布|发表|公布|公开|更新|录入|编辑)\s*(?:时间|日期|机构|单位|部门)|(?:信息|文章|稿件|新闻|内容)?\s*来\s*源"
    r"|稿\s*源|作\s*者|(?:浏览|阅读|点击|访问)\s*(?:次数|量|数)?|字\s*[号体](?:大小)?|责任编辑)\s*[:：]"
    r"|(?:时\s*间|日\s*期|(?:19|20)\d\d\s*[-/.年])[^。；]{1,60}(?:来\s*源|浏\s*览|点\s*击|阅\s*读|作\s*者|字\s*[号体])\W{0,4}"
    r"(?:次数|量|数|大小)?\s*[:：])"
)
_FACTS_SHARE = 0.1
_CELLS = frozenset({"td", "th"})
# so many rows as wide as a row stand above it where the table is one of data
_ROWS_ABOVE, _ROWS_ABOVE_NARROW, _MOST_ABOVE = 2, 3, 8
_MAX_LINES = 4000
_LONGEST_CLOSING = 60
# a very long line counts no more than so many characters
_MOST_WEIGHT = 400


@dataclass(frozen=True)
class Content:
    """The content area: its block (None where none stands out) and the half-open range of its lines.

    ``footer`` is the line at which the page's footer begins.
    """

    element: Element | None
    start: int
    end: int
    footer: int

    def lines(self, outline: Outline) -> list[Line]:
        """The visible lines of the area."""
        return outline.lines[self.start:self.end]

    def text(self, outline: Outline) -> str:
        """The text of the area, one line a block."""
        return "\n".join(line.plain for line in self.lines(outline))


def find_footer(outline: Outline, start: int) -> int:
    """Return the line at which the footer begins, the number of lines where none is recognised."""
    lines = outline.lines
    if start + 1 >= len(lines):
        return len(lines)
    begin = outline.start_of(max(0, start + 1))
    place = _first_mark(outline.text[begin:])
    if place is not None:
        index, _ = outline.at(begin + place)
        while index - 1 > start and (_FOOT_WEAK.match(lines[index - 1].text) or _is_menu(lines[index - 1])):
            index -= 1
        return index
    return len(lines)


def _first_mark(text: str) -> int | None:
    """Return where a text first says what only footers say."""
    place = first_place(_FOOT_WORDS, _FOOT_LATIN, "IiCc", text)
    police = _first_police(text)
    if police is None:
        return place
    return police if place is None else min(place, police)


def _first_police(text: str) -> int | None:
    """Return where 公网安备 first begins: told by its rarest character."""
    last = text.find("备")
    while last >= 0:
        found = _FOOT_POLICE.search(text, max(0, last - _POLICE_REACH), last + 1)
        if found is not None:
            return found.start()
        last = text.find("备", last + 1)
    return None


def find_content(outline: Outline, start: int, footer: int) -> Content:
    """Find the block behind line ``start`` and before ``footer`` that holds most text which is no link."""
    lines = outline.lines[start:min(footer, start + _MAX_LINES)]
    scores: dict[Element, float] = {}
    parents: dict[Element, Element | None] = {}
    for line in lines:
        linked, text = line.linked, line.text
        length = len(text)
        if linked * 2 > length or length < (_MIN_CELL if line.tag in _CELLS else _MIN_LINE) or _closes(text):
            continue
        block = _holder(outline, line)
        if block is None:
            continue
        weight = min(length - linked, _MOST_WEIGHT) * (_FACTS_SHARE if _FACTS.match(text) else 1)
        if block not in parents:
            above = block.getparent()
            parent = outline.block(above) if above is not None else None
            parents[block] = None if parent is None or parent.tag in ("body", "html") else parent
            scores.setdefault(block, 0)
        scores[block] += weight
        parent = parents[block]
        if parent is not None:
            scores[parent] = scores.get(parent, 0) + 0.6 * weight
    if not scores:
        return Content(None, start, footer, footer)
    best = max(scores, key=lambda block: scores[block])
    first, last = outline.span(best)
    first, last = max(first, start), min(last, footer)
    return Content(best, first, _closing(outline, first, last), footer)


def _holder(outline: Outline, line: Line) -> Element | None:
    """The block that holds a paragraph: not the paragraph itself, nor a data table's cell."""
    node: Element | None = line.element
    if node is None:
        return None
    if node.tag in ("td", "th"):
        start, end = outline.span(node)
        if end - start > 1 or len(line.text) > 80:
            return node
        node = next(node.iterancestors("table"), node).getparent()
    while node is not None and node.tag in _INLINE_TEXT:
        node = node.getparent()
    # paragraphs often lie in an element no standard knows, or in a span or font: no block of its own
    return outline.block(node) if node is not None else None


def _closing(outline: Outline, first: int, last: int) -> int:
    """The line at which what follows the text begins: tools, neighbours, related lists."""
    for at, line in enumerate(outline.lines[first + 1:last], first + 1):
        if len(line.text) < _LONGEST_CLOSING and _closes(line.plain) and not _is_datum(line):
            return at
    return last


def _is_datum(line: Line) -> bool:
    """Whether a line is a cell of a table of data: a row as wide as those above it, in a layout none is."""
    cell = line.element if line.tag in _CELLS else next(line.element.iterancestors(*_CELLS), None)
    row = cell.getparent() if cell is not None else None
    if row is None:
        return False
    wide = _width(row)
    above = islice(row.itersiblings("tr", preceding=True), _MOST_ABOVE)
    alike = sum(_width(other) == wide for other in above)
    return alike >= (_ROWS_ABOVE if wide > 2 else _ROWS_ABOVE_NARROW) if wide > 1 else False


def _width(row: Element) -> int:
    return sum(cell.tag in _CELLS for cell in row)


def _closes(text: str) -> bool:
    """Whether a line begins with what stands behind a text; most are told by their first character to be none."""
    first = text[:1]
    return (first in _CLOSE_LEADS or not first.isalnum()) and _CLOSE.match(text) is not None


def _is_menu(line: Line) -> bool:
    """Whether a line is a row of short links."""
    if not line.links_on or line.linked * 2 < len(line.plain):
        return False
    return len(line.links) >= 3 and line.linked <= 10 * len(line.links)
