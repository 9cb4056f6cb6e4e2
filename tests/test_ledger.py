"""The ledger over nights: what is new, open, fixed, reopened, and by when."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from reportdata import CALENDAR, TERMS, finding

from checks.model import Finding
from reports.ledger import Ledger, LedgerChanges, LedgerError
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
def enter(tmp_path: Path) -> Iterator[Callable[..., LedgerChanges]]:
    ledger = Ledger(tmp_path / "ledger.sqlite", due_days=TERMS.__getitem__)

    def update(
        numbers: str,
        day: date,
        run: str,
        *,
        reached: Callable[[Finding], bool] = everywhere,
        **more: object,
    ) -> LedgerChanges:
        found = [dead(int(number), **more) for number in numbers.split()]
        return ledger.update(found, day, run, CALENDAR, reached)

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
    Ledger(tmp_path / "l.sqlite").update([item], FRIDAY, "a", CALENDAR, everywhere)
    assert item.due == CALENDAR.add(FRIDAY, due_days("high")).isoformat()


def test_a_hostile_text_is_kept_without_harm(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "l.sqlite")
    item = dead(1, evidence={"excerpt": "\ud800'); DROP TABLE entries; --\x00"})
    ledger.update([item], FRIDAY, "a", CALENDAR, everywhere)
    (entry,) = ledger.entries()
    assert entry.finding.evidence["excerpt"] == "\ufffd'); DROP TABLE entries; --\x00"


@pytest.mark.parametrize("content", [b"not a database at all, but long enough to be looked at" * 20, b""])
def test_a_file_that_is_no_ledger(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(content)
    if not content:
        assert Ledger(path).entries() == []
        return
    with pytest.raises(LedgerError, match=r"ledger\.sqlite"):
        Ledger(path).update([], FRIDAY, "a", CALENDAR, everywhere)
    assert path.read_bytes() == content


def test_a_ledger_of_another_kind_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE pages (url)")
    other.commit()
    other.close()
    with pytest.raises(LedgerError, match="不是本程序的问题台账"):
        Ledger(path).entries()


def test_a_failed_update_leaves_the_ledger_as_it_was(enter: Callable[..., LedgerChanges]) -> None:
    enter("1 2", FRIDAY, "a")

    def broken(_: Finding) -> bool:
        raise RuntimeError("no answer")

    with pytest.raises(RuntimeError):
        enter("1", MONDAY, "b", reached=broken)
    assert len(enter.ledger.history()) == 1  # type: ignore[attr-defined]
    assert states(enter("1", MONDAY, "b")) == {"1": "open", "2": "fixed"}
