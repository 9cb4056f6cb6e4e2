"""The one way pages are made: escaped, legible, self-contained, under a policy that lets nothing in or out."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reports.text import legible


def page_environment(package: str, more_style: str = "") -> Environment:
    """Return the environment for a package's ``templates``; ``style`` and ``policy`` are known to them.

    The style is the reports' own with ``more_style`` after it; the content-security policy admits that one style
    sheet and pictures inside the page, nothing else.
    """
    style = resources.files("reports").joinpath("static/report.css").read_text(encoding="utf-8")
    style = f"{style}\n{more_style}" if more_style else style
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    environment = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_spoken,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(
        style=Markup(style),
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'",
    )
    return environment


def _spoken(value: Any) -> Any:
    return legible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
