"""Lists of persons that stand in a text line by line, brought into the form of tables: a head and its rows."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from checks.lexicon import any_of, lexicon
from checks.masking import MOBILE

_PARTS = re.compile(r"[\s\u3000|｜，,、；;]+")
_PIECES = re.compile(r"[\s\u3000|｜，,、；;。（）()]+")
# a label with blanks between its characters: 来 信 人：
_SPREAD = re.compile(r"(?<![^\s，,；;。])[\u4e00-\u9fff](?:[ \u3000]{1,2}[\u4e00-\u9fff]){1,4}(?=\s?[:：])")
_PAIR = re.compile(r"([\u4e00-\u9fff]{2,8})\s*[:：]\s*([^\s，,；;。:：]{2,40})")
_NAME = re.compile(r"[\u4e00-\u9fff·]{2,5}")
# what is called so is a place or a firm, no person
_PLACES = frozenset("店所室厂院校站部社馆行堂司局办园厅场吧坊铺庄镇村县区市")
_NUMBERED = re.compile(r"^[（(]?\d{1,4}[)）.、．\s]*")
_HEAD_LENGTH, _LABEL_LENGTH = 80, 12
# so many lines that are no row may stand between rows
_GAP = 2
_WIDEST = 8
# a record goes on over no more lines than this
_LONGEST_RECORD = 8
_ABOVE = 3

Rows = list[list[str]]


@dataclass(frozen=True)
class PersonList:
    """A list as a grid; ``headed`` where words over its rows or in them say what is what."""

    rows: Rows
    headed: bool = True


def lists_in(text: str, known: str) -> Iterator[PersonList]:
    """Yield the lists of persons in a text; rows with a number that stands in ``known`` are left out."""
    lines = [_SPREAD.sub(lambda label: re.sub(r"\s", "", label[0]), line.strip()) for line in text.splitlines()]
    told = [
        at for at, line in enumerate(lines)
        if any((found := pattern.search(line)) and found[0] not in known for pattern in (MOBILE, _exact()))
    ]
    if not told:
        return
    taken: set[int] = set()
    for reader in (_headed, _labelled, _stacked, _headless):
        yield from reader(lines, told, taken)


def _headed(lines: Sequence[str], told: list[int], taken: set[int]) -> Iterator[PersonList]:
    """Rows of several parts under a line of their names: 序号 姓名 手机号 家庭住址."""
    for at, line in enumerate(lines):
        head = _PARTS.split(line) if len(line) <= _HEAD_LENGTH else []
        if len(head) < 2 or not _is_head(head):
            continue
        places = [place for place in _run(told, at) if place not in taken]
        rows = [_fitted(lines[place], head) for place in places]
        if rows:
            taken.update(places)
            yield PersonList([*([above] for above in lines[max(0, at - _ABOVE):at]), head, *rows])


def _labelled(lines: Sequence[str], told: list[int], taken: set[int]) -> Iterator[PersonList]:
    """Records that name each part: 姓名：…，手机号：…，家庭住址：…, on one line or several, one behind the other."""
    records: list[tuple[int, dict[str, str]]] = []
    for at, line in enumerate(lines):
        for label, value in _PAIR.findall(line) if at not in taken else ():
            if _says(label, "person_labels"):
                records.append((at, {label: value}))
            elif records and at - records[-1][0] <= _LONGEST_RECORD:
                records[-1][1].setdefault(label, value)
    groups: dict[frozenset[str], list[int]] = {}
    for number, (at, record) in enumerate(records):
        if _is_head([*record]) and next(_from(told, at), at + len(record)) < at + len(record):
            groups.setdefault(frozenset(record), []).append(number)
    for numbers in groups.values():
        head = [*records[numbers[0]][1]]
        first = records[numbers[0]][0]
        taken.update(at for number in numbers for at in range(records[number][0], records[number][0] + len(head)))
        above = [[line] for line in lines[max(0, first - _ABOVE):first]]
        yield PersonList([*above, head, *([records[number][1][label] for label in head] for number in numbers)])


def _stacked(lines: Sequence[str], told: list[int], taken: set[int]) -> Iterator[PersonList]:
    """Cells that are lines of their own, as old programs write tables out."""
    filled = [(at, line) for at, line in enumerate(lines) if line]
    texts = [line for _, line in filled]
    for start, text in enumerate(texts):
        if not any_of(lexicon("personal-information")["person_labels"]).fullmatch(text):
            continue
        first = start - 1 if start and texts[start - 1] in ("序号", "编号", "序") else start
        for width in range(2, _WIDEST + 1):
            head = texts[first:first + width]
            rows = [texts[place:place + width] for place in range(first + width, len(texts) - width + 1, width)]
            rows = rows[:next((at for at, row in enumerate(rows) if not _fits(row, head)), len(rows))]
            if len(head) == width and _is_head(head) and rows:
                places = {at for at, _ in filled[first:first + width * (len(rows) + 1)]}
                if not places & taken and places & set(told):
                    taken.update(places)
                    yield PersonList([*([above] for above in texts[max(0, first - _ABOVE):first]), head, *rows])
                break


def _headless(lines: Sequence[str], told: list[int], taken: set[int]) -> Iterator[PersonList]:
    """Rows of a name, a mobile number and an exact address with no word that says so."""
    rows, above = [], [[line] for line in lines[max(0, told[0] - _ABOVE):told[0]]]
    for at in told:
        parts = [part for part in _PIECES.split(_NUMBERED.sub("", lines[at])) if part] if at not in taken else []
        phone = MOBILE.search(lines[at])
        address = next((part for part in parts if _exact().search(part)), None)
        if phone and address and _NAME.fullmatch(parts[0]) and parts[0][-1] not in _PLACES:
            rows.append([parts[0], phone[0], _lives().sub("", address)])
    if rows:
        yield PersonList([*above, ["姓名", "手机号码", "家庭住址"], *rows], headed=False)


def _run(told: list[int], head: int) -> list[int]:
    """Return the lines that follow a head with hardly a line between them."""
    run: list[int] = []
    for at in _from(told, head + 1):
        if at - (run[-1] if run else head) > _GAP + 1:
            break
        run.append(at)
    return run


def _from(told: list[int], first: int) -> Iterator[int]:
    """Return the told lines from one on."""
    return islice(told, bisect_left(told, first), None)


def _fitted(line: str, head: Sequence[str]) -> list[str]:
    """Return a row's parts in the places of its head; where their number differs, by what they are."""
    parts = [part for part in _PARTS.split(line) if part]
    if len(parts) == len(head):
        return parts
    phone = MOBILE.search(line)
    address = next((part for part in reversed(parts) if _exact().search(part)), "")
    return [
        (phone[0] if phone else "") if _says(label, "phone_labels")
        else address if _says(label, "address_labels") else ""
        for label in head
    ]


def _fits(row: Sequence[str], head: Sequence[str]) -> bool:
    """Whether a row's telephone number stands in its place."""
    return len(row) == len(head) and all(
        bool(re.search(r"\d{7}", cell)) == _says(label, "phone_labels") for cell, label in zip(row, head, strict=True)
    )


def _is_head(labels: Sequence[str]) -> bool:
    """Whether words name a person and a telephone number or an address, and nothing is longer than a name of a part."""
    return (
        all(len(label) <= _LABEL_LENGTH for label in labels)
        and any(_says(label, "person_labels") for label in labels)
        and any(_says(label, "phone_labels") or _says(label, "address_labels") for label in labels)
    )


def _says(label: str, kind: str) -> bool:
    return bool(any_of(lexicon("personal-information")[kind]).search(label))


@lru_cache(maxsize=1)
def _lives() -> re.Pattern[str]:
    return re.compile(f"^(?:{any_of(lexicon('personal-information')['lives']).pattern})|^住")


@lru_cache(maxsize=1)
def _exact() -> re.Pattern[str]:
    return any_of(lexicon("personal-information")["address"])
