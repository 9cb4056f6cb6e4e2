"""What ``planted.yaml`` says is to be found, and what is not, with the addresses its names stand for."""

from __future__ import annotations

from demo.book import Book
from demo.county import data
from demo.families import FAMILIES
from demo.families.base import portal_path
from demo.hosts import PORTAL, address
from demo.model import Planted, Trap, path_key


def facts_of(book: Book) -> tuple[list[Planted], list[Trap], list[Planted]]:
    """Return the defects, the traps, and the findings left to a person that stand in this site.

    Raises KeyError where a name is nothing the site has.
    """
    facts = data("planted.yaml")
    planted = [_planted(book, fact) for fact in facts["planted"] if _stands(book, fact)]
    traps = [
        Trap(fact["check"], _address(book, fact["at"]), fact["why"])
        for fact in facts["traps"]
        if _stands(book, fact)
    ]
    return planted, traps, [_planted(book, fact) for fact in facts["expected"]]


def _planted(book: Book, fact: dict[str, str]) -> Planted:
    return Planted(
        check=fact["check"],
        url=_address(book, fact["at"]),
        target=_target(book, fact),
        note=fact["note"],
        department=book.world.organs[fact["whose"]].name if "whose" in fact else None,
    )


def _target(book: Book, fact: dict[str, str]) -> str | None:
    if "what" in fact:
        return fact["what"].format(**book.clock.periods)
    return _address(book, fact["target"]) if "target" in fact else None


def _stands(book: Book, fact: dict[str, str]) -> bool:
    return fact.get("needs") != "golden-week" or book.clock.golden is not None


def _address(book: Book, name: str) -> str:
    """Return what a fact names: an address of the site by its key, one outside it as it is written."""
    if name.startswith("attached:"):
        item = book.items[name.removeprefix("attached:")]
        return address(PORTAL, FAMILIES[item.organ.family].file(item, item.files[0], 0))
    if name in book.at:
        path = portal_path(book.at[name])
        return address(PORTAL, path_key(path)) if path else book.at[name]
    if ":" in name:
        return name
    raise KeyError(f"planted.yaml: {name} is nothing the site has")
