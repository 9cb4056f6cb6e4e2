"""Days shown on a page as labels of something: ``2026-06-21``, ``[06-21]``, a day above its month, ``发布日期：…``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import lxml.html

from crawler.cms.lexicon import load
from crawler.cms.scan import Scan
from crawler.cms.texts import pieces, squeezed
from crawler.extract.caching import remembered
from crawler.extract.dates import find_dates, month_day, parse_date

_OPEN, _CLOSE = "[({（【〔<《「", "])}）】〕>》」"
_LABEL = re.compile(r"([\w\s　]{0,12}?(?:时间|日期|时\s*间|日\s*期|发布|更新|于)?)\s*[:：]?\s*$")
_AFTER = re.compile(r"(?::\d{1,2}(?:\.\d+)?)?\s*(?:星期.|周.)?\s*(?:[至~—–-].{0,24})?$")
_MONTH_DAY = re.compile(
    r"(?:[01]?\d\s*月\s*[0-3]?\d\s*日|[01]\d\s*[-/.－]\s*[0-3]\d)(?:\s*\d{1,2}[:：]\d{2}(?::\d{2})?)?$"
)
_SHORT_YEAR = re.compile(r"[0-3]\d[-/.][01]\d[-/.][0-3]\d$")
_YEAR_MONTH = re.compile(r"(?:19|20)\d{2}\s*(?:年?|[-/.年－]\s*[01]?\d\s*月?)$")
_YEAR_MONTH_DAY = re.compile(r"((?:19|20)\d{2})\s?[-/.年]\s?(\d{1,2})(?:\s?月\s?|[\s/.-]+)(\d{1,2})日?$")
_DAY_YEAR_MONTH = re.compile(r"(\d{1,2})(?:日|[\s/.-])[\s/.-]*((?:19|20)\d{2})\s?[-/.年]\s?(\d{1,2})\s?月?$")
_MONTH_DAY_YEAR = re.compile(r"(\d{1,2})\s?[-/.月]\s?(\d{1,2})(?:日|[\s/.-])[\s/.-]*((?:19|20)\d{2})年?$")
_YEAR_THEN_DAY = re.compile(r"((?:19|20)\d{2})(?:年|[\s/.-])[\s/.-]*(\d{1,2})\s?[-/.月]\s?(\d{1,2})日?$")
_THREE_YEAR_FIRST = re.compile(r"((?:19|20)\d{2})\s+(\d{1,2})\s+(\d{1,2})$")
_THREE_YEAR_LAST = re.compile(r"(\d{1,2})\s+(\d{1,2})\s+((?:19|20)\d{2})$")
_SENTENCE = re.compile(r"[，。；！？,;!?]")
_ISO_END = re.compile(r"(?:19|20)\d{2}[-/.]\d{1,2}[-/.]\d{1,2}")
_ADDRESS_DAY = re.compile(
    r"(?<!\d)(20\d\d)([01]\d)([0-3]\d)(?!\d(?:\D|$))|(?<!\d)(20\d\d)[-/_]?([01]?\d)[-/_]([0-3]?\d)(?!\d)"
)
_FAR_DAYS = 120
_LONGEST_LABEL = 60
_LONGEST_TITLE = 200
_LONGEST_TILE = 24
_TILE_LEVELS = 2
_MOST_NODES = 12


@dataclass(frozen=True)
class Mark:
    """A day shown in a page.

    ``day`` is ISO, None where only ``month_day`` is shown; ``holder`` the element that shows it; ``label`` the
    words before it in the same text; ``cut`` the piece of a link's own text that is the day, where it is one.
    """

    holder: lxml.html.HtmlElement
    day: str | None
    month_day: tuple[int, int] | None = None
    label: str = ""
    cut: str = ""


def find_marks(seen: Scan) -> list[Mark]:
    """Return the days shown in a tree, of which ``seen`` are the telling texts, in document order.

    Days told in sentences are none.
    """
    marks: list[Mark] = []
    tiles: set[lxml.html.HtmlElement] = set()
    for text, holder in seen.days:
        mark = _mark(text.strip(), holder)
        if mark is None or mark.holder in tiles:
            continue
        if mark.holder is not holder:
            tiles.add(mark.holder)
        marks.append(mark)
    return marks


@remembered
def label_weight(label: str) -> int:
    """Return how well a label fits the day a list shows beside a title: 0 never, 3 surely."""
    words = _label_words()
    for weight, name in ((0, "never"), (3, "shown"), (1, "other")):
        if any(word in label for word in words[name]):
            return weight
    return 2


def dated_title(text: str) -> tuple[str, str] | None:
    """Return the day set at the end or the head of a link's text, and the piece of text that shows it.

    A day inside a title (关于5月1日停水的通知) is none: it must be bracketed, or apart, or in figures only.
    """
    for found in find_dates(text):
        piece = text[found.start:found.end]
        before, after = text[: found.start], text[found.end:]
        whole_end, whole_start = not _AFTER.sub("", after.strip(_CLOSE + " ")), not before.strip(_OPEN + " ")
        apart = bool(_ISO_END.match(piece))
        if whole_end and (apart or before[-1:] in _OPEN or before[-1:].isspace()):
            return found.day, text[len(before.rstrip(_OPEN + " ")):]
        if whole_start and (apart or after[:1] in _CLOSE or after[:1].isspace()):
            return found.day, text[: len(text) - len(after.lstrip(_CLOSE + " "))]
    return None


def days_in_address(url: str) -> Iterator[str]:
    """Yield the days an address names (``t20260621_…``, ``/2026/6/21/``, ``20260621153312.html``)."""
    for match in _ADDRESS_DAY.finditer(url):
        year, month, day = (group for group in match.groups() if group)
        found = parse_date(f"{year}-{month}-{day}")
        if found:
            yield found[:10]


def with_year(shown: tuple[int, int], url: str, over: int | None, newest: str | None) -> str | None:
    """Return the ISO day of a month and day shown without a year; None where the year cannot be told.

    The article's address decides where it names a day not far from it, else the year in the words ``over`` the
    list, else the ``newest`` other day of the list: the day meant is the latest one that is not after it.
    """
    for named in days_in_address(url):
        year = int(named[:4])
        near = [day for step in (-1, 0, 1) if (day := _iso(year + step, shown))]
        distance, day = min(((_days_between(day, named), day) for day in near), default=(_FAR_DAYS + 1, ""))
        if distance <= _FAR_DAYS:
            return day
    if over is not None:
        return _iso(over, shown)
    if newest is None:
        return None
    year = int(newest[:4])
    day_meant = _iso(year, shown)
    return day_meant if day_meant and day_meant <= newest else _iso(year - 1, shown)


def _days_between(one: str, other: str) -> int:
    return abs((date.fromisoformat(one) - date.fromisoformat(other)).days)


def _iso(year: int, shown: tuple[int, int]) -> str | None:
    return parse_date(f"{year}-{shown[0]}-{shown[1]}")


@lru_cache(maxsize=1)
def _label_words() -> dict[str, list[str]]:
    words: dict[str, list[str]] = load("lists")["date_labels"]
    return words


def _mark(text: str, holder: lxml.html.HtmlElement) -> Mark | None:
    bare = text.strip(_OPEN + _CLOSE + " ")
    if _YEAR_MONTH.match(bare):
        return _tile(holder)
    if _SHORT_YEAR.match(bare):
        day = parse_date(f"20{bare.replace('.', '-')}")
        return Mark(holder, day) if day else None
    if len(bare) <= 20 and _MONTH_DAY.match(bare):
        shown = month_day(bare.replace(".", "-"))
        return _tile(holder) or (Mark(holder, None, shown) if shown else None)
    if len(text) <= _LONGEST_LABEL:
        mark = _labelled(text, holder)
        if mark:
            return mark
    return _inside_title(text, holder) if len(text) <= _LONGEST_TITLE else None


def _labelled(text: str, holder: lxml.html.HtmlElement) -> Mark | None:
    for found in find_dates(text):
        before = text[: found.start].strip(_OPEN + " ")
        after = text[found.end:].strip(_CLOSE + " ")
        label = _LABEL.fullmatch(before)
        if label and _AFTER.match(after):
            return Mark(holder, found.day, label=squeezed(label.group(1)))
        if holder.tag != "a" and not _SENTENCE.search(text) and _stands_out(before, after):
            return Mark(holder, found.day, label=before)
    return None


def _stands_out(before: str, after: str) -> bool:
    """Whether a day amid other words of one text is a value of its own (``来源：某局 2026-06-21 浏览：3``)."""
    return before[-1:] in ":：|｜/" or not before or not after or after[0] in "|｜/ 浏阅点来作"


def _inside_title(text: str, holder: lxml.html.HtmlElement) -> Mark | None:
    node, levels = holder, 0
    while node is not None and node.tag != "a" and levels < 3:
        node, levels = node.getparent(), levels + 1
    if node is None or node.tag != "a":
        return None
    found = dated_title(squeezed(text))
    return Mark(holder, found[0], cut=found[1]) if found else None


def _tile(holder: lxml.html.HtmlElement) -> Mark | None:
    """Return the day an element shows in parts: a big 21 over 2026-06, or 06-21 over 2026."""
    node = holder
    for _ in range(_TILE_LEVELS + 1):
        if node is None or not isinstance(node.tag, str):
            return None
        text = _brief(node)
        if text is None:
            return None
        day = _in_parts(text)
        if day:
            return Mark(node, day)
        node = node.getparent()
    return None


def _brief(node: lxml.html.HtmlElement) -> str | None:
    """Return the few words of a small element, None for one that holds more."""
    if any(at > _MOST_NODES for at, _ in enumerate(node.iter())):
        return None
    text = squeezed(" ".join(pieces(node))).strip(_OPEN + _CLOSE + " ")
    return text if len(text) <= _LONGEST_TILE else None


def _in_parts(text: str) -> str | None:
    for pattern, order in (
        (_THREE_YEAR_FIRST, (0, 1, 2)), (_THREE_YEAR_LAST, (2, 1, 0)),
        (_YEAR_MONTH_DAY, (0, 1, 2)), (_DAY_YEAR_MONTH, (1, 2, 0)),
        (_MONTH_DAY_YEAR, (2, 0, 1)), (_YEAR_THEN_DAY, (0, 1, 2)),
    ):
        match = pattern.match(text)
        if match:
            year, month, day = (match.groups()[at] for at in order)
            found = parse_date(f"{year}-{month}-{day}")
            if found:
                return found[:10]
    return None
