"""What a command costs with all its descendants: wall time, CPU time, peak resident memory.

``python -m benchmarks.measure COMMAND…`` runs the command, then prints one line of JSON on standard error's place,
file descriptor 3.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

_SUBREAPER = 36
_SAMPLE_SECONDS = 0.05


@dataclass(frozen=True)
class Cost:
    """Seconds of wall and CPU time, peak bytes resident in all processes together, the command's exit code."""

    wall: float
    cpu: float
    memory: int
    code: int


def measure(command: list[str], log: Path, *, timeout: float, env: dict[str, str] | None = None) -> Cost | None:
    """Run a command, its output going to ``log``; None where it takes longer than ``timeout`` seconds."""
    reading, writing = os.pipe()
    with log.open("wb") as output, subprocess.Popen(
        [sys.executable, "-m", "benchmarks.measure", str(writing), *command], stdin=subprocess.DEVNULL,
        stdout=output, stderr=subprocess.STDOUT, pass_fds=[writing], env=env, start_new_session=True,
    ) as runner, os.fdopen(reading) as answer:
        os.close(writing)
        try:
            runner.wait(timeout)
        except subprocess.TimeoutExpired:
            os.killpg(runner.pid, signal.SIGTERM)
            return None
        values = json.loads(answer.read())
    return Cost(**values)


def _descendants(pid: int) -> list[int]:
    found = []
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += [int(child), *_descendants(int(child))]
    except OSError:
        pass
    return found


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def _run(command: list[str]) -> Cost:
    # what the command leaves behind comes back to this process, so that its cost is counted
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGTERM, _stop)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    began = time.monotonic()
    child = subprocess.Popen(command, pass_fds=[]).pid
    wall, code, cpu, memory = 0.0, 0, 0.0, 0
    while True:
        try:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return Cost(wall, cpu, memory, code)
        if pid == 0:
            memory = max(memory, sum(map(_resident, _descendants(os.getpid()))))
            signal.sigtimedwait({signal.SIGCHLD}, _SAMPLE_SECONDS)
            continue
        cpu += usage.ru_utime + usage.ru_stime
        if pid == child:
            wall, code = time.monotonic() - began, os.waitstatus_to_exitcode(status)


def _stop(number: int, frame: object) -> None:
    for pid in _descendants(os.getpid()):
        os.kill(pid, signal.SIGKILL)
    os._exit(1)


if __name__ == "__main__":
    channel = int(sys.argv[1])
    os.set_inheritable(channel, False)
    cost = _run(sys.argv[2:])
    os.write(channel, json.dumps(cost.__dict__).encode())
