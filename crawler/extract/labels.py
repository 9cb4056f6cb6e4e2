"""A reading in the form of the project's label files: what ``xunjian extract`` prints."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from crawler.snapshot.records import Attributes, Listing, PageRecord, Reading

_FIRST_ITEMS = 3
_ATTRIBUTES = (
    "index_number", "disclosure", "topic", "issuer", "signed", "document_number", "validity", "body_disclosure_note",
)


def as_labels(reading: Reading, url: str) -> dict[str, Any]:
    """Return a reading as a plain dict whose keys and conventions are those of the label files.

    ``url`` is the address the page was read for (``""`` where unknown). Addresses are absolute, dates ISO; of a
    listing the first three items are given.
    """
    record = reading.record
    return {
        "url": url or None,
        "host": urlsplit(url).hostname if url else None,
        "charset_hint": record.charset,
        **_facts(record),
        "attributes": _attributes(record.attributes),
        "related": [{"title": link.title, "href": link.href, "relation": link.relation} for link in record.related],
        "attachments": [{"text": link.title, "href": link.href} for link in record.attachments],
        "listing": _listing(record.listing),
        "missing_tags": record.missing_tags,
    }


def _facts(record: PageRecord) -> dict[str, Any]:
    return {
        "page_kind": record.page_kind,
        "error_page": record.error_page,
        "site_name": record.site_name,
        "site_domain": record.site_domain,
        "site_id_code": record.site_id_code,
        "column_name": record.column_name,
        "column_type": record.column_type,
        "breadcrumb": record.breadcrumb,
        "title": record.title,
        "published": record.published,
        "published_tag": record.published_tag,
        "source": record.source,
    }


def _attributes(attributes: Attributes) -> dict[str, str | None]:
    return {name: getattr(attributes, name) for name in _ATTRIBUTES}


def _listing(listing: Listing | None) -> dict[str, Any] | None:
    if listing is None:
        return None
    return {
        "count": listing.count,
        "newest": listing.newest,
        "items": [
            {"title": item.title, "href": item.href, "date": item.date} for item in listing.items[:_FIRST_ITEMS]
        ],
    }
