"""Files of a crawled site: read beside the crawl, each content once, none of them able to stop it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from checks import broken_attachment
from checks.site import Site as CheckedSite
from crawler.run import CrawlJob, CrawlOutcome, crawl
from crawler.snapshot.files import PASSING
from crawler.snapshot.reader import SnapshotReader

from .compare import content
from .server import Answer, Site, html, page, raw, serving, status, truncated

sys.path.insert(0, str(Path(__file__).parents[1]))
import officefiles as made

PDF = made.pdf([made.TEXT], made.ROWS)
BINARY = "application/octet-stream"
LIMIT = 500_000


def routes() -> dict[str, Answer]:
    files = {
        "/a/通知.pdf": PDF, "/b/copy.pdf": PDF, "/list.xlsx": made.xlsx(), "/old.xls": made.html_table(),
        "/pack.zip": made.gbk_zip({"目录.xlsx": made.xlsx()}), "/down?id=3": made.docx([made.TEXT]),
        "/hang.pdf": made.pdf_bomb(3_000_000), "/torn.docx": made.docx()[:9000], "/pack.rar": b"Rar!\x1a\x07\x00" + bytes(99),
        "/large.pdf": PDF + bytes(2 * LIMIT), "/photo.jpg": b"\xff\xd8\xff\xe0" + bytes(99), "/app.apk": made.zipped({"a": b"b"}),
        "/data.json": b"{}", "/旧.doc": made.ole({"WordDocument": bytes(12)}),
    }
    offered = "".join(f'<p>附件：<a href="{path}">{path}</a></p>' for path in ("/a/通知.pdf", "/hang.pdf", "/list.xlsx"))
    article = (
        '<html><head><meta charset="utf-8"><meta name="ArticleTitle" content="关于公开目录的通知"><meta name="PubDate" '
        f'content="2026-03-02 10:00"><title>关于公开目录的通知</title></head><body><h1>关于公开目录的通知</h1><div><p>{"正文内容。" * 40}</p>'
        f"{offered}</div></body></html>"
    ).encode()
    listed = [quote(path, safe="/?=") for path in files]
    answers: dict[str, Answer] = {
        path: raw(body, BINARY) for path, body in zip(listed, files.values(), strict=True)
    }
    return {
        **answers,
        "/": page("/article.html", *listed, "/gone.pdf", "/page.pdf", "/cut.pdf", "/served-as-page"),
        "/article.html": raw(article),
        "/gone.pdf": status(404, html(title="没有")),
        "/page.pdf": raw(html(title="文件不存在").encode()),
        "/cut.pdf": truncated(PDF[:1000], len(PDF)),
        "/served-as-page": raw(PDF, "text/html"),
    }


def job(site: Site, path: Path, **values: object) -> CrawlJob:
    settings: dict[str, object] = {
        "snapshot": path, "site": "测试站", "start": (f"{site.url}/",), "delay_seconds": 0.0, "retry_delay_seconds": 0.1,
        "timeout_seconds": 3.0, "read_file_timeout_seconds": 4.0, "max_read_file_bytes": LIMIT, "check_external_links": False,
    }
    return CrawlJob(**{**settings, **values})  # type: ignore[arg-type]


@dataclass
class Crawled:
    site: Site
    path: Path
    reader: SnapshotReader
    outcome: CrawlOutcome

    def outcome_of(self, path: str) -> tuple[str, str] | None:
        record = self.reader.file(self.site.url + path)
        return None if record is None else (record.format, record.outcome)


@pytest.fixture(autouse=True, scope="module")
def no_programs() -> Iterator[None]:
    """Old Word files are read by programs this machine may have or not."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", "/nonexistent")
        yield


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    path = tmp_path_factory.mktemp("files") / "run.sqlite"
    with serving(Site(routes())) as site:
        outcome = crawl(job(site, path))
        reader = SnapshotReader(path)
        yield Crawled(site, path, reader, outcome)
        reader.close()


