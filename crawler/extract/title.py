"""The title of a page as a reader sees it, without the site's name."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from lxml.etree import _Element as Element

from crawler.extract.caching import remembered
from crawler.extract.dates import find_dates
from crawler.extract.outline import EDGE, Line, clean
from crawler.extract.parsed import ParsedPage

_TAG = re.compile(r"</?[A-Za-z][^>]*(?:>|$)")
_ENTITY = re.compile(r"&(?:nbsp|ensp|emsp|#160|amp;nbsp);?", re.IGNORECASE)
_SEPARATOR = re.compile(
    r"\s*(?:_+|\||｜|\s[-–—·»>]+\s|--+|>>?|»|(?<!\d)-(?!\d)|(?<=\d)-(?=[^\d\s])|(?<=[^\d\s])-(?=\d{4}))\s*"
)
_SITE = re.compile(
    r"(?:人民政府|政府|门户网站?|门户|官网|官方网站|网站|网|管委会|管理委员会|委员会|信息公开|政务公开|信息公开网|公开平台|平台"
    r"|[局厅部委院]|(?<![举承主协催试开兴停创])办|首页|主页)(?:[（(].{1,10}[）)])?$"
)
_NAMED = re.compile(
    r"title|(?:^|[-_\s])tit(?:le|s|\d)?(?:$|[-_\s\d])|biaoti|(?:^|[-_])bt\d?(?:$|[-_])|headline|caption", re.IGNORECASE
)
_META_PART = re.compile(
    r"^[\s(（【\[]*(?:来源|信息来源|稿源|发布|时间|日期|作者|浏览|阅读|点击|字号|字体|打印|分享|【|\[)|^[\s\W]*$"
)
_META_LINE = re.compile(r"来\s*源|发布|时\s*间|日\s*期|浏览|阅读|点击|字号|字体|作者|打印")
_NO_TITLE = re.compile(
    r"[:：]$|^(?:当前位置|您的位置|来源|发布|时间|日期|附件|相关|分享|打印|字体|字号|扫一扫|上一|下一|首页|登录|注册|搜索)"
)
_HEADINGS = {"h1": 5, "h2": 4, "h3": 3, "h4": 2, "h5": 1}
_MAX_TITLE = 220
_MIN_SCORE = 5
_SEARCHED = 120
# a title's own line and the three below it, where the facts of an article stand
_FACTS_BELOW = 4
# A breadcrumb's label of this length is the title itself, not a column.
_LONG_LABEL = 11


@dataclass(frozen=True)
class Title:
    """A title and the line it stands on; ``line`` is None where it is not among the visible lines."""

    text: str
    line: int | None = None


@remembered
def normal(text: str) -> str:
    """Return text for comparison: NFKC, without white space, quotes made one."""
    text = "".join(unicodedata.normalize("NFKC", text).split())
    return text.replace("“", '"').replace("”", '"').replace("‘", "'").replace("’", "'").lower()


def tag_text(value: str | None) -> str:
    """Return a tag's content as text: markup some systems leave in it is dropped."""
    if not value:
        return ""
    return clean(_ENTITY.sub(" ", _TAG.sub(" ", value))) if "<" in value or "&" in value else clean(value)


def read_title(page: ParsedPage, trail: list[str], start: int, named: str | None) -> Title | None:
    """Return the title of an article or document.

    ``trail`` are the breadcrumb's labels, ``start`` the line behind it, ``named`` the title a disclosure table
    gives. The standard tag is believed unless it only repeats the site's or the column's name.
    """
    trail = [label for label in trail if len(label) < _LONG_LABEL]
    names = {normal(name) for name in (*trail, page.meta.get("sitename", ""), page.meta.get("columnname", "")) if name}
    tag = tag_text(page.meta.get("articletitle"))
    if tag and (normal(tag) not in names or normal(tag) == normal(trail[-1] if trail else "")):
        return _shown(page, tag, start) or Title(tag)
    if named:
        return _shown(page, named, start) or Title(named)
    best = _best_line(page, names, start)
    if best:
        return best
    text = without_site(page.heading, page.meta.get("sitename", ""), trail, page.meta.get("columnname", ""))
    if not text:
        return None
    return _shown(page, text, start) or Title(text)


