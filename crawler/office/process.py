"""Reading files in a process that may be lost: bounded in memory and time, and with no way to the network."""

from __future__ import annotations

import logging

import msgspec

from crawler.office.kinds import rough_format_of
from crawler.snapshot.records import FileOutcome, FileReading, FileRecord
from crawler.workers import Pool, WorkerDied, WorkerRaised, WorkerTimeout

MEMORY_BYTES = 1536 * 1024 * 1024
SECONDS = 30.0
# other programs are started for old files, and archives hold many files
_MORE_TIME = {"ole": 2.0, "zip": 3.0}

logger = logging.getLogger(__name__)

_DECODER = msgspec.msgpack.Decoder(FileReading)


class FileReader:
    """Reads files one at a time in a process of its own, started when the first one comes.

    A file may take ``seconds``, old Word files and archives a few times as long. Belongs to the event loop it is first
    used in.
    """

    def __init__(self, seconds: float = SECONDS, *, memory_bytes: int = MEMORY_BYTES) -> None:
        self._seconds = seconds
        self._memory_bytes = memory_bytes
        self._pool = Pool("crawler.office.serve:answer", memory_bytes=memory_bytes)

    async def read(self, data: bytes) -> FileReading:
        """Return what a file says, or how its reading failed."""
        kind = rough_format_of(data)
        seconds = self._seconds * _MORE_TIME.get(kind, 1.0)
        try:
            return _DECODER.decode(await self._pool.call(data, timeout=seconds))
        except WorkerTimeout:
            return _lost(kind, "timeout", f"读取超过 {seconds:g} 秒，未读完")
        except WorkerDied as error:
            if error.memory:
                return _lost(kind, "too-large", f"读取所需内存超过 {self._memory_bytes // 1024 // 1024} MB，未读取")
            return _lost(kind, "crashed", "读取此文件时读取程序异常退出，未读取")
        except (WorkerRaised, msgspec.MsgspecError) as error:
            logger.error("cannot read a file: %s", error)
            return _lost(kind, "crashed", "本程序读取此文件时出错，未读取")

    async def close(self) -> None:
        """End the process."""
        await self._pool.close()


def _lost(kind: str, outcome: FileOutcome, reason: str) -> FileReading:
    return FileReading(record=FileRecord(format=kind, outcome=outcome, reason=reason))
