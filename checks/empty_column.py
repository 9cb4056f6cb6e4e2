"""空白栏目

栏目打开后什么内容都没有。

依据
国办秘函〔2019〕19 号检查指标单项否决第四项“空白栏目”；2021 年临淄区政务公开工作要点“杜绝信息缺失”等。

判定
栏目各页都没有一条信息，也没有正文、附件、图片、来信或下级栏目；页面写着“暂无信息”之类的，同样判为空白。

不判定
单篇内容的栏目（机构职能、领导信息等）有文字即不是空白；供群众填写的（我要写信、在线申请等）、只列下级栏目、只有附件或图片、内嵌或自动转到其他系统的
栏目有内容；联系我们、
网站声明等网站自身的说明页不判断；列表由脚本填充而未能在浏览器中读全、有分页未能读取、栏目页没有读到，或页面上另有本栏目的链接而未能识别为列表的，记“未能核实”。

整改
补充应公开的内容；没有内容可公开的，注明原因，或把栏目归并、撤下。
"""

from __future__ import annotations

import re
from collections import Counter

from lxml.html import HtmlElement

import checks.model
from checks.bodies import tree_of
from checks.columns import Column, is_beneath
from checks.lexicon import any_of, lexicon
from checks.model import Context, Result
from checks.reach import names_article
from checks.site import CONTENT_KINDS, Site
from checks.titles import key
from checks.unread import rendering_words, was_opened
from crawler.urls import suffix_of
from rules.lexicons import column_type

# so many characters beside links and labels are content: of a page without a list, of an empty list's page
_TEXT_WITHOUT_LIST, _TEXT_BESIDE_LIST = 10, 60
# a line that stands on this many columns' pages belongs to the template
_TEMPLATE_COLUMNS = 3
# so long a text may be a notice alone; words shorter than this are of a menu
_LONGEST_NOTICE, _LEAST_WORDS = 40, 7
# a line this short, no date, is the label of a tab; a page of one column's name may be all its column shows
_LABEL, _SHORT_PAGE = 6, 80
_SEPARATOR, _LONGEST_TRAIL = re.compile(r"[/>＞»›→|]+"), 60
_UPDATED = re.compile(r"\d")
_DATED = re.compile(r"(?:更新|发布|公开)?(?:时间|日期)?\W{0,2}(?:19|20)\d\d.{1,14}|\W*来源.{0,20}")
# a link found on more pages than this belongs to the template, not to the column
# fewer links beside a trail are a way back or a way on, no page of links
_GATHERED = 4
_TEMPLATE_PAGES = 3
_PAGER = re.compile(
    r"^(?:共|第|每页|页次|当前|总|条|页|记录|转到|跳转|首页|上一页|下一页|尾页|末页|打印|关闭|GO|[\W\d])*$"
)
# what stands above links beside a list
_SIDE = re.compile(r"\W*(?:相关|热门|推荐|其他|下级|同级|本级|友情|快捷|快速)(?:栏目|链接|信息|导航|推荐|通道|入口)\W*")
_UPLOADED = re.compile(r"upload|attach|/pic/|\d{6,}", re.IGNORECASE)
# a form sent as a message with fewer fields is a search
_FEWEST_FIELDS = 3
_TEXT_FIELDS = ".//input[not(@type) or @type='text' or @type='tel' or @type='email']"
_SEARCHES = re.compile(r"搜索|检索|查询|查找|登\s*[录陆]|login|search", re.IGNORECASE)
_FINDS = re.compile(r"搜索|检索|查找|search|关键[字词]|标\s*题|文\s*号|登\s*[录陆]|login", re.IGNORECASE)
_PHONE = re.compile(r"0\d{2,3}[-—－]?\d{7,8}|1[3-9]\d{9}")
_PICTURES = frozenset({"jpg", "jpeg", "png", "webp", "bmp", "gif"})


