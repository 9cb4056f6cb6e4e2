"""Lists without rows: told empty by the page itself, or filled by a script that has not run."""

from __future__ import annotations

import re
from functools import lru_cache

import lxml.html
from lxml import etree

from crawler.cms.lexicon import load
from crawler.cms.scan import texts
from crawler.cms.texts import STRING, squeezed
from crawler.cms.zones import Zones, is_hidden
from crawler.extract.parsed import ParsedPage

_NOTICE_HINT = re.compile(r"无|没有|未|待|中\W*$|敬请|不到|空")
_NOTICE_LENGTH = 31
_ROW_TEMPLATES = etree.XPath(
    "//*[@v-for or @ng-repeat or @ms-repeat or @ms-for or @x-for or @data-ng-repeat]"
)
_UNITS = etree.XPath("//@url | //@querydata | //@data-url | //@data-src | //@data-api", smart_strings=False)
_TEMPLATE_SCRIPTS = etree.XPath(
    "//script[@type][contains(@type, 'template') or contains(@type, 'text/html') or contains(@type, 'x-tmpl') or "
    "contains(@type, 'handlebars') or contains(@type, 'mustache') or contains(@type, 'jsrender')]"
)
_HOLDERS = ("ul", "ol", "tbody", "dl", "table", "div", "section")
_ROW_SIGNS = ("v-for", "ng-repeat", "ms-repeat", "ms-for", "x-for")
_LIST_TAGS = frozenset({"ul", "ol", "tbody", "dl", "table"})
_LIST_NAME = re.compile(
    r"list|news|content|data|info|article|result|xxgk|zwgk|wzlb|liebiao|column|items?\b|rows?\b", re.IGNORECASE
)
_NOT_LIST_NAME = re.compile(
    r"fujian|attach|xgwz|xgjd|relat|share|weather|header|footer|nav|menu|banner|swiper|slide|scroll|qrcode|jiathis|"
    r"bdshare|crumb|search|dot|indicator|pag|thumb|tree|calendar|login|user|count|click|visit|hits|foot|head|logo|float|layer|popup|loading|tips?\b|clear",
    re.IGNORECASE
)
_FETCHES = re.compile(
    r"\$\s*\.\s*(?:ajax|get|post|getJSON)\s*\(|\bfetch\s*\(|axios\b|XMLHttpRequest|\.ajaxGet\s*\(|\.ajaxPost\s*\(|"
    r"layui\.use|\.load\s*\(\s*['\"]|\$http\b|table\.render|\.bootstrapTable|\.datagrid\s*\(|\.jpage\s*\(|jsonp\b",
    re.IGNORECASE
)
_WRITES_ROWS = re.compile(r"document\.write(?:ln)?\s*\(\s*[\"'`][^\n]{0,300}?<\s*(?:li|tr|dl|dd|a)\b", re.IGNORECASE)
_DATA_ROWS = re.compile(r"=\s*\[\s*\{\s*[\"']?\w*(?:title|name|url|link|href)\w*[\"']?\s*:", re.IGNORECASE)
_HANDLERS = re.compile(
    r"(?:getElementById\s*\(\s*|\$\s*\(\s*|querySelector(?:All)?\s*\(\s*|elem\s*:\s*|el\s*:\s*)[\"'`]([^\"'`]{1,60})"
)
_NAME = re.compile(r"[\w-]+")
_LIBRARIES = re.compile(
    r"jquery|bootstrap|swiper|superslide|slide|layer|laydate|layui|vue|angular|react|polyfill|html5shiv|respond|"
    r"modernizr|cnzz|tongji|hm\.baidu|analytics|stat|jiucuo|conac|dcs|share|qrcode|wza|barrier|canyou|voice|font|"
    r"top|head|foot|nav|menu|common|base|public|global|util|tool|touch|scroll|marquee|lazyload|animate|md5|crypto|"
    r"require|echarts|player|date|datepicker|cookie|pinyin|simp|trad|big5|gb_big5|accessib", re.IGNORECASE
)
_FILLERS = re.compile(
    r"list|page|data|search|query|load|news|column|chunk|bundle|main|app[.\-]|xxgk|zwgk|content|index|portal|"
    r"api|ajax", re.IGNORECASE
)
_BARE_TAGS = frozenset("li tr td tbody thead dt dd p span script style br div a em i".split())
_MOST_BARE = 3
_MOST_CONTAINERS = 50
_BARE_LEVELS = 4
_NAME_LEVELS = 3
_SMALL_FRAME = 120
_SHORTEST_AFTER_LEAD = 3
_HEADER = re.compile(r"序号|编号|标题|主题|题目|名称|文号|索引|时间|日期|状态|单位|部门|来源|点击|浏览|操作|类型|类别")
_LONGEST_HEADER = 10
_LONGEST_SCRIPT = 200_000


