"""Shows packs, clauses and checks as plain text, for looking up any point lost."""

from __future__ import annotations

import json
from pathlib import Path

from app.errors import UserError
from checks.registry import Check, all_checks
from rules.loader import PackError, builtin_pack_ids, load_pack
from rules.model import Clause, Pack

OBSERVABILITY = {"auto": "抓取即可判定", "assisted": "抓取备料、人工判定", "manual": "人工判定", "offline": "线下工作"}
SEVERITY = {"veto": "单项否决", "high": "高", "medium": "中", "low": "低", "info": "提示"}


def _load(name: str) -> Pack:
    try:
        return load_pack(name, base_dir=Path.cwd())
    except PackError as error:
        raise UserError(str(error)) from None


def list_packs() -> str:
    """Return one line a built-in pack: id, title, number of clauses and of those bound to a check."""
    lines = []
    for pack_id in builtin_pack_ids():
        pack = _load(pack_id)
        bound = sum(1 for clause in pack.clauses if any(not b.planned for b in clause.checks))
        lines.append(f"{pack.id:<20} {pack.document.title}：{len(pack.clauses)} 条，其中 {bound} 条由检查落实")
    return "\n".join(lines)


def list_clauses(names: tuple[str, ...]) -> str:
    """Return one line a clause of the packs: id, checks with parameters, quote."""
    lines = []
    for name in names:
        pack = _load(name)
        lines.append(f"# {pack.id} {pack.document.title}")
        lines += [
            f"{clause.id}\t{_bindings(clause) or OBSERVABILITY[clause.observability]}\t{clause.quote}"
            for clause in pack.clauses
        ]
    return "\n".join(lines)


def _bindings(clause: Clause) -> str:
    texts = []
    for binding in clause.checks:
        parameters = json.dumps(binding.with_, ensure_ascii=False) if binding.with_ else ""
        texts.append(f"{binding.check}{parameters}{'（计划中）' if binding.planned else ''}")
    return "；".join(texts)


def show(name: str) -> str:
    """Return the full text of a clause, a pack or a check, by its id (or a pack's file).

    Raises UserError when nothing has that id.
    """
    if name in all_checks():
        return _show_check(all_checks()[name])
    if "/" in name and not name.endswith((".yaml", ".yml")):
        return _show_clause(name)
    return _show_pack(_load(name))


def _show_check(check: Check) -> str:
    parts = [f"{check.id}　{check.title}"]
    parts += [f"【{heading}】\n{text}" for heading, text in check.sections.items()]
    parameters = check.parameters.model_json_schema().get("properties", {})
    if parameters:
        parts.append("【参数】" + "、".join(parameters))
    users = [
        clause.id for pack_id in builtin_pack_ids() for clause in _load(pack_id).clauses
        if any(binding.check == check.id for binding in clause.checks)
    ]
    parts.append("【落实的条款】" + ("、".join(users) or "无"))
    return "\n\n".join(parts)


def _show_clause(name: str) -> str:
    pack = _load(name.split("/", 1)[0])
    clause = pack.clause(name)
    if clause is None:
        raise UserError(f"{name}: 规则包 {pack.id} 里没有这一条；用 xunjian rules list {pack.id} 看各条编号")
    lines = [
        f"{clause.id}　{pack.document.title}　{clause.section}",
        f"原文：{clause.quote}",
        f"责任单位：{'、'.join(clause.responsible) or '未指明'}",
        f"期限：{clause.deadline or '未定'}",
        f"限值：{json.dumps(clause.threshold, ensure_ascii=False) if clause.threshold else '无'}",
        f"判定方式：{OBSERVABILITY[clause.observability]}",
        f"严重程度：{SEVERITY[clause.severity]}",
        f"检查：{_bindings(clause) or '无'}",
    ]
    if clause.same_as:
        lines.append(f"与此条相同：{clause.same_as}")
    if clause.note:
        lines.append(f"注：{clause.note}")
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
