"""超期公开

主动公开的文件，从成文到在网站公开超过了 20 个工作日。

依据
《政府信息公开条例》第二十六条“属于主动公开范围的政府信息，应当自该政府信息形成或者变更之日起20个工作日内及时公开。
法律、法规对政府信息公开的期限另有规定的，从其规定”。天数由规则包给出。

判定
以成文日期（信息公开表所填，没有的取正文落款）为起点，到页面所示发布日期，当日不计，工作日按国务院办公厅放假调休
通知计算，超过规定天数的提请人工复核。成文日期不等于形成或者变更之日，法律法规也可能另有期限，所以一律不作定论。

不判定
依申请公开、不予公开的文件；转载的上级文件；条例施行（2019 年 5 月 15 日）以前成文的文件；没有成文日期或者没有发布
日期的；只有网页生成日期而没有成文日期的。发布晚于成文一年以上、同一天又发布了五份以上这类旧文件的，多为网站迁移
或补录，记“未能核实”。

整改
建立成文即公开的发布流程；因故迟延的注明原因。
"""

from __future__ import annotations

from collections import Counter
from datetime import date

import checks.model
from checks.days import day_of, provisional_note, provisional_years
from checks.documents import is_document, is_repost
from checks.model import Context, Result
from checks.pairs import listed_days, published_day
from checks.site import Site
from checks.titles import cited
from crawler.snapshot.reader import Page

_MIGRATED, _YEAR = 5, 365


class Parameters(checks.model.Parameters):
    """``working_days``: how many a document may wait for publication; ``since``: documents signed before are let be.

    ``years``: how many years back from the plan year publications are held, all when None.
    """

    working_days: int
    since: date = date(2019, 5, 15)
    years: int | None = None


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Judge every document of the site's own organs that shows both its days."""
    result = Result()
    listed = listed_days(site)
    waiting = [
        (page, signed, published)
        for page in site.documents if _is_open(site, page)
        for signed, published in [(day_of(page.record.attributes.signed), published_day(page, listed))]
        if signed is not None and published is not None and published <= context.as_of and signed >= parameters.since
        and not (parameters.years and published.year <= context.plan_year - parameters.years)
    ]
    bulk = Counter(published for _, signed, published in waiting if (published - signed).days > _YEAR)
    for page, signed, published in waiting:
        department = site.department_of(page)
        result.examine(department)
        used = context.calendar.count(signed, published)
        if used <= parameters.working_days:
            continue
        title = cited(page.record.title or page.url)
        common = {
            "url": page.url, "department": department,
            "evidence": {
                "title": page.record.title, "document_number": page.record.attributes.document_number,
                "signed": str(signed), "published": str(published), "used": used, "limit": parameters.working_days,
            },
        }
        if (published - signed).days > _YEAR and bulk[published] >= _MIGRATED:
            result.unverified(
                **common,
                message=f"文件{title} {signed} 成文，{published} 发布，同日发布的旧文件有 {bulk[published]} 份，"
                "可能是网站迁移或补录，无法判断是否超期公开",
            )
            continue
        note = provisional_note(provisional_years(context.calendar, signed, published))
        result.fail(
            **common, confidence="review",
            message=f"文件{title} {signed} 成文，{published} 才公开，相隔 {used} 个工作日，"
            f"超过 {parameters.working_days} 个工作日 {used - parameters.working_days} 个工作日，请复核{note}",
        )
    return result


def _is_open(site: Site, page: Page) -> bool:
    """Whether a document is the site's own and one to be disclosed unasked."""
    if not is_document(page) or is_repost(page, site.name) or page.url in site.interpretations:
        return False
    shown = f"{page.record.attributes.disclosure or ''}{page.record.attributes.body_disclosure_note or ''}"
    return not any(word in shown for word in ("依申请", "不予公开", "不公开"))
