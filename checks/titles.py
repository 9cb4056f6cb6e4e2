"""Titles compared by what they name: without marks, frames (关于印发…的通知) and readers' tags (一图读懂)."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

# no title is longer; what a hostile page puts in its place is cut
_LIMIT = 400
_KEPT = re.compile(r"[^0-9a-z\u3400-\u9fff]+")
_QUOTED = re.compile(r"[《〈<]([^《》〈〉<>]{2,}(?:[〈<《][^《》〈〉<>]*[〉>》][^《》〈〉<>]*)*)[》〉>]")
_ISSUED = re.compile(r"^.{0,40}?关于(?:印发|发布|公布|下发|转发|批转|实施|执行|做好)?")
# 某政府印发某办法的通知, 某政府令某办法: no 关于
_ISSUING = re.compile(
    r"^.{0,40}?(?:政府|办公室|办公厅|委员会|[局厅委办部院]|联合)?(?:印发|发布|公布|颁布|转发|批转|下发)(?=.{6})|^.{2,24}令(?:第.{1,6}?号)?(?=.{6})"
)
_ISSUED_IN_MARKS = re.compile(
    r"(?:印发|公布|发布|颁布|出台|转发|批转|下发|号令?|令)[^《》]{0,20}《(.{2,})》(?:\s*[（(][^（）()]{0,20}[）)])?\s*"
    r"(?:的?(?:通知|公告|通告|决定|命令|令))?\s*$"
)
_FORM = re.compile(r"的?(?:通知|公告|通告|决定|意见|函|批复|通报|命令|令)$")
_TRIAL = re.compile(r"(?:试行|暂行|修订|修订版|修正|征求意见稿|全文|原文|正文|正式稿)$")
_YEAR = re.compile(r"(?:19|20)\d\d(?:年度|年)?")
# what regulations of every subject are called alike
_KIND_WORDS = re.compile(
    r"(?:管理|工作|实施|试行|暂行|考核|奖补|补助|补贴|若干|有关|进一步|加强|办法|细则|规定|规范|规则|规程|方案|计划|规划"
    r"|意见|措施|条例|制度|预案|标准|要点|目录|清单|指南|通知|公告|通告|决定)"
)
_ALIKE = 0.25
_NUMBER = re.compile(
    r"([\u4e00-\u9fff]{1,16})\s*[〔\[【(（﹝［]\s*(\d{4})\s*[〕\]】)）﹞］]\s*第?\s*(\d{1,5})\s*号"
)
_READER_TAG = re.compile(
    r"一图(?:读懂|看懂|解读|了解|速览|全解)|一张图(?:读懂|看懂)|答记者问|百问百答|(?:简明|政策)?问答|明白[纸卡]"
    r"|(?:图文|漫画|动漫|动画|音频|视频|文字|文件|专家|部门|媒体|权威|官方|详细|深度|负责人|政策)?解读(?:材料|稿)?"
    r"|(?:政策)?图解|解析|读懂|看懂|的?(?:起草|政策)说明"
)
_FORM_TAG = re.compile(
    r"^\s*[【\[（(〔][^【】\[\]（）()〔〕]{1,8}[】\]）)〕]|[（(][^（）()]{0,4}[版篇期一二三四五六七八九十\d][）)]\s*$"
)
# 划重点！某办法图解来了: what stands apart from the name, and what a headline puts behind it
_PAUSE = re.compile(r"[：:|｜丨！!？?，,、；;\s—]+")
_TAIL = re.compile(r"(?:来了|来啦|出台了?|发布了?|上线了?|请查收|请收藏|要点|速览)$")


@lru_cache(maxsize=65536)
def key(title: str) -> str:
    """Return a title's letters, digits and characters alone, width and case folded."""
    return _KEPT.sub("", unicodedata.normalize("NFKC", title[:_LIMIT]).lower())


def key_of_text(text: str) -> str:
    """Return a whole text's letters, digits and characters alone, width and case folded."""
    return _KEPT.sub("", unicodedata.normalize("NFKC", text).lower())


def cited(title: str, limit: int = 80) -> str:
    """Return a title as a sentence cites it: 《》 around it, 〈〉 for those inside, cut to ``limit`` characters."""
    plain = " ".join(title.split())
    shown = plain if len(plain) <= limit else plain[:limit] + "…"
    return f"《{shown.replace('《', '〈').replace('》', '〉')}》"


