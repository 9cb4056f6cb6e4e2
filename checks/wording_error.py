"""表述错误

标题或正文里出现已知的错误写法：国名、机构、法律、地名、固定提法写错，常见错别字，标题中词语重复或书名号不配对。

依据
国办秘函〔2019〕19 号检查指标单项否决第一项“严重表述错误”；各地政务公开工作要点关于内容准确、规范的要求。错误写法、正确
写法、分级和来源见 rules/lexicons/wording.yaml，可以用配置里 wording 指定的文件增补。

判定
在标题和正文里逐字比对词库中的错误写法，以及固定提法中间漏一字、重一字、两字颠倒的写法，写明正确写法和所在的上下文；分“严重”“一般”两级。标题中“关于关于”“工程程”之类
的重复、书名号只有一半的，也列出。一个页面同一错误写法记一个问题；标题写错的，记在该信息上，列表页、首页不再重复记。

不判定
本检查的结论一律需要人工复核。群众来信、留言的原文（答复要查）；错误写法与前后文连成别的词的（如“领导小姐妹”“发布署名文章”）；讲解错别字、规范用字的文章，
引用错误写法并指明其错的（如“错把‘攻府’当政府”）；正常的叠字（如“暖洋洋”“暖暖和和”），前一词末字与后一词首字相同的（如
“会议议题”）；因字数限制截断的标题。
词库不收在世人物姓名。

整改
更正错误写法；严重错误立即撤下更正，并查找同类错误。
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import checks.model
from checks.automaton import Automaton
from checks.doubled_signs import doubled_signs, in_pairs
from checks.lexicon import any_of, lexicon
from checks.model import Context, Result, Severity
from checks.site import Site
from checks.titles import cited
from crawler.snapshot.reader import Page
from rules.wording import WrongForm, load_wording

_GRADES: dict[str, tuple[str, Severity | None]] = {"serious": ("严重", "high"), "ordinary": ("一般", "low")}
_AROUND = 12
_QUOTE = 30
# so many characters of text hold nearly every common word
_ENOUGH = 1_000_000
_OPEN, _CLOSE = "“‘「『\"", "”’」』\""
_WHOLE, _REST = 200, 60
_CUT = re.compile(r"(?:…|\.\.\.?|⋯)$")


class Parameters(checks.model.Parameters):
    """``grades``: which grades are reported."""

    grades: tuple[Literal["serious", "ordinary"], ...] = ("serious", "ordinary")


@dataclass(frozen=True)
class Fault:
    """One fault of a page: what is wrong, in words, how grave, whether it stands in the title."""

    target: str
    words: str
    grade: str
    in_title: bool


Lexicon = tuple[dict[str, WrongForm], Automaton]


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Judge every page that carries text."""
    result = Result()
    forms = _lexicon(context.wording)
    found: list[tuple[Page, Fault]] = []

    @lru_cache(maxsize=1)
    def sample() -> str:
        return "\n".join(_sample(site))

    for page in site.pages.values():
        title, text = _said(page)
        if not title and not text:
            continue
        result.examine(site.department_of(page))
        if any_of(lexicon("wording")["about_wording"]).search(title):
            continue
        found += [
            (page, fault) for fault in (*_wrong(forms, title, text), *_broken(title, text, sample))
            if fault.grade in parameters.grades
        ]
    for page, fault in found:
        if fault.in_title or not _only_linked(site, page, fault, found):
            _record(site, page, fault, result)
    return result


def _sample(site: Site) -> Iterator[str]:
    """Yield all titles of a site, and texts until there are enough to know its words by."""
    length = 0
    for page in site.pages.values():
        yield page.record.title or ""
        if length < _ENOUGH:
            text = page.text
            length += len(text)
            yield text


def _said(page: Page) -> tuple[str, str]:
    """Return the title and the text the site itself answers for: of letters the replies alone."""
    record = page.record
    if record.page_kind == "letter" or record.letters:
        return "", "\n".join(letter.reply or "" for letter in record.letters)
    return record.title or "", page.text


def _only_linked(site: Site, page: Page, fault: Fault, found: list[tuple[Page, Fault]]) -> bool:
    """Whether a wrong form stands on a page only in its links to pages whose titles have it."""
    titled = {other.url for other, known in found if known.in_title and known.target == fault.target}
    if not titled:
        return False
    linked = sum(
        words.count(fault.target) for target, _, words in site.snapshot.links_from(page.url)
        if site.page_address(target) in titled
    )
    return page.text.count(fault.target) <= linked


