"""What all pages share: where they stand, how they are rendered and written, how long lists are parted."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from jinja2 import Environment
from markupsafe import Markup, escape

from checks.model import SEVERITY_ORDER
from reports import addresses, charts, words
from reports.bundle import UNASSIGNED, ReportBundle
from reports.cards import Place
from reports.pages import page_environment
from reports.scoring import IndicatorScore, PackScore, conventions, plain, rate
from reports.text import clip, unwrapped

ROWS = 200
PAGE_BYTES = 1_500_000
NAME = 60
NOTES = 60
NEIGHBOURS = 3
HERE = Markup("<!--here-->")

Listed = TypeVar("Listed")


@dataclass(frozen=True)
class Places:
    """The first page of every check, column and department of a report, by id or name."""

    checks: Mapping[str, str]
    columns: Mapping[str, str]
    departments: Mapping[str, str]

    @classmethod
    def of(cls, bundle: ReportBundle, departments: Mapping[str, Any]) -> Places:
        """Return the places for a bundle; ``departments`` are those with findings, scored ones join them."""
        found = {finding.check for finding in (*bundle.findings, *bundle.changes.fixed)}
        scored = {check for mark in bundle.scores.site for row in mark.indicators for check in row.checks}
        known = scored & set(bundle.checks)
        columns = {finding.column for finding in bundle.findings if finding.column}
        units = {department.name for department in bundle.scores.departments}
        return cls(
            checks={check: addresses.check_page(check) for check in sorted(found | known)},
            columns=addresses.column_pages(sorted(columns)),
            departments=addresses.department_pages(sorted({*units, *departments})),
        )


@dataclass(frozen=True)
class Part:
    """One of several pages over which a list runs."""

    number: int
    of: int
    page: str

    @property
    def first(self) -> bool:
        """Whether the list begins here."""
        return self.number == 1

    def address(self, number: int) -> str:
        """Return the address of another part, relative to ``report/``."""
        return addresses.part(self.page, number)

    @property
    def near(self) -> list[int | None]:
        """The parts to offer: the first, the last, those around this one; None where some are left out."""
        shown = sorted(
            {1, self.of, *range(max(1, self.number - NEIGHBOURS), min(self.of, self.number + NEIGHBOURS) + 1)}
        )
        offered: list[int | None] = []
        for number in shown:
            if offered and number - (offered[-1] or 0) > 1:
                offered.append(None)
            offered.append(number)
        return offered


class Findings:
    """The macros of ``finding.html``: functions from texts, which must be legible already, to markup."""

    def __init__(self) -> None:
        self._macros = _environment().overlay(finalize=None).get_template("finding.html").module
        self._made: dict[tuple[Hashable, ...], Markup] = {}

    def make(self, name: str, *values: Any) -> Markup:
        """Return what a macro makes of values."""
        made: Markup = getattr(self._macros, name)(*values)
        return made

    def once(self, name: str, *values: Hashable) -> Markup:
        """Return what a macro makes of values that many findings share: made at the first time."""
        key = name, *values
        known = self._made.get(key)
        if known is None:
            known = self._made[key] = self.make(name, *values)
        return known


class Frame:
    """A page rendered once for many: its pieces, and between each two a gap to fill."""

    def __init__(self, pieces: list[str]) -> None:
        self.pieces = pieces

    def filled(self, *fillings: str) -> str:
        """Return a page; as many fillings as there are gaps, in order, escaped already."""
        parts = [part for pair in zip(self.pieces, fillings, strict=False) for part in pair]
        return "".join([*parts, self.pieces[-1]])


class Pages:
    """Writes the pages of one report into a folder."""

    def __init__(self, folder: Path, bundle: ReportBundle, places: Places, findings: Findings) -> None:
        self.folder, self.bundle, self.places, self.findings = folder, bundle, places, findings
        self._made: set[Path] = set()

    def render(self, page: str, template: str, **values: Any) -> str:
        """Return a page as it will stand at an address relative to the folder."""
        return (
            _environment()
            .get_template(template)
            .render(
                bundle=self.bundle,
                places=self.places,
                page=page,
                root="../" * page.count("/"),
                **values,
            )
        )

    def frame(self, page: str, template: str, **values: Any) -> Frame:
        """Return what many pages have in common: ``values`` of ``HERE`` mark where they differ."""
        return Frame(self.render(page, template, **values).split(HERE))

    def write(self, page: str, template: str, **values: Any) -> None:
        """Render a page and write it."""
        self.put(page, self.render(page, template, **values))

    def put(self, page: str, text: str) -> None:
        """Write a page that is already rendered."""
        path = self.folder / page
        if path.parent not in self._made:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._made.add(path.parent)
        path.write_text(text, encoding="utf-8")


def parted(page: str, items: Sequence[Listed]) -> Iterator[tuple[Part, Sequence[Listed]]]:
    """Yield a list in parts of at most ``ROWS``, each with its place; one empty part for an empty list."""
    of = max(1, -(-len(items) // ROWS))
    for number in range(1, of + 1):
        yield Part(number, of, page), items[(number - 1) * ROWS : number * ROWS]


def _linked(places: Iterable[Place]) -> Markup:
    """Return places a line each, as links where they lead to the web, else as text."""
    return Markup("<br>".join(map(_link, places)))


def _link(item: Place) -> str:
    text, href = escape(item.text), item.href
    if href is None:
        return text
    return f'<a href="{escape(href)}" rel="noopener noreferrer">{text}</a>'


def _verdict(mark: PackScore) -> str:
    """Return the word under a score; a rejection stands however little was seen."""
    if mark.outcome in ("vetoed", "not-applicable") or not mark.provisional:
        return words.OUTCOME[mark.outcome]
    return "暂定"


def _sum(indicator: IndicatorScore) -> str:
    """Return an indicator's deductions as a sum over severities."""
    parts = [
        f"{words.SEVERITY[severity]} {count} 个 × {plain(rate(indicator.rates, severity))}"
        for severity in SEVERITY_ORDER
        if (count := indicator.counts.get(severity))
    ]
    return f"{' + '.join(parts)} = {plain(indicator.raw)}" if parts else ""


def _share(ratio: float) -> str:
    """Return a share as a percentage, rounded down: what is not whole never reads 100%."""
    return f"{int(ratio * 1000) / 10:g}%"


def _signed(number: float) -> str:
    return f"{'+' if number > 0 else '−' if number < 0 else '±'}{plain(abs(number))}"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = page_environment("reports")
    environment.filters.update(
        clip=clip,
        plain=plain,
        share=_share,
        signed=_signed,
        file_href=lambda name: quote(name),
        verdict=_verdict,
        sum=_sum,
        unwrapped=unwrapped,
        linked=_linked,
    )
    environment.globals.update(
        words=words,
        conventions=conventions(),
        name_length=NAME,
        notes_shown=NOTES,
        rows=ROWS,
        severities=SEVERITY_ORDER,
        unassigned=UNASSIGNED,
        finding_address=addresses.finding_address,
        status_page=addresses.status_page,
        chart=charts,
    )
    return environment
