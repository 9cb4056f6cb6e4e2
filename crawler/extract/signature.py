"""A short hash of what a page says and how it is built, to tell whether two answers are the same template."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import unquote, urlsplit

from crawler.extract.outline import clean
from crawler.extract.parsed import ParsedPage

_ADDRESS = re.compile(r"(?:https?:)?//[^\s\u4e00-\u9fff\"'<>]+|(?<!\w)/[\w./%?&=~+-]*", re.IGNORECASE)
_VARYING = re.compile(r"[A-Za-z_%.:@=-]*\d[\w%.:@=-]*|\d+")
_WORDS = re.compile(r"[A-Za-z0-9_\u4e00-\u9fff-]{3,}")
_SPACE = re.compile(r"\s+")
_MAX_LINES = 600
_MAX_LINE = 400


def read_signature(page: ParsedPage) -> str:
    """Return 16 hexadecimal digits, equal for two answers of one template.

    Left out are what such templates echo: the address asked for and its parts, other addresses, numbers, times
    and ids. Titles, texts and the blocks that hold them count.
    """
    asked = _asked(page.url)
    digest = hashlib.blake2b(digest_size=8)
    for text in (page.heading, *_texts(page)):
        digest.update(_stable(text, asked).encode("utf-8", "replace"))
        digest.update(b"\n")
    for line in page.outline.lines[:_MAX_LINES]:
        digest.update(str(line.element.tag).encode("utf-8", "replace"))
    digest.update(_images(page))
    return digest.hexdigest()


def _texts(page: ParsedPage) -> list[str]:
    return [line.text[:_MAX_LINE] for line in page.outline.lines[:_MAX_LINES]]


def _asked(url: str) -> re.Pattern[str] | None:
    """The parts of the requested address that a page may echo."""
    try:
        parts = urlsplit(url)
        words = set(_WORDS.findall(unquote(f"{parts.path} {parts.query}")))
    except ValueError:
        return None
    ordered = sorted(words, key=lambda word: (-len(word), word))[:40]
    return re.compile("|".join(map(re.escape, ordered)), re.IGNORECASE) if ordered else None


def _stable(text: str, asked: re.Pattern[str] | None) -> str:
    text = _ADDRESS.sub(" ", clean(text))
    if asked is not None:
        text = asked.sub(" ", text)
    return _SPACE.sub(" ", _VARYING.sub(" ", text)).strip()


def _images(page: ParsedPage) -> bytes:
    """How many pictures a page has: some say "not found" with nothing but one."""
    return str(min(sum(1 for _ in page.tree.iter("img")), 200)).encode()
