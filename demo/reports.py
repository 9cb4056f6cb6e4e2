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


@dataclass(frozen=True)
class _Group:
    name: str
    rows: list[tuple[str, list[int]]]
    first: bool


def annual_report(organ: Organ, year: int, day: date) -> list[Paragraph]:
    """Return the report of ``year``, published on ``day``; the same figures for the same organ and year."""
    form = data("forms.yaml")["report"]
    dice = random.Random(zlib.crc32(f"{organ.key}/{year}".encode()))
    normative = dice.randint(1, 4) if organ.kind != "town" else 0
    groups = _groups(form, dice)
    totals = [sum(column) for column in zip(*(row for group in groups for _, row in group.rows), strict=True)]
    values = {"organ": organ.name, "year": year, "normative": normative, "received": sum(totals)}
    parts = [Paragraph(part, "head") for part in form["parts"]]
    return [
        Paragraph(form["lead"].format(**values)),
        parts[0],
        *(Paragraph(text.format(**values)) for text in form["overview"]),
        parts[1],
        _table(
            "active",
            normative=normative,
            valid=normative + dice.randint(2, 9),
            licences=dice.randint(0, 90),
            penalties=dice.randint(0, 40),
        ),
        parts[2],
        _table(
            "applications",
            applicants=form["applicants"],
            totals=totals,
            nothing=[0] * len(totals),
            groups=groups,
            height=sum(len(group.rows) for group in groups) + 1,
        ),
        parts[3],
        _table("disputes", disputes=form["disputes"], results=form["results"]),
        parts[4],
        Paragraph(form["problems"]),
        parts[5],
        Paragraph(form["others"].format(**values)),
        Paragraph(organ.name, "right"),
        Paragraph(chinese_date(day), "right"),
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
