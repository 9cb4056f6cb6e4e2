"""Bytes to text, in the order real government pages need.

Byte-order mark, HTTP header, strict UTF-8, first meta of the head, GB 18030. A declaration is believed only if
the bytes decode under it, and never against text that is plainly UTF-8.
"""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]+?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)
_GB = frozenset({"gb2312", "gbk", "gb_2312-80", "gb18030", "hz-gb-2312", "x-gbk", "euc-cn", "cp936", "ms936"})
# Text encodings a page may declare; Python also knows codecs that are none (zip, rot13, idna …).
_TEXT = re.compile(r"^(utf-?8|big5(hkscs)?|euc-(jp|kr|tw)|shift_jis|iso-8859-\d+|latin-?1|us-ascii|ascii"
                   r"|windows-125\d|cp125\d|koi8-r)$")
_HEAD_BYTES = 8192
_SURELY = 8
_TORN = 0.02


def decode(body: bytes, content_type: str | None = None) -> tuple[str, str]:
    """Return the text of a page's bytes and the charset it was read under; never raises.

    ``content_type`` is the HTTP header's value where there was one.
    """
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body.decode(name, "replace").lstrip("\ufeff"), name
    wide = _wide_without_mark(body)
    if wide:
        return body.decode(wide, "replace"), wide
    declared = _declared(body, content_type)
    text = _strict(body, "utf-8")
    if text is not None and (body.isascii() or len(body) - len(text) >= 2 * _SURELY or not declared[:1]):
        return text, "utf-8"
    for name in declared:
        decoded = text if name == "utf-8" else _strict(body, name)
        if decoded is not None:
            return decoded, name
    if text is not None:
        return text, "utf-8"
    return _least_torn(body)


def _declared(body: bytes, content_type: str | None) -> list[str]:
    """The encodings header, meta and XML declaration name, in the order they are believed."""
    names = []
    header = _HEADER.search(content_type or "")
    if header:
        names.append(header.group(1))
    for pattern in (_META, _XML):
        found = pattern.search(body, 0, _HEAD_BYTES)
        if found:
            names.append(found.group(1).decode("ascii", "replace"))
    known = (_known_name(name) for name in names)
    return [name for name in known if name]


def _known_name(name: str) -> str | None:
    name = name.strip().lower()
    if name in _GB:
        return "gb18030"
    if name == "utf8":
        return "utf-8"
    return name if _TEXT.match(name) else None


def _strict(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except (UnicodeDecodeError, LookupError):
        return None


def _wide_without_mark(body: bytes) -> str | None:
    """UTF-16 whose byte-order mark was lost: every other byte of its markup is zero."""
    head = body[:64]
    if len(head) < 8 or head.count(0) < len(head) // 4:
        return None
    low, high = head[1::2].count(0), head[0::2].count(0)
    if low > 4 * high:
        return "utf-16-le"
    return "utf-16-be" if high > 4 * low else None


def _least_torn(body: bytes) -> tuple[str, str]:
    """Text that no declaration decodes: UTF-8 with a few torn characters, else GB 18030."""
    utf8 = body.decode("utf-8", "replace")
    others = sum(1 for character in utf8 if character > "\x7f") if len(utf8) < 200_000 else len(utf8) // 4
    if utf8.count("\ufffd") <= max(1, others * _TORN):
        return utf8, "utf-8"
    return body.decode("gb18030", "replace"), "gb18030"
