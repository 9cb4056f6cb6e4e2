"""The pieces letters are read from: labels as they stand on a page, and the values found for one letter so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml.etree import _Element as Element


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


def neighbour_of(element: Element) -> Element | None:
    """Return the element behind another, scripts and line breaks passed over."""
    neighbour = element.getnext()
    while neighbour is not None and (not isinstance(neighbour.tag, str) or neighbour.tag in ("script", "br")):
        neighbour = neighbour.getnext()
    return neighbour


def is_empty_place(label: Element) -> bool:
    """Whether a label is a cell, and the cell beside it, where its value would stand, holds nothing."""
    if label.tag not in ("td", "th", "dt"):
        return False
    place = neighbour_of(label)
    return place is not None and place.tag in ("td", "dd") and not "".join(place.itertext()).strip() and (
        next(place.iter("img"), None) is None
    )


def is_inside(element: Element, around: Element) -> bool:
    """Whether an element is another one or lies in it."""
    return element is around or any(node is around for node in element.iterancestors())
