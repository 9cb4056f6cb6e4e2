"""Every link of a page that a reader or a crawler can follow, each once, in document order."""

from __future__ import annotations

import re
from collections.abc import Iterator

import lxml.html
from lxml import etree

from crawler.cms import hanweb
from crawler.cms.addresses import Resolver, opened_by_script
from crawler.cms.texts import link_text, squeezed
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


class _Found:
    """The links found so far; the first of an address and element wins, a text may replace none."""

    def __init__(self, base: str) -> None:
        self.links: dict[tuple[str, str], Link] = {}
        self._resolve = Resolver(base)

    def add(self, href: str, holder: lxml.html.HtmlElement, element: LinkElement) -> bool:
        url = self._resolve(href)
        if url is None:
            return False
        key = (url, element)
        known = self.links.get(key)
        if known is None or not known.text:
            text = "" if element == "meta" else link_text(holder)[:_TEXT_LIMIT]
            if known is None or text:
                self.links[key] = Link(href=url, text=text, element=element)
        return True


def find_links(page: ParsedPage) -> list[Link]:
    """Return the page's links in document order, one for each address and element.

    ``a``, ``area``, ``img``, frames (``frame``), meta refreshes (``meta``), rows a CMS keeps in its own notation
    (``cms``), feeds the head names (``feed``), and addresses that only a script opens (``script``: ``onclick``
    literals, jump menus). The text is the visible one, else ``title``, else the picture's ``alt``; cut texts
    (``…``) give way to a fuller ``title``; at most 200 characters. Addresses of no use to a browser survive as
    written, so that they can be reported; scripts, mail addresses and bare fragments are no links. Links in
    comments are none.
    """
    found = _Found(page.base)
    for element in page.tree.iter(*_SOURCES):
        attribute, kind = _SOURCES[element.tag]
        if kind == "feed" and not _names_feed(element):
            continue
        href = element.get(attribute)
        if (href is None or not found.add(href, element, kind)) and attribute == "href" and kind != "feed":
            _add_scripted(found, element, href or "")
    for tag, target in _refreshes(page):
        found.add(target, tag, "meta")
    for element in _HANDLERS(page.tree):
        if element.tag not in ("a", "area"):
            _add_scripted(found, element, "")
    for option in _OPTIONS(page.tree):
        found.add(option.get("value"), option, "script")
    for store in hanweb.datastores(page):
        if store.records is not None:
            for anchor in store.records.iter("a"):
                found.add(anchor.get("href") or "", anchor, "cms")
    return list(found.links.values())


def _names_feed(element: lxml.html.HtmlElement) -> bool:
    """Whether a ``link`` of the head names a feed or a sitemap."""
    return (element.get("type") or "").lower() in _FEEDS or (element.get("rel") or "").lower() == "sitemap"


def _add_scripted(found: _Found, element: lxml.html.HtmlElement, href: str) -> None:
    code = element.get("onclick") or href
    target = opened_by_script(code) if "open" in code or "location" in code else None
    if target:
        found.add(target, element, "script")


def _refreshes(page: ParsedPage) -> Iterator[tuple[lxml.html.HtmlElement, str]]:
    for tag in page.tree.iter("meta"):
        if (tag.get("http-equiv") or "").lower() == "refresh":
            target = _REFRESH.search(tag.get("content") or "")
            if target:
                yield tag, squeezed(target.group(1))
