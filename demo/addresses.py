"""The address of everything the site has, by key."""

from __future__ import annotations

import re
from typing import Any

from demo.answers import BROKEN_HOME
from demo.county import Organ, World, data
from demo.dates import Clock
from demo.families import FAMILIES
from demo.hosts import PORTAL, address
from demo.item import Item
from demo.mailbox import LIST, Letter

MAILBOX = "xzf/xzxx"
_FILE = re.compile(r"@(files/[^\s\"?#]+)")


def answer_entries(clock: Clock) -> dict[str, dict[str, Any]]:
    """Return the entries of ``answers.yaml`` by key, with their paths filled in."""
    year = str(clock.as_of.year - 1)
    return {
        key: entry | {"host": entry.get("host", PORTAL), "path": entry["path"].replace("{year}", year)}
        for key, entry in data("answers.yaml").items()
    }


def home_key(organ: Organ) -> str:
    """Return the key of an organ's home page."""
    return f"home/{organ.key}"


def loose_files(items: dict[str, Item]) -> list[str]:
    """Return the keys of files that items link to in their text (``files/名称.pdf``)."""
    return sorted(
        {
            key
            for item in items.values()
            for paragraph in item.paragraphs
            if paragraph.style == "html"
            for key in _FILE.findall(paragraph.text)
        }
    )


def all_addresses(
    world: World, clock: Clock, items: dict[str, Item], letters: list[Letter]
) -> dict[str, str]:
    """Return the absolute (made-up) address of every home, column, item, letter, file and special answer."""
    found = {MAILBOX: address(PORTAL, LIST), "broken/home": BROKEN_HOME}
    for organ in world.organs.values():
        family = FAMILIES[organ.family]
        found[home_key(organ)] = address(PORTAL, family.home(organ))
        found |= {column.id: address(PORTAL, family.column(organ, column)) for column in organ.columns}
    for item in items.values():
        found[item.key] = address(PORTAL, FAMILIES[item.organ.family].article(item))
    found |= {letter.key: address(PORTAL, letter.path) for letter in letters}
    found |= {key: address(PORTAL, f"/{key}") for key in loose_files(items)}
    found |= {key: address(entry["host"], entry["path"]) for key, entry in answer_entries(clock).items()}
    return found
