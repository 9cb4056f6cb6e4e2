"""Tells readings of different programs apart: one made earlier stands only where this program would read the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import lxml.etree

_ROOT = Path(__file__).resolve().parents[2]
# all that decides what is read from a page's bytes, the words the extractors look for among it
_PARTS = (
    "crawler/extract", "crawler/cms", "crawler/rendering", "crawler/office", "crawler/urls.py",
    "crawler/snapshot/records.py", "rules/lexicons",
)


@cache
def reading_version() -> str:
    """Return a short text that differs whenever a page might be read otherwise than before.

    Made from the extractors' own sources and word lists, so that none of them can be changed unnoticed.
    """
    digest = hashlib.sha256(repr(lxml.etree.LXML_VERSION).encode())
    for path in _files():
        digest.update(str(path.relative_to(_ROOT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _files() -> Iterator[Path]:
    for part in _PARTS:
        path = _ROOT / part
        if path.is_file():
            yield path
        elif path.is_dir():
            yield from sorted(found for found in path.rglob("*") if found.suffix in (".py", ".yaml"))
