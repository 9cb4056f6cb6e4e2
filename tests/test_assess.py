"""A period's assessment: which runs count as what, weights, what is missing, ties, and what is written of it."""

from __future__ import annotations

import json
import shutil
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from ledgerhome import enter, run
from lxml import html
from reportdata import EDUCATION, HEALTH, OFFICE, SITE, TOWN
from scorebook import rows_of

from reports.assessment import WHOLE_SITE, Assessment, Period, PeriodError, Terms, Weights, assess
from reports.ledger import RunRecord
from reports.writers.assessment import write

ALL = Weights(daily=40, quarterly=30, third_party=30)


def record(day: str, site: float | None = 80.0, run_id: str = "", **departments: float | None) -> RunRecord:
    named = {name.replace("_", ""): mark for name, mark in departments.items()}
    return RunRecord(
        run_id=run_id or day.replace("-", ""), as_of=day, scores={"a": site, "b": None}, departments=named, coverage=0.97,
    )


def assessed(period: str, history: list[RunRecord], marks: dict[str, float] | None = None, **terms: Any) -> Assessment:
    return assess("示例县", Period.parse(period), Terms(**{"weights": ALL, **terms}), history, marks)


def of(assessment: Assessment, name: str) -> Any:
    return next(one for one in [assessment.result, *assessment.departments] if one.name == name)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)), ("2026H1", date(2026, 1, 1), date(2026, 6, 30)),
        ("2026h2", date(2026, 7, 1), date(2026, 12, 31)), ("2026Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
    ],
)
def test_periods(text: str, first: date, last: date) -> None:
    period = Period.parse(text)
    assert (period.first, period.last) == (first, last)


@pytest.mark.parametrize("text", ["", "26", "2026Q5", "2026-13", "2026H3", "2026-9", "1999", "2026Q3x"])
def test_what_is_no_period_is_told(text: str) -> None:
    with pytest.raises(PeriodError, match="应为年、半年、季度或月"):
        Period.parse(text)


HISTORY = [
    record("2026-06-30", 10.0, 甲=10.0, 乙=10.0),
    record("2026-07-01", 80.0, 甲=90.0, 乙=70.0),
    record("2026-08-15", 70.0, 甲=80.01, 乙=70.0),
    record("2026-08-15", 75.5, run_id="later", 甲=80.02, 乙=70.0),
    record("2026-09-30", 85.0, 甲=91.0, 乙=None),
    record("2026-10-01", 10.0, 甲=10.0, 乙=10.0),
]
MARKS = {WHOLE_SITE: 88.0, "甲": 92.5, "乙": 77.0}


def test_daily_runs_the_quarters_last_and_the_third_partys_mark_by_weights() -> None:
    made = assessed("2026Q3", HISTORY, MARKS)
    assert made.complete is False, "the second department has no quarterly inspection"
    assert made.missing == ["季度督查：乙没有得分"]
    assert [(one.run_id, one.quarterly) for one in made.runs] == [("20260701", ""), ("later", ""), ("20260930", "2026Q3")]
    first = of(made, "甲")
    assert [(part.kind, part.value, part.count) for part in first.parts] == [
        ("daily", 87.01, 3), ("quarterly", 91.0, 1), ("third_party", 92.5, 1),
    ]
    assert first.score == 89.85 and first.place == 1 and first.complete
    assert first.arithmetic == "87.01 × 40% + 91 × 30% + 92.5 × 30% = 89.85"
    second = of(made, "乙")
    assert (second.score, second.place, second.subtotal, second.known) == (None, None, 51.1, 70.0)
    assert second.arithmetic == "70 × 40% + 77 × 30% = 51.1（满分 70，不完整）"
    assert of(made, WHOLE_SITE).score == round(0.4 * 80.17 + 0.3 * 85 + 0.3 * 88, 2)


def test_missing_parts_are_left_out_only_where_that_is_configured() -> None:
    made = assessed("2026Q3", HISTORY, MARKS, renormalise=True)
    second = of(made, "乙")
    assert second.score == 73.0 and second.place == 2 and not second.complete
    assert second.arithmetic == "（70 × 40% + 77 × 30%）÷ 70% = 73（按现有部分折算）"
    assert not made.complete


def test_a_third_party_that_said_nothing_leaves_all_incomplete() -> None:
    made = assessed("2026Q3", HISTORY)
    assert made.missing == ["第三方评估：没有给出结果", "季度督查：乙没有得分"]
    assert all(one.score is None for one in made.departments)