def empty_notice(page: ParsedPage, zones: Zones) -> str | None:
    """Return the words by which the page says that its list has nothing; None where it shows none.

    Words that are hidden, or stand on a script's condition, are part of the template and say nothing.
    """
    for text, holder in texts(page.tree):
        words = squeezed(text)
        if len(words) >= _NOTICE_LENGTH or holder.tag == "a" or not _NOTICE_HINT.search(words):
            continue
        if is_notice(words) and not is_hidden(holder) and not zones.in_chrome(holder) and not _is_aside(holder):
            return words
    return None


def is_notice(words: str) -> bool:
    """Whether a whole text says 暂无信息 in any of its forms."""
    bare = words.strip(" 　。．.！!～~，,:：*-—_（）()[]【】<>·…")
    return bool(bare) and (bare in _whole_notices() or bool(_notice().fullmatch(bare)))


def is_script_filled(page: ParsedPage, zones: Zones) -> bool:
    """Whether a page without rows gives evidence that the rows of its list come by a script or a frame."""
    if is_surely_script_filled(page, zones) or _calls_service(page):
        return True
    scripts = _scripts(page)
    if any(_WRITES_ROWS.search(text) or _DATA_ROWS.search(text) for text in scripts):
        return True
    bare = bare_containers(page, zones) + header_tables(page, zones)
    return bool(bare and _may_be_filled(page, bare, scripts)) or _has_content_frame(page, zones)


def is_surely_script_filled(page: ParsedPage, zones: Zones) -> bool:
    """Whether a page has a list that only a script fills, even where other lists stand in its markup."""
    if _has_row_templates(page):
        return True
    lists = bare_lists(page, zones)
    return bool(lists) and _is_named(lists, _scripts(page))


def may_be_filled(page: ParsedPage, elements: list[lxml.html.HtmlElement]) -> bool:
    """Whether a script of the page may put something into one of some elements that hold nothing.

    Elements of a script's own making (``<data-list>``) are always such.
    """
    made = any("-" in element.tag for element in elements)
    return made or _may_be_filled(page, elements, _scripts(page))


def _calls_service(page: ParsedPage) -> bool:
    """Whether a script of the page, or an element made for one, calls a service known to deliver lists."""
    services = [service for service in load("lists")["script_services"] if service in page.html]
    if not services:
        return False
    callers = [script.text or script.get("src") or "" for script in page.scripts]
    callers += _UNITS(page.tree)
    return any(service in caller for service in services for caller in callers)


def _scripts(page: ParsedPage) -> list[str]:
    return [script.text[:_LONGEST_SCRIPT] for script in page.scripts if script.text]


def bare_containers(page: ParsedPage, zones: Zones) -> list[lxml.html.HtmlElement]:
    """Return the elements made to hold a list that hold nothing."""
    found = []
    for element in page.tree.iter(*_HOLDERS):
        if not _is_bare(element):
            continue
        names = f"{element.get('id') or ''} {element.get('class') or ''}"
        listlike = element.tag in _LIST_TAGS or _LIST_NAME.search(names)
        hidden = zones.in_chrome(element) or is_hidden(element, ())
        if listlike and not _NOT_LIST_NAME.search(names) and not hidden:
            found.append(element)
            if len(found) == _MOST_CONTAINERS:
                break
    return found


def _is_bare(element: lxml.html.HtmlElement, levels: int = _BARE_LEVELS) -> bool:
    """Whether an element holds no text and nothing but bare elements, such as the empty rows of a table."""
    if (element.text and not element.text.isspace()) or len(element) > _MOST_BARE or levels == 0:
        return False
    return all(
        child.tag in _BARE_TAGS and not (child.tail and not child.tail.isspace()) and _is_bare(child, levels - 1)
        for child in element
    )


def bare_lists(page: ParsedPage, zones: Zones) -> list[lxml.html.HtmlElement]:
    """Return the bare containers that are lists by their own element, and are named like one, or stand in such."""
    bare = bare_containers(page, zones)
    return [element for element in bare if element.tag in _LIST_TAGS and _is_named_list(element)]


def header_tables(page: ParsedPage, zones: Zones) -> list[lxml.html.HtmlElement]:
    """Return the tables that are nothing but the header row of a list (标题 | 发布时间 | 状态)."""
    return [
        table for table in page.tree.iter("table")
        if _is_header_only(table) and not zones.in_chrome(table) and not is_hidden(table)
    ]


