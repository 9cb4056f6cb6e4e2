"""The permanent pages of findings: those whose fingerprints begin alike share a page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from markupsafe import Markup, escape

from reports.addresses import BUCKET_DIGITS, finding_page
from reports.bundle import department_of
from reports.writers.html_items import Item
from reports.writers.html_pages import HERE, PAGE_BYTES, Pages

FRAME = 60_000  # bytes a page takes besides its findings
AROUND = 2_000  # bytes a finding takes besides its own markup


def write_findings(pages: Pages, items: Iterable[Item], pictures: frozenset[str]) -> None:
    """Write a page for every beginning of a fingerprint that occurs."""
    buckets: defaultdict[str, dict[str, Item]] = defaultdict(dict)
    for item in items:
        buckets[finding_page(item.finding.fingerprint)].setdefault(item.finding.fingerprint, item)
    frame = pages.frame("findings/000.html", "findings.html", beginning=HERE, count=HERE, articles=HERE)
    for page, bucket in sorted(buckets.items()):
        beginning = escape(next(iter(bucket))[:BUCKET_DIGITS])
        count = f"，共 {len(bucket)} 条" if len(bucket) > 1 else ""
        pages.put(page, frame.filled(beginning, beginning, count, "".join(_articles(pages, bucket.values(), pictures))))


def _articles(pages: Pages, items: Iterable[Item], pictures: frozenset[str]) -> Iterator[str]:
    """Yield the findings of a page; beyond the page's budget without evidence, which the JSON has."""
    once, room = pages.findings.once, PAGE_BYTES - FRAME
    for item in items:
        room -= item.head_bytes + AROUND
        fits = item.tail_bytes <= room
        room -= item.tail_bytes if fits else 0
        pictured = item.finding.fingerprint in pictures
        yield item.head
        yield once("cost", item.card.cost)
        yield item.tail if fits else once("left_out")
        yield pages.findings.make("beside", item.finding.fingerprint) if pictured else ""
        yield _foot(pages, item)
        yield "</article>\n"


def _foot(pages: Pages, item: Item) -> Markup:
    finding, shown, places = item.finding, item.card, pages.places
    return pages.findings.once(
        "foot",
        places.checks[finding.check],
        shown.title,
        places.columns.get(finding.column or ""),
        shown.column,
        places.departments.get(department_of(finding)),
        shown.department,
    )
