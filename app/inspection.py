"""The stages in order: crawl → snapshot → checks → findings → scores and ledger → reports."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from app.config import Config, restore_config
from app.crawling import crawl_site
from app.errors import LedgerUnusableError, UninspectedError, UserError
from app.home import Continue, Home
from checks.faults import META as FAULTS_META
from checks.model import Context, Judgement
from checks.reached import Reached
from checks.registry import all_checks
from checks.runner import judge
from checks.site import ColumnOverride, Department, Site
from checks.together import processors
from crawler.run import CrawlOutcome
from crawler.snapshot.reader import SnapshotReader
from crawler.snapshot.schema import SnapshotError, connect
from reports import ReportBundle, load_bundle, write_all
from reports.ledger import Ledger, LedgerChanges, LedgerError, Mark
from reports.scoring import costs, score_all
from rules.calendar import CalendarError, load_calendar
from rules.loader import PackError, load_packs
from rules.model import Pack
from rules.wording import WordingError, WrongForm, load_wording


@dataclass(frozen=True)
class Basis:
    """What a judgement is made under: packs by id or path, the day counted to, the plan year."""

    packs: tuple[str, ...]
    as_of: date
    plan_year: int

    @classmethod
    def of(
        cls, config: Config, *, packs: tuple[str, ...] = (), as_of: date | None = None, plan_year: int | None = None,
    ) -> Basis:
        """Take the configuration's basis, each part overridden where the command line gives it."""
        day = as_of or config.as_of()
        year = plan_year or config.inspection.plan_year or day.year
        return cls(packs or tuple(config.inspection.packs), day, year)


def read_packs(basis: Basis, config: Config) -> list[Pack]:
    """Load the packs of a basis; raises UserError with the loader's one line."""
    try:
        return load_packs(list(basis.packs), base_dir=Path(config.base_dir))
    except PackError as error:
        raise UserError(str(error)) from None


def read_wording(config: Config) -> tuple[WrongForm, ...] | None:
    """Load the wrong words with the user's own; None where there are none. Raises UserError with one line."""
    path = config.wording_path()
    try:
        return tuple(load_wording(path)) if path is not None else None
    except WordingError as error:
        raise UserError(str(error)) from None


def snapshot_config(snapshot: Path) -> Config:
    """Read the configuration a snapshot was crawled under; raises UserError naming the file."""
    try:
        reader = SnapshotReader(snapshot)
    except SnapshotError as error:
        raise UserError(str(error)) from None
    try:
        stored: Any = reader.meta.get("config")
    finally:
        reader.close()
    if not isinstance(stored, dict):
        raise UserError(f"{snapshot}: 快照里没有配置，应为 xunjian 抓取所得")
    return restore_config(stored, str(snapshot))


def read_again(snapshot: Path) -> str:
    """Read a run's stored pages again with this program's extractors; returns one line for the user.

    Raises UserError where the snapshot cannot be written.
    """
    # what reads pages is not loaded for those who only judge or report
    from crawler.reread import reread

    try:
        count, kept = reread(snapshot)
    except SnapshotError as error:
        raise UserError(str(error)) from None
    left = f"；另有 {kept} 个由浏览器渲染的网页仍按渲染时所读，重新抓取后更新" if kept else ""
    return f"已用本版程序重新读取 {count} 个保存的网页{left}"


def outdated_line(snapshot: Path) -> str | None:
    """Return one line for the user where a run's pages were read by another version of the extractors, else None.

    Raises UserError for an unusable snapshot.
    """
    from crawler.reread import is_outdated

    try:
        outdated = is_outdated(snapshot)
    except SnapshotError as error:
        raise UserError(str(error)) from None
    return "这次抓取的网页由别的版本读取；加 --reread 可先用本版程序重新读取" if outdated else None


