"""意见征集没有反馈结果

意见征集结束以后，没有在规定时间内公布收集到的意见、采纳情况和不予采纳的原因。

依据
2021 年临淄区、聊城市政务公开工作要点“及时公布意见收集和采纳情况，不予采纳的说明原因”，聊城市并要求“决策作出后
10个工作日内”。时限和应当包括的部分由规则包给出。

判定
征集结束后，征集页面自身（包括正文之外的各块和标签页）、它所链接的页面，以及按《》内名称对应的“征集结果、采纳情况、
意见反馈”类信息里，都找不到结果的，判为没有反馈；找到了但没有规则包要求的部分，判为反馈不全；规则包给出时限的，晚于时限公布也判。

不判定
尚未结束的，读不出结束日期的；规则包没有给出天数的，结束未满 30 天；规则包以决策作出之日起算的，尚未找到正式文件
的。没有收到意见、全部采纳的，不要求说明不予采纳的原因。标题没有《》所指文件的（如征集项目建议），以及只在解读、
起草说明里顺带提到的，以及说到没有采纳的话里另有内容、看不出是不是原因的，以及另有标题只说了事项一部分的反馈的，
征集页面正文之外的一块像是反馈而看不真切的，提请人工复核。反馈只有附件或图片、意见征集栏目或征集页面的关联信息由脚本填充的，记“未能核实”。

整改
补充公布意见收集和采纳情况，逐条说明不予采纳的原因，并与征集页面互相链接。
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Literal

import checks.model
from checks.bodies import labelled_links, lines_of, tree_of
from checks.consultations import Consultation, consultations_of, feedback_pages, is_feedback, told_in_passing
from checks.days import day_of, provisional_note, provisional_years
from checks.lexicon import any_of, lexicon
from checks.model import Context, Result
from checks.organs import without_place
from checks.pairs import relates_by_script
from checks.site import Site
from checks.titles import cited, core, issued_names, key, key_of_text, quoted, subject_words, without_years
from checks.unread import rendering_words
from checks.whole import whole_of
from crawler.snapshot.reader import Page

_LEAST_TEXT, _LEAST_NAME = 60, 6
# what more pages than this link to is of the template
_TEMPLATE_PAGES = 3
_BEGINNING = 4000
_SHOWN = 40
# so much of what sets a subject apart, in one piece, may be the same subject in other words
_LEAST_WORDS, _MOST_WORDS = 3, 0.6


class Parameters(checks.model.Parameters):
    """What must be published, and when.

    ``working_days``: the limit, None where the clause names none: then ``grace_days`` days after the end
    count as time enough; ``after``: what the limit counts from, the consultation's end or the decision;
    ``parts``: what the feedback must hold; ``years``: how many years back from the plan year consultations
    are looked at, all when None.
    """

    working_days: int | None = None
    parts: tuple[str, ...] = ("收集情况", "采纳情况")
    after: Literal["end", "decision"] = "end"
    grace_days: int = 30
    years: int | None = None


@dataclass(frozen=True)
class Feedback:
    """Where a consultation's result was found, its text, its day (None where it is the consultation itself)."""

    page: Page
    text: str
    day: date | None


