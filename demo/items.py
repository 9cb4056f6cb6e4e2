"""The items of all columns: ordinary (``titles.yaml``), written (``items.yaml``), interpretations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import fields
from datetime import date, timedelta
from typing import Any

from demo.county import Column, Organ, World, data
from demo.dates import Clock, workday
from demo.item import DOCUMENT_KINDS, Item, Row, Variant, titled
from demo.prose import Paragraph
from demo.routines import routine_items
from demo.texts import furnish, text_of

_NEWS_LISTS = frozenset({"news", "bureau_news", "town_news", "pictures", "business", "interviews"})
_READING_TITLES = ("《{name}》政策解读", "图解：《{name}》", "《{name}》政策问答", "关于《{name}》的解读")
# what needs an interpretation, and how the interpretations of ordinary items are linked, in turns
_ORDINARY_READINGS = {"policy": ("both",), "annual": ("picture",)}


def all_items(
    world: World, clock: Clock, more: Callable[[World, Clock, list[str]], list[Item]]
) -> dict[str, Item]:
    """Return every item by key, with texts, numbers and links among them, always in the same order.

    ``more`` gives further items, knowing the titles of the year and the columns' names.
    """
    items = [*_ordinary(world, clock), *_written(world, clock), *routine_items(world, clock)]
    _number(items)
    items += [reading for item in items for reading in _reading(item, world)]
    known = [item.title for item in items if item.day.year == clock.as_of.year]
    items += more(world, clock, [*known, *(column.name for organ in world.organs.values() for column in organ.columns)])
    for serial, item in enumerate(items, 4100):
        item.serial = serial
        if item.column.stamped is not None:
            item.tag_day = clock.ago(item.column.stamped)
    found = {item.key: item for item in items}
    for item in items:
        if item.variant.copy_of is None:
            item.paragraphs = [*text_of(item, clock, found), *item.paragraphs]
        furnish(item)
    for item in items:
        if item.variant.copy_of is not None:
            original = item.variant.copy_of
            _copy(item, found[original], found.get(f"{original}/reading"))
    return found


def _ordinary(world: World, clock: Clock) -> list[Item]:
    titles = data("titles.yaml")
    items = []
    for organ in world.organs.values():
        for column in organ.columns:
            for place, line in enumerate(titles[organ.key].get(column.of, [])):
                title, _, subject = (part.strip() for part in line.partition("|"))
                kind = _kind(column)
                age = column.first + place * column.step + (0 if place == 0 else place % 3)
                day = _annual_day(organ, clock) if kind == "annual" else clock.ago(age, exact=column.exact)
                items.append(
                    Item(
                        key=f"{column.id}/{place}",
                        organ=organ,
                        column=column,
                        kind=kind,
                        day=day,
                        tag_day=day,
                        title=titled(title, organ, day, clock),
                        subject=subject,
                        table="full" if kind in DOCUMENT_KINDS else "none",
                        reading=_ORDINARY_READINGS.get(kind, ("none",))[
                            place % len(_ORDINARY_READINGS.get(kind, "-"))
                        ],
                    )
                )
    return items


def _copy(item: Item, original: Item, reading: Item | None) -> None:
    """Give an item text, number and reading of another, with the change its ``variant`` names."""
    before, after = item.variant.changed
    item.number, item.kind = original.number, original.kind
    if reading is not None:
        item.related = [("相关解读", [reading.key])]
        reading.related[0][1].append(item.key)
    item.paragraphs = [
        paragraph._replace(text=paragraph.text.replace(before, after) if before else paragraph.text)
        for paragraph in original.paragraphs
    ]


def _kind(column: Column) -> str:
    if column.of in _NEWS_LISTS:
        return "news"
    return {"notices": "notice", "policies": "policy", "normative": "policy", "annual": "annual"}.get(
        column.of, "plain"
    )


def _annual_day(organ: Organ, clock: Clock) -> date:
    month, day = (3, 20) if organ.kind == "county" else (1, 22)
    return workday(date(clock.report_year + 1, month, day))


def _written(world: World, clock: Clock) -> list[Item]:
    items = []
    for entry in data("items.yaml"):
        column = world.column(entry["column"])
        organ = world.organs[entry["column"].partition("/")[0]]
        kind = entry.get("kind") or _kind(column)
        day = clock.on(entry["yearly"]) if "yearly" in entry else clock.ago(entry["age"])
        if kind == "annual" and "yearly" not in entry:
            day = _annual_day(organ, clock)
        document = kind in DOCUMENT_KINDS
        items.append(
            Item(
                key=entry["key"],
                organ=organ,
                column=column,
                kind=kind,
                day=day,
                tag_day=day,
                title=titled(entry["title"], organ, day, clock),
                subject=entry["subject"],
                table=entry.get("table", "full" if document else "none"),
                disclosure=entry.get("disclosure", "主动公开"),
                closing=entry.get("closing"),
                reading=entry.get("reading", "both" if kind == "policy" else "none"),
                paragraphs=[Paragraph(markup, "html") for markup in entry.get("html", [])],
                files=list(entry.get("files", [])),
                row=Row(**entry.get("row", {})),
                headline=entry.get("headline"),
                feedback=entry.get("feedback"),
                variant=_variant(entry),
            )
        )
    return items


def _variant(entry: dict[str, Any]) -> Variant:
    values = {field.name: entry[field.name] for field in fields(Variant) if field.name in entry}
    values |= {name: tuple(values[name]) for name in ("text", "changed") if name in values}
    return Variant(**values)


def _number(items: list[Item]) -> None:
    counters: dict[tuple[str, int], int] = defaultdict(int)
    for item in sorted(
        (item for item in items if item.kind in DOCUMENT_KINDS), key=lambda item: (item.day, item.key)
    ):
        prefix = item.organ.prefix
        if item.kind == "appointment":
            prefix = prefix.replace("政发", "政任")
        elif item.issuer != item.organ.name:
            prefix = prefix.replace("政发", "政办发")
        elif item.kind in ("approval", "response"):
            prefix = prefix.replace("政发", "政字")
        year = item.day.year
        counters[prefix, year] += 1
        item.number = f"{prefix}〔{year + item.variant.number_year}〕{counters[prefix, year]}号"


def _reading(item: Item, world: World) -> list[Item]:
    """Return the interpretation of a document that has one, linking as the document's ``reading`` says.

    Towns have no column of interpretations: theirs stand in the county's.
    """
    if item.kind not in _ORDINARY_READINGS or item.reading in ("none", "shell", "unrelated"):
        return []
    organ = item.organ if item.organ.has("zcjd") else world.organs["xzf"]
    plain = organ.column("zcjd").plain_readings
    title = {
        "picture": f"一图读懂《{item.name}》",
        "number": f"{item.subject}支持政策有关问题解答",
        "title": f"《{item.name}》政策解读",
    }.get(
        item.reading,
        _READING_TITLES[0 if plain else len(item.subject) % len(_READING_TITLES)].format(name=item.name),
    )
    reading = Item(
        key=f"{item.key}/reading",
        organ=organ,
        column=organ.column("zcjd"),
        title=title,
        subject=item.subject,
        kind="interpretation",
        day=item.day + timedelta(days=item.variant.delay),
        tag_day=item.day + timedelta(days=item.variant.delay),
        interprets=item,
    )
    if item.reading not in ("reverse", "title", "number"):
        item.related.append(("相关解读", [reading.key]))
    if item.reading not in ("forward", "title", "number"):
        reading.related.append(("相关文件", [item.key]))
    return [reading]
