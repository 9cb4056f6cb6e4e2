"""Found against planted: which defects an inspection of the demonstration site found, missed, or made up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from crawler.urls import AddressError, canonical
from demo.hosts import local
from demo.linkmap import holders
from demo.model import DemoSite, Planted, Trap
from demo.site import AS_OF, build

# found on whichever page holds the link
LINK_CHECKS = frozenset({"dead-link", "wrong-link"})
_INDEX = re.compile(r"/index\.(html?|shtml|jsp)$")
Key = tuple[str, str, str | None]


@dataclass(frozen=True)
class CheckVerification:
    """One check: what was planted, found and missed, findings that should not be, traps that were hit."""

    check: str
    planted: list[Planted]
    found: list[Planted]
    missed: list[Planted]
    false: list[dict[str, Any]]
    traps: list[Trap]
    traps_hit: list[Trap]

    @property
    def ok(self) -> bool:
        """Everything found, nothing made up."""
        return not (self.missed or self.false or self.traps_hit)


@dataclass(frozen=True)
class Verification:
    """All checks that have planted defects, by id, in the order they are planted in."""

    checks: list[CheckVerification]

    @property
    def ok(self) -> bool:
        """Whether every check is right."""
        return all(check.ok for check in self.checks)


def verify(findings: Iterable[Mapping[str, Any]], base_url: str, as_of: date = AS_OF) -> Verification:
    """Compare findings (as in ``findings.jsonl``) with what is planted in the site served at ``base_url``.

    Only findings with ``verdict: fail`` count. A link's finding counts on any page that holds the link; all
    others must name page and target exactly.
    """
    site = build(as_of)
    base = base_url.rstrip("/")
    failed = [dict(finding) for finding in findings if finding["verdict"] == "fail"]
    pages = _holders(site, base)
    return Verification([_verify(check, site, failed, base, pages) for check in dict.fromkeys(
        planted.check for planted in site.planted
    )])


def _verify(
    check: str, site: DemoSite, failed: list[dict[str, Any]], base: str, pages: dict[str, set[str]]
) -> CheckVerification:
    planted = [entry for entry in site.planted if entry.check == check]
    findings = [finding for finding in failed if finding["check"] == check]
    expected = {_planted_key(entry, base): entry for entry in planted}
    met: set[Key] = set()
    false = []
    for finding in findings:
        key = _finding_key(finding, pages)
        if key in expected:
            met.add(key)
        else:
            false.append(finding)
    traps = [trap for trap in site.traps if trap.check == check]
    accused = {address for finding in false for address in (finding["url"], finding.get("target")) if address}
    named = {_plain(address) for address in accused}
    return CheckVerification(
        check, planted, [expected[key] for key in expected if key in met],
        [expected[key] for key in expected if key not in met], false, traps,
        [trap for trap in traps if _plain(local(trap.url, base)) in named],
    )


def _planted_key(planted: Planted, base: str) -> Key:
    target = None if planted.target is None else _plain(local(planted.target, base))
    url = "" if planted.check in LINK_CHECKS else _plain(local(planted.url, base))
    return planted.check, url, target


def _finding_key(finding: dict[str, Any], pages: dict[str, set[str]]) -> Key:
    url = _plain(finding["url"])
    target = None if finding.get("target") is None else _plain(finding["target"])
    if finding["check"] in LINK_CHECKS and url in pages.get(target or "", ()):
        url = ""
    return finding["check"], url, target


def _holders(site: DemoSite, base: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for target, urls in holders(site).items():
        found.setdefault(_plain(local(target, base)), set()).update(_plain(local(url, base)) for url in urls)
    return found


def _plain(url: str) -> str:
    """One form for addresses that mean the same: canonical, a directory for its index page."""
    try:
        url = canonical(url)
    except AddressError:
        return url
    return _INDEX.sub("/", url)
