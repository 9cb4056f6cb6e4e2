"""What is said of letters in sentences: who asked or answered and when (网友“林**”于2026年9月14日来信), states."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from crawler.cms.lexicon import load
from crawler.extract.dates import find_dates

Kind = Literal["question", "reply", "step", "waiting", "answered", "out"]

_MARK = "\x00"
_MARKS = re.compile(f"{_MARK}+")
_SHORT_DAY = re.compile(r"(?<![\d年])(\d{1,2})月(\d{1,2})[日号]")
_QUOTED = re.compile(r"[“\"「『《][^”\"」』》]{0,40}[”\"」』》]")
_MASKED = re.compile(
    r"[\u4e00-\u9fff]{0,2}[*＊×][*＊×\u4e00-\u9fff]{0,3}"
    r"|(?<![\u4e00-\u9fff])[\u4e00-\u9fff]?某{1,3}|[\u4e00-\u9fff](?:先生|女士|小姐|同志|老师|师傅)"
)
# who asks speaks so; a unit says 我局
_OWN_WORDS = re.compile(r"我(?![局办镇乡县区市委院所站处]|单位|街道|中心|们[已正将会])|本人|你们|您们|[？?吗]")
_FIGURES = re.compile(r"第?[\dA-Za-z]+号?")
_CLAUSES = re.compile(r"[，,。；;]")
_GREETING = re.compile(r"您好|你好|尊敬的")
_AGAIN = ("追", "再", "补充")
_PLAIN_MARKS = re.compile(r"[\s\W_]+")
_BEHIND_UNIT = (
    r"(?=$|[^\u4e00-\u9fff]|答|回[复信应答]|已|于|予|作出|做出|进行|办[理结毕复]|处理|正在|解答|反馈|将|受理|核[查实]|查[收处]|转)"
)
_LONGEST_HEAD = 60
_LONGEST_STATE = 80
_SPARE = 3


@dataclass(frozen=True)
class Phrase:
    """What one phrase says: ``question`` and ``reply`` open what somebody says, the others tell where a letter is.

    ``words`` are those that decided; ``named``: a person or a unit is named; ``keyed``: it has a word of asking or
    answering; ``again``: of asking once more.
    """

    kind: Kind
    words: str = ""
    received: str | None = None
    replied: str | None = None
    department: str | None = None
    named: bool = False
    keyed: bool = True
    again: bool = False


@dataclass(frozen=True)
class _Words:
    asked: re.Pattern[str]
    replied: re.Pattern[str]
    came: re.Pattern[str]
    passed: re.Pattern[str]
    persons: re.Pattern[str]
    nobody: re.Pattern[str]
    fillers: re.Pattern[str]
    waiting: re.Pattern[str]
    unit: re.Pattern[str]
    out: re.Pattern[str]
    unanswered: re.Pattern[str]
    answered: re.Pattern[str]
    other_titles: re.Pattern[str]
    other_columns: re.Pattern[str]
    mailbox_columns: re.Pattern[str]
    mailbox_name: re.Pattern[str]
    notices: re.Pattern[str]
    colophon: re.Pattern[str]
    steps: re.Pattern[str]


@lru_cache(maxsize=1)
def phrases() -> _Words:
    """Return the words of phrases, compiled."""
    lists = load("letters")["turns"]
    inside = rf"(?:(?![{lists['not_in_units']}])[\u4e00-\u9fff])"
    unit = rf"{inside}{{1,18}}(?:{_any(lists['unit_endings'])}){_BEHIND_UNIT}"
    listed = ("asked", "replied", "came", "passed", "persons", "nobody", "fillers", "waiting")
    return _Words(
        **{name: re.compile(_any(lists[name])) for name in listed},
        unit=re.compile(unit),
        **{
            name: re.compile(lists[name]) for name in (
                "out", "unanswered", "answered", "other_titles", "other_columns", "mailbox_columns", "mailbox_name",
                "notices", "colophon", "steps",
            )
        },
    )


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(map(str, words), key=len, reverse=True))


@dataclass(frozen=True)
class Dated:
    """A text whose days are masked, character by character, and the days with their places."""

    text: str
    days: tuple[tuple[int, int, str], ...]


def masked(text: str, year_of: str | None = None) -> Dated:
    """Mask the days of a text; a day without a year is the next one after the day ``year_of``."""
    days = [(found.start, found.end, found.day) for found in find_dates(text)]
    for start, end, _ in days:
        text = text[:start] + _MARK * (end - start) + text[end:]
    year = days[0][2] if days else year_of
    if year is None or "月" not in text:
        return Dated(text, tuple(days))
    for match in _SHORT_DAY.finditer(text):
        day = _with_year(int(match[1]), int(match[2]), year)
        if day is not None:
            days.append((match.start(), match.end(), day))
            text = text[:match.start()] + _MARK * (match.end() - match.start()) + text[match.end():]
    return Dated(text, tuple(sorted(days)))


def _with_year(month: int, day: int, after: str) -> str | None:
    for year in (int(after[:4]), int(after[:4]) + 1):
        found = f"{year}-{month:02}-{day:02}"
        if 1 <= month <= 12 and 1 <= day <= 31 and found >= after[:10]:
            return found
    return None


def unit_in(text: str) -> str | None:
    """Return the first unit a phrase names (县住建局), None where it names none."""
    match = phrases().unit.search(text)
    return match.group() if match else None


def opening(dated: Dated, start: int, end: int, *, spoken: bool = True) -> Phrase | None:
    """Read a stretch of a text as what opens somebody's words; None where it is anything else, or says more.

    ``spoken``: a colon or a bracket follows it. Without, a bare day with a unit or a person is an opening too.
    """
    text = dated.text[start:end]
    if not text.strip() or len(_MARKS.sub("", text)) > _LONGEST_HEAD:
        return None
    days = [(at - start, stop - start, day) for at, stop, day in dated.days if start <= at and stop <= end]
    words = phrases()
    folded = _folded(text)
    if "评价" in folded or "满意" in folded:
        return None
    unit = words.unit.search(folded)
    rest = words.unit.sub(lambda match: "，" * len(match.group()), folded)
    named = bool(unit)
    rest, quoted = _QUOTED.subn("，", rest)
    rest, masks = _MASKED.subn("，", rest)
    asked = [match.start() for match in words.asked.finditer(rest)]
    rest, persons = words.persons.subn("，", rest)
    rest, nobody = words.nobody.subn("，", rest)
    replied = [match.start() for match in words.replied.finditer(folded)]
    came, passed = words.came.search(rest), words.passed.search(rest)
    bare = rest
    for pattern in (words.asked, words.replied, words.came, words.passed, words.fillers):
        bare = pattern.sub("，", bare)
    bare = _PLAIN_MARKS.sub("", _MARKS.sub("", bare))
    person = bool(persons or masks)
    if spoken and person and not bare and _GREETING.search(folded):
        return Phrase("reply", "greeting", keyed=False)
    if len(bare) > (_SPARE if person or quoted else 0):
        if bare.upper() not in ("Q", "A"):
            return None
        asked, replied = ([0], []) if bare.upper() == "Q" else ([], [0])
    kind: Kind
    if replied and (not asked or unit or replied[-1] > asked[-1]):
        kind = "reply"
    elif asked and not (unit and not person and not came):
        kind = "question"
    elif came or passed:
        kind = "step"
    elif person and not unit and (days or spoken):
        kind = "question"
    elif (unit or nobody) and days:
        kind = "reply"
    elif unit and spoken and unit.group() == _PLAIN_MARKS.sub("", folded):
        return Phrase("reply", "unit", department=unit.group(), named=True, keyed=False)
    else:
        return None
    received, answered = _told(folded, days, kind)
    if kind == "step" and not came:
        received = None
    return Phrase(
        kind, passed.group() if passed and kind == "step" else "", received, answered,
        unit.group() if unit else None, named or person,
        keyed=bool(asked or replied or came or passed), again=any(word in folded for word in _AGAIN),
    )


def _folded(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text)
    # offsets are those of the text: a character that unfolds to several stays as it is
    return folded if len(folded) == len(text) else text


def _told(text: str, days: list[tuple[int, int, str]], kind: Kind) -> tuple[str | None, str | None]:
    """Return the days of asking and of answering: one day is of what the phrase opens, of two each of its word."""
    if not days:
        return None, None
    if len(days) == 1:
        return (None, days[0][2]) if kind == "reply" else (days[0][2], None)
    return (days[0][2], days[-1][2]) if kind == "reply" else (days[0][2], None)


def _left(text: str) -> str:
    """Return what a sentence says beside units, people and the words of letters and their states; days are masked."""
    words = phrases()
    for pattern in (
        words.unit, words.asked, words.replied, words.came, words.passed, words.persons, words.nobody, words.waiting,
        words.fillers,
    ):
        text = pattern.sub("，", text)
    return _PLAIN_MARKS.sub("", _FIGURES.sub("", _MARKS.sub("", text)))


def state_of(text: str, since: str | None = None, *, labelled: bool = False) -> Phrase | None:
    """Read a text that says nothing but where a letter is; None where it says anything else.

    ``labelled``: it stands behind a label of states. A repetition or a refusal may say why.
    """
    if not text or len(text) > _LONGEST_STATE:
        return None
    words = phrases()
    folded = _folded(text)
    if not labelled and _OWN_WORDS.search(folded):
        return None
    out = words.out.search(folded)
    if out and (labelled or len(_left(words.out.sub("，", masked(folded).text))) <= _SPARE):
        return Phrase("out", out.group())
    dated = masked(folded, since)
    plain = _MARKS.sub("", dated.text)
    unit = words.unit.search(dated.text)
    unanswered, answered = words.unanswered.search(plain), words.answered.search(plain.rstrip("。.!！ "))
    passed, came = words.passed.search(plain), words.came.search(plain)
    if not (unanswered or answered or passed):
        return None
    if len(_left(dated.text)) > 1:
        return None
    department = unit.group() if unit else None
    day = dated.days[-1][2] if dated.days else None
    if unanswered:
        said = next(part for part in _CLAUSES.split(plain) if words.unanswered.search(part))
        return Phrase("waiting", said.strip(" ….。!！"), None, None, department)
    if not answered:
        return Phrase("waiting", "已转办", dated.days[0][2] if came and dated.days else None, None, department)
    return Phrase("answered", "已办结" if "办" in answered.group() else "已答复", None, day, department)
