"""A real asyncio server on loopback that writes whatever bytes a fault calls for, and remembers what was asked."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

Answer = Callable[["Ask"], Awaitable[None]]


@dataclass
class Ask:
    """One request as it came, how many came for the same address before, and where the answer goes."""

    host: str
    method: str
    target: str
    headers: dict[str, str]
    before: int
    writer: asyncio.StreamWriter
    secure: bool

    async def send(self, data: bytes) -> None:
        """Write bytes and wait until they are on their way."""
        self.writer.write(data)
        await self.writer.drain()


@dataclass
class Server:
    """Listens on as many ports as it is given contexts; all requests go to ``route``.

    ``asked`` are the requests (host, method, target), ``kept`` how many seconds each kept its connection.
    """

    route: Callable[[Ask], Awaitable[None]]
    contexts: dict[str, ssl.SSLContext | None]
    ports: dict[str, int] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    kept: list[tuple[str, str, float]] = field(default_factory=list)

    def __enter__(self) -> Server:
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(10)
        return self

    def __exit__(self, *error: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.set_exception_handler(lambda loop, context: None)
        self._loop.run_until_complete(self._serve(ready))

    async def _serve(self, ready: threading.Event) -> None:
        self._stop = asyncio.Event()
        for name, context in self.contexts.items():
            listening = await asyncio.start_server(self._accept, "127.0.0.1", 0, ssl=context, limit=1 << 20)
            self.ports[name] = listening.sockets[0].getsockname()[1]
        ready.set()
        await self._stop.wait()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:  # type: ignore[arg-type]
            task.cancel()
        await asyncio.sleep(0)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, ValueError, asyncio.IncompleteReadError, ssl.SSLError):
            start = await reader.readexactly(1)
            if start == b"\x16":
                # a secure connection is asked for where none is spoken
                writer.write(http(400, "<h1>400 Bad Request</h1>"))
                await writer.drain()
                raise ValueError
            head = (start + await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            method, target, _ = head[0].split(" ")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
            host = headers.get("host", "")
            before = sum(known == (host, target) for known in ((h, t) for h, _, t in self.asked))
            self.asked.append((host, method, target))
            secure = writer.get_extra_info("ssl_object") is not None
            began = time.monotonic()
            answering = asyncio.ensure_future(self.route(Ask(host, method, target, headers, before, writer, secure)))
            # whoever waits no longer closes the connection
            gone = asyncio.ensure_future(reader.read(1))
            try:
                await asyncio.wait({answering, gone}, return_when=asyncio.FIRST_COMPLETED)
                if answering.done():
                    answering.result()
            finally:
                answering.cancel()
                gone.cancel()
                self.kept.append((host, target, time.monotonic() - began))
        with suppress(OSError, ssl.SSLError):
            writer.close()
            await writer.wait_closed()


def http(status: int, body: bytes | str = b"", content_type: str = "text/html; charset=utf-8", **headers: str) -> bytes:
    """Return a well-formed HTTP answer."""
    content = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} X", f"Content-Type: {content_type}", f"Content-Length: {len(content)}",
             "Connection: close", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def says(data: bytes) -> Answer:
    """Write bytes as they are and close the connection."""
    async def answer(ask: Ask) -> None:
        await ask.send(data)
    return answer


def answers(status: int, body: bytes | str = b"", content_type: str = "text/html; charset=utf-8", **headers: str) -> Answer:
    """Answer properly."""
    return says(http(status, body, content_type, **headers))


def parts(*pieces: bytes) -> Answer:
    """Write pieces with a short while between them."""
    async def answer(ask: Ask) -> None:
        for piece in pieces:
            await ask.send(piece)
            await asyncio.sleep(0.2)
    return answer


def leads(to: str, status: int = 302, **headers: str) -> Answer:
    """Redirect."""
    return answers(status, "", Location=to, **headers)


def made(make: Callable[[Ask], bytes]) -> Answer:
    """Answer with what is made of the request."""
    async def answer(ask: Ask) -> None:
        await ask.send(make(ask))
    return answer


def first(fault: Answer, then: Answer) -> Answer:
    """Fail the first time an address is asked, and not again."""
    async def answer(ask: Ask) -> None:
        await (fault if ask.before == 0 else then)(ask)
    return answer


def drips(head: bytes, piece: bytes = b" ", every: float = 0.2) -> Answer:
    """Send a head at once, then a piece now and then, for ever."""
    async def answer(ask: Ask) -> None:
        await ask.send(head)
        while True:
            await asyncio.sleep(every)
            await ask.send(piece)
    return answer


def floods(head: bytes, piece: bytes) -> Answer:
    """Send a head, then pieces as fast as they are taken, for ever."""
    async def answer(ask: Ask) -> None:
        await ask.send(head)
        while True:
            await ask.send(piece)
            await asyncio.sleep(0)
    return answer


async def hangs(ask: Ask) -> None:
    """Never answer."""
    await asyncio.sleep(3600)


async def resets(ask: Ask) -> None:
    """Break the connection with a TCP reset before any byte of an answer."""
    handle = ask.writer.get_extra_info("socket")
    handle.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    ask.writer.transport.abort()
