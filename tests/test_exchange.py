"""CSV, JSON Lines, JUnit and SARIF: complete, true to the findings, inert, and of the shape their readers expect."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
import reportdata
from lxml import etree
from reportdata import EDUCATION, HOSTILE

import reports
from checks.model import Examination
from reports import ReportBundle
from reports.bundle import department_of
from reports.ledger import Handling, Waiver
from reports.writers import exchange, junit, sarif
from tests.test_cli import run

# what Jenkins, GitLab and Ant's own schema agree on
JUNIT = etree.XMLSchema(etree.XML("""
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:attributeGroup name="counts">
    <xs:attribute name="tests" type="xs:nonNegativeInteger" use="required"/>
    <xs:attribute name="failures" type="xs:nonNegativeInteger" use="required"/>
    <xs:attribute name="errors" type="xs:nonNegativeInteger" use="required"/>
    <xs:attribute name="skipped" type="xs:nonNegativeInteger"/>
    <xs:attribute name="time" type="xs:decimal" use="required"/>
  </xs:attributeGroup>
  <xs:element name="testsuites"><xs:complexType>
    <xs:sequence><xs:element ref="testsuite" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
    <xs:attribute name="name" type="xs:string"/><xs:attributeGroup ref="counts"/>
  </xs:complexType></xs:element>
  <xs:element name="testsuite"><xs:complexType>
    <xs:sequence>
      <xs:element name="properties"><xs:complexType><xs:sequence>
        <xs:element name="property" minOccurs="0" maxOccurs="unbounded"><xs:complexType>
          <xs:attribute name="name" use="required" type="xs:token"/>
          <xs:attribute name="value" use="required" type="xs:string"/>
        </xs:complexType></xs:element>
      </xs:sequence></xs:complexType></xs:element>
      <xs:element name="testcase" minOccurs="0" maxOccurs="unbounded"><xs:complexType>
        <xs:choice minOccurs="0">
          <xs:element name="skipped"><xs:complexType><xs:attribute name="message" type="xs:string"/></xs:complexType>
          </xs:element>
          <xs:element name="failure"><xs:complexType mixed="true">
            <xs:attribute name="message" type="xs:string"/>
            <xs:attribute name="type" type="xs:string" use="required"/>
          </xs:complexType></xs:element>
        </xs:choice>
        <xs:attribute name="name" type="xs:token" use="required"/>
        <xs:attribute name="classname" type="xs:token" use="required"/>
        <xs:attribute name="time" type="xs:decimal" use="required"/>
      </xs:complexType></xs:element>
      <xs:element name="system-out" type="xs:string"/><xs:element name="system-err" type="xs:string"/>
    </xs:sequence>
    <xs:attribute name="id" type="xs:int" use="required"/>
    <xs:attribute name="package" type="xs:token" use="required"/>
    <xs:attribute name="name" type="xs:token" use="required"/>
    <xs:attribute name="hostname" type="xs:token" use="required"/>
    <xs:attribute name="timestamp" type="xs:dateTime" use="required"/>
    <xs:attributeGroup ref="counts"/>
  </xs:complexType></xs:element>