def without_site(heading: str, site: str, trail: list[str], column: str) -> str:
    """Return what a ``<title>`` says besides the names of the site and its columns."""
    names = {normal(name) for name in (*trail, site, column) if name}
    parts = [part.strip() for part in _SEPARATOR.split(heading) if part.strip()]
    if len(parts) <= 1:
        return heading.strip()
    pieces = _SEPARATOR.findall(heading)
    kept = [part for part in parts if normal(part) not in names]
    while len(kept) > 1 and _SITE.search(kept[-1]) and len(kept[-1]) < 26:
        kept.pop()
    while len(kept) > 1 and _SITE.search(kept[0]) and len(kept[0]) < 26 and len(kept[1]) > len(kept[0]):
        kept.pop(0)
    if not kept:
        return parts[0]
    if len(kept) > 1 and pieces and kept == parts[: len(kept)]:
        whole = heading[: heading.rfind(kept[-1]) + len(kept[-1])].strip()
        return whole if all("-" in piece or "—" in piece for piece in pieces[: len(kept) - 1]) else max(kept, key=len)
    return max(kept, key=len)


def _shown(page: ParsedPage, title: str, start: int) -> Title | None:
    """The title as it stands on the page, the first line behind the breadcrumb that shows it."""
    wanted = normal(title)
    stem = wanted.rstrip(".…")
    if len(stem) < 2:
        return None
    lines = page.outline.lines
    order = [*range(start, len(lines)), *range(min(start, len(lines)))]
    fallback: Title | None = None
    for at in order:
        line = lines[at]
        text = line.text
        if len(text) < len(stem) or len(text) > 4 * len(title) + 60 or _is_foreign(text.lstrip()[:1], stem):
            continue
        shown = displayed(line)
        found = normal(shown)
        if not found.startswith(stem) and not (stem.endswith(found) and len(found) > 0.7 * len(stem)):
            continue
        if line.linked > len(shown) // 2:
            continue
        if found == wanted:
            return Title(shown, at)
        if fallback is None and len(found) < len(wanted) * 1.6 + 8:
            fallback = Title(shown if stem != wanted else title, at)
    return fallback


def displayed(line: Line) -> str:
    """The text of a heading line without a date, source or tool that stands behind it in the same block."""
    parts = line.text.split(EDGE)
    kept: list[str] = []
    for part in parts:
        if kept and (_META_PART.match(part) or _only_date(part)):
            if part.strip():
                break
            continue
        kept.append(part)
    return clean(" ".join(kept) if len(kept) > 1 and any(part.endswith(" ") for part in kept) else "".join(kept))


def _only_date(part: str) -> bool:
    found = next(find_dates(part), None)
    return found is not None and not re.sub(r"[\W_]", "", part[: found.start] + part[found.end:])


def _best_line(page: ParsedPage, names: set[str], start: int) -> Title | None:
    lines = page.outline.lines
    heading = normal(page.heading)
    best, best_score = None, _MIN_SCORE - 1
    facts = [_names_fact(line.text) for line in lines[start:start + _SEARCHED + _FACTS_BELOW]]
    for at in range(start, min(len(lines), start + _SEARCHED)):
        line = lines[at]
        if len(line.text) > _MAX_TITLE * 2 or (line.linked and line.linked * 2 > len(line.text)):
            continue
        below = facts[at - start:at - start + _FACTS_BELOW]
        score = max(_mark(line.element), 4 if any(below[1:3]) and not below[0] and _above_facts(lines, at) else 0)
        text = displayed(line)
        if not score and _is_foreign(text, heading):
            continue
        key = normal(text)
        inside = len(key) >= 5 and key in heading
        if (not score and not inside) or len(key) < 4 or len(text) > _MAX_TITLE or _NO_TITLE.search(text):
            continue
        score += 5 if inside else 0
        score += 2 if any(below) else 0
        score -= 6 if key in names else 0
        score += 1 if len(key) >= 10 else 0
        if score > best_score:
            best, best_score = Title(text, at), score
    return best


@remembered
def _names_fact(text: str) -> bool:
    return _META_LINE.search(text) is not None


def _is_foreign(text: str, heading: str) -> bool:
    """Whether a character of a text, which no normal form changes, is not in a heading: the text is not, then."""
    return any("\u4e00" <= text[at] <= "\u9fff" and text[at] not in heading for at in (0, len(text) // 2, -1) if text)


def _above_facts(lines: list[Line], at: int) -> bool:
    """Whether the facts of an article, its date among them, stand directly below a line."""
    for line in lines[at + 1:at + 3]:
        if len(line.text) < 300 and _META_LINE.search(line.text) and next(find_dates(line.text), None):
            return not _META_LINE.search(lines[at].text) and not line.linked * 2 > len(line.text)
    return False


@remembered
def _is_named(names: str) -> bool:
    return _NAMED.search(names) is not None


def _mark(element: Element) -> int:
    """How much the markup of a block says that it is a heading."""
    score, node = 0, element
    for _ in range(2):
        if node is None or not isinstance(node.tag, str) or node.tag == "body":
            break
        score = max(score, _HEADINGS.get(node.tag, 0))
        names, own = node.get("class"), node.get("id")
        if (names and _is_named(names)) or (own and _is_named(own)):
            score = max(score, 3)
        node = node.getparent()
    return score
