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


def is_attachment(body: bytes, name: str) -> bool:
    """Whether a saved file is an attachment rather than a page; a page under an office file's name is one too."""
    suffix = PurePath(name).suffix.lower()
    return format_of(body) not in _PAGES or suffix not in ("", ".html", ".htm", ".shtml", ".jsp", ".asp", ".aspx", ".php")


def read_attachment(body: bytes, name: str) -> dict[str, Any]:
    """Return what the file says as plain values: those of its FileRecord, and ``text``."""
    reading = asyncio.run(_read(body))
    reading.record.claimed = PurePath(name).suffix.lower().removeprefix(".")
    return {**msgspec.to_builtins(reading.record), "text": reading.text}


async def _read(body: bytes) -> FileReading:
    reader = FileReader()
    try:
        return await reader.read(body)
    finally:
        await reader.close()
