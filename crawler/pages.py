"""Has pages read in processes of their own, so that no page can stall or end the crawl."""

from __future__ import annotations

import logging
import os

import msgspec

from crawler.snapshot.records import Link, PageAnswer, PageMessage, Reading
from crawler.snapshot.runs import Run
from crawler.workers import Pool, WorkerDied, WorkerError, WorkerTimeout

MEMORY_BYTES = 2 * 1024 * 1024 * 1024
# The crawl itself keeps no more than about this many readers busy.
MOST_READERS = 4
CALLS_AHEAD = 4
# The crawl's own core is not busy all the time: a reader more pays where pages wait on end for longer than a
# reader takes to start.
MORE_READERS = 1
PATIENCE_SECONDS = 0.5

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(PageAnswer).decode
_decode_links = msgspec.msgpack.Decoder(list[Link]).decode
_RUNS_KEPT = 2_000
_MET_KEPT = 100_000

logger = logging.getLogger(__name__)


class UnreadableError(Exception):
    """A page could not be read; the message is one Chinese line that says so."""


class PageReading(Reading):
    """A Reading whose links also stand in ``runs``; those that pages have in common are the same object each time."""

    runs: list[Run[Link]] = msgspec.field(default_factory=list)


class PageReader:
    """Reads pages beside the crawl: one process for each core but the crawl's own, and one at least.

    Where that is too few for long, there is one more.

    A page takes at most ``timeout`` seconds.
    """

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._runs: dict[bytes, Run[Link]] = {}
        self._met: set[int] = set()
        self._pool = Pool(
            "crawler.extract.serve:answer", size=min(_cores() - 1, MOST_READERS), memory_bytes=MEMORY_BYTES,
            calls_ahead=CALLS_AHEAD, late=MORE_READERS if _cores() > 1 else 0, patience=PATIENCE_SECONDS,
        )

    def warm(self) -> None:
        """Start the first process; call it inside the event loop."""
        self._pool.warm()

    async def read(self, body: bytes, url: str, content_type: str | None) -> PageReading:
        """Return what ``crawler.extract.reading.read_page`` gives; raises UnreadableError."""
        message = _encode(PageMessage(url=url, content_type=content_type, body=body))
        try:
            answer = _decode(await self._answer(message))
        except WorkerError as error:
            logger.error("cannot read %s: %s", url, error)
            raise UnreadableError(f"本程序未能读取此页内容（{self._words(error)}）") from None
        runs = [self._runs.get(packed) or self._run_of(packed) for packed in answer.runs]
        links = [link for run in runs for link in run.links]
        return PageReading(record=answer.record, links=links, text=answer.text, runs=runs)

    def _run_of(self, packed: bytes) -> Run[Link]:
        """Return a run of links not met twice before."""
        links, met = _decode_links(packed), hash(packed)
        if met not in self._met:
            if len(self._met) >= _MET_KEPT:
                self._met.clear()
            self._met.add(met)
            return Run(links)
        if len(self._runs) >= _RUNS_KEPT:
            self._runs.clear()
        run = self._runs[packed] = Run(links, shared=True)
        return run

    async def _answer(self, message: bytes) -> bytes:
        # a system short of memory ends whatever processes it likes, all of them at one instant if need be: the page is
        # not to blame before one more died under it than there were
        for _ in range(self._pool.size + self._pool.late):
            try:
                return await self._pool.call(message, timeout=self._timeout)
            except WorkerDied as error:
                if error.memory:
                    raise
        return await self._pool.call(message, timeout=self._timeout)

    async def close(self) -> None:
        """End the processes."""
        await self._pool.close()

    def _words(self, error: WorkerError) -> str:
        if isinstance(error, WorkerTimeout):
            return f"{self._timeout:g} 秒内没有读完"
        if isinstance(error, WorkerDied):
            return "所需内存过多" if error.memory else "读取进程异常结束"
        return "读取时出错"


def _cores() -> int:
    """Return how many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1
