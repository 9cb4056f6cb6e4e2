"""政策文件没有解读

应当解读的文件，在网站上找不到对应的解读。

依据
2021 年临淄区政务公开工作要点“主动公开的行政规范性文件、重要政策文件、有关工作方案、年度报告等，均应进行
解读”等；国办关于政策解读与文件同步组织、同步审签、同步部署的要求。

判定
规则包所列文种的本级文件，既没有页面上的解读链接、解读附件，也没有任何解读信息指向它，也没有标题（含《》内、
去掉印发机关和年度后的名称）、文号与之对应的解读（含一图读懂、图解、视频、问答、新闻发布会），判为没有解读。

不判定
人事任免、会议与活动通知、建议提案答复、批复与函、表彰通报、公示公告、转发转载的上级文件，以及解读本身；已废止
失效的文件：页面自己标明的，清理结果、废止决定按文号列出的，自定的有效期已满的；只按标题与清理结果对应的，提请人工
复核。发布未满规则包所给期限的文件。解读栏目由脚本填充或没有读全、抓取没有完成的，
本页正文里另有较短的解读一节的，记“未能核实”；另有一百四十字以上的解读一节的，算有解读。只有征求意见时的说明，或者
半年以前发布的同名解读（多为旧文件的）与之对应、又没有链接的，提请人工复核。
规则包要求年度报告也作解读的，同一年度的报告多数有解读时，没有解读的才判；否则是否另需解读由人工判断。

整改
由起草部门补充解读并与文件互相链接；今后解读材料与文件同步起草、同步发布。
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

import checks.model
from checks.days import day_of
from checks.documents import is_document, is_repost
from checks.ended import is_filed_as_ended, is_said_ended, own_term, repeals_of
from checks.model import Context, Result
from checks.pairs import links
from checks.site import Site
from checks.titles import cited, key, years
from checks.unread import rendering_words
from crawler.snapshot.reader import Page
from rules.lexicons import document_kinds, interpretation_exempt

_ANNUAL_REPORTS = "年度报告"
_OWN_HEADING = re.compile(
    r"^\W*(?:[一二三四五六七八九十]+、|附[件录]?\d*[:：]?)?\s*"
    r"(?:政策|文件|本文件|(?:《[^》]{2,40}》)?的?)?(?:解读|起草说明|政策说明|政策问答)\W*$"
)
_HEADING_LENGTH = 60
# an empty 解读 heading stands in many templates; a section worth the name is longer
_OWN_LENGTH, _OWN_LONG = 120, 140
# what explains a document is not published half a year before it; what explains a draft is not on the document
_LONG_BEFORE = 180
_DRAFT = re.compile(r"征求意见|草案|送审稿|讨论稿|公开征求")


class Parameters(checks.model.Parameters):
    """What needs an interpretation.

    ``scope``: kinds of documents (文种); ``title_keywords``: only titles that hold one of these words, all
    where empty; ``exempt_keywords``: titles that hold one never need one; ``days_allowed``: days after
    publication before it is missed; ``years``: how many years back from the plan year documents are held,
    all when None.
    """

    scope: tuple[str, ...] = ("行政规范性文件", "政策文件")
    title_keywords: tuple[str, ...] = ()
    exempt_keywords: tuple[str, ...] = ()
    days_allowed: int | None = None
    years: int | None = None


@dataclass(frozen=True)
class Doubt:
    """A reason why an interpretation may have been missed.

    ``department``: whose column was not read, None where it may be anyone's; ``sure``: the departments whose own
    columns of interpretations were read whole.
    """

    reason: str
    department: str | None
    sure: frozenset[str | None]

    def concerns(self, department: str | None) -> bool:
        """Whether a department's documents may have their interpretations where nothing was read."""
        if self.department is None or department is None or self.department == department:
            return True
        return department not in self.sure


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Judge every document in scope, and annual reports where the site interprets them at all."""
    result = Result()
    doubts = _doubts(site)
    for page in site.documents:
        kinds = _kinds(site, page, parameters)
        if kinds and _is_due(page, parameters, context):
            _judge(site, page, kinds, doubts, context, result)
    if _ANNUAL_REPORTS in parameters.scope:
        _judge_annual_reports(site, parameters, doubts, context, result)
    return result


def _judge(
    site: Site, page: Page, kinds: frozenset[str], doubts: list[Doubt], context: Context, result: Result
) -> None:
    department = site.department_of(page)
    known = site.interpretations.of(page)
    earlier = _only_earlier(site, page, known) if known else None
    if (known and earlier is None) or _explains_itself_at_length(page):
        result.examine(department)
        return
    repeal = repeals_of(site, context.as_of).of(page)
    if (repeal is not None and repeal.sure) or _is_ended(site, page, context):
        return
    result.examine(department)
    title = page.record.title or ""
    number = page.record.attributes.document_number
    seen = len(site.interpretations.pages)
    common = {
        "url": page.url, "department": department,
        "evidence": {
            "title": title, "document_number": number, "published": page.record.published,
            "kinds": sorted(kinds), "interpretations_seen": seen,
        },
    }
    shown = cited(title) + (f"（{number}）" if number else "")
    why = next((doubt.reason for doubt in doubts if doubt.concerns(department)), None)
    if why is None and page.record.script_shell:
        why = "文件页面由脚本填充"
    if why is None and _explains_itself(page):
        why = "本页正文里另有解读的一节"
    if why:
        result.unverified(**common, message=f"{shown}没有找到解读，但{why}，无法确定")
    else:
        named = cited(repeal.page.record.title or repeal.page.url) if repeal is not None else ""
        doubt = f"；{named}宣布废止或失效的文件中有同名的，请核对是否已经废止" if named else ""
        doubt += f"；只有 {earlier}，请核对是否另有解读" if earlier else ""
        result.fail(
            **common, confidence="review" if doubt else "certain",
            message=f"{shown}{_since(page, context)}没有解读：页面没有解读链接，"
            f"在全站 {seen} 篇解读中也没有与之对应的{doubt}",
        )


def _only_earlier(site: Site, page: Page, known: list[str]) -> str | None:
    """Return in Chinese what alone answers to a document by name, where that was written of what came before it.

    That is what explains a draft, or what was published long before; None where something else answers to it, or
    the two link to each other.
    """
    days = [day for day in (day_of(page.record.attributes.signed), _published(page)) if day is not None]
    draft = _DRAFT.search(page.record.title or "") is not None
    told = None
    for url in known:
        other = site.pages.get(url)
        if other is None or links(site, page.url, url) or links(site, url, page.url):
            return None
        title = other.record.title or ""
        day = _published(other)
        if _DRAFT.search(title) and not draft:
            told = f"征求意见时的{cited(title)}"
        elif day is not None and days and (min(days) - day).days > _LONG_BEFORE:
            told = f"{day} 发布的{cited(title)}"
        else:
            return None
    return told


def _is_ended(site: Site, page: Page, context: Context) -> bool:
    """Whether a document is no longer in force by its own page: a mark, its column, its own term."""
    if is_said_ended(page, context.as_of) or is_filed_as_ended(site, page):
        return True
    term = own_term(page, [file.text for file in site.attachment_texts(page)[0]])
    return term is not None and term < context.as_of


def _explains_itself_at_length(page: Page) -> bool:
    """Whether the document's own page goes on with an interpretation of some length, called so."""
    lines = page.text.splitlines()
    return any(
        "解读" in line and _OWN_HEADING.match(line) and sum(map(len, lines[place + 1:])) >= _OWN_LONG
        for place, line in enumerate(lines) if len(line) <= _HEADING_LENGTH
    )


