"""``xunjian ledger``: the issue ledger: lists, what people decide about findings, the runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.errors import UserError
from app.ledger_workbook import export, import_
from app.options import Command, Day, plain_errors, who

if TYPE_CHECKING:
    from app.ledger_book import Book
    from reports.ledger import Entry

STATUSES = ("new", "open", "reopened", "fixed", "waived", "disputed")

home_argument = click.argument("home", type=click.Path(path_type=Path), metavar="HOME")
findings_argument = click.argument("findings", nargs=-1, required=True, metavar="FINDING...")
day_option = click.option(
    "--as-of", type=Day(), metavar="DATE", help="算作哪一天；缺省按配置，再缺省为站点所在时区的今天。",
)
format_option = click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", metavar="table|json",
    help="显示为表格（缺省）或 JSON。",
)


def acting(command: Command) -> Command:
    """Add what every act takes: the home, the findings, who, which day, whether the reports follow at once."""
    command = click.option(
        "--no-report", is_flag=True, help="只改台账；得分和报告留待 xunjian report 更新（连续办理多次时省时）。",
    )(command)
    command = day_option(command)
    command = click.option("--by", metavar="NAME", help="由谁办理；缺省为当前登录名。")(command)
    return home_argument(findings_argument(command))


@click.group(cls=click.Group)
def ledger() -> None:
    """问题台账：查看，确认，异议，豁免，备注；编号写前 6 位以上即可，一次可写多个，有一个不成则都不改。"""


@ledger.command("list")
@home_argument
@click.option(
    "--status", "statuses", multiple=True, type=click.Choice(STATUSES), metavar="STATUS",
    help=f"只列这种状态的（{'、'.join(STATUSES)}），可重复；缺省列出已整改以外的。",
)
@click.option("--department", "departments", multiple=True, metavar="NAME", help="只列这个责任单位的，可重复。")
@click.option("--check", "checks", multiple=True, metavar="CHECK", help="只列这项检查的，可重复。")
@click.option("--overdue", is_flag=True, help="只列逾期的。")
@day_option
@format_option
@plain_errors
def list_(
    home: Path, statuses: tuple[str, ...], departments: tuple[str, ...], checks: tuple[str, ...], overdue: bool,
    as_of: date | None, form: str,
) -> None:
    """列出台账里的问题，到期早的在前。"""
    from app.ledger_book import Book, Wanted, as_json, list_lines, listed

    book = Book.open(home, as_of)
    entries = listed(book, Wanted(statuses, departments, checks, overdue))
    if form == "json":
        _print_json([as_json(entry, book.day) for entry in entries])
    else:
        click.echo("\n".join(list_lines(entries, book)))


@ledger.command()
@home_argument
@findings_argument
@day_option
@format_option
@plain_errors
def show(home: Path, findings: tuple[str, ...], as_of: date | None, form: str) -> None:
    """显示问题的全部情况和办理记录。"""
    from app.ledger_book import Book, as_json, show_lines, shown

    book = Book.open(home, as_of)
    found = shown(book, findings)
    if form == "json":
        import msgspec

        _print_json([as_json(entry, book.day) | {"acts": msgspec.to_builtins(acts)} for entry, acts in found])
        return
    for entry, acts in found:
        click.echo("\n".join(show_lines(entry, acts, book)))


@ledger.command()
@home_argument
@format_option
@plain_errors
def history(home: Path, form: str) -> None:
    """列出历次巡检：各状态的问题数、覆盖率、得分及其升降。"""
    from app.ledger_book import Book, history_lines, plainly

    book = Book.open(home)
    if form == "json":
        import msgspec

        with plainly():
            _print_json(msgspec.to_builtins(book.ledger.history()))
    else:
        click.echo("\n".join(history_lines(book)))


@ledger.command()
@acting
@click.option("--text", default="", metavar="TEXT", help="怎样核实的。")
@plain_errors
def confirm(
    home: Path, findings: tuple[str, ...], text: str, by: str | None, as_of: date | None, no_report: bool,
) -> None:
    """确认待人工复核的问题：自此扣分，整改时限自确认之日起算。"""
    _do(home, findings, as_of, no_report, "已确认", lambda book, names: book.ledger.confirm(
        names, by=who(by), day=book.day, text=text,
    ))


@ledger.command()
@acting
@click.option("--reason", default="", metavar="TEXT", help="为什么撤销。")
@plain_errors
def unconfirm(
    home: Path, findings: tuple[str, ...], reason: str, by: str | None, as_of: date | None, no_report: bool,
) -> None:
    """撤销确认。"""
    _do(home, findings, as_of, no_report, "已撤销确认", lambda book, names: book.ledger.unconfirm(
        names, by=who(by), day=book.day, text=reason,
    ))


@ledger.command()
@acting
@click.option("--reason", required=True, metavar="TEXT", help="异议的理由。")
@plain_errors
def dispute(
    home: Path, findings: tuple[str, ...], reason: str, by: str | None, as_of: date | None, no_report: bool,
) -> None:
    """记下责任单位的异议；处理之前照常扣分。"""
    _do(home, findings, as_of, no_report, "已记下异议", lambda book, names: book.ledger.dispute(
        names, by=who(by), day=book.day, text=reason,
    ))


@ledger.command()
@acting
@click.option("--uphold/--grant", "uphold", default=None, help="维持原判（恢复为未整改）；或异议成立（按豁免处理）。")
@click.option("--reason", default="", metavar="TEXT", help="处理意见；异议成立时缺省用异议的理由。")
@click.option("--owner", default="", metavar="NAME", help="异议成立时：谁对豁免负责。")
@click.option("--until", type=Day(), metavar="DATE", help="异议成立时：豁免到哪一天（含当天）。")
@plain_errors
def settle(
    home: Path, findings: tuple[str, ...], uphold: bool | None, reason: str, owner: str, until: date | None,
    by: str | None, as_of: date | None, no_report: bool,
) -> None:
    """处理异议：--uphold 维持原判，--grant 异议成立。"""
    if uphold is None:
        raise UserError("应写明 --uphold（维持原判）或 --grant（异议成立）")
    if uphold:
        if owner or until:
            raise UserError("--owner 和 --until 只用于 --grant（异议成立）")
        _do(home, findings, as_of, no_report, "已维持原判", lambda book, names: book.ledger.uphold(
            names, by=who(by), day=book.day, text=reason,
        ))
        return
    if not owner or until is None:
        raise UserError("异议成立即为豁免，应写明 --owner（谁负责）和 --until（到哪一天）")
    _do(home, findings, as_of, no_report, f"异议成立，豁免到 {until}", lambda book, names: book.ledger.grant(
        names, by=who(by), day=book.day, owner=owner, expires=until, text=reason,
    ))


@ledger.command()
@acting
@click.option("--reason", required=True, metavar="TEXT", help="豁免的理由。")
@click.option("--owner", required=True, metavar="NAME", help="谁对豁免负责。")
@click.option("--until", required=True, type=Day(), metavar="DATE", help="豁免到哪一天（含当天），之后恢复扣分并提醒。")
@plain_errors
def waive(
    home: Path, findings: tuple[str, ...], reason: str, owner: str, until: date, by: str | None, as_of: date | None,
    no_report: bool,
) -> None:
    """豁免问题到某一天，其间不扣分；已有豁免的以这次为准。"""
    _do(home, findings, as_of, no_report, f"已豁免到 {until}", lambda book, names: book.ledger.waive(
        names, reason=reason, owner=owner, expires=until, by=who(by), day=book.day,
    ))


@ledger.command()
@acting
@click.option("--reason", default="", metavar="TEXT", help="为什么撤销。")
@plain_errors
def unwaive(
    home: Path, findings: tuple[str, ...], reason: str, by: str | None, as_of: date | None, no_report: bool,
) -> None:
    """撤销豁免，到期的和没用上的豁免也用它了结。"""
    _do(home, findings, as_of, no_report, "已撤销豁免", lambda book, names: book.ledger.unwaive(
        names, by=who(by), day=book.day, text=reason,
    ))


@ledger.command()
@acting
@click.option("--text", required=True, metavar="TEXT", help="备注的内容。")
@plain_errors
def note(
    home: Path, findings: tuple[str, ...], text: str, by: str | None, as_of: date | None, no_report: bool,
) -> None:
    """给问题加一条备注。"""
    _do(home, findings, as_of, no_report, "已加备注", lambda book, names: book.ledger.note(
        names, text, by=who(by), day=book.day,
    ))


@ledger.command()
@acting
@click.option("--url", required=True, metavar="URL", help="整改后的网址；写空即撤销。")
@plain_errors
def link(
    home: Path, findings: tuple[str, ...], url: str, by: str | None, as_of: date | None, no_report: bool,
) -> None:
    """记下责任单位给出的整改链接，复查时一并查看。"""
    _do(home, findings, as_of, no_report, "已记下整改链接", lambda book, names: book.ledger.correct(
        names, url, by=who(by), day=book.day,
    ))


def _do(
    path: Path, findings: Sequence[str], as_of: date | None, no_report: bool, done: str,
    act: Callable[[Book, list[str]], list[Entry]],
) -> None:
    from app.ledger_book import Book

    book = Book.open(path, as_of)
    entries = book.act(findings, lambda names: act(book, names))
    click.echo(f"{done}：{len(entries)} 个（{'、'.join(entry.finding.fingerprint for entry in entries)}）")
    if not no_report and (line := book.tell_reports()):
        click.echo(line, err=True)


def _print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))


ledger.add_command(export)
ledger.add_command(import_)
