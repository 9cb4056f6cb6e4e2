"""The Scrapy scheduler: what waits to be fetched is what the snapshot's ``urls`` table says waits.

The spider commits a page, its links and the addresses they add in one transaction and then tells the frontier
what was added. The frontier hands each address to the spider itself, beside Scrapy's engine, which begins and ends
the crawl and fetches what is asked in between (robots.txt, the trial of features). A crawl killed at any instant
therefore goes on with nothing lost, and nothing is fetched again but what was under way. In memory there is only the
head of each host's queue; the rest stays in the snapshot until its turn comes, however much it is.

Hosts take turns, so that a slow one never keeps the others waiting; the site's pages come before its files, but one
file is asked after every few pages, so that files are read beside pages and not all of them at the end. Other hosts
have a lane of their own beside the site. Waiting is counted by a clock that only ever goes forward.
"""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import itertools
import math
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from scrapy import Request
from scrapy.core.scheduler import BaseScheduler

from crawler.snapshot.writer import SnapshotWriter, Waiting
from crawler.urls import host_of

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Spider
    from scrapy.crawler import Crawler

# what bodies may take up while they are read, before more are asked for
MOST_HELD_BYTES = 32 * 1024 * 1024
EXTERNAL_AT_ONCE = 16
EXTERNAL_PER_HOST = 2
PAGES_PER_FILE = 2
# how many of a host's addresses are in memory: the site has few hosts with many, the outside many with few
OWN_WINDOW = 1000
EXTERNAL_WINDOW = 8
_WAKE = "data:,"


class Store(Protocol):
    """Where addresses wait whose turn is not near."""

    def pending(self, host: str, others: bool, after: int, limit: int) -> list[tuple[Waiting, float]]:
        """Return a host's next addresses after a turn, each with the seconds it has to wait still.

        ``others``: those that are no pages.
        """
        ...

    def requeue(self, waiting: Waiting) -> None:
        """Give an address the last turn of all."""
        ...


class Stored:
    """The snapshot as a Store; ``wall`` is the clock its times are of, ``longest`` bounds any wait, in seconds.

    A clock that was set back, between two runs or within one, must not make an address wait for hours.
    """

    def __init__(self, writer: SnapshotWriter, longest: float, wall: Callable[[], float] = time.time) -> None:
        self._writer = writer
        self._longest = longest
        self._wall = wall

    def pending(self, host: str, others: bool, after: int, limit: int) -> list[tuple[Waiting, float]]:
        """Return what the snapshot says waits."""
        now = self._wall()
        return [
            (waiting, min(max(waiting.not_before - now, 0.0), self._longest))
            for waiting in self._writer.pending(host, others, after, limit)
        ]

    def requeue(self, waiting: Waiting) -> None:
        """Give an address the last turn of all."""
        self._writer.requeue(waiting.url)


@dataclass(slots=True, eq=False)
class Lane:
    """One host's pages, or its other addresses: the first of them, and how many more the store holds.

    ``edge`` is the latest turn that was ever here; what the store holds comes after it.
    """

    window: deque[Waiting] = field(default_factory=deque)
    stored: int = 0
    edge: int = 0

    def __bool__(self) -> bool:
        return bool(self.window) or self.stored > 0


@dataclass(slots=True, eq=False)
class HostQueue:
    """What waits for one host, and how busy it is. A host that has not answered yet is asked one at a time.

    ``delay`` is the seconds between two requests, ``next_at`` when the next one may start. ``last_answer`` is the
    latest address it answered, ``failures`` the requests in a row without an answer since, ``timeouts`` how many
    of its addresses were given up for silence, ``checked`` whether it is being asked whether it is still there,
    ``pages_in_row`` how many pages it was asked since the last file.
    """

    name: str
    own: bool
    limit: int
    delay: float = 0.0
    pages: Lane = field(default_factory=Lane)
    others: Lane = field(default_factory=Lane)
    in_flight: int = 0
    pages_in_row: int = 0
    held_until: float = 0.0
    next_at: float = 0.0
    answered: bool = False
    last_answer: str | None = None
    failures: int = 0
    timeouts: int = 0
    checked: bool = False
    in_turn: bool = False
    paced: bool = False

    def free(self, now: float) -> bool:
        """Whether another request may start, its pace aside."""
        return self.held_until <= now and self.in_flight < (self.limit if self.answered else 1)


