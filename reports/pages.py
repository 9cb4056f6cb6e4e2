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
    """Return the environment for a package's ``templates``; style, script and policies are known to them.

    The style is the reports' own with ``more_style`` after it. ``policy`` admits that one style sheet and pictures
    inside the page, nothing else; ``table_policy`` also the one ``script`` that sorts and filters tables, and
    ``picture_policy`` also pictures that lie beside the page.
    """
    style = static("report.css")
    style = f"{style}\n{more_style}" if more_style else style
    script = static("tables.js")
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
        script=Markup(script),
        policy=_policy(style),
        table_policy=_policy(style, script=script),
        picture_policy=_policy(style, pictures="'self' data:"),
    )
    return environment


def static(name: str) -> str:
    """Return one of the files every page carries within it."""
    return resources.files("reports").joinpath(f"static/{name}").read_text(encoding="utf-8")


def _policy(style: str, script: str | None = None, pictures: str = "data:") -> str:
    admitted = ["default-src 'none'", f"style-src '{_digest(style)}'"]
    admitted += [f"script-src '{_digest(script)}'"] if script is not None else []
    return "; ".join([*admitted, f"img-src {pictures}", "base-uri 'none'", "form-action 'none'"])


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}"


def _spoken(value: Any) -> Any:
    return legible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
