"""Whether a page is an error page of any form, told by its title, its wording or its picture.

Never by searching for 404 in the text: document numbers, titles and amounts contain it. A page that carries an
article is none, whatever it says.
"""

from __future__ import annotations

import re

from crawler.extract.outline import EDGE, Line, clean
from crawler.extract.parsed import ParsedPage

_CODE = r"(?<![\d.,第〔\[])(?<!\d-)(?:40[0-9]|410|412|50[0-4])(?!-?\d|[号年月日元万个条件户人名家公余多亿.,%〕\]])"
_THING = r"(?:页面|网页|网址|地址|链接|内容|信息|文件|资源|栏目|文章|目录|页|网站|站点|URL|东西)"
_TITLE = re.compile(
    rf"^\W*(?:error[\W_]*)?{_CODE}(?:\W|$|[\u4e00-\u9fffA-Za-z])|(?:error|错误|状态|http|status)[\W_]*{_CODE}\W*$"
    rf"|^[\W_]*(?:{_CODE}|error|出错|错误)[\W_]*(?:页面?|提示|page)?[\W_]*$"
    r"|^\W*(?:访问|页面|网页|系统|服务器|程序|请求|网站)?(?:访问|发生|出现)?(?:出错|错误|异常|故障)(?:了|啦)?(?:页面?|提示|信息)?\W*$"
    r"|^\W*(?:错误|出错|系统|网站|温馨|友情|信息)(?:页面?|提示|消息|信息)(?:\W|$)|^\W*提示(?:信息|页面?)?\W*$"
    rf"|{_THING}(?:可能)?(?:已经?)?(?:不存在|无法访问|未找到|找不到|已删除|被删除|丢失|走丢|失效|出错)|找不到{_THING}|无法找到|没有找到"
    r"|^\W*(?:page )?not found|^\W*forbidden\W*$|bad (?:gateway|request)|service (?:temporarily )?unavailable|internal server error"
    r"|gateway time-?out|access denied|^\W*error\W*$|runtime error|server error|error (?:page|report)|unauthorized|object not found"
    r"|禁止访问|拒绝访问|无权访问|访问被(?:拒绝|拦截|阻断|禁止)|访问受限|请求被拦截|访问出错|出错啦|^\W*(?:该|本)?网站已?(?:关闭|关停|停用|暂停(?:访问|服务)?)(?:\W|$)",
    re.IGNORECASE,
)
_WORDING = re.compile(
    rf"(?:您|你|所|该|此|当前|对不起|抱歉|很遗憾|请求|访问|要|找|浏览|查看|打开)[^。\n]{{0,24}}?{_THING}[^。，,\n]{{0,12}}?"
    r"(?:不存在|已(?:经)?(?:被)?(?:删除|移除|下线|失效|过期|关闭|迁移|更名|停用)|(?:被|遭)?删除|无法(?:访问|显示|找到|打开)|未(?:能)?找到|找不到|没有?找到|没找到|出错|错误|丢失|走丢|弄丢|飞走|不见|失踪|失效|不翼而飞|去火星|离家出走|迷路|有误|异常)"
    rf"|(?:{_THING}|访问|服务器|系统|程序)(?:\s*(?:访问|请求|运行|加载))?\s*(?:出错|发生错误|出现错误|错误|出现异常|走丢|飞走|丢失|不存在|找不到|无法找到|未找到|无法显示|去哪儿?了|不见了)(?:了|啦|哦)?\s*(?:$|[!！。，,…~～?？\s])"
    rf"|(?:找不到|无法找到|没有找到|未找到|无法显示|无法访问)(?:您|你|该|此|这个|所|网)?[^。\n]{{0,16}}{_THING}"
    rf"|{_CODE}\W{{0,3}}(?:错误|出错|提示|页面|not found|error|forbidden|抱歉|对不起|您|很抱歉|sorry|哎|啊|oh)|(?:error|错误|http|status|代码|code)[\W_]{{0,3}}(?:code)?[\W_]{{0,3}}{_CODE}"
    r"|\bnot found\b|the requested (?:url|page|resource|address)|whitelabel error page|page (?:you|cannot|can't|could|does|not)|cannot be found"
    r"|you don'?t have permission|access (?:is )?(?:denied|forbidden)|\bforbidden\b|bad gateway|service (?:temporarily )?unavailable|internal server error|gateway time-?out"
    r"|no such file|file or directory|runtime error|exception report|stack ?trace|server error|unexpected error|no mapping for"
    r"|(?:禁止|拒绝|无权|没有权限)(?:您的?)?(?:访问|查看|浏览|请求)|没有?(?:访问)?权限|访问被(?:拒绝|拦截|阻断|禁止|限制)|请求被(?:拒绝|拦截|阻断)|(?:您的?|本次)(?:访问|请求)[^。\n]{0,20}(?:拦截|阻断|威胁|非法|异常|不合法)"
    r"|网站(?:已|正在|暂时?)(?:关闭|关停|停止服务|维护|升级|暂停)|系统(?:维护|升级)中|秒(?:钟)?后[^。\n]{0,12}(?:跳转|返回|转到|进入)[^。\n]{0,8}(?:首页|主页|上一页)",
    re.IGNORECASE,
)
# Cheap to look for in a whole page; only lines with one of these are read more closely.
_HINT = re.compile(
    r"不\s*存在|删\s*除|移除|下线|失效|过期|关闭|关停|迁移|无\s*法|找\s*不|没\s*有|没\s*找|未\s*找|未能找|出\s*错|错\s*误|丢\s*失|走\s*丢|弄丢|飞走|不见|失踪|不翼"
    r"|火星|出走|迷路|有误|异常|去哪|禁止|拒绝|无权|权限|拦截|阻断|威胁|非法|不合法|维护|升级|暂停|停止|后[^。\n]{0,12}(?:跳转|返回|转到|进入)"
    r"|[Nn]ot\s[Ff]ound|NOT FOUND|[Rr]equested|[Ww]hitelabel|[Pp]age\s|[Cc]annot|permission|[Dd]enied|[Ff]orbidden|[Gg]ateway|[Uu]navailable"
    r"|[Ee]rror|ERROR|[Nn]o [Ss]uch|directory|[Ee]xception|[Tt]race|mapping|HTTP|[Ss]tatus|[Cc]ode|40[0-9]|41[02]|50[0-4]"
)
_PICTURE = re.compile(
    r"(?:^|[/_\-.])(?:(?:error|err|img|pic|page|bg|icon|no|ico|tu)?[-_]?(?:40[0345]|50[0234])(?:[-_]?(?:error|err|img|pic|page|bg|new|\d{1,2}))?"
    r"|error(?:page|img|pic|bg|\d{0,2})?|not[-_]?found|no[-_]?page|nofound|pagenotfound|cuowu)\.(?:png|jpe?g|gif|svg|webp|bmp)$",
    re.IGNORECASE,
)
_STYLE_URL = re.compile(r"url\(\s*['\"]?([^'\")]+)", re.IGNORECASE)
_NAMED = re.compile(r"(?:^|[-_ ])(?:page|error|err|content|box|main|wrap)?[-_]?(?:404|not-?found|errorpage|error-page|page-error)(?:$|[-_ ])", re.IGNORECASE)
_FACTS = re.compile(r"(?:发布|更新|信息)\s*(?:时间|日期)\W{0,4}(?:19|20)\d\d|(?:信息|文章|稿件)?来源\s*[:：]\s*[\u4e00-\u9fff]{2}")
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
    wording = _line(page)
    titled = bool(title) and len(title) <= 60 and bool(_TITLE.search(title))
    if _FACTS.search(page.outline.text) and (not titled or _has_paragraphs(page)):
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


