"""A real HTTP server on loopback whose every route can misbehave in a named way, and which remembers what came."""

from __future__ import annotations

import gzip
import socket
import struct
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[["Handler"], None]


class Site(ThreadingHTTPServer):
    """Routes by path with query; an unknown one answers 404. ``asked`` counts requests by path."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, routes: dict[str, Answer] | None = None, *, missing: Answer | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.routes = dict(routes or {})
        self.missing = missing or status(404, "<html><title>404 Not Found</title>404 Not Found</html>")
        self.asked: Counter[str] = Counter()
        self.headers_seen: list[tuple[str, dict[str, str]]] = []
        self.connections = 0
        self.times: list[float] = []
        self.lock = threading.Lock()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def get_request(self):  # type: ignore[no-untyped-def]
        request = super().get_request()
        self.connections += 1
        return request

    def handle_error(self, request, client_address) -> None:  # type: ignore[no-untyped-def]
        """A client that leaves early is no error here."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Site

    def do_GET(self) -> None:
        with self.server.lock:
            self.server.asked[self.path] += 1
            self.server.headers_seen.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
            self.server.times.append(time.monotonic())
        answer = self.server.routes.get(self.path, self.server.missing)
        answer(self)

    def send(self, code: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(code)
        for name, value in {"Content-Type": "text/html; charset=utf-8", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@contextmanager
def serving(site: Site):  # type: ignore[no-untyped-def]
    thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.shutdown()
        site.server_close()


def page(*links: str, title: str = "页面", text: str = "", head: str = "", headers: dict[str, str] | None = None) -> Answer:
    body = html(*links, title=title, text=text, head=head).encode()
    return lambda handler: handler.send(200, body, headers)


def html(*links: str, title: str = "页面", text: str = "", head: str = "") -> str:
    anchors = "".join(f'<li><a href="{link}">链接 {number}</a></li>' for number, link in enumerate(links))
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f"<body><h1>{title}</h1><p>{text or title + '的正文内容，供阅读。' * 5}</p><ul>{anchors}</ul></body></html>"
    )


def raw(body: bytes, content_type: str = "text/html", **headers: str) -> Answer:
    extra = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: handler.send(200, body, {"Content-Type": content_type, **extra})


def status(code: int, text: str = "", **headers: str) -> Answer:
    extra = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: handler.send(code, text.encode(), extra)


def redirect(to: str, code: int = 302, **headers: str) -> Answer:
    return status(code, "", Location=to, **headers)


def slow(seconds: float, then: Answer) -> Answer:
    def answer(handler: Handler) -> None:
        time.sleep(seconds)
        then(handler)
    return answer


def first(count: int, fault: Answer, then: Answer) -> Answer:
    """Answer ``fault`` the first ``count`` times, ``then`` afterwards."""
    left = [count]

    def answer(handler: Handler) -> None:
        left[0] -= 1
        (fault if left[0] >= 0 else then)(handler)
    return answer


def truncated(body: bytes, announced: int) -> Answer:
    def answer(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html; charset=utf-8")
        handler.send_header("Content-Length", str(announced))
        handler.end_headers()
        handler.wfile.write(body)
        handler.wfile.flush()
        handler.connection.shutdown(socket.SHUT_RDWR)
        handler.close_connection = True
    return answer


def reset(handler: Handler) -> None:
    """Break the connection with a TCP reset before any byte of an answer."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


def trickle(handler: Handler) -> None:
    """Send a byte now and then, for ever."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    for _ in range(600):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.1)


def gzipped(text: str) -> Answer:
    return raw(gzip.compress(text.encode()), Content_Encoding="gzip")


def bomb(megabytes: int) -> Answer:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    body = b"".join([packer.compress(b"<p>" + b" " * (1024 * 1024)) for _ in range(megabytes)]) + packer.flush()
    return raw(body, Content_Encoding="gzip")


def with_cookie(name: str, then: Answer, otherwise: Answer) -> Answer:
    def answer(handler: Handler) -> None:
        (then if f"{name}=" in (handler.headers.get("Cookie") or "") else otherwise)(handler)
    return answer
