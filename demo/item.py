"""One page of content, and how lists show it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from demo.county import Column, Organ
from demo.dates import Clock
from demo.prose import Paragraph

DOCUMENT_KINDS = frozenset({"policy", "appointment", "repost", "meeting", "approval", "response"})
QUARTERS = "一二三四"


@dataclass
class Row:
    """How a list shows an item where it differs from what the item says."""

    href: str | None = None
    pinned: bool = False
    undated: bool = False


@dataclass(frozen=True)
class Variant:
    """What is out of the ordinary with an item, as the head of ``items.yaml`` says."""

    text: tuple[str, ...] = ()
    number_year: int = 0
    printed: int = 0
    signed: int = 0
    delay: int = 0
    copy_of: str | None = None
    changed: tuple[str, str] = ("", "")
    validity: str | None = "有效"
    meta: dict[str, str | None] = field(default_factory=dict)
    contents: dict[str, list[str]] = field(default_factory=dict)
    report: str | None = None
    hidden_first_night: bool = False


@dataclass
class Item:
    """One page of content: what it says, how its table stands, what it links to, how lists show it.

    ``related`` holds pairs of a heading and keys of items; ``picture`` the number of its picture.
    """

    key: str
    organ: Organ
    column: Column
    title: str
    subject: str
    kind: str
    day: date
    tag_day: date
    table: str = "none"
    disclosure: str = "主动公开"
    closing: str | None = None
    reading: str = "none"
    number: str | None = None
    paragraphs: list[Paragraph] = field(default_factory=list)
    related: list[tuple[str, list[str]]] = field(default_factory=list)
    empty_shell: bool = False
    files: list[str] = field(default_factory=list)
    row: Row = field(default_factory=Row)
    headline: str | None = None
    picture: int | None = None
    serial: int = 0
    interprets: Item | None = None
    feedback: str | None = None
    variant: Variant = field(default_factory=lambda: Variant())

    @property
    def name(self) -> str:
        """What the document itself is called: the first 《…》 of the title, else the title from 关于 on."""
        enclosed = re.search(r"《([^》]+)》", self.title)
        if enclosed:
            return enclosed.group(1)
        return self.title[self.title.find("关于") :] if "关于" in self.title else self.title

    @property
    def signed(self) -> date:
        """The day a document was signed: that of its publication, unless it waited."""
        return self.day - timedelta(days=self.variant.signed)

    @property
    def issuer(self) -> str:
        """The organ that signs."""
        return (
            f"{self.organ.name}办公室"
            if self.title.startswith(f"{self.organ.name}办公室")
            else self.organ.name
        )


def titled(title: str, organ: Organ, day: date, clock: Clock) -> str:
    """Return a title with its names of years, months and organs filled in, as seen from its own day."""
    last_month = day.replace(day=1) - timedelta(days=1)
    return title.format(
        y=day.year,
        m=day.month,
        q=QUARTERS[(day.month - 1) // 3],
        ly=day.year - 1,
        ny=day.year + 1,
        py=last_month.year,
        pm=last_month.month,
        ry=clock.report_year,
        oy=clock.report_year - 1,
        organ=organ.name,
        short=organ.short,
    )
