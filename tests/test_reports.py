"""The written reports: what stands in them, that they are stable, that nothing a site says acts in them."""

from __future__ import annotations

import ast
import base64
import hashlib
import json
import os
import re
import unicodedata
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest
import reportdata
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from lxml import html as lxml_html
from reportdata import EDUCATION, HEALTH, HOSTILE, OFFICE, QUIET, TOWN

import reports
from checks.model import Coverage
from checks.registry import all_checks
from reports import words
from reports.addresses import STATUSES, finding_address, finding_page
from reports.bundle import UNASSIGNED
from reports.cards import mend_first
from reports.ledger import Decision, Handling, Mark, RunRecord, Waiver
from reports.pages import static
from reports.scoring import score_all
from reports.text import clip, legible, web_address
from reports.writers import book as book_writer
from reports.writers import findings as findings_file
from reports.writers import html, workbook
from reports.writers.files import file_stems

GOLDEN = Path(__file__).parent / "golden"
DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def tree(home: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(home)): path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file()
    }


def page(path: Path) -> lxml_html.HtmlElement:
    return lxml_html.fromstring(path.read_bytes())


def text(element: etree._Element) -> str:
    return " ".join("".join(element.itertext()).split())


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("small")
    reports.write_all(home, reportdata.small())
    return home


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("hostile")
    reports.write_all(home, reportdata.hostile())
    return home


# --- files ---


def test_one_inspection_leaves_these_files(small: Path) -> None:
    names = [EDUCATION, HEALTH, OFFICE, QUIET, TOWN, UNASSIGNED]
    bundle = reportdata.small()
    found = [*bundle.findings, *bundle.changes.fixed]
    assert set(tree(small)) == {
        "findings.jsonl",
        "summary.json",
        "ledger.xlsx",
        *(f"report/{name}.html" for name in ("index", "indicators", "departments", "columns", "checks")),
        *(f"report/departments/{name}.html" for name in names),
        *(f"report/columns/{item.column}.html" for item in found if item.column),
        *(f"report/checks/{check}.html" for check in reportdata.SECTIONS),
        *(f"report/lists/{status}.html" for status in STATUSES),
        *(f"report/{finding_page(item.fingerprint)}" for item in found),
    }


def test_findings_have_the_promised_keys_in_order_and_come_back(small: Path) -> None:
    lines = (small / "findings.jsonl").read_text(encoding="utf-8").splitlines()
    assert list(json.loads(lines[0])) == [
        "fingerprint",
        "check",
        "url",
        "target",
        "column",
        "department",
        "clauses",
        "severity",
        "confidence",
        "message",
        "verdict",
        "evidence",
        "deduction",
        "status",
        "first_seen",
        "due",
        "locator",
        "breaches",
    ]
    expected = {item.fingerprint: item for item in reportdata.small().findings}
    assert {item.fingerprint: item for item in findings_file.read(small / "findings.jsonl")} == expected
    assert "已超 5 个工作日时限 36 个工作日" in "".join(lines), "Chinese stands as it is"


def test_equal_bundles_give_equal_bytes_in_any_order(small: Path, tmp_path: Path) -> None:
    shuffled = reportdata.small()
    shuffled.changes.findings.reverse()
    reports.write_all(tmp_path, shuffled)
    written = tree(tmp_path)
    expected = tree(small)
    assert written["findings.jsonl"] == expected["findings.jsonl"]
    assert written["summary.json"] == expected["summary.json"]
    again = tmp_path / "again"
    reports.write_all(again, reportdata.small())
    assert tree(again) == expected


def test_reports_can_be_made_again_from_findings_and_summary_alone(tmp_path: Path) -> None:
    bundle = reportdata.small()
    bundle.checks = all_checks()
    reports.write_all(tmp_path / "a", bundle)
    for name in ("findings.jsonl", "summary.json"):
        (tmp_path / "b").mkdir(exist_ok=True)
        (tmp_path / "b" / name).write_bytes((tmp_path / "a" / name).read_bytes())
    reports.write_all(tmp_path / "b", reports.load_bundle(tmp_path / "b"))
    assert tree(tmp_path / "b") == tree(tmp_path / "a")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("summary.json", b"{}"),
        ("summary.json", b"\xff"),
        ("summary.json", b"[]"),
        ("findings.jsonl", b'{"check": 1}\n'),
        ("findings.jsonl", b"\xff\xfe\n"),
    ],
)
def test_files_that_are_not_ours_are_named(small: Path, tmp_path: Path, name: str, content: bytes) -> None:
    for own in ("findings.jsonl", "summary.json"):
        (tmp_path / own).write_bytes((small / own).read_bytes())
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=re.escape(name)) as caught:
        reports.load_bundle(tmp_path)
    assert len(str(caught.value).splitlines()) == 1


