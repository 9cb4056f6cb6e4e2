"""Keeps Scrapy from composing a log line for every answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.logformatter import LogFormatter

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.http import Response
    from scrapy.logformatter import LogFormatterResult


class QuietLogFormatter(LogFormatter):
    """Scrapy's log lines, without the one for each answer: the snapshot holds those."""

    def crawled(  # type: ignore[override]
        self, request: Request, response: Response, spider: Spider,
    ) -> LogFormatterResult | None:
        """Return nothing to log."""
        return None
