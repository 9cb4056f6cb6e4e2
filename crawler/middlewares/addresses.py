"""The guard at the frontier: addresses a site could go on making up for ever are recorded, not fetched."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

MAX_LENGTH = 2_000
MAX_DEPTH = 500
# browsers follow no more
MAX_HOPS = 20
MAX_SEGMENTS = 30
MAX_REPEATS = 4
MAX_SHAPES = 64
MAX_FACETS = 5_000


class Refusal(NamedTuple):
    """Why an address is not asked: an outcome of Fetch (``not-fetched``, ``trap``) and the reason in Chinese."""

    outcome: str
    reason: str


def path_fault(path: str) -> str | None:
    """Return in Chinese why a path looks made up by a loop (/a/a/a/…, /a/b/a/b/…), or None.

    Numbers may repeat (/2011/11/11/11/): only segments with a letter count.
    """
    segments = [segment for segment in path.split("/") if segment]
    if len(segments) > MAX_SEGMENTS:
        return f"路径超过 {MAX_SEGMENTS} 级"
    named = Counter(segment for segment in segments if not segment.isdigit())
    if named and max(named.values()) >= MAX_REPEATS:
        return "路径中同一目录重复出现，疑似循环生成的地址"
    for width in (2, 3):
        for at in range(len(segments) - 3 * width + 1):
            group = segments[at:at + width]
            if group == segments[at + width:at + 2 * width] == segments[at + 2 * width:at + 3 * width] and not all(
                segment.isdigit() for segment in group
            ):
                return "路径中同一段目录连续重复，疑似循环生成的地址"
    return None


class AddressGuard:
    """Decides which addresses of the site join the frontier; counts queries by path, so it is fed every one.

    ``known`` are addresses an earlier part of the same crawl saw.
    """

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._facets: Counter[str] = Counter()
        self._shapes: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
        self._queries: set[int] = set()
        for url in known:
            if "?" in url:
                self._query_fault(url)

    def fault(self, url: str, depth: int, hops: int = 0) -> Refusal | None:
        """Return why a new address is not fetched, or None where it is.

        ``depth`` is clicks from the start, ``hops`` redirects in a row that lead here.
        """
        if len(url) > MAX_LENGTH:
            return Refusal("not-fetched", f"地址超过 {MAX_LENGTH} 个字符")
        if hops > MAX_HOPS:
            return Refusal("not-fetched", f"连续跳转超过 {MAX_HOPS} 次")
        if depth > MAX_DEPTH:
            return Refusal("not-fetched", f"距起始页超过 {MAX_DEPTH} 次点击")
        made_up = path_fault(urlsplit(url).path) or (self._query_fault(url) if "?" in url else None)
        return Refusal("trap", made_up) if made_up else None

    def _query_fault(self, url: str) -> str | None:
        path, _, query = url.partition("?")
        pieces = query.split("&")
        if len(pieces) < 2:
            return None
        fingerprint = hash((path, *sorted(pieces)))
        if fingerprint in self._queries:
            return "与已有地址只是参数顺序不同"
        self._queries.add(fingerprint)
        shapes = self._shapes[path]
        shapes.add(tuple(piece.split("=", 1)[0] for piece in pieces))
        if len(shapes) > MAX_SHAPES:
            return f"同一路径的参数组合方式超过 {MAX_SHAPES} 种"
        if len(pieces) >= 4:
            self._facets[path] += 1
            if self._facets[path] > MAX_FACETS:
                return f"同一路径的多参数地址超过 {MAX_FACETS} 个"
        return None
