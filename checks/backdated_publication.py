"""倒填发布日期

上次巡检时还没有的信息，标注的发布日期却早于上次巡检。

依据
国办秘函〔2019〕19 号检查指标单项否决“弄虚作假（如伪造发稿日期）”。早多少天才算由规则包给出。

判定
上次巡检完整，读全了现在列出这条信息的栏目（或者栏目由新到旧排列，上次读到的部分已经越过标注的日期），当时栏目里没有它，
全站也没有它的网址、标题和正文；这个网址在更早的巡检里也没有出现过；现在页面和列表标注的发布日期都早于上次巡检达到规定
天数的，判为倒填日期，写明上次巡检的时间和标注的日期。
一个栏目里这样的信息较多的、标注日期比上次巡检早一年以上的，多半是补录历史信息；标注日期与成文日期相同的，可能是把成文
日期填作发布日期；列表或网页标签另标有上次巡检以后日期的，与仍在原处的另一条信息正文相同的，都提请人工复核。

不判定
没有上次巡检的；上次巡检没有完成、抓取有故障、没有读过这个栏目、栏目由脚本填充的；标题或正文相同、只是换了网址的（改版、
迁移、转到别的栏目）；只有成文日期的；本次新增的栏目里的信息（历史信息补录）。

整改
按实际发布时间标注；补录历史信息的，注明补录时间。
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise

import checks.model
from checks.columns import Column
from checks.days import day_of
from checks.faults import stored_faults
from checks.model import Context, Result
from checks.site import Site
from checks.titles import cited, key, key_of_text
from crawler.snapshot.reader import Page, SnapshotReader
from crawler.snapshot.records import ListItem

_CHINA = timezone(timedelta(hours=8))
_YEAR = 365
# shorter texts say too little to tell whether they stood elsewhere before
_LEAST_TEXT = 60
# so many of a list's rows (0 to 1) may stand out of order: pinned ones
_PINNED = 0.2


class Parameters(checks.model.Parameters):
    """``days``: how many days before the earlier run a date must lie; ``many``: from how many in a column on a
    person should look.
    """

    days: int = 3
    many: int = 5


@dataclass(frozen=True)
class Backdated:
    """A page that was not there before: the day it shows, the column it stands in, why a person should look."""

    page: Page
    shown: date
    column: Column
    doubt: str = ""


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Judge what is new in columns the earlier run read."""
    result = Result()
    earlier = site.earlier
    if earlier is None:
        return result
    began = _began(earlier)
    if began is None or earlier.meta.get("ended") != "finished" or earlier.pending():
        result.notes.append("上次巡检没有完成，本次不判断倒填发布日期")
        return result
    faults = stored_faults(earlier.meta)
    if any(fault.get("kind") == "site" for fault in faults):
        result.notes.append("上次巡检抓取有故障，本次不判断倒填发布日期")
        return result
    day = began.date()
    found = list(_candidates(site, earlier, began, day - timedelta(days=parameters.days), result))
    if not found:
        return result
    then = _columns_then(site, earlier, {str(fault["url"]) for fault in faults})
    texts = _texts(earlier)
    groups: dict[str, dict[str, Backdated]] = defaultdict(dict)
    for one in found:
        before = then.get(one.column.url)
        text = key_of_text(one.page.text)
        if before is None or not _would_have_stood(before, one.shown):
            continue
        same = texts.get(text, []) if len(text) >= _LEAST_TEXT else []
        # what said the same and still stands did not move here
        standing = [url for url in same if url in site.pages]
        if same and not standing:
            continue
        if standing and not one.doubt:
            one = replace(one, doubt=f"正文与 {standing[0]} 相同，请核对是否转到别的栏目")
        groups[one.column.url].setdefault(one.page.url, one)
    reported: set[str] = set()
    for group in groups.values():
        for one in group.values():
            if one.page.url not in reported:
                reported.add(one.page.url)
                _record(site, one, day, len(group) > parameters.many, result)
    return result


