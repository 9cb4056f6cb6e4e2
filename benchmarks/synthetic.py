"""A synthetic government site on disk: the same seed and size give the same bytes.

Each page is about 36 KB with 141 link targets, most of them in a navigation and a footer all pages share. Lists page
through a section's articles; articles carry the standard tags and a disclosure table, some an attachment or a
picture; 1.3 % of all addresses do not exist. The charset stands in ``<meta>`` only, as on most Chinese sites.
"""

from __future__ import annotations

import gzip
import random
import struct
import zlib
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

ENTRY = "/"
SECTIONS = 26
ITEMS = 20
PAGE_BYTES = 36_000
TARGETS = 141
_ATTACHMENTS = 0.5
_PICTURES = 0.25
_DEAD = 0.0235
_MORE = "<!--more-->"

_OFFICES = """
    人民政府办公室 发展和改革局 教育局 科学技术局 公安局 民政局 司法局 财政局 人力资源和社会保障局
    自然资源局 生态环境局 住房和城乡建设局 交通运输局 水务局 农业农村局 商务局 文化和旅游局 卫生健康局
    退役军人事务局 应急管理局 审计局 市场监督管理局 统计局 医疗保障局 城市管理局 行政审批局
""".split()
_TOPICS = """
    政策文件 政策解读 通知公告 工作动态 财政预决算 重点项目 公共资源交易 行政许可 行政处罚 应急管理
    乡村振兴 义务教育 医疗卫生 社会救助 养老服务 就业创业 食品安全 环境保护 住房保障 征地拆迁 会议公开
    人事信息 规划计划 统计信息 建议提案 优化营商环境
""".split()
_VERBS = """
    推进 加强 完善 落实 深化 规范 优化 强化 健全 开展 实施 组织 保障 提升
""".split()
_OBJECTS = """
    政务公开工作 基层治理能力建设 营商环境改革 安全生产责任制 农村人居环境整治 重点民生实事 项目建设进度
    财政资金绩效管理 公共服务均等化 行政执法监督 数据资源共享 惠企政策兑现 防汛抗旱准备 教育教学质量
    公立医院改革 社会保障制度 生态环境保护 招商引资服务 城市更新行动 养老托育服务 粮食安全责任
    法治宣传教育
""".split()
_LINKERS = ["", *"会议指出， 会议强调， 要求各单位 据统计， 同时， 下一步， 在此基础上， 针对上述问题，".split()]


