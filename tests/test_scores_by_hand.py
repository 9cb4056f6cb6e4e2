"""Every score can be worked out again from the workbook's own cells: by hand, and by LibreOffice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import reportdata
from openpyxl import load_workbook
from scorebook import check_by_formulas, check_by_hand, rows_of

import reports
from app.demonstration import run_demo
from reports.ledger import Mark

MARKS = [
    Mark(
        pack="shili-2026", clause="1.2", period="2026", points=8, awarded=5.5, by="王评估", day="2026-11-19",
        remark="抽查 20 份，6 份没有附公开属性认定单",
    ),
    Mark(
        pack="shili-2026", clause="2.3", period="2026", points=6, awarded=0, applicable=False, by="王评估",
        day="2026-11-19",
    ),
]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("demo")
    run_demo(home)
    return home


def test_the_demos_scores_means_and_places_follow_from_the_cells(demo: Path) -> None:
    assert check_by_hand(demo / "ledger.xlsx") >= 6 + 8


def test_libreoffice_computes_the_demos_scores_from_the_cells(demo: Path, tmp_path: Path) -> None:
    assert check_by_formulas(demo / "ledger.xlsx", tmp_path) > 100


def test_the_demos_workbook_holds_no_formula(demo: Path) -> None:
    book = load_workbook(demo / "ledger.xlsx")
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds and "s" in kinds


def test_the_summary_carries_the_same_arithmetic(demo: Path) -> None:
    summary = json.loads((demo / "summary.json").read_text(encoding="utf-8"))
    said = {
        (mark["title"], row["title"]): row for mark in summary["scores"]["site"] for row in mark["indicators"]
    }
    shown = [row for row in rows_of(demo / "ledger.xlsx", "评分") if row["单位"] == "全站" and row["指标"] != "合计"]
    assert len(shown) == len(said)
    for row in shown:
        own = said[row["规则包"], row["指标"]]
        assert (row["分值"], row["检查项次"], row["应扣"], row["扣分上限"]) == (
            own["points"], own["examined"], own["raw"], own["cap"],
        )
        assert row["严重个数"] == own["counts"].get("high", 0)
        assert row["待复核较重个数"] == own["review_counts"].get("medium", 0)
    ranked = {row["单位"]: row["名次"] for row in rows_of(demo / "ledger.xlsx", "排名")}
    listed = [row for group in summary["ranking"].values() for row in group]
    assert {row["department"]: row["place"] for row in listed} == ranked


def test_a_persons_marks_join_the_score_as_theirs(tmp_path: Path) -> None:
    without = reportdata.small()
    bundle = reportdata.small(marks=MARKS)
    own, before = bundle.scores.site[0], without.scores.site[0]
    assert (own.points, own.deducted) == (before.points + 8, before.deducted + 2.5)
    assert bundle.scores.departments == without.scores.departments
    reports.write_all(tmp_path, bundle)
    assert check_by_hand(tmp_path / "ledger.xlsx") > 3
    rows = [row for row in rows_of(tmp_path / "ledger.xlsx", "评分") if str(row["评定"]).startswith("人工评定")]
    assert [(row["分值"], row["实扣"], row["计分"], row["评定"]) for row in rows] == [
        (8, 2.5, "是", "人工评定：王评估（2026-11-19）"), (6, None, "否", "人工评定：王评估（2026-11-19）"),
    ]
    assert rows[0]["算式或说明"] == "抽查 20 份，6 份没有附公开属性认定单"
    again = reports.load_bundle(tmp_path)
    assert again.scores == bundle.scores


def test_libreoffice_agrees_on_marks_rejections_and_units_without_a_score(tmp_path: Path) -> None:
    reports.write_all(tmp_path, reportdata.small(marks=MARKS))
    assert check_by_formulas(tmp_path / "ledger.xlsx", tmp_path / "office") > 20
