"""Remembering what was found of short texts that come again on every page of a site: names, labels, menu words."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, update_wrapper
from typing import TypeVar

T = TypeVar("T")

_LONGEST = 200
_MOST = 8192


def remembered(function: Callable[[str], T]) -> Callable[[str], T]:
    """Return a pure function of one text that remembers its answers for texts of up to 200 characters.

    The last 8,192 of them are kept, so no site can fill the memory; longer texts are worked out anew each time.
    """
    known = lru_cache(maxsize=_MOST)(function)

    def ask(text: str) -> T:
        return known(text) if len(text) <= _LONGEST else function(text)

    return update_wrapper(ask, function)