def test_an_interrupted_writing_leaves_the_old_reports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports.write_all(tmp_path, reportdata.small())
    before = tree(tmp_path)

    def broken(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(workbook, "write", broken)
    with pytest.raises(KeyboardInterrupt):
        reports.write_all(tmp_path, reportdata.bundle([], []))
    assert tree(tmp_path) == before


def test_what_a_killed_writing_left_and_departments_gone_are_cleared_away(tmp_path: Path) -> None:
    reports.write_all(tmp_path, reportdata.small())
    (tmp_path / ".report-killed").mkdir()
    (tmp_path / "run.sqlite").write_bytes(b"kept")
    reports.write_all(tmp_path, reportdata.bundle([], []))
    left = set(tree(tmp_path))
    assert {"findings.jsonl", "summary.json", "ledger.xlsx", "report/index.html", "run.sqlite"} <= left
    assert not [path for path in left if path.startswith(("report/departments/", "report/findings/"))]
    assert not list(tmp_path.glob(".report-*"))


def test_file_names_stand_where_they_can_and_never_clash() -> None:
    names = [
        "县教育和体育局",
        "../../etc/passwd",
        "a/b",
        "a\\b",
        "A",
        "a",
        "CON",
        "",
        " . ",
        "字" * 300,
        "局\u202e",
        "a?b#c%2f",
        "index",
    ]
    stems = file_stems(names)
    assert stems["县教育和体育局"] == "县教育和体育局"
    assert len({stem.casefold() for stem in stems.values()}) == len(names)
    for stem in stems.values():
        assert re.fullmatch(r"[^\\/:*?\"<>|#%\x00-\x20\x7f]+", stem) and not stem.startswith(".")
        assert len(stem.encode()) <= 130 and not DIRECTIONS.search(stem)
    assert file_stems(["a/b"])["a/b"] == stems["a/b"], "a name keeps its file whoever stands beside it"


@given(st.lists(st.text(), max_size=8))
def test_any_names_give_distinct_files(names: list[str]) -> None:
    stems = file_stems(names)
    assert len({stem.casefold() for stem in stems.values()}) == len(set(names))
    assert all(Path(stem).name == stem and stem not in ("", ".", "..") for stem in stems.values())


# --- summary ---


def test_summary_counts(small: Path) -> None:
    raw = (small / "summary.json").read_text(encoding="utf-8")
    data = json.loads(raw)
    assert "示例县人民政府" in raw
    assert (data["site"], data["run_id"], data["as_of"], data["plan_year"]) == (
        "示例县人民政府",
        "20261120-0130",
        "2026-11-20",
        2026,
    )
    assert data["counts"] == {
        "pages": 1203,
        "pages_known": 1240,
        "links": 18342,
        "external": 410,
        "columns": 31,
        "documents": 268,
        "letters": 32,
        "files": 96,
    }
    found = data["findings"]
    assert found["total"] == 7
    assert found["by_check"]["dead-link"] == {"total": 2, "fail": 1, "review": 0, "unverified": 1}
    assert found["by_department"][EDUCATION] == {"total": 3, "fail": 2, "review": 1, "unverified": 0}
    assert found["by_department"][UNASSIGNED]["total"] == 1
    assert found["by_severity"] == {"high": 4, "medium": 2, "low": 1}
    assert found["by_verdict"] == {"fail": 6, "unverified": 1}
    assert found["by_status"] == {"new": 5, "open": 1, "reopened": 1, "fixed": 1}
    assert data["scores"]["site"][0]["score"] == 82.63
    assert [row["name"] for row in data["scores"]["departments"]] == sorted(
        [EDUCATION, HEALTH, OFFICE, QUIET, TOWN]
    )
    assert data["uninspected"][0].startswith("37 个页面未能读取")
    assert data["packs"][0]["id"] == "shili-2026"
    assert {clause["id"] for clause in data["packs"][0]["clauses"]} == {"4.1", "4.2", "2.3", "1.2", "4.5"}


# --- pages ---


def pages_of(home: Path) -> list[Path]:
    return sorted((home / "report").rglob("*.html"))


def test_a_finding_says_what_where_why_how_who_and_when(small: Path) -> None:
    (item,) = (item for item in reportdata.small().findings if item.check == "reply-overdue")
    own = small / "report" / finding_page(item.fingerprint)
    for path in (own, small / f"report/departments/{EDUCATION}.html"):
        (card,) = page(path).xpath(f"//article[@id='f-{item.fingerprint}']")
        said = text(card)
        assert item.message in said
        assert item.url in card.xpath(".//a/@href")
        assert (
            "「对公众意见、建议和批评须在5个工作日内认真答复」——《2026年示例县政务公开工作要点》四（二）扎实搞好政民互动"
            in said
        )
        assert "立即答复来信人并公开答复" in said
        assert "2026-10-16，已逾期 25 个工作日" in said
        assert "严重" in said and "确定" in said and "未整改" in said and "5 分" in said
        assert "2026-09-18" in text(card.find(".//details"))
    assert EDUCATION in text(page(own).get_element_by_id(f"f-{item.fingerprint}"))


def test_the_arithmetic_stands_on_the_page(small: Path) -> None:
    said = text(page(small / "report/index.html"))
    assert "100 × (95 − 16.5) ÷ 95 = 82.63" in said
    assert "待人工复核的问题若全部成立：78.42 分" in said
    assert "37 个页面未能读取" in said
    assert "覆盖 97%" in said
    explained = text(page(small / "report/indicators.html"))
    assert "100 × (95 − 16.5) ÷ 95 = 82.63" in explained
    assert "严重 2 个 × 5 = 10" in explained
    assert "不适用：本次没有检查对象" in explained


def test_a_scorecard_tells_nothing_of_other_departments_but_the_median(small: Path) -> None:
    said = text(page(small / f"report/departments/{EDUCATION}.html"))
    for other in (OFFICE, HEALTH, TOWN, QUIET, "工作动态", "重大决策"):
        assert other not in said
    assert "部门组 3 家有得分，中位数 93.33 分" in said  # of 90, 93.33 and 100
    assert "中位数" not in text(page(small / f"report/departments/{TOWN}.html")), (
        "the town is alone in its group"
    )
    assert text(page(small / f"report/departments/{QUIET}.html")).count("不适用") >= 1
    assert "没有发现需要本单位整改的问题" in text(page(small / f"report/departments/{QUIET}.html"))


def test_scorecard_begins_with_what_to_mend_first(small: Path) -> None:
    shown = page(small / f"report/departments/{EDUCATION}.html").xpath(
        "//article[contains(@class, 'finding')]/@id"
    )
    own = [item for item in reportdata.small().findings if item.department == EDUCATION]
    assert shown == [f"f-{item.fingerprint}" for item in mend_first(own)]
    assert [item.check for item in mend_first(own)] == [
        "reply-overdue",
        "dead-link",
        "interpretation-missing",
    ]


def test_a_rejection_stands_out_and_little_coverage_is_provisional(tmp_path: Path) -> None:
    found = [
        reportdata.finding(
            "empty-column", f"http://a.example/{n}/", "空白", severity="veto", department=OFFICE
        )
        for n in range(5)
    ]
    reports.write_all(
        tmp_path,
        reportdata.bundle(
            found,
            [reportdata.examination("empty-column", OFFICE, 9)],
            coverage=Coverage(pages_known=1000, pages_read=412, ratio=0.412),
        ),
    )
    told = [tmp_path / f"report/{name}.html" for name in ("index", "indicators", f"departments/{OFFICE}")]
    for path in told:
        shown = page(path)
        assert "单项否决：空白栏目五个以上" in text(shown.xpath("//aside[@class='alert']")[0])
        assert "不合格（单项否决）" in text(shown)
        assert "已读页面占已知页面 41.2%，不足 80%，得分只作参考" in text(shown)


@pytest.mark.parametrize(
    "bundle",
    [
        reportdata.bundle([], []),
        reportdata.bundle([], [], packs=[reportdata.pack(indicators=[], vetoes=[])]),
        reportdata.bundle(
            [reportdata.finding("site-unreachable", "http://a.example/", "首页打不开", severity="veto")],
            [],
            coverage=Coverage(),
        ),
    ],
)
def test_an_empty_inspection_is_reported_plainly(tmp_path: Path, bundle: reports.ReportBundle) -> None:
    reports.write_all(tmp_path, bundle)
    assert "没有可计分的检查对象" in text(page(tmp_path / "report/index.html")) or "没有设分值" in text(
        page(tmp_path / "report/index.html")
    )
    reports.write_all(tmp_path, reports.load_bundle(tmp_path))


def test_links_between_pages_and_within_them_lead_somewhere(small: Path) -> None:
    for path in pages_of(small):
        shown = page(path)
        ids = shown.xpath("//@id")
        assert len(ids) == len(set(ids))
        for href in shown.xpath("//a/@href"):
            if href.startswith("#"):
                assert href[1:] in ids
            elif not href.startswith("http"):
                file, _, place = unquote(href).partition("#")
                assert (path.parent / file).is_file()
                assert not place or page(path.parent / file).xpath("//*[@id=$place]", place=place)


def test_headings_and_tables_are_marked_up(small: Path) -> None:
    for path in pages_of(small):
        shown = page(path)
        assert shown.get("lang") == "zh-CN"
        levels = [int(heading.tag[1]) for heading in shown.xpath("//h1|//h2|//h3|//h4")]
        assert levels[0] == 1 and levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels)), path
        assert all(head.get("scope") for head in shown.xpath("//th"))
        assert shown.xpath("//a[@class='skip'][@href='#main']")
        assert all(
            svg.get("aria-label") or svg.get("aria-hidden") for svg in shown.xpath("//*[local-name()='svg']")
        )


