"""The command line ``xunjian``: every command, its options, its exit codes."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from app import errors
from app.assess_commands import assess
from app.errors import LedgerUnusableError, UserError
from app.export_commands import export
from app.ledger_commands import ledger
from app.options import Command, Day, fail_on_option, plain_errors, run_argument
from app.recheck_commands import recheck
from app.worksheet_commands import worksheet

if TYPE_CHECKING:
    from app.config import Config


class ChineseGroup(click.Group):
    """A group whose usage errors are one Chinese line."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run; usage errors exit with 2 after one line."""
        kwargs["standalone_mode"] = False
        try:
            return super().main(*args, **kwargs)
        except click.exceptions.Exit as stop:
            sys.exit(stop.exit_code)
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.ctx.get_help() if error.ctx else "", err=True)
            sys.exit(errors.USAGE)
        except click.ClickException as error:
            click.echo(f"xunjian: {usage_line(error)}", err=True)
            sys.exit(errors.USAGE)
        except (click.Abort, KeyboardInterrupt):
            click.echo("xunjian: 已中断", err=True)
            sys.exit(errors.INTERRUPTED)


def usage_line(error: click.ClickException) -> str:
    """Return a usage error as one Chinese line."""
    if isinstance(error, click.NoSuchOption):
        return f"没有选项 {error.option_name}；用 --help 看可用的选项"
    if isinstance(error, click.MissingParameter):
        name = error.param.make_metavar(error.ctx) if error.param and error.ctx else "参数"
        kind = f"选项 {error.param.opts[-1]}" if isinstance(error.param, click.Option) else "参数"
        return f"缺少{kind} {name}；用 --help 看用法"
    if isinstance(error, click.BadParameter):
        name = error.param.opts[-1] if error.param else "参数"
        return f"{name}: {error.message}"
    return f"{error.format_message()}；用 --help 看用法"


@click.group(cls=ChineseGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="xunjian", prog_name="xunjian", message="%(prog)s %(version)s")
def main() -> None:
    """栏目巡检：对照政务公开工作要点和国家指标，巡检政府信息公开网站并出具评分单。"""


def out_option(command: Command) -> Command:
    """Add ``--out``."""
    return click.option(
        "--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
        help="输出文件夹（站点的家，历次巡检都放这里）；缺省为当前目录下的 巡检-配置名。",
    )(command)


def continue_options(command: Command) -> Command:
    """Add ``--resume/--fresh``."""
    command = click.option(
        "--fresh", "how", flag_value="fresh", type=str, help="不管上次是否做完，全部重新抓取，不沿用上次的结果。",
    )(command)
    return click.option(
        "--resume", "how", flag_value="resume", default="auto", type=str,
        help="一定要接着上次没做完的抓取；缺省：没做完就接着做，做完了就重新开始。",
    )(command)


def basis_options(command: Command) -> Command:
    """Add ``--as-of``, ``--pack`` and ``--plan-year``."""
    command = click.option(
        "--as-of", type=Day(), metavar="DATE", help="各种期限计算到哪一天；缺省按配置，再缺省为今天。",
    )(command)
    command = click.option(
        "--pack", "packs", multiple=True, metavar="PACK", help="改用这些规则包（编号或 YAML 文件），可重复。",
    )(command)
    return click.option(
        "--plan-year", type=click.IntRange(2008, 2100), metavar="YEAR", help="按哪一年的要求检查。",
    )(command)


config_argument = click.argument("config", type=click.Path(path_type=Path), metavar="CONFIG")


def home_path(out: Path | None, config: Path) -> Path:
    """Return the home folder: as asked for, else beside the caller, named after the configuration."""
    return out if out is not None else Path(f"巡检-{config.stem}")