@dataclass(frozen=True)
class Published:
    """What a site publishes of its consultations' results.

    By the keys of their subjects, by the keys of their titles, by the consultations they link back to; by subject, what
    explanations tell in passing; and the beginnings, as keys, of those whose titles name no subject, by address.
    """

    by_subject: dict[str, list[Page]]
    titled: list[tuple[str, Page]]
    returning: dict[str, list[Page]]
    in_passing: dict[str, list[Page]]
    unnamed: dict[str, str]


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Judge every consultation that has ended."""
    result = Result()
    published = _published(site)
    for consultation in consultations_of(site):
        end = consultation.end
        if end is None or end >= context.as_of:
            continue
        if parameters.years and end.year <= context.plan_year - parameters.years:
            continue
        result.examine(consultation.department)
        _judge(site, consultation, published, parameters, context, result)
    return result


def _published(site: Site) -> Published:
    titled = [(key(page.record.title or ""), page) for page in site.articles if is_feedback(page)]
    # what names its subject itself is found by it
    unnamed = [page for _, page in titled if not quoted(page.record.title or "")]
    returning: dict[str, list[Page]] = defaultdict(list)
    for page in unnamed:
        for address, _, _ in site.snapshot.links_from(page.url):
            if site.link_counts.get(address, 0) <= _TEMPLATE_PAGES:
                returning[site.page_address(address)].append(page)
    beginnings = {page.url: key_of_text(page.text[:_BEGINNING]) for page in unnamed}
    return Published(feedback_pages(site), titled, returning, told_in_passing(site), beginnings)


def _judge(
    site: Site, consultation: Consultation, published: Published, parameters: Parameters, context: Context,
    result: Result,
) -> None:
    found = list(_feedback(site, consultation, published))
    start = consultation.end if parameters.after == "end" else _decided(site, consultation)
    if start is None:
        return
    title = consultation.page.record.title or ""
    event = "结束" if parameters.after == "end" else "所议事项作出决策"
    words = f"意见征集{cited(title)} {start} {event}"
    common: dict[str, Any] = {
        "url": consultation.page.url, "department": consultation.department,
        "evidence": {
            "title": title, "end": str(consultation.end), "counted_from": str(start),
            "feedback": [feedback.page.url for feedback in found][:5],
        },
    }
    if not found:
        told = next((page for name in consultation.subjects for page in published.in_passing.get(name, ())), None)
        near = _near(consultation, published, site.name) if told is None else None
        hints = f"，只在{cited(told.record.title or told.url)}里顺带提到，请核对" if told is not None else ""
        hints = f"，另有{cited(near.record.title or near.url)}，请核对是否同一事项" if near is not None else hints
        trace = "" if hints else _trace(site, consultation)
        hints = f"，征集页面另有“{trace}”，请核对是否反馈" if trace else hints
        _judge_absence(site, consultation, words, start, hints, common, parameters, context, result)
        return
    text = "\n".join(feedback.text for feedback in found)
    lacking = [part for part in parameters.parts if not _holds(part, text)]
    if lacking:
        short = all(len(feedback.text) < _LEAST_TEXT or feedback.page.record.script_shell for feedback in found)
        if short or any(feedback.page.record.attachments for feedback in found):
            result.unverified(
                **common, message=f"{words}，反馈页面没有读到{'、'.join(lacking)}，可能在附件或图片里，无法确认"
            )
        else:
            doubt = all("原因" in part or "理由" in part for part in lacking) and _says_more(text)
            result.fail(
                **common, confidence="review" if doubt else "certain",
                message=f"{words}，公布的反馈没有{'、'.join(lacking)}{'，请复核' if doubt else ''}",
            )
        return
    days = [feedback.day for feedback in found if feedback.day is not None]
    if parameters.working_days is not None and len(days) == len(found):
        used = context.calendar.count(start, min(days)) if min(days) > start else 0
        if used > parameters.working_days:
            note = provisional_note(provisional_years(context.calendar, start, min(days)))
            result.fail(
                **common, message=f"{words}，{min(days)} 才公布反馈，用时 {used} 个工作日，超过"
                f" {parameters.working_days} 个工作日时限 {used - parameters.working_days} 个工作日{note}",
            )


def _judge_absence(
    site: Site, consultation: Consultation, words: str, start: date, hints: str, common: Mapping[str, Any],
    parameters: Parameters, context: Context, result: Result,
) -> None:
    """Judge one without feedback; ``hints`` say, for the end of a sentence, where there may be some."""
    if parameters.working_days is not None:
        used = context.calendar.count(start, context.as_of)
        over = used - parameters.working_days
        note = provisional_note(provisional_years(context.calendar, start, context.as_of))
        late = f"已超 {parameters.working_days} 个工作日时限 {over} 个工作日{note}"
    else:
        days = (context.as_of - start).days
        over, late = days - parameters.grace_days, f"已 {days} 天"
    if over <= 0:
        return
    doubt = _doubt(site, consultation)
    if doubt:
        result.unverified(**common, message=f"{words}，没有读到反馈结果，但{doubt}，无法确定")
    else:
        named = "《" in (consultation.page.record.title or "")
        result.fail(
            **common, confidence="certain" if named and not hints else "review",
            message=f"{words}，至 {context.as_of} {late}，没有公布意见收集和采纳情况{hints}",
        )


def _doubt(site: Site, consultation: Consultation) -> str | None:
    """Return why feedback may exist that was not read."""
    if consultation.page.record.script_shell:
        return "征集页面由脚本填充"
    if relates_by_script(site, consultation.page):
        return "征集页面的关联信息由脚本填充"
    unread = (address for address in _labelled(site, consultation) if site.page_of(address) is None)
    if any(site.reach(address).state != "dead" for address in unread):
        return "征集页面上“结果反馈”一类的链接没有读到"
    words = any_of(lexicon("consultations")["feedback_words"])
    for column in site.columns:
        if column.type == "consultations" or words.search(column.name):
            if column.script_filled:
                return f"“{column.name}”栏目的列表由脚本填充{rendering_words(site, column.pages)}"
            if not column.complete:
                return f"“{column.name}”栏目有分页未能读取"
    return "抓取没有完成" if site.snapshot.pending() else None


def _feedback(site: Site, consultation: Consultation, published: Published) -> Iterator[Feedback]:
    """Yield where a consultation's result stands: linked pages, pages of its name, the page itself."""
    words = lexicon("consultations")
    told = any_of(words["feedback_words"])
    seen: set[str] = {consultation.page.url}
    linked = [link.href for link in consultation.page.record.related if link.relation == "feedback"]
    linked += [
        address for address, _, text in site.snapshot.links_from(consultation.page.url)
        if told.search(text) and _names(text, consultation)
    ]
    beside = any_of(words["results_beside"])
    linked += [address for address, text in consultation.beside if beside.search(text)]
    pages = [site.page_of(address) for address in linked]
    pages += published.returning.get(consultation.page.url, [])
    labelled = (site.page_of(address) for address in _labelled(site, consultation))
    pages += [page for page in labelled if page is not None and _tells_result(page)]
    subjects = consultation.subjects | {without_place(name, site.name) for name in consultation.subjects}
    pages += [page for name in subjects for page in published.by_subject.get(name, ())]
    pages += [
        page for name, page in published.titled
        if any(len(subject) >= _LEAST_NAME and subject in name for subject in subjects)
    ]
    asks = any_of(words["taking_part"])
    for page in pages:
        if page is None or (asks.search(page.record.title or "") and not _tells_result(page)):
            continue
        if page.url not in seen and page.record.page_kind != "column":
            seen.add(page.url)
            day = day_of(page.record.published) or day_of(page.record.published_tag)
            yield Feedback(page, _text(site, page), day)
    own = consultation.page.text or consultation.text
    inline = any_of(words["feedback_inline"])
    if inline.search(own):
        yield Feedback(consultation.page, own, None)
        return
    # what came of it may stand in a block beside the text
    others = whole_of(site, consultation.page).beside(own)
    if any(_tells(line) for line in others):
        yield Feedback(consultation.page, "\n".join(others), None)