def test_files_are_read_and_none_stops_the_crawl(crawled: Crawled) -> None:
    assert crawled.outcome.ended == "finished"
    assert "读取 .doc、.wps 须先安装 LibreOffice" in crawled.outcome.reason
    assert crawled.outcome.counts["files_read"] == 5
    assert {path: crawled.outcome_of(path) for path in (
        "/a/%E9%80%9A%E7%9F%A5.pdf", "/b/copy.pdf", "/list.xlsx", "/old.xls", "/pack.zip", "/down?id=3", "/served-as-page",
    )} == {
        "/a/%E9%80%9A%E7%9F%A5.pdf": ("pdf", "ok"), "/b/copy.pdf": ("pdf", "ok"), "/list.xlsx": ("xlsx", "ok"),
        "/old.xls": ("html", "ok"), "/pack.zip": ("zip", "ok"), "/down?id=3": ("docx", "ok"), "/served-as-page": ("pdf", "ok"),
    }
    assert {path: crawled.outcome_of(path) for path in ("/hang.pdf", "/torn.docx", "/pack.rar", "/large.pdf")} == {
        "/hang.pdf": ("pdf", "timeout"), "/torn.docx": ("docx", "unreadable"), "/pack.rar": ("rar", "unsupported"),
        "/large.pdf": ("unknown", "too-large"),
    }
    for path in ("/photo.jpg", "/app.apk", "/data.json", "/gone.pdf", "/page.pdf", "/cut.pdf", "/article.html", "/none"):
        assert crawled.outcome_of(path) is None


def test_text_tables_and_names(crawled: Crawled) -> None:
    url = crawled.site.url
    record = crawled.reader.file(url + "/old.xls")
    assert record is not None
    assert (record.claimed, record.format, record.tables[0].rows) == ("xls", "html", made.ROWS)
    assert made.TEXT in crawled.reader.file_text(url + "/down?id=3")
    assert crawled.reader.file_text(url + "/hang.pdf") == ""
    listed = dict(crawled.reader.files())
    assert listed[url + "/pack.zip"].members[0].name == "目录.xlsx"
    assert listed[url + "/hang.pdf"].outcome == "timeout"
    assert url + "/photo.jpg" not in listed


def test_equal_bytes_are_kept_once(crawled: Crawled) -> None:
    rows = crawled.reader.db.execute("SELECT count(*), count(DISTINCT sha256) FROM files").fetchone()
    # five contents that are read, one that hangs, one that is torn, one nothing reads here; one PDF has three addresses
    assert rows == (8, 8)


def test_what_a_page_offers(crawled: Crawled) -> None:
    site = CheckedSite(crawled.reader)
    article = site.pages[crawled.site.url + "/article.html"]
    assert len(article.record.attachments) == 3
    read, unread = site.attachment_texts(article)
    assert [each.record.format for each in read] == ["pdf", "xlsx"]
    assert made.TEXT in read[0].text
    assert [link.href for link in unread] == [crawled.site.url + "/hang.pdf"]


def test_a_table_exported_as_a_page_is_no_broken_attachment(crawled: Crawled) -> None:
    site = CheckedSite(crawled.reader)
    found = broken_attachment.run(site, broken_attachment.Parameters(), None)  # type: ignore[arg-type]
    targets = {str(each.target).removeprefix(crawled.site.url) for each in found.observations}
    assert "/old.xls" not in targets
    assert {"/page.pdf", "/gone.pdf"} <= targets


def test_the_same_again(crawled: Crawled, tmp_path: Path) -> None:
    assert crawl(job(crawled.site, tmp_path / "again.sqlite")).ended == "finished"
    assert content(tmp_path / "again.sqlite") == content(crawled.path)
    again = SnapshotReader(tmp_path / "again.sqlite")
    assert list(again.files()) == list(crawled.reader.files())


def test_the_next_night_takes_over_what_was_read(crawled: Crawled, tmp_path: Path) -> None:
    path = tmp_path / "next.sqlite"
    quick = job(crawled.site, path, previous=crawled.path, read_file_timeout_seconds=0.001)
    assert crawl(quick).ended == "finished"
    reader = SnapshotReader(path)
    # nothing could be read in that time: what is there is the night's before
    lasting = {url: record for url, record in crawled.reader.files() if record.outcome not in PASSING}
    assert len(lasting) == 10
    assert {url: record for url, record in reader.files() if url in lasting} == lasting
    assert reader.file(crawled.site.url + "/hang.pdf").outcome == "timeout"  # type: ignore[union-attr]
    assert made.TEXT in reader.file_text(crawled.site.url + "/down?id=3")


def test_reading_can_be_switched_off(crawled: Crawled, tmp_path: Path) -> None:
    assert crawl(job(crawled.site, tmp_path / "off.sqlite", read_attachments="never")).ended == "finished"
    reader = SnapshotReader(tmp_path / "off.sqlite")
    assert list(reader.files()) == []
    target = reader.targets[crawled.site.url + "/list.xlsx"]
    assert target.fetch is not None and target.fetch.sha256
