"""Searching long texts for what begins with one of a few rare characters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import AnyStr

_MOST_PLACES = 10_000


def finditer_led(pattern: re.Pattern[AnyStr], leads: Iterable[AnyStr], text: AnyStr) -> Iterator[re.Match[AnyStr]]:
    """Yield what ``pattern.finditer(text)`` would, for a pattern whose matches begin with one of ``leads``.

    A text is searched for characters or words at the speed of memory, for an expression at some nanoseconds a
    character: where the leads are rare this is ten times faster, where they are frequent it is slower.
    """
    found = places(leads, text)
    if found is None:
        yield from pattern.finditer(text)
        return
    end = 0
    for place in found:
        match = pattern.match(text, place) if place >= end else None
        if match is not None:
            yield match
            end = match.end()


def search_led(pattern: re.Pattern[AnyStr], leads: Iterable[AnyStr], text: AnyStr) -> re.Match[AnyStr] | None:
    """Return what ``pattern.search(text)`` would, under the terms of ``finditer_led``."""
    return next(finditer_led(pattern, leads, text), None)


def first_place(words: Iterable[str], pattern: re.Pattern[str], leads: str, text: str) -> int | None:
    """Return where in a text the first of some words or of what a pattern matches begins; None without any.

    ``leads`` are as for ``finditer_led``.
    """
    found = [place for word in words if (place := text.find(word)) >= 0]
    match = search_led(pattern, leads, text)
    if match is not None:
        found.append(match.start())
    return min(found, default=None)


def places(leads: Iterable[AnyStr], text: AnyStr) -> list[int] | None:
    """Return where the leads stand, in order; None where there are so many that nothing is gained by it."""
    found: list[int] = []
    for lead in leads:
        place = text.find(lead)
        while place >= 0:
            found.append(place)
            if len(found) > _MOST_PLACES:
                return None
            place = text.find(lead, place + 1)
    found.sort()
    return found
