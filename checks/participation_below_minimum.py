"""公众参与活动次数不足

邀请代表列席会议、政府开放活动、政策评价、新闻发布、负责人解读等，没有达到规则包要求的次数。

依据
各地政务公开工作要点“各部门单位年内邀请相关人员列席会议不得少于2次”“每年至少开展2次政策评价”等。事项、关键词和次数
由规则包给出。

判定
按标题（列席会议的还看正文“邀请……代表列席”）统计计划年度内发布的有关信息，同一标题在几个栏目发布的算一次，少于要求
次数的判为不足。年度尚未结束的，提请人工复核；年度已过的直接判定。

不判定
制度、办法、通知、方案、预告、解读不算开展过的活动；标题以国务院、省级机关开头的，是转载上级的活动，也不算。计划年度开始未满三个季度的不判断；规则包限定月份的，该月过后才
判断。按部门要求的，只看配置中列出的部门，年度结束前一个部门都没有公布的，合并为一个问题；信息由其他单位发布而活动由该部门开展的，可能统计不到，因此一律提请人工
复核；没有写明是哪个单位开展的，算在任何一个部门名下都够数的，不判。要求县级政府自己开展的，政府名义的（常务会议等）和没有写明部门的都算，部门的不算。有栏目由脚本填充、首页没有读到、抓取没有完成的，记“未能核实”。

整改
按要求开展活动并在网站发布情况；已经开展的补充发布。
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Literal
from weakref import WeakKeyDictionary

import checks.model
from checks.lexicon import any_of
from checks.model import Context, Result
from checks.site import Column, Site
from checks.subjects import Entry, library_of, words_of, written
from checks.titles import key

_NOT_HELD = re.compile(
    r"(?:制度|办法|规定|细则|方案|计划|预告|须知|指南|清单|目录)(?:的通知)?$|通知$|解读|图解|征集.{0,12}代表|招募|报名|公开招聘|工作要点"
)
# what organs above hold is no activity of a county's or a city's own
_HIGHER = re.compile(r"^(?:国务院|国家|全国|全省|省(?:委|政府|[\u4e00-\u9fff]{1,8}[厅局])|[\u4e00-\u9fff]{2,3}省)")
_INVITED = re.compile(
    r"(?:邀请|特邀)[^。；\n]{0,60}(?:代表|委员|企业|群众|市民|公众|媒体|专家|律师)[^。；\n]{0,40}列席|列席[^。；\n]{0,12}(?:代表|群众|市民|公众)"
    r"|(?:代表|委员|企业|群众|市民|公众|媒体|专家)[^。；\n]{0,30}(?:应邀)?列席"
)
# what the government itself held is none of a department's
_GOVERNMENTS = re.compile(r"常务会议|全体会议|人民政府|[省市县区旗]政府|[省市县区旗]委")
_THIRD_QUARTER = (9, 30)

_COLUMNS: WeakKeyDictionary[Site, dict[tuple[str, ...], list[Column]]] = WeakKeyDictionary()
_INVITING: WeakKeyDictionary[Site, dict[int, frozenset[str]]] = WeakKeyDictionary()


class Parameters(checks.model.Parameters):
    """What must be held, how often.

    ``what``: the activity's name; ``keywords``: words of its reports' titles (``甲|乙&丙``: 甲, or 乙 and 丙);
    ``min_per_year``: the least
    number; ``per``: for the site, for the site's own government (what departments hold does not count), or for each
    configured department; ``month``: the month it belongs to.
    """

    what: str
    keywords: tuple[str, ...]
    min_per_year: int
    per: Literal["site", "government", "department"] = "site"
    month: int | None = None


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Count the year's activities."""
    result = Result()
    if not site.pages or context.as_of <= _judged_from(parameters, context):
        return result
    held = _held(site, parameters, context)
    if parameters.per == "site":
        result.examine(None)
        _judge(site, None, held, parameters, context, result)
    elif parameters.per == "government":
        result.examine(None)
        own = [
            entry for entry in held
            if _GOVERNMENTS.search(entry.title) or _department(site, entry) not in site.directory.names
        ]
        _judge(site, None, own, parameters, context, result)
    elif site.directory.names:
        by_department: dict[str, list[Entry]] = {name: [] for name in site.directory.names}
        nobodys: set[str] = set()
        for entry in held:
            name = _department(site, entry)
            if name in by_department:
                by_department[name].append(entry)
            elif not _GOVERNMENTS.search(entry.title):
                nobodys.add(entry.plain_title)
        for department in by_department:
            result.examine(department)
        # what tells no unit may be any one's: who has enough with it cannot be said to be short
        least = parameters.min_per_year - len(nobodys)
        if not any(by_department.values()) and len(by_department) > 1 and not _is_over(context):
            if least > 0:
                _judge(site, None, [], parameters, context, result, len(by_department))
            return result
        for department, own in by_department.items():
            if len({entry.plain_title for entry in own}) < least:
                _judge(site, department, own, parameters, context, result)
    return result


