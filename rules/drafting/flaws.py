"""Finds what is wrong with a work-point document itself: each flaw one Chinese line with the words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources
from itertools import pairwise

from rules.drafting.notes import Item
from rules.drafting.outline import Outline
from rules.yamlfile import parse

_HAN = "\u4e00-\u9fa5"
_PHRASE = re.compile(rf"([{_HAN}]{{2,10}})\1")
_DOUBLED = re.compile(rf"([{_HAN}])\1")
_LATIN = re.compile(rf"(?<=[{_HAN}])\s?([A-Za-z]{{2,}})\s?(?=[{_HAN}])")
_FIELD = re.compile(r"^(PAGE|NUMPAGES|\\\* ?MERGEFORMAT|TOC)\b")
_HALF = re.compile(rf"[{_HAN}][,;:?!][{_HAN}]|[{_HAN}]\([{_HAN}]|[{_HAN}]\)[{_HAN}]")
_SPACE = re.compile(rf"(?<=[{_HAN}])[ \u3000]+(?=[{_HAN}])")
_WIDER = ("全市", "我市", "市情", "本市")


def flaws(outline: Outline) -> list[str]:
    """Return the flaws of a document, those of its dates and annexes first."""
    found = [
        *_dates(outline),
        *_annexes(outline),
        *_numbering(outline.items),
        *_words(outline),
        *_names(outline.items),
    ]
    return list(dict.fromkeys(found))


def _dates(outline: Outline) -> Iterator[str]:
    number_year = int(match[1]) if (match := re.search(r"(\d{4})", outline.doc_number or "")) else None
    title_year = int(match[1]) if (match := re.search(r"(20\d\d)", outline.title or "")) else None
    signed, printed = outline.signed, outline.printed
    if outline.doc_number is None:
        yield "没有文号"
    if signed is None:
        yield "没有找到成文日期"
    if signed and number_year and signed.year != number_year:
        yield f"成文日期 {signed} 与文号 {outline.doc_number} 的年度不一致"
    if signed and title_year and not title_year - 1 <= signed.year <= title_year + 1:
        yield f"成文日期 {signed} 与标题年度 {title_year} 不一致"
    if signed and printed and printed < signed:
        yield f"印发日期 {printed} 早于成文日期 {signed}"
    if signed and printed and (printed - signed).days > 30:
        yield f"印发日期 {printed} 比成文日期 {signed} 晚 {(printed - signed).days} 天"
    if number_year and title_year and abs(number_year - title_year) > 1:
        yield f"文号 {outline.doc_number} 与标题年度 {title_year} 不一致"


def _annexes(outline: Outline) -> Iterator[str]:
    has_table = any(item.table for item in outline.items)
    for name in outline.announced:
        plain = re.sub(r"\s+", "", name)
        titled = sum(plain in re.sub(r"\s+", "", text) for text in outline.paragraphs) >= 2
        if not (titled or (has_table and re.search(r"分解|分工|任务", plain))):
            yield f"列有附件《{plain}》，文中没有附上"
    if outline.empty_units:
        yield f"任务分解表有 {outline.empty_units} 行责任单位为空，沿用上一行"


def _numbering(items: list[Item]) -> Iterator[str]:
    chapters: dict[str, list[int]] = defaultdict(list)
    for item in items:
        parts = item.number.split(".")
        if not item.table and len(parts) >= 2 and parts[1].isdigit():
            chapters[parts[0]].append(int(parts[1]))
    for chapter, numbers in chapters.items():
        order = list(dict.fromkeys(numbers))
        for before, after in pairwise(order):
            if after != before + 1:
                yield f"第 {chapter} 部分的编号从（{before}）跳到（{after}）"


def _words(outline: Outline) -> Iterator[str]:
    whole = "\n".join(item.text for item in outline.items)
    for text in (item.text for item in outline.items):
        yield from _repeated(text, whole)
        for match in _LATIN.finditer(text):
            if match[1].upper() not in _lexicon()["latin"]:
                yield f"中文里夹有外文「{match[1]}」：{_around(text, match)}"
        for match in _SPACE.finditer(text):
            yield f"词中有空格：{_around(text, match)}"
    for text in outline.paragraphs:
        if _FIELD.match(text):
            yield f"留有域代码「{text[:20]}」"
    halves = sum(len(_HALF.findall(text)) for text in outline.paragraphs)
    if halves:
        yield f"正文有 {halves} 处中文间用了半角标点"
    if outline.broken:
        yield f"有 {len(outline.broken)} 处句子被换页切断，如「{outline.broken[0]}」，已接上"
    yield from _unadapted(outline)


def _repeated(text: str, whole: str) -> Iterator[str]:
    for match in _PHRASE.finditer(text):
        yield f"词句重复：{_around(text, match)}"
    for match in _DOUBLED.finditer(text):
        if not _meant(text, match, whole):
            yield f"疑有重字「{match[0]}」：{_around(text, match)}"


def _meant(text: str, match: re.Match[str], whole: str) -> bool:
    """Whether a character stands twice on purpose, or where one word ends and the next begins with it."""
    known = _lexicon()
    if match[1] in known["doubled"] or match[0] in known["doubled_words"]:
        return True
    before, after = text[match.start() - 1 : match.start() + 1], text[match.end() - 1 : match.end() + 1]
    if after not in known["seams"]:
        return False
    ends_a_word = re.search(rf"{re.escape(before)}(?![\s{match[1]}{re.escape(after[1:])}])", whole)
    return before in known["seams"] or ends_a_word is not None


def _unadapted(outline: Outline) -> Iterator[str]:
    if not re.search(r"[县区旗]", outline.issuer or ""):
        return
    for item in outline.items:
        for word in _WIDER:
            index = item.text.find(word)
            if index >= 0:
                yield f"「{word}」疑为照搬上级文件：…{item.text[max(0, index - 8) : index + 10]}…"


def _names(items: list[Item]) -> Iterator[str]:
    """One unit under two names: the same but for 和 or 与 inside."""
    spellings: dict[str, set[str]] = defaultdict(set)
    for unit in {unit for item in items for unit in item.responsible}:
        if re.search(r"[局委办厅院]$", unit):
            spellings[re.sub(r"[和与]", "", unit)].add(unit)
    for names in spellings.values():
        if len(names) > 1:
            yield f"同一单位有两种写法：{'、'.join(sorted(names))}"


@lru_cache(maxsize=1)
def _lexicon() -> dict[str, set[str]]:
    text = (resources.files("rules") / "lexicons" / "doubled.yaml").read_text(encoding="utf-8")
    return {name: set(words) for name, words in parse(text).items()}


def _around(text: str, match: re.Match[str]) -> str:
    return "…" + text[max(0, match.start() - 8) : match.end() + 8].strip() + "…"
