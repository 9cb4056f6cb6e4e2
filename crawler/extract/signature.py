"""A short hash of what a page says and how it is built, to tell whether two answers are the same template."""

from __future__ import annotations

import hashlib
import re
from itertools import islice
from urllib.parse import unquote, urlsplit

from crawler.extract.parsed import ParsedPage

_ADDRESS = re.compile(r"(?:https?:)?//[^\s\u4e00-\u9fff\"'<>]+|(?<!\w)/[\w./%?&=~+-]*", re.IGNORECASE)
_WIDE = re.compile(r"[\u4e00-\u9fff]{2}")
_PRINTED = re.compile(r"[!-~]+")
# these, and the white space there is in the lines of a page: line feed, mark, blank
_ASCII = b"\n" + bytes(range(0x1F, 0x7F))
_NUMBER = re.compile(r"\w{0,40}\d[\w%.:@=-]{0,200}")
_WORDS = re.compile(r"[A-Za-z0-9_\u4e00-\u9fff-]{3,}")
_FEW_WIDE = 12
_MAX_LINES = 600
_MAX_TEXT = 40_000
_MAX_PICTURES = 200


def read_signature(page: ParsedPage) -> str:
    """Return 16 hexadecimal digits, equal for two answers of one template.

    Left out are what such templates echo: the address asked for and its parts, other addresses, numbers, times
    and ids. Titles, texts and the blocks that hold them count.
    """
    lines = page.outline.lines[:_MAX_LINES]
    text = f"{page.heading}\n{page.outline.text[:_MAX_TEXT]}"
    shape = "".join([line.tag for line in lines])
    pictures = min(page.html.count("<img"), _MAX_PICTURES)
    basis = _stable(text, page.url) + f"|{shape}|{pictures}".encode("utf-8", "replace")
    return hashlib.blake2b(basis, digest_size=8).hexdigest()


def _stable(text: str, url: str) -> bytes:
    """Return text without what varies between two answers of one template, as UTF-8.

    In Chinese text everything printed in ASCII can go; an English stub keeps the words that are no part of the
    address and hold no digit.
    """
    if sum(1 for _ in islice(_WIDE.finditer(text, 0, 4000), _FEW_WIDE)) == _FEW_WIDE:
        if "%" not in url and url.isascii():
            return text.encode("utf-8", "replace").translate(None, _ASCII)
        text = _PRINTED.sub("", text)
    else:
        text = _NUMBER.sub(" ", _ADDRESS.sub(" ", text))
    asked = _asked(url)
    kept = "".join((asked.sub(" ", text) if asked is not None else text).split())
    return kept.encode("utf-8", "replace")


def _asked(url: str) -> re.Pattern[str] | None:
    """The parts of the requested address that a page may echo."""
    try:
        parts = urlsplit(url)
        words = set(_WORDS.findall(unquote(f"{parts.path} {parts.query}")))
    except ValueError:
        return None
    ordered = sorted(words, key=lambda word: (-len(word), word))[:40]
    return re.compile("|".join(map(re.escape, ordered)), re.IGNORECASE) if ordered else None
