"""The ledger over nights: what is new, open, fixed, reopened, and by when."""

from __future__ import annotations

import multiprocessing
import socket
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from reportdata import CALENDAR, TERMS, finding

from checks.model import Finding
from reports.ledger import (
    Act,
    Decision,
    Handling,
    Ledger,
    LedgerChanges,
    LedgerError,
    Mark,
    RunRecord,
    store,
)
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


def test_marks_stand_once_for_a_clause_and_period(enter: Callable[..., LedgerChanges], ledger: Ledger) -> None:
    mark = Mark(pack="p", clause="1.1", period="2026", points=5, awarded=3, by="王科员", day="2026-11-23")
    other = Mark(pack="p", clause="1.1", period="2027", points=5, awarded=0, applicable=False, remark="不涉及")
    ledger.enter_marks([mark, other])
    ledger.enter_marks([better := msgspec.structs.replace(mark, awarded=4.5)])
    assert ledger.marks() == [better, other] and ledger.marks("2027") == [other]
    assert enter("1", FRIDAY, "a").marks == [better, other]


def test_scores_are_kept_with_the_latest_run_alone(enter: Callable[..., LedgerChanges], ledger: Ledger) -> None:
    def record(run: str, mark: float) -> list[RunRecord]:
        return ledger.record_scores(
            run, counts={"new": 1}, scores={"p": mark, "q": None}, departments={"甲局": 90.5}, checks={"dead-link": 1},
            columns={"要闻": 1}, coverage=0.97,
        )

    enter("1", FRIDAY, "a")
    (first,) = record("a", 80)
    assert (first.scores, first.departments, first.coverage) == ({"p": 80, "q": None}, {"甲局": 90.5}, 0.97)
    enter("1", MONDAY, "b")
    assert [run.scores.get("p") for run in record("b", 70)] == [80, 70]
    assert record("a", 10) == [first], "an earlier run stays as it was told"
    assert [run.scores["p"] for run in ledger.history()] == [80, 70]
    enter("1 2", MONDAY, "b")
    assert ledger.history()[1].scores == {}, "judged anew, not yet scored"


def test_one_database_serves_many_sites(place: Path | str) -> None:
    one, other = (Ledger(place, site, CALENDAR) for site in ("甲县", "乙县"))
    one.update([dead(1)], FRIDAY, "a", everywhere)
    one.note([name(1)], "甲", **ME)
    one.enter_marks([Mark(pack="p", clause="1", period="2026", points=1, awarded=1)])
    assert (other.history(), other.entries(), other.acts(), other.marks(), other.current()) == ([], [], [], [], None)
    assert [item.status for item in other.update([dead(1)], MONDAY, "a", everywhere).findings] == ["new"]
    with pytest.raises(LedgerError, match="没有这个编号"):
        other.note([name(2)], "乙", **ME)
    assert one.history()[0].as_of == "2026-11-20" and len(other.history()) == 1


def test_findings_are_named_by_their_beginnings(enter: Callable[..., LedgerChanges], ledger: Ledger) -> None:
    enter("1 2", FRIDAY, "a")
    assert ledger.resolve([name(1)[:6], name(2)]) == [name(1), name(2)]
    for bad, words in ((name(1)[:5], "至少写前 6 位"), ("0" * 8, "没有这个编号")):
        with pytest.raises(LedgerError, match=words):
            ledger.resolve([bad])
    twins = [msgspec.structs.replace(dead(1), fingerprint=f"abcdef{n}") for n in range(2)]
    ledger.update(twins, MONDAY, "b", everywhere)
    with pytest.raises(LedgerError, match="有 2 个编号这样开头"):
        ledger.resolve(["abcdef"])


