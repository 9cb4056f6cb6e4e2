"""Bytes to text: byte-order mark, then a strict UTF-8 trial against the header, then meta, then GB 18030.

The order is BOM > HTTP header > strict UTF-8 > first meta of the head > gb18030, as real government pages need
it; a header or meta is believed only if the bytes decode under it.
"""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)
_HEADER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]+?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_GB = frozenset({"gb2312", "gbk", "gb_2312-80", "gb18030", "hz-gb-2312", "x-gbk", "euc-cn"})
_HEAD_BYTES = 8192


def decode(body: bytes, content_type: str | None = None) -> tuple[str, str]:
    """Return the text of a page's bytes and the charset it was read under; never raises.

    ``content_type`` is the HTTP header's value where there was one.
    """
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body.decode(name, "replace").lstrip("\ufeff"), name
    header = _HEADER.search(content_type or "")
    meta = _META.search(body, 0, _HEAD_BYTES)
    candidates = [header.group(1) if header else "", "utf-8", meta.group(1).decode("ascii", "replace") if meta else ""]
    for name in filter(None, candidates):
        text = _strict(body, name)
        if text is not None:
            return text, _known_name(name)
    return body.decode("gb18030", "replace"), "gb18030"


def _strict(body: bytes, name: str) -> str | None:
    try:
        return body.decode(_known_name(name))
    except (UnicodeDecodeError, LookupError):
        return None


def _known_name(name: str) -> str:
    name = name.strip().lower()
    return "gb18030" if name in _GB else name
