"""What the built-in packs bind: every check they name that is there takes the parameters they give it."""

from __future__ import annotations

import re

import pytest

from checks.lexicon import any_of
from checks.registry import all_checks
from rules.loader import builtin_pack_ids, load_packs
from rules.model import Pack

_PACKS: list[Pack] = load_packs(builtin_pack_ids())
_BINDINGS = {
    (binding.check, str(sorted(binding.with_.items()))): (clause.id, binding)
    for pack in _PACKS for clause in pack.clauses for binding in clause.checks
}


def test_there_are_bindings() -> None:
    assert len(_BINDINGS) > 300


@pytest.mark.parametrize("check", sorted({check for check, _ in _BINDINGS}))
def test_parameters_are_taken(check: str) -> None:
    known = all_checks().get(check)
    if known is None:
        pytest.skip(f"{check} is not built yet")
    for clause, binding in (entry for (name, _), entry in _BINDINGS.items() if name == check):
        values = dict(binding.with_)
        if "clause" in known.parameters.model_fields:
            values["clause"] = clause
        known.parameters.model_validate(values)


def _wanted(clause: str, check: str) -> re.Pattern[str]:
    bindings = [one for pack in _PACKS for own in pack.clauses if own.id == clause for one in own.checks]
    return any_of(next(one.with_["keywords"] for one in bindings if one.check == check))


@pytest.mark.parametrize(("title", "is_one"), [
    ("2026年6月县管企业主要经济效益指标", True), ("1月份县属企业主要经济效益指标", True), ("区管企业5月经济运行情况", True),
    ("市直企业主要财务指标（2026年7月）", True), ("国资监管企业上半年盈利情况", True), ("2026年3月国企经营指标", True),
    ("国有企业经济运行情况", True), ("县直属企业9月份营业收入、利润情况", True), ("2026年8月企业经济效益", True),
    ("2026年6月规模以上工业企业经济效益", False), ("县管企业负责人经营业绩考核办法", False), ("县属企业公开招聘公告", False),
    ("某县企业年报公示提醒", False),
])
def test_titles_of_state_enterprises_figures(title: str, is_one: bool) -> None:
    assert bool(_wanted("laiwu-2019/3.8.2", "periodic-publication-missed").search(title)) == is_one
