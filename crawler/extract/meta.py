"""The standard page tags (SiteName … ContentSource): their values, and which of them a page lacks."""

from __future__ import annotations

import re
from typing import NamedTuple

from crawler.extract.dates import parse_date
from crawler.extract.parsed import ParsedPage
from crawler.extract.title import tag_text
from crawler.snapshot.records import PageKind
from crawler.urls import AddressError, canonical

SITE_TAGS = ("SiteName", "SiteDomain", "SiteIDCode")
COLUMN_TAGS = ("ColumnName", "ColumnType")
ARTICLE_TAGS = ("ArticleTitle", "PubDate", "ContentSource")
_REQUIRED: dict[PageKind, tuple[str, ...]] = {
    "home": SITE_TAGS,
    "column": SITE_TAGS + COLUMN_TAGS,
    **dict.fromkeys(
        ("article", "document", "annual-report", "letter", "consultation"), SITE_TAGS + COLUMN_TAGS + ARTICLE_TAGS
    ),
}
_HEAD = re.compile(r"<(?:head|title|html)\b", re.IGNORECASE)
_DOMAINS = re.compile(r"[,，;；、|\s]+")
_SCHEME = re.compile(r"^[a-z]+:/{1,3}", re.IGNORECASE)


class StandardTags(NamedTuple):
    """Values of the standard tags; None where absent or empty."""

    site_name: str | None
    site_domain: str | None
    site_id_code: str | None
    column_name: str | None
    column_type: str | None
    published: str | None
    source: str | None


def read_tags(page: ParsedPage) -> StandardTags:
    """Return the standard tags; the domain without scheme and closing slash, the date in ISO form."""
    value = {name.lower(): tag_text(page.meta.get(name.lower())) or None
             for name in SITE_TAGS + COLUMN_TAGS + ARTICLE_TAGS}
    return StandardTags(
        site_name=value["sitename"],
        site_domain=_domain(value["sitedomain"]),
        site_id_code=value["siteidcode"],
        column_name=value["columnname"],
        column_type=value["columntype"],
        published=parse_date(value["pubdate"]),
        source=value["contentsource"],
    )


def missing_tags(page: ParsedPage, kind: PageKind) -> list[str] | None:
    """Return the required tags that are absent or empty, in the standard's order.

    None where a page is not to be judged: error pages, other kinds, excerpts without a head.
    """
    required = _REQUIRED.get(kind)
    if required is None or not (page.meta or _HEAD.search(page.html[:20_000])):
        return None
    return [name for name in required if not page.meta.get(name.lower())]


def _domain(value: str | None) -> str | None:
    if not value:
        return None
    first = next((part for part in _DOMAINS.split(value) if part), "")
    return _SCHEME.sub("", first).rstrip("/").lower() or None


def read_own_address(page: ParsedPage) -> str | None:
    """Return the address a page names as its own (``rel=canonical``), in its one form; None where it names none."""
    for tag in page.named["link"]:
        if (tag.get("rel") or "").strip().lower() == "canonical" and tag.get("href"):
            try:
                return canonical(page.resolve(tag.get("href")))
            except AddressError:
                return None
    return None
