"""Hanweb: /col/col1001/index.html, /art/2026/9/4/art_1001_4123.html, rows in a script's <datastore>."""

from __future__ import annotations

import zlib

from demo.county import Column, Organ
from demo.families.base import Family
from demo.item import Item

WEB_ID = 1


class Hanweb(Family):
    """Rows beyond the first group come from ``dataproxy.jsp``, a group a request."""

    name = "hanweb"
    rows = 15

    def home(self, organ: Organ) -> str:
        """The portal's own home stands at the root."""
        return organ.root if organ.root == "/" else f"{organ.root}index.html"

    def column(self, organ: Organ, column: Column) -> str:
        """/col/col1001/index.html."""
        return f"/col/col{column.code}/index.html"

    def further(self, organ: Organ, column: Column, page: int, pages: int) -> str:
        """The paging call that returns the group after the first ``page - 1``."""
        query = f"page={page - 1}&webid={WEB_ID}&columnid={column.code}&unitid=30{column.code}"
        return f"/module/web/jpage/dataproxy.jsp?{query}"

    def article(self, item: Item) -> str:
        """/art/2026/9/4/art_1001_4123.html."""
        day = item.day
        return f"/art/{day.year}/{day.month}/{day.day}/art_{item.column.code}_{item.serial}.html"

    def file(self, item: Item, name: str, place: int) -> str:
        """A download script; the suffix stands only in the query."""
        digest = f"{zlib.crc32(f'{item.key}/{place}'.encode()):08x}{item.serial}"
        suffix = name.rsplit(".", 1)[-1]
        return f"/module/download/downfile.jsp?classid=0&filename={digest}.{suffix}"
