"""One page, decoded and parsed once, for all extractors."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import TypeVar, cast
from urllib.parse import quote, urljoin

from lxml import etree

from crawler.extract.charset import decode
from crawler.extract.outline import Outline, read_outline

T = TypeVar("T")

_EMPTY = b"<html><head></head><body></body></html>"
# More markup than this is no page for readers: the rest is not looked at.
_MAX_MARKUP = 6_000_000
_MAX_TITLE = 1000
_TAG = re.compile(r"</?[A-Za-z][^>]*(?:>|$)")
_LONGEST_TAG = 40_000
_MOST_NAMES = 2_000
_OPENING = re.compile(r"<[A-Za-z][\w:-]*(?=[\s/])")
_NAME = re.compile(r"(?<=[\s/\"'])[^\s\"'<>/=]+")
_QUERY = re.compile(
    r"(?<=[\s\"'])((?:href|src|action)\s*=\s*([\"'])[^\"'<>?]{0,2000}\?)([^\"'<>]{1,2000})(?=\2)", re.IGNORECASE,
)
# A path from the site's root that resolves to itself: no empty or dotted segment.
_FROM_ROOT = re.compile(r"(?:/[\w-][\w.-]*)+/?", re.ASCII)
_ROOT = re.compile(r"https?://[\w.:-]+(?=/)", re.ASCII)
_NAMED = ("base", "datastore", "h1", "h2", "link", "meta", "option", "script", "title")
_WHOLE_DAY = re.compile(r"\s*(?:19|20)\d\d-\d\d?-\d\d?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_ASCII = "".join(map(chr, range(128)))


@dataclass
class ParsedPage:
    """A page as the extractors get it.

    ``html`` is the decoded text, ``markup`` the same as UTF-8, ``tree`` its one lxml tree without comments (shared:
    extractors never change it), ``named`` its elements that several readers ask for, by their tag, in document order,
    ``base`` the address relative links resolve against, ``meta`` the head's tags by lower-case name, the first
    non-empty value of each (``""`` where all are empty), ``hrefs`` the addresses of anchors as they are written, as far
    as they were asked for already: to ask an element for an attribute is slow.
    """

    url: str
    html: str
    tree: etree._Element
    charset: str
    base: str
    markup: bytes
    named: dict[str, list[etree._Element]] = field(repr=False)
    meta: dict[str, str] = field(default_factory=dict)
    hrefs: dict[etree._Element, str | None] = field(default_factory=dict, repr=False)
    _read: dict[object, object] = field(default_factory=dict, repr=False)

    @cached_property
    def outline(self) -> Outline:
        """The page's visible text, line by line, read in one walk over the tree."""
        return read_outline(self.tree, self.html)

    @cached_property
    def lowered(self) -> bytes:
        """The markup as UTF-8, its ASCII letters in lower case: the cheap way to look for names of any case."""
        return self.markup.lower()

    @cached_property
    def heading(self) -> str:
        """The first non-empty ``<title>`` of the page, white space collapsed."""
        for title in self.named["title"]:
            text = title.text or "" if len(title) == 0 else "".join(title.itertext())
            text = text[:_MAX_TITLE]
            text = " ".join((_TAG.sub(" ", text) if "<" in text else text).split())
            if text:
                return text
        return ""

    @cached_property
    def _root(self) -> str:
        """What stands before the path in the page's address, ``""`` where that is not told at a glance."""
        found = _ROOT.match(self.base)
        return found.group() if found else ""

    @cached_property
    def scripts(self) -> list[etree._Element]:
        """The page's scripts."""
        return self.named["script"]

    @cached_property
    def refreshes(self) -> list[etree._Element]:
        """The ``meta`` tags that send a reader on."""
        return [tag for tag in self.named["meta"] if (tag.get("http-equiv") or "").strip().lower() == "refresh"]

    def once(self, read: Callable[[ParsedPage], T]) -> T:
        """Return what a reader finds on this page; several others may ask for it, it reads once."""
        if read not in self._read:
            self._read[read] = read(self)
        return cast(T, self._read[read])

    def resolve(self, href: str) -> str:
        """Return an address of the page in absolute form; what cannot be resolved comes back as it stands."""
        if self._root and _FROM_ROOT.fullmatch(href):
            return self._root + href
        try:
            return urljoin(self.base, href.strip())
        except ValueError:
            return href.strip()


