"""The Scrapy scheduler: what waits to be fetched is what the snapshot's ``urls`` table says waits.

The spider commits a page, its links and the addresses they add in one transaction and then tells the frontier
what was added; Requests exist only while under way. A crawl killed at any instant therefore goes on with
nothing lost, and nothing is fetched again but what was under way. In memory there are only references to the
address strings the writer holds anyway.

Hosts take turns, so that a slow one never keeps the others waiting; the site's pages come before its files, and
other hosts have a lane of their own beside the site.
"""

from __future__ import annotations

import asyncio
import heapq
import math
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.core.scheduler import BaseScheduler

from crawler.snapshot.writer import SnapshotWriter
from crawler.urls import host_of

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Spider
    from scrapy.crawler import Crawler

EXTERNAL_AT_ONCE = 16
EXTERNAL_PER_HOST = 2
_WAKE = "data:,"


@dataclass(slots=True, eq=False)
class HostQueue:
    """What waits for one host, and how busy it is. A host that has not answered yet is asked one at a time.

    ``last_answer`` is the latest address it answered, ``failures`` the requests in a row without an answer since,
    ``timeouts`` how many of its addresses were given up for silence, ``checked`` whether it is being asked
    whether it is still there.
    """

    name: str
    own: bool
    limit: int
    pages: deque[str] = field(default_factory=deque)
    others: deque[str] = field(default_factory=deque)
    in_flight: int = 0
    held_until: float = 0.0
    answered: bool = False
    last_answer: str | None = None
    failures: int = 0
    timeouts: int = 0
    checked: bool = False
    in_turn: bool = False

    def free(self, now: float) -> bool:
        """Whether another request may start."""
        return self.held_until <= now and self.in_flight < (self.limit if self.answered else 1)


