"""来信答复敷衍

答复空洞、推诿，或者用同一段话答复许多不同的来信。

依据
2021 年临淄区政务公开工作要点“对公众意见、建议和批评认真答复”，严防答复推诿、敷衍；国办秘函〔2019〕19 号检查指标
“办理答复”。判断所用的词和数见 rules/lexicons/replies.yaml。

判定
去掉问候、感谢等客套话，再去掉“我们高度重视”“已转相关部门处理”之类没有内容的套话之后，什么也没剩下的，是空洞
答复；通篇只有表态（提高站位、加大力度、进一步改进）而没有一件事的，提请人工复核；篇幅很短，只说不归本单位管、让来信人自己去找别的单位，又没有给出电话、依据、已做的工作的，是推诿答复。

不判定
给出了联系电话、法规依据、办理条件、期限，或者说明了已经核实、处理情况，话短而说了事的答复，不判；写明答复内容不公开的；不予受理、撤回、重复、
无效的来信，表扬、感谢的来信。指明了应找哪个单位的推诿，另说了别的话的推诿，只让另打热线、电话的，只说已电话答复的，提请人工复核。同一段答复用在三封以上互不相干的来信上，且没有上述实质内容的，提请人工复核；来信问的是同一件事的，
答复相同属正常。答复很长而没有一处像是回答所问的，也提请人工复核。没有读到答复内容的来信不作判断。

整改
逐条回应来信所提的问题，说明事实、依据和处理结果；确不属本单位职责的，写明承办单位和联系方式，或者直接转办。
"""

from __future__ import annotations

import re
from collections import defaultdict

import checks.model
from checks.days import day_of
from checks.letter_states import is_out
from checks.letters import SiteLetter
from checks.lexicon import any_of, lexicon
from checks.model import Context, Result
from checks.site import Site
from checks.titles import differ_clearly, key, worded

_SHOWN, _SIGNED = 60, 60
_NOTHING = 2
_UNIT = re.compile(r"\s*[\u4e00-\u9fff]{3}")
_ENDS = "。！!？?；;"
_PLAIN = re.compile("(?:可以|不可以|需要|不需要|能|不能|是的?|不是|有|没有|暂时没有|支持|不支持)")
_YES_OR_NO = re.compile("吗|是否|能否|可否|会不会|能不能|可不可以|有没有|需不需要|要不要")


