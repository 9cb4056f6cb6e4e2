"""The words papers have in common: days, numerals, names and what findings say, fit to be sent."""

from __future__ import annotations

from datetime import date

from checks.masking import masked_text
from checks.model import Finding
from reports.text import clip, legible
from reports.writers.paper import Link

MESSAGE = 160
NAME = 60
TOLD = 300
ADDRESS = 120
_DIGITS = "〇一二三四五六七八九"


def spoken_day(day: date | str) -> str:
    """Return a day as one writes it in a letter: 2026年11月20日."""
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return f"{day.year}年{day.month}月{day.day}日"


def numeral(number: int) -> str:
    """Return 1 to 99 in Chinese: 一, 十二, 三十."""
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def shown_address(finding: Finding) -> Link:
    """Return the address at which a person sees a finding, cut to size, a link only to the web."""
    return Link(clip(legible(finding.url), ADDRESS), finding.url)


def shown_message(finding: Finding) -> str:
    """Return what a finding says, legible, cut to size, numbers of persons covered."""
    return clip(masked_text(legible(finding.message)), MESSAGE)


def name_of(text: str) -> str:
    """Return a name or title on one line, legible, cut to size, numbers of persons covered."""
    return clip(masked_text(legible(text)).replace("\n", " "), NAME)


def told(text: str) -> str:
    """Return a sentence on one line, as a name is but longer, without its full stop."""
    return clip(masked_text(legible(text)).replace("\n", " "), TOLD).rstrip("。")


def share(ratio: float) -> str:
    """Return a share as a percentage, rounded down: what is not whole never reads 100%."""
    return f"{int(ratio * 1000) / 10:g}%"

