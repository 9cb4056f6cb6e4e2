"""The second look: what is mended is closed out, nothing else is, and nothing else is asked for."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

import demo
import demo.server
from app.cli import main
from app.config import parse_config
from app.home import Home
from app.inspection import Basis, inspect_site, open_ledger, snapshot_config
from app.recheck import Rechecked, Selection, recheck
from checks.registry import all_checks
from crawler.rendering.chromium import why_absent
from crawler.snapshot.reader import SnapshotReader
from demo.hosts import PORTAL
from demo.model import Response, path_key
from rules.lexicons import recheck_checks
from tests.localsite import Answer, LocalSite, heed_interrupts, page, serve
from tests.mendings import HTML, Done, LivingSite, article, mend
from tests.test_cli import ROOT, configure, run, small_site

DAY = date(2026, 11, 20)


@dataclass
class Night:
    """The demonstration site, inspected, and still served."""

    home: Path
    base: str
    site: LivingSite
    asked: Counter[str] = field(default_factory=Counter)

    @property
    def findings(self) -> list[dict[str, Any]]:
        lines = (self.home / "findings.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    asked: Counter[str] = Counter()
    with pytest.MonkeyPatch.context() as patch:
        find = demo.server.find

        def counted(host: Any, target: str) -> Any:
            asked[target] += 1
            if site.everything is not None and host is site.hosts[PORTAL]:
                return site.everything
            return find(host, target)

        patch.setattr(demo.server, "find", counted)
        site = LivingSite(demo.built())
        with demo.serve(site) as base:  # type: ignore[arg-type]
            config = parse_config({**demo.config(base), "base_dir": str(Path.cwd())}, "演示配置")
            home = Home(tmp_path_factory.mktemp("night") / "home")
            inspect_site(config, home, "fresh", Basis.of(config))
            yield Night(home.path, base, site, asked)


@dataclass
class Second:
    """The second look at the whole of it, after the work of the table."""

    night: Night
    home: Path
    done: Done
    before: list[dict[str, Any]]
    outcomes: dict[str, str]
    words: dict[str, str]
    asked: Counter[str]
    snapshot: bytes
    record: dict[str, Any]


@pytest.fixture(scope="module")
def second(night: Night, tmp_path_factory: pytest.TempPathFactory) -> Second:
    folder = tmp_path_factory.mktemp("second") / "home"
    shutil.copytree(night.home, folder)
    home = Home(folder)
    before = night.findings
    done = mend(night.site, before, night.base)
    ledger = open_ledger(snapshot_config(home.snapshot), home)
    for fingerprint, link in done.links.items():
        ledger.correct([fingerprint], link, by="县财政局", day=DAY)
    stored = home.snapshot.read_bytes()
    night.asked.clear()
    result = recheck(home, Selection(), None)
    assert result.record is not None
    return Second(
        night, folder, done, before, {v.finding.fingerprint: v.outcome for v in result.verdicts},
        {v.finding.fingerprint: v.words for v in result.verdicts}, Counter(night.asked), stored,
        json.loads(result.record.read_bytes()),
    )


def test_exactly_what_is_mended_is_closed_out(second: Second) -> None:
    standing = {f["fingerprint"]: f for f in second.before if f["verdict"] == "fail"}
    assert set(second.outcomes) == set(standing) and len(standing) > 100
    expected = {fingerprint: second.done.outcomes.get(fingerprint, "standing") for fingerprint in standing}
    wrong = {
        f"{standing[name]['check']}: {standing[name]['message'][:60]}": (outcome, second.outcomes[name], second.words[name])
        for name, outcome in expected.items() if second.outcomes[name] != outcome
    }
    assert not wrong, "\n".join(map(str, wrong.items()))
    assert sum(outcome == "mended" for outcome in expected.values()) >= 30
    for name, words in second.done.words.items():
        assert words in second.words[name]



def test_what_it_rests_on_was_asked_and_nothing_else(second: Second) -> None:
    paths = {urlsplit(url).path for told in second.record["findings"] for url in [a["url"] for a in told["answers"]]}
    hosts = {urlsplit(a["url"]).netloc for told in second.record["findings"] for a in told["answers"]}
    others = {
        path: count for path, count in second.asked.items()
        if urlsplit(path).path not in paths and path != "/robots.txt" and "/xj-" not in path
    }
    # what newly stands on a page that was looked at, with its file; the search, tried again for a finding about it
    new = ("_99", "/99", "/zrzyj/xxgknb/202601/P", "/jsearchfront/")
    assert not [path for path in others if not any(mark in path for mark in new)]
    assert second.asked["/robots.txt"] <= len(hosts) and second.asked["/"] <= 2 * len(hosts)
    assert max(count for path, count in second.asked.items() if path not in ("/", "/robots.txt")) == 2
    assert sum(second.asked.values()) < 260


def test_the_run_itself_stays_as_it_was(second: Second) -> None:
    assert (second.home / "run.sqlite").read_bytes() == second.snapshot
    assert not list(second.home.glob(".recheck-*")) and not list((second.home / "runs").glob("recheck*"))


def test_every_close_out_can_be_defended(second: Second) -> None:
    home = Home(second.home)
    entries = {e.finding.fingerprint: e for e in open_ledger(snapshot_config(home.snapshot), home).entries()}
    told = {one["fingerprint"]: one for one in second.record["findings"]}
    name = second.record["recheck"]
    with closing(SnapshotReader(second.home / "rechecks" / f"{name}.sqlite")) as kept:
        for fingerprint, outcome in second.outcomes.items():
            entry = entries[fingerprint]
            if outcome != "mended":
                assert entry.standing.status in ("new", "open") and entry.handling.closed is None
                continue
            assert entry.standing.status == "fixed"
            closed = entry.handling.closed
            assert closed is not None and (closed.by, closed.day) == ("复查", "2026-11-20") and name in closed.text
            answers = [a for a in told[fingerprint]["answers"] if a["status"] is not None]
            assert answers and all(a["at"] for a in answers)
            for answer in answers:
                fetch = kept.targets[answer["url"]].fetch
                assert fetch is not None and (fetch.status, fetch.sha256) == (answer["status"], answer["sha256"])
                if answer["sha256"] and answer["url"] in kept.pages:
                    assert kept.body(answer["url"])


def test_the_ledger_follows_and_the_next_night_confirms(second: Second) -> None:
    from app.inspection import restate

    home = Home(second.home)
    restate(home)
    shown = [json.loads(line) for line in (second.home / "findings.jsonl").read_text(encoding="utf-8").splitlines()]
    mended = {name for name, outcome in second.outcomes.items() if outcome == "mended"}
    assert not mended & {finding["fingerprint"] for finding in shown}
    assert {f["fingerprint"] for f in second.before} - mended == {f["fingerprint"] for f in shown}
    summary = json.loads((second.home / "summary.json").read_text(encoding="utf-8"))
    assert mended <= {finding["fingerprint"] for finding in summary["fixed"]}
    config = snapshot_config(home.snapshot)
    bundle, _ = inspect_site(config, home, "auto", Basis.of(config))
    found = {finding.fingerprint: finding for finding in bundle.findings}
    assert not mended & set(found), [found[name].message for name in mended & set(found)]


def test_every_check_has_its_way_of_looking_again() -> None:
    assert set(recheck_checks()) == set(all_checks())


# -- what only looks mended --------------------------------------------------------------------------------------


@pytest.fixture
def again(night: Night, tmp_path: Path) -> Iterator[Night]:
    """The night's home, copied, and the site as it was that night; whatever is done to it is undone."""
    shutil.copytree(night.home, tmp_path / "home")
    pages = {name: dict(night.site.pages(name)) for name in night.site.hosts}
    fresh = LivingSite(demo.built()).rendered(night.base.rstrip("/"))
    for name, host in fresh.items():
        night.site.pages(name).clear()
        night.site.pages(name).update(host.responses)
    night.asked.clear()
    yield Night(tmp_path / "home", night.base, night.site, night.asked)
    night.site.everything = None
    for name, responses in pages.items():
        night.site.pages(name).clear()
        night.site.pages(name).update(responses)


