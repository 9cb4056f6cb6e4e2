"""年度报告内容不全

政府信息公开工作年度报告缺少规定的部分，或者没有写规则包要求写入的内容。

依据
《政府信息公开条例》第五十条；国办公开办函〔2021〕30 号统一格式的六个部分；各地政务公开工作要点“将落实情况纳入政府
信息公开工作年度报告”。部分和内容由规则包给出，标题的各种写法见 rules/lexicons/annual-report.yaml。

判定
2021 年度起的报告，正文和附件里没有规定部分的标题，判为缺少该部分；总体情况、存在的主要问题、其他
事项只有标题、紧接着就是下一部分的，同样；正文（含表格）和附件里没有要求写入的内容的任一写法，
提请人工复核。规则包要求的几项属于同一条款的（工作考核、社会评议和责任追究），没有写到的合为一个问题。
同一内容半数以上（至少五份）的报告都没有写到的，多半是各单位共用的写法，合并为一个问题，列出是哪些报告。

不判定
部分标题没有单独成行、只在段落里提到的，提请人工复核。报告正文很短、内容在图片里的，附件没有读到或没有读全的，记“未能核实”。工作考核、社会评议和责任追究属于统一格式的
监督保障部分，报告有这一部分、三项的字样都没有用到的，是否写到结果看不出，同样。规则包只对各级
政府报告提出的要求，不用来衡量部门的报告。对报告的解读、往年格式的报告不判断。

整改
按统一格式补齐各部分和要求写入的内容，没有的写明“无”。
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Literal

import checks.model
from checks.annual import Report, is_governments, lines_of_report, reports_of, text_of_report
from checks.lexicon import any_of, lexicon
from checks.model import Context, Result
from checks.pictures import own_media
from checks.site import Site
from checks.titles import cited, key, key_of_text

_LONGEST = 200_000
_SENTENCE_ENDS = ("。", "；", ";", "，")
# what so many reports leave out alike, and more than this share of those judged, is the form they were written by
_ALIKE, _ALIKE_SHARE = 5, 0.5


class Parameters(checks.model.Parameters):
    """What a report must hold.

    ``parts``: parts of the uniform form; ``keywords``: contents, each with its alternatives (``甲|乙``);
    ``years``: how many years of reports are looked at; ``issuers``: whether all organs' reports are held, or only
    those of governments (county, town). ``together``: whether what one report leaves out is one matter.
    ``within``: the section of the uniform form the contents belong to: a report that has it and uses none of the
    words is not decided.
    """

    parts: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    years: int = 5
    issuers: Literal["all", "governments"] = "all"
    together: bool = False
    within: str = ""


@dataclass(frozen=True)
class Absence:
    """A content that a report does not speak of: the report, what was looked for."""

    report: Report
    searched: tuple[str, ...]


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Judge the reports of the uniform form's years."""
    result = Result()
    first = max(lexicon("annual-report")["first_year"], context.plan_year - parameters.years)
    absences: dict[str, list[Absence]] = defaultdict(list)
    judged = 0
    for report in reports_of(site):
        if not first <= report.year < context.plan_year:
            continue
        if parameters.issuers == "governments" and not is_governments(report.issuer):
            continue
        judged += 1
        result.examine(report.department)
        _judge(site, report, parameters, absences, result)
    for name, found in absences.items():
        _record(site, name, found, judged, result)
    return result