def test_many_findings_stay_within_rows_and_bytes_and_none_is_left_out(tmp_path: Path) -> None:
    bundle = reportdata.large(1500, departments=3)
    for item in bundle.findings:
        item.evidence["excerpt"] = "很长的摘录" * 2000
        item.evidence |= {f"k{n}": "<&" * 5000 for n in range(12)}
    html.write(tmp_path, bundle)
    named: dict[str, list[str]] = {}
    for path in sorted(tmp_path.rglob("*.html")):
        assert path.stat().st_size <= html.PAGE_BYTES
        shown = page(path)
        cards = shown.xpath("//article[contains(@class, 'finding')]/@id")
        rows = shown.xpath("//table[contains(@class, 'findings')]/tbody/tr")
        assert len(cards) + len(rows) <= html.ROWS
        named.setdefault(path.parent.name, []).extend(cards)
        if path.parent.name in ("lists", "checks", "columns"):
            links = shown.xpath("//table[contains(@class, 'findings')]/tbody/tr/th/a/@href")
            kind = "all" if path.name.startswith("all") else path.parent.name
            named.setdefault(kind, []).extend(href.partition("#")[2] for href in links)
    wanted = sorted(f"f-{item.fingerprint}" for item in bundle.findings)
    for kind in ("findings", "departments", "checks", "all"):
        assert sorted(named[kind]) == wanted, kind


