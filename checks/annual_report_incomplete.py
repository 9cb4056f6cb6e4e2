"""年度报告内容不全

政府信息公开工作年度报告缺少规定的部分，或者没有写规则包要求写入的内容。

依据
《政府信息公开条例》第五十条；国办公开办函〔2021〕30 号统一格式的六个部分；各地政务公开工作要点“将落实情况纳入政府
信息公开工作年度报告”。部分和内容由规则包给出，标题的各种写法见 rules/lexicons/annual-report.yaml。

判定
2021 年度起的报告，正文里没有规定部分的标题，判为缺少该部分；正文（含表格）里没有要求写入的内容的任一写法，提请人工
复核。

不判定
部分标题没有单独成行、只在段落里提到的，提请人工复核。报告正文很短，内容在附件或图片里的，记“未能核实”。对报告的解读、
往年格式的报告不判断。

整改
按统一格式补齐各部分和要求写入的内容，没有的写明“无”。
"""

from __future__ import annotations

import re
from typing import Any

import checks.model
from checks.annual import Report, lines_without_tables, reports_of
from checks.lexicon import any_of, lexicon
from checks.model import Context, Result
from checks.site import Site
from checks.titles import cited, key, key_of_text

_LONGEST = 200_000
_SENTENCE_ENDS = ("。", "；", ";", "，")


class Parameters(checks.model.Parameters):
    """What a report must hold.

    ``parts``: parts of the uniform form; ``keywords``: contents, each with its alternatives (``甲|乙``);
    ``years``: how many years of reports are looked at.
    """

    parts: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    years: int = 5


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Judge the reports of the uniform form's years."""
    result = Result()
    first = max(lexicon("annual-report")["first_year"], context.plan_year - parameters.years)
    for report in reports_of(site):
        if first <= report.year < context.plan_year:
            result.examine(report.department)
            _judge(site, report, parameters, result)
    return result


def _judge(site: Site, report: Report, parameters: Parameters, result: Result) -> None:
    lines = lines_without_tables(site, report.page) or report.page.text.split("\n")
    body = key_of_text(report.page.text[:_LONGEST] or "".join(lines)[:_LONGEST])
    missing = [(part, _mentioned(part, lines)) for part in parameters.parts if not _headed(part, lines)]
    absent = [
        subject for subject in parameters.keywords
        if not any(key(one) in body for one in subject.split("|"))
    ]
    if not missing and not absent:
        return
    title = cited(report.page.record.title or "")
    common: dict[str, Any] = {"url": report.page.url, "department": report.department}
    if report.page.record.script_shell or len(body) < lexicon("annual-report")["least_text"]:
        result.unverified(**common, message=f"{title}正文很短，内容可能在附件或图片里，无法确认各部分是否齐全")
        return
    for part, mentioned in missing:
        result.fail(
            **common, target=part, confidence="review" if mentioned else "certain",
            evidence={"year": report.year, "headings": _headings(lines)[:12]},
            message=f"{title}没有“{part}”部分" + ("（正文有所提及，请核对）" if mentioned else ""),
        )
    for subject in absent:
        name = subject.split("|", 1)[0]
        result.fail(
            **common, target=name, confidence="review", evidence={"year": report.year, "searched": subject.split("|")},
            message=f"{title}没有写到“{name}”，请核对",
        )


def _patterns(part: str) -> re.Pattern[str]:
    return any_of(lexicon("annual-report")["parts"].get(part, [re.escape(part)]))


def _headings(lines: list[str]) -> list[str]:
    words = lexicon("annual-report")
    heading = any_of([words["heading"]])
    return [line for line in lines if len(line) <= words["longest_heading"] and heading.search(line)]


def _headed(part: str, lines: list[str]) -> bool:
    """Whether a line of its own heads the part; a heading without number counts where it ends like one."""
    words = lexicon("annual-report")
    longest, heading, pattern = words["longest_heading"], any_of([words["heading"]]), _patterns(part)
    for line in lines:
        plain = line.replace(" ", "")
        if len(plain) <= longest and not plain.endswith(_SENTENCE_ENDS) and pattern.search(plain):
            return True
        if heading.search(line) and pattern.search(plain[:longest]):
            return True
    return False


def _mentioned(part: str, lines: list[str]) -> bool:
    pattern = _patterns(part)
    return any(pattern.search(line.replace(" ", "")) for line in lines)
