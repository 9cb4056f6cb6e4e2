"""How a snapshot's bodies, records and texts are compressed: with what the site's pages have in common.

Pages of a site are made from a few templates. After the first of them a dictionary is trained and kept in the
snapshot, later, when more kinds of pages have been seen, another; each compressed piece names the dictionary it
was made with, so that all of them stay readable.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from dataclasses import dataclass, field
from typing import Literal

import zstandard

Kind = Literal["body", "record", "text"]

LEVEL = 3
# numbers below are reserved by the format for registered dictionaries
_FIRST_ID = 32_768
_SAMPLES = 64
_SEGMENT, _DMER = 2_000, 8


@dataclass(frozen=True, slots=True)
class Training:
    """When a kind's dictionaries are trained (after so many pieces of a host) and how large they are."""

    after: tuple[int, ...]
    size: int


TRAININGS: dict[Kind, Training] = {
    "body": Training((32, 512, 8192), 112 * 1024),
    "record": Training((96, 8192), 32 * 1024),
    "text": Training((96, 8192), 64 * 1024),
}
_MAX_HOSTS = 32
# texts asked for again and again are kept, so many characters of them (two bytes each where they are Chinese)
_KEPT = 64_000_000


@dataclass(slots=True)
class _Shelf:
    """One host's pieces of one kind: how many were seen, the latest of them, the compressor in use."""

    compressor: zstandard.ZstdCompressor
    trained: int = 0
    seen: int = 0
    samples: deque[bytes] = field(default_factory=lambda: deque(maxlen=_SAMPLES))


class Packer:
    """Compresses what a writer stores; a new dictionary is stored in the transaction of the first piece that needs it.

    After a transaction that was lost, ``reload`` forgets the dictionaries lost with it.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._plain = zstandard.ZstdCompressor(level=LEVEL)
        self.reload()

    def reload(self) -> None:
        """Take up the dictionaries the snapshot holds."""
        self._shelves: dict[tuple[str, Kind], _Shelf] = {}
        self._last = 0
        for number, host, kind, data in self._db.execute("SELECT id, host, kind, data FROM dictionaries ORDER BY id"):
            self._last = number
            shelf = self._shelves.setdefault((host, kind), _Shelf(self._plain))
            shelf.compressor = _compressor(zstandard.ZstdCompressionDict(data))
            shelf.trained += 1
            training = TRAININGS.get(kind)
            shelf.seen = training.after[min(shelf.trained, len(training.after)) - 1] if training else 0

    def pack(self, kind: Kind, data: bytes, host: str = "") -> bytes:
        """Return ``data`` compressed; ``host`` says whose pages it resembles."""
        shelf = self._shelves.get((host, kind))
        if shelf is None:
            if len(self._shelves) >= _MAX_HOSTS * len(TRAININGS):
                return self._plain.compress(data)
            shelf = self._shelves[host, kind] = _Shelf(self._plain)
        after = TRAININGS[kind].after
        if shelf.trained < len(after):
            shelf.seen += 1
            if shelf.seen > after[shelf.trained] - _SAMPLES:
                shelf.samples.append(data)
            if shelf.seen >= after[shelf.trained]:
                self._train(shelf, kind, host)
        return shelf.compressor.compress(data)

    def _train(self, shelf: _Shelf, kind: Kind, host: str) -> None:
        samples: list[bytes | bytearray | memoryview] = list(shelf.samples)
        shelf.samples.clear()
        shelf.trained += 1
        size = min(TRAININGS[kind].size, sum(map(len, samples)) // 4)
        try:
            made = zstandard.train_dictionary(size, samples, k=_SEGMENT, d=_DMER, dict_id=_FIRST_ID + self._last + 1)
        except (zstandard.ZstdError, ValueError):
            # too little to learn from; the next training has more
            return
        self._last += 1
        self._db.execute(
            "INSERT INTO dictionaries VALUES (?, ?, ?, ?)", (self._last, host, kind, made.as_bytes()),
        )
        shelf.compressor = _compressor(made)


def _compressor(dictionary: zstandard.ZstdCompressionDict) -> zstandard.ZstdCompressor:
    dictionary.precompute_compress(level=LEVEL)
    return zstandard.ZstdCompressor(level=LEVEL, dict_data=dictionary)


class Unpacker:
    """Gives back what a Packer compressed, from the dictionaries of a snapshot."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._decompressors = {0: zstandard.ZstdDecompressor()}
        self._texts: dict[bytes, str] = {}
        self._room = _KEPT

    def unpack(self, data: bytes) -> bytes:
        """Return the original of one compressed piece; raises zstandard.ZstdError where it is damaged."""
        number = zstandard.get_frame_parameters(data).dict_id
        decompressor = self._decompressors.get(number)
        if decompressor is None:
            self.load()
            decompressor = self._decompressors.get(number)
            if decompressor is None:
                raise zstandard.ZstdError(f"dictionary {number} is not in the snapshot")
        return decompressor.decompress(data)

    def text(self, data: bytes) -> str:
        """Return the original of a compressed text; kept for the next time while there is room."""
        text = self._texts.get(data)
        if text is None:
            text = self.unpack(data).decode("utf-8")
            if len(text) <= self._room:
                self._room -= len(text)
                self._texts[data] = text
        return text

    def connect(self, db: sqlite3.Connection) -> None:
        """Read from another connection to the snapshot from now on."""
        self._db = db

    def load(self) -> None:
        """Take up all dictionaries, so that the snapshot need not stay open."""
        for number, data in self._db.execute("SELECT id, data FROM dictionaries"):
            if _FIRST_ID + number not in self._decompressors:
                self._decompressors[_FIRST_ID + number] = zstandard.ZstdDecompressor(
                    dict_data=zstandard.ZstdCompressionDict(data)
                )
