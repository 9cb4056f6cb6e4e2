"""Scrapy's downloader component (setting DOWNLOADER) without its own queues, slots and delays.

The frontier bounds and paces what is under way, per host and in all, and Scrapy's downloader would do it a second
time for every request. What the frontier hands out is fetched by the same middleware and the same handler as what is
asked through the engine, without the engine: it makes a dozen tasks and callbacks of every answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.core.downloader.middleware import DownloaderMiddlewareManager
from scrapy.utils.defer import deferred_from_coro

from crawler.download import Download, SiteDownloadHandler
from crawler.middlewares.robots import RobotsMiddleware

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.internet.defer import Deferred

    from crawler.frontier import HostQueue


class Downloader:
    """Fetches what the frontier hands out as soon as it is handed out."""

    def __init__(self, crawler: Crawler) -> None:
        self.active: set[Request] = set()
        self.middleware = DownloaderMiddlewareManager.from_crawler(crawler)
        self._robots = next((one for one in self.middleware.middlewares if isinstance(one, RobotsMiddleware)), None)
        self._crawler = crawler
        self._handler: SiteDownloadHandler | None = None
        crawler.signals.connect(self._stopped, signals.engine_stopped)

    @property
    def handler(self) -> SiteDownloadHandler:
        """The one download handler; call inside the event loop."""
        if self._handler is None:
            self._handler = SiteDownloadHandler(self._crawler)
        return self._handler

    def fetch(self, request: Request) -> Deferred[Response | Request]:
        """Fetch for the engine, which from now on must not take itself for idle."""
        self.active.add(request)
        return deferred_from_coro(self._fetch(request))

    async def _fetch(self, request: Request) -> Response | Request:
        try:
            return await self.middleware.download_async(self.handler.download_request, request)
        finally:
            self.active.remove(request)

    async def ask(
        self, url: str, role: str, host: HostQueue, *, cookie: str | None, headers: Mapping[str, str] | None,
    ) -> Download:
        """Fetch for the frontier; raises what the handler raises, and RobotsDisallowedError."""
        if self._robots is not None and (asking := self._robots.judge(url, role, host)) is not None:
            await asking
        return await self.handler.download(url, role, cookie=cookie, headers=headers)

    def needs_backout(self) -> bool:
        """Whether the engine is to wait before it asks for more: the frontier sees to that."""
        return False

    def close(self) -> None:
        """Stop; there is nothing to be stopped before the engine has."""

    async def _stopped(self) -> None:
        if self._handler is not None:
            await self._handler.close()
