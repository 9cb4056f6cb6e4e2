"""政策解读滞后

解读发布得比文件晚，超过了允许的工作日。

依据
2019 年莱芜区、兰陵县，2021 年聊城市政务公开工作要点“切实做到政策性文件与解读方案、解读材料同步组织、同步审签、
同步部署”；有的地方另限工作日（如郑州市 2016 年规定最迟于文件公开后 3 个工作日内）。限几个工作日由规则包给出，
只写“同步”的按 0 个工作日，即同日；规则包可给宽限（grace）：文件与解读先后审核上网，次一工作日见网的仍视为同步。

判定
以文件页面的发布日期为起点，取这份文件所有解读中最早的发布日期，相隔的工作日超过限数的，判为滞后。只写“同步”而
迟了 3 个工作日以内的，迟了一年以上的，标题写明是二次解读、深度解读的，以及文件与解读只从正文对应得上的，提请人工复核。

不判定
没有解读的（另行判定）；解读先于文件的；只写“同步”而未超过规则包所给宽限的；要求提出之前的年度发布的文件；同一份文件登在几处的，只看最早发布的一处；同名文件修订后再发的，解读只与修订后的文件相比；解读是文件页面附件的；其间没有工作日的（周五发文、周末解读）；有一份解读没有注明日期，可能更早
的，记“未能核实”；文件没有注明发布日期的，记“未能核实”。转载的上级文件。PubDate 与页面所示日期不同的，以页面
所示为准。

整改
解读材料与文件同步起草、同步报批、同步发布。
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date

import checks.model
from checks.days import provisional_note, provisional_years
from checks.model import Context, Result
from checks.pairs import Pair, listed_days, pairs_of, published_day
from checks.site import Site
from checks.titles import cited, document_numbers, key

_LONG = 365
_AGAIN = re.compile(r"二次|再次|再解读|跟踪|深度|延伸|后续|回头看|一周年|回顾")
# one that interprets several documents at once
_MANY = re.compile(r"》[^《]{0,6}《|等(?:文件|政策)|系列|合集")


class Parameters(checks.model.Parameters):
    """``working_days``: how many may lie between document and interpretation; 0: the same day.

    ``grace``: where the same day is asked, so many working days still count as one act.
    ``review_within``: where the same day is asked, so many working days are for a person to judge. ``years``: how
    many years back from the plan year documents are held, all when None; ``since_year``: the year the demand was
    made, documents of years before it are not held.
    """

    working_days: int = 0
    grace: int = 0
    review_within: int = 3
    years: int | None = None
    since_year: int | None = None


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Judge every document that has an interpretation."""
    result = Result()
    listed = listed_days(site)
    found = pairs_of(site, context)
    days = {url: published_day(pairs[0].document, listed) for url, pairs in found.items()}
    interpreted: dict[str, list[str]] = defaultdict(list)
    first = _first_copies(found, days)
    for url in first:
        for pair in found[url]:
            interpreted[pair.url].append(url)
    for url in first:
        pairs = found[url]
        own = [pair for pair in pairs if not _is_of_later(pair, url, days, interpreted)]
        if own:
            _judge(site, own, days[url], parameters, context, result)
    return result


def _first_copies(found: dict[str, list[Pair]], days: dict[str, date | None]) -> list[str]:
    """Return the documents, of copies put up in several places the one published first: it is what was to be told."""
    first: dict[tuple[str, ...], str] = {}
    for url, pairs in found.items():
        record = pairs[0].document.record
        number = document_numbers(record.attributes.document_number or "")[:1]
        same = (key(record.title or ""), *(number[0] if number else (url,)))
        known = first.setdefault(same, url)
        if (days[url] or date.max, url) < (days[known] or date.max, known):
            first[same] = url
    return list(first.values())


def _is_of_later(
    pair: Pair, document: str, days: dict[str, date | None], interpreted: dict[str, list[str]]
) -> bool:
    """Whether an interpretation belongs to a later document of the same name: to the one that was revised anew."""
    first = days[document]
    if first is None or pair.day is None:
        return False
    others = (days[url] for url in interpreted[pair.url] if url != document)
    return any(other is not None and first < other <= pair.day for other in others) and not _MANY.search(pair.title)


def _first_year(parameters: Parameters, context: Context) -> int:
    """Return the year of the oldest documents held."""
    counted = context.plan_year - parameters.years + 1 if parameters.years else 0
    return max(counted, parameters.since_year or 0)


def _judge(
    site: Site, pairs: list[Pair], published: date | None, parameters: Parameters, context: Context, result: Result
) -> None:
    document, first = pairs[0].document, pairs[0]
    if published is not None and published.year < _first_year(parameters, context):
        return
    department = site.department_of(document)
    result.examine(department)
    title = cited(document.record.title or document.url)
    common = {
        "url": document.url, "target": first.url, "department": department,
        "evidence": {
            "title": document.record.title, "published": str(published) if published else None,
            "interpretation": first.title, "interpreted": str(first.day) if first.day else None,
            "interpretations": len(pairs),
        },
    }
    if published is None or first.day is None:
        what = "文件" if published is None else "解读"
        result.unverified(**common, message=f"{title}的{what}没有注明发布日期，无法判断解读是否滞后")
        return
    used = context.calendar.count(published, first.day)
    if used <= (parameters.working_days or parameters.grace):
        return
    if any(pair.day is None for pair in pairs):
        result.unverified(**common, message=f"{title}有解读没有注明发布日期，可能并不滞后，无法判断")
        return
    lenient = parameters.working_days == 0 and used <= parameters.review_within
    # so long after, it may be of a later version, or not the first one there was
    odd = (first.day - published).days > _LONG or bool(_AGAIN.search(first.title))
    note = provisional_note(provisional_years(context.calendar, published, first.day))
    limit = f"{parameters.working_days} 个工作日" if parameters.working_days else "同步发布"
    result.fail(
        **common, confidence="review" if lenient or odd or not first.sure or note else "certain",
        message=f"{title} {published} 发布，最早的解读{cited(first.title or first.url)} {first.day} 才发布，"
        f"晚 {used} 个工作日，要求{'不超过 ' if parameters.working_days else ''}{limit}{note}",
    )
