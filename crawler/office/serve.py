"""The reading process's side: a file's bytes to its FileReading, packed, in a process confined for good.

What takes long to import is imported before the first file comes, so that a file's time is its own.
"""

from __future__ import annotations

import contextlib
import sys
from functools import cache
from importlib import import_module
from typing import Any

import msgspec

from crawler.office.reading import read_file

_WRITTEN_BYTES = 64 * 1024 * 1024
_NETWORK = frozenset({"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.bind"})
_LIBRARIES = ("pypdfium2.raw", "pdfplumber", "openpyxl", "xlrd", "olefile", "striprtf.striprtf")


def _import_libraries() -> None:
    # the workbook reader would take numpy in for numbers that only a writing program could hand it
    without = "numpy" not in sys.modules
    if without:
        sys.modules["numpy"] = None  # type: ignore[assignment]
    for name in _LIBRARIES:
        with contextlib.suppress(ImportError):
            import_module(name)
    if without:
        del sys.modules["numpy"]


_import_libraries()


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
