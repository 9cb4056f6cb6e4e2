"""The issue ledger (问题台账) of one site over its inspections: ``ledger.sqlite``.

A finding is new at first sight, open after, fixed when a run looked again and no longer finds it, reopened
when it returns. All dates are the inspections' days, never the clock's.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from checks.model import Finding, Severity, Verdict
from reports.text import encoded
from rules.calendar import WorkCalendar
from rules.lexicons import due_days as terms_by_severity

Status = Literal["new", "open", "reopened", "fixed", "waived", "disputed"]

VERSION = 1
DECIDED_BY_PEOPLE = frozenset({"waived", "disputed"})

Read = TypeVar("Read")

_SCHEMA = """
CREATE TABLE runs (
    seq INTEGER PRIMARY KEY, run_id TEXT NOT NULL UNIQUE, as_of TEXT NOT NULL,
    new INTEGER NOT NULL DEFAULT 0, open INTEGER NOT NULL DEFAULT 0,
    reopened INTEGER NOT NULL DEFAULT 0, fixed INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE entries (
    fingerprint TEXT PRIMARY KEY, run_id TEXT NOT NULL,
    standing TEXT NOT NULL, before TEXT, finding TEXT NOT NULL
);
"""


class LedgerError(Exception):
    """The ledger cannot be read or written; one Chinese line that names the file."""


class Standing(msgspec.Struct, kw_only=True, frozen=True):
    """How a finding stands in the ledger; dates as ``2026-11-20``.

    ``since`` is the day its present spell began, from which the time allowed is counted: the first sight,
    the return after a mending, or the day an undecided matter was first found to be a breach.
    """

    status: Status
    first_seen: str
    last_seen: str
    since: str
    verdict: Verdict


class Entry(msgspec.Struct, kw_only=True):
    """One finding as last seen, and how it stands."""

    standing: Standing
    finding: Finding


class LedgerChanges(msgspec.Struct, kw_only=True):
    """What a run changed: its findings with status and dates, those it closed out, the time left.

    ``terms`` maps each due day to the working days from the inspection's day to it, negative when past.
    """

    findings: list[Finding]
    fixed: list[Finding] = []
    terms: dict[str, int] = {}

    @property
    def counts(self) -> dict[str, int]:
        """How many findings stand at each status, the fixed ones included."""
        return dict(Counter([finding.status for finding in self.findings] + ["fixed"] * len(self.fixed)))


_STANDING = msgspec.json.Decoder(Standing)
_FINDING = msgspec.json.Decoder(Finding)


class RunCounts(msgspec.Struct, kw_only=True):
    """One run in the ledger's history: how many findings it left at each status."""

    run_id: str
    as_of: str
    new: int
    open: int
    reopened: int
    fixed: int


class Ledger:
    """The ledger at a path, made at the first update.

    ``due_days`` gives the working days allowed for a severity, None for no term. Every method raises
    LedgerError where the file is no ledger, of another version, or cannot be written.
    """

    def __init__(self, path: Path, *, due_days: Callable[[Severity], int | None] = terms_by_severity) -> None:
        self.path, self.due_days = path, due_days

    def update(
        self,
        findings: Sequence[Finding],
        as_of: date,
        run_id: str,
        calendar: WorkCalendar,
        reached: Callable[[Finding], bool],
    ) -> LedgerChanges:
        """Enter one run's findings; fills their ``status``, ``first_seen`` and ``due`` in place.

        ``reached`` says of an earlier finding whether this run looked at the same thing again: one that was
        not looked at stays as it was. The same run entered again replaces its own earlier entry; an earlier
        run entered again after a later one changes nothing but the findings given.
        """
        with self._transaction() as db:
            latest = self._enter_run(db, run_id, as_of)
            changes = self._compare(db, findings, as_of, run_id, calendar, reached)
            if latest:
                _count_run(db, run_id, changes)
            else:
                db.rollback()
        return changes

    def history(self) -> list[RunCounts]:
        """Return every run entered, the earliest first; nothing where there is no ledger yet."""
        if not self.path.exists():
            return []
        with self._transaction() as db:
            rows = db.execute(
                "SELECT run_id, as_of, new, open, reopened, fixed FROM runs ORDER BY seq"
            ).fetchall()
        return [
            RunCounts(run_id=row[0], as_of=row[1], new=row[2], open=row[3], reopened=row[4], fixed=row[5])
            for row in rows
        ]

    def entries(self) -> list[Entry]:
        """Return everything the ledger holds, by fingerprint."""
        if not self.path.exists():
            return []
        with self._transaction() as db:
            rows = db.execute("SELECT standing, finding FROM entries ORDER BY fingerprint").fetchall()
        return [Entry(standing=_standing(row[0]), finding=_finding(row[1])) for row in rows]

    def _enter_run(self, db: sqlite3.Connection, run_id: str, as_of: date) -> bool:
        """Note the run; returns whether it is the latest one."""
        db.execute(
            "INSERT INTO runs (run_id, as_of) VALUES (?, ?)"
            " ON CONFLICT (run_id) DO UPDATE SET as_of = excluded.as_of",
            (run_id, as_of.isoformat()),
        )
        last = db.execute("SELECT run_id FROM runs ORDER BY seq DESC LIMIT 1").fetchone()
        return bool(last[0] == run_id)

    def _compare(
        self,
        db: sqlite3.Connection,
        findings: Sequence[Finding],
        as_of: date,
        run_id: str,
        calendar: WorkCalendar,
        reached: Callable[[Finding], bool],
    ) -> LedgerChanges:
        known = _before(db, run_id)
        today = as_of.isoformat()
        due = _DueDays(self.due_days, calendar)
        entered: list[tuple[Finding, Standing]] = []
        for finding in findings:
            standing = _seen(known.get(finding.fingerprint), finding.verdict, today)
            finding.status, finding.first_seen = standing.status, standing.first_seen
            finding.due = due.of(finding, standing.since)
            entered.append((finding, standing))
        fixed = []
        present = {finding.fingerprint for finding in findings}
        for fingerprint, standing in known.items():
            if fingerprint in present or standing.status in ("fixed", "waived"):
                continue
            finding = _last_seen(db, fingerprint)
            if reached(finding):
                finding.status, finding.first_seen = "fixed", standing.first_seen
                fixed.append(finding)
                entered.append((finding, msgspec.structs.replace(standing, status="fixed")))
        _write(db, run_id, known, entered)
        return LedgerChanges(
            findings=list(findings),
            fixed=fixed,
            terms={day: calendar.count(as_of, date.fromisoformat(day)) for day in sorted(due.days)},
        )

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        db = None
        try:
            db = sqlite3.connect(self.path, timeout=30, isolation_level=None)
            db.execute("BEGIN IMMEDIATE")
            self._prepare(db)
            yield db
            if db.in_transaction:
                db.commit()
        except sqlite3.Error as error:
            raise LedgerError(f"{self.path}: 问题台账无法读写（{error}）") from None
        finally:
            if db is not None:
                db.close()

    def _prepare(self, db: sqlite3.Connection) -> None:
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version == VERSION:
            return
        if version != 0 or db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise LedgerError(
                f"{self.path}: 不是本程序的问题台账，或版本不同（应为 {VERSION}，实为 {version}）"
            )
        for statement in filter(str.strip, _SCHEMA.split(";")):
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {VERSION}")


class _DueDays:
    """Due days by severity and starting day, each counted once."""

    def __init__(self, allowed: Callable[[Severity], int | None], calendar: WorkCalendar) -> None:
        self.allowed, self.calendar = allowed, calendar
        self._known: dict[tuple[Severity, str], str | None] = {}

    @property
    def days(self) -> set[str]:
        return {day for day in self._known.values() if day}

    def of(self, finding: Finding, since: str) -> str | None:
        """Return the last day for mending; None for what is undecided or has no term."""
        if finding.verdict != "fail":
            return None
        key = finding.severity, since
        if key not in self._known:
            allowed = self.allowed(finding.severity)
            self._known[key] = (
                None if allowed is None else self.calendar.add(date.fromisoformat(since), allowed).isoformat()
            )
        return self._known[key]


def _seen(before: Standing | None, verdict: Verdict, today: str) -> Standing:
    if before is None:
        return Standing(status="new", first_seen=today, last_seen=today, since=today, verdict=verdict)
    if before.status == "fixed":
        status: Status = "reopened"
    else:
        status = before.status if before.status in DECIDED_BY_PEOPLE else "open"
    found_anew = before.verdict == "unverified" and verdict == "fail"
    since = today if status == "reopened" or found_anew else before.since
    return Standing(
        status=status, first_seen=before.first_seen, last_seen=today, since=since, verdict=verdict
    )


def _before(db: sqlite3.Connection, run_id: str) -> dict[str, Standing]:
    """Return by fingerprint how findings stood before this run."""
    known = {}
    for fingerprint, entered_by, standing, before in db.execute(
        "SELECT fingerprint, run_id, standing, before FROM entries ORDER BY fingerprint"
    ):
        stood = before if entered_by == run_id else standing
        if stood is not None:
            known[fingerprint] = _standing(stood)
    return known


def _write(
    db: sqlite3.Connection,
    run_id: str,
    known: dict[str, Standing],
    entered: Iterable[tuple[Finding, Standing]],
) -> None:
    """Put the run's entries in place of any it made before, each beside how it stood before the run."""
    db.execute("DELETE FROM entries WHERE run_id = ? AND before IS NULL", (run_id,))
    db.execute("UPDATE entries SET standing = before WHERE run_id = ?", (run_id,))
    db.executemany(
        "INSERT INTO entries (fingerprint, run_id, standing, before, finding) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (fingerprint) DO UPDATE SET run_id = excluded.run_id, standing = excluded.standing,"
        " before = excluded.before, finding = excluded.finding",
        (
            (
                finding.fingerprint,
                run_id,
                _text(standing),
                _text(known[finding.fingerprint]) if finding.fingerprint in known else None,
                _text(finding),
            )
            for finding, standing in entered
        ),
    )


def _count_run(db: sqlite3.Connection, run_id: str, changes: LedgerChanges) -> None:
    counts = changes.counts
    db.execute(
        "UPDATE runs SET new = ?, open = ?, reopened = ?, fixed = ? WHERE run_id = ?",
        (
            counts.get("new", 0),
            counts.get("open", 0),
            counts.get("reopened", 0),
            counts.get("fixed", 0),
            run_id,
        ),
    )


def _last_seen(db: sqlite3.Connection, fingerprint: str) -> Finding:
    row = db.execute("SELECT finding FROM entries WHERE fingerprint = ?", (fingerprint,)).fetchone()
    return _finding(row[0])


def _text(value: Standing | Finding) -> str:
    return encoded(value).decode("utf-8")


def _standing(text: str) -> Standing:
    return _decoded(text, _STANDING)


def _finding(text: str) -> Finding:
    return _decoded(text, _FINDING)


def _decoded(text: str, decoder: msgspec.json.Decoder[Read]) -> Read:
    try:
        return decoder.decode(text)
    except msgspec.MsgspecError as error:
        raise LedgerError(f"问题台账里有一条读不出（{error}）") from None
