"""Subjects (主题) looked for on a site: their alternatives, the names of its columns, the texts of a period."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from weakref import WeakKeyDictionary

from checks.automaton import Automaton
from checks.bodies import markup_of, tree_of
from checks.days import day_of
from checks.lexicon import any_of, lexicon
from checks.site import Site
from checks.tables import tables_of
from checks.titles import key
from crawler.snapshot.reader import Page

# names of columns are short; a longer text is a title
_LONGEST_NAME, _SLACK = 24, 8
# so much of an attachment is looked through
_ATTACHED = 20_000
_LATE_DAYS = 200
# a column with no more than this is a list, or nothing
_SENTENCES, _TABLE_COLUMNS, _TABLE_ROWS = 2, 4, 3
_HEAD, _SOURCE = 400, re.compile(r"来源[^\S\n]*[：:][^\S\n]*\S{2,24}")
_QUOTES = "“”\"‘’"


@lru_cache(maxsize=4096)
def alternatives(subject: str) -> tuple[str, ...]:
    """Return the keys a subject (``甲|乙&丙``) may be named by: as written first, then the synonyms of each.

    ``&`` stands between words that one piece of information must all hold, in whatever order.
    """
    own = written(subject)
    groups = [[key(word) for word in group] for group in lexicon("subjects")["synonyms"]]
    meant = [word for group in groups if set(own) & set(group) for word in group]
    return tuple(dict.fromkeys([*own, *meant]))


@lru_cache(maxsize=4096)
def written(subject: str) -> tuple[str, ...]:
    """Return the keys of a subject's alternatives as the pack writes them, without synonyms."""
    keys = ("&".join(filter(None, map(key, part.split("&")))) for part in subject.split("|"))
    return tuple(dict.fromkeys(filter(None, keys)))


def words_of(alternative: str) -> list[str]:
    """Return the words an alternative asks for together."""
    return alternative.split("&")


def shown(subject: str) -> str:
    """Return a subject as a message names it: its first alternative."""
    return spelt(subject)[0]


def spelt(subject: str, place: str = "") -> list[str]:
    """Return a subject's alternatives as a message names them, the pack's order kept.

    Words that only one place uses (a slogan, a local brand) come last on a site whose name, ``place``, is another's.
    """
    words = list(dict.fromkeys(one.replace("&", "") for one in subject.split("|")))
    if not place:
        return words
    foreign = {
        word for entry in lexicon("subjects")["local"] if entry["place"] not in place for word in entry["words"]
    }
    return sorted(words, key=lambda word: word in foreign)


def has_ended(subject: str, year: int) -> bool:
    """Whether a subject, by its first alternative, is a campaign of years before the one given."""
    first = subject.split("|", 1)[0]
    return any(first in entry["words"] and entry["until"] < year for entry in lexicon("subjects")["ended"])


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


class NameIndex:
    """The names of a site's columns, found by the words they hold."""

    def __init__(self, named: Iterable[Named]) -> None:
        self._by_name: dict[str, list[Named]] = {}
        for one in named:
            self._by_name.setdefault(one.name, []).append(one)
        self.names = list(self._by_name)
        self._index = PairIndex(self.names)

    def holding(self, word: str) -> Iterator[str]:
        """Yield the names that hold a word."""
        return (self.names[place] for place in sorted(self._index.holding(word)))

    def called(self, alternative: str) -> Iterator[Named]:
        """Yield what is called by an alternative of a subject."""
        for name in self.holding(words_of(alternative)[0]):
            if fits(name, alternative):
                yield from self._by_name[name]


_NAME_INDEXES: WeakKeyDictionary[Site, NameIndex] = WeakKeyDictionary()


def name_index(site: Site) -> NameIndex:
    """Return the index of a site's names, built once."""
    if site not in _NAME_INDEXES:
        _NAME_INDEXES[site] = NameIndex(names_on(site))
    return _NAME_INDEXES[site]


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
    for url, element, words in site.snapshot.names_of_links(lambda text: 2 <= len(text) <= _LONGEST_NAME, site.pages):
        if element in ("a", "area", "img", "cms"):
            yield Named(key(words), url)


