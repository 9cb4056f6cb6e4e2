"""The reading process's side: a file's bytes to its FileReading, packed, in a process confined for good.

What reads most files is imported before the first file comes, what reads the others when one of their kind does.
"""

from __future__ import annotations

import contextlib
import sys
from functools import cache
from typing import Any

import msgspec

from crawler.office.reading import read_file

_WRITTEN_BYTES = 64 * 1024 * 1024
_NETWORK = frozenset({"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.bind"})

# the workbook reader would take numpy in for numbers that only a writing program could hand it
sys.modules.setdefault("numpy", None)  # type: ignore[arg-type]
with contextlib.suppress(ImportError):
    import pypdfium2.raw  # noqa: F401


def answer(data: bytes) -> bytes:
    """Answer one call."""
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
