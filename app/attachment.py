"""Reads one saved attachment, as a crawl would, for a person to look at."""

from __future__ import annotations

import asyncio
from pathlib import PurePath
from typing import Any

import msgspec

from crawler.office.kinds import format_of
from crawler.office.process import FileReader
from crawler.snapshot.records import FileReading

_PAGES = ("html", "mhtml", "txt", "xml", "unknown", "empty")
_OFFICE_NAMES = frozenset("pdf doc docx wps xls xlsx et ofd rtf txt csv zip rar 7z".split())


def is_attachment(body: bytes, name: str) -> bool:
    """Whether a saved file is an attachment rather than a page; a page under an office file's name is one too."""
    return format_of(body) not in _PAGES or _suffix(name) in _OFFICE_NAMES


def read_attachment(body: bytes, name: str) -> dict[str, Any]:
    """Return what the file says as plain values: those of its FileRecord, and ``text``."""
    reading = asyncio.run(_read(body))
    record = reading.record
    record.claimed = _suffix(name)
    told = {"format": record.format, "outcome": record.outcome}
    return {**told, **msgspec.to_builtins(record), "text": reading.text}


def _suffix(name: str) -> str:
    return PurePath(name).suffix.lower().removeprefix(".")


async def _read(body: bytes) -> FileReading:
    reader = FileReader()
    try:
        return await reader.read(body)
    finally:
        await reader.close()
