"""What a stored page shows beyond its record: its tree, its visible lines, the row that holds a link."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import NamedTuple
from weakref import WeakKeyDictionary

from lxml import etree, html

from checks.site import Site
from crawler.snapshot.reader import Page
from crawler.urls import AddressError, canonical

# longer bodies are cut: no page a person reads is larger
_MAX_BYTES = 4_000_000
# what a label and a link share is a line
_LABELLED_LINE = 200
INVISIBLE = frozenset({"script", "style", "noscript", "template", "head", "select"})
BLOCKS = frozenset({
    "p", "div", "li", "tr", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "br", "dd", "dt", "section",
    "table", "ul", "ol", "dl", "form", "header", "footer", "article", "caption",
})  # fmt: skip
_SPACE = re.compile(r"[ \t\r\f\v\u00a0\u3000]+")
_COUNT = re.compile(r"\d+")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# a check asks for the same page's markup several times in a row
_LAST: WeakKeyDictionary[Site, tuple[str, str]] = WeakKeyDictionary()


def markup_of(site: Site, page: Page) -> str:
    """Return a page's markup as text, as rendered where it was, else as stored; empty where neither is kept."""
    url, markup = _LAST.get(site, ("", ""))
    if url != page.url:
        markup = _markup_of(site, page)
        _LAST[site] = page.url, markup
    return markup


def _markup_of(site: Site, page: Page) -> str:
    rendered = site.snapshot.rendered(page.url)
    if rendered:
        return rendered[:_MAX_BYTES].decode("utf-8", "replace")
    body = site.snapshot.body(page.url)
    if not body:
        return ""
    try:
        return body[:_MAX_BYTES].decode(page.record.charset or "utf-8", "replace")
    except LookupError:
        return body[:_MAX_BYTES].decode("utf-8", "replace")


def absolute(href: str, base: str) -> str:
    """Return the address a link on the page ``base`` leads to; the words themselves where they are no address."""
    try:
        return canonical(href, base)
    except AddressError:
        return href


def tree_of(site: Site, page: Page) -> html.HtmlElement | None:
    """Return a page's tree, None where no body is stored or none can be made of it."""
    return parsed(markup_of(site, page))


def parsed(markup: str) -> html.HtmlElement | None:
    """Return the tree of some markup; None where there is none."""
    if not markup.strip():
        return None
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(markup.encode("utf-8", "replace"), parser)
    except (etree.ParseError, ValueError):
        return None
    return root if isinstance(root, html.HtmlElement) else None


def lines_of(root: html.HtmlElement | None, *, apart: bool = False, opened: bool = False) -> list[str]:
    """Return the lines a reader sees, in order; scripts, styles and hidden blocks left out.

    With ``apart`` blanks stand around what each element says, and what a picture stands for (``alt``) is told; with
    ``opened`` what tabs show when they are opened is among the lines.
    """
    if root is None:
        return []
    parts: list[str] = []
    _collect(root, parts, " " if apart else "", opened)
    lines = (_SPACE.sub(" ", line).strip() for line in "".join(parts).split("\n"))
    return [line for line in lines if line]


def _collect(root: html.HtmlElement, parts: list[str], between: str, opened: bool) -> None:
    skipped = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        hidden = element.tag in INVISIBLE or (is_hidden(element) and not (opened and is_tabs_panel(element)))
        if event == "start":
            skipped += bool(hidden)
            if not skipped:
                parts += ["\n" if element.tag in BLOCKS else between, _unbroken(element.text)]
                if between and element.tag == "img":
                    parts.append(_unbroken(element.get("alt")))
        else:
            skipped -= bool(hidden)
            if not skipped:
                parts += ["\n" if element.tag in BLOCKS else between, _unbroken(element.tail)]


def is_hidden(element: html.HtmlElement) -> bool:
    """Whether a block's own style hides it."""
    return bool(_HIDDEN.search(element.get("style") or ""))


def is_tabs_panel(element: html.HtmlElement) -> bool:
    """Whether a hidden block is one that a tab opens: it says so, or one like it stands beside it and is shown."""
    if element.get("role") == "tabpanel":
        return True
    parent = element.getparent()
    return parent is not None and any(
        other.tag == element.tag and not is_hidden(other) and _is_like(other, element) for other in parent
        if other is not element
    )


def _is_like(one: html.HtmlElement, other: html.HtmlElement) -> bool:
    names = [set((element.get("class") or "").split()) for element in (one, other)]
    marks = [_COUNT.sub("", element.get("id") or "") for element in (one, other)]
    return bool(names[0] & names[1]) or bool(marks[0] and marks[0] == marks[1])


def _unbroken(text: str | None) -> str:
    return (text or "").replace("\n", " ")


class Row(NamedTuple):
    """A row of a list: its whole text, and all its links as (address, words)."""

    text: str = ""
    links: tuple[tuple[str, str], ...] = ()


def rows_by_link(site: Site, page: Page) -> dict[str, Row]:
    """Return, for each address a page links to from a row (``li``, ``tr``, a card), the row.

    What the row's elements say stands apart by blanks, what its pictures stand for (``alt``) with it.
    """
    root = tree_of(site, page)
    rows: dict[str, Row] = {}
    if root is None:
        return rows
    for anchor in root.iter("a"):
        href = anchor.get("href")
        row = next((up for up in anchor.iterancestors("tr", "li", "dd", "dl")), None)
        row = _card_of(anchor) if row is None and href else row
        if not href or row is None:
            continue
        text = " ".join(lines_of(row, apart=True))
        if len(text) > 600:
            continue
        with suppress(AddressError):
            rows.setdefault(site.page_address(canonical(href.strip(), page.url)), Row(text, _links_in(row, page)))
    return rows


def _card_of(anchor: html.HtmlElement) -> html.HtmlElement | None:
    """Return the largest block around a link that holds no link to anything else; None where it holds but the link."""
    card = None
    for up in anchor.iterancestors("div", "section", "article", "p"):
        if any(other.get("href") != anchor.get("href") for other in up.iter("a")):
            break
        card = up
    return card


def _links_in(row: html.HtmlElement, page: Page) -> tuple[tuple[str, str], ...]:
    found = []
    for anchor in row.iter("a"):
        with suppress(AddressError):
            found.append((canonical((anchor.get("href") or "").strip(), page.url), " ".join(lines_of(anchor))))
    return tuple(found)


def labelled_links(site: Site, page: Page) -> list[tuple[str, str, str]]:
    """Return the links of a page that share a line or a table's row with other words: (address, words, other words)."""
    root = tree_of(site, page)
    found: list[tuple[str, str, str]] = []
    for anchor in root.iter("a") if root is not None else ():
        href, words = (anchor.get("href") or "").strip(), " ".join(lines_of(anchor))
        block = next((up for up in anchor.iterancestors() if up.tag in BLOCKS), None)
        row = block if block is None or block.tag not in ("td", "dd") else block.getparent()
        if not href or row is None or row.tag in ("dl", "table"):
            continue
        line = " ".join(lines_of(row))
        if len(line) > _LABELLED_LINE:
            continue
        with suppress(AddressError):
            found.append((canonical(href, page.url), words, line.replace(words, " ", 1).strip()))
    return found
