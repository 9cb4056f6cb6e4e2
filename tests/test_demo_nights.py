"""Two nights of the demonstration, a second look in between: what stands, what changed, the trend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

import demo
from app.config import parse_config
from app.crawling import crawl_site
from app.home import Home
from app.inspection import Basis, inspect_site, open_ledger, restate
from app.recheck import Selection, recheck
from checks.model import Finding
from demo.hosts import local
from reports import ReportBundle, load_bundle
from reports.scoring import costs

TOMORROW = demo.AS_OF + timedelta(days=1)

Key = tuple[str, str]


@dataclass(frozen=True)
class Nights:
    base: str
    home: Home
    plan: demo.SecondNight
    first: dict[Key, Finding]
    found: int
    between: ReportBundle
    second: ReportBundle

    def planted(self, planted: Iterable[demo.Planted]) -> set[Key]:
        return {(one.check, local(one.target or one.url, self.base)) for one in planted}

    def once(self) -> set[Key]:
        """What only the night it appears can tell: it stays in the ledger, a later night neither sees nor clears it."""
        return {one for one in self.first if one[0] == "backdated-publication"}


def key(finding: Finding) -> Key:
    return finding.check, finding.target or finding.url


def by_status(bundle: ReportBundle, status: str) -> set[Key]:
    return {key(finding) for finding in [*bundle.findings, *bundle.changes.fixed] if finding.status == status}


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    home = Home(tmp_path_factory.mktemp("nights"))
    plan = demo.second_night(demo.built())
    with demo.serve(demo.first_night()) as base:
        config = parse_config({**demo.config(base), "base_dir": str(home.path)}, "演示配置")
        crawl_site(config, home, "fresh")
    port = urlsplit(base).port or 0
    with demo.serve(demo.built(), port):
        bundle, _ = inspect_site(config, home, "auto", Basis.of(config))
    first = {key(finding): finding for finding in bundle.findings}
    back = [first[one.check, local(one.target or "", base.rstrip("/"))].fingerprint for one in plan.back]
    with demo.serve(plan.day, port):
        recheck(home, Selection(tuple(back), (), (), False), None)
    between = restate(home)
    assert between is not None
    with demo.serve(plan.site, port):
        second, _ = inspect_site(config, home, "auto", Basis.of(config, as_of=TOMORROW))
    return Nights(base.rstrip("/"), home, plan, first, len(bundle.findings), between, second)


def test_the_first_night_is_all_new(nights: Nights) -> None:
    assert {finding.status for finding in nights.first.values()} == {"new"}
    assert nights.planted(nights.plan.mended + nights.plan.back) <= set(nights.first)


def test_a_second_look_closes_out_what_is_mended_by_day(nights: Nights) -> None:
    assert by_status(nights.between, "fixed") == nights.planted(nights.plan.back)
    assert by_status(nights.between, "new") == set(nights.first) - nights.planted(nights.plan.back)


def test_the_second_night_tells_exactly_what_changed(nights: Nights) -> None:
    plan = nights.plan
    assert by_status(nights.second, "new") == nights.planted(plan.new)
    assert by_status(nights.second, "fixed") == nights.planted(plan.mended)
    assert by_status(nights.second, "reopened") == nights.planted(plan.back)
    left = set(nights.first) - nights.planted(plan.mended + plan.back)
    assert by_status(nights.second, "open") == left - nights.once()
    today = TOMORROW.isoformat()
    firsts = {finding.status: finding.first_seen for finding in nights.second.findings}
    assert firsts == {"new": today, "reopened": demo.AS_OF.isoformat(), "open": demo.AS_OF.isoformat()}


def test_the_term_of_what_came_back_runs_anew(nights: Nights) -> None:
    (back,) = (finding for finding in nights.second.findings if finding.status == "reopened")
    before = nights.first[key(back)]
    # Friday the 20th and Saturday the 21st: the same number of working days from either
    assert back.due == before.due and back.due is not None
    assert nights.second.changes.terms[back.due] == nights.between.changes.terms[back.due]


def test_the_trend_is_that_of_the_nights(nights: Nights) -> None:
    one, two = nights.second.changes.history
    plan, found, left = nights.plan, nights.found, nights.found - len(nights.plan.mended) - len(nights.plan.back)
    assert (one.as_of, two.as_of) == (demo.AS_OF.isoformat(), TOMORROW.isoformat())
    assert (one.new, one.open, one.reopened, one.fixed) == (found - 1, 0, 0, 1)
    assert (two.new, two.open, two.reopened, two.fixed) == (
        len(plan.new), left - len(nights.once()), 1, len(plan.mended),
    )
    for record, bundle in ((one, nights.between), (two, nights.second)):
        assert record.scores == {mark.pack: mark.score for mark in bundle.scores.site}
        assert record.departments == {unit.name: unit.mean for unit in bundle.scores.departments}
        assert record.checks == Counter(finding.check for finding in bundle.findings if costs(finding))
        assert record.coverage == bundle.judgement.coverage.ratio
    assert two.checks["broken-attachment"] - one.checks["broken-attachment"] == 1
    assert two.checks["dead-link"] == one.checks["dead-link"]


def test_the_written_summary_and_the_ledger_tell_the_same(nights: Nights) -> None:
    config = parse_config({**demo.config(nights.base + "/"), "base_dir": str(nights.home.path)}, "演示配置")
    now = open_ledger(config, nights.home).current()
    written = load_bundle(nights.home.path).changes
    assert now is not None
    assert now.history == written.history == nights.second.changes.history
    assert now.counts == written.counts == nights.second.changes.counts
    kept = {key(entry.finding): entry.standing.status for entry in open_ledger(config, nights.home).entries()}
    assert nights.once() and {kept[one] for one in nights.once()} == {"new"}