@main.command()
@config_argument
@out_option
@continue_options
@basis_options
@fail_on_option
@plain_errors
def inspect(
    config: Path, out: Path | None, how: str, as_of: date | None, packs: tuple[str, ...],
    plan_year: int | None, fail_on: str | None,
) -> None:
    """抓取、检查、评分、出报告：每晚的巡检。"""
    from app.crawling import require_inspected
    from app.home import Home
    from app.inspection import Basis, inspect_site, require_whole

    settings = _settings(config)
    home = Home(home_path(out, config))
    with home.locked():
        basis = Basis.of(settings, packs=packs, as_of=as_of, plan_year=plan_year)
        bundle, outcome = inspect_site(settings, home, _how(how), basis)
    _show_result(bundle, home.path)
    require_inspected(outcome)
    require_whole(bundle)
    _stop_on(bundle, fail_on)


@main.command()
@config_argument
@out_option
@continue_options
@plain_errors
def crawl(config: Path, out: Path | None, how: str) -> None:
    """只抓取：把网站所见记入快照。"""
    from app.crawling import crawl_site, require_inspected
    from app.home import Home

    settings = _settings(config)
    home = Home(home_path(out, config))
    with home.locked():
        outcome = crawl_site(settings, home, _how(how))
    click.echo(f"快照：{home.snapshot}")
    require_inspected(outcome)
    click.echo(outcome.reason)


@main.command()
@run_argument
@basis_options
@fail_on_option
@click.option("--profile", is_flag=True, help="列出每项检查用时。")
@click.option("--reread", is_flag=True, help="先用本版程序把保存的网页重新读一遍。")
@plain_errors
def check(
    run: Path, as_of: date | None, packs: tuple[str, ...], plan_year: int | None, fail_on: str | None, profile: bool,
    reread: bool,
) -> None:
    """只检查：按规则重新判定一次已有的抓取，不访问网络，并更新报告。"""
    from app.home import find_snapshot
    from app.inspection import Basis, check_run, outdated_line, read_again, snapshot_config, write_reports

    home, snapshot = find_snapshot(run)
    settings = snapshot_config(snapshot)
    with home.locked():
        if reread:
            click.echo(read_again(snapshot))
        elif line := outdated_line(snapshot):
            click.echo(line)
        basis = Basis.of(settings, packs=packs, as_of=as_of, plan_year=plan_year)
        bundle = check_run(settings, home, snapshot, basis, profile=profile)
        write_reports(home, bundle)
    if profile:
        for note in bundle.judgement.notes:
            click.echo(note)
    _show_result(bundle, home.path)
    _stop_on(bundle, fail_on)


@main.command()
@run_argument
@plain_errors
def report(run: Path) -> None:
    """只出报告：由 findings.jsonl、summary.json 和台账的现状重新生成报告页和 ledger.xlsx，不重新检查。"""
    from app.home import find_snapshot
    from app.inspection import render_again, restate

    home, _ = find_snapshot(run)
    with home.locked():
        try:
            bundle = restate(home)
        except LedgerUnusableError as error:
            click.echo(f"xunjian: {error}；报告按 findings.jsonl 和 summary.json 重新生成", err=True)
            bundle = None
        if bundle is None:
            bundle = render_again(home)
    _show_result(bundle, home.path)


@main.command()
@run_argument
@click.argument("findings", nargs=-1, metavar="[FINDING]...")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.warc.gz",
    help="写到哪个文件；缺省为 RUN 文件夹里的 evidence.warc.gz。",
)
@click.option("--with-personal-data", is_flag=True, help="含个人信息的网页也写入；写出的文件须按保密要求保管。")
@plain_errors
def evidence(run: Path, findings: tuple[str, ...], out: Path | None, with_personal_data: bool) -> None:
    """把问题所依据的网页（及链接到它的网页）写成 WARC 证据文件；可只写指定编号的问题。"""
    from app.evidence import run_findings, write_evidence
    from app.home import find_snapshot

    home, snapshot = find_snapshot(run)
    target = out if out is not None else home.path / "evidence.warc.gz"
    with home.locked():
        written = write_evidence(
            snapshot, run_findings(home.path, snapshot), findings, target, personal=with_personal_data,
        )
    click.echo(f"证据：{target}（网页 {written.pages} 个，没有保存正文的地址 {written.unstored} 个）")
    if written.withheld:
        click.echo(f"另有 {written.withheld} 个网页含个人信息，只写了说明；加 --with-personal-data 可写入正文")


