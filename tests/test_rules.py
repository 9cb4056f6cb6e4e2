"""The packs as they ship, and a user's own over them."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules import lint
from rules.coverage import coverage
from rules.loader import PackError, builtin_pack_ids, load_pack, load_packs
from rules.model import Pack

SHARED = Path(__file__).parents[1].parent / "shared"
SEEDS = {
    "linzi-2021": "000_0b980e974190b8ab.txt",
    "laiwu-2019": "001_2ba44d6be50ba091.txt",
    "zhoucun-2024": "002_32b9f4afa39d093c.txt",
    "liaocheng-2021": "003_e999d88dbd326a7c.txt",
    "lanling-2019": "004_3268c538ae697c61.txt",
}
CORE = {
    "dead-link",
    "wrong-link",
    "disclosure-attribute-missing",
    "stale-column",
    "empty-column",
    "interpretation-missing",
    "reply-overdue",
    "site-unreachable",
}


def bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def write(folder: Path, text: str, name: str = "mine.yaml") -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return name


@pytest.mark.parametrize("pack_id", SEEDS)
def test_every_quote_is_in_the_document_word_for_word(pack_id: str) -> None:
    source = SHARED / "seeds" / SEEDS[pack_id]
    if not source.exists():
        pytest.skip("没有工作要点原文")
    text = bare(source.read_text(encoding="utf-8"))
    pack = load_pack(pack_id)
    missing = [clause.id for clause in pack.clauses if bare(clause.quote) not in text]
    assert missing == []
    contexts = [part for clause in pack.clauses for part in (clause.context or "").split("…") if part]
    assert [part for part in contexts if bare(part) not in text] == []


@pytest.mark.parametrize("pack_id", SEEDS)
def test_every_entry_of_the_ledger_is_a_clause(pack_id: str) -> None:
    source = SHARED / "workpoints" / f"{pack_id}.yaml"
    if not source.exists():
        pytest.skip("没有条款台账")
    with source.open(encoding="utf-8") as stream:
        ledger = yaml.load(stream, getattr(yaml, "CSafeLoader", yaml.SafeLoader))["clauses"]
    pack = load_pack(pack_id)
    assert [entry["id"] for entry in ledger] == [clause.id for clause in pack.clauses]
    for entry, clause in zip(ledger, pack.clauses, strict=True):
        assert entry["quote"] == clause.quote
        assert entry.get("same_as") == clause.same_as
        revised = entry["observability"] != clause.observability
        assert not revised or "初拟为" in (clause.note or "")


@pytest.mark.parametrize("pack_id", builtin_pack_ids())
def test_a_built_in_pack_is_sound(pack_id: str) -> None:
    from checks.registry import all_checks

    parameters = {check.id: check.parameters for check in all_checks().values()}
    assert lint.validate(load_pack(pack_id), parameters or None) == []


def test_the_packs_load_without_noticeable_delay() -> None:
    load_packs(builtin_pack_ids())
    from rules import loader

    loader._built_in.cache_clear()
    started = time.process_time()
    packs = load_packs(builtin_pack_ids())
    assert sum(len(pack.clauses) for pack in packs) > 1189
    assert time.process_time() - started < 5


def test_the_first_eight_checks_serve_clauses() -> None:
    bound: dict[str, set[str]] = {}
    for pack in load_packs(builtin_pack_ids()):
        for clause in pack.clauses:
            for binding in clause.checks:
                if not binding.planned:
                    bound.setdefault(binding.check, set()).add(pack.id)
    assert set(bound) >= CORE
    assert bound["reply-overdue"] >= {*SEEDS, "national-2019"}
    assert bound["interpretation-missing"] >= set(SEEDS)


def test_documents_that_differ_keep_their_differences() -> None:
    def reply_limits(pack: Pack) -> set[int | None]:
        return {
            binding.with_.get("working_days")
            for clause in pack.clauses
            for binding in clause.checks
            if binding.check == "reply-overdue"
        }

    assert reply_limits(load_pack("linzi-2021")) == {5}
    for pack_id in ("laiwu-2019", "zhoucun-2024", "liaocheng-2021", "lanling-2019"):
        assert reply_limits(load_pack(pack_id)) == {None}
    withdrawn = {
        pack_id: [
            binding.with_.get("withdrawn")
            for clause in load_pack(pack_id).clauses
            for binding in clause.checks
            if binding.with_.get("withdrawn")
        ]
        for pack_id in SEEDS
    }
    assert withdrawn.pop("zhoucun-2024")
    assert not any(withdrawn.values())


def test_the_national_pack_says_what_is_paraphrased_and_how_sure_it_is() -> None:
    pack = load_pack("national-2019")
    for clause in pack.clauses:
        assert "可信度A" in (clause.note or "") or "可信度B" in (clause.note or "")
        assert "可信度C" not in (clause.note or "")
    at_least = {veto.id: veto.at_least for veto in pack.vetoes}
    assert at_least == {"V2": 1, "V4a": 5, "V4b": 10, "V4c": 5, "V5b": 1}


@pytest.mark.parametrize(
    ("pack_id", "clause_id", "plan_year", "expected"),
    [
        ("linzi-2021", "linzi-2021/1.1.2", 2021, date(2021, 12, 31)),
        ("linzi-2021", "linzi-2021/1.1.2", 2026, date(2026, 12, 31)),
        ("laiwu-2019", "laiwu-2019/1.3.6", 2026, date(2026, 7, 31)),
        ("linzi-2021", "linzi-2021/4.20.5", 2026, None),
    ],
)
def test_deadlines_move_with_the_plan_year(
    pack_id: str, clause_id: str, plan_year: int, expected: date | None
) -> None:
    pack = load_pack(pack_id)
    clause = pack.clause(clause_id)
    assert clause is not None
    assert pack.due(clause, plan_year) == expected


PARENT = """
document: {id: city-2024, title: 市要点, issuer: 市政府办公室, year: 2024, source: 市政府网站}
clauses:
  - {id: city/1, section: 一, quote: 五个工作日内答复, observability: auto, severity: high,
     deadline: '2025-01-31', checks: [{check: reply-overdue, with: {working_days: 5}}, {check: dead-link}]}
  - {id: city/2, section: 一, quote: 每年1月31日前公布, observability: manual, severity: low,
     threshold: {by_day: 01-31}}
  - {id: city/3, section: 一, quote: 闰日, observability: manual, severity: low, deadline: 2024-02-29}
