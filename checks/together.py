"""Does independent tasks in this process and in a copy of it at once; each takes the next when it is done with one."""

from __future__ import annotations

import os
import pickle
import signal
import threading
from collections.abc import Callable, Iterator
from typing import NoReturn, TypeVar

Made = TypeVar("Made")

# tickets are bytes
MOST_TASKS = 256


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def can_split() -> bool:
    """Whether this process may be copied: the system copies processes, and no other thread holds what a copy needs."""
    return hasattr(os, "fork") and threading.active_count() == 1


def in_two_processes(
    count: int, work: Callable[[int], Made], release: Callable[[], None], regain: Callable[[], None],
) -> list[Made]:
    """Return what ``work`` makes of each number below ``count`` (at most MOST_TASKS), in order.

    What ``work`` returns in the copy is pickled. ``release`` lets go, before the process is copied, of what must not
    pass into a copy (open databases); ``regain`` takes it up again in both. What the copy raises is raised here;
    where the copy is lost (killed, out of memory), this process does its tasks.
    """
    tickets, issue = os.pipe()
    os.write(issue, bytes(range(count)))
    os.close(issue)
    answer, tell = os.pipe()
    release()
    copy = os.fork()
    if copy == 0:
        os.close(answer)
        _serve(tell, tickets, work, regain)
    os.close(tell)
    try:
        with os.fdopen(answer, "rb") as answers:
            regain()
            done = dict(_taken(tickets, work))
            told = answers.read()
    except BaseException:
        os.kill(copy, signal.SIGKILL)
        raise
    finally:
        os.close(tickets)
        os.waitpid(copy, 0)
    if told:
        others, error = pickle.loads(told)
        if error is not None:
            raise error
        done |= others
    return [done[number] if number in done else work(number) for number in range(count)]


def _taken(tickets: int, work: Callable[[int], Made]) -> Iterator[tuple[int, Made]]:
    while ticket := os.read(tickets, 1):
        yield ticket[0], work(ticket[0])


def _serve(tell: int, tickets: int, work: Callable[[int], Made], regain: Callable[[], None]) -> NoReturn:
    """Be the copy: work, tell what was made or raised, end without a trace of the process this is a copy of."""
    try:
        try:
            regain()
            told = pickle.dumps((dict(_taken(tickets, work)), None))
        except Exception as error:
            told = pickle.dumps(({}, _plain(error)))
        with os.fdopen(tell, "wb") as channel:
            channel.write(told)
    finally:
        os._exit(0)


def _plain(error: Exception) -> Exception:
    """Return an error as it can be sent: itself, or where it cannot be pickled, its words."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error
