"""Builds the demonstration site: every answer of every host, and what an inspection should find there."""

from __future__ import annotations

from datetime import date
from functools import lru_cache, partial
from urllib.parse import urlsplit

from demo import answers
from demo.articles import write_articles
from demo.book import Book
from demo.columns import list_paths, write_columns
from demo.facts import facts_of
from demo.families import FAMILIES
from demo.homes import write_homes
from demo.hosts import BROKEN, PORTAL, SERVICE
from demo.letters import write_letters
from demo.model import DemoSite, HostSite, Response, path_key
from demo.special import portal_page, write_answers, write_assets, write_data

AS_OF = date(2026, 11, 20)


def build(as_of: date = AS_OF) -> DemoSite:
    """Return the demonstration site as of a day: deterministic, every age counted back from that day."""
    book = Book(as_of)
    for write in (
        write_assets, write_data, write_homes, write_columns, write_articles, write_letters, write_answers,
    ):
        write(book)
    return _site(book)


@lru_cache(maxsize=1)
def built(as_of: date = AS_OF) -> DemoSite:
    """Return the site as of a day, built once."""
    return build(as_of)


def first_night(as_of: date = AS_OF) -> DemoSite:
    """Return what the night before is shown of the site: the columns that a page is put into afterwards.

    A home page that links to these columns, their lists and pages: as little as tells what was not there yet.
    """
    book = Book(as_of, first_night=True)
    columns = book.incomplete
    for write in (write_columns, write_articles):
        write(book)
    shown = [book.world.column(name) for name in sorted(columns)]
    paths = {path_key(urlsplit(book.at[name]).path) for name in columns}
    for column in shown:
        organ = book.world.organs[column.id.partition("/")[0]]
        paths |= {path_key(path) for path in list_paths(book, organ, column)}
        family = FAMILIES[organ.family]
        paths |= {path_key(family.article(item)) for item in book.by_column[column.id]}
    kept = {path: answer for path, answer in book.responses[PORTAL].items() if path in paths}
    links = "".join(f'<p><a href="{book.at[column.id]}">{column.name}</a></p>' for column in shown)
    kept["/"] = Response(200, answers.HTML, f"<html><title>{book.world.county.site}</title>{links}</html>".encode())
    missing = Response(404, answers.HTML, b"")
    hosts = {
        PORTAL: HostSite(kept, missing),
        SERVICE: HostSite({}, missing),
        BROKEN: HostSite({}, answers.broken_home()),
    }
    return DemoSite(as_of, hosts, addresses=book.at)


def _site(book: Book) -> DemoSite:
    hosts = {
        PORTAL: HostSite(book.responses[PORTAL], answers.missing(partial(portal_page, book))),
        SERVICE: HostSite(book.responses[SERVICE], answers.to_service_home()),
        BROKEN: HostSite(book.responses[BROKEN], answers.broken_home()),
    }
    return DemoSite(book.clock.as_of, hosts, *facts_of(book), book.at)
