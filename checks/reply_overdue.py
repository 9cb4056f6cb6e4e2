"""来信答复超期

公众来信没有在规定时限内答复：至今未答复，或者答复时已经超过时限。

依据
2021 年临淄区政务公开工作要点“对公众意见、建议和批评须在5个工作日内认真答复”等；国办秘函〔2019〕19 号检查
指标单项否决第五项“超过3个月未回应有效留言”。时限由规则包给出。

判定
从收到次日起算，收到当日不计；工作日按国务院办公厅放假调休通知计算。未答复的计到巡检基准日，已答复的计到
答复日期，超过时限即判为超期。时限以月计的，按对应日计算。

不判定
撤回、重复、无效、不予受理的来信；信访、纪检监察、依申请公开、在线访谈、调查征集栏目的（各有自己的期限）；规则包限定了渠道的，
其他渠道的来信。没有公布收到日期，有答复而没有公布答复日期，或者答复日期早于收到日期的，
记“未能核实”；只见到列表、来信页面没有读到而列表又没有注明办理状态的，页面没有注明尚未答复而另有像是答复的文字的，也记“未能核实”。规则包没有给出时限的条款不作判断。
来信页面写明批准延期到某日、没有过那一日的，不判；只写明曾经延期的，提请人工复核。跨入尚无放假通知的年份，工作日暂按推定，并在问题中注明；推定可能影响
结论的，提请人工复核。

整改
未答复的尽快答复并公开；已超期的说明原因，完善转办、催办和到期提醒。
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import checks.model
from checks.days import day_of, months_after, provisional_note, provisional_years
from checks.letter_rests import may_answer
from checks.letter_states import is_out, looks_answered, says_unanswered
from checks.letters import SiteLetter, channel_of
from checks.lexicon import lexicon
from checks.model import Context, Result
from checks.site import Site
from checks.titles import worded

# a holiday adjusts at most this many weekdays: a provisional count nearer to the limit than this may turn
_HOLIDAY_WEEKDAYS = 6


class Parameters(checks.model.Parameters):
    """The limit, in working days or in months; neither: the clause names no limit and nothing is judged.

    ``unanswered_only``: late answers are let pass. ``years``: how many years back from the plan year letters
    are held against the rule; all when None. ``within_days``: only letters received so many days before the day
    judged, all when None. ``channels``: only letters that came in by one of these (words of the column's name: a
    limit of its own for each), all where empty; ``except_channels``: never those.
    """

    working_days: int | None = None
    months: int | None = None
    unanswered_only: bool = False
    years: int | None = None
    within_days: int | None = None
    channels: tuple[str, ...] = ()
    except_channels: tuple[str, ...] = ("信访", "纪检", "监察", "巡察", "在线访谈", "调查征集", "网上调查", "申请公开")


@dataclass(frozen=True)
class Term:
    """How long a letter took, or has waited: in the limit's unit, with the excess over the limit."""

    used: int
    excess: int
    limit: str
    unit: str
    note: str = ""
    doubtful: bool = False


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Judge every valid letter."""
    result = Result()
    if parameters.working_days is None and parameters.months is None:
        if site.letters:
            result.notes.append("条款没有规定来信答复的期限，未判断是否超期；可在规则包中按当地规定写明")
        return result
    readable = any(entry.own_page and (entry.letter.replied or entry.letter.reply) for entry in site.letters)
    for entry in site.letters:
        if is_out(entry) or _too_old(entry, parameters, context) or not _is_meant(site, entry, parameters):
            continue
        result.examine(entry.department)
        _judge(site, entry, parameters, context, result, readable)
    return result


def _too_old(entry: SiteLetter, parameters: Parameters, context: Context) -> bool:
    received = day_of(entry.letter.received)
    if received is None:
        return False
    if parameters.within_days is not None and (context.as_of - received).days > parameters.within_days:
        return True
    return bool(parameters.years and received.year <= context.plan_year - parameters.years)


def _is_meant(site: Site, entry: SiteLetter, parameters: Parameters) -> bool:
    """Whether the limit is that of the channel a letter came in by."""
    channel = channel_of(site, entry)
    if any(word in channel for word in parameters.except_channels):
        return False
    return not parameters.channels or any(word in channel for word in parameters.channels)


def _judge(
    site: Site, entry: SiteLetter, parameters: Parameters, context: Context, result: Result, readable: bool
) -> None:
    letter = entry.letter
    received, replied = day_of(letter.received), day_of(letter.replied)
    evidence: dict[str, object] = {
        "title": letter.title, "received": letter.received, "replied": letter.replied,
        "status": letter.status, "answered_by": letter.department,
    }
    common = {
        "url": entry.url, "locator": entry.locator, "department": entry.department, "evidence": evidence,
    }
    name = f"该信件{worded(letter.title)}" if entry.locator else "该信件"
    if received is not None and received > context.as_of:
        return
    if replied is not None and replied > context.as_of:
        # seen from the day judged, a later answer has not been given yet
        replied = None
        if received is None:
            return
    elif received is None:
        result.unverified(**common, message=f"{name}没有公布收到日期，无法计算答复期限")
        return
    elif replied is None and (_may_be_answered(entry, readable) or _hides_answer(site, entry)):
        words = "已答复但没有公布答复日期" if looks_answered(entry) else "是否已答复没有读到"
        result.unverified(**common, message=f"{name} {received} 收到，{words}，无法判断是否超期")
        return
    if replied is not None and replied < received:
        words = f"答复日期 {replied} 早于收到日期 {received}，无法判断是否超期"
        result.unverified(**common, message=f"{name}的{words}")
        return
    if replied is not None and parameters.unanswered_only:
        return
    term = _term(received, replied or context.as_of, parameters, context)
    evidence.update(used=term.used, excess=term.excess, unit=term.unit)
    if term.excess > 0:
        extended, until = _extended(entry)
        if until is not None and (replied or context.as_of) <= until:
            return
        result.fail(
            **common, confidence="review" if term.doubtful or extended else "certain",
            message=_message(name, received, replied, term, context)
            + ("（页面写明曾经延期，请核对延期是否合规）" if extended else ""),
        )


def _extended(entry: SiteLetter) -> tuple[bool, date | None]:
    """Return whether the letter's own page says, beside the question, that its term was extended, and until when."""
    if entry.own_page is None or "延" not in entry.own_page.text:
        return False, None
    words = lexicon("replies")
    asked = [entry.letter.title, *(entry.letter.question or "").splitlines()]
    for line in entry.own_page.text.splitlines():
        quoted = any(line.strip() in part for part in asked) and not re.search(words["told_officially"], line)
        if not quoted and re.search(words["extended"], line):
            until = re.search(words["extended_until"], line)
            return True, day_of("-".join(part.zfill(2) for part in until.groups())) if until else None
    return False, None