@pytest.mark.parametrize(("wrong", "words"), [
    ({"kind": "waive", "text": " ", "owner": "李", "expires": "2026-12-01"}, "豁免应有理由"),
    ({"kind": "waive", "text": "因", "owner": "", "expires": "2026-12-01"}, "豁免应有责任人"),
    ({"kind": "waive", "text": "因", "owner": "李", "expires": ""}, "豁免应有到期日"),
    ({"kind": "waive", "text": "因", "owner": "李", "expires": "2026-13-01"}, "应如 2026-12-31"),
    ({"kind": "waive", "text": "因", "owner": "李", "expires": "2026-11-19"}, "早于办理日"),
    ({"kind": "note", "text": ""}, "应写明内容"),
    ({"kind": "dispute"}, "应写明内容"),
    ({"kind": "uphold"}, "没有待处理的异议"),
    ({"kind": "grant", "text": "因", "owner": "李", "expires": "2026-12-01"}, "没有待处理的异议"),
    ({"kind": "unwaive"}, "没有豁免"),
    ({"kind": "unconfirm"}, "没有确认过"),
    ({"kind": "link", "text": "javascript:alert(1)"}, "应为 http"),
    ({"kind": "confirm", "by": ""}, "由谁办理"),
    ({"kind": "confirm", "day": "昨天"}, "日期应如"),
])
def test_what_cannot_be_done_is_refused(enter: Callable[..., LedgerChanges], ledger: Ledger, wrong: dict[str, Any], words: str) -> None:
    enter("1", FRIDAY, "a")
    with pytest.raises(LedgerError, match=words) as raised:
        ledger.enter([Act(**{"fingerprint": name(1), "by": "王", "day": "2026-11-20"} | wrong)])
    assert name(1) in str(raised.value) and "\n" not in str(raised.value)
    assert ledger.acts() == []


def test_nothing_is_decided_of_what_is_mended_or_undecided(enter: Callable[..., LedgerChanges], ledger: Ledger) -> None:
    enter("1", FRIDAY, "a")
    enter("", MONDAY, "b")
    for act in (ledger.confirm, ledger.close):
        with pytest.raises(LedgerError, match="已整改销号"):
            act([name(1)], **ME)
    enter("2", TUESDAY, "c", verdict="unverified")
    with pytest.raises(LedgerError, match="未能核实"):
        ledger.confirm([name(2)], **ME)


def test_version_one_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    old = sqlite3.connect(path)
    old.executescript("""
        CREATE TABLE runs (seq INTEGER PRIMARY KEY, run_id TEXT NOT NULL UNIQUE, as_of TEXT NOT NULL,
            new INTEGER NOT NULL DEFAULT 0, open INTEGER NOT NULL DEFAULT 0,
            reopened INTEGER NOT NULL DEFAULT 0, fixed INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE entries (fingerprint TEXT PRIMARY KEY, run_id TEXT NOT NULL,
            standing TEXT NOT NULL, before TEXT, finding TEXT NOT NULL);
        INSERT INTO runs (run_id, as_of, new, fixed) VALUES ('z', '2026-11-19', 2, 0), ('a', '2026-11-20', 1, 1);
        PRAGMA user_version = 1;
    """)
    stood = '{"status":"%s","first_seen":"2026-11-19","last_seen":"2026-11-19","since":"2026-11-19","verdict":"fail"}'
    for number, run, status, before in ((1, "a", "open", "new"), (2, "a", "fixed", "new"), (3, "z", "waived", None)):
        text = msgspec.json.encode(dead(number)).decode()
        old.execute("INSERT INTO entries VALUES (?, ?, ?, ?, ?)",
                    (name(number), run, stood % status, before and stood % before, text))
    old.commit()
    old.close()
    ledger = Ledger(path, "示例县", CALENDAR, due_days=TERMS.__getitem__)
    assert [(run.run_id, run.new, run.fixed, run.scores) for run in ledger.history()] == [("z", 2, 0, {}), ("a", 1, 1, {})]
    kept = {entry.finding.fingerprint: entry.standing.status for entry in ledger.entries()}
    assert kept == {name(1): "open", name(2): "fixed", name(3): "open"}
    assert sqlite3.connect(path).execute("PRAGMA user_version").fetchone() == (2,)
    changes = ledger.update([dead(1), dead(2)], MONDAY, "b", everywhere)
    assert states(changes) == {"1": "open", "2": "reopened", "3": "fixed"}
    assert changes.findings[0].first_seen == "2026-11-19"


@pytest.mark.parametrize("version", [3, 99])
def test_a_later_version_is_left_alone(place: Path | str, version: int) -> None:
    ledger = Ledger(place, "示例县", CALENDAR)
    ledger.update([dead(1)], FRIDAY, "a", everywhere)
    with ledger._store.writing() as db:
        db.exec_driver_sql(f"UPDATE xunjian_schema SET version = {version}")
    for use in (ledger.history, lambda: ledger.update([], MONDAY, "b", everywhere)):
        with pytest.raises(LedgerError, match=f"应为 2，实为 {version}"):
            use()


