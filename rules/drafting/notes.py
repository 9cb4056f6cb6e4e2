"""Reads who answers for a demand and by when, where a document states it apart from the demand's words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_CHINESE = "零〇一二两三四五六七八九十百"
_WITHIN = r"(?:[^（）()【】\[\]]|[（(][^（）()]*[）)])*"
_LABEL = r"(?:责任|牵头|落实|承办|主办|配合|协办|参与|参加|实施|承担)"
_BODY = r"(?:单位|部门|科室|处室|股室|[科处]室?|机构|主体|领导|人)"
_TERM = r"(?:完成|时限|时间|工作)(?:时限|时间|期限|要求|节点|进度)"
NOTE = re.compile(
    rf"[（(【\[]\s*(?:{_LABEL}{_BODY}?|{_TERM})[：:]{_WITHIN}[）)】\]]\s*[。；;]?"
    rf"|[（(【\[]{_WITHIN}(?:牵头|负责|分工|落实|配合|组织实施)(?:落实|负责|实施|配合)?[）)】\]]"
    rf"(?:\s*[。；;]|\s*$|(?<=[。；;].)(?=.)|(?=\s*[{_CHINESE}\d①-⑳（(]))"
    rf"|(?:^|(?<=[。；;）)\s]))(?:{_LABEL}{_BODY}|{_TERM})[：:][^。]*(?:。|$)"
)
_WHEN = re.compile(rf"{_TERM}[：:]\s*([^。；;，）)】\]]+)[。；;]?")
_UNITS_READ = 4000
_BETWEEN = re.compile(r"(?<=[局委府室会院心司道镇乡处科部厅])\s+(?=[\u4e00-\u9fa5]{2})(?!办公室|各部门|单位)")
_ASIDE = re.compile(r"为牵头|牵头单位为|下同$|列[第首]一|排[名在]第一|^以上|^逗号|^分工|^以下")
_ROLE = re.compile(r"(?:按照?职责分工|分别|共同)?(?:牵头|负责|落实|配合|组织实施|分工)+$|^由")


@dataclass(frozen=True)
class Item:
    """A stretch of requirement text: where it stands, its words, who answers for it, by when (as stated apart
    from them), the sentence with a colon it is listed under, and whether it only says
    how to fill in a form."""

    number: str
    section: str
    text: str
    responsible: tuple[str, ...] = ()
    when: str = ""
    table: bool = False
    inherited: bool = False
    lead: str = ""
    form: bool = False


def responsible_units(text: str) -> tuple[str, ...]:
    """Return the units of a 责任单位 cell or note, one each."""
    apart = _BETWEEN.sub("、", _WHEN.sub("", text[:_UNITS_READ]))
    cleaned = re.sub(rf"[，,；;、]?{_LABEL}{_BODY}?[：:]", "、", re.sub(r"\s+", "", apart))
    spaced = re.sub(r"(?<=[局室会院府道）)])和(?=[区市县各])", "、", cleaned)
    names = re.split(r"[，,、；;。](?![^（(]*[）)])", spaced)
    plain = (_ROLE.sub("", part).strip("等及") for part in names if not _ASIDE.search(part))
    return tuple(dict.fromkeys(name for name in plain if name))


def with_units(number_: str, section: str, text: str) -> Iterator[Item]:
    """Give each stretch before a note of units or of a term what the note says; an item without text is a
    note that stands alone."""
    position = 0
    for match in NOTE.finditer(text):
        stretch = text[position : match.start()].strip()
        units = responsible_units(match[0].strip("（(【[）)】]。；; "))
        when = _WHEN.search(match[0])
        stated = "" if when is None else when[1].strip(" ）)】]。；;")
        units = tuple(unit for unit in units if not _WHEN.search(unit))
        bare = not re.search(r"\w", stretch)
        yield Item(number_, section, "" if bare else stretch, units, stated)
        position = match.end()
    rest = text[position:].strip(" 。；;")
    if rest:
        yield Item(number_, section, text[position:].strip().lstrip("。；;").strip())