class Parameters(checks.model.Parameters):
    """``types``: the column types judged; all when None."""

    types: list[str] | None = None


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Judge every column of the types asked for."""
    result = Result()
    template = _template_lines(site)
    for column in site.columns:
        if parameters.types is not None and column.type not in parameters.types:
            continue
        result.examine(column.department)
        if not column.items and not _is_of_site(column):
            _judge(site, column, template, result)
    _judge_single_pages(site, parameters, template, result)
    for override in site.unread_overrides():
        if parameters.types is None or override.type in parameters.types:
            result.examine(override.department)
            result.unverified(
                url=override.url, column=override.name, department=override.department,
                message=f"“{override.name or override.url}”栏目本次未能打开，无法判断有无内容",
            )
    return result


def _judge_single_pages(site: Site, parameters: Parameters, template: frozenset[str], result: Result) -> None:
    """Judge columns of one page (养老服务) that show nothing but that they are still to be filled."""
    for page in site.articles:
        name = page.record.column_name or ""
        # a packed text is told apart from a long one without unpacking it
        if len(page.packed_text) > _SHORT_PAGE * 4 or not name or key(page.record.title or "") != key(name):
            continue
        lines = [line for line in _lines(page.text) if key(line) != key(name) and line not in template]
        said = _says_nothing_yet([line for line in lines if not _DATED.fullmatch(line)])
        kind = column_type(name)
        if said and not page.record.attachments and (parameters.types is None or kind in parameters.types):
            result.examine(site.department_of(page))
            result.fail(
                url=page.url, column=name, department=site.department_of(page),
                evidence={"type": kind, "notice": said}, message=f"“{name}”栏目没有任何内容，页面显示“{said[:30]}”",
            )


def _is_of_site(column: Column) -> bool:
    """Whether a page tells of the site itself (联系我们, 网站声明): its few words often look like the footer's."""
    return bool(any_of(lexicon("lists")["site_pages"]).fullmatch("".join(column.name.split())))


def _judge(site: Site, column: Column, template: frozenset[str], result: Result) -> None:
    notice = next(
        (page.record.listing.empty_notice for page in column.pages
         if page.record.listing is not None and page.record.listing.empty_notice), None,
    )
    text = _own_text(site, column, template, notice)
    if notice is None and (said := _says_nothing_yet(_own_lines(site, column, template, None))):
        notice, text = said, ""
    evidence: dict[str, object] = {"type": column.type, "notice": notice, "text": text[:80]}
    common = {"url": column.url, "column": column.name, "department": column.department, "evidence": evidence}
    if _has_content(site, column, text, notice, template):
        return
    opened = "（已在浏览器中打开核实）" if was_opened(site, column.page) else ""
    if opened:
        evidence["rendered"] = True
    why = rendering_words(site, column.pages)
    if column.script_filled:
        result.unverified(
            **common, message=f"“{column.name}”栏目的内容由脚本填充，本次未能读取{why}，无法判断是否空白"
        )
    elif not column.complete:
        result.unverified(
            **common, message=f"“{column.name}”栏目的列表有分页未能读取{why}，无法判断是否空白"
        )
    elif notice:
        result.fail(**common, message=f"“{column.name}”栏目没有任何内容，页面显示“{notice[:30]}”{opened}")
    elif not _counts_none(column) and (own := _own_links(site, column) or _shown_links(site, column, template)):
        evidence["links"] = own[:3]
        result.unverified(
            **common, message=f"“{column.name}”栏目没有读到信息列表，但页面上有 {len(own)} 个其他链接，"
            "无法判断是否空白",
        )
    else:
        result.fail(**common, message=f"“{column.name}”栏目没有任何内容{opened}")


def _counts_none(column: Column) -> bool:
    """Whether the list itself says that it has no row (共 0 条), or the page has nothing behind its trail."""
    return any(page.record.listing is not None and page.record.listing.total == 0 for page in column.pages)


def _has_content(site: Site, column: Column, text: str, notice: str | None, template: frozenset[str]) -> bool:
    if any(page.record.letters or page.record.attachments for page in column.pages):
        return True
    listed = notice is not None or any(page.record.listing is not None for page in column.pages)
    if len(text) >= (_TEXT_BESIDE_LIST if listed else _TEXT_WITHOUT_LIST):
        return True
    if column.page.record.refresh_to and column.page.record.refresh_to != column.url:
        return True
    if any(is_beneath(other.page, column.page) for other in site.columns if other is not column):
        return True
    if _leads_to_column(site, column, template):
        return True
    return column.url in site.trails or _has_picture_or_frame(site, column) or _has_form(
        site, column, listed=listed
    )


