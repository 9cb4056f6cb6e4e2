"""Article pages with their attachments."""

from __future__ import annotations

from demo import files
from demo.book import Book
from demo.documents import full_text, table_fields
from demo.families import FAMILIES
from demo.hosts import PORTAL, address
from demo.item import Item
from demo.pages import paragraphs_html
from demo.render import meta_tags


def write_articles(book: Book) -> None:
    """Give every item's page and attachments."""
    for column_items in book.by_column.values():
        for place, item in enumerate(column_items):
            before = column_items[place - 1] if place else None
            after = column_items[place + 1] if place + 1 < len(column_items) else None
            _article(book, item, before, after)


def _meta(book: Book, item: Item) -> list[tuple[str, str]]:
    """Return an article's page tags, those its ``variant`` names changed or left out."""
    tags = meta_tags(
        book.world.county,
        (item.column.name, item.column.name),
        (item.title, f"{item.tag_day.isoformat()} 09:{item.serial % 60:02d}", item.organ.name),
    )
    changed = [(name, item.variant.meta.get(name, content)) for name, content in tags]
    return [(name, content) for name, content in changed if content is not None]


def _article(book: Book, item: Item, before: Item | None, after: Item | None) -> None:
    family, column = FAMILIES[item.organ.family], item.column
    attached = [(name, family.file(item, name, place)) for place, name in enumerate(item.files)]
    for name, path in attached:
        lines = item.variant.contents.get(name) or [
            paragraph.text for paragraph in item.paragraphs if paragraph.style != "html"
        ]
        book.put_file(path, name, files.document(name, name.rsplit(".", 1)[0], lines))
    book.page(
        "article",
        family.article(item),
        item.organ,
        column=column,
        heading=item.title,
        title=f"{item.organ.name} {column.name} {item.title}",
        trail=book.trail(item.organ, column, article=True),
        day=item.day.isoformat(),
        source=item.organ.name,
        meta=_meta(book, item),
        fields=table_fields(item, book.world),
        body=paragraphs_html(full_text(item)),
        picture=book.picture(item),
        serial=item.serial,
        shell=item.empty_shell,
        files=[(name, address(PORTAL, path)) for name, path in attached],
        related=[
            (label, [(book.items[key].title, book.at[key]) for key in keys]) for label, keys in item.related
        ],
        previous=book.row(before, misled=False) if before else None,
        following=book.row(after, misled=False) if after else None,
    )
