"""The process in which a function runs for a Pool.

``python -m crawler.worker MODULE:FUNCTION [BYTES]`` imports the function (bytes to bytes), says so, and answers one
message after the other on its standard input, a socket. It ends when that closes, and, by a signal of the kernel's
that no endless loop in C keeps from arriving, when its parent is gone.

Nothing is imported here that only the parent needs: each such process would pay for it anew.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import socket
import struct
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Final

REQUEST: Final = struct.Struct("<Q")
REPLY: Final = struct.Struct("<BQ")
READY, DONE, RAISED, MEMORY = range(4)
LIFE = "XUNJIAN_LIFE_FD"
RETIRED = 75
# A process that has grown to this part of what it may take gives way to a fresh one.
_GROWN = 4
_WORDS = 4000


def main() -> None:
    """Answer calls on standard input until it closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _die_with_parent(int(os.environ.pop(LIFE)))
    channel = socket.socket(fileno=os.dup(0))
    # what the function starts or prints must not come between the messages
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(2, 1)
    # importing makes much and throws little away: looking for that again and again costs a tenth of it
    gc.disable()
    name, _, attribute = sys.argv[1].partition(":")
    function: Callable[[bytes], bytes] = getattr(import_module(name), attribute)
    limit = None
    if len(sys.argv) > 2:
        limit = int(sys.argv[2])
        _limit_memory(limit)
    # what is alive now stays so: the collector need not look at it again and again
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    gc.enable()
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        _serve(channel, function, limit)
    sys.stderr.flush()
    os._exit(RETIRED)


def _serve(channel: socket.socket, function: Callable[[bytes], bytes], limit: int | None) -> None:
    incoming = channel.makefile("rb", buffering=256 * 1024)
    channel.sendall(REPLY.pack(READY, 0))
    while header := incoming.read(REQUEST.size):
        payload = incoming.read(*REQUEST.unpack(header))
        try:
            kind, answer = DONE, function(payload)
        except MemoryError:
            kind, answer = MEMORY, b"out of memory"
        except Exception:
            import traceback

            kind, answer = RAISED, traceback.format_exc()[-_WORDS:].encode("utf-8", "replace")
        del payload
        channel.sendall(REPLY.pack(kind, len(answer)) + answer)
        if kind == MEMORY or (limit is not None and _resident_bytes() > limit // _GROWN):
            # a heap that was once full is in pieces: the next call gets a fresh one
            return


def _resident_bytes() -> int:
    """Return how much memory this process holds, 0 where the system does not say."""
    try:
        with open("/proc/self/statm", "rb") as statm:  # noqa: PTH123 - pathlib is not imported for this alone
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _limit_memory(size: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (size, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _die_with_parent(life: int) -> None:
    """Have the kernel end this process and all it starts when ``life``, a pipe the parent holds, is let go of.

    The signal's default action needs no Python to run, so that nothing a call is stuck in can hold it off.
    """
    import fcntl
    import select

    os.set_inheritable(life, False)
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(life, fcntl.F_SETOWN, -os.getpgrp())
    fcntl.fcntl(life, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
    if select.select([life], [], [], 0)[0]:
        os._exit(1)


if __name__ == "__main__":
    main()
