"""How much two texts share, measured: runs of equal characters, and sentences that differ in their figures alone."""

from __future__ import annotations

import re
from collections import defaultdict
from difflib import SequenceMatcher

from checks.titles import key_of_text

RUN = 10
_SENTENCE = re.compile(r"[^。；;！？!?\n]+")
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
# what two long texts may cost: sentences beyond this are not compared
_MOST_SENTENCES = 400


def runs_of(text: str) -> frozenset[str]:
    """Return all runs of RUN characters of a text, marks and blanks left out."""
    plain = key_of_text(text)
    return frozenset(plain[at:at + RUN] for at in range(len(plain) - RUN + 1))


def share_found(text: str, known: frozenset[str]) -> float:
    """Return what share of a text's characters (0 to 1) lies in runs of RUN characters found among others.

    Marks and blanks do not count. An empty text, or one shorter than a run, shares nothing.
    """
    plain = key_of_text(text)
    if len(plain) < RUN:
        return 0.0
    covered, until = 0, 0
    for at in range(len(plain) - RUN + 1):
        if plain[at:at + RUN] in known:
            covered += at + RUN - max(at, until)
            until = at + RUN
    return covered / len(plain)


def sentences(text: str) -> list[str]:
    """Return a text's sentences of at least twelve characters, marks and blanks left out, figures kept whole."""
    plain = (re.sub(r"[\s\u3000]+", "", match.group()) for match in _SENTENCE.finditer(text))
    return [sentence for sentence in plain if len(sentence) >= 12][:_MOST_SENTENCES]


def differing_figures(one: str, other: str) -> list[tuple[str, str]]:
    """Return the pairs of sentences of two texts that are equal but for their figures, those standing in both left out.

    Only sentences whose words occur once in each text are compared: rows of a table that repeat their words are not.
    """
    first, second = _by_words(sentences(one)), _by_words(sentences(other))
    both = set(sentences(one)) & set(sentences(other))
    return [
        (first[words][0], second[words][0]) for words in first
        if words in second and len(first[words]) == 1 and len(second[words]) == 1
        and first[words][0] not in both and _FIGURE.findall(first[words][0]) != _FIGURE.findall(second[words][0])
    ]


def differing_words(one: str, other: str) -> list[tuple[str, str]]:
    """Return the pairs of sentences that are nearly equal and differ in words; each sentence in one pair at most."""
    left = [sentence for sentence in sentences(one) if sentence not in other.replace("\n", "")]
    right = [sentence for sentence in sentences(other) if sentence not in one.replace("\n", "")]
    pairs = []
    for sentence in left[:40]:
        near = [
            candidate for candidate in right[:40]
            if abs(len(candidate) - len(sentence)) <= 0.2 * len(sentence)
            and SequenceMatcher(None, sentence, candidate, autojunk=False).ratio() >= 0.85
        ]
        if near:
            right.remove(near[0])
            pairs.append((sentence, near[0]))
    return pairs


def _by_words(found: list[str]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = defaultdict(list)
    for sentence in found:
        grouped[_FIGURE.sub("#", sentence)].append(sentence)
    return grouped
