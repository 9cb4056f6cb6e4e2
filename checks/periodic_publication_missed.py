"""定期公开缺期

应当按月、按季、按年公开，或者限期公开的事项，某一期没有公开，或者过期才公开。

依据
2021 年临淄区政务公开工作要点“根据工作推进情况按季度公开工作进展、取得成效等”；各要点关于预算决算、规范性文件清理
结果、政府公报按期公开的要求。公开什么、周期多长、何日以前，由规则包给出。

判定
在规则包所列栏目（没有列出栏目的，在全站）中，按标题（栏目本身以该事项命名的，按栏目）的关键词和所写的时期（某年某月、某季
度、上半年、1—6月等）逐期查找；标题没有写明时期的，按发布日期算在当期和上一期；但同一系列的信息多写明时期、
这一条的名称又与它们毫不相干的，不代替任何一期，缺期提请人工复核。某一期结束后过了宽限（月度 31 天、季度
45 天、半年 60 天）仍没有的，判为缺期，各单位的栏目分别判断。限期公开的，过了日期（遇休息日顺延到下一工作日）没有公开，
或者晚于日期才公开的，判为缺期。
标题写明时期的不足两期、看不出按期公开的，以前从未在这里公开过的，有的信息既无日期又不写时期的，文件没有写明每年都要公开的，以及
按年公开而年度尚未结束、但上年同期已经公开的，提请人工复核。

不判定
尚未到期的时期；编一次长期有效的目录、清单，以前公开过的；布置、征求、解读该项工作的通知不算公开。一季度、上半年、前三季度、全年的数据可以代替当季末月；几个月合并
公布的，各月都算公开。栏目列表由脚本填充、有分页未能读取，或者抓取没有完成的，记“未能核实”。

整改
补公开所缺各期；在栏目标题中写明时期，并列入每期公开日程。
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

import checks.model
from checks.columns import Column
from checks.days import day_of
from checks.lexicon import any_of, lexicon
from checks.model import Context, Result
from checks.periods import Kind, Period, covers, months_named, periods_of, without_periods
from checks.site import Site
from checks.subjects import is_content
from checks.titles import cited, differ_clearly, years
from crawler.snapshot.reader import Page
from crawler.snapshot.records import ListItem

_NAMES: dict[Kind, str] = {"month": "按月", "quarter": "按季度", "half-year": "每半年", "year": "每年"}
# where titles name so many periods of the year, the series is kept up: one that is absent was missed
_SERIES = 2
# a name shorter than this is a label (办理情况), too short to tell two series apart
_SHORT = 6
# a series has few names: so many are looked at
_STEMS = 20
# words of a link longer than this are more than a title
_LONGEST = 60
# publications due up to this month of a year are those of the year before
_EARLY = 4
# kinds of pages that may be a list or show their matter themselves
_OWN_PAGES = ("column", "other")


class Parameters(checks.model.Parameters):
    """What is to be published, how it is known, how often.

    ``keywords``: regular expressions, any of which a title must hold; ``columns``: those of the columns it belongs
    to, the whole site where empty; ``by_day`` (MM-DD): the day of the plan year by which it is due, the next working
    day where it is none; ``grace_days``: days a publication may come after its period's end, or that day;
    ``stated``: the document itself asks for it every year, so that a year without it is a breach beyond doubt;
    ``standing``: it is made once and stays (目录, 清单), so that one of an earlier year will do.
    """

    what: str
    keywords: tuple[str, ...]
    columns: tuple[str, ...] = ()
    period: Kind = "year"
    by_day: str | None = None
    grace_days: int | None = None
    stated: bool = False
    standing: bool = False


@dataclass(frozen=True)
class Entry:
    """One publication: its title, the day shown, where it stands.

    ``title`` has the column's name before it where that alone tells the subject; ``name`` never has.
    """

    title: str
    name: str
    day: date | None
    url: str
    column: str
    department: str | None


@dataclass
class Series:
    """The publications of one department (or the whole site) on the subject, and the columns they belong to.

    ``loose`` are those that are nobody's in particular and stand elsewhere: perhaps this department's.
    """

    url: str
    column: str | None
    department: str | None
    columns: list[Column] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    loose: list[Entry] = field(default_factory=list)

    @property
    def unread(self) -> str:
        """Why publications may be there that were not read; empty where all were."""
        if any(column.script_filled for column in self.columns):
            return "栏目列表由脚本填充"
        return "栏目有分页未能读取" if any(not column.complete for column in self.columns) else ""


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Judge every period of the plan year that is due, for each department that has such a column."""
    result = Result()
    if not site.pages:
        return result
    entries = _entries(site, parameters)
    for series in _series(site, parameters, entries):
        if parameters.by_day:
            _judge_deadline(site, series, parameters, context, result)
        elif parameters.period == "year":
            _judge_year(site, series, parameters, context, result)
        else:
            _judge_periods(site, series, parameters, context, result)
    return result