def _term(received: date, end: date, parameters: Parameters, context: Context) -> Term:
    if parameters.working_days is not None:
        limit = parameters.working_days
        used = context.calendar.count(received, end)
        guessed = provisional_years(context.calendar, received, end)
        return Term(
            used, used - limit, f"{limit} 个工作日", "个工作日", provisional_note(guessed),
            doubtful=bool(guessed) and used - limit <= _HOLIDAY_WEEKDAYS,
        )
    months = parameters.months or 0
    due = months_after(received, months)
    return Term((end - received).days, (end - due).days, f"{months} 个月", "天")


def _message(name: str, received: date, replied: date | None, term: Term, context: Context) -> str:
    if replied is None:
        return (
            f"{name} {received} 收到，至 {context.as_of} 未答复，"
            f"已超 {term.limit}时限 {term.excess} {term.unit}{term.note}"
        )
    return (
        f"{name} {received} 收到，{replied} 答复，用时 {term.used} {term.unit}，"
        f"超过 {term.limit}时限 {term.excess} {term.unit}{term.note}"
    )


def _may_be_answered(entry: SiteLetter, readable: bool) -> bool:
    """Whether an answer may exist although no date of one was read.

    ``readable``: answers of other letters were read from this site, so that a page without one has none.
    """
    if looks_answered(entry):
        return True
    if says_unanswered(entry):
        return False
    page = entry.own_page
    if page is not None:
        return page.record.script_shell or not (entry.letter.has_reply_area or readable)
    return not (entry.letter.has_reply_area and entry.locator)


def _hides_answer(site: Site, entry: SiteLetter) -> bool:
    """Whether the page of a letter that does not say it waits holds words that may be its answer."""
    return not says_unanswered(entry) and may_answer(site, entry) is not None
