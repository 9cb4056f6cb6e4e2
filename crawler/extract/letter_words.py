"""The labels, statuses and other words of letters, compiled from ``rules/lexicons/letters.yaml``."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from crawler.cms.lexicon import load

_BREAKS = frozenset("[]【】()（）<>《》|｜/·•●◆■*＊、>»")
_LONGEST_LABEL = 12
_OWN_LENGTH = 4
_LONGEST_STATUS = 40
_NOT_YET = ("暂", "尚", "未", "等", "没", "还", "待")


@dataclass(frozen=True)
class Words:
    """All word lists of letters, ready to look up.

    ``fields`` maps a label to what it labels, ``brief`` what is labelled to short words that are labels only before a
    value that fits.
    """

    fields: dict[str, str]
    brief: dict[str, frozenset[str]]
    own: tuple[str, ...]
    page: tuple[str, ...]
    foreign: frozenset[str]
    answered: frozenset[str]
    pending: frozenset[str]
    statuses: frozenset[str]
    status_only: re.Pattern[str]
    tells_state: tuple[str, ...]
    asks: tuple[str, ...]
    no_reply: frozenset[str]
    stops: frozenset[str]
    footers: tuple[str, ...]

    def is_own(self, label: str) -> bool:
        """Whether a label is used for letters only."""
        return any(word in label for word in self.own)


@lru_cache(maxsize=1)
def words() -> Words:
    """Return the word lists, read once."""
    lists = load("letters")
    fields: dict[str, str] = {}
    for name, forms in lists["labels"].items():
        for label in (*(f"{stem}{end}" for stem in forms["stems"] for end in forms["endings"]), *forms["whole"]):
            fields.setdefault(str(label), name)
    groups = {name: frozenset(map(str, group)) for name, group in lists["statuses"].items()}
    return Words(
        fields=fields,
        brief={str(name): frozenset(map(str, group)) for name, group in lists["brief"].items()},
        own=tuple(lists["own_words"]),
        page=tuple(map(str, lists["page_words"])),
        foreign=frozenset(lists["not_letters"]),
        answered=groups["answered"],
        pending=groups["pending"],
        statuses=frozenset().union(*groups.values()),
        status_only=re.compile(lists["status_only"].format(states="|".join(
            re.escape(word) for group in groups.values() for word in sorted(group, key=len, reverse=True)
        ))),
        asks=tuple(map(str, lists["turns"]["asked"])),
        tells_state=tuple(map(str, lists["tells_state"])),
        no_reply=frozenset(map(str, lists["no_reply"])),
        stops=frozenset(lists["stops"]),
        footers=tuple(lists["footers"]),
    )


def bare(text: str) -> str:
    """Return a label or status as compared: compatibility forms unified, without blanks, marks and brackets."""
    joined = "".join(unicodedata.normalize("NFKC", text).split())
    return joined.strip(":：[]【】()（）<>《》|｜·•●◆■*＊—-_。.,，；;!！")


def says_no_reply(text: str) -> bool:
    """Whether the place for a reply says that there is none yet; hints may follow on further lines."""
    no_reply = words().no_reply
    first = bare(text.split("\n", 1)[0][:_LONGEST_STATUS])
    return bare(text) in no_reply or (first in no_reply and first.startswith(_NOT_YET))


def says_waiting(text: str) -> bool:
    """Whether what stands in the place for a reply says outright that it is still to come: no mere 无."""
    first = bare(text.split("\n", 1)[0][:_LONGEST_STATUS])
    return first in words().pending or (first in words().no_reply and len(first) > 1 and first.startswith(_NOT_YET))


def is_status(text: str) -> bool:
    """Whether a text says nothing but what state a letter is in (已办结, 部门已回复（2026-09-21）)."""
    return len(text) <= _LONGEST_STATUS and bool(words().status_only.fullmatch(bare(text)))


def label_before(text: str, end: int) -> tuple[str, int] | None:
    """Return the longest known label that ends at ``end`` of a text, and where it starts; None without one.

    Blanks and marks inside a label are overlooked. What stands before it must set it apart: the beginning, a
    blank, a bracket, or a figure before a label of four characters and more.
    """
    fields = words().fields
    collected: list[str] = []
    best: tuple[str, int] | None = None
    at = end
    while at > 0 and len(collected) < _LONGEST_LABEL:
        at -= 1
        character = text[at]
        if character.isspace():
            continue
        if character in _BREAKS:
            if collected:
                break
            continue
        collected.append(character)
        label = "".join(reversed(collected))
        if label in fields and _is_apart(text, at, label):
            best = label, at
    return best


def _is_apart(text: str, at: int, label: str) -> bool:
    if at == 0:
        return True
    before = text[at - 1]
    figure = before.isascii() and before.isalnum()
    return before.isspace() or before in _BREAKS or (figure and len(label) >= _OWN_LENGTH)
