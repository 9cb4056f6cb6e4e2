"""What a crawl records of each page: plain values, read by the extractors and judged by the checks.

Dates are ISO strings: ``YYYY-MM-DD`` or ``YYYY-MM-DD HH:MM``. Addresses are absolute. A field is ``None``
where the page carries no such label and ``""`` where the label is shown with an empty value.
"""

from __future__ import annotations

from typing import Literal

import msgspec

PageKind = Literal[
    "article", "document", "column", "home", "annual-report", "letter", "consultation",
    "error", "fragment", "other",
]
Relation = Literal["interpretation", "document", "feedback", "other"]
LinkElement = Literal["a", "area", "frame", "img", "cms", "meta", "script", "redirect", "sitemap", "feed"]
FileOutcome = Literal[
    "ok", "scanned", "encrypted", "unreadable", "unsupported", "not-installed", "too-large", "timeout", "crashed",
]


class Record(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Base of all records: keyword-only, defaults left out when written as JSON."""


class FrozenRecord(msgspec.Struct, kw_only=True, omit_defaults=True, frozen=True):
    """Base of the records that never change once read."""


class Link(FrozenRecord, frozen=True):
    """A link found on a page: where it leads, the words it carries, the element that holds it.

    ``sitemap`` is an address that a sitemap or a feed names, ``feed`` that of a sitemap or feed itself; readers
    see neither.
    """

    href: str
    text: str = ""
    element: LinkElement = "a"


class RelatedLink(FrozenRecord, frozen=True):
    """A link a page gives as related (相关解读, 关联稿件 …), with what it is to the page."""

    title: str
    href: str
    relation: Relation = "other"


class AttachmentLink(FrozenRecord, frozen=True):
    """A file a page offers (附件)."""

    title: str
    href: str


class ListItem(FrozenRecord, frozen=True):
    """One row of a column's list; ``date`` is the day shown beside it."""

    title: str
    href: str
    date: str | None = None


class Listing(Record):
    """The list a column page shows.

    ``dialect`` names the CMS reader that read it. ``next_pages`` are the addresses of the list's further
    pages as far as this page tells. ``script_filled`` is true where the page's own script fetches or writes
    the rows, so that none in the markup does not mean none for a reader. ``empty_notice`` is the wording
    that says the list has nothing (暂无信息), where there is one. ``unreachable_pages`` is true where the list
    has further pages that no address leads to: a form is sent for them, or a script from elsewhere makes them.
    """

    items: list[ListItem] = []
    count: int | None = None
    newest: str | None = None
    dialect: str = "static"
    next_pages: list[str] = []
    total: int | None = None
    script_filled: bool = False
    empty_notice: str | None = None
    unreachable_pages: bool = False


class Attributes(Record):
    """The disclosure table of a document, or what its text says in its place.

    ``scripted`` names the fields without a value that a script of the page may write.
    """

    index_number: str | None = None
    disclosure: str | None = None
    topic: str | None = None
    issuer: str | None = None
    signed: str | None = None
    document_number: str | None = None
    validity: str | None = None
    body_disclosure_note: str | None = None
    has_table: bool = False
    abolished: str | None = None
    scripted: list[str] = []


class Letter(Record):
    """A letter (来信) on its own page or as a row of a list, and its reply.

    ``received`` and ``replied`` are days; ``status`` the wording shown (已办结, 处理中, 不予受理 …).
    """

    title: str = ""
    href: str | None = None
    number: str | None = None
    channel: str | None = None
    status: str | None = None
    received: str | None = None
    replied: str | None = None
    department: str | None = None
    question: str | None = None
    reply: str | None = None
    has_reply_area: bool = False


class PageRecord(Record):
    """Everything the extractors read from one page; the keys follow the project's label files."""

    page_kind: PageKind = "other"
    error_page: bool = False
    error_wording: str | None = None
    site_name: str | None = None
    site_domain: str | None = None
    site_id_code: str | None = None
    column_name: str | None = None
    column_type: str | None = None
    breadcrumb: list[str] | None = None
    breadcrumb_links: list[str] = []
    title: str | None = None
    published: str | None = None
    published_tag: str | None = None
    source: str | None = None
    attributes: Attributes = msgspec.field(default_factory=Attributes)
    related: list[RelatedLink] = []
    attachments: list[AttachmentLink] = []
    listing: Listing | None = None
    letters: list[Letter] = []
    missing_tags: list[str] | None = None
    meta: dict[str, str] = {}
    charset: str | None = None
    refresh_to: str | None = None
    canonical: str | None = None
    script_shell: bool = False
    text_length: int = 0
    signature: str = ""


class Fetch(Record):
    """How one address answered.

    ``outcome``: ``ok`` · ``redirect`` · ``http-error`` (status says which) · ``blocked`` (401, 403, 412, 429,
    challenge pages) · ``dns`` · ``refused`` · ``network`` · ``timeout`` · ``tls`` · ``too-large`` · ``robots`` ·
    ``protocol`` (what came is no HTTP) · ``trap`` (made up by the site without end, never asked) ·
    ``forbidden-address`` (loopback, private, link-local: never fetched) · ``unsupported`` (``file:``, drive
    paths, broken addresses: never fetched) · ``not-fetched`` (a limit was reached first).
    ``fetched_at`` is seconds since the epoch; ``bytes`` the size of the decoded body; ``attempts`` the number
    of spaced probes that led to this outcome; ``headers`` a few that later stages need, lower-cased.
    """

    outcome: str
    status: int | None = None
    reason: str = ""
    redirect_to: str | None = None
    attempts: int = 1
    fetched_at: float = 0.0
    bytes: int = 0
    content_type: str | None = None
    sha256: str | None = None
    headers: dict[str, str] = {}


class Render(Record):
    """What became of rendering a page in a browser.

    ``why`` it was to be rendered: ``list`` (its rows come by a script) · ``pager`` (further pages of its list only by
    a script) · ``shell`` · ``blank`` (nothing to read) · ``always`` (as configured). ``outcome``: ``planned`` · ``ok``
    · ``partial`` (rendered, but not all it asked for could be had) · ``timeout`` · ``failed`` · ``absent`` (no browser
    here) · ``skipped`` (a limit was reached) · ``unneeded`` (its rows were found without). ``reason`` is in Chinese;
    ``rendered_at`` is seconds since the epoch, ``sha256`` that of the rendered markup, which is kept as a body.
    """

    why: str
    outcome: str = "planned"
    reason: str = ""
    seconds: float = 0.0
    rendered_at: float = 0.0
    sha256: str | None = None


class SearchTry(Record):
    """What came of asking the site's own search, once, for the title of a page the crawl read.

    ``why``: ``asked`` · ``no-form`` (none that asks the site by GET) · ``no-title`` (the crawl read no page to look
    for). ``address`` is what was asked, ``words`` the title, ``url`` the page. Where the answer is a page: ``found``
    says it links to the page or carries the title in a link, ``by_script`` that scripts bring its content,
    ``error_page`` that it says of itself that something failed; ``text`` is the beginning of what it says.
    """

    why: str
    address: str = ""
    words: str = ""
    url: str = ""
    fetch: Fetch | None = None
    found: bool = False
    by_script: bool = False
    error_page: bool = False
    text: str = ""


class SiteFeatures(Record):
    """What the site can do besides showing pages, as tried once in the crawl; None where it was not tried.

    ``https`` is how the home page answered under HTTPS, where the site is under HTTP on the usual port. ``ipv6`` says
    whether the name service has an IPv6 address of the site, None where there is no name service to ask.
    """

    search: SearchTry | None = None
    https: Fetch | None = None
    ipv6: bool | None = None


class Reading(Record):
    """All that is read from one page's bytes: the record, its links, and the text of its content area."""

    record: PageRecord
    links: list[Link] = []
    text: str = ""


class PageAnswer(FrozenRecord, frozen=True, array_like=True):
    """A Reading on its way back; ``runs`` are its links, cut into runs, each a list of Link as MessagePack."""

    record: PageRecord
    runs: list[bytes]
    text: str


class PageMessage(FrozenRecord, frozen=True, array_like=True):
    """A page on its way to the process that reads it: arguments of ``read_page``."""

    url: str
    content_type: str | None
    body: bytes


class FileTable(FrozenRecord, frozen=True):
    """One table of a file: a sheet's name where it has one, the rows that hold anything.

    The value of a merged cell stands in its first cell, the others are empty; rows end at their last value.
    """

    rows: list[list[str]]
    name: str = ""


class FileRecord(Record):
    """What was read of one file (an attachment, or a member of an archive).

    ``format`` is what the bytes are (``pdf``, ``docx``, ``xls``, ``html`` …), ``claimed`` the suffix its name says.
    ``outcome``: ``ok`` · ``scanned`` (a PDF of pictures without text) · ``encrypted`` · ``unreadable`` (damaged) ·
    ``unsupported`` (a format that is not read) · ``not-installed`` (a library or program is missing) ·
    ``too-large`` · ``timeout`` · ``crashed`` (the reading process was lost over it); ``reason`` says so in Chinese.
    ``partial`` is true where something of the file is in neither text nor tables: a limit was reached, some pages
    are pictures, a member could not be read. What a partial file does not show, it may still say.
    ``title`` is the document's own title property; ``pages`` its pages, sheets or slides; ``name`` a member's name.
    """

    format: str
    outcome: FileOutcome = "ok"
    reason: str = ""
    partial: bool = False
    claimed: str = ""
    name: str = ""
    title: str = ""
    pages: int | None = None
    text_length: int = 0
    tables: list[FileTable] = []
    members: list[FileRecord] = []


class FileReading(Record):
    """All that is read from one file's bytes: the record, and its text (of an archive: its members' texts).

    ``version`` is that of the readers, as ``reading_version`` tells it, where it is kept for later runs.
    """

    record: FileRecord
    text: str = ""
    version: str = ""
