"""The crawling process: takes a job on standard input, tells its progress and outcome on standard output.

Messages are JSON, one a line: ``{"progress": {…}}``, then ``{"outcome": {…}}`` or ``{"error": …, "message": …}``.
Standard input stays open as long as the parent lives; when it closes, so does this process.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import os
import signal
import sqlite3
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import IO, TYPE_CHECKING, Any

from crawler.job import CrawlJob, CrawlOutcome, Progress
from crawler.snapshot.inherit import inherit
from crawler.snapshot.schema import SnapshotError, StorageError, storage_error

if TYPE_CHECKING:
    from crawler.spiders.site import SiteSpider

PROGRESS_SECONDS = 0.5
RATE_SECONDS = 30.0
GRACE_SECONDS = 3.0
LOCK_SECONDS = 3.0
ORPHANED = 3
# where OpenSSL looks for the file of certificates
_CERTIFICATES = "SSL_CERT_FILE"


class Teller:
    """Writes messages to the parent; a parent that is gone ends this process."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def tell(self, **message: Any) -> None:
        """Send one message."""
        try:
            self._stream.write(json.dumps(message, ensure_ascii=False).encode() + b"\n")
            self._stream.flush()
        except BrokenPipeError:
            os._exit(ORPHANED)


class Stop:
    """Remembers that the user asked to stop, from the first moment on, and passes it on once someone listens."""

    def __init__(self) -> None:
        self._asked = False
        self._listener: Callable[[], object] | None = None
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._note)

    def _note(self, number: int, frame: object) -> None:
        self._asked = True
        if self._listener is not None:
            self._listener()

    def listen(self, listener: Callable[[], object]) -> None:
        """Call ``listener`` when asked to stop, at once where that was asked before."""
        self._listener = listener
        if self._asked:
            listener()


class Run:
    """One crawl in this process: the spider, its pace, its end."""

    def __init__(self, job: CrawlJob, teller: Teller, stop: Stop) -> None:
        self._job = job
        self._teller = teller
        self._stop = stop
        self._started = time.monotonic()
        self._points: deque[tuple[float, int]] = deque()
        self._spider: SiteSpider | None = None

    def crawl(self) -> CrawlOutcome:
        """Run the crawl to its end."""
        # importing makes much and throws little away: looking for that again and again costs a tenth of it
        gc.disable()
        with _without_certificates():
            from scrapy import signals
            from scrapy.crawler import AsyncCrawlerProcess
            from scrapy.settings import Settings

            from crawler.spiders.site import SiteSpider

        settings = Settings()
        settings.setmodule("crawler.settings", priority="project")
        process = AsyncCrawlerProcess(settings)
        crawler = process.create_crawler(SiteSpider)
        crawler.signals.connect(self._opened, signals.spider_opened)
        task = process.crawl(crawler, job=self._job)
        # what is alive now stays so: the collector need not look at it again and again
        gc.freeze()
        gc.set_threshold(20_000, 20, 50)
        gc.enable()
        process.start(install_signal_handlers=False)
        if task.done() and not task.cancelled() and (error := task.exception()) is not None:
            raise error
        assert self._spider is not None
        if self._spider.failure is not None:
            raise self._spider.failure
        return self._spider.conclude()

    def _interrupt(self, spider: SiteSpider) -> None:
        """Stop asking; what is under way may still come in, for a few seconds."""
        spider.stop("interrupted")
        asyncio.get_running_loop().call_later(GRACE_SECONDS, self._leave, spider)

    def _leave(self, spider: SiteSpider) -> None:
        try:
            if spider.failure is not None:
                raise spider.failure
            self._teller.tell(outcome=asdict(spider.conclude()))
        except (sqlite3.Error, OSError) as error:
            _tell_error(self._teller, self._job, error)
        os._exit(0)

    def _opened(self, spider: SiteSpider) -> None:
        self._spider = spider
        self._tick()
        loop = asyncio.get_running_loop()
        self._stop.listen(lambda: loop.call_soon_threadsafe(self._interrupt, spider))

    def _tick(self) -> None:
        assert self._spider is not None
        self._teller.tell(progress=asdict(self._progress()))
        loop = asyncio.get_running_loop()
        if self._spider.failure is None:
            loop.call_later(PROGRESS_SECONDS, self._tick)
        else:
            # nothing can be kept any more: what is still under way is not worth waiting for
            loop.call_later(GRACE_SECONDS, self._leave, self._spider)

    def _progress(self) -> Progress:
        assert self._spider is not None
        frontier = self._spider.frontier
        now = time.monotonic()
        self._points.append((now, frontier.done))
        while len(self._points) > 2 and now - self._points[0][0] > RATE_SECONDS:
            self._points.popleft()
        (first, before), (last, after) = self._points[0], self._points[-1]
        rate = (after - before) / (last - first) if last > first else 0.0
        pending = frontier.queues.waiting + sum(frontier.queues.in_flight.values())
        return Progress(frontier.done, pending, rate, now - self._started, pending / rate if rate else None)



def main() -> None:
    """Run the job on standard input; never returns."""
    stop = Stop()
    teller = Teller(os.fdopen(os.dup(1), "wb"))
    # whatever a library prints must not come between the messages
    os.dup2(2, 1)
    try:
        job = CrawlJob.from_json(sys.stdin.readline())
        threading.Thread(target=_watch_parent, daemon=True).start()
        if job.previous is not None:
            inherit(job.previous, job.snapshot)
        with _lock(job):
            teller.tell(outcome=asdict(Run(job, teller, stop).crawl()))
    except (SnapshotError, sqlite3.Error, OSError) as error:
        _tell_error(teller, job, error)
    # look-ups a silent name service still holds must not keep the process
    sys.stderr.flush()
    os._exit(0)


@contextlib.contextmanager
def _without_certificates() -> Iterator[None]:
    """Let aiohttp be imported without reading the system's certificates.

    It reads them twice, for contexts of its own that nothing here uses, and that takes as long as fifty pages.
    """
    kept = os.environ.get(_CERTIFICATES)
    os.environ[_CERTIFICATES] = os.devnull
    try:
        yield
    finally:
        del os.environ[_CERTIFICATES]
        if kept is not None:
            os.environ[_CERTIFICATES] = kept


def _tell_error(teller: Teller, job: CrawlJob, error: Exception) -> None:
    if isinstance(error, sqlite3.Error):
        error = storage_error(job.snapshot, error)
    elif not isinstance(error, SnapshotError):
        error = SnapshotError(f"{job.snapshot}: 快照无法写入（{error}）")
    teller.tell(error="storage" if isinstance(error, StorageError) else "snapshot", message=str(error))


def _watch_parent() -> None:
    while sys.stdin.readline():
        pass
    os._exit(ORPHANED)


@contextlib.contextmanager
def _lock(job: CrawlJob) -> Iterator[None]:
    """Hold the snapshot alone; raises SnapshotError where another crawl keeps holding it.

    The file is never closed before the process ends: closing it would let go of SQLite's own locks on it.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    try:
        handle = os.open(job.snapshot, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise SnapshotError(f"{job.snapshot}: 快照无法写入（{error.strerror}）") from None
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise SnapshotError(f"{job.snapshot}: 另一个抓取正在写这个快照") from None
            time.sleep(0.1)
        else:
            break
    yield


if __name__ == "__main__":
    main()
