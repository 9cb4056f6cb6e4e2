"""A server-rendered system of the older kind: list.jsp?cat_id=302&cur_page=2, GBK named only in the page."""

from __future__ import annotations

from demo.county import Column, Organ
from demo.families.base import Family
from demo.item import Item


class Jsp(Family):
    """Numbered pages in the query."""

    name = "jsp"
    rows = 6
    charset = "gb18030"
    declared = False

    def home(self, organ: Organ) -> str:
        """The directory."""
        return organ.root

    def column(self, organ: Organ, column: Column) -> str:
        """list.jsp?cat_id=302."""
        return f"{organ.root}list.jsp?cat_id={column.code}"

    def further(self, organ: Organ, column: Column, page: int, pages: int) -> str:
        """list.jsp?cat_id=302&cur_page=2."""
        return f"{organ.root}list.jsp?cat_id={column.code}&cur_page={page}"

    def article(self, item: Item) -> str:
        """show.jsp?node_id=302&id=4123."""
        return f"{item.organ.root}show.jsp?node_id={item.column.code}&id={item.serial}"

    def file(self, item: Item, name: str, place: int) -> str:
        """upload/202609/41230.docx."""
        return f"{item.organ.root}upload/{item.day:%Y%m}/{item.serial}{place}.{name.rsplit('.', 1)[-1]}"
