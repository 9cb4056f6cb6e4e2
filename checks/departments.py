"""Who answers for what: departments as configured, else the organ a page itself names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from checks.organs import is_national, looks_like_organ


@dataclass(frozen=True)
class Department:
    """A responsible unit: substrings of the addresses and of the sources it answers for."""

    name: str
    match_url: tuple[str, ...] = ()
    match_source: tuple[str, ...] = ()


class Directory:
    """Looks up the department of an address or a source; the longest matching substring decides.

    ``names`` are the configured departments' names.
    """

    def __init__(self, departments: Sequence[Department]) -> None:
        self._any = bool(departments)
        self.names = tuple(dict.fromkeys(department.name for department in departments))
        self._urls = _longest_first([(part, d.name) for d in departments for part in d.match_url])
        sources = [(part, d.name) for d in departments for part in (*d.match_source, d.name)]
        self._sources = _longest_first(sources)

    def by_url(self, url: str) -> str | None:
        """Return the department whose ``match_url`` the address holds."""
        return next((name for part, name in self._urls if part in url), None)

    def by_source(self, *sources: str | None) -> str | None:
        """Return the department one of the sources names, the first source that names one deciding.

        Without configured departments, the first source that is an organ's own name stands for itself.
        """
        for source in sources:
            text = (source or "").strip()
            if not text:
                continue
            if not self._any and looks_like_organ(text) and not is_national(text):
                return text
            found = next((name for part, name in self._sources if part in text), None)
            if found is not None:
                return found
        return None


def _longest_first(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted((pair for pair in pairs if pair[0]), key=lambda pair: (-len(pair[0]), pair))