@main.command()
@click.argument("file", type=click.Path(path_type=Path, exists=False), metavar="FILE")
@click.option("--url", default=None, metavar="URL", help="网页原来的地址，相对链接据此还原。")
@plain_errors
def extract(file: Path, url: str | None) -> None:
    """以 JSON 打印从一个保存的网页或附件（PDF、Word、Excel、OFD、ZIP …）里读到的内容。"""
    from app.attachment import is_attachment, read_attachment
    from crawler.extract.labels import as_labels
    from crawler.extract.reading import read_page
    from crawler.urls import AddressError, canonical

    try:
        body = file.read_bytes()
    except OSError as error:
        raise UserError(f"{file}: 无法读取（{error.strerror}）") from None
    try:
        address = canonical(url) if url else file.resolve().as_uri()
    except AddressError:
        raise UserError(f"--url: 应为网址，实为 {url!r}") from None
    if is_attachment(body, file.name):
        click.echo(json.dumps(read_attachment(body, file.name), ensure_ascii=False, indent=1))
        return
    click.echo(json.dumps(as_labels(read_page(body, address), address), ensure_ascii=False, indent=1))


@main.command()
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", default=Path("巡检-demo"),
    help="输出文件夹；缺省为 巡检-demo。",
)
@click.option("--verify", is_flag=True, help="有漏报或误报时以 1 退出。")
@plain_errors
def demo(out: Path, verify: bool) -> None:
    """在本机起一个演示县网站，巡检它，对照预埋的问题，留下报告。"""
    from app.demonstration import run_demo, verification_lines

    bundle, verification = run_demo(out)
    _show_result(bundle, out)
    for line in verification_lines(verification):
        click.echo(line)
    if verify and not verification.ok:
        sys.exit(errors.FINDINGS)


main.add_command(recheck)


@main.group(cls=click.Group)
def rules() -> None:
    """规则包：哪一条由哪项检查落实。"""


@rules.command("list")
@click.argument("packs", nargs=-1, metavar="[PACK]...")
@plain_errors
def rules_list(packs: tuple[str, ...]) -> None:
    """列出规则包；给出包名时列出其中各条及所用检查。"""
    from app.rulebook import list_clauses, list_packs

    click.echo(list_clauses(packs) if packs else list_packs())


@rules.command("show")
@click.argument("name", metavar="CLAUSE|PACK|CHECK")
@click.option("--pack", default=None, metavar="PACK", help="条款所在的规则包（编号或 YAML 文件）；缺省按编号找。")
@click.option("--plan-year", type=click.IntRange(2008, 2100), metavar="YEAR", help="期限按哪一年推算；缺省为今年。")
@plain_errors
def rules_show(name: str, pack: str | None, plan_year: int | None) -> None:
    """显示一条条款、一个规则包或一项检查的全文。"""
    from app.rulebook import show

    click.echo(show(name, pack, plan_year))


@rules.command("coverage")
@click.argument("packs", nargs=-1, metavar="[PACK]...")
@click.option("--planned", is_flag=True, help="列出计划中的检查、等着它们的条款和所用的参数。")
@plain_errors
def rules_coverage(packs: tuple[str, ...], planned: bool) -> None:
    """每个文件有多少条由抓取判定、备料或留给人；有条款没有着落时以 1 退出。"""
    from app.rulebook import coverage_lines, load_all, planned_lines

    loaded = load_all(packs)
    lines, whole = coverage_lines(loaded)
    click.echo("\n".join(planned_lines(loaded) if planned else lines))
    if not whole:
        _exit(errors.FINDINGS)


