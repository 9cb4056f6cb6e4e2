"""Serves the demonstration site on loopback from within the program: HTTP/1.1, one port a host."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import socket
import threading
from collections.abc import Iterator, Mapping
from functools import lru_cache
from http import HTTPStatus

from demo import search
from demo.hosts import NAMES
from demo.model import DemoSite, HostSite, Response, path_key

LOOPBACK = "127.0.0.1"
_ATTEMPTS = 200
_LONGEST_REQUEST = 65536
# wrong links of the site name these ports: the demo itself must not stand there
_TAKEN_BY_PLANTED = frozenset({8080, 8088})


class ServeError(OSError):
    """No run of neighbouring free ports was found on loopback."""


@contextlib.contextmanager
def serve(site: DemoSite, port: int = 0) -> Iterator[str]:
    """Serve a site while the context lasts; gives the portal's address (``http://127.0.0.1:8000/``).

    The other hosts stand on the ports after the portal's; ``port`` 0 takes any free ones. Raises ServeError
    where the ports are not free.
    """
    sockets = _bind(port)
    base_url = f"http://{LOOPBACK}:{sockets[0].getsockname()[1]}/"
    hosts = site.rendered(base_url.rstrip("/"))
    loop = asyncio.new_event_loop()
    started = threading.Event()
    thread = threading.Thread(
        target=_run, args=(loop, sockets, hosts, started), name="demo-site", daemon=True
    )
    thread.start()
    started.wait()
    try:
        yield base_url
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


def _bind(port: int) -> list[socket.socket]:
    for _ in range(1 if port else _ATTEMPTS):
        first = _listen(port)
        if first is None:
            break
        start = first.getsockname()[1]
        others = [_listen(start + number) for number in range(1, len(NAMES))]
        sockets = [first, *(other for other in others if other is not None)]
        ports = {held.getsockname()[1] for held in sockets}
        if len(sockets) == len(NAMES) and not ports & _TAKEN_BY_PLANTED:
            return sockets
        for held in sockets:
            held.close()
    wanted = f"{port}—{port + len(NAMES) - 1}" if port else f"任意相邻的 {len(NAMES)} 个"
    raise ServeError(f"本机端口 {wanted} 无法使用，示范站点不能启动")


def _listen(port: int) -> socket.socket | None:
    held = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        held.bind((LOOPBACK, port))
        held.listen(256)
    except (OSError, OverflowError):
        held.close()
        return None
    return held


def _run(
    loop: asyncio.AbstractEventLoop,
    sockets: list[socket.socket],
    hosts: Mapping[str, HostSite],
    started: threading.Event,
) -> None:
    asyncio.set_event_loop(loop)
    servers = [
        loop.run_until_complete(loop.create_server(lambda site=hosts[name]: _Connection(site), sock=held))  # type: ignore[misc]
        for name, held in zip(NAMES, sockets, strict=True)
    ]
    started.set()
    try:
        loop.run_forever()
    finally:
        for server in servers:
            server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


class _Connection(asyncio.Protocol):
    """One client: requests answered in their order, GET and HEAD only."""

    def __init__(self, site: HostSite) -> None:
        self.site, self.waiting, self.held = site, False, b""
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None

    def data_received(self, data: bytes) -> None:
        self.held += data
        self._next()

    def _next(self) -> None:
        while not self.waiting and self.transport is not None:
            head, mark, rest = self.held.partition(b"\r\n\r\n")
            if not mark:
                if len(self.held) > _LONGEST_REQUEST:
                    self.transport.close()
                return
            self.held = rest
            self._answer(head)

    def _answer(self, head: bytes) -> None:
        request, *lines = head.decode("latin-1").split("\r\n")
        method, _, target = request.partition(" ")
        target = target.rpartition(" ")[0]
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        if method not in ("GET", "HEAD"):
            self._send(
                Response(405, (("Content-Type", "text/plain"), ("Allow", "GET, HEAD"))), method, headers
            )
            return
        response = find(self.site, target)
        if response.delay:
            self.waiting = True
            asyncio.get_running_loop().call_later(response.delay, self._late, response, method, headers)
        else:
            self._send(response, method, headers)

    def _late(self, response: Response, method: str, headers: dict[str, str]) -> None:
        self.waiting = False
        self._send(response, method, headers)
        self._next()

    def _send(self, response: Response, method: str, headers: dict[str, str]) -> None:
        if self.transport is None:
            return
        tag = entity_tag(response.body)
        unchanged = response.status == 200 and headers.get("if-none-match") == tag
        status, body = (304, b"") if unchanged else (response.status, response.body)
        lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
        lines += [f"{name}: {value}" for name, value in response.headers]
        if response.status == 200:
            lines.append(f"ETag: {tag}")
        if status != 304:
            lines.append(f"Content-Length: {len(body)}")
        packed = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
        self.transport.write(packed if method == "HEAD" else packed + body)
        if headers.get("connection", "").lower() == "close":
            self.transport.close()


def find(site: HostSite, target: str) -> Response:
    """Return what a host answers: to the target, else to it without its query, else missing."""
    path = target.partition("#")[0]
    if path.startswith("http://"):
        path = "/" + path.split("/", 3)[-1] if path.count("/") > 2 else "/"
    bare, _, query = path.partition("?")
    bare = bare.partition(";")[0]
    key = path_key(bare)
    if key == path_key(search.PATH) and query:
        return search.results(site, query)
    exact = f"{key}?{query}" if query else key
    return site.responses.get(exact) or site.responses.get(key) or site.fallback


@lru_cache(maxsize=4096)
def entity_tag(body: bytes) -> str:
    """Return the ETag of a body."""
    return f'"{hashlib.sha1(body, usedforsecurity=False).hexdigest()[:16]}"'
