"""Plain text, comma-separated tables and RTF."""

from __future__ import annotations

import csv
import io

from crawler.extract.charset import decode
from crawler.office.contents import Contents, FileFaultError, Limits, TableTaker

_SEPARATORS = ",\t;|"
_SAMPLE_LINES = 20


def read_text(data: bytes, limits: Limits) -> Contents:
    """Return a text file; where its lines are rows of separated values, as a table too."""
    text, _ = decode(data)
    contents = Contents(text=text)
    separator = _separator(text)
    if separator:
        taker = TableTaker(limits)
        csv.field_size_limit(limits.text_chars)
        taker.take(csv.reader(io.StringIO(text[:limits.text_chars], newline=""), delimiter=separator))
        contents.tables, contents.partial = taker.tables, taker.partial
    return contents


def _separator(text: str) -> str:
    """Return the sign that parts every one of the first lines into equally many values, empty where none does."""
    lines = [line for line in text[:50_000].splitlines() if line.strip()][:_SAMPLE_LINES]
    if len(lines) < 2:
        return ""
    for sign in _SEPARATORS:
        rows = list(csv.reader(lines, delimiter=sign))
        if len(rows[0]) > 1 and all(len(row) == len(rows[0]) for row in rows):
            return sign
    return ""


def read_rtf(data: bytes, limits: Limits) -> Contents:
    """Return the text of an RTF file, cells of tables apart by tabs."""
    try:
        from striprtf.striprtf import rtf_to_text
    except ImportError:
        raise FileFaultError("not-installed", "读取 RTF 须先安装 xunjian[office]") from None
    if len(data) > limits.unpacked_bytes // 8:
        raise FileFaultError("too-large", f"RTF 文件 {len(data) // 1024 // 1024} MB，超过限度，未读取")
    text = str(rtf_to_text(  # type: ignore[no-untyped-call]
        data.decode("latin-1"), encoding="gb18030", errors="replace",
    ))
    return Contents(text=text.replace("|", "\t"))
