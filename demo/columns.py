"""Column pages: lists with their further pages, and columns that are one page of their own."""

from __future__ import annotations

from demo.book import Book
from demo.county import Column, Organ
from demo.families import FAMILIES
from demo.hosts import PORTAL, address
from demo.model import Response
from demo.pages import page_body


def write_columns(book: Book) -> None:
    """Give every column's page or pages; mailboxes are written with their letters."""
    for organ in book.world.organs.values():
        for column in organ.columns:
            if column.page == "letters":
                continue
            if column.page:
                _single_page(book, organ, column)
            else:
                _list_pages(book, organ, column)


def _single_page(book: Book, organ: Organ, column: Column) -> None:
    path = FAMILIES[organ.family].column(organ, column)
    book.page(
        "page", path, organ, body=page_body(column, organ, book.world), **book.column_values(organ, column)
    )


def list_paths(book: Book, organ: Organ, column: Column) -> list[str]:
    """Return the paths of a list's pages, in order."""
    family = FAMILIES[organ.family]
    pages = max(1, -(-len(book.by_column[column.id]) // family.rows))
    return [family.column(organ, column)] + [
        family.further(organ, column, page, pages) for page in range(2, pages + 1)
    ]


def _list_pages(book: Book, organ: Organ, column: Column) -> None:
    family = FAMILIES[organ.family]
    rows = [book.row(item, misled=True) for item in book.by_column[column.id]]
    paths = list_paths(book, organ, column)
    pages = len(paths)
    urls = [address(PORTAL, path) for path in paths]
    for page, path in enumerate(paths, 1):
        values = {
            "rows": rows[(page - 1) * family.rows : page * family.rows],
            "page": page,
            "pages": pages,
            "page_urls": urls,
            "total": len(rows),
            "next": urls[page] if page < pages else None,
        }
        if family.name == "hanweb" and page > 1:
            xml = book.renderer.page("hanweb/rows.xml", path, family.link, column=column, **values)
            book.put(path, Response(200, (("Content-Type", "text/xml; charset=utf-8"),), xml.encode()))
        else:
            book.page("list", path, organ, **values, **book.column_values(organ, column))
        if page == 1 and path.endswith("/"):
            book.responses[PORTAL][path + "index.html"] = book.responses[PORTAL][path]
