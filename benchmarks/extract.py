"""What reading a page costs, in CPU, as multiples of one bare lxml parse of the same pages.

Run as ``python -m benchmarks.extract [pages]``. The pages are made in memory: a site of 36 KB pages with 141 links
each, whose navigation and footer are the same on every page, as articles (with and without the standard tags), as
articles that carry a list of links, as columns and as a portal's home. Ratios of one run on one machine can be
compared; milliseconds cannot.
"""

from __future__ import annotations

import gc
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lxml import etree

from crawler.extract import reading

SITE = "http://www.hecheng.gov.cn"
SIZE = 36_000
_KINDS = ("article", "untagged", "linked", "column", "home")
_SYLLABLES = (
    "政府信息公开工作要点主动公开依申请公开行政许可处罚决算预算教育卫生养老社会保障公共资源配置重大建设项目"
    "通知公告政策解读征求意见关于印发实施方案乡村振兴生态环境应急管理市场监督人民群众服务中心"
)
_STEPS = (
    "read_tags", "find_links", "carries_article", "read_error", "sent_to_error", "read_refresh", "is_script_shell",
    "read_signature", "read_breadcrumb", "read_attributes", "read_title", "find_footer", "find_content",
    "read_published", "read_source", "complete_from_text", "read_letters", "read_listing", "void_listing", "page_kind",
    "missing_tags", "read_related", "read_attachments", "_text", "parse_page",
)


