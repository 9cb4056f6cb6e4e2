"""Scrapy's settings for crawling a public site as a guest, each override with its reason.

What depends on the job (delay, concurrency) is set by the spider from its CrawlJob.
"""

from __future__ import annotations

BOT_NAME = "xunjian"
SPIDER_MODULES = ["crawler.spiders"]

# The frontier is a table of the snapshot: JOBDIR loses the queue when the process is killed.
SCHEDULER = "crawler.frontier.Frontier"
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"

# One asyncio loop without a Twisted reactor under it: everything here is asyncio.
TWISTED_REACTOR_ENABLED = False

# The frontier bounds and paces what is under way; doing it a second time for every request costs as much as fetching.
DOWNLOADER = "crawler.downloader.Downloader"

# Redirects are answers to be recorded, retries are spaced and survive a restart, bodies are decompressed and cut
# while they stream in, cookies are kept only for gates that demand one: none of Scrapy's own does it that way.
DOWNLOADER_MIDDLEWARES_BASE: dict[str, int | None] = {}
DOWNLOADER_MIDDLEWARES = {"crawler.middlewares.robots.RobotsMiddleware": 100}
SPIDER_MIDDLEWARES_BASE: dict[str, int | None] = {}
ROBOTSTXT_OBEY = False
COOKIES_ENABLED = False
RETRY_ENABLED = False
REDIRECT_ENABLED = False
COMPRESSION_ENABLED = False

# Nothing listens for commands beside the crawl, nothing is mailed, measured or written aside.
EXTENSIONS_BASE: dict[str, int | None] = {}
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
MEMUSAGE_ENABLED = False
STATS_CLASS = "scrapy.statscollectors.DummyStatsCollector"
STATS_DUMP = False

# A line for every answer costs more than keeping the answer; whose versions are at work is looked up in a dozen files.
LOG_VERSIONS: list[str] = []
LOG_FORMATTER = "crawler.logs.QuietLogFormatter"
LOG_LEVEL = "WARNING"
WARN_ON_GENERATOR_RETURN_VALUE = False

# What rendering pages in a browser may cost (crawler.rendering.limits says what each bounds): a page that needs it
# comes to rest within a few seconds or not at all, and a site whose every page is drawn by script must not keep the
# nightly run for days.
RENDERING = {
    "pages": 500,
    "tables": 200,
    "at_once": 2,
    "page_seconds": 15.0,
    "list_seconds": 60.0,
    "browser_pages": 100,
    "memory_bytes": 1_500_000_000,
    "list_pages": 50,
    "list_rows": 1_000,
}
