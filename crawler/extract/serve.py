"""Reads pages for another process: one message in, one message out."""

from __future__ import annotations

from operator import attrgetter

import msgspec

from crawler.extract.reading import read_page
from crawler.snapshot.records import Link, PageAnswer, PageMessage
from crawler.snapshot.runs import cut

_decode = msgspec.msgpack.Decoder(PageMessage).decode
_encode = msgspec.msgpack.Encoder().encode
_href = attrgetter("href")


_before: tuple[list[Link], set[int]] = ([], set())


def _seams(links: list[Link]) -> set[int]:
    """Return where a page's links begin and cease to be those of blocks that pages have in common.

    Links of such blocks are the very objects they were on the page before, which are kept so that none is another's.
    """
    global _before
    ids = list(map(id, links))
    common = list(map(_before[1].__contains__, ids))
    _before = links, set(ids)
    return {at for at in range(1, len(common)) if common[at] is not common[at - 1]}


def answer(message: bytes) -> bytes:
    """Return a PageAnswer, as MessagePack, for the page in a PageMessage."""
    page = _decode(message)
    reading = read_page(page.body, page.url, content_type=page.content_type)
    runs = [_encode(run) for run in cut(reading.links, _href, _seams(reading.links))]
    return _encode(PageAnswer(record=reading.record, runs=runs, text=reading.text))
