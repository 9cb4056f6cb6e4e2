"""Reads the stored pages of a snapshot again with the present extractors, without network."""

from __future__ import annotations

from pathlib import Path

from crawler.extract.reading import read_page
from crawler.extract.version import reading_version
from crawler.middlewares.addresses import AddressGuard
from crawler.snapshot.reader import SnapshotReader
from crawler.snapshot.writer import SnapshotWriter
from crawler.spiders.links import LinkPolicy
from crawler.urls import Scope

_BATCH = 200


def is_outdated(path: Path) -> bool:
    """Whether a snapshot's pages were read otherwise than they would be now; raises SnapshotError."""
    reader = SnapshotReader(path)
    try:
        return reader.meta.get("reading_version") != reading_version()
    finally:
        reader.close()


def reread(path: Path) -> tuple[int, int]:
    """Read every stored page of the site again and put what is read in place of what was.

    Returns how many were, and how many stay as they were read: of a page rendered in a browser the further rows its
    script gave are kept nowhere but in what was read then. Links to addresses nobody knew then are recorded as never
    asked. When it is cut short, the snapshot still says that it was read by another program, and the next time begins
    again. Raises SnapshotError, sqlite3.Error.
    """
    writer = SnapshotWriter(path)
    try:
        reader = SnapshotReader(path, db=writer.db)
        hosts = reader.meta.get("hosts")
        scope = Scope.of([str(host) for host in hosts] if isinstance(hosts, list) else [])
        policy = LinkPolicy(scope, AddressGuard(writer.queries()), writer.knows, check_external=False)
        rendered = {url for url, render in reader.renders.items() if render.outcome in ("ok", "partial")}
        site = [url for url, page in reader.pages.items() if page.role == "page"]
        pages = [url for url in site if url not in rendered]
        count = 0
        for at in range(0, len(pages), _BATCH):
            with writer.transaction():
                count += sum(_read_again(url, reader, writer, policy) for url in pages[at:at + _BATCH])
        writer.set_meta(reading_version=reading_version())
        writer.finish()
    finally:
        writer.close()
    return count, len(site) - len(pages)


def _read_again(url: str, reader: SnapshotReader, writer: SnapshotWriter, policy: LinkPolicy) -> bool:
    body, target = reader.body(url), reader.targets[url]
    if body is None or target.fetch is None:
        return False
    reading = read_page(body, url, content_type=target.fetch.content_type)
    found = policy.links_of(reading, url, target.depth)
    links = [(address, element, text, role, False) for address, element, text, role, _ in found.links]
    writer.replace_reading(url, reading, links, depth=target.depth, unfetched=found.unfetched)
    return True
