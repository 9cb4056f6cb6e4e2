"""A finding as a reader meets it: in words, with addresses, clauses, remedy, who and by when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from checks.model import SEVERITY_ORDER, Breach, Finding
from reports import words
from reports.addresses import finding_anchor
from reports.ledger import Handling
from reports.scoring import SETTLED, order_key, plain
from reports.text import clip, legible, web_address

if TYPE_CHECKING:
    from reports.bundle import ReportBundle

MESSAGE = 320
ADDRESS = 240
QUOTE = 360
REMEDY = 400
VALUE = 400
NAME = 60
CLAUSES = 4
EVIDENCE_ROWS = 16
EVIDENCE_TEXT = 6000  # characters a finding, so that no page is filled by one
LIST_ITEMS = 8
NOTES = 8


class Place(msgspec.Struct, frozen=True, gc=False):
    """Text to show, cut to size, of what may be an address: ``href`` only where it leads to the web."""

    text: str
    address: str | None = None

    @property
    def href(self) -> str | None:
        """The address to put behind the text."""
        return web_address(self.address)


class Citation(msgspec.Struct, frozen=True, gc=False):
    """A clause as quoted: its document, the section in it, the words, who it names, its deadline."""

    clause: str
    document: str
    section: str
    quote: str
    responsible: tuple[str, ...]
    deadline: str | None


class Card(msgspec.Struct, frozen=True, gc=False):
    """Everything the pages and the workbook say of one finding; texts are legible and cut to size."""

    finding: Finding
    title: str
    severity: str
    confidence: str
    verdict: str
    status: str
    message: str
    url: Place
    target: Place | None
    column: str | None
    department: str | None
    citations: tuple[Citation, ...]
    clauses_left: int
    remedy: str
    due: str
    overdue: bool
    cost: str
    evidence: tuple[tuple[str, tuple[Place, ...]], ...]
    handling: tuple[tuple[str, Place], ...] = ()

    @property
    def anchor(self) -> str:
        """The finding's permanent place on a page."""
        return finding_anchor(self.finding.fingerprint)

    @property
    def responsible(self) -> str:
        """Who is to mend it: the department, else those the clauses name, else said to be open."""
        if self.department:
            return self.department
        named = dict.fromkeys(name for citation in self.citations for name in citation.responsible)
        if not named:
            return "尚未明确"
        return clip("、".join(named), 4 * NAME) + "（条款所列，尚未落实到单位）"