def outcomes(result: Rechecked) -> Counter[str]:
    return Counter(verdict.outcome for verdict in result.verdicts)


def test_time_alone_mends_nothing(again: Night) -> None:
    checks = ("stale-column", "reply-overdue", "consultation-feedback-missing", "interpretation-missing", "dead-link")
    result = recheck(Home(again.home), Selection(checks=checks, unverified=True), date(2026, 10, 1))
    assert outcomes(result)["mended"] == 0 and len(result.verdicts) > 25
    faded = [v for v in result.verdicts if "整改前的网页上也不再判为问题" in v.words]
    assert faded and all(verdict.outcome == "review" for verdict in faded)
    assert not list((again.home / "rechecks").glob("*.sqlite")), "without a close-out there is nothing to defend"


SOME = Selection(checks=("wording-error", "disclosure-attribute-missing", "dead-link", "stale-column", "content-conflict"))


@pytest.mark.parametrize("status", [403, 503])
def test_a_site_that_refuses_closes_nothing(again: Night, status: int) -> None:
    again.site.everything = Response(status, HTML, b"<html><title>x</title><body>no</body></html>")
    result = recheck(Home(again.home), SOME, None)
    assert set(outcomes(result)) == {"unread"}
    assert all(str(status) in verdict.words for verdict in result.verdicts)


