"""What a finding rests on: the addresses that have to be looked at again to know whether it was mended.

They follow from the finding itself (its page, its other end, the addresses in its evidence) and from what
``rules/lexicons/recheck.yaml`` says of its check.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from checks.columns import Column
from checks.model import Finding
from checks.site import Site
from checks.titles import key
from crawler.urls import AddressError, canonical
from rules.lexicons import Recheck, recheck_limits, recheck_of

_ASKABLE = frozenset({"page", "file", "external"})
_SCHEMES = ("http://", "https://")


@dataclass
class Rests:
    """The addresses of one finding, each once.

    ``read`` must open and be read whole, or nothing is known; of ``judged`` the check itself says what it means that
    they do not open; ``asked`` are all that are looked at, those included; ``left_out`` is how many more there would be
    than one finding may ask for.
    """

    rule: Recheck
    read: list[str] = field(default_factory=list)
    judged: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    left_out: int = 0


def rests_of(site: Site, finding: Finding, link: str = "") -> Rests:
    """Return what a finding of an earlier look at a site rests on; ``link`` is where it is said to be mended."""
    rule = recheck_of(finding.check)
    read: list[str] = []
    judged: list[str] = []
    for part, urls in (("page", [finding.url]), ("target", _addresses([finding.target or ""]))):
        (judged if part in rule.by else read).extend(urls)
    asked = _addresses([link])
    for name in rule.look:
        looked = _LOOKS[name](site, finding)
        (read if name in ("holders", "attachments") else asked).extend(looked)
    asked += _columns(site, finding, rule)
    asked += [url for url in _addresses(_texts(finding.evidence)) if url in site.targets]
    every = [url for url in dict.fromkeys([*read, *judged, *asked]) if _is_askable(site, url)]
    kept = every[:recheck_limits()["per_finding"]]
    return Rests(
        rule, read=[url for url in dict.fromkeys(read) if url in kept], judged=[url for url in judged if url in kept],
        asked=kept, left_out=len(every) - len(kept),
    )


def _is_askable(site: Site, url: str) -> bool:
    target = site.targets.get(url)
    return target is None or target.role in _ASKABLE


def _holders(site: Site, finding: Finding) -> list[str]:
    """The pages that hold the link, the one it was shown on first, then those nearest the start."""
    if not finding.target:
        return []
    pages = {source.url for source in site.snapshot.sources(finding.target) if source.url in site.snapshot.pages}
    ordered = sorted(pages, key=lambda url: (url != finding.url, site.depth(url), url))
    return ordered[:recheck_limits()["holders"]]


def _column(site: Site, finding: Finding) -> list[str]:
    column = site.column_of(site.page_address(finding.url))
    return _lists(column) if column is not None else []


def _lists(column: Column) -> list[str]:
    return [page.url for page in column.pages[:recheck_limits()["list_pages"]]]


def _home(site: Site, finding: Finding) -> list[str]:
    return list(site.starts)


def _attachments(site: Site, finding: Finding) -> list[str]:
    page = site.page_of(finding.url)
    return _addresses(link.href for link in page.record.attachments) if page is not None else []


def _named(site: Site, finding: Finding) -> list[str]:
    """What the page links to by the words the finding is about."""
    wanted = key(finding.target or "")
    if not wanted:
        return []
    links = site.snapshot.links_from(site.page_address(finding.url))
    return [url for url, _, words in links if (said := key(words)) and (said in wanted or wanted in said)]


_LOOKS = {"holders": _holders, "column": _column, "home": _home, "attachments": _attachments, "named": _named}


def _columns(site: Site, finding: Finding, rule: Recheck) -> list[str]:
    """The first pages of the columns of some types or names: the department's own first, then those near the start."""
    if not rule.columns and not rule.called:
        return []
    columns = sorted(
        (
            column for column in site.columns
            if column.type in rule.columns or any(word in column.name for word in rule.called)
        ),
        key=lambda column: (
            column.department != finding.department, column.department is not None, site.depth(column.url), column.url,
        ),
    )
    return [column.pages[0].url for column in columns[:recheck_limits()["columns"]]]


def _addresses(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(url for text in texts if (url := _address(text))))


def _address(text: str) -> str:
    try:
        return canonical(text) if text.startswith(_SCHEMES) else ""
    except AddressError:
        return ""


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
