"""Whether a page is an article: its side lists, neighbours and related links are no listing then."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

import lxml.html

from crawler.cms.scan import scan_page
from crawler.cms.texts import visible_text
from crawler.extract.finding import finditer_led
from crawler.extract.parsed import ParsedPage

_GAPS = r"(?:\s|&nbsp;|<[^<>]{0,200}>){0,12}"
# the template's own clock (页面更新时间) speaks of no article
_PUBLISHED = re.compile(
    rf"(?<!页面更新)(?<!网站更新)(?<!本站更新)(?<!页面生成)"
    rf"(?:时{_GAPS}间|日{_GAPS}期){_GAPS}[:：]{_GAPS}(?:19|20)\d\d"
)
_SOURCE = re.compile(rf"(?:来{_GAPS}源|信息来源|稿件来源|文章来源|发布机构|发布单位|作{_GAPS}者){_GAPS}[:：]")
# Each begins with several certain letters, what stands before them looked at afterwards: so found ten times faster.
_BODY = tuple(map(re.compile, (
    rb"zoom(?:(?<=id=\"zoom)\"|(?<=id='zoom)'|(?<=id=zoom))",
    rb"content(?:start|(?<=ucap-content)|(?<=vsb_content)|(?<=v_news_content)|(?<=pages_content)|(?<=xxgk_content)"
    rb"|(?<=enpcontent)|(?<=zjeg_rss\.content)\.begin)",
    rb"arti(?:cle[-_]?con|_?con|cle[-_]body)", rb"detail[-_]?con", rb"trs_editor",
)))
_FILE = re.compile(
    r"(?:^|/)t?20\d{6}_\d+\.|art_\w*\d+_?\w*\.|content_\d+|/20\d\d-?[01]\d(?:/|-)[0-3]?\d/|/info/\d+/\d+\.|[0-9a-f]{32}\.|"
    r"/20\d\d/(?:[01]\d[0-3]\d|[01]?\d/[0-3]?\d)/[\w-]+\.s?html?$|/\d{5,}\.s?html?$|"
    r"[?&](?:articleid|infoid|newsid|contentid)=\w+", re.IGNORECASE
)
_TABLE_LABELS = re.compile(rf"索{_GAPS}引{_GAPS}号")
_DAY = re.compile(r"(?:19|20)\d\d\s*[-/.年]\s*\d")
_LINE = 200
# What the labels 发布时间 and 来源 count at most.
LABEL_SCORE = 3
_FEW = 2
_BODY_TEXT = 120
_PARAGRAPH = 30
# a row's title stands no further above its summary, and is no shorter
_TITLE_ABOVE, _SHORTEST_TITLE = 3, 4
_MOST_PARAGRAPHS = 2000
_ARTICLE = 4


def is_tagged_article(page: ParsedPage) -> bool:
    """Whether the standard tags alone say that the page is an article."""
    return _tags(page) >= _ARTICLE


@dataclass(frozen=True)
class Signs:
    """How much of an article a page is: ``base`` without the labels 发布时间 and 来源, which are counted apart."""

    base: int
    published: int = 0
    source: int = 0

    def score(self, rows_labelled: int = 0) -> int:
        """Return the sum; labels no more than the list rows that label their days speak for no article."""
        score = self.base
        if self.published > rows_labelled:
            score += 2 if self.published <= _FEW else -2 if self.published > 2 * _FEW else 0
        return score + (1 if rows_labelled < self.source <= _FEW else 0)


def article_signs(page: ParsedPage) -> Signs:
    """Return what speaks for and against the page being an article.

    The standard tags alone reach 4, and so do body, date and tools together.
    """
    base = _tags(page)
    if base >= _ARTICLE:
        return Signs(base)
    html = page.html
    published, source = _count(_PUBLISHED, "时日", html), _count(_SOURCE, "来信稿文发作", html)
    if published == 0 and 1 <= source <= _FEW and _is_dated_source(html):
        published = 1
    tools = page.once(scan_page).tools
    base += len(tools) + ("print" not in tools and "window.print" in html)
    base += 1 if 1 <= _count(_TABLE_LABELS, "索", html) <= _FEW else 0
    base += 2 if has_article_address(page) else 0
    base += _body(page.tree)
    small = page.lowered if base + published > 0 else b""
    return Signs(base + any(mark.search(small) for mark in _BODY), published, source)


def has_article_address(page: ParsedPage) -> bool:
    """Whether the page's address is of the forms content systems give to articles."""
    return bool(_FILE.search(page.url.partition("://")[2]))


def _is_dated_source(html: str) -> bool:
    """Whether a day stands on the line that names the source."""
    found = _SOURCE.search(html)
    if found is None:
        return False
    return bool(_DAY.search(html, max(0, found.start() - _LINE), found.end() + _LINE))


def _tags(page: ParsedPage) -> int:
    title = page.meta.get("articletitle", "")
    names = {page.meta.get(name, "") for name in ("columnname", "sitename", "columntype", "channel")}
    score = 3 if title and title not in names else 0
    return score + (2 if page.meta.get("pubdate") else 0)


def _body(tree: lxml.html.HtmlElement) -> int:
    length = 0
    for at, paragraph in enumerate(tree.iter("p")):
        if at == _MOST_PARAGRAPHS:
            break
        text = visible_text(paragraph)
        if len(text) > _PARAGRAPH and ("，" in text or "。" in text) and not _is_summary(paragraph):
            length += len(text.strip())
            if length >= _BODY_TEXT:
                return 2
    return 0


def _is_summary(paragraph: lxml.html.HtmlElement) -> bool:
    """Whether a paragraph is a row's: with a link in it, under one, inside a list, or inside a link."""
    before = paragraph.getprevious()
    if next(paragraph.iter("a"), None) is not None or (before is not None and next(before.iter("a"), None) is not None):
        return True
    if any(_is_linked_title(sibling) for sibling in islice(paragraph.itersiblings(preceding=True), _TITLE_ABOVE)):
        return True
    return any(node.tag in ("li", "a", "dl") for node in paragraph.iterancestors())


def _is_linked_title(element: lxml.html.HtmlElement) -> bool:
    """Whether an element is nothing but a link's words, as the title over a row's day and summary."""
    anchor = next(element.iter("a"), None)
    if anchor is None:
        return False
    words = visible_text(anchor).strip()
    return len(words) >= _SHORTEST_TITLE and words == visible_text(element).strip()


def _count(pattern: re.Pattern[str], leads: str, text: str) -> int:
    """Count matches (which begin with one of ``leads``) outside tags, but no further than tells few from many."""
    count = 0
    for match in finditer_led(pattern, leads, text):
        # a row's title attribute may say 作者 and 时间 too
        if text.rfind("<", 0, match.start()) > text.rfind(">", 0, match.start()):
            continue
        count += 1
        if count > 2 * _FEW:
            break
    return count