def _trace(site: Site, consultation: Consultation) -> str:
    """Return what on a consultation's page may be its result though it does not plainly say so; empty for nothing.

    That is what stands under a heading of results, in a hidden block, or in the words of other consultations' pages.
    """
    words = lexicon("consultations")
    headed, counter = re.compile(words["results_headed"]), re.compile(words["counter"])
    whole = whole_of(site, consultation.page)
    beside = whole.beside(consultation.page.text)
    for line in (*whole.hidden, *whole.alike, *filter(counter.search, beside)):
        if _tells(line) or (line in beside and any_of(words["feedback_inline"]).search(line)):
            return line[:_SHOWN]
    for lines in (whole.beside(consultation.page.text, alike=True), whole.hidden):
        for heading, line in pairwise(lines):
            if headed.fullmatch(key(heading)) and re.search(words["result_told"], _without_label(line)):
                return line[:_SHOWN]
    return ""


def _tells(line: str) -> bool:
    """Whether a line beside a consultation's text tells its result: more than a label, or a mere count of opinions."""
    words = lexicon("consultations")
    if re.search(words["counter"], line):
        return False
    return bool(any_of(words["feedback_inline"]).search(_without_label(line)))


def _without_label(line: str) -> str:
    """Return a line without a label that nothing stands behind."""
    return re.sub(lexicon("consultations")["label_alone"], "", line)


