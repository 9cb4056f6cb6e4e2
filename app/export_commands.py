"""``xunjian export``: what an inspection found, as documents to send and files for other programs."""

from __future__ import annotations

from pathlib import Path

import click

from app.options import plain_errors, run_argument

KINDS = {
    "evaluation": "评估报告（Word）",
    "notices": "各责任单位的整改通知（Word）",
    "screenshots": "问题所在处的截图，放进 RUN 并带入报告（需要 Chromium）",
    "pdf": "报告页和各单位评分单，可打印（PDF，需要 Chromium）",
    "csv": "问题清单（Excel 可直接打开）",
    "jsonl": "问题清单（一行一个 JSON）",
    "junit": "JUnit XML，供流水线显示",
    "sarif": "SARIF 2.1.0，供代码与网站质量平台汇总",
}
HELP = "\n\n".join([
    "把最近一次巡检的结果导出为供报送的文件和供其他程序读取的数据。WHAT 可写多个：",
    "\n".join(["\b", *(f"{name:<13}{meaning}" for name, meaning in KINDS.items()), f"{'all':<13}以上全部"]),
])


class Kind(click.ParamType[str]):
    """One of the kinds of files, or ``all``."""

    name = "WHAT"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the kind; fails with one line otherwise."""
        if value not in KINDS and value != "all":
            self.fail(f"应为 {'、'.join(KINDS)} 或 all，实为 {value!r}", param, ctx)
        return value


class Count(click.ParamType[int]):
    """How many of something, none included."""

    name = "N"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number; fails with one line otherwise."""
        if not str(value).isdecimal():
            self.fail(f"应为不小于 0 的整数，实为 {value!r}", param, ctx)
        return int(value)


@click.command(help=HELP)
@run_argument
@click.argument("what", nargs=-1, required=True, type=Kind(), metavar="WHAT...")
@click.option(
    "--to", type=click.Path(path_type=Path), metavar="DIR",
    help="写到哪个文件夹；缺省为 RUN 文件夹里的 export。",
)
@click.option("--department", "departments", multiple=True, metavar="NAME", help="只要这个责任单位的，可重复。")
@click.option(
    "--limit", type=Count(), default="200", metavar="N", help="最多截多少张图，先整改的先截；缺省 200 张。",
)
@plain_errors
def export(
    run: Path, what: tuple[str, ...], to: Path | None, departments: tuple[str, ...], limit: int
) -> None:
    """Write what is asked for into a folder."""
    from app.exporting import Order, export_files
    from app.home import find_snapshot

    home, snapshot = find_snapshot(run)
    # for one department, all is all there is of one department
    every = [kind for kind in KINDS if kind != "evaluation" or not departments]
    kinds = frozenset(what) - {"all"} | frozenset(every if "all" in what else ())
    with home.locked():
        order = Order(kinds, to or home.path / "export", departments, limit)
        for line in export_files(home, snapshot, order):
            click.echo(line)
