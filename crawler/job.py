"""What a crawl is asked to do, tells while it runs, and comes back with: plain values, no Scrapy."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

Ended = Literal["finished", "interrupted", "limit", "unreachable"]


def program_version() -> str:
    """Return the installed program's version; ``0`` when it runs from a bare checkout."""
    try:
        return version("xunjian")
    except PackageNotFoundError:
        return "0"


@dataclass(frozen=True, kw_only=True)
class CrawlJob:
    """One site to crawl into one snapshot.

    ``start`` are absolute addresses; ``hosts`` (with ports where they are not the default ones) are the site
    itself, the start addresses' own hosts when empty. ``concurrency`` requests at a time and one request per
    ``delay_seconds`` are meant per host. ``timeout_seconds`` bounds one answer from connecting to its last byte;
    a failed address is asked once more after ``retry_delay_seconds``, a host that asks
    to wait (``Retry-After``) after at most ``retry_after_limit_seconds``. ``max_body_bytes`` bounds a page,
    ``max_file_bytes`` how much of a file is read to size and hash it; both count decompressed bytes.
    ``read_timeout_seconds`` bounds how long one page's content may take to be read. ``read_attachments`` says whether
    files of the site are read (``auto``: those there are libraries for, ``never``), up to ``max_read_file_bytes``,
    ``read_file_timeout_seconds`` each.
    ``busy_seconds`` is how long another program that holds the snapshot is waited for.
    ``connect_to`` sends a host (``host`` or ``host:port``) to a fixed ``address:port`` in place of asking the
    name service, like curl's option of that name: for a site inspected before its names are public.
    ``previous`` is an earlier run's snapshot: a new one begins from it, and what proves unchanged is neither fetched
    nor read again. ``again`` are the addresses that wait in a reopened snapshot (crawler.snapshot.reopening):
    then nothing is asked but these, where they redirect to, and what newly stands on them, at most ``most_new``
    addresses; ``try_features`` says whether the site's search, HTTPS and IPv6 are tried.
    ``rendering`` are bounds of ``crawler.rendering.limits`` that differ from the settings'. ``meta``
    is kept in the snapshot as it is.
    """

    snapshot: Path
    site: str
    start: tuple[str, ...]
    hosts: tuple[str, ...] = ()
    concurrency: int = 8
    delay_seconds: float = 0.25
    max_pages: int = 200_000
    obey_robots: bool = True
    check_external_links: bool = True
    render_javascript: str = "auto"
    rendering: Mapping[str, float] = field(default_factory=dict)
    timeout_seconds: float = 30.0
    retry_delay_seconds: float = 10.0
    retry_after_limit_seconds: float = 120.0
    max_body_bytes: int = 32 * 1024 * 1024
    max_file_bytes: int = 64 * 1024 * 1024
    read_timeout_seconds: float = 20.0
    read_attachments: str = "auto"
    max_read_file_bytes: int = 20 * 1024 * 1024
    read_file_timeout_seconds: float = 30.0
    busy_seconds: float = 30.0
    user_agent: str = f"Mozilla/5.0 (compatible; xunjian/{program_version()}; site inspection)"
    connect_to: Mapping[str, str] = field(default_factory=dict)
    previous: Path | None = None
    again: tuple[str, ...] = ()
    most_new: int = 200
    try_features: bool = True
    meta: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> str:
        """Return the job as one line of JSON."""
        previous = None if self.previous is None else str(self.previous)
        return json.dumps({**asdict(self), "snapshot": str(self.snapshot), "previous": previous}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> CrawlJob:
        """Read what ``to_json`` wrote; raises ValueError or TypeError for anything else."""
        values = json.loads(text)
        values.update(
            snapshot=Path(values["snapshot"]), start=tuple(values["start"]), hosts=tuple(values.get("hosts", ())),
            again=tuple(values.get("again", ())),
            previous=Path(values["previous"]) if values.get("previous") else None,
        )
        return cls(**values)


@dataclass(frozen=True)
class Progress:
    """How far a crawl is: addresses done and waiting, done per second, seconds spent and (about) left."""

    done: int
    pending: int
    rate: float
    elapsed: float
    remaining: float | None


@dataclass(frozen=True)
class CrawlOutcome:
    """How a crawl ended.

    ``ended``: ``finished`` (nothing waits) · ``interrupted`` (the user stopped it) · ``limit`` (``max_pages``
    reached, pages wait) · ``unreachable`` (no site was seen, or it stopped answering). ``counts`` are those kept
    in the snapshot's meta; ``reason`` is one Chinese line for the user.
    """

    ended: Ended
    reason: str
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def done(self) -> int:
        """How many addresses have a recorded answer."""
        return self.counts.get("fetched", 0)
