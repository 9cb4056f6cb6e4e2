"""有效性未标注

行政规范性文件没有标明有效、失效或者废止；或者已经公布废止、失效，原文件页面上却没有标注。

依据
2019 年莱芜区政务公开工作要点“根据清理结果，及时公开政策性文件的废止、失效等情况，并在政府网站已发布的原文件上
作出明确标注”；2024 年周村区政务公开工作要点“根据立改废情况对已公开政策进行动态更新”等。

判定
一、本级行政规范性文件（文号带“规”字，或在规范性文件栏目公开的办法、规定、细则等）的信息公开表、标题和所在栏目都没有标明有效性的，
标题旁也没有标明有效性的图章、页面其他地方也没有写明的，判为未标注；只从标题或栏目看像规范性文件的，提请人工复核；全站规范性文件都没有标注的，也只提请复核。
二、清理结果、废止公告的目录（页面上的，附件里的；表格逐份写明清理结果、分栏打勾、分段
列出的，只取废止、失效的各份），或者新文件写明“同时废止”的旧文件，按文号对应到本站原文件，原文件仍标“有效”或者
没有标注的，判为未标注，并指出由哪一页公布；只按标题对应的，提请人工复核。

不判定
一般公文、新闻、公示、转载的上级文件；正文里泛指的“有效性”“有效期”不算标注，也不算违反。废止日期一栏为空不表示
已废止。晚于巡检基准日才施行的废止不计；只废止其中几条的、
还在征求意见或者拟废止的不计。正文上方、末尾注明本文件已废止的，等于标注。页面或信息公开表由脚本填写、读不到的，记“未能核实”。

整改
在信息公开表中补填有效性；文件废止、失效后随即改注原文件。
"""

from __future__ import annotations

import re

import checks.model
from checks.documents import is_document, is_repost
from checks.ended import drawn_mark, notes_its_end, repeals_of, title_mark
from checks.lexicon import any_of, lexicon
from checks.model import Context, Result
from checks.normative import Repeal, is_normative, is_surely_normative
from checks.scripted import is_scripted
from checks.site import Site
from checks.titles import cited
from checks.whole import Told, field_told
from crawler.snapshot.reader import Page

# where more normative documents than this stand without any mark, the site may tell it in another place
_ENOUGH = 3
_VALUE = r"^.{0,4}(?:有效|失效|废止|无效|作废).{0,4}$"


class Parameters(checks.model.Parameters):
    """``labels``: what a document may be marked as."""

    labels: tuple[str, ...] = ("有效", "失效", "废止")


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Judge every normative document, and every document that the site says is repealed."""
    result = Result()
    repeals = repeals_of(site, context.as_of)
    own = [
        page for page in site.documents
        if is_document(page) and not is_repost(page, site.name) and page.url not in site.interpretations
    ]
    normative = [page for page in own if is_normative(site, page)]
    customary = len(normative) <= _ENOUGH or any(_is_marked(site, page, parameters) for page in normative)
    judged = {page.url for page in normative}
    for page in own:
        repeal = repeals.of(page)
        if repeal is not None or page.url in judged:
            result.examine(site.department_of(page))
            _judge(site, page, repeal, parameters, customary, result)
    return result


def _judge(
    site: Site, page: Page, repeal: Repeal | None, parameters: Parameters, customary: bool, result: Result
) -> None:
    """Judge one document; ``customary``: others of the site are marked, or there are too few to tell."""
    validity = re.sub(r"\s+", "", page.record.attributes.validity or "")
    number = page.record.attributes.document_number
    shown = cited(page.record.title or page.url) + (f"（{number}）" if number else "")
    evidence: dict[str, object] = {
        "title": page.record.title, "document_number": number, "validity": page.record.attributes.validity,
    }
    common = {"url": page.url, "department": site.department_of(page), "evidence": evidence}
    unread = not validity and is_scripted(site, page, "validity")
    told = Told()
    if not validity and (repeal is not None or not _is_marked(site, page, parameters)):
        told = field_told(site, page, "validity", _VALUE)
        validity = drawn_mark(site, page) or ("" if told.hidden else re.sub(r"\s+", "", told.value))
    if repeal is not None and not unread and not _is_ended(site, page, validity):
        stated = f"页面仍标“{validity[:20]}”" if validity else "页面没有标注"
        where = cited(repeal.page.record.title or repeal.page.url)
        when = f" {repeal.day} " if repeal.day else ""
        evidence |= {"repealed_by": repeal.page.url, "repealed": str(repeal.day) if repeal.day else None}
        result.fail(
            **common, confidence="certain" if repeal.sure else "review",
            message=f"文件{shown}已由{when}公布的{where}宣布废止或失效，{stated}",
        )
    elif _is_marked(site, page, parameters) or (validity and _tells(validity, parameters)):
        return
    elif unread:
        result.unverified(**common, message=f"文件{shown}的页面由脚本填写，本次未能读取，无法判断是否标明有效性")
    elif validity:
        result.fail(
            **common, confidence="review",
            message=f"文件{shown}的有效性写作“{validity[:20]}”，不是{'、'.join(parameters.labels)}之一，请复核",
        )
    else:
        shown_empty = page.record.attributes.validity is not None
        sure = is_surely_normative(site, page) and (customary or shown_empty)
        empty = "有效性一栏为空，没有填写" if shown_empty else "没有标明有效性"
        doubt = "" if sure else "，是否属行政规范性文件请复核" if customary else "，本站文件都没有标注，请复核"
        if told.hidden:
            sure, doubt = False, f"，页面隐藏的一块写有“{told.value}”，请复核"
        result.fail(
            **common, confidence="certain" if sure else "review",
            message=f"文件{shown}{empty}（应标明{'、'.join(parameters.labels)}）{doubt}",
        )


def _is_marked(site: Site, page: Page, parameters: Parameters) -> bool:
    validity = re.sub(r"\s+", "", page.record.attributes.validity or "")
    words = lexicon("documents")["validity"]
    if validity and _tells(validity, parameters):
        return True
    if page.record.attributes.abolished or title_mark(page) or notes_its_end(page):
        return True
    return bool(any_of(words["columns_that_tell"]).search(_columns(site, page)))


def _tells(validity: str, parameters: Parameters) -> bool:
    stated = any_of(lexicon("documents")["validity"]["stated"])
    return any(label in validity for label in parameters.labels) or bool(stated.search(validity))


def _is_ended(site: Site, page: Page, validity: str) -> bool:
    ended = any_of(lexicon("documents")["validity"]["ended"])
    return bool(
        ended.search(validity) or page.record.attributes.abolished or ended.search(title_mark(page))
        or notes_its_end(page)
        # where it stands tells nothing against what the page says itself
        or (not validity and re.search(r"废止|失效|历史文件", _columns(site, page)))
    )


def _columns(site: Site, page: Page) -> str:
    column = site.column_of(page.url)
    trail = (page.record.breadcrumb or [])[-2:]
    return " ".join([column.name if column else "", page.record.column_name or "", *trail])
