"""One page, decoded and parsed once, for all extractors."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urljoin

import lxml.html
from lxml import etree

from crawler.extract.charset import decode

_EMPTY = "<html><head></head><body></body></html>"


@dataclass
class ParsedPage:
    """A page as the extractors get it.

    ``html`` is the decoded text, ``tree`` its one lxml tree (shared: extractors never change it), ``base`` the
    address relative links resolve against, ``meta`` the head's tags by lower-case name, the first non-empty
    value of each (``""`` where all are empty).
    """

    url: str
    html: str
    tree: lxml.html.HtmlElement
    charset: str
    base: str
    meta: dict[str, str] = field(default_factory=dict)


def parse_page(body: bytes, url: str, content_type: str | None = None) -> ParsedPage:
    """Decode and parse a page's bytes; wrecked or empty markup gives an empty tree, never an error."""
    html, charset = decode(body, content_type)
    html = html.replace("\x00", "")
    tree = _tree(html)
    base = tree.xpath("string(//base[@href][1]/@href)")
    return ParsedPage(url, html, tree, charset, urljoin(url, base) if base else url, _meta(tree))


def _tree(html: str) -> lxml.html.HtmlElement:
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=False, remove_pis=True)
    try:
        tree = lxml.html.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, ValueError):
        tree = lxml.html.document_fromstring(_EMPTY)
    return tree


def _meta(tree: lxml.html.HtmlElement) -> dict[str, str]:
    tags: dict[str, str] = {}
    for tag in tree.iter("meta"):
        name = (tag.get("name") or tag.get("property") or "").strip().lower()
        if name and not tags.get(name):
            tags[name] = (tag.get("content") or "").strip()
    return tags
