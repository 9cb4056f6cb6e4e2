"""Home pages: the portal's, the departments', the towns'."""

from __future__ import annotations

from typing import Any

from demo.addresses import MAILBOX, home_key
from demo.book import Book
from demo.families import FAMILIES
from demo.hosts import PORTAL, SERVICE, address
from demo.render import ListRow, meta_tags

_HOME_BOXES = ("ylyw", "tzgg", "zfwj", "zcjd", "bmdt", "zjdt", "tjxx")
_ORGAN_BOXES = ("gzdt", "tzgg", "zcwj", "zcjd")


def write_homes(book: Book) -> None:
    """Give every organ's home page, the directory's under its index page's name as well."""
    county = book.world.county
    for organ in book.world.organs.values():
        family = FAMILIES[organ.family]
        names = _HOME_BOXES if organ.kind == "county" else _ORGAN_BOXES
        boxes = [book.box(organ.column(key), 6) for key in names if organ.has(key)]
        columns = [(column.name, book.at[column.id]) for column in organ.columns]
        values: dict[str, Any] = {"boxes": boxes, "columns": columns, "meta": meta_tags(county)}
        template, title = "home", organ.name
        if organ.kind == "county":
            values |= _portal_home(book)
            title = county.site
        elif organ.family == "hanweb":
            template = "organ"
        path = family.home(organ)
        book.page(template, path, organ, title=title, **values)
        if path.endswith("/"):
            twin = "index.jsp" if family.name == "jsp" else "index.html"
            book.responses[PORTAL][path + twin] = book.responses[PORTAL][path]


def _portal_home(book: Book) -> dict[str, Any]:
    lead = next(item for item in book.items.values() if item.headline)
    slide = next(item for item in book.by_column["xzf/ylyw"] if item.picture is not None)
    organs = book.world.organs.values()

    def named(kind: str) -> list[tuple[str, str]]:
        return [(organ.name, book.at[home_key(organ)]) for organ in organs if organ.kind == kind]

    def section(name: str) -> list[tuple[str, str]]:
        return [(column.name, book.at[column.id]) for column in book.portal.columns if column.section == name]

    return {
        "headline": ListRow(book.at[lead.key], lead.title, lead.headline or lead.title, ""),
        "slide": book.row(slide, misled=False),
        "disclosure": section("政府信息公开"),
        "interaction": [*section("互动交流"), ("县长信箱", book.at[MAILBOX])],
        "departments": named("department"),
        "towns": named("town"),
        "service": address(SERVICE, "/"),
    }
