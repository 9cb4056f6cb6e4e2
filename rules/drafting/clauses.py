"""Splits requirement text into atomic clauses, each a verbatim stretch of it."""

from __future__ import annotations

import re

_OPEN, _CLOSE = "《“（(〈「『‘[【", "》”）)〉」』’]】"
_STARTS = (
    "做好|加强|加大|加快|推进|推动|推行|及时|主动|依法|全面|深入|深化|持续|进一步|积极|完善|健全|建立|规范|公开|公布|发布|"
    "落实|严格|强化|优化|提高|提升|扩大|明确|开展|组织|制定|编制|梳理|清理|更新|动态|定期|按月|按季|围绕|聚焦|重点|统筹|"
    "设立|设置|建设|搭建|畅通|拓展|创新|探索|鼓励|支持|督促|指导|配备|确保|防止|杜绝|严禁|不得|切实|充分|认真|准确|有效|"
    "稳步|稳妥|大力|着力|不断|坚持|坚决|率先|同步|注重|多用|综合|合理|广泛|密切|强调|采用|采取|运用|利用|依托|通过|纳入|"
    "列入|列出|全年|每年|每半年|每季|每月|最迟|逐级|逐步|坚决|选取|邀请|听取|收集|征求|征集|回应|答复|解读|解答|反馈|整合|归集|集中|分类|细化|区分|标注|标明|列清|形成|"
    "实行|实施|实现|做到|办好|抓好|用好|管好|把|将|对|凡|根据|按照|结合|针对|在|面向|牵头|负责|报|向|以|并|也|同时|还|应|要|需|须|可"
)
_SUBJECTS = (
    r"(?:各级|各地|各部门|各单位|各镇|各县|各区|各乡|各有关|有关部门|区政府|县政府|市政府|省政府|区直|市直|县直|"
    r"[\u4e00-\u9fa5]{2,12}(?:部门|单位|机关|机构|局|办公室|街道|政府))"
)
_START = re.compile(rf"^(?:{_SUBJECTS}[\u4e00-\u9fa5、（）]{{0,20}}?(?:要|应|须|需|负责|可)|(?:{_STARTS}))")
_LEADS = re.compile(
    r"^(?:围绕|聚焦|按照|根据|结合|依据|对照|针对|对于?|凡|在|以|除|为|充分发挥|坚持以|涉及|面向|通过|依托|充分利用|利用|"
    r".*(?:贯彻|落实|按照).*(?:要求|规定|精神)$|严格依照|严格按照|依照|适应|紧紧围绕|紧扣|出台|制定.{2,20}[时要]$|发生)"
)
_DEMANDS = re.compile(
    r"公开|公布|发布|公示|解读|回应|答复|反馈|标注|标明|征求|征集|听取|邀请|更新|清理|编制|建设|开展|健全|完善|建立|"
    r"加强|推进|推动|落实|报送|备案|培训|考核|整合|规范|提供|设立|设置|做好|不得|严禁|杜绝|列席|评估|评价|检查|维护|保障|举行|组织|召开|消除"
)
_PURPOSE = re.compile(
    r"^(?:确保|提高|提升|增强|促进|助力|营造|让|使|以便|从而|切实(?:保障|提高|提升|增强)|不断(?:提高|提升|增强|满足)|"
    r"充分(?:保障|体现|展示)|最大限度|真正|更好|更加|推动形成|形成|稳定|防范|增进|接受|实现|主动引导|保障|方便|便于|为.{2,30}(?:提供|创造|贡献))"
)


_HOW_OFTEN = re.compile(r"^(?:每|按)(?:个)?(?:半年|年|季度?|月|周|日).{0,4}(?:至少|不少于|公开|公布|更新|发布).{0,6}$")


def split(text: str) -> list[str]:
    """Return the atomic demands of a text, in order; together they hold every word of it but the gaps."""
    return [part for sentence in _sentences(text) for part in _demands(sentence)]


def _sentences(text: str) -> list[str]:
    return [part.strip() for part in _cut(text, "。；！？;") if _weight(part) >= 2]


def _demands(sentence: str) -> list[str]:
    """Cut a sentence at the commas before a new demand, keeping what only leads in to it or gives its aim."""
    parts: list[str] = []
    for segment in _cut(sentence, "，,"):
        if parts and not (_is_demand(segment) and _is_whole(parts[-1])):
            parts[-1] += segment
        else:
            parts.append(segment)
    if len(parts) > 1 and not _is_whole(parts[-1]):
        parts[-2:] = [parts[-2] + parts[-1]]
    return [part.strip(" ，,") for part in parts if _weight(part) >= 2]


def _is_demand(segment: str) -> bool:
    plain = segment.lstrip("并也同时还且")
    aside = _PURPOSE.match(plain) or _HOW_OFTEN.match(plain.rstrip("。；，"))
    return bool(_START.match(plain)) and not aside and _weight(segment) >= 5


def _is_whole(part: str) -> bool:
    """Whether a stretch demands something by itself, rather than leading in to what follows."""
    last = _cut(part, "，,")[-1].rstrip("，,")
    if _LEADS.match(last) and len(_DEMANDS.findall(last)) < 2:
        return False
    return bool(_DEMANDS.search(part))


def _cut(text: str, marks: str) -> list[str]:
    """Cut after any of the marks that does not stand inside brackets, quotation marks or a title."""
    parts, depth, start = [], 0, 0
    for index, character in enumerate(text):
        if character in _OPEN:
            depth += 1
        elif character in _CLOSE:
            depth = max(0, depth - 1)
        elif character in marks and (depth == 0 or character == "。"):
            parts.append(text[start : index + 1])
            start, depth = index + 1, 0
    return [*parts, text[start:]] if start < len(text) else parts


def _weight(text: str) -> int:
    return len(re.findall(r"[\w]", text))