def _leads_to_column(site: Site, column: Column, template: frozenset[str]) -> bool:
    """Whether the page shows the name (供水) of a column with rows that neither the home page nor a menu links to."""
    shown = {line for page in column.pages for line in _lines(page.text)} - template
    for target, element, words in site.snapshot.links_from(column.url):
        if element != "a" or target in site.linked_from_home or "".join(words.split()) not in shown:
            continue
        page = site.page_of(target)
        other = site.column_of(page.url) if page is not None and page.record.page_kind == "column" else None
        if page is None or other is None or other is column or other.url != page.url or not other.items:
            continue
        # its own articles link back to it in their trails
        if site.link_counts.get(target, 0) <= _TEMPLATE_PAGES + len(other.items):
            return True
    return False


def _template_lines(site: Site) -> frozenset[str]:
    """Return the lines that stand on the pages of several columns: headings and labels of the template."""
    if all(column.items for column in site.columns):
        return frozenset()
    counts = Counter(line for column in site.columns for line in set(_lines(column.page.text)))
    return frozenset(line for line, count in counts.items() if count >= _TEMPLATE_COLUMNS)


def _says_nothing_yet(lines: list[str]) -> str | None:
    """Return the line that says that nothing is there yet, where there are but such lines and labels of tabs."""
    told = [line for line in lines if len(line) <= _LONGEST_NOTICE and re.fullmatch(_nothing_yet(), line)]
    others = [line for line in lines if line not in told]
    return told[0] if told and all(len(line) <= _LABEL and not _UPDATED.search(line) for line in others) else None


def _nothing_yet() -> str:
    pattern: str = lexicon("lists")["nothing_yet"]
    return pattern


def _own_text(site: Site, column: Column, template: frozenset[str], notice: str | None) -> str:
    """Return what the column's pages say beside links, template, pagers and the notice of emptiness."""
    return "".join(_own_lines(site, column, template, notice))


def _own_lines(site: Site, column: Column, template: frozenset[str], notice: str | None) -> list[str]:
    said = {column.name, *(column.page.record.breadcrumb or ()), notice or ""}
    own: list[str] = []
    for page in column.pages:
        linked = {"".join(words.split()) for _, _, words in site.snapshot.links_from(page.url)}
        own += [
            line for line in _lines(page.text)
            if line not in template and line not in linked and line not in said and not _SIDE.fullmatch(line)
            and not _is_all_links(line, linked) and not _is_trail(line, column.name)
            and (not _PAGER.match(line) or _PHONE.search(line))
        ]
    return own


def _is_trail(line: str, name: str) -> bool:
    """Whether a line is a trail to the column: 信息公开目录/应急预案."""
    parts = _SEPARATOR.split(line)
    return len(parts) > 1 and len(line) <= _LONGEST_TRAIL and parts[-1] == "".join(name.split())


def _is_all_links(line: str, linked: set[str]) -> bool:
    """Whether a line is but words of links, one behind the other."""
    for words in sorted(filter(None, linked), key=len, reverse=True):
        line = line.replace(words, "")
    return not any(sign.isalnum() for sign in line)


def _lines(text: str) -> list[str]:
    return [plain for line in text.splitlines() if (plain := "".join(line.split()))]


def _has_picture_or_frame(site: Site, column: Column) -> bool:
    """Whether the page shows a picture of its own, or another system in a frame of its own."""
    for target, element, _ in site.snapshot.links_from(column.url):
        few = site.link_counts.get(target, 0) <= _TEMPLATE_PAGES
        if element == "frame" and few:
            return True
        opens = site.reach(target).state != "dead"
        if element == "img" and few and opens and _is_content(target, column.url):
            return True
    return False


def _has_form(site: Site, column: Column, *, listed: bool) -> bool:
    """Whether a page asks its reader to write (我要写信), or to ask (办件查询) where it has no place for a list.

    Forms and fields that the home page or a column with a list has too belong to the template.
    """
    own = tree_of(site, column.page)
    if own is None or next(own.iter("form", "textarea", "input"), None) is None:
        return False
    home = site.page_of(site.home)
    other = next((one.page for one in site.columns if one.items), None)
    known = [tree_of(site, page) for page in (home, other) if page is not None and page.url != column.url]
    if _fields_to_write(own) > max((_fields_to_write(tree) for tree in known if tree is not None), default=0):
        return True
    template = {form for tree in known if tree is not None for form in _forms(tree)}
    return not listed and any(form not in template for form in _forms(own))


