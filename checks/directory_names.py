"""How the items of a directory and the columns of a site name one another, enumerations and contractions among them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from checks.columns import Column
from checks.lexicon import any_of, lexicon
from checks.site import Site
from checks.subjects import library_of, names_on
from checks.titles import key, key_of_text
from crawler.snapshot.reader import Page

# two enumerated things are contracted by no more letters than that, and no part of them is shorter
_SHORTENED, _LEAST_PART, _TELLING = 3, 2, 4
# where so many columns of one group stand in a directory and so few do not, the group is what it is about
_GROUP, _FEW, _MOSTLY, _TOP = 8, 0.2, 0.5, 2


@dataclass(frozen=True)
class Group:
    """Columns beside one another under a name: how many, how many a directory lists, those it does not."""

    name: str
    size: int
    listed: int
    columns: list[Column]


def parts_of(name: str) -> list[str]:
    """Return the keys of what a name enumerates (行政处罚、行政强制), its own alone where it enumerates nothing."""
    parts = [part for part in map(key, any_of([lexicon("directory")["and"]]).split(name)) if part]
    return parts if len(parts) > 1 and all(len(part) >= _LEAST_PART for part in parts) else [key(name)]


def is_within(part: str, name: str) -> bool:
    """Whether a name holds a part, be it contracted with another (财政预算 in 财政预决算)."""
    if part in name:
        return True
    if len(part) <= _LEAST_PART or not len(part) < len(name) <= len(part) + _SHORTENED:
        return False
    letters = iter(name)
    return all(letter in letters for letter in part)


def is_on_site(site: Site, name: str) -> bool:
    """Whether a column, a link or a title of the site is called as an item of a directory is."""
    if _is_called(site, key(name)):
        return True
    parts = parts_of(name)
    if len(parts) == 1:
        return False
    names, joined = {entry.name for entry in names_on(site)}, "".join(parts)
    if any("".join(parts_of(one)) == joined for one in names):
        return True
    return all(any(is_within(part, one) for one in names) or _is_called(site, part) for part in parts)


def _is_called(site: Site, plain: str) -> bool:
    for entry in names_on(site):
        if plain in entry.name or (len(entry.name) >= _TELLING and entry.name in plain):
            return True
    return any(plain in entry.plain_title for entry in library_of(site).entries)


class Surroundings:
    """The columns of a site beside one another, and the texts of its directories, made ready once."""

    def __init__(self, site: Site, directories: list[Page]) -> None:
        self._texts = {page.url: key_of_text(page.text) for page in directories}
        self._groups = {trail: columns for trail, columns in _groups(site).items() if len(columns) >= _GROUP}

    def unlisted(self, items: list[str], directory: Page) -> Iterator[Group]:
        """Yield the columns that no directory speaks of, though one lists nearly all that stand beside them."""
        if len(items) < _GROUP:
            return
        names, own = [parts_of(item) for item in items], self._texts[directory.url]
        for trail, columns in self._groups.items():
            spare = min(len(columns) - _GROUP, int(_FEW * len(columns)))
            absent = list(islice((one for one in columns if not _is_listed(one.name, names, own)), spare + 1))
            listed = len(columns) - len(absent)
            if len(absent) > spare or listed < _MOSTLY * len(items):
                continue
            others = [text for url, text in self._texts.items() if url != directory.url]
            absent = [one for one in absent if not any(_is_listed(one.name, [], text) for text in others)]
            if absent:
                yield Group(trail[-1], len(columns), listed, absent)


def _groups(site: Site) -> dict[tuple[str, ...], list[Column]]:
    groups: dict[tuple[str, ...], list[Column]] = {}
    foreign = any_of(lexicon("directory")["not_items"])
    for column in site.columns:
        trail = column.page.record.breadcrumb or []
        # beside one another under a name of their own: all of a site may stand under its home page
        if len(trail) > _TOP and key(trail[-1]) == key(column.name) and not foreign.search(column.name):
            groups.setdefault(tuple(trail[:-1]), []).append(column)
    return groups


def _is_listed(name: str, items: list[list[str]], text: str) -> bool:
    """Whether a directory, by its items or anywhere in its text, speaks of what a column is called."""
    own, plain = parts_of(name), key(name)
    if all(part in text for part in own):
        return True
    return any(
        all(is_within(part, plain) for part in parts) or any(is_within(plain, part) for part in parts)
        for parts in items
    )
