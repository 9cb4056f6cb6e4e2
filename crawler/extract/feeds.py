"""Sitemaps, RSS and Atom: files that name addresses of the site; they are no columns and no articles."""

from __future__ import annotations

import re
import zlib
from itertools import islice

from lxml import etree

from crawler.snapshot.records import Link, PageRecord, Reading

_ROOT = re.compile(rb"<(?:\w{1,20}:)?(urlset|sitemapindex|rss|feed|RDF)[\s>]")
_NAMES = (b"urlset", b"sitemapindex", b"rss", b"feed", b"RDF")
_HEAD = 4096
_MOST = 50_000
_LARGEST = 64 * 1024 * 1024
_GZIP = b"\x1f\x8b"


def read_feed(body: bytes, url: str) -> Reading | None:
    """Return the addresses that a sitemap, a sitemap index or a feed names, as links; None where it is none.

    ``body`` may be packed with gzip. Links have the element ``sitemap``, those to further sitemaps ``feed``.
    """
    if body.startswith(_GZIP):
        body = _unpacked(body)
    head = body[:_HEAD]
    # most are told by the first question, the cheapest
    if b"<html" in head or not any(name in head for name in _NAMES):
        return None
    if not _ROOT.search(head) or b"<html" in head.lower():
        return None
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.LxmlError, ValueError):
        return None
    if root is None:
        return None
    links: dict[str, Link] = {}
    for element in islice(root.iter(etree.Element), 10 * _MOST):
        found = _link(element)
        if found is not None and found.href.startswith(("http://", "https://")):
            links.setdefault(found.href, found)
            if len(links) == _MOST:
                break
    return Reading(record=PageRecord(page_kind="fragment"), links=list(links.values()))


def _link(element: etree._Element) -> Link | None:
    parent = element.getparent()
    if parent is None:
        return None
    name, holder = _local(element), _local(parent)
    if name == "loc" and holder in ("url", "sitemap"):
        return Link(href=_text(element), element="sitemap" if holder == "url" else "feed")
    if name == "link" and holder in ("item", "entry"):
        href = element.get("href") or _text(element)
        return Link(href=href.strip(), element="sitemap") if element.get("rel", "alternate") == "alternate" else None
    return None


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2].lower()


def _text(element: etree._Element) -> str:
    return "".join(element.itertext()).strip()


def _unpacked(body: bytes) -> bytes:
    try:
        return zlib.decompressobj(31).decompress(body, _LARGEST)
    except zlib.error:
        return b""
