"""Runs one crawl to its end, in a process of its own.

A process of its own, because Scrapy's engine runs once per process while fleets, tests and the demonstration
crawl several times, and because what a hostile site makes the crawler's memory grow to goes back when it ends.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from crawler.job import CrawlJob, CrawlOutcome, Progress
from crawler.snapshot.schema import SnapshotError, StorageError

__all__ = ["CrawlError", "CrawlJob", "CrawlOutcome", "Progress", "crawl"]

logger = logging.getLogger(__name__)


class CrawlError(Exception):
    """The crawling process failed by a fault of our own; the message holds its last words."""


def crawl(job: CrawlJob, *, progress: Callable[[Progress], None] | None = None) -> CrawlOutcome:
    """Crawl one site into the job's snapshot, going on where an earlier crawl into it stopped.

    ``progress`` is called about twice a second. Ctrl-C (SIGINT) stops the crawl cleanly and gives the outcome
    ``interrupted``; a second one stops it at once; either way all that was committed stays. When this process
    dies, so does the crawl.

    Raises SnapshotError where the snapshot cannot be used, StorageError where the disk or another program refused
    on the way, CrawlError where the crawl itself broke.
    """
    environment = {**os.environ, "PYTHONPATH": _import_path(), "PYTHONIOENCODING": "utf-8"}
    with tempfile.TemporaryFile() as log, subprocess.Popen(
        [sys.executable, "-m", "crawler.child"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
        env=environment, start_new_session=True,
    ) as child:
        try:
            return _listen(child, job, progress, log)
        finally:
            # the child ends by itself when it can no longer hear us
            _close(child.stdin)
            child.wait()


def _import_path() -> str:
    """Return what the child needs to find the same packages as this process."""
    root = str(Path(__file__).resolve().parents[1])
    return os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])


def _listen(
    child: subprocess.Popen[bytes], job: CrawlJob, progress: Callable[[Progress], None] | None, log: IO[bytes],
) -> CrawlOutcome:
    assert child.stdin is not None and child.stdout is not None
    interrupts = 0
    sent = False
    last: dict[str, Any] = {}
    while True:
        try:
            if not sent:
                child.stdin.write(job.to_json().encode() + b"\n")
                child.stdin.flush()
                sent = True
            line = child.stdout.readline()
            if not line:
                break
            message = _message(line)
            if "outcome" in message or "error" in message:
                last = message
            elif "progress" in message and progress is not None:
                progress(Progress(**message["progress"]))
        except KeyboardInterrupt:
            interrupts += 1
            child.send_signal(signal.SIGINT if interrupts == 1 else signal.SIGKILL)
        except BrokenPipeError:
            sent = True
    child.wait()
    words = _last_words(log)
    if words:
        logger.info("%s", words)
    if "outcome" in last:
        return CrawlOutcome(**last["outcome"])
    if "error" in last:
        raise (StorageError if last["error"] == "storage" else SnapshotError)(last["message"])
    if interrupts:
        return CrawlOutcome("interrupted", "已中断：已抓取的都已保存")
    if child.returncode == -signal.SIGKILL:
        raise CrawlError("抓取进程被系统或他人强行结束（可能内存不足）")
    raise CrawlError(f"抓取进程异常结束（{child.returncode}）：{words or '没有留下说明'}")


def _message(line: bytes) -> dict[str, Any]:
    try:
        message = json.loads(line)
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}


def _last_words(log: IO[bytes]) -> str:
    size = log.seek(0, os.SEEK_END)
    log.seek(max(0, size - 4000))
    return log.read().decode("utf-8", "replace").strip()


def _close(stream: IO[bytes] | None) -> None:
    if stream is not None:
        try:
            stream.close()
        except BrokenPipeError:
            return
