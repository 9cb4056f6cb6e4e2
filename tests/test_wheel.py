"""The wheel holds all it needs: outside the checkout it inspects its own demonstration site without a miss."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from crawler.snapshot.reader import SnapshotReader
from tests.hostile.site import WATCH, noted, watched

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=ROOT, check=True,
                   capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(unpacked: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    starter = "import sys; sys.path.insert(0, sys.argv.pop(1)); from app.cli import main; main()"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    if "XUNJIAN_WATCH" in os.environ:
        environment["PYTHONPATH"] = str(WATCH)
    return subprocess.run(
        [sys.executable, "-c", starter, str(unpacked), *map(str, arguments)], cwd=unpacked.parent, env=environment,
        capture_output=True, text=True, timeout=300, check=False,
    )


def test_no_tests_inside(unpacked: Path) -> None:
    assert {path.name for path in unpacked.iterdir() if path.is_dir() and "dist-info" not in path.name} == {
        "app", "checks", "crawler", "demo", "reports", "rules",
    }


def test_the_packs_come_along(unpacked: Path) -> None:
    listed = run(unpacked, "rules", "list")
    assert listed.returncode == 0, listed.stderr
    assert "zhoucun-2024" in listed.stdout


def test_the_demonstration_is_found_out(unpacked: Path, tmp_path: Path) -> None:
    with watched(tmp_path) as notes:
        result = run(unpacked, "demo", "--out", tmp_path / "out", "--verify")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "漏报" in result.stdout
    summary = json.loads((tmp_path / "out/summary.json").read_text(encoding="utf-8"))
    assert summary["coverage"]["pages_read"] > 300
    departments = list((tmp_path / "out/report/departments").glob("*.html"))
    assert len(departments) >= 10

    # the site's pages hold links to private networks and to hosts outside: none of them may be reached
    reader = SnapshotReader(tmp_path / "out/run.sqlite")
    hosts = {tuple(str(host).rsplit(":", 1)) for host in reader.meta["hosts"]}
    connected = {(address, str(port)) for event, address, port in noted(notes) if event == "socket.connect"}
    assert connected and connected <= hosts
