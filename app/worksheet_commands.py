"""``xunjian worksheet``: what a crawl cannot decide goes to evaluators and comes back as marks."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from app.errors import UserError
from app.options import Day, plain_errors, who

home_argument = click.argument("home", type=click.Path(path_type=Path), metavar="HOME")


@click.group(cls=click.Group)
def worksheet() -> None:
    """人工评定表：抓取不能判定的条款，备好材料交人评定，再把评分读回。"""


@worksheet.command("export")
@home_argument
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="写到哪个文件；缺省为 HOME/worksheet.xlsx。",
)
@plain_errors
def export(home: Path, out: Path | None) -> None:
    """导出人工评定表：条款原文、怎样看、巡检备好的栏目和信息，留出分值、得分、评定人各栏。"""
    from app.home import find_snapshot
    from app.worksheet import write_worksheet

    place, _ = find_snapshot(home)
    path = out if out is not None else place.path / "worksheet.xlsx"
    clauses, prepared = write_worksheet(place, path)
    click.echo(f"人工评定表：{path}（条款 {clauses} 条，其中备有栏目或信息的 {prepared} 条）")


@worksheet.command("import")
@home_argument
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--by", metavar="NAME", help="由谁评定；缺省为当前登录名，表里『评定人』一列写了的以表为准。")
@click.option("--as-of", type=Day(), metavar="DATE", help="评定日；缺省按配置，再缺省为站点所在时区的今天。")
@plain_errors
def import_(home: Path, file: Path, by: str | None, as_of: date | None) -> None:
    """读回填好的人工评定表，并入得分；有一处不对，就逐处列出，什么都不改。"""
    from app.ledger_book import Book, plainly
    from app.ledger_workbook import present, refuse
    from app.worksheet import packs_of
    from reports.forms.sheets import SheetError
    from reports.forms.worksheet_return import Basis, read

    book = Book.open(home, as_of)
    bundle = present(book.home)
    with plainly():
        basis = Basis(
            site=bundle.site, plan_year=bundle.plan_year, packs=packs_of(bundle, book.config),
            marks=book.ledger.marks(str(bundle.plan_year)), by=who(by), day=book.day,
        )
        try:
            returned = read(file, basis)
        except SheetError as error:
            raise UserError(str(error)) from None
        refuse(file, returned.faults)
        book.ledger.enter_marks(returned.marks)
    for note in returned.notes:
        click.echo(note)
    left_out = sum(not mark.applicable for mark in returned.marks)
    done = f"已读入评定 {len(returned.marks)} 条，其中不适用 {left_out} 条"
    click.echo(done if returned.marks else "没有改动，什么都没有读入")
    if returned.marks and (line := book.tell_reports()):
        click.echo(line, err=True)