class Site:
    """Makes the pages of one site; the same seed gives the same pages."""

    def __init__(self, seed: int = 7) -> None:
        self._random = random.Random(seed)
        self._words = [self._chars(2 + at % 3) for at in range(1500)]
        self._header = self._navigation()
        self._footer = self._foot()

    def page(self, kind: str, number: int) -> tuple[str, bytes]:
        """Return the address and the body of one page of a kind."""
        title = f"关于{self._text(18)}的通知"
        if kind in ("article", "untagged", "linked"):
            path, main = f"/art/2026/{number % 12 + 1}/art_{number % 60}_{number}.html", self._article(title)
        elif kind == "column":
            path, main = f"/col/col{number % 60}/index.html", self._rows(25, number)
        else:
            path, main = "/index.html", "".join(self._rows(8, number + at) for at in range(9))
        links = {"article": 71, "untagged": 71, "linked": 73, "column": 46, "home": 0}[kind]
        aside = self._aside(links if kind == "linked" else 16) + self._banner(links - 16 if kind != "linked" else 0)
        html = self._whole(kind, title, main, aside, number)
        short = SIZE - len(html.encode())
        if kind in ("column", "home"):
            html = html.replace("<!--code-->", f"<script>var data = {{{self._code(short)}}};</script>")
        filler = "".join(self._paragraph() for _ in range(short // 420))
        return SITE + path, html.replace("<!--more-->", filler).encode()

    def _chars(self, count: int) -> str:
        return "".join(self._random.choice(_SYLLABLES) for _ in range(count))

    def _text(self, count: int) -> str:
        text = ""
        while len(text) < count:
            text += self._random.choice(self._words)
        return text[:count]

    def _code(self, size: int) -> str:
        return ",".join(f'"k{at}":{at * 7919}' for at in range(size // 16))

    def _paragraph(self) -> str:
        sentences = "，".join(self._text(16) for _ in range(7))
        return f'<p style="text-indent: 2em; line-height: 28px"><span style="font-size: 16px">{sentences}。</span></p>'

    def _navigation(self) -> str:
        groups = []
        for group in range(8):
            items = "".join(
                f'<li><a href="/col/col{group * 7 + at}/index.html" target="_blank">{self._chars(4)}</a></li>'
                for at in range(7)
            )
            head = f'<a href="/col/group{group}/">{self._chars(4)}</a>'
            groups.append(f'<li class="nav-item">{head}<ul class="sub">{items}</ul></li>')
        logo = '<div class="logo"><img src="/images/logo.png" alt="和城县"></div>'
        return f'<div class="header">{logo}<ul class="nav">{"".join(groups)}</ul></div>'

    def _foot(self) -> str:
        about = "".join(f'<a href="/about/{at}.html">{self._chars(4)}</a> | ' for at in range(6))
        return (
            f'<div class="footer"><p>{about}</p><p>主办：和城县人民政府办公室 承办：和城县政务服务中心</p>'
            "<p>网站标识码：3700000001 鲁ICP备05000001号 鲁公网安备 37000002000001号</p></div>"
        )

    def _article(self, title: str) -> str:
        files = "".join(
            f'<p><a href="/files/{self._random.randrange(9999)}.pdf">附件{at}：{self._text(12)}.pdf</a></p>'
            for at in (1, 2)
        )
        return (
            f'<div class="article"><h1>{title}</h1><div class="info">'
            f'发布时间：2026-0{self._random.randrange(1, 9)}-12 10:20 来源：县政府办公室 '
            '浏览次数：<span id="hits"></span> 字体：[大 中 小] 打印</div>'
            f'<div class="content" id="zoom"><p>各镇人民政府，县政府各部门：</p><!--more-->{files}'
            "<p>和城县人民政府办公室</p><p>2026年3月12日</p></div></div>"
        )

    def _rows(self, count: int, number: int) -> str:
        rows = "".join(
            f'<li><a href="/art/2026/{at % 12 + 1}/art_{number % 60}_{self._random.randrange(99999)}.html" '
            f'title="{(title := self._text(24))}">{title[:18]}…</a><span>2026-0{9 - at % 9}-1{at % 9}</span></li>'
            for at in range(count)
        )
        pager = "".join(f'<a href="index_{at}.html">{at}</a>' for at in range(1, 6))
        return f'<ul class="list">{rows}</ul><div class="page">共 107 条 {pager}<a href="index_2.html">下一页</a></div>'

    def _aside(self, count: int) -> str:
        rows = "".join(
            f'<li><a href="/art/2025/2/art_9_{self._random.randrange(99999)}.html">{self._text(16)}</a></li>'
            for _ in range(count)
        )
        return f'<div class="side"><h3>相关链接</h3><ul>{rows}</ul></div>'

    def _banner(self, count: int) -> str:
        rows = "".join(
            f'<a href="http://www.unit{at}.gov.cn/"><img src="/images/b{at}.jpg" alt="{self._chars(4)}"></a>'
            if at % 4 == 0 else f'<a href="http://www.unit{at}.gov.cn/">{self._chars(5)}</a>'
            for at in range(max(0, count - 8))
        )
        return f'<div class="links">{rows}</div>'

    def _whole(self, kind: str, title: str, main: str, aside: str, number: int) -> str:
        names = {"SiteName": "和城县人民政府", "SiteDomain": "www.hecheng.gov.cn", "SiteIDCode": "3700000001",
                 "ColumnName": "通知公告", "ColumnType": "政务公开"}
        if kind in ("article", "linked"):
            names |= {"ArticleTitle": title, "PubDate": "2026-03-12 10:20", "ContentSource": "县政府办公室"}
        tags = "".join(f'<meta name="{name}" content="{value}">' for name, value in names.items())
        named = {"column": "通知公告_和城县人民政府", "home": "和城县人民政府"}.get(kind, f"{title}_和城县人民政府")
        crumb = "" if kind == "home" else (
            '<div class="path">当前位置：<a href="/">首页</a> &gt; <a href="/col/group1/">政务公开</a> &gt; '
            f'<a href="/col/col{number % 60}/index.html">通知公告</a></div>'
        )
        return (
            f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{named}</title>{tags}'
            '<link rel="stylesheet" href="/css/main.css"><script src="/js/jquery.js"></script></head><body>'
            f'{self._header}{crumb}<div class="main">{main}{aside}</div><!--code-->{self._footer}</body></html>'
        )


def pages(kind: str, count: int) -> list[tuple[str, bytes]]:
    """Return the addresses and bodies of some pages of one kind."""
    site = Site()
    return [site.page(kind, number) for number in range(count)]


def cpu(work: Callable[[list[tuple[str, bytes]]], None], sample: list[tuple[str, bytes]], rounds: int = 3) -> float:
    """Return the least CPU seconds some work on all pages of a sample took in some rounds."""
    best = float("inf")
    for _ in range(rounds):
        begun = time.process_time()
        work(sample)
        best = min(best, time.process_time() - begun)
    return best


def parse_bare(sample: list[tuple[str, bytes]]) -> None:
    """Parse pages as lxml does, and nothing more."""
    for _, body in sample:
        etree.fromstring(body, parser=etree.HTMLParser(encoding="utf-8"))


def read_all(sample: list[tuple[str, bytes]]) -> None:
    """Read pages in full."""
    for url, body in sample:
        reading.read_page(body, url, content_type="text/html; charset=utf-8")


@contextmanager
def shares() -> Iterator[dict[str, float]]:
    """Give the CPU seconds each step of a reading takes while the block runs, by the step's name."""
    spent: dict[str, float] = {}
    own = {name: getattr(reading, name) for name in _STEPS}

    def timed(name: str) -> Callable[..., object]:
        step = own[name]

        def call(*args: object, **named: object) -> object:
            begun = time.perf_counter()
            try:
                return step(*args, **named)
            finally:
                spent[name] = spent.get(name, 0.0) + time.perf_counter() - begun

        return call

    for name in own:
        setattr(reading, name, timed(name))
    try:
        yield spent
    finally:
        for name, step in own.items():
            setattr(reading, name, step)


def main(count: int = 100) -> None:
    """Print the cost of every kind of page, and of the steps of its reading."""
    # as the crawl's own process does
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    for kind in _KINDS:
        sample = pages(kind, count)
        read_all(sample[:5])
        bare, whole = cpu(parse_bare, sample) / count, cpu(read_all, sample) / count
        size = sum(len(body) for _, body in sample) / count
        links = sum(len(reading.read_page(body, url).links) for url, body in sample[:10]) / 10
        print(f"{kind:<10} {size / 1000:5.1f} KB {links:4.0f} links  parse {1000 * bare:5.2f} ms"
              f"  read_page {1000 * whole:5.2f} ms = {whole / bare:4.1f} parses")
        with shares() as spent:
            read_all(sample)
        ordered = sorted(spent.items(), key=lambda item: -item[1])
        print("           " + ", ".join(f"{name} {1000 * value / count:.2f}" for name, value in ordered[:12]))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
