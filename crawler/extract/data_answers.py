"""Answers that are data, not pages: the JSON a column's script asks for."""

from __future__ import annotations

from crawler.cms.answers import read_answer
from crawler.cms.data import read_data
from crawler.extract.charset import decode
from crawler.snapshot.records import PageRecord, Reading

_START = 400
_CALLBACK = 60
_SHORT = 64 * 1024
_TEXT_LIMIT = 400_000
_LONGEST = 16_000_000


def read_data_answer(body: bytes, url: str, content_type: str | None) -> Reading | None:
    """Return the reading of a JSON or JSONP body that holds a list, whatever its type says; None for any other.

    It is a ``fragment`` whose listing holds the rows; its text are their titles. Large data without a list, and
    programs, are empty fragments.
    """
    if not _may_be_data(body, content_type):
        return None
    text, charset = decode(body[:_LONGEST], content_type)
    data = read_data(text)
    is_data = isinstance(data, dict | list)
    listing = read_answer(data, url) if is_data else None
    if listing is None:
        # a short answer may be an error's; a long one of some other data, or a program, says nothing to a reader
        mute = "javascript" in (content_type or "").lower() or (is_data and len(body) > _SHORT)
        return Reading(record=PageRecord(page_kind="fragment", charset=charset)) if mute else None
    words = "\n".join(item.title for item in listing.items)[:_TEXT_LIMIT]
    record = PageRecord(page_kind="fragment", charset=charset, listing=listing, text_length=len(words))
    return Reading(record=record, text=words)


def _may_be_data(body: bytes, content_type: str | None) -> bool:
    start = body[:_START].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start or start[:1] == b"<":
        return False
    if start[:1] in (b"{", b"["):
        return True
    declared = (content_type or "").lower()
    if "json" in declared or "javascript" in declared:
        return True
    return b"(" in start[:_CALLBACK] and b"{" in start and start[:1].isalpha() and b"<" not in start[:_CALLBACK]

