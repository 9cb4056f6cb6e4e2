"""What one inspection hands to the writers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from checks.model import Finding, Judgement
from checks.registry import Check
from reports.cards import Card, Cards
from reports.ledger import LedgerChanges
from reports.scoring import Scores
from rules.model import Clause, Document, Pack

UNASSIGNED = "未明确责任单位"


@dataclass
class ReportBundle:
    """One inspection, judged, scored and entered in the ledger.

    ``pack_names`` are the packs as the configuration names them; ``checks`` the published pages by id.
    """

    site: str
    run_id: str
    as_of: date
    plan_year: int
    packs: list[Pack]
    judgement: Judgement
    scores: Scores
    changes: LedgerChanges
    checks: Mapping[str, Check]
    pack_names: list[str] = field(default_factory=list)

    @property
    def findings(self) -> list[Finding]:
        """This run's findings, with deduction, status and dates."""
        return self.changes.findings

    @property
    def examined(self) -> dict[str, int]:
        """How many subjects each check that ran examined, under the clause that asked for the most."""
        sums: Counter[tuple[str, str, str]] = Counter()
        for row in self.judgement.examinations:
            sums[row.check, row.pack, row.clause] += row.examined
        most: dict[str, int] = {}
        for (check, _, _), count in sums.items():
            most[check] = max(most.get(check, 0), count)
        return most

    def waiver(self, finding: Finding) -> str:
        """Return in words why a waived finding costs nothing; empty where it is not waived or nobody said why."""
        handling = self.changes.handling.get(finding.fingerprint)
        if finding.status != "waived" or handling is None or handling.waived is None:
            return ""
        waived = handling.waived
        return f"{waived.reason}（{waived.owner}负责，豁免到 {waived.expires}）"

    def clause(self, pack_id: str, clause_id: str) -> tuple[Document, Clause] | None:
        """Return a clause with its document; None where no pack of this inspection holds it."""
        return self._clauses.get((pack_id, clause_id))

    def title(self, pack_id: str) -> str:
        """Return the title of a pack's document; the id where the pack is not one of this inspection's."""
        return self._titles.get(pack_id, pack_id)

    def card(self, finding: Finding) -> Card:
        """Return a finding's card as every writer shows it; made once."""
        return self._cards.of(finding)

    def __post_init__(self) -> None:
        self._cards = Cards(self)
        self._titles = {pack.id: pack.document.title for pack in self.packs}
        self._clauses = {
            (pack.id, clause.id): (pack.document, clause) for pack in self.packs for clause in pack.clauses
        }


def department_of(finding: Finding) -> str:
    """Return the department a finding is listed under."""
    return finding.department or UNASSIGNED