def check_run(config: Config, home: Home, snapshot: Path, basis: Basis, *, profile: bool = False) -> ReportBundle:
    """Judge a crawl, score it, bring the ledger up to date; nothing is fetched, nothing but the ledger written.

    Raises UserError for an unusable snapshot, calendar or pack.
    """
    packs = read_packs(basis, config)
    try:
        calendar = load_calendar(config.calendar_path())
        wording = read_wording(config)
        reader = SnapshotReader(snapshot)
    except (CalendarError, SnapshotError) as error:
        raise UserError(str(error)) from None
    earlier = _earlier_run(home, reader)
    try:
        site = site_of(config, reader, earlier)
        context = Context(basis.as_of, basis.plan_year, calendar, wording)
        judgement = judge(site, packs, context, profile=profile, processes=processors())
        run_id = str(reader.meta.get("run_id", ""))
        try:
            ledger = open_ledger(config, home)
            changes = ledger.update(
                judgement.findings, as_of=basis.as_of, run_id=run_id,
                reached=Reached(site, judgement),
            )
            judgement.findings = changes.findings
        except LedgerError as error:
            raise LedgerUnusableError(str(error)) from None
    finally:
        reader.close()
        if earlier is not None:
            earlier.close()
    _mark_faults(snapshot, judgement)
    # what the ledger says is waived or settled costs nothing, so the ledger comes first
    names = [department.name for department in config.departments]
    scores = score_all(judgement, packs, names, marks_of(changes, basis.plan_year))
    bundle = ReportBundle(
        site=config.site.name, run_id=run_id, as_of=basis.as_of, plan_year=basis.plan_year, packs=packs,
        pack_names=list(basis.packs), judgement=judgement, scores=scores, changes=changes, checks=all_checks(),
    )
    record_scores(ledger, bundle)
    return bundle


def site_of(config: Config, reader: SnapshotReader, earlier: SnapshotReader | None = None) -> Site:
    """Return a run's site as the checks see it under a configuration."""
    return Site(
        reader,
        departments=[Department(d.name, tuple(d.match_url), tuple(d.match_source)) for d in config.departments],
        overrides=[ColumnOverride(c.url, c.name, c.type, c.department) for c in config.columns],
        earlier=earlier,
    )


def marks_of(changes: LedgerChanges, plan_year: int) -> list[Mark]:
    """Return the marks people gave for the year held against the site."""
    return [mark for mark in changes.marks if mark.period == str(plan_year)]


def open_ledger(config: Config, home: Home) -> Ledger:
    """Return the site's ledger: in the database the configuration names, else ``ledger.sqlite`` in its home.

    Nothing is read or made yet. Raises UserError for a calendar or an address that cannot be used.
    """
    try:
        place = config.ledger_url() or home.path / "ledger.sqlite"
        return Ledger(place, config.site.name, load_calendar(config.calendar_path()))
    except (CalendarError, LedgerError) as error:
        raise UserError(str(error)) from None


def require_ledger(config: Config, home: Home) -> None:
    """Raise LedgerUnusableError when the site's ledger cannot be read now."""
    try:
        open_ledger(config, home).history()
    except LedgerError as error:
        raise LedgerUnusableError(str(error)) from None


def record_scores(ledger: Ledger, bundle: ReportBundle) -> None:
    """Keep in the ledger what a run came to, and bring the bundle's history up to date; raises UserError."""
    costly = [finding for finding in bundle.findings if costs(finding)]
    try:
        bundle.changes.history = ledger.record_scores(
            bundle.run_id,
            counts=bundle.changes.counts,
            scores={mark.pack: mark.score for mark in bundle.scores.site},
            departments={department.name: department.mean for department in bundle.scores.departments},
            checks=Counter(finding.check for finding in costly),
            columns=Counter(finding.column for finding in costly if finding.column),
            coverage=bundle.judgement.coverage.ratio,
        )
    except LedgerError as error:
        raise LedgerUnusableError(str(error)) from None


def _earlier_run(home: Home, reader: SnapshotReader) -> SnapshotReader | None:
    path = home.earlier(reader.meta)
    return SnapshotReader(path) if path is not None else None


def _mark_faults(snapshot: Path, judgement: Judgement) -> None:
    """Note in a snapshot what its crawl missed, so that later runs are not measured by it."""
    try:
        db = connect(snapshot)
    except SnapshotError as error:
        raise UserError(str(error)) from None
    try:
        db.execute(
            "INSERT OR REPLACE INTO meta VALUES (?, ?)",
            (FAULTS_META, msgspec.json.encode(judgement.faults).decode()),
        )
    finally:
        db.close()


