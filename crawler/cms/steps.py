"""Further pages of a list, told by the number in the list's own address (``?page=1``, ``list_1.json``)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, unquote_plus

from crawler.cms.lexicon import load

# A list that tells its length is followed so far; a reader never goes further.
MOST_PAGES = 1000
# One that tells no length is followed so far.
_MOST_BLIND = 50
_NUMBER = re.compile(r"\d{1,7}")
_FILE_NUMBER = re.compile(r"(.*[/_.-](?:page)?)(\d{1,5})((?:\.\w{2,5})?/?)", re.IGNORECASE)


@dataclass(frozen=True)
class Length:
    """What is known of a list's length: rows in all, pages in all, rows to a page, rows on this page."""

    total: int | None = None
    pages: int | None = None
    size: int | None = None
    shown: int = 0


@dataclass(frozen=True)
class _Place:
    """The number an address names its page by, and how to write the address of another."""

    number: int
    write: Callable[[int], str]
    step: int = 1
    size: int | None = None


def page_number(url: str) -> int | None:
    """Return the number of the page an address's query names, None where it names none."""
    place = _in_query(url)
    return None if place is None or place.step > 1 else place.number


def further_pages(url: str, length: Length, reported: int | None = None) -> list[str]:
    """Return the addresses of the pages behind the one at ``url``; empty where there are none or it is not known.

    ``reported`` is the number the answer itself gives its page: a number in the path is believed only then.
    """
    place = _in_query(url) or (_in_path(url, reported) if reported is not None else None)
    if place is None or not length.shown:
        return []
    size = place.size or length.size or length.shown
    if place.step > 1:
        # numbers are those of rows
        if length.total is None:
            return [place.write(place.number + place.step)] if length.shown >= place.step else []
        first = place.number + place.step
        last = min(length.total + (place.number & 1), first + MOST_PAGES * place.step)
        return [place.write(number) for number in range(first, last, place.step)]
    pages = length.pages
    if pages is None and length.total is not None:
        pages = -(-length.total // max(1, size))
    if pages is None:
        blind = length.shown >= size > 1 and place.number < _MOST_BLIND and bool(place.size or length.size)
        return [place.write(place.number + 1)] if blind else []
    last = min(pages, place.number + MOST_PAGES) - (1 if place.number == 0 else 0)
    return [place.write(number) for number in range(place.number + 1, last + 1)]


def _in_query(url: str) -> _Place | None:
    head, mark, query = url.partition("?")
    if not mark:
        return None
    pieces = query.split("&")
    named = [(bare(piece.partition("=")[0]), unquote_plus(piece.partition("=")[2])) for piece in pieces]
    sizes = (int(value) for name, value in named if name in names("size_parameters") and _NUMBER.fullmatch(value))
    size = next(sizes, None)

    def written(at: int, value: str) -> str:
        changed = [*pieces]
        changed[at] = f"{pieces[at].partition('=')[0]}={value}"
        return f"{head}?{'&'.join(changed)}"

    for at, (name, value) in enumerate(named):
        if name in names("page_parameters") and _NUMBER.fullmatch(value):
            return _Place(int(value), lambda number, at=at: written(at, str(number)), size=size)  # type: ignore[misc]
        if name == "paramjson":
            return _in_json(value, lambda text, at=at: written(at, quote(text, safe="")))  # type: ignore[misc]
    numbers = {name: (at, int(value)) for at, (name, value) in enumerate(named) if _NUMBER.fullmatch(value)}
    if "startrecord" in numbers and "endrecord" in numbers:
        (first, start), (second, end) = numbers["startrecord"], numbers["endrecord"]
        return None if end < start else _Place(
            start, lambda number: _spanned(head, pieces, (first, number), (second, number + end - start)),
            step=max(2, end - start + 1),
        )
    for name in names("start_parameters"):
        if name in numbers and size and size > 1:
            at = numbers[name][0]
            return _Place(numbers[name][1], lambda number, at=at: written(at, str(number)), step=size)  # type: ignore[misc]
    return None


def _spanned(head: str, pieces: list[str], *numbers: tuple[int, int]) -> str:
    changed = [*pieces]
    for at, number in numbers:
        changed[at] = f"{pieces[at].partition('=')[0]}={number}"
    return f"{head}?{'&'.join(changed)}"


def _in_json(text: str, write: Callable[[str], str]) -> _Place | None:
    """Return the place named inside a parameter that is JSON itself (``paramJson={"pageNo":1,"pageSize":15}``)."""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(given, dict):
        return None
    size = next((int(str(value)) for name, value in given.items()
                 if bare(str(name)) in names("size_parameters") and _NUMBER.fullmatch(str(value))), None)
    for name, value in given.items():
        if bare(str(name)) in names("page_parameters") and _NUMBER.fullmatch(str(value)):
            def other(number: int, name: str = name) -> str:
                return write(json.dumps({**given, name: number}, separators=(",", ":"), ensure_ascii=False))

            return _Place(int(str(value)), other, size=size)
    return None


def _in_path(url: str, reported: int) -> _Place | None:
    head, mark, query = url.partition("?")
    found = _FILE_NUMBER.fullmatch(head)
    if found is None or int(found.group(2)) not in (reported, reported - 1):
        return None
    before, _, after = found.groups()
    return _Place(int(found.group(2)), lambda number: f"{before}{number}{after}{mark}{query}")


@lru_cache(maxsize=4096)
def bare(name: str) -> str:
    """Return a field's name without what systems write differently: case, ``_`` and ``-``."""
    return name.replace("_", "").replace("-", "").lower()


@lru_cache(maxsize=32)
def names(kind: str) -> tuple[str, ...]:
    """Return the names of one kind, the most telling first."""
    return tuple(str(name) for name in load("data_rows")[kind])
