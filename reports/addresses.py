"""Where things stand in the report site: addresses that stay the same over runs."""

from __future__ import annotations

import hashlib
import re

# 4,096 pages: below 200 findings a page up to 800,000 of them, and a small site gets about one page a finding
BUCKET_DIGITS = 3
FINDINGS = "findings"


def finding_page(fingerprint: str) -> str:
    """Return the page that holds a finding, relative to ``report/``: ``findings/ab3.html``.

    It depends on the fingerprint alone, never on what else was found.
    """
    bucket = fingerprint[:BUCKET_DIGITS]
    if not re.fullmatch(f"[0-9a-f]{{{BUCKET_DIGITS}}}", bucket):
        bucket = hashlib.sha256(fingerprint.encode("utf-8", "surrogatepass")).hexdigest()[:BUCKET_DIGITS]
    return f"{FINDINGS}/{bucket}.html"


def finding_anchor(fingerprint: str) -> str:
    """Return a finding's place on its page, without the number sign."""
    return f"f-{fingerprint}"


def finding_address(fingerprint: str) -> str:
    """Return the permanent address of a finding, relative to ``report/``: ``findings/ab3.html#f-ab3…``."""
    return f"{finding_page(fingerprint)}#{finding_anchor(fingerprint)}"
