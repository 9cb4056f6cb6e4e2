"""The pages that findings rest on, written as a WARC and read back with another library's reader."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from app.errors import UserError
from app.evidence import PERSONAL, write_evidence
from checks.model import Finding
from crawler.snapshot.heads import MAX_BYTES, MAX_HEADERS, read_head, write_head
from crawler.snapshot.reader import SnapshotReader
from crawler.snapshot.records import Fetch, PageRecord, Reading
from crawler.snapshot.writer import SnapshotWriter
from tests.test_cli import run

BASE = "http://a.example"
HOME, LETTER, SECRET, GONE = (f"{BASE}{path}" for path in ("/", "/hd/1.html", "/gs/2.html", "/gone.html"))
BODIES = {HOME: "首页".encode() * 50, LETTER: "来信内容".encode("gb18030") * 80, SECRET: b"370303199001011234" * 9}
HEADERS = [
    (b"Content-Type", b"text/html; charset=gb2312"), (b"Content-Encoding", b"gzip"), (b"Content-Length", b"12"),
    (b"Set-Cookie", b"a=1"), (b"Set-Cookie", b"b=2"), (b"X-Name", "政府".encode()),
]


def finding(number: int, check: str, url: str, target: str | None = None) -> Finding:
    return Finding(
        fingerprint=f"{number:020x}", check=check, url=url, target=target, column=None, department=None, clauses=[],
        severity="low", confidence="certain", message="问题", verdict="fail", evidence={},
    )


FINDINGS = [
    finding(1, "reply-overdue", LETTER), finding(2, "dead-link", HOME, GONE), finding(3, PERSONAL, SECRET),
    finding(4, "page-meta-missing", SECRET),
]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("evidence") / "run.sqlite"
    writer = SnapshotWriter(path)
    writer.set_meta(site="示例县", run_id="r1", start=[HOME], started="2026-11-20T00:00:00+00:00")
    links = [(url, "a", "链接", "page", True) for url in (LETTER, SECRET, GONE)]
    for number, (url, body) in enumerate(BODIES.items()):
        writer.save(
            url, Fetch(outcome="ok", status=200, fetched_at=1_790_000_000.0 + number, bytes=len(body)), body=body,
            reading=Reading(record=PageRecord()), links=links if url == HOME else [],
            head=write_head("HTTP/1.1", 200, "OK", HEADERS),
        )
    writer.save(GONE, Fetch(outcome="http-error", status=404, reason="服务器返回 404（不存在）", attempts=2))
    writer.finish()
    writer.close()
    return path


def records(path: Path) -> list[tuple[str, str | None, dict[str, str], list[tuple[str, str]], bytes]]:
    found = []
    with path.open("rb") as stream:
        for record in ArchiveIterator(stream, check_digests="raise"):
            headers = dict(record.rec_headers.headers)
            http = record.http_headers.headers if record.http_headers else []
            found.append((record.rec_type, record.rec_headers.get_header("WARC-Target-URI"), headers, http,
                          record.content_stream().read()))
    return found


def test_the_stored_pages_come_back_as_they_were(snapshot: Path, tmp_path: Path) -> None:
    out = tmp_path / "e.warc.gz"
    written = write_evidence(snapshot, FINDINGS, [], out, personal=False)
    assert (written.pages, written.unstored, written.withheld) == (2, 1, 1)
    found = records(out)
    assert found[0][0] == "warcinfo" and "示例县" in found[0][4].decode()
    responses = {url: (headers, http, body) for kind, url, headers, http, body in found if kind == "response"}
    assert set(responses) == {HOME, LETTER}
    headers, http, body = responses[LETTER]
    assert body == BODIES[LETTER]
    assert headers["WARC-Payload-Digest"] == "sha256:" + hashlib.sha256(body).hexdigest()
    assert headers["WARC-Date"].startswith(time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(1_790_000_001)))
    assert ("Content-Length", str(len(body))) in http and ("X-Archive-Orig-Content-Encoding", "gzip") in http
    assert [value for name, value in http if name == "Set-Cookie"] == ["a=1", "b=2"]
    notes = {url: body.decode() for kind, url, _, _, body in found if kind == "metadata"}
    assert f"finding: {1:020x} reply-overdue" in notes[LETTER]
    assert f"links-to: {1:020x} reply-overdue" in notes[HOME] and f"finding: {2:020x} dead-link" in notes[HOME]
    assert "404" in notes[GONE] and "attempts: 2" in notes[GONE]


def test_pages_with_personal_data_are_written_only_when_asked_for(snapshot: Path, tmp_path: Path) -> None:
    out = tmp_path / "e.warc"
    # another finding of the same page does not open it either
    write_evidence(snapshot, FINDINGS, [f"{4:020x}"], out, personal=False)
    assert b"370303199001011234" not in out.read_bytes()
    note = next(body for kind, url, _, _, body in records(out) if kind == "metadata" and url == SECRET)
    assert "个人信息" in note.decode() and f"{4:020x}" in note.decode()
    write_evidence(snapshot, FINDINGS, [f"{4:020x}"], out, personal=True)
    assert b"370303199001011234" in out.read_bytes()


def test_what_cannot_be_written_is_one_line(snapshot: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="fffff: 这次巡检没有这个编号的问题"):
        write_evidence(snapshot, FINDINGS, ["fffff"], tmp_path / "e.warc.gz", personal=False)
    with pytest.raises(UserError, match="证据文件写不进去"):
        write_evidence(snapshot, FINDINGS, [], tmp_path / "absent" / "e.warc.gz", personal=False)
    assert not list(tmp_path.iterdir())
    home = tmp_path / "home"
    home.mkdir()
    (home / "run.sqlite").write_bytes(snapshot.read_bytes())
    result = run("evidence", home)
    assert result.returncode == 2 and "没有可用的问题清单" in result.stderr and result.stderr.count("\n") == 1


def test_heads_are_kept_whole_and_small(snapshot: Path) -> None:
    reader = SnapshotReader(snapshot)
    head = reader.head(LETTER)
    assert head is not None and head.status_line == "HTTP/1.1 200 OK"
    assert [(n.encode("latin-1"), v.encode("latin-1")) for n, v in head.headers] == HEADERS
    assert reader.head(GONE) is None
    assert reader.db.execute("SELECT max(length(head)) FROM heads").fetchone()[0] < 40
    many: Any = [(b"X-%d" % n, b"v") for n in range(200)]
    assert len(read_head(write_head("HTTP/1.1", 200, "", many)).headers) == MAX_HEADERS
    assert len(write_head("HTTP/1.1", 200, "OK", [(b"X", b"v" * 3000)] * 9)) <= MAX_BYTES
