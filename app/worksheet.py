"""Makes the evaluator's worksheet from a home's latest inspection."""

from __future__ import annotations

from pathlib import Path

from app.config import Config
from app.errors import UserError
from app.home import Home
from app.inspection import Basis, marks_of, read_packs, site_of, snapshot_config
from app.ledger_workbook import present
from checks.candidates import announce, candidates
from checks.model import Context
from crawler.snapshot.reader import SnapshotReader
from crawler.snapshot.schema import SnapshotError
from reports import ReportBundle
from reports.forms import worksheet_form as form
from rules.calendar import CalendarError, load_calendar
from rules.model import Clause, Pack


def packs_of(bundle: ReportBundle, config: Config) -> list[Pack]:
    """Return an inspection's packs with all their clauses; raises UserError where one is gone."""
    return read_packs(Basis(tuple(bundle.pack_names), bundle.as_of, bundle.plan_year), config)


def write_worksheet(home: Home, path: Path) -> tuple[int, int]:
    """Write the worksheet; returns how many clauses it holds and for how many something was prepared.

    Raises UserError where the home cannot be read or the file not written.
    """
    config, bundle = snapshot_config(home.snapshot), present(home)
    people = form.for_people(packs_of(bundle, config))
    prepared = _prepared(home, config, bundle, people)
    part = path.with_name(f".{path.name}.part")
    try:
        form.write(
            part, form.Origin(bundle.site, bundle.run_id, bundle.as_of, bundle.plan_year), prepared,
            bundle.findings, bundle.judgement.examinations, marks_of(bundle.changes, bundle.plan_year),
        )
        part.replace(path)
    except OSError as error:
        raise UserError(f"{path}: 写不进去（{error.strerror}）") from None
    finally:
        part.unlink(missing_ok=True)
    return len(prepared), sum(bool(one.candidates.columns or one.candidates.pieces) for one in prepared)


def _prepared(
    home: Home, config: Config, bundle: ReportBundle, people: list[tuple[Pack, Clause]]
) -> list[form.Prepared]:
    try:
        calendar = load_calendar(config.calendar_path())
        reader = SnapshotReader(home.snapshot)
    except (CalendarError, SnapshotError) as error:
        raise UserError(str(error)) from None
    try:
        site, context = site_of(config, reader), Context(bundle.as_of, bundle.plan_year, calendar)
        announce(site, [clause for _, clause in people])
        return [
            form.Prepared(pack, clause, candidates(site, clause, context), pack.due(clause, bundle.plan_year))
            for pack, clause in people
        ]
    finally:
        reader.close()

