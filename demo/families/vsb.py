"""博达 VSB: /wlz/gzdt.htm, /wlz/info/1021/4123.htm, pages numbered backwards (gzdt/1.htm the last)."""

from __future__ import annotations

from demo.county import Column, Organ
from demo.families.base import Family, portal_path, relative
from demo.item import Item


class Vsb(Family):
    """Static pages, numbered so that old pages keep their address when new ones come."""

    name = "vsb"
    rows = 5

    def home(self, organ: Organ) -> str:
        """index.htm."""
        return f"{organ.root}index.htm"

    def column(self, organ: Organ, column: Column) -> str:
        """gzdt.htm."""
        return f"{organ.root}{column.key}.htm"

    def further(self, organ: Organ, column: Column, page: int, pages: int) -> str:
        """gzdt/1.htm is the last page, gzdt/2.htm the one before it."""
        return f"{organ.root}{column.key}/{pages - page + 1}.htm"

    def article(self, item: Item) -> str:
        """info/1021/4123.htm."""
        return f"{item.organ.root}info/{item.column.code}/{item.serial}.htm"

    def file(self, item: Item, name: str, place: int) -> str:
        """A download script without any suffix."""
        return (
            f"{item.organ.root}system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=16{item.column.code}"
            f"&wbfileid={item.serial}{place}"
        )

    def link(self, origin: str, target: str) -> str:
        """Relative within the town's own pages, absolute elsewhere."""
        path = portal_path(target)
        if path is None or not path.startswith("/" + origin.split("/", 2)[1] + "/"):
            return target
        return relative(origin, path).removeprefix("./")
