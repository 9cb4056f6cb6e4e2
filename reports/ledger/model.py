"""What the ledger holds and tells; days as ``2026-11-20``."""

from __future__ import annotations

from collections import Counter
from typing import Literal

import msgspec

from checks.model import Finding, Verdict

Status = Literal["new", "open", "reopened", "fixed", "waived", "disputed"]


class Standing(msgspec.Struct, kw_only=True, frozen=True, gc=False):
    """How a finding stands.

    ``since`` is the day its present spell began, from which the time allowed is counted: the first sight, the return
    after a mending, or the day an undecided matter was first found to be a breach. ``spell`` counts its appearances:
    1 at first, one more at each return.
    """

    status: Status
    first_seen: str
    last_seen: str
    since: str
    verdict: Verdict
    spell: int = 1


class Decision(msgspec.Struct, kw_only=True, frozen=True, gc=False):
    """What a person decided or wrote: who, on which day, in which words."""

    by: str
    day: str
    text: str = ""


class Waiver(msgspec.Struct, kw_only=True, frozen=True, gc=False):
    """A finding that costs nothing up to and with the day ``expires``: why, and who answers for that."""

    fingerprint: str
    reason: str
    owner: str
    expires: str
    day: str
    by: str = ""


class Handling(msgspec.Struct, kw_only=True):
    """What people have made of a finding: what holds now, not all that was ever done (see ``Ledger.acts``).

    A confirmation, a dispute and a close-out hold for the spell they were made in; ``waived`` may have expired.
    """

    confirmed: Decision | None = None
    disputed: Decision | None = None
    waived: Waiver | None = None
    closed: Decision | None = None
    link: str = ""
    opinion: str = ""
    notes: list[Decision] = []


class Entry(msgspec.Struct, kw_only=True):
    """One finding as last seen by the run ``run_id``, how it stands, and what people made of it."""

    standing: Standing
    finding: Finding
    handling: Handling = msgspec.field(default_factory=Handling)
    run_id: str = ""


class RunRecord(msgspec.Struct, kw_only=True):
    """One run in the ledger's history: how many findings it left at each status, and what they came to.

    ``scores`` are the site's by pack id, ``departments`` the means by name (None: no score); ``checks`` and ``columns``
    count findings that cost, by check id and column name; ``coverage`` is the share of known pages read. These are
    empty for a run that was never scored.
    """

    run_id: str
    as_of: str
    new: int = 0
    open: int = 0
    reopened: int = 0
    fixed: int = 0
    waived: int = 0
    disputed: int = 0
    scores: dict[str, float | None] = {}
    departments: dict[str, float | None] = {}
    checks: dict[str, int] = {}
    columns: dict[str, int] = {}
    coverage: float | None = None


class Mark(msgspec.Struct, kw_only=True, frozen=True, gc=False):
    """A person's mark for one clause of a pack in one period (the plan year): ``awarded`` of ``points``.

    Not ``applicable``: neither counts.
    """

    pack: str
    clause: str
    period: str
    points: float
    awarded: float
    applicable: bool = True
    remark: str = ""
    by: str = ""
    day: str = ""


class LedgerChanges(msgspec.Struct, kw_only=True):
    """What a run changed: its findings with status and dates, those it closed out, the time left.

    ``terms`` maps each due day to the working days from the inspection's day to it, negative when past. ``handling``
    is by fingerprint, for findings (fixed ones too) that people did something about. ``waivers_expired`` ran out
    before the inspection's day while the finding still stands; ``waivers_unused`` still run but no such finding
    stands. ``history`` are the runs up to this one, the earliest first; ``marks`` those of all periods.
    """

    findings: list[Finding]
    fixed: list[Finding] = []
    terms: dict[str, int] = {}
    handling: dict[str, Handling] = {}
    waivers_expired: list[Waiver] = []
    waivers_unused: list[Waiver] = []
    history: list[RunRecord] = []
    marks: list[Mark] = []

    @property
    def counts(self) -> dict[str, int]:
        """How many findings stand at each status, the fixed ones included."""
        return dict(Counter([finding.status for finding in self.findings] + ["fixed"] * len(self.fixed)))