def test_a_maintenance_page_for_everything_mends_nothing(again: Night) -> None:
    body = "<html><head><title>公告</title></head><body><h1>系统维护中</h1><p>网站正在升级维护，请稍后访问。</p></body></html>"
    again.site.everything = Response(200, HTML, body.encode())
    result = recheck(Home(again.home), SOME, None)
    assert outcomes(result)["mended"] == 0, [v.words for v in result.verdicts if v.outcome == "mended"]


def test_a_home_page_for_everything_mends_nothing(again: Night) -> None:
    again.site.everything = again.site.answer("/")
    result = recheck(Home(again.home), SOME, None)
    assert outcomes(result)["mended"] == 0, [v.words for v in result.verdicts if v.outcome == "mended"]


def test_other_pages_in_their_place_mend_nothing(again: Night) -> None:
    words = "本页介绍县情概况，内容与原来的信息没有关系，供测试使用。"
    for number, (path, answer) in enumerate(again.site.pages().items()):
        if path != "/" and b"<html" in answer.body:
            again.site.put(path, article(f"{number}号村的风土人情", "2026-11-01", f"{number}号村位于县境，{words}"))
    result = recheck(Home(again.home), Selection(), None)
    assert outcomes(result)["mended"] == 0, [(v.finding.check, v.words) for v in result.verdicts if v.outcome == "mended"]


def test_half_a_page_mends_nothing_that_stood_there(again: Night) -> None:
    checks = ("wording-error", "personal-information-exposed", "suspicious-link", "wrong-link", "content-conflict")
    for path, answer in again.site.pages().items():
        if b"<html" in answer.body and path != "/":
            body = answer.body[:int(len(answer.body) * 0.55)]
            again.site.pages()[path] = Response(200, answer.headers, body)
    result = recheck(Home(again.home), Selection(checks=checks), None)
    assert outcomes(result)["mended"] == 0, [(v.finding.check, v.words) for v in result.verdicts if v.outcome == "mended"]


def test_a_page_that_sends_on_to_the_home_page_is_no_mended_document(again: Night) -> None:
    case = next(f for f in again.findings if f["check"] == "disclosure-attribute-missing")
    again.site.pages()[path_of(case["url"])] = Response(302, (("Location", "/"),), b"")
    result = recheck(Home(again.home), Selection((case["fingerprint"],)), None)
    assert outcomes(result) == Counter(review=1) and "已转向" in result.verdicts[0].words


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return path_key(f"{parts.path}?{parts.query}" if parts.query else parts.path)


# -- the command ---------------------------------------------------------------------------------------------------


MENU = '<ul><li><a href="/old/">旧版网站</a></li></ul>'


def county() -> dict[str, Answer]:
    """A small site: a dead link in every page's menu, another on three pages, a letter without an answer."""
    answers = small_site()
    for path, answer in answers.items():
        if path != "/robots.txt":
            answers[path] = Answer(answer.body.replace(b"<body>", f"<body>{MENU}".encode()))
    for number in (8, 9, 10):
        path = f"/zwgk/dt/{number}.html"
        answers[path] = Answer(answers[path].body.replace(b"</p></div>", '</p></div><p><a href="/bm/fj.html">报名表</a></p>'.encode()))
    return answers


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, LocalSite]]:
    folder = tmp_path_factory.mktemp("small")
    with serve(county()) as site:
        result = run("inspect", configure(folder, site.base + "/"), "--out", folder / "out")
        assert result.returncode == 0, result.stderr
        yield folder / "out", site


