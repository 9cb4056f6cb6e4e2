"""Honours robots.txt: asked once per host; the site's own is kept in the snapshot for a resumed crawl.

A robots.txt that is absent, broken or cannot be had allows everything: many sites answer errors or their home
page for it, and an inspection that stops there would inspect nothing.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable
from itertools import islice
from typing import TYPE_CHECKING

from protego import Protego
from scrapy import Request
from scrapy.exceptions import IgnoreRequest, NotConfigured

from crawler.download import header
from crawler.outcomes import explain
from crawler.urls import AddressError, canonical

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from crawler.download import Download
    from crawler.frontier import HostQueue
    from crawler.spiders.site import SiteSpider

MAX_HOPS = 5
MAX_CRAWL_DELAY = 5.0
MAX_SITEMAPS = 50

_SITEMAP = re.compile(r"^[^\S\n]*sitemap[^\S\n]*:[^\S\n]*(\S{1,2000})", re.IGNORECASE | re.MULTILINE)


class RobotsDisallowedError(IgnoreRequest):
    """The host's robots.txt does not allow this address."""


class RobotsMiddleware:
    """Downloader middleware that lets pass what a host's robots.txt allows."""

    def __init__(self, crawler: Crawler) -> None:
        spider = crawler.spider
        if TYPE_CHECKING:
            assert isinstance(spider, SiteSpider)
        if not spider.job.obey_robots:
            raise NotConfigured
        self._crawler = crawler
        self._writer = spider.writer
        self._agent = spider.job.user_agent
        self._delay = spider.job.delay_seconds
        self._name_sitemaps = spider.name_sitemaps
        self._rules: dict[str, Protego | None] = {}
        self._asking: dict[str, asyncio.Future[None]] = {}
        for host, text in spider.writer.notes("robots:"):
            self._rules[host] = _parsed(str(text))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build from the crawler; raises NotConfigured where the job does not obey robots."""
        return cls(crawler)

    def process_request(self, request: Request) -> Awaitable[None] | None:
        """Let an allowed request pass; raises RobotsDisallowedError for another."""
        return self.judge(request.url, request.meta.get("role", "page"), request.meta.get("host"))

    def judge(self, url: str, role: str, host: HostQueue | None) -> Awaitable[None] | None:
        """Raise RobotsDisallowedError for an address that may not be asked, now or when what is returned is awaited."""
        # the scripts of an allowed page are part of it
        if role in ("robots", "part"):
            return None
        origin = "/".join(url.split("/", 3)[:3])
        if origin in self._rules:
            self._judge(origin, url, host)
            return None
        return self._ask_and_judge(origin, url, host)

    async def _ask_and_judge(self, origin: str, url: str, host: HostQueue | None) -> None:
        asking = self._asking.get(origin)
        if asking is None:
            asking = self._asking[origin] = asyncio.get_running_loop().create_future()
            try:
                text = await self._ask(f"{origin}/robots.txt")
                self._rules[origin] = _parsed(text or "")
                if text is not None and host is not None and host.own:
                    with self._writer.transaction():
                        self._writer.set_meta(**{f"robots:{origin}": text})
                        self._name_sitemaps(_sitemaps(text, origin))
            finally:
                asking.set_result(None)
                del self._asking[origin]
        else:
            await asking
        self._judge(origin, url, host)

    async def _ask(self, url: str) -> str | None:
        """Return the text of a robots.txt, empty where there is none, None where no answer came."""
        assert self._crawler.engine is not None
        for _ in range(MAX_HOPS):
            request = Request(url, meta={"role": "robots", "verbatim_url": True})
            try:
                await self._crawler.engine.download_async(request)
            except Exception as error:
                if explain(error, 0.0).unreached:
                    # a host that cannot be reached need not be tried twice to know
                    raise
                return None
            download: Download = request.meta["download"]
            location = header(download.headers, "Location")
            if not 300 <= download.status < 400 or location is None:
                return download.body.decode("utf-8", "replace") if download.status == 200 else ""
            try:
                url = canonical(location, url)
            except AddressError:
                return ""
        return ""

    def _judge(self, origin: str, url: str, host: HostQueue | None) -> None:
        rules = self._rules.get(origin)
        if rules is None:
            return
        if not rules.can_fetch(url, self._agent):
            raise RobotsDisallowedError
        asked = rules.crawl_delay(self._agent)
        if asked and host is not None:
            host.delay = max(self._delay, min(float(asked), MAX_CRAWL_DELAY))


def _sitemaps(text: str, origin: str) -> list[str]:
    """Return the addresses of sitemaps that a robots.txt names, a few at most."""
    found = []
    for match in islice(_SITEMAP.finditer(text), MAX_SITEMAPS):
        try:
            found.append(canonical(match.group(1), f"{origin}/"))
        except AddressError:
            continue
    return found


def _parsed(text: str) -> Protego | None:
    """Return the rules, None where the text has none (an HTML page answered for robots.txt, an empty file)."""
    if "disallow" not in text.lower() and "crawl-delay" not in text.lower():
        return None
    try:
        return Protego.parse(text)
    except (ValueError, TypeError):
        return None

