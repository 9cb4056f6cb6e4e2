"""``xunjian ledger export`` and ``import``: the ledger as a workbook that goes round and comes back."""

from __future__ import annotations

import os
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.errors import LedgerUnusableError, UserError
from app.options import Day, plain_errors

if TYPE_CHECKING:
    from app.home import Home
    from reports.bundle import ReportBundle

home_argument = click.argument("home", type=click.Path(path_type=Path), metavar="HOME")


def attach(group: click.Group) -> None:
    """Add the commands to the ledger's group."""
    group.add_command(export)
    group.add_command(import_)


@click.command("export")
@home_argument
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="写到哪个文件；缺省为 HOME/ledger.xlsx。",
)
@plain_errors
def export(home: Path, out: Path | None) -> None:
    """把台账按现状导出为 ledger.xlsx，供各单位填写整改情况、评估人员填写复核意见。"""
    from app.home import find_snapshot

    place, _ = find_snapshot(home)
    path = out if out is not None else place.path / "ledger.xlsx"
    bundle = _present(place)
    write_workbook(path, bundle, place.path)
    click.echo(f"台账：{path}（问题 {sum(finding.verdict == 'fail' for finding in bundle.findings)} 条）")


@click.command("import")
@home_argument
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--by", default="", metavar="NAME", help="由谁办理；表里『经办人』一列写了的以表为准。")
@click.option("--as-of", type=Day(), metavar="DATE", help="办理日；缺省按配置，再缺省为站点所在时区的今天。")
@plain_errors
def import_(home: Path, file: Path, by: str, as_of: date | None) -> None:
    """读回填好的 ledger.xlsx；有一处不对，就逐处列出，什么都不改。"""
    from app.home import find_snapshot
    from app.inspection import open_ledger, restate, snapshot_config
    from reports.forms.ledger_return import Basis, read
    from reports.forms.sheets import SheetError
    from reports.ledger import LedgerError
    from reports.ledger.acts import ACT_WORDS

    place, _ = find_snapshot(home)
    config = snapshot_config(place.snapshot)
    bundle, ledger = _present(place), open_ledger(config, place)
    try:
        basis = Basis(
            site=bundle.site, bundle=bundle, by=by, day=as_of or config.as_of(), hosts=frozenset(config.site.hosts),
            entries={entry.finding.fingerprint: entry for entry in ledger.entries()},
            runs=frozenset(run.run_id for run in ledger.history()),
        )
        returned = read(file, basis)
        refuse(file, returned.faults)
        ledger.enter(returned.acts)
    except SheetError as error:
        raise UserError(str(error)) from None
    except LedgerError as error:
        raise LedgerUnusableError(str(error)) from None
    for note in returned.notes:
        click.echo(note)
    kinds = Counter(ACT_WORDS[act.kind] for act in returned.acts)
    done = "，".join(f"{word} {count}" for word, count in kinds.items())
    click.echo(f"已读入 {returned.rows} 条：{done}" if returned.rows else "没有改动，什么都没有读入")
    if returned.acts:
        try:
            with place.locked():
                restate(place)
        except UserError as error:
            click.echo(f"台账已更新，报告尚未更新：{error}", err=True)


def refuse(file: Path, faults: list[str]) -> None:
    """Raise UserError that lists every fault of a returned workbook, a line each."""
    if faults:
        raise UserError("\n".join([f"{file}: 有 {len(faults)} 处不对，什么都没有改：", *faults]))


def write_workbook(path: Path, bundle: ReportBundle, home: Path) -> None:
    """Write the ledger workbook in one step; it links to the report only where it lies in the home."""
    from reports.forms.ledger_form import SCREENSHOTS
    from reports.writers import workbook

    part = path.with_name(f".{path.name}.part")
    try:
        beside = path.resolve().parent == home.resolve()
        screenshots = frozenset(shot.stem for shot in (home / SCREENSHOTS).glob("*.png"))
        workbook.write(part, bundle, screenshots, beside=beside)
        os.replace(part, path)
    except OSError as error:
        raise UserError(f"{path}: 写不进去（{error.strerror}）") from None
    finally:
        part.unlink(missing_ok=True)


def _present(home: Home) -> ReportBundle:
    from app.inspection import as_it_stands

    bundle = as_it_stands(home)
    if bundle is None:
        raise UserError(f"{home.path}: 报告所示不是台账里最近的一次巡检；先运行 xunjian check")
    return bundle