class Queues:
    """The order in which pending addresses are handed out: pure bookkeeping, no clock of its own, no Scrapy.

    ``concurrency`` and ``delay`` (seconds between two requests) are per host, the former of the site's;
    ``max_pages`` bounds how many pages are handed out. ``window`` is how many addresses of a host of the site
    are kept in memory.
    """

    def __init__(
        self, own_hosts: Iterable[str], concurrency: int, max_pages: int, store: Store, *,
        delay: float = 0.0, window: int = OWN_WINDOW,
    ) -> None:
        self._own = frozenset(own_hosts)
        self._concurrency = concurrency
        self._store = store
        self._delay = delay
        self._window = window
        self._hosts: dict[str, HostQueue] = {}
        self._turns: dict[bool, deque[HostQueue]] = {True: deque(), False: deque()}
        self._delayed: list[tuple[float, int, Waiting]] = []
        self._tie = itertools.count()
        self._held: list[tuple[float, str]] = []
        self.pages_left = max_pages
        self.pages = 0
        self.others = 0
        self.in_flight = {True: 0, False: 0}

    @property
    def waiting(self) -> int:
        """How many addresses wait, for whatever."""
        return self.pages + self.others + len(self._delayed)

    @property
    def runnable(self) -> bool:
        """Whether anything will still be handed out: pages beyond the limit will not."""
        return bool(self.others or self._delayed or (self.pages and self.pages_left > 0))

    def host(self, name: str) -> HostQueue:
        """Return a host's queue, making it when it is new."""
        queue = self._hosts.get(name)
        if queue is None:
            own = name in self._own
            limit = self._concurrency if own else EXTERNAL_PER_HOST
            queue = self._hosts[name] = HostQueue(name, own, limit, self._delay)
        return queue

    def take_up(self, host: str, others: bool, count: int) -> None:
        """Note that the store holds so many addresses of a host, all still to be handed out."""
        queue = self.host(host)
        (queue.others if others else queue.pages).stored += count
        self._count(others, count)
        self._line_up(queue)

    def add(self, waiting: Waiting) -> None:
        """Let an address wait that the store has just taken."""
        queue = self.host(host_of(waiting.url))
        others = waiting.role != "page"
        lane = queue.others if others else queue.pages
        room = self._window if queue.own else EXTERNAL_WINDOW
        if waiting.turn > lane.edge and not lane.stored and len(lane.window) < room:
            lane.window.append(waiting)
            lane.edge = waiting.turn
        else:
            lane.stored += 1
        self._count(others, 1)
        self._line_up(queue)

    def retry(self, waiting: Waiting, now: float, not_before: float) -> None:
        """Let an address that was handed out wait to be asked again."""
        if waiting.role == "page":
            self.pages_left += 1
            if self.pages_left == 1:
                self.line_up_all()
        if not_before > now:
            heapq.heappush(self._delayed, (not_before, next(self._tie), waiting))
        else:
            self._put_back(waiting)

    def _put_back(self, waiting: Waiting) -> None:
        queue = self.host(host_of(waiting.url))
        others = waiting.role != "page"
        (queue.others if others else queue.pages).window.append(waiting)
        self._count(others, 1)
        self._line_up(queue)

    def _count(self, others: bool, change: int) -> None:
        if others:
            self.others += change
        else:
            self.pages += change

    def take(self, now: float) -> tuple[Waiting, HostQueue] | None:
        """Return the next address that may be asked now, with its host; None where none may."""
        self._release(now)
        for own in (True, False):
            if not own and self.in_flight[False] >= EXTERNAL_AT_ONCE:
                continue
            turns = self._turns[own]
            while turns:
                queue = turns.popleft()
                queue.in_turn = False
                if not queue.free(now):
                    continue
                if queue.next_at > now:
                    self._pace(queue)
                    continue
                waiting = self._pop(queue, now)
                if waiting is not None:
                    queue.in_flight += 1
                    self.in_flight[own] += 1
                    queue.next_at = now + queue.delay
                    self._line_up(queue)
                    return waiting, queue
        return None

    def _pace(self, queue: HostQueue) -> None:
        if not queue.paced:
            queue.paced = True
            heapq.heappush(self._held, (queue.next_at, queue.name))

    def line_up_all(self) -> None:
        """Let every host that has something waiting take its turn."""
        for queue in self._hosts.values():
            self._line_up(queue)

    def _pop(self, queue: HostQueue, now: float) -> Waiting | None:
        pages_had_turn = queue.pages_in_row >= PAGES_PER_FILE and self._has_next(queue, queue.others, True, now)
        if not pages_had_turn and self.pages_left > 0 and self._has_next(queue, queue.pages, False, now):
            self.pages -= 1
            self.pages_left -= 1
            queue.pages_in_row += 1
            return queue.pages.window.popleft()
        if self._has_next(queue, queue.others, True, now):
            self.others -= 1
            queue.pages_in_row = 0
            return queue.others.window.popleft()
        return None

    def _has_next(self, queue: HostQueue, lane: Lane, others: bool, now: float) -> bool:
        """Whether a lane's window holds an address, filled again from the store where it is empty."""
        while not lane.window and lane.stored > 0:
            for waiting, seconds in self._load(queue, lane, others):
                if seconds > 0:
                    self._count(others, -1)
                    heapq.heappush(self._delayed, (now + seconds, next(self._tie), waiting))
                else:
                    lane.window.append(waiting)
        return bool(lane.window)

    def _load(
        self, queue: HostQueue, lane: Lane, others: bool, limit: int | None = None,
    ) -> list[tuple[Waiting, float]]:
        room = limit or (self._window if queue.own else EXTERNAL_WINDOW)
        loaded = self._store.pending(queue.name, others, lane.edge, room)
        if loaded:
            lane.edge = loaded[-1][0].turn
            lane.stored -= len(loaded)
        else:
            self._count(others, -lane.stored)
            lane.stored = 0
        return loaded

    def _line_up(self, queue: HostQueue) -> None:
        if not queue.in_turn and (queue.pages or queue.others):
            queue.in_turn = True
            self._turns[queue.own].append(queue)

    def settled(self, queue: HostQueue) -> None:
        """A request ended, however it did."""
        queue.in_flight -= 1
        self.in_flight[queue.own] -= 1
        self._line_up(queue)

    def hold(self, queue: HostQueue, until: float) -> None:
        """Ask a host nothing until then; ``math.inf``: until ``release``."""
        if until <= queue.held_until:
            return
        queue.held_until = until
        if until != math.inf:
            heapq.heappush(self._held, (until, queue.name))

    def release(self, queue: HostQueue) -> None:
        """Ask a held host again at once."""
        queue.held_until = 0.0
        self._line_up(queue)

    def drain(self, queue: HostQueue, prefix: str = "") -> Iterator[Waiting]:
        """Take out all that waits for a host, or only the addresses that begin with ``prefix``.

        What is not taken out gets the last turns. The store must be told of each address before the next is asked
        for, all in one transaction.
        """
        for others, lane in ((False, queue.pages), (True, queue.others)):
            left, kept = lane.stored, 0
            while lane.window or left > 0:
                while lane.window:
                    waiting = lane.window.popleft()
                    if waiting.url.startswith(prefix):
                        self._count(others, -1)
                        yield waiting
                    else:
                        self._store.requeue(waiting)
                        kept += 1
                if left > 0:
                    loaded = self._load(queue, lane, others, min(left, self._window))
                    left = left - len(loaded) if loaded else 0
                    lane.window.extend(waiting for waiting, _ in loaded)
            lane.stored += kept
        mine = [entry for entry in self._delayed if host_of(entry[2].url) == queue.name]
        taken = {entry[1] for entry in mine if entry[2].url.startswith(prefix)}
        if taken:
            self._delayed = [entry for entry in self._delayed if entry[1] not in taken]
            heapq.heapify(self._delayed)
        yield from (entry[2] for entry in sorted(mine) if entry[1] in taken)

    def hosts(self) -> list[HostQueue]:
        """All hosts known."""
        return list(self._hosts.values())

    def _release(self, now: float) -> None:
        while self._delayed and self._delayed[0][0] <= now:
            self._put_back(heapq.heappop(self._delayed)[2])
        while self._held and self._held[0][0] <= now:
            queue = self.host(heapq.heappop(self._held)[1])
            queue.paced = False
            self._line_up(queue)

    def next_event(self) -> float | None:
        """When something that waits for its time becomes free; None where nothing does."""
        times = [heap[0][0] for heap in (self._delayed, self._held) if heap]
        return min(times, default=None)


