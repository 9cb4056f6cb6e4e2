"""Holds a pack against itself and the checks: what a person who writes one is likely to get wrong."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from rules.errors import complaints, shown
from rules.model import Clause, Indicator, Pack, Severity

_ISO = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_BY_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_PERIODS = ("month", "quarter", "half-year", "year")
_COUNTS = ("working_days", "days", "min_per_year", "max", "months")
_DEDUCTIONS = ("each", *get_args(Severity))


def validate(pack: Pack, checks: Mapping[str, type[BaseModel]] | None = None) -> list[str]:
    """Return every fault of a pack, one Chinese line each, in the order of the file; none: it is sound.

    ``checks`` maps the id of every check there is to the model of its parameters; without it bindings are not
    held against the checks. Each line names clause (or indicator) and key, and what was expected.
    """
    return [
        *_document(pack),
        *_vetoes(pack),
        *_indicators(pack),
        *_repeated(pack),
        *(line for clause in pack.clauses for line in _clause(clause, pack, checks)),
    ]


def _document(pack: Pack) -> Iterator[str]:
    if not pack.document.source.strip():
        yield "document.source 为空，应写明文件来源（网址、文号或公布方式）"
    if not pack.clauses:
        yield "clauses 为空，应至少有一条条款"
    if pack.clauses and not pack.indicators:
        yield "indicators 为空，应至少有一项指标，分值合计 100"


def _repeated(pack: Pack) -> Iterator[str]:
    for part, items in (("条款", pack.clauses), ("指标", pack.indicators), ("否决项", pack.vetoes)):
        counts = Counter(item.id for item in items)
        for item_id, count in counts.items():
            if count > 1:
                yield f"{part} {item_id} 的 id 出现 {count} 次，应各不相同"


def _clause(clause: Clause, pack: Pack, checks: Mapping[str, type[BaseModel]] | None) -> Iterator[str]:
    name = f"条款 {clause.id}"
    if not clause.quote.strip():
        yield f"{name} 的 quote 为空，应逐字引用文件原文"
    if not clause.section.strip():
        yield f"{name} 的 section 为空，应写明在文件中的位置"
    if clause.same_as is not None:
        yield from _same_as(clause, pack, name)
    yield from _terms(clause, name)
    yield from _home(clause, name)
    for binding in clause.checks:
        if checks is None:
            continue
        if binding.check not in checks:
            if not binding.planned:
                yield f"{name} 绑定了不存在的检查「{shown(binding.check)}」，应为现有检查，或标 planned: true"
            continue
        if not binding.planned:
            yield from _parameters(f"{name} 的 {binding.check}", binding.with_, checks[binding.check])


def _same_as(clause: Clause, pack: Pack, name: str) -> Iterator[str]:
    if clause.same_as == clause.id:
        yield f"{name} 的 same_as 指向自己，应为另一条款的 id"
    elif pack.clause(clause.same_as or "") is None:
        yield f"{name} 的 same_as 为「{shown(clause.same_as)}」，应为本规则包里一条条款的 id"


def _terms(clause: Clause, name: str) -> Iterator[str]:
    if clause.deadline and _ISO.fullmatch(clause.deadline) and not _is_date(clause.deadline):
        yield f"{name} 的 deadline 为「{clause.deadline}」，应为 2026-09-30 这样的有效日期，或文件原话"
    threshold = clause.threshold or {}
    by_day, period = threshold.get("by_day"), threshold.get("period")
    if by_day is not None and not _BY_DAY.fullmatch(str(by_day)):
        yield f"{name} 的 threshold.by_day 为「{shown(by_day)}」，应为 01-31 这样的月日"
    if period is not None and period not in _PERIODS:
        yield f"{name} 的 threshold.period 为「{shown(period)}」，应为 {'、'.join(_PERIODS)} 之一"
    for key in _COUNTS:
        value = threshold.get(key)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
            yield f"{name} 的 threshold.{key} 为「{shown(value)}」，应为不小于 0 的整数"


def _home(clause: Clause, name: str) -> Iterator[str]:
    key = f"{name} 的 observability 为 {clause.observability}"
    if clause.observability in ("auto", "assisted") and not clause.checks:
        yield f"{key} 而没有 checks，应绑定检查，或改为 manual、offline"
    if clause.observability in ("manual", "offline") and clause.checks:
        yield f"{key} 却有 checks，应删去绑定，或改为 auto、assisted"
    counts = Counter((binding.check, str(sorted(binding.with_.items()))) for binding in clause.checks)
    for (check, _), count in counts.items():
        if count > 1:
            yield f"{name} 的 checks 把 {check} 以同样参数绑定了 {count} 次，应只绑定一次"


def _parameters(name: str, given: dict[str, Any], model: type[BaseModel]) -> Iterator[str]:
    try:
        model.model_validate(given)
    except ValidationError as error:
        for loc, expected in complaints(error):
            key = ".".join(str(part) for part in loc) or "参数"
            known = "、".join(model.model_fields) or "没有参数"
            hint = f"（{name.rsplit(' ', 1)[-1]} 的参数：{known}）" if "未知" in expected else ""
            yield f"{name} 的参数 {key} {expected}{hint}"


def _indicators(pack: Pack) -> Iterator[str]:
    bound = {binding.check for clause in pack.clauses for binding in clause.checks}
    total = sum(indicator.points for indicator in pack.indicators)
    if pack.indicators and abs(total - 100) > 1e-6:
        yield f"indicators 的 points 合计 {total:g}，应为 100"
    for indicator in pack.indicators:
        yield from _indicator(indicator, bound)
    homes = Counter(check for indicator in pack.indicators for check in set(indicator.checks))
    for check, count in homes.items():
        if count > 1:
            yield f"检查 {check} 列在 {count} 项指标里，应只列在一项，否则重复扣分"
    if pack.indicators:
        for check in sorted(bound - set(homes)):
            yield f"检查 {check} 有条款绑定，却不在任何指标里，应列入一项指标，否则不计分"


def _indicator(indicator: Indicator, bound: set[str]) -> Iterator[str]:
    name = f"指标 {indicator.id}"
    if indicator.points <= 0:
        yield f"{name} 的 points 为 {indicator.points:g}，应大于 0"
    if indicator.cap is not None and not 0 < indicator.cap <= indicator.points:
        yield f"{name} 的 cap 为 {indicator.cap:g}，应大于 0 且不大于 points（{indicator.points:g}）"
    if not indicator.deduction:
        yield f"{name} 的 deduction 为空，应写每个问题扣几分（each 或按严重程度）"
    for key, value in indicator.deduction.items():
        if key not in _DEDUCTIONS:
            yield f"{name} 的 deduction 有未知的键「{shown(key)}」，应为 {'、'.join(_DEDUCTIONS)} 之一"
        elif value < 0:
            yield f"{name} 的 deduction.{key} 为 {value:g}，应不小于 0"
    for check in indicator.checks:
        if check not in bound:
            yield f"{name} 的 checks 含「{shown(check)}」，应为本规则包条款所绑定的检查"


def _vetoes(pack: Pack) -> Iterator[str]:
    bound = {binding.check for clause in pack.clauses for binding in clause.checks}
    for veto in pack.vetoes:
        name = f"否决项 {veto.id}"
        if veto.at_least < 1:
            yield f"{name} 的 at_least 为 {veto.at_least}，应不小于 1"
        for check in veto.checks:
            if check not in bound:
                yield f"{name} 的 checks 含「{shown(check)}」，应为本规则包条款所绑定的检查"
        for clause_id in veto.clauses:
            if pack.clause(clause_id) is None:
                yield f"{name} 的 clauses 含「{shown(clause_id)}」，应为本规则包里一条条款的 id"


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
