"""The words of elements as a reader sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import lxml.html
from lxml import etree

from crawler.cms.lexicon import load

STRING = etree.XPath("string()")
_UNSEEN = ("script", "style", "noscript", "template")
_CUT = re.compile(r"(?:\.{2,}|…+|。{2,})$")
_DECORATION = re.compile(r"^[\s·•●○■□▪◆◇★☆▶►>»＞\-–—|]+|[\s|]+$")
_BRACKETS = "[]【】()（）<>《》»| "
NOT_TITLES = frozenset(load("lists")["not_titles"])


def squeezed(text: str) -> str:
    """Return text with its white space normalised."""
    return " ".join(text.split())


def visible_text(element: lxml.html.HtmlElement) -> str:
    """Return the text inside an element, without what scripts and styles hold, as it stands."""
    if len(element) == 0:
        return element.text or ""
    if next(element.iter(*_UNSEEN), None) is None:
        text: str = STRING(element)
        return text
    return "".join(pieces(element))


def pieces(element: lxml.html.HtmlElement) -> Iterator[str]:
    """Yield the text nodes inside an element in order, without those of scripts and styles."""
    for node in element.iter():
        if isinstance(node.tag, str) and node.tag not in _UNSEEN and node.text:
            yield node.text
        if node is not element and node.tail:
            yield node.tail


def link_text(element: lxml.html.HtmlElement) -> str:
    """Return the words a link carries: its visible text, else ``title``, else the ``alt`` of its picture.

    Where the text is cut with ``...`` or ``…`` and ``title`` has more, the title. White space is normalised.
    """
    text = " ".join((visible_text(element) if len(element) else element.text or "").split())
    return text if text and text[-1] not in ".…。" else fuller(text, element)


def fuller(text: str, element: lxml.html.HtmlElement) -> str:
    """Return a link's text, or what its ``title`` or picture says where the text is cut or missing."""
    if text and text[-1] not in ".…。":
        return text
    title = squeezed(element.get("title") or "")
    if not text:
        return title or squeezed(_alt(element))
    stem = _CUT.sub("", text)
    return title if stem != text and len(title) > len(stem) and stem[:2] in title else text


def undecorated(text: str) -> str:
    """Return a title without the bullets and rules set around it."""
    return _DECORATION.sub("", text)


def is_title(text: str) -> bool:
    """Whether a link's words can be the title of something: not 更多, 下一页, a number or a sign."""
    bare = text.strip(_BRACKETS)
    return len(bare) >= 2 and not bare.isdigit() and bare not in NOT_TITLES and bare.lower() not in NOT_TITLES


def _alt(element: lxml.html.HtmlElement) -> str:
    if element.tag in ("img", "area"):
        return element.get("alt") or ""
    picture = next(element.iter("img"), None)
    return "" if picture is None else picture.get("alt") or picture.get("title") or ""
