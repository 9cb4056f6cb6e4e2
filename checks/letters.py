"""Letters (来信): one each, put together from list rows and the letters' own pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from checks.titles import key
from crawler.snapshot.reader import Page
from crawler.snapshot.records import Letter

if TYPE_CHECKING:
    from checks.site import Site


@dataclass(frozen=True)
class SiteLetter:
    """One letter: the address a person opens to see it, where on that page it stands, what is known of it.

    ``own_page`` is the letter's own page when it was read; ``list_page`` a list that holds it. ``locator`` is
    empty where the letter has a page of its own.
    """

    url: str
    locator: str
    letter: Letter
    department: str | None
    own_page: Page | None = None
    list_page: Page | None = None


def channel_of(site: Site, entry: SiteLetter) -> str:
    """Return what a letter came in by, as its page and the columns it stands in name it (县长信箱 市民热线 信访)."""
    named = [entry.letter.channel or ""]
    for page in (entry.own_page, entry.list_page):
        if page is not None:
            named += [site.column_name(page.url) or "", page.record.column_name or ""]
    return " ".join(dict.fromkeys(name for name in named if name))


def collect(site: Site) -> list[SiteLetter]:
    """Return all letters of a site, by address and place; list rows and the page they lead to are one."""
    own: dict[str, Page] = {}
    groups: dict[tuple[str, ...], list[tuple[Page, Letter]]] = {}
    for page in site.pages.values():
        if page.record.page_kind == "letter" and len(page.record.letters) == 1:
            own[page.url] = page
    for page in site.pages.values():
        if page.url in own:
            continue
        for letter in page.record.letters:
            groups.setdefault(_identity(site, page, letter), []).append((page, letter))
    by_number = {
        letter.number: url for url, page in own.items() for letter in page.record.letters if letter.number
    }
    letters = []
    claimed: set[str] = set()
    for identity, rows in sorted(groups.items()):
        url = identity[1] if identity[0] == "page" else by_number.get(rows[0][1].number or "")
        if url in own and url not in claimed:
            claimed.add(url)
            letters.append(_with_page(site, own[url], rows))
        elif url not in claimed:
            letters.append(_from_rows(site, identity, rows))
    letters += [_with_page(site, page, []) for url, page in own.items() if url not in claimed]
    return sorted(letters, key=lambda entry: (entry.url, entry.locator))


def _identity(site: Site, page: Page, letter: Letter) -> tuple[str, ...]:
    """Return what makes rows the same letter: the page they lead to, else the number, else title and day."""
    if letter.href:
        address = site.page_address(letter.href)
        if address not in site.list_addresses:
            return ("page", address)
    if letter.number:
        return ("number", letter.number)
    return ("row", page.url, key(letter.title), letter.received or "")


def _with_page(site: Site, page: Page, rows: list[tuple[Page, Letter]]) -> SiteLetter:
    letter = _merged([page.record.letters[0], *(row for _, row in rows)])
    list_page = rows[0][0] if rows else None
    return SiteLetter(
        page.url, "", letter, site.department_of_letter(letter, page), own_page=page, list_page=list_page
    )


def _from_rows(site: Site, identity: tuple[str, ...], rows: list[tuple[Page, Letter]]) -> SiteLetter:
    page, letter = rows[0][0], _merged([row for _, row in rows])
    department = site.department_of_letter(letter, page)
    if identity[0] == "page":
        return SiteLetter(identity[1], "", letter, department, list_page=page)
    locator = letter.number or f"{letter.title[:60]} {letter.received or ''}".strip()
    return SiteLetter(page.url, locator, letter, department, list_page=page)


def _merged(versions: Iterable[Letter]) -> Letter:
    """Return one letter from several readings of it: the first that says something of a field decides."""
    first, *others = versions
    values = msgspec.structs.asdict(first)
    for other in others:
        for name, value in msgspec.structs.asdict(other).items():
            values[name] = values[name] or value
    return Letter(**values)
