"""Undoes Content-Encoding while a body streams in, never producing more than asked for.

Done before anything looks at the body: Scrapy's own middleware detects the charset of the still compressed
bytes, which costs as much as parsing them.
"""

from __future__ import annotations

import zlib
from typing import Protocol

import brotli

_AUTO, _RAW_DEFLATE = 47, -15
_GZIP = b"\x1f\x8b\x08\x00"
_STEP = 64
ACCEPTED = "gzip, deflate"


class _Codec(Protocol):
    def feed(self, data: bytes, room: int) -> bytes:
        """Take compressed bytes, return at most ``room`` decompressed ones."""

    @property
    def complete(self) -> bool:
        """Whether what was taken so far, if anything, was taken to its end and undamaged."""


class BadEncodingError(Exception):
    """The body is not what its Content-Encoding says."""


class _Zlib:
    """gzip (also of several members) and deflate, with or without the zlib header."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(_AUTO)
        self._bits = _AUTO
        self._started = False
        self._head = b""
        self._members = 0
        self._damaged = False

    @property
    def complete(self) -> bool:
        return not self._damaged and (not self._head or self._stream.eof or self._members > 0)

    def feed(self, data: bytes, room: int) -> bytes:
        pieces = []
        if not self._started:
            self._head = data = self._head + data
            gzip = data.startswith(_GZIP)
            self._stream, self._bits = (zlib.decompressobj(_AUTO), _AUTO) if gzip else self._opened(data)
        while data and room > 0 and not self._damaged:
            # a stream that has not begun need not be copied to be begun again
            before = self._stream.copy() if self._started else None
            try:
                piece = self._stream.decompress(data, room)
            except zlib.error:
                # what follows a finished member is padding, what breaks inside one is a damaged body
                if self._members == 0:
                    if before is None:
                        self._opened(data)
                    self._damaged = True
                    pieces.append(_sound_part(before or zlib.decompressobj(self._bits), data, room))
                break
            self._started = self._started or bool(piece)
            pieces.append(piece)
            room -= len(piece)
            if self._stream.eof and self._stream.unused_data:
                self._members += 1
                data = self._stream.unused_data
                self._stream = zlib.decompressobj(_AUTO)
            else:
                data = self._stream.unconsumed_tail
        return b"".join(pieces)

    @staticmethod
    def _opened(head: bytes) -> tuple[zlib._Decompress, int]:
        """Return a stream for data that begin so, and its format; raises BadEncodingError where none gives a byte."""
        for bits in (_AUTO, _RAW_DEFLATE):
            try:
                zlib.decompressobj(bits).decompress(head, 1)
            except zlib.error:
                continue
            return zlib.decompressobj(bits), bits
        raise BadEncodingError("neither gzip nor deflate")


def _sound_part(stream: zlib._Decompress, data: bytes, room: int) -> bytes:
    """Return what comes of damaged data before the damage, within a few bytes."""
    sound = b""
    for at in range(0, len(data), _STEP):
        try:
            sound += stream.decompress(data[at:at + _STEP], room - len(sound))
        except zlib.error:
            break
        if len(sound) >= room:
            break
    return sound


class _Brotli:
    """Brotli is not asked for, but some servers send it all the same."""

    def __init__(self) -> None:
        self._stream = brotli.Decompressor()
        self._fed = False

    @property
    def complete(self) -> bool:
        return not self._fed or self._stream.is_finished()

    def feed(self, data: bytes, room: int) -> bytes:
        pieces = []
        self._fed = self._fed or bool(data)
        try:
            while room > 0:
                piece = self._stream.process(data, output_buffer_limit=room)
                data = b""
                pieces.append(piece)
                room -= len(piece)
                if not piece or self._stream.can_accept_more_data():
                    break
        except brotli.error as error:
            raise BadEncodingError(str(error)) from None
        return b"".join(pieces)


_CODECS: dict[str, type[_Zlib] | type[_Brotli]] = {
    "gzip": _Zlib, "x-gzip": _Zlib, "deflate": _Zlib, "br": _Brotli,
}


class Decoder:
    """Decompresses one body piece by piece.

    ``encoding`` is the Content-Encoding header. A body that is not compressed as said is passed through as it
    is, the way browsers do. ``room`` given to ``feed`` bounds what comes back: with ``room`` one above what is
    wanted, a longer result means there was more.
    """

    def __init__(self, encoding: str | None) -> None:
        names = [name.strip().lower() for name in (encoding or "").split(",")]
        self._codecs: list[_Codec] = [_CODECS[name]() for name in reversed(names) if name in _CODECS]
        self._silent = b""
        self._decided = False

    @property
    def complete(self) -> bool:
        """Whether the body, as far as it was fed, came to its proper end."""
        return all(codec.complete for codec in self._codecs)

    def feed(self, data: bytes, room: int) -> bytes:
        """Return at most ``room`` decoded bytes of the next piece."""
        if not self._codecs:
            return data[:room]
        try:
            decoded = data
            for codec in self._codecs:
                decoded = codec.feed(decoded, room)
        except BadEncodingError:
            if self._decided:
                return b""
            self._codecs = []
            return (self._silent + data)[:room]
        self._decided = self._decided or bool(decoded)
        # until something comes out, what went in may still prove to be no compressed body at all
        self._silent = b"" if self._decided else self._silent + data
        return decoded[:room]
