"""Inspections of one site night after night: what is carried over, and a crawl that failed is not a bad site."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.home import Home
from checks.faults import crawl_faults, hiding, without_hidden
from checks.model import CrawlFault, Observation
from checks.site import Site
from crawler.snapshot.reader import SnapshotReader
from crawler.snapshot.records import Fetch, Listing, ListItem, PageRecord, Reading
from crawler.snapshot.writer import SnapshotWriter
from tests.localsite import Answer, LocalSite, page, serve
from tests.test_cli import configure, run

TRAIL = '<div>当前位置：<a href="/">首页</a> &gt; 工作动态</div>'


def county(shown: bool) -> dict[str, Answer]:
    """A site whose one column lists 24 articles, or, not ``shown``, has a list that cannot be read."""
    rows = "".join(
        f'<li><a href="/zwgk/dt/{n}.html">县政府召开第{n}次常务会议研究部署重点工作</a><span>2026-10-{n:02}</span></li>'
        for n in range(1, 25)
    )
    listing = f"<ul>{rows}</ul>" if shown else "<div>栏目正在加载，请稍候查看各项工作动态。</div>"
    answers = {
        "/": page("云岭县人民政府", '<ul><li><a href="/zwgk/dt/">工作动态</a></li><li><a href="/about.html">县情</a></li></ul>'),
        "/about.html": page("县情概况", "<p>云岭县位于省境南部，辖十二个乡镇，历史悠久，物产丰富。</p>"),
        "/zwgk/dt/": page("工作动态", TRAIL + listing),
        "/robots.txt": Answer(b"User-agent: *\nDisallow:\n", content_type="text/plain"),
    }
    for n in range(1, 25):
        answers[f"/zwgk/dt/{n}.html"] = page(
            f"县政府召开第{n}次常务会议研究部署重点工作",
            f"<h1>县政府召开第{n}次常务会议研究部署重点工作</h1><p>发布时间：2026-10-{n:02}　来源：县政府办公室</p>"
            f"<div><p>{'会议强调，要抓好各项重点工作的落实，切实提高政务公开水平。' * 8}</p></div>",
        )
    return answers


class Nights:
    def __init__(self, folder: Path, site: LocalSite) -> None:
        self.folder, self.site = folder, site
        self.config = configure(folder, site.base + "/")

    def inspect(self, *options: str) -> tuple[subprocess.CompletedProcess[str], dict[str, Any], list[dict[str, Any]]]:
        result = run("inspect", self.config, "--out", self.folder / "out", *options)
        summary = json.loads((self.folder / "out/summary.json").read_text(encoding="utf-8"))
        lines = (self.folder / "out/findings.jsonl").read_text(encoding="utf-8").splitlines()
        return result, summary, [json.loads(line) for line in lines]

    def meta(self) -> dict[str, Any]:
        reader = SnapshotReader(self.folder / "out/run.sqlite")
        try:
            return dict(reader.meta)
        finally:
            reader.close()


def test_a_failed_crawl_condemns_nobody_and_mends_nothing(tmp_path: Path) -> None:
    with serve(county(True)) as site:
        nights = Nights(tmp_path, site)
        result, summary, first = nights.inspect()
        assert result.returncode == 0, result.stderr
        assert summary["crawl_faults"] == []
        site.answers.update(county(False))
        result, summary, second = nights.inspect()
        failed = nights.meta()
        report = (tmp_path / "out/report/index.html").read_text(encoding="utf-8")
        site.answers.update(county(True))
        again, restored, third = nights.inspect()
        carried = nights.meta()
        fresh, _, fourth = nights.inspect("--fresh")
        assert "previous" not in nights.meta()
    assert [f["status"] for f in first if f["check"] == "stale-column" and f["verdict"] == "fail"] == ["new"]
    assert result.returncode == 3 and "抓取故障" in result.stderr and "读到 27 个" in result.stderr
    kinds = {fault["kind"]: fault for fault in summary["crawl_faults"]}
    assert (kinds["site"]["before"], kinds["site"]["now"]) == (27, 3)
    assert kinds["column"]["url"] == f"{site.base}/zwgk/dt/" and kinds["column"]["before"] == 24
    assert "本次抓取有故障" in report
    assert not any(f["check"] in ("empty-column", "stale-column") and f["verdict"] == "fail" for f in second)
    assert summary["fixed"] == [], "what was not looked at is not mended"
    assert failed["previous"]["run_id"] and failed["crawl_faults"]
    assert again.returncode == 0 and restored["crawl_faults"] == []
    assert carried["previous"]["ended"] == "finished" and carried["previous"]["run_id"] != failed["run_id"]
    assert carried["unchanged"] > 20
    assert [f["status"] for f in third if f["check"] == "stale-column"] == ["open"]
    assert [_plain(f) for f in third] == [_plain(f) for f in fourth] == [_plain(f) for f in first]
    assert fresh.returncode == 0


def _plain(finding: dict[str, Any]) -> dict[str, Any]:
    """A finding without what the ledger says of it, which differs from night to night."""
    return {key: value for key, value in finding.items() if key not in ("status", "first_seen", "due")}


def snapshot(path: Path, lists: dict[str, int], outcomes: dict[str, str] | None = None, notice: str | None = None,
             home_links: bool = True, **meta: object) -> SnapshotReader:
    """A run of a site whose home page links to lists of so many items each."""
    base = "http://a.example"
    writer = SnapshotWriter(path)
    writer.set_meta(start=[f"{base}/"], hosts=["a.example"], started="2026-10-01T00:00:00+00:00", ended="finished", **meta)
    html = {"outcome": "ok", "status": 200, "content_type": "text/html", "fetched_at": 1.0, "bytes": 9}
    links = [(f"{base}{name}", "a", name, "page", True) for name in lists] if home_links else []
    writer.save(f"{base}/", Fetch(**html), reading=Reading(record=PageRecord(page_kind="home", text_length=99)), links=links)
    for name, count in lists.items():
        outcome = (outcomes or {}).get(name, "ok")
        if outcome == "absent":
            continue
        if outcome != "ok":
            status = 404 if outcome == "http-error" else None
            writer.save(f"{base}{name}", Fetch(outcome=outcome, status=status, attempts=2, reason="原因"))
            continue
        items = [ListItem(title=f"第{n}条信息的标题", href=f"{base}{name}{n}.html", date="2026-09-01") for n in range(count)]
        record = PageRecord(
            page_kind="column", title=name, column_name=name.strip("/"), breadcrumb=["首页", name.strip("/")],
            text_length=500, listing=Listing(items=items, count=count, empty_notice=notice), signature=name,
        )
        writer.save(f"{base}{name}", Fetch(**html, sha256=name), reading=Reading(record=record, text=name))
    writer.finish()
    writer.close()
    return SnapshotReader(path)


BEFORE = {"/a/": 9, "/b/": 5, "/c/": 2}


@pytest.mark.parametrize(("now", "outcomes", "extra", "lost"), [
    ({"/a/": 9, "/b/": 5, "/c/": 2}, {}, {}, []),
    ({"/a/": 1, "/b/": 0, "/c/": 0}, {}, {}, ["b"]),
    ({"/a/": 0, "/b/": 0, "/c/": 0}, {}, {"notice": "暂无信息"}, []),
    (BEFORE, {"/a/": "http-error"}, {}, []),
    (BEFORE, {"/a/": "blocked", "/b/": "timeout"}, {}, ["a", "b"]),
    ({"/a/": 9}, {}, {}, []),
    ({"/a/": 9, "/b/": 0}, {"/b/": "robots"}, {}, ["b"]),
], ids=["same", "empty", "says so", "gone", "blocked", "dropped", "robots"])
def test_which_columns_a_crawl_lost(
    tmp_path: Path, now: dict[str, int], outcomes: dict[str, str], extra: dict[str, Any], lost: list[str],
) -> None:
    earlier = snapshot(tmp_path / "before.sqlite", BEFORE)
    site = Site(snapshot(tmp_path / "now.sqlite", now, outcomes, **extra), earlier=earlier)
    found = crawl_faults(site)
    assert [fault.column for fault in found] == lost
    assert all("抓取故障" in fault.message and fault.kind == "column" for fault in found)
    assert crawl_faults(Site(site.snapshot)) == []


def test_a_column_that_stays_empty_is_the_sites_own_after_some_runs(tmp_path: Path) -> None:
    empty = {**BEFORE, "/b/": 0}
    faults: list[Any] = []
    earlier = snapshot(tmp_path / "0.sqlite", BEFORE)
    for number in range(1, 6):
        marked = snapshot(tmp_path / f"{number}.sqlite", empty)
        found = crawl_faults(Site(marked, earlier=earlier))
        faults.append([(fault.runs, fault.before) for fault in found])
        marked.close()
        writer = SnapshotWriter(tmp_path / f"{number}.sqlite")
        writer.set_meta(crawl_faults=[{"kind": "column", "url": f.url, "column": f.column, "before": f.before, "runs": f.runs}
                                      for f in found])
        writer.close()
        earlier = SnapshotReader(tmp_path / f"{number}.sqlite")
    assert faults == [[(1, 5)], [(2, 5)], [(3, 5)], [], []]


def test_whose_conclusions_a_fault_hides() -> None:
    column = CrawlFault(kind="column", url="http://a/x/", column="通知公告", before=9, now=0, message="栏目没有读出")
    site = CrawlFault(kind="site", url="http://a/", before=90, now=9, message="只读到十分之一")
    assert hiding([column], "stale-column", "http://a/x/", "通知公告") is column
    assert hiding([column], "stale-column", "http://a/y/", "政策文件") is None
    assert hiding([column], "required-column-missing", "http://a/", None, "通知公告") is column
    assert hiding([column], "dead-link", "http://a/x/", "通知公告") is None, "what was seen was seen"
    assert hiding([site], "stale-column", "http://a/y/", "政策文件") is site
    assert hiding([], "stale-column", "http://a/x/", "通知公告") is None
    seen = [Observation(url="http://a/x/", message="已 200 天没有更新"), Observation(url="http://a/y/", message="好")]
    hidden, stands = without_hidden([column], "stale-column", seen)
    assert hidden.verdict == "unverified" and "栏目没有读出" in hidden.message and hidden.evidence["crawl_fault"]
    assert stands.verdict == "fail" and stands is seen[1]


def test_what_was_not_there_last_night_and_is_dated_before_it_is_backdated(tmp_path: Path) -> None:
    day = (datetime.now(UTC) - timedelta(days=30)).date()
    answers = county(True)
    with serve(answers) as site:
        nights = Nights(tmp_path, site)
        _, _, first = nights.inspect()
        assert not [finding for finding in first if finding["check"] == "backdated-publication"]
        row = f'<li><a href="/zwgk/dt/99.html">县水利局部署汛期巡查工作</a><span>{day}</span></li></ul>'
        listing = answers["/zwgk/dt/"].body.replace(b"</ul>", row.encode(), 1)
        site.answers["/zwgk/dt/"] = Answer(listing)
        site.answers["/zwgk/dt/99.html"] = page(
            "县水利局部署汛期巡查工作",
            f"<h1>县水利局部署汛期巡查工作</h1><p>发布时间：{day}　来源：县水利局</p>"
            f"<div><p>{'各镇要落实巡查责任，发现险情及时处置、及时报告。' * 8}</p></div>",
        )
        _, _, second = nights.inspect()
    found = [finding for finding in second if finding["check"] == "backdated-publication"]
    assert [finding["url"] for finding in found] == [site.base + "/zwgk/dt/99.html"]
    assert found[0]["evidence"]["published"] == str(day)


def test_old_runs_go_but_never_the_one_to_build_on(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for day in range(1, 6):
        snapshot(tmp_path / f"runs/{day}.sqlite", {"/a/": 3}, run_id=f"{day}").close()
        writer = SnapshotWriter(tmp_path / f"runs/{day}.sqlite")
        writer.set_meta(started=f"2026-10-0{day}T00:00:00+00:00", ended="finished" if day < 3 else "interrupted")
        writer.close()
    assert [path.stem for path in home.prune(2)] == ["3", "1"]
    assert sorted(path.name for path in (tmp_path / "runs").iterdir()) == ["2.sqlite", "4.sqlite", "5.sqlite"]
