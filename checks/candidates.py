"""What a crawl prepares for a person who is to judge a clause: columns and information on what it names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from checks.model import Context
from checks.site import Site
from checks.subjects import alternatives, library_of, name_index, words_of
from rules.model import Clause

COLUMNS, PIECES = 5, 5
_SHORTEST, _LONGEST = 3, 20
_NAMED = re.compile(rf"[“《]([^“”《》]{{{_SHORTEST},{_LONGEST}}})[”》]")
# parameters of checks that name subjects or columns
_SUBJECTS, _COLUMNS = ("keywords", "what", "keyword"), ("columns", "column")
# a check's keyword may be a regular expression: those are no words to look for
_PATTERN = re.compile(r"[\\.*+?\[\](){}^$]")


@dataclass(frozen=True)
class Candidate:
    """A column, or a piece of information with its day (None where it shows none)."""

    title: str
    url: str
    day: date | None = None


@dataclass(frozen=True)
class Candidates:
    """What there is on a clause's subjects: columns nearest the start, information newest first.

    ``subjects`` are what was looked for; ``this_year`` counts the information of the plan year, ``earlier``
    that of before.
    """

    subjects: tuple[str, ...] = ()
    columns: tuple[Candidate, ...] = ()
    pieces: tuple[Candidate, ...] = ()
    this_year: int = 0
    earlier: int = 0


def candidates(site: Site, clause: Clause, context: Context) -> Candidates:
    """Return what a clause's keywords, its checks' parameters and the names in its quote lead to on a site."""
    subjects = tuple(dict.fromkeys(_subjects(clause)))
    wanted = [one for subject in subjects for one in alternatives(subject)]
    library = library_of(site)
    headed = frozenset().union(*(library.headed(one) for one in wanted))
    in_year = headed & library.within(date(context.plan_year, 1, 1), context.as_of, True)
    dated = {number for number in in_year if library.entries[number].day is not None}
    newest = sorted(
        headed, key=lambda number: (-(library.entries[number].day or date.min).toordinal(), library.entries[number].url)
    )
    entries = (library.entries[number] for number in newest if library.entries[number].url.startswith("http"))
    pieces = {entry.url: Candidate(entry.title, entry.url, entry.day) for entry in entries if entry.title}
    return Candidates(
        subjects=tuple(subject.split("|", 1)[0].replace("&", "") for subject in subjects),
        columns=tuple(_columns(site, [*wanted, *_column_names(clause)])),
        pieces=tuple(pieces.values())[:PIECES],
        this_year=len(dated),
        earlier=len(headed) - len(dated),
    )


def announce(site: Site, clauses: list[Clause]) -> None:
    """Name the words of many clauses at once, so that texts would be gone through once for all of them."""
    library_of(site).announce(
        word for clause in clauses for subject in _subjects(clause)
        for one in alternatives(subject) for word in words_of(one)
    )


def _columns(site: Site, wanted: list[str]) -> Iterator[Candidate]:
    names = {column.url: column.name for column in site.columns}
    found = {
        site.page_address(named.url)
        for one in wanted for named in name_index(site).called(one) if named.url is not None
    }
    known = [url for url in found if url in names]
    for url in sorted(known, key=lambda url: (site.depth(url), len(names[url]), url))[:COLUMNS]:
        yield Candidate(names[url], url)


def _subjects(clause: Clause) -> Iterator[str]:
    yield from clause.keywords
    for binding in clause.checks:
        yield from _texts(binding.with_, _SUBJECTS)
    yield from (found[1] for found in _NAMED.finditer(clause.quote))


def _column_names(clause: Clause) -> list[str]:
    named = (text for binding in clause.checks for text in _texts(binding.with_, _COLUMNS))
    return [one for text in named for one in alternatives(text)]


def _texts(parameters: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        value = parameters.get(name)
        for text in [value] if isinstance(value, str) else value if isinstance(value, list | tuple) else []:
            if isinstance(text, str) and not _PATTERN.search(text):
                yield text
