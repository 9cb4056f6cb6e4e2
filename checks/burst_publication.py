"""集中突击发布

栏目平时长期没有更新，大部分信息集中在几天之内发布。

依据
国办秘函〔2019〕19 号检查指标关于栏目及时更新的要求；单项否决第一项所列“弄虚作假（如伪造发稿日期）”。集中补发不等于
弄虚作假，但说明平时没有及时公开。

判定
动态、通知公告、政策文件、政策解读类栏目，巡检基准日前一年内的信息有八条以上，其中七成以上集中在五天之内发布，而这五天
之前栏目至少有 90 天没有发布任何信息的，判为集中突击发布；动态类以外的栏目（这么久没有信息可能正常），以及集中发布在半年
以前的、此前停更 60 至 90 天的，提请人工复核。一年里只有六、七条而至多一条不在这几天、此前半年以上没有信息的，
也提请人工复核。采购、招投标、公共资源交易栏目，几天里发出的既有公告又有结果、合同，
分属互不相干的项目，而此前长期没有信息的，提请人工复核。科普、健康教育之类名称看不出类别、平时应当随到随发的栏目，照此办理，一律提请人工复核。此前有没有停更看不出、而几天里发布的信息本身分属很长时期的（各自的成文日期，或者标题所写的月份，
相差 90 天以上），或者本来逐期发布的信息（标题写明第几期、第几周、第几次）至少四期一并发出、此前 60 天没有信息的，
提请人工复核。

不判定
年报、预决算、专题、归档、意见征集等本来就集中发布的栏目；名称看不出类别的栏目中，按单位、按批次一次公布同类材料（名单、
简介、结果、公示）的，上年同一时节也集中发布的；采购、交易栏目里一次公布的一批结果、一批意向，一个项目的几个标段；新开设、以前没有信息的栏目；三个以上栏目在同样几天集中发布的，
多为网站迁移、改版后统一导入，记“未能核实”。列表由脚本填充、没有读全的，记“未能核实”。日期以信息页面所示为准，列表
只写月日的以读出的为准。

整改
按发布时限随到随发；确属补录的，在信息中注明原成文日期。
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import checks.model
from checks.columns import Column
from checks.days import day_of
from checks.model import Context, Result
from checks.periods import months_named, without_periods
from checks.site import Site
from crawler.snapshot.reader import Page
from rules.lexicons import comes_steadily, holds_dealings, is_of_a_batch, stage_of_dealing, subject_of_dealing

_MIGRATED = 3
# of few items so many may lie apart from the burst, which comes after half a year without any
_FEW_APART, _LONG_QUIET = 1, 180
# a backlog speaks of so many different days or months
_SPREAD = 4
# what comes once a year comes within so many days of the day of the year before; so long is that year about it
_SAME_SEASON, _YEAR_BEFORE = 45, 180
# dealings of so few kinds, or so many of one project, are a batch; projects are told apart by so many characters
_EACH_STAGE, _ONE_PROJECT, _PROJECT = 2, 1 / 3, 6
_ISSUE = re.compile(r"第\s*([\d一二三四五六七八九十百]+)\s*(?:期|周|旬|辑|次|批|号)")
# 第40次常务会议（8月21日）: the day something was held
_HELD = re.compile(r"(?<!\d)(1[0-2]|[1-9])月\d{1,2}日")
# what is numbered by others, and answered at one time
_ANSWERED = re.compile(r"提案|建议|议案|令|文件")


class Parameters(checks.model.Parameters):
    """What a burst is.

    ``types``: the columns judged; ``least``: items of the year a column must have, ``few``: so many are for a person,
    where the silence before was long; ``share`` (0 to 1) of them that
    lie within ``within_days`` days; ``quiet_days``: days without any item before; ``quiet_least``: so many are for a
    person; ``recent_days``: a burst further back is for a person.
    """

    types: tuple[str, ...] = ("news", "notices", "policies", "interpretations")
    least: int = 8
    few: int = 6
    share: float = 0.7
    within_days: int = 5
    quiet_days: int = 90
    quiet_least: int = 60
    recent_days: int = 183


@dataclass(frozen=True)
class Burst:
    """A few days within which most of a column's items of a year came: first and last day, how many, of how many.

    ``quiet_since`` is the day of the item before; with ``backlog`` the day the oldest of the items speaks of. With
    ``issues`` they are so many issues of one series.
    """

    first: date
    last: date
    count: int
    total: int
    quiet_since: date
    backlog: bool = False
    issues: int = 0


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Judge every column of the types named that has items enough."""
    result = Result()
    found: list[tuple[Column, Burst]] = []
    for column in site.columns:
        if column.type not in (*parameters.types, "other", "budgets"):
            continue
        days = _days(site, column, context.as_of)
        year = [day for day in days if day > context.as_of - timedelta(days=365)]
        if len(year) < min(parameters.few, parameters.least):
            continue
        result.examine(column.department)
        if len(year) < parameters.least:
            burst = _of_few(site, column, days, year, parameters)
        elif column.type == "budgets":
            burst = _backlog(site, column, year, parameters)
        else:
            burst = burst_of(days, year, parameters) if column.type in parameters.types else None
            burst = burst or _backlog(site, column, year, parameters) or _series(site, column, days, year, parameters)
            burst = burst or _sudden(site, column, days, year, parameters)
            burst = burst or _dealings(site, column, days, year, parameters)
        if burst is not None:
            found.append((column, burst))
    crowded = Counter(day for _, burst in found for day in _span(burst))
    for column, burst in found:
        _tell(site, column, burst, max(crowded[day] for day in _span(burst)), parameters, context, result)
    return result


