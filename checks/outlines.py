"""Whether a text is but an outline: numbered headings, or the names of chapters in a row, with nothing said of them."""

from __future__ import annotations

import re

from checks.lexicon import any_of, lexicon
from checks.titles import key_of_text

_LEAST_HEADINGS = 4
# a document may have three parts alone: where that is what the text tells, three will do
_LEAST_OF_PARTS = 3
_HEADING_LENGTH = 24
# so many characters beside the headings, and beside what only leads to them, explain nothing yet
_FRAME, _FRAME_OF_PARTS = 70, 24
# what leads to headings is short itself
_MOST_LEADING, _LONG_SENTENCE = 400, 80
_STOPS = re.compile(r"[。；！？]")
_SENTENCE = re.compile(r"[^。；！？\n]+")
# 文件分三个部分：一、总体要求 二、重点任务 三、工作保障: headings that share a line
_NEXT_HEADING = re.compile(
    r"(?<=[\s；;，,、。：:])(?=(?:第[一二三四五六七八九十]{1,3}[章节部]|[一二三四五六七八九十]{1,2}[、.．]|[（(][一二三四五六七八九十]{1,2}[）)]))"
)
_IN_A_ROW = re.compile(
    r"(?:包括|包含|分为|分别[为是]|依次[为是]|即|涵盖|涉及|内容[为有是]|由)[了有]?[：:]?"
    r"((?:[^，。；：、\n]{2,14}、){2,}[^，。；：、\n]{2,14}(?:[和及与][^，。；：、\n]{2,14})?)"
)
# 共七章九条, 由…七部分组成
_COUNTED = re.compile(r"[一二三四五六七八九十\d]+个?(?:章|条|部分|节)")


def headings_alone(text: str) -> list[str]:
    """Return the headings of a text that holds little else; empty for a text that explains something."""
    lines = [line.strip() for line in _NEXT_HEADING.sub("\n", text).splitlines() if key_of_text(line)]
    heading_line = re.compile(lexicon("interpretation_quality")["heading_line"])
    headings = [
        line for line in lines
        if len(line) <= _HEADING_LENGTH and heading_line.search(line) and not _STOPS.search(line[:-1])
        and not line.endswith(("？", "?"))
    ]
    if len(headings) < _LEAST_OF_PARTS and _COUNTED.search(text):
        headings = [part for row in _IN_A_ROW.findall(text) for part in row.split("、")]
    rest = len(key_of_text(text)) - len(key_of_text("".join(headings)))
    if len(headings) < _LEAST_OF_PARTS or rest > _MOST_LEADING:
        return []
    if len(headings) >= _LEAST_HEADINGS and rest <= _FRAME:
        return headings
    told = "\n".join(line for line in lines if line not in headings)
    said = len(key_of_text(_without_leading(told, headings)))
    few = len(headings) < _LEAST_HEADINGS
    if few and not any_of(lexicon("interpretation_quality")["of_parts"]).search(told):
        return []
    return headings if said <= (_FRAME_OF_PARTS if few else _FRAME) else []


def _without_leading(text: str, headings: list[str]) -> str:
    """Return a text without the sentences that only lead to headings: that it was issued, what its parts are."""
    words = lexicon("interpretation_quality")
    leads, explains = any_of(words["leading"]), any_of(words["explaining"])
    return "\n".join(
        sentence for sentence in _SENTENCE.findall(text)
        if len(sentence) > _LONG_SENTENCE or not leads.search(sentence) or explains.search(_bare(sentence, headings))
    )


def _bare(sentence: str, headings: list[str]) -> str:
    for heading in headings:
        sentence = sentence.replace(heading, "")
    return re.sub(r"《[^《》]*》", "", sentence)
