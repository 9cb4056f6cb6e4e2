"""TRS (拓尔思) and its kin: static ``index_N`` pages that a script call offers (``createPageHTML``)."""

from __future__ import annotations

import re
from typing import NamedTuple

from crawler.cms.addresses import Resolver, parts_of
from crawler.cms.lists import build
from crawler.cms.scripted import pages_by_plugin
from crawler.extract.parsed import ParsedPage
from crawler.snapshot.records import Listing

_CALL = re.compile(r"\b(?:createPage(?:HTML)?\w{0,12}|pageControl)\s*\(([^(){};]{1,300})\)", re.IGNORECASE)
_ARGUMENT = re.compile(r"\s*(?:'([^']*)'|\"([^\"]*)\"|(-?\d{1,9})|([^,]*))\s*(?:,|$)")
_COUNT = re.compile(
    r"\b(?:countPage|pageCount|totalPages?|nPageCount|m_nPageCount)['\"]?\s*[=:]\s*['\"]?(\d{1,6})\b", re.IGNORECASE
)
_NAME = re.compile(
    r"[\"'](?:[^\"'<>]{0,40}?(?:href=\\?[\"']?))?([\w./-]{0,40}?)[\"']?\s*(?:\+\s*[\"'])?_[\"']\s*\+\s*[\w.()+\s-]{1,40}?\+\s*[\"']\.?"
    r"(?:[\"']\s*\+\s*[\"'])?(s?html?|jsp)\b"
)
_SIGNS = ("createpage", "pagecontrol", "countpage", "pagecount", "totalpage", "trsapi", "recordcount")
_FILLED = re.compile(r"trsapi|recordCount\s*:", re.IGNORECASE)
# A pager that claims more is lying or broken; a reader never goes that far.
_MOST_PAGES = 1000
_LONGEST_SCRIPT = 200_000
_MOST_SCRIPTS = 20


class _Paging(NamedTuple):
    """What a paging script offers: how many pages and their names; ``first`` is the second page's number."""

    pages: int
    name: str
    suffix: str
    first: int
    total: int | None


def matches(page: ParsedPage) -> bool:
    """Whether the page calls a paging script of this family."""
    codes = (script.text for script in page.scripts)
    return any(sign in small for small in map(str.lower, filter(None, codes)) for sign in _SIGNS)


def items(page: ParsedPage) -> Listing | None:
    """Return the page's list with the further pages its script offers; None where it has no list."""
    scripts = [script for script in page.scripts if script.text and _is_paging(script.text)]
    if not scripts:
        return None
    script, paging = scripts[0], None
    by_plugin: list[str] = []
    for candidate in scripts[:_MOST_SCRIPTS]:
        # one script may define what another calls
        by_plugin = pages_by_plugin(candidate.text[:_LONGEST_SCRIPT], page)
        paging = _paging(candidate.text[:_LONGEST_SCRIPT], page.url)
        if paging is not None or by_plugin:
            script = candidate
            break
    return build(
        page, "trs", bar=script,
        next_pages=by_plugin or (_addresses(paging, page) if paging else []),
        total=paging.total if paging else None,
        unfilled=bool(paging and paging.suffix and paging.pages > 1 and paging.total != 0),
    )


def _is_paging(text: str) -> bool:
    return bool(_CALL.search(text) or _COUNT.search(text) or _FILLED.search(text))


def _paging(text: str, url: str) -> _Paging | None:
    for call in _CALL.finditer(text):
        paging = _called(_arguments(call.group(1)))
        if paging:
            return paging
    count, name = _COUNT.search(text), _NAME.search(text)
    if count is None:
        return None
    if name is None:
        return _Paging(int(count.group(1)), "", "", 1, None)
    base = name.group(1) or _own_name(url)
    first = 2 if re.search(r"==\s*1\s*\)?\s*\{?[^{}]{0,120}index\.", text) else 1
    return _Paging(int(count.group(1)), base, name.group(2), first, None)


def _arguments(text: str) -> list[str | int]:
    values: list[str | int] = []
    for single, double, number, other in _ARGUMENT.findall(text):
        values.append(int(number) if number else single or double or other.strip())
    return values


def _called(values: list[str | int]) -> _Paging | None:
    """Read a call's arguments: (pages, current, name, suffix), (records, pages, current, name, suffix),
    or (element id, pages, current from 1, name, suffix, records).
    """
    numbers = [value for value in values if isinstance(value, int)]
    if values and isinstance(values[0], str) and len(values) >= 5:
        values, first = values[1:], 2
    else:
        first = 1
    lead: list[int] = []
    for value in values:
        if not isinstance(value, int):
            break
        lead.append(value)
    words = [value for value in values[len(lead):] if isinstance(value, str)]
    if len(lead) < 2 or not numbers:
        return None
    total = lead[0] if len(lead) > 2 else None
    pages = lead[-2]
    behind = [value for value in values[len(lead):] if isinstance(value, int)]
    if first == 2 and behind:
        total = behind[-1]
    name, suffix, records = [*words, "", "", ""][:3]
    if total is None and records.isdecimal() and int(records) >= pages:
        total = int(records)
    return _Paging(pages, name, suffix, first, total)


def _addresses(paging: _Paging, page: ParsedPage) -> list[str]:
    name = paging.name or _own_name(page.url)
    if not name or not paging.suffix or paging.pages < 2:
        return []
    resolve = Resolver(page.base)
    numbers = range(paging.first, min(paging.pages, _MOST_PAGES) + paging.first - 1)
    found = [resolve(f"{name}_{number}.{paging.suffix}") for number in numbers]
    return [url for url in found if url and url != page.url]


def _own_name(url: str) -> str:
    file = parts_of(url).path.rsplit("/", 1)[-1]
    return re.sub(r"_\d+$", "", file.rsplit(".", 1)[0]) if "." in file else ""
