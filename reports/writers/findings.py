"""``findings.jsonl``: one finding a line, UTF-8, in one order; equal findings give equal bytes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from checks.model import Finding
from reports.scoring import order_key
from reports.text import encoded


def write(path: Path, findings: Iterable[Finding]) -> None:
    """Write findings; keys in the order of ``Finding``'s fields, evidence as the check wrote it."""
    lines = [encoded(finding) for finding in sorted(findings, key=order_key)]
    path.write_bytes(b"".join(line + b"\n" for line in lines))


def read(path: Path) -> list[Finding]:
    """Return the findings of a file; raises OSError, or ValueError naming file and line."""
    decoder = msgspec.json.Decoder(Finding)
    findings = []
    for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
        if line.strip():
            try:
                findings.append(decoder.decode(line))
            except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                raise ValueError(f"{path} 第 {number} 行：应为一条问题（{error}）") from None
    return findings
