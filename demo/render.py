"""From items and columns to pages: one template set a family, links written the family's way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from demo.county import County

_REFERENCE = re.compile(r'(href|src)="(\s*)@([^"?#]*[^"?#\s])(\s*)((?:\?[^"#]*)?(?:#[^"]*)?)"')
_GAP = Markup('<span style="padding-right:0.5em"></span>')
T = TypeVar("T")


@dataclass(frozen=True)
class ListRow:
    """One row of a list: the item's address, its title in full and as shown, its day, its picture if any."""

    url: str
    title: str
    shown: str
    date: str
    serial: int = 0
    pinned: bool = False
    picture: str | None = None


@dataclass(frozen=True)
class Box:
    """A panel of a home page: a column's name and address, and its first rows."""

    name: str
    url: str
    rows: list[ListRow]


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the templates, escaping everything."""
    found = Environment(
        loader=PackageLoader("demo", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
    )
    found.filters |= {"pairs": pairs, "spread": spread, "split_label": split_label, "dotted": dotted}
    return found


def pairs(values: Iterable[T]) -> list[tuple[T, T | None]]:
    """Return values two by two, the last with None where the number is odd."""
    held = list(values)
    return [(held[n], held[n + 1] if n + 1 < len(held) else None) for n in range(0, len(held), 2)]


def spread(label: str) -> str:
    """Return a short label spread over four characters: 文号 as 文　　号."""
    return {2: f"{label[:1]}　　{label[1:]}", 3: "　".join(label)}.get(len(label), label)


def split_label(label: str) -> Markup:
    """Return a label with empty spans between its characters."""
    return _GAP.join(label) if len(label) != 2 else Markup("{}&emsp;&emsp;{}").format(label[0], label[1])


def dotted(day: str) -> str:
    """Return an ISO day with points: 2026.09.04."""
    return day.replace("-", ".")


def shortened(title: str, length: int = 24) -> str:
    """Return a title cut the way lists cut it."""
    return title if len(title) <= length else title[: length - 2] + "..."


class Renderer:
    """Renders templates; addresses come in absolute and are written as ``link(origin, url)`` says."""

    def __init__(self, county: County, addresses: dict[str, str]) -> None:
        self.county, self.addresses = county, addresses

    def page(self, template: str, origin: str, link: Callable[[str, str], str], **values: Any) -> str:
        """Return a page at path ``origin``; in ``body`` references ``@key`` become links."""

        def to(url: str) -> str:
            return link(origin, url)

        if "body" in values:
            values["body"] = Markup(self._resolved(str(values["body"]), to))
        return environment().get_template(template).render(to=to, county=self.county, **values)

    def _resolved(self, markup: str, to: Callable[[str], str]) -> str:
        def written(match: re.Match[str]) -> str:
            attribute, before, key, after, tail = match.groups()
            return f'{attribute}="{before}{to(self.addresses[key])}{tail}{after}"'

        return _REFERENCE.sub(written, markup)


def meta_tags(
    county: County,
    column: tuple[str, str] | None = None,
    article: tuple[str, str, str] | None = None,
) -> list[tuple[str, str]]:
    """Return the standard page tags; ``column`` is name and type, ``article`` title, PubDate and source."""
    tags = [("SiteName", county.government), ("SiteDomain", county.domain), ("SiteIDCode", county.site_code)]
    if column:
        name, kind = column
        tags += [
            ("ColumnName", name),
            ("ColumnDescription", f"发布{county.name}{name}方面的信息"),
            ("ColumnKeywords", f"{name},{county.name}"),
            ("ColumnType", kind),
        ]
    if article:
        title, published, source = article
        tags += [
            ("ArticleTitle", title),
            ("PubDate", published),
            ("ContentSource", source),
            ("Keywords", ""),
            ("Author", "云岭县数字服务中心"),
            ("Description", title),
        ]
    return tags
