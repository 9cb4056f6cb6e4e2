"""Worker processes: whatever a call does to its process, the caller hears of it, and no other call is lost."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crawler.workers import Pool, WorkerDied, WorkerError, WorkerRaised, WorkerTimeout, import_path

MEGABYTE = 1024 * 1024


def work(payload: bytes) -> bytes:
    """What the processes of these tests run: the payload says what goes wrong."""
    order, _, rest = payload.partition(b":")
    if order == b"hang":
        re.match(rb"(a+)+$", b"a" * 64 + b"b")
    elif order == b"sleep":
        time.sleep(float(rest))
    elif order == b"crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    elif order == b"leave":
        sys.exit(0)
    elif order == b"eat":
        return b"x" * len(bytearray(4096 * MEGABYTE))
    elif order == b"raise":
        raise ValueError("what is wrong here")
    elif order == b"print":
        print("said in the middle of a call")
    elif order == b"start":
        child = subprocess.Popen(["sleep", "60"])
        if rest == b"hang":
            Path(os.environ["PID_FILE"]).write_text(str(child.pid))
            re.match(rb"(a+)+$", b"a" * 64 + b"b")
        return str(child.pid).encode()
    elif order == b"pid":
        return str(os.getpid()).encode()
    return payload[::-1]


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits to be collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def gone(pid: int, seconds: float = 5.0) -> bool:
    deadline = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not alive(pid)


@contextlib.asynccontextmanager
async def pool(**values: int):  # type: ignore[no-untyped-def]
    workers = Pool("tests.crawl.test_workers:work", **values)
    try:
        yield workers
    finally:
        pids = workers.pids
        await workers.close()
        assert workers.pids == [] and not any(alive(pid) for pid in pids)


def test_answers_come_back_to_their_callers_and_no_process_starts_unasked() -> None:
    async def calls() -> None:
        async with pool(size=2) as workers:
            assert workers.pids == []
            payloads = [f"n{number}".encode() * (number % 7) for number in range(500)]
            answers = await asyncio.gather(*(workers.call(payload, timeout=10) for payload in payloads))
            assert answers == [payload[::-1] for payload in payloads]
            assert len(workers.pids) == 2
            assert await workers.call(b"print:", timeout=10) == b":tnirp"
    asyncio.run(calls())


@pytest.mark.parametrize(("patience", "processes"), [(0.5, 2), (60.0, 1)])
def test_one_more_process_starts_only_where_calls_wait_for_long(patience: float, processes: int) -> None:
    async def run() -> int:
        workers = Pool("tests.crawl.test_workers:work", late=1, patience=patience)
        try:
            await asyncio.gather(*(workers.call(b"sleep:0.1", timeout=30) for _ in range(12)))
            return len(workers.pids)
        finally:
            await workers.close()
    assert asyncio.run(run()) == processes


def test_huge_messages_pass() -> None:
    async def calls() -> None:
        async with pool() as workers:
            payload = os.urandom(MEGABYTE) * 48
            big, small = await asyncio.gather(
                workers.call(payload, timeout=30), workers.call(b"small", timeout=30),
            )
            assert big == payload[::-1] and small == b"llams"
    asyncio.run(calls())


@pytest.mark.parametrize(("order", "error"), [
    (b"hang:", WorkerTimeout), (b"crash:", WorkerDied), (b"leave:", WorkerDied), (b"raise:", WorkerRaised),
])
def test_a_call_gone_wrong_harms_no_other(order: bytes, error: type[WorkerError]) -> None:
    async def calls() -> None:
        async with pool() as workers:
            answers = await asyncio.gather(
                *(workers.call(f"before{n}".encode(), timeout=10) for n in range(2)),
                workers.call(order, timeout=0.5),
                *(workers.call(f"after{n}".encode(), timeout=10) for n in range(20)),
                return_exceptions=True,
            )
            assert isinstance(answers[2], error)
            assert not isinstance(answers[2], WorkerDied) or not answers[2].memory
            assert [a for a in answers if not isinstance(a, bytes)] == [answers[2]]
            if error is WorkerRaised:
                assert "what is wrong here" in str(answers[2])
    asyncio.run(calls())


def test_memory_is_bounded_and_the_next_call_gets_a_fresh_process() -> None:
    async def calls() -> None:
        async with pool(memory_bytes=1024 * MEGABYTE) as workers:
            first = await workers.call(b"pid:", timeout=10)
            greedy, other = await asyncio.gather(
                workers.call(b"eat:", timeout=10), workers.call(b"pid:", timeout=10), return_exceptions=True,
            )
            assert isinstance(greedy, WorkerDied) and greedy.memory
            assert isinstance(other, bytes) and other != first
    asyncio.run(calls())


def test_time_waiting_for_a_turn_does_not_count() -> None:
    async def calls() -> None:
        async with pool() as workers:
            await workers.call(b"", timeout=10)
            await asyncio.gather(*(workers.call(b"sleep:0.2", timeout=0.6) for _ in range(6)))
    asyncio.run(calls())


def test_a_cancelled_call_takes_no_answer_from_others() -> None:
    async def calls() -> None:
        async with pool() as workers:
            tasks = [asyncio.ensure_future(workers.call(f"n{n}".encode(), timeout=10)) for n in range(20)]
            await asyncio.sleep(0)
            for task in tasks[::2]:
                task.cancel()
            answers = await asyncio.gather(*tasks, return_exceptions=True)
            assert [a for a in answers if isinstance(a, bytes)] == [f"n{n}".encode()[::-1] for n in range(1, 20, 2)]
    asyncio.run(calls())


def test_what_cannot_be_started_is_said_and_not_tried_for_ever() -> None:
    async def calls() -> None:
        workers = Pool("tests.crawl.test_workers:no_such_function")
        for _ in range(2):
            with pytest.raises(WorkerDied, match="could not be started"):
                await workers.call(b"", timeout=5)
        await workers.close()
        with pytest.raises(WorkerDied, match="closed"):
            await workers.call(b"", timeout=5)
    asyncio.run(calls())


def test_what_a_call_started_ends_with_its_process() -> None:
    async def calls() -> int:
        async with pool() as workers:
            child = int(await workers.call(b"start:", timeout=10))
            assert alive(child)
            with pytest.raises(WorkerTimeout):
                await workers.call(b"hang:", timeout=0.3)
            assert gone(child)
            return int(await workers.call(b"start:", timeout=10))
    assert gone(asyncio.run(calls()))


def test_closing_under_a_call_that_hangs_is_quick() -> None:
    async def calls() -> None:
        async with pool() as workers:
            await workers.call(b"", timeout=10)
            stuck = asyncio.ensure_future(workers.call(b"hang:", timeout=60))
            await asyncio.sleep(0.1)
            began = time.monotonic()
            await workers.close()
            assert time.monotonic() - began < 2
            with pytest.raises(WorkerDied):
                await stuck
    asyncio.run(calls())


_PARENT = """
import asyncio
from crawler.workers import Pool

