"""Why something may be on the site although the crawl did not see it."""

from __future__ import annotations

from checks.site import Site


def why_unseen(site: Site, column_type: str) -> str | None:
    """Return in Chinese what was not read of the columns of a type, of the home page or of the site; None: all was."""
    for column in site.columns:
        if column.type == column_type:
            if column.script_filled:
                return f"“{column.name}”栏目的列表由脚本填充"
            if not column.complete:
                return f"“{column.name}”栏目有分页未能读取"
    home = site.page_of(site.home)
    if home is None or home.record.script_shell:
        return "首页没有读到或由脚本填充"
    return "抓取没有完成" if site.snapshot.pending() else None
