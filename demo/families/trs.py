"""TRS: /jytyj/tzgg/202611/t20261103_4123.html, index_1.html through createPageHTML, relative links."""

from __future__ import annotations

from demo.county import Column, Organ
from demo.families.base import Family, portal_path, relative
from demo.item import Item


class Trs(Family):
    """Static pages; the pager is written by a script."""

    name = "trs"
    rows = 8

    def home(self, organ: Organ) -> str:
        """The directory."""
        return organ.root

    def column(self, organ: Organ, column: Column) -> str:
        """The column's directory."""
        return f"{organ.root}{column.code}/"

    def further(self, organ: Organ, column: Column, page: int, pages: int) -> str:
        """index_1.html is the second page."""
        return f"{organ.root}{column.code}/index_{page - 1}.html"

    def article(self, item: Item) -> str:
        """./202611/t20261103_4123.html within the column."""
        return f"{item.organ.root}{item.column.code}/{item.day:%Y%m}/t{item.day:%Y%m%d}_{item.serial}.html"

    def file(self, item: Item, name: str, place: int) -> str:
        """P0, twenty digits, beside the page."""
        number = f"{item.day:%Y%m%d}{item.serial:06d}{place:06d}"
        return f"{item.organ.root}{item.column.code}/{item.day:%Y%m}/P0{number}.{name.rsplit('.', 1)[-1]}"

    def link(self, origin: str, target: str) -> str:
        """Relative within the organ's own directory, from the root elsewhere."""
        path = portal_path(target)
        if path is None:
            return target
        own = "/" + origin.split("/", 2)[1] + "/"
        return relative(origin, path) if path.startswith(own) else path