def test_a_ledger_that_cannot_be_written_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger(tmp_path / "none" / "ledger.sqlite", "示例县", CALENDAR)
    with pytest.raises(LedgerError, match="文件打不开"):
        ledger.update([], FRIDAY, "a", everywhere)
    ledger = Ledger(tmp_path / "ledger.sqlite", "示例县", CALENDAR)
    ledger.update([dead(1)], FRIDAY, "a", everywhere)
    monkeypatch.setattr(store, "PATIENCE", 0.1)
    other = sqlite3.connect(tmp_path / "ledger.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LedgerError, match="另一个程序正在写它") as raised:
        Ledger(tmp_path / "ledger.sqlite", "示例县", CALENDAR).note([name(1)], "x", **ME)
    assert "\n" not in str(raised.value) and "ledger.sqlite" in str(raised.value)
    assert len(Ledger(tmp_path / "ledger.sqlite", "示例县", CALENDAR).entries()) == 1, "reading goes on"
    other.close()


def test_a_server_that_is_not_there_says_so_without_the_password() -> None:
    free = socket.socket()
    free.bind(("127.0.0.1", 0))
    address = f"postgresql://xunjian:hunter2@127.0.0.1:{free.getsockname()[1]}/ledger"
    with pytest.raises(LedgerError, match="连不上数据库") as raised:
        Ledger(address, "示例县", CALENDAR).history()
    free.close()
    told = str(raised.value)
    assert "hunter2" not in told and "\n" not in told and "127.0.0.1" in told
    for wrong in ("nonsense", "mysql://u:hunter2@h/d", "postgresql://u:hunter2@h:port/d"):
        with pytest.raises(LedgerError, match="postgresql://") as raised:
            Ledger(wrong, "示例县", CALENDAR)
        assert "hunter2" not in str(raised.value)


def test_without_the_library_for_postgresql_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(LedgerError, match=r"请安装 xunjian\[postgres\]"):
        Ledger("postgresql://xunjian@127.0.0.1/ledger", "示例县", CALENDAR).history()


def test_a_server_that_refuses_says_so_without_the_password(postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:
    url = sa.make_url(postgres)
    ledger = Ledger(postgres, "示例县", CALENDAR)
    ledger.update([dead(1)], FRIDAY, "a", everywhere)
    tries = {
        "不接受这个用户名或口令": url.set(password="hunter2"),
        "没有这个数据库": url.set(database="hunter2x"),
        "数据库只读": url.update_query_dict({"options": f"{url.query['options']} -cdefault_transaction_read_only=on"}),
    }
    for words, wrong in tries.items():
        with pytest.raises(LedgerError, match=words) as raised:
            Ledger(wrong, "示例县", CALENDAR).note([name(1)], "x", **ME)
        told = str(raised.value)
        assert "hunter2 " not in told and (url.password or "?") not in told and "\n" not in told
    monkeypatch.setattr(store, "PATIENCE", 0.2)
    with ledger._store.writing(), pytest.raises(LedgerError, match="另一个程序正在写它"):
        Ledger(postgres, "示例县", CALENDAR).note([name(1)], "x", **ME)


def test_tables_of_another_program_are_left_alone(postgres: str) -> None:
    engine = sa.create_engine(sa.make_url(postgres).set(drivername="postgresql+psycopg"), poolclass=sa.NullPool)
    with engine.begin() as db:
        db.exec_driver_sql("CREATE TABLE pages (url text)")
    Ledger(postgres, "示例县", CALENDAR).update([], FRIDAY, "a", everywhere)
    with engine.begin() as db:
        db.exec_driver_sql("DROP TABLE xunjian_schema")
    with pytest.raises(LedgerError, match="已有同名的表"):
        Ledger(postgres, "示例县", CALENDAR).history()


def _work(place: Path | str, who: str) -> None:
    """What one of several processes does to the same ledger."""
    ledger = Ledger(place, "示例县", CALENDAR)
    ledger.update([dead(n) for n in range(20)], FRIDAY, who, everywhere)
    for n in range(10):
        ledger.note([name(n), name(n + 1)], f"{who}{n}", by=who, day=FRIDAY)


def test_two_processes_write_one_ledger(place: Path | str) -> None:
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        for done in [pool.submit(_work, place, who) for who in ("甲", "乙")]:
            done.result()
    ledger = Ledger(place, "示例县", CALENDAR)
    assert {run.run_id for run in ledger.history()} == {"甲", "乙"}
    assert Counter(act.text for act in ledger.acts()) == {f"{who}{n}": 2 for who in "甲乙" for n in range(10)}
    assert [entry.standing.status for entry in ledger.entries()] == ["open"] * 20
