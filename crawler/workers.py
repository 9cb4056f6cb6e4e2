"""Functions that may hang, crash or eat memory, run in processes of their own (``crawler.worker``)."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from pathlib import Path

from crawler.worker import DONE, LIFE, MEMORY, READY, REPLY, REQUEST, RETIRED

START_SECONDS = 60.0
END_SECONDS = 2.0
BYTES_AHEAD = 1024 * 1024


class WorkerError(Exception):
    """A call came to nothing; the message says why, for logs."""


class WorkerTimeout(WorkerError):  # noqa: N818 - what happened, not whose fault it was
    """The call took longer than it may; its process was killed."""


class WorkerDied(WorkerError):  # noqa: N818
    """The call's process ended under it; ``memory`` says that it asked for more than it may have."""

    def __init__(self, message: str, *, memory: bool = False) -> None:
        super().__init__(message)
        self.memory = memory


class WorkerRaised(WorkerError):  # noqa: N818
    """The function raised; the message is the traceback."""


class _Call:
    """One message on its way, and the future its caller waits for."""

    __slots__ = ("future", "payload", "seconds")

    def __init__(self, payload: bytes, seconds: float, future: asyncio.Future[bytes]) -> None:
        self.payload = payload
        self.seconds = seconds
        self.future = future

    def fail(self, error: WorkerError) -> None:
        """Raise an error where the call is waited for."""
        if not self.future.done():
            self.future.set_exception(error)


class Pool:
    """Up to ``size`` processes that answer calls of one function, in the order they come.

    ``function`` is ``module:name`` of a function from bytes to bytes, ``memory_bytes`` the address space each process
    may take (None: any). A process is given up to ``calls_ahead`` calls at a time: more than one where a call is so
    short that waiting for the next would be felt. Processes start when there is more to do than those that run can
    take, get a successor when they die or exceed their time, and end, with whatever they started themselves, when
    the pool is closed or this process is gone. ``late`` further ones start where calls have waited for their turn for
    ``patience`` seconds without a break: what starting them costs is paid back by long work only.
    Belongs to the event loop it is first used in.
    """

    def __init__(
        self, function: str, *, size: int = 1, memory_bytes: int | None = None, calls_ahead: int = 1,
        late: int = 0, patience: float = 0.0,
    ) -> None:
        self.function = function
        self.calls_ahead = calls_ahead
        self.size = max(1, size)
        self.late = late
        self.patience = patience
        self._short_since: float | None = None
        self.memory_bytes = memory_bytes
        self._processes: list[_Process] = []
        self._waiting: deque[_Call] = deque()
        self._closed = False

    async def call(self, payload: bytes, *, timeout: float) -> bytes:
        """Return the function's answer to ``payload``.

        ``timeout`` in seconds counts from when a process takes the call up, not the time it waits for its turn.
        Raises WorkerTimeout, WorkerDied or WorkerRaised; other calls are not touched by that.
        """
        if self._closed:
            raise WorkerDied("the pool is closed")
        call = _Call(payload, timeout, asyncio.get_running_loop().create_future())
        self._waiting.append(call)
        self._hand_out()
        return await call.future

    def warm(self) -> None:
        """Start a first process now, for calls that are sure to come."""
        if not self._processes and not self._closed:
            self._start()

    @property
    def pids(self) -> list[int]:
        """The ids of the processes that run now."""
        return [process.pid for process in self._processes]

    async def close(self) -> None:
        """Fail what is under way, end all processes and wait until they are gone."""
        self._closed = True
        self._fail_waiting(WorkerDied("the pool is closed"))
        await asyncio.gather(*(process.end() for process in list(self._processes)))

    def _hand_out(self) -> None:
        while self._waiting:
            if self._waiting[0].future.done():
                self._waiting.popleft()
                continue
            process = min(self._processes, key=_Process.load, default=None)
            if (process is None or not process.has_room) and len(self._processes) < self._most():
                process = self._start() or process
            if process is None or not process.has_room:
                return
            process.take(self._waiting.popleft())
        self._short_since = None

    def _most(self) -> int:
        """How many processes there may be, now that another could be used."""
        if not self.late or len(self._processes) < self.size:
            return self.size
        now = asyncio.get_running_loop().time()
        if self._short_since is None:
            self._short_since = now
        return self.size + (self.late if now - self._short_since >= self.patience else 0)

    def _start(self) -> _Process | None:
        try:
            process = _Process(self)
        except OSError as error:
            if not self._processes:
                self._fail_waiting(WorkerDied(f"no process can be started: {error}"))
            return None
        self._processes.append(process)
        return process

    def _fail_waiting(self, error: WorkerError) -> None:
        for call in self._waiting:
            call.fail(error)
        self._waiting.clear()

    def _lost(self, process: _Process, untouched: list[_Call], error: WorkerError | None) -> None:
        """Go on without a process; ``error`` where none of them can be started."""
        self._processes.remove(process)
        self._waiting.extendleft(reversed(untouched))
        if self._closed:
            error = error or WorkerDied("the pool is closed")
        if error is not None:
            self._fail_waiting(error)
        self._hand_out()