class Parameters(checks.model.Parameters):
    """``years``: how many years back from the plan year letters are looked at, all when None."""

    years: int | None = None


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Judge every letter whose reply was read."""
    result = Result()
    judged: list[SiteLetter] = []
    for entry in site.letters:
        received = day_of(entry.letter.received)
        old = parameters.years and received and received.year <= context.plan_year - parameters.years
        if old or is_out(entry) or not (entry.letter.reply or "").strip() or _needs_no_answer(entry):
            continue
        result.examine(entry.department)
        if not _judge(entry, result):
            judged.append(entry)
    _judge_templates(judged, result)
    return result


def _needs_no_answer(entry: SiteLetter) -> bool:
    """Whether a letter thanks or praises, or only tries the form."""
    return bool(re.search(lexicon("replies")["needs_no_answer"], entry.letter.title))


def _judge(entry: SiteLetter, result: Result) -> bool:
    """Record a hollow or buck-passing reply; return whether it was one."""
    reply = " ".join((entry.letter.reply or "").split())
    words = lexicon("replies")
    told = _unsigned(reply)
    if re.search(words["goes_on"], told):
        return False
    if any_of(words["substance"]).search(told):
        return _judge_hotline(entry, reply, told, result)
    bare = any_of(words["courtesies"]).sub("", told)
    left = key(any_of(words["hollow"]).sub("", bare))
    common = {"url": entry.url, "locator": entry.locator, "department": entry.department}
    evidence = {"title": entry.letter.title, "reply": reply[:200], "characters_left": len(left)}
    quoted = f"来信{worded(entry.letter.title)}的答复“{_cut(reply)}”"
    if any_of(words["buck_passing"]).search(bare) and len(key(bare)) <= words["most_passing_characters"]:
        named = re.search(words["named_unit"], bare)
        more = len(_beside_stock(any_of(words["buck_passing"]).sub("", bare))) >= words["bare_characters"]
        doubt = "（指明了单位，请复核）" if named else "（另有说明，请复核）" if more else ""
        result.fail(
            **common, evidence=evidence, confidence="review" if doubt else "certain",
            message=f"{quoted}只把来信人支到别处，没有给出承办单位电话、依据或者已做的工作，属推诿答复{doubt}",
        )
        return True
    if _is_hollow(left, bare) and not _answers_plainly(bare, entry) and not re.search(words["withheld"], bare):
        stated = len(left) >= words["bare_characters"]
        elsewhere = re.search(words["answered_elsewhere"], bare)
        doubt = "（或已另行答复，请复核）" if elsewhere else "（请复核）" if stated else ""
        said = "后只剩表态" if stated else f"后只剩 {len(left)} 个字"
        result.fail(
            **common, evidence=evidence, confidence="review" if doubt else "certain",
            message=f"{quoted}去掉客套话、套话{said}，没有实质内容，属空洞答复{doubt}",
        )
        return True
    if _talks_past(bare, entry):
        result.fail(
            **common, evidence=evidence, confidence="review",
            message=f"{quoted}没有回答来信所问的事项，疑为空洞答复，请复核",
        )
        return True
    return False


def _talks_past(bare: str, entry: SiteLetter) -> bool:
    """Whether a long reply to something asked holds nothing of what answers are made of: figures, conditions, deeds."""
    words = lexicon("replies")
    asked = f"{entry.letter.title} {entry.letter.question or ''}"
    return len(key(bare)) >= words["least_talk"] and bool(re.search(words["asked"], asked)) and not (
        re.search(words["answers"], bare) or re.search(words["withheld"], bare)
    )


def _is_hollow(left: str, bare: str) -> bool:
    """Whether what a reply says beside courtesies is nothing, or only avows: few words may say all there is."""
    words = lexicon("replies")
    if len(left) < words["bare_characters"]:
        return True
    rest = len(_beside_stock(bare))
    few = rest < words["least_characters"] and rest < words["least_share"] * len(key(bare))
    return bool(few or rest < words["bare_characters"])


def _beside_stock(text: str) -> str:
    """Return, without marks, what a text says beside the words of avowals (提高站位、加大力度)."""
    words = lexicon("replies")
    return key(any_of(words["stock"]).sub("", any_of(words["hollow"]).sub("", text)))


def _judge_hotline(entry: SiteLetter, reply: str, told: str, result: Result) -> bool:
    """Record for review a reply that tells nothing but a hotline, or a number that it does not say is whose."""
    words = lexicon("replies")
    without = re.sub(words["hotline"], "", told)
    if without == told or re.search(words["named_phone"], told) or any_of(words["substance"]).search(without):
        return False
    left = any_of(words["courtesies"]).sub("", without)
    for pattern in ("hollow", "buck_passing"):
        left = any_of(words[pattern]).sub("", left)
    if len(key(left)) > _NOTHING:
        return False
    result.fail(
        url=entry.url, locator=entry.locator, department=entry.department, confidence="review",
        evidence={"title": entry.letter.title, "reply": reply[:200], "characters_left": len(key(left))},
        message=f"来信{worded(entry.letter.title)}的答复“{_cut(reply)}”只让来信人另打热线、电话，没有答复所提问题，疑为推诿，请核对",
    )
    return True


def _unsigned(reply: str) -> str:
    """Return a reply without the unit and the day it is signed with.

    A unit stands apart, behind a sentence: 社区可上门代办。 ends like one and is none.
    """
    tail = reply[-_SIGNED:]
    match = re.search(lexicon("replies")["signature"], tail)
    if match is None:
        return reply
    before = tail[:match.start()]
    named = _UNIT.match(match.group())
    if named and not (before and (before[-1].isspace() or before[-1] in _ENDS)):
        return reply
    return reply[:-_SIGNED] + before


def _answers_plainly(reply: str, entry: SiteLetter) -> bool:
    """Whether a short reply answers a yes-or-no question (可以、不需要) and leaves nothing open."""
    asked = f"{entry.letter.title} {entry.letter.question or ''}"
    return bool(_PLAIN.match(key(reply))) and bool(_YES_OR_NO.search(asked))


def _judge_templates(entries: list[SiteLetter], result: Result) -> None:
    words = lexicon("replies")
    groups: dict[str, list[SiteLetter]] = defaultdict(list)
    for entry in entries:
        bare = any_of(words["courtesies"]).sub("", _unsigned(" ".join((entry.letter.reply or "").split())))
        # a template may take up the letter's own title, and count its letters
        text = re.sub(r"\d+", "", key(bare).replace(key(entry.letter.title), ""))
        if len(text) >= words["least_template_characters"] and not any_of(words["substance"]).search(bare):
            groups[text].append(entry)
    for group in groups.values():
        apart = [entry for entry in group if _unlike_the_others(entry, group)]
        if len(apart) < words["repeated_letters"]:
            continue
        for entry in apart:
            reply = " ".join((entry.letter.reply or "").split())
            result.fail(
                url=entry.url, locator=entry.locator, department=entry.department, confidence="review",
                evidence={"title": entry.letter.title, "reply": reply[:200], "letters": len(apart)},
                message=f"来信{worded(entry.letter.title)}的答复“{_cut(reply)}”同时用于 {len(apart)} 封"
                "互不相干的来信，疑为模板答复，请核对是否回应了所提问题",
            )


def _unlike_the_others(entry: SiteLetter, group: list[SiteLetter]) -> bool:
    return any(differ_clearly(entry.letter.title, other.letter.title) for other in group if other is not entry)


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
