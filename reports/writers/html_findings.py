"""The permanent pages of findings: those whose fingerprints begin alike share a page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from markupsafe import escape

from reports.addresses import BUCKET_DIGITS, finding_page
from reports.bundle import department_of
from reports.writers.html_items import Item
from reports.writers.html_pages import HERE, PAGE_BYTES, Pages, macros

FRAME = 60_000  # bytes a page takes besides its findings
AROUND = 2_000  # bytes a finding takes besides its own markup


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding on its page: the pages of its check, column and department; whether its evidence fits the page."""

    item: Item
    check: str
    column: str | None
    department: str | None
    pictured: bool
    fits: bool


def write_findings(pages: Pages, items: Iterable[Item], pictures: frozenset[str]) -> None:
    """Write a page for every beginning of a fingerprint that occurs."""
    buckets: defaultdict[str, dict[str, Item]] = defaultdict(dict)
    for item in items:
        buckets[finding_page(item.finding.fingerprint)].setdefault(item.finding.fingerprint, item)
    whole = macros("finding.html").whole
    frame = pages.frame("findings/000.html", "findings.html", beginning=HERE, count=HERE, articles=HERE)
    for page, bucket in sorted(buckets.items()):
        articles = "".join(map(whole, _shown(pages, bucket.values(), pictures)))
        beginning = escape(next(iter(bucket))[:BUCKET_DIGITS])
        count = f"，共 {len(bucket)} 条" if len(bucket) > 1 else ""
        pages.put(page, frame.filled(beginning, beginning, count, articles))


def _shown(pages: Pages, items: Iterable[Item], pictures: frozenset[str]) -> Iterator[Shown]:
    """Yield the findings of a page; beyond the page's budget without evidence, which the JSON has."""
    places, room = pages.places, PAGE_BYTES - FRAME
    for item in items:
        finding = item.finding
        room -= item.head_bytes + AROUND
        fits = item.tail_bytes <= room
        room -= item.tail_bytes if fits else 0
        yield Shown(
            item=item,
            check=places.checks[finding.check],
            column=places.columns.get(finding.column or ""),
            department=places.departments.get(department_of(finding)),
            pictured=finding.fingerprint in pictures,
            fits=fits,
        )