def _judge(
    site: Site, report: Report, parameters: Parameters, absences: dict[str, list[Absence]], result: Result
) -> None:
    lines = lines_of_report(site, report)
    body = key_of_text((text_of_report(site, report) or "".join(lines))[:_LONGEST])
    missing = [(part, _mentioned(part, lines)) for part in parameters.parts if not _headed(part, lines)]
    absent = [
        subject for subject in parameters.keywords
        if not any(key(one) in body for one in subject.split("|"))
    ]
    if absent:
        # what tabs open is no part of the page's text
        body = key_of_text("\n".join([body, *lines])[:2 * _LONGEST])
        absent = [subject for subject in absent if not any(key(one) in body for one in subject.split("|"))]
    hollow = [part for part in parameters.parts if _is_hollow(part, lines)]
    if not missing and not absent and not hollow:
        return
    title = cited(report.title)
    common: dict[str, Any] = {"url": report.url, "department": report.department}
    shell = report.page is not None and report.page.record.script_shell
    if shell or report.unread or len(body) < lexicon("annual-report")["least_text"]:
        where = "附件没有读到或没有读全" if report.unread else "正文很短，内容可能在附件或图片里"
        result.unverified(**common, message=f"{title}{where}，无法确认各部分是否齐全")
        return
    for part, mentioned in missing:
        result.fail(
            **common, target=part, confidence="review" if mentioned else "certain",
            evidence={"year": report.year, "headings": _headings(lines)[:12]},
            message=f"{title}没有“{part}”部分" + ("（正文有所提及，请核对）" if mentioned else ""),
        )
    pictured = report.page is None or bool(report.files) or next(own_media(site, report.page), None) is not None
    for part in hollow:
        result.fail(
            **common, target=part, confidence="review" if pictured else "certain", evidence={"year": report.year},
            message=f"{title}“{part}”部分只有标题，下面没有内容" + ("，请核对是否在图片、附件里" if pictured else ""),
        )
    named = {subject.split("|", 1)[0]: tuple(subject.split("|")) for subject in absent}
    if parameters.together and named:
        named = {"、".join(named): tuple(word for words in named.values() for word in words)}
    if parameters.within and len(absent) == len(parameters.keywords) and key(parameters.within) in body:
        result.unverified(
            **common, target="、".join(named),
            evidence={"year": report.year, "searched": [word for words in named.values() for word in words]},
            message=f"{title}有“{parameters.within}”的内容，没有用到“{'、'.join(named)}”的字样，是否写到结果无法确定",
        )
        return
    for name, searched in named.items():
        absences[name].append(Absence(report, searched))


def _record(site: Site, name: str, found: list[Absence], judged: int, result: Result) -> None:
    """Tell of every report that leaves a content out; once, of the government's own, where most do."""
    alike = len(found) >= _ALIKE and len(found) > _ALIKE_SHARE * judged
    found = sorted(
        found, key=lambda one: (
            -one.report.year, not is_governments(one.report.issuer), site.depth(one.report.url), one.report.url,
        ),
    )
    for one in found[:1] if alike else found:
        spread = f"，{judged} 份报告中有 {len(found)} 份如此" if alike else ""
        evidence: dict[str, Any] = {"year": one.report.year, "searched": list(one.searched)}
        if alike:
            evidence["reports"] = [other.report.url for other in found[:50]]
        result.fail(
            url=one.report.url, department=None if alike else one.report.department, target=name, confidence="review",
            evidence=evidence, message=f"{cited(one.report.title)}没有写到“{name}”{spread}，请核对",
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


def _is_hollow(part: str, lines: list[str]) -> bool:
    """Whether wherever a part that is written out is headed, the next part's heading, or the end, comes at once."""
    words = lexicon("annual-report")
    if part not in words["written_parts"]:
        return False
    heading = any_of([words["heading"]])
    others = any_of([name for known, names in words["parts"].items() if known != part for name in names])
    own = [
        at for at, line in enumerate(lines)
        if len(line) <= words["longest_heading"] and heading.search(line) and _patterns(part).search(line)
        and not line.endswith(_SENTENCE_ENDS)
    ]

    def begins_next(line: str) -> bool:
        return len(line) <= words["longest_heading"] and bool(heading.search(line) and others.search(line))

    return bool(own) and all(at + 1 < len(lines) and begins_next(lines[at + 1]) for at in own)


def _mentioned(part: str, lines: list[str]) -> bool:
    pattern = _patterns(part)
    return any(pattern.search(line.replace(" ", "")) for line in lines)