def test_a_long_list_can_be_turned_over_page_by_page(tmp_path: Path) -> None:
    html.write(tmp_path, reportdata.large(1900, departments=2))
    seen = []
    path = tmp_path / "lists/all.html"
    while True:
        shown = page(path)
        seen += shown.xpath("//table[contains(@class, 'findings')]/tbody/tr/th/a/@href")
        current = shown.xpath("//nav[@class='turn'][1]//a[@aria-current]")
        assert len(current) == 1
        (following, *_) = shown.xpath("//a[@rel='next']/@href") or [None]
        if following is None:
            break
        path = path.parent / unquote(following)
    assert len(seen) == len(set(seen)) == 1900


def test_a_long_scorecard_goes_on_in_files_of_its_own(tmp_path: Path) -> None:
    html.write(tmp_path, reportdata.large(1200, departments=2))
    first, second = tmp_path / "departments/县第1局.html", tmp_path / "departments/县第1局+2.html"
    assert "分 3 个文件，本页是第 1 个，列第 1 至 200 条" in text(page(first))
    assert "列第 201 至 400 条" in text(page(second))
    for path in (first, second):
        local = [href for href in page(path).xpath("//a/@href") if not href.startswith(("http", "#"))]
        assert local and all("县第1局" in unquote(href) for href in local), "leads to its own parts only"


def test_addresses_of_findings_do_not_depend_on_what_else_was_found(tmp_path: Path) -> None:
    bundle = reportdata.small()
    item = bundle.findings[0]
    html.write(tmp_path / "a", bundle)
    html.write(tmp_path / "b", reportdata.bundle([item], []))
    for folder in ("a", "b"):
        file, _, place = finding_address(item.fingerprint).partition("#")
        assert page(tmp_path / folder / file).get_element_by_id(place) is not None