def _of_few(
    site: Site, column: Column, days: list[date], year: list[date], parameters: Parameters
) -> Burst | None:
    """Return the burst of a column of few items: all of the year's but one or two, after half a year without any."""
    burst = burst_of(days, year, parameters) if column.type in parameters.types else None
    burst = burst or _sudden(site, column, days, year, parameters)
    if burst is None or burst.count < burst.total - _FEW_APART or burst.count < parameters.few - _FEW_APART:
        return None
    quiet = (burst.first - burst.quiet_since).days
    return burst if quiet >= max(_LONG_QUIET, parameters.quiet_days) and not _is_seasonal(days, burst) else None


def burst_of(days: list[date], year: list[date], parameters: Parameters) -> Burst | None:
    """Return the burst among a year's days, None where there is none; ``days`` are all days, in order."""
    width = timedelta(days=parameters.within_days - 1)
    best = max(((sum(first <= day <= first + width for day in year), first) for first in set(year)), default=None)
    if best is None or best[0] < parameters.share * len(year):
        return None
    count, first = best
    before = [day for day in days if day < first]
    if not before or (first - before[-1]).days < min(parameters.quiet_least, parameters.quiet_days):
        return None
    last = max(day for day in year if day <= first + width)
    return Burst(first, last, count, len(year), before[-1])


def _sudden(
    site: Site, column: Column, days: list[date], year: list[date], parameters: Parameters
) -> Burst | None:
    """Return the burst of a column of no known type that ought to be filled as things come (科普园地, 健康教育).

    None where the items are papers such as every unit has one, or came at the same time of the year before.
    """
    burst = burst_of(days, year, parameters) if comes_steadily(column.name, column.type) else None
    if burst is None:
        return None
    titles = _titles(site, column, burst)
    if sum(map(is_of_a_batch, titles)) * 2 >= len(titles):
        return None
    return None if _is_seasonal(days, burst) else burst


def _dealings(
    site: Site, column: Column, days: list[date], year: list[date], parameters: Parameters
) -> Burst | None:
    """Return the burst of a column of purchases, tenders and sales whose items began and ended within few days.

    None where they are of one kind (a batch of results), of one project, or came at the same time of the year before.
    """
    if column.type != "other" or not holds_dealings(column.name):
        return None
    burst = burst_of(days, year, parameters)
    if burst is None or _is_seasonal(days, burst):
        return None
    titles = _titles(site, column, burst)
    stages = Counter(map(stage_of_dealing, titles))
    projects = Counter(subject_of_dealing(title)[:_PROJECT] for title in titles)
    if min(stages["call"], stages["outcome"]) < _EACH_STAGE or max(projects.values()) > _ONE_PROJECT * len(titles):
        return None
    return burst


def _titles(site: Site, column: Column, burst: Burst) -> list[str]:
    """Return the titles of a burst's items."""
    shown = ((item.title, _day(site.page_of(item.href) if item.href else None, item.date)) for item in column.items)
    return [title for title, day in shown if day is not None and burst.first <= day <= burst.last]


def _is_seasonal(days: list[date], burst: Burst) -> bool:
    """Whether the items of the year before came at the same time of that year."""
    usual = burst.first - timedelta(days=365)
    before = [day for day in days if abs((day - usual).days) <= _YEAR_BEFORE]
    then = sum(abs((day - usual).days) <= _SAME_SEASON for day in before)
    return then >= _SPREAD and then * 2 >= len(before)


