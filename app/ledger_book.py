"""What the ledger's commands do and show: acts entered together, lists, one finding in full, the runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from app.config import Config
from app.errors import LedgerUnusableError, UserError
from app.home import Home, find_snapshot
from app.inspection import open_ledger, restate, snapshot_config
from app.summary import table
from checks.registry import all_checks
from reports import words
from reports.addresses import finding_address
from reports.ledger import Act, Decision, Entry, Ledger, LedgerError, Waiver
from reports.ledger.acts import ACT_WORDS
from reports.scoring import order_key, plain
from reports.text import clip, legible

SHORT = 10
_MESSAGE = 60


@dataclass(frozen=True)
class Book:
    """A home's ledger, opened: the home, the configuration of its latest run, the ledger, the day counted to."""

    home: Home
    config: Config
    ledger: Ledger
    day: date

    @classmethod
    def open(cls, path: Path, as_of: date | None = None) -> Book:
        """Open the ledger of a home; the day is the configuration's, else today at the site.

        Raises UserError where the home holds no run or its ledger's address cannot be used.
        """
        home, _ = find_snapshot(path)
        config = snapshot_config(home.snapshot)
        return cls(home, config, open_ledger(config, home), as_of or config.as_of())

    def act(self, names: Sequence[str], do: Callable[[list[str]], list[Entry]]) -> list[Entry]:
        """Do one thing to the findings that names stand for, all or none; raises LedgerUnusableError with one line."""
        with plainly():
            return do(list(dict.fromkeys(self.ledger.resolve(names))))

    def tell_reports(self) -> str | None:
        """Bring the reports in line; returns a line where they could not be.

        An inspection that works in the home at this moment does it when it has come to its end.
        """
        try:
            with self.home.locked():
                bundle = restate(self.home)
        except UserError as error:
            return f"台账已更新，报告尚未更新：{error}"
        return None if bundle else "台账已更新；报告所示不是台账里最近的一次巡检，运行 xunjian check 后更新"


@contextmanager
def plainly() -> Iterator[None]:
    """Turn the ledger's one line into the user's: raises LedgerUnusableError in place of LedgerError."""
    try:
        yield
    except LedgerError as error:
        raise LedgerUnusableError(str(error)) from None


@dataclass(frozen=True)
class Wanted:
    """Which findings to list; what is empty restricts nothing, save that mended ones are only told when asked for."""

    statuses: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    overdue: bool = False

    def takes(self, entry: Entry, day: date) -> bool:
        """Whether an entry is asked for."""
        status = entry.standing.status
        return (
            (status in self.statuses if self.statuses else status != "fixed")
            and (not self.departments or (entry.finding.department or "") in self.departments)
            and (not self.checks or entry.finding.check in self.checks)
            and (not self.overdue or is_overdue(entry, day))
        )


def is_overdue(entry: Entry, day: date) -> bool:
    """Whether the time allowed has run out and the finding still stands and is not waived."""
    due = entry.finding.due
    return due is not None and due < day.isoformat() and entry.standing.status not in ("fixed", "waived")


def listed(book: Book, wanted: Wanted) -> list[Entry]:
    """Return the entries asked for, what is due first; raises LedgerUnusableError."""
    with plainly():
        entries = book.ledger.entries(book.day)
    found = [entry for entry in entries if wanted.takes(entry, book.day)]
    return sorted(found, key=lambda entry: (entry.finding.due or "9999", order_key(entry.finding)))


def as_json(entry: Entry, day: date) -> dict[str, Any]:
    """Return an entry as plain values: the finding's fields, then what the ledger knows besides."""
    value: dict[str, Any] = msgspec.to_builtins(entry.finding)
    standing = entry.standing
    return value | {
        "last_seen": standing.last_seen, "since": standing.since, "times": standing.spell,
        "overdue": is_overdue(entry, day), "run_id": entry.run_id, "handling": msgspec.to_builtins(entry.handling),
    }


def list_lines(entries: Sequence[Entry], book: Book) -> list[str]:
    """Return entries as a table and their sum."""
    if not entries:
        return ["台账里没有这样的问题"]
    rows = [["编号", "状态", "级别", "到期", "责任单位", "检查", "问题"]]
    rows += [
        [
            entry.finding.fingerprint[:SHORT],
            words.STATUS[entry.standing.status],
            words.SEVERITY[entry.finding.severity],
            _due(entry, book.day),
            _shown(entry.finding.department or "未明确", 16),
            entry.finding.check,
            _shown(entry.finding.message, _MESSAGE),
        ]
        for entry in entries
    ]
    counts: Counter[str] = Counter(entry.standing.status for entry in entries)
    sums = "，".join(f"{words.STATUS[status]} {counts[status]}" for status in words.STATUS if counts[status])
    late = sum(is_overdue(entry, book.day) for entry in entries)
    return [*table(rows), "", f"共 {len(entries)} 个（{sums}），到 {book.day} 逾期 {late} 个"]