def test_configured_days_are_the_quarterly_inspections() -> None:
    days = (date(2026, 7, 1), date(2026, 9, 15), date(2026, 12, 31))
    made = assessed("2026Q3", HISTORY, MARKS, quarterly_days=days)
    assert [one.quarterly for one in made.runs] == ["2026Q3", "", ""]
    assert "季度督查：2026-09-15 没有巡检" in made.missing


def test_a_year_asks_for_four_quarters_and_for_its_end() -> None:
    made = assessed("2026", HISTORY, MARKS)
    assert [one.quarterly for one in made.runs if one.quarterly] == ["2026Q2", "2026Q3", "2026Q4"]
    assert made.missing[0] == "本期到 2026-12-31 止，最近一次巡检是 2026-10-01"
    assert "季度督查：2026Q1 没有巡检" in made.missing


def test_a_month_in_which_no_quarter_ends_has_no_quarterly_inspection() -> None:
    made = assessed("2026-08", HISTORY, MARKS)
    assert any("本期没有季度督查" in line for line in made.missing)
    assert assessed("2026-09", HISTORY, MARKS).runs[0].quarterly == "2026Q3"


def test_equals_share_a_place_and_the_next_is_skipped_in_each_group() -> None:
    made = assessed(
        "2026Q3", [record("2026-09-30", 甲局=90.0, 乙局=90.0, 丙局=80.0, 丁镇=70.0, 戊局=None)],
        weights=Weights(daily=100),
    )
    assert [(one.group, one.place, one.name) for one in made.departments] == [
        ("部门", 1, "乙局"), ("部门", 1, "甲局"), ("部门", 3, "丙局"), ("部门", None, "戊局"), ("镇街", 1, "丁镇"),
    ]


def test_nothing_in_the_period_gives_no_score_and_says_so() -> None:
    made = assessed("2025", HISTORY, weights=Weights())
    assert made.result.score is None and not made.departments
    assert made.missing == ["日常评估：2025-01-01 至 2025-12-31 没有得过分的巡检"]


def test_the_results_follow_from_the_workbooks_cells(tmp_path: Path) -> None:
    made = assessed("2026Q3", HISTORY, MARKS, renormalise=True)
    book, page, data = write(tmp_path, made)
    runs, marks = rows_of(book, "各次巡检"), {row["单位"]: row["得分"] for row in rows_of(book, "第三方评估")}

    def mean(values: list[float]) -> float:
        known = [Decimal(str(value)) for value in values if value is not None]
        return float((sum(known, Decimal(0)) / len(known)).quantize(Decimal("0.01"), ROUND_HALF_UP))

    results = rows_of(book, "考核结果")
    assert len(results) == 3
    for row in results:
        name, total, weight = row["单位"], Decimal(0), Decimal(0)
        own = {"日常评估": [r[name] for r in runs], "季度督查": [r[name] for r in runs if r["季度督查"]]}
        for kind, values in own.items():
            if row[kind] is not None:
                assert row[kind] == mean(values)
        assert row["第三方评估"] == marks[name]
        for kind in ("日常评估", "季度督查", "第三方评估"):
            if row[kind] is not None:
                total += Decimal(str(row[kind])) * row[f"{kind}权重"]
                weight += row[f"{kind}权重"]
        assert row["综合得分"] == float((total / weight).quantize(Decimal("0.01"), ROUND_HALF_UP))
    kinds = {cell.data_type for sheet in openpyxl.load_workbook(book) for line in sheet.iter_rows() for cell in line}
    assert "f" not in kinds
    said = json.loads(data.read_text(encoding="utf-8"))
    assert said["departments"][0]["score"] == 89.85 and said["complete"] is False
    shown = html.fromstring(page.read_text(encoding="utf-8"))
    assert not shown.xpath("//script | //link[@rel='stylesheet'] | //img")
    assert "87.01 × 40% + 91 × 30% + 92.5 × 30% = 89.85" in shown.text_content()
    assert "default-src 'none'" in shown.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    before = [path.read_bytes() for path in (book, page, data)]
    assert [path.read_bytes() for path in write(tmp_path, made)] == before


# --- the command ---


@pytest.fixture(scope="module")
def entered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    for day in (date(2026, 9, 28), date(2026, 9, 30), date(2026, 11, 20)):
        enter(home, f"{day:%Y%m%d}-0130", day)
    return home


@pytest.fixture
def home(entered: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(entered, tmp_path / "home"))


