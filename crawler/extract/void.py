"""Columns of nothing: pages that name themselves in their trail and then go straight on to the footer."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from crawler.cms.emptiness import may_be_filled
from crawler.extract.breadcrumb import Breadcrumb
from crawler.extract.finding import first_place
from crawler.extract.outline import Line, Outline, clean
from crawler.extract.parsed import ParsedPage
from crawler.snapshot.records import Listing

_MATTER = frozenset({
    "img", "iframe", "frame", "object", "embed", "video", "audio", "canvas", "svg", "form", "input", "textarea",
})
_PAGER = re.compile(r"(?:共|第|每页|页次|当前|总|计|条|页|记录|转到|跳转|首页|上一页|下一页|尾页|末页|[\W\d])*")
_PHONE = re.compile(r"(?<!\d)(?:0\d{2,3}\s?[-—－]?\s?\d{7,8}|1[3-9]\d{9})(?!\d)")
_FOOTER_WORDS = ("版权所有", "主办", "承办", "网站标识码", "技术支持")
_FOOTER_LATIN = re.compile("[Ii](?i:CP备)|[Cc](?i:opyright)")
# a script that is no program keeps the rows, or their template, of a list
_DATA = re.compile("xml|json(?!p)|html|templ|tmpl", re.IGNORECASE)
_LONGEST_NAME = 40
_MOST_IDS = 50
_LONGEST_CODE = 200_000


def void_listing(page: ParsedPage, crumb: Breadcrumb, footer: int) -> Listing | None:
    """Return a listing of no rows for a page whose place for content holds nothing at all; None for any other.

    ``footer`` is the line the footer begins at where no line of it names the site's keeper. The place for content
    is what follows the trail, or the page's own name where that stands again as a heading; words of a pager are
    nothing, pictures, frames and fields are something. ``script_filled`` is set where a script may put something
    there: it has no list of its own to be told by, so any hook beside any script from a file will do.
    """
    if len(crumb.labels) < 2 or not 0 < crumb.end <= footer:
        return None
    outline = page.outline
    lines = outline.lines
    if crumb.end < len(lines):
        begin = outline.start_of(crumb.end)
        named = first_place(_FOOTER_WORDS, _FOOTER_LATIN, "IiCc", outline.text[begin:])
        at = None if named is None else outline.at(begin + named)[0]
        footer = footer if at is None or _is_sentence(lines[at].plain) else at
    # no heading stands behind the last line before the footer: told by it, most pages need no search for one
    if crumb.end < footer <= len(lines) and _is_matter(lines[footer - 1], clean(crumb.labels[-1])):
        return None
    start = _heading(outline, crumb, footer)
    if any(not _is_of_pager(line.plain) for line in outline.lines[start:footer]):
        return None
    between = _between(page, outline, start, footer)
    if any(element.tag in _MATTER for element in between):
        return None
    return Listing(dialect="static", count=0, total=0, script_filled=_may_be_filled(page, between))


def _is_sentence(text: str) -> bool:
    """Whether a line tells of a keeper (本网站由…主办，…。), where a footer only names it."""
    return text.endswith(("。", "；", "！")) or re.search(r"由[^。]{2,40}(?:主办|承办)", text) is not None


def _is_matter(line: Line, name: str) -> bool:
    """Whether a line is neither a page's name nor the words of a pager."""
    return line.plain != name and not _is_of_pager(line.plain)


def _is_of_pager(text: str) -> bool:
    return _PAGER.fullmatch(text) is not None and _PHONE.search(text) is None


def _may_be_filled(page: ParsedPage, between: list[HtmlElement]) -> bool:
    hooked = any(element.get("id") or any(name.startswith("data-") for name in element.attrib) for element in between)
    scripts = page.scripts
    if hooked and any(script.get("src") for script in scripts):
        return True
    if any(_DATA.search(script.get("type") or "") for script in scripts):
        return True
    ids = [identity for element in between if (identity := element.get("id"))][:_MOST_IDS]
    code = "\n".join(script.text for script in scripts if script.text)[:_LONGEST_CODE]
    named = any(f"{mark}{identity}" in code for identity in ids for mark in "'\"#`")
    return named or may_be_filled(page, between)


def _heading(outline: Outline, crumb: Breadcrumb, footer: int) -> int:
    """Return the line behind the last heading that repeats the name the trail ends with."""
    name = clean(crumb.labels[-1])
    likely = [
        at for at, text in enumerate(outline.texts[crumb.end:footer], crumb.end)
        if len(text) <= _LONGEST_NAME and name[:1] in text
    ]
    for at in reversed(likely):
        line = outline.lines[at]
        if not line.linked and line.plain == name:
            return at + 1
    return crumb.end


def _between(page: ParsedPage, outline: Outline, start: int, footer: int) -> list[HtmlElement]:
    """Return the elements behind the line before ``start`` and before the footer's, those around it left out."""
    above = outline.lines[start - 1].element
    below = outline.lines[footer].element if footer < len(outline.lines) else None
    around = set(below.iterancestors()) if below is not None else set()
    found: list[HtmlElement] = []
    behind = False
    for element in page.tree.iter():
        if element is below:
            break
        if behind and isinstance(element.tag, str) and element not in around:
            found.append(element)
        behind = behind or element is above
    return found
