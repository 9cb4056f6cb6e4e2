"""The site as checks see it: pages, columns, documents, letters, and who answers for what."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from crawler.snapshot.reader import Page, SnapshotReader
from crawler.snapshot.records import ListItem


@dataclass(frozen=True)
class Department:
    """A responsible unit: substrings of the addresses and of the sources it answers for."""

    name: str
    match_url: tuple[str, ...] = ()
    match_source: tuple[str, ...] = ()


@dataclass(frozen=True)
class ColumnOverride:
    """What the configuration says of one column, in place of what was detected."""

    url: str
    name: str | None = None
    type: str | None = None
    department: str | None = None


@dataclass
class Column:
    """A column: its page, its name and type, and all items of all its pages that were read.

    ``complete`` is false where a page of the list could not be read; ``script_filled`` where rows come by script
    that was not run. ``newest`` is the latest day among items and their own pages.
    """

    url: str
    name: str
    type: str
    department: str | None
    page: Page
    pages: list[Page] = field(default_factory=list)
    items: list[ListItem] = field(default_factory=list)
    newest: date | None = None
    complete: bool = True
    script_filled: bool = False
