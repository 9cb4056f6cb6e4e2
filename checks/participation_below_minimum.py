"""公众参与活动次数不足

邀请代表列席会议、政府开放活动、政策评价、新闻发布、负责人解读等，没有达到规则包要求的次数。

依据
各地政务公开工作要点“各部门单位年内邀请相关人员列席会议不得少于2次”“每年至少开展2次政策评价”等。事项、关键词和次数
由规则包给出。

判定
按标题和正文（“邀请……代表列席”“举办……开放日活动”）统计计划年度内发布的有关信息，同一标题在几个栏目发布的、同一次会议的
几篇报道算一次，一览表按行数算，少于要求次数的判为不足。年度尚未结束的，提请人工复核；年度已过的直接判定。

不判定
制度、办法、通知、方案、预告、解读、名单、往年的总结不算开展过的活动；标题以国务院、省级机关开头的，是转载上级的活动，也不算。计划年度开始未满三个季度的不判断；规则包限定月份的，该月过后才
判断。按部门要求的，只看配置中列出的部门，年度结束前一个部门都没有公布的，合并为一个问题；信息由其他单位发布而活动由该部门开展的，可能统计不到，因此一律提请人工
复核；没有写明是哪个单位开展的，算在任何一个部门名下都够数的，不判。要求县级政府自己开展的，政府名义的（常务会议等）和没有写明部门的都算，部门的不算。有栏目由脚本填充、首页没有读到、抓取没有完成的，记“未能核实”。

整改
按要求开展活动并在网站发布情况；已经开展的补充发布。
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from weakref import WeakKeyDictionary

import checks.model
from checks.bodies import tree_of
from checks.lexicon import any_of, lexicon
from checks.model import Context, Result
from checks.site import Column, Site
from checks.subjects import Entry, library_of, words_of, written
from checks.tables import tables_of
from checks.titles import key, years
from crawler.snapshot.reader import Page

_THIRD_QUARTER = (9, 30)
_DOCUMENTS = ("制度", "办法", "规定", "细则", "方案", "计划", "指南", "清单", "目录")

_COLUMNS: WeakKeyDictionary[Site, dict[tuple[str, ...], list[Column]]] = WeakKeyDictionary()
_TOLD: WeakKeyDictionary[Site, dict[int, dict[str, _Told]]] = WeakKeyDictionary()
_BEGINNING, _OPENING = 3000, 300
_DAY = re.compile(r"(?:(20\d\d)\s*[-/.年]\s*)?(\d{1,2})\s*[-/.月]\s*\d{1,2}")


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
            if _is_governments(entry) or _department(site, entry) not in site.directory.names
        ]
        _judge(site, None, own, parameters, context, result)
    elif site.directory.names:
        by_department: dict[str, list[Entry]] = {name: [] for name in site.directory.names}
        nobodys: set[str] = set()
        for entry in held:
            name = _department(site, entry)
            if name in by_department:
                by_department[name].append(entry)
            elif not _is_governments(entry):
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
            if _count(site, own, parameters, context) < least:
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
    count = _count(site, held, parameters, context)
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
    words = lexicon("participation")
    wanted = [words_of(one) for word in parameters.keywords for one in written(word)]
    told = _told(site, context)
    held = []
    for entry in library.entries:
        if entry.day is None or entry.day.year != context.plan_year or entry.day > context.as_of:
            continue
        if parameters.month is not None and entry.day.month not in (parameters.month, parameters.month % 12 + 1):
            continue
        named = [group for group in wanted if all(word in entry.plain_title for word in group)]
        if entry.demand or _is_not_held(entry.title, named) or _is_of_earlier_years(entry.title, context):
            continue
        if "省" not in site.name and re.search(words["higher"], entry.title):
            continue
        if named or (entry.url in told and told[entry.url].tells(wanted)):
            held.append(entry)
    return held


def _is_not_held(title: str, named: list[list[str]]) -> bool:
    """Whether a title is that of rules, a notice or a report.

    What is asked for may itself be a reading (主要负责人解读): only the rest of the title can rule it out.
    """
    words = lexicon("participation")
    found = re.search(words["not_held"], _without(title, named))
    if found is None:
        return False
    before = title[:title.find(found.group())]
    return not (found.group().endswith(_DOCUMENTS) and re.search(words["considered"], before))


def _is_of_earlier_years(title: str, context: Context) -> bool:
    named = years(title)
    return bool(named) and all(int(year) < context.plan_year for year in named)


def _without(title: str, named: list[list[str]]) -> str:
    """Return what a title says besides the words it was found by."""
    words = sorted({word for one in named for word in one}, key=len, reverse=True)
    return any_of([re.escape(word) for word in words]).sub("", title) if words else title


@dataclass(frozen=True)
class _Told:
    """What a page's text tells: whether guests sat in on a meeting, whether a unit's head explained; what was held."""

    invited: bool
    explained: bool
    phrases: tuple[str, ...]

    def tells(self, wanted: list[list[str]]) -> bool:
        """Whether it tells of an activity some words ask for."""
        leader = lexicon("participation")["leader_keywords"]
        if self.invited and any("列席" in word for group in wanted for word in group):
            return True
        if self.explained and any(re.search(leader, group[0]) for group in wanted):
            return True
        return any(all(word in phrase for word in group) for group in wanted for phrase in self.phrases)


def _told(site: Site, context: Context) -> dict[str, _Told]:
    """Return what the texts of the year's pages tell of activities, by address; each text is looked at once."""
    known = _TOLD.setdefault(site, {})
    if context.plan_year not in known:
        found = {}
        for entry in library_of(site).entries:
            page = site.pages.get(entry.url) if entry.day is not None and entry.day.year == context.plan_year else None
            told = _read(page) if page is not None else None
            if told is not None:
                found[entry.url] = told
        known[context.plan_year] = found
    return known[context.plan_year]


