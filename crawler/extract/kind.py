"""What kind of page a page is, from what was read of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.extract.dates import find_dates
from crawler.extract.parsed import ParsedPage
from crawler.snapshot.records import Attributes, Letter, Listing, PageKind

_REPORT = re.compile(
    r"(?:政府)?信息公开.{0,14}(?:年度报告|年报|工作报告)|年度?.{0,12}(?:政府)?信息公开.{0,8}(?:报告|年报)"
)
_NOT_REPORT = re.compile(r"解读|通知|汇总|目录|公示|模板|格式|要求|情况的|统计表$|会议|部署|印发")
_HOME_TYPE = re.compile(r"^(?:网站)?(?:首页|主页)$|^index$|^home$", re.IGNORECASE)
_HOME_PATH = re.compile(r"^/?(?:(?:index|default|home|main)\.\w+)?$", re.IGNORECASE)
_HOME_TITLE = re.compile(
    r"(?:人民政府|政府|门户网站|网站|网|委员会|管委会|[局厅部委办院会署])(?:门户)?(?:网站?)?(?:[-_—\s]*(?:首页|主页))?$"
    r"|首页|主页|欢迎"
)
_CONSULTATION = re.compile(r"(?:征集|征求|公开征求|网上).{0,12}(?:意见|建议)|意见征集|民意征集|征集调查")
_ASKING = re.compile(
    r"(?:征求|征集|征询|听取)[^，。]{0,60}(?:意见|建议)|(?:意见|建议)[^，。]{0,6}(?:征集|征求)"
    r"|[（(](?:公开)?(?:征求意见稿|草案|送审稿)[）)][^，。]{0,12}(?:意见|建议)"
)
_BROUGHT = re.compile(r"反馈|采纳|结果|情况|汇总|解读|说明|须知|系统|平台")
_CONSULTATION_FACTS = re.compile(
    r"(?:开\s*始|起\s*始|征\s*集|发\s*起)\s*(?:时\s*间|日\s*期)\s*[:：].{0,60}(?:结\s*束|截\s*止)\s*(?:时\s*间|日\s*期)",
    re.DOTALL,
)
_PAGE_TAGS = ("articletitle", "pubdate")
_WHOLE = re.compile(r"<(?:!doctype|html|head|body|title)\b", re.IGNORECASE)
_START = 4000
# a page without tags and trail may be named by its head alone, as columns are
_LONGEST_NAME = 8
_HEAD_END = re.compile(r"\s*(?:[-_|–>»]+|—+)\s*|\s{2,}")
_MANY_LINKS = 60
_SOME_ROWS = 5
_ENOUGH_TEXT = 60


@dataclass(frozen=True)
class Evidence:
    """What other extractors found, as far as it tells a page's kind."""

    title: str | None
    title_shown: bool
    published: str | None
    source_shown: bool
    trail: list[str]
    attributes: Attributes
    listing: Listing | None
    letters: list[Letter]
    content_length: int
    links: int
    lines: int


def carries_article(page: ParsedPage) -> bool:
    """Whether the head's own tags describe an article."""
    return all(page.meta.get(name) for name in _PAGE_TAGS)


def page_kind(page: ParsedPage, seen: Evidence) -> PageKind:
    """Return the kind of a page that is no error page."""
    tagged = bool(page.meta.get("articletitle"))
    rows = seen.listing.items if seen.listing is not None else []
    lists = len(rows) >= _SOME_ROWS and not _mostly_text(seen)
    if _is_letter(seen):
        return "letter"
    several = sum(1 for letter in seen.letters if letter.href is None and (letter.question or letter.reply)) > 1
    # an issue of a selection of letters (来信选登第9期) is an article of its column
    if several and not (tagged and page.meta.get("pubdate")) and not (seen.published and seen.source_shown):
        return "column"
    if seen.attributes.has_table and not (lists and not seen.published and len(rows) > 8):
        return "document"
    told = bool(seen.published) + bool(seen.title_shown) + bool(seen.source_shown)
    texted = seen.content_length >= _ENOUGH_TEXT or seen.listing is None
    article = (tagged and (bool(page.meta.get("pubdate")) or told >= 1)) or (not _names_list(page, seen) and (
        told == 3 or (told == 2 and bool(seen.published) and texted and not lists)
    ))
    if seen.title and _REPORT.search(seen.title) and not _NOT_REPORT.search(seen.title) and (
        article or not (lists or _is_list_of_reports(page, seen))
    ):
        return "annual-report"
    if article:
        if seen.attributes.document_number:
            return "document"
        return "consultation" if _is_consultation(page, seen) else "article"
    if _is_home(page, seen):
        return "home"
    if seen.listing is not None or seen.letters:
        return "fragment" if _is_piece(page, seen) else "column"
    if _asks_opinions(page, seen):
        return "consultation"
    if page.meta.get("columnname") and not tagged:
        return "column"
    if seen.attributes.document_number and seen.content_length >= _ENOUGH_TEXT:
        return "document"
    if seen.title_shown and seen.content_length >= 4 * _ENOUGH_TEXT and seen.links < _MANY_LINKS:
        return "article"
    return "fragment" if not page.heading and not page.meta else "other"


