"""Builds the demonstration site: every answer of every host, and what an inspection should find there."""

from __future__ import annotations

from datetime import date
from functools import partial

from demo import answers
from demo.articles import write_articles
from demo.book import Book
from demo.columns import write_columns
from demo.facts import facts_of
from demo.homes import write_homes
from demo.hosts import BROKEN, PORTAL, SERVICE
from demo.letters import write_letters
from demo.model import DemoSite, HostSite
from demo.special import portal_page, write_answers, write_assets

AS_OF = date(2026, 11, 20)


def build(as_of: date = AS_OF) -> DemoSite:
    """Return the demonstration site as of a day: deterministic, every age counted back from that day."""
    book = Book(as_of)
    for write in (write_assets, write_homes, write_columns, write_articles, write_letters, write_answers):
        write(book)
    return _site(book)


def _site(book: Book) -> DemoSite:
    hosts = {
        PORTAL: HostSite(book.responses[PORTAL], answers.missing(partial(portal_page, book))),
        SERVICE: HostSite(book.responses[SERVICE], answers.to_service_home()),
        BROKEN: HostSite(book.responses[BROKEN], answers.broken_home()),
    }
    return DemoSite(book.clock.as_of, hosts, *facts_of(book), book.at)
