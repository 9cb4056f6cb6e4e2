"""What one rendering, and all renderings of a run, may cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bounds of rendering; the defaults are those of ``crawler.settings.RENDERING``.

    ``pages`` a run, no more than ``tables`` of them for a document's disclosure table alone, ``at_once`` of them
    beside each other, ``page_seconds`` for one to come to rest and ``list_seconds`` for paging through its list.
    A browser is replaced after ``browser_pages``, and killed where its processes hold more than ``memory_bytes``
    between them. ``nodes`` and ``markup_bytes`` bound a document, ``parts`` and ``part_bytes`` what it asks for,
    ``list_pages`` and ``list_rows`` the clicks on 下一页.
    ``timeouts`` in a row and no more is rendered.
    """

    pages: int = 500
    tables: int = 200
    at_once: int = 2
    page_seconds: float = 15.0
    list_seconds: float = 60.0
    browser_pages: int = 100
    memory_bytes: int = 1_500_000_000
    nodes: int = 200_000
    markup_bytes: int = 16_000_000
    parts: int = 200
    part_bytes: int = 8_000_000
    list_pages: int = 50
    list_rows: int = 1_000
    timeouts: int = 10

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Limits:
        """Read the limits from a mapping of their names; raises TypeError for an unknown one."""
        return cls(**values)
