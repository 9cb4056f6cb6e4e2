"""``xunjian assess``: a period's results from daily runs, quarterly inspections and a third party's marks."""

from __future__ import annotations

from pathlib import Path

import click

from app.errors import UserError
from app.options import plain_errors


@click.command()
@click.argument("target", type=click.Path(path_type=Path), metavar="HOME|CONFIG")
@click.option("--period", required=True, metavar="PERIOD", help="考核期间：2026、2026H1、2026Q3 或 2026-09。")
@click.option(
    "--third-party", type=click.Path(path_type=Path), metavar="FILE",
    help="第三方评估结果：.csv 或 .xlsx，列『单位』『得分』（0 到 100），全站一行写『全站』。",
)
@click.option(
    "--home", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
    help="给出 CONFIG 时站点的家在哪里；缺省为当前目录下的 巡检-配置名。",
)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="写到哪个文件夹；缺省为站点的家。",
)
@plain_errors
def assess(target: Path, period: str, third_party: Path | None, home: Path | None, out: Path | None) -> None:
    """按 [assessment] 的权重，把期间内的日常巡检、季度督查和第三方评估合成考核结果。"""
    from app.assessing import assess_period, opened
    from app.summary import table
    from reports.assessment import Period, PeriodError
    from reports.writers.assessment import result_lines, write

    try:
        wanted = Period.parse(period)
    except PeriodError as error:
        raise UserError(f"--period: {error}") from None
    config, place = opened(target, home)
    made = assess_period(config, place, wanted, third_party)
    try:
        written = write(out if out is not None else place.path, made)
    except OSError as error:
        raise UserError(f"{error.filename or out or place.path}: 写不进去（{error.strerror}）") from None
    click.echo(f"{made.site}　{made.period} 考核结果（{made.first} 至 {made.last}，巡检 {len(made.runs)} 次）")
    click.echo("\n".join(table(result_lines(made))))
    if config.assessment is None:
        click.echo("配置没有 [assessment] 一节，只按日常评估计")
    for line in made.missing:
        click.echo(f"缺少：{line}")
    for line in made.notes:
        click.echo(line)
    click.echo("结果：" + ("完整" if made.complete else "不完整"))
    click.echo("写到：" + "、".join(map(str, written)))
