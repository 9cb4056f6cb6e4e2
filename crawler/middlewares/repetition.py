"""The guard against pages without end: calendars and pagers that always offer a next page and never anything new.

An address's family is its path and the names of its parameters, digits apart. A page is barren that says, digits
apart, what another of its family said already, and leads to no unknown address outside its family. What a long
row of barren pages, or a great many of them, lead to inside their family is not asked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

MAX_ROW = 12
MAX_BARREN = 150
MAX_ARTICLES = 5_000
ENDLESS_REASON = "连续多页内容相同、没有新的链接，疑似无尽的翻页或日历"

# what calendars and pagers are told by: a query, a day or month at the end, the number of a list's page
_LEAFED = re.compile(
    r"\?|/(?:19|20)\d\d(?:[-_/.]\d{1,2}){1,2}/?(?:\.\w+)?$"
    r"|/(?:index|default|list|more|page|node|column|calendar)s?(?:[-_/]?\d+)+/?(?:\.\w+)?$",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")
_WIDE_DIGITS = "０１２３４５６７８９"


def family_of(url: str) -> str:
    """Return what an address has in common with those a script would make up beside it."""
    path, _, query = url.partition("?")
    names = sorted({piece.split("=", 1)[0] for piece in query.split("&")}) if query else ()
    return _DIGITS.sub("#", path) + "?" + _DIGITS.sub("#", "&".join(names))


def _without_digits(text: str) -> bytes:
    """Return a text in UTF-8 without its digits."""
    if any(digit in text for digit in _WIDE_DIGITS):
        text = _DIGITS.sub("", text)
    # by an expression over the text it takes twenty times as long
    return text.encode("utf-8", "surrogatepass").translate(None, b"0123456789")


class RepetitionGuard:
    """Remembers what the families' pages said, as hashes, and how long the rows of barren pages are."""

    def __init__(self) -> None:
        self._said: set[int] = set()
        self._barren: Counter[str] = Counter()
        self._rows: dict[str, int] = {}

    def repeats(self, url: str, signature: str, text: str) -> bool:
        """Take note of what a page says; whether another of its family said the same."""
        said = hash((family_of(url), signature, _without_digits(text)))
        if said in self._said:
            return True
        self._said.add(said)
        self._rows.pop(url, None)
        return False

    def ends(self, url: str, new: Sequence[str]) -> frozenset[str]:
        """Return which of the unknown addresses a repeating page leads to are not to be asked."""
        row = self._rows.pop(url, 0) + 1
        family = family_of(url)
        if not new or any(family_of(other) != family for other in new):
            return frozenset()
        self._barren[family] += 1
        leafed = _LEAFED.search(url) is not None
        if (leafed and row > MAX_ROW) or self._barren[family] > (MAX_BARREN if leafed else MAX_ARTICLES):
            return frozenset(new)
        for other in new:
            self._rows[other] = row
        return frozenset()
