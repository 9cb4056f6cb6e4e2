"""Published counts of letters (来信统计): what they say, for which days, and whether the letters shown agree."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from checks.days import day_of
from checks.letter_states import is_out, looks_answered, says_unanswered
from checks.letters import SiteLetter
from checks.lexicon import lexicon

_SENTENCE = re.compile(r"[^。；;\n]+")
_SHOWN = 60
_YEAR = r"(20\d\d)\s*年(?:度)?"
_MONTHS = re.compile(_YEAR + r"\s*(\d{1,2})\s*(?:月份?)?\s*(?:[-—–~～至到]+\s*(\d{1,2})\s*)?月")
_QUARTER = re.compile(_YEAR + r"\s*第?\s*([一二三四1-4])\s*季度")
_HALF = re.compile(_YEAR + r"\s*(上|下)半年")
_WHOLE = re.compile(_YEAR)
_BY_DAY = re.compile(
    r"\d\s*月\s*\d{1,2}\s*[日号]|截[至止](?!目前)|(?<!开通)(?<!运行)以来|今日|昨日|本[周月日]|上[周月]|今年|本年|去年"
)


@dataclass(frozen=True)
class Statistic:
    """What one sentence says: letters received, answered, published, the share answered (per cent), the days it is for.

    ``start`` and ``end`` are None where it names no days: it then speaks of all letters.
    """

    text: str
    received: int | None
    answered: int | None
    published: int | None
    rate: float | None
    start: date | None
    end: date | None

    @property
    def says_all_answered(self) -> bool:
        """Whether by it no letter is without an answer."""
        return self.rate == 100 or (self.received is not None and self.received == self.answered)


def statistics_in(text: str, heading: str = "") -> list[Statistic]:
    """Return what the sentences of a text say of letters' numbers; days a ``heading`` names are those of them all."""
    words = lexicon("replies")["statistics"]
    headed = span_of(heading)
    found = []
    for match in _SENTENCE.finditer(text):
        sentence = " ".join(match.group().split())
        own = span_of(sentence)
        if headed is None and own is None and _BY_DAY.search(sentence):
            continue
        start, end = headed or own or (None, None)
        numbers = [_number(words[name], sentence) for name in ("received", "answered", "published", "rate")]
        if any(number is not None for number in numbers) and not re.search(words["not_counted"], sentence):
            received, answered, published = (None if number is None else int(number) for number in numbers[:3])
            found.append(Statistic(sentence[:_SHOWN], received, answered, published, numbers[3], start, end))
    return found


def _number(pattern: str, sentence: str) -> float | None:
    match = re.search(pattern, sentence)
    return float(next(group for group in match.groups() if group)) if match else None


def span_of(text: str) -> tuple[date, date] | None:
    """Return the first and last day of the month, months, quarter, half or year a text names; None: it names none."""
    if match := _MONTHS.search(text):
        first, last = int(match[2]), int(match[3] or match[2])
    elif match := _QUARTER.search(text):
        last = 3 * (("一二三四".find(match[2]) + 1) or int(match[2]))
        first = last - 2
    elif match := _HALF.search(text):
        first, last = (1, 6) if match[2] == "上" else (7, 12)
    elif match := _WHOLE.search(text):
        first, last = 1, 12
    else:
        return None
    year = int(match[1])
    if not 1 <= first <= last <= 12:
        return None
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


@dataclass(frozen=True)
class Disagreement:
    """One way a statistic and the letters shown differ, in Chinese; ``sure``: they speak of the same letters."""

    words: str
    sure: bool


def compare(said: Statistic, letters: list[SiteLetter]) -> Disagreement | None:
    """Hold a statistic against all letters a column shows; None where they agree, or need not.

    A site may publish fewer letters than it received, never more.
    """
    dated = [day_of(entry.letter.received) for entry in letters]
    if said.start is not None and said.end is not None:
        meant = [
            entry for entry, day in zip(letters, dated, strict=True)
            if day is not None and said.start <= day <= said.end
        ]
        certain = None not in dated
    else:
        meant, certain = letters, True
    shown = len(meant)
    if said.received is not None and shown > said.received:
        # of letters counted as valid the page need not say which of those it shows are none
        counted = re.search(lexicon("replies")["statistics"]["valid_only"], said.text)
        if counted is None:
            return Disagreement(f"统计收到 {said.received} 件，列表列出 {shown} 件", sure=True)
        valid_shown = sum(not is_out(entry) for entry in meant)
        if valid_shown <= said.received:
            return None
        return Disagreement(f"统计收到有效来信 {said.received} 件，列表列出 {valid_shown} 件", sure=False)
    if said.published is not None and shown != said.published and certain:
        return Disagreement(f"统计公开 {said.published} 件，列表列出 {shown} 件", sure=shown > said.published)
    valid = [entry for entry in meant if not is_out(entry)]
    waiting = [entry for entry in valid if says_unanswered(entry)]
    if waiting and said.says_all_answered:
        return Disagreement(f"统计全部办结，列表中有 {len(waiting)} 件注明尚未答复", sure=True)
    # the same number of letters: these are the letters counted
    if said.received == shown and said.answered is not None and certain:
        answered = sum(looks_answered(entry) for entry in meant)
        if answered < said.answered and answered + len(waiting) == shown:
            return Disagreement(f"统计答复 {said.answered} 件，列表中已答复 {answered} 件", sure=True)
    return None