def one(home: Path, check: str, target: str | None = None) -> str:
    lines = (home / "findings.jsonl").read_text(encoding="utf-8").splitlines()
    found = [f for f in map(json.loads, lines) if f["check"] == check and (target is None or (f["target"] or "").endswith(target))]
    return str(found[0]["fingerprint"])


def test_a_link_taken_from_all_its_pages_is_mended_from_some_is_not(
    small: tuple[Path, LocalSite], tmp_path: Path,
) -> None:
    home, site = small
    kept = dict(site.answers)
    link = '<p><a href="/bm/fj.html">报名表</a></p>'.encode()
    shutil.copytree(home, tmp_path / "a")
    name = one(home, "dead-link", "/bm/fj.html")
    try:
        for number in (10, 8, 9):
            path = f"/zwgk/dt/{number}.html"
            site.answers[path] = Answer(site.answers[path].body.replace(link, b""))
            site.asked.clear()
            result = recheck(Home(tmp_path / "a"), Selection((name[:8],)), None)
            verdict = result.verdicts[0]
            if number != 9:
                assert verdict.outcome == "standing" and "换到了别处" in verdict.words
        assert verdict.outcome == "mended"
        asked = {path for path in site.asked if "/xj-" not in path}
        assert asked == {"/robots.txt", "/bm/fj.html", *(f"/zwgk/dt/{number}.html" for number in (8, 9, 10))}
    finally:
        site.answers.update(kept)


