"""A score sheet worked out again from nothing but its own cells, by hand and as formulas."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

SEVERITIES = ("否决", "严重", "较重", "一般", "提示")
Row = dict[str, Any]


def rows_of(path: Path, sheet: str) -> list[Row]:
    head, *rows = openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


def dec(value: Any) -> Decimal:
    return Decimal(str(value))


def rounded(value: Decimal) -> float:
    return float(value.quantize(Decimal("0.01"), ROUND_HALF_UP))


def lost(row: Row, *, confirmed: bool = False) -> Decimal:
    """Return what an indicator loses by the counts, rates and cap of its row."""
    if str(row["评定"]).startswith("人工评定"):
        return dec(row["应扣"])
    total = Decimal(0)
    for word in SEVERITIES:
        count = row[f"{word}个数"] + (row[f"待复核{word}个数"] if confirmed else 0)
        total += count * dec(row[f"{word}每个扣分"])
    assert confirmed or dec(row["应扣"]) == total
    return min(total, dec(row["扣分上限"]))


def check_by_hand(path: Path) -> int:
    """Recompute scores, means and places; returns how many scores there are."""
    blocks: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows_of(path, "评分"):
        blocks[row["单位"], row["规则包"]].append(row)
    scores: defaultdict[str, list[float]] = defaultdict(list)
    for (name, _), (*indicators, total) in blocks.items():
        assert total["指标"] == "合计" and indicators
        for row in indicators:
            if not str(row["评定"]).startswith("人工评定"):
                assert row["问题"] == sum(row[f"{word}个数"] for word in SEVERITIES)
                assert row["待复核"] == sum(row[f"待复核{word}个数"] for word in SEVERITIES)
        own = [row for row in indicators if row["计分"] == "是"]
        assert [row["实扣"] for row in own] == [float(lost(row)) for row in own]
        assert [row["若全部成立实扣"] for row in own] == [float(lost(row, confirmed=True)) for row in own]
        points = sum((dec(row["分值"]) for row in own), Decimal(0))
        if not points:
            assert total["得分"] is None
            continue
        for column, confirmed in (("得分", False), ("若全部成立得分", True)):
            taken = sum(lost(row, confirmed=confirmed) for row in own)
            assert total[column] == rounded(100 * (points - taken) / points), (name, total)
        scores[name].append(total["得分"])
    ranked = rows_of(path, "排名")
    assert {row["单位"] for row in ranked} == {name for name, _ in blocks} - {"全站"}
    for row in ranked:
        own_scores = scores.get(row["单位"], [])
        if not own_scores:
            assert row["综合得分"] == "不适用" and row["名次"] is None
            continue
        assert row["综合得分"] == rounded(sum(map(dec, own_scores), Decimal(0)) / len(own_scores))
        peers = [other["综合得分"] for other in ranked if other["组"] == row["组"] and other["名次"]]
        assert row["名次"] == 1 + sum(mean > row["综合得分"] for mean in peers)
    return sum(map(len, scores.values()))


def office(source: Path, kind: str, folder: Path) -> Path:
    """Return a file as LibreOffice converts it; skips where it is not installed."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is not installed")
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [
            program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore",
            "--convert-to", kind, "--outdir", str(folder), str(source),
        ],
        check=True, capture_output=True, timeout=180, env={**os.environ, "HOME": str(folder)},
    )
    made = folder / f"{source.stem}.{kind}"
    assert made.is_file()
    return made


def check_by_formulas(path: Path, folder: Path) -> int:
    """Put formulas beside the cells of a copy, let LibreOffice compute them, compare; returns how many."""
    book = openpyxl.load_workbook(path)
    sheet, ranked = book["评分"], book["排名"]
    at = {str(cell.value): get_column_letter(cell.column) for cell in sheet[1]}
    last, free = sheet.max_row, sheet.max_column + 1
    compare: list[tuple[str, int, int, str]] = []

    def put(where: Any, row: int, column: int, formula: str, with_cell: str) -> None:
        where.cell(row, column).value = f"={formula}"
        compare.append((where.title, row, column, with_cell))

    def span(first: str, final: str, row: int) -> str:
        return f"{at[first]}{row}:{at[final]}{row}"

    start = 2
    for row in range(2, last + 1):
        cell = {name: f"{letters}{row}" for name, letters in at.items()}
        if sheet[cell["指标"]].value == "合计":
            lines = f"{start}:{{}}{row - 1}"
            own = {name: f"{letters}{lines.format(letters)}" for name, letters in at.items()}
            for taken, shown in (("实扣", "得分"), ("若全部成立实扣", "若全部成立得分")):
                points = f'SUMIF({own["计分"]},"是",{own["分值"]})'
                cost = f'SUMIF({own["计分"]},"是",{own[taken]})'
                if sheet[cell[shown]].value is not None:
                    put(sheet, row, free + (shown != "得分"), f"ROUND(100*({points}-{cost})/{points},2)", cell[shown])
            start = row + 1
        elif sheet[cell["计分"]].value == "是" and not str(sheet[cell["评定"]].value).startswith("人工"):
            rates = span("否决每个扣分", "提示每个扣分", row)
            counts, review = span("否决个数", "提示个数", row), span("待复核否决个数", "待复核提示个数", row)
            put(sheet, row, free, f'MIN(SUMPRODUCT({counts},{rates}),{cell["扣分上限"]})', cell["实扣"])
            put(
                sheet, row, free + 1,
                f'MIN(SUMPRODUCT({counts},{rates})+SUMPRODUCT({review},{rates}),{cell["扣分上限"]})',
                cell["若全部成立实扣"],
            )
    whole = {name: f"'评分'!${letters}$2:${letters}${last}" for name, letters in at.items()}
    ends, column = ranked.max_row, ranked.max_column + 1
    for row in range(2, ends + 1):
        if ranked[f"B{row}"].value is None:
            continue
        mean = f'ROUND(AVERAGEIFS({whole["得分"]},{whole["单位"]},C{row},{whole["指标"]},"合计"),2)'
        put(ranked, row, column, mean, f"D{row}")
        place = f'COUNTIFS($A$2:$A${ends},A{row},$D$2:$D${ends},">"&D{row})+1'
        put(ranked, row, column + 1, place, f"B{row}")
    folder.mkdir(parents=True, exist_ok=True)
    with_formulas = folder / "formulas.xlsx"
    for each in book:
        each.protection.sheet = False
    book.save(with_formulas)
    computed = openpyxl.load_workbook(office(with_formulas, "xlsx", folder / "computed"), data_only=True)
    for title, row, column, cell_name in compare:
        got, said = computed[title].cell(row, column).value, computed[title][cell_name].value
        assert isinstance(got, int | float), (title, row, got)
        assert abs(got - said) < 0.005, (title, row, got, said)
    return len(compare)
