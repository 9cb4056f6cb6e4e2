"""Writes what a home's latest inspection found as documents to send and files for other programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from app.errors import UserError
from app.home import Home
from app.inspection import render_again
from app.printing import print_sheets, sheets
from app.screenshots import LIMIT, read_index, take, write_index
from checks.model import Finding
from crawler.snapshot.reader import SnapshotReader
from crawler.snapshot.schema import SnapshotError
from reports import ReportBundle, load_bundle
from reports.bundle import department_of
from reports.forms.ledger_form import SCREENSHOTS
from reports.writers import evaluation, exchange, junit, notices, sarif
from reports.writers.files import file_stems, put_together
from reports.writers.paper import NO_PACKAGE
from rules.loader import PackError

EXCHANGE = {
    "csv": ("findings.csv", exchange.write_csv),
    "jsonl": ("findings.jsonl", exchange.write_lines),
    "junit": ("findings.junit.xml", junit.write),
    "sarif": ("findings.sarif", sarif.write),
}

EVALUATION, NOTICES, PDFS = "评估报告.docx", "整改通知", "PDF"
PAPERS = frozenset({"evaluation", "notices"})
NAMED = 12


@dataclass(frozen=True)
class Order:
    """What is wanted: kinds of files, the folder they go into, whose findings (empty: everybody's), how many pictures.

    Pictures do not go into the folder but beside the report, which shows them.
    """

    kinds: frozenset[str]
    to: Path
    departments: tuple[str, ...] = ()
    limit: int = LIMIT


def export_files(home: Home, snapshot: Path, order: Order) -> Iterator[str]:
    """Write what is ordered, each kind whole or not at all; yields a line for the user for every kind.

    Raises UserError where the home holds no inspection, a department is unknown or the folder refuses.
    """
    bundle = read_bundle(home.path)
    departments = chosen_departments(bundle, order.departments)
    if departments and "evaluation" in order.kinds:
        raise UserError("--department: 评估报告（evaluation）是全站的，不能只写一个单位；去掉其中之一")
    if order.kinds & PAPERS and find_spec("docx") is None:
        raise UserError(NO_PACKAGE)
    try:
        yield from _papers(bundle, order)
        yield from _exchange(bundle, order, _of(bundle.findings, departments))
        # last, so that what needs no browser is there where the browser is not
        yield from _screenshots(home, snapshot, bundle, order, departments)
        yield from _pdfs(home.path, bundle, order, departments)
    except OSError as error:
        at = error.filename or order.to
        raise UserError(f"{at}: 导出的文件写不进去（{error.strerror}），--to 应为文件夹") from None


def read_bundle(home: Path) -> ReportBundle:
    """Return what a home's latest inspection found; raises UserError where there is none."""
    try:
        return load_bundle(home)
    except (OSError, ValueError, PackError) as error:
        raise UserError(f"{home}: 没有可以导出的巡检结果（{error}）；先运行 xunjian inspect 或 xunjian check") from None


def chosen_departments(bundle: ReportBundle, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Return the departments asked for; raises UserError naming one this inspection does not know."""
    known = {department.name for department in bundle.scores.departments} | set(map(department_of, bundle.findings))
    for name in wanted:
        if name not in known:
            some = "、".join(sorted(known)[:NAMED]) or "无"
            more = f" 等 {len(known)} 个" if len(known) > NAMED else ""
            raise UserError(f"--department: 这次巡检没有“{name}”，应为其中之一：{some}{more}")
    return tuple(dict.fromkeys(wanted))


def _of(findings: list[Finding], departments: tuple[str, ...]) -> list[Finding]:
    return [finding for finding in findings if not departments or department_of(finding) in departments]


def _papers(bundle: ReportBundle, order: Order) -> Iterator[str]:
    if "evaluation" in order.kinds:
        with put_together(order.to) as stage:
            evaluation.write(stage / EVALUATION, bundle)
        yield f"{order.to / EVALUATION}"
    if "notices" in order.kinds:
        with put_together(order.to) as stage:
            made = notices.write(stage / NOTICES, bundle, order.departments)
        yield f"{order.to / NOTICES}（{len(made)} 份）"
        if not order.departments:
            yield from _left_over(order.to / NOTICES, {path.name for path in made.values()})


def _left_over(folder: Path, written: set[str]) -> Iterator[str]:
    """Yield a line where older notices lie among those written: they may hold people's own notes, so they stay."""
    others = [path.name for path in sorted(folder.glob("*.docx")) if path.name not in written]
    if others:
        yield f"其中另有 {len(others)} 份不是这次写的（如 {others[0]}），不要误发"


def _pdfs(home: Path, bundle: ReportBundle, order: Order, departments: tuple[str, ...]) -> Iterator[str]:
    if "pdf" not in order.kinds:
        return
    every = {department.name for department in bundle.scores.departments} | set(map(department_of, bundle.findings))
    stems = {name: stem for name, stem in file_stems(every).items() if not departments or name in departments}
    report = home / "report"
    chosen = [sheet for sheet in sheets(report, stems) if not departments or sheet.source.parent != report]
    with put_together(order.to) as stage:
        made = print_sheets(chosen, report, stage / PDFS, bundle.site, bundle.as_of)
    yield f"{order.to / PDFS}（{len(made)} 个文件）"


def _screenshots(
    home: Home, snapshot: Path, bundle: ReportBundle, order: Order, departments: tuple[str, ...]
) -> Iterator[str]:
    if "screenshots" not in order.kinds:
        return
    try:
        reader = SnapshotReader(snapshot)
    except SnapshotError as error:
        raise UserError(str(error)) from None
    try:
        if reader.meta.get("run_id") != bundle.run_id:
            raise UserError(f"{snapshot}: 问题清单是另一次巡检（{bundle.run_id}）的；先对它运行 xunjian check")
        earlier = read_index(home.path / SCREENSHOTS) if departments else {}
        with put_together(home.path, folders=[] if departments else [SCREENSHOTS]) as stage:
            chosen = _of(bundle.findings, departments)
            taken = take(reader, bundle.findings, chosen, bundle.checks, stage / SCREENSHOTS, limit=order.limit)
            write_index(stage / SCREENSHOTS, taken.shots, earlier)
    finally:
        reader.close()
    yield f"{home.path / SCREENSHOTS}（截图 {taken.pictures} 张）"
    for reason, count in taken.reasons.items():
        yield f"未截图 {count} 个：{reason}"
    if taken.left:
        yield f"另有 {taken.left} 个问题排在后面，未截图；用 --limit 调整张数"
    render_again(home)
    yield f"{home.path / 'report'} 和 {home.path / 'ledger.xlsx'} 已带上截图"


def _exchange(bundle: ReportBundle, order: Order, findings: list[Finding]) -> Iterator[str]:
    wanted = [EXCHANGE[kind] for kind in EXCHANGE if kind in order.kinds]
    if not wanted:
        return
    with put_together(order.to) as stage:
        for name, write in wanted:
            write(stage / name, findings, bundle)
    for name, _ in wanted:
        yield f"{order.to / name}（问题 {len(findings)} 个）"
