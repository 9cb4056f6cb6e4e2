"""One reading from a page's bytes, what it looked like when rendered, and the data its script fetched: pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from crawler.snapshot.records import Attributes, Link, Listing, ListItem, PageRecord, Reading

# what is as the rendered page has it, be it nothing
_OF_THE_RENDERED = frozenset({
    "page_kind", "error_page", "error_wording", "refresh_to", "script_shell", "listing", "text_length", "signature",
    "charset", "missing_tags", "attributes",
})
_SAME_ROWS = 0.8
_SHOWN_TITLES = 0.5
_TITLE_HEAD = 12


@dataclass(frozen=True)
class Fetched:
    """Data a page fetched itself: the address it is recorded under and what was read of it."""

    url: str
    reading: Reading


def merged(
    raw: Reading, rendered: Sequence[Reading], data: Sequence[Fetched], *, sure: bool,
) -> tuple[Reading, list[Fetched]]:
    """Return what a reader sees of a page, and those of the data that tell its list.

    ``raw`` is the reading of its bytes, ``rendered`` those of the rendered page, one for every page of its list,
    ``data`` the lists among what its script fetched. Rows come from the data where these hold the rendered rows, and
    from the rendered page otherwise. Facts only the bytes tell stay. ``sure`` says that nothing kept the page from
    what it asked for: a list without rows is then empty.
    """
    first = rendered[0]
    record = msgspec.structs.replace(first.record)
    for name in PageRecord.__struct_fields__:
        if name not in _OF_THE_RENDERED and not getattr(record, name):
            setattr(record, name, getattr(raw.record, name))
    if record.page_kind == "other" and raw.record.page_kind not in ("error", "fragment"):
        record.page_kind = raw.record.page_kind
    record.attributes = _attributes(raw.record, first.record)
    record.charset = raw.record.charset
    record.listing, chosen = _listing(raw.record, rendered, data, sure=sure)
    if record.listing is not None and record.listing.next_pages and record.page_kind == "other":
        record.page_kind = "column"
    if sure:
        record.script_shell = False
    links = _links((*rendered, raw))
    text = first.text if first.text.strip() or sure else raw.text
    return Reading(record=record, links=links, text=text), chosen


def _attributes(raw: PageRecord, rendered: PageRecord) -> Attributes:
    own, other = rendered.attributes, raw.attributes
    return own if own.has_table or not other.has_table else other


def _listing(
    raw: PageRecord, rendered: Sequence[Reading], data: Sequence[Fetched], *, sure: bool,
) -> tuple[Listing | None, list[Fetched]]:
    listings = [reading.record.listing for reading in rendered if reading.record.listing is not None]
    rows = _rows(item for listing in listings for item in listing.items)
    chosen = _telling(rows, rendered[0], data)
    basis = next((listing for listing in listings if listing.items), None) or (
        listings[0] if listings else raw.listing
    )
    if basis is None and not chosen:
        return None, []
    listing = msgspec.structs.replace(basis) if basis is not None else Listing()
    listing.items = [] if chosen else rows
    listing.next_pages = [*dict.fromkeys([
        *(one.url for one in chosen), *(url for one in listings for url in one.next_pages),
    ])]
    listing.newest = max((item.date for item in rows if item.date), default=listing.newest)
    # rows that stood in the markup already may be a side list's: they do not show that the list came
    doubted = raw.listing is None or raw.listing.script_filled
    brought = set(rows) - set(raw.listing.items if raw.listing is not None else [])
    listing.script_filled = doubted and not (sure or brought or chosen)
    if chosen:
        listing.dialect, listing.count = chosen[0].reading.record.listing.dialect, None  # type: ignore[union-attr]
    elif rows:
        listing.count = len(rows) if basis is not None and basis.count is not None else None
    elif sure:
        listing.count = 0
    if listing.total is not None and listing.total < len(rows):
        listing.total = None
    return listing, chosen


def _rows(items: Iterable[ListItem]) -> list[ListItem]:
    return [*{(item.href, item.title): item for item in items}.values()]


def _telling(rows: list[ListItem], page: Reading, data: Sequence[Fetched]) -> list[Fetched]:
    """Return the data that tell the page's own list; none where what they tell is not what the reader sees."""
    if rows:
        shown = {item.href for item in rows if item.href}
        own = [one for one in data if shown & {item.href for item in _items(one)}]
        told = {item.href for one in own for item in _items(one)}
        return own if shown and len(shown & told) >= _SAME_ROWS * len(shown) else []
    text = "".join(page.text.split()) + "".join("".join(link.text.split()) for link in page.links)
    return [one for one in data if _is_shown(_items(one), text)]


def _items(one: Fetched) -> list[ListItem]:
    return one.reading.record.listing.items if one.reading.record.listing is not None else []


def _is_shown(items: list[ListItem], text: str) -> bool:
    heads = ["".join(item.title.split())[:_TITLE_HEAD] for item in items]
    return bool(heads) and sum(head in text for head in heads) >= _SHOWN_TITLES * len(heads)


def _links(readings: Iterable[Reading]) -> list[Link]:
    return [*{(link.href, link.element): link for reading in reversed([*readings]) for link in reading.links}.values()]
