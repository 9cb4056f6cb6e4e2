"""The runner: what packs bind is run once, observations become findings, one fault loses nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from casework import START, Case, all_cases, pack_of, site_of

import checks.runner
from checks.model import Context, Judgement, Parameters, Result, fingerprint
from checks.registry import all_checks
from checks.runner import judge
from checks.site import Site
from rules.calendar import load_calendar
from rules.loader import builtin_pack_ids, load_packs
from rules.model import Pack

AS_OF = date(2026, 11, 20)
LETTER: dict[str, Any] = {
    "url": "/v/1.html",
    "record": {"page_kind": "letter", "letters": [{"title": "路灯", "received": "2026-10-12", "status": "处理中"}]},
}


def judged(pages: list[dict[str, Any]], *packs: Pack, profile: bool = False, **raw: Any) -> Judgement:
    site = site_of(Case("dead-link", "", AS_OF, {}, {"pages": pages, **raw}))
    return judge(site, packs, Context(AS_OF, 2026, load_calendar()), profile=profile)


def test_one_defect_of_several_clauses_is_one_finding() -> None:
    loose = pack_of(("reply-overdue", {"working_days": 15}), pack="songde", severity="medium")
    strict = pack_of(("reply-overdue", {"working_days": 5}), pack="yande", severity="high")
    result = judged([LETTER], loose, strict)
    only, = result.findings
    assert only.clauses == ["songde/1", "yande/1"]
    assert only.severity == "high"
    assert "5 个工作日时限" in only.message
    assert [(breach.pack, breach.severity) for breach in only.breaches] == [("songde", "medium"), ("yande", "high")]
    assert "15 个工作日时限" in only.breaches[0].message
    assert only.fingerprint == fingerprint("reply-overdue", "示例县人民政府", START + "v/1.html", None)


def test_only_breached_clauses_are_named() -> None:
    loose = pack_of(("reply-overdue", {"working_days": 60}), pack="songde")
    strict = pack_of(("reply-overdue", {"working_days": 5}), pack="yande")
    assert judged([LETTER], loose, strict).findings[0].clauses == ["yande/1"]


def test_equal_parameters_run_once(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = []

    def counted(site: Site, parameters: Parameters, context: Context) -> Result:
        runs.append(parameters)
        return Result()

    mutated = {**all_checks(), "reply-overdue": replace(all_checks()["reply-overdue"], run=counted)}
    monkeypatch.setattr(checks.runner, "all_checks", lambda: mutated)
    binding = ("reply-overdue", {"working_days": 5})
    judged([LETTER], pack_of(binding, binding), pack_of(binding, pack="b"))
    assert len(runs) == 1


def test_failure_goes_before_doubt() -> None:
    dead = pack_of(("stale-column", {"max_days": {"news": 14}}), ("stale-column", {"max_days": {"news": 14}, "undated": "stale"}))
    page = {"url": "/d/", "record": {"page_kind": "column", "column_name": "工作动态",
                                     "listing": {"items": [{"title": "甲", "href": "/d/1.html"}]}}}
    only, = judged([page], dead).findings
    assert (only.verdict, only.clauses) == ("fail", ["ceshi/2"])


def test_a_check_that_breaks_is_a_note_and_loses_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(site: Site, parameters: Parameters, context: Context) -> Result:
        raise RuntimeError("boom")

    mutated = {**all_checks(), "dead-link": replace(all_checks()["dead-link"], run=broken)}
    monkeypatch.setattr(checks.runner, "all_checks", lambda: mutated)
    result = judged([LETTER], pack_of(("dead-link", {}), ("reply-overdue", {"working_days": 5})))
    assert [finding.check for finding in result.findings] == ["reply-overdue"]
    assert any("本程序的错误" in note and "boom" in note for note in result.notes)


def test_planned_unknown_and_misbound_checks_are_noted() -> None:
    pack = pack_of(("no-such-check", {}), ("reply-overdue", {"days": 5}))
    notes = judged([LETTER], pack).notes
    assert any("no-such-check" in note for note in notes)
    assert any("reply-overdue" in note and "days" in note for note in notes)


def test_examinations_count_subjects_by_clause_and_department() -> None:
    pages = [LETTER, {"url": "/v/2.html", "record": {"page_kind": "letter", "letters": [
        {"title": "水", "received": "2026-11-18", "status": "处理中", "department": "县水务局"}]}}]
    rows = judged(pages, pack_of(("reply-overdue", {"working_days": 5}))).examinations
    assert [(row.clause, row.department, row.examined, row.failed) for row in rows] == [
        ("ceshi/1", None, 1, 1), ("ceshi/1", "县水务局", 1, 0),
    ]


def test_a_check_without_subjects_examines_nothing() -> None:
    rows = judged([], pack_of(("reply-overdue", {"working_days": 5}))).examinations
    assert [(row.examined, row.failed) for row in rows] == [(0, 0)]


def test_findings_are_sorted_and_say_whose_and_where() -> None:
    pages = [
        {"url": "/b/", "record": {"page_kind": "column", "column_name": "通知", "listing": {
            "items": [{"title": "甲", "href": "/b/1.html", "date": "2026-01-01"}]}}},
        {"url": "/a.html", "record": {"page_kind": "article", "title": "乙", "source": "县民政局"}, "links": ["/z.html"]},
    ]
    found = judged(pages, pack_of(("dead-link", {})), answers={"/b/1.html": 404, "/z.html": 404}).findings
    assert [(one.url, one.target, one.column, one.department) for one in found] == [
        (START + "a.html", START + "z.html", None, "县民政局"),
        (START + "b/", START + "b/1.html", "通知", None),
    ]


def test_coverage_says_what_was_not_seen() -> None:
    pages = [LETTER, {"url": "/d/", "record": {"page_kind": "column", "column_name": "工作动态",
                                               "listing": {"script_filled": True}}}]
    answers = {"/x.html": {"outcome": "blocked", "status": 403}, "/gone.html": 404, "/f.pdf": 200,
               "http://www.gov.cn/": 200}
    seen = judged(pages, pack_of(("dead-link", {})), answers=answers).coverage
    assert (seen.pages_known, seen.pages_read, seen.files, seen.external, seen.letters) == (4, 3, 1, 1, 1)
    assert seen.ratio == 0.75
    assert seen.uninspected == ["1 个页面被拦截", "1 个栏目的列表由脚本填充，本次未能读取"]


def test_profile_gives_seconds_only_when_asked() -> None:
    pack = pack_of(("dead-link", {}))
    assert judged([LETTER], pack).seconds == {}
    assert set(judged([LETTER], pack, profile=True).seconds) == {"dead-link"}


def test_built_in_packs_bind_parameters_the_checks_take() -> None:
    result = judged([LETTER], *load_packs(builtin_pack_ids()))
    assert not [note for note in result.notes if "不合要求" in note]


def test_every_check_has_its_published_page() -> None:
    for check in all_checks().values():
        assert set(check.sections) == {"依据", "判定", "不判定", "整改"}, check.id
        assert all(check.sections.values()), check.id
        assert len(check.title) <= 12, check.id


def test_identities_bound_one_by_one_tell_of_one_cell_once() -> None:
    name = "同一格加不起来、又与正文所述不同，是一处错，只记一个问题"
    case = next(case for case in all_cases() if case.name == name)
    bound = [("annual-report-arithmetic", {"identities": [one]}) for one in ("AR1", "AR2", "AR7")]
    context = Context(case.as_of, case.as_of.year, load_calendar())
    found = judge(site_of(case), [pack_of(*bound)], context).findings
    assert [(one.confidence, one.clauses) for one in found] == [("certain", ["ceshi/1", "ceshi/2"])]