def _labelled(site: Site, consultation: Consultation) -> list[str]:
    """Return the addresses behind a label of feedback whose links say nothing of their own (结果反馈：点击查看)."""
    words = lexicon("consultations")
    told, mere = any_of(words["feedback_words"]), any_of(words["mere_links"])
    page = consultation.page
    # hardly any page has such a link of its own: the others need not be looked at
    own = any(
        element == "a" and mere.fullmatch(key(text)) and site.link_counts.get(address, 0) <= _TEMPLATE_PAGES
        for address, element, text in site.snapshot.links_from(page.url)
    )
    return [
        address for address, text, label in labelled_links(site, page)
        if told.search(label) and mere.fullmatch(key(text)) and _names(label, consultation)
    ] if own and told.search(page.text + consultation.text) else []


def _tells_result(page: Page) -> bool:
    """Whether a page tells what a consultation brought, not how to take part in one."""
    return is_feedback(page) or bool(any_of(lexicon("consultations")["feedback_inline"]).search(page.text))


def _near(consultation: Consultation, published: Published, site_name: str) -> Page | None:
    """Return a page of feedback, not before the end, that names what sets the subject apart, if not the whole name."""
    later = [
        (name, page) for name, page in published.titled
        if (day := day_of(page.record.published)) is None or consultation.end is None or day >= consultation.end
    ]
    for subject in sorted(consultation.subjects):
        bare = without_place(subject, site_name)
        words = subject_words(bare)
        size = max(_LEAST_WORDS, math.ceil(len(words) * _MOST_WORDS))
        parts = [words[at:at + size] for at in range(len(words) - size + 1)]
        for name, page in later:
            named = any(
                len(inner) >= _LEAST_NAME and inner in bare and len(subject_words(inner)) >= 2
                for inner in map(key, quoted(page.record.title or ""))
            )
            told = len(bare) >= _LEAST_NAME and bare in published.unnamed.get(page.url, "")
            if named or told or any(part in name for part in parts):
                return page
    return None


def _names(text: str, consultation: Consultation) -> bool:
    """Whether a link's words are a mere label (结果反馈) or name the consultation's subject."""
    return len(text) <= 12 or any(name in core(text) or core(text) in name for name in consultation.subjects)


def _text(site: Site, page: Page) -> str:
    return page.text if len(page.text) >= _LEAST_TEXT else "\n".join(lines_of(tree_of(site, page))) or page.text


def _holds(part: str, text: str) -> bool:
    words = lexicon("consultations")
    if "原因" in part or "理由" in part:
        if any_of(words["all_adopted"]).search(text) or any_of(words["none_refused"]).search(text):
            return True
        if _all_counted(text):
            return True
        part = "不予采纳的原因"
    patterns = words["parts"].get(part, [part])
    return bool(any_of(patterns).search(text))


def _says_more(text: str) -> bool:
    """Whether what tells of refused opinions says more than how many: perhaps the reason in words not known."""
    words = lexicon("consultations")
    refusal, neutral = re.compile(words["refusal"]), re.compile(words["refusal_neutral"])
    return any(
        len(key(neutral.sub("", sentence))) >= words["least_refusal"]
        for sentence in re.split(r"[。；;\n]", text) if refusal.search(sentence)
    )


def _all_counted(text: str) -> bool:
    """Whether as many opinions were adopted as were received: none is left to give a reason for."""
    counts = lexicon("consultations")["counts"]
    received, adopted = (re.search(counts[name], text) for name in ("received", "adopted"))
    return bool(received and adopted and received[1] == adopted[1])


def _decided(site: Site, consultation: Consultation) -> date | None:
    """Return the day what was consulted on was issued; None where no such document was found."""
    days = []
    subjects = set(consultation.subjects)
    timeless = {without_years(subject) for subject in subjects}
    for page in site.documents:
        title = page.record.title or ""
        if is_feedback(page) or page.url == consultation.page.url or "征求" in title or "征集" in title:
            continue
        named = issued_names(title)
        if named & subjects or {without_years(name) for name in named} & timeless:
            day = day_of(page.record.attributes.signed) or day_of(page.record.published)
            if day is not None and consultation.start is not None and day >= consultation.start:
                days.append(day)
    return min(days, default=None)