def _explains_itself(page: Page) -> bool:
    """Whether the document's own page goes on with an interpretation, under a heading of its own."""
    lines = page.text.splitlines()
    return any(
        _OWN_HEADING.match(line) and sum(map(len, lines[place + 1:])) >= _OWN_LENGTH
        for place, line in enumerate(lines) if len(line) <= _HEADING_LENGTH
    )


def _judge_annual_reports(
    site: Site, parameters: Parameters, doubts: list[Doubt], context: Context, result: Result
) -> None:
    """Judge the annual reports of years most of whose reports are interpreted: those without stand out.

    Where a site interprets few of them, whether a report explains itself is left to a person.
    """
    by_year: dict[frozenset[str], list[Page]] = defaultdict(list)
    for page in site.articles:
        title = page.record.title or ""
        is_report = page.record.page_kind == "annual-report" and page.url not in site.interpretations
        if is_report and _ANNUAL_REPORTS in document_kinds(title) and _is_due(page, parameters, context):
            by_year[years(title)].append(page)
    for reports in by_year.values():
        interpreted = sum(bool(site.interpretations.of(page)) for page in reports)
        if interpreted * 2 > len(reports):
            for page in reports:
                _judge(site, page, frozenset({_ANNUAL_REPORTS}), doubts, context, result)
        else:
            result.notes.append("规则包要求年度报告也作解读，而本站年度报告多未另作解读，请人工查看，本检查未判断")


def _kinds(site: Site, page: Page, parameters: Parameters) -> frozenset[str]:
    """Return the kinds in scope a document is of; empty where it needs no interpretation."""
    record = page.record
    title = record.title or ""
    if page.url in site.interpretations or not is_document(page):
        return frozenset()
    column = site.column_of(page.url)
    number = record.attributes.document_number
    kinds = document_kinds(title, number, column.type if column else None) & frozenset(parameters.scope)
    if not kinds or interpretation_exempt(title) or is_repost(page, site.name):
        return frozenset()
    plain = key(title)
    if parameters.title_keywords and not any(key(word) in plain for word in parameters.title_keywords):
        return frozenset()
    if any(key(word) in plain for word in parameters.exempt_keywords):
        return frozenset()
    return kinds


def _is_due(page: Page, parameters: Parameters, context: Context) -> bool:
    published = _published(page)
    if published is None:
        return True
    if published > context.as_of:
        return False
    if parameters.years and published.year <= context.plan_year - parameters.years:
        return False
    return not parameters.days_allowed or published + timedelta(days=parameters.days_allowed) < context.as_of


def _published(page: Page) -> date | None:
    record = page.record
    return day_of(record.published) or day_of(record.attributes.signed) or day_of(record.published_tag)


def _since(page: Page, context: Context) -> str:
    published = _published(page)
    if published is None:
        return ""
    return f" {published} 发布，至 {context.as_of} 已 {(context.as_of - published).days} 天，"


def _doubts(site: Site) -> list[Doubt]:
    """Return why interpretations may exist that were not read, and whose."""
    columns = site.interpretations.columns()
    reasons = [
        (f"“{column.name}”栏目的列表由脚本填充，本次未能读全{rendering_words(site, column.pages)}", column.department)
        for column in columns if column.script_filled
    ]
    reasons += [
        (f"“{column.name}”栏目有分页未能读取", column.department) for column in columns if not column.complete
    ]
    reasons += [
        (f"“{override.name or override.url}”栏目本次未能打开", override.department)
        for override in site.unread_overrides() if override.type == "interpretations"
    ]
    reasons += [
        (f"解读栏目 {url} 本次未能打开", site.department_for(url)) for url in site.unread_interpretation_columns
    ]
    if site.snapshot.pending():
        reasons.append(("抓取没有完成", None))
    sure = frozenset(column.department for column in columns if column.complete and not column.script_filled)
    return [Doubt(reason, department, sure) for reason, department in reasons]
