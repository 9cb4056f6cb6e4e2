"""``xunjian ledger export`` and ``import``: the ledger as a workbook that goes round and comes back."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.errors import UserError
from app.options import Day, plain_errors, who

if TYPE_CHECKING:
    from app.home import Home
    from reports.bundle import ReportBundle

home_argument = click.argument("home", type=click.Path(path_type=Path), metavar="HOME")


@click.command("export")
@home_argument
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="写到哪个文件；缺省为 HOME/ledger.xlsx。",
)
@click.option(
    "--department", "departments", multiple=True, metavar="NAME",
    help="只要这个责任单位的，可重复；里面没有别的单位的内容。此时须写明 --out。",
)
@plain_errors
def export(home: Path, out: Path | None, departments: tuple[str, ...]) -> None:
    """把台账按现状导出为 ledger.xlsx，供各单位填写整改情况、评估人员填写复核意见。"""
    from app.exporting import chosen_departments
    from app.home import find_snapshot
    from reports.bundle import department_of

    place, _ = find_snapshot(home)
    if departments and out is None:
        raise UserError("--out: 只导出一部分单位的，应写明写到哪个文件")
    path = out if out is not None else place.path / "ledger.xlsx"
    bundle = present(place)
    chosen = chosen_departments(bundle, departments)
    write_workbook(path, bundle, place.path, chosen)
    count = sum(
        finding.verdict == "fail" and (not chosen or department_of(finding) in chosen) for finding in bundle.findings
    )
    click.echo(f"台账：{path}（问题 {count} 条）")


@click.command("import")
@home_argument
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--by", metavar="NAME", help="由谁办理；缺省为当前登录名，表里『经办人』一列写了的以表为准。")
@click.option("--as-of", type=Day(), metavar="DATE", help="办理日；缺省按配置，再缺省为站点所在时区的今天。")
@plain_errors
def import_(home: Path, file: Path, by: str | None, as_of: date | None) -> None:
    """读回填好的 ledger.xlsx；有一处不对，就逐处列出，什么都不改。"""
    from app.ledger_book import Book, plainly
    from reports.forms.ledger_return import Basis, read
    from reports.forms.sheets import SheetError
    from reports.ledger.acts import ACT_WORDS

    book = Book.open(home, as_of)
    bundle = present(book.home)
    with plainly():
        basis = Basis(
            site=bundle.site, bundle=bundle, by=who(by), day=book.day, hosts=frozenset(book.config.site.hosts),
            entries={entry.finding.fingerprint: entry for entry in book.ledger.entries()},
            runs=frozenset(run.run_id for run in book.ledger.history()),
        )
        try:
            returned = read(file, basis)
        except SheetError as error:
            raise UserError(str(error)) from None
        refuse(file, returned.faults)
        book.ledger.enter(returned.acts)
    for note in returned.notes:
        click.echo(note)
    kinds = Counter(ACT_WORDS[act.kind] for act in returned.acts)
    done = "，".join(f"{word} {count}" for word, count in kinds.items())
    click.echo(f"已读入 {returned.rows} 条：{done}" if returned.rows else "没有改动，什么都没有读入")
    if returned.acts and (line := book.tell_reports()):
        click.echo(line, err=True)


def refuse(file: Path, faults: list[str]) -> None:
    """Raise UserError that lists every fault of a returned workbook, a line each."""
    if faults:
        raise UserError("\n".join([f"{file}: 有 {len(faults)} 处不对，什么都没有改：", *faults]))


def write_workbook(path: Path, bundle: ReportBundle, home: Path, departments: tuple[str, ...] = ()) -> None:
    """Write the ledger workbook in one step; it links to the report only where it lies in the home."""
    from reports.forms.ledger_form import SCREENSHOTS
    from reports.writers import workbook

    part = path.with_name(f".{path.name}.part")
    try:
        beside = path.resolve().parent == home.resolve()
        screenshots = frozenset(shot.stem for shot in (home / SCREENSHOTS).glob("*.png"))
        workbook.write(part, bundle, screenshots, beside=beside, departments=departments)
        part.replace(path)
    except OSError as error:
        raise UserError(f"{path}: 写不进去（{error.strerror}）") from None
    finally:
        part.unlink(missing_ok=True)


def present(home: Home) -> ReportBundle:
    """Return the home's latest inspection as the ledger has it now; raises UserError where the two do not fit."""
    from app.inspection import as_it_stands

    bundle = as_it_stands(home)
    if bundle is None:
        raise UserError(f"{home.path}: 报告所示不是台账里最近的一次巡检；先运行 xunjian check")
    return bundle
