"""A character written twice in a title (民生工程程), told from natural doubling (暖洋洋) and from seams (会议|议题)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from checks.lexicon import lexicon

_HAN = "\u4e00-\u9fff"
_TWICE = re.compile(rf"([{_HAN}])\1")
# 人民政府人民政府; what begins with 一 counts (一件事一件事)
_PHRASE = re.compile(rf"((?!一)[{_HAN}]{{3,8}})\1")
_ATTESTED = 2


def doubled_signs(title: str, said: Callable[[], Sequence[str]]) -> Iterator[str]:
    """Yield what is doubled in a title by mistake, with the character before it where that belongs to the word.

    ``said`` gives texts of the same site, asked only where the word lists do not decide: a word is what they hold.
    """
    for match in _PHRASE.finditer(title):
        yield match[0]
    for match in _TWICE.finditer(title):
        start, end, sign = match.start(), match.end(), match[1]
        if _is_natural(title, start, end):
            continue
        before = title[start - 1] if start and _is_han(title[start - 1]) else ""
        after = title[end] if end < len(title) and _is_han(title[end]) else ""
        if not before:
            if after and f"{sign}{after}" in _words() and sign not in lexicon("doubled")["alone"]:
                yield match[0] + after
        elif _is_word(before + sign, sign, said) and not (after and _begins_word(before, sign, after, said)):
            yield before + match[0]


def in_pairs(title: str, start: int, end: int) -> bool:
    """Whether a doubled character stands beside another one, as natural doubling does (暖暖和和)."""
    beside = (title[max(start - 2, 0):start], title[end:end + 2])
    return any(len(pair) == 2 and pair[0] == pair[1] and _is_han(pair[0]) for pair in beside)


def _is_natural(title: str, start: int, end: int) -> bool:
    known = lexicon("doubled")
    if title[start] in known["doubled"] or title[start:end] in known["doubled_words"] or in_pairs(title, start, end):
        return True
    around = title[max(start - 2, 0):end + 2]
    return any(phrase in around for phrase in known["doubled_phrases"])


def _is_word(word: str, sign: str, said: Callable[[], Sequence[str]]) -> bool:
    if word in _words():
        return True
    known = re.compile(rf"{word}(?!{sign})")
    return sum(len(known.findall(text)) for text in said()) >= _ATTESTED


def _begins_word(before: str, sign: str, after: str, said: Callable[[], Sequence[str]]) -> bool:
    """Whether the second of the two begins the next word (会议|议题): elsewhere it follows other characters too."""
    word, known = sign + after, lexicon("doubled")
    if sign in known["function"] and before + sign not in known["joining"]:
        return True
    if sign in known["units"] and after in known["of_units"]:
        return True
    if word in _words():
        return True
    elsewhere = re.compile(rf"(?<![{before}{sign}]){word}")
    return any(elsewhere.search(text) for text in said())


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    known = (*lexicon("doubled")["seams"], *lexicon("wording")["doubled"])
    return frozenset(word[:2] for word in known if len(word) >= 2)


def _is_han(sign: str) -> bool:
    return "\u4e00" <= sign <= "\u9fff"
