"""The rules as pages to look things up in: one a pack, one a check, an index; self-contained, without scripts."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment

from app.errors import UserError
from app.rulebook import OBSERVABILITY, SEVERITY, deadline, parameters, users_of
from checks.registry import Check, all_checks
from reports.pages import page_environment
from reports.text import unwrapped
from rules.coverage import coverage
from rules.model import Clause, Pack


def write_handbook(packs: Sequence[Pack], out: Path, plan_year: int) -> int:
    """Write the pages of packs and of every check into a folder; return how many.

    Deadlines are shown as written and as moved to ``plan_year``. Raises UserError where the folder cannot be
    written.
    """
    pages = _pages(packs, plan_year)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in pages.items():
            (out / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"{out}：无法写入（{error.strerror}），--out 应为文件夹") from None
    return len(pages)


def pack_page(pack_id: str) -> str:
    """Return the name of a pack's page."""
    return f"pack-{_safe(pack_id)}.html"


def check_page(check_id: str) -> str:
    """Return the name of a check's page."""
    return f"check-{_safe(check_id)}.html"


def anchor(clause_id: str) -> str:
    """Return the anchor of a clause on its pack's page: its id without the pack's."""
    return re.sub(r"\s+", "_", clause_id.split("/", 1)[-1])


def _pages(packs: Sequence[Pack], plan_year: int) -> dict[str, str]:
    environment = _environment()
    known, users = all_checks(), users_of(packs)
    checks = {check_id: known.get(check_id) for check_id in sorted({*known, *users})}
    shared = {"packs": packs, "checks": checks, "users": users, "plan_year": plan_year}
    pages = {
        "index.html": environment.get_template("index.html").render(
            shared, coverage=dict(zip([pack.id for pack in packs], coverage(packs, known), strict=True))
        )
    }
    for pack in packs:
        duplicates = _duplicates(pack)
        pages[pack_page(pack.id)] = environment.get_template("pack.html").render(
            shared, pack=pack, duplicates=duplicates
        )
    for check_id, check in checks.items():
        pages[check_page(check_id)] = environment.get_template("check.html").render(
            shared, check_id=check_id, check=check, rows=_parameter_rows(check), served=users.get(check_id, [])
        )
    return pages


def _duplicates(pack: Pack) -> dict[str, list[str]]:
    """Return, for each clause, the ids of those that say the same."""
    found: dict[str, list[str]] = {}
    for clause in pack.clauses:
        if clause.same_as:
            found.setdefault(clause.same_as, []).append(clause.id)
    return found


def _parameter_rows(check: Check | None) -> list[tuple[str, str, str]]:
    """Return name, default and meaning of each parameter of a check."""
    if check is None:
        return []
    schema: dict[str, Any] = check.parameters.model_json_schema().get("properties", {})
    return [
        (name, "必填" if "default" not in entry else json.dumps(entry["default"], ensure_ascii=False),
         str(entry.get("description", "")))
        for name, entry in schema.items()
    ]  # fmt: skip


def _safe(name: str) -> str:
    """Return a name fit for a file and a link; two different names stay different."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "_", name)[:80]
    return plain if plain == name else f"{plain}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _threshold(clause: Clause) -> str:
    return json.dumps(clause.threshold, ensure_ascii=False) if clause.threshold else ""


@lru_cache(maxsize=1)
def _environment() -> Environment:
    style = resources.files("app").joinpath("templates/handbook.css").read_text(encoding="utf-8")
    environment = page_environment("app", style)
    environment.globals.update(
        observability=OBSERVABILITY,
        severity=SEVERITY,
        pack_page=pack_page,
        check_page=check_page,
        anchor=anchor,
        deadline=deadline,
        parameters=parameters,
        threshold=_threshold,
        unwrapped=unwrapped,
    )
    return environment
