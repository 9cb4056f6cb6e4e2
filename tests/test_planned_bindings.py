"""What the built-in packs bind is what the checks take: every binding of a check that exists, planned or not."""

from __future__ import annotations

import pytest

from checks.registry import all_checks
from rules.loader import builtin_pack_ids, load_pack

_BOUND = [
    (f"{clause.id} {binding.check}", binding.check, binding.with_)
    for pack in builtin_pack_ids()
    for clause in load_pack(pack).clauses
    for binding in clause.checks
    if binding.check in all_checks()
]


@pytest.mark.parametrize(("check", "values"), [row[1:] for row in _BOUND], ids=[row[0] for row in _BOUND])
def test_a_check_takes_what_packs_bind_to_it(check: str, values: dict[str, object]) -> None:
    all_checks()[check].parameters.model_validate(values)
