"""The evaluator's worksheet: what it holds for a clause, what comes back, and every mistake told."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from casework import Case, site_of
from ledgerhome import enter, run
from openpyxl.worksheet.worksheet import Worksheet
from scorebook import check_by_hand, office, rows_of

from app.ledger_book import Book
from checks.candidates import candidates
from checks.model import Context
from reports.forms.worksheet_form import ENTRIES, WORKSHEET
from reports.ledger import Mark
from rules.calendar import load_calendar
from rules.model import Clause

AT = {column.name: place for place, column in enumerate(WORKSHEET, start=1)}
Edit = Callable[[Any, Worksheet], object]
DAY = date(2026, 11, 20)


def clause(**values: Any) -> Clause:
    return Clause.model_validate(
        {"id": "1", "section": "一", "quote": "要求", "observability": "assisted", "severity": "low", **values}
    )


PAGES = [
    {
        "url": "/xczx/", "record": {
            "page_kind": "column", "title": "乡村振兴", "column_name": "乡村振兴",
            "listing": {
                "items": [
                    {"title": "我县乡村振兴成效显著", "href": "/xczx/1.html", "date": "2026-05-10"},
                    {"title": "乡村振兴示范片建设情况", "href": "/xczx/2.html", "date": "2025-03-01"},
                ],
            },
        },
    },
    {"url": "/xczx/1.html", "record": {"page_kind": "article", "title": "我县乡村振兴成效显著", "published": "2026-05-10"}},
    {"url": "/a.html", "record": {"page_kind": "article", "title": "县政府召开会议", "published": "2026-05-11"}},
]


def found(one: Clause) -> Any:
    case = Case(check="topic-not-disclosed", name="", as_of=DAY, parameters={}, raw={"pages": PAGES})
    return candidates(site_of(case), one, Context(DAY, 2026, load_calendar()))


@pytest.mark.parametrize(
    "one",
    [
        clause(keywords=["乡村振兴"]),
        clause(quote="建好“乡村振兴”专栏"),
        clause(checks=[{"check": "topic-not-disclosed", "with": {"keywords": ["乡村振兴"]}}]),
    ],
    ids=["keywords", "named in the quote", "parameters"],
)
def test_candidates_are_the_columns_and_the_information_on_what_a_clause_names(one: Clause) -> None:
    prepared = found(one)
    assert [column.title for column in prepared.columns] == ["乡村振兴"]
    assert [(piece.title, piece.day) for piece in prepared.pieces] == [
        ("我县乡村振兴成效显著", date(2026, 5, 10)), ("乡村振兴示范片建设情况", date(2025, 3, 1)),
    ]
    assert (prepared.this_year, prepared.earlier) == (1, 1)


def test_a_clause_that_names_nothing_leads_to_nothing() -> None:
    prepared = found(clause(quote="热情接待群众"))
    assert not prepared.columns and not prepared.pieces and not prepared.subjects


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    enter(home)
    result = run("worksheet", "export", home)
    assert result.exit_code == 0 and "条款 3 条" in result.output, result.output
    return home


@pytest.fixture
def home(untouched: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(untouched, tmp_path / "home"))


def put(row: int, **cells: object) -> Edit:
    def edit(_: Any, sheet: Worksheet) -> None:
        for name, value in cells.items():
            sheet.cell(row, AT[name]).value = value  # type: ignore[assignment]

    return edit


def filled(home: Path, *edits: Edit) -> Path:
    book = openpyxl.load_workbook(home / "worksheet.xlsx")
    for edit in edits:
        edit(book, book["人工评定"])
    book.save(home.parent / "back.xlsx")
    return home.parent / "back.xlsx"


def marks(home: Path) -> list[Mark]:
    return Book.open(home).ledger.marks()


def test_it_holds_the_clauses_for_people_once_each_with_all_that_is_said_of_them(home: Path) -> None:
    rows = rows_of(home / "worksheet.xlsx", "人工评定")
    assert [row["条款编号"] for row in rows] == ["6.1", "6.2", "6.3"]
    first, second, _ = rows
    assert first["条款"] == "每年至少开展一次政务公开业务培训" and first["责任单位"] == "县政府办公室"
    assert (first["判定方式"], first["量化要求"], first["怎样看"]) == ("线下核查", "每年不少于 1 次", "查培训通知、签到表")
    assert second["期限"] == "2026-06-30" and second["判定方式"] == "备料后人工判定"
    assert all(row[name] is None for row in rows for name in ENTRIES)
    sheet = openpyxl.load_workbook(home / "worksheet.xlsx")["人工评定"]
    assert sheet.protection.sheet and not sheet.cell(2, AT["得分"]).protection.locked
    assert sheet.cell(2, AT["条款"]).protection.locked


def test_marks_join_the_score_as_a_persons_with_who_and_when(home: Path) -> None:
    before = json.loads((home / "summary.json").read_text("utf-8"))["scores"]["site"][0]
    back = filled(
        home, put(2, 分值=5, 得分="３.５", 备注="缺签到表"), put(3, 分值=10, 得分=10, 评定人="李四", 日期="2026年11月18日"),
        put(4, 是否适用="否"),
    )
    result = run("worksheet", "import", home, back, "--by", "张三")
    assert result.exit_code == 0 and "已读入评定 3 条，其中不适用 1 条" in result.output, result.output
    after = json.loads((home / "summary.json").read_text("utf-8"))["scores"]["site"][0]
    assert (after["points"], after["deducted"]) == (before["points"] + 15, before["deducted"] + 1.5)
    theirs = [row for row in after["indicators"] if row["by"]]
    assert [(row["id"], row["title"], row["deducted"], row["by"], row["day"], row["state"]) for row in theirs] == [
        ("6.1", "每年至少开展一次政务公开业务培训", 1.5, "张三", "2026-11-20", "applicable"),
        ("6.2", "建好“乡村振兴”专栏", 0, "李四", "2026-11-18", "applicable"),
        ("6.3", "热情接待群众查阅", 0, "张三", "2026-11-20", "no-subject"),
    ]
    assert check_by_hand(home / "ledger.xlsx") > 0
    shown = [row for row in rows_of(home / "ledger.xlsx", "评分") if str(row["评定"]).startswith("人工评定")]
    assert [row["评定"] for row in shown][:2] == ["人工评定：张三（2026-11-20）", "人工评定：李四（2026-11-18）"]
    assert run("worksheet", "export", home).exit_code == 0
    again = rows_of(home / "worksheet.xlsx", "人工评定")
    assert [(row["分值"], row["得分"], row["是否适用"]) for row in again] == [(5, 3.5, "是"), (10, 10, "是"), (None, None, "否")]
    same = run("worksheet", "import", home, home / "worksheet.xlsx", "--by", "别人")
    assert same.exit_code == 0 and "没有改动" in same.output
    assert run("report", home).exit_code == 0
    kept = json.loads((home / "summary.json").read_text("utf-8"))["scores"]["site"][0]
    assert kept == after


def test_libreoffice_loses_no_mark(home: Path, tmp_path: Path) -> None:
    back = filled(
        home, put(2, 分值=5, 得分=3.5, 备注="第一行\n第二行 =1+1"), put(3, 分值=10, 得分=0, 评定人="李四", 日期=DAY),
    )
    path = office(office(back, "ods", tmp_path / "a"), "xlsx", tmp_path / "b")
    result = run("worksheet", "import", home, path, "--by", "张三")
    assert result.exit_code == 0, result.output
    assert [(m.clause, m.points, m.awarded, m.by, m.day, m.remark) for m in marks(home)] == [
        ("6.1", 5, 3.5, "张三", "2026-11-20", "第一行\n第二行 =1+1"), ("6.2", 10, 0, "李四", "2026-11-20", ""),
    ]


def rename(_: Any, sheet: Worksheet) -> None:
    sheet.title = "评定"


def merge(_: Any, sheet: Worksheet) -> None:
    sheet.merge_cells(start_row=2, end_row=3, start_column=AT["得分"], end_column=AT["得分"])


def duplicate(_: Any, sheet: Worksheet) -> None:
    sheet.append([cell.value for cell in sheet[2]])


def hide(_: Any, sheet: Worksheet) -> None:
    put(2, 分值=5, 得分=5)(_, sheet)
    sheet.row_dimensions[2].hidden = True


def about(row: int, text: str) -> Edit:
    def edit(book: Any, _: Worksheet) -> None:
        book["说明"].cell(row, 2).value = text

    return edit


MISTAKES: list[tuple[str, Edit, str]] = [
    ("unknown clause", put(2, 条款编号="9.9"), "第 2 行 X 列（条款编号）：没有这个须人评定的条款：'9.9'"),
    ("no clause", put(2, 条款编号=None), "第 2 行 X 列（条款编号）：是空的"),
    ("duplicate", duplicate, "第 5 行 X 列（条款编号）：与第 2 行重复"),
    ("protected quote", put(2, 条款="别的要求"), "第 2 行 D 列（条款）：受保护"),
    ("protected pack", put(2, 规则包="别的文件"), "第 2 行 B 列（规则包）：受保护"),
    ("no points", put(2, 得分=3), "第 2 行 R 列（分值）：填了评定的，应有分值"),
    ("no mark", put(2, 分值=3), "第 2 行 S 列（得分）：填了评定的，应有得分"),
    ("points of nought", put(2, 分值=0, 得分=0), "第 2 行 R 列（分值）：应大于 0、不超过 1000，实为 0"),
    ("too many points", put(2, 分值=1001, 得分=0), "第 2 行 R 列（分值）：应大于 0、不超过 1000，实为 1001"),
    ("above the points", put(2, 分值=5, 得分=6), "第 2 行 S 列（得分）：应在 0 和分值 5 之间，实为 6"),
    ("below nought", put(2, 分值=5, 得分=-1), "第 2 行 S 列（得分）：应在 0 和分值 5 之间，实为 -1"),
    ("no number", put(2, 分值="五", 得分=3), "第 2 行 R 列（分值）：应为数字，实为 '五'"),
    ("too fine", put(2, 分值=5, 得分=3.333), "第 2 行 S 列（得分）：最多两位小数，实为 3.333"),
    ("applies word", put(2, 分值=5, 得分=5, 是否适用="不"), "第 2 行 T 列（是否适用）：应为『是』或『否』，实为 '不'"),
    ("no day", put(2, 分值=5, 得分=5, 日期="昨天"), "第 2 行 V 列（日期）：应为日期（如 2026-11-20），实为 '昨天'"),
    ("day to come", put(2, 分值=5, 得分=5, 日期=date(2026, 11, 21)), "第 2 行 V 列（日期）：2026-11-21 晚于办理日 2026-11-20"),
    ("long remark", put(2, 分值=5, 得分=5, 备注="长" * 2001), "第 2 行 W 列（备注）：最多 2000 个字"),
    ("formula", put(2, 分值=5, 得分="=R2"), "第 2 行 S 列（得分）：不能是公式"),
    ("merged", merge, "S2:S3 是合并的单元格"),
    ("hidden", hide, "第 2 行：这一行被隐藏"),
    ("renamed", rename, "『人工评定』：没有这个工作表"),
    ("no column", lambda _, sheet: sheet.delete_cols(AT["得分"]), "缺少『得分』一列"),
    ("another site's", about(3, "邻县人民政府"), "站点应为『示例县人民政府』，实为『邻县人民政府』"),
    ("another year's", about(6, "2025"), "对照年度应为『2026』，实为『2025』"),
    ("another form", about(2, "问题台账"), "表应为『人工评定表』"),
]


@pytest.mark.parametrize(("edit", "told"), [case[1:] for case in MISTAKES], ids=[case[0] for case in MISTAKES])
def test_a_mistake_is_told_with_its_cell_and_changes_nothing(home: Path, edit: Edit, told: str) -> None:
    result = run("worksheet", "import", home, filled(home, put(3, 分值=1, 得分=1), edit), "--by", "张三")
    assert result.exit_code == 2 and told in result.stderr, result.output
    assert not marks(home)


def test_a_mark_once_given_is_not_taken_back_by_an_empty_row(home: Path) -> None:
    assert run("worksheet", "import", home, filled(home, put(2, 分值=5, 得分=5)), "--by", "张三").exit_code == 0
    result = run("worksheet", "import", home, filled(home, put(2, 分值=None)), "--by", "张三")
    assert result.exit_code == 2 and "已有的评定不能清空" in result.stderr
    assert len(marks(home)) == 1


def test_a_ledger_is_no_worksheet(home: Path) -> None:
    result = run("worksheet", "import", home, home / "ledger.xlsx")
    assert result.exit_code == 2 and "『人工评定』：没有这个工作表" in result.stderr
