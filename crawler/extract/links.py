"""Every link of a page that a reader or a crawler can follow, each once, in document order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

import lxml.html
from lxml import etree

from crawler.cms import hanweb
from crawler.cms.addresses import Resolver, opened_by_script
from crawler.cms.texts import link_text, squeezed
from crawler.extract.furniture import Placed
from crawler.extract.parsed import ParsedPage
from crawler.snapshot.records import Link, LinkElement

_SOURCES: dict[str, tuple[str, LinkElement]] = {
    "a": ("href", "a"),
    "area": ("href", "area"),
    "img": ("src", "img"),
    "iframe": ("src", "frame"),
    "frame": ("src", "frame"),
    "link": ("href", "feed"),
}
_FEEDS = ("application/rss+xml", "application/atom+xml", "application/rdf+xml")
_HANDLERS = etree.XPath("//@onclick/..")
_OPTIONS = etree.XPath("//option[starts-with(normalize-space(@value), 'http')]")
_REFRESH = re.compile(r"url\s*=\s*['\"]?\s*([^'\"]+)", re.IGNORECASE)
_TEXT_LIMIT = 200
_MOST_NOTES = 64


class _Found:
    """The links found so far; the first of an address and element wins, a text may replace none."""

    def __init__(
        self, resolve: Callable[[str], str | None], hrefs: dict[lxml.html.HtmlElement, str | None]
    ) -> None:
        self.links: dict[tuple[str, str], Link] = {}
        self._resolve = resolve
        self._hrefs = hrefs

    def add(self, href: str, holder: lxml.html.HtmlElement, element: LinkElement) -> bool:
        url = self._resolve(href)
        if url is None:
            return False
        key = (url, element)
        known = self.links.get(key)
        if known is None or not known.text:
            text = "" if element == "meta" else link_text(holder)[:_TEXT_LIMIT]
            if known is None or text:
                self.links[key] = Link(url, text, element)
        return True

    def add_elements(self, elements: Iterable[lxml.html.HtmlElement]) -> None:
        """Add what some of the elements that carry links lead to."""
        for element in elements:
            attribute, kind = _SOURCES[element.tag]
            if kind == "feed" and not _names_feed(element):
                continue
            href = element.get(attribute)
            if kind == "a":
                self._hrefs[element] = href
            if (href is None or not self.add(href, element, kind)) and attribute == "href" and kind != "feed":
                _add_scripted(self, element, href or "")

    def add_all(self, links: dict[tuple[str, str], Link]) -> None:
        """Add links found elsewhere, as if they were found here one after the other."""
        if self.links.keys().isdisjoint(links):
            self.links.update(links)
            return
        for key, link in links.items():
            known = self.links.get(key)
            if known is None or (link.text and not known.text):
                self.links[key] = link


def find_links(page: ParsedPage) -> list[Link]:
    """Return the page's links in document order, one for each address and element.

    ``a``, ``area``, ``img``, frames (``frame``), meta refreshes (``meta``), rows a CMS keeps in its own notation
    (``cms``), feeds the head names (``feed``), and addresses that only a script opens (``script``: ``onclick``
    literals, jump menus). The text is the visible one, else ``title``, else the picture's ``alt``; cut texts
    (``…``) give way to a fuller ``title``; at most 200 characters. Addresses of no use to a browser survive as
    written, so that they can be reported; scripts, mail addresses and bare fragments are no links. Links in
    comments are none.
    """
    resolve = Resolver(page.base)
    found = _Found(resolve, page.hrefs)
    elements = list(page.tree.iter(*_SOURCES))
    at = 0
    for placed in page.outline.placed:
        first = next(placed.element.iter(*_SOURCES), None)
        if first is None:
            continue
        begin = elements.index(first, at)
        found.add_elements(elements[at:begin])
        count, links = _links_of(placed, resolve)
        found.add_all(links)
        at = begin + count
    found.add_elements(elements[at:])
    for tag, target in _refreshes(page):
        found.add(target, tag, "meta")
    # the word in any case a person writes it in: onclick, onClick, ONCLICK
    for element in _HANDLERS(page.tree) if "lick" in page.html or "LICK" in page.html else ():
        if element.tag not in ("a", "area"):
            _add_scripted(found, element, "")
    for option in _OPTIONS(page.tree) if page.named["option"] else ():
        found.add(option.get("value"), option, "script")
    for store in hanweb.datastores(page):
        if store.records is not None:
            for anchor in store.records.iter("a"):
                found.add(anchor.get("href") or "", anchor, "cms")
    return list(found.links.values())


def _links_of(placed: Placed, resolve: Resolver) -> tuple[int, dict[tuple[str, str], Link]]:
    """Return how many elements of a shared block may carry links, and the links they do carry on this page.

    They are those of any page whose address they resolve to the same way: where all begin at the site's root or
    are absolute, those of all pages of the site.
    """
    notes = placed.block.notes
    site, own = (find_links, resolve.origin), (find_links, resolve.base, None)
    known: tuple[int, dict[tuple[str, str], Link]] | None = notes.get(site) or notes.get(own)
    if known is None:
        moving = False

        def watched(href: str) -> str | None:
            nonlocal moving
            moving = moving or resolve.moves(href)
            return resolve(href)

        inside = _Found(watched, {})
        elements = list(placed.element.iter(*_SOURCES))
        inside.add_elements(elements)
        known = (len(elements), inside.links)
        if len(notes) >= _MOST_NOTES:
            notes.clear()
        notes[own if moving else site] = known
    return known


def _names_feed(element: lxml.html.HtmlElement) -> bool:
    """Whether a ``link`` of the head names a feed or a sitemap."""
    return (element.get("type") or "").lower() in _FEEDS or (element.get("rel") or "").lower() == "sitemap"


def _add_scripted(found: _Found, element: lxml.html.HtmlElement, href: str) -> None:
    code = element.get("onclick") or href
    target = opened_by_script(code) if "open" in code or "location" in code else None
    if target:
        found.add(target, element, "script")


def _refreshes(page: ParsedPage) -> Iterator[tuple[lxml.html.HtmlElement, str]]:
    for tag in page.refreshes:
        target = _REFRESH.search(tag.get("content") or "")
        if target:
            yield tag, squeezed(target.group(1))
