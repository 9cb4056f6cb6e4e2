"""Proposes, for a requirement's words, which checks serve it, with what parameters, and on what grounds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Any

from rules.drafting.terms import Terms
from rules.lexicons import column_type
from rules.yamlfile import parse

_ADVERBS = (
    r"进一步|继续|持续|及时|主动|全面|深入|大力|稳步|稳妥|不断|切实|依法依规|依法|准确|规范|重点|着力|积极|动态|定期|适时|统一|"
    r"集中|按规定|按要求|高水平|高质量|常态化|更好|突出|严格|充分|认真|同步|率先|逐步|分类|多渠道|多形式|有针对性地|精准|密切|更加"
)
_VERBS = (
    r"做好|加强|加大|加快|推进|推动|推行|围绕|紧扣|聚焦|强化|抓好|完善|健全|落实|公开|公布|发布|更新|推广|宣传|解读|展示|推送|向社会|"
    r"对|将|把|涉及|针对|按月|按季度?|指导|督促|建立|优化|提高|提升|扩大|实行|开展|组织|深化|细化|关注|注重|梳理|编制|做到|反映|回应|"
    r"报道|披露|公示|以|和|与|及|并|还|要|应当?|须|在|好"
)
_STOP = re.compile(rf"^(?:{_ADVERBS}|{_VERBS}|各级|以及|等)+")
_OPENED = re.compile(r"(?:公开|公布|发布|公示|披露|展示|推送|宣传|普及|展现)(?!力度|范围|工作|信息化|平台|目录|指南|$)")
_ASIDE = re.compile(
    r"^(?:并|以)?(?:确保|保障|方便|便于|增强|促进|助力|营造|从而|引导|减少|实现|形成|接受|提高|提升|增进|满足)"
    r"|要求$|规定$|精神$|原则$|形式$|为(?:重点|抓手|导向|目标)$"
)
_BY_MEANS = re.compile(r"^(?:并)?(?:通过|依托|利用|运用|借助|充分利用|采取|按照|根据|依据|结合|坚持|严格按照)")
_ETC = re.compile(r"(?<![平高中同初均对特])等(?![级候同额于]).*$")
_GENERAL = re.compile(
    r"^(?:相关|有关|各类|各项|其他|重要|本)?(?:信息|情况|内容|政策|工作|数据|动态|公众关切|社会关切|解读|回应|政府|政务|社会|作出|举措|做法|措施|问题|条件|规定|权威|引导|程度|力度)?$"
    r"|^(?:存在|注意|我[局市县区镇中]|下列|以下|以上|不少于)"
    r"|各地|各级|各部门|部门$|单位$|机制$|\d{2}"
)
_TAIL = re.compile(
    r"(?:方面|领域|工作|事项)?(?:的)?(?:相关|有关)?(?:信息|情况|内容|数据|动态)?(?:的)?(?:主动)?"
    r"(?:公开|公布|发布|公示|披露|宣传|推广|解读|回应|力度|范围|工作|情况|信息|进展|制度|建设|水平|机制|政策)+"
    r"(?:工作|力度|范围)?$"
)
_SUBJECT = re.compile(
    r"^[^，,、]{2,20}?(?:部门|单位|政府|机关|办公室|局|街道|办事处)(?:要|应当?|须|需|负责|(?=[按每向公发定及]))"
)
_TIMES = re.compile(
    r"(?:公示|公开|征求意见)?期限?(?:一般)?不(?:得)?(?:少|短)于\d+(?:个工作)?日|(?:至少)?(?:公开|公布|更新|发布)?[一\d]次(?=$|[，。；])|随时|"
    r"于?(?=(?:每年|20\d\d年)?\d{1,2}月)|"
    r"(?:20\d\d年|到20\d\d年)?\d{1,2}月(?:\d{1,2}日|底|末)?(?:之?前|以前|底前)|(?:20\d\d年?|当年|今年|本)?年?底(?:之?前|以前)|20\d\d年版?|"
    r"(?:[按每逐](?:半年|季度?|月|年)|全年)度?|\d+(?:个?工作日|小时|[日天周]|个月)(?:之内|以内|内)?|(?:最迟)?应?在(?=\d)|"
    r"\d{1,2}月(?:\d{1,2}日|底|末)?(?:之?前|以前)|年底(?:之?前|以前)?|向社会(?:公众)?|一次(?=[\u4e00-\u9fa5])"
)
_WITHIN = re.compile(
    r"([\u4e00-\u9fa5、]{2,14}?)类?(?:栏目)?(?:应当?|须|必须|至少)?[每在]?(\d{1,3})\s*(周|个月|天|日|个工作日)"
)
_LISTED = re.compile(r"公开|公布|发布|公示")
_DAYS = {"周": 7, "个月": 30.5, "天": 1, "日": 1, "个工作日": 1.4}
_CHANNELS = (
    "领导信箱", "在线访谈", "网友留言", "留言板", "意见征集", "建言献策", "网络问政", "电视问政",
    "政府热线", "12345", "市民热线", "依申请公开", "一网通办", "政务微博微信", "互动交流",
)  # fmt: skip
_SET_UP = re.compile(
    r"(?:设立|开设|设置|建立|搭建|建设|新增|增设|建好|建成).{0,30}(?:栏目|专栏|专区|专题|平台|板块)|(?:栏目|专栏|专区|平台)建设"
)
_MAY = re.compile(r"可依托|可以|探索|鼓励|有条件的")
_UNITS = ("中小学", "高校", "医疗机构", "医院", "供水", "供电", "供气", "供热", "公共交通", "环境保护")


@dataclass(frozen=True)
class Proposal:
    """What a requirement is proposed to be; ``grounds`` are the words that led to it, by check."""

    observability: str
    severity: str
    bindings: list[dict[str, Any]] = field(default_factory=list)
    grounds: list[str] = field(default_factory=list)
    confidence: str = "低"


_PLANNED = re.compile(r"要点|方案|任务|[将把]?落实情况")
_NO_HEADING = re.compile(r"^(?:正文|通知正文)$|第[一二三四五六七八九十百\d]+条$")
FILLED_IN = Proposal("offline", "low", [], ["附件表格的填写要求"], "中")


def propose(text: str, section: str, terms: Terms, lead: str = "") -> Proposal:
    """Return the proposal for one requirement; ``section`` is the heading it stands under, ``lead`` the
    sentence (「应当公开下列信息：」) it is listed under."""
    lexicon = _lexicon()
    hits = [(rule, match) for rule in lexicon["rules"] if (match := _hit(rule, text, section))]
    if not hits and lead:
        text = f"{text.strip('；。')}{'公开' if _LISTED.search(lead) else ''}"
        hits = [(rule, match) for rule in lexicon["rules"] if (match := _hit(rule, text, section))]
    inner = _offline(text, section)
    sure = [(rule, match) for rule, match in hits if rule.get("sure")]
    if inner and not sure:
        kind, words = inner
        return Proposal("offline", "low", [], [f"「{words}」属{kind}"], "中")
    if not hits:
        kind = "manual" if re.match(lexicon["manual"], text) else "offline"
        return Proposal(kind, "low", [], ["没有命中任何判别词"], "低")
    return _bound(sure or hits, text, section, terms, lexicon["most"])


def topics(text: str, section: str = "") -> list[str]:
    """Return the subjects a requirement lists (「做好甲、乙和丙信息公开」→ 甲 乙 丙), at most twelve.

    Where its words name none, those of the heading it stands under (``section``).
    """
    found: list[str] = []
    for stretch in re.split(r"[，,；;。：:]", _TIMES.sub("", _SUBJECT.sub("", _unquoted(text)))):
        found += _subjects(stretch.strip())
    if not found and section and not _NO_HEADING.search(section):
        heading = re.split(r"[）)]|\d[.．、]|[、．]", section)[-1]
        found = _subjects(heading)
    return list(dict.fromkeys(found))[:12]


def _subjects(stretch: str) -> list[str]:
    if _ASIDE.search(stretch):
        return []
    opened = list(_OPENED.finditer(stretch))
    if opened and len(stretch) - opened[-1].end() >= 3:
        stretch = stretch[opened[-1].end() :]
    elif _BY_MEANS.search(stretch):
        return []
    found = []
    for part in re.split(r"、|以及|及其|(?<=[\u4e00-\u9fa5]{2})(?:及(?!时)|并)(?=[\u4e00-\u9fa5]{2})", stretch):
        word = _ETC.sub("", _STOP.sub("", part.strip(" “”‘’\""))).strip(" “”‘’\"")
        word = _TAIL.sub("", word)
        if len(word) > 12 and "的" in word:
            word = word.rsplit("的", 1)[1]
        word = _STOP.sub("", word).strip("“”‘’的")
        if 2 <= len(word) <= 16 and not _GENERAL.search(word) and not re.search(r"\d+[次场个日]", word):
            found.append(word)
    return found


def cadences(text: str) -> dict[str, int]:
    """Return the days each type of column may stand still (「动态要闻类栏目2周内」→ news 14), as the words say."""
    found: dict[str, int] = {}
    for match in _WITHIN.finditer(text):
        for word in match[1].split("、"):
            type_ = column_type(word)
            if type_ != "other":
                found.setdefault(type_, round(int(match[2]) * _DAYS[match[3]]))
    return found


def listed(text: str) -> list[str]:
    """Return the items of the longest 、-list in a requirement, trimmed of verbs and tails."""
    lists = [part for part in re.split(r"[，,；;。：:]", text) if "、" in part]
    if not lists:
        return []
    longest = max(lists, key=lambda part: part.count("、"))
    parts = re.split(r"、|以及|及有关|和(?=[\u4e00-\u9fa5]{2,6}$)", longest)
    words = [_STOP.sub("", _item(_BY_MEANS.sub("", word))) for word in parts]
    return [word for word in dict.fromkeys(words) if 1 < len(word) <= 14]


def _item(word: str) -> str:
    kind = r"(等)?(各项|各类|多种|多元化)?(信息|方面|方式|形式|情况|内容|要素).*$|等$"
    return re.sub(kind, "", word.strip(" “”"))


def _bound(
    hits: list[tuple[dict[str, Any], str]], text: str, section: str, terms: Terms, most: int
) -> Proposal:
    bindings: list[dict[str, Any]] = []
    grounds: list[str] = []
    chosen: list[dict[str, Any]] = []
    for rule, words in hits:
        if len(bindings) == most or any(binding["check"] == rule["check"] for binding in bindings):
            continue
        parameters = _filled(rule.get("with") or {}, text, section, terms)
        bindings.append({"check": rule["check"], **({"with": parameters} if parameters else {})})
        grounds.append(f"「{words}」→ {rule['check']}（把握{rule['confidence']}）")
        chosen.append(rule)
    first = chosen[0]
    return Proposal(first["observability"], first["severity"], bindings, grounds, first["confidence"])


def _hit(rule: dict[str, Any], text: str, section: str) -> str | None:
    match = _regex(rule["any"]).search(text)
    if match is None or not match[0]:
        return None
    if "unless" in rule and _regex(rule["unless"]).search(text):
        return None
    if "section" in rule and not _regex(rule["section"]).search(section + text):
        return None
    if "unless_section" in rule and _regex(rule["unless_section"]).search(section):
        return None
    return match[0] if len(match[0]) <= 24 else match[0][:23] + "…"


def _offline(text: str, section: str) -> tuple[str, str] | None:
    for rule in _lexicon()["offline"]:
        match = _regex(rule["any"]).search(text)
        if match:
            return str(rule["kind"]), match[0]
    return None


def _filled(template: dict[str, Any], text: str, section: str, terms: Terms) -> dict[str, Any]:
    values = {}
    for key, value in template.items():
        filled = _value(value, text, section, terms) if isinstance(value, str) and value.startswith("$") else value
        if filled is not None and filled != []:
            values[key] = filled
        elif value is None or value == []:
            values[key] = value
    return values


def _value(name: str, text: str, section: str, terms: Terms) -> Any:
    threshold = terms.threshold
    iso = re.fullmatch(r"\d{4}-(\d\d-\d\d)", terms.deadline or "")
    simple = {
        "$working_days": threshold.get("working_days"),
        "$working_days_or_zero": threshold.get("working_days") or 0,
        "$one_where_no_days": None if threshold.get("working_days") else 1,
        "$min_per_year_or_one": threshold.get("min_per_year") or 1,
        "$period_or_year": threshold.get("period") or "year",
        "$by_day": threshold.get("by_day") or (iso[1] if iso else None),
        "$month": threshold.get("month"),
    }
    if name in simple:
        return simple[name]
    subjects = topics(text, section)
    return {
        "$topics": subjects or [text.strip("。；，")[:16]],
        "$max_days": cadences(text) or dict(_lexicon()["cadences"]),
        "$topics_or_units": [unit for unit in _UNITS if unit in text] or ["公共企事业单位"],
        "$listed": listed(text),
        "$reported": ["工作要点|工作方案|要点落实|任务落实"] if _PLANNED.search(text) else subjects,
        # channels listed are ways to the same end: any of them will do
        "$channels": ["|".join(channel for channel in _CHANNELS if channel in text) or "互动交流|政民互动"],
        "$demand": "column" if _SET_UP.search(text) and not _MAY.search(text) else None,
        "$columns": subjects[:8] or ["政务公开|信息公开"],
        "$activities": _activities(text) or subjects or [text.strip("。；，")[:16]],
        "$what": "、".join(subjects[:3]) or text.strip("。；，")[:16],
    }[name]


def _activities(text: str) -> list[str]:
    return [word for word in _lexicon()["activities"] if word in text]


def _unquoted(text: str) -> str:
    return re.sub(r"《[^》]*》|（[^）]*）|\([^)]*\)", "", text)


@lru_cache(maxsize=512)
def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@lru_cache(maxsize=1)
def _lexicon() -> dict[str, Any]:
    text = (resources.files("rules") / "lexicons" / "drafting.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = parse(text)
    return data