def test_a_check_page_is_the_published_one(small: Path) -> None:
    bundle = reportdata.small()
    shown = text(page(small / "report/checks/dead-link.html"))
    assert "整改" in shown and reportdata.SECTIONS["dead-link"][1] in shown
    assert "杜绝信息缺失和错链、死链等问题" in shown
    for item in bundle.findings:
        assert (item.message in shown) == (item.check == "dead-link")


def test_lists_say_how_findings_stand(small: Path) -> None:
    for status, count in {"all": 7, "new": 5, "open": 1, "reopened": 1, "fixed": 1, "waived": 0, "disputed": 0}.items():
        shown = page(small / f"report/lists/{status}.html")
        assert len(shown.xpath("//table[contains(@class, 'findings')]/tbody/tr")) == count
        assert text(shown.xpath("//nav[@class='choice']//a[@aria-current]")[0]).endswith(f" {count}")


def test_the_overview_compares_with_the_last_run(tmp_path: Path) -> None:
    bundle = reportdata.small()
    scores = {"shili-2026": 80.13}
    for number, day in enumerate(("2026-11-06", "2026-11-13"), start=1):
        bundle.changes.history.append(
            RunRecord(
                run_id=f"r{number}", as_of=day, new=number, open=4, fixed=2, scores=dict(scores),
                departments={EDUCATION: 70.0 + number}, coverage=0.9,
            )
        )  # fmt: skip
    bundle.changes.history.append(RunRecord(run_id=bundle.run_id, as_of="2026-11-20", new=5, open=1, reopened=1))
    html.write(tmp_path, bundle)
    shown = page(tmp_path / "index.html")
    said = text(shown)
    assert "与上次（2026-11-13）相比" in said
    assert "较上次 +2.5 分" in said  # 82.63 after 80.13
    table = shown.xpath("//details[@class='data']//table")[0]
    rows = [[text(cell) for cell in row] for row in table.xpath(".//tbody/tr")]
    assert rows == [
        ["2026-11-20", "82.63", "7", "1"],
        ["2026-11-13", "80.13", "6", "2"],
        ["2026-11-06", "80.13", "5", "2"],
    ]
    panels = shown.xpath("//div[@class='changes'][1]/div")
    assert [text(panel.find("h3")) for panel in panels] == ["5新发现", "1再次出现", "1已整改"]
    assert "72" in text(page(tmp_path / f"departments/{EDUCATION}.html").xpath("//details[@class='data']")[0])


def test_a_first_run_says_so(tmp_path: Path) -> None:
    html.write(tmp_path, reportdata.bundle(reportdata.large(5).findings, []))
    assert "第一次巡检，5 条都是新发现" in text(page(tmp_path / "index.html"))


def test_a_persons_mark_is_shown_as_a_persons(tmp_path: Path) -> None:
    bundle = reportdata.small()
    marks = [
        Mark(
            pack="shili-2026", clause="4.2", period="2026", points=10, awarded=7.5, remark="<b>抽查</b>两件来信",
            by="王某", day="2026-11-18",
        ),
        Mark(pack="shili-2026", clause="1.2", period="2026", points=5, awarded=0, applicable=False, by="王某"),
    ]  # fmt: skip
    bundle.scores = score_all(bundle.judgement, bundle.packs, (QUIET,), marks)
    reports.write_all(tmp_path, bundle)
    reports.write_all(tmp_path, reports.load_bundle(tmp_path))
    rows = page(tmp_path / "report/indicators.html").xpath("//tr[.//small[@class='person']]")
    assert "人工评定：王某，2026-11-18：<b>抽查</b>两件来信" in text(rows[0])
    assert "满分 10 − 评 7.5 = 2.5" in text(rows[0]) and "由人评定，不由程序检查" in text(rows[0])
    assert "不适用：评定人认为不适用" in text(rows[1])
    assert "100 × (105 − 19) ÷ 105 = 81.9" in text(page(tmp_path / "report/index.html"))


