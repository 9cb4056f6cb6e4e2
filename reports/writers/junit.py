"""Findings as JUnit XML, for pipelines that show test results: a suite a check, a case a finding.

A certain breach fails; what a person has yet to confirm, what could not be decided and what is waived is skipped,
saying so. A check that found nothing passes with one case, or is skipped where nothing was there to examine.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from lxml import etree
from lxml.etree import _Element

from checks.model import Finding
from reports.addresses import finding_address
from reports.bundle import ReportBundle, department_of
from reports.cards import Card, card
from reports.scoring import SETTLED, order_key
from reports.text import clip, legible

NAME = 300
TEXT = 4_000


def write(path: Path, findings: Sequence[Finding], bundle: ReportBundle) -> None:
    """Write the file; equal bundles give equal bytes."""
    by_check: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in sorted(findings, key=order_key):
        by_check[finding.check].append(finding)
    examined = bundle.examined
    root = etree.Element("testsuites", name=_fit(bundle.site, NAME), time="0")
    for number, check in enumerate(sorted({*by_check, *examined})):
        root.append(_suite(number, check, by_check[check], examined.get(check), bundle))
    _count(root, list(root.iter("testcase")))
    path.write_bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _suite(
    number: int, check: str, findings: Sequence[Finding], examined: int | None, bundle: ReportBundle
) -> _Element:
    known = bundle.checks.get(check)
    suite = etree.Element(
        "testsuite", id=str(number), package="xunjian", name=_fit(check, NAME), time="0", hostname="xunjian",
        timestamp=f"{bundle.as_of.isoformat()}T00:00:00",
    )  # fmt: skip
    properties = etree.SubElement(suite, "properties")
    told = {"名称": known.title if known else check, "站点": bundle.site, "巡检编号": bundle.run_id}
    if examined is not None:
        told["检查对象数"] = str(examined)
    for name, value in told.items():
        etree.SubElement(properties, "property", name=name, value=_fit(value, NAME))
    cases = [_case(finding, bundle) for finding in findings] or [_without_findings(check, examined or 0)]
    suite.extend(cases)
    _count(suite, cases)
    etree.SubElement(suite, "system-out")
    etree.SubElement(suite, "system-err")
    return suite


def _case(finding: Finding, bundle: ReportBundle) -> _Element:
    shown = card(finding, bundle)
    # a case keeps its name as long as the defect is the same one: pipelines follow a case by it
    where = finding.url if finding.target is None else f"{finding.url} → {finding.target}"
    case = _element(finding.check, f"{clip(legible(where), NAME - 30)} [{finding.fingerprint}]")
    reason = _why_skipped(finding, shown, bundle)
    if reason is not None:
        etree.SubElement(case, "skipped", message=_fit(f"{reason}：{finding.message}", TEXT))
        return case
    failure = etree.SubElement(case, "failure", type=finding.severity, message=_fit(finding.message, TEXT))
    failure.text = _fit("\n".join(_lines(finding, shown)), TEXT)
    return case


def _why_skipped(finding: Finding, shown: Card, bundle: ReportBundle) -> str | None:
    if finding.status in SETTLED:
        why = bundle.waiver(finding)
        return f"{shown.status}，{why}" if why else shown.status
    if finding.verdict != "fail":
        return "未能核实"
    return "待人工复核" if finding.confidence != "certain" else None


def _lines(finding: Finding, shown: Card) -> Iterable[str]:
    yield f"网页：{finding.url}"
    if finding.target:
        yield f"指向：{finding.target}"
    yield f"责任单位：{department_of(finding)}"
    yield f"严重程度：{shown.severity}　状态：{shown.status}　整改时限：{shown.due}"
    for cited in shown.citations:
        yield f"依据：《{cited.document}》{cited.section}：{cited.quote}"
    yield f"整改：{shown.remedy}"
    yield f"报告：report/{finding_address(finding.fingerprint)}"


def _without_findings(check: str, examined: int) -> _Element:
    case = _element(check, "没有发现问题" if examined else "没有检查对象")
    if not examined:
        etree.SubElement(case, "skipped", message="不适用：本次没有检查对象")
    return case


def _element(check: str, name: str) -> _Element:
    return etree.Element("testcase", classname=f"xunjian.{_fit(check, NAME)}", name=name, time="0")


def _count(element: _Element, cases: Sequence[_Element]) -> None:
    found = Counter(child.tag for case in cases for child in case)
    element.set("tests", str(len(cases)))
    element.set("failures", str(found["failure"]))
    element.set("errors", "0")
    element.set("skipped", str(found["skipped"]))


def _fit(text: str, limit: int) -> str:
    return clip(legible(text), limit)
