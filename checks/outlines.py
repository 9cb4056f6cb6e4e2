"""Whether a text is but an outline: numbered headings, or the names of chapters in a row, with nothing said of them."""

from __future__ import annotations

import re

from checks.lexicon import lexicon
from checks.titles import key_of_text

_LEAST_HEADINGS = 4
_HEADING_LENGTH = 24
# so many characters beside the headings explain nothing yet: 《…》共分九条，主要包括：
_FRAME = 70
_STOPS = re.compile(r"[。；！？]")
_IN_A_ROW = re.compile(
    r"(?:包括|包含|分为|分别[为是]|依次[为是]|即|涵盖|涉及|内容[为有是]|由)[了有]?[：:]?"
    r"((?:[^，。；：、\n]{2,14}、){3,}[^，。；：、\n]{2,14}(?:[和及与][^，。；：、\n]{2,14})?)"
)
# 共七章九条, 由…七部分组成
_COUNTED = re.compile(r"[一二三四五六七八九十\d]+个?(?:章|条|部分|节)")


def headings_alone(text: str) -> list[str]:
    """Return the headings of a text that holds little else; empty for a text that explains something."""
    lines = [line.strip() for line in text.splitlines() if key_of_text(line)]
    heading_line = re.compile(lexicon("interpretation_quality")["heading_line"])
    headings = [
        line for line in lines
        if len(line) <= _HEADING_LENGTH and heading_line.search(line) and not _STOPS.search(line[:-1])
        and not line.endswith(("？", "?"))
    ]
    if len(headings) < _LEAST_HEADINGS and _COUNTED.search(text):
        headings = [part for row in _IN_A_ROW.findall(text) for part in row.split("、")]
    rest = len(key_of_text(text)) - len(key_of_text("".join(headings)))
    return headings if len(headings) >= _LEAST_HEADINGS and rest <= _FRAME else []
