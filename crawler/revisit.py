"""Asking again for what an earlier run has: only whether it changed, and what the answer to that means.

A server's word that nothing changed is taken for a few days, then the whole is asked for again: servers lie, and
a page that is told unchanged for ever would never be read again.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Literal

import msgspec

from crawler.outcomes import UNDECIDED
from crawler.snapshot.records import Fetch
from crawler.snapshot.writer import SnapshotWriter, Stored, Waiting

DAY = 86_400.0
# an address is asked for in full after so many days at the latest, each on a day of its own within the span
FULL_DAYS = (4, 7)
# RFC 9110 8.8.2.2: a date so near the answer's own says nothing of changes within that time
SETTLED_SECONDS = 60.0

# answers that say when to come again, and say it to anyone
ASK_LATER = frozenset({429, 503})

_ROLES = frozenset({"page", "file", "external"})

Verdict = Literal["changed", "unchanged", "reread", "ask-plainly"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What of an HTTP answer tells whether a page changed; ``size`` and ``sha256`` are those of the decoded body."""

    status: int
    size: int
    sha256: str | None
    content_type: str | None
    whole: bool


class Revisits:
    """What is asked only on condition in one crawl.

    ``same_reading`` says whether what was read then would be read now, ``same_files`` whether the same files would.
    """

    def __init__(self, writer: SnapshotWriter, *, same_reading: bool, same_files: bool = True) -> None:
        self._writer = writer
        self._same_reading = same_reading
        self._same_files = same_files and same_reading
        self._plainly: set[str] = set()

    def stored(self, waiting: Waiting) -> Stored | None:
        """Return what an earlier run has of an address, None where that is of no use for asking again."""
        if waiting.role not in _ROLES:
            return None
        stored = self._writer.stored(waiting.url)
        if stored is None or stored.fetch.reason:
            return None
        return stored

    def conditions(self, waiting: Waiting, stored: Stored, now: float) -> dict[str, str]:
        """Return the headers that ask for an address only if it changed; empty where it is asked for in full."""
        if waiting.attempts or waiting.url in self._plainly or is_due(waiting.url, stored.read_at, now):
            return {}
        if waiting.role == "page" and stored.fetch.sha256 is None:
            return {}
        if stored.unread or (waiting.role != "page" and not self._same_files):
            # of what is not a page no body is kept to be read again
            return {}
        return validators(stored)

    def ask_plainly(self, url: str) -> bool:
        """Ask for an address without conditions from now on; False where that is being done already."""
        if url in self._plainly:
            return False
        self._plainly.add(url)
        return True

    def judge(self, waiting: Waiting, stored: Stored | None, answer: Answer, *, conditional: bool) -> Verdict:
        """Tell what an answer says of what is stored.

        ``reread``: the stored body stands, what was read from it may not. ``ask-plainly``: the answer may be due to
        the conditions themselves, and says nothing of the page.
        """
        if answer.status == 304:
            if not conditional or stored is None:
                return "ask-plainly"
            return self._standing(waiting, stored)
        if stored is None:
            return "changed"
        if conditional and answer.status in UNDECIDED - ASK_LATER:
            return "ask-plainly"
        if conditional and answer.status == 200 and not answer.size and stored.fetch.bytes:
            return "ask-plainly"
        if waiting.role == "file":
            # what its bytes say is kept by their hash anyway
            return "changed"
        same = (
            answer.whole and answer.status == stored.fetch.status and answer.sha256 is not None
            and answer.sha256 == stored.fetch.sha256 and answer.content_type == stored.fetch.content_type
        )
        return "unchanged" if same and self._standing(waiting, stored) == "unchanged" else "changed"

    def _standing(self, waiting: Waiting, stored: Stored) -> Verdict:
        if self._same_reading and not stored.scripted:
            return "unchanged"
        if waiting.role == "page":
            return "reread"
        return "ask-plainly" if not self._same_reading else "unchanged"


def validators(stored: Stored) -> dict[str, str]:
    """Return the condition headers an earlier answer's own headers allow."""
    headers: dict[str, str] = {}
    etag = stored.fetch.headers.get("etag", "")
    if etag.startswith(('"', 'W/"')) and etag.endswith('"') and etag.isascii():
        headers["If-None-Match"] = etag
    modified = stored.fetch.headers.get("last-modified", "")
    if modified.isascii() and is_settled(modified, stored.read_at):
        headers["If-Modified-Since"] = modified
    return headers


def is_settled(modified: str, read_at: float) -> bool:
    """Whether a Last-Modified lies well before the answer that carried it.

    A server that gives the time of the answer itself, or of a change a moment ago, cannot tell of later changes.
    """
    try:
        when = parsedate_to_datetime(modified)
    except (ValueError, OverflowError):
        return False
    return when.tzinfo is not None and when.timestamp() <= read_at - SETTLED_SECONDS


def is_due(url: str, read_at: float, now: float) -> bool:
    """Whether an address whose body came at ``read_at`` is to be asked for in full.

    A clock set back since then proves nothing about its age.
    """
    first, last = FULL_DAYS
    limit = first + (last - first) * (zlib.crc32(url.encode("utf-8", "surrogatepass")) % 1000) / 1000
    return not 0 <= now - read_at < limit * DAY


def confirmed_fetch(
    stored: Stored, waiting: Waiting, now: float, validators: dict[str, str], certificate: str | None,
) -> Fetch:
    """Return the record of an answer that says unchanged: the earlier one's facts, this one's time and validators."""
    headers = {**stored.fetch.headers, **validators}
    headers.pop("certificate-fault", None)
    if certificate:
        headers["certificate-fault"] = certificate
    return msgspec.structs.replace(
        stored.fetch, headers=headers, attempts=waiting.attempts + 1, fetched_at=now,
    )