def parse_page(body: bytes, url: str, content_type: str | None = None) -> ParsedPage:
    """Decode and parse a page's bytes; wrecked or empty markup gives an empty tree, never an error."""
    html, charset = decode(body[:_MAX_MARKUP], content_type)
    if "\x00" in html:
        html = html.replace("\x00", "")
    if not charset.startswith("utf"):
        html = _QUERY.sub(lambda match: match[1] + _as_sent(match[3], charset), html)
    markup = _markup(body, html, charset)
    parsed = _without_swollen_tags(html)
    tree = _tree(markup if parsed is html else parsed.encode("utf-8", "replace"))
    if "<time" in html:
        _spell_out_times(tree)
    named: dict[str, list[etree._Element]] = {tag: [] for tag in _NAMED}
    for element in tree.iter(*_NAMED):
        named[element.tag].append(element)
    return ParsedPage(url, html, tree, charset, _base(named["base"], url), markup, named, _meta(named["meta"]))


def _spell_out_times(tree: etree._Element) -> None:
    """Write the whole day of ``<time datetime="2026-04-13">4月13日</time>`` where its words leave out the year."""
    for element in tree.iter("time"):
        day = _WHOLE_DAY.match(element.get("datetime") or "")
        if day is not None and not len(element) and not _YEAR.search(element.text or ""):
            element.text = day.group()


def _markup(body: bytes, html: str, charset: str) -> bytes:
    """Return the decoded text as UTF-8: the very bytes that came, where they are that already."""
    unchanged = charset == "utf-8" and len(body) <= _MAX_MARKUP and b"\x00" not in body and "\ufffd" not in html
    return body if unchanged and not body.startswith(BOM_UTF8) else html.encode("utf-8", "replace")


def _as_sent(query: str, charset: str) -> str:
    """Return a query as a browser sends it: letters beyond ASCII in the bytes of the page's own charset.

    The rest of an address is sent in UTF-8 whatever the page (URL Standard, "percent-encode after encoding").
    """
    return query if query.isascii() else quote(query, safe=_ASCII, encoding=charset, errors="replace")


def _without_swollen_tags(html: str) -> str:
    """Return markup whose tags have no more attributes than any author writes.

    The parser compares every attribute of a tag with all before it: with 100,000 of them that takes minutes.
    """
    if len(html) <= _LONGEST_TAG:
        return html
    pieces = html.split(">")
    if all(len(piece) <= _LONGEST_TAG for piece in pieces):
        return html
    return ">".join(_cut_tag(piece) if len(piece) > _LONGEST_TAG else piece for piece in pieces)


def _cut_tag(piece: str) -> str:
    """Return a stretch of markup up to the end of a tag, or what there is room for where that tag is swollen."""
    begun = _OPENING.search(piece)
    if begun is None or sum(1 for _ in islice(_NAME.finditer(piece, begun.end()), _MOST_NAMES)) < _MOST_NAMES:
        return piece
    return piece[:begun.end()]


def _tree(markup: bytes) -> etree._Element:
    # etree's own parser, not lxml.html's: that asks Python for the class of every element it hands out
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_pis=True, remove_comments=True)
    try:
        tree = etree.fromstring(markup, parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        tree = None
    return tree if tree is not None else etree.fromstring(_EMPTY, parser=etree.HTMLParser())


def _base(bases: list[etree._Element], url: str) -> str:
    for tag in bases:
        href = (tag.get("href") or "").strip()
        if href:
            try:
                return urljoin(url, str(href))
            except ValueError:
                return url
    return url


def _meta(metas: list[etree._Element]) -> dict[str, str]:
    tags: dict[str, str] = {}
    for tag in metas:
        name = (tag.get("name") or tag.get("property") or "").strip().lower()
        if name and not tags.get(name):
            tags[name] = (tag.get("content") or "").strip()
    return tags
