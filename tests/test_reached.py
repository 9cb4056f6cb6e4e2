"""When an earlier finding that is found no more counts as mended: only where the run looked again."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from casework import START, Case, site_of

from checks.model import Coverage, CrawlFault, Examination, Finding, Judgement
from checks.reached import Reached

PAGE = START + "a.html"
GONE = START + "z.html"


def earlier(check: str, url: str = PAGE, target: str | None = None) -> Finding:
    return Finding(
        fingerprint="f", check=check, url=url, target=target, column=None, department=None, clauses=[], severity="high",
        confidence="certain", message="", verdict="fail", evidence={},
    )


def reached(
    finding: Finding, *, links: tuple[str, ...] = (), page: dict[str, Any] | None = None,
    answers: dict[str, Any] | None = None, examined: int = 1, faults: tuple[CrawlFault, ...] = (),
) -> bool:
    raw = {"url": "/a.html", "record": {"page_kind": "article", "title": "乙"}, "links": list(links)} | (page or {})
    site = site_of(Case(finding.check, "", date(2026, 11, 20), {}, {"pages": [raw], "answers": answers or {}}))
    row = Examination(pack="p", clause="1", check=finding.check, department=None, examined=examined)
    return Reached(site, Judgement(findings=[], examinations=[row], coverage=Coverage(), faults=list(faults)))(finding)


@pytest.mark.parametrize(("page", "again"), [
    ({}, True),
    ({"status": 404}, True),
    ({"status": 410}, True),
    ({"status": 500}, False),
    ({"outcome": "blocked", "status": 403}, False),
    ({"outcome": "timeout"}, False),
    ({"outcome": "not-fetched"}, False),
    ({"redirect_to": "/b.html"}, True),
], ids=["read", "404", "410", "500", "403", "timeout", "not asked", "moved"])
def test_a_page_counts_when_its_answer_says_what_is_there(page: dict[str, Any], again: bool) -> None:
    assert reached(earlier("attachment-missing"), page=page, answers={"/b.html": 200}) is again


def test_where_a_page_moved_to_must_answer_too() -> None:
    moved = {"redirect_to": "/b.html"}
    assert not reached(earlier("attachment-missing"), page=moved, answers={"/b.html": {"outcome": "blocked", "status": 403}})


@pytest.mark.parametrize("target", ["办理结果总计／总计", "2026Q2", "工作动态", "file:///D:/a.doc", None])
def test_what_is_no_address_needs_its_page_alone(target: str | None) -> None:
    finding = earlier("annual-report-arithmetic", target=target)
    assert reached(finding)
    assert not reached(finding, page={"outcome": "timeout"})


def test_a_link_that_is_gone_is_mended_with_its_page_read() -> None:
    finding = earlier("dead-link", target=GONE)
    assert reached(finding, links=())
    assert not reached(finding, links=(), page={"outcome": "blocked", "status": 403})


@pytest.mark.parametrize(("answer", "again"), [
    (200, True), ({"outcome": "not-fetched"}, False), ({"outcome": "timeout"}, True),
], ids=["opens", "not asked", "the check judges it"])
def test_a_link_that_stands_must_have_been_asked(answer: Any, again: bool) -> None:
    assert reached(earlier("dead-link", target=GONE), links=("/z.html",), answers={"/z.html": answer}) is again


def test_a_link_nobody_asked_is_open_still() -> None:
    assert not reached(earlier("dead-link", target=GONE), links=("/z.html",))


@pytest.mark.parametrize(("answer", "again"), [(200, True), (404, True), (500, False), ({"outcome": "timeout"}, False)])
def test_the_other_page_of_two_must_say_what_it_is(answer: Any, again: bool) -> None:
    finding = earlier("content-conflict", target=GONE)
    assert reached(finding, links=("/z.html",), answers={"/z.html": answer}) is again


def test_a_check_without_subjects_and_a_crawl_with_faults_clear_nothing() -> None:
    assert not reached(earlier("attachment-missing"), examined=0)
    fault = CrawlFault(kind="site", url=START, before=90, now=9, message="只读到十分之一")
    assert reached(earlier("stale-column")) and not reached(earlier("stale-column"), faults=(fault,))