def mend_first(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings in the order to act on: certain before doubtful, rejections first, then by due day."""
    return sorted(
        findings,
        key=lambda finding: (
            finding.verdict != "fail",
            finding.confidence != "certain",
            finding.severity != "veto",
            finding.due or "9999",
            SEVERITY_ORDER.index(finding.severity),
            -finding.deduction,
            order_key(finding),
        ),
    )


def card(finding: Finding, bundle: ReportBundle) -> Card:
    """Return the card of one finding as every writer shows it."""
    return bundle.card(finding)


class Cards:
    """Makes the cards of one inspection, each once, and what many share once for all."""

    def __init__(self, bundle: ReportBundle) -> None:
        self._bundle = bundle
        self._cards: dict[str, Card] = {}
        self._citations: dict[tuple[tuple[str, str, str], ...], tuple[Citation, ...]] = {}
        self._remedies: dict[str, str] = {}

    def of(self, finding: Finding) -> Card:
        """Return the card of a finding."""
        known = self._cards.get(finding.fingerprint)
        if known is None or known.finding is not finding:
            known = self._cards[finding.fingerprint] = self._made(finding)
        return known

    def _made(self, finding: Finding) -> Card:
        bundle = self._bundle
        check = bundle.checks.get(finding.check)
        citations = self._cited(finding)
        left = bundle.changes.terms.get(finding.due) if finding.due else None
        return Card(
            finding=finding,
            title=check.title if check else finding.check,
            severity=words.SEVERITY[finding.severity],
            confidence=words.CONFIDENCE[finding.confidence],
            verdict=words.VERDICT[finding.verdict],
            status=words.STATUS[finding.status],
            message=clip(legible(finding.message), MESSAGE),
            url=place(finding.url),
            target=place(finding.target) if finding.target else None,
            column=clip(legible(finding.column), NAME) if finding.column else None,
            department=clip(legible(finding.department), NAME) if finding.department else None,
            citations=citations[:CLAUSES],
            clauses_left=max(0, len(citations) - CLAUSES),
            remedy=self._remedy(finding.check),
            due=_due(finding, left),
            overdue=left is not None and left < 0,
            cost=cost_words(finding, _site_costs(finding, bundle)),
            evidence=tuple(_evidence(finding.evidence)),
            handling=tuple(_handling(bundle.changes.handling.get(finding.fingerprint))),
        )

    def _cited(self, finding: Finding) -> tuple[Citation, ...]:
        key = tuple((breach.pack, breach.clause, breach.severity) for breach in finding.breaches)
        if key not in self._citations:
            self._citations[key] = tuple(_citations(finding, self._bundle))
        return self._citations[key]

    def _remedy(self, check_id: str) -> str:
        if check_id not in self._remedies:
            check = self._bundle.checks.get(check_id)
            self._remedies[check_id] = clip(running(check.sections.get("整改", "")) if check else "", REMEDY)
        return self._remedies[check_id]


def place(text: str) -> Place:
    """Return an address to show: its text cut to size, a link only for the web."""
    return Place(clip(legible(text), ADDRESS), text)


def _citations(finding: Finding, bundle: ReportBundle) -> Iterator[Citation]:
    seen = set()
    for breach in sorted(finding.breaches, key=_gravest_first):
        known = bundle.clause(breach.pack, breach.clause)
        if known is None:
            continue
        document, clause = known
        if (document.id, clause.quote) in seen:
            continue
        seen.add((document.id, clause.quote))
        yield Citation(
            clause=clause.id,
            document=clip(legible(document.title), 2 * NAME),
            section=clip(legible(clause.section), NAME),
            quote=clip(legible(clause.quote), QUOTE),
            responsible=tuple(clip(legible(r), NAME) for r in clause.responsible[:8]),
            deadline=clause.deadline,
        )


def _gravest_first(breach: Breach) -> int:
    return SEVERITY_ORDER.index(breach.severity)


def _due(finding: Finding, left: int | None) -> str:
    if finding.verdict != "fail":
        return "核实后再定"
    if finding.due is None:
        return "未设时限"
    if left is None:
        return finding.due
    if left < 0:
        return f"{finding.due}，已逾期 {-left} 个工作日"
    return f"{finding.due}（还剩 {left} 个工作日）" if left else f"{finding.due}（今日到期）"


def _site_costs(finding: Finding, bundle: ReportBundle) -> dict[str, float]:
    taken: dict[str, float] = {}
    for breach in finding.breaches:
        title = bundle.title(breach.pack)
        taken[title] = taken.get(title, 0.0) + breach.deduction
    return taken


def cost_words(finding: Finding, taken: Mapping[str, float]) -> str:
    """Return what a finding costs, in words; ``taken`` are the points by the document's title."""
    if finding.verdict != "fail":
        return "未能核实，不扣分"
    if finding.confidence != "certain":
        return "确认之前不扣分"
    if finding.status in SETTLED:
        return "不扣分"
    costly = {title: points for title, points in taken.items() if points}
    if not costly:
        return "不另扣分（所属指标已扣至上限，或未设分值）"
    if len(taken) == 1:
        return f"{plain(*costly.values())} 分"
    return "；".join(
        f"{plain(points)} 分（《{clip(legible(title), NAME)}》）" for title, points in costly.items()
    )


def _evidence(evidence: Mapping[str, Any]) -> Iterator[tuple[str, tuple[Place, ...]]]:
    rows = [(key, value) for key, value in evidence.items() if value not in (None, "", [], {})]
    room = EVIDENCE_TEXT
    shown = 0
    for key, value in rows[:EVIDENCE_ROWS]:
        lines = tuple(_lines(_decoded(key, value)))
        room -= sum(len(line.text) for line in lines)
        if room < 0:
            break
        shown += 1
        yield words.EVIDENCE_LISTS.get(key, _label(key)) if isinstance(value, list) else _label(key), lines
    if shown < len(rows):
        yield "其他", (Place(f"另有 {len(rows) - shown} 项，见 findings.jsonl"),)


def _lines(value: Any) -> Iterator[Place]:
    items = value if isinstance(value, (list, tuple)) else [value]
    for item in items[:LIST_ITEMS]:
        text = item if isinstance(item, str) else _plain(item)
        yield Place(clip(legible(text), VALUE), item if isinstance(item, str) else None)
    if len(items) > LIST_ITEMS:
        yield Place(f"……共 {len(items)} 项")


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return words.BOOLEAN[value]
    if value is None:
        return "无"
    if isinstance(value, Mapping):
        return "；".join(
            f"{_label(key)}：{_plain(_decoded(key, item))}"
            for key, item in list(value.items())[:EVIDENCE_ROWS]
        )
    if isinstance(value, (list, tuple)):
        more = f" 等 {len(value)} 项" if len(value) > LIST_ITEMS else ""
        return "、".join(clip(_plain(item), VALUE) for item in value[:LIST_ITEMS]) + more
    return clip(str(value), VALUE)


def _decoded(key: str, value: Any) -> Any:
    return words.EVIDENCE_CODES.get(key, {}).get(value, value) if isinstance(value, str) else value


def _handling(done: Handling | None) -> Iterator[tuple[str, Place]]:
    """Say what people made of a finding; each with who and when."""
    if done is None:
        return
    for label, decision in (
        ("人工确认", done.confirmed),
        ("提出异议", done.disputed),
        ("人工销号", done.closed),
        *(("备注", note) for note in done.notes[-NOTES:]),
    ):
        if decision is not None:
            yield label, _said(f"{decision.by}，{decision.day}", decision.text)
    if done.waived is not None:
        waiver = done.waived
        yield "豁免", _said(f"{waiver.owner}负责，{waiver.day} 起至 {waiver.expires}", waiver.reason)
    if done.link:
        yield "整改链接", place(done.link)
    if done.opinion:
        yield "复核意见", Place(clip(legible(done.opinion), VALUE))


def _said(who: str, text: str) -> Place:
    return Place(clip(legible(f"{who}：{text}" if text else who), VALUE))


def _label(key: str) -> str:
    return words.EVIDENCE.get(key) or clip(legible(str(key)), NAME)


def running(text: str) -> str:
    """Return a docstring's wrapped lines as running text: Chinese needs no space where a line broke."""
    return "".join(line.strip() for line in text.splitlines())
