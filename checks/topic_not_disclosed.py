"""要求公开的主题没有信息

条款点名要公开的主题，在要求的时期内没有找到任何信息。

依据
各地政务公开工作要点逐项点名的公开主题。主题词、栏目、时期由规则包按条款给出，同义说法见
rules/lexicons/subjects.yaml。

判定
在条款时期内（没有写明的为计划年度，至次年 1 月底）发布的信息里，标题含有主题词，或者所在栏目以主题词命名，或者正文、附
件开头提到、多次提到主题词的，都算已公开；一条都没有的，列出最接近的几条信息，提请人工复核。每个条款记一个问题，写明缺少的
主题和同样算数的其他说法；几个条款要求相同、或者缺少的主题完全相同的，合为一个问题，列出全部条款。

不判定
本检查的结论一律需要人工复核，不作为确定的问题。导航、面包屑、栏目入口里的文字不算公开；政务公开工作要点、任务分工、
信息公开年报本身提到主题的，也不算。没有注明日期的信息一概算在时期之内。首页由脚本填充、有栏目由脚本填充或没有读全、
抓取没有完成的，记“未能核实”；计划年度开始未满一个季度的不判断。限期的专项工作（疫情防控、三大攻坚战等），计划年度
已在期限之后的，不再要求，期限见词表；规则包注明只对某类单位（高校）的，网站上看不到这类单位名称的不判断。

整改
补充发布该主题的信息，或者在相应栏目集中展示已有信息。
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Literal
from weakref import WeakKeyDictionary

import checks.model
from checks.lexicon import lexicon
from checks.model import Context, Result
from checks.site import Column, Site
from checks.subjects import Library, alternatives, fits, has_ended, library_of, name_index, spelt, words_of, written
from checks.titles import cited

_FIRST_QUARTER = (3, 31)
_TOLD_BY = (1, 31)
# a subject in so many titles of the last months is found without looking through texts
_PLENTY = 20
# words of fewer pairs of characters come near only as a whole
_FEW = 3


class Parameters(checks.model.Parameters):
    """What must be public.

    ``keywords``: subjects, each with its alternatives; ``columns``: columns such information belongs to;
    ``period``: ``year`` for the plan year, None for any time; ``since_year``: from that year on instead;
    ``given``: words one of which some name on the site must hold, or the clause has nobody to ask there (a county
    without a university); ``clause``: the clause that demands it, put in by the runner.
    """

    keywords: tuple[str, ...]
    columns: tuple[str, ...] = ()
    period: Literal["year"] | None = "year"
    since_year: int | None = None
    given: tuple[str, ...] = ()
    clause: str = ""


Place = tuple[Column | None, str | None]
# for each site the clause that first named what is missing where: others that miss the same are one finding with it
_TOLD: WeakKeyDictionary[Site, dict[tuple[str, date | None, tuple[str, ...]], str]] = WeakKeyDictionary()
_COLUMNS: WeakKeyDictionary[Site, dict[tuple[str, ...], Place]] = WeakKeyDictionary()


def prepare(site: Site, parameters: Sequence[Parameters]) -> None:
    """Name the words of all clauses, so that the texts are gone through once; begin the telling anew."""
    library = library_of(site)
    library.announce(word for subject in _subjects(parameters) for word in _words(library, subject))
    _TOLD.pop(site, None)


def _subjects(parameters: Sequence[Parameters]) -> set[str]:
    return {subject for one in parameters for subject in one.keywords}


def _words(library: Library, subject: str) -> set[str]:
    """Return the words texts will be looked through for: those of a subject that hardly any late title has."""
    wanted = alternatives(subject)
    if sum(len(library.headed(one) & library.late) for one in wanted) > _PLENTY:
        return set()
    return {word for one in wanted for word in words_of(one)}


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Look for every subject of the clause; one finding for all that are not there."""
    result = Result()
    start = _start(parameters, context)
    if not site.pages or (start is not None and context.as_of <= date(start.year, *_FIRST_QUARTER)):
        return result
    asked = [subject for subject in parameters.keywords if not has_ended(subject, context.plan_year)]
    if not asked or not _is_given(site, parameters):
        return result
    column, department = _column(site, parameters)
    result.examine(department, len(asked))
    library = library_of(site)
    end = _end(parameters, context)
    period = library.within(start, end, demands=False)
    missing = [
        subject for subject in asked
        if not _disclosed(library, subject, library.within(start, end, _is_on_disclosure(subject)))
    ]
    if not missing:
        return result
    words = {subject: spelt(subject, site.name) for subject in missing}
    names = "、".join(f"“{one[0]}”" for one in words.values())
    when = "" if start is None else f"{start.year} 年以来" if parameters.since_year else f"{start.year} 年"
    nearest = _nearest(library, missing, period)
    url = column.url if column is not None else site.home
    told = _TOLD.setdefault(site, {})
    common: dict[str, Any] = {
        "url": url, "target": told.setdefault((url, start, tuple(missing)), parameters.clause) or None,
        "column": column.name if column is not None else None, "department": department,
        "evidence": {
            "missing": [one[0] for one in words.values()], "searched_words": ["、".join(one) for one in words.values()],
            "searched": len(period), "nearest": nearest,
        },
    }
    said = f"{when}没有找到关于{names}的信息：{len(period)} 条信息的标题、栏目和正文里都没有{_others(words.values())}"
    doubt = _doubt(site, column)
    if doubt:
        result.unverified(**common, message=f"{said}，但{doubt}，无法确定")
    else:
        close = f"，最接近的是{'、'.join(cited(title, 40) for title in nearest)}" if nearest else ""
        result.fail(**common, confidence="review", message=f"{said}{close}，请人工核对")
    return result


