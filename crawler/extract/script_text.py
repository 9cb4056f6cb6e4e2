"""The source of a page's scripts, as the readers of the disclosure table's labels need it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crawler.cms.lexicon import load

__all__ = ["FEWEST", "bare", "names_labels", "spelled", "unescaped"]

# fewer labels of the table than that may stand in any script
FEWEST = 2
# one of these stands in every label of a core field; to look for them is cheaper than for the labels
_SIGNS: list[str] = load("disclosure_fields")["script_signs"]
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_GAP = r"(?:\s|　|&(?:nbsp|emsp|ensp|#12288);|<[^<>]{0,120}>){0,12}"
_GAPS = re.compile(r"\s|　|&[#\w]{3,6};|<[^<>]*>")


def unescaped(source: str) -> str:
    r"""Return a script's source with its ``\uXXXX`` written as characters."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), source) if "\\u" in source else source


def names_labels(source: str) -> bool:
    """Whether a script (without escapes) may name two labels of core fields; cheap, true too often."""
    return sum(map(source.count, _SIGNS)) >= FEWEST


def spelled(labels: Iterable[str]) -> str:
    """Return a pattern that matches any of the labels as markup within a script may space them (索&nbsp;引&nbsp;号)."""
    return "|".join(_GAP.join(map(re.escape, label)) for label in sorted(labels, key=len, reverse=True))


def bare(label: str) -> str:
    """Return a label that ``spelled`` matched, without what stood between its characters."""
    return _GAPS.sub("", label)