@rules.command("validate")
@click.argument("packs", nargs=-1, metavar="[PACK|FILE]...")
@plain_errors
def rules_validate(packs: tuple[str, ...]) -> None:
    """核对规则包：引文、参数、分值、来源；有错时逐行列出，以 2 退出。"""
    from app.rulefiles import validate

    verdicts = validate(packs)
    for verdict in verdicts:
        for line in verdict.faults:
            click.echo(f"xunjian: {line}", err=True)
        if not verdict.faults:
            click.echo("\n".join([verdict.summary, *(f"提示：{hint}" for hint in verdict.hints)]))
    if any(verdict.faults for verdict in verdicts):
        _exit(errors.USAGE)


@rules.command("draft")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="PACK", help="写到哪个文件；缺省打印。")
@click.option("--id", "pack_id", default=None, metavar="ID", help="规则包的编号；缺省按文件名和年度。")
@plain_errors
def rules_draft(file: Path, out: Path | None, pack_id: str | None) -> None:
    """由工作要点文件（.txt .docx .pdf .html）拟出规则包草稿，供人核对。"""
    from app.rulefiles import draft_file, draft_lines, write_draft
    from rules.drafting import to_yaml

    made = draft_file(file, pack_id)
    if out is None:
        click.echo(to_yaml(made), nl=False)
    else:
        kept = write_draft(made, out)
        if kept is not None:
            click.echo(f"原有的文件留作 {kept}", err=True)
    click.echo("\n".join(draft_lines(made)), err=out is None)
    if out is not None:
        click.echo(f"规则包草稿：{out}")


@rules.command("docs")
@click.argument("packs", nargs=-1, metavar="[PACK]...")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", required=True, help="写到哪个文件夹。",
)
@click.option("--plan-year", type=click.IntRange(2008, 2100), metavar="YEAR", help="期限按哪一年推算；缺省为今年。")
@plain_errors
def rules_docs(packs: tuple[str, ...], out: Path, plan_year: int | None) -> None:
    """生成规则手册：每个规则包、每项检查一页，条款与检查互相链接。"""
    from app.handbook import write_handbook
    from app.rulebook import load_all

    count = write_handbook(load_all(packs), out, plan_year or date.today().year)
    click.echo(f"规则手册：{out / 'index.html'}（{count} 页）")


@main.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """打印命令补全脚本，例如：eval "$(xunjian completion bash)"。"""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    if kind is None:
        raise UserError(f"不支持 {shell} 的补全")
    click.echo(kind(main, {}, "xunjian", "_XUNJIAN_COMPLETE").source())


def _settings(path: Path) -> Config:
    """Read the configuration, and say at once what of it cannot be done here."""
    from app.config import load_config

    settings = load_config(path)
    if settings.crawl.render_javascript == "always":
        from crawler.rendering.chromium import why_absent

        if (absent := why_absent()) is not None:
            click.echo(
                f"xunjian: {path}: crawl.render_javascript: {absent}；在此之前，由脚本填充的栏目记为无法判定", err=True
            )
    return settings


def _how(how: str) -> Any:
    return how if how in ("resume", "fresh") else "auto"


def _show_result(bundle: Any, path: Path) -> None:
    from app.summary import result_lines

    for line in result_lines(bundle):
        click.echo(line)
    click.echo(f"报告：{path / 'report' / 'index.html'}")


def _stop_on(bundle: Any, level: str | None) -> None:
    from app.summary import reaches

    if level is not None and reaches(bundle.judgement.findings, level):
        _exit(errors.FINDINGS)


def _exit(code: int) -> NoReturn:
    sys.exit(code)


main.add_command(export)
main.add_command(ledger)
main.add_command(worksheet)
main.add_command(assess)

if __name__ == "__main__":
    main()
