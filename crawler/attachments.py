"""Has files read beside the crawl, each content once, one at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from crawler.download import Transfer
from crawler.extract.version import reading_version
from crawler.office.process import FileReader
from crawler.snapshot.records import Fetch, FileReading


class AttachmentReader:
    """Reads the files whose bytes a Transfer kept.

    ``is_read`` says whether the snapshot holds what the bytes of a SHA-256 say, to a version of the readers;
    ``seconds`` is how long one file may take.
    """

    def __init__(self, is_read: Callable[[str, str], bool], seconds: float) -> None:
        self._is_read = is_read
        self._reader = FileReader(seconds)
        self._tried: set[str] = set()
        # one file in memory at a time: the others wait where the download left them
        self._turn = asyncio.Lock()

    async def read(self, fetch: Fetch, transfer: Transfer) -> FileReading | None:
        """Return what an answer's file says; None where it is no file to be read, or was read before."""
        stored, transfer.stored = transfer.stored, None
        if stored is None:
            return None
        with stored:
            if fetch.outcome != "ok" or transfer.broken or not transfer.whole or fetch.sha256 is None:
                return None
            version = reading_version()
            async with self._turn:
                if fetch.sha256 in self._tried or self._is_read(fetch.sha256, version):
                    return None
                self._tried.add(fetch.sha256)
                stored.seek(0)
                reading = await self._reader.read(stored.read())
                reading.version = version
                return reading

    async def close(self) -> None:
        """End the reading process."""
        await self._reader.close()
