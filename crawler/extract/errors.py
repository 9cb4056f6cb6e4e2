"""Whether a page is an error page of any form, told by its title, its wording or its picture.

Never by searching for 404 in the text: document numbers, titles and amounts contain it. A page that carries an
article is none, whatever it says.
"""

from __future__ import annotations

import re

from crawler.cms.lexicon import load
from crawler.extract.finding import search_led
from crawler.extract.outline import EDGE, Line, clean
from crawler.extract.parsed import ParsedPage

_CODE = (
    r"(?<![\d.,第〔\[])(?<!\d-)(?:40[0-9]|410|412|50[0-4])"
    r"(?!-?\d|[号年月日元万个条件户人名家公余多亿室房栋幢楼层路线国省县乡次班例医台辆床座.,%〕\]])"
)
_LEXICON = load("error_pages")


def _any(name: str) -> re.Pattern[str]:
    """The patterns of one list of the lexicon, as one."""
    joined = "|".join(_LEXICON[name])
    things = f"(?:{'|'.join(_LEXICON['things'])})"
    return re.compile(joined.replace("{code}", _CODE).replace("{thing}", things), re.IGNORECASE)


_TITLE = _any("titles")
_WORDING = _any("wordings")
_HINT = re.compile("|".join(_LEXICON["hints"]))
_FACTS = re.compile(_LEXICON["facts"])
_FACTS_LEADS = "发更信来"
_WEAK_TITLE = re.compile(_LEXICON["weak_title"])
_APOLOGY = re.compile("抱歉|对不起|遗憾|搬家")
_PROSE = re.compile(r"[^。！？\n]{15,}[。！？]")
_SUPPOSED = re.compile(_LEXICON["supposed"])
_PICTURE = re.compile(
    r"(?:^|[/_\-.])(?:(?:error|err|img|pic|page|bg|icon|no|ico|tu)?[-_]?(?:40[0345]|50[0234])(?:[-_]?(?:error|err|img|pic|page|bg|new|\d{1,2}))?"
    r"|error(?:page|img|pic|bg|\d{0,2})?|not[-_]?found|no[-_]?page|nofound|pagenotfound|cuowu)\.(?:png|jpe?g|gif|svg|webp|bmp)$",
    re.IGNORECASE,
)
_STYLE_URL = re.compile(r"url\(\s*['\"]?([^'\")]+)", re.IGNORECASE)
_NAMED = re.compile(
    r"(?:^|[-_ ])(?:page|error|err|content|box|main|wrap)?[-_]?"
    r"(?:404|not-?found|errorpage|error-page|page-error)(?:$|[-_ ])",
    re.IGNORECASE,
)
# a trail names columns, whatever their names say (当前位置：首页 > 失效文件)
_TRAIL = re.compile(r"^.{0,8}位\s*置|^\W*(?:网站|门户)?首\s*页\s*[>＞»›/\\|-]")
_OWN_TEXT = 700
_STUB = 260
_LONG_LINE = 70


def read_error(page: ParsedPage, *, article: bool, text_length: int) -> str | None:
    """Return the wording that shows a page to be an error page, None where it is none.

    ``article`` tells that tags or facts of an article are present; ``text_length`` counts visible characters
    outside links.
    """
    if article:
        return None
    title = page.heading
    titled = bool(title) and len(title) <= 60 and bool(_TITLE.search(title))
    wording = _line(page, supposed=titled)
    if titled and not wording and _WEAK_TITLE.search(title) and _tells_something(page.outline.text):
        return None
    if search_led(_FACTS, _FACTS_LEADS, page.outline.text) and (not titled or _has_paragraphs(page)):
        return None
    if text_length <= _OWN_TEXT and (titled or wording):
        return wording or clean(title)
    if titled and wording:
        return wording
    if wording and (_named(page) or _stands_out(page, wording)):
        return wording
    if titled and not _has_paragraphs(page):
        return clean(title)
    if text_length <= _STUB or titled or _named(page):
        picture = _picture(page)
        if picture and not _has_paragraphs(page):
            return title if titled else f"图片 {picture}"
    return None


def _tells_something(text: str) -> bool:
    """Whether a page has a whole sentence, and not a word such as error pages have."""
    return bool(_PROSE.search(text)) and not _HINT.search(text) and not _APOLOGY.search(text)


def _line(page: ParsedPage, *, supposed: bool) -> str | None:
    """The first short line that says what an error page says, in words that are no link.

    What a line only supposes (如果没有找到您需要的文件) counts where ``supposed``.
    """
    outline, last = page.outline, -1
    for hint in _HINT.finditer(outline.text):
        index, _ = outline.at(hint.start())
        if index == last:
            continue
        last, line = index, outline.lines[index]
        text = clean(line.text)
        match = _WORDING.search(text) if len(text) <= _LONG_LINE * 3 and not _TRAIL.match(text) else None
        if match and not supposed and _SUPPOSED.search(text, _sentence(text, match.start()), match.start() + 1):
            continue
        if match and not _in_link(line, match):
            return text[:120]
    return None


def _sentence(text: str, place: int) -> int:
    """Where the sentence begins in which a place stands."""
    return 1 + max(text.rfind(stop, 0, place) for stop in "。！!；;")


def _in_link(line: Line, match: re.Match[str]) -> bool:
    if line.linked * 2 <= len(line.text.replace(EDGE, "")):
        return False
    return any(match.group() in clean(line.text[begin:end]) for begin, end, _ in line.links)


def _stands_out(page: ParsedPage, wording: str) -> bool:
    """Whether an error's wording is the page's own matter: no text beside it but menus and the footer."""
    return len(wording) <= _LONG_LINE and not _has_paragraphs(page, besides=wording)


def _has_paragraphs(page: ParsedPage, besides: str = "") -> bool:
    """Whether the page has text of its own: two long lines, or one very long, outside links."""
    long = 0
    for line in page.outline.lines:
        own = len(line.text) - line.linked
        if own < 60 or (besides and clean(line.text)[:120] == besides) or _WORDING.search(line.text):
            continue
        if re.search(r"ICP|版权|主办|承办|标识码|地址|邮编|电话", line.text):
            continue
        long += 2 if own > 160 else 1
        if long >= 2:
            return True
    return False


def _named(page: ParsedPage) -> bool:
    """Whether a block of the page is named as an error page's."""
    for element in page.tree.iter("body", "div", "section", "main", "table"):
        for names in (element.get("id"), element.get("class")):
            if names and any(_NAMED.search(name) for name in names.split()):
                return True
    return False


def _picture(page: ParsedPage) -> str | None:
    for image in page.tree.iter("img"):
        for value in (image.get("src") or "", image.get("alt") or ""):
            name = value.split("?")[0].strip()
            if _PICTURE.search(name):
                return name.rsplit("/", 1)[-1][:80]
            if value is not name and _TITLE.search(value) and len(value) <= 20 and "/" not in value:
                return value
    for element in page.tree.iter("body", "div", "style"):
        source = (element.text or "") if element.tag == "style" else (element.get("style") or "")
        for address in _STYLE_URL.findall(source[:20_000]):
            if _PICTURE.search(address.split("?")[0]):
                return str(address.rsplit("/", 1)[-1][:80])
    return None
