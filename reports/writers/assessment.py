"""A period's assessment as a workbook, a page and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

from jinja2 import Template

from reports.assessment import KINDS, SITE_GROUP, Assessment, Kind, Result, Run
from reports.pages import page_environment
from reports.scoring import plain
from reports.text import clip, encoded
from reports.writers.book import Book, Column, Value

NAME = 60
NO_SCORE = "不完整"


def write(folder: Path, assessment: Assessment) -> list[Path]:
    """Write the three files; returns where they are. Raises OSError. Equal assessments give equal bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = folder / f"assessment-{assessment.period}"
    ways = {".xlsx": _write_workbook, ".html": _write_page, ".json": _write_json}
    written = []
    for suffix, way in ways.items():
        path = stem.with_name(stem.name + suffix)
        part = path.with_name(f".{path.name}.part")
        try:
            way(part, assessment)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        written.append(path)
    return written


def _write_json(path: Path, assessment: Assessment) -> None:
    plain_values = json.loads(encoded(assessment))
    plain_values["complete"] = assessment.complete
    path.write_text(json.dumps(plain_values, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _write_page(path: Path, assessment: Assessment) -> None:
    kinds = [(kind, word) for kind, word in KINDS.items() if assessment.weights.of(kind)]
    text = _template().render(
        assessment=assessment, kinds=kinds, groups=_groups(assessment), name_length=NAME, method=method(assessment),
    )
    path.write_text(text, encoding="utf-8")


def _groups(assessment: Assessment) -> dict[str, list[Result]]:
    groups: dict[str, list[Result]] = {}
    for result in assessment.departments:
        groups.setdefault(result.group, []).append(result)
    return groups


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = page_environment("reports")
    environment.filters.update(clip=clip, plain=plain)
    return environment.get_template("assessment.html")


def _write_workbook(path: Path, assessment: Assessment) -> None:
    kinds = [kind for kind in KINDS if assessment.weights.of(kind)]
    as_of = date.fromisoformat(assessment.runs[-1].day if assessment.runs else assessment.last)
    names = [result.name for result in assessment.departments]
    with Book(path, f"{assessment.site} {assessment.period} 考核结果", as_of) as book:
        parts = [
            column for kind in kinds
            for column in (Column(KINDS[kind], 12), Column(f"{KINDS[kind]}次数", 8), Column(f"{KINDS[kind]}权重", 8))
        ]
        tail = (Column("综合得分", 12), Column("现有部分", 12), Column("现有部分满分", 12), Column("算式", 60))
        head = (Column("组", 10), Column("名次", 8), Column("单位", 26))
        book.sheet("考核结果", (*head, *parts, *tail), _results(assessment), protect=True)
        runs = (
            Column("巡检日", 12), Column("巡检编号", 22), Column("季度督查", 10), Column("覆盖", 8), Column("全站", 9),
            *(Column(name, 12) for name in names),
        )
        book.sheet("各次巡检", runs, (_run_row(run, names) for run in assessment.runs), protect=True)
        if assessment.third_party:
            marks = sorted(assessment.third_party.items())
            book.sheet("第三方评估", (Column("单位", 26), Column("得分", 10)), marks, protect=True)
        book.sheet("说明", (Column("项目", 16), Column("内容", 90)), _about(assessment, kinds), protect=True)


def _results(assessment: Assessment) -> Iterator[Sequence[Value]]:
    for result in [assessment.result, *assessment.departments]:
        values: list[Value] = [result.group, result.place, result.name]
        for part in result.parts:
            values += [part.value, part.count, part.weight]
        score = NO_SCORE if result.score is None else result.score
        yield [*values, score, result.subtotal, result.known, result.arithmetic]


def _run_row(run: Run, names: Sequence[str]) -> Sequence[Value]:
    day = date.fromisoformat(run.day)
    marks = (run.departments.get(name) for name in names)
    return (day, run.run_id, run.quarterly or None, run.coverage, run.site, *marks)


def _about(assessment: Assessment, kinds: Sequence[Kind]) -> Iterator[Sequence[Value]]:
    yield "站点", assessment.site
    yield "期间", f"{assessment.period}（{assessment.first} 至 {assessment.last}）"
    for kind in kinds:
        yield "权重", f"{KINDS[kind]} {plain(assessment.weights.of(kind))}%"
    for text in method(assessment):
        yield "算法", text
    yield "结果", "完整" if assessment.complete else "不完整"
    for line in assessment.missing:
        yield "缺少", line
    for line in assessment.notes:
        yield "说明", line


def method(assessment: Assessment) -> list[str]:
    """Return how the results were come by, a line each."""
    lines = [
        "日常评估：期间内各次巡检得分的平均，一天多次的以最后一次为准；全站得分为各规则包得分的平均",
        "季度督查：配置所列日期的巡检；没有列的，为在期间内结束的每个季度的最后一次巡检",
        "综合得分：各部分得分 × 权重之和；平均和得分都保留两位小数",
        "名次：在组内按综合得分由高到低，同分同名次；不完整的不排名",
    ]
    if assessment.renormalise:
        lines.append("缺少一部分的，按其余部分的权重折算")
    return lines


def result_lines(assessment: Assessment) -> list[list[str]]:
    """Return the results as a table for the terminal, its head first."""
    rows = [["组", "名次", "单位", "综合得分", "算式"]]
    for result in [assessment.result, *assessment.departments]:
        place = "" if result.group == SITE_GROUP or result.place is None else str(result.place)
        score = NO_SCORE if result.score is None else plain(result.score)
        rows.append([result.group, place, result.name, score, result.arithmetic])
    return rows
