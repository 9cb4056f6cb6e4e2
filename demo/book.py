"""The site while it is built: what is known of it, and every host's answers so far."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import quote

from demo import files, mailbox
from demo.addresses import MAILBOX, all_addresses, home_key
from demo.county import Column, Organ, world
from demo.dates import Clock
from demo.demanded import disclosures
from demo.families import FAMILIES
from demo.families.base import Family
from demo.hosts import BROKEN, PORTAL, SERVICE, address
from demo.item import Item
from demo.items import all_items
from demo.model import Headers, Response, path_key
from demo.render import Box, ListRow, Renderer, meta_tags, shortened

_NAV = ("ylyw", "tzgg", "zfwj", "zcjd", "fdzdgknr", "yjzj", "zxft", "sjfb")


class Book:
    """The site while it is built: the county, its items and letters, all addresses, the answers so far."""

    def __init__(self, as_of: date, *, first_night: bool = False) -> None:
        self.world = world()
        self.clock = Clock.at(as_of, self.world.golden_weeks)
        self.items = all_items(self.world, self.clock, disclosures)
        hidden = [item for item in self.items.values() if item.variant.hidden_first_night]
        self.incomplete = {item.column.id for item in hidden} if first_night else set()
        if first_night:
            self.items = {key: item for key, item in self.items.items() if not item.variant.hidden_first_night}
        self.mail = mailbox.all_letters(self.world, self.clock)
        self.at = all_addresses(self.world, self.clock, self.items, self.mail)
        self.renderer = Renderer(self.world.county, self.at)
        self.portal = self.world.organs["xzf"]
        self.responses: dict[str, dict[str, Response]] = {PORTAL: {}, SERVICE: {}, BROKEN: {}}

    def put(self, path: str, response: Response, host: str = PORTAL) -> None:
        """Give the answer for a path; raises ValueError where there is one already."""
        key = path_key(path)
        if key in self.responses[host]:
            raise ValueError(f"two answers for {host}{key}")
        self.responses[host][key] = response

    def put_page(self, path: str, html: str, family: Family) -> None:
        """Give a page in its family's charset."""
        kind = f"text/html; charset={family.charset}" if family.declared else "text/html"
        self.put(path, Response(200, (("Content-Type", kind),), html.encode(family.charset)))

    def put_file(self, path: str, name: str, body: bytes) -> None:
        """Give a file; ``name`` says its kind, and is sent along where the path does not."""
        kind = files.MEDIA_TYPES[name.rsplit(".", 1)[-1]]
        headers: Headers = (("Content-Type", kind),)
        if path.partition("?")[0].rsplit(".", 1)[-1] != name.rsplit(".", 1)[-1]:
            headers += (("Content-Disposition", f"attachment; filename*=UTF-8''{quote(name)}"),)
        self.put(path, Response(200, headers, body))

    def page(self, template: str, origin: str, organ: Organ, **values: Any) -> None:
        """Render a template (of the organ's family, or ``folder/name``) as the page at ``origin``."""
        family = FAMILIES[organ.family]
        html = self.renderer.page(
            f"{family.name}/{template}.html" if "/" not in template else f"{template}.html",
            origin,
            family.link,
            organ=organ,
            portal=self.at[home_key(self.portal)],
            home=self.at[home_key(organ)],
            nav=self.nav(organ),
            **values,
        )
        self.put_page(origin, html, family)

    def nav(self, organ: Organ) -> list[tuple[str, str]]:
        """Return the navigation an organ's pages have: names and addresses."""
        if organ.family == "hanweb":
            found = [(self.portal.column(key).name, self.at[f"xzf/{key}"]) for key in _NAV]
            return [*found, ("县长信箱", self.at[MAILBOX])]
        return [(column.name, self.at[column.id]) for column in organ.columns[:4]]

    @cached_property
    def by_column(self) -> dict[str, list[Item]]:
        """Every column's items in the order its list shows them: pinned ones, then the newest first."""
        found: dict[str, list[Item]] = defaultdict(list)
        for item in self.items.values():
            found[item.column.id].append(item)
        for rows in found.values():
            rows.sort(key=lambda item: (not item.row.pinned, -item.day.toordinal(), item.key))
        return found

    def row(self, item: Item, *, misled: bool) -> ListRow:
        """Return one list row; ``misled`` rows go where the editor sent them, others to the item."""
        key = item.row.href.removeprefix("@") if misled and item.row.href else item.key
        return ListRow(
            url=self.at[key],
            title=item.title,
            shown=shortened(item.title),
            date="" if item.row.undated else item.day.isoformat(),
            serial=item.serial,
            pinned=item.row.pinned,
            picture=self.picture(item),
        )

    def picture(self, item: Item) -> str | None:
        """Return the address of an item's picture."""
        return None if item.picture is None else address(PORTAL, f"/images/news/{item.picture}.png")

    def box(self, column: Column, count: int) -> Box:
        """Return a home page's panel of a column's first items."""
        rows = [self.row(item, misled=False) for item in self.by_column[column.id][:count]]
        return Box(column.name, self.at[column.id], rows)

    def trail(self, organ: Organ, column: Column, *, article: bool) -> list[tuple[str, str | None]]:
        """Return the breadcrumb of a column's page, or of an article in it."""
        home = "首页" if organ.kind == "county" or organ.family != "hanweb" else organ.name
        found: list[tuple[str, str | None]] = [(home, self.at[home_key(organ)]), (column.section, None)]
        found += [
            (name, self.at.get("xzf/fdzdgknr") if organ.kind == "county" else None) for name in column.trail
        ]
        return [*found, (column.name, self.at[column.id]), *([("正文", None)] if article else [])]

    def siblings(self, organ: Organ, column: Column) -> list[tuple[str, str]]:
        """Return the columns of the same section."""
        return [(other.name, self.at[other.id]) for other in organ.columns if other.section == column.section]

    def column_values(self, organ: Organ, column: Column) -> dict[str, Any]:
        """Return what every page of a column's own needs."""
        return {
            "column": column,
            "trail": self.trail(organ, column, article=False),
            "title": f"{column.name}_{organ.name}",
            "siblings": self.siblings(organ, column),
            "meta": meta_tags(self.world.county, (column.name, column.name)),
        }
