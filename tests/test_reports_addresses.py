"""Permanent addresses of findings."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from checks.model import fingerprint
from reports.addresses import finding_address, finding_page


def test_an_address_depends_on_the_fingerprint_alone() -> None:
    assert finding_address("ab3fffffffffffffffff") == "findings/ab3.html#f-ab3fffffffffffffffff"


@given(st.text(max_size=30))
def test_every_finding_has_a_page(url: str) -> None:
    mark = fingerprint("dead-link", "甲县", url.encode("utf-8", "replace").decode(), None)
    assert finding_page(mark) == f"findings/{mark[:3]}.html"
    assert finding_page(url).startswith("findings/") and len(finding_page(url)) == len("findings/ab3.html")
