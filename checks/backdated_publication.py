"""倒填发布日期

上次巡检时还没有的信息，标注的发布日期却早于上次巡检。

依据
国办秘函〔2019〕19 号检查指标单项否决第一项“弄虚作假（如伪造发稿日期）”。

判定
上次巡检抓取完整，读过现在列出这条信息的栏目，当时栏目里没有它，全站也没有它的网址和标题；现在这条信息标注的发布日期早于
上次巡检两天以上的，判为倒填日期，写明上次巡检的时间和标注的日期。

不判定
没有上次巡检的；上次巡检没有完成、没有读过这个栏目、栏目由脚本填充的；标题相同、只是换了网址的（改版、迁移）；只有成文
日期的；本次新增的栏目里的信息（历史信息补录）。一个栏目里倒填的信息多于十条的，多半是补录历史信息，提请人工复核。

整改
按实际发布时间标注；补录历史信息的，注明补录时间。
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone

import checks.model
from checks.columns import Column
from checks.days import day_of
from checks.model import Context, Result
from checks.site import Site
from checks.titles import cited, key
from crawler.snapshot.reader import Page, SnapshotReader

_CHINA = timezone(timedelta(hours=8))


class Parameters(checks.model.Parameters):
    """``days``: how many days before the earlier run a date must lie; ``many``: from how many in a column on a
    person should look.
    """

    days: int = 2
    many: int = 10


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Judge what is new in columns the earlier run read."""
    result = Result()
    earlier = site.earlier
    if earlier is None:
        return result
    day = _day_of_run(earlier)
    if day is None or earlier.meta.get("ended") != "finished" or earlier.pending():
        result.notes.append("上次巡检没有完成，本次不判断倒填发布日期")
        return result
    found: dict[str, list[tuple[Page, date, Column]]] = defaultdict(list)
    titles = _titles(earlier)
    for column in site.columns:
        if not _was_read(column, earlier):
            continue
        for page in _new(site, column, earlier, titles):
            result.examine(site.department_of(page))
            shown = day_of(page.record.published)
            if shown is not None and shown < day - timedelta(days=parameters.days):
                found[column.url].append((page, shown, column))
    reported: set[str] = set()
    for group in found.values():
        for page, shown, column in group:
            if page.url not in reported:
                reported.add(page.url)
                _record(site, page, shown, column, day, len(group) > parameters.many, result)
    return result


def _record(
    site: Site, page: Page, shown: date, column: Column, day: date, many: bool, result: Result
) -> None:
    result.fail(
        url=page.url, column=column.name, department=site.department_of(page),
        confidence="review" if many else "certain", evidence={"published": str(shown), "absent_on": str(day)},
        message=f"{cited(page.record.title or page.url)}标注 {shown} 发布，而 {day} 巡检时“{column.name}”栏目和全站"
        "都没有这条信息，疑为倒填发布日期" + ("（同栏目类似信息较多，请核对是否补录历史信息）" if many else ""),
    )


def _day_of_run(earlier: SnapshotReader) -> date | None:
    started = earlier.meta.get("started")
    if isinstance(started, (int, float)):
        return datetime.fromtimestamp(started, _CHINA).date()
    return day_of(started) if isinstance(started, str) else None


def _was_read(column: Column, earlier: SnapshotReader) -> bool:
    """Whether the earlier run read all pages of a column, then a list of the same kind."""
    page = earlier.pages.get(column.url)
    if page is None or column.script_filled or page.record.listing is None or page.record.script_shell:
        return False
    listing = page.record.listing
    return bool(listing.items) and not listing.script_filled and all(url in earlier.pages for url in listing.next_pages)


def _titles(earlier: SnapshotReader) -> set[str]:
    titles: set[str] = set()
    for page in earlier.pages.values():
        titles.add(key(page.record.title or ""))
        listing = page.record.listing
        titles |= {key(item.title) for item in (listing.items if listing else ())}
    return titles


def _new(site: Site, column: Column, earlier: SnapshotReader, titles: set[str]) -> Iterator[Page]:
    for item in column.items:
        page = site.page_of(item.href) if item.href else None
        if page is None or page.url in earlier.targets or item.href in earlier.targets:
            continue
        if key(page.record.title or "") not in titles and key(item.title) not in titles:
            yield page
