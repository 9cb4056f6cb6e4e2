"""From one page's bytes to everything that is read from it: the only way in for spider, command line and tests."""

from __future__ import annotations

from crawler.extract.parsed import parse_page
from crawler.snapshot.records import PageRecord, Reading


def read_page(body: bytes, url: str, *, content_type: str | None = None) -> Reading:
    """Read one page.

    ``body`` is the decompressed answer, ``url`` the address it was answered for, ``content_type`` the HTTP
    header's value where there was one. Never raises: whatever the bytes are, there is a reading of them.
    """
    page = parse_page(body, url, content_type)
    return Reading(record=PageRecord(charset=page.charset, meta=page.meta))