def test_what_people_decided_is_told(tmp_path: Path) -> None:
    bundle = reportdata.small()
    first, second = bundle.findings[0].fingerprint, bundle.findings[1].fingerprint
    expired = Waiver(
        fingerprint=first, reason="系统迁移", owner="张某", expires="2026-11-10", day="2026-10-10", by="李某"
    )
    unused = Waiver(fingerprint="f" * 20, reason="历史栏目", owner="王某", expires="2026-12-31", day="2026-10-10")
    bundle.changes.waivers_expired, bundle.changes.waivers_unused = [expired], [unused]
    bundle.changes.handling = {
        first: Handling(waived=expired, link="http://www.shili.example/new.html", opinion="已改"),
        second: Handling(confirmed=Decision(by="赵某", day="2026-11-19", text="确无解读")),
    }
    reports.write_all(tmp_path, bundle)
    reports.write_all(tmp_path, reports.load_bundle(tmp_path))
    said = text(page(tmp_path / "report/index.html").xpath("//section[@aria-labelledby='waivers']")[0])
    assert "理由：系统迁移；张某负责，至 2026-11-10" in said
    assert "理由：历史栏目；王某负责，至 2026-12-31" in said and "f" * 20 in said
    card = page(tmp_path / "report" / finding_page(first)).get_element_by_id(f"f-{first}")
    assert "张某负责，2026-10-10 起至 2026-11-10：系统迁移" in text(card)
    assert "http://www.shili.example/new.html" in card.xpath(".//dl[@class='handling']//a/@href")
    assert "赵某，2026-11-19：确无解读" in text(page(tmp_path / f"report/departments/{EDUCATION}.html"))


def test_screenshots_stand_beside_the_pages_and_within_scorecards(tmp_path: Path) -> None:
    bundle = reportdata.small()
    first, second = bundle.findings[0].fingerprint, bundle.findings[1].fingerprint
    (tmp_path / "screenshots").mkdir()
    (tmp_path / "screenshots" / f"{first}.png").write_bytes(b"\x89PNG small")
    (tmp_path / "screenshots" / f"{second}.png").write_bytes(b"\x89PNG" + b"0" * html.PAGE_BYTES)
    (tmp_path / "screenshots" / "other.png").write_bytes(b"\x89PNG")
    reports.write_all(tmp_path, bundle)
    assert {path.name for path in (tmp_path / "report/screenshots").iterdir()} == {f"{first}.png", f"{second}.png"}
    for mark in (first, second):
        shown = page(tmp_path / "report" / finding_page(mark)).get_element_by_id(f"f-{mark}")
        assert shown.xpath(".//img/@src") == [f"../screenshots/{mark}.png"]
    card = tmp_path / f"report/departments/{EDUCATION}.html"
    (source,) = page(card).xpath("//img/@src")
    assert base64.b64decode(source.removeprefix("data:image/png;base64,")) == b"\x89PNG small"
    assert card.stat().st_size <= html.PAGE_BYTES


# --- hostile content ---


def elements(path: Path) -> Iterator[etree._Element]:
    return (element for element in page(path).iter() if isinstance(element.tag, str))


def test_nothing_from_a_page_becomes_markup(hostile: Path) -> None:
    folders = "checks|columns|departments|findings|lists"
    own = re.compile(rf"#|https?://|(\.\./)?(({folders})/)?[^/:#]+\.html(#f-[0-9a-f]{{20}})?$")
    forbidden = {"img", "iframe", "object", "form", "base", "embed", "textarea", "math"}
    for path in pages_of(hostile):
        raw = path.read_text(encoding="utf-8")
        assert not DIRECTIONS.search(raw) and "\x00" not in raw and "\x1b" not in raw
        for element in elements(path):
            assert element.tag not in forbidden
            assert not [name for name in element.attrib if name.lower().startswith("on") or name == "style"]
            href = element.get("href")
            if href is not None and element.tag == "a":
                assert own.match(href), href
        assert len(page(path).xpath("//style")) == 1
        assert [script.text for script in page(path).xpath("//script")] in ([], [static("tables.js")])
        assert "here-->" not in raw


def test_each_hostile_text_is_shown(hostile: Path) -> None:
    said = " ".join(text(page(path)) for path in pages_of(hostile) if path.parent.name == "findings")
    for word in HOSTILE:
        wanted = " ".join(clip(legible(word), 319).rstrip("…").split())
        assert wanted in said
    kept = {item.message for item in findings_file.read(hostile / "findings.jsonl")}
    assert "a" * 100_000 in kept, "the full text stands in the JSON"