def _start(parameters: Parameters, context: Context) -> date | None:
    if parameters.since_year is not None:
        return date(parameters.since_year, 1, 1)
    return date(context.plan_year, 1, 1) if parameters.period == "year" else None


def _is_given(site: Site, parameters: Parameters) -> bool:
    names = name_index(site)
    return not parameters.given or any(next(names.holding(word), None) is not None for word in parameters.given)


def _end(parameters: Parameters, context: Context) -> date:
    """Return the last day that counts: what a year was like is told in the month after it too."""
    if parameters.period == "year" and parameters.since_year is None:
        return min(context.as_of, date(context.plan_year + 1, *_TOLD_BY))
    return context.as_of


def _is_on_disclosure(subject: str) -> bool:
    """Whether a subject is disclosure itself (主动公开目录, 政务公开专区): then what speaks of it counts."""
    return any(word in subject for word in lexicon("subjects")["on_disclosure"])


def _disclosed(library: Library, subject: str, period: frozenset[int]) -> bool:
    wanted = alternatives(subject)
    # most subjects stand in some title: texts are looked through for the others only
    if any(not period.isdisjoint(library.headed(one)) for one in wanted):
        return True
    library.announce(word for one in wanted for word in words_of(one))
    return any(not period.isdisjoint(library.speaking(one)) for one in wanted)


def _others(spelling: Iterable[list[str]]) -> str:
    """Return, in brackets, what else would have counted, by subject; empty where each has one spelling alone."""
    most = lexicon("subjects")["spelt"]
    told = [f"“{one[0]}”也可是{'、'.join(one[1:most + 1])}{'等' if len(one) > most + 1 else ''}"
            for one in spelling if len(one) > 1]
    return f"（{'；'.join(told)}）" if told else ""


def _nearest(library: Library, missing: list[str], period: frozenset[int]) -> list[str]:
    """Return titles of what comes nearest to the missing subjects: a mention in the text, else most pairs shared."""
    # of words asked for together the first is what it is about, the others what of it: 招生&录取
    wanted = dict.fromkeys(words_of(one)[0] for subject in missing for one in written(subject))
    alone = {one for subject in missing for one in written(subject)}
    common = set(lexicon("subjects")["common_pairs"])
    points: Counter[int] = Counter()
    for one in wanted:
        if one in alone:
            points.update(dict.fromkeys(period.intersection(library.mentioning(one)), 100))
        pairs = {one[start:start + 2] for start in range(len(one) - 1)} - common
        shared = Counter(number for pair in pairs for number in library.titles.holding(pair) & period)
        enough = len(pairs) if len(pairs) < _FEW else lexicon("subjects")["nearness"] * len(pairs)
        points.update({number: count for number, count in shared.items() if count >= enough})
    scored = ((-count, library.entries[number].title) for number, count in points.items())
    return list(dict.fromkeys(title for _, title in sorted(scored)))[:lexicon("subjects")["candidates"]]


def _column(site: Site, parameters: Parameters) -> Place:
    known = _COLUMNS.setdefault(site, {})
    if parameters.columns not in known:
        known[parameters.columns] = _find_column(site, parameters)
    return known[parameters.columns]


def _find_column(site: Site, parameters: Parameters) -> Place:
    """Return the column the clause names, as written before as synonyms have it, nearest the start, and whose it is.

    Where several units have such a column, it is nobody's in particular.
    """
    plain = [(_plain(column), column) for column in site.columns]
    for lookup in (written, alternatives):
        for subject in parameters.columns:
            found = [column for name, column in plain if any(fits(name, one) for one in lookup(subject))]
            if found:
                nearest = min(found, key=lambda column: (site.depth(column.url), len(column.name), column.url))
                alone = len({column.department for column in found}) == 1
                return nearest, nearest.department if alone else None
    return None, None


def _plain(column: Column) -> str:
    return "".join(column.name.split()).lower()


def _doubt(site: Site, column: Column | None) -> str | None:
    home = site.page_of(site.home)
    if home is None or home.record.script_shell:
        return "首页没有读到或由脚本填充"
    if column is not None and (column.script_filled or not column.complete):
        return f"“{column.name}”栏目由脚本填充或没有读全"
    filled = sum(one.script_filled for one in site.columns)
    if filled * 4 > len(site.columns):
        return f"{len(site.columns)} 个栏目中有 {filled} 个由脚本填充"
    return "抓取没有完成" if site.snapshot.pending() else None