def _backlog(site: Site, column: Column, year: list[date], parameters: Parameters) -> Burst | None:
    """Return the few days within which items that speak of a long time were published, None where there are none."""
    width = timedelta(days=parameters.within_days - 1)
    count, first = max((sum(one <= day <= one + width for day in year), one) for one in set(year))
    if count < parameters.share * len(year):
        return None
    spoken = []
    for item in column.items:
        page = site.page_of(item.href) if item.href else None
        shown = _day(page, item.date)
        if shown is None or not first <= shown <= first + width:
            continue
        # what the year's budgets are dated is their approval's day
        dated = page is not None and column.type != "budgets"
        signed = day_of(page.record.attributes.signed) if dated and page is not None else None
        title = unicodedata.normalize("NFKC", item.title)
        months = months_named(title) or {int(month) for month in _HELD.findall(title)}
        if signed is not None:
            spoken.append(signed)
        elif len(months) == 1:
            month = min(months)
            spoken.append(date(shown.year if month <= shown.month else shown.year - 1, month, 1))
    if len(spoken) < max(parameters.least // 2, 0.5 * count) or len(set(spoken)) < _SPREAD:
        return None
    if (max(spoken) - min(spoken)).days < parameters.quiet_days:
        return None
    last = max(day for day in year if day <= first + width)
    return Burst(first, last, count, len(year), min(spoken), backlog=True)


def _series(
    site: Site, column: Column, days: list[date], year: list[date], parameters: Parameters
) -> Burst | None:
    """Return the few days within which many issues of one series came, after long silence; None where none did."""
    burst = burst_of(days, year, parameters)
    if burst is None or _is_seasonal(days, burst):
        return None
    issues: dict[str, set[str]] = defaultdict(set)
    for item in column.items:
        shown = _day(site.page_of(item.href) if item.href else None, item.date)
        issue = _ISSUE.search(unicodedata.normalize("NFKC", item.title))
        if issue and shown is not None and burst.first <= shown <= burst.last and not _ANSWERED.search(item.title):
            # one series: the title without its number
            rest = unicodedata.normalize("NFKC", item.title)
            rest = without_periods(rest[:issue.start()] + rest[issue.end():])
            issues[re.sub(r"\d+", "", rest)].add(issue.group(1))
    most = max(map(len, issues.values()), default=0)
    return replace(burst, issues=most) if most >= max(_SPREAD, 0.5 * burst.count) else None


def _day(page: Page | None, listed: str | None) -> date | None:
    return day_of(page.record.published if page is not None else None) or day_of(listed)


def _days(site: Site, column: Column, as_of: date) -> list[date]:
    """Return the day of every item of a column, in order: as its own page shows it, else as the list does."""
    days = []
    for item in column.items:
        page = site.page_of(item.href) if item.href else None
        day = _day(page, item.date)
        if day is not None and day <= as_of:
            days.append(day)
    return sorted(days)


def _span(burst: Burst) -> list[date]:
    return [burst.first + timedelta(days=number) for number in range((burst.last - burst.first).days + 1)]


def _tell(
    site: Site, column: Column, burst: Burst, columns: int, parameters: Parameters, context: Context, result: Result
) -> None:
    quiet = (burst.first - burst.quiet_since).days
    common: dict[str, Any] = {
        "url": column.url, "column": column.name, "department": column.department,
        "evidence": {
            "first": str(burst.first), "last": str(burst.last), "count": burst.count, "items": burst.total,
            "quiet_since": str(burst.quiet_since), "quiet_days": quiet, "columns_in_same_days": columns,
        },
    }
    before = (
        f"最早的一条讲的是 {quiet} 天以前（{burst.quiet_since}）的事" if burst.backlog
        else f"此前 {quiet} 天没有更新（上一条为 {burst.quiet_since}）"
    )
    words = (
        f"“{column.name}”栏目近一年的 {burst.total} 条信息有 {burst.count} 条集中在 "
        f"{burst.first} 至 {burst.last} 发布，{before}"
        f"{f'，其中同一系列的 {burst.issues} 期一并发出' if burst.issues else ''}"
    )
    if columns >= _MIGRATED:
        result.unverified(**common, message=f"{words}，同样几天有 {columns} 个栏目如此，可能是网站迁移或改版，无法判断")
    elif column.script_filled or not column.complete:
        result.unverified(**common, message=f"{words}，但栏目列表没有读全，无法判断")
    else:
        sudden = not burst.backlog and not burst.issues and quiet >= parameters.quiet_days
        sudden = sudden and burst.total >= parameters.least
        recent = sudden and (context.as_of - burst.last).days <= parameters.recent_days
        # of news there is always some; notices and policies may well come at once, after months without any
        result.fail(**common, confidence="certain" if recent and column.type == "news" else "review", message=words)
