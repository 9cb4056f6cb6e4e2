"""Lists that come as data: JSON and JSONP answers, and arrays of rows that stand in a page's script."""

from __future__ import annotations

import html as entities
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

import chompjs

from crawler.cms.addresses import Resolver
from crawler.cms.steps import Length, bare, names
from crawler.cms.texts import is_title, squeezed
from crawler.extract.dates import parse_date
from crawler.snapshot.records import ListItem

_CHINA = timezone(timedelta(hours=8))
_WRAPPED = re.compile(r"(?:/\*.{0,200}?\*/)?\s*(?:typeof\s+[\w.$]+\s*===?\s*['\"]function['\"]\s*&&\s*)?"
                      r"(?:[\w$.]{1,100}\s*\(|(?:var\s+|let\s+|const\s+)?[\w$.]{1,100}\s*=)\s*(?=[\[{])", re.DOTALL)
_GUARD = re.compile(r"(?:\)\]\}',?|while\(1\);|for\(;;\);)\s*")
_TAG = re.compile(r"</?[A-Za-z!][^<>]{0,400}>")
_ADDRESS = re.compile(r"[\w./?%-]", re.ASCII)
_COMPACT = re.compile(r"(?:19|20)\d{6}(?:\d{6})?")
_UTC = re.compile(r"\d(?:Z|[+-]00:?00)$")
_MARKUP = re.compile(r"<(?:li|a|tr|dl|dd|ul|table|div|p)\b", re.IGNORECASE)
_MOST_NODES = 200_000
_MOST_ROWS = 5_000
_DEEPEST = 12
_NESTED_TEXT = 2_000_000
_SAMPLE = 40
_TYPED = re.compile(r"_(?:s|t|dt|tdt|txt|str)$")
_MOST_CELLS = 30
_MOST_TITLE = 500
_SHORTEST_STEM = 6
_HALF = 0.5
_EARLIEST, _LATEST = 631_152_000, 4_102_444_800


@dataclass
class Found:
    """A list found in data: its rows, what the data says of its length, the number it gives its page.

    ``markup`` is the HTML of the list where the data carries that in place of rows.
    """

    items: list[ListItem] = field(default_factory=list)
    total: int | None = None
    pages: int | None = None
    size: int | None = None
    current: int | None = None
    markup: str | None = None

    @property
    def length(self) -> Length:
        """What is known of the list's length."""
        return Length(self.total, self.pages, self.size, len(self.items))


def read_data(text: str) -> Any:
    """Return what a body that is JSON or JSONP says, None where it is neither.

    Tolerated are a callback or a variable around it, guards against inclusion, and control characters in strings.
    """
    text = text.strip().lstrip("\ufeff")
    text = _GUARD.sub("", text, count=1) if text[:1] in (")", "w", "f") else text
    if text[:1] not in ("{", "["):
        wrapped = _WRAPPED.match(text)
        if wrapped is None:
            return None
        text = text[wrapped.end():].rstrip(" \t\r\n;)")
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def loose_data(text: str) -> Any:
    """Return what an object or array literal of a script says, None where it cannot be read."""
    try:
        return chompjs.parse_js_object(text)
    except (ValueError, RecursionError, TypeError, IndexError):
        return None


def find_list(data: Any, base: str) -> Found | None:
    """Return the list some data holds, None where there is none; ``base`` resolves its addresses.

    The array of objects is taken that has most rows with a title and an address or a day; where there is none, the
    longest text of markup that has links.
    """
    resolve = Resolver(base)
    best: tuple[int, Found] | None = None
    markup = ""
    empty: Found | None = None
    for value, above in _walk(data):
        if isinstance(value, str):
            if len(value) > len(markup) and _MARKUP.search(value):
                markup = value
        elif value:
            items = _items(value, resolve)
            weight = sum(1 + bool(item.href) + bool(item.date) for item in items)
            if items and (best is None or weight > best[0]):
                best = weight, _told(Found(items), above, len(items))
        elif empty is None and (found := _told(Found(), above, 0)).total == 0:
            empty = found
    if best is not None:
        return best[1]
    if markup:
        return Found(markup=markup)
    return empty


def _walk(data: Any) -> Iterator[tuple[Any, tuple[dict[str, Any], ...]]]:
    """Yield the arrays and the texts of some data with the objects around each, the innermost first."""
    waiting: list[tuple[Any, tuple[dict[str, Any], ...], int]] = [(data, (), 0)]
    seen = 0
    while waiting:
        value, above, depth = waiting.pop()
        seen += 1
        if seen > _MOST_NODES or depth > _DEEPEST:
            continue
        if isinstance(value, str):
            inner = read_data(value) if value[:1] in ("{", "[") and len(value) < _NESTED_TEXT else None
            if inner is not None:
                waiting.append((inner, above, depth + 1))
            else:
                yield value, above
        elif isinstance(value, dict):
            waiting += [
                (child, (value, *above[:3]), depth + 1) for child in reversed(list(value.values()))
                if isinstance(child, dict | list | str)
            ]
        elif isinstance(value, list):
            yield value, above
            waiting += [
                (child, above, depth + 1) for child in reversed(value[:_MOST_ROWS]) if isinstance(child, dict | list)
            ]


def _items(rows: list[Any], resolve: Resolver) -> list[ListItem]:
    objects = [_flat(row) for row in rows[:_MOST_ROWS] if isinstance(row, dict)] or _of_cells(rows)
    if len(objects) < len(rows[:_MOST_ROWS]) * _HALF or not objects:
        return []
    sample = objects[:_SAMPLE]
    title = _key(sample, "title", _is_title)
    if title is None:
        return []
    address = _key(sample, "address", _is_address)
    day = _key(sample, "day", lambda value: read_day(value) is not None)
    if address is None and day is None:
        return []
    items = []
    for row in objects:
        words = _fuller(_words(row.get(title)), row)
        if not words:
            continue
        href = row.get(address) if address else None
        url = resolve(href) if isinstance(href, str) and _is_address(href) else None
        items.append(ListItem(title=words, href=url or "", date=read_day(row.get(day)) if day else None))
    return items


