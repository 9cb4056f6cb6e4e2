"""The browser's processes as /proc shows them: how much memory they hold, and their end.

Where there is no /proc there is nothing to see, and the limits of the browser itself must do.
"""

from __future__ import annotations

import os
import signal
from collections import defaultdict
from pathlib import Path

_PROC = Path("/proc")
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


def tree_of(mark: str) -> list[int]:
    """Return the ids of the processes below this one that carry ``mark`` on their command line, and of all below."""
    children = _children()
    found: list[int] = []
    queue = [(os.getpid(), False)]
    while queue:
        parent, inside = queue.pop()
        for child in children.get(parent, ()):
            within = inside or mark in _command(child)
            if within:
                found.append(child)
            queue.append((child, within))
    return found


def private_bytes(processes: list[int]) -> int:
    """Return the memory that processes hold and share with nobody."""
    return sum(_private(process) for process in processes)


def kill(processes: list[int]) -> None:
    """Kill processes at once; those gone already are passed over."""
    for process in processes:
        try:
            os.kill(process, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue


def _children() -> dict[int, list[int]]:
    children: dict[int, list[int]] = defaultdict(list)
    for entry in _PROC.glob("[0-9]*/stat"):
        try:
            # the name in parentheses may hold anything, spaces and parentheses too
            fields = entry.read_text("utf-8", "replace").rpartition(")")[2].split()
            children[int(fields[1])].append(int(entry.parent.name))
        except (OSError, ValueError, IndexError):
            continue
    return children


def _command(process: int) -> str:
    try:
        return (_PROC / str(process) / "cmdline").read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""


def _private(process: int) -> int:
    try:
        fields = (_PROC / str(process) / "statm").read_text("ascii").split()
        return max(int(fields[1]) - int(fields[2]), 0) * _PAGE
    except (OSError, ValueError, IndexError):
        return 0