async def main():
    workers = Pool("tests.crawl.test_workers:work", size=2)
    await workers.call(b"", timeout=10)
    calls = [asyncio.ensure_future(workers.call(order, timeout=60)) for order in (b"start:hang", b"sleep:60")]
    await asyncio.sleep(0.3)
    print(*workers.pids, flush=True)
    await asyncio.gather(*calls)

asyncio.run(main())
"""


def test_nothing_outlives_a_parent_that_is_killed(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": import_path(), "PID_FILE": str(pid_file)},
    )
    assert parent.stdout is not None
    with parent.stdout:
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        deadline = time.monotonic() + 10
        while not (pid_file.exists() and pid_file.read_text()) and time.monotonic() < deadline:
            time.sleep(0.02)
        pids.append(int(pid_file.read_text()))
        assert len(pids) == 3 and all(alive(pid) for pid in pids)
        parent.kill()
        parent.wait()
    assert all(gone(pid) for pid in pids)


def test_a_call_costs_little() -> None:
    async def calls() -> float:
        async with pool() as workers:
            await workers.call(b"", timeout=10)
            began = time.process_time()
            await asyncio.gather(*(workers.call(b"x" * 4096, timeout=10) for _ in range(2000)))
            return (time.process_time() - began) / 2000
    assert asyncio.run(calls()) < 0.001