def worded(words: str, limit: int = 40) -> str:
    """Return a link's words as a sentence shows them, in quotation marks; empty where there are none."""
    plain = " ".join(words.split()).strip("“”\"'‘’")
    return f"“{plain[:limit]}”" if plain else ""


def quoted(text: str) -> list[str]:
    """Return the titles a text names in 《》, inner ones too, outermost first."""
    found: list[str] = []
    for match in _QUOTED.finditer(text[:_LIMIT]):
        found += [match[1], *quoted(match[1])]
    return found


def document_numbers(text: str) -> list[tuple[str, str]]:
    """Return the document numbers (文号) of a text as (organ's code, rest): ``("临政发", "〔2026〕5号")``.

    In running text the words before a number may cling to the code (…印发了临政发): compare codes by their end.
    """
    return [(organ, f"〔{year}〕{int(number)}号") for organ, year, number in _NUMBER.findall(text)]


def core(title: str) -> str:
    """Return the key of what a title is about: issuer, 关于印发 … 的通知 and (试行) taken off."""
    bare = key(title)
    bare = _ISSUED.sub("", bare, count=1)
    for _ in range(3):
        shorter = _FORM.sub("", _TRIAL.sub("", bare))
        if shorter == bare or len(shorter) < 4:
            break
        bare = shorter
    return bare


def issued_names(title: str) -> set[str]:
    """Return the keys of what a title may issue, with 关于 or without: 某政府印发《某办法》的通知."""
    bare = core(title)
    found = {bare, _ISSUING.sub("", bare, count=1)}
    marked = _ISSUED_IN_MARKS.search(title[:_LIMIT])
    return found | {core(marked[1])} if marked else found


def years(text: str) -> frozenset[str]:
    """Return the years a title names."""
    return frozenset(match[:4] for match in _YEAR.findall(text))


def without_years(text: str) -> str:
    """Return a key with the years taken out."""
    return _YEAR.sub("", text)


def names(title: str) -> set[str]:
    """Return the keys others may name a document by: its whole title, what it is about, the 《》 in it."""
    found = {key(title), core(title)}
    for inner in quoted(title):
        found |= {key(inner), core(inner), _TRIAL.sub("", key(inner))}
    return {name for name in found if len(name) >= 4}


def interpreted_names(title: str) -> set[str]:
    """Return the keys of the documents an interpretation's title speaks of."""
    inner = quoted(title)
    if inner:
        return set().union(*(names(name) for name in inner))
    found: set[str] = set()
    # 【视频】某办法解读, 某办法解读（视频版）: what stands in brackets says only in which form
    untagged = _FORM_TAG.sub("", title[:_LIMIT])
    for part in dict.fromkeys((title, untagged, *_PAUSE.split(title), *_PAUSE.split(untagged))):
        bare = _TAIL.sub("", _READER_TAG.sub("", key(part))).removeprefix("关于").removesuffix("的")
        found |= {name for name in (bare, core(bare)) if len(name) >= 6}
    return found


def differ_clearly(one: str, other: str) -> bool:
    """Whether two titles speak of different things beyond doubt: nothing of substance in common."""
    first, second = without_years(core(one)), without_years(core(other))
    if len(first) < 4 or len(second) < 4 or first in second or second in first:
        return False
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    block = matcher.find_longest_match().size
    return block < max(4, 0.3 * min(len(first), len(second))) and matcher.ratio() < 0.4


def subject_words(name: str) -> str:
    """Return what sets a name apart: its key without years and what regulations of every subject are called alike."""
    return _KIND_WORDS.sub("", without_years(key(name)))


def differ_in_subject(one: str, other: str) -> bool:
    """Whether two titles built alike (某县…管理办法) speak of different subjects: hardly a character in common.

    What both begin with and end in, and what regulations are called whatever their subject, is left out.
    """
    # what a notice issues is its subject: 某局印发《…办法》的通知
    first, second = (without_years(core(next(iter(quoted(title)), title))) for title in (one, other))
    start = next((at for at, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), None)
    if start is None:
        return False
    first, second = (_KIND_WORDS.sub("", text[start:]) for text in (first, second))
    shorter, longer = sorted((first, second), key=len)
    if len(shorter) < 2:
        return False
    return len(set(shorter) & set(longer)) <= _ALIKE * len(set(shorter))
