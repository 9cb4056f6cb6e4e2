"""``xunjian recheck``: looks again at open findings alone and closes out those that are mended."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app import errors
from app.errors import UninspectedError
from app.options import Day, fail_on_option, plain_errors

if TYPE_CHECKING:
    from app.recheck import Rechecked
    from checks.mended import Verdict

_OTHERS_SHOWN = 20
WORDS = {"mended": "销号", "standing": "仍在", "unread": "未能核实", "review": "待人工确认"}


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.argument("findings", nargs=-1, metavar="[FINDING]...")
@click.option("--department", "departments", multiple=True, metavar="NAME", help="只复查这个单位的问题，可重复。")
@click.option("--check", "checks", multiple=True, metavar="CHECK", help="只复查这项检查的问题，可重复。")
@click.option("--unverified", is_flag=True, help="未能核实的问题也复查。")
@click.option("--as-of", type=Day(), metavar="DATE", help="各种期限计算到哪一天；缺省按配置，再缺省为今天。")
@fail_on_option
@plain_errors
def recheck(
    folder: Path, findings: tuple[str, ...], departments: tuple[str, ...], checks: tuple[str, ...], unverified: bool,
    as_of: date | None, fail_on: str | None,
) -> None:
    """只抓取未整改问题所涉及的地址，已整改的即时销号；可只复查指定编号（前 6 位以上）的问题。"""
    from app.home import find_snapshot
    from app.inspection import restate
    from app.recheck import Selection
    from app.recheck import recheck as look_again

    home, _ = find_snapshot(folder)
    with home.locked():
        done = look_again(home, Selection(findings, departments, checks, unverified), as_of)
        for line in lines(done):
            click.echo(line)
        if any(verdict.outcome == "mended" for verdict in done.verdicts):
            restate(home)
    if done.unreachable:
        raise UninspectedError(f"{done.unreachable}，没有销号任何问题")
    _stop_on(done.verdicts, fail_on)


def lines(done: Rechecked) -> Iterable[str]:
    """Return what a second look came to: a line a finding, what else was found, the sum, where the evidence is."""
    if not done.verdicts:
        return ["没有需要复查的问题"]
    shown = [
        f"{WORDS[verdict.outcome]} {verdict.finding.fingerprint} {_place(verdict)}：{verdict.words}"
        for verdict in done.verdicts
    ]
    if done.others:
        shown.append(f"复查时另见 {len(done.others)} 个问题，不入台账，待下次巡检核实：")
        shown += [f"  {finding.check} {finding.url}：{finding.message}" for finding in done.others[:_OTHERS_SHOWN]]
    counts: Counter[str] = Counter(verdict.outcome for verdict in done.verdicts)
    sums = "，".join(f"{word} {counts[outcome]} 个" for outcome, word in WORDS.items())
    shown.append(
        f"复查 {len(done.verdicts)} 个问题，抓取 {done.asked} 个地址，用时 {done.seconds:.1f} 秒：{sums}"
    )
    if done.record is not None:
        shown.append(f"复查记录：{done.record}")
    return shown


def _place(verdict: Verdict) -> str:
    finding = verdict.finding
    target = f" → {finding.target}" if finding.target else ""
    return f"{finding.check} {finding.url}{target}"


def _stop_on(verdicts: Iterable[Verdict], level: str | None) -> None:
    from app.summary import reaches

    left = [verdict.finding for verdict in verdicts if verdict.outcome != "mended"]
    if level is not None and reaches(left, level):
        sys.exit(errors.FINDINGS)