def _line(page: ParsedPage) -> str | None:
    """The first short line that says what an error page says, in words that are no link."""
    outline, last = page.outline, -1
    for hint in _HINT.finditer(outline.text):
        index, _ = outline.at(hint.start())
        if index == last:
            continue
        last, line = index, outline.lines[index]
        text = clean(line.text)
        match = _WORDING.search(text) if len(text) <= _LONG_LINE * 3 else None
        if match and not _in_link(line, match):
            return text[:120]
    return None


def _in_link(line: Line, match: re.Match[str]) -> bool:
    plain = line.text.replace(EDGE, "")
    return any(match.group() in clean(line.text[begin:end]) for begin, end, _ in line.links) and line.linked * 2 > len(plain)


def _stands_out(page: ParsedPage, wording: str) -> bool:
    """Whether an error's wording is the page's own matter: no text beside it but menus and the footer."""
    return len(wording) <= _LONG_LINE and not _has_paragraphs(page, besides=wording) and _heading_like(page, wording)


def _heading_like(page: ParsedPage, wording: str) -> bool:
    for line in page.outline.lines:
        if clean(line.text)[:120] == wording:
            node = line.element
            return node.tag in ("h1", "h2", "h3", "h4", "p", "div", "td", "center", "li", "dt", "dd", "strong", "font", "span", "b", "h5", "h6")
    return False


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
        names = f"{element.get('id') or ''} {element.get('class') or ''}"
        if "4" in names or "rror" in names or "found" in names.lower():
            if any(_NAMED.search(name) for name in names.split()):
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