class Frontier(BaseScheduler):
    """Scrapy's scheduler interface over the snapshot; the spider tells it what it committed."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._wake_at: float | None = None
        self._stopped = False
        self._under_way: set[asyncio.Task[None]] = set()
        self._held_bytes = 0
        self._unkept: list[HostQueue] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build from the crawler, as Scrapy does."""
        return cls(crawler)

    def open(self, spider: Spider) -> None:
        """Take up everything the snapshot says waits."""
        from crawler.spiders.site import SiteSpider

        assert isinstance(spider, SiteSpider)
        job = spider.job
        self._spider = spider
        self._writer: SnapshotWriter = spider.writer
        self.now: Callable[[], float] = time.monotonic
        # where some addresses are asked again, what was asked before counts for nothing
        self.done = 0 if job.again else self._writer.fetched()
        pages = 0 if job.again else self._writer.fetched("page")
        self.queues = Queues(
            spider.scope.hosts, job.concurrency, job.max_pages - pages,
            Stored(self._writer, job.retry_delay_seconds), delay=job.delay_seconds,
        )
        for host in () if job.again else self._writer.answering_hosts():
            self.queues.host(host).answered = True
        for host, others, count in self._writer.pending_counts():
            self.queues.take_up(host, others, count)
        spider.frontier = self

    def has_pending_requests(self) -> bool:
        """Whether anything will still be asked, or is being asked."""
        return not self._stopped and (bool(self._under_way or self._unkept) or self.queues.runnable)

    def enqueue_request(self, request: Request) -> bool:
        """Accept and forget: addresses join through the snapshot; what arrives here only wakes the engine."""
        return True

    def next_request(self) -> Request | None:
        """Begin what may be asked now. Never a Request: what the engine does for each costs as much as fetching it."""
        self._begin()
        return None

    def _begin(self) -> None:
        """Ask for what may be asked now, unless as much is in memory already as may be."""
        if self._stopped:
            return
        now = self.now()
        while self._held_bytes <= MOST_HELD_BYTES and (taken := self.queues.take(now)) is not None:
            self._under_way.add(asyncio.ensure_future(self._ask(*taken)))
        if not any(self.queues.in_flight.values()):
            self.queues.line_up_all()
        self._wake_later(now)

    async def _ask(self, waiting: Waiting, host: HostQueue) -> None:
        """Ask for an address, then for what may be asked since."""
        try:
            await self._spider.ask(waiting, host)
        finally:
            self._under_way.discard(asyncio.current_task())
        self._go_on()

    def _go_on(self) -> None:
        """Ask for what may be asked by now; that nothing is left to ask is for the engine to see."""
        self._begin()
        if not (self._under_way or self._unkept):
            self.wake()

    @contextlib.contextmanager
    def holding(self, body: bytes) -> Iterator[None]:
        """Count a body as being in memory meanwhile."""
        self._held_bytes += len(body)
        try:
            yield
        finally:
            self._held_bytes -= len(body)

    async def wait(self) -> None:
        """Return when nothing is being asked any more."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def in_turn(self, host: HostQueue) -> None:
        """Return when another request to a host keeps its pace; for requests that never waited here."""
        now = self.now()
        at = max(now, host.next_at)
        host.next_at = at + host.delay
        if at > now:
            await asyncio.sleep(at - now)

    def added(self, addresses: Iterable[Waiting]) -> None:
        """Let addresses wait that the writer has just made pending."""
        for waiting in addresses:
            self.queues.add(waiting)

    def settled(self, host: HostQueue, *, recorded: bool) -> None:
        """A request ended; ``recorded`` says whether its answer now stands in the snapshot.

        Until that is committed it counts as under way: never more is asked again after a kill than may be at once.
        """
        self.done += recorded
        if not self._writer.gathered:
            self.queues.settled(host)
            return
        self._unkept.append(host)
        if 2 * len(self._unkept) >= sum(self.queues.in_flight.values()):
            self._spider.flush()

    def committed(self) -> None:
        """All answers so far are kept."""
        if self._unkept:
            kept, self._unkept = self._unkept, []
            for host in kept:
                self.queues.settled(host)
            asyncio.get_running_loop().call_soon(self._go_on)

    def stop(self) -> None:
        """Hand out nothing more; what waits stays in the snapshot."""
        self._stopped = True

    def _woken(self) -> None:
        self._wake_at = None
        self._go_on()

    def wake(self) -> None:
        """Let the engine look now whether anything is left: it does so by itself only every few seconds."""
        engine = self._crawler.engine
        if engine is not None and engine.spider is not None and engine.scheduler is self:
            engine.crawl(Request(_WAKE))

    def _wake_later(self, now: float) -> None:
        at = self.queues.next_event()
        if at is None or (self._wake_at is not None and self._wake_at <= at):
            return
        self._wake_at = at
        asyncio.get_running_loop().call_later(max(at - now, 0.01), self._woken)
