"""Text from hostile pages made harmless: for JSON, for pages, for cells."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec

MAX_ADDRESS = 2000
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

# C0 and C1 controls other than tab and line feed, lone surrogates, and the two non-characters XML refuses
_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff"
# Marks, embeddings, overrides and isolates that make text read in another order than it stands
_DIRECTIONS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_UNFIT = re.compile(f"\r\n|[{_CONTROLS}{_DIRECTIONS}]")
_PLAIN_ADDRESS = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.-]*(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~/?=&-]*)?")
_SURROGATES = re.compile("[\ud800-\udfff]")


def legible(text: str) -> str:
    """Return text without control characters, each direction control shown as U+FFFD."""
    if text.isprintable():  # none of those is: most texts end here
        return text
    return _UNFIT.sub(_fit, text)


def _fit(found: re.Match[str]) -> str:
    if found[0] in ("\r\n", "\r"):
        return "\n"
    return REPLACEMENT if re.match(f"[{_DIRECTIONS}]", found[0]) else ""


def clip(text: str, limit: int) -> str:
    """Return at most ``limit`` characters; what is cut is marked by an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def unwrapped(text: str) -> str:
    """Return a docstring's paragraphs without the line breaks inside them."""
    return re.sub(r"(?<=\S)\n(?=[^\s\-*\d])", "", text)


def web_address(text: str | None) -> str | None:
    """Return an address fit to stand behind a link: absolute http or https, percent-encoded; else None."""
    if not text or len(text) > MAX_ADDRESS or not text[:8].lower().startswith(("http://", "https://")):
        return None
    if _PLAIN_ADDRESS.fullmatch(text):
        return text
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return None
    if not host:
        return None
    address = quote(text, safe="!#$%&'()*+,/:;=?@[]~", errors="replace")
    return address if len(address) <= MAX_ADDRESS else None


def encoded(value: Any) -> bytes:
    """Return a value as one line of UTF-8 JSON, mappings in their order; lone surrogates become U+FFFD."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return msgspec.json.encode(_whole(msgspec.to_builtins(value)))


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATES.sub(REPLACEMENT, value)
    if isinstance(value, dict):
        return {_whole(key): _whole(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return value
