"""The hostile site as a whole: its hosts, its start page, and one crawl of it under observation."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from checks.model import Context, Finding
from checks.runner import judge
from checks.site import Site
from crawler.run import CrawlJob, CrawlOutcome, crawl
from crawler.snapshot.reader import SnapshotReader, Target
from rules.calendar import load_calendar
from tests.casework import pack_of

from .certificates import Authority
from .faults import BARE, FAULTS, HOME, HOST, MAX_BODY, TIMEOUT, Fault, html, prepare
from .wire import Ask, Server, http

WATCH = Path(__file__).parent / "watch"
CHECKS = ("dead-link", "wrong-link", "broken-attachment")
NAMES = {
    "name-of-private.example.org": [["10.0.0.5"]],
    "name-of-mapped.example.org": [["::ffff:10.0.0.5"]],
}
_BY_NAME = {fault.name: fault for fault in FAULTS}


async def route(ask: Ask) -> None:
    """Answer as the fault does whose folder or host is asked."""
    fault = _fault_of(ask)
    if ask.host in (HOST, BARE) and ask.target == "/":
        await ask.send(http(200, start_page()))
    elif fault is None or fault.answer is None:
        await ask.send(http(404, "<html><title>404 Not Found</title><h1>404 Not Found</h1></html>"))
    else:
        await fault.answer(ask)


def _fault_of(ask: Ask) -> Fault | None:
    if ask.host in (HOST, BARE):
        parts = ask.target.split("/")
        if parts[-1].startswith("xj-"):
            # what the crawler asks to see how missing pages are answered
            return None
        return _BY_NAME.get(parts[2]) if len(parts) > 3 and parts[1] == "f" else None
    fault = _BY_NAME.get(ask.host.removesuffix(".example.org"))
    asked = f"{'https' if ask.secure else 'http'}://{ask.host}{ask.target}"
    return fault if fault is not None and (fault.wide or asked == fault.target) else None


def start_page() -> str:
    """Return the page that links to every fault."""
    return html("示例县人民政府", *(link.replace('"', "&quot;") for fault in FAULTS for link in fault.links))


@dataclass
class Crawled:
    """What one crawl of the hostile site left: the snapshot, what was asked, where connections went, the findings."""

    outcome: CrawlOutcome
    reader: SnapshotReader
    site: Site
    server: Server
    connected: list[tuple[str, str, int]]
    listening: set[int]
    findings: list[Finding]
    seconds: float

    def target(self, url: str) -> Target:
        """Return one address as recorded."""
        return self.reader.targets[url]

    def asked(self, fault: Fault) -> int:
        """Return how often a fault's addresses were asked."""
        return sum(_is_of(fault, host, target) for host, _, target in self.server.asked)

    def longest(self, fault: Fault) -> float:
        """Return how many seconds one request for a fault's addresses kept the crawl at most."""
        return max((seconds for host, target, seconds in self.server.kept if _is_of(fault, host, target)), default=0.0)

    def findings_on(self, url: str) -> list[Finding]:
        """Return what the checks found of an address."""
        return [finding for finding in self.findings if finding.target == url]


def _is_of(fault: Fault, host: str, target: str) -> bool:
    mine = target.startswith(f"/f/{fault.name}/") or (host == f"{fault.name}.example.org" and target != "/robots.txt")
    return mine and "/xj-" not in target


@contextmanager
def serving(folder: Path) -> Iterator[tuple[Server, dict[str, str]]]:
    """Serve the site until the context ends; gives the server and ``connect_to`` for its names."""
    prepare()
    trusted, unknown = Authority(folder, "trusted"), Authority(folder, "unknown")

    def named(name: str) -> str:
        return f"{name}.example.org"

    contexts = {
        "plain": None,
        "own": trusted.context(HOST),
        "tls-good": trusted.context(named("tls-good")),
        "tls-expired": trusted.context(named("tls-expired"), expired=True),
        "tls-self-signed": trusted.context(named("tls-self-signed"), self_signed=True),
        "tls-wrong-host": trusted.context("www.other.example.net"),
        "tls-unknown-issuer": unknown.context(named("tls-unknown-issuer")),
        "tls-old-protocol": trusted.context(named("tls-old-protocol"), old=True),
    }
    with Server(route, contexts) as server, socket.create_server(("127.0.0.1", 0)) as closed:
        server.ports["closed"] = closed.getsockname()[1]
        closed.close()
        places = {name: f"127.0.0.1:{port}" for name, port in server.ports.items()}
        connect_to = {
            named(fault.name): places.get(fault.name, places["plain"])
            for fault in FAULTS if fault.answer is not None and ".example.org" in fault.target
        }
        connect_to |= {
            f"{HOST}:80": places["plain"], f"{HOST}:443": places["own"], BARE: places["plain"],
            named("refuses"): places["closed"],
        }
        yield server, connect_to


@contextmanager
def watched(folder: Path, **more: str) -> Iterator[Path]:
    """Let every Python process started meanwhile note its connections; gives the file they are noted in."""
    notes = folder / "connections.jsonl"
    notes.touch()
    changed = {
        "PYTHONPATH": os.pathsep.join(filter(None, [str(WATCH), os.environ.get("PYTHONPATH")])),
        "XUNJIAN_WATCH": str(notes), "XUNJIAN_NAMES": json.dumps(NAMES), **more,
    }
    before = {name: os.environ.get(name) for name in changed}
    os.environ.update(changed)
    try:
        yield notes
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def noted(notes: Path) -> list[tuple[str, str, int]]:
    """Return the connections noted: the event, the address, the port."""
    return [tuple(json.loads(line)) for line in notes.read_text("utf-8").splitlines()]


@contextmanager
def crawled(folder: Path) -> Iterator[Crawled]:
    """Crawl the hostile site once and judge what was recorded."""
    with serving(folder) as (server, connect_to):
        job = CrawlJob(
            snapshot=folder / "run.sqlite", site="示例县人民政府", start=(HOME,), hosts=(HOST, BARE), concurrency=16,
            delay_seconds=0.0, retry_delay_seconds=0.5, retry_after_limit_seconds=2.0, timeout_seconds=TIMEOUT,
            max_body_bytes=MAX_BODY, connect_to=connect_to,
        )
        began = time.monotonic()
        with watched(folder, SSL_CERT_FILE=str(folder / "trusted.pem")) as notes:
            outcome = crawl(job)
        seconds = time.monotonic() - began
        reader = SnapshotReader(job.snapshot)
        site = Site(reader)
        context = Context(date(2026, 11, 20), 2026, load_calendar())
        findings = list(judge(site, [pack_of(*((check, {}) for check in CHECKS))], context).findings)
        yield Crawled(outcome, reader, site, server, noted(notes), set(server.ports.values()), findings, seconds)
        reader.close()
