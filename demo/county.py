"""The fictional county as read from ``data/county.yaml``: its organs and their columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import yaml

from demo.dates import GoldenWeek


@dataclass(frozen=True)
class County:
    """What every page of the site shows in its head and foot."""

    name: str
    government: str
    site: str
    domain: str
    site_code: str
    icp: str
    police: str
    phone: str


@dataclass(frozen=True)
class Column:
    """A column; ``id`` is organ/key. ``page`` names a page of its own kind in place of a list of items."""

    id: str
    key: str
    name: str
    type: str
    section: str
    code: int | str
    of: str = "none"
    first: int = 0
    step: int = 0
    layout: str = "plain"
    attributes: str = "default"
    trail: tuple[str, ...] = ()
    page: str | None = None
    exact: bool = False
    stamped: int | None = None
    plain_readings: bool = False
    text: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Organ:
    """Who publishes: a government, a department, a town; ``family`` is the system its pages come from."""

    key: str
    name: str
    short: str
    kind: str
    family: str
    root: str
    prefix: str
    code: str
    phone: str
    address: str
    duty: str
    columns: tuple[Column, ...] = field(default=())

    def column(self, key: str) -> Column:
        """Return one of its columns by key."""
        return next(column for column in self.columns if column.key == key)

    def has(self, key: str) -> bool:
        """Whether it has such a column."""
        return any(column.key == key for column in self.columns)


@dataclass(frozen=True)
class World:
    """The county, its organs by key, and the National Day weeks whose notices are known."""

    county: County
    organs: dict[str, Organ]
    golden_weeks: list[GoldenWeek]
    topics: dict[str, str]

    def column(self, column_id: str) -> Column:
        """Return a column by ``organ/key``."""
        organ, _, key = column_id.partition("/")
        return self.organs[organ].column(key)


@cache
def data(name: str) -> Any:
    """Return one of the demonstration's YAML files; read once, not to be changed."""
    return yaml.load(resources.files("demo").joinpath("data", name).read_text("utf-8"), yaml.CSafeLoader)


@lru_cache(maxsize=1)
def world() -> World:
    """Read the county once."""
    raw = data("county.yaml")
    organs = [_organ(entry, raw["sets"]) for entry in raw["organs"]]
    weeks = [
        GoldenWeek(**{key: _day(value) for key, value in week.items()})
        for week in raw["golden_weeks"].values()
    ]
    return World(County(**raw["county"]), {organ.key: organ for organ in organs}, weeks, raw["topics"])


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _organ(raw: dict[str, Any], sets: dict[str, list[dict[str, Any]]]) -> Organ:
    entry = dict(raw)
    change, more, numbers = entry.pop("change", {}), entry.pop("more", []), entry.pop("numbers", None)
    own = entry.pop("columns", None)
    rows = own if own is not None else [row | change.get(row["key"], {}) for row in sets[entry["kind"]]]
    columns = []
    for place, row in enumerate([*rows, *more]):
        values = dict(row)
        if numbers is not None:
            values["code"] = int(numbers) + place
        values["trail"] = tuple(values.get("trail", ()))
        values |= {name: tuple(values[name]) for name in ("text", "lacks") if name in values}
        columns.append(Column(id=f"{entry['key']}/{values['key']}", **values))
    return Organ(**entry, columns=tuple(columns))