class _Process(asyncio.Protocol):
    """One process: what it was given, in order; the first of these is what it works on."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._loop = asyncio.get_running_loop()
        self._received = bytearray()
        self._ready = False
        self._disconnected = False
        self._error: WorkerError | None = None
        self._gone: asyncio.Future[None] = self._loop.create_future()
        self.calls: deque[_Call] = deque()
        self._ahead = 0
        self._transport: asyncio.Transport | None = None
        ours, theirs = socket.socketpair()
        life, self._life = os.pipe()
        command = [sys.executable, "-m", "crawler.worker", pool.function]
        if pool.memory_bytes is not None:
            command.append(str(pool.memory_bytes))
        try:
            self._popen: subprocess.Popen[bytes] = subprocess.Popen(
                command, stdin=theirs.fileno(), pass_fds=[life], start_new_session=True,
                env={**os.environ, "PYTHONPATH": import_path(), LIFE: str(life)},
            )
        except OSError:
            ours.close()
            os.close(self._life)
            raise
        finally:
            theirs.close()
            os.close(life)
        ours.setblocking(False)
        self._socket = ours
        self._deadline = self._loop.time() + START_SECONDS
        self._timer: asyncio.TimerHandle | None = self._loop.call_at(self._deadline, self._look)
        self._connecting = asyncio.ensure_future(self._loop.create_connection(lambda: self, sock=ours))

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._popen.pid

    def load(self) -> int:
        """How many calls it has."""
        return len(self.calls)

    @property
    def has_room(self) -> bool:
        """Whether it may be given another call."""
        room = len(self.calls) < self._pool.calls_ahead and self._ahead < BYTES_AHEAD
        return not self._disconnected and (room or not self.calls)

    def take(self, call: _Call) -> None:
        """Send a call, or keep it until the process listens."""
        self.calls.append(call)
        self._ahead += len(call.payload)
        if self._ready:
            self._send(call)
            if len(self.calls) == 1:
                self._watch()

    async def end(self) -> None:
        """Let the process end by itself, else kill it; returns when it is gone."""
        if not self._ready or self.calls:
            self._kill(WorkerDied("the pool is closed"))
        elif self._transport is not None:
            self._transport.close()
        done, _ = await asyncio.wait([self._gone], timeout=END_SECONDS)
        if not done:
            self._kill(WorkerDied("the pool is closed"))
            await self._gone

    # -- what the transport tells ---------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Take whole answers out of the stream."""
        if not self._received and len(data) >= REPLY.size:
            kind, length = REPLY.unpack_from(data)
            if len(data) == REPLY.size + length:
                self._reply(kind, data[REPLY.size:])
                return
        self._received += data
        start = 0
        while len(self._received) - start >= REPLY.size:
            kind, length = REPLY.unpack_from(self._received, start)
            end = start + REPLY.size + length
            if len(self._received) < end:
                break
            self._reply(kind, bytes(self._received[start + REPLY.size:end]))
            start = end
        del self._received[:start]

    def connection_lost(self, exc: Exception | None) -> None:
        """Take in what it still said before it ended: a failing write hides that from the transport."""
        self._disconnected = True
        with contextlib.suppress(OSError):
            while self._error is None and (data := self._socket.recv(65536)):
                self.data_received(data)
        self._ending = asyncio.ensure_future(self._bury())

    # -- inside ---------------------------------------------------------------------------------------------

    def _send(self, call: _Call) -> None:
        assert self._transport is not None
        self._transport.write(REQUEST.pack(len(call.payload)) + call.payload)

    def _reply(self, kind: int, answer: bytes) -> None:
        if kind == READY:
            self._ready = True
            for waiting in self.calls:
                self._send(waiting)
            self._watch()
            return
        call = self.calls.popleft()
        self._ahead -= len(call.payload)
        self._watch()
        if kind == DONE:
            if not call.future.done():
                call.future.set_result(answer)
        elif kind == MEMORY:
            call.fail(WorkerDied(answer.decode("utf-8", "replace"), memory=True))
        else:
            call.fail(WorkerRaised(answer.decode("utf-8", "replace")))
        self._pool._hand_out()

    def _watch(self) -> None:
        """Count the time of the call that is now first.

        One timer serves many calls: it looks when it goes off how long there is still time.
        """
        if self.calls:
            self._deadline = self._loop.time() + self.calls[0].seconds
            if self._timer is not None and self._timer.when() > self._deadline:
                self._timer.cancel()
                self._timer = None
            if self._timer is None:
                self._timer = self._loop.call_at(self._deadline, self._look)

    def _look(self) -> None:
        self._timer = None
        if self._ready and not self.calls:
            return
        if self._loop.time() < self._deadline:
            self._timer = self._loop.call_at(self._deadline, self._look)
        else:
            self._overdue()

    def _overdue(self) -> None:
        if self._ready:
            self._kill(WorkerTimeout(f"no answer within {self.calls[0].seconds:g} s"))
        else:
            self._kill(WorkerDied(f"{self._pool.function} was not ready within {START_SECONDS:g} s"))

    def _kill(self, error: WorkerError) -> None:
        self._error = self._error or error
        _kill_group(self._popen.pid)
        if self._transport is not None:
            self._transport.abort()

    async def _bury(self) -> None:
        """Take leave of a process whose socket closed, and say what becomes of its calls."""
        if self._timer is not None:
            self._timer.cancel()
        # before it is waited for, its group cannot be another's yet
        deadline = time.monotonic() + END_SECONDS
        while not _has_ended(self._popen.pid) and self._error is None and time.monotonic() < deadline:
            await asyncio.sleep(0.005)
        _kill_group(self._popen.pid)
        while (code := self._popen.poll()) is None:
            await asyncio.sleep(0.005)
        os.close(self._life)
        calls = list(self.calls)
        self.calls.clear()
        fatal: WorkerError | None = None
        if not self._ready:
            fatal = self._error or WorkerDied(f"{self._pool.function} could not be started ({_ending(code)})")
        elif calls and (self._error is not None or code != RETIRED):
            calls.pop(0).fail(self._error or WorkerDied(f"the process ended ({_ending(code)})"))
        self._gone.set_result(None)
        self._pool._lost(self, calls, fatal)


def import_path() -> str:
    """Return what a child process needs as PYTHONPATH to find the same packages as this one."""
    root = str(Path(__file__).resolve().parents[1])
    return os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])


def _ending(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"


def _has_ended(pid: int) -> bool:
    """Whether a child has ended, leaving it to be waited for."""
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True


def _kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