def test_the_policy_admits_the_one_style_and_script_and_nothing_else(small: Path) -> None:
    for path in pages_of(small):
        shown = page(path)
        policy = shown.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
        (style,) = shown.xpath("//style")
        scripts = shown.xpath("//script")
        pictures = "'self' data:" if path.parent.name == "findings" else "data:"
        admitted = "".join(f" script-src '{digest(script.text)}';" for script in scripts)
        assert policy == (
            f"default-src 'none'; style-src '{digest(style.text)}';{admitted} img-src {pictures};"
            " base-uri 'none'; form-action 'none'"
        )
        assert "url(" not in style.text and "@import" not in style.text
        assert not scripts or path.parent.name not in ("departments", "findings"), "sent on and read alone"


def digest(content: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}"


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("http://a.example/b?c=1&d=%E4#e", "http://a.example/b?c=1&d=%E4#e"),
        ("HTTPS://A.example/", "HTTPS://A.example/"),
        ("http://a.example/附件 1.docx", "http://a.example/%E9%99%84%E4%BB%B6%201.docx"),
        ("javascript:alert(1)", None),
        (" javascript:alert(1)", None),
        ("java\tscript:alert(1)", None),
        ("data:text/html,x", None),
        ("//a.example/", None),
        (" http://a.example/", None),
        ("/a", None),
        ("http://", None),
        ("http://[::1", None),
        ("", None),
        (None, None),
        ("http://a.example/" + "a" * 9000, None),
    ],
)
def test_only_web_addresses_become_links(address: str | None, link: str | None) -> None:
    assert web_address(address) == link


@given(st.text())
def test_any_text_becomes_legible_and_stays_so(value: str) -> None:
    shown = legible(value)
    assert legible(shown) == shown
    assert not DIRECTIONS.search(shown)
    assert not [c for c in shown if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t"]
    assert legible("政务公开") == "政务公开"


# --- workbook ---


def rows_of(home: Path, sheet: str) -> list[dict[str, object]]:
    book = openpyxl.load_workbook(home / "ledger.xlsx")
    head, *rows = book[sheet].iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


def test_the_ledger_sheet_has_the_evaluators_columns(small: Path) -> None:
    rows = rows_of(small, "问题台账")
    assert list(rows[0])[:12] == [
        "序号",
        "单位",
        "栏目",
        "问题",
        "依据",
        "链接",
        "证据",
        "发现时间",
        "整改时限",
        "整改状态",
        "整改链接",
        "复核意见",
    ]
    first = rows[0]
    assert first["序号"] == 1 and first["单位"] == EDUCATION
    assert str(first["问题"]).startswith("该信件 2026-09-18 收到")
    assert str(first["依据"]).startswith(
        "「对公众意见、建议和批评须在5个工作日内认真答复」——《2026年示例县政务公开工作要点》"
    )
    assert (str(first["发现时间"])[:10], str(first["整改时限"])[:10], first["整改状态"]) == (
        "2026-10-09",
        "2026-10-16",
        "未整改",
    )
    assert len(rows) == 6 and len(rows_of(small, "未能核实")) == 1
    assert [row["序号"] for row in rows] == list(range(1, 7))


def test_scores_can_be_worked_out_again_from_the_cells(small: Path) -> None:
    rows = rows_of(small, "评分")
    totals = [row for row in rows if row["指标"] == "合计"]
    assert {row["单位"] for row in totals} == {"全站", EDUCATION, HEALTH, OFFICE, TOWN, QUIET}
    for total in totals:
        own = [
            row
            for row in rows
            if row["单位"] == total["单位"] and row["指标"] != "合计" and row["计分"] == "是"
        ]
        points = sum(Decimal(str(row["分值"])) for row in own)
        lost = sum(min(Decimal(str(row["应扣"])), Decimal(str(row["扣分上限"]))) for row in own)
        assert [row["实扣"] for row in own] == [min(row["应扣"], row["扣分上限"]) for row in own]  # type: ignore[type-var]
        if not own:
            assert total["得分"] is None
            continue
        score = (100 * (points - lost) / points).quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert Decimal(str(total["得分"])) == score.normalize() or float(score) == total["得分"]


def test_distribution_adds_up(small: Path) -> None:
    rows = rows_of(small, "分布")
    assert rows[-1]["单位"] == "合计" and rows[-1]["合计"] == 7
    assert sum(int(str(row["合计"])) for row in rows[:-1]) == 7


def test_no_cell_is_a_formula_and_links_lead_to_the_web_only(hostile: Path) -> None:
    book = openpyxl.load_workbook(hostile / "ledger.xlsx")
    seen = set()
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", f"{sheet.title}!{cell.coordinate}"
                if isinstance(cell.value, str):
                    seen.add(cell.value)
                    assert not DIRECTIONS.search(cell.value)
                    assert len(cell.value.encode("utf-16-le")) // 2 <= 32_767
                    if cell.value.lstrip().startswith(book_writer.FORMULA_STARTS):
                        assert cell.quotePrefix, "must not turn into a formula when a person edits the cell"
                if cell.hyperlink is not None:
                    target = cell.hyperlink.target.lower()
                    assert target.startswith(("http://", "https://")) or re.fullmatch(
                        r"report/findings/[0-9a-f]+\.html", target
                    )
    assert {
        "=1+1",
        "=cmd|' /C calc'!A0",
        "+1+1",
        "-1+1",
        "@SUM(1)",
        "#N/A",
        "<script>alert(1)</script>",
    } <= seen
    assert any(value.endswith("全文见 findings.jsonl）") for value in seen)


def test_sheet_xml_holds_no_formula_element(hostile: Path) -> None:
    from zipfile import ZipFile

    with ZipFile(hostile / "ledger.xlsx") as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        assert len(sheets) == 8
        for name in sheets:
            assert not etree.fromstring(archive.read(name)).xpath("//*[local-name()='f']")
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 31, 0, 0, 0)}


