"""Every check against its cases, and the cases against checks that always or never find."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from casework import Case, all_cases, differences, judged

import checks.runner
from checks.model import Context, Parameters, Result
from checks.registry import Check, all_checks
from checks.site import Site

_CASES = all_cases()
_CHECKED = sorted({case.check for case in _CASES})


@pytest.mark.parametrize("case", _CASES, ids=[f"{case.check}: {case.name}" for case in _CASES])
def test_case(case: Case) -> None:
    assert differences(case, judged(case).findings) == []


def _fails(case: Case) -> bool:
    return any(expected.get("verdict", "fail") == "fail" for expected in case.expect)


def test_every_check_has_cases_enough() -> None:
    failing = Counter(case.check for case in _CASES if _fails(case))
    passing = Counter(case.check for case in _CASES if not _fails(case))
    for check in all_checks():
        assert failing[check] >= 5, f"{check}: {failing[check]} cases that fail"
        assert passing[check] >= 10, f"{check}: {passing[check]} cases that do not"


def test_case_names_are_unique() -> None:
    names = Counter((case.check, case.name) for case in _CASES)
    assert [name for name, count in names.items() if count > 1] == []


def _never(site: Site, parameters: Parameters, context: Context) -> Result:
    return Result()


def _always(site: Site, parameters: Parameters, context: Context) -> Result:
    result = Result()
    for url in site.pages:
        result.examine(None)
        result.fail(url=url, message="总有问题")
    return result


@pytest.mark.parametrize("mutant", [_never, _always], ids=["never finds", "always finds"])
@pytest.mark.parametrize("check", _CHECKED)
def test_cases_catch_a_check_that_does_not_look(
    check: str, mutant: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    mutated: dict[str, Check] = {**all_checks(), check: replace(all_checks()[check], run=mutant)}
    monkeypatch.setattr(checks.runner, "all_checks", lambda: mutated)
    mine = [case for case in _CASES if case.check == check]
    caught = [case for case in mine if differences(case, judged(case).findings)]
    side = [case for case in mine if bool(case.expect) == (mutant is _never)]
    assert len(caught) >= len(side) >= 5
