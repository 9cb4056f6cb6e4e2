"""Interpretations (解读) matched to their documents: by links both ways, title, number, attachment."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from checks.columns import Column
from checks.reach import names_article
from checks.titles import (
    core,
    differ_clearly,
    document_numbers,
    interpreted_names,
    key,
    names,
    quoted,
    without_years,
    years,
)
from crawler.snapshot.reader import Page

if TYPE_CHECKING:
    from checks.site import Site

_WORDS = re.compile(
    r"解读|图解|读懂|看懂|一图|问答|答记者问|吹风会|新闻发布会|政策说明|起草说明|明白纸|明白卡|漫说|图说|动漫"
    r"|视频说|划重点|敲黑板|通气会|海报|长图|动画|说政策|你问我答|您问我答|问与答|政策速递|宣讲|专访|访谈"
)
_LINK_WORDS = re.compile(r"解读|图解|读懂|看懂|一图|起草说明|政策说明")
_ORIGINAL = re.compile(r"原文|政策文件|文件全文|文件链接|相关文件")
_FORMAL_WORDS = re.compile(r"(?:通知|意见|决定|办法|规定|细则|方案|规划|措施|条例|规则)\W*$")
# a link this short is a label (解读, 政策解读, 查看解读); a longer one is a title and must name the document
_LABEL = 8
# an interpretation says what it interprets at its beginning, what it cites later are its grounds; one whose title
# names nothing may come to it late
_OPENING, _LONG_OPENING = 400, 3000
_FILE_OPENING = 200
_GROUNDS = re.compile(
    r"(?:根据|依据|按照|依照|遵照|结合)[^。；，《》]{0,16}"
    r"(?:《[^》]{2,80}》(?:[（(][^）)]{0,40}[）)])?[、，和及与以等]{0,2}){1,20}"
)
# titles are cut when read: long lines are read piece by piece, pieces overlap by a title's length
_STEP, _OVERLAP = 300, 100
_SUFFIX = re.compile(r"\.[a-z]{2,5}$", re.IGNORECASE)
_SHINGLE = 6
_TEMPLATE_PAGES = 3


def is_interpretation(site: Site, page: Page) -> bool:
    """Whether a page interprets a policy: by its title's words, or by the column it stands in."""
    title = page.record.title or ""
    numbered = bool(page.record.attributes.document_number)
    if _WORDS.search(title) and not (numbered and _FORMAL_WORDS.search(title)):
        return True
    if page.record.page_kind == "annual-report":
        return False
    column = site.column_of(page.url)
    named = page.record.column_name or ""
    return (column is not None and column.type == "interpretations") or bool(_LINK_WORDS.search(named))


