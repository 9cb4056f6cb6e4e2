"""征集状态或起止时间缺失

公开征集意见的页面没有写明征集的起止时间，或者没有注明正在征集还是已经结束。

依据
2019 年莱芜区、兰陵县政务公开工作要点关于意见征集要注明征集状态、起止时间的要求；《重大行政决策程序暂行条例》
第十五条公开征求意见应当明确期限。

判定
征集页面和它在列表中的一行，都读不到征集结束的日期（也没有“自公布之日起若干日内”之类可以算出的期限），判为没有
起止时间。同一栏目的其他征集大多注明了状态，而这一条没有注明的，或者页面有“征集状态”一栏而没有填写的，判为没有状态；栏目只给已经结束的加注、这一条还在征集的，
提请人工复核。状态写在标题、列表标签、正文的一句话里的都算。标题没有写明征求意见、建议，只说“您说了算”“献一策”之类的，提请人工复核。

不判定
注明长期征集的；起止时间写在附件里的。只写截止日期的，以发布日期为开始；状态可以由起止时间看出、网站又没有状态一栏的，不判没有状态。征集结果反馈、解读，
征集线索、作品、供应商等，网上调查、问卷投票，转发上级机关的征集。页面由脚本填充、正文只是图片或附件、公告本身可能是没有
读到的附件的，记“未能核实”。

整改
在征集页面写明起止时间，并随时更新征集状态。
"""

from __future__ import annotations

import re
from collections import Counter

import checks.model
from checks.consultations import Consultation, consultations_of
from checks.days import day_of
from checks.lexicon import lexicon
from checks.model import Context, Result
from checks.site import Site
from checks.titles import cited
from crawler.snapshot.reader import Page

_LEAST_TEXT, _SHORT_TEXT = 60, 150


class Parameters(checks.model.Parameters):
    """What a consultation must say.

    ``fields``: 征集状态, 起止时间; ``years``: how many years back from the plan year consultations are looked
    at, all when None.
    """

    fields: tuple[str, ...] = ("征集状态", "起止时间")
    years: int | None = None


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Judge every consultation of the site's own."""
    result = Result()
    found = consultations_of(site)
    places = {id(one): _place(site, one) for one in found}
    total = Counter(places.values())
    stated = Counter(places[id(one)] for one in found if one.label)
    # a column may mark only those that have ended
    running = {places[id(one)] for one in found if re.search(lexicon("consultations")["running"], one.label)}
    for consultation in found:
        place = places[id(consultation)]
        published = day_of(consultation.page.record.published)
        if parameters.years and published and published.year <= context.plan_year - parameters.years:
            continue
        result.examine(consultation.department)
        # where most consultations of a column show a state it has a place for it
        usual = stated[place] * 2 > total[place] or consultation.has_place_for_state
        missing = [name for name in parameters.fields if _lacks(consultation, name, usual)]
        if missing:
            open_yet = consultation.end is not None and consultation.end >= context.as_of
            unmarked = open_yet and place not in running and not consultation.has_place_for_state
            _record(site, consultation, missing, unmarked, result)
    return result


def _place(site: Site, consultation: Consultation) -> str:
    column = site.column_of(consultation.page.url)
    return column.url if column is not None else consultation.page.record.column_name or ""


def _lacks(consultation: Consultation, field: str, usual: bool) -> bool:
    dated = consultation.end is not None or consultation.standing
    if "状态" in field:
        return not consultation.state and (usual or not dated)
    return not dated


def _record(
    site: Site, consultation: Consultation, missing: list[str], unmarked: bool, result: Result
) -> None:
    """Record what is missing; ``unmarked``: it runs still, and its column shows a state of ended ones alone."""
    page = consultation.page
    title = page.record.title or ""
    common = {
        "url": page.url, "department": consultation.department,
        "evidence": {"title": title, "missing": missing, "published": page.record.published},
    }
    words = f"意见征集{cited(title)}"
    why = _why_unseen(site, page)
    if why:
        result.unverified(**common, message=f"{words}{why}，无法确认是否注明{'、'.join(missing)}")
    else:
        # what asks for ideas in passing (您说了算) may be a vote or a campaign
        asks = "意见" in title or "建议" in title or page.record.page_kind == "consultation"
        dated = not any("时间" in name for name in missing)
        term = consultation.unread_term if not dated else ""
        if term:
            doubt = f"，页面另有“{term}”，请核对"
            result.fail(**common, confidence="review", message=f"{words}没有注明{'、'.join(missing)}{doubt}")
            return
        doubt = "，请核对是否征集意见" if not asks else "，本栏目只注明已经结束的，请核对" if unmarked and dated else ""
        result.fail(
            **common, confidence="review" if doubt else "certain",
            message=f"{words}没有注明{'、'.join(missing)}{doubt}",
        )


def _why_unseen(site: Site, page: Page) -> str | None:
    """Return why the page may say what was not read of it."""
    if page.record.script_shell:
        return "页面由脚本填充"
    if page.record.text_length < _LEAST_TEXT:
        return "正文只有图片或附件"
    # the notice itself may be a file: what then stands on the page is but a line or two
    short = page.record.text_length < _SHORT_TEXT and site.attachment_texts(page)[1]
    return "有附件没有读到" if short else None
