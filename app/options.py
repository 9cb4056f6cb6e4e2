"""What the commands share: kinds of values, arguments, and how a user's mistakes are shown."""

from __future__ import annotations

import getpass
import sys
import traceback
from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, TypeVar

import click

from app import errors
from app.errors import UserError

Command = TypeVar("Command", bound=Callable[..., Any])

SEVERITIES = {"veto": "单项否决", "high": "高", "medium": "中", "low": "低", "info": "提示"}

run_argument = click.argument("run", type=click.Path(path_type=Path), metavar="RUN")


class Day(click.ParamType[date]):
    """A day as ``2026-11-20``."""

    name = "日期"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day; fails with one line otherwise."""
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()
        except ValueError:
            self.fail(f"应为日期（如 2026-11-20），实为 {value!r}", param, ctx)


def plain_errors(command: Command) -> Command:
    """Turn a user's mistakes into one line on standard error and the right exit code."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except UserError as error:
            click.echo(f"xunjian: {error}", err=True)
            sys.exit(error.exit_code)
        except KeyboardInterrupt:
            click.echo("xunjian: 已中断；已保存的都在，再运行同一命令即接着做", err=True)
            sys.exit(errors.INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            # a fault of our own: the user gets one line, whoever mends it the whole of it
            click.echo(f"xunjian: 本程序出错（{type(error).__name__}），详情已写入 {_keep_trace()}", err=True)
            sys.exit(errors.UNINSPECTED)

    return run  # type: ignore[return-value]


def _keep_trace() -> Path:
    """Write the current exception's traceback to a file of its own and return where it is."""
    with NamedTemporaryFile("w", encoding="utf-8", prefix="xunjian-", suffix=".log", delete=False) as log:
        traceback.print_exc(file=log)
    return Path(log.name)


def fail_on_option(command: Command) -> Command:
    """Add ``--fail-on``."""
    return click.option(
        "--fail-on", type=click.Choice(list(SEVERITIES)), metavar="LEVEL",
        help="有这一级或更重的问题时以 1 退出（veto、high、medium、low、info）。",
    )(command)


def who(by: str | None) -> str:
    """Return who acts: as said, else the login name; raises UserError where there is none."""
    if by is not None:
        return by
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        raise UserError("--by: 不知道由谁办理，请写明") from None
