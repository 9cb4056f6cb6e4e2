"""Scores against sums done by hand."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportdata import EDUCATION, OFFICE, QUIET, TOWN, examination, finding, pack, small

from checks.model import SEVERITY_ORDER, Breach, Coverage, Examination, Finding, Judgement
from reports.scoring import allocate, conventions, group_of, plain, ranking, rate, score, score_all
from rules.model import Pack

LINKS = {
    "id": "i1",
    "title": "链接可用",
    "points": 20,
    "checks": ["dead-link", "wrong-link"],
    "deduction": {"high": 2, "medium": 1, "low": 0.1},
    "cap": 10,
}
COLUMNS = {
    "id": "i2",
    "title": "栏目更新",
    "points": 30,
    "checks": ["stale-column"],
    "deduction": {"each": 5},
}
LETTERS = {
    "id": "i3",
    "title": "来信答复",
    "points": 50,
    "checks": ["reply-overdue"],
    "deduction": {"high": 5},
}


def dead(number: int, severity: str = "medium", **more: object) -> Finding:
    return finding(
        "dead-link",
        "http://a.example/",
        "打不开",
        target=f"http://a.example/{number}",
        severity=severity,
        **more,
    )


def judged(found: list[Finding], examined: list[Examination], ratio: float = 1.0) -> Judgement:
    return Judgement(findings=found, examinations=examined, coverage=Coverage(ratio=ratio))


def three() -> Pack:
    return pack(indicators=[LINKS, COLUMNS, LETTERS], vetoes=[])


def test_score_is_what_one_works_out_on_paper() -> None:
    found = [
        dead(1, "high"),
        dead(2),
        dead(3),
        dead(4, "low"),
        finding("stale-column", "http://a.example/c/", "不更新", severity="high"),
    ]
    examined = [examination("dead-link", None, 500), examination("stale-column", None, 8)]
    (mark,) = score(judged(found, examined), [three()])
    links, columns, letters = mark.indicators
    # 2 + 1 + 1 + 0.1 of 20; 5 of 30; no letter was examined, so 50 points leave the total
    assert (links.raw, links.cap, links.deducted) == (4.1, 10, 4.1)
    assert (columns.raw, columns.cap, columns.deducted) == (5, 30, 5)
    assert letters.state == "no-subject" and letters.deducted == 0
    assert (mark.points, mark.deducted) == (50, 9.1)
    assert mark.score == 81.8
    assert mark.arithmetic == "100 × (50 − 9.1) ÷ 50 = 81.8"
    assert links.counts == {"high": 1, "medium": 2, "low": 1}
    assert (links.examined, links.failed) == (500, 4)
    assert mark.outcome == "pass" and not mark.provisional


def test_cap_limits_the_indicator_and_each_finding_carries_what_it_really_cost() -> None:
    found = [dead(number, "high") for number in range(8)]
    (mark,) = score(judged(found, [examination("dead-link", None, 8)]), [three()])
    assert (mark.indicators[0].raw, mark.indicators[0].deducted, mark.score) == (16, 10, 50)
    score_all(judged(found, [examination("dead-link", None, 8)]), [three()])
    assert [item.deduction for item in found] == [2, 2, 2, 2, 2, 0, 0, 0]
    assert [item.breaches[0].deduction for item in found] == [2, 2, 2, 2, 2, 0, 0, 0]


def test_cap_never_exceeds_the_points() -> None:
    greedy = pack(indicators=[{**LINKS, "points": 4, "cap": 10}], vetoes=[])
    (mark,) = score(
        judged([dead(n, "high") for n in range(9)], [examination("dead-link", None, 9)]), [greedy]
    )
    assert mark.indicators[0].deducted == 4 and mark.score == 0 and mark.outcome == "fail"


def test_order_of_findings_changes_nothing() -> None:
    examined = [examination("dead-link", None, 50)]
    found = [dead(number, ("high", "low")[number % 2]) for number in range(20)]
    score_all(judged(found, examined), [three()])
    before = {item.fingerprint: item.deduction for item in found}
    random.Random(7).shuffle(found)
    score_all(judged(found, examined), [three()])
    assert {item.fingerprint: item.deduction for item in found} == before
    assert sum(before.values()) == pytest.approx(10)


def test_review_and_unverified_cost_nothing_but_the_score_were_they_confirmed_is_known() -> None:
    found = [
        dead(1),
        dead(2, confidence="review"),
        dead(3, "high", confidence="review"),
        dead(4, verdict="unverified"),
    ]
    (mark,) = score(judged(found, [examination("dead-link", None, 40, unverified=1)]), [three()])
    links = mark.indicators[0]
    assert (links.failed, links.review, links.unverified) == (1, 2, 1)
    assert (links.deducted, links.confirmed) == (1, 4)
    assert (mark.score, mark.if_confirmed) == (95, 80)
    assert mark.decided == pytest.approx(39 / 40)


@pytest.mark.parametrize("status", ["waived", "fixed"])
def test_settled_findings_cost_nothing(status: str) -> None:
    (mark,) = score(judged([dead(1, status=status)], [examination("dead-link", None, 4)]), [three()])
    assert mark.score == 100


def test_one_defect_under_two_clauses_of_a_pack_costs_once_by_the_graver() -> None:
    item = dead(1, "low")
    item.breaches.append(Breach(pack="shili-2026", clause="4.5", message="打不开", severity="high"))
    (mark,) = score_all(judged([item], [examination("dead-link", None, 4)]), [three()]).site
    assert mark.indicators[0].deducted == 2
    assert [breach.deduction for breach in item.breaches] == [0, 2]
    assert item.deduction == 2


def test_deduction_of_a_finding_is_the_largest_over_packs() -> None:
    national = pack("guojia-2019", "国家指标", indicators=[{**LINKS, "deduction": {"each": 3}}], vetoes=[])
    item = dead(1, packs=("shili-2026", "guojia-2019"))
    both = [examination("dead-link", None, 4), examination("dead-link", None, 4, pack="guojia-2019")]
    marks = score_all(judged([item], both), [three(), national]).site
    assert [mark.score for mark in marks] == [95, 85]
    assert item.deduction == 3
    assert [breach.deduction for breach in item.breaches] == [1, 3]


def test_a_finding_of_another_pack_does_not_count() -> None:
    examined = [examination("dead-link", None, 4)]
    (mark,) = score(judged([dead(1, packs=("andere",))], examined), [three()])
    assert mark.score == 100 and mark.indicators[0].failed == 0


def test_nothing_examined_is_no_score_rather_than_full_marks() -> None:
    (mark,) = score(judged([], []), [three()])
    assert (mark.score, mark.outcome, mark.arithmetic) == (None, "not-applicable", "")


def test_subjects_none_of_which_could_be_verified_leave_the_total() -> None:
    examined = [examination("dead-link", None, 3, unverified=3), examination("stale-column", None, 2)]
    (mark,) = score(judged([dead(n, verdict="unverified") for n in range(3)], examined), [three()])
    assert [row.state for row in mark.indicators] == ["undecided", "applicable", "no-subject"]
    assert mark.points == 30 and mark.score == 100
    assert mark.provisional, "two fifths decided is too little for a firm score"


def test_a_department_is_scored_by_its_own_subjects_and_findings() -> None:
    found = [dead(1, department=EDUCATION), dead(2, department=OFFICE), dead(3, department=OFFICE), dead(4)]
    examined = [
        examination("dead-link", EDUCATION, 10),
        examination("dead-link", OFFICE, 5),
        examination("stale-column", OFFICE, 2),
        examination("dead-link", None, 3),
    ]
    scores = score_all(judged(found, examined), [three()], [QUIET])
    own = {department.name: department for department in scores.departments}
    assert set(own) == {EDUCATION, OFFICE, QUIET}
    assert own[EDUCATION].scores == score(judged(found, examined), [three()], department=EDUCATION)
    assert own[EDUCATION].mean == 95  # 100 × (20 − 1) ÷ 20
    assert own[OFFICE].mean == 96  # 100 × (50 − 2) ÷ 50
    assert own[QUIET].mean is None and own[QUIET].scores[0].outcome == "not-applicable"
    assert scores.site[0].indicators[0].failed == 4


def test_veto_counts_its_checks_under_its_clauses() -> None:
    veto = {"id": "v", "title": "三处打不开", "checks": ["dead-link"], "clauses": ["4.1"], "at_least": 3}
    vetoing = pack(indicators=[LINKS], vetoes=[veto])
    found = [
        dead(1),
        dead(2),
        dead(3, clause="4.5"),
        dead(4, confidence="review"),
        dead(5, verdict="unverified"),
    ]
    examined = [examination("dead-link", None, 9)]
    (mark,) = score(judged(found, examined), [vetoing])
    assert (mark.vetoes[0].count, mark.vetoes[0].hit, mark.outcome) == (2, False, "pass")
    (mark,) = score(judged([*found, dead(6)], examined), [vetoing])
    assert (mark.vetoes[0].count, mark.vetoes[0].hit, mark.outcome) == (3, True, "vetoed")
    assert mark.score == 80, "the score is still worked out"


def test_little_coverage_makes_a_score_provisional() -> None:
    limit = conventions().provisional_below
    examined = [examination("dead-link", None, 9)]
    assert score(judged([], examined, ratio=limit - 0.01), [three()])[0].provisional
    assert not score(judged([], examined, ratio=limit), [three()])[0].provisional


def test_pass_mark() -> None:
    # 2 × 4 of 20 leaves exactly 60; a tenth more fails
    found = [dead(n, "high") for n in range(4)]
    examined = [examination("dead-link", None, 9)]
    assert score(judged(found, examined), [three()])[0].outcome == "pass"
    assert score(judged([*found, dead(9, "low")], examined), [three()])[0].outcome == "fail"


@pytest.mark.parametrize(
    ("deduction", "severity", "points"),
    [
        ({"high": 2, "low": 0.5}, "high", 2),
        ({"high": 2, "low": 0.5}, "medium", 0.5),
        ({"high": 2}, "veto", 2),
        ({"high": 2}, "medium", 0),
        ({"each": 3, "low": 1}, "low", 1),
        ({"each": 3, "low": 1}, "veto", 3),
        ({}, "high", 0),
    ],
)
def test_rate(deduction: dict[str, float], severity: str, points: float) -> None:
    assert rate(deduction, severity) == points  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "group"),
    [
        (TOWN, "镇街"),
        ("东城街道办事处", "镇街"),
        ("马桥乡", "镇街"),
        ("县住房和城乡建设局", "部门"),
        ("景德镇市水利局", "部门"),
        ("乡村振兴局", "部门"),
        ("齐陵街道", "镇街"),
    ],
)
def test_groups_by_name(name: str, group: str) -> None:
    assert group_of(name) == group


def test_equals_share_a_place_and_the_next_is_skipped() -> None:
    found = [dead(1, department="丙局"), dead(2, department="丁局"), dead(3, department="丁局")]
    examined = [examination("dead-link", name, 9) for name in ("甲局", "乙局", "丙局", "丁局")]
    places = ranking(score_all(judged(found, examined), [three()], ["戊局"]).departments)["部门"]
    assert [(row.place, row.department.name) for row in places] == [
        (1, "乙局"),
        (1, "甲局"),
        (3, "丙局"),
        (4, "丁局"),
        (None, "戊局"),
    ]


@pytest.mark.parametrize(
    ("number", "text"), [(100.0, "100"), (0, "0"), (82.625, "82.63"), (4.1, "4.1"), (0.5, "0.5")]
)
def test_plain(number: float, text: str) -> None:
    assert plain(number) == text


@given(
    st.lists(
        st.tuples(
            st.sampled_from(SEVERITY_ORDER),
            st.sampled_from(["certain", "review"]),
            st.sampled_from(["fail", "unverified"]),
        ),
        max_size=40,
    )
)
def test_scores_stay_within_bounds_and_findings_add_up_to_the_deduction(
    kinds: list[tuple[str, str, str]],
) -> None:
    found = [dead(n, s, confidence=c, verdict=v) for n, (s, c, v) in enumerate(kinds)]
    (mark,) = score_all(judged(found, [examination("dead-link", None, 100)]), [three()]).site
    assert mark.score is not None and mark.if_confirmed is not None
    assert 0 <= mark.if_confirmed <= mark.score <= 100
    assert sum(item.deduction for item in found) == pytest.approx(mark.deducted)
    links = mark.indicators[0]
    assert sum(allocate(found, mark.pack, links.checks, links.rates, links.cap).values()) == pytest.approx(
        links.deducted
    )


def test_the_small_county() -> None:
    scores = small().scores
    (mark,) = scores.site
    # 链接 1；栏目 5 + 5；解读 0；来信 5；属性 0.5；年报无对象，退出 5 分
    assert (mark.points, mark.deducted, mark.score) == (95, 16.5, 82.63)
    assert mark.if_confirmed == 78.42
