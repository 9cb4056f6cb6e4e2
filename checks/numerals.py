"""Counts below a hundred as documents write them: 15, １５, 十五, 二十, 两."""

from __future__ import annotations

import re

_DIGITS = {"〇": 0, "零": 0, "○": 0, "两": 2, **dict(zip("一二三四五六七八九", range(1, 10), strict=True))}
# what a pattern looks for where a count may stand
COUNT = r"\d{1,2}|[二三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九]"
_TENS = re.compile(r"([二三四五六七八九])?十([一二三四五六七八九])?")


def count_of(text: str) -> int | None:
    """Return the number a text of one or two digits, or of characters (十五), names; None where it is no such."""
    bare = text.strip()
    if bare.isdecimal() and len(bare) <= 2:
        return int(bare)
    tens = _TENS.fullmatch(bare)
    if tens is not None:
        return 10 * _DIGITS[tens[1] or "一"] + (_DIGITS[tens[2]] if tens[2] else 0)
    return _DIGITS.get(bare) if len(bare) == 1 else None