class Queues:
    """The order in which pending addresses are handed out: pure bookkeeping, no clock of its own, no Scrapy.

    ``concurrency`` is per host of the site, ``max_pages`` bounds how many pages are handed out.
    """

    def __init__(self, own_hosts: Iterable[str], concurrency: int, max_pages: int) -> None:
        self._own = frozenset(own_hosts)
        self._concurrency = concurrency
        self._hosts: dict[str, HostQueue] = {}
        self._turns: dict[bool, deque[HostQueue]] = {True: deque(), False: deque()}
        self._delayed: list[tuple[float, str, str]] = []
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
            queue = self._hosts[name] = HostQueue(name, own, limit)
        return queue

    def add(self, url: str, role: str, *, now: float = 0.0, not_before: float = 0.0) -> None:
        """Let an address wait, until ``not_before`` where that is later than ``now``."""
        if not_before > now:
            heapq.heappush(self._delayed, (not_before, role, url))
            return
        queue = self.host(host_of(url))
        if role == "page":
            queue.pages.append(url)
            self.pages += 1
        else:
            queue.others.append(url)
            self.others += 1
        self._line_up(queue)

    def take(self, now: float) -> tuple[str, HostQueue] | None:
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
                url = self._pop(queue)
                if url is not None:
                    queue.in_flight += 1
                    self.in_flight[own] += 1
                    self._line_up(queue)
                    return url, queue
        return None

    def line_up_all(self) -> None:
        """Let every host that has something waiting take its turn."""
        for queue in self._hosts.values():
            self._line_up(queue)

    def _pop(self, queue: HostQueue) -> str | None:
        if queue.pages and self.pages_left > 0:
            self.pages -= 1
            self.pages_left -= 1
            return queue.pages.popleft()
        if queue.others:
            self.others -= 1
            return queue.others.popleft()
        return None

    def _line_up(self, queue: HostQueue) -> None:
        if not queue.in_turn and (queue.pages or queue.others):
            queue.in_turn = True
            self._turns[queue.own].append(queue)

    def settled(self, queue: HostQueue) -> None:
        """A request ended, however it did."""
        queue.in_flight -= 1
        self.in_flight[queue.own] -= 1
        self._line_up(queue)

    def retry(self, url: str, role: str, now: float, not_before: float) -> None:
        """Let an address that was handed out wait to be asked again."""
        if role == "page":
            self.pages_left += 1
            if self.pages_left == 1:
                self.line_up_all()
        self.add(url, role, now=now, not_before=not_before)

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

    def drain(self, queue: HostQueue, prefix: str = "") -> list[str]:
        """Take out and return all that waits for a host, or only the addresses that begin with ``prefix``."""
        drained = [url for url in (*queue.pages, *queue.others) if url.startswith(prefix)]
        self.pages -= len(queue.pages)
        self.others -= len(queue.others)
        queue.pages = deque(url for url in queue.pages if not url.startswith(prefix))
        queue.others = deque(url for url in queue.others if not url.startswith(prefix))
        self.pages += len(queue.pages)
        self.others += len(queue.others)
        delayed = [entry for entry in self._delayed if host_of(entry[2]) == queue.name and entry[2].startswith(prefix)]
        if delayed:
            self._delayed = [entry for entry in self._delayed if entry not in delayed]
            heapq.heapify(self._delayed)
        return drained + [url for _, _, url in delayed]

    def hosts(self) -> list[HostQueue]:
        """All hosts known."""
        return list(self._hosts.values())

    def _release(self, now: float) -> None:
        while self._delayed and self._delayed[0][0] <= now:
            _, role, url = heapq.heappop(self._delayed)
            self.add(url, role)
        while self._held and self._held[0][0] <= now:
            self._line_up(self.host(heapq.heappop(self._held)[1]))

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
        self._clock: Callable[[], float] = time.time
        self.done = self._writer.fetched()
        self.queues = Queues(spider.scope.hosts, job.concurrency, job.max_pages - self._writer.fetched("page"))
        for host in self._writer.answering_hosts():
            self.queues.host(host).answered = True
        now = self._clock()
        for waiting in self._writer.waiting():
            # a clock set back between two runs must not make an address wait for hours
            not_before = min(waiting.not_before, now + job.retry_delay_seconds)
            self.queues.add(waiting.url, waiting.role, now=now, not_before=not_before)
        spider.frontier = self

    def has_pending_requests(self) -> bool:
        """Whether anything will still be asked."""
        return not self._stopped and self.queues.runnable

    def enqueue_request(self, request: Request) -> bool:
        """Accept and forget: addresses join through the snapshot; what arrives here only wakes the engine."""
        return True

    def next_request(self) -> Request | None:
        """Make the Request for the next address that may be asked now."""
        if self._stopped:
            return None
        now = self._clock()
        taken = self.queues.take(now)
        if taken is None:
            if not any(self.queues.in_flight.values()):
                self.queues.line_up_all()
            self._wake_later(now)
            return None
        url, host = taken
        waiting = self._writer.waiting_for(url)
        return Request(
            url,
            callback=self._spider.answered,
            errback=self._spider.failed,
            meta={"verbatim_url": True, "download_slot": host.name, "role": waiting.role, "waiting": waiting,
                  "host": host, "cookie": self._spider.cookie_for(host.name)},
        )

    def added(self, addresses: Iterable[tuple[str, str]]) -> None:
        """Let addresses wait that the writer has just made pending."""
        for url, role in addresses:
            self.queues.add(url, role)

    def settled(self, host: HostQueue, *, recorded: bool) -> None:
        """A request ended; ``recorded`` says whether its answer now stands in the snapshot."""
        self.queues.settled(host)
        self.done += recorded

    def stop(self) -> None:
        """Hand out nothing more; what waits stays in the snapshot."""
        self._stopped = True

    def wake(self) -> None:
        """Let the engine ask for requests now: it looks by itself only every few seconds."""
        self._wake_at = None
        engine = self._crawler.engine
        if engine is not None and engine.spider is not None and engine.scheduler is self:
            engine.crawl(Request(_WAKE))

    def _wake_later(self, now: float) -> None:
        at = self.queues.next_event()
        if at is None or (self._wake_at is not None and self._wake_at <= at):
            return
        self._wake_at = at
        asyncio.get_running_loop().call_later(max(at - now, 0.01), self.wake)
