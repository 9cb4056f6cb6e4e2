"""栏目不更新

栏目超过其类型允许的时间没有发布新信息。

依据
国办秘函〔2019〕19 号检查指标单项否决第四项：动态、要闻类栏目两周，通知公告、政策文件类栏目六个月；各地工作
要点关于栏目日常更新维护的要求。天数由规则包按栏目类型给出；其他类型的栏目，地方规定“不得超过一年未更新”（滕州市
2020 年 11 月通知）。

判定
取栏目各页所有信息中最晚的日期（列表所示日期，以及信息自身页面的发布日期），到巡检基准日的天数超过时限的，判为
不更新。置顶的旧信息排在最前不影响判断；晚于基准日的日期不采用。名称看不出类型的栏目，财政资金、绩效一类栏目是否应当更新，
提请人工复核。

不判定
专题、归档类栏目和它们下面的栏目，没有列表的单篇栏目（机构职能、领导信息等），空白栏目（另行判定），页面注明已停止
更新的栏目，每年按期公开、另行核对的预算决算栏目，以及规则包没有规定时限的类型。名称看不出类型的栏目、财政类栏目中，常备的资料（法规、制度、清单、概况等）、一时一事的
（某年、某次活动）、存档的、确无其事就没有信息的，所有信息在一个月里一次放上去的，以及列表没有读全、不注明日期的。只有一条信息的栏目，除非标题写的是一件事（公告、通报、情况等）。列表由脚本填充、信息都不注明日期的，以及有分页
未能读取、已读的一页又不是从新到旧排列的，记“未能核实”（从新到旧排列的，提请人工复核）；规则包规定“不注明日期视为不更新”的除外。

整改
发布应发布的新信息；确已不再更新的栏目，归并、归档或注明停止更新的原因。
"""

from __future__ import annotations

from typing import Literal

import checks.model
from checks.columns import Column
from checks.days import day_of
from checks.model import Context, Result
from checks.site import Site
from checks.unread import rendering_words
from rules.lexicons import goes_stale, holds_topics, says_stopped, tells_event

# what these columns carry is news by nature; in the others standing matter (法规, 规划 …) is told by name
_RENEWED = frozenset({"news", "notices", "interpretations", "letters", "consultations"})
# whether such a column ought to be renewed every year is for a person to say
_DOUBTFUL = frozenset({"other", "budgets"})
# what is put up once and for all is put up within so many days
_AT_ONCE = 31
# rows that show in what order a list stands; those put on top before them
_LEAST_ROWS, _MOST_PINNED = 3, 3


class Parameters(checks.model.Parameters):
    """How long is too long.

    ``max_days``: days a column of each type may go without news; ``undated``: what a list without dates is.
    """

    max_days: dict[str, int]
    undated: Literal["unverified", "stale"] = "unverified"


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Judge every column whose type has a limit."""
    result = Result()
    for column in site.columns:
        limit = parameters.max_days.get(column.type)
        if limit is None or not _is_list(column) or not _is_renewed(column, context):
            continue
        result.examine(column.department)
        _judge(site, column, limit, parameters, context, result)
    for override in site.unread_overrides():
        if override.type in parameters.max_days:
            result.examine(override.department)
            result.unverified(
                url=override.url, column=override.name, department=override.department,
                message=f"“{override.name or override.url}”栏目本次未能打开，无法判断是否更新",
            )
    return result


def _is_renewed(column: Column, context: Context) -> bool:
    """Whether a column ought to be renewed, by its name and type, and one of a doubtful type by its own past."""
    if _is_within_topic(column) or any(says_stopped(page.text) for page in column.pages):
        return False
    if column.type in _DOUBTFUL and not _was_renewed(column, context):
        return False
    return column.type in _RENEWED or goes_stale(column.name, column.type)


def _is_within_topic(column: Column) -> bool:
    """Whether a column lies under a topic or an archive, by its breadcrumb."""
    above = (column.page.record.breadcrumb or [])[:-1]
    return any(map(holds_topics, above))


def _was_renewed(column: Column, context: Context) -> bool:
    """Whether a list that was read whole shows that its column is renewed: at some time, or by its one item."""
    days = [day for day in column.days if day <= context.as_of]
    read = column.complete and not column.script_filled
    if read and len(column.items) == 1 and tells_event(column.items[0].title):
        return True
    return read and len(days) > 1 and (max(days) - min(days)).days > _AT_ONCE


def _is_list(column: Column) -> bool:
    return bool(column.items or column.days) or column.script_filled


def _judge(
    site: Site, column: Column, limit: int, parameters: Parameters, context: Context, result: Result,
) -> None:
    newest = column.newest_by(context.as_of)
    future = [day.isoformat() for day in column.days if day > context.as_of]
    evidence = {
        "type": column.type, "limit_days": limit, "items": len(column.items),
        "newest": newest.isoformat() if newest else None,
    }
    if future:
        evidence["later_than_as_of"] = future[-3:]
    common = {"url": column.url, "column": column.name, "department": column.department, "evidence": evidence}
    if newest is not None and (context.as_of - newest).days <= limit:
        return
    why = rendering_words(site, column.pages)
    if column.script_filled:
        result.unverified(
            **common, message=f"“{column.name}”栏目的列表由脚本填充，本次未能读全{why}，无法判断是否更新"
        )
    elif not column.complete and (newest is None or not _newest_first(column)):
        result.unverified(
            **common, message=f"“{column.name}”栏目的列表有分页未能读取{why}，无法判断是否更新"
        )
    elif newest is None:
        words = f"“{column.name}”栏目的 {len(column.items)} 条信息都没有注明可用的发布日期"
        if parameters.undated == "stale" and not future:
            result.fail(**common, message=f"{words}，视为不更新")
        else:
            result.unverified(**common, message=f"{words}，无法判断是否更新")
    else:
        age = (context.as_of - newest).days
        evidence["days"] = age
        doubt = "" if column.type not in _DOUBTFUL else "，请复核是否应当更新"
        if not column.complete:
            doubt += "；列表从新到旧排列，后面有分页未能读取，请复核"
        result.fail(
            **common, confidence="review" if doubt else "certain",
            message=f"“{column.name}”栏目最新信息为 {newest}，至 {context.as_of} 已 {age} 天未更新，"
            f"超过 {limit} 天的时限 {age - limit} 天{doubt}",
        )


def _newest_first(column: Column) -> bool:
    """Whether the rows of a list's first page stand in order from new to old, those put on top left out."""
    listing = column.page.record.listing
    days = [day_of(item.date) for item in listing.items] if listing is not None else []
    known = [day for day in days if day is not None]
    if not known or len(known) < len(days):
        return False
    rest = known[known.index(max(known)):]
    return len(rest) >= _LEAST_ROWS and len(known) - len(rest) <= _MOST_PINNED and rest == sorted(rest, reverse=True)