</xs:schema>"""))
UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def every_state() -> ReportBundle:
    """The small county; one finding waived, one disputed; one check without findings, one without subjects."""
    made = reportdata.small()
    made.findings[5].status, made.findings[6].status = "waived", "disputed"
    waived = made.findings[5].fingerprint
    made.changes.handling[waived] = Handling(
        waived=Waiver(
            fingerprint=waived, reason="系统改造期间", owner="县政府办公室", expires="2026-12-31", day="2026-11-01"
        )
    )
    made.judgement.examinations += [
        Examination(pack="shili-2026", clause="4.1", check="wrong-link", department=None, examined=3),
        Examination(pack="shili-2026", clause="4.1", check="annual-report-missing", department=None, examined=0),
    ]
    return made


@pytest.fixture(scope="module")
def states() -> ReportBundle:
    return every_state()


@pytest.fixture(scope="module")
def hostile() -> ReportBundle:
    return reportdata.hostile()


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def log(path: Path, bundle: ReportBundle) -> dict[str, Any]:
    sarif.write(path, bundle.findings, bundle)
    made: dict[str, Any] = json.loads(path.read_bytes())
    return made


# --- CSV and JSON Lines ---


def test_the_table_opens_in_excel_and_holds_every_finding(tmp_path: Path, states: ReportBundle) -> None:
    exchange.write_csv(tmp_path / "a.csv", states.findings, states)
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    rows = {row["问题编号"]: row for row in table(tmp_path / "a.csv")}
    assert set(rows) == {finding.fingerprint for finding in states.findings}
    for finding in states.findings:
        row = rows[finding.fingerprint]
        assert (row["检查"], row["网页"], row["指向"]) == (finding.check, finding.url, finding.target or "")
        assert (row["问题"], row["整改时限"]) == (finding.message, finding.due or "")
        assert row["剩余工作日"] == str(states.changes.terms[finding.due] if finding.due else "")
        assert states.packs[0].clause(finding.clauses[0]).quote in row["依据"]  # type: ignore[union-attr]


def test_no_cell_of_the_table_is_a_formula(tmp_path: Path, hostile: ReportBundle) -> None:
    exchange.write_csv(tmp_path / "a.csv", hostile.findings, hostile)
    rows = table(tmp_path / "a.csv")
    assert len(rows) == len(HOSTILE)
    for row in rows:
        for name, cell in row.items():
            folded = unicodedata.normalize("NFKC", cell).lstrip()
            assert not folded.startswith(("=", "+", "@")), (name, cell[:40])
            assert not folded.startswith("-") or re.fullmatch(r"-\d+", cell), (name, cell[:40])
            assert len(cell) < 32_767 and not UNFIT.search(cell)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "\t=", "\r=", "\n=", " =", "　=", "'="])
def test_a_text_that_begins_as_a_formula_is_kept_as_text(start: str) -> None:
    assert exchange.inert(f"{start}1+1").startswith("'")
    assert exchange.inert("扣 1 分 = 1").startswith("扣")


def test_lines_hold_the_findings_whole(tmp_path: Path, states: ReportBundle, hostile: ReportBundle) -> None:
    for bundle in (states, hostile):
        exchange.write_lines(tmp_path / "a.jsonl", bundle.findings, bundle)
        lines = [json.loads(line) for line in (tmp_path / "a.jsonl").read_bytes().splitlines()]
        by_id = {line["fingerprint"]: line for line in lines}
        for finding in bundle.findings:
            line = by_id[finding.fingerprint]
            assert set(msgspec.to_builtins(finding)) <= set(line)
            assert len(line["message"]) == len(finding.message)
            assert line["citations"][0]["quote"] == bundle.packs[0].clause(finding.clauses[0]).quote  # type: ignore
            assert line["page"].endswith(f"#f-{finding.fingerprint}")


# --- JUnit ---


def test_junit_has_a_suite_a_check_and_a_case_a_finding(tmp_path: Path, states: ReportBundle) -> None:
    junit.write(tmp_path / "a.xml", states.findings, states)
    root = etree.fromstring((tmp_path / "a.xml").read_bytes())
    JUNIT.assertValid(root)
    suites = {suite.get("name"): suite for suite in root}
    counts = Counter(finding.check for finding in states.findings)
    assert set(suites) == {*counts, "wrong-link", "annual-report-missing"}
    for check, count in counts.items():
        assert len(suites[check].findall("testcase")) == count
    [passed] = suites["wrong-link"].findall("testcase")
    assert len(passed) == 0
    [empty] = suites["annual-report-missing"].findall("testcase")
    assert "没有检查对象" in empty.find("skipped").get("message")


def test_junit_fails_certain_breaches_alone(tmp_path: Path, states: ReportBundle) -> None:
    junit.write(tmp_path / "a.xml", states.findings, states)
    root = etree.fromstring((tmp_path / "a.xml").read_bytes())
    cases = {case.get("name").rsplit("[", 1)[-1].rstrip("]"): case for case in root.iter("testcase")}
    failed = 0
    for finding in states.findings:
        case = cases[finding.fingerprint]
        standing = finding.verdict == "fail" and finding.confidence == "certain" and finding.status != "waived"
        failed += standing
        assert [child.tag for child in case] == (["failure"] if standing else ["skipped"])
        assert finding.message in case[0].get("message")
        if not standing:
            word = {"waived": "已豁免"}.get(finding.status) or ("未能核实" if finding.verdict != "fail" else "待人工复核")
            assert case[0].get("message").startswith(word)
    assert root.get("failures") == str(failed) == str(len(root.findall(".//failure")))
    for suite in root:
        assert suite.get("skipped") == str(len(suite.findall(".//skipped")))


def test_junit_takes_any_text(tmp_path: Path, hostile: ReportBundle) -> None:
    junit.write(tmp_path / "a.xml", hostile.findings, hostile)
    root = etree.fromstring((tmp_path / "a.xml").read_bytes())
    JUNIT.assertValid(root)
    assert len(root.findall(".//testcase")) == len(HOSTILE)


# --- SARIF ---


def assert_sarif(made: dict[str, Any]) -> None:
    """Assert what the standard (2.1.0, §3) demands of the properties this program writes."""
    assert made["version"] == "2.1.0" and made["$schema"].endswith("sarif-schema-2.1.0.json")
    [analysis] = made["runs"]
    rules = analysis["tool"]["driver"]["rules"]
    assert analysis["tool"]["driver"]["name"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["shortDescription"]["text"] and rule["fullDescription"]["text"] and rule["help"]["text"]
        assert rule["defaultConfiguration"]["level"] in ("none", "note", "warning", "error")
    for invocation in analysis["invocations"]:
        assert isinstance(invocation["executionSuccessful"], bool)
    for result in analysis["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert isinstance(result["message"]["text"], str)
        assert result["kind"] in ("fail", "review", "open")
        assert (result["level"] == "none") == (result["kind"] != "fail")
        assert result["baselineState"] in ("new", "unchanged", "updated", "absent")
        assert all(isinstance(value, str) for value in result["partialFingerprints"].values())
        for place in (*result["locations"], *result.get("relatedLocations", [])):
            if "physicalLocation" in place:
                uri = place["physicalLocation"]["artifactLocation"]["uri"]
                assert urlsplit(uri).scheme in ("http", "https")
                assert uri.isascii() and not set(uri) & set(' "<>\\^`{|}')
        for suppression in result.get("suppressions", []):
            assert suppression["kind"] in ("inSource", "external")
            assert suppression["status"] in ("accepted", "underReview", "rejected")


def test_sarif_says_of_each_finding_what_the_findings_say(tmp_path: Path, states: ReportBundle) -> None:
    made = log(tmp_path / "a.sarif", states)
    assert_sarif(made)
    results = {one["partialFingerprints"]["xunjianFinding/v1"]: one for one in made["runs"][0]["results"]}
    assert len(results) == len(states.findings)
    for finding in states.findings:
        result = results[finding.fingerprint]
        assert result["message"]["text"] == finding.message
        assert result["kind"] == (
            "open" if finding.verdict != "fail" else "review" if finding.confidence == "review" else "fail"
        )
        assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == finding.url
        assert ("suppressions" in result) == (finding.status in ("waived", "disputed"))
    [waived] = results[states.findings[5].fingerprint]["suppressions"]
    assert waived["status"] == "accepted"
    assert waived["justification"] == "系统改造期间（县政府办公室负责，豁免到 2026-12-31）"
    rules = {rule["id"]: rule for rule in made["runs"][0]["tool"]["driver"]["rules"]}
    assert {"wrong-link", "annual-report-missing"} <= set(rules)
    assert "恢复该页面" in rules["dead-link"]["help"]["text"]


def test_sarif_opens_no_address_but_the_webs(tmp_path: Path, hostile: ReportBundle) -> None:
    made = log(tmp_path / "a.sarif", hostile)
    assert_sarif(made)
    assert len(made["runs"][0]["results"]) == len(HOSTILE)
    assert not UNFIT.search((tmp_path / "a.sarif").read_text(encoding="utf-8").replace("\n", ""))


# --- the command ---


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    reports.write_all(folder, every_state())
    (folder / "run.sqlite").write_bytes(b"")
    return folder


def test_a_stored_inspection_exports_as_the_inspection_itself(home: Path, tmp_path: Path, states: ReportBundle) -> None:
    again = reports.load_bundle(home)
    again.checks = states.checks
    for number, write in enumerate((exchange.write_csv, exchange.write_lines, junit.write, sarif.write)):
        write(tmp_path / f"{number}a", states.findings, states)
        write(tmp_path / f"{number}b", list(reversed(again.findings)), again)
        assert (tmp_path / f"{number}a").read_bytes() == (tmp_path / f"{number}b").read_bytes()


def test_the_command_writes_what_is_asked_for(home: Path, tmp_path: Path) -> None:
    result = run("export", str(home), "csv", "sarif", "--to", str(tmp_path / "out"))
    assert result.returncode == 0, result.output
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"findings.csv", "findings.sarif"}
    result = run("export", str(home), "jsonl", "--to", str(tmp_path / "one"), "--department", EDUCATION)
    assert result.returncode == 0, result.output
    lines = (tmp_path / "one" / "findings.jsonl").read_text(encoding="utf-8").splitlines()
    wanted = [finding for finding in every_state().findings if department_of(finding) == EDUCATION]
    assert len(lines) == len(wanted) and all(EDUCATION in line for line in lines)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["csv", "--department", "县无此局"], "这次巡检没有“县无此局”，应为其中之一：县"),
        (["word"], "csv、jsonl、junit、sarif 或 all，实为"),
        (["csv", "--limit", "-3"], "--limit: 应为不小于 0 的整数，实为 '-3'"),
        (["evaluation", "--department", EDUCATION], "评估报告（evaluation）是全站的"),
        ([], "WHAT"),
    ],
)
def test_a_wrong_command_is_one_line(home: Path, tmp_path: Path, arguments: list[str], told: str) -> None:
    result = run("export", str(home), *arguments, "--to", str(tmp_path / "out"))
    assert result.returncode == 2
    assert told in result.stderr and len(result.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_a_folder_that_refuses_is_one_line(home: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("占着", encoding="utf-8")
    result = run("export", str(home), "csv", "--to", str(tmp_path / "out"))
    assert result.returncode == 2 and "写不进去" in result.stderr