class Interpretations:
    """All interpretations of a site, looked up by the document they speak of."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.pages = [page for page in site.articles if is_interpretation(site, page)]
        self._own = {page.url for page in self.pages}
        self._names: dict[str, list[str]] = defaultdict(list)
        self._shingles: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        self._starts: dict[str, dict[str, list[tuple[str, str]]]] = defaultdict(dict)
        self._numbers: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._linked: dict[str, list[str]] = defaultdict(list)
        self._known: dict[str, list[str]] = {}
        for page in self.pages:
            self._index(page)
        for title, address in self._listed():
            self._index_title(title, address)
        self._index_links()

    def __contains__(self, url: str) -> bool:
        return url in self._own

    def of(self, document: Page) -> list[str]:
        """Return the addresses of a document's interpretations, sorted; empty where none was found."""
        if document.url not in self._known:
            self._known[document.url] = sorted(self._find(document) - {document.url})
        return self._known[document.url]

    def columns(self) -> list[Column]:
        """The site's columns of interpretations."""
        return [column for column in self._site.columns if column.type == "interpretations"]

    def _find(self, document: Page) -> set[str]:
        found = set(self._linked.get(document.url, ())) | set(self._given_by(document))
        title = document.record.title or ""
        for name in names(title):
            found |= {url for url in self._names.get(name, ()) if self._same_year(title, url)}
        for organ, number in document_numbers(document.record.attributes.document_number or ""):
            found |= {url for words, url in self._numbers.get(number, ()) if words.endswith(organ)}
        return found or self._filed_with(document) or self._by_part(title)

    def _index(self, page: Page) -> None:
        title = page.record.title or ""
        titled = "《" in title
        opening = page.text[:_OPENING if titled else _LONG_OPENING]
        self._index_title(title, page.url)
        for attachment in page.record.attachments:
            if _WORDS.search(attachment.title):
                self._index_title(_SUFFIX.sub("", attachment.title), page.url)
        if not titled:
            opening += "".join(f"\n{file.text[:_OPENING]}" for file in self._site.attachment_texts(page)[0])
        if titled:
            # what is cited as a ground is not what a title names
            opening = _GROUNDS.sub("", opening)
        for line in opening.split("\n"):
            for form in (form for name in _quoted_throughout(line) for form in names(name)):
                self._names[form].append(page.url)
        for words, number in document_numbers(f"{title} {opening}"):
            self._numbers[number].append((words, page.url))
        for related in page.record.related:
            self._linked[self._site.page_address(related.href)].append(page.url)

    def _index_title(self, title: str, url: str) -> None:
        for name in interpreted_names(title):
            self._names[name].append(url)
            held = without_years(name)
            if len(held) >= _SHINGLE:
                self._starts[held[:_SHINGLE]].setdefault(held, []).append((title, url))
        plain = without_years(key(title))
        for shingle in {plain[start:start + _SHINGLE] for start in range(len(plain) - _SHINGLE + 1)}:
            self._shingles[shingle].append((title, url, plain))

    def _listed(self) -> Iterable[tuple[str, str]]:
        """Titles in lists that lead to what was not read as a piece of text: pictures, videos, other sites."""
        for column in self._site.columns:
            for item in column.items:
                page = self._site.page_of(item.href)
                kind = page.record.page_kind if page is not None else "other"
                if (page is None or (page.url not in self._own and kind == "other")) and (
                    column.type == "interpretations" or _WORDS.search(item.title)
                ):
                    yield item.title, item.href

    def _index_links(self) -> None:
        """Take up links whose words say what they are: from a document 解读, from an interpretation 原文."""
        site = self._site
        for source, target, element, words in site.snapshot.links_worded(_tells):
            page = site.pages.get(source)
            if page is None or element not in ("a", "area"):
                continue
            if site.link_counts.get(target, 0) > _TEMPLATE_PAGES:
                continue
            if source in self._own:
                if _ORIGINAL.search(words) or names(words) & interpreted_names(page.record.title or ""):
                    self._linked[site.page_address(target)].append(source)
            elif _LINK_WORDS.search(words) and self._may_interpret(target) and (
                len(words.strip()) <= _LABEL or names(page.record.title or "") & interpreted_names(words)
            ):
                self._linked[source].append(site.page_address(target))

    def _may_interpret(self, target: str) -> bool:
        """Whether a link worded 解读 leads to one interpretation rather than to the column of them all."""
        page = self._site.page_of(target)
        if page is not None:
            return page.record.page_kind in ("article", "document", "other")
        known = self._site.targets.get(target)
        return known is not None and (known.role in ("file", "external") or names_article(target))

    def _given_by(self, document: Page) -> Iterable[str]:
        """What the document's own page offers as its interpretation."""
        record = document.record
        for related in record.related:
            address = self._site.page_address(related.href)
            told = related.relation == "interpretation" or _LINK_WORDS.search(related.title)
            if (told or address in self._own) and not _names_another(related.title, record.title or ""):
                yield address
        for attachment in record.attachments:
            if _LINK_WORDS.search(attachment.title):
                yield attachment.href

    def _filed_with(self, document: Page) -> set[str]:
        """Return those of a document's files that say in their first line that they interpret it."""
        files = self._site.attachment_texts(document)[0] if document.record.attachments else []
        return {file.url for file in files if _LINK_WORDS.search(file.text[:_FILE_OPENING].strip().split("\n")[0])}

    def _same_year(self, title: str, url: str) -> bool:
        page = self._site.pages.get(url)
        return page is None or not _years_differ(title, page.record.title or "")

    def _by_part(self, title: str) -> set[str]:
        """Interpretations whose title holds what the document is about, or is held in it, years apart."""
        found: set[str] = set()
        bare = without_years(core(title))
        if len(bare) < _SHINGLE:
            return found
        for other, url, plain in self._shingles.get(bare[:_SHINGLE], ()):
            if bare in plain and not _years_differ(title, other):
                found.add(url)
        for start in range(len(bare) - _SHINGLE + 1):
            for held, places in self._starts.get(bare[start:start + _SHINGLE], _NOTHING).items():
                if bare.startswith(held, start):
                    found.update(url for other, url in places if not _years_differ(title, other))
        return found


_NOTHING: Mapping[str, list[tuple[str, str]]] = {}


def _quoted_throughout(line: str) -> Iterable[str]:
    """Yield the titles a long line names in 《》, as ``quoted`` does of a title."""
    for start in range(0, len(line), _STEP):
        yield from quoted(line[start:start + _STEP + _OVERLAP])


def _names_another(words: str, title: str) -> bool:
    """Whether what words name in 《》 is beyond doubt not the document of a title."""
    inner = quoted(words)
    return bool(inner) and all(differ_clearly(name, title) for name in inner)


def _tells(words: str) -> bool:
    return "《" in words or any(sign.search(words) for sign in (_LINK_WORDS, _ORIGINAL, _FORMAL_WORDS))


def _years_differ(one: str, other: str) -> bool:
    first, second = years(one), years(other)
    return bool(first and second and not first & second)