# --- words ---


def evidence_keys(module: Path) -> Iterator[str]:
    """The keys a check's module writes into evidence, as far as they stand there as words."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        held: list[ast.expr | None] = []
        if isinstance(node, ast.keyword) and node.arg == "evidence":
            held = [node.value]
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            held = [node.value] if any(getattr(one, "id", "") == "evidence" for one in targets) else []
        elif isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            held = [value for key, value in pairs if isinstance(key, ast.Constant) and key.value == "evidence"]
        elif isinstance(node, ast.FunctionDef) and node.name == "_evidence":
            held = [part.value for part in ast.walk(node) if isinstance(part, ast.Return)]
        for value in held:
            if isinstance(value, ast.Dict):
                yield from (str(key.value) for key in value.keys if isinstance(key, ast.Constant))


def test_every_fact_a_check_writes_down_has_a_name() -> None:
    modules = sorted((Path(__file__).parents[1] / "checks").glob("*.py"))
    found = {key: module.name for module in modules for key in evidence_keys(module)}
    assert len(found) > 60
    assert {key: name for key, name in found.items() if key not in words.EVIDENCE} == {}


# --- golden ---


def outline(path: Path) -> str:
    """Return a page's text, a block a line, links with where they lead."""
    blocks = {
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "li",
        "tr",
        "dt",
        "dd",
        "div",
        "article",
        "section",
        "caption",
        "summary",
        "blockquote",
    }
    shown = page(path)
    for style in shown.xpath("//style|//script"):
        style.drop_tree()
    pieces = []
    for event, element in etree.iterwalk(shown.find("body"), events=("start", "end")):
        if not isinstance(element.tag, str):
            continue
        name = etree.QName(element).localname
        if event == "start":
            pieces.append(
                "\n" if name in blocks else " " if name in ("td", "th", "span", "a", "cite") else ""
            )
            pieces.append(element.text or "")
        else:
            if name == "a" and not element.get("href", "").startswith("#"):
                pieces.append(f" <{unquote(element.get('href'))}>")
            pieces.append(("\n" if name in blocks else "") + (element.tail or ""))
    lines = (" ".join(line.split()) for line in "".join(pieces).splitlines())
    return "\n".join(line for line in lines if line) + "\n"


@pytest.mark.parametrize(
    ("path", "golden"),
    [
        ("index.html", "report-index.txt"),
        ("indicators.html", "report-indicators.txt"),
        ("checks/dead-link.html", "report-check.txt"),
        (f"departments/{EDUCATION}.html", "report-department.txt"),
    ],
)
def test_pages_read_as_agreed(small: Path, path: str, golden: str) -> None:
    """Set UPDATE_GOLDEN=1 to accept the present wording."""
    said = outline(small / "report" / path)
    if os.environ.get("UPDATE_GOLDEN"):
        (GOLDEN / golden).write_text(said, encoding="utf-8")
    assert said == (GOLDEN / golden).read_text(encoding="utf-8")
