"""The ledger over nights: what is new, open, fixed, reopened, and by when."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from reportdata import CALENDAR, TERMS, finding

from checks.model import Finding
from reports.ledger import Act, Decision, Handling, Ledger, LedgerChanges, LedgerError
from reports.scoring import costs
from rules.lexicons import due_days

FRIDAY, MONDAY, TUESDAY, WEDNESDAY = (
    date(2026, 11, 20),
    date(2026, 11, 23),
    date(2026, 11, 24),
    date(2026, 11, 25),
)


def dead(number: int, severity: str = "medium", **more: object) -> Finding:
    return finding(
        "dead-link",
        "http://a.example/",
        "打不开",
        target=f"http://a.example/{number}",
        severity=severity,
        **more,
    )


def everywhere(_: Finding) -> bool:
    return True


@pytest.fixture
def enter(place: Path | str) -> Iterator[Callable[..., LedgerChanges]]:
    ledger = Ledger(place, "示例县", CALENDAR, due_days=TERMS.__getitem__)

    def update(
        numbers: str,
        day: date,
        run: str,
        *,
        reached: Callable[[Finding], bool] = everywhere,
        **more: object,
    ) -> LedgerChanges:
        found = [dead(int(number), **more) for number in numbers.split()]
        return ledger.update(found, day, run, reached)

    update.ledger = ledger  # type: ignore[attr-defined]
    yield update


def states(changes: LedgerChanges) -> dict[str, str]:
    return {(item.target or "")[-1]: item.status for item in [*changes.findings, *changes.fixed]}


def test_new_then_open_then_fixed_then_reopened_then_open(enter: Callable[..., LedgerChanges]) -> None:
    assert states(enter("1 2", FRIDAY, "a")) == {"1": "new", "2": "new"}
    assert states(enter("1 3", MONDAY, "b")) == {"1": "open", "3": "new", "2": "fixed"}
    assert states(enter("1 2 3", TUESDAY, "c")) == {"1": "open", "2": "reopened", "3": "open"}
    last = enter("1 2 3", WEDNESDAY, "d")
    assert states(last) == {"1": "open", "2": "open", "3": "open"}
    assert [item.first_seen for item in last.findings] == ["2026-11-20", "2026-11-20", "2026-11-23"]
    counts = [(run.new, run.open, run.reopened, run.fixed) for run in enter.ledger.history()]  # type: ignore[attr-defined]
    assert counts == [(2, 0, 0, 0), (1, 1, 0, 1), (0, 2, 1, 0), (0, 3, 0, 0)]


def test_fixed_is_told_once(enter: Callable[..., LedgerChanges]) -> None:
    enter("1", FRIDAY, "a")
    assert states(enter("", MONDAY, "b")) == {"1": "fixed"}
    assert states(enter("", TUESDAY, "c")) == {}


def test_what_was_not_reached_is_not_fixed(enter: Callable[..., LedgerChanges]) -> None:
    enter("1 2", FRIDAY, "a")
    assert states(enter("", MONDAY, "b", reached=lambda item: (item.target or "").endswith("1"))) == {
        "1": "fixed"
    }
    assert states(enter("2", TUESDAY, "c")) == {"2": "open"}


def test_the_same_run_again_changes_nothing(enter: Callable[..., LedgerChanges]) -> None:
    enter("1 2", FRIDAY, "a")
    first = enter("1 3", MONDAY, "b")
    held = [(entry.finding.fingerprint, entry.standing) for entry in enter.ledger.entries()]  # type: ignore[attr-defined]
    again = enter("1 3", MONDAY, "b")
    assert states(again) == states(first) == {"1": "open", "3": "new", "2": "fixed"}
    assert [item.due for item in again.findings] == [item.due for item in first.findings]
    assert [(e.finding.fingerprint, e.standing) for e in enter.ledger.entries()] == held  # type: ignore[attr-defined]
    assert len(enter.ledger.history()) == 2  # type: ignore[attr-defined]


def test_the_same_run_under_other_rules_replaces_its_entry(enter: Callable[..., LedgerChanges]) -> None:
    enter("1 2", FRIDAY, "a")
    enter("1 3", MONDAY, "b")
    assert states(enter("2 4", MONDAY, "b")) == {"2": "open", "4": "new", "1": "fixed"}
    assert states(enter("1 2 3 4", TUESDAY, "c")) == {"1": "reopened", "2": "open", "3": "new", "4": "open"}


def test_an_earlier_run_entered_again_leaves_the_ledger_alone(enter: Callable[..., LedgerChanges]) -> None:
    enter("1 2", FRIDAY, "a")
    enter("1", MONDAY, "b")
    held = [(entry.finding.fingerprint, entry.standing) for entry in enter.ledger.entries()]  # type: ignore[attr-defined]
    assert set(states(enter("1 2 5", FRIDAY, "a"))) == {"1", "2", "5"}
    assert [(e.finding.fingerprint, e.standing) for e in enter.ledger.entries()] == held  # type: ignore[attr-defined]
    assert states(enter("1", TUESDAY, "c")) == {"1": "open"}


def test_due_is_counted_in_working_days_from_the_first_sight(enter: Callable[..., LedgerChanges]) -> None:
    first = enter("1", FRIDAY, "a", severity="high")  # 5 working days after Friday the 20th: Friday the 27th
    assert first.findings[0].due == "2026-11-27"
    assert first.terms == {"2026-11-27": 5}
    later = enter("1", date(2026, 12, 1), "b", severity="high")
    assert later.findings[0].due == "2026-11-27" and later.terms == {"2026-11-27": -2}


def test_a_return_starts_a_new_term_and_keeps_the_first_day(enter: Callable[..., LedgerChanges]) -> None:
    enter("1", FRIDAY, "a", severity="high")
    enter("", MONDAY, "b")
    (item,) = enter("1", TUESDAY, "c", severity="high").findings
    assert (item.status, item.first_seen, item.due) == ("reopened", "2026-11-20", "2026-12-01")


def test_what_is_undecided_has_no_term_until_it_is_decided(enter: Callable[..., LedgerChanges]) -> None:
    (item,) = enter("1", FRIDAY, "a", severity="high", verdict="unverified").findings
    assert (item.status, item.due) == ("new", None)
    (item,) = enter("1", MONDAY, "b", severity="high").findings
    assert (item.status, item.due) == ("open", "2026-11-30")


def test_no_term_for_a_severity_without_one(enter: Callable[..., LedgerChanges]) -> None:
    changes = enter("1", FRIDAY, "a", severity="info")
    assert changes.findings[0].due is None and changes.terms == {}


def test_terms_come_from_the_rules_unless_given(tmp_path: Path) -> None:
    item = dead(1, "high")
    Ledger(tmp_path / "l.sqlite", "示例县", CALENDAR).update([item], FRIDAY, "a", everywhere)
    assert item.due == CALENDAR.add(FRIDAY, due_days("high")).isoformat()


def test_a_hostile_text_is_kept_without_harm(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "l.sqlite", "示例县", CALENDAR)
    item = dead(1, evidence={"excerpt": "\ud800'); DROP TABLE entries; --\x00"})
    ledger.update([item], FRIDAY, "a", everywhere)
    (entry,) = ledger.entries()
    assert entry.finding.evidence["excerpt"] == "\ufffd'); DROP TABLE entries; --\x00"


@pytest.mark.parametrize("content", [b"not a database at all, but long enough to be looked at" * 20, b""])
def test_a_file_that_is_no_ledger(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(content)
    if not content:
        assert Ledger(path, "示例县", CALENDAR).entries() == []
        return
    with pytest.raises(LedgerError, match=r"ledger\.sqlite"):
        Ledger(path, "示例县", CALENDAR).update([], FRIDAY, "a", everywhere)
    assert path.read_bytes() == content


def test_a_ledger_of_another_kind_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE pages (url)")
    other.commit()
    other.close()
    with pytest.raises(LedgerError, match="不是本程序的问题台账"):
        Ledger(path, "示例县", CALENDAR).entries()


def test_a_failed_update_leaves_the_ledger_as_it_was(enter: Callable[..., LedgerChanges]) -> None:
    enter("1 2", FRIDAY, "a")

    def broken(_: Finding) -> bool:
        raise RuntimeError("no answer")

    with pytest.raises(RuntimeError):
        enter("1", MONDAY, "b", reached=broken)
    assert len(enter.ledger.history()) == 1  # type: ignore[attr-defined]
    assert states(enter("1", MONDAY, "b")) == {"1": "open", "2": "fixed"}


@pytest.fixture
def ledger(enter: Callable[..., LedgerChanges]) -> Ledger:
    return enter.ledger  # type: ignore[attr-defined, no-any-return]


def name(number: int) -> str:
    return dead(number).fingerprint


ME: dict[str, Any] = {"by": "王科员", "day": MONDAY}


def test_a_confirmed_finding_is_certain_and_its_term_runs_from_that_day(enter: Callable[..., LedgerChanges], ledger: Ledger) -> None:
    (before,) = enter("1", FRIDAY, "a", confidence="review", severity="high").findings
    assert (before.confidence, before.due) == ("review", "2026-11-27")
    (entry,) = ledger.confirm([name(1)], text="已打电话核实", **ME)
    assert entry.handling.confirmed == Decision(by="王科员", day="2026-11-23", text="已打电话核实")
    for run, day in (("a", FRIDAY), ("b", TUESDAY)):
        changes = enter("1", day, run, confidence="review", severity="high")
        assert (changes.findings[0].confidence, changes.findings[0].due) == ("certain", "2026-11-30")
        assert changes.handling[name(1)].confirmed == entry.handling.confirmed
    ledger.unconfirm([name(1)], **ME)
    now = ledger.current()
    assert now is not None and now.findings[0].confidence == "review" and not now.handling


def test_a_confirmation_does_not_outlive_a_mending(enter: Callable[..., LedgerChanges], ledger: Ledger) -> None:
    enter("1", FRIDAY, "a", confidence="review")
    ledger.confirm([name(1)], **ME)
    enter("", MONDAY, "b")
    (back,) = enter("1", TUESDAY, "c", confidence="review").findings
    assert (back.status, back.confidence) == ("reopened", "review")


def test_a_waiver_holds_to_its_last_day_and_is_reported_after(enter: Callable[..., LedgerChanges], ledger: Ledger) -> None:
    enter("1 2", FRIDAY, "a", severity="high")
    ledger.waive([name(1)], reason="系统迁移中", owner="李主任", expires=TUESDAY, **ME)
    changes = enter("1 2", TUESDAY, "b", severity="high")
    assert states(changes) == {"1": "waived", "2": "open"} and changes.waivers_expired == []
    assert not costs(changes.findings[0]) and costs(changes.findings[1])
    changes = enter("1 2", WEDNESDAY, "c", severity="high")
    assert states(changes) == {"1": "open", "2": "open"}
    assert [(w.fingerprint, w.reason, w.owner, w.expires) for w in changes.waivers_expired] == [
        (name(1), "系统迁移中", "李主任", "2026-11-24")
    ]
    assert ledger.history()[1].waived == 1 and ledger.history()[2].waived == 0
    ledger.unwaive([name(1)], **ME)
    assert enter("1 2", WEDNESDAY, "c").waivers_expired == []


def test_a_waiver_nothing_needs_is_reported(enter: Callable[..., LedgerChanges], ledger: Ledger) -> None:
    enter("1 2", FRIDAY, "a")
    ledger.waive([name(1)], reason="系统迁移中", owner="李主任", expires=date(2026, 12, 31), **ME)
    changes = enter("2", MONDAY, "b")
    assert states(changes) == {"1": "fixed", "2": "open"}
    assert [waiver.fingerprint for waiver in changes.waivers_unused] == [name(1)]
    assert [waiver.fingerprint for waiver in enter("2", TUESDAY, "c").waivers_unused] == [name(1)]
    changes = enter("1 2", WEDNESDAY, "d")
    assert states(changes) == {"1": "waived", "2": "open"} and changes.waivers_unused == []


def test_a_dispute_costs_until_it_is_settled(enter: Callable[..., LedgerChanges], ledger: Ledger) -> None:
    enter("1 2", FRIDAY, "a")
    ledger.dispute([name(1), name(2)], text="链接在外单位", **ME)
    changes = enter("1 2", MONDAY, "b")
    assert states(changes) == {"1": "disputed", "2": "disputed"} and all(map(costs, changes.findings))
    ledger.uphold([name(1)], text="仍应更换", **ME)
    ledger.grant([name(2)], owner="李主任", expires=date(2026, 12, 31), **ME)
    now = ledger.current()
    assert now is not None and states(now) == {"1": "open", "2": "waived"}
    assert now.handling[name(1)].opinion == "仍应更换"
    waived = now.handling[name(2)].waived
    assert waived is not None and (waived.reason, waived.owner) == ("链接在外单位", "李主任")


def test_closed_out_between_runs(enter: Callable[..., LedgerChanges], ledger: Ledger) -> None:
    enter("1 2", FRIDAY, "a")
    (entry,) = ledger.close([name(1)], text="复查已打开", **ME)
    assert entry.standing.status == "fixed"
    for now in (ledger.current(), enter("1 2", FRIDAY, "a")):
        assert now is not None and states(now) == {"1": "fixed", "2": "new"}
    assert states(enter("2", MONDAY, "b")) == {"2": "open"}, "told once"
    assert states(enter("1 2", TUESDAY, "c")) == {"1": "reopened", "2": "open"}


def test_many_acts_are_one_and_a_wrong_one_undoes_all(enter: Callable[..., LedgerChanges], ledger: Ledger) -> None:
    enter("1 2", FRIDAY, "a")
    with pytest.raises(LedgerError, match="没有这个编号"):
        ledger.note([name(1), "f" * 20], "已转办", **ME)
    with pytest.raises(LedgerError, match="没有待处理的异议"):
        ledger.enter([
            Act(fingerprint=name(1), kind="dispute", by="a", day="2026-11-20", text="不是我们的"),
            Act(fingerprint=name(1), kind="uphold", by="a", day="2026-11-20"),
            Act(fingerprint=name(2), kind="uphold", by="a", day="2026-11-20"),
        ])
    assert ledger.acts() == [] and all(entry.handling == Handling() for entry in ledger.entries())