def fits(name: str, alternative: str) -> bool:
    """Whether a column's name (a key) is that of a subject: it holds it and little besides."""
    words = words_of(alternative)
    return all(word in name for word in words) and len(name) <= sum(map(len, words)) + _SLACK


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
    """All pieces of information of a site: pages, and rows of lists whose page was not read.

    Texts are gone through once for all words announced, and not kept: what a word is to each is.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self.entries = list(_entries(site))
        self._awaited: set[str] = set()
        self._mentioned: dict[str, list[int]] = {}
        self._spoken: dict[str, list[int]] = {}
        self._headed: dict[str, frozenset[int]] = {}
        self._within: dict[tuple[date | None, date, bool], frozenset[int]] = {}

    @cached_property
    def titles(self) -> PairIndex:
        """Which entries' titles hold a word, by the entries' numbers."""
        return PairIndex(entry.plain_title for entry in self.entries)

    @cached_property
    def _columns(self) -> list[str]:
        return list(self._entries_by_column)

    @cached_property
    def _column_names(self) -> PairIndex:
        return PairIndex(self._columns)

    @cached_property
    def _entries_by_column(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for number, entry in enumerate(self.entries):
            found.setdefault(entry.column, []).append(number)
        return found

    @cached_property
    def late(self) -> frozenset[int]:
        """The entries of the last months before the newest."""
        newest = max((entry.day for entry in self.entries if entry.day is not None), default=date.max)
        return frozenset(
            number for number, entry in enumerate(self.entries)
            if entry.day is not None and (newest - entry.day).days <= _LATE_DAYS
        )

    def announce(self, words: Iterable[str]) -> None:
        """Name words that will be asked for, so that the texts are gone through once for all of them."""
        self._awaited.update(words)

    def within(self, start: date | None, end: date, demands: bool) -> frozenset[int]:
        """Return the entries of a span of days, undated ones too; with ``demands`` those on disclosure as such."""
        place = (start, end, demands)
        if place not in self._within:
            self._within[place] = frozenset(
                number for number, entry in enumerate(self.entries)
                if (demands or not entry.demand)
                and (entry.day is None or ((start is None or entry.day >= start) and entry.day <= end))
            )
        return self._within[place]

    def mentioning(self, word: str) -> list[int]:
        """Return the entries whose text holds a word."""
        self._read(word)
        return self._mentioned[word]

    def headed(self, alternative: str) -> frozenset[int]:
        """Return the entries that are on something by their title or by their column's name."""
        if alternative not in self._headed:
            words = words_of(alternative)
            if len(words) == 1:
                found = self.titles.holding(alternative) | self._in_columns(alternative)
            else:
                found = frozenset.intersection(*(self._heading(word) for word in words))
            self._headed[alternative] = found
        return self._headed[alternative]

    def speaking(self, alternative: str) -> frozenset[int]:
        """Return the entries whose text is on something: at its start, or again and again.

        Of words asked for together one at least stands in the title or the column's name, the others in the text.
        """
        words = words_of(alternative)
        if len(words) == 1:
            self._read(alternative)
            return frozenset(self._spoken[alternative])
        heads = [self._heading(word) for word in words]
        known = [head | set(self.mentioning(word)) for head, word in zip(heads, words, strict=True)]
        return frozenset.intersection(*known) & frozenset().union(*heads)

    def _heading(self, word: str) -> frozenset[int]:
        """Return the entries whose title or column's name holds a word."""
        holding = (self._columns[place] for place in self._column_names.holding(word))
        return self.titles.holding(word).union(*(self._entries_by_column[name] for name in holding))

    def _in_columns(self, alternative: str) -> frozenset[int]:
        """Return the entries of columns called by an alternative."""
        holding = (self._columns[place] for place in self._column_names.holding(alternative))
        fitting = (name for name in holding if fits(name, alternative))
        return frozenset(number for name in fitting for number in self._entries_by_column[name])

    def _read(self, word: str) -> None:
        if word in self._mentioned:
            return
        opening, least = (lexicon("subjects")[name] for name in ("opening_characters", "least_mentions"))
        wanted = {one for one in (*self._awaited, word) if one not in self._mentioned}
        self._awaited.clear()
        for one in wanted:
            self._mentioned[one], self._spoken[one] = [], []
        words = Automaton(sorted(wanted))
        for number, entry in enumerate(self.entries):
            text = _text(self._site, entry.url)
            found = words.search(text)
            times = Counter(one for _, one in found)
            for one, place in {one: place for place, one in reversed(found)}.items():
                self._mentioned[one].append(number)
                if place < opening or (times[one] >= least and text.count(one) >= least):
                    self._spoken[one].append(number)


def _text(site: Site, url: str) -> str:
    """Return what a page and its attachments say, without spaces and quotes, empty where it was not read."""
    page = site.pages.get(url)
    if page is None:
        return ""
    said = page.text
    if "来源" in said[:_HEAD]:
        # the name of the unit a page comes from tells nothing of its subject
        said = _SOURCE.sub("", said[:_HEAD]) + said[_HEAD:]
    if page.record.attachments:
        named = (link.title for link in page.record.attachments)
        said = "\n".join([said, *named, *(one.text[:_ATTACHED] for one in site.attachment_texts(page)[0])])
    for quote in _QUOTES:
        said = said.replace(quote, "")
    return "".join(said.split()).lower()


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
        if kind in ("fragment", "home", "error", "letter") or (kind == "column" and not is_content(site, page)):
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


def is_content(site: Site, page: Page) -> bool:
    """Whether a column shows its matter at its own address, in sentences or a table of data, rather than a list."""
    listing = page.record.listing
    if listing is not None and any(item.date for item in listing.items):
        return False
    if page.text.count("。") >= _SENTENCES:
        return True
    tables = tables_of(tree_of(site, page)) if "<table" in markup_of(site, page).lower() else []
    return any(sum(len(row) >= _TABLE_COLUMNS for row in table.rows) >= _TABLE_ROWS for table in tables)


def _entry(url: str, title: str, column: str, day: date | None) -> Entry:
    return Entry(url, title, key(title), key(column), day, _is_demand(title))


def _is_demand(title: str) -> bool:
    return bool(any_of(lexicon("subjects")["demands"]).search(title))
