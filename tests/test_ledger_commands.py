"""``xunjian ledger``: what a person does to findings is in the ledger, the findings, the scores and the reports at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import reportdata
from click.testing import CliRunner, Result

from app.cli import main
from app.config import parse_config
from app.home import Home
from app.inspection import open_ledger, record_scores
from checks.registry import all_checks
from crawler.snapshot.writer import SnapshotWriter
from reports import write_all
from reports.scoring import score_all
from tests.localsite import serve

DEAD, LETTER, READING, STALE = "dead-link", "reply-overdue", "interpretation-missing", "stale-column"


def inspected(folder: Path, **ledger: str) -> Path:
    """A home after one inspection, made without a crawl."""
    base = "http://www.shili.example/"
    config = parse_config({
        "site": {"name": reportdata.SITE, "start": [base]}, "inspection": {"as_of": reportdata.AS_OF},
        "ledger": ledger, "base_dir": str(folder),
    }, "test")
    home = Home(folder / "home")
    bundle = reportdata.small()
    bundle.checks = all_checks()
    writer = SnapshotWriter(home.snapshot)
    writer.set_meta(config=config.to_json(), run_id=bundle.run_id, start=[base], hosts=["www.shili.example"], ended="finished")
    writer.close()
    book = open_ledger(config, home)
    bundle.changes = book.update(bundle.findings, reportdata.AS_OF, bundle.run_id, lambda _: True)
    bundle.judgement.findings = bundle.changes.findings
    bundle.scores = score_all(bundle.judgement, bundle.packs, [reportdata.QUIET])
    record_scores(book, bundle)
    write_all(home.path, bundle)
    return home.path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return inspected(tmp_path)


def ledger(*words: object) -> Result:
    return CliRunner().invoke(main, ["ledger", *map(str, words)])


def done(*words: object) -> str:
    result = ledger(*words)
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return result.stdout


def refused(*words: object) -> str:
    result = ledger(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert len(result.stderr.strip().splitlines()) == 1
    return result.stderr


def findings(home: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (home / "findings.jsonl").read_text(encoding="utf-8").splitlines()]


def named(home: Path, check: str, verdict: str = "fail") -> str:
    (found,) = (f["fingerprint"] for f in findings(home) if (f["check"], f["verdict"]) == (check, verdict))
    return str(found)


def summary(home: Path) -> dict[str, Any]:
    return dict(json.loads((home / "summary.json").read_text(encoding="utf-8")))


def score(home: Path) -> float:
    return float(summary(home)["scores"]["site"][0]["score"])


def everything(home: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file()}


def test_the_list_is_what_stands_and_what_is_due_first(home: Path) -> None:
    lines = done("list", home).splitlines()
    assert lines[-1] == "共 7 个（新发现 7），到 2026-11-20 逾期 0 个"
    assert "2026-11-27" in lines[2] and "县教育和体育局" in "".join(lines)
    rows = json.loads(done("list", home, "--check", DEAD, "--format", "json"))
    assert {row["check"] for row in rows} == {DEAD} and len(rows) == 2
    assert rows[0]["handling"]["confirmed"] is None and rows[0]["times"] == 1
    assert done("list", home, "--department", "没有这个局").strip() == "台账里没有这样的问题"
    late = json.loads(done("list", home, "--overdue", "--as-of", "2026-11-30", "--format", "json"))
    assert {row["due"] for row in late} == {"2026-11-27"} and all(row["overdue"] for row in late)
    assert done("list", home, "--overdue").strip() == "台账里没有这样的问题"


def test_a_confirmed_finding_costs_in_findings_scores_and_pages(home: Path) -> None:
    name, before = named(home, READING), score(home)
    done("confirm", home, name[:8], "--by", "王科员", "--text", "电话核实", "--as-of", "2026-11-23")
    (now,) = (f for f in findings(home) if f["fingerprint"] == name)
    assert (now["confidence"], now["deduction"], now["due"]) == ("certain", 4.0, "2026-11-30")
    assert score(home) == pytest.approx(before - 100 * 4 / summary(home)["scores"]["site"][0]["points"], abs=0.01)
    assert summary(home)["handling"][name]["confirmed"] == {"by": "王科员", "day": "2026-11-23", "text": "电话核实"}
    assert summary(home)["history"][-1]["scores"] == {"shili-2026": score(home)}
    assert "确认：2026-11-23 王科员：电话核实" in done("show", home, name)
    done("unconfirm", home, name, "--by", "王科员")
    assert score(home) == before
    assert "撤销确认（王科员）" in done("show", home, name)


def test_a_waiver_takes_the_cost_away_and_gives_it_back(home: Path) -> None:
    name, before = named(home, LETTER), score(home)
    assert "已豁免到 2026-12-31：1 个" in done(
        "waive", home, name, "--reason", "系统迁移", "--owner", "李主任", "--until", "2026-12-31",
    )
    (now,) = (f for f in findings(home) if f["fingerprint"] == name)
    assert (now["status"], now["deduction"], now["due"]) == ("waived", 0.0, "2026-12-31") and score(home) > before
    assert summary(home)["findings"]["by_status"] == {"new": 6, "waived": 1}
    assert summary(home)["history"][-1]["waived"] == 1
    assert "系统迁移" in done("show", home, name) and "已豁免 1" in done("list", home)
    assert json.loads(done("list", home, "--status", "waived", "--format", "json"))[0]["fingerprint"] == name
    done("unwaive", home, name)
    assert score(home) == before


def test_a_dispute_is_settled_either_way(home: Path) -> None:
    one, two = named(home, LETTER), named(home, STALE)
    before = score(home)
    done("dispute", home, one, two, "--reason", "已在线下答复")
    assert summary(home)["findings"]["by_status"] == {"new": 5, "disputed": 2} and score(home) == before
    done("settle", home, one, "--uphold", "--reason", "网上仍无答复")
    assert "--owner" in refused("settle", home, two, "--grant")
    assert "--uphold" in refused("settle", home, two)
    done("settle", home, two, "--grant", "--owner", "李主任", "--until", "2027-01-15")
    status = {f["fingerprint"]: f["status"] for f in findings(home)}
    assert (status[one], status[two]) == ("new", "waived") and score(home) > before
    shown = json.loads(done("show", home, two, one, "--format", "json"))
    assert shown[0]["handling"]["waived"]["reason"] == "已在线下答复"
    assert shown[1]["handling"]["opinion"] == "网上仍无答复"
    assert [act["kind"] for act in shown[1]["acts"]] == ["dispute", "uphold"]


def test_notes_and_links_stay_with_the_finding(home: Path) -> None:
    name = named(home, STALE)
    done("note", home, name, "--text", "已电话催办", "--by", "王科员")
    done("link", home, name, "--url", "http://www.shili.example/zwgk/gzdt/1.html", "--no-report")
    text = done("show", home, name)
    assert "整改链接：http://www.shili.example/zwgk/gzdt/1.html" in text and "备注（王科员）：已电话催办" in text
    assert summary(home)["handling"][name]["link"] == "", "--no-report leaves the files alone"
    result = CliRunner().invoke(main, ["report", str(home)])
    assert result.exit_code == 0 and summary(home)["handling"][name]["link"].endswith("/1.html")


@pytest.mark.parametrize(("words", "told"), [
    (["note", "HOME", "NAME", "ffffffff", "--text", "x"], "没有这个编号"),
    (["note", "HOME", "NAME", "abc", "--text", "x"], "至少写前 6 位"),
    (["note", "HOME", "NAME"], "--text"),
    (["note", "HOME", "--text", "x"], "FINDING"),
    (["waive", "HOME", "NAME", "--reason", "x", "--owner", "y", "--until", "2026-11-01"], "早于办理日"),
    (["waive", "HOME", "NAME", "--reason", "x", "--owner", "y", "--until", "年底"], "应为日期"),
    (["waive", "HOME", "NAME", "--reason", "x", "--until", "2026-12-01"], "--owner"),
    (["settle", "HOME", "NAME", "--uphold"], "没有待处理的异议"),
    (["link", "HOME", "NAME", "--url", "javascript:alert(1)"], "应为 http"),
    (["list", "nowhere"], "nowhere"),
    (["list", "HOME", "--status", "gone"], "--status"),
    (["show", "HOME", "ffffffff"], "没有这个编号"),
])
def test_what_is_wrong_is_one_line_and_changes_nothing(home: Path, words: list[str], told: str) -> None:
    before = everything(home)
    assert told in refused(*({"HOME": str(home), "NAME": named(home, LETTER)}.get(word, word) for word in words))
    assert everything(home) == before


def test_history_tells_scores_and_their_change(home: Path) -> None:
    before = score(home)
    config = parse_config({"site": {"name": reportdata.SITE, "start": ["http://www.shili.example/"]}}, "test")
    book = open_ledger(config, Home(home))
    later = reportdata.small()
    book.update(later.findings[1:], reportdata.AS_OF.replace(day=23), "20261123-0130", lambda _: True)
    book.record_scores(
        "20261123-0130", counts={"open": 6, "fixed": 1}, scores={"shili-2026": before + 5}, departments={}, checks={},
        columns={}, coverage=0.97,
    )
    lines = done("history", home).splitlines()
    assert len(lines) == 4 and "（+5）" in lines[3] and "97.0%" in lines[3]
    assert [run["fixed"] for run in json.loads(done("history", home, "--format", "json"))] == [0, 1]


def test_reports_of_another_run_are_left_as_they_are(home: Path) -> None:
    config = parse_config({"site": {"name": reportdata.SITE, "start": ["http://www.shili.example/"]}}, "test")
    book = open_ledger(config, Home(home))
    book.update(reportdata.small().findings, reportdata.AS_OF.replace(day=23), "20261123-0130", lambda _: True)
    before = everything(home / "report")
    result = ledger("note", home, named(home, LETTER), "--text", "x")
    assert result.exit_code == 0 and "运行 xunjian check 后更新" in result.stderr
    assert everything(home / "report") == before


def test_an_inspection_under_way_does_not_stop_the_ledger(home: Path) -> None:
    with Home(home).locked():
        result = ledger("note", home, named(home, LETTER), "--text", "x")
    assert result.exit_code == 0 and "报告尚未更新" in result.stderr
    assert "备注" in done("show", home, named(home, LETTER))


def test_expired_and_unused_waivers_are_told(home: Path) -> None:
    one, two = named(home, LETTER), named(home, STALE)
    for name in (one, two):
        done("waive", home, name, "--reason", "系统迁移", "--owner", "李主任", "--until", "2026-11-20")
    config = parse_config({"site": {"name": reportdata.SITE, "start": ["http://www.shili.example/"]}}, "test")
    done("waive", home, two, "--reason", "系统迁移", "--owner", "李主任", "--until", "2026-12-31")
    book = open_ledger(config, Home(home))
    left = [found for found in reportdata.small().findings if found.check != STALE]
    changes = book.update(left, reportdata.AS_OF.replace(day=23), "20261123-0130", lambda _: True)
    bundle = reportdata.small()
    bundle.changes = changes
    from app.summary import result_lines

    lines = "\n".join(result_lines(bundle))
    assert f"豁免已到期，恢复扣分：{one}，系统迁移（李主任 负责，到 2026-11-20）" in lines
    assert f"豁免没有用上，所指问题已不存在：{two}，系统迁移" in lines
    write_all(home, bundle)
    written = summary(home)
    assert [waiver["fingerprint"] for waiver in written["waivers_expired"]] == [one]
    assert [waiver["fingerprint"] for waiver in written["waivers_unused"]] == [two]


def test_the_same_commands_on_postgresql(
    tmp_path: Path, postgres: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LEDGER_URL", postgres)
    home = inspected(tmp_path, url="${LEDGER_URL}")
    assert not (home / "ledger.sqlite").exists()
    name, before = named(home, LETTER), score(home)
    done("waive", home, name, "--reason", "系统迁移", "--owner", "李主任", "--until", "2026-12-31")
    assert score(home) > before and "已豁免 1" in done("list", home)
    secret = postgres.partition("@")[0].rpartition(":")[2]
    assert all(secret.encode() not in content for content in everything(home).values())
    monkeypatch.delenv("LEDGER_URL")
    assert "环境变量 LEDGER_URL 没有设置" in refused("list", home)
    pages = everything(home / "report")
    result = CliRunner().invoke(main, ["report", str(home)])
    assert result.exit_code == 0 and "LEDGER_URL" in result.stderr and everything(home / "report") == pages




def test_a_night_whose_ledger_cannot_be_reached_fetches_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEDGER_URL", "postgresql://xunjian:hunter2@127.0.0.1:1/ledger")
    with serve({}) as site:
        config = tmp_path / "site.toml"
        config.write_text(
            f'[site]\nname = "示例县"\nstart = ["{site.base}/"]\n[ledger]\nurl = "${{LEDGER_URL}}"\n', encoding="utf-8"
        )
        result = CliRunner().invoke(main, ["inspect", str(config), "--out", str(tmp_path / "home")])
        assert not site.asked
    assert result.exit_code == 2 and "连不上数据库" in result.stderr and "hunter2" not in result.output
    assert len(result.stderr.strip().splitlines()) == 1
