"""The second look: what is mended is closed out, nothing else is, and nothing else is asked for."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

import demo
import demo.server
from app.config import parse_config
from app.home import Home
from app.inspection import Basis, inspect_site, open_ledger, snapshot_config
from app.recheck import Selection, recheck
from checks.registry import all_checks
from crawler.snapshot.reader import SnapshotReader
from rules.lexicons import recheck_checks
from tests.mendings import Done, LivingSite, mend

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
    bundle, _ = inspect_site(config, home, "fresh", Basis.of(config))
    found = {finding.fingerprint: finding for finding in bundle.findings}
    assert not mended & set(found), [found[name].message for name in mended & set(found)]


def test_every_check_has_its_way_of_looking_again() -> None:
    assert set(recheck_checks()) == set(all_checks())
