"""One crawl of the hostile site: each fault's record, verdict, cost; and where the crawl's connections went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from .faults import FAULTS, Fault
from .site import CHECKS, Crawled, crawled


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with crawled(tmp_path_factory.mktemp("hostile")) as result:
        yield result


each_fault = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)


def test_faults_have_names_of_their_own() -> None:
    assert len(FAULTS) >= 40
    assert max(Counter(fault.name for fault in FAULTS).values()) == 1


def test_the_crawl_ends_finished_and_in_time(hostile: Crawled) -> None:
    assert hostile.outcome.ended == "finished"
    assert hostile.reader.pending() == 0
    # half of it on two idle processors
    assert hostile.seconds < 60


@each_fault
def test_record(hostile: Crawled, fault: Fault) -> None:
    fetch = hostile.target(fault.target).fetch
    assert fetch is not None
    assert (fetch.outcome, fetch.status) == (fault.outcome, fault.status)
    assert fault.reason in fetch.reason
    if fault.outcome not in ("ok", "redirect"):
        assert fetch.reason
    page = hostile.reader.pages.get(fault.target)
    facts = dict(fault.page)
    if not facts.pop("read", True):
        assert page is None
    if "items" in facts:
        assert page is not None and page.record.listing is not None
        listed = {item.href for column in hostile.site.columns for item in column.items if fault.name in item.href}
        assert len(listed) == facts.pop("items")
    for name, value in facts.items():
        assert page is not None and getattr(page.record, name) == value


@each_fault
def test_verdict(hostile: Crawled, fault: Fault) -> None:
    found = hostile.findings_on(fault.target)
    assert all(finding.check in CHECKS for finding in found)
    if fault.verdict == "none":
        assert not found
        return
    assert [(finding.check, finding.verdict) for finding in found] == [(fault.check, fault.verdict)]
    assert fault.words in found[0].message
    if fault.verdict == "fail":
        assert found[0].confidence == fault.confidence


@each_fault
def test_cost(hostile: Crawled, fault: Fault) -> None:
    assert hostile.asked(fault) <= fault.most
    assert hostile.longest(fault) <= fault.seconds


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.same or fault.apart], ids=lambda fault: fault.name)
def test_one_page_is_one_page(hostile: Crawled, fault: Fault) -> None:
    page = hostile.site.page_address(fault.target)
    assert page in hostile.site.pages
    for url in fault.same:
        assert hostile.site.page_address(url) == page
    for url in fault.apart:
        assert url in hostile.site.pages and hostile.site.page_address(url) != page


def test_a_certain_failure_was_seen_twice(hostile: Crawled) -> None:
    for finding in hostile.findings:
        fetch = hostile.target(str(finding.target)).fetch
        assert fetch is not None
        if (finding.check, finding.verdict) == ("dead-link", "fail") and fetch.outcome not in ("ok", "redirect"):
            assert fetch.attempts >= 2, finding


def test_connections_went_to_the_configured_addresses_only(hostile: Crawled) -> None:
    assert len(hostile.connected) > 100
    assert {(address, port in hostile.listening) for _, address, port in hostile.connected} == {("127.0.0.1", True)}


def test_only_gets_were_sent(hostile: Crawled) -> None:
    assert {method for _, method, _ in hostile.server.asked} == {"GET"}
