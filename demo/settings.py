"""The configuration under which the demonstration site is inspected."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlsplit

from demo.county import Organ, world
from demo.demanded import PACKS
from demo.hosts import BROKEN, NAMES, PORTAL, host_bases, local
from demo.site import AS_OF, built

_TYPED_COLUMNS = {"xzf/lsgd": "archive", "xzf/ztrkpc": "topic"}


def config(base_url: str, as_of: date = AS_OF) -> dict[str, Any]:
    """Return the inspection's configuration in the shape of its TOML file, for a site at ``base_url``.

    The start addresses are the portal and a sub-site that is down; every host of the site is listed.
    """
    bases = host_bases(base_url.rstrip("/"))
    return {
        "site": {
            "name": world().county.government,
            "start": [f"{bases[PORTAL]}/", f"{bases[BROKEN]}/"],
            "hosts": [urlsplit(bases[name]).netloc for name in NAMES],
            "timezone": "Asia/Shanghai",
        },
        "inspection": {"packs": list(PACKS), "as_of": as_of, "plan_year": as_of.year},
        # the demonstration stays on this machine: nobody to be polite to, nothing outside to ask
        "crawl": {"concurrency": 16, "delay_seconds": 0.0, "max_pages": 5000, "check_external_links": False,
                  "retry_delay_seconds": 1.0},
        "departments": [_department(organ) for organ in world().organs.values()],
        "columns": _columns(bases, as_of),
    }


def _department(organ: Organ) -> dict[str, Any]:
    where: list[str] = []
    if organ.family == "hanweb":
        where = [f"/col/col{str(organ.columns[0].code)[:2]}", f"/art_{str(organ.columns[0].code)[:2]}"]
    else:
        where = [organ.root]
    short = organ.name.removeprefix("云岭县")
    return {
        "name": organ.name,
        "match_url": where,
        "match_source": [organ.name] if organ.kind == "county" else [short, organ.short],
    }


def _columns(bases: dict[str, str], as_of: date) -> list[dict[str, Any]]:
    site = built(as_of)
    rows = []
    for column_id, kind in _TYPED_COLUMNS.items():
        column = world().column(column_id)
        rows.append(
            {"url": local(site.addresses[column_id], bases[PORTAL]), "name": column.name, "type": kind}
        )
    return rows


def toml(values: dict[str, Any]) -> str:
    """Return a configuration as the text of a TOML file."""
    parts = []
    for name, value in values.items():
        tables = value if isinstance(value, list) else [value]
        mark = f"[[{name}]]" if isinstance(value, list) else f"[{name}]"
        parts += [
            "\n".join([mark, *(f"{key} = {_literal(entry)}" for key, entry in table.items())])
            for table in tables
        ]
    return "\n\n".join(parts) + "\n"


def _literal(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return "[" + ", ".join(_literal(entry) for entry in value) + "]"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value)