def config(folder: Path, assessment: str) -> Path:
    path = folder / "shili.toml"
    path.write_text(
        f'[site]\nname = "{SITE}"\nstart = ["http://www.shili.example/"]\n[assessment]\n{assessment}\n', encoding="utf-8"
    )
    return path


def test_the_command_writes_the_three_files_and_prints_what_they_hold(home: Path, tmp_path: Path) -> None:
    third = tmp_path / "第三方.csv"
    units = (EDUCATION, HEALTH, OFFICE, TOWN)
    third.write_bytes(("单位,得分\n全站,90\n" + "".join(f"{name},8８.5\n" for name in units)).encode("gb18030"))
    file = config(tmp_path, "daily = 40\nquarterly = 30\nthird_party = 30")
    result = run("assess", file, "--home", home, "--period", "2026Q3", "--third-party", third)
    assert result.exit_code == 0, result.output
    said = json.loads((home / "assessment-2026Q3.json").read_text("utf-8"))
    assert [one["run_id"] for one in said["runs"]] == ["20260928-0130", "20260930-0130"]
    assert said["third_party"][EDUCATION] == 88.5
    education = next(one for one in said["departments"] if one["name"] == EDUCATION)
    assert education["arithmetic"] in result.output
    assert "县档案馆没有得分" in result.output and "结果：不完整" in result.output
    assert (home / "assessment-2026Q3.xlsx").is_file() and (home / "assessment-2026Q3.html").is_file()


def test_a_home_is_assessed_by_its_own_configuration(home: Path) -> None:
    result = run("assess", home, "--period", "2026Q3", "--out", home / "考核")
    assert result.exit_code == 0 and "只按日常评估计" in result.output
    assert (home / "考核" / "assessment-2026Q3.xlsx").is_file()


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("别的单位,80", "第 2 行 第 1 列（单位）：没有这个单位：'别的单位'"),
        (f"{EDUCATION},80\n{EDUCATION},81", "第 3 行 第 1 列（单位）：与第 2 行重复"),
        (f"{EDUCATION},八十", "第 2 行 第 2 列（得分）：应为 0 到 100 的数字，实为 '八十'"),
        (f"{EDUCATION},101", "第 2 行 第 2 列（得分）：应为 0 到 100 的数字，实为 101"),
        (f"{EDUCATION},", "第 2 行 第 2 列（得分）：应为 0 到 100 的数字，实为 ''"),
        (",80", "第 2 行 第 1 列（单位）：是空的"),
        ("", "表头之下没有内容"),
    ],
)
def test_a_third_partys_mistakes_are_told_with_their_rows(home: Path, tmp_path: Path, rows: str, told: str) -> None:
    third = tmp_path / "第三方.csv"
    third.write_text(f"单位,得分\n{rows}\n", encoding="utf-8-sig")
    result = run("assess", home, "--period", "2026Q3", "--third-party", third)
    assert result.exit_code == 2 and told in result.stderr, result.output
    assert not (home / "assessment-2026Q3.json").exists()


def test_a_third_partys_workbook_is_read_too(home: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["2026 年第三方评估结果"], ["单位", "名次", "得分"], [EDUCATION, 1, 88.5], [SITE, None, "90"]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    file = config(tmp_path, "daily = 70\nthird_party = 30")
    result = run("assess", file, "--home", home, "--period", "2026Q3", "--third-party", tmp_path / "a.xlsx")
    assert result.exit_code == 0, result.output
    assert json.loads((home / "assessment-2026Q3.json").read_text("utf-8"))["third_party"] == {
        WHOLE_SITE: 90, EDUCATION: 88.5,
    }


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ("daily = 40\nquarterly = 30", "应合计 100，实为 70"),
        ("daily = 140\nquarterly = -40", "assessment.daily"),
        ('daily = 100\nquarterly_runs = ["x"]', "应为日期"),
        ("daily = 100\nweekly = 1", "assessment.weekly: 未知的键；本节可用的键有 daily、quarterly、third_party"),
    ],
)
def test_a_wrong_section_is_told_with_its_key(home: Path, tmp_path: Path, section: str, told: str) -> None:
    result = run("assess", config(tmp_path, section), "--home", home, "--period", "2026Q3")
    assert result.exit_code == 2 and told in result.stderr and result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--period", "2026Q9"), "--period: 应为年、半年、季度或月"),
        (("--period", "2026", "--third-party", "absent.csv"), "absent.csv: 无法读取"),
    ],
)
def test_wrong_arguments_are_told(home: Path, arguments: tuple[str, ...], told: str) -> None:
    result = run("assess", home, *arguments)
    assert result.exit_code == 2 and told in result.stderr
