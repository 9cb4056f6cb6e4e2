"""HTTP over aiohttp's connections and parser, with answers read as browsers do where Content-Length is too small.

Servers that count characters in place of bytes announce less than they send. Browsers read as much as was announced
and let the rest go; aiohttp's parser takes the rest for a damaged further answer, and the whole one is lost.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.http import HttpProcessingError
from yarl import URL

if TYPE_CHECKING:
    from aiohttp.connector import Connection
    from multidict import CIMultiDictProxy

_LENGTHS = re.compile(
    rb"\r\n(?:content-length[ \t]*:[ \t]*(\d{1,15})[ \t]*(?=\r\n)|(transfer-encoding))", re.IGNORECASE,
)
_BODILESS = (b"204", b"304")
_LINE_BYTES, _BUFFER_BYTES = 32 * 1024, 64 * 1024
_PLACES_KEPT = 10_000


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


class HttpAnswer:
    """One answer: its head as it came and, in ``content``, its body as it comes.

    ``connection`` is None from the moment it is given back. To be used with ``async with``.
    """

    __slots__ = ("_wire", "connection", "content", "headers", "raw_headers", "reason", "status")

    def __init__(self, connection: Connection, wire: Protocol, message: Any, content: aiohttp.StreamReader) -> None:
        self._wire = wire
        self.connection: Connection | None = connection
        self.status: int = message.code
        self.reason: str | None = message.reason
        self.headers: CIMultiDictProxy[str] = message.headers
        self.raw_headers: tuple[tuple[bytes, bytes], ...] = message.raw_headers
        self.content = content
        content.on_eof(self._ended)

    @property
    def surplus(self) -> bool:
        """Whether more came than was announced; the rest was let go."""
        return self._wire.surplus

    def _ended(self) -> None:
        if not self._wire.upgraded:
            self._give_back()

    def _give_back(self) -> None:
        connection, self.connection = self.connection, None
        if connection is not None:
            # one whose answer was not read to its end is closed
            connection.release()

    async def __aenter__(self) -> HttpAnswer:
        return self

    async def __aexit__(self, *exception: object) -> None:
        self._give_back()


class Client:
    """Asks for addresses over aiohttp's connections and parser, without what its session does for other uses.

    ``headers`` are sent with every request. Redirects are answers like any other; cookies are whoever's who asks.
    """

    def __init__(self, connector: Connector, headers: Mapping[str, str], *, connect_seconds: float) -> None:
        self._connector = connector
        self._loop = asyncio.get_running_loop()
        self._lines = _lines(headers)
        # heads and bodies are given their time where it is known what they are
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=connect_seconds)
        self._places: dict[tuple[str, ssl.SSLContext | None], aiohttp.ClientRequest] = {}

    async def get(
        self, url: str, headers: Mapping[str, str] | None = None, context: ssl.SSLContext | None = None,
    ) -> HttpAnswer:
        """Ask for an address in its one form and return the answer once its head is there.

        ``headers`` are sent besides the usual ones; ``context`` is for https. A connection that proves to be gone is
        replaced once. Raises aiohttp's errors; ValueError for headers of more than one line.
        """
        origin, target = _parts(url)
        place = self._place(origin, context)
        more = _lines(headers) if headers else ""
        request = f"GET {target} HTTP/1.1\r\nHost: {place.url.host_port_subcomponent}\r\n{self._lines}{more}\r\n"
        data = request.encode()
        try:
            return await self._exchange(await self._connect(place), place, data)
        except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
            if isinstance(error, aiohttp.ClientConnectorError):
                raise
        return await self._exchange(await self._connect(place), place, data)

    async def close(self) -> None:
        """Close all connections."""
        await self._connector.close()

    def _place(self, origin: str, context: ssl.SSLContext | None) -> aiohttp.ClientRequest:
        """Return what the connector wants to know of where an address is."""
        place = self._places.get((origin, context))
        if place is None:
            try:
                url = URL(origin, encoded=True)
            except ValueError:
                raise aiohttp.InvalidURL(origin) from None
            if not url.raw_host or url.scheme not in ("http", "https") or url.user or url.password:
                raise aiohttp.InvalidURL(origin)
            if len(self._places) >= _PLACES_KEPT:
                self._places.clear()
            place = self._places[origin, context] = aiohttp.ClientRequest(
                "GET", url, loop=self._loop, ssl=context or True,
            )
        return place

    async def _connect(self, place: aiohttp.ClientRequest) -> Connection:
        try:
            return await self._connector.connect(place, [], self._timeout)
        except TimeoutError as error:
            raise aiohttp.ConnectionTimeoutError(f"Connection timeout to host {place.url}") from error
        except aiohttp.ClientError:
            raise
        except OSError as error:
            raise aiohttp.ClientOSError(*error.args) from error

    async def _exchange(self, connection: Connection, place: aiohttp.ClientRequest, request: bytes) -> HttpAnswer:
        try:
            wire = connection.protocol
            assert isinstance(wire, Protocol)
            wire.set_response_params(
                read_until_eof=True, auto_decompress=False, read_bufsize=_BUFFER_BYTES,
                max_line_size=_LINE_BYTES, max_field_size=_LINE_BYTES,
            )
            if wire.transport is None or wire.transport.is_closing():
                raise aiohttp.ClientConnectionResetError("Cannot write to closing transport")
            wire.transport.write(request)
            while True:
                message, content = await wire.read()
                if not 100 <= message.code < 200 or message.code == 101:
                    return HttpAnswer(connection, wire, message, content)
        except HttpProcessingError as error:
            connection.close()
            raise aiohttp.ClientResponseError(
                place.request_info, (), status=error.code, message=error.message, headers=error.headers,
            ) from error
        except BaseException:
            connection.close()
            raise


def _parts(url: str) -> tuple[str, str]:
    """Return where an address is, as an address of its own, and what is asked for there."""
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    target = "/" + path.partition("#")[0]
    if not slash or "?" in host or "\r" in target or "\n" in target or " " in target:
        raise aiohttp.InvalidURL(url)
    return f"{scheme}://{host}/", target


def _lines(headers: Mapping[str, str]) -> str:
    text = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
    if text.count("\r") != len(headers) or text.count("\n") != len(headers) or "\x00" in text:
        raise ValueError("a header of more than one line")
    return text
