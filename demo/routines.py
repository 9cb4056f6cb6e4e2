"""What every organ publishes alike, and what is published month by month (``data/routines.yaml``)."""

from __future__ import annotations

from demo.county import World, data
from demo.dates import MONTH_LEFT_OUT, Clock, workday
from demo.item import Item, titled


def routine_items(world: World, clock: Clock) -> list[Item]:
    """Return what every organ publishes alike (``routines.yaml``), but for those an entry leaves out."""
    items = []
    for number, entry in enumerate(data("routines.yaml")["yearly"]):
        for organ in world.organs.values():
            if organ.key in entry.get("without", ()) or not organ.has(entry["column"]):
                continue
            if entry.get("of", organ.kind) != organ.kind:
                continue
            day = clock.on(entry["yearly"]) if "yearly" in entry else clock.ago(entry["age"])
            title = titled(entry["title"], organ, day, clock)
            items.append(
                Item(
                    key=f"{organ.key}/routine/{number}",
                    organ=organ,
                    column=organ.column(entry["column"]),
                    kind=entry["kind"],
                    day=day,
                    tag_day=day,
                    title=title,
                    subject=entry["subject"],
                )
            )
    return [*items, *_monthly(world, clock)]


def _monthly(world: World, clock: Clock) -> list[Item]:
    """Return figures published month by month, the one for January and February together, one left out."""
    items = []
    for entry in data("routines.yaml")["monthly"]:
        column = world.column(entry["column"])
        for back in range(2, entry["months"] + 2):
            if back == MONTH_LEFT_OUT:
                continue
            month, day = clock.months_back(back), workday(clock.months_back(back - 1).replace(day=14))
            span = "1—2" if month.month == 2 else str(month.month)
            items.append(
                Item(
                    key=f"{column.id}/month/{back}",
                    organ=world.organs[entry["column"].partition("/")[0]],
                    column=column,
                    kind="plain",
                    day=day,
                    tag_day=day,
                    title=entry["title"].format(y=month.year, span=span),
                    subject=entry["subject"],
                )
            )
    return items
