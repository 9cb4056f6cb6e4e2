"""Finds many words in a text in one pass (Aho–Corasick)."""

from __future__ import annotations

from collections.abc import Iterable

from ahocorasick_rs import AhoCorasick, Implementation


class Automaton:
    """A set of words, looked for together; build once, search any number of texts."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = [word for word in words if word]
        self._finder = AhoCorasick(self._words, implementation=Implementation.DFA, store_patterns=False)

    def search(self, text: str) -> list[tuple[int, str]]:
        """Return (place, word) for every word found, overlapping ones too, in the order of their ends."""
        words = self._words
        found = self._finder.find_matches_as_indexes(_apart(text), overlapping=True)
        return [(start, words[number]) for number, start, _ in found]


def _apart(text: str) -> str:
    """Return a copy: whatever is searched carries its UTF-8 along from then on, and the text itself may be kept."""
    return text[:1] + text[1:]
