"""Writes the pages that findings rest on as a WARC 1.1 file, for whoever has to defend a finding later."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from app.errors import UserError
from checks.model import Finding
from crawler.job import program_version
from crawler.snapshot.reader import SnapshotReader
from crawler.snapshot.schema import SnapshotError

PERSONAL = "personal-information-exposed"
# pages that link to what a finding is about: enough to show how a reader gets there
LINKING = 3
# what no longer holds of the stored body, which is unpacked and whole
_UNDONE = frozenset({"content-encoding", "transfer-encoding", "content-length"})


@dataclass(frozen=True)
class Written:
    """How many pages were written, had no stored body, were left out for the personal data they show."""

    pages: int
    unstored: int
    withheld: int


def select(findings: Sequence[Finding], wanted: Sequence[str]) -> list[Finding]:
    """Return the findings whose fingerprints begin as given, all where none is; raises UserError for one unknown."""
    if not wanted:
        return list(findings)
    chosen: dict[str, Finding] = {}
    for start in wanted:
        matching = [finding for finding in findings if finding.fingerprint.startswith(start)]
        if not matching:
            raise UserError(f"{start}: 这次巡检没有这个编号的问题，应为 findings.jsonl 里的 fingerprint 或其开头")
        chosen.update((finding.fingerprint, finding) for finding in matching)
    return list(chosen.values())


def write_evidence(
    snapshot: Path, findings: Sequence[Finding], wanted: Sequence[str], out: Path, *, personal: bool,
) -> Written:
    """Write to ``out`` what the wanted findings (fingerprints or their beginnings) of a run rest on.

    ``findings`` are all of the run: a page on which any of them shows personal data is written only with
    ``personal``. The file appears whole or not at all. Raises UserError naming the file at fault.
    """
    chosen = select(findings, wanted)
    try:
        reader = SnapshotReader(snapshot)
    except SnapshotError as error:
        raise UserError(str(error)) from None
    half_made = out.with_name(out.name + ".new")
    try:
        with half_made.open("wb") as stream:
            written = _Archive(WARCWriter(stream, gzip=out.suffix == ".gz", warc_version="1.1"), reader).write(
                chosen, set() if personal else _private(findings),
            )
        half_made.replace(out)
    except OSError as error:
        half_made.unlink(missing_ok=True)
        raise UserError(f"{out}: 证据文件写不进去（{error.strerror}）") from None
    finally:
        reader.close()
    return written


def _private(findings: Iterable[Finding]) -> set[str]:
    return {
        url for finding in findings if finding.check == PERSONAL for url in (finding.url, finding.target) if url
    }


class _Archive:
    """One WARC file being written from one run."""

    def __init__(self, writer: WARCWriter, reader: SnapshotReader) -> None:
        self._writer = writer
        self._reader = reader

    def write(self, findings: Sequence[Finding], private: set[str]) -> Written:
        """Write the file's description, then each page once, by address, with the findings that rest on it."""
        self._describe()
        pages = unstored = withheld = 0
        for url, marks in sorted(self._resting(findings).items()):
            if url in private:
                self._note(url, marks, None, "本页含个人信息，未写入正文；加 --with-personal-data 可写入")
                withheld += 1
                continue
            record = self._response(url)
            if record is None:
                self._note(url, marks, None, self._why_unstored(url))
                unstored += 1
            else:
                self._note(url, marks, record, None)
                pages += 1
        return Written(pages, unstored, withheld)

    def _resting(self, findings: Sequence[Finding]) -> dict[str, list[str]]:
        """Return for each address what rests on it, in words."""
        marks: defaultdict[str, list[str]] = defaultdict(list)
        for finding in findings:
            about = [url for url in (finding.url, finding.target) if url and url in self._reader.targets]
            linking = [
                source.url for url in about for source in self._reader.sources(url)[:LINKING] if source.url not in about
            ]
            for url in about:
                marks[url].append(f"finding: {finding.fingerprint} {finding.check}")
            for url in dict.fromkeys(linking):
                marks[url].append(f"links-to: {finding.fingerprint} {finding.check}")
        return {url: sorted(set(lines)) for url, lines in marks.items()}

    def _describe(self) -> None:
        meta = self._reader.meta
        self._writer.write_record(self._writer.create_warcinfo_record("evidence.warc.gz", {
            "software": f"xunjian/{program_version()}",
            "format": "WARC File Format 1.1",
            "isPartOf": str(meta.get("run_id", "")),
            "description": f"栏目巡检证据：{meta.get('site', '')}，抓取开始于 {meta.get('started', '')}",
        }))

    def _response(self, url: str) -> Any | None:
        body, fetch = self._reader.body(url), self._reader.targets[url].fetch
        if body is None or fetch is None or fetch.sha256 is None:
            return None
        head = self._reader.head(url)
        protocol, _, status = (head.status_line if head else f"HTTP/1.1 {fetch.status or 200}").partition(" ")
        given = head.headers if head else [("Content-Type", fetch.content_type)] if fetch.content_type else []
        headers = [
            (f"X-Archive-Orig-{name}" if name.lower() in _UNDONE else name, value) for name, value in given
        ]
        headers.append(("Content-Length", str(len(body))))
        record = self._writer.create_warc_record(
            url, "response", payload=BytesIO(body), length=len(body),
            http_headers=StatusAndHeaders(status, headers, protocol=protocol),
            warc_headers_dict={
                "WARC-Date": _moment(self._reader.read_at(url) or fetch.fetched_at),
                "WARC-Payload-Digest": f"sha256:{fetch.sha256}",
            },
        )
        # with the length known the library keeps our digest, and needs to be told that the length is the body's alone
        record.payload_length = len(body)
        self._writer.write_record(record)
        return record

    def _why_unstored(self, url: str) -> str:
        fetch = self._reader.targets[url].fetch
        if fetch is None:
            return "没有请求过这个地址"
        return f"没有保存正文：{fetch.outcome} {fetch.status or ''} {fetch.reason}".strip()

    def _note(self, url: str, marks: list[str], record: Any | None, omitted: str | None) -> None:
        fetch = self._reader.targets[url].fetch
        lines = list(marks)
        if fetch is not None:
            lines += [f"outcome: {fetch.outcome}", f"attempts: {fetch.attempts}"]
            lines.append(f"checked: {_moment(fetch.fetched_at)}")
            lines += [f"status: {fetch.status}"] if fetch.status is not None else []
            lines += [f"sha256: {fetch.sha256}"] if fetch.sha256 else []
        lines += [f"omitted: {omitted}"] if omitted else []
        headers = {}
        if record is not None:
            headers["WARC-Refers-To"] = record.rec_headers.get_header("WARC-Record-ID")
        fields = ("\r\n".join(lines) + "\r\n").encode()
        self._writer.write_record(self._writer.create_warc_record(
            url, "metadata", payload=BytesIO(fields), length=len(fields),
            warc_content_type="application/warc-fields", warc_headers_dict=headers,
        ))


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def run_findings(home: Path, snapshot: Path) -> list[Finding]:
    """Return the findings of the run a snapshot holds; raises UserError where the home shows another run's."""
    from reports import load_bundle
    from rules.loader import PackError

    try:
        shown = json.loads((home / "summary.json").read_bytes())["run_id"]
        reader = SnapshotReader(snapshot)
        run_id = reader.meta.get("run_id")
        reader.close()
        if shown != run_id:
            raise UserError(f"{snapshot}: 问题清单是另一次巡检（{shown}）的；先对它运行 xunjian check")
        return load_bundle(home).findings
    except (OSError, ValueError, KeyError, PackError, SnapshotError) as error:
        raise UserError(f"{home}: 没有可用的问题清单（{error}）；先运行 xunjian inspect 或 xunjian check") from None