def _is_header_only(table: lxml.html.HtmlElement) -> bool:
    if next(table.iterdescendants("table", "a", "img", "input"), None) is not None:
        return False
    rows = [row for row in table.iter("tr") if not _is_bare(row)]
    if len(rows) != 1:
        return False
    cells = [squeezed(STRING(cell)) for cell in rows[0].iter("td", "th")]
    named = sum(1 for words in cells if len(words) <= _LONGEST_HEADER and _HEADER.search(words))
    return len(cells) >= 2 and named >= 2 and all(len(words) <= _LONGEST_HEADER for words in cells)


def _is_named_list(element: lxml.html.HtmlElement) -> bool:
    node: lxml.html.HtmlElement | None = element
    for _ in range(_NAME_LEVELS):
        if node is None or node.tag in ("body", "html"):
            return False
        if _LIST_NAME.search(f"{node.get('id') or ''} {node.get('class') or ''}"):
            return True
        node = node.getparent()
    return False


def _has_row_templates(page: ParsedPage) -> bool:
    if any(sign in page.html for sign in _ROW_SIGNS) and any(
        next(element.iter("a"), None) is not None for element in _ROW_TEMPLATES(page.tree)
    ):
        return True
    return any(
        "<a" in script.text and ("<li" in script.text or "<tr" in script.text or "<dl" in script.text)
        for script in _TEMPLATE_SCRIPTS(page.tree) if script.text
    )


def _may_be_filled(page: ParsedPage, bare: list[lxml.html.HtmlElement], scripts: list[str]) -> bool:
    """Whether a script of the page has to do with one of its empty containers, or fetches something."""
    if _is_named(bare, scripts) or any(_FETCHES.search(text) for text in scripts):
        return True
    hooked = any(element.get("id") or any(name.startswith("data-") for name in element.attrib) for element in bare)
    return hooked and any(_is_filler(script.get("src") or "") for script in page.scripts)


def _is_named(elements: list[lxml.html.HtmlElement], scripts: list[str]) -> bool:
    """Whether a script of the page takes hold of one of the elements by its id or class."""
    named = {name for text in scripts for target in _HANDLERS.findall(text) for name in _NAME.findall(target)}
    return any(
        named.intersection((element.get("id") or "", *(element.get("class") or "").split())) for element in elements
    )


def _is_filler(source: str) -> bool:
    name = source.rsplit("/", 1)[-1]
    return bool(_FILLERS.search(name)) and not _LIBRARIES.search(name)


def _has_content_frame(page: ParsedPage, zones: Zones) -> bool:
    for frame in page.tree.iter("iframe", "frame"):
        source = (frame.get("src") or "").strip()
        if not source or source.startswith(("about:", "javascript:")) or is_hidden(frame) or zones.in_chrome(frame):
            continue
        if all(_size(frame.get(side)) >= _SMALL_FRAME for side in ("width", "height")):
            return True
    return False


def _size(value: str | None) -> int:
    found = re.match(r"\s*(\d{1,5})\s*(%?)", value or "")
    if not found or found.group(2):
        return _SMALL_FRAME if not found or int(found.group(1)) >= 50 else 0
    return int(found.group(1))


def _is_aside(element: lxml.html.HtmlElement) -> bool:
    """Whether a notice belongs to attachments or related links rather than to a list."""
    node = element
    for _ in range(3):
        if node is None or node.tag in ("body", "html"):
            return False
        if _NOT_LIST_NAME.search(f"{node.get('id') or ''} {node.get('class') or ''}"):
            return True
        before = node.getprevious()
        if before is not None and isinstance(before.tag, str):
            words = squeezed(STRING(before))[:20]
            if any(word in words for word in ("附件", *load("lists")["side_headings"])):
                return True
        node = node.getparent()
    return False


@lru_cache(maxsize=1)
def _notice() -> re.Pattern[str]:
    lists = load("lists")
    leads, verbs, modifiers, objects, tails = (
        "|".join(re.escape(str(word)) for word in sorted(lists[name], key=len, reverse=True))
        for name in ("empty_leads", "empty_verbs", "empty_modifiers", "empty_objects", "empty_tails")
    )
    wholes = "|".join(re.escape(word) for word in _whole_notices() if len(word) >= _SHORTEST_AFTER_LEAD)
    return re.compile(
        rf"(?:(?:{leads})[，,！!。：:\s]*){{0,3}}(?:{verbs})\s*(?:{modifiers}){{0,2}}\s*(?:{objects})(?:可显示|显示|可供查看)?(?:[，,。！!；;\s]*(?:{tails})){{0,2}}"
        rf"|(?:(?:{leads})[，,！!。：:\s]*){{1,3}}(?:{wholes})"
        rf"|(?:(?:{leads})[，,！!。：:\s]*){{0,3}}(?:{wholes})(?:[，,。！!；;\s]*(?:{tails})){{1,2}}"
    )


@lru_cache(maxsize=1)
def _whole_notices() -> frozenset[str]:
    return frozenset(str(word) for word in load("lists")["empty_whole"])