@lru_cache(maxsize=65536)
def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


@dataclass(frozen=True)
class Titles:
    """What may be a publication: rows of lists and pages, with their titles; what only asks for one left out.

    ``links`` are words that name a year, with the address they lead to where that is no piece of information read.
    """

    rows: list[tuple[str, Column, ListItem]]
    pages: list[tuple[str, Page]]
    links: list[tuple[str, str]]


_TITLES: WeakKeyDictionary[Site, Titles] = WeakKeyDictionary()


def _titles(site: Site) -> Titles:
    if site not in _TITLES:
        unwanted = re.compile(lexicon("periods")["not_publications"])
        rows = [
            (title, column, item) for column in site.columns for item in column.items
            if item.href and not unwanted.search(title := _plain(item.title))
        ]
        pages = [
            (title, page) for page in site.articles
            if not unwanted.search(title := _plain(page.record.title or "")) and page.url not in site.interpretations
        ]
        # a directory may fill a column's own page
        pages += [
            (title, page) for page in site.pages.values() if page.record.page_kind in _OWN_PAGES
            and not unwanted.search(title := _plain(page.record.title or page.record.column_name or ""))
        ]
        _TITLES[site] = Titles(rows, pages, list(_links(site, unwanted)))
    return _TITLES[site]


def _links(site: Site, unwanted: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """Yield the words naming a year, and the address, of links to what is neither a list nor an article read.

    A report may be a file, stand at another site, or show nothing but figures at an address of its own.
    """
    named = site.snapshot.names_of_links(
        lambda words: len(words) <= _LONGEST and bool(years(words)) and not unwanted.search(_plain(words)), site.pages
    )
    for url, element, words in named:
        page = site.page_of(url)
        if element in ("a", "area") and (page is None or page.record.page_kind == "other"):
            yield words, url


def _entries(site: Site, parameters: Parameters) -> list[Entry]:
    wanted = any_of(parameters.keywords)
    found: dict[str, Entry] = {}
    titles = _titles(site)
    by_column = {
        column.url for column in site.columns if column.type != "archive" and wanted.search(_plain(column.name))
    }
    apart = lexicon("periods")["told_apart"]
    for title, column, item in titles.rows:
        named = wanted.search(title)
        # all of a column named after the subject is on it: 部门预算 lists units' names alone
        if not named and (column.url not in by_column or any(word in title for word in apart)):
            continue
        page = site.page_of(item.href)
        day = day_of(page.record.published if page is not None else None) or day_of(item.date)
        department = (site.department_of(page) if page is not None else None) or column.department
        address = site.page_address(item.href)
        found.setdefault(f"{address} {column.url}", Entry(
            item.title if named else f"{column.name} {item.title}", item.title, day, address, column.url, department
        ))
    listed = {entry.url for entry in found.values()}
    for title, page in titles.pages:
        if page.url in listed or not wanted.search(title):
            continue
        if page.record.page_kind in _OWN_PAGES and not is_content(site, page):
            continue
        own = site.column_of(page.url)
        day = day_of(page.record.published) or day_of(page.record.published_tag)
        own_title = page.record.title or ""
        place = own.url if own else ""
        found[page.url] = Entry(own_title, own_title, day, page.url, place, site.department_of(page))
    known = {entry.url for entry in found.values()}
    for words, url in titles.links:
        if wanted.search(_plain(words)) and site.page_address(url) not in known and site.reach(url).state != "dead":
            found.setdefault(url, Entry(words, words, None, url, "", None))
    return list(found.values())


def _series(site: Site, parameters: Parameters, entries: list[Entry]) -> list[Series]:
    """Return one series for each department with a column of the subject; one for the site where there is none."""
    named = [
        column for column in site.columns
        if parameters.columns and any_of(parameters.columns).search(_plain(column.name)) and column.type != "archive"
    ]
    if not named:
        return [_whole(site, entries)]
    groups: dict[str | None, list[Column]] = defaultdict(list)
    for column in named:
        groups[column.department].append(column)
    found = []
    for department, columns in groups.items():
        wanted = any_of(parameters.keywords)
        # the column named after the subject itself, else the one that holds most
        chief = min(columns, key=lambda column: (not wanted.search(column.name), -len(column.items), column.url))
        urls = {column.url for column in columns}
        own = [
            entry for entry in entries
            if entry.column in urls or department is None or entry.department == department
        ]
        mine = {(entry.url, entry.column) for entry in own}
        loose = [entry for entry in entries if entry.department is None and (entry.url, entry.column) not in mine]
        found.append(Series(chief.url, chief.name, department, columns, own, loose))
    return found


def _whole(site: Site, entries: list[Entry]) -> Series:
    places = Counter(entry.column for entry in entries if entry.column)
    by_url = {column.url: column for column in site.columns}
    best = max(places, key=lambda url: (places[url], url), default="")
    column = by_url.get(best)
    if column is None:
        return Series(site.home, None, None, [], entries)
    held = [by_url[url] for url in places if url in by_url]
    alone = len({one.department for one in held}) == 1
    return Series(column.url, column.name, column.department if alone else None, held, entries)


def _judge_periods(
    site: Site, series: Series, parameters: Parameters, context: Context, result: Result
) -> None:
    kind = parameters.period
    grace = _grace(parameters)
    due = [
        period for period in periods_of(context.plan_year, kind)
        if period.end + timedelta(days=grace) <= context.as_of
    ]
    known = [entry for entry in series.entries if entry.day is None or entry.day <= context.as_of]
    if not due:
        return
    others = _beside_series(known, due, kind)
    if not known:
        result.examine(series.department)
        whole = Period(str(context.plan_year), due[0].start, due[-1].end)
        span = due[0].label if len(due) == 1 else f"{due[0].label} 至 {due[-1].label} 各期"
        words = f"{span}在全站都没有找到"
        _tell(site, series, parameters, whole, words, False, result)
        return
    serving = [entry for entry in known if entry not in others]
    present = [period for period in due if _published(serving, period, kind)]
    titled = [entry for entry in known if months_named(_plain(entry.title))]
    named = sum(_published(titled, period, kind) for period in due)
    earliest = min((entry.day for entry in known if entry.day), default=None)
    for period in due:
        result.examine(series.department)
        if period in present:
            continue
        near = next(
            (one for one in known if one in others and covers(one.title, one.day, period, kind)), None
        )
        kept_up = (
            near is None and named >= _SERIES and (earliest is None or earliest <= period.end) and not _unclear(known)
            and not _published(series.loose, period, kind)
        )
        shown = "、".join(one.label for one in present) or "没有一期"
        doubt = f"，{near.day} 的{cited(near.name, 40)}没有写明时期，请核对是否属于本期" if near is not None else ""
        words = f"{period.label} 没有公开（本年已公开 {shown}）{doubt}"
        _tell(site, series, parameters, period, words, kept_up, result)


def _beside_series(known: list[Entry], due: list[Period], kind: Kind) -> set[Entry]:
    """Return the entries that name no period and would serve one due, where most name theirs and are unlike them."""
    titled = [entry for entry in known if months_named(_plain(entry.title))]
    if len(titled) < _SERIES:
        return set()
    absent = [period for period in due if not _published(titled, period, kind)]
    unnamed = [
        entry for entry in known
        if not months_named(_plain(entry.title)) and any(covers(entry.title, entry.day, one, kind) for one in absent)
    ]
    stems = [stem for stem, _ in Counter(without_periods(_plain(entry.name)) for entry in titled).most_common(_STEMS)]
    beside = {
        entry for entry in unnamed
        if all(_is_unlike(without_periods(_plain(entry.name)), stem) for stem in stems)
    }
    return beside if len(unnamed) < len(titled) else set()


def _is_unlike(one: str, other: str) -> bool:
    return len(one) >= _SHORT and len(other) >= _SHORT and differ_clearly(one, other)


def _judge_year(site: Site, series: Series, parameters: Parameters, context: Context, result: Result) -> None:
    period = periods_of(context.plan_year, "year")[0]
    known = [entry for entry in series.entries if entry.day is None or entry.day <= context.as_of]
    if context.as_of >= period.end + timedelta(days=_grace(parameters) + 1):
        result.examine(series.department)
        if not _published(known, period, "year"):
            sure = parameters.stated and _was_kept(series, known) and not _published(series.loose, period, "year")
            _tell(site, series, parameters, period, f"{period.label} 年没有公开", sure, result)
        return
    before = [
        entry.day for entry in known
        if entry.day is not None and entry.day.year == context.plan_year - 1
    ]
    if not before:
        return
    result.examine(series.department)
    usual = min(before)
    elapsed = (context.as_of - date(context.plan_year, 1, 1)).days - (usual - date(usual.year, 1, 1)).days
    if elapsed > lexicon("periods")["rhythm_days"] and not _published(known, period, "year"):
        words = f"上年 {usual} 已经公开，{period.label} 年至 {context.as_of} 还没有公开，请复核"
        _tell(site, series, parameters, period, words, False, result)


def _judge_deadline(
    site: Site, series: Series, parameters: Parameters, context: Context, result: Result
) -> None:
    month, day = (int(part) for part in (parameters.by_day or "12-31").split("-"))
    due = date(context.plan_year, month, day)
    while not context.calendar.is_working(due):
        due += timedelta(days=1)
    if context.as_of <= due + timedelta(days=parameters.grace_days or 0):
        return
    result.examine(series.department)
    period = periods_of(context.plan_year, "year")[0]
    known = [entry for entry in series.entries if entry.day is None or entry.day <= context.as_of]
    # what is due early in a year speaks of the year before
    before = periods_of(context.plan_year - 1, "year")[0] if month <= _EARLY else period
    own = [
        entry for entry in known
        if covers(entry.title, entry.day, period, "year")
        or (entry.day is None and covers(entry.title, None, before, "year"))
        or (parameters.standing and (entry.day is None or entry.day <= due))
    ]
    days = [entry.day for entry in own if entry.day is not None]
    if not own:
        words = f"应于 {due} 前公开，至 {context.as_of} 没有公开"
        sure = parameters.stated and _was_kept(series, known) and not _published(series.loose, period, "year")
        _tell(site, series, parameters, period, words, sure, result)
    elif days and len(days) == len(own) and min(days) > due:
        words = f"应于 {due} 前公开，{min(days)} 才公开，晚 {(min(days) - due).days} 天"
        _tell(site, series, parameters, period, words, False, result)


def _was_kept(series: Series, known: list[Entry]) -> bool:
    """Whether this is where it is published, by what was before, and everything there shows its time."""
    return bool(series.columns and known) and not _unclear(known)


def _unclear(known: list[Entry]) -> bool:
    """Whether some publication shows neither a date nor a period, and so may be the one missed."""
    return any(
        entry.day is None and not months_named(_plain(entry.title)) and not years(entry.title) for entry in known
    )


def _grace(parameters: Parameters) -> int:
    if parameters.grace_days is not None:
        return parameters.grace_days
    return int(lexicon("periods")["grace_days"][parameters.period])


def _published(entries: list[Entry], period: Period, kind: Kind) -> bool:
    return any(covers(entry.title, entry.day, period, kind) for entry in entries)


def _tell(
    site: Site, series: Series, parameters: Parameters, period: Period, words: str, sure: bool, result: Result
) -> None:
    where = f"“{series.column}”栏目" if series.column else "全站"
    rhythm = "，" if parameters.by_day else f"应{_NAMES[parameters.period]}公开，"
    common: dict[str, Any] = {
        "url": series.url, "target": f"{parameters.what} {period.label}", "column": series.column,
        "department": series.department,
        "evidence": {
            "what": parameters.what, "period": period.label, "found": len(series.entries),
            "latest": [
                f"{entry.day or ''} {entry.title}".strip()
                for entry in sorted(series.entries, key=lambda one: (one.day or date.min, one.url))[-3:]
            ],
        },
    }
    unread = series.unread or ("抓取没有完成" if site.snapshot.pending() else "")
    if unread:
        what = f"{parameters.what}{rhythm}{where}没有找到 {period.label} 的"
        result.unverified(**common, message=f"{what}，但{unread}，无法确定")
    else:
        result.fail(
            **common, confidence="certain" if sure else "review", message=f"{parameters.what}{rhythm}{where}：{words}"
        )