def _of_cells(rows: list[Any]) -> list[dict[str, Any]]:
    """Return rows that are arrays of cells as objects: what a cell is, the first row's values tell."""
    cells = [row for row in rows[:_MOST_ROWS] if isinstance(row, list) and 2 <= len(row) <= _MOST_CELLS]
    if len(cells) < 2:
        return []
    first = list(enumerate(cells[0]))
    day = next((at for at, cell in first if isinstance(cell, str) and read_day(cell)), None)
    address = next((at for at, cell in first if _is_address(cell) and "/" in cell and at != day), None)
    title = next((at for at, cell in first if _is_title(cell) and at not in (day, address)), None)
    if day is None or address is None or title is None:
        return []
    return [
        {"title": row[title], "url": row[address], "date": row[day]} for row in cells
        if len(row) > max(title, address, day)
    ]


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row's fields by bare name, those of an object inside it where it has none of that name itself."""
    flat: dict[str, Any] = {}
    inner: list[dict[str, Any]] = []
    for name, value in row.items():
        if isinstance(value, dict):
            inner.append(value)
        elif isinstance(value, str | int | float):
            flat.setdefault(bare(_TYPED.sub("", str(name))), value)
    for other in inner[:8]:
        for name, value in other.items():
            if isinstance(value, str | int | float):
                flat.setdefault(bare(str(name)), value)
    return flat


def _key(rows: list[dict[str, Any]], kind: str, fits: Any) -> str | None:
    """Return the name of the field that most rows of a sample have with a fitting value, by the names' order."""
    known = {name for row in rows for name in row}
    never = names("day_never") if kind == "day" else ()
    candidates = [name for name in names(kind) if name in known]
    candidates += sorted(
        name for name in known
        if name not in candidates and name not in never and name.endswith(names(f"{kind}_ends"))
    )
    best: tuple[int, str] | None = None
    for name in candidates:
        fitting = sum(1 for row in rows if fits(row.get(name)))
        if fitting and (best is None or fitting > 2 * best[0]):
            best = fitting, name
    return best[1] if best and best[0] >= len(rows) * _HALF else None


def _words(value: Any) -> str:
    if not isinstance(value, str):
        return ""
    return squeezed(entities.unescape(_TAG.sub("", value[:4 * _MOST_TITLE])))[:_MOST_TITLE]


def _fuller(words: str, row: dict[str, Any]) -> str:
    """Return a title, or what another field of the row says in full where it is cut with ``...``."""
    stem = words.rstrip(".…。")
    if stem == words or len(stem) < _SHORTEST_STEM:
        return words
    whole = (_words(value) for value in row.values() if isinstance(value, str) and len(value) < 2 * _MOST_TITLE)
    return next((other for other in whole if other.startswith(stem) and other.rstrip(".…。") != stem), words)


def _is_title(value: Any) -> bool:
    words = _words(value)
    return is_title(words) and not words.startswith(("http://", "https://", "/")) and parse_date(words) != words[:10]


def _is_address(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    text = value.strip()
    return bool(text) and len(text) < 2000 and bool(_ADDRESS.match(text)) and any(sign in text for sign in "/.?") and (
        not any(character.isspace() for character in text)
    )


def read_day(value: Any) -> str | None:
    """Return the ISO day a field says: a date in words, or seconds or milliseconds since 1970 in China's time."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        value = int(value) if abs(value) < 1e15 else 0
    text = str(value).strip() if isinstance(value, int | str) else ""
    if not text or len(text) > 60:
        return None
    if _COMPACT.fullmatch(text):
        return parse_date(f"{text[:4]}-{text[4:6]}-{text[6:8]}")
    if text.isdecimal() and text.isascii():
        seconds = int(text) // 1000 if len(text) == 13 else int(text) if len(text) in (9, 10) else 0
        return None if not _EARLIEST < seconds < _LATEST else datetime.fromtimestamp(seconds, _CHINA).date().isoformat()
    if "T" in text and _UTC.search(text):
        try:
            return datetime.fromisoformat(text).astimezone(_CHINA).date().isoformat()
        except (ValueError, OverflowError):
            return None
    found = parse_date(text)
    return found[:10] if found else None


def _told(found: Found, above: tuple[dict[str, Any], ...], shown: int) -> Found:
    """Fill in what the objects around the rows say of the list's length, the innermost first."""
    for holder in above:
        numbers = _numbers(holder)
        for name, value in holder.items():
            if isinstance(value, dict) and "pag" in str(name).lower():
                numbers = {**_numbers(value), **numbers}
        if found.total is None:
            found.total = _first(numbers, "total", least=shown)
        if found.pages is None:
            found.pages = _first(numbers, "pages", least=1 if shown else 0)
        if found.size is None:
            found.size = _first(numbers, "size", least=max(1, shown))
        if found.current is None:
            found.current = _first(numbers, "current", least=0)
    if found.total is not None and found.pages is not None and found.pages > max(1, found.total):
        found.pages = None
    return found


def _numbers(holder: dict[str, Any]) -> dict[str, int | None]:
    return {bare(str(name)): _count(value) for name, value in holder.items() if isinstance(value, int | str)}


def _first(numbers: dict[str, int | None], kind: str, *, least: int) -> int | None:
    for name in names(kind):
        number = numbers.get(name)
        if number is not None and number >= least:
            return number
    return None


def _count(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if 0 <= value < 10**9 else None
    return int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 10 else None


