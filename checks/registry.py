"""Finds the checks: every module of this package that defines ``Parameters`` and ``run`` is one."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import checks
from checks.model import Context, Parameters, Result

if TYPE_CHECKING:
    from checks.site import Site


@dataclass(frozen=True)
class Check:
    """One check: its id, its published page, its parameters, the function that judges.

    ``sections`` holds the page's parts by their headings: 依据, 判定, 不判定, 整改. ``prepare``, where there is one,
    is told all parameters the check will be run with, so that it can look at the site once for all of them.
    """

    id: str
    title: str
    sections: dict[str, str]
    parameters: type[Parameters]
    run: Callable[[Site, Parameters, Context], Result]
    prepare: Callable[[Site, Sequence[Parameters]], None] | None = None


@lru_cache(maxsize=1)
def all_checks() -> dict[str, Check]:
    """Return every check by its id (the module's name with hyphens)."""
    found = {}
    for module_info in pkgutil.iter_modules(checks.__path__):
        module = importlib.import_module(f"checks.{module_info.name}")
        if hasattr(module, "run") and hasattr(module, "Parameters"):
            check_id = module_info.name.replace("_", "-")
            title, sections = _page(inspect.getdoc(module) or "")
            found[check_id] = Check(
                check_id, title, sections, module.Parameters, module.run, getattr(module, "prepare", None)
            )
    return found


def _page(docstring: str) -> tuple[str, dict[str, str]]:
    title, _, rest = docstring.partition("\n")
    parts = re.split(r"^(依据|判定|不判定|整改)\s*[:：]?\s*$", rest, flags=re.MULTILINE)
    sections = {name: text.strip() for name, text in zip(parts[1::2], parts[2::2], strict=True)}
    return title.strip(" 。"), sections
