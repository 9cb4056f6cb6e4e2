"""Where a page's links lead: what each address is to the crawl, whether it is asked, what is recorded if never.

Also what is known of the world outside the site, whose addresses are asked once and not followed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Literal, NamedTuple

from crawler.middlewares.addresses import AddressGuard
from crawler.middlewares.repetition import ENDLESS_REASON, RepetitionGuard
from crawler.pages import PageReading
from crawler.snapshot.records import Fetch, Link, PageRecord, Reading
from crawler.snapshot.runs import Run, cut
from crawler.urls import AddressError, Role, Scope, canonical, is_link, is_numeric_host, suffix_of

UNREACHED_HOSTS_FOR_NO_NETWORK = 20
TIMEOUTS_FOR_SILENCE = 3
MOST_FEEDS = 500
MOST_NAMED = 200_000
NO_NETWORK_REASON = "抓取时外部网络整体不可用，未能核实"
SILENT_HOST_REASON = f"该主机已有 {TIMEOUTS_FOR_SILENCE} 个地址超时，未再逐一请求"
FORBIDDEN_REASON = "本机、内网或未完整书写的主机名，公众无法访问，未请求"
UNSUPPORTED_REASON = "不是可以访问的网址，未请求"

_MAX_HREF = 4096
_FORMS_KEPT = 50_000
_LINKS_KEPT = 50_000
_RUNS_KEPT = 2_000
_href = attrgetter("href")
_NOT_ASKED = frozenset({"css", "js", "map", "woff", "woff2", "ttf", "eot"})


class Outside:
    """Whether there is a world outside the site at all, as far as the requests so far tell.

    Judged by named hosts only: on a network without a name service, a gateway may still answer for bare
    addresses, and its answers say nothing. ``hosts`` are (host, did it answer) from an earlier part of the crawl.
    """

    def __init__(self, hosts: Iterable[tuple[str, bool]] = ()) -> None:
        self._answered = False
        self._unreached: set[str] = set()
        for host, answered in hosts:
            self.note(host, answered=answered)

    def note(self, host: str, *, answered: bool) -> None:
        """Take note that another host answered, or could not be reached."""
        if is_numeric_host(host):
            return
        if answered:
            self._answered = True
        else:
            self._unreached.add(host)

    @property
    def no_network(self) -> bool:
        """Whether so many other hosts, and all of them, were out of reach that the fault must be here."""
        return not self._answered and len(self._unreached) >= UNREACHED_HOSTS_FOR_NO_NETWORK


class Admission(NamedTuple):
    """What a new address is, whether it is asked, and what is recorded of it at once where it never will be."""

    role: Role | Literal["sitemap"]
    ask: bool
    answer: Fetch | None = None


# canonical address, element, words, role, whether it is to be asked: as the snapshot's writer takes a link
FoundLink = tuple[str, str, str, Role | str, bool]


@dataclass
class FoundLinks:
    """A page's links as the snapshot's writer takes them, and what is recorded of those never asked.

    ``again`` are addresses known before that are to be asked again, because the page leads to them now.
    """

    runs: list[Run[FoundLink]] = field(default_factory=list)
    unfetched: dict[str, Fetch] = field(default_factory=dict)
    again: list[str] = field(default_factory=list)

    @property
    def links(self) -> list[FoundLink]:
        """The links one by one."""
        return [link for run in self.runs for link in run.links]


class LinkPolicy:
    """Decides about addresses; ``knows`` tells those the snapshot has seen, which are decided already."""

    def __init__(
        self, scope: Scope, guard: AddressGuard, knows: Callable[[str], bool], *, check_external: bool,
    ) -> None:
        self._scope = scope
        self._guard = guard
        self._knows = knows
        self._check_external = check_external
        self._feeds = self._named = 0
        self._repetition = RepetitionGuard()
        self._forms: dict[str, tuple[str, bool] | None] = {}
        self._met: dict[Link, FoundLink | None] = {}
        self._known: dict[Run[Link], Run[FoundLink]] = {}

    def admit(self, url: str, depth: int, hops: int = 0) -> Admission:
        """Decide about a new canonical address; ``depth`` and ``hops`` as in AddressGuard."""
        role = self._scope.role(url)
        if role in ("forbidden", "unsupported"):
            return _never(role)
        if role == "external" and not self._check_external:
            return Admission(role, False)
        if role == "file" and suffix_of(url) in _NOT_ASKED:
            return Admission(role, False)
        fault = self._guard.fault(url, depth, hops)
        if fault is not None:
            return Admission(role, False, Fetch(outcome=fault.outcome, reason=fault.reason, attempts=0))
        return Admission(role, True)

    def admit_again(self, url: str, role: str, depth: int) -> Admission:
        """Decide about an address an earlier run knew, ``role`` being what it was then."""
        if role == "unsupported":
            return _never("unsupported")
        admission = self.admit(url, depth)
        listed = role in ("page", "sitemap") and admission.role in ("page", "file") and admission.answer is None
        return Admission("page" if role == "page" else "sitemap", True) if listed else admission

    def links_of(self, reading: Reading, page: str, depth: int) -> FoundLinks:
        """Return the links of a page, at an address and so many clicks from the start.

        Nearly all links of a page are the site's navigation: of a run that pages have in common, all of whose
        addresses are known, the same run is returned each time.
        """
        found = FoundLinks()
        fresh: dict[str, set[str]] = {}
        listing = reading.record.listing
        lists = frozenset(listing.next_pages) if listing is not None else frozenset()
        for run in _runs_of(reading):
            known = self._known.get(run)
            if known is None:
                known = self._judge(run, depth, found, fresh, lists)
            found.runs.append(known)
        if reading.record.signature and self._repetition.repeats(page, reading.record.signature, reading.text):
            self._end(page, found)
        return found

    def _judge(
        self, run: Run[Link], depth: int, found: FoundLinks, fresh: dict[str, set[str]], lists: frozenset[str],
    ) -> Run[FoundLink]:
        """Decide about each link of a run; a link met before is given as the very tuple it was given as then."""
        links: list[FoundLink] = []
        lasting = run.shared
        met = self._met
        for link in run.links:
            try:
                known = met[link]
            except KeyError:
                if link.element in ("sitemap", "feed"):
                    known = self._name(link, depth)
                else:
                    known = self._meet(link, depth, found, fresh, listed=link.href in lists)
                lasting = lasting and link in met
            if known is not None:
                links.append(known)
        judged = Run(links, shared=lasting)
        if lasting:
            if len(self._known) >= _RUNS_KEPT:
                self._known.clear()
            self._known[run] = judged
        return judged

    def _meet(
        self, link: Link, depth: int, found: FoundLinks, fresh: dict[str, set[str]], *, listed: bool,
    ) -> FoundLink | None:
        """Return a link not met before, deciding about its address where that is new.

        ``fresh`` are the addresses new on this very page, with the elements they stood in; once each is enough.
        ``listed`` says it is a further page of the page's list, and so a page, whatever its suffix (list_2.json).
        """
        form = self._form(link.href)
        if form is None:
            self._keep(link, None)
            return None
        url, usable = form
        elements = fresh.get(url)
        if elements is not None:
            if link.element in elements:
                return None
            elements.add(link.element)
            return url, link.element, link.text, "page", False
        if self._knows(url):
            known: FoundLink = (url, link.element, link.text, "page", False)
            self._keep(link, known)
            return known
        fresh[url] = {link.element}
        admission = self.admit(url, depth + 1) if usable else _never("unsupported")
        if admission.answer is not None:
            found.unfetched[url] = admission.answer
        if listed and admission.role == "file" and admission.answer is None:
            return url, link.element, link.text, "page", True
        return url, link.element, link.text, admission.role, admission.ask

    def _keep(self, link: Link, known: FoundLink | None) -> None:
        if len(self._met) >= _LINKS_KEPT:
            self._met.clear()
        self._met[link] = known

    def _name(self, link: Link, depth: int) -> FoundLink | None:
        """Return what a sitemap or feed names where it is a page of the site or a further sitemap, up to a limit."""
        form = self._form(link.href)
        if form is None or not form[1]:
            return None
        url, scope = form[0], self._scope.role(form[0])
        if scope not in ("page", "file") or (scope == "file" and link.element == "sitemap"):
            return None
        role = "sitemap" if link.element == "feed" else "page"
        if self._knows(url):
            return url, link.element, "", role, False
        if self._guard.fault(url, depth + 1) is not None:
            return None
        if role == "sitemap":
            self._feeds += 1
        else:
            self._named += 1
        return None if self._feeds > MOST_FEEDS or self._named > MOST_NAMED else (url, link.element, "", role, True)

    def _end(self, page: str, found: FoundLinks) -> None:
        """Cut off what a repeating page would lead to without end."""
        endless = self._repetition.ends(page, [url for url, _, _, _, ask in found.links if ask])
        if endless:
            found.runs = [run if run.shared else Run([
                (url, element, text, role, ask and url not in endless) for url, element, text, role, ask in run.links
            ]) for run in found.runs]
            found.unfetched |= {url: Fetch(outcome="trap", reason=ENDLESS_REASON, attempts=0) for url in endless}

    def _form(self, href: str) -> tuple[str, bool] | None:
        """Return an address's one form and whether it is of use; None where it leads nowhere.

        Remembered: what one page links to, the next ones do.
        """
        try:
            return self._forms[href]
        except KeyError:
            pass
        if not is_link(href):
            form = None
        else:
            try:
                form = canonical(href), True
            except AddressError:
                form = href[:_MAX_HREF], False
        if len(self._forms) >= _FORMS_KEPT:
            self._forms.clear()
        self._forms[href] = form
        return form


def _never(role: Role) -> Admission:
    if role == "forbidden":
        return Admission(role, False, Fetch(outcome="forbidden-address", reason=FORBIDDEN_REASON, attempts=0))
    return Admission(role, False, Fetch(outcome="unsupported", reason=UNSUPPORTED_REASON, attempts=0))


def _runs_of(reading: Reading) -> list[Run[Link]]:
    """Return a page's links in runs, then what its list tells of besides and where its refresh leads."""
    runs = reading.runs if isinstance(reading, PageReading) else [Run(links) for links in cut(reading.links, _href)]
    record = reading.record
    if not record.refresh_to and record.listing is None:
        return runs
    more = []
    linked = {link.href for link in reading.links}
    if record.refresh_to and record.refresh_to not in linked:
        more.append(Link(href=record.refresh_to, element="meta"))
    if record.listing is not None:
        more += [
            Link(href=item.href, text=item.title, element="cms")
            for item in record.listing.items if item.href not in linked
        ]
        more += [
            Link(href=href, element="cms") for href in record.listing.next_pages if href not in linked
        ]
    return [*runs, *(Run(links) for links in cut(more, _href))]


def small_record(record: PageRecord) -> PageRecord:
    """Return what is kept of a page that is not the site's own: enough to see whether it is an error page."""
    return PageRecord(
        page_kind=record.page_kind, error_page=record.error_page, error_wording=record.error_wording,
        title=record.title, charset=record.charset, refresh_to=record.refresh_to,
        script_shell=record.script_shell, text_length=record.text_length, signature=record.signature,
    )
