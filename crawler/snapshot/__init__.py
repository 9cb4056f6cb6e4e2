"""One run's record: a single SQLite file that holds frontier, answers, bodies, links and what was read."""

from crawler.snapshot.records import (
    AttachmentLink,
    Attributes,
    Fetch,
    Letter,
    Link,
    Listing,
    ListItem,
    PageRecord,
    Reading,
    RelatedLink,
    Render,
)

__all__ = [
    "AttachmentLink", "Attributes", "Fetch", "Letter", "Link", "ListItem", "Listing", "PageRecord", "Reading",
    "RelatedLink", "Render",
]
