"""Reads pages for another process: one message in, one message out."""

from __future__ import annotations

from operator import attrgetter

import msgspec

from crawler.extract.reading import read_page
from crawler.snapshot.records import PageAnswer, PageMessage
from crawler.snapshot.runs import cut

_decode = msgspec.msgpack.Decoder(PageMessage).decode
_encode = msgspec.msgpack.Encoder().encode
_href = attrgetter("href")


def answer(message: bytes) -> bytes:
    """Return a PageAnswer, as MessagePack, for the page in a PageMessage."""
    page = _decode(message)
    reading = read_page(page.body, page.url, content_type=page.content_type)
    runs = [_encode(run) for run in cut(reading.links, _href)]
    return _encode(PageAnswer(record=reading.record, runs=runs, text=reading.text))
