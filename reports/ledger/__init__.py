"""The issue ledger (问题台账) of a site over its inspections: what stands, since when, by when, and what people said.

In an SQLite file beside the runs, or in a PostgreSQL database that serves many sites; all dates are the inspections'
days or those a person gives, never the clock's.
"""

from __future__ import annotations

from reports.ledger.acts import Act, ActKind
from reports.ledger.ledger import Ledger
from reports.ledger.model import (
    Decision,
    Entry,
    Handling,
    LedgerChanges,
    Mark,
    RunRecord,
    Standing,
    Status,
    Waiver,
)
from reports.ledger.store import LedgerError

__all__ = [
    "Act",
    "ActKind",
    "Decision",
    "Entry",
    "Handling",
    "Ledger",
    "LedgerChanges",
    "LedgerError",
    "Mark",
    "RunRecord",
    "Standing",
    "Status",
    "Waiver",
]
