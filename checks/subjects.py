"""Subjects (主题) looked for on a site: their alternatives, the names of its columns, the texts of a period."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from weakref import WeakKeyDictionary

from checks.days import day_of
from checks.lexicon import any_of, lexicon
from checks.site import Site
from checks.titles import key, key_of_text

# names of columns are short; a longer text is a title
_LONGEST_NAME, _SLACK = 24, 8


@lru_cache(maxsize=4096)
def alternatives(subject: str) -> tuple[str, ...]:
    """Return the keys a subject (``甲|乙``) may be named by: as written first, then the synonyms of each."""
    written = [key(part) for part in subject.split("|") if key(part)]
    groups = [[key(word) for word in group] for group in lexicon("subjects")["synonyms"]]
    meant = [word for group in groups if set(written) & set(group) for word in group]
    return tuple(dict.fromkeys([*written, *meant]))


@lru_cache(maxsize=4096)
def written(subject: str) -> tuple[str, ...]:
    """Return the keys of a subject's alternatives as the pack writes them, without synonyms."""
    return tuple(dict.fromkeys(key(part) for part in subject.split("|") if key(part)))


def shown(subject: str) -> str:
    """Return a subject as a message names it: its first alternative."""
    return subject.split("|", 1)[0]


@dataclass(frozen=True)
class Named:
    """A name the site gives to something like a column: its key, where it leads (None: it is no link)."""

    name: str
    url: str | None


_NAMES: WeakKeyDictionary[Site, list[Named]] = WeakKeyDictionary()


def names_on(site: Site) -> list[Named]:
    """Return what columns are called on a site: columns, pages' columns and trails, short words of links."""
    if site not in _NAMES:
        _NAMES[site] = list(dict.fromkeys(_names(site)))
    return _NAMES[site]


def _names(site: Site) -> Iterator[Named]:
    for column in site.columns:
        yield Named(key(column.name), column.url)
    for page in site.pages.values():
        record = page.record
        for name in (record.column_name, *(record.breadcrumb or ())):
            if name and len(name) <= _LONGEST_NAME:
                yield Named(key(name), None)
        if record.page_kind in ("column", "other") and record.title and len(record.title) <= _LONGEST_NAME:
            yield Named(key(record.title), page.url)
    for source, url, element, words in site.snapshot.links_worded(lambda text: 2 <= len(text) <= _LONGEST_NAME):
        if element in ("a", "area", "img", "cms") and source in site.pages:
            yield Named(key(words), url)


def fits(name: str, alternative: str) -> bool:
    """Whether a column's name (a key) is that of a subject: it holds it and little besides."""
    return alternative in name and len(name) <= len(alternative) + _SLACK


@dataclass(frozen=True)
class Entry:
    """One piece of information as topics are looked for in it; ``day`` None where it shows none."""

    url: str
    title: str
    plain_title: str
    column: str
    day: date | None
    demand: bool


class PairIndex:
    """Finds which of many texts hold a word, by the pairs of characters each text is made of."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = list(texts)
        self._pairs: dict[str, array[int]] = {}
        self._known: dict[str, frozenset[int]] = {}
        for number, text in enumerate(self._texts):
            for pair in {text[start:start + 2] for start in range(len(text) - 1)}:
                self._pairs.setdefault(pair, array("I")).append(number)

    def holding(self, word: str) -> frozenset[int]:
        """Return the numbers of the texts that hold a word."""
        if word not in self._known:
            pairs: list[Sequence[int]] = [
                self._pairs.get(word[start:start + 2], _NONE) for start in range(len(word) - 1)
            ]
            rarest: Sequence[int] = range(len(self._texts))
            if pairs:
                rarest = min(pairs, key=len)
            self._known[word] = frozenset(number for number in rarest if word in self._texts[number])
        return self._known[word]


_NONE: array[int] = array("I")


class Library:
    """All pieces of information of a site: pages, and rows of lists whose page was not read."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.entries = list(_entries(site))
        self._texts: dict[str, str] = {}

    @cached_property
    def titles(self) -> PairIndex:
        """Which entries' titles hold a word, by the entries' numbers."""
        return PairIndex(entry.plain_title for entry in self.entries)

    @cached_property
    def texts(self) -> PairIndex:
        """Which entries' texts hold a word, by the entries' numbers."""
        return PairIndex(self.text(entry.url) for entry in self.entries)

    def text(self, url: str) -> str:
        """Return the key of a page's text, empty where it was not read."""
        if url not in self._texts:
            page = self._site.pages.get(url)
            self._texts[url] = key_of_text(page.text) if page is not None else ""
        return self._texts[url]


_LIBRARIES: WeakKeyDictionary[Site, Library] = WeakKeyDictionary()


def library_of(site: Site) -> Library:
    """Return a site's library, built once."""
    if site not in _LIBRARIES:
        _LIBRARIES[site] = Library(site)
    return _LIBRARIES[site]


def _entries(site: Site) -> Iterator[Entry]:
    days: dict[str, date] = {}
    titles: dict[str, tuple[str, str]] = {}
    for column in site.columns:
        for item in column.items:
            address = site.page_address(item.href) if item.href else f"{column.url}#{item.title}"
            day = day_of(item.date)
            if day is not None:
                days[address] = max(day, days.get(address, day))
            titles.setdefault(address, (item.title, column.name))
    for page in site.pages.values():
        kind = page.record.page_kind
        if kind in ("column", "fragment", "home", "error") or (kind == "letter"):
            titles.pop(page.url, None)
            continue
        titles.pop(page.url, None)
        shown_days = [day_of(page.record.published), days.get(page.url)]
        known = [day for day in shown_days if day is not None] or [
            day for day in (day_of(page.record.published_tag), day_of(page.record.attributes.signed)) if day is not None
        ]
        title = page.record.title or ""
        yield _entry(page.url, title, site.column_name(page.url) or "", max(known, default=None))
    for address, (title, column_name) in sorted(titles.items()):
        target = site.pages.get(address)
        if target is None:
            yield _entry(address, title, column_name, days.get(address))


def _entry(url: str, title: str, column: str, day: date | None) -> Entry:
    return Entry(url, title, key(title), key(column), day, _is_demand(title))


def _is_demand(title: str) -> bool:
    return bool(any_of(lexicon("subjects")["demands"]).search(title))
