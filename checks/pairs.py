"""Documents and their interpretations as pairs: how surely they belong together, when each was published."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from checks.bodies import markup_of
from checks.days import day_of
from checks.documents import is_document, is_repost
from checks.lexicon import lexicon
from checks.model import Context
from checks.site import Site
from checks.titles import document_numbers, interpreted_names, names, years
from checks.unread import was_opened
from crawler.snapshot.reader import Page
from rules.lexicons import interpretation_exempt

_SCRIPT = re.compile(r"<script\b[^>]*>(.{1,30000}?)</script>", re.IGNORECASE | re.DOTALL)
_SUFFIX = re.compile(r"\.[a-z]{2,4}$", re.IGNORECASE)
# shorter paths and names of files stand in a page by chance
_LEAST_PATH, _LEAST_NAME = 6, 10
_FETCHES = re.compile(r"ajax|fetch\(|XMLHttpRequest|\.load\(|getJSON|\.get\(|\.post\(", re.IGNORECASE)


@dataclass(frozen=True)
class Pair:
    """A document and one interpretation of it.

    ``page`` is None where the interpretation was not read as a page (a file, a video, another site's page). ``day``
    is the day it was published, None where none is shown. ``sure``: its title names the document, or they link.
    """

    document: Page
    url: str
    title: str
    page: Page | None
    day: date | None
    sure: bool


# what several checks of one run ask of a site alike
_PAIRS: WeakKeyDictionary[Site, dict[date, dict[str, list[Pair]]]] = WeakKeyDictionary()
_ONWARD: WeakKeyDictionary[Site, dict[str, frozenset[str]]] = WeakKeyDictionary()


def pairs_of(site: Site, context: Context) -> dict[str, list[Pair]]:
    """Return the pairs of every document of the site's own organs that has interpretations, by its address.

    Each document's pairs are ordered by day, then by address; what was published after the day judged is left out.
    """
    known = _PAIRS.setdefault(site, {})
    if context.as_of not in known:
        known[context.as_of] = _find(site, context)
    return known[context.as_of]


def _find(site: Site, context: Context) -> dict[str, list[Pair]]:
    listed = {
        site.page_address(item.href): (item.title, day_of(item.date))
        for column in site.columns for item in column.items if item.href
    }
    found: dict[str, list[Pair]] = {}
    for document in site.documents:
        title = document.record.title or ""
        if not is_document(document) or is_repost(document, site.name) or document.url in site.interpretations:
            continue
        if interpretation_exempt(title):
            continue
        pairs = [_pair(site, document, url, listed) for url in site.interpretations.of(document)]
        pairs = [pair for pair in pairs if pair.day is None or pair.day <= context.as_of]
        if pairs:
            found[document.url] = sorted(pairs, key=lambda pair: (pair.day or date.max, pair.url))
    return found


def _pair(site: Site, document: Page, url: str, listed: dict[str, tuple[str, date | None]]) -> Pair:
    page = site.pages.get(url)
    row_title, row_day = listed.get(url, ("", None))
    if page is None:
        attached = next((link.title for link in document.record.attachments if link.href == url), None)
        related = next((link.title for link in document.record.related if link.href == url), "")
        title = row_title or attached or related
        # what is attached to a document is published with it
        day = row_day if attached is None else day_of(document.record.published)
        return Pair(document, url, title, None, day, sure=bool(title))
    days = [shown for shown in (day_of(page.record.published), row_day) if shown is not None]
    day = min(days, default=day_of(page.record.published_tag))
    title = page.record.title or row_title
    return Pair(document, url, title, page, day, sure=names_document(title, document) or links(site, url, document.url))


def names_document(title: str, document: Page) -> bool:
    """Whether an interpretation's title names a document, in 《》 or without, or gives its number."""
    own = document.record.title or ""
    if years(title) and years(own) and not years(title) & years(own):
        return False
    numbers = {rest for _, rest in document_numbers(document.record.attributes.document_number or "")}
    if numbers & {rest for _, rest in document_numbers(title)}:
        return True
    return bool(names(own) & interpreted_names(title))


def links(site: Site, source: str, target: str) -> bool:
    """Whether a page links to another, by its related links, its attachments or any other link of its own."""
    known = _ONWARD.setdefault(site, {})
    if source not in known:
        known[source] = _onward(site, source)
    return target in known[source]


def names_address(site: Site, source: str, target: str) -> bool:
    """Whether a page's markup holds another page's address in whatever way: a button's script, data of its own.

    The address counts from the root, or by the name of its file where that is a long one.
    """
    page = site.pages.get(source)
    parts = urlsplit(target)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    name = path.rsplit("/", 1)[-1]
    if page is None or len(path) < _LEAST_PATH:
        return False
    markup = markup_of(site, page).replace("&amp;", "&").replace("\\/", "/")
    forms = [re.escape(path), *([re.escape(name)] if len(name) >= _LEAST_NAME else [])]
    return re.search(rf"(?<![\w-])(?:{'|'.join(forms)})(?![\w.-])", markup) is not None


def offers(page: Page | None, title: str) -> bool:
    """Whether a page offers a file named after a title: the other page's matter is then at hand."""
    own = names(title) | interpreted_names(title)
    return page is not None and any(
        (names(link.title) | interpreted_names(_SUFFIX.sub("", link.title))) & own for link in page.record.attachments
    )


def _onward(site: Site, source: str) -> frozenset[str]:
    page = site.pages.get(source)
    if page is None:
        return frozenset()
    offered = [*(link.href for link in page.record.related), *(link.href for link in page.record.attachments)]
    offered += [
        href for href, element, _ in site.snapshot.links_from(source) if element in ("a", "area", "frame")
    ]
    return frozenset(map(site.page_address, offered))


def relates_by_script(site: Site, page: Page) -> bool:
    """Whether a page's own script fills in what is related to it, so that links may be there that were not read."""
    if page.record.script_shell:
        return True
    if was_opened(site, page):
        return False
    words = lexicon("interpretation_quality")["related_scripts"]
    return any(
        re.search(words, script) and _FETCHES.search(script) for script in _SCRIPT.findall(markup_of(site, page))
    )


def listed_days(site: Site) -> dict[str, date]:
    """Return the days shown beside rows of lists, by the addresses of the pages they lead to."""
    days: dict[str, date] = {}
    for column in site.columns:
        for item in column.items:
            day = day_of(item.date)
            if day is not None and item.href:
                days.setdefault(site.page_address(item.href), day)
    return days


def published_day(page: Page, listed: dict[str, date]) -> date | None:
    """Return the day a page shows as published, that of its list's row where the page shows none."""
    return day_of(page.record.published) or listed.get(page.url)
