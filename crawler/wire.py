"""aiohttp's connection, made to read answers as browsers do where Content-Length is too small.

Servers that count characters in place of bytes announce less than they send. Browsers read as much as was announced
and let the rest go; aiohttp's parser takes the rest for a damaged further answer, and the whole one is lost.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler

_LENGTHS = re.compile(
    rb"\r\n(?:content-length[ \t]*:[ \t]*(\d{1,15})[ \t]*(?=\r\n)|(transfer-encoding))", re.IGNORECASE,
)
_BODILESS = (b"204", b"304")


class Protocol(ResponseHandler):
    """One connection; ``surplus`` says that more came than an answer announced, and that it is closed therefore."""

    def __init__(self, loop: Any) -> None:
        super().__init__(loop)
        self.surplus = False
        self._awaited = False
        self._left: int | None = None

    def set_response_params(self, *, skip_payload: bool = False, **options: Any) -> None:
        """Prepare for the answer to the next request."""
        self._awaited, self._left = not skip_payload, None
        super().set_response_params(skip_payload=skip_payload, **options)

    def data_received(self, data: bytes) -> None:
        """Hand on what belongs to the answer."""
        if self._awaited and data:
            self._awaited, self._left = False, answer_length(data)
        if self._left is None:
            super().data_received(data)
            return
        mine = data[:self._left]
        self._left -= len(mine)
        if len(mine) == len(data):
            super().data_received(data)
            return
        self.surplus = True
        self.force_close()
        if mine:
            super().data_received(mine)
        if self.transport is not None:
            self.transport.close()


def answer_length(start: bytes) -> int | None:
    """Return how many bytes an answer that begins so has by its own word, None where it does not say."""
    end = start.find(b"\r\n\r\n")
    status = start[9:12]
    if end < 0 or not start.startswith(b"HTTP/1.") or status[:1] == b"1" or status in _BODILESS:
        return None
    found = _LENGTHS.findall(start, 0, end + 2)
    if len(found) != 1 or found[0][1]:
        return None
    return end + 4 + int(found[0][0])


class Connector(aiohttp.TCPConnector):
    """Connects as aiohttp does, with connections of the class above."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._factory = partial(Protocol, loop=self._loop)  # type: ignore[assignment]


class HttpAnswer(aiohttp.ClientResponse):
    """An answer that knows its connection after giving it back."""

    _wire: Protocol | None = None

    async def start(self, connection: Any) -> HttpAnswer:
        """Read the head."""
        self._wire = connection.protocol
        await super().start(connection)
        return self

    @property
    def surplus(self) -> bool:
        """Whether more came than was announced; the rest was let go."""
        return self._wire is not None and self._wire.surplus
