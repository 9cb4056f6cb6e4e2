"""Knows the numbers of official documents (第一部分 一、 第一条 （一） 1. （1） ①) and where a paragraph stands."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rules.drafting.notes import NOTE
from rules.drafting.terms import number

_CHINESE = "零〇一二两三四五六七八九十百"
_PART = re.compile(rf"^第([{_CHINESE}]+)(?:部分|[章部编篇])[、．.：:\s]*(.*)$", re.DOTALL)
_CHAPTER = re.compile(
    rf"^(?![{_CHINESE}]、[{_CHINESE}][^、．.])([{_CHINESE}]+)[、．.][：:\s]*(?=\S)(.*)$", re.DOTALL
)
_ARTICLE = re.compile(rf"^第([{_CHINESE}]+|\d+)条[、．.：:\s]*(.*)$", re.DOTALL)
_ITEM = re.compile(rf"^[（(]([{_CHINESE}]+)[）)][、．.\s]*(.*)$", re.DOTALL)
_POINT = re.compile(r"^(\d{1,2})\s*[.．、](?!\d)\s*(.*)$", re.DOTALL)
_SUBPOINT = re.compile(r"^(?:[（(]?(?=\d{1,2}[）)])|(?=[①-⑳]))(\d{1,2}|[①-⑳])[）)]?\s*(.*)$", re.DOTALL)
_PREFACE = re.compile(r"总体要求|指导思想|总体思路|总体目标|基本原则")
_LISTS = re.compile(r"下列|以下|如下|包括|围绕|要求$")
FIGURES = re.compile(r"\d+月[^，。；]{0,4}前|年底前|到20\d\d年|工作日|不(?:得)?少于|每[年月季]|按[月季年]")
OBLIGES = re.compile(r"应当|必须|不得|均[应要须]|[要应须](?:将|在|按|把|及时|主动|对)")


@dataclass(frozen=True)
class Mark:
    """A paragraph's number: its level (see ``_LEVELS``), value, the number as shown, the words after it."""

    level: int
    value: int
    shown: str
    text: str


_LEVELS = (_PART, _CHAPTER, _ARTICLE, _ITEM, _POINT, _SUBPOINT)
WHOLE = 2
"""The level of an article, which is a demand as a whole."""


def mark_of(text: str) -> Mark | None:
    """Return the number a paragraph begins with; None where it has none."""
    for level, pattern in enumerate(_LEVELS):
        match = pattern.match(text)
        if match:
            shown = text[: match.start(2)].strip().replace("(", "（").replace(")", "）")
            return Mark(level, _ordinal(match[1]), shown, match[2].strip())
    return None


def _ordinal(numeral: str) -> int:
    return "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳".find(numeral) + 1 or number(numeral) or 0


class Place:
    """Where in the numbered text the reading stands."""

    def __init__(self) -> None:
        self.started = False
        self.part = 0
        self.lead = ""
        self._lead_level = 0
        self._numbers = [0] * len(_LEVELS)
        self._titles = [""] * len(_LEVELS)

    def begin(self, anew: bool) -> None:
        """Start, or start again in an annex."""
        self.started = True
        self.part += anew
        self._numbers, self._titles = [0] * len(_LEVELS), [""] * len(_LEVELS)
        self.lead = ""

    def enter(self, mark: Mark, holds: bool) -> str:
        """Go to a numbered paragraph; return what it demands besides its heading. ``holds``: text follows it."""
        level, last = mark.level, self._numbers[mark.level]
        self._numbers[level] = mark.value if mark.value > last or (level <= 1 and mark.value) else last + 1
        self._numbers[level + 1 :] = [0] * (len(_LEVELS) - 1 - level)
        self._titles[level:] = [""] * (len(_LEVELS) - level)
        if level <= self._lead_level:
            self.lead = ""
        heading, rest = ("", mark.text) if level == WHOLE else _run_in(mark.text, holds or level == 0)
        self._titles[level] = f"{mark.shown} {heading}".strip() if level in (0, WHOLE) else f"{mark.shown}{heading}"
        return rest

    def list_under(self, lead: str) -> None:
        """Note the sentence that what follows deeper is a list of."""
        self.lead = lead
        self._lead_level = max((level for level, value in enumerate(self._numbers) if value), default=0)

    def is_preface(self) -> bool:
        """Whether this part only says what the year's work is about."""
        return any(_PREFACE.search(title) for title in self._titles[:4])

    def number(self) -> str:
        """Return the place as 2.3.1."""
        plain = ".".join(str(part) for part in self._numbers if part) or "0"
        return f"A{self.part}.{plain}" if self.part else plain

    def section(self) -> str:
        """Return the headings the place stands under."""
        titles = [title for title in self._titles if title]
        if len(titles) <= 1:
            return titles[0] if titles else "正文"
        return "".join([_numeral(titles[0]), *titles[1:]])


def _run_in(text: str, holds: bool) -> tuple[str, str]:
    """Split a heading from the demands after it in one paragraph (「规范管理。全面推进…」).

    Words alone are a heading only where something stands under them (``holds``).
    """
    head, stop, rest = text.partition("。")
    if stop and (FIGURES.search(head) or OBLIGES.search(head) or NOTE.match(rest.strip())):
        return "", text
    if not stop:
        title, colon, after = text.partition("：")
        if colon and len(title) <= 20 and len(after) >= 15 and not _LISTS.search(title):
            return title.strip(), after.strip()
        plain = len(text) <= 60 and not text.endswith(("；", ";", "：", ":"))
        return (text.strip(), "") if holds and plain else ("", text)
    demands = NOTE.sub("", rest).strip(" 。；")
    if len(head) <= 40 and demands:
        return head.strip(), rest.strip()
    if len(head) <= 40 and not rest.strip() and holds:
        return head.strip(), ""
    return "", text


def _numeral(title: str) -> str:
    match = re.match(rf"^(?:第[{_CHINESE}]+(?:部分|[章部编篇])|[{_CHINESE}]+(?=[、．.]))", title)
    return match[0] if match else title