def _record(site: Site, page: Page, fault: Fault, result: Result) -> None:
    name, severity = _GRADES[fault.grade]
    result.fail(
        url=page.url, target=fault.target, department=site.department_of(page), confidence="review", severity=severity,
        evidence={"grade": fault.grade},
        message=f"{cited(page.record.title or page.url)}疑有{name}表述错误：{fault.words}，请核对",
    )


def _wrong(forms: Lexicon, title: str, text: str) -> Iterator[Fault]:
    entries, automaton = forms
    seen: set[str] = set()
    for where, part in (("标题", title), ("正文", text)):
        for place, word in _longest(automaton.search(part)):
            entry = entries[word]
            if word in seen or _joined(part, place, entry) or _told_wrong(part, place, entry):
                continue
            seen.add(word)
            around = part[max(place - _AROUND, 0):place + len(word) + _AROUND].replace("\n", " ")
            told = f"{where}“…{around}…”中“{word}”应为“{entry.right}”"
            yield Fault(word, told, entry.grade, in_title=where == "标题")


def _longest(found: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return the words found, by place, without those that are only part of a longer one."""
    kept: list[tuple[int, str]] = []
    reached = -1
    for place, word in sorted(found, key=lambda one: (one[0], -len(one[1]))):
        if place + len(word) > reached:
            kept.append((place, word))
            reached = place + len(word)
    return kept


def _joined(text: str, place: int, entry: WrongForm) -> bool:
    """Whether the wrong form is only part of the right one or of another word around it."""
    words = (*entry.unless, entry.right) if entry.wrong in entry.right else tuple(entry.unless)
    reach = max(map(len, words), default=0)
    start = max(place - reach, 0)
    around = text[start:place + len(entry.wrong) + reach]
    for word in words:
        found = around.find(word)
        while found >= 0:
            if found <= place - start < found + len(word):
                return True
            found = around.find(word, found + 1)
    return False


def _told_wrong(text: str, place: int, entry: WrongForm) -> bool:
    """Whether a text only tells that a form is wrong: quoted so (错把“攻府”当政府), or beside the right one."""
    end = place + len(entry.wrong)
    before, after = text[max(place - _AROUND, 0):place], text[end:end + _AROUND]
    words = lexicon("wording")
    told = bool(re.search(words["told_wrong_before"], before) or re.search(words["told_wrong_after"], after))
    opened = max(map(before.rfind, _OPEN))
    quoted = opened >= 0 and not any(mark in before[opened:] for mark in _CLOSE) and any(m in after for m in _CLOSE)
    around = text[max(place - _QUOTE, 0):end + _QUOTE]
    return told and (quoted or entry.right in around.replace(entry.wrong, "□"))


def _lexicon(wording: Sequence[WrongForm] | None) -> Lexicon:
    return _built_in() if wording is None else _compiled(wording)


@lru_cache(maxsize=1)
def _built_in() -> Lexicon:
    return _compiled(load_wording())


def _compiled(forms: Sequence[WrongForm]) -> Lexicon:
    entries = {form.wrong: form for form in forms}
    return entries, Automaton(entries)


def _broken(title: str, text: str, sample: Callable[[], str]) -> Iterator[Fault]:
    words = lexicon("wording")
    plain = title
    for allowed in words["doubled_unless"]:
        plain = plain.replace(allowed, "□")
    doubled = next((word for word in words["doubled"] if _stands_twice(word, plain)), None)
    if doubled is not None:
        yield Fault(doubled * 2, f"标题中“{doubled}”重复", "ordinary", in_title=True)
    elif len(title) < _WHOLE:
        for sign in doubled_signs(plain, lambda: (sample(), text)):
            yield Fault(sign, f"标题中“{sign}”疑有字词重复", "ordinary", in_title=True)
            break
    opened, closed = title.count("《"), title.count("》")
    if opened != closed and len(title) < _WHOLE and not _is_cut(title, text):
        told = f"标题书名号不配对（《 {opened} 个，》 {closed} 个）"
        yield Fault("《" if opened > closed else "》", told, "ordinary", in_title=True)


def _stands_twice(word: str, title: str) -> bool:
    place = title.find(word * 2)
    return place >= 0 and not (len(word) == 1 and in_pairs(title, place, place + 2))


def _is_cut(title: str, text: str) -> bool:
    """Whether a title is cut off at its end: it says so, or the page has it in full."""
    bare = title.strip()
    place = text.find(bare)
    while place >= 0:
        after = text[place + len(bare):place + len(bare) + _REST].split("\n", 1)[0]
        if "》" in after and "《" not in after.split("》", 1)[0]:
            return True
        place = text.find(bare, place + 1)
    return bool(_CUT.search(bare))
