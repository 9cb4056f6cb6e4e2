"""Scrapy as it comes: a spider that follows what LinkExtractor finds and notes what does not answer."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess
from scrapy.http import HtmlResponse, Response
from scrapy.linkextractors import LinkExtractor


class LinkSpider(Spider):
    name = "links"
    handle_httpstatus_all = True

    def __init__(self, start: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.start_urls = [start]
        self.extractor = LinkExtractor(
            allow_domains=[urlsplit(start).netloc], tags=("a", "area", "img", "link", "script", "iframe"),
            attrs=("href", "src"), deny_extensions=[],
        )
        self.pages = self.others = 0
        self.dead: list[tuple[str, str]] = []

    def parse(self, response: Response) -> Iterator[Request]:
        if response.status >= 400:
            assert response.request is not None
            self.dead.append((response.url, str(response.request.headers.get("Referer"))))
        elif isinstance(response, HtmlResponse):
            self.pages += 1
            for link in self.extractor.extract_links(response):
                yield Request(link.url, callback=self.parse)
        else:
            self.others += 1

    def closed(self, reason: str) -> None:
        print(f"pages={self.pages} others={self.others} dead={len(self.dead)}")


if __name__ == "__main__":
    process = CrawlerProcess({"LOG_LEVEL": "WARNING", "HTTPERROR_ALLOW_ALL": True})
    process.crawl(LinkSpider, start=sys.argv[1])
    process.start()
