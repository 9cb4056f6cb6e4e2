"""Checks done in two processes find what they find in one; what goes wrong in the copy is told, or done again."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from casework import Case, all_cases, pack_of, site_of

from checks import runner, together
from checks.model import Context, Judgement
from checks.site import Site
from crawler.snapshot.reader import SnapshotReader
from rules.calendar import load_calendar

SPLIT = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system copies no processes")


def nothing() -> None:
    pass


def meeting(folder: Path, then: Callable[[int], int]) -> Callable[[int], int]:
    """Work of which each process does one piece: it waits until the other has begun its own."""
    parent = os.getpid()

    def work(number: int) -> int:
        if os.getpid() == parent and number in doing:
            return number
        doing.add(number)
        (folder / str(os.getpid())).touch()
        until = time.monotonic() + 30
        while len(list(folder.iterdir())) < 2 and time.monotonic() < until:
            time.sleep(0.01)
        return then(number)

    doing: set[int] = set()
    return work


@SPLIT
def test_both_processes_work(tmp_path: Path) -> None:
    made = together.in_two_processes(2, meeting(tmp_path, lambda _: os.getpid()), nothing, nothing)
    assert os.getpid() in made and len(set(made)) == 2


@SPLIT
def test_results_come_in_order() -> None:
    regained: list[int] = []
    made = together.in_two_processes(200, lambda number: number * number, nothing, lambda: regained.append(1))
    assert made == [number * number for number in range(200)] and regained == [1]


@SPLIT
@pytest.mark.parametrize("error", [ValueError("缺少数据"), type("Odd", (Exception,), {})("缺少数据")])
def test_what_the_copy_raises_is_raised(tmp_path: Path, error: Exception) -> None:
    parent = os.getpid()

    def then(number: int) -> int:
        if os.getpid() != parent:
            raise error
        return number

    with pytest.raises((ValueError, RuntimeError), match="缺少数据"):
        together.in_two_processes(2, meeting(tmp_path, then), nothing, nothing)


@SPLIT
def test_the_tasks_of_a_lost_copy_are_done_here(tmp_path: Path) -> None:
    parent = os.getpid()

    def then(number: int) -> int:
        if os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    assert together.in_two_processes(2, meeting(tmp_path, then), nothing, nothing) == [0, 1]


@SPLIT
def test_an_interrupted_judgement_leaves_no_process(tmp_path: Path) -> None:
    parent = os.getpid()

    def then(number: int) -> int:
        if os.getpid() == parent:
            raise KeyboardInterrupt
        time.sleep(60)
        return number

    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        together.in_two_processes(2, meeting(tmp_path, then), nothing, nothing)
    copy = next(int(path.name) for path in tmp_path.iterdir() if path.name != str(parent))
    with pytest.raises(ProcessLookupError):
        os.kill(copy, 0)
    assert time.monotonic() - started < 30


CASES = {case.check: case for case in reversed(all_cases()) if case.expect and "earlier" not in case.raw}
EVERY = [(check, CASES[check].parameters) for check in sorted(CASES)]


def on_file(case: Case, path: Path) -> Site:
    """The site of a case, read from a file."""
    site = site_of(case)
    kept = sqlite3.connect(path)
    site.snapshot.db.backup(kept)
    kept.close()
    site.snapshot = SnapshotReader(path)
    return site


@SPLIT
@pytest.mark.parametrize("check", ["dead-link", "wrong-link", "interpretation-missing", "attachment-missing", "reply-overdue"])
def test_two_processes_find_what_one_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, check: str) -> None:
    monkeypatch.setattr(runner, "_WORTH_TWO", 0)
    copies: list[int] = []
    monkeypatch.setattr(os, "fork", lambda fork=os.fork: copies.append(1) or fork())
    case = CASES[check]
    context = Context(case.as_of, case.as_of.year, load_calendar())

    def found(processes: int) -> bytes:
        site = on_file(case, tmp_path / f"{processes}.sqlite")
        judgement: Judgement = runner.judge(site, [pack_of(*EVERY)], context, processes=processes)
        assert site.snapshot.link_total() >= 0, "the file is open again"
        return msgspec.json.encode(judgement)

    monkeypatch.setattr(together.threading, "active_count", lambda: 1)
    assert found(2) == found(1)
    assert copies == [1], "two processes are used where they are allowed, and only there"


def test_one_processor_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert together.processors() == 1
    monkeypatch.delattr(os, "fork", raising=False)
    assert not together.can_split()