def _fields_to_write(tree: HtmlElement) -> int:
    """Return how many fields for a longer text or a file a page has, and those of forms sent as a message."""
    count = sum(1 for _ in tree.iter("textarea"))
    count += sum(1 for field in tree.iter("input") if (field.get("type") or "").strip().lower() == "file")
    for form in tree.iter("form"):
        sent = (form.get("method") or "").strip().lower() == "post"
        fields = len(form.xpath(_TEXT_FIELDS))
        if sent and fields >= _FEWEST_FIELDS and not _SEARCHES.search(_words_of(form)):
            count += fields
    return count


def _forms(tree: HtmlElement) -> set[tuple[str, ...]]:
    """Return where a page's forms lead and what their fields are called; a search of lists is left out."""
    found = set()
    for form in tree.iter("form"):
        fields = [field for field in form.iter("input", "select") if _is_filled_in(field)]
        if fields and not _FINDS.search(_words_of(form)):
            found.add(((form.get("action") or "").strip(), *sorted(field.get("name") or "" for field in fields)))
    return found


def _words_of(form: HtmlElement) -> str:
    shown = (field.get(name) or "" for field in form.iter("input", "button") for name in ("value", "placeholder"))
    return "".join((*form.itertext(), *shown))


def _is_filled_in(field: HtmlElement) -> bool:
    return (field.get("type") or "text").strip().lower() not in ("hidden", "submit", "button", "image", "reset")


def _is_content(picture: str, page: str) -> bool:
    """Whether a picture's address is that of an uploaded one, not of the template's decoration."""
    if suffix_of(picture) not in _PICTURES or re.search(lexicon("interpretation_quality")["media"]["marks"], picture):
        return False
    return picture.startswith(page.rsplit("/", 1)[0] + "/") or bool(_UPLOADED.search(picture))


def _own_links(site: Site, column: Column) -> list[str]:
    """Return links only this page has, or that lead to articles: perhaps a list that was not recognised."""
    trail = column.page.record.breadcrumb_links
    # where the page shows the place of its list to be empty, links to what other columns list are side lists
    told = any(page.record.listing is not None and page.record.listing.count == 0 for page in column.pages)
    known = {page.url for page in column.pages} | set(trail) | site.linked_from_home
    shown = "".join("".join(page.text.split()) for page in column.pages)
    return [
        target for target, element, words in site.snapshot.links_from(column.url)
        if element in ("a", "area") and target not in known
        and (names_article(target) or len(words.strip()) >= _LEAST_WORDS or "".join(words.split()) in shown)
        and len(words.strip()) >= (_LEAST_WORDS if told and not names_article(target) else 4)
        and not site.is_start(target) and site.page_address(target) not in known and _is_own(site, target)
        and not (told and _is_of_another(site, column, target))
    ]


def _shown_links(site: Site, column: Column, template: frozenset[str]) -> list[str]:
    """Return the links a page gathers in its own area, though the home page has them too; none where they are few."""
    if any(page.record.listing is not None and page.record.listing.count == 0 for page in column.pages):
        return []
    shown = set(_lines(column.page.text)) - template - {column.name, *(column.page.record.breadcrumb or ())}
    gathered = [
        target for target, element, words in site.snapshot.links_from(column.url)
        if element in ("a", "area") and "".join(words.split()) in shown
    ]
    return gathered if len(gathered) >= _GATHERED else []


def _is_of_another(site: Site, column: Column, target: str) -> bool:
    """Whether an article stands in another column's list, by its own trail too."""
    page = site.page_of(target)
    if page is None or page.record.page_kind not in CONTENT_KINDS:
        return False
    owner = site.column_of(page.url)
    return owner is not None and owner is not column and bool(owner.items)


def _is_own(site: Site, target: str) -> bool:
    count = site.link_counts.get(target, 0)
    page = site.page_of(target)
    leads_to_article = page is not None and page.record.page_kind in (*CONTENT_KINDS, "letter")
    return count <= 1 or (count <= _TEMPLATE_PAGES and leads_to_article)
