"""From one page's bytes to everything that is read from it: the only way in for spider, command line and tests."""

from __future__ import annotations

from crawler.cms import read_listing
from crawler.extract.attachments import read_attachments
from crawler.extract.attributes import DisclosureTable, complete_from_text, fill_scripted, read_attributes, sentences
from crawler.extract.breadcrumb import Breadcrumb, read_breadcrumb
from crawler.extract.content import Content, find_content, find_footer
from crawler.extract.data_answers import read_data_answer
from crawler.extract.errors import read_error
from crawler.extract.feeds import read_feed
from crawler.extract.kind import Evidence, carries_article, page_kind
from crawler.extract.letters import read_letters
from crawler.extract.links import find_links
from crawler.extract.meta import StandardTags, missing_tags, read_own_address, read_tags
from crawler.extract.outline import Outline
from crawler.extract.parsed import ParsedPage, parse_page
from crawler.extract.published import read_published
from crawler.extract.refresh import is_script_shell, read_refresh, sent_to_error
from crawler.extract.related import read_related
from crawler.extract.scripted_fields import scripted_fields
from crawler.extract.signature import read_signature
from crawler.extract.source import read_source
from crawler.extract.title import Title, read_title, without_site
from crawler.extract.told_by_script import told_by_script
from crawler.extract.void import void_listing
from crawler.snapshot.records import Link, PageKind, PageRecord, Reading

_TEXT_LIMIT = 400_000
_LONGEST_TABLE = 120
_CONTENT_KINDS = frozenset({"article", "document", "annual-report", "letter", "consultation"})


def read_page(body: bytes, url: str, *, content_type: str | None = None) -> Reading:
    """Read one page.

    ``body`` is the decompressed answer, ``url`` the address it was answered for, ``content_type`` the HTTP
    header's value where there was one. Never raises: whatever the bytes are, there is a reading of them.
    """
    return (
        read_data_answer(body, url, content_type) or read_feed(body, url)
        or read_parsed(parse_page(body, url, content_type))
    )


def read_parsed(page: ParsedPage) -> Reading:
    """Read a page that is parsed already."""
    tags = read_tags(page)
    links = find_links(page)
    length = page.outline.unlinked
    article = carries_article(page)
    wording = (
        read_error(page, article=article, text_length=length) or sent_to_error(page, length)
        or (None if article else told_by_script(page, length))
    )
    record = _common(page, tags, links, length, error=wording is not None)
    if wording is not None:
        record.page_kind, record.error_page, record.error_wording = "error", True, wording
        text = "\n".join(line.plain for line in page.outline.lines)[:_TEXT_LIMIT]
        return Reading(record=record, links=links, text=text)
    return _full(page, tags, links, record)


def _common(page: ParsedPage, tags: StandardTags, links: list[Link], length: int, *, error: bool) -> PageRecord:
    """What is read of every page, error pages included."""
    return PageRecord(
        site_name=tags.site_name,
        site_domain=tags.site_domain,
        site_id_code=tags.site_id_code,
        column_name=tags.column_name,
        column_type=tags.column_type,
        published_tag=tags.published,
        meta=page.meta,
        charset=page.charset,
        refresh_to=read_refresh(page, length, error=error),
        canonical=read_own_address(page),
        script_shell=is_script_shell(page, length, sum(1 for link in links if link.element == "a")),
        text_length=length,
        signature=read_signature(page),
    )


def _full(page: ParsedPage, tags: StandardTags, links: list[Link], record: PageRecord) -> Reading:
    outline = page.outline
    crumb = page.once(read_breadcrumb) or Breadcrumb()
    table = read_attributes(page)
    title = read_title(page, crumb.labels, crumb.end, table.title)
    anchor = _anchor(title, crumb, table)
    footer = find_footer(outline, anchor)
    content = find_content(outline, _below(outline, anchor, title, table, footer), footer)
    published = read_published(outline, anchor, content, table.end) or table.published
    source = read_source(outline, anchor, content, table.publisher, None)
    attributes = complete_from_text(table.attributes, title.text if title else None, content.lines(outline))
    letters = read_letters(page)
    listing = read_listing(page) or (None if letters else void_listing(page, crumb, footer))
    kind = page_kind(page, Evidence(
        title=title.text if title else None,
        title_shown=title is not None and title.line is not None,
        published=published,
        source_shown=bool(source),
        trail=crumb.labels,
        attributes=attributes,
        listing=listing,
        letters=letters,
        content_length=sum(len(line.text) - line.linked for line in content.lines(outline)),
        links=len(links),
        lines=len(outline.lines),
    ))
    if kind in ("article", "document"):
        attributes.scripted = scripted_fields(page, attributes)
        fill_scripted(attributes, content.lines(outline))
    record.page_kind = kind
    record.breadcrumb = crumb.labels or None
    record.breadcrumb_links = crumb.links
    record.attributes = attributes
    record.missing_tags = missing_tags(page, kind)
    record.letters = letters
    if kind in _CONTENT_KINDS or kind == "fragment":
        record.title = title.text if title else None
        record.published = published
        record.source = source or tags.source
        record.related = read_related(page, anchor, content, record.title)
        record.attachments = read_attachments(page, min(anchor, min(table.lines, default=anchor)), content)
    else:
        record.title = _column_title(page, tags, crumb, kind)
        record.source = tags.source
        if kind == "column" and not (listing and listing.items):
            record.attachments = read_attachments(page, crumb.end, content)
    if kind in ("column", "home", "other", "fragment"):
        record.listing = listing
    return Reading(record=record, links=links, text=_text(page, content, crumb, kind))


def _anchor(title: Title | None, crumb: Breadcrumb, table: DisclosureTable) -> int:
    """The line of the title, or where it would stand."""
    if title is not None and title.line is not None:
        return title.line
    return max(crumb.end, min(table.lines, default=0) if table.attributes.has_table else 0)


def _below(outline: Outline, anchor: int, title: Title | None, table: DisclosureTable, footer: int) -> int:
    """The line at which text can begin: behind the title, and behind the table where that does not follow the text."""
    start = anchor + 1 if title is not None and title.line is not None else anchor
    if not table.end or not start < table.end < start + _LONGEST_TABLE:
        return start
    above = sentences(outline, start, table.first)
    return start if above and above > sentences(outline, table.end, footer) else table.end


def _column_title(page: ParsedPage, tags: StandardTags, crumb: Breadcrumb, kind: PageKind) -> str | None:
    if kind == "home":
        return page.heading or tags.site_name
    named_above = tags.column_name in crumb.labels[:-1]
    if tags.column_name and tags.column_name != tags.site_name and not named_above:
        return tags.column_name
    if len(crumb.labels) > 1:
        return crumb.labels[-1]
    return without_site(page.heading, tags.site_name or "", [], "") or None


def _text(page: ParsedPage, content: Content, crumb: Breadcrumb, kind: PageKind) -> str:
    if kind in _CONTENT_KINDS:
        text = content.text(page.outline)
    else:
        text = "\n".join(line.plain for line in page.outline.lines[crumb.end:content.footer])
    return text[:_TEXT_LIMIT]
