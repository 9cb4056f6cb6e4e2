"""The mailboxes' lists and letters."""

from __future__ import annotations

from demo import mailbox
from demo.addresses import MAILBOX, home_key
from demo.book import Book
from demo.families import FAMILIES
from demo.hosts import PORTAL, address
from demo.render import meta_tags


def write_letters(book: Book) -> None:
    """Give the county's mailbox and the education bureau's."""
    county = [letter for letter in book.mail if letter.box == "county"]
    pages = -(-len(county) // mailbox.ROWS)
    paths = [mailbox.LIST, *(f"{mailbox.LIST}?page={page}" for page in range(2, pages + 1))]
    trail: list[tuple[str, str | None]] = [
        ("首页", book.at[home_key(book.portal)]),
        ("互动交流", None),
        ("县长信箱", book.at[MAILBOX]),
    ]
    common = {"meta": meta_tags(book.world.county, ("县长信箱", "咨询投诉"))}
    for page, path in enumerate(paths, 1):
        book.page(
            "mailbox/county_list",
            path,
            book.portal,
            trail=trail,
            title="县长信箱_云岭县人民政府",
            letters=_letter_rows(book, county[(page - 1) * mailbox.ROWS : page * mailbox.ROWS]),
            page=page,
            pages=pages,
            page_urls=[address(PORTAL, path) for path in paths],
            **common,
        )
    for letter in county:
        book.page(
            "mailbox/county_letter",
            letter.path,
            book.portal,
            trail=[*trail, ("信件详情", None)],
            title=f"{letter.title}_县长信箱",
            letter=letter,
            list_url=book.at[MAILBOX],
            **common,
        )
    _bureau_letters(book, [letter for letter in book.mail if letter.box != "county"])


def _bureau_letters(book: Book, letters: list[mailbox.Letter]) -> None:
    organ = book.world.organs["jytyj"]
    values = book.column_values(organ, organ.column("jzxx"))
    book.page(
        "mailbox/bureau_list",
        FAMILIES[organ.family].column(organ, organ.column("jzxx")),
        organ,
        letters=_letter_rows(book, letters),
        **values,
    )
    for letter in letters:
        book.page(
            "mailbox/bureau_letter", letter.path, organ, letter=letter, **values | {"title": letter.title}
        )


def _letter_rows(book: Book, letters: list[mailbox.Letter]) -> list[dict[str, str]]:
    return [
        {
            "number": letter.number,
            "type": letter.type,
            "title": letter.title,
            "sent": letter.sent.isoformat(),
            "unit": letter.unit,
            "state": letter.state,
            "url": book.at[letter.key],
        }
        for letter in letters
    ]
