"""表述错误

标题或正文里出现已知的错误写法：国名、机构、法律、地名、固定提法写错，常见错别字，标题中词语重复或书名号不配对。

依据
国办秘函〔2019〕19 号检查指标单项否决第一项“严重表述错误”；各地政务公开工作要点关于内容准确、规范的要求。错误写法、正确
写法、分级和来源见 rules/lexicons/wording.yaml，可以增补。

判定
在标题和正文里逐字比对词库中的错误写法，写明正确写法和所在的上下文；分“严重”“一般”两级。标题中“关于关于”之类的重复、
书名号只有一半的，也列出。一个页面同一错误写法记一个问题。

不判定
本检查的结论一律需要人工复核。错误写法与前后文连成别的词的（如“领导小姐妹”“发布署名文章”）；讲解错别字、规范用字的文章；
因字数限制截断的标题。词库不收在世人物姓名。

整改
更正错误写法；严重错误立即撤下更正，并查找同类错误。
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import checks.model
from checks.automaton import Automaton
from checks.lexicon import any_of, lexicon
from checks.model import Context, Result, Severity
from checks.site import Site
from checks.titles import cited
from crawler.snapshot.reader import Page

_GRADES: dict[str, tuple[str, Severity | None]] = {"serious": ("严重", "high"), "ordinary": ("一般", "low")}
_AROUND = 12
_CUT = re.compile(r"(?:…|\.\.\.?|⋯)$")


class Parameters(checks.model.Parameters):
    """``grades``: which grades are reported."""

    grades: tuple[Literal["serious", "ordinary"], ...] = ("serious", "ordinary")


@dataclass(frozen=True)
class Entry:
    """One known wrong form."""

    wrong: str
    right: str
    grade: str
    unless: tuple[str, ...] = ()


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Judge every page that carries text."""
    result = Result()
    for page in site.pages.values():
        title, text = page.record.title or "", page.text
        if not title and not text:
            continue
        result.examine(site.department_of(page))
        if any_of(lexicon("wording")["about_wording"]).search(title):
            continue
        for target, words, grade in (*_wrong(title, text), *_broken(title)):
            if grade in parameters.grades:
                _record(site, page, target, words, grade, result)
    return result


def _record(site: Site, page: Page, target: str, words: str, grade: str, result: Result) -> None:
    name, severity = _GRADES[grade]
    result.fail(
        url=page.url, target=target, department=site.department_of(page), confidence="review", severity=severity,
        evidence={"grade": grade}, message=f"{cited(page.record.title or page.url)}疑有{name}表述错误：{words}，请核对",
    )


def _wrong(title: str, text: str) -> Iterator[tuple[str, str, str]]:
    entries, automaton = _lexicon()
    seen: set[str] = set()
    for where, part in (("标题", title), ("正文", text)):
        for place, word in automaton.search(part):
            entry = entries[word]
            if word in seen or _joined(part, place, entry):
                continue
            seen.add(word)
            around = part[max(place - _AROUND, 0):place + len(word) + _AROUND].replace("\n", " ")
            yield word, f"{where}“…{around}…”中“{word}”应为“{entry.right}”", entry.grade


def _joined(text: str, place: int, entry: Entry) -> bool:
    """Whether the wrong form is only part of the right one or of another word around it."""
    reach = max(map(len, (*entry.unless, entry.right)), default=0)
    start = max(place - reach, 0)
    around = text[start:place + len(entry.wrong) + reach]
    for word in entry.unless:
        found = around.find(word)
        while found >= 0:
            if found <= place - start < found + len(word):
                return True
            found = around.find(word, found + 1)
    return False


@lru_cache(maxsize=1)
def _lexicon() -> tuple[dict[str, Entry], Automaton]:
    entries = {
        raw["wrong"]: Entry(raw["wrong"], raw["right"], raw["grade"], tuple(raw.get("unless", ())))
        for raw in lexicon("wording")["entries"]
    }
    return entries, Automaton(entries)


def _broken(title: str) -> Iterator[tuple[str, str, str]]:
    words = lexicon("wording")
    plain = title
    for allowed in words["doubled_unless"]:
        plain = plain.replace(allowed, "□")
    for word in words["doubled"]:
        if word * 2 in plain:
            yield word * 2, f"标题中“{word}”重复", "ordinary"
            break
    opened, closed = title.count("《"), title.count("》")
    if opened != closed and not _CUT.search(title.strip()) and len(title) < 200:
        yield "《" if opened > closed else "》", f"标题书名号不配对（《 {opened} 个，》 {closed} 个）", "ordinary"
