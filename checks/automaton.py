"""Finds many words in a text in one pass (Aho–Corasick)."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator


def _by_first(words: Iterable[str]) -> Iterator[str]:
    """Yield a pattern for the words that begin with each character."""
    rests: dict[str, list[str]] = {}
    for word in words:
        rests.setdefault(word[0], []).append(re.escape(word[1:]))
    for first, endings in rests.items():
        yield f"{re.escape(first)}(?:{'|'.join(endings)})"


class Automaton:
    """A set of words, looked for together; build once, search any number of texts."""

    def __init__(self, words: Iterable[str]) -> None:
        self._next: list[dict[str, int]] = [{}]
        self._found: list[tuple[str, ...]] = [()]
        known = [word for word in words if word]
        for word in known:
            self._add(word)
        # most characters of a text begin no word: only places where two that do stand together are walked
        self._pairs = frozenset(word[:2] for word in known)
        first, second = ("".join(sorted({re.escape(pair[at:at + 1]) for pair in self._pairs})) for at in (0, 1))
        short = any(len(pair) < 2 for pair in self._pairs)
        self._starts = re.compile(f"[{first}]" + ("" if short or not second else f"(?=[{second}])")) if known else None
        self._short = short
        # tells faster than the walk that a text, as most do, holds no word at all
        self._any = re.compile("|".join(_by_first(known))) if known else None
        self._fall = [0] * len(self._next)
        self._link()

    def _add(self, word: str) -> None:
        state = 0
        for character in word:
            if character not in self._next[state]:
                self._next[state][character] = len(self._next)
                self._next.append({})
                self._found.append(())
            state = self._next[state][character]
        self._found[state] = (*self._found[state], word)

    def _link(self) -> None:
        waiting = deque(self._next[0].values())
        while waiting:
            state = waiting.popleft()
            for character, following in self._next[state].items():
                fall = self._fall[state]
                while fall and character not in self._next[fall]:
                    fall = self._fall[fall]
                self._fall[following] = self._next[fall].get(character, 0)
                self._found[following] += self._found[self._fall[following]]
                waiting.append(following)

    def search(self, text: str) -> Iterator[tuple[int, str]]:
        """Yield (place, word) for every word found, in the order of their ends."""
        if self._starts is None or self._any is None or not self._any.search(text):
            return
        reached = 0
        for first in self._starts.finditer(text):
            state, place = 0, first.start()
            if place < reached or not (self._short or text[place:place + 2] in self._pairs):
                continue
            while place < len(text):
                character = text[place]
                while state and character not in self._next[state]:
                    state = self._fall[state]
                state = self._next[state].get(character, 0)
                for word in self._found[state]:
                    yield place - len(word) + 1, word
                place += 1
                if not state:
                    break
            reached = place
