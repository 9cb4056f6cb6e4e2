"""What the packs demand to be public: one item for each clause's subjects, but for those planned to be missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from demo.county import World, data
from demo.dates import Clock
from demo.item import Item
from demo.prose import Paragraph, Writer
from rules.loader import load_packs
from rules.model import Binding

PACKS = (
    "linzi-2021", "laiwu-2019", "zhoucun-2024", "liaocheng-2021", "lanling-2019", "national-2019",
    "regulations-2019", "annual-report-2021",
)
_TOPIC = "topic-not-disclosed"
_LEAST_AGE, _STEP = 6, 37
# clauses with more subjects than this name the areas of a whole field; their items tell of so many at a time
_AT_A_TIME = 6


@cache
def _bindings() -> tuple[Binding, ...]:
    packs = load_packs(list(PACKS))
    return tuple(binding for pack in packs for clause in pack.clauses for binding in clause.checks)


def checks_in_force() -> set[str]:
    """Return the checks that clauses of the packs bind and that are built."""
    return {binding.check for binding in _bindings() if not binding.planned}


@cache
def demanded() -> tuple[tuple[str, ...], ...]:
    """Return the subjects of every clause of the packs, each with its alternatives (``甲|乙``), once."""
    found = (tuple(binding.with_["keywords"]) for binding in _bindings() if binding.check == _TOPIC)
    return tuple(dict.fromkeys(found))


def left_out() -> set[str]:
    """Return the subjects that ``planted.yaml`` says are not disclosed."""
    return {word for fact in data("planted.yaml")["planted"] if fact["check"] == _TOPIC for word in fact["subjects"]}


def disclosures(world: World, clock: Clock, known: Sequence[str]) -> list[Item]:
    """Return items on the subjects that the ``known`` titles and names of columns do not tell of."""
    hidden = left_out()
    told = list(known)
    items: list[Item] = []
    for subjects in demanded():
        wanted = [
            subject for subject in subjects
            if not hidden & set(subject.split("|")) and not _is_told(subject, told)
        ]
        for start in range(0, len(wanted), _AT_A_TIME):
            item = _item(world, clock, wanted[start:start + _AT_A_TIME], len(items))
            items.append(item)
            told += [item.title, *(text for text, style in item.paragraphs if style == "head")]
    return items


def _is_told(subject: str, told: list[str]) -> bool:
    """Whether a title or name tells of one of a subject's alternatives: holds each of its words (``甲&乙``)."""
    whole = "\n".join(told)
    return any(
        word in whole if "&" not in word else any(all(part in text for part in word.split("&")) for text in told)
        for word in subject.split("|")
    )


def _name(subject: str) -> str:
    """Return what a subject is called: its first alternative, one of a single word before others."""
    words = subject.split("|")
    return next((word for word in words if "&" not in word), words[0].replace("&", ""))


def _item(world: World, clock: Clock, subjects: list[str], number: int) -> Item:
    route = _route([_name(subject) for subject in subjects])
    column = world.column(route["to"])
    organ = world.organs[route["to"].partition("/")[0]]
    span = max(1, (clock.as_of - clock.as_of.replace(month=1, day=1)).days - _LEAST_AGE - 4)
    day = clock.ago(route.get("age", _LEAST_AGE + number * _STEP % span))
    words = [_name(subject) for subject in subjects]
    forms = data("subjects.yaml")
    title = forms["titles"].get(words[0]) or forms["forms"][number % len(forms["forms"])].format(s=words[0])
    return Item(
        key=f"demanded/{number}",
        organ=organ,
        column=column,
        title=title,
        subject=words[0],
        kind="disclosure",
        day=day,
        tag_day=day,
        paragraphs=list(_text(Writer(title, organ, words[0], day), words)),
    )


def _route(subjects: list[str]) -> dict[str, Any]:
    """Return where subjects belong: the first entry of which a word stands in the first subject, else in any."""
    entries: list[dict[str, Any]] = data("subjects.yaml")["routes"]
    for text in (subjects[0], "".join(subjects)):
        for entry in entries:
            if any(word in text for word in entry["words"]):
                return entry
    return {"to": data("subjects.yaml")["otherwise"]}


def _text(writer: Writer, words: list[str]) -> Iterator[Paragraph]:
    yield writer.sentence("opening")
    for number, word in zip("一二三四五六", words, strict=False):
        if len(words) > 1:
            yield Paragraph(f"{number}、{word}", "head")
        yield Paragraph(writer.about(word))
    yield writer.sentence("closing")
