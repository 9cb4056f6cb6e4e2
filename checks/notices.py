"""Notices that stand in two columns with one differing figure: the same words, title, day and source."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from checks.days import day_of
from checks.lexicon import any_of, lexicon
from checks.site import Site
from checks.titles import key, key_of_text
from crawler.snapshot.reader import Page

# a text shorter than this says too little to be known again
_LEAST_TEXT = 40
_FRAME_LINE = 60
_AROUND = 20
# no amount in a notice has so many digits without a unit
_PHONE = 7
# where more amounts than this differ they are two matters told in one form of words
_MOST_DIFFERING = 3
# a day is told by two or three figures: of amounts and days together so many may differ
_MOST_TOLD = 6
# copies that were published so many days apart
_NEAR = 10
# a text so long that tells so many figures alike is told twice, even where as few differ
_LONG_TEXT, _MANY_ALIKE, _FEW_DIFFERING = 150, 5, 2
_YEAR = re.compile(r"(?:19|20)\d\d")
_NUMERALS = "〇零一二两三四五六七八九十百千"
_FIGURE = re.compile(rf"\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|[{_NUMERALS}]+")
# figures typed wide, and their points
_NARROW = str.maketrans("０１２３４５６７８９．", "0123456789.")
# stands for a figure where texts are compared: a character that such texts do not hold
_MASK = "\u3402"

Meaning = Literal["measure", "serial", "day", "other"]


@dataclass(frozen=True)
class _Figure:
    """One figure of a text: as written, what it tells, the words around it."""

    written: str
    meaning: Meaning
    shown: str

    @property
    def value(self) -> float | str:
        """What it amounts to; a numeral in characters is compared as written."""
        plain = self.written.replace(",", "")
        return float(plain) if plain[0].isdigit() else plain.replace("两", "二")


def may_be_notice(title: str) -> bool:
    """Whether a title is that of a notice or a list of rates, that tells one thing and no batch of many."""
    words = lexicon("notices")
    plain = re.sub(r"[（(][^（）()]*[）)]$", "", title.strip()).rstrip("》")
    return bool(any_of(words["titles"]).search(plain)) and not any_of(words["reports"]).search(title)


@dataclass(frozen=True)
class Difference:
    """The first figure two copies of a notice tell differently, with the words around it.

    ``sure``: the only one, and an amount, a rate or a term: days and telephones are easily changed in one place alone.
    """

    one: str
    other: str
    sure: bool


def may_be_retold(title: str) -> bool:
    """Whether a title is none of those that several pieces of one day bear alike."""
    return not any_of(lexicon("notices")["batches"]).search(title)


def differing_figure(site: Site, one: Page, other: Page, *, alone: bool) -> Difference | None:
    """Return what two copies tell differently first; None for no copies, and where they do not differ.

    Copies: the same day, in two columns, word for word the same but for a figure or a few amounts, and either a notice
    of one source, or so long and with so many figures alike that it is told twice, though another passes it on. Where
    no further page has their title (``alone``), a notice of one source may have been published a few days apart.
    """
    if not _are_copies(site, one, other, _NEAR if alone else 0):
        return None
    bodies = _body(one), _body(other)
    pairs = _figures_aside(*bodies)
    if pairs is None:
        return None
    differing = [(a, b) for a, b in pairs if a.value != b.value]
    first, second = differing[0] if differing else (None, None)
    if first is None or second is None:
        return None
    same_day = _day(one) == _day(other)
    if _are_notices(one, other) and all(_are_of_a_kind(*pair) for pair in differing):
        amounts = [pair for pair in differing if pair[0].meaning == "measure"]
        if same_day and len(differing) <= _MOST_DIFFERING and (len(differing) in (1, len(amounts))):
            return Difference(first.shown, second.shown, sure=len(differing) == len(amounts) == 1)
        if alone and 0 < len(amounts) <= _MOST_DIFFERING and len(differing) <= _MOST_TOLD and not _recurs(one):
            return Difference(amounts[0][0].shown, amounts[0][1].shown, sure=False)
    if same_day and len(bodies[0]) >= _LONG_TEXT and _is_told_twice(pairs) and _may_pass_on(one, other):
        return Difference(first.shown, second.shown, sure=False)
    return None


def _is_told_twice(pairs: list[tuple[_Figure, _Figure]]) -> bool:
    """Whether of many figures one or two differ, which are no numbers of batches or cases."""
    differing = [(a, b) for a, b in pairs if a.value != b.value]
    alike = {a.written for a, b in pairs if a.value == b.value and not _YEAR.fullmatch(a.written)}
    meant = all(a.meaning == b.meaning != "serial" and type(a.value) is type(b.value) for a, b in differing)
    return len(differing) <= _FEW_DIFFERING and len(alike) >= _MANY_ALIKE and meant


def _are_notices(one: Page, other: Page) -> bool:
    """Whether both are notices of one organ."""
    sources = [_source(page) for page in (one, other)]
    return bool(sources[0]) and sources[0] == sources[1] and may_be_notice(one.record.title or "")


def _may_pass_on(one: Page, other: Page) -> bool:
    """Whether both are of one source, or one is of a source that passes on what others publish."""
    sources = [_source(page) for page in (one, other)]
    general = re.compile(lexicon("notices")["general_sources"])
    return sources[0] == sources[1] or any(not source or general.search(source) for source in sources)


def _are_of_a_kind(one: _Figure, other: _Figure) -> bool:
    told = one.meaning == other.meaning and one.meaning in ("measure", "day")
    return told and type(one.value) is type(other.value)


def _recurs(page: Page) -> bool:
    """Whether a title is that of a notice that comes again and again with other amounts (调整成品油价格)."""
    return bool(re.search(lexicon("notices")["recurring"], page.record.title or ""))


def _day(page: Page) -> date | None:
    return day_of(page.record.published)


def _are_copies(site: Site, one: Page, other: Page, apart: int) -> bool:
    if one.record.script_shell or other.record.script_shell:
        return False
    days = _day(one), _day(other)
    if days[0] is None or days[1] is None or abs((days[0] - days[1]).days) > apart:
        return False
    numbers = [key(page.record.attributes.document_number or "") for page in (one, other)]
    if numbers[0] != numbers[1]:
        return False
    columns = [site.column_of(page.url) for page in (one, other)]
    return columns[0] is not None and columns[1] is not None and columns[0].url != columns[1].url


def _source(page: Page) -> str:
    return key(page.record.source or page.record.attributes.issuer or "")


def _body(page: Page) -> str:
    frame = re.compile(lexicon("notices")["frame"])
    lines = (line for line in page.text.splitlines() if len(line) > _FRAME_LINE or not frame.search(line))
    return re.sub(r"\s+", "", "\n".join(lines)).translate(_NARROW)


def _figures_aside(one: str, other: str) -> list[tuple[_Figure, _Figure]] | None:
    """Return the figures of two texts side by side; None where the texts differ in anything else."""
    masked = [key_of_text(_FIGURE.sub(_MASK, text)) for text in (one, other)]
    if masked[0] != masked[1] or len(masked[0]) < _LEAST_TEXT:
        return None
    return list(zip(_figures(one), _figures(other), strict=True))


def _figures(text: str) -> list[_Figure]:
    return [
        _Figure(match.group(), _meaning(text, match), text[max(0, match.start() - _AROUND):match.end() + _AROUND])
        for match in _FIGURE.finditer(text)
    ]


def _meaning(text: str, match: re.Match[str]) -> Meaning:
    words = lexicon("notices")
    before, after = text[max(0, match.start() - 4):match.start()], text[match.end():match.end() + 8]
    if re.search(words["serial_before"], before) or re.search(words["serial_after"], after):
        return "serial"
    if re.match(words["calendar"], after):
        return "day"
    if re.match(words["units"], after):
        return "measure"
    told = re.search(words["days_after"], after) or re.search(words["phone_before"], before)
    return "day" if told or len(match.group()) >= _PHONE else "other"