def _names_list(page: ParsedPage, seen: Evidence) -> bool:
    """Whether what looks like an article's title and day are a column's name, or a row's words, and a row's day."""
    if seen.listing is None or seen.published is None or seen.title is None or _mostly_text(seen):
        return False
    named = {_bare(name) for name in (*seen.trail[-1:], page.meta.get("columnname", "")) if name}
    heads = _HEAD_END.split(page.heading, maxsplit=1)[:1]
    if not named and len(seen.listing.items) > 1:
        named = {_bare(head) for head in heads if 2 <= len(head) <= _LONGEST_NAME}
    if not named.intersection(map(_bare, (seen.title, *heads))):
        return False
    day = seen.published[:10]
    rows = sum(1 for item in seen.listing.items if item.date == day)
    return rows > 0 and sum(1 for found in find_dates(page.outline.text) if found.day == day) <= rows


def _is_list_of_reports(page: ParsedPage, seen: Evidence) -> bool:
    """Whether what is titled like a report is the column of reports: its name stands above rows and little text."""
    if seen.listing is None or not seen.listing.items or seen.content_length >= 4 * _ENOUGH_TEXT or not seen.title:
        return False
    return _bare(seen.title) in {_bare(name) for name in (*seen.trail[-1:], page.meta.get("columnname", ""))}


def _bare(text: str) -> str:
    return "".join(text.split())


def _is_piece(page: ParsedPage, seen: Evidence) -> bool:
    """Whether an answer is a piece of markup for a script to put into a page: without a head, a name or a trail."""
    return "?" in page.url and not (page.heading or page.meta or seen.trail or _WHOLE.search(page.html, 0, _START))


def _mostly_text(seen: Evidence) -> bool:
    return seen.content_length > 1500


def _is_letter(seen: Evidence) -> bool:
    return len(seen.letters) == 1 and seen.letters[0].href is None and bool(
        seen.letters[0].question or seen.letters[0].reply or seen.letters[0].received
    )


def _asks_opinions(page: ParsedPage, seen: Evidence) -> bool:
    """Whether a page without a day is headed like one consultation, by a title its column has not, above a text."""
    title = seen.title or ""
    if not seen.title_shown or len(title) <= _LONGEST_NAME or seen.content_length < _ENOUGH_TEXT:
        return False
    known = {*seen.trail, page.meta.get("columnname", "")}
    return title not in known and bool(_ASKING.search(title)) and not _BROUGHT.search(title)


def _is_consultation(page: ParsedPage, seen: Evidence) -> bool:
    named = " ".join((seen.title or "", *seen.trail[-2:], page.meta.get("columnname", "")))
    return bool(_CONSULTATION.search(named) and _CONSULTATION_FACTS.search(page.outline.text[:6000]))


def _is_home(page: ParsedPage, seen: Evidence) -> bool:
    if seen.trail and len(seen.trail) > 1:
        return False
    column = page.meta.get("columnname", "") or page.meta.get("channel", "")
    if column and not _HOME_TYPE.match(column) and not _same(column, page.meta.get("sitename", "")):
        return False
    site = page.meta.get("sitename", "")
    if _HOME_TYPE.match(page.meta.get("columntype", "")) or _HOME_TYPE.match(column):
        return seen.links >= _MANY_LINKS // 2 or seen.listing is not None
    try:
        path = urlsplit(page.url).path
    except ValueError:
        path = "?"
    titled = bool(page.heading) and (
        _same(page.heading, site) or bool(_HOME_TITLE.search(page.heading) and len(page.heading) <= 40)
    )
    if titled and seen.links >= _MANY_LINKS:
        return True
    return bool(_HOME_PATH.match(path)) and seen.links >= _MANY_LINKS // 3 and (titled or bool(seen.listing))


def _same(one: str, other: str) -> bool:
    def bare(text: str) -> str:
        return re.sub(r"(?:门户)?(?:网站|网)?(?:首页|主页)?$|\s|[-_—]", "", text)

    return bool(one) and bool(other) and bare(one) == bare(other)
