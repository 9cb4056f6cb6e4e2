"""Which links count when only some addresses are asked again: what newly stands on their pages, one step on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from crawler.middlewares.addresses import AddressGuard
from crawler.snapshot.records import Reading
from crawler.snapshot.runs import Run
from crawler.spiders.links import FoundLinks, LinkPolicy
from crawler.urls import AddressError, Scope, canonical


class ClosedPolicy(LinkPolicy):
    """Decides about addresses where nothing is asked but ``again`` and what newly stands there.

    ``linked_before`` gives the addresses a page linked to when it was read before, ``most`` is how many addresses may
    join besides those asked again.
    """

    def __init__(
        self, scope: Scope, guard: AddressGuard, knows: Callable[[str], bool], *, check_external: bool,
        again: Collection[str], linked_before: Callable[[str], Collection[str]], most: int,
    ) -> None:
        super().__init__(scope, guard, knows, check_external=check_external)
        self._again = set(again)
        self._linked_before = linked_before
        self._left = most

    def follow(self, url: str, target: str) -> None:
        """Let the address that one asked again redirects to count as asked again itself."""
        if url in self._again:
            self._again.add(target)

    def links_of(self, reading: Reading, page: str, depth: int) -> FoundLinks:
        """Return a page's links; of one that is new itself only its files join, what else is unknown is left out.

        Of a page asked again, what is known and was not linked there before is to be asked again, too.
        """
        found = super().links_of(reading, page, depth)
        roles = {url: role for url, _, _, role, ask in found.links if ask and role != "sitemap"}
        turned_to: list[str] = []
        if page in self._again:
            before = self._linked_before(page)
            if before:
                turned_to = [url for url, *_ in found.links if url not in before and self._knows(url)]
        else:
            offered = frozenset(_canonical(link.href for link in reading.record.attachments))
            roles = {url: role for url, role in roles.items() if role == "file" or url in offered}
        joining = self._some(roles)
        left_out = {url for url, _, _, _, ask in found.links if ask} - joining
        return FoundLinks(
            runs=[
                run if run.shared else Run([link for link in run.links if link[0] not in left_out])
                for run in found.runs
            ],
            unfetched=found.unfetched, again=list(dict.fromkeys(turned_to)),
        )

    def _some(self, urls: Iterable[str]) -> set[str]:
        """Return as many as may still join, those first on the page."""
        some = list(urls)[:self._left]
        self._left -= len(some)
        return set(some)


def _canonical(hrefs: Iterable[str]) -> Iterable[str]:
    for href in hrefs:
        try:
            yield canonical(href)
        except AddressError:
            continue
