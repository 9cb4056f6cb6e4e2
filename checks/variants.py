"""Which addresses are one page: variants a server answers alike, proven by what they answered.

Addresses that differ only by scheme, ``www.``, letter case, a closing slash, an index file's name or their query may
be one page or several; the address alone does not tell. They are taken for one where the bodies are the same, where
they look the same but for numbers and echoed addresses (not by query nor by letter case), or where one names the
other as its own address (``rel=canonical``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from crawler.snapshot.reader import Page

_INDEX = ("index.", "default.")


def fold(pages: Mapping[str, Page], preference: Callable[[str], Any], kinds: tuple[str, ...]) -> dict[str, str]:
    """Return for each page's address the one it stands under, of each group the least by ``preference``.

    ``kinds`` are the kinds of page that are one piece of information each: the query of such may say nothing.
    """
    places: dict[tuple[str, str], list[str]] = {}
    for url in pages:
        host, path = _place(url)
        places.setdefault((host, path.lower()), []).append(url)
    folded: dict[str, str] = {}
    for group in places.values():
        for same in _classes(group, pages, kinds) if len(group) > 1 else (group,):
            best = min(same, key=preference)
            folded.update(dict.fromkeys(same, best))
    return folded


def _place(url: str) -> tuple[str, str]:
    """Return host and path of an address without what may be told in several ways."""
    parts = urlsplit(url)
    folder, _, file = parts.path.rpartition("/")
    path = folder if file.lower().startswith(_INDEX) else parts.path.rstrip("/")
    return parts.netloc.removeprefix("www."), path


def _classes(group: list[str], pages: Mapping[str, Page], kinds: tuple[str, ...]) -> list[list[str]]:
    """Part a group into classes of addresses that share a proof, directly or through others."""
    leader = {url: url for url in group}

    def led(url: str) -> str:
        while leader[url] != url:
            url = leader[url]
        return url

    proven: dict[tuple[str, ...], str] = {}
    for url in group:
        for proof in _proofs(url, pages[url], kinds):
            leader[led(url)] = led(proven.setdefault(proof, url))
    classes: dict[str, list[str]] = {}
    for url in group:
        classes.setdefault(led(url), []).append(url)
    return list(classes.values())


def _proofs(url: str, page: Page, kinds: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield what a page shows of which page it is."""
    record, query = page.record, urlsplit(url).query
    one_piece = record.page_kind in kinds and bool(record.title) and not record.script_shell
    if page.fetch.sha256:
        yield "body", page.fetch.sha256, "" if one_piece else query
    if record.signature and not record.script_shell:
        yield "look", record.signature, record.title or "", record.column_name or "", query, _place(url)[1]
    if record.page_kind == "column" and record.column_name and not query:
        # a column says by name that it is one, even where each answer carries its own rows and time stamp
        yield "column", record.column_name, record.title or "", _place(url)[1]
    own = record.canonical
    yield "address", url, ""
    if own and own != url and (one_piece or urlsplit(own).query == query):
        yield "address", own, ""