def _read(page: Page) -> _Told | None:
    words = lexicon("participation")
    text = page.text
    invited = "列席" in text and re.search(words["invited"], text) is not None
    beginning = text[:_BEGINNING]
    explained = re.search(words["leader_titles"], page.record.title or "") is not None and (
        re.search(words["leader"], beginning) is not None
    )
    outside = re.search(words["higher"], page.record.source or "") is not None
    phrases = () if outside or not re.search(words["signs"], beginning) else tuple(
        key(match.group()) for match in re.finditer(words["held"], beginning)
    )
    return _Told(invited, explained, phrases) if invited or explained or phrases else None


def _count(site: Site, held: list[Entry], parameters: Parameters, context: Context) -> int:
    """Return how many activities pieces of information tell of: one told twice counts once, each row of an overview."""
    invited = any("列席" in word for word in parameters.keywords)
    times: dict[str, int] = {}
    for entry in held:
        page = site.pages.get(entry.url)
        name = (_meeting(entry, page) if invited else "") or entry.plain_title
        times[name] = max(times.get(name, 1), _rows(site, entry, page, context))
    return sum(times.values())


def _meeting(entry: Entry, page: Page | None) -> str:
    """Return which meeting a piece of information tells of (第51次常务会); empty where it does not say."""
    text = f"{entry.title}\n{page.text[:_OPENING] if page is not None else ''}"
    found = re.search(lexicon("participation")["meeting"], text)
    return "".join(found.groups()) if found else ""


def _rows(site: Site, entry: Entry, page: Page | None, context: Context) -> int:
    """Return how many rows of an overview are of the year; 1 for what is none."""
    if page is None or not re.search(lexicon("participation")["several"], entry.title):
        return 1
    count = 0
    for table in tables_of(tree_of(site, page)):
        for row in table.rows:
            days = [day for cell in row if cell.begins for day in _DAY.finditer(cell.text)]
            count += any(int(day[1] or context.plan_year) == context.plan_year for day in days)
    return max(count, 1)


def _is_governments(entry: Entry) -> bool:
    """Whether what a title tells of the government itself held: it is none of a department's."""
    return re.search(lexicon("participation")["governments"], entry.title) is not None


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
