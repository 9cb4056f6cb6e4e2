"""Searching long texts for what begins with one of a few rare characters."""

from __future__ import annotations

import re
from collections.abc import Iterator


def finditer_led(pattern: re.Pattern[str], leads: str, text: str) -> Iterator[re.Match[str]]:
    """Yield what ``pattern.finditer(text)`` would, for a pattern whose matches begin with one of ``leads``.

    A text is searched for single characters at the speed of memory, for an expression at some nanoseconds a
    character: where the leads are rare this is ten times faster, where they are frequent it is slower.
    """
    end = 0
    for place in _places(leads, text):
        match = pattern.match(text, place) if place >= end else None
        if match is not None:
            yield match
            end = match.end()


def search_led(pattern: re.Pattern[str], leads: str, text: str) -> re.Match[str] | None:
    """Return what ``pattern.search(text)`` would, under the terms of ``finditer_led``."""
    return next(finditer_led(pattern, leads, text), None)


def _places(leads: str, text: str) -> list[int]:
    places = []
    for lead in leads:
        place = text.find(lead)
        while place >= 0:
            places.append(place)
            place = text.find(lead, place + 1)
    places.sort()
    return places
