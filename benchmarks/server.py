"""nginx on a free port of loopback, serving a folder; gzipped copies beside the pages are sent as they are."""

from __future__ import annotations

import resource
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_CONFIG = """
daemon off; master_process off; pid {scratch}/nginx.pid; error_log {scratch}/error.log crit;
events {{ worker_connections 1024; }}
http {{
  types {{ text/html html; text/css css; text/javascript js; image/png png; application/pdf pdf; }}
  log_format sent '$bytes_sent'; access_log {log};
  sendfile on; tcp_nopush on; keepalive_requests 100000; gzip_static on; etag on;
  # linkchecker lifts its limit of ten requests a second for a server that says so
  add_header LinkChecker unthrottled always;
  client_body_temp_path {scratch}/body; proxy_temp_path {scratch}/proxy; fastcgi_temp_path {scratch}/fastcgi;
  uwsgi_temp_path {scratch}/uwsgi; scgi_temp_path {scratch}/scgi;
  open_file_cache max={kept}; root {root};
  server {{ listen 127.0.0.1:{port} reuseport; index index.html; }}
}}
"""


class NoServerError(Exception):
    """nginx is absent or does not start; the message says what to do."""


@contextmanager
def serving(root: Path, *, sent: Path | None = None) -> Iterator[str]:
    """Serve ``root``; gives the address without a closing slash. ``sent`` gets the bytes of each answer, one a line."""
    program = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
    if program is None:
        raise NoServerError("nginx is not installed: apt-get install nginx-light")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as scratch:
        config = Path(scratch) / "nginx.conf"
        log = "off" if sent is None else f"{sent.resolve()} sent"
        config.write_text(_CONFIG.format(scratch=scratch, root=root.resolve(), port=port, log=log, kept=_kept()))
        with subprocess.Popen([program, "-p", scratch, "-e", f"{scratch}/start.log", "-c", str(config)]) as nginx:
            try:
                _await(nginx, port, Path(scratch))
                yield f"http://127.0.0.1:{port}"
            finally:
                nginx.terminate()


def _kept() -> int:
    """Return how many files nginx may keep open: above the system's limit it answers with errors."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return 50_000 if limit == resource.RLIM_INFINITY else min(50_000, limit // 2)


def _await(nginx: subprocess.Popen[bytes], port: int, scratch: Path) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and nginx.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    log = scratch / "start.log"
    raise NoServerError(f"nginx does not start: {log.read_text().strip() if log.exists() else 'no reason given'}")
