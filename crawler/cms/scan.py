"""One walk over a tree for the texts that tell of lists: days, paging words, trails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import lxml.html

from crawler.extract.caching import remembered

_SILENT = frozenset({"script", "style", "option", "title", "textarea", "noscript", "template"})
_TELLING = re.compile(
    r"\d\s*[-/.年月－—–]\s*\d|页|位置|打\s*印|关\s*闭|字\s*[号体]|大\s*中\s*小|^\s*(?:[12]|(?:19|20)\d\d\s*年?)\s*$"
)
_TOOLS = (
    ("print", ("打印", "打 印")),
    ("close", ("关闭", "关 闭")),
    ("size", ("字号", "字体", "大中小", "大 中 小", "字 号")),
)
_TOOL_LENGTH = 60
_PAGING_LENGTH = 60
_TRAIL_LENGTH = 100

Texts = list[tuple[str, lxml.html.HtmlElement]]


@dataclass(slots=True)
class Scan:
    """Texts of a tree with the elements that hold them: with figures like days, with paging words, with 位置.

    ``tools`` are the kinds of an article's tools named in short texts: ``print``, ``close``, ``size``.
    """

    days: Texts = field(default_factory=list)
    paging: Texts = field(default_factory=list)
    trails: Texts = field(default_factory=list)
    tools: set[str] = field(default_factory=set)


@lru_cache(maxsize=2)
def scan(tree: lxml.html.HtmlElement) -> Scan:
    """Return the telling texts of a tree in document order; the last two trees' are kept."""
    found = Scan()
    for text, holder in texts(tree):
        told = _told(text)
        if told is None:
            continue
        if told.day:
            found.days.append((text, holder))
        if told.paging:
            found.paging.append((text, holder))
        if told.tools:
            found.tools.update(told.tools)
        if told.trail:
            found.trails.append((text, holder))
    return found


class _Told(NamedTuple):
    """What one text tells of."""

    day: bool
    paging: bool
    trail: bool
    tools: tuple[str, ...]


@remembered
def _told(text: str) -> _Told | None:
    match = _TELLING.search(text)
    if match is None:
        return None
    return _Told(
        day=len(match.group()) > 1 and any(character.isdigit() for character in match.group()),
        paging=len(text) < _PAGING_LENGTH and ("页" in text or text.strip() in ("1", "2")),
        trail=len(text) < _TRAIL_LENGTH and "位置" in text,
        tools=tuple(kind for kind, words in _TOOLS if any(word in text for word in words))
        if len(text) < _TOOL_LENGTH else (),
    )


def texts(tree: lxml.html.HtmlElement) -> Iterator[tuple[str, lxml.html.HtmlElement]]:
    """Yield every text a reader may see, with the element that directly holds it."""
    for element in tree.iter():
        tag = element.tag
        if element.text and tag not in _SILENT and isinstance(tag, str):
            yield element.text, element
        tail = element.tail
        if tail and not tail.isspace():
            holder = element.getparent()
            if holder is not None and holder.tag not in _SILENT:
                yield tail, holder
