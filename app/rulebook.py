"""Shows packs, clauses and checks as plain text, for looking up any point lost, and how far packs are served."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from app.errors import UserError
from checks.registry import Check, all_checks
from rules.coverage import Coverage, coverage
from rules.loader import PackError, builtin_pack_ids, load_pack
from rules.model import Binding, Clause, Pack

OBSERVABILITY = {"auto": "抓取即可判定", "assisted": "抓取备料、人工判定", "manual": "人工判定", "offline": "线下工作"}
SEVERITY = {"veto": "单项否决", "high": "高", "medium": "中", "low": "低", "info": "提示"}


def load(name: str) -> Pack:
    """Return a pack by id or file; raises UserError with its one line where it cannot be used."""
    try:
        return load_pack(name, base_dir=Path.cwd())
    except PackError as error:
        raise UserError(str(error)) from None


def load_all(names: Sequence[str]) -> list[Pack]:
    """Return the packs named, all built-in ones where none is."""
    return [load(name) for name in names or builtin_pack_ids()]


def list_packs() -> str:
    """Return one line a built-in pack: id, title, number of clauses and of those bound to a check."""
    lines = []
    for pack in load_all(()):
        bound = sum(1 for clause in pack.clauses if any(not b.planned for b in clause.checks))
        lines.append(f"{pack.id:<20} {pack.document.title}：{len(pack.clauses)} 条，其中 {bound} 条由检查落实")
    return "\n".join(lines)


def list_clauses(names: tuple[str, ...]) -> str:
    """Return one line a clause of the packs: id, checks with parameters, quote."""
    lines = []
    for pack in load_all(names):
        lines.append(f"# {pack.id} {pack.document.title}")
        lines += [
            f"{clause.id}\t{bindings(clause) or OBSERVABILITY[clause.observability]}\t{_one_line(clause.quote)}"
            for clause in pack.clauses
        ]
    return "\n".join(lines)


def bindings(clause: Clause) -> str:
    """Return the checks of a clause with their parameters, in one line."""
    return "；".join(
        f"{binding.check}{parameters(binding)}{'（计划中）' if binding.planned else ''}" for binding in clause.checks
    )


def parameters(binding: Binding) -> str:
    """Return the parameters a clause sets a check, as JSON; empty where it sets none."""
    return json.dumps(binding.with_, ensure_ascii=False) if binding.with_ else ""


def deadline(clause: Clause, pack: Pack, plan_year: int) -> str:
    """Return when a clause falls due, as written and when held against another year."""
    written = clause.deadline or "未定"
    due = pack.due(clause, plan_year)
    return written if due is None or due.isoformat() == written else f"{written}（对照 {plan_year} 年：{due}）"


def show(name: str, pack_name: str | None = None, plan_year: int | None = None) -> str:
    """Return the full text of a clause, a pack or a check, by its id (or a pack's file).

    ``pack_name`` is the pack or file a clause is looked up in, by default the pack its id begins with;
    ``plan_year`` the year deadlines are moved to, by default this year. Raises UserError when nothing has
    that id.
    """
    if name in all_checks():
        return _show_check(all_checks()[name])
    year = plan_year or date.today().year
    if pack_name is not None:
        return _show_clause(name, load(pack_name), year)
    if "/" in name and not name.endswith((".yaml", ".yml")) and not Path(name).is_file():
        return _show_clause(name, load(name.split("/", 1)[0]), year)
    return _show_pack(load(name))


def _show_check(check: Check) -> str:
    parts = [f"{check.id}　{check.title}"]
    parts += [f"【{heading}】\n{text}" for heading, text in check.sections.items()]
    known = check.parameters.model_json_schema().get("properties", {})
    if known:
        parts.append("【参数】" + "、".join(known))
    users = [clause.id for pack in load_all(()) for clause in pack.clauses if check.id in _checks(clause)]
    parts.append("【落实的条款】" + ("、".join(users) or "无"))
    return "\n\n".join(parts)


def _show_clause(name: str, pack: Pack, plan_year: int) -> str:
    clause = pack.clause(name) or pack.clause(f"{pack.id}/{name}")
    if clause is None:
        raise UserError(f"{name}: 规则包 {pack.id} 里没有这一条；用 xunjian rules list {pack.id} 看各条编号")
    lines = [
        f"{clause.id}　{pack.document.title}　{clause.section}",
        f"原文：{clause.quote}",
        *([f"所指部分：{clause.aspect}"] if clause.aspect else []),
        f"责任单位：{'、'.join(clause.responsible) or '未指明'}",
        f"期限：{deadline(clause, pack, plan_year)}",
        f"限值：{json.dumps(clause.threshold, ensure_ascii=False) if clause.threshold else '无'}",
        f"判定方式：{OBSERVABILITY[clause.observability]}",
        f"严重程度：{SEVERITY[clause.severity]}",
        f"检查：{bindings(clause) or '无'}",
        *([f"看什么：{clause.method}"] if clause.method else []),
        *([f"与此条相同：{clause.same_as}"] if clause.same_as else []),
        *([f"待核：{clause.review}"] if clause.review else []),
        *([f"注：{clause.note}"] if clause.note else []),
    ]
    return "\n".join(lines)


def _show_pack(pack: Pack) -> str:
    document = pack.document
    lines = [
        f"{pack.id}　{document.title}",
        f"发文机关：{document.issuer}　文号：{document.doc_number or '无'}　日期：{document.issued or '未注明'}",
        f"来源：{document.source}",
        f"条款 {len(pack.clauses)} 条；指标 {len(pack.indicators)} 项：",
    ]
    lines += [
        f"  {indicator.title}　{indicator.points:g} 分　{'、'.join(indicator.checks)}" for indicator in pack.indicators
    ]
    lines += [f"  单项否决：{veto.title}（≥{veto.at_least} 个）　{'、'.join(veto.checks)}" for veto in pack.vetoes]
    lines += [f"注：{note}" for note in document.notes]
    return "\n".join(lines)


def coverage_lines(packs: Sequence[Pack]) -> tuple[list[str], bool]:
    """Return how many clauses of each pack are in whose hands, one line a pack, then the clauses without a
    home; and whether every clause has one."""
    figures = coverage(packs, all_checks())
    lines = [_covered(line) for line in figures]
    if len(figures) > 1:
        lines.append(_total(figures))
    homeless = [clause for line in figures for clause in line.homeless]
    lines += [f"无着落：{clause}（应由抓取判定或备料，却没有绑定检查）" for clause in homeless]
    return lines, not homeless


def _covered(line: Coverage) -> str:
    same = f"（不重复的 {line.distinct} 条）" if line.distinct != line.total else ""
    return (
        f"{line.pack}　{line.title}：{line.total} 条{same}，抓取判定 {line.decided}、备料供人判定 {line.prepared}、"
        f"人工判定 {line.left}、无着落 {len(line.homeless)}；检查尚未启用 {line.planned}"
    )


def _total(figures: Sequence[Coverage]) -> str:
    def added(name: str) -> int:
        return sum(getattr(line, name) for line in figures)

    return (
        f"合计：{added('total')} 条，抓取判定 {added('decided')}、备料供人判定 {added('prepared')}、"
        f"人工判定 {added('left')}、无着落 {sum(len(line.homeless) for line in figures)}；"
        f"检查尚未启用 {added('planned')}"
    )


@dataclass
class Planned:
    """A check that clauses are bound to and that is not built, or not switched on: who needs it and how.

    ``parameters`` counts how often each parameter is set; ``values`` holds one value of each; ``built``
    tells that the check is there by now.
    """

    check: str
    built: bool = False
    clauses: list[str] = field(default_factory=list)
    parameters: Counter[str] = field(default_factory=Counter)
    values: dict[str, Any] = field(default_factory=dict)


def planned(packs: Iterable[Pack]) -> list[Planned]:
    """Return the checks that planned bindings name, those most clauses wait for first."""
    known = all_checks()
    found: dict[str, Planned] = {}
    for pack in packs:
        for clause in pack.clauses:
            for binding in clause.checks:
                if not binding.planned:
                    continue
                entry = found.setdefault(binding.check, Planned(binding.check, binding.check in known))
                entry.clauses.append(clause.id)
                entry.parameters.update(binding.with_.keys())
                for key, value in binding.with_.items():
                    if entry.values.get(key) is None:
                        entry.values[key] = value
    return sorted(found.values(), key=lambda entry: (-len(entry.clauses), entry.check))


def planned_lines(packs: Iterable[Pack]) -> list[str]:
    """Return what ``planned`` found, one line a check and one a parameter."""
    lines = []
    for entry in planned(packs):
        state = "已建成，可去掉 planned" if entry.built else "未建成"
        lines.append(f"{entry.check}（{state}）：{len(entry.clauses)} 条，如 {'、'.join(entry.clauses[:3])}")
        for key, count in entry.parameters.most_common():
            example = _one_line(json.dumps(entry.values[key], ensure_ascii=False))
            lines.append(f"  {key}：{count} 处，如 {example if len(example) <= 80 else example[:79] + '…'}")
    return lines or ["没有计划中的检查"]


def users_of(packs: Iterable[Pack]) -> dict[str, list[tuple[Pack, Clause]]]:
    """Return, for every check bound, the clauses it serves."""
    users: dict[str, list[tuple[Pack, Clause]]] = defaultdict(list)
    for pack in packs:
        for clause in pack.clauses:
            for check in _checks(clause):
                users[check].append((pack, clause))
    return users


def _checks(clause: Clause) -> list[str]:
    return list(dict.fromkeys(binding.check for binding in clause.checks))


def _one_line(text: str) -> str:
    return " ".join(text.split())
