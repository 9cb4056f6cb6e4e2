"""An organ's yearly disclosure report: six parts, tables that add up; wording in ``data/forms.yaml``."""

from __future__ import annotations

import random
import zlib
from dataclasses import dataclass
from datetime import date
from typing import Any

from demo.county import Organ, data
from demo.prose import Paragraph, chinese_date
from demo.render import environment

# rows of the outcome table that get applications at all: disclosed, partly disclosed, not held
_USUAL = (0, 1, 10)
# the place of the part on problems among the six
_PROBLEMS = 4


@dataclass(frozen=True)
class _Group:
    name: str
    rows: list[tuple[str, list[int]]]
    first: bool


def annual_report(organ: Organ, year: int, day: date, variant: str | None = None) -> list[Paragraph]:
    """Return the report of ``year``, published on ``day``; the same figures for the same organ and year.

    ``variant``: ``no-problems`` leaves a part out, ``no-plan`` what was done of the year's plan, ``wrong-total``
    has a total that does not add up, ``in-sheet`` leaves the tables to an attachment, ``earlier`` is the report of
    the year before.
    """
    year -= variant == "earlier"
    form = data("forms.yaml")["report"]
    dice = random.Random(zlib.crc32(f"{organ.key}/{year}".encode()))
    normative = dice.randint(1, 4) if organ.kind != "town" else 0
    groups = _groups(form, dice)
    totals = [sum(column) for column in zip(*(row for group in groups for _, row in group.rows), strict=True)]
    values = {"organ": organ.name, "year": year, "normative": normative, "received": sum(totals)}
    active = _table(
        "active",
        normative=normative,
        valid=normative + dice.randint(2, 9),
        licences=dice.randint(0, 90),
        penalties=dice.randint(0, 40),
    )
    applications = _table(
        "applications",
        applicants=form["applicants"],
        totals=totals,
        nothing=[0] * len(totals),
        groups=groups,
        height=sum(len(group.rows) for group in groups) + 1,
        excess=7 if variant == "wrong-total" else 0,
    )
    others = form["others"] + ("" if variant == "no-plan" else form["plan"])
    disputes = _table("disputes", disputes=form["disputes"], results=form["results"])
    if variant == "in-sheet":
        active = applications = disputes = Paragraph(form["attached"])
    contents = (
        [Paragraph(text.format(**values)) for text in form["overview"]],
        [active],
        [applications],
        [disputes],
        [Paragraph(form["problems"])],
        [Paragraph(others.format(**values))],
    )
    parts = [
        [Paragraph(name, "head"), *content]
        for place, (name, content) in enumerate(zip(form["parts"], contents, strict=True))
        if not (variant == "no-problems" and place == _PROBLEMS)
    ]
    return [
        Paragraph(form["lead"].format(**values)),
        *(paragraph for part in parts for paragraph in part),
        Paragraph(organ.name, "right"),
        Paragraph(chinese_date(day), "right"),
    ]


def applications_sheet(organ: Organ, year: int) -> list[str]:
    """Return the table of applications as rows of cells, tabs between; its last total does not add up."""
    form = data("forms.yaml")["report"]
    dice = random.Random(zlib.crc32(f"{organ.key}/{year}".encode()))
    if organ.kind != "town":
        dice.randint(1, 4)
    groups = _groups(form, dice)
    totals = [sum(column) for column in zip(*(row for group in groups for _, row in group.rows), strict=True)]
    nothing = [0] * len(totals)

    def line(group: str, name: str, row: list[int], excess: int = 0) -> str:
        return "\t".join([group, name, *map(str, [*row, sum(row) + excess])])

    return [
        "\t".join(["项目", "情形", *form["applicants"], "总计"]),
        line("一、本年新收政府信息公开申请数量", "", totals),
        line("二、上年结转政府信息公开申请数量", "", nothing),
        *(line(group.name, name, row) for group in groups for name, row in group.rows),
        line("（七）总计", "", totals, 4),
        line("四、结转下年度继续办理", "", nothing),
    ]


def _groups(form: dict[str, Any], dice: random.Random) -> list[_Group]:
    groups: list[_Group] = []
    leaf = 0
    for name, rows in form["outcomes"].items():
        figures = []
        for row in rows:
            counts = [dice.choice((0, 1, 1, 2)) if leaf in _USUAL else 0 for _ in form["applicants"]]
            figures.append((row, counts))
            leaf += 1
        groups.append(_Group(name, figures, first=not groups))
    return groups


def _table(template: str, **values: Any) -> Paragraph:
    return Paragraph(environment().get_template(f"report/{template}.html").render(**values), "html")