def write_reports(home: Home, bundle: ReportBundle) -> None:
    """Write findings, summary, report pages and workbook; raises UserError when the folder refuses."""
    try:
        write_all(home.path, bundle)
    except OSError as error:
        raise UserError(f"{error.filename or home.path}: 报告写不进去（{error.strerror}）") from None


def as_it_stands(home: Home) -> ReportBundle | None:
    """Return the home's latest inspection in line with what the ledger holds now, scored; nothing is judged anew.

    None where the reports show another run than the ledger's latest. Raises UserError where ledger or reports cannot
    be read.
    """
    ledger = open_ledger(snapshot_config(home.snapshot), home)
    bundle = _reported(home)
    try:
        changes = ledger.current()
    except LedgerError as error:
        raise LedgerUnusableError(str(error)) from None
    if changes is None or changes.history[-1].run_id != bundle.run_id:
        return None
    bundle.changes, bundle.judgement.findings = changes, changes.findings
    bundle.packs = _with_marked_clauses(bundle, snapshot_config(home.snapshot))
    names = [department.name for department in bundle.scores.departments]
    bundle.scores = score_all(bundle.judgement, bundle.packs, names, marks_of(changes, bundle.plan_year))
    return bundle


def _with_marked_clauses(bundle: ReportBundle, config: Config) -> list[Pack]:
    """Return the bundle's packs, which hold the clauses cited so far, with those that people have marked since."""
    marked = {(mark.pack, mark.clause) for mark in marks_of(bundle.changes, bundle.plan_year)}
    if all(bundle.clause(*place) is not None for place in marked):
        return bundle.packs
    try:
        whole = read_packs(Basis(tuple(bundle.pack_names), bundle.as_of, bundle.plan_year), config)
    except UserError:  # a pack moved away since: its marked clauses are told by their ids
        return bundle.packs
    return [
        Pack(
            document=pack.document, indicators=pack.indicators, vetoes=pack.vetoes,
            clauses=[
                clause for clause in full.clauses
                if pack.clause(clause.id) is not None or (pack.id, clause.id) in marked
            ],
        )
        for pack, full in zip(bundle.packs, whole, strict=True)
    ]


def restate(home: Home) -> ReportBundle | None:
    """Bring findings, scores and reports in line with what the ledger holds now; nothing is judged anew.

    Returns None, with nothing written, where the reports show another run than the ledger's latest. Raises UserError
    where ledger or reports cannot be read or written.
    """
    bundle = as_it_stands(home)
    if bundle is not None:
        record_scores(open_ledger(snapshot_config(home.snapshot), home), bundle)
        write_reports(home, bundle)
    return bundle


def _reported(home: Home) -> ReportBundle:
    try:
        return load_bundle(home.path)
    except (OSError, ValueError, PackError) as error:
        raise UserError(f"{home.path}: 无法重新生成报告：{error}") from None


def render_again(home: Home) -> ReportBundle:
    """Write the report pages and workbook anew from findings.jsonl and summary.json alone."""
    bundle = _reported(home)
    write_reports(home, bundle)
    return bundle


def inspect_site(config: Config, home: Home, how: Continue, basis: Basis) -> tuple[ReportBundle, CrawlOutcome]:
    """Run the nightly job: crawl, check, score, report.

    Packs and words are read, and the ledger is asked for, before anything is fetched, so that a wrong one costs no
    crawl. Raises UserError; what was fetched is kept.
    """
    read_packs(basis, config)
    read_wording(config)
    require_ledger(config, home)
    outcome = crawl_site(config, home, how)
    try:
        bundle = check_run(config, home, home.snapshot, basis)
    except LedgerUnusableError as error:
        raise LedgerUnusableError(f"{error}；抓取所得已保存，台账可用之后运行 xunjian check {home.path} 即可") from None
    write_reports(home, bundle)
    return bundle, outcome


def require_whole(bundle: ReportBundle) -> None:
    """Raise UninspectedError when the crawl saw far less of the site than the one before; all is reported by then."""
    for fault in bundle.judgement.faults:
        if fault.kind == "site":
            raise UninspectedError(f"抓取故障：{fault.message}；请查明原因后重新抓取")
