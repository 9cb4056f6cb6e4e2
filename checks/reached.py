"""Whether a run looked again at what an earlier finding was about: only then does its absence mean it was mended."""

from __future__ import annotations

from checks.faults import hiding
from checks.model import Finding, Judgement
from checks.site import Site
from crawler.snapshot.records import Fetch
from rules.lexicons import recheck_of

TAKEN_DOWN = frozenset({404, 410})
_SCHEMES = ("http://", "https://")


class Reached:
    """What one run looked at: ask it of a finding that an earlier run made and this one did not."""

    def __init__(self, site: Site, judgement: Judgement) -> None:
        self.site, self.faults = site, judgement.faults
        self._examined = {row.check for row in judgement.examinations if row.examined}

    def __call__(self, finding: Finding) -> bool:
        """Return whether the finding's check had subjects, its page and its other end said what they are, and no fault
        of the crawl hides it.

        An address that nothing on the site leads to any more needs no answer: its link is gone.
        """
        if finding.check not in self._examined:
            return False
        if hiding(self.faults, finding.check, finding.url, finding.column, finding.target) is not None:
            return False
        judged = recheck_of(finding.check).by
        if not self._answered(finding.url, any_answer="page" in judged):
            return False
        target = finding.target or ""
        if not target.startswith(_SCHEMES) or target not in self.site.targets:
            return True
        return self._answered(target, any_answer="target" in judged)

    def _answered(self, url: str, *, any_answer: bool) -> bool:
        """Whether an address was asked and its answer says what is there; any at all where the check judges it."""
        if not self.site.saw(url):
            return False
        end = self.site.route(url).end
        return any_answer or (end is not None and end.fetch is not None and is_decided(end.fetch))


def is_decided(fetch: Fetch) -> bool:
    """Whether an answer says what is at its address, be it that there is nothing any more."""
    if fetch.outcome == "http-error":
        return fetch.status in TAKEN_DOWN
    return fetch.outcome in ("ok", "redirect", "too-large")