indicators:
  - {id: a, title: 甲, points: 60, checks: [reply-overdue], deduction: {each: 1}}
  - {id: b, title: 乙, points: 40, checks: [dead-link], deduction: {each: 1}}
"""
CHILD = """
document: {id: county-2024, title: 县要点, issuer: 县政府, source: 县网站, year: 2024, extends: city.yaml}
parameters: {reply-overdue: {working_days: 10}}
omit: [city/3]
clauses:
  - {id: city/1, severity: medium, note: 本县放宽}
  - {id: county/1, section: 二, quote: 县里另加的, observability: offline, severity: low}
indicators: [{id: a, points: 70}, {id: b, points: 30}]
"""


def test_a_county_adapts_its_citys_pack_in_ten_lines(tmp_path: Path) -> None:
    write(tmp_path, PARENT, "city.yaml")
    pack = load_pack(write(tmp_path, CHILD), tmp_path)
    assert [clause.id for clause in pack.clauses] == ["city/1", "city/2", "county/1"]
    changed = pack.clause("city/1")
    assert changed is not None
    assert (changed.quote, changed.severity, changed.note) == ("五个工作日内答复", "medium", "本县放宽")
    assert {binding.check: binding.with_ for binding in changed.checks} == {
        "reply-overdue": {"working_days": 10},
        "dead-link": {},
    }
    assert [indicator.points for indicator in pack.indicators] == [70, 30]
    assert lint.validate(pack) == []
    assert load_pack("city.yaml", tmp_path).clause("city/1").checks[0].with_ == {"working_days": 5}  # type: ignore[union-attr]


def test_a_child_changes_one_binding_and_keeps_the_others(tmp_path: Path) -> None:
    write(tmp_path, PARENT, "city.yaml")
    child = """
document: {id: c, title: 县, issuer: 县, source: 县, extends: city.yaml}
clauses:
  - {id: city/1, checks: [{check: reply-overdue, with: {working_days: 3}}]}
"""
    changed = load_pack(write(tmp_path, child), tmp_path).clause("city/1")
    assert changed is not None
    assert [(binding.check, binding.with_) for binding in changed.checks] == [
        ("reply-overdue", {"working_days": 3}),
        ("dead-link", {}),
    ]


def test_a_child_extends_a_built_in_pack_and_a_grandchild_the_child(tmp_path: Path) -> None:
    child = """
document: {id: a, title: 甲, issuer: 甲, source: 甲, extends: linzi-2021}
parameters: {reply-overdue: {working_days: 7}}
"""
    write(tmp_path, child, "a.yaml")
    grandchild = """
