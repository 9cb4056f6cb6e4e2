"""Runs of links: a page's links cut so that what pages have in common (navigation, footer) is the same few runs.

What is the same is then told, judged and stored once, and need not be looked at link by link on every page.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")

MOST_LINKS = 64
# a run ends behind one address in sixteen
_ENDS = 16
_KEPT = 100_000
_ends: dict[str, bool] = {}


class Run(Generic[Item]):
    """Some links that follow each other.

    ``shared``: pages have it in common, and all of them are given this very object.
    """

    __slots__ = ("links", "shared")

    def __init__(self, links: Sequence[Item], *, shared: bool = False) -> None:
        self.links = links
        self.shared = shared


def cut(
    links: Sequence[Item], address: Callable[[Item], str], seams: Collection[int] = (),
) -> list[Sequence[Item]]:
    """Return a page's links in pieces of at most MOST_LINKS.

    They are cut where the addresses tell, so that pages that hold the same links in a row have them cut in the same
    places, whatever stands before and after, and at ``seams``, where such rows are known to begin and end.
    """
    pieces: list[Sequence[Item]] = []
    begin = 0
    for at, url in enumerate(map(address, links), 1):
        ends = _ends.get(url)
        if ends is None:
            ends = _is_end(url)
        if ends or at - begin == MOST_LINKS or at in seams:
            pieces.append(links[begin:at])
            begin = at
    if begin < len(links):
        pieces.append(links[begin:])
    return pieces


def _is_end(url: str) -> bool:
    if len(_ends) >= _KEPT:
        _ends.clear()
    ends = _ends[url] = not zlib.crc32(url.encode("utf-8", "surrogatepass")) % _ENDS
    return ends
