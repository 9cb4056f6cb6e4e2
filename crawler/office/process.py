"""Reading files in a process that may be lost: bounded in memory and time, and with no way to the network."""

from __future__ import annotations

import logging
import sys
from functools import cache
from typing import Any

import msgspec

from crawler.office import VERSION
from crawler.office.kinds import rough_format_of
from crawler.office.reading import read_file
from crawler.snapshot.records import FileOutcome, FileReading, FileRecord
from crawler.workers import Pool, WorkerDied, WorkerRaised, WorkerTimeout

MEMORY_BYTES = 1536 * 1024 * 1024
SECONDS = 30.0
# other programs are started for old files, and archives hold many files
_SECONDS_OF = {"ole": 60.0, "zip": 90.0}
_WRITTEN_BYTES = 64 * 1024 * 1024
_NETWORK = frozenset({"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.bind"})

logger = logging.getLogger(__name__)

_DECODER = msgspec.msgpack.Decoder(FileReading)


def serve(data: bytes) -> bytes:
    """Answer one call in the reading process: a file's bytes to its FileReading, packed."""
    _confine()
    return msgspec.msgpack.encode(read_file(data))


@cache
def _confine() -> None:
    """Take from this process, for good, what reading a file never needs."""
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (_WRITTEN_BYTES, hard))
    sys.addaudithook(_refuse_network)


def _refuse_network(event: str, arguments: Any) -> None:
    if event in _NETWORK:
        raise PermissionError("a file's reader has no business on the network")


class FileReader:
    """Reads files one at a time in a process of its own, started when the first one comes.

    Belongs to the event loop it is first used in.
    """

    def __init__(self) -> None:
        self._pool = Pool("crawler.office.process:serve", memory_bytes=MEMORY_BYTES)

    async def read(self, data: bytes, *, seconds: float | None = None) -> FileReading:
        """Return what a file says, or how its reading failed; ``seconds`` replaces the usual time limit."""
        kind = rough_format_of(data)
        seconds = seconds or _SECONDS_OF.get(kind, SECONDS)
        try:
            return _DECODER.decode(await self._pool.call(data, timeout=seconds))
        except WorkerTimeout:
            return _lost(kind, "timeout", f"读取超过 {seconds:g} 秒，未读完")
        except WorkerDied as error:
            if error.memory:
                return _lost(kind, "too-large", f"读取所需内存超过 {MEMORY_BYTES // 1024 // 1024} MB，未读取")
            return _lost(kind, "crashed", "读取此文件时读取程序异常退出，未读取")
        except (WorkerRaised, msgspec.MsgspecError) as error:
            logger.error("cannot read a file: %s", error)
            return _lost(kind, "crashed", "本程序读取此文件时出错，未读取")

    async def close(self) -> None:
        """End the process."""
        await self._pool.close()


def _lost(kind: str, outcome: FileOutcome, reason: str) -> FileReading:
    return FileReading(record=FileRecord(format=kind, outcome=outcome, reason=reason), version=VERSION)