def _record(site: Site, one: Backdated, day: date, many: bool, result: Result) -> None:
    doubt = "同栏目类似信息较多，请核对是否补录历史信息" if many else one.doubt
    result.fail(
        url=one.page.url, column=one.column.name, department=site.department_of(one.page),
        confidence="review" if doubt else "certain",
        evidence={"published": str(one.shown), "absent_on": str(day)},
        message=f"{cited(one.page.record.title or one.page.url)}标注 {one.shown} 发布，而 {day} 巡检时"
        f"“{one.column.name}”栏目和全站都没有这条信息，疑为倒填发布日期" + (f"（{doubt}）" if doubt else ""),
    )


def _candidates(
    site: Site, earlier: SnapshotReader, began: datetime, latest: date, result: Result
) -> Iterator[Backdated]:
    """The pages that were not there before and show a day before ``latest``; what was examined is counted."""
    titles = _titles(earlier)
    for column in site.columns:
        if column.url not in earlier.pages:
            continue
        for item, page in _new(site, column, earlier, titles):
            first = site.snapshot.first_seen(page.url)
            if first and first < began.timestamp():
                continue
            result.examine(site.department_of(page))
            shown = day_of(page.record.published) or day_of(item.date)
            if shown is not None and shown < latest:
                yield Backdated(page, shown, column, _doubt(page, item, shown, latest))


def _new(
    site: Site, column: Column, earlier: SnapshotReader, titles: set[str]
) -> Iterator[tuple[ListItem, Page]]:
    for item in column.items:
        page = site.page_of(item.href) if item.href else None
        if page is None or page.url in earlier.targets or item.href in earlier.targets:
            continue
        if key(page.record.title or "") not in titles and key(item.title) not in titles:
            yield item, page


def _doubt(page: Page, item: ListItem, shown: date, latest: date) -> str:
    """Return why a day shown may be no forged one; empty where nothing speaks for it."""
    others = [day for day in (day_of(item.date), day_of(page.record.published_tag)) if day is not None]
    later = [day for day in others if day > latest]
    if later:
        return f"列表或网页标签所示日期为 {max(later)}，请核对"
    if (latest - shown).days > _YEAR:
        return "日期较早，请核对是否补录历史信息"
    if shown == day_of(page.record.attributes.signed):
        return "与成文日期相同，请核对是否把成文日期填作发布日期"
    return ""


def _began(earlier: SnapshotReader) -> datetime | None:
    """Return when a run began, in China's time."""
    started = earlier.meta.get("started")
    if isinstance(started, (int, float)):
        return datetime.fromtimestamp(started, _CHINA)
    try:
        moment = datetime.fromisoformat(str(started))
    except ValueError:
        return None
    return moment.astimezone(_CHINA) if moment.tzinfo else moment.replace(tzinfo=_CHINA)


def _columns_then(site: Site, earlier: SnapshotReader, faulty: set[str]) -> dict[str, Column]:
    """Return the columns of the earlier run that it read, by the addresses of their pages."""
    return {
        page.url: column for column in Site(earlier, overrides=site.overrides).columns
        if column.items and not column.script_filled and not faulty & {page.url for page in column.pages}
        for page in column.pages
    }


def _would_have_stood(column: Column, shown: date) -> bool:
    """Whether an item of a day would have been seen in a column: read whole, or newest first down past that day."""
    if column.complete:
        return True
    listing = column.page.record.listing
    days = [day for item in (listing.items if listing else ()) if (day := day_of(item.date)) is not None]
    falling = sum(one >= other for one, other in pairwise(days))
    return len(days) > 2 and falling >= (1 - _PINNED) * (len(days) - 1) and days[-1] < shown


def _titles(earlier: SnapshotReader) -> set[str]:
    titles: set[str] = set()
    for page in earlier.pages.values():
        titles.add(key(page.record.title or ""))
        listing = page.record.listing
        titles |= {key(item.title) for item in (listing.items if listing else ())}
    return titles


def _texts(earlier: SnapshotReader) -> dict[str, list[str]]:
    """Return the addresses of the earlier run's pages by their texts."""
    found: dict[str, list[str]] = defaultdict(list)
    for page in earlier.pages.values():
        if page.record.text_length >= _LEAST_TEXT:
            found[key_of_text(page.text)].append(page.url)
    return found