def _judged_from(parameters: Parameters, context: Context) -> date:
    if parameters.month is not None:
        following = parameters.month % 12 + 1
        # reports follow within the next month
        return date(context.plan_year + (following == 1), following, 28)
    return date(context.plan_year, *_THIRD_QUARTER)


def _is_over(context: Context) -> bool:
    return context.as_of.year > context.plan_year


def _judge(
    site: Site, department: str | None, held: list[Entry], parameters: Parameters, context: Context, result: Result,
    departments: int = 0,
) -> None:
    """Judge one department, or the site; with ``departments`` so many departments none of which has any."""
    count = len({entry.plain_title for entry in held})
    if count >= parameters.min_per_year:
        return
    year, over = context.plan_year, _is_over(context)
    when = f"{year} 年" + (f" {parameters.month} 月" if parameters.month else "")
    columns = _columns(site, parameters)
    column = columns[0] if columns else None
    titles = [entry.title for entry in held]
    common: dict[str, Any] = {
        "url": column.url if column is not None and department is None else site.home,
        "target": parameters.what, "department": department,
        "locator": department or ("departments" if departments else ""),
        "column": column.name if column is not None and department is None else None,
        "evidence": {"count": count, "required": parameters.min_per_year, "titles": titles[:5]},
    }
    whose = f"{department} " if department else f"{departments} 个部门 " if departments else ""
    whose = whose or ("本级政府 " if parameters.per == "government" else "")
    each = "每个部门 " if departments else " "
    words = (
        f"{whose}{when}公布的{parameters.what} {count} 次，少于要求的{each}{parameters.min_per_year} 次"
        + ("" if over else f"（统计至 {context.as_of}）")
    )
    doubt = _doubt(site, columns)
    if doubt:
        result.unverified(**common, message=f"{words}，但{doubt}，无法确定")
    else:
        certain = over and department is None and not departments
        result.fail(
            **common, confidence="certain" if certain else "review",
            message=words if certain else f"{words}，请核对是否另有开展",
        )


def _held(site: Site, parameters: Parameters, context: Context) -> list[Entry]:
    library = library_of(site)
    wanted = [words_of(one) for word in parameters.keywords for one in written(word)]
    invited = _inviting(site, context) if "列席" in "".join(parameters.keywords) else frozenset()
    held = []
    for entry in library.entries:
        if entry.day is None or entry.day.year != context.plan_year or entry.day > context.as_of:
            continue
        if parameters.month is not None and entry.day.month not in (parameters.month, parameters.month % 12 + 1):
            continue
        named = [words for words in wanted if all(word in entry.plain_title for word in words)]
        # what is asked for may itself be a reading (主要负责人解读): only the rest of the title can rule it out
        if _NOT_HELD.search(_without(entry.title, named)) or entry.demand:
            continue
        if "省" not in site.name and _HIGHER.search(entry.title):
            continue
        if named or entry.url in invited:
            held.append(entry)
    return held


def _without(title: str, named: list[list[str]]) -> str:
    """Return what a title says besides the words it was found by."""
    words = sorted({word for one in named for word in one}, key=len, reverse=True)
    return any_of([re.escape(word) for word in words]).sub("", title) if words else title


def _inviting(site: Site, context: Context) -> frozenset[str]:
    """Return the pages of the year whose text says that representatives were invited to a meeting."""
    known = _INVITING.setdefault(site, {})
    if context.plan_year not in known:
        texts = (
            (entry.url, page.text) for entry in library_of(site).entries
            if entry.day is not None and entry.day.year == context.plan_year
            and (page := site.pages.get(entry.url)) is not None
        )
        known[context.plan_year] = frozenset(url for url, text in texts if "列席" in text and _INVITED.search(text))
    return known[context.plan_year]


def _department(site: Site, entry: Entry) -> str | None:
    named = site.directory.by_source(entry.title)
    page = site.pages.get(entry.url)
    return named or (site.department_of(page) if page is not None else site.department_for(entry.url))


def _columns(site: Site, parameters: Parameters) -> list[Column]:
    """Return the columns named after the activity."""
    known = _COLUMNS.setdefault(site, {})
    if parameters.keywords not in known:
        wanted = [one for word in parameters.keywords for one in written(word) if len(words_of(one)) == 1]
        known[parameters.keywords] = [one for one in site.columns if any(word in key(one.name) for word in wanted)]
    return known[parameters.keywords]


def _doubt(site: Site, columns: list[Column]) -> str | None:
    home = site.page_of(site.home)
    if home is None or home.record.script_shell:
        return "首页没有读到或由脚本填充"
    filled = sum(column.script_filled for column in site.columns)
    if filled * 4 > len(site.columns):
        return f"{len(site.columns)} 个栏目中有 {filled} 个由脚本填充"
    for column in columns:
        if column.script_filled or not column.complete:
            return f"“{column.name}”栏目没有读全"
    partly = sum(not column.complete for column in site.columns)
    if partly * 4 > len(site.columns):
        return f"{len(site.columns)} 个栏目中有 {partly} 个有分页未能读取"
    return "抓取没有完成" if site.snapshot.pending() else None
