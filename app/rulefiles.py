"""A person's own pack files: held against the checks, and drafted from a work-point document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from app.errors import UserError
from checks.model import Parameters
from checks.registry import all_checks
from rules.drafting import Draft, SourceError, draft, to_yaml
from rules.loader import builtin_pack_ids, faults

SHOWN = 20


@dataclass(frozen=True)
class Verdict:
    """What validating one pack gave: ``summary`` for a sound one, else ``faults``; ``hints`` cost nothing."""

    summary: str
    faults: list[str]
    hints: list[str]


def validate(names: Sequence[str]) -> list[Verdict]:
    """Return the verdict on each pack named, by id or file; on every built-in one where none is.

    Every line names the file, the clause and the key, and what was expected.
    """
    return [_verdict(name) for name in names or builtin_pack_ids()]


def _verdict(name: str) -> Verdict:
    known = all_checks()
    models = {check.id: check.parameters for check in known.values()}
    pack, lines = faults(name, Path.cwd(), models)
    if pack is None:
        return Verdict("", lines, [])
    where = name if name.endswith((".yaml", ".yml")) or Path(name).is_file() else f"{name}.yaml"
    waiting = Counter(
        binding.check for clause in pack.clauses for binding in clause.checks if binding.planned
    )
    ready = sorted(check for check in waiting if check in known)
    hints = [f"{where}：{'、'.join(ready)} 已建成，而绑定仍标着 planned: true，不会执行"] if ready else []
    summary = f"{where}：{len(pack.clauses)} 条条款、{len(pack.indicators)} 项指标，没有错误"
    left = len(waiting) - len(ready)
    return Verdict(summary + (f"；{left} 项检查尚未建成" if left else ""), lines, hints)


def draft_file(source: Path, pack_id: str | None) -> Draft:
    """Return the draft pack of a document; raises UserError where it cannot be read or holds no demand."""
    if pack_id is not None and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", pack_id):
        raise UserError(f"--id: 应为字母、数字、连字符组成的编号（如 linzi-2026），实为 {pack_id!r}")
    try:
        made = draft(source, pack_id, set(all_checks()))
    except SourceError as error:
        raise UserError(str(error)) from None
    if not made.pack["clauses"]:
        raise UserError(f"{source}：没有拟出条款，文中没有找到编号的条目或任务分解表")
    for clause in made.pack["clauses"]:
        _fit_parameters(clause)
    return made


def _fit_parameters(clause: dict[str, Any]) -> None:
    """Take out of a clause's bindings what the checks cannot use, and say so in its ``review``.

    A document names what no crawl can see (电视问政, 上门宣讲); the words stay in the quote for a person to weigh.
    """
    for binding in clause.get("checks", []):
        check = all_checks().get(binding["check"])
        given = binding.get("with", {})
        if check is None or _usable(check.parameters, given):
            continue
        fitting = {key: _fitting(check.parameters, key, value) for key, value in given.items()}
        kept = {key: value for key, value in fitting.items() if value not in (None, [])}
        binding["with"] = kept if _usable(check.parameters, kept) else {}
        if not binding["with"]:
            del binding["with"]
        left_out = "、".join(key for key, value in given.items() if binding.get("with", {}).get(key) != value)
        note = f"参数 {left_out} 里有检查 {check.id} 不认识的内容，未列入"
        clause["review"] = f"{clause['review']}；{note}" if clause.get("review") else note


def _fitting(model: type[Parameters], key: str, value: Any) -> Any:
    """Return as much of one parameter's value as the check takes; None for nothing."""
    if isinstance(value, list):
        return [item for item in value if _usable(model, {key: [item]})]
    return value if _usable(model, {key: value}) else None


def _usable(model: type[Parameters], given: Mapping[str, Any]) -> bool:
    try:
        model.model_validate(dict(given))
    except ValidationError:
        return False
    return True


def write_draft(made: Draft, out: Path) -> Path | None:
    """Write a draft; return where a different file that stood there was kept, else None.

    Raises UserError where the place cannot be written.
    """
    text = to_yaml(made)
    kept = None
    try:
        if out.is_file() and out.read_text(encoding="utf-8", errors="replace") != text:
            kept = out.with_name(out.name + "~")
            out.replace(kept)
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"{out}：无法写入（{error.strerror}），--out 应为规则包文件的路径") from None
    return kept


def draft_lines(made: Draft) -> list[str]:
    """Return what was found in a document: its head, the clauses by who decides them, what to look at, flaws."""
    document, clauses = made.pack["document"], made.pack["clauses"]
    by_observability = Counter(clause["observability"] for clause in clauses)
    bound = [clause for clause in clauses if clause.get("checks")]
    kinds = {binding["check"] for clause in bound for binding in clause["checks"]}
    unbuilt = {binding["check"] for clause in bound for binding in clause["checks"] if binding.get("planned")}
    number, issued = document["doc_number"] or "无", document["issued"] or "未注明"
    waiting = f"，其中 {len(unbuilt)} 项尚未建成" if unbuilt else ""
    lines = [
        f"{document['id']}　{document['title']}",
        f"发文机关：{document['issuer']}　文号：{number}　日期：{issued}",
        f"条款 {len(clauses)} 条：抓取判定 {by_observability['auto']}、备料供人判定 {by_observability['assisted']}、"
        f"人工判定 {by_observability['manual'] + by_observability['offline']}；"
        f"有责任单位 {sum('responsible' in clause for clause in clauses)}、"
        f"有期限 {sum('deadline' in clause for clause in clauses)}、"
        f"有限值 {sum('threshold' in clause for clause in clauses)}",
        f"绑定检查的 {len(bound)} 条，用到 {len(kinds)} 项检查{waiting}",
        f"须人核对的 {sum('review' in clause for clause in clauses)} 条，见各条 review",
        f"原文疑点 {len(made.flaws)} 处" + ("：" if made.flaws else ""),
    ]
    lines += [f"  {flaw}" for flaw in made.flaws[:SHOWN]]
    if len(made.flaws) > SHOWN:
        lines.append(f"  另有 {len(made.flaws) - SHOWN} 处，见规则包的 notes")
    return lines
