"""Reads pages for another process: one message in, one message out."""

from __future__ import annotations

import msgspec

from crawler.extract.reading import read_page
from crawler.snapshot.records import PageMessage

_decode = msgspec.msgpack.Decoder(PageMessage).decode
_encode = msgspec.msgpack.Encoder().encode


def answer(message: bytes) -> bytes:
    """Return the Reading, as MessagePack, of the page in a PageMessage."""
    page = _decode(message)
    return _encode(read_page(page.body, page.url, content_type=page.content_type))