def shown(book: Book, names: Sequence[str]) -> list[tuple[Entry, list[Act]]]:
    """Return the findings that names stand for, each with what people ever did about it."""
    with plainly():
        wanted = dict.fromkeys(book.ledger.resolve(names))
        entries = {entry.finding.fingerprint: entry for entry in book.ledger.entries(book.day, wanted)}
        acts = book.ledger.acts(wanted)
    return [(entries[name], [act for act in acts if act.fingerprint == name]) for name in wanted]


def show_lines(entry: Entry, acts: Iterable[Act], book: Book) -> Iterator[str]:
    """Return everything of one finding, a line a fact."""
    finding, standing = entry.finding, entry.standing
    check = all_checks().get(finding.check)
    yield f"问题 {finding.fingerprint}　{words.STATUS[standing.status]}"
    yield f"  {_shown(finding.message, 2000)}"
    facts = [
        ("检查", f"{finding.check} {check.title if check else ''}"),
        ("网址", finding.url), ("对象", finding.target), ("栏目", finding.column), ("责任单位", finding.department),
        ("级别", words.SEVERITY[finding.severity]), ("把握", words.CONFIDENCE[finding.confidence]),
        ("判定", words.VERDICT[finding.verdict]), ("条款", "、".join(finding.clauses)),
        ("首次发现", standing.first_seen), ("本轮自", f"{standing.since}（第 {standing.spell} 次出现）"),
        ("最近看到", f"{standing.last_seen}（巡检 {entry.run_id}）"),
        ("整改时限", _left(entry, book)),
        ("确认", _decision(entry.handling.confirmed)), ("异议", _decision(entry.handling.disputed)),
        ("豁免", waiver_words(entry.handling.waived, book.day)), ("销号", _decision(entry.handling.closed)),
        ("整改链接", entry.handling.link), ("复核意见", entry.handling.opinion),
        ("报告页", f"report/{finding_address(finding.fingerprint)}"),
    ]
    yield from (f"  {name}：{_shown(value, 2000)}" for name, value in facts if value)
    history = [f"    {act.day} {ACT_WORDS[act.kind]}（{_shown(act.by, 40)}）{_said(act)}" for act in acts]
    if history:
        yield "  办理记录："
        yield from history


def history_lines(book: Book) -> list[str]:
    """Return every run in the ledger: findings by status, scores by pack, and the change of each score."""
    with plainly():
        runs = book.ledger.history()
    if not runs:
        return ["台账里还没有巡检"]
    packs = list(dict.fromkeys(pack for run in runs for pack in run.scores))
    statuses = ("new", "open", "reopened", "fixed", "waived", "disputed")
    rows = [["日期", "巡检", *(words.STATUS[status] for status in statuses), "覆盖率", *packs]]
    before: dict[str, float | None] = {}
    for run in runs:
        rows.append([
            run.as_of, run.run_id, *(str(getattr(run, status)) for status in statuses),
            "—" if run.coverage is None else f"{run.coverage:.1%}",
            *(_score(run.scores.get(pack), before.get(pack)) for pack in packs),
        ])
        before = run.scores
    return table(rows)


def waiver_words(waiver: Waiver | None, day: date) -> str:
    """Return a waiver in words, empty where there is none."""
    if waiver is None:
        return ""
    over = "，已到期" if waiver.expires < day.isoformat() else ""
    return f"{waiver.reason}（{waiver.owner} 负责，豁免到 {waiver.expires}{over}）"


def _score(now: float | None, before: float | None) -> str:
    if now is None:
        return "—"
    if before is None or before == now:
        return plain(now)
    return f"{plain(now)}（{'+' if now > before else '−'}{plain(abs(now - before))}）"


def _decision(made: Decision | None) -> str:
    if made is None:
        return ""
    return f"{made.day} {made.by}" + (f"：{made.text}" if made.text else "")


def _said(act: Act) -> str:
    terms = f"，{act.owner} 负责，到 {act.expires}" if act.expires else ""
    return _shown(f"：{act.text}{terms}" if act.text else "", 400)


def _due(entry: Entry, day: date) -> str:
    due = entry.finding.due or "—"
    return f"{due} 逾期" if is_overdue(entry, day) else due


def _left(entry: Entry, book: Book) -> str:
    due = entry.finding.due
    if due is None:
        return "未设时限" if entry.standing.verdict == "fail" else "核实后再定"
    if entry.standing.status == "fixed":
        return due
    left = book.ledger.calendar.count(book.day, date.fromisoformat(due))
    return f"{due}，已逾期 {-left} 个工作日" if left < 0 else f"{due}（还剩 {left} 个工作日）"


def _shown(text: str, limit: int) -> str:
    """Return a page's text fit for one line of a terminal."""
    return clip(" ".join(legible(text).split()), limit)
