"""The labels of letters on a page's lines: before colons, in brackets, in elements of their own, before other signs."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache

from crawler.extract.dates import find_dates
from crawler.extract.letter_parts import Label
from crawler.extract.letter_phrases import unit_in
from crawler.extract.letter_words import bare, label_before, words
from crawler.extract.outline import EDGE, Line, clean

_CONTENT = frozenset({"question", "reply"})
_BRACKETS = re.compile(r"^\s*[【\[〖][^】\]〗:：]{2,10}[】\]〗]\s*(?=\S)")
_DATED = _CONTENT | {"step"}
_COLON = re.compile(r"[:：]")
# 管理员回复（2026-11-09 10:20）： the day of the answer stands between its label and the colon
_DATED_END = re.compile(r"\s*[(（\[【]\s*(?:19|20)\d\d[^()（）\[\]【】]{4,20}[)）\]】]\s*$")
# 提交日期．2026/08/11, 【内容】…, 答复单位　县水务局: a label, the sign or the blank that ends it, its value
_BEGIN = re.compile(r"[\s(（<\[［【〔『「〖〈《·•●■◆▪▶*]{0,4}")
_END = re.compile(r"\s*(?P<sign>[)）>\]］】〕』」〗〉》.．。、|｜/=＝→~～»]|[-—–]{1,2}|\s)\s*(?=[^\s:：])")
_PART = re.compile(r"\S+")
_UNIT = re.compile(r"[\u4e00-\u9fff]{3,20}(?=\s|$)")
_CLOCK = re.compile(r"\d{1,2}\s*[:：]\s*\d\d(?:\s*[:：]\s*\d\d)?")
_ALIKE = str.maketrans({"．": ".", "｜": "|", "＝": "=", "～": "~", "—": "-", "–": "-"})
# Labels used for anything at all count as labels without a colon only where they fill a line.
_SHORTEST_PART = 3
_LONGEST_LABEL, _LONGEST_DAY, _LONGEST_SHORT = 12, 24, 60
_MOST_LINES = 4000
# so many different labels before the same sign are fields; one alone may begin a sentence
_LEAST_PARTED = 3


def labels_of(lines: list[Line]) -> list[Label]:
    """Return the labels on a page's lines, in order."""
    found: list[Label] = []
    parted: dict[str, list[Label]] = defaultdict(list)
    for at, line in enumerate(lines[:_MOST_LINES]):
        labels = _in_line(at, line)
        found += labels
        known = _parted(at, line) if not labels or labels[0].end < len(line.text) else None
        if known is not None:
            parted[known[0]].append(known[1])
    begun = {label.line for label in found if label.start == 0}
    fields = [
        label for group in parted.values() if _are_fields(group) for label in group if label.line not in begun
    ]
    return sorted([*found, *fields], key=lambda label: (label.line, label.start)) if fields else found


def _are_fields(group: list[Label]) -> bool:
    return len({label.name for label in group}) >= _LEAST_PARTED


def _parted(at: int, line: Line) -> tuple[str, Label] | None:
    """Return the label a line begins with, where a sign or a blank parts it from its value, and the sign."""
    if line.linked:
        return None
    fields = words().fields
    text = line.text[:_LONGEST_SHORT]
    best: tuple[str, Label] | None = None
    label = ""
    for place in range(_BEGIN.match(text).end(), len(text)):  # type: ignore[union-attr]
        character = text[place]
        if character.isspace():
            continue
        if not "\u4e00" <= character <= "\u9fff" or len(label) == _LONGEST_LABEL:
            break
        label += character
        ended = _END.match(text, place + 1) if label in fields else None
        if ended is not None and bare(text[ended.end():].split(maxsplit=1)[0]) not in fields:
            sign = ended["sign"].translate(_ALIKE)[:1]
            best = " " if sign.isspace() else sign, Label(fields[label], label, at, 0, ended.end())
    return best


def _in_line(at: int, line: Line) -> list[Label]:
    fields = words().fields
    whole = bare(line.text)
    if whole in fields and not line.linked:
        return [Label(fields[whole], whole, at, 0, len(line.text))]
    found = []
    for colon in _COLON.finditer(line.text):
        known = label_before(line.text, colon.start())
        if known:
            found.append(Label(fields[known[0]], known[0], at, known[1], colon.end()))
            continue
        dated = _DATED_END.search(line.text, max(0, colon.start() - _LONGEST_SHORT), colon.start())
        known = label_before(line.text, dated.start()) if dated else None
        if dated and known and fields[known[0]] in _DATED:
            found.append(Label(fields[known[0]], known[0], at, known[1], dated.start()))
    return found or _bracketed(at, line) or _inline_parts(at, line) or _brief_parts(at, line)


def _bracketed(at: int, line: Line) -> list[Label]:
    """Return the label that brackets at the beginning of a line set apart (【承办单位】县教体局)."""
    match = _BRACKETS.match(line.text)
    label = bare(match.group()) if match else ""
    name = words().fields.get(label)
    return [Label(name, label, at, 0, match.end())] if match and name and name not in _CONTENT else []


def _inline_parts(at: int, line: Line) -> list[Label]:
    """Return labels without a colon that an inline element of their own sets apart."""
    fields = words().fields
    found, start = [], 0
    for part in line.text.split(EDGE):
        label = bare(part)
        if label in fields and (len(label) >= _SHORTEST_PART or not clean(line.text[:start])):
            found.append(Label(fields[label], label, at, start, start + len(part)))
        start += len(part) + 1
    return found if not line.linked else []


def _brief_parts(at: int, line: Line) -> list[Label]:
    """Return the short words that label a day or a unit behind them, and a state, in one line of such parts.

    A line that holds anything besides counts only where it tells when the letter came.
    """
    if line.linked or len(line.text) > 2 * _LONGEST_SHORT:
        return []
    found: list[Label] = []
    rest = line.text
    for match in _brief().finditer(line.text):
        word, end = match["word"], match.end()
        day = next(find_dates(line.text[end:end + _LONGEST_DAY]), None)
        unit = _UNIT.match(line.text, end)
        if day is not None and day.start == 0:
            name = next((name for name in ("received", "replied") if word in words().brief[name]), None)
            value = line.text[end:end + day.end]
        elif unit is not None and word in words().brief["department"] and unit_in(unit.group()) == unit.group():
            name, value = "department", unit.group()
        else:
            continue
        if name is not None:
            found.append(Label(name, word, at, match.start("word"), end))
            rest = rest.replace(match.group() + value, " ", 1)
    if not found:
        return []
    # a state that stands beside them needs no label
    taken = {label.start for label in found}
    for part in _PART.finditer(line.text):
        if part.start() not in taken and bare(part.group()) in words().statuses:
            found.append(Label("status", "", at, part.start(), part.start()))
            rest = rest.replace(part.group(), " ", 1)
            break
    alone = not bare(_CLOCK.sub("", rest))
    dated = any(label.name == "received" for label in found)
    return sorted(found, key=lambda label: label.start) if alone or dated else []


@lru_cache(maxsize=1)
def _brief() -> re.Pattern[str]:
    known = sorted({word for group in words().brief.values() for word in group}, key=len, reverse=True)
    return re.compile(rf"(?:^|(?<=[\s|｜·•/，,（(]))(?P<word>{'|'.join(known)})\s*[:：]?\s*")
