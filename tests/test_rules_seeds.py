"""The five documents the packs come from: what the curated packs cover of them, and what a draft finds by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from rules.drafting import draft, to_yaml
from rules.drafting.notes import Item
from rules.drafting.outline import outline
from rules.drafting.source import from_text
from rules.drafting.terms import number
from rules.loader import load_pack
from rules.model import Clause, Pack
from rules.yamlfile import parse

SHARED = Path(__file__).parents[1].parent / "shared"
SEEDS = {
    "linzi-2021": "000_0b980e974190b8ab.txt",
    "laiwu-2019": "001_2ba44d6be50ba091.txt",
    "zhoucun-2024": "002_32b9f4afa39d093c.txt",
    "liaocheng-2021": "003_e999d88dbd326a7c.txt",
    "lanling-2019": "004_3268c538ae697c61.txt",
}
STATED = (
    "working_days", "days", "hours", "months", "min_per_year", "min", "max", "period", "by_day", "month",
    "coverage_percent", "documents_issued_since",
)  # fmt: skip
# how many things a demand lists: counted by the curator, not stated
LISTED = ("topics", "fields", "kinds", "channels", "lists", "stages", "columns", "methods", "sectors", "groups")


def seed(pack_id: str) -> Path:
    source = SHARED / "seeds" / SEEDS[pack_id]
    if not source.exists():
        pytest.skip("没有工作要点原文")
    return source


@lru_cache(maxsize=8)
def drafted(pack_id: str) -> list[Clause]:
    return Pack.model_validate(parse(to_yaml(draft(seed(pack_id), pack_id)))).clauses


@lru_cache(maxsize=8)
def items(pack_id: str) -> list[Item]:
    return outline(from_text(seed(pack_id).read_text(encoding="utf-8"))).items


def bare(text: str) -> str:
    return re.sub(r"\W", "", text)


def marked(text: str, quotes: Iterable[str]) -> bytearray:
    """A byte a character of the text: 1 where some quote stands."""
    marks = bytearray(len(text))
    for quote in quotes:
        start = text.find(quote)
        while quote and start >= 0:
            marks[start : start + len(quote)] = b"\1" * len(quote)
            start = text.find(quote, start + 1)
    return marks


def in_table(clause: Clause) -> bool:
    return "/T" in clause.id


def meeting(clause: Clause, drafts: list[Clause]) -> list[Clause]:
    """The draft's clauses that hold a curated clause's words, or are held by them, in the same part."""
    words = bare(clause.quote)
    same_part = [each for each in drafts if in_table(each) == in_table(clause)]
    return [each for each in same_part if bare(each.quote) in words or words in bare(each.quote)]


def figures(clause: Clause) -> Iterator[tuple[str, Any]]:
    """What a curated clause says of when and how much, as far as its own words give it."""
    if clause.deadline:
        yield "deadline", clause.deadline
    for key, value in (clause.threshold or {}).items():
        if key in STATED or (key not in LISTED and isinstance(value, int) and value in numbers(clause.quote)):
            yield key, value


def numbers(text: str) -> set[int]:
    found = (number(word) for word in re.findall(r"\d+|[一二两三四五六七八九十]+", text))
    return {value for value in found if value is not None}


def found(key: str, value: Any, draft_clause: Clause) -> bool:
    threshold = draft_clause.threshold or {}
    if key == "deadline":
        if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            return draft_clause.deadline == value
        return draft_clause.deadline is not None and numbers(value) <= numbers(draft_clause.deadline)
    return (key in threshold and threshold[key] == value) or (key not in STATED and value in threshold.values())


def share(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 100.0


def measured(pack_id: str) -> dict[str, tuple[int, int]]:
    """Numerators and denominators of the three bars of drafting."""
    drafts, pack = drafted(pack_id), load_pack(pack_id)
    text = bare(seed(pack_id).read_text(encoding="utf-8"))
    wanted = marked(text, (bare(clause.quote) for clause in pack.clauses))
    have = marked(text, (bare(clause.quote) for clause in drafts))
    stated = [(clause, key, value) for clause in pack.clauses for key, value in figures(clause)]
    right = sum(any(found(key, value, each) for each in meeting(clause, drafts)) for clause, key, value in stated)
    auto = [clause for clause in pack.clauses if clause.observability == "auto" and clause.same_as is None]
    alike = 0
    for clause in auto:
        curated = {binding.check for binding in clause.checks}
        alike += any(curated & {binding.check for binding in each.checks} for each in meeting(clause, drafts))
    return {
        "characters": (sum(a and b for a, b in zip(wanted, have, strict=True)), sum(wanted)),
        "figures": (right, len(stated)),
        "families": (alike, len(auto)),
    }


def test_drafts_of_the_five_documents_meet_the_bars(capsys: pytest.CaptureFixture[str]) -> None:
    rows = {pack_id: measured(pack_id) for pack_id in SEEDS}
    with capsys.disabled():
        print()
        for pack_id, row in rows.items():
            print(f"{pack_id:<16}" + "".join(f"{name} {a}/{b} {share(a, b):.1f}%  " for name, (a, b) in row.items()))
    for pack_id, row in rows.items():
        assert share(*row["characters"]) >= 95, pack_id
        assert share(*row["families"]) >= 80, pack_id
        assert share(*row["figures"]) >= 90, pack_id


@pytest.mark.parametrize("pack_id", SEEDS)
def test_every_requirement_sentence_is_in_the_curated_pack(pack_id: str, capsys: pytest.CaptureFixture[str]) -> None:
    clauses = load_pack(pack_id).clauses
    quoted = [bare(part) for clause in clauses for part in (clause.quote, *(clause.context or "").split("…"))]
    sentences = [bare(part) for item in items(pack_id) for part in re.split(r"[。；]", item.text) if len(bare(part)) >= 4]
    marks = [marked(sentence, quoted) for sentence in sentences]
    inside = [(bool(mark) and sum(mark) >= 0.9 * len(mark)) or any(s in q for q in quoted) for s, mark in zip(sentences, marks, strict=True)]
    with capsys.disabled():
        print(f"\n{pack_id}: {share(sum(inside), len(inside)):.1f}% of {len(inside)} requirement sentences are quoted", end="")
    missing = [sentence for sentence, within in zip(sentences, inside, strict=True) if not within]
    assert share(sum(inside), len(inside)) >= 98, missing
