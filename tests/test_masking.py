"""No finding shows a person's number raw, whatever check it comes from. All numbers are made up."""

from __future__ import annotations

from datetime import date

import pytest
from casework import Case, pack_of, site_of

import checks.runner
from checks.masking import masked_text, masked_values
from checks.model import Context, Parameters, Result
from checks.registry import Check
from checks.runner import judge
from checks.site import Site
from rules.calendar import load_calendar

IDENTITY, CARD, MOBILE = "37030519850312002X", "6217001234567890122", "13812345678"


@pytest.mark.parametrize(("text", "shown"), [
    (f"身份证{IDENTITY}。", "身份证370*************2X。"),
    ("身份证37030519850312002x", "身份证370*************2x"),
    (f"卡号 {CARD}", "卡号 621**************22"),
    ("卡号 6217 0012 3456 7890 122", "卡号 621**************22"),
    (f"电话{MOBILE}，", "电话138******78，"),
    (f"http://x.gov.cn/a?id={IDENTITY}", f"http://x.gov.cn/a?id={IDENTITY}"),
    ("编号370305199001011128", "编号370305199001011128"),
    ("电话0533-7654321，2026年", "电话0533-7654321，2026年"),
])
def test_masked_text(text: str, shown: str) -> None:
    assert masked_text(text) == shown


def test_values_inside_values_are_masked() -> None:
    given = {"rows": [{"excerpt": f"王某 {MOBILE}"}], "count": 3, "none": None}
    assert masked_values(given) == {"rows": [{"excerpt": "王某 138******78"}], "count": 3, "none": None}


def test_findings_of_every_check_are_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    def talks(site: Site, parameters: Parameters, context: Context) -> Result:
        result = Result()
        result.fail(url=site.home, message=f"《{IDENTITY}》", evidence={"excerpt": [f"电话{MOBILE}"]})
        return result

    monkeypatch.setattr(checks.runner, "all_checks", lambda: {"x": Check("x", "x", {}, Parameters, talks)})
    case = Case("x", "x", date(2026, 9, 10), {}, {"pages": []})
    context = Context(case.as_of, 2026, load_calendar())
    found = judge(site_of(case), [pack_of(("x", {}))], context).findings[0]
    assert IDENTITY not in found.message and IDENTITY not in found.breaches[0].message
    assert found.evidence["excerpt"] == ["电话138******78"]