@dataclass
class Plan:
    """What a site of so many pages consists of."""

    articles: list[int]
    pages: list[int]

    @classmethod
    def of(cls, total: int) -> Plan:
        """Spread ``total`` HTML pages over a home page, the sections' lists and their articles."""
        count = total - 1 - SECTIONS
        while True:
            articles = [count // SECTIONS + (number < count % SECTIONS) for number in range(SECTIONS)]
            pages = [max(1, -(-amount // ITEMS)) for amount in articles]
            if 1 + sum(pages) + count <= total:
                return cls(articles, pages)
            count -= 1


@dataclass
class Site:
    """A site that was written: how many pages and addresses it has, which of these answer nothing."""

    root: Path
    pages: int = 0
    addresses: set[str] = field(default_factory=set)
    dead: set[str] = field(default_factory=set)
    bytes: int = 0
    targets: int = 0


def write_site(root: Path, total: int, seed: int = 1) -> Site:
    """Write a site of about ``total`` pages under ``root``, each page and beside it the same gzipped."""
    return _Writer(root, total, seed).write()


class _Writer:
    def __init__(self, root: Path, total: int, seed: int) -> None:
        self.plan = Plan.of(total)
        self.site = Site(root)
        self.seed = seed
        self.head = self._head()
        self.foot = self._foot()

    def write(self) -> Site:
        shared = random.Random(f"{self.seed} shared")
        self._put("/style/site.css", b"body{font:14px/1.8 SimSun}" * 80)
        self._put("/style/site.js", b"function go(u){location.href=u}\n" * 120)
        for number in range(8):
            self._put(f"/images/banner{number}.png", _picture(shared))
        self._page(ENTRY, "首页", self._home(), "")
        for section in range(SECTIONS):
            for page in range(self.plan.pages[section]):
                self._page(_list_url(section, page), _TOPICS[section], self._list(section, page), _column_tags(section))
            for article in range(self.plan.articles[section]):
                self._article(section, article)
        return self.site

    # -- pages ----------------------------------------------------------------------------------------------

    def _article(self, section: int, number: int) -> None:
        chance = random.Random(f"{self.seed} {section} {number}")
        url, title, day = self._of(section, number)
        office = _OFFICES[(section + number) % len(_OFFICES)]
        parts = []
        if chance.random() < _ATTACHMENTS:
            path = url.removesuffix(".html") + ".pdf"
            self._put(path, _document(chance))
            parts.append(f'<p>附件：<a href="{path}" target="_blank">{title}附件.pdf</a></p>')
        if chance.random() < _PICTURES:
            path = url.removesuffix(".html") + ".png"
            self._put(path, _picture(chance))
            parts.append(f'<p style="text-align:center"><img src="{path}" alt="{title}"></p>')
        if chance.random() < _DEAD:
            path = url.removesuffix(".html") + "_old.html"
            self.site.dead.add(path)
            self.site.addresses.add(path)
            parts.append(f'<p>原文链接：<a href="{path}">{title}（旧版）</a></p>')
        for other in (number - 1, number + 1):
            if 0 <= other < self.plan.articles[section]:
                href, name, _ = self._of(section, other)
                parts.append(f'<p>{"上" if other < number else "下"}一篇：<a href="{href}">{name}</a></p>')
        text = [f"<p>　　{_sentence(chance)}</p>" for _ in range(12)]
        table = (
            f'<table class="xxgk" width="100%"><tr><td>索引号：</td><td>0137-{section:02d}/{day[:4]}-{number:05d}</td>'
            f"<td>主题分类：</td><td>{_TOPICS[section]}</td></tr><tr><td>发布机构：</td><td>某县{office}</td>"
            f"<td>成文日期：</td><td>{day}</td></tr><tr><td>文　　号：</td>"
            f"<td>某政发〔{day[:4]}〕{number % 90 + 1}号</td><td>有 效 性：</td><td>有效</td></tr></table>"
        )
        body = (
            f'<div class="position">您现在的位置：<a href="{ENTRY}">首页</a> &gt; <a href="{_list_url(section, 0)}">'
            f'{_TOPICS[section]}</a> &gt; 正文</div>{table}<h1 class="title">{title}</h1><div class="info">'
            f"发布日期：{day} 　来源：某县{office} 　浏览次数：<span id=\"hits\"></span></div>"
            f'<div class="content" id="zoom">{"".join(text)}{_MORE}{"".join(parts)}</div>'
        )
        tags = _column_tags(section) + (
            f'<meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="{day} 09:{number % 60:02d}">'
            f'<meta name="ContentSource" content="某县{office}"><meta name="Keywords" content="{_TOPICS[section]}">'
        )
        self._page(url, title, body, tags, chance)

    def _list(self, section: int, page: int) -> str:
        rows = []
        first = page * ITEMS
        for number in range(first, min(first + ITEMS, self.plan.articles[section])):
            href, title, day = self._of(section, number)
            rows.append(f'<li><a href="{href}" title="{title}" target="_blank">{title}</a><span>{day}</span></li>')
        last = self.plan.pages[section] - 1
        near = sorted({0, last, *range(max(0, page - 4), min(last, page + 4) + 1)})
        pager = "".join(f'<a href="{_list_url(section, other)}">{other + 1}</a>' for other in near)
        if page < last:
            pager += f'<a href="{_list_url(section, page + 1)}">下一页</a>'
        return (
            f'<div class="position">您现在的位置：<a href="{ENTRY}">首页</a> &gt; <a href="{_list_url(section, 0)}">'
            f'{_TOPICS[section]}</a></div><h2>{_TOPICS[section]}</h2><ul class="list">{"".join(rows)}</ul>'
            f'<div class="page">{pager}<span>共{self.plan.articles[section]}条 第{page + 1}/{last + 1}页</span></div>'
            + _MORE
        )

    def _home(self) -> str:
        boxes = []
        for section in range(SECTIONS):
            links = "".join(
                f'<li><a href="{href}">{title}</a><span>{day}</span></li>'
                for href, title, day in (self._of(section, n) for n in range(min(3, self.plan.articles[section])))
            )
            boxes.append(f'<div class="box"><h3><a href="{_list_url(section, 0)}">{_TOPICS[section]}</a></h3>'
                         f"<ul>{links}</ul></div>")
        return "".join(boxes) + _MORE

    def _page(
        self, url: str, title: str, body: str, tags: str, chance: random.Random | None = None,
    ) -> None:
        chance = chance or random.Random(f"{self.seed} {url}")
        html = self._html(title, body, tags, "")
        beside = self._beside(chance, TARGETS - len(_targets(html)), _targets(html))
        html = self._html(title, body, tags, beside)
        filler = PAGE_BYTES - len(html.encode())
        if filler > 0:
            more = "".join(f"<p>　　{_sentence(chance)}</p>" for _ in range(filler // 300))
            html = self._html(title, body.replace(_MORE, more), tags, beside)
            html = html.replace("</body>", "<!--" + " " * max(0, PAGE_BYTES - len(html.encode())) + "--></body>")
        data = html.encode()
        self._put(url, data)
        path = self._path(url)
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(data, 5, mtime=0))
        self.site.pages += 1
        self.site.bytes += len(data)
        self.site.targets += len(_targets(html))

    def _html(self, title: str, body: str, tags: str, beside: str) -> str:
        return (
            '<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
            f"<title>{title}-某县人民政府</title><meta name=\"SiteName\" content=\"某县人民政府\">"
            f'<meta name="SiteDomain" content="www.example.gov.cn"><meta name="SiteIDCode" content="0000000001">{tags}'
            f'{self.head}<div class="main"><div class="left">{body}</div><div class="right">{beside}</div></div>'
            f"{self.foot}</body></html>"
        )

    def _beside(self, chance: random.Random, count: int, taken: set[str]) -> str:
        """A block of ``count`` links to articles the page does not link to yet."""
        rows: list[str] = []
        seen = set(taken)
        for _ in range(count * 30):
            if len(rows) >= count:
                break
            section = chance.randrange(SECTIONS)
            href, title, _ = self._of(section, chance.randrange(max(1, self.plan.articles[section])))
            if href not in seen:
                seen.add(href)
                rows.append(f'<li><a href="{href}">{title}</a></li>')
        return f'<h3>相关信息</h3><ul class="hot">{"".join(rows)}</ul>'

    # -- what all pages share -------------------------------------------------------------------------------

    def _head(self) -> str:
        links = "".join(
            f'<li class="nav-item"><a href="{_list_url(section, 0)}" title="{_TOPICS[section]}" target="_self">'
            f"<span>{_TOPICS[section]}</span></a></li>" for section in range(SECTIONS)
        )
        banners = "".join(f'<img src="/images/banner{number}.png" alt="横幅{number}">' for number in range(8))
        return (
            '<link rel="stylesheet" href="/style/site.css"><script src="/style/site.js"></script></head><body>'
            f'<div class="top"><a href="{ENTRY}">某县人民政府</a>{banners}</div><div class="nav"><ul>{links}</ul></div>'
        )

    def _foot(self) -> str:
        links = []
        for number in range(52):
            section = number % SECTIONS
            if number // SECTIONS < self.plan.articles[section]:
                href, title, _ = self._of(section, number // SECTIONS)
                links.append(f'<dd class="foot-link"><a href="{href}" target="_blank" title="{title}">{title}</a></dd>')
        return (
            f'<div class="foot"><dl><dt>热点专题</dt>{"".join(links)}</dl><p>版权所有：某县人民政府'
            "　主办：某县人民政府办公室　网站标识码：0000000001　备案号：某ICP备00000001号"
            "　联系电话：0000-0000000</p></div>"
        )

    # -- pieces ---------------------------------------------------------------------------------------------

    def _of(self, section: int, number: int) -> tuple[str, str, str]:
        """Address, title and day of an article."""
        chance = random.Random(section * 1_000_003 + number * 7 + self.seed)
        year, month, day = 2026 - number * 3 // max(1, self.plan.articles[section]), number % 12 + 1, number % 28 + 1
        title = (
            f"关于{chance.choice(_VERBS)}{chance.choice(_OBJECTS)}{chance.choice(_VERBS)}{chance.choice(_OBJECTS)}的"
            f"{chance.choice(('通知', '公告', '意见', '情况通报', '实施方案'))}（第{number + 1}号）"
        )
        url = f"/s{section:02d}/{year}/{month:02d}/t{section:02d}_{number:05d}.html"
        return url, title, f"{year}-{month:02d}-{day:02d}"

    def _path(self, url: str) -> Path:
        return self.site.root / (url[1:] or "index.html")

    def _put(self, url: str, data: bytes) -> None:
        path = self._path(url)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        self.site.addresses.add(url)


def _list_url(section: int, page: int) -> str:
    return f"/s{section:02d}/index{f'_{page}' if page else ''}.html"


def _column_tags(section: int) -> str:
    return f'<meta name="ColumnName" content="{_TOPICS[section]}"><meta name="ColumnType" content="{_TOPICS[section]}">'


def _targets(html: str) -> set[str]:
    return {part.split('"', 1)[0] for marker in (' href="', ' src="') for part in html.split(marker)[1:]}


def _sentence(chance: random.Random) -> str:
    return escape(
        f"{chance.choice(_LINKERS)}{chance.choice(_OFFICES)}{chance.choice(_VERBS)}{chance.choice(_OBJECTS)}，"
        f"{chance.choice(_VERBS)}{chance.choice(_OBJECTS)}{chance.randrange(2, 900)}项，"
        f"完成投资{chance.randrange(100, 99999)}万元，同比增长{chance.randrange(1, 300) / 10}%，"
        f"{chance.choice(_VERBS)}{chance.choice(_OBJECTS)}。"
    )


def _picture(chance: random.Random) -> bytes:
    """A small PNG of noise."""
    rows = b"".join(b"\x00" + chance.randbytes(64) for _ in range(64))
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    header = struct.pack(">IIBBBBB", 64, 64, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def _document(chance: random.Random) -> bytes:
    """A PDF of one page with a few lines and a block of noise such as embedded fonts are."""
    lines = "".join(f"({chance.randrange(10**9)} Annex line {n}) Tj 0 -14 Td " for n in range(20))
    stream = f"BT /F1 10 Tf 50 780 Td {lines}ET".encode()
    noise = chance.randbytes(20_000)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(noise), noise),
    ]
    data, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj%s endobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return data + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1, table, len(objects) + 1, len(data))
