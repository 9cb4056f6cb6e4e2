"""Found against planted: which defects an inspection of the demonstration site found, missed, or made up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from crawler.urls import AddressError, canonical
from demo.demanded import checks_in_force
from demo.hosts import local
from demo.linkmap import holders
from demo.model import DemoSite, Planted, Trap
from demo.site import AS_OF, built

# found on whichever page holds the link
LINK_CHECKS = frozenset({"dead-link", "wrong-link"})
_INDEX = re.compile(r"/index\.(html?|shtml|jsp)$")
Key = tuple[str, str, str | None, str | None]


@dataclass(frozen=True)
class CheckVerification:
    """One check: what is planted, which of it was met, findings that should not be, traps and those hit."""

    check: str
    expected: list[Planted]
    met: list[Planted]
    unmet: list[Planted]
    made_up: list[dict[str, Any]]
    laid: list[Trap]
    fallen_for: list[Trap]

    @property
    def ok(self) -> bool:
        """Everything found, nothing made up."""
        return not (self.unmet or self.made_up or self.fallen_for)

    @property
    def planted(self) -> int:
        """How many defects are planted."""
        return len(self.expected)

    @property
    def found(self) -> int:
        """How many of them were found."""
        return len(self.met)

    @property
    def missed(self) -> int:
        """How many of them were not found."""
        return len(self.unmet)

    @property
    def false(self) -> int:
        """How many findings name what is not planted."""
        return len(self.made_up)

    @property
    def traps(self) -> int:
        """How many traps are laid."""
        return len(self.laid)

    @property
    def traps_hit(self) -> int:
        """How many of them were reported as defects."""
        return len(self.fallen_for)


@dataclass(frozen=True)
class Verification:
    """All checks that have planted defects, in their order; ``base_url`` is where the site was served."""

    checks: list[CheckVerification]
    base_url: str

    @property
    def ok(self) -> bool:
        """Whether every check is right."""
        return all(check.ok for check in self.checks)

    @property
    def details(self) -> list[str]:
        """One Chinese line for every miss, every false finding and every trap that was hit."""
        lines = []
        for check in self.checks:
            lines += [
                f"漏报 {check.check}：{_shown(entry, self.base_url)}（{entry.note}）" for entry in check.unmet
            ]
            lines += [
                f"误报 {check.check}：{finding['url']}"
                + (f" → {finding['target']}" if finding.get("target") else "")
                + f"（{finding.get('message', '')}）"
                for finding in check.made_up
            ]
            lines += [
                f"误入陷阱 {check.check}：{local(trap.url, self.base_url)}（{trap.why}）"
                for trap in check.fallen_for
            ]
        return lines


def _shown(planted: Planted, base: str) -> str:
    url = local(planted.url, base)
    whose = f"（{planted.department}）" if planted.department else ""
    return url + whose if planted.target is None else f"{url} → {local(planted.target, base)}{whose}"


def verify(findings: Iterable[Mapping[str, Any]], base_url: str, as_of: date = AS_OF) -> Verification:
    """Compare findings (as in ``findings.jsonl``) with what is planted in the site served at ``base_url``.

    Checks that no clause of the packs binds (yet) find nothing and are left out. Only findings with
    ``verdict: fail`` count. A link's finding counts on any page that holds the link; all others must name
    page and target exactly.
    """
    site = built(as_of)
    base = base_url.rstrip("/")
    failed = [dict(finding) for finding in findings if finding["verdict"] == "fail"]
    pages = _holders(site, base)
    in_force = checks_in_force()
    names = dict.fromkeys(
        [planted.check for planted in site.planted if planted.check in in_force]
        + [finding["check"] for finding in failed]
    )
    return Verification([_verify(check, site, failed, base, pages) for check in names], base)


def _verify(
    check: str, site: DemoSite, failed: list[dict[str, Any]], base: str, pages: dict[str, set[str]]
) -> CheckVerification:
    planted = [entry for entry in site.planted if entry.check == check]
    findings = [finding for finding in failed if finding["check"] == check]
    expected = {_planted_key(entry, base): entry for entry in planted}
    shared = {key[:3] for key in expected if key[3] is not None}
    expected_reviews = {_planted_key(entry, base) for entry in site.expected if entry.check == check}
    met: set[Key] = set()
    false = []
    for finding in findings:
        key = _finding_key(finding, pages, shared)
        if key in expected:
            met.add(key)
        elif finding.get("confidence") != "review" or key not in expected_reviews:
            false.append(finding)
    traps = [trap for trap in site.traps if trap.check == check]
    accused = {address for finding in false for address in (finding["url"], finding.get("target")) if address}
    named = {_plain(address) for address in accused}
    return CheckVerification(
        check,
        planted,
        [expected[key] for key in expected if key in met],
        [expected[key] for key in expected if key not in met],
        false,
        traps,
        [trap for trap in traps if _plain(local(trap.url, base)) in named],
    )


def _planted_key(planted: Planted, base: str) -> Key:
    target = None if planted.target is None else _plain(local(planted.target, base))
    url = "" if planted.check in LINK_CHECKS else _plain(local(planted.url, base))
    return planted.check, url, target, planted.department


def _finding_key(
    finding: dict[str, Any], pages: dict[str, set[str]], shared: set[tuple[str, str, str | None]]
) -> Key:
    """Return what a finding is known by; its department counts only where defects ``shared`` tell theirs."""
    url = _plain(finding["url"])
    target = None if finding.get("target") is None else _plain(finding["target"])
    if finding["check"] in LINK_CHECKS and url in pages.get(target or "", ()):
        url = ""
    place = (finding["check"], url, target)
    return (*place, finding.get("department") if place in shared else None)


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
