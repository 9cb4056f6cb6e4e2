"""The pieces letters are read from: labels as they stand on a page, and the values found for one letter so far."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Label:
    """A label as it stands on the page: what it labels, its line, where its words start and end there."""

    name: str
    label: str
    line: int
    start: int
    end: int


@dataclass(slots=True)
class Draft:
    """The labelled values of one letter so far; ``own`` counts labels with values that only letters have.

    ``bare_reply`` is a state (已办结) that stands where the reply belongs: the reply only where there is no other.
    """

    values: dict[str, str] = field(default_factory=dict)
    own: int = 0
    bare_reply: str = ""
