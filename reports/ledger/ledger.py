"""The ledger of one site: runs are entered, people act on findings, everything is told as it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection

from checks.model import Finding, Severity, Verdict
from reports.ledger import acts as doing
from reports.ledger.acts import Act, ActKind
from reports.ledger.model import (
    Entry,
    Handling,
    LedgerChanges,
    Mark,
    RunRecord,
    Standing,
    Status,
    Waiver,
)
from reports.ledger.store import ACTS, ENTRIES, MARKS, RUNS, LedgerError, Store, upsert
from reports.scoring import order_key
from reports.text import encoded
from rules.calendar import WorkCalendar
from rules.lexicons import due_days as terms_by_severity

PREFIX = 6
# How many findings a statement names one by one; more are picked from all of the site's
_FEW = 200

_STANDING = msgspec.json.Decoder(Standing)
_FINDING = msgspec.json.Decoder(Finding)
_RECORD = msgspec.json.Decoder(RunRecord)
_ACT = msgspec.json.Decoder(Act)
_MARK = msgspec.json.Decoder(Mark)

Read = TypeVar("Read")


class Ledger:
    """One site's ledger, in a file (made at the first writing) or a database that serves many sites.

    ``calendar`` counts working days; ``due_days`` gives those allowed for a severity, None for no term. Every method
    raises LedgerError where the ledger cannot be reached, read or written, is none or of another version; whatever
    changes it changes all that was asked or nothing.
    """

    def __init__(
        self,
        place: Path | str | URL,
        site: str,
        calendar: WorkCalendar,
        *,
        due_days: Callable[[Severity], int | None] = terms_by_severity,
    ) -> None:
        self.site, self.calendar, self.due_days = site, calendar, due_days
        self._store = Store(place, site)

    @property
    def name(self) -> str:
        """The file or the database as a person may see it, without a password."""
        return self._store.name

    def update(
        self, findings: Sequence[Finding], as_of: date, run_id: str, reached: Callable[[Finding], bool]
    ) -> LedgerChanges:
        """Enter one run's findings; fills their ``status``, ``first_seen``, ``due`` in place, and ``confidence``
        where a person confirmed them.

        ``reached`` says of an earlier finding whether this run looked at the same thing again: one that was
        not looked at stays as it was. The same run entered again replaces its own earlier entry; an earlier
        run entered again after a later one changes nothing but the findings given.
        """
        with self._store.writing() as db:
            latest = self._enter_run(db, run_id, as_of)
            known, acts = self._before(db, run_id), self._acts(db)
            entered = list(_compared(findings, known, as_of.isoformat()))
            present = {finding.fingerprint for finding in findings}
            gone = [name for name, before in known.items() if name not in present and before.status != "fixed"]
            for row in self._rows(db, gone):
                finding = _read(row.finding, _FINDING)
                if reached(finding):
                    entered.append((finding, msgspec.structs.replace(known[finding.fingerprint], status="fixed")))
            entries = [
                Entry(
                    standing=standing, finding=finding, run_id=run_id,
                    handling=doing.handling(acts.get(finding.fingerprint, ()), standing.spell, run_id),
                )
                for finding, standing in entered
            ]
            if latest:
                self._write(db, run_id, known, entries)
            return self._told(db, entries, as_of, run_id, keep=latest)

    def current(self) -> LedgerChanges | None:
        """Return the latest run's changes as they stand now, after what people did since; None before any run."""
        with self._store.reading() as db:
            if db is None:
                return None
            runs = self._runs(db)
            if not runs:
                return None
            last = runs[-1]
            acts = self._acts(db)
            entries = [
                _entry(row, acts.get(row.fingerprint, ())) for row in self._rows(db) if row.run_id == last.run_id
            ]
            entries.sort(key=lambda entry: order_key(entry.finding))
            return self._told(db, entries, date.fromisoformat(last.as_of), last.run_id, keep=False)

    def history(self) -> list[RunRecord]:
        """Return every run entered, the earliest first; nothing where there is no ledger yet."""
        with self._store.reading() as db:
            return [] if db is None else self._runs(db)

    def entries(self, day: date | None = None, fingerprints: Collection[str] | None = None) -> list[Entry]:
        """Return what the ledger holds, by fingerprint, as it stands on a day, the latest run's by default.

        Of some findings, or of all.
        """
        with self._store.reading() as db:
            if db is None:
                return []
            runs = self._runs(db)
            today = day.isoformat() if day else runs[-1].as_of if runs else ""
            return self._entries(db, today, fingerprints)

    def record_scores(
        self,
        run_id: str,
        *,
        counts: Mapping[str, int],
        scores: Mapping[str, float | None],
        departments: Mapping[str, float | None],
        checks: Mapping[str, int],
        columns: Mapping[str, int],
        coverage: float,
    ) -> list[RunRecord]:
        """Keep what the latest run came to (see RunRecord; ``counts`` by status); returns the history up to it.

        An earlier run's record stays as it is.
        """
        with self._store.writing() as db:
            runs = self._runs(db)
            if runs and runs[-1].run_id == run_id:
                runs[-1] = msgspec.structs.replace(
                    runs[-1], **_by_status(counts), scores=dict(scores), departments=dict(departments),
                    checks=dict(checks), columns=dict(columns), coverage=coverage,
                )
                self._keep(db, runs[-1])
            return _up_to(runs, run_id)

    def resolve(self, names: Iterable[str]) -> list[str]:
        """Return the fingerprints that names stand for: whole ones, or beginnings of six characters or more.

        Raises LedgerError for one that names none, or several.
        """
        with self._store.reading() as db:
            known = [] if db is None else [row[0] for row in db.execute(self._mine(ENTRIES, ENTRIES.c.fingerprint))]
        return [_named(name, known) for name in names]

    def acts(self, fingerprints: Collection[str] | None = None) -> list[Act]:
        """Return what people ever did, by finding and in its order; of some findings or of all."""
        with self._store.reading() as db:
            done = {} if db is None else self._acts(db, fingerprints)
        return [act for acts in done.values() for act in acts]

    def enter(self, acts: Iterable[Act]) -> list[Entry]:
        """Do what acts say, one after the other; returns the findings they touched, as they stand after.

        Raises LedgerError with one line on the first that cannot be done, and then none is.
        """
        acts = list(acts)
        with self._store.writing() as db:
            runs = self._runs(db)
            today = runs[-1].as_of if runs else ""
            wanted = list(dict.fromkeys(act.fingerprint for act in acts))
            rows = {row.fingerprint: row for row in self._rows(db, wanted)}
            done = self._acts(db, wanted)
            due = _DueDays(self.due_days, self.calendar)
            kept = []
            for act in acts:
                name = act.fingerprint
                if name not in rows:
                    raise LedgerError(f"问题 {name}：{self.name} 里没有这个编号")
                entry = _as_it_stands(_entry(rows[name], done.get(name, ())), max(today, act.day), due)
                if (reason := doing.refusal(act, entry)) is not None:
                    raise LedgerError(f"问题 {name}：{reason}")
                act = msgspec.structs.replace(act, spell=entry.standing.spell, run_id=entry.run_id)
                kept.append(act)
                done.setdefault(name, []).append(act)
            if kept:
                db.execute(
                    sa.insert(ACTS),
                    [{"site": self.site, "fingerprint": act.fingerprint, "act": _text(act)} for act in kept],
                )
            return [_as_it_stands(_entry(rows[name], done[name]), today, due) for name in wanted]

    def confirm(self, fingerprints: Iterable[str], *, by: str, day: date, text: str = "") -> list[Entry]:
        """A person confirms findings: those for review become certain and cost points. Raises as ``enter``."""
        return self._do("confirm", fingerprints, by, day, text)

    def unconfirm(self, fingerprints: Iterable[str], *, by: str, day: date, text: str = "") -> list[Entry]:
        """Take confirmations back. Raises as ``enter``."""
        return self._do("unconfirm", fingerprints, by, day, text)

    def dispute(self, fingerprints: Iterable[str], *, by: str, day: date, text: str) -> list[Entry]:
        """Note objections, each with its reason; they cost on until settled. Raises as ``enter``."""
        return self._do("dispute", fingerprints, by, day, text)

    def uphold(self, fingerprints: Iterable[str], *, by: str, day: date, text: str = "") -> list[Entry]:
        """Settle disputes: the findings stand and are open again. Raises as ``enter``."""
        return self._do("uphold", fingerprints, by, day, text)

    def grant(
        self, fingerprints: Iterable[str], *, by: str, day: date, owner: str, expires: date, text: str = ""
    ) -> list[Entry]:
        """Settle disputes: the findings are waived, for the reason given or else the dispute's. Raises as ``enter``."""
        names = list(fingerprints)
        reasons = {} if text else {
            entry.finding.fingerprint: entry.handling.disputed.text
            for entry in self.entries(None, names) if entry.handling.disputed is not None
        }
        return self.enter(
            Act(
                fingerprint=name, kind="grant", by=by, day=day.isoformat(), text=text or reasons.get(name, ""),
                owner=owner, expires=expires.isoformat(),
            )
            for name in names
        )

    def waive(
        self, fingerprints: Iterable[str], *, reason: str, owner: str, expires: date, by: str, day: date
    ) -> list[Entry]:
        """Waive findings up to and with a day; an earlier waiver of theirs gives way. Raises as ``enter``."""
        return self._do("waive", fingerprints, by, day, reason, owner=owner, expires=expires.isoformat())

    def unwaive(self, fingerprints: Iterable[str], *, by: str, day: date, text: str = "") -> list[Entry]:
        """Take waivers back. Raises as ``enter``."""
        return self._do("unwaive", fingerprints, by, day, text)

    def note(self, fingerprints: Iterable[str], text: str, *, by: str, day: date) -> list[Entry]:
        """Add a note. Raises as ``enter``."""
        return self._do("note", fingerprints, by, day, text)

    def review(self, fingerprints: Iterable[str], text: str, *, by: str, day: date) -> list[Entry]:
        """Put the reviewer's opinion (复核意见) in place of the one before. Raises as ``enter``."""
        return self._do("opinion", fingerprints, by, day, text)

    def correct(self, fingerprints: Iterable[str], link: str, *, by: str, day: date) -> list[Entry]:
        """Note where a department says it is mended (整改链接); empty takes it back. Raises as ``enter``."""
        return self._do("link", fingerprints, by, day, link)

    def close(self, fingerprints: Iterable[str], *, by: str, day: date, text: str = "") -> list[Entry]:
        """Close findings out (销号) between runs: fixed until a later run finds them again. Raises as ``enter``."""
        return self._do("close", fingerprints, by, day, text)

    def marks(self, period: str | None = None) -> list[Mark]:
        """Return people's marks, of one period or of all, by pack and clause."""
        with self._store.reading() as db:
            return [] if db is None else [mark for mark in self._marks(db) if period in (None, mark.period)]

    def enter_marks(self, marks: Iterable[Mark]) -> None:
        """Put marks in place of those for the same clause, pack and period."""
        rows = {
            (mark.pack, mark.clause, mark.period): {
                "site": self.site, "pack": mark.pack, "clause": mark.clause, "period": mark.period, "mark": _text(mark),
            }
            for mark in marks
        }
        with self._store.writing() as db:
            upsert(MARKS, db, list(rows.values()))

    def _do(
        self, kind: ActKind, fingerprints: Iterable[str], by: str, day: date, text: str,
        owner: str = "", expires: str = "",
    ) -> list[Entry]:
        return self.enter(
            Act(fingerprint=name, kind=kind, by=by, day=day.isoformat(), text=text, owner=owner, expires=expires)
            for name in fingerprints
        )

    def _mine(self, table: sa.Table, *columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
        return sa.select(*columns).where(table.c.site == self.site)

    def _runs(self, db: Connection) -> list[RunRecord]:
        rows = db.execute(self._mine(RUNS, RUNS.c.record).order_by(RUNS.c.seq))
        return [_read(row[0], _RECORD) for row in rows]

    def _enter_run(self, db: Connection, run_id: str, as_of: date) -> bool:
        """Note the run; returns whether it is the latest one."""
        names = [run.run_id for run in self._runs(db)]
        if run_id not in names:
            values = {"site": self.site, "run_id": run_id, "as_of": as_of.isoformat()}
            record = RunRecord(run_id=run_id, as_of=as_of.isoformat())
            db.execute(sa.insert(RUNS).values(**values, record=_text(record)))
            return True
        return names[-1] == run_id

    def _keep(self, db: Connection, record: RunRecord) -> None:
        db.execute(
            sa.update(RUNS)
            .where(RUNS.c.site == self.site, RUNS.c.run_id == record.run_id)
            .values(as_of=record.as_of, record=_text(record))
        )

    def _acts(self, db: Connection, fingerprints: Collection[str] | None = None) -> dict[str, list[Act]]:
        """Return acts by finding, in their order; of some findings or of all."""
        found: defaultdict[str, list[Act]] = defaultdict(list)
        for row in self._of(db, ACTS, (ACTS.c.fingerprint, ACTS.c.act), ACTS.c.seq, fingerprints):
            found[row.fingerprint].append(_read(row.act, _ACT))
        return found

    def _marks(self, db: Connection) -> list[Mark]:
        order = (MARKS.c.period, MARKS.c.pack, MARKS.c.clause)
        return [_read(row[0], _MARK) for row in db.execute(self._mine(MARKS, MARKS.c.mark).order_by(*order))]

    def _before(self, db: Connection, run_id: str) -> dict[str, Standing]:
        """Return by fingerprint how findings stood before this run, those closed out since their last one fixed."""
        known: dict[str, Standing] = {}
        acts = self._acts(db)
        columns = (ENTRIES.c.fingerprint, ENTRIES.c.run_id, ENTRIES.c.standing, ENTRIES.c.before)
        for name, entered_by, standing, before in db.execute(
            self._mine(ENTRIES, *columns).order_by(ENTRIES.c.fingerprint)
        ):
            stood = before if entered_by == run_id else standing
            if stood is None:
                continue
            known[name] = _read(stood, _STANDING)
            if entered_by != run_id and name in acts:
                handled = doing.handling(acts[name], known[name].spell, entered_by)
                if handled.closed is not None:
                    known[name] = msgspec.structs.replace(known[name], status="fixed")
        return known

    def _write(
        self, db: Connection, run_id: str, known: Mapping[str, Standing], entries: Iterable[Entry]
    ) -> None:
        """Put the run's entries in place of any it made before, each beside how it stood before the run."""
        own = (ENTRIES.c.site == self.site, ENTRIES.c.run_id == run_id)
        db.execute(sa.delete(ENTRIES).where(*own, ENTRIES.c.before.is_(None)))
        db.execute(sa.update(ENTRIES).where(*own).values(standing=ENTRIES.c.before))
        rows = [
            {
                "site": self.site,
                "fingerprint": entry.finding.fingerprint,
                "run_id": run_id,
                "standing": _text(entry.standing),
                "before": _text(known[entry.finding.fingerprint]) if entry.finding.fingerprint in known else None,
                "finding": _text(entry.finding),
            }
            for entry in entries
        ]
        upsert(ENTRIES, db, rows)

    def _entries(self, db: Connection, today: str, fingerprints: Collection[str] | None = None) -> list[Entry]:
        """Return entries as they stand on a day, by fingerprint; of some findings or of all."""
        acts = self._acts(db, fingerprints)
        due = _DueDays(self.due_days, self.calendar)
        return [
            _as_it_stands(_entry(row, acts.get(row.fingerprint, ())), today, due)
            for row in self._rows(db, fingerprints)
        ]

    def _rows(self, db: Connection, fingerprints: Collection[str] | None = None) -> Iterator[sa.Row[Any]]:
        columns = (ENTRIES.c.fingerprint, ENTRIES.c.run_id, ENTRIES.c.standing, ENTRIES.c.finding)
        return self._of(db, ENTRIES, columns, ENTRIES.c.fingerprint, fingerprints)

    def _of(
        self, db: Connection, table: sa.Table, columns: Sequence[sa.ColumnElement[Any]], order: sa.ColumnElement[Any],
        fingerprints: Collection[str] | None,
    ) -> Iterator[sa.Row[Any]]:
        """Return a table's rows of this site, of some findings or of all."""
        rows = self._mine(table, *columns).order_by(order)
        if fingerprints is None:
            yield from db.execute(rows)
        elif len(fingerprints) <= _FEW:
            yield from db.execute(rows.where(table.c.fingerprint.in_(sorted(fingerprints))))
        else:
            wanted = set(fingerprints)
            yield from (row for row in db.execute(rows) if row.fingerprint in wanted)

    def _told(
        self, db: Connection, entries: Iterable[Entry], as_of: date, run_id: str, *, keep: bool
    ) -> LedgerChanges:
        """Return what a run changed, its findings filled in; ``keep`` puts its counts in the run's record."""
        today = as_of.isoformat()
        due = _DueDays(self.due_days, self.calendar)
        findings: list[Finding] = []
        fixed: list[Finding] = []
        handled: dict[str, Handling] = {}
        for entry in entries:
            _as_it_stands(entry, today, due)
            (fixed if entry.standing.status == "fixed" else findings).append(entry.finding)
            if entry.handling != _UNTOUCHED:
                handled[entry.finding.fingerprint] = entry.handling
        expired, unused = self._waivers(db, today)
        changes = LedgerChanges(
            findings=findings, fixed=fixed, handling=handled, waivers_expired=expired, waivers_unused=unused,
            marks=self._marks(db),
        )
        days = {finding.due for finding in findings if finding.due}
        changes.terms = {day: self.calendar.count(as_of, date.fromisoformat(day)) for day in sorted(days)}
        runs = self._runs(db)
        if keep:
            runs[-1] = RunRecord(run_id=run_id, as_of=today, **_by_status(changes.counts))
            self._keep(db, runs[-1])
        changes.history = _up_to(runs, run_id)
        return changes

    def _waivers(self, db: Connection, today: str) -> tuple[list[Waiver], list[Waiver]]:
        """Return the waivers that ran out while their finding stands, and those that still run for nothing."""
        waived = [name for name, acts in self._acts(db).items() if any(a.kind in ("waive", "grant") for a in acts)]
        expired, unused = [], []
        for entry in self._entries(db, today, waived):
            waiver = entry.handling.waived
            if waiver is None:
                continue
            gone = entry.standing.status == "fixed"
            if waiver.expires < today and not gone:
                expired.append(waiver)
            elif waiver.expires >= today and gone:
                unused.append(waiver)
        return expired, unused


_UNTOUCHED = Handling()


def _entry(row: sa.Row[Any], acts: Sequence[Act]) -> Entry:
    """Return a row of the table as its last run left it, beside what its acts come to."""
    standing = _read(row.standing, _STANDING)
    return Entry(
        standing=standing, finding=_read(row.finding, _FINDING), run_id=row.run_id,
        handling=doing.handling(acts, standing.spell, row.run_id),
    )


class _DueDays:
    """Due days by severity and starting day, each counted once."""

    def __init__(self, allowed: Callable[[Severity], int | None], calendar: WorkCalendar) -> None:
        self.allowed, self.calendar = allowed, calendar
        self._known: dict[tuple[Severity, str], str | None] = {}

    def of(self, entry: Entry, confirmed: str | None) -> str | None:
        """Return the last day for mending; None for what is undecided or has no term.

        What a person had to confirm is allowed its time from that day; a waiver puts the day off to its end.
        """
        if entry.standing.verdict != "fail":
            return None
        key = entry.finding.severity, max(entry.standing.since, confirmed or "")
        if key not in self._known:
            allowed = self.allowed(key[0])
            self._known[key] = (
                None if allowed is None else self.calendar.add(date.fromisoformat(key[1]), allowed).isoformat()
            )
        due, waiver = self._known[key], entry.handling.waived
        return max(due, waiver.expires) if due and waiver is not None else due


def _as_it_stands(entry: Entry, today: str, due: _DueDays) -> Entry:
    """Fill an entry's standing and finding with what people made of it."""
    finding, handled = entry.finding, entry.handling
    status = doing.status(entry.standing, handled, today)
    if status != entry.standing.status:
        entry.standing = msgspec.structs.replace(entry.standing, status=status)
    finding.status, finding.first_seen = status, entry.standing.first_seen
    confirmed = handled.confirmed if finding.confidence == "review" else None
    finding.due = due.of(entry, confirmed.day if confirmed is not None else None)
    if confirmed is not None:
        finding.confidence = "certain"
    return entry


def _compared(
    findings: Iterable[Finding], known: Mapping[str, Standing], today: str
) -> Iterator[tuple[Finding, Standing]]:
    for finding in findings:
        yield finding, _seen(known.get(finding.fingerprint), finding.verdict, today)


def _seen(before: Standing | None, verdict: Verdict, today: str) -> Standing:
    if before is None:
        return Standing(status="new", first_seen=today, last_seen=today, since=today, verdict=verdict)
    status: Status = "reopened" if before.status == "fixed" else "open"
    found_anew = before.verdict == "unverified" and verdict == "fail"
    return Standing(
        status=status,
        first_seen=before.first_seen,
        last_seen=today,
        since=today if status == "reopened" or found_anew else before.since,
        verdict=verdict,
        spell=before.spell + (status == "reopened"),
    )


def _by_status(counts: Mapping[str, int]) -> dict[str, Any]:
    return {name: counts.get(name, 0) for name in ("new", "open", "reopened", "fixed", "waived", "disputed")}


def _up_to(runs: list[RunRecord], run_id: str) -> list[RunRecord]:
    names = [run.run_id for run in runs]
    return runs[: names.index(run_id) + 1] if run_id in names else runs


def _named(name: str, known: Sequence[str]) -> str:
    if name in known:
        return name
    if len(name) < PREFIX:
        raise LedgerError(f"问题 {name!r}：编号至少写前 {PREFIX} 位")
    found = [fingerprint for fingerprint in known if fingerprint.startswith(name.lower())]
    if not found:
        raise LedgerError(f"问题 {name!r}：台账里没有这个编号")
    if len(found) > 1:
        raise LedgerError(f"问题 {name!r}：有 {len(found)} 个编号这样开头，请多写几位（{'、'.join(found[:3])}）")
    return found[0]


def _text(value: msgspec.Struct) -> str:
    return encoded(value).decode("utf-8")


def _read(text: str, decoder: msgspec.json.Decoder[Read]) -> Read:
    try:
        return decoder.decode(text)
    except msgspec.MsgspecError as error:
        raise LedgerError(f"问题台账里有一条读不出（{error}）") from None

