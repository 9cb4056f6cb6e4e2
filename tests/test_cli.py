"""The commands as a user types them: outputs, exit codes, one clear line for every mistake."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.localsite import Answer, LocalSite, heed_interrupts, page, serve

ROOT = Path(__file__).parents[1]


def run(*arguments: object, cwd: Path | None = None, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *map(str, arguments)], cwd=cwd or ROOT, capture_output=True, text=True,
        timeout=timeout, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False,
    )


def configure(folder: Path, start: str, extra: str = "") -> Path:
    path = folder / "site.toml"
    path.write_text(
        f'[site]\nname = "云岭县人民政府"\nstart = ["{start}"]\n'
        '[inspection]\npacks = ["linzi-2021", "national-2019"]\nas_of = 2026-11-20\n'
        f"[crawl]\ndelay_seconds = 0\nretry_delay_seconds = 0.2\ntimeout_seconds = 5\n{extra}", encoding="utf-8",
    )
    return path


LETTER = """<div class="xx"><table>
<tr><td>来信标题</td><td>小区门口路灯不亮</td></tr><tr><td>来信时间</td><td>2026-09-18</td></tr>
<tr><td>受理单位</td><td>县住建局</td></tr><tr><td>办理状态</td><td>处理中</td></tr>
<tr><td>来信内容</td><td>我们小区门口的路灯已经有一个多月不亮了，晚上出行很不方便，请有关部门处理。</td></tr>
<tr><td>答复时间</td><td></td></tr><tr><td>答复内容</td><td></td></tr></table></div>"""

ARTICLES = "".join(
    f'<li><a href="/zwgk/dt/{n}.html">县政府召开第{n}次常务会议研究部署重点工作</a><span>2026-11-{n:02}</span></li>'
    for n in range(8, 19)
)


def small_site() -> dict[str, Answer]:
    answers = {
        "/": page("云岭县人民政府", '<ul><li><a href="/zwgk/dt/">工作动态</a></li><li><a href="/hd/1.html">来信</a></li>'
                  '<li><a href="/gone.html">旧闻</a></li></ul>'),
        "/zwgk/dt/": page("工作动态", f'<div>当前位置：<a href="/">首页</a> &gt; 工作动态</div><ul>{ARTICLES}</ul>'),
        "/hd/1.html": page("来信详情", LETTER),
        "/robots.txt": Answer(b"User-agent: *\nDisallow:\n", content_type="text/plain"),
    }
    for n in range(8, 19):
        answers[f"/zwgk/dt/{n}.html"] = page(
            f"县政府召开第{n}次常务会议研究部署重点工作",
            f"<h1>县政府召开第{n}次常务会议研究部署重点工作</h1><p>发布时间：2026-11-{n:02}　来源：县政府办公室</p>"
            f"<div><p>{'会议强调，要抓好各项重点工作的落实，切实提高政务公开水平。' * 8}</p></div>",
        )
    return answers


@pytest.fixture(scope="module")
def inspected(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str], LocalSite]:
    folder = tmp_path_factory.mktemp("inspected")
    with serve(small_site()) as site:
        result = run("inspect", configure(folder, site.base + "/"), "--out", folder / "out")
    return folder, result, site


def test_inspect_leaves_every_file(inspected: tuple[Path, subprocess.CompletedProcess[str], LocalSite]) -> None:
    folder, result, _ = inspected
    assert result.returncode == 0, result.stderr
    for name in ("findings.jsonl", "summary.json", "report/index.html", "ledger.xlsx", "run.sqlite", "ledger.sqlite"):
        assert (folder / "out" / name).stat().st_size > 0
    assert str(folder / "out" / "report" / "index.html") in result.stdout
    assert "Traceback" not in result.stderr


def test_inspect_finds_what_is_wrong(inspected: tuple[Path, subprocess.CompletedProcess[str], LocalSite]) -> None:
    folder, _, site = inspected
    lines = (folder / "out" / "findings.jsonl").read_text(encoding="utf-8").splitlines()
    findings = [json.loads(line) for line in lines]
    failed = {(f["check"], f["url"], f["target"]) for f in findings if f["verdict"] == "fail"}
    assert ("dead-link", f"{site.base}/", f"{site.base}/gone.html") in failed
    assert ("reply-overdue", f"{site.base}/hd/1.html", None) in failed
    letter = next(f for f in findings if f["check"] == "reply-overdue")
    assert "2026-09-18" in letter["message"]
    assert "36 个工作日" in letter["message"]
    assert "linzi-2021/4.20.5" in letter["clauses"]


def test_only_the_dead_address_is_asked_for_twice(
    inspected: tuple[Path, subprocess.CompletedProcess[str], LocalSite],
) -> None:
    _, _, site = inspected
    assert {path: count for path, count in site.asked.items() if count > 1} == {"/gone.html": 2}


def test_a_stage_at_a_time(inspected: tuple[Path, subprocess.CompletedProcess[str], LocalSite], tmp_path: Path) -> None:
    folder, _, _ = inspected
    out = folder / "out"
    before = (out / "findings.jsonl").read_bytes()
    checked = run("check", out)
    assert checked.returncode == 0, checked.stderr
    assert (out / "findings.jsonl").read_bytes() == before
    page_before = (out / "report" / "index.html").read_bytes()
    reported = run("report", out)
    assert reported.returncode == 0, reported.stderr
    assert (out / "report" / "index.html").read_bytes() == page_before


def test_another_basis_needs_no_network(inspected: tuple[Path, subprocess.CompletedProcess[str], LocalSite]) -> None:
    folder, _, _ = inspected
    early = run("check", folder / "out" / "run.sqlite", "--as-of", "2026-09-21", "--pack", "linzi-2021")
    assert early.returncode == 0, early.stderr
    lines = (folder / "out" / "findings.jsonl").read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if '"reply-overdue"' in line and '"fail"' in line]
    assert run("check", folder / "out", "--as-of", "2026-11-20").returncode == 0


def test_fail_on(inspected: tuple[Path, subprocess.CompletedProcess[str], LocalSite]) -> None:
    folder, _, _ = inspected
    assert run("check", folder / "out", "--fail-on", "info").returncode == 1
    wrong = run("check", folder / "out", "--fail-on", "grave")
    assert wrong.returncode == 2
    assert len(wrong.stderr.strip().splitlines()) == 1


def test_two_runs_are_byte_identical(tmp_path: Path) -> None:
    with serve(small_site()) as site:
        config = configure(tmp_path, site.base + "/")
        for name in ("one", "two"):
            assert run("inspect", config, "--out", tmp_path / name).returncode == 0
    assert (tmp_path / "one/findings.jsonl").read_bytes() == (tmp_path / "two/findings.jsonl").read_bytes()


def one_line(result: subprocess.CompletedProcess[str], code: int) -> str:
    assert result.returncode == code, (result.stdout, result.stderr)
    assert "Traceback" not in result.stderr
    lines = [line for line in result.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, result.stderr
    return lines[0]


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_an_unreachable_start(tmp_path: Path) -> None:
    out = tmp_path / "out"
    line = one_line(run("inspect", configure(tmp_path, f"http://127.0.0.1:{closed_port()}/"), "--out", out), 3)
    assert "127.0.0.1" in line
    findings = [json.loads(line) for line in (out / "findings.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [f["check"] for f in findings if f["verdict"] == "fail"] == ["site-unreachable"]


def test_a_start_that_is_no_page(tmp_path: Path) -> None:
    with serve({"/": Answer(b"%PDF-1.4 not a page", content_type="application/pdf")}) as site:
        line = one_line(run("inspect", configure(tmp_path, site.base + "/"), "--out", tmp_path / "out"), 3)
    assert "网页" in line


def test_an_empty_site(tmp_path: Path) -> None:
    with serve({"/": Answer(b"")}) as site:
        one_line(run("inspect", configure(tmp_path, site.base + "/"), "--out", tmp_path / "out"), 3)


@pytest.mark.parametrize(("arguments", "expected"), [
    (["inspect", "absent.toml"], "absent.toml"),
    (["inspect"], "CONFIG"),
    (["inspect", "a.toml", "--bogus"], "--bogus"),
    (["inspect", "a.toml", "--as-of", "soon"], "应为日期"),
    (["check", "nowhere"], "nowhere"),
    (["report", "nowhere"], "nowhere"),
    (["extract", "absent.html"], "absent.html"),
    (["rules", "show", "no-such-pack/1.1"], "no-such-pack"),
    (["frobnicate"], "frobnicate"),
])
def test_wrong_command_lines(tmp_path: Path, arguments: list[str], expected: str) -> None:
    assert expected in one_line(run(*arguments, cwd=tmp_path), 2)


def test_an_unknown_pack_costs_no_crawl(tmp_path: Path) -> None:
    with serve(small_site()) as site:
        config = configure(tmp_path, site.base + "/")
        config.write_text(config.read_text(encoding="utf-8").replace("linzi-2021", "atlantis-2021"), encoding="utf-8")
        line = one_line(run("inspect", config, "--out", tmp_path / "out"), 2)
        assert "atlantis-2021" in line
        assert not site.asked


def test_interrupt_and_go_on(tmp_path: Path) -> None:
    answers = small_site()
    with serve(answers) as site:
        config = configure(tmp_path, site.base + "/", "concurrency = 1\n")
        config.write_text(config.read_text(encoding="utf-8").replace("delay_seconds = 0\n", "delay_seconds = 0.4\n", 1),
                          encoding="utf-8")
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "inspect", str(config), "--out", str(tmp_path / "out")], cwd=ROOT,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=heed_interrupts,
        )
        deadline = time.monotonic() + 30
        while len(site.asked) < 5 and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=60)
        assert process.returncode == 130, stderr
        assert "接着做" in stderr
        assert "Traceback" not in stderr
        done = run("inspect", config, "--out", tmp_path / "out")
        assert done.returncode == 0, done.stderr
        again = {path: count for path, count in site.asked.items() if count > 1 and path != "/robots.txt"}
        assert len(again) <= 1
    summary = json.loads((tmp_path / "out/summary.json").read_text(encoding="utf-8"))
    assert summary["coverage"]["pages_read"] >= 14


def test_extract_prints_json(tmp_path: Path) -> None:
    saved = tmp_path / "letter.html"
    saved.write_bytes(small_site()["/zwgk/dt/9.html"].body)
    result = run("extract", saved, "--url", "http://www.example.gov.cn/zwgk/dt/9.html")
    assert result.returncode == 0, result.stderr
    values = json.loads(result.stdout)
    assert values["title"] == "县政府召开第9次常务会议研究部署重点工作"
    assert values["published"] == "2026-11-09"
    assert values["error_page"] is False


def test_rules_list_and_show() -> None:
    listed = run("rules", "list")
    assert listed.returncode == 0
    for pack in ("linzi-2021", "liaocheng-2021", "laiwu-2019", "lanling-2019", "zhoucun-2024", "national-2019"):
        assert pack in listed.stdout
    clause = run("rules", "show", "linzi-2021/4.20.5")
    assert "对公众意见、建议和批评须在5个工作日内认真答复" in clause.stdout
    assert "reply-overdue" in clause.stdout
    check = run("rules", "show", "dead-link")
    assert "不判定" in check.stdout
    assert "整改" in check.stdout


def test_completion_script() -> None:
    assert "_XUNJIAN_COMPLETE" in run("completion", "bash").stdout


def test_a_fault_of_our_own_is_one_line(tmp_path: Path) -> None:
    home = tmp_path / "out"
    (home / "report").mkdir(parents=True)
    (home / "run.sqlite").write_bytes(b"")
    (home / "summary.json").write_text("[]", encoding="utf-8")
    (home / "findings.jsonl").write_text("", encoding="utf-8")
    result = run("report", home)
    assert result.returncode in (2, 3)
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_what_cannot_be_done_here_is_said_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XUNJIAN_CHROMIUM", str(tmp_path / "nowhere"))
    with serve(small_site()) as site:
        config = configure(tmp_path, site.base + "/", 'render_javascript = "always"\n')
        result = run("crawl", config, "--out", tmp_path / "out")
    assert result.returncode == 0, result.stderr
    assert "crawl.render_javascript" in result.stderr
    assert "安装" in result.stderr
