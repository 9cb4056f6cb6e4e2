"""A tiny real HTTP server on loopback for tests: a dictionary of paths to answers."""

from __future__ import annotations

import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def heed_interrupts() -> None:
    """Let a child process be interrupted: what is started in a shell's background inherits that it may not."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@dataclass
class Answer:
    """What one path answers with."""

    body: bytes = b""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class LocalSite:
    """A running site: its base address (without closing slash) and how often each path was asked for."""

    base: str
    answers: dict[str, Answer]
    asked: Counter[str] = field(default_factory=Counter)

    @property
    def host(self) -> str:
        return self.base.removeprefix("http://")


def page(title: str, body: str, head: str = "") -> Answer:
    """Return an HTML answer."""
    return Answer(f"<!doctype html><html><head><meta charset='utf-8'><title>{title}</title>{head}</head>"
                  f"<body>{body}</body></html>".encode())


@contextmanager
def serve(answers: dict[str, Answer]) -> Iterator[LocalSite]:
    """Serve answers until the context ends; unknown paths answer 404."""
    site = LocalSite("", answers)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.asked[self.path] += 1
            answer = site.answers.get(self.path, Answer(b"<html><title>404</title><body>Not Found</body></html>", 404))
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(answer.body)

        do_HEAD = do_GET

        def log_message(self, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    site.base = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