document: {id: b, title: 乙, issuer: 乙, source: 乙, extends: a.yaml}
omit: [linzi-2021/1.1.2]
"""
    pack = load_pack(write(tmp_path, grandchild, "b.yaml"), tmp_path)
    clause = pack.clause("linzi-2021/4.20.5")
    assert clause is not None
    assert clause.checks[0].with_["working_days"] == 7
    assert pack.clause("linzi-2021/1.1.2") is None
    assert lint.validate(pack) == []


def test_deadlines_in_the_year_after_and_on_a_leap_day(tmp_path: Path) -> None:
    pack = load_pack(write(tmp_path, PARENT), tmp_path)
    dues = [pack.due(clause, 2026) for clause in pack.clauses]
    assert dues == [date(2027, 1, 31), date(2026, 1, 31), date(2026, 2, 28)]


HEAD = "document: {id: x, title: 甲, issuer: 乙, source: 丙}\n"
CHILD_HEAD = "document: {id: x, title: 甲, issuer: 乙, source: 丙, extends: linzi-2021}\n"


def one_clause(fields: str) -> str:
    return HEAD + "clauses:\n  - {id: x/1, section: 一, " + fields + "}\n"



@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("document: [", ("第 2 行", "YAML")),
        ("- 1\n- 2\n", ("键值表",)),
        ("document: {id: x, title: 甲, issuer: 乙}\nclauses: []\n", ("document.source", "缺少")),
        (HEAD + "clauses: []\nclauses: []\n", ("第 3 行", "clauses", "重复")),
        (HEAD + "clauses: []\nclause: 1\n", ("clause", "未知的键")),
        (one_clause("observability: auto, severity: low"), ("条款 x/1", "quote")),
        (
            one_clause("quote: 甲, observability: auto, severity: grave"),
            ("条款 x/1", "severity", "grave", "veto"),
        ),
        (
            one_clause("quote: 甲, observability: auto, severity: low, checks: 3"),
            ("条款 x/1", "checks", "列表"),
        ),
        (HEAD + "clauses: []\nindicators: [{id: i, points: 很多}]\n", ("指标 i", "缺少")),
        (HEAD + "parameters: {dead-link: {}}\nclauses: []\n", ("parameters", "extends")),
        (HEAD.replace("}", ", extends: nowhere}"), ("extends", "nowhere", "linzi-2021")),
        (HEAD.replace("}", ", extends: mine.yaml}"), ("extends", "绕回")),
        (CHILD_HEAD + "omit: [a/1]\n", ("omit", "a/1")),
        (CHILD_HEAD + "parameters: {nope: {}}\n", ("parameters", "nope")),
        (CHILD_HEAD + "clauses: [{severity: low}]\n", ("clauses", "id")),
        (CHILD_HEAD + "clauses: [{id: a, checks: [1]}]\n", ("条款 a", "checks")),
    ],
)
def test_a_bad_file_gives_one_clear_line(tmp_path: Path, text: str, parts: tuple[str, ...]) -> None:
    name = write(tmp_path, text + "\n")
    with pytest.raises(PackError) as caught:
        load_pack(name, tmp_path)
    line = str(caught.value)
    assert "\n" not in line
    assert all(part in line for part in ("mine.yaml", *parts)), line


def test_a_name_that_is_neither_pack_nor_file(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="linzi-2021"):
        load_pack("linzi-2012", tmp_path)
    with pytest.raises(PackError, match="无法读取"):
        load_pack("gone.yaml", tmp_path)
    (tmp_path / "old.yaml").write_bytes("标题".encode("gb18030"))
    with pytest.raises(PackError, match="UTF-8"):
        load_pack("old.yaml", tmp_path)
    with pytest.raises(PackError, match="两次"):
        load_packs(["linzi-2021", "linzi-2021"])


SOUND = """
document: {id: x, title: 甲, issuer: 乙, source: 丙}
clauses:
  - {id: x/1, section: 一, quote: 甲, observability: auto, severity: low,
     checks: [{check: some-check, with: {days: 3}}]}
  - {id: x/2, section: 一, quote: 乙, observability: manual, severity: low, same_as: x/1}
indicators:
  - {id: i, title: 丁, points: 100, cap: 50, checks: [some-check], deduction: {low: 1}}
vetoes:
  - {id: v, title: 戊, checks: [some-check], clauses: [x/1], at_least: 5}
