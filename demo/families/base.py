"""What a content management system decides: addresses, paging, how pages write links, in which charset."""

from __future__ import annotations

import posixpath
from abc import ABC, abstractmethod
from urllib.parse import urlsplit

from demo.county import Column, Organ
from demo.hosts import PORTAL, address
from demo.item import Item


class Family(ABC):
    """One content management system.

    ``rows`` is how many items a list page holds; ``charset`` the pages' encoding, which the HTTP header names
    only where ``declared``.
    """

    name: str
    rows: int
    charset: str = "utf-8"
    declared: bool = True

    @abstractmethod
    def home(self, organ: Organ) -> str:
        """Return the path of an organ's home page."""

    @abstractmethod
    def column(self, organ: Organ, column: Column) -> str:
        """Return the path of a column's first page."""

    @abstractmethod
    def further(self, organ: Organ, column: Column, page: int, pages: int) -> str:
        """Return the path of a list's page number ``page`` (from 2) of ``pages``."""

    @abstractmethod
    def article(self, item: Item) -> str:
        """Return the path of an item's page."""

    @abstractmethod
    def file(self, item: Item, name: str, place: int) -> str:
        """Return the path of an item's attachment."""

    def link(self, origin: str, target: str) -> str:
        """Return how the page at path ``origin`` writes a link to the absolute address ``target``."""
        return portal_path(target) or target


def portal_path(url: str) -> str | None:
    """Return path and query of an address on the portal, None for any other."""
    base = address(PORTAL, "")
    return url.removeprefix(base) if url.startswith(base + "/") else None


def relative(origin: str, path: str) -> str:
    """Return a path as seen from another: ``./202611/a.htm``, ``../../index.htm``."""
    parts = urlsplit(path)
    start = posixpath.dirname(urlsplit(origin).path)
    found = posixpath.relpath(parts.path, start)
    if parts.path.endswith("/"):
        found = found + "/" if found != "." else "./"
    if not found.startswith("."):
        found = "./" + found
    return found + (f"?{parts.query}" if parts.query else "")
