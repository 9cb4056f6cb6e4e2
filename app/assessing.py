"""Brings a period's assessment together: configuration, ledger history, a third party's file."""

from __future__ import annotations

from pathlib import Path

from app.config import Config, load_config
from app.errors import UserError
from app.home import Home, find_snapshot
from app.inspection import open_ledger, snapshot_config
from app.ledger_book import plainly
from app.ledger_workbook import refuse
from reports.assessment import Assessment, Period, Terms, Weights, assess
from reports.forms import third_party as returned
from reports.forms.sheets import SheetError


def opened(target: Path, home: Path | None = None) -> tuple[Config, Home]:
    """Return the configuration and the home that HOME or CONFIG names.

    A home is assessed by the configuration of its latest run. Raises UserError where there is none.
    """
    if target.is_dir():
        place, _ = find_snapshot(target)
        return snapshot_config(place.snapshot), place
    config = load_config(target)
    folder = home if home is not None else Path(f"巡检-{target.stem}")
    if not folder.is_dir():
        raise UserError(f"{folder}: 没有这个文件夹，应为站点的家；用 --home 指明")
    return config, Home(folder)


def assess_period(config: Config, home: Home, period: Period, third_party: Path | None) -> Assessment:
    """Assess a period; raises UserError for a ledger or a file that cannot be used, every fault a line."""
    with plainly():
        history = open_ledger(config, home).history()
    if not history:
        raise UserError(f"{home.path}: 台账里还没有巡检；先运行 xunjian inspect")
    names = {department.name for department in config.departments}
    names |= {name for record in history for name in record.departments}
    marks = _marks(third_party, names, config.site.name) if third_party is not None else None
    return assess(config.site.name, period, _terms(config), history, marks)


def _marks(path: Path, names: set[str], site: str) -> dict[str, float]:
    try:
        marks, faults = returned.read(path, names, site)
    except SheetError as error:
        raise UserError(str(error)) from None
    refuse(path, faults)
    return marks


def _terms(config: Config) -> Terms:
    section = config.assessment
    if section is None:
        return Terms()
    return Terms(
        weights=Weights(daily=section.daily, quarterly=section.quarterly, third_party=section.third_party),
        quarterly_days=tuple(section.quarterly_runs), renormalise=section.renormalise,
    )