"""


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ("quote: 甲", "quote: ' '", ("条款 x/1", "quote", "原文")),
        ("source: 丙", "source: ''", ("document.source", "来源")),
        ("id: x/2", "id: x/1", ("条款 x/1", "2 次")),
        ("points: 100", "points: 90", ("points", "90", "100")),
        ("cap: 50", "cap: 500", ("指标 i", "cap", "500")),
        ("deduction: {low: 1}", "deduction: {lowest: 1}", ("指标 i", "lowest", "each")),
        ("deduction: {low: 1}", "deduction: {low: -1}", ("指标 i", "deduction.low", "-1")),
        ("same_as: x/1", "same_as: x/9", ("条款 x/2", "same_as", "x/9")),
        ("check: some-check,", "check: other-check,", ("条款 x/1", "other-check", "planned")),
        ("with: {days: 3}", "with: {days: 三}", ("条款 x/1", "some-check", "days", "整数")),
        ("with: {days: 3}", "with: {day: 3}", ("条款 x/1", "day", "未知", "days")),
        ("observability: manual", "observability: assisted", ("条款 x/2", "assisted", "checks")),
        ("observability: auto", "observability: offline", ("条款 x/1", "offline", "checks")),
        ("same_as", "deadline: 2026-13-01, same_as", ("条款 x/2", "2026-13-01")),
        ("same_as", "threshold: {by_day: 1-31}, same_as", ("x/2", "by_day", "01-31")),
        ("same_as", "threshold: {period: 周}, same_as", ("x/2", "period", "month")),
        ("same_as", "threshold: {days: -1}, same_as", ("x/2", "threshold.days", "-1")),
        ("at_least: 5", "at_least: 0", ("否决项 v", "at_least")),
        ("clauses: [x/1]", "clauses: [x/7]", ("否决项 v", "x/7")),
    ],
)
def test_each_mistake_has_its_own_line(tmp_path: Path, old: str, new: str, parts: tuple[str, ...]) -> None:
    from pydantic import BaseModel, ConfigDict

    class Parameters(BaseModel):
        model_config = ConfigDict(extra="forbid")
        days: int = 1

    checks: dict[str, type[BaseModel]] = {"some-check": Parameters}
    assert lint.validate(load_pack(write(tmp_path, SOUND), tmp_path), checks) == []
    assert SOUND.count(old) >= 1
    pack = load_pack(write(tmp_path, SOUND.replace(old, new, 1)), tmp_path)
    lines = lint.validate(pack, checks)
    assert any(all(part in line for part in parts) for line in lines), lines
    assert all("\n" not in line for line in lines)


def test_no_clause_is_without_a_home() -> None:
    figures = coverage(load_packs(builtin_pack_ids()))
    ids = {line.pack for line in figures}
    assert ids >= {*SEEDS, "national-2019", "regulations-2019", "annual-report-2021"}
    for line in figures:
        assert line.homeless == []
        assert line.decided + line.prepared + line.left == line.total
        assert line.planned <= line.decided + line.prepared
    assert sum(line.total for line in figures if line.pack in SEEDS) == 1189
    assert sum(line.distinct for line in figures if line.pack in SEEDS) == 881


def test_coverage_counts_built_checks_and_names_the_homeless(tmp_path: Path) -> None:
    text = SOUND.replace("observability: manual", "observability: auto")
    (line,) = coverage([load_pack(write(tmp_path, text), tmp_path)], {"another"})
    assert (line.decided, line.prepared, line.left, line.planned, line.homeless) == (1, 0, 0, 1, ["x/2"])


def test_the_annual_report_pack_holds_the_six_parts_and_the_identities() -> None:
    pack = load_pack("annual-report-2021")
    parts = [
        part
        for clause in pack.clauses
        for binding in clause.checks
        for part in binding.with_.get("parts", [])
    ]
    assert len(parts) == 6
    identities = {
        name
        for clause in pack.clauses
        for binding in clause.checks
        for name in binding.with_.get("identities", [])
    }
    assert identities == {f"AR{n}" for n in range(1, 10)}
    dues = {clause.id: pack.due(clause, 2026) for clause in pack.clauses}
    assert dues["annual-report-2021/T1"] == date(2026, 1, 31)
    assert dues["annual-report-2021/T2"] == date(2026, 3, 31)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(allow_nan=False) | st.text(max_size=5) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "check", "with", "甲"]), inner),
    max_leaves=5,
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([PARENT, CHILD, SOUND]), st.integers(0, 60), json_values)
def test_whatever_stands_in_a_pack_it_is_read_or_refused_in_one_line(
    tmp_path: Path, text: str, position: int, value: object
) -> None:
    write(tmp_path, PARENT, "city.yaml")
    raw = yaml.safe_load(text)
    places = list(_places(raw))
    holder, key = places[position % len(places)]
    holder[key] = value
    name = write(tmp_path, yaml.safe_dump(raw, allow_unicode=True))
    try:
        pack = load_pack(name, tmp_path)
    except PackError as error:
        assert "\n" not in str(error)
        assert "mine.yaml" in str(error)
    else:
        assert all("\n" not in line for line in lint.validate(pack))


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in list(items):
        yield node, key
        yield from _places(value)


def test_a_repeated_demand_is_served_as_the_demand_it_repeats() -> None:
    for pack in load_packs(list(SEEDS)):
        for clause in pack.clauses:
            for binding in clause.checks:
                for name in ("keywords", "columns", "links"):
                    assert binding.with_.get(name, ["有"]), f"{clause.id} 的 {binding.check} 缺 {name}"
            target = pack.clause(clause.same_as or "")
            if target is not None and target.checks:
                assert {binding.check for binding in clause.checks} & {binding.check for binding in target.checks}
