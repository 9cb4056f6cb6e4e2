"""What the built-in packs bind: every check they name that is there takes the parameters they give it."""

from __future__ import annotations

import pytest

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
