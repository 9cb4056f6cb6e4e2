"""Natural persons that sentences and forms tell of: 某某，女，家住…3栋2单元401室，联系电话139….

What counts as a word for a home, for a person, for one who is aided, is in the lexicon of personal information.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from checks.lexicon import any_of, lexicon
from checks.masking import MOBILE

_SENTENCE = re.compile(r"[^。；;\n]+")
# how far behind its word an address may go on
_ADDRESS = 40
_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]{1,8}·[\u4e00-\u9fff·]{1,12}")
_COVERED = re.compile(r"[*＊×○某]")
_LEADING = re.compile(r"^[\s\u3000（(]*(?:\d{1,4}|[一二三四五六七八九十]{1,3})[)）.、．\s]+|^[\s\u3000]+")
# 何永贵82岁
_AGED = re.compile(r"^([\u4e00-\u9fff]{2,4})(?=\d{1,3}周?岁)")
_PIECES = re.compile(r"[\s\u3000，,、（(:：]+")
_LABEL_LENGTH = 12

Grid = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Told:
    """What one sentence tells of a person: mobile numbers, exact home addresses, whether the whole name stands there.

    ``subject`` is what stands before the first of these: who it is of, and in what capacity.
    """

    sentence: str
    subject: str
    phones: tuple[str, ...]
    addresses: tuple[str, ...]
    named: bool


def told_in(text: str) -> Iterator[Told]:
    """Yield the sentences that tell where a person lives to the door, or a person's own mobile number."""
    words = lexicon("personal-information")
    persons = any_of(words["person_marks"])
    for line in text.splitlines():
        if not (_lives().search(line) or ((persons.search(line) or _spoke_up(line)) and MOBILE.search(line))):
            continue
        for sentence in _SENTENCE.findall(line):
            addresses = tuple(dict.fromkeys(_addresses(sentence)))
            if addresses or persons.search(sentence) or _spoke_up(sentence):
                phones = tuple(dict.fromkeys(MOBILE.findall(sentence)))
                if addresses or phones:
                    first = min(sentence.index(fact) for fact in (*phones, *addresses))
                    yield Told(sentence, sentence[:first], phones, addresses, _is_named(sentence))


def _spoke_up(sentence: str) -> bool:
    """Whether a sentence names one who wrote or made a proposal: 提出人某某某，."""
    return any(is_name(match[1]) for match in _writer().finditer(sentence))


@lru_cache(maxsize=1)
def _writer() -> re.Pattern[str]:
    writers = any_of(lexicon("personal-information")["writers"]).pattern
    return re.compile(rf"(?:{writers})(?:为|是|[：:])?\s*([\u4e00-\u9fff]{{2,4}})(?=[，,、（( ])")


def _addresses(sentence: str) -> Iterator[str]:
    exact = any_of(lexicon("personal-information")["address"])
    for lives in _lives().finditer(sentence):
        behind = _PIECES.split(sentence[lives.end():lives.end() + _ADDRESS].lstrip("：: \u3000"))[0]
        if exact.search(behind):
            yield behind


def _is_named(sentence: str) -> bool:
    """Whether a sentence begins on, or names after a word for a person, a name no part of which is covered."""
    persons = lexicon("personal-information")["person_labels"]
    bare = _AGED.sub(r"\1，", _LEADING.sub("", sentence))
    parts = [part for part in _PIECES.split(bare) if part]
    if not parts:
        return False
    first = parts[1] if any_of(persons).search(parts[0]) and len(parts) > 1 else parts[0]
    return is_name(first) and not _COVERED.search(first)


def is_name(text: str) -> bool:
    """Whether a text may be a person's name: as long as names are, beginning on a surname that many bear."""
    words = lexicon("personal-information")
    return bool(_NAME.fullmatch(text)) and ("·" in text or text.startswith(tuple(words["surnames"])))


def forms_in(grid: Grid) -> Iterator[list[list[str]]]:
    """Yield the persons of a table that is a form, each word before its value, as a head with one row."""
    words = lexicon("personal-information")
    labels = any_of([*words["person_labels"], *words["phone_labels"], *words["address_labels"]])
    persons = any_of(words["person_labels"])
    record: dict[str, str] = {}
    for row in grid:
        cells = [cell for at, cell in enumerate(row) if not at or cell != row[at - 1]]
        for label, value in pairwise(cells):
            if len(label) > _LABEL_LENGTH or not labels.search(label) or labels.search(value):
                continue
            if persons.search(label) and label in record:
                yield [list(record), list(record.values())]
                record = {}
            record.setdefault(label, value)
    if any(map(persons.search, record)) and len(record) > 1:
        yield [list(record), list(record.values())]


def names_in(cells: Sequence[str]) -> bool:
    """Whether every name of a column stands there in full."""
    return all(cell and not _COVERED.search(cell) for cell in cells)


@lru_cache(maxsize=1)
def _lives() -> re.Pattern[str]:
    return any_of(lexicon("personal-information")["lives"])