def test_the_command_says_what_it_did_and_how_it_ended(small: tuple[Path, LocalSite], tmp_path: Path) -> None:
    home, site = small
    shutil.copytree(home, tmp_path / "a")
    home = tmp_path / "a"
    letter, dead = one(home, "reply-overdue"), one(home, "dead-link", "/gone.html")
    kept = dict(site.answers)
    try:
        site.answers["/gone.html"] = page("旧闻", "<h1>旧闻</h1><p>发布时间：2026-11-01</p><p>县里的一则旧闻，现在又能看到了。</p>")
        done = run("recheck", home, letter[:6], dead)
        assert done.returncode == 0, done.stderr
        assert f"销号 {dead} dead-link" in done.stdout and f"仍在 {letter} reply-overdue" in done.stdout
        assert "复查 2 个问题" in done.stdout and "销号 1 个，仍在 1 个，未能核实 0 个" in done.stdout
        lines = (home / "findings.jsonl").read_text(encoding="utf-8").splitlines()
        assert dead not in {json.loads(line)["fingerprint"] for line in lines}
        again = run("recheck", home, dead)
        assert again.returncode == 2 and "已整改销号" in again.stderr
        level = run("recheck", home, letter, "--fail-on", "low")
        assert level.returncode == 1 and f"仍在 {letter}" in level.stdout
    finally:
        site.answers.update(kept)
        del site.answers["/gone.html"]
    night = run("inspect", configure(tmp_path, site.base + "/"), "--out", home)
    assert night.returncode == 0, night.stderr
    found = [json.loads(line) for line in (home / "findings.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [f["status"] for f in found if f["fingerprint"] in (dead, letter)].count("reopened") == 1
    assert next(f["status"] for f in found if f["fingerprint"] == dead) == "reopened", "the next night finds it again"


@pytest.mark.parametrize(("arguments", "line"), [
    (["ffffff0000"], "台账里没有这个编号"),
    (["abc"], "编号至少写前 6 位"),
    (["--department", "没有这个局"], "--department: 台账里没有单位"),
    (["--check", "no-such-check"], "--check: 台账里没有检查"),
    (["--as-of", "tomorrow"], "应为日期"),
], ids=["unknown", "short", "department", "check", "day"])
def test_what_cannot_be_meant_is_one_line(small: tuple[Path, LocalSite], arguments: list[str], line: str) -> None:
    home, site = small
    site.asked.clear()
    result = CliRunner().invoke(main, ["recheck", str(home), *arguments])
    assert result.exit_code == 2 and line in result.stderr and result.stderr.count("\n") == 1
    assert not site.asked


def test_a_folder_without_a_run_is_no_home(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["recheck", str(tmp_path)])
    assert result.exit_code == 2 and "没有 run.sqlite" in result.stderr


def ledger_of(home: Path) -> list[tuple[str, str]]:
    place = Home(home)
    entries = open_ledger(snapshot_config(place.snapshot), place).entries()
    return [(entry.finding.fingerprint, entry.standing.status) for entry in entries]


def test_a_site_that_is_down_closes_nothing(tmp_path: Path) -> None:
    with serve(county()) as site:
        assert run("inspect", configure(tmp_path, site.base + "/"), "--out", tmp_path / "out").returncode == 0
    before = ledger_of(tmp_path / "out")
    result = run("recheck", tmp_path / "out")
    assert result.returncode == 3 and "没有一个能读到" in result.stderr and "没有销号任何问题" in result.stderr
    assert "销号 0 个" in result.stdout and ledger_of(tmp_path / "out") == before


def test_interrupted_it_closes_nothing(small: tuple[Path, LocalSite], tmp_path: Path) -> None:
    home, site = small
    shutil.copytree(home, tmp_path / "a")
    home = tmp_path / "a"
    before = ledger_of(home)
    kept = dict(site.answers)
    held = threading.Event()

    class Silent(dict[str, Answer]):
        def get(self, key: str, default: Any = None) -> Any:
            held.wait(30)
            return super().get(key, default)

    site.answers = Silent(kept)
    try:
        with subprocess.Popen(
            [sys.executable, "-m", "app.cli", "recheck", str(home)], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=heed_interrupts,
        ) as process:
            site.asked.clear()
            for _ in range(600):
                if site.asked or process.poll() is not None:
                    break
                time.sleep(0.05)
            assert site.asked
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
    finally:
        held.set()
        site.answers = kept
    assert process.returncode == 130, (out, err)
    assert "没有销号任何问题" in err and ledger_of(home) == before and not list(home.glob(".recheck-*"))


def scripted(number: str) -> Answer:
    title = "望岭镇2026年农村危房改造对象公示"
    rows = f"<p>申守田，公民身份号码{number}，望岭镇稻香村村民，危房等级为D级，改造方式为重建，补助资金三万元。</p>" * 3
    shown = json.dumps(f"<h1>{title}</h1><p>发布时间：2026-11-12　来源：望岭镇人民政府</p>{rows}")
    return page(title, f"<div id='app'></div><script>document.getElementById('app').innerHTML = {shown};</script>")


@pytest.mark.skipif(why_absent() is not None, reason="no browser")
def test_what_a_script_writes_is_rendered_again(tmp_path: Path) -> None:
    answers = county()
    answers["/pa.html"] = scripted("37010019030412001X")
    row = '<li><a href="/pa.html">危房改造</a></li></ul>'.encode()
    answers["/"] = Answer(answers["/"].body.replace(b"</ul>", row, 1))
    with serve(answers) as site:
        assert run("inspect", configure(tmp_path, site.base + "/"), "--out", tmp_path / "out").returncode == 0
        name = one(tmp_path / "out", "personal-information-exposed")
        stands = recheck(Home(tmp_path / "out"), Selection((name,)), None)
        site.answers["/pa.html"] = scripted("370***********001X")
        mended = recheck(Home(tmp_path / "out"), Selection((name,)), None)
    assert outcomes(stands) == Counter(standing=1) and outcomes(mended) == Counter(mended=1)


@pytest.mark.parametrize(
    "link", ["http://127.0.0.1:9/x.html", "http://10.0.0.1/x.html", "/"], ids=["closed", "private", "another"],
)
def test_a_corrected_address_that_proves_nothing_closes_nothing(
    small: tuple[Path, LocalSite], tmp_path: Path, link: str,
) -> None:
    home, site = small
    shutil.copytree(home, tmp_path / "a")
    place = Home(tmp_path / "a")
    letter = one(home, "reply-overdue")
    url = site.base + "/zwgk/dt/8.html" if link.startswith("/") else link
    open_ledger(snapshot_config(place.snapshot), place).correct([letter], url, by="县住建局", day=DAY)
    kept = dict(site.answers)
    del site.answers["/hd/1.html"]
    try:
        result = recheck(place, Selection((letter,)), None)
    finally:
        site.answers.update(kept)
    assert outcomes(result) == Counter(review=1)
    assert "已下架" in result.verdicts[0].words and f"整改链接 {url}" in result.verdicts[0].words
