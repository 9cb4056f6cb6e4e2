"""Where things stand in the report site: addresses that stay the same over runs."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from reports.writers.files import file_stems

# 4,096 pages: below 200 findings a page up to 800,000 of them, and a small site gets about one page a finding
BUCKET_DIGITS = 3
FINDINGS = "findings"
_BUCKET = re.compile(f"[0-9a-f]{{{BUCKET_DIGITS}}}")
STATUSES = ("all", "new", "reopened", "open", "disputed", "waived", "fixed")


def finding_page(fingerprint: str) -> str:
    """Return the page that holds a finding, relative to ``report/``: ``findings/ab3.html``.

    It depends on the fingerprint alone, never on what else was found.
    """
    bucket = fingerprint[:BUCKET_DIGITS]
    if not _BUCKET.fullmatch(bucket):
        bucket = hashlib.sha256(fingerprint.encode("utf-8", "surrogatepass")).hexdigest()[:BUCKET_DIGITS]
    return f"{FINDINGS}/{bucket}.html"


def finding_anchor(fingerprint: str) -> str:
    """Return a finding's place on its page, without the number sign."""
    return f"f-{fingerprint}"


def finding_address(fingerprint: str) -> str:
    """Return the permanent address of a finding, relative to ``report/``: ``findings/ab3.html#f-ab3…``."""
    return f"{finding_page(fingerprint)}#{finding_anchor(fingerprint)}"


def status_page(status: str) -> str:
    """Return the first page of the findings of one status, or of ``all``: ``lists/new.html``."""
    return f"lists/{status}.html"


def check_page(check: str) -> str:
    """Return the first page of one check: ``checks/dead-link.html``."""
    return f"checks/{check}.html"


def column_pages(names: Iterable[str]) -> dict[str, str]:
    """Return the first page of each column, by name."""
    return {name: f"columns/{stem}.html" for name, stem in file_stems(names).items()}


def department_pages(names: Iterable[str]) -> dict[str, str]:
    """Return the first page of each department's scorecard, by name."""
    return {name: f"departments/{stem}.html" for name, stem in file_stems(names).items()}


def part(page: str, number: int) -> str:
    """Return the address of a page's part: the page itself, then ``…+2.html``.

    No name of a department or column leads to such an address: file names made of names hold no plus sign.
    """
    return page if number == 1 else f"{page.removesuffix('.html')}+{number}.html"
