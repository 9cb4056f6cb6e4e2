"""同一文件内容不一致

同一份文件在网站的两处公开，文号、日期或者正文的数字、表述不一样。

依据
《政府信息公开条例》第六条“行政机关应当及时、准确地公开政府信息”、第十一条“保证行政机关公开的政府信息准确
一致”；2021 年临淄区政务公开工作要点“政府网站其他栏目……应以政府信息公开平台上的数据为基准”等。

判定
标题相同、正文大部分相同（任一页正文的七成以上以连续 10 字相同的部分出现在另一页）的两页，视为同一份文件。文号
不同的，落款日期不同的，或者有句子文字完全相同而数字（阿拉伯数字，写成汉字的金额、期限、数量）不同的，判为不一致，列出两处原文；句子大体相同而用词不同的，
提请人工复核。每一对页面记一个问题。
文号和日期都对不上、其余文字又不到九成相同，不能确定是同一份文件的，提请人工复核。
没有文号的通知、公告、标准一类，标题、发布日期、来源都相同而在两个栏目各有一份，全文逐字相同、只有一个数字不同的：数字是
金额、比例、期限、数量的，判为不一致；是日期、电话的，或者有两三个金额不同的，金额和日期都有不同的，提请人工复核；全站
只有这两份而先后相隔几天发布、金额不同的，同样。其他信息标题、发布日期相同而在两个栏目各有一份，来源相同或者一处由政府办公室等转发，
正文较长、逐字相同、许多数字都相同，只有一两个数字不同的，提请人工复核。

不判定
标题相同、文号和日期都不同的（每年发布的同名通知；文号同一年度、日期相近而正文几乎一字不差的，仍提请人工复核）；标题相同而正文不同的（逐年、逐批发布的通知，各部门同名的
制度）；一处只是节选或只有附件的；发布日期不同（同一文件先后在两个栏目发布属正常）；只有标点、空格、序号写法不同的；同名公告同在一个栏目，
或者不同的数字是批次、编号、地块号的（逐批发布）；解读、征求意见稿与正式文件；读不到正文的。

整改
以政府信息公开平台上的原件为准，更正另一处；多栏目共用同一份信息，不要重复录入。
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import combinations

import checks.model
from checks.days import day_of
from checks.documents import is_document
from checks.lexicon import any_of, lexicon
from checks.model import Context, Result
from checks.notices import differing_figure, may_be_notice, may_be_retold
from checks.overlaps import differing_figures, differing_words, runs_of, share_found
from checks.site import Site
from checks.titles import cited, document_numbers, key
from crawler.snapshot.reader import Page

# a title that heads more pages than this is a form of words, not one document's
_MOST_PAGES, _LEAST_TITLE, _LEAST_TEXT = 4, 10, 60
_SHOWN = 60
# pages of one title without numbers that were signed so many days apart are two documents
_RECURRING = 60
# so much of either text in the other (0 to 1): one document beyond doubt
_ALIKE = 0.9
_LONG_TEXT = 300
# the fields of the disclosure table that tell of the publishing, not of the document
_OWN = ("index_number", "published", "issuer", "topic")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DRAFT = re.compile(r"征求意见|意见稿|草案|公示|公告$|名单|进展|情况$|月报|日报|抽检|中标|招聘")
# how an item is counted: 第一条, 一、, （一）, 1.
_COUNT = r"[一二三四五六七八九十百\d]{1,5}"
_ITEM = re.compile(rf"^\s*(?:第{_COUNT}条|[（(]{_COUNT}[)）]|{_COUNT}[、.．])\s*")
_CLOSING = re.compile(r"((?:19|20)\d\d)年(\d{1,2})月(\d{1,2})日$")


class Parameters(checks.model.Parameters):
    """``same``: the share of either text (0 to 1) that must stand in the other for both to be one document.

    ``subjects``: words (``甲|乙``) one of which the title or the columns must name; any subject where none are given.
    """

    same: float = 0.7
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True)
class Conflict:
    """What two pages say differently, in words; whether a person should confirm."""

    words: str
    review: bool = False


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Compare all pages of the same title whose texts are mostly the same."""
    result = Result()
    groups: dict[str, list[Page]] = defaultdict(list)
    for page in site.articles:
        title = page.record.title or ""
        if page.url not in site.interpretations and len(key(title)) >= _LEAST_TITLE:
            groups[key(title)].append(page)
    for pages in groups.values():
        title = pages[0].record.title or ""
        of_document = not _DRAFT.search(title) and any(is_document(page) for page in pages)
        comparable = of_document or may_be_notice(title) or may_be_retold(title)
        if not 2 <= len(pages) <= _MOST_PAGES or not comparable:
            continue
        if parameters.subjects and not _speaks_of(site, pages, parameters.subjects):
            continue
        for one, other in combinations(pages, 2):
            if not of_document:
                _compare_notices(site, one, other, len(pages) == 2, result)
                continue
            if _are_two(one, other) or not _is_same(one, other, parameters.same):
                continue
            department = site.department_of(one)
            result.examine(department)
            conflicts = _conflicts(one, other)
            if not conflicts:
                continue
            sure = [conflict for conflict in conflicts if not conflict.review]
            result.fail(
                url=one.url, target=other.url, department=department, confidence="certain" if sure else "review",
                message=f"{cited(one.record.title or one.url)}在两处公开的内容不一致："
                f"{'；'.join(conflict.words for conflict in (sure or conflicts)[:3])}",
                evidence={"title": one.record.title, "conflicts": [conflict.words for conflict in conflicts[:10]]},
            )
    return result


def _compare_notices(site: Site, one: Page, other: Page, alone: bool, result: Result) -> None:
    found = differing_figure(site, one, other, alone=alone)
    if found is None:
        return
    department = site.department_of(one)
    result.examine(department)
    words = f"一处写“{found.one}”，一处写“{found.other}”"
    result.fail(
        url=one.url, target=other.url, department=department, confidence="certain" if found.sure else "review",
        message=f"{cited(one.record.title or one.url)}在两个栏目公开的内容不一致：{words}"
        + ("" if found.sure else "，请复核"),
        evidence={"title": one.record.title, "conflicts": [words]},
    )


def _are_alike(one: Page, other: Page) -> bool:
    first, second = one.text, other.text
    return min(share_found(first, runs_of(second)), share_found(second, runs_of(first))) >= _ALIKE


def _speaks_of(site: Site, pages: list[Page], subjects: tuple[str, ...]) -> bool:
    words = [word for subject in subjects for word in subject.split("|")]
    named = [pages[0].record.title or "", *(site.column_name(page.url) or "" for page in pages)]
    return any(word in name for word in words for name in named)


def _is_same(one: Page, other: Page, least: float) -> bool:
    if one.record.script_shell or other.record.script_shell:
        return False
    first, second = one.text, other.text
    if min(len(first), len(second)) < _LEAST_TEXT:
        return False
    return max(share_found(first, runs_of(second)), share_found(second, runs_of(first))) >= least


def _are_two(one: Page, other: Page) -> bool:
    """Whether two pages of one title are two documents: notices that come every year, each with its number and day."""
    days = [_signed(page) for page in (one, other)]
    if not all(days):
        return False
    numbers = [_numbers(page) for page in (one, other)]
    first, second = (date.fromisoformat(str(day)) for day in days)
    if not all(numbers):
        return abs((first - second).days) > _RECURRING
    if numbers[0] == numbers[1] or first == second:
        return False
    return abs((first - second).days) > _RECURRING or not _was_typed_anew(one, other)


def _was_typed_anew(one: Page, other: Page) -> bool:
    """Whether one of two pages is the other with another number and day: of the same year, and alike word for word."""
    years = [{number.group() for number in _YEAR.finditer(page.record.attributes.document_number or "")}
             for page in (one, other)]
    return years[0] == years[1] and min(len(one.text), len(other.text)) >= _LONG_TEXT and _are_alike(one, other)


def _numbers(page: Page) -> list[tuple[str, str]]:
    return document_numbers(page.record.attributes.document_number or "")


def _signed(page: Page) -> str | None:
    """Return the day a document was signed: as its text closes, else as its table says."""
    day = day_of(_closing(page.text)) or day_of(page.record.attributes.signed)
    return day.isoformat() if day is not None else None


def _conflicts(one: Page, other: Page) -> list[Conflict]:
    """Return what two pages say differently; certain where number or day tells that they are one document."""
    numbers, days = [_numbers(page) for page in (one, other)], [_signed(page) for page in (one, other)]
    known = (all(numbers) and numbers[0] == numbers[1]) or (all(days) and days[0] == days[1])
    # with another number and another day it may have been issued anew
    known = known or (not (all(numbers) and all(days)) and _are_alike(one, other))
    found = _differences(one, other)
    return found if known else [Conflict(conflict.words, review=True) for conflict in found]


def _differences(one: Page, other: Page) -> list[Conflict]:
    found = []
    numbers = [_numbers(page) for page in (one, other)]
    if all(len(number) == 1 for number in numbers) and numbers[0] != numbers[1]:
        shown = [page.record.attributes.document_number for page in (one, other)]
        found.append(Conflict(f"文号一处为{shown[0]}，一处为{shown[1]}"))
    days = [_closing(page.text) for page in (one, other)]
    if all(days) and days[0] != days[1]:
        found.append(Conflict(f"落款日期一处为 {days[0]}，一处为 {days[1]}"))
    figures = [
        pair for pair in differing_figures(one.text, other.text) if not _is_closing(pair[0]) and not _is_own(pair)
    ]
    found += [Conflict(f"一处写“{_cut(a, b)}”，一处写“{_cut(b, a)}”") for a, b in figures]
    if not found:
        found += [
            Conflict(f"一处写“{_cut(a, b)}”，一处写“{_cut(b, a)}”", review=not _is_spelt_figure(a, b))
            for a, b in differing_words(one.text, other.text)
            if key(_ITEM.sub("", a)) != key(_ITEM.sub("", b)) and not _is_own((a, b))
        ]
    signed = [page.record.attributes.signed for page in (one, other)]
    if not found and all(signed) and signed[0] != signed[1]:
        found.append(Conflict(f"成文日期一处为 {signed[0]}，一处为 {signed[1]}", review=True))
    return found


def _is_spelt_figure(one: str, other: str) -> bool:
    """Whether two sentences are one but for a number written in characters: 一百六十元, 一百二十元."""
    spelt = any_of([lexicon("documents")["spelt_figures"]])
    return spelt.sub("#", one) == spelt.sub("#", other) and spelt.findall(one) != spelt.findall(other)


def _is_own(pair: tuple[str, str]) -> bool:
    """Whether two lines are a field that each publisher fills in anew: its index number, its subject, its day."""
    return any(map(_own_fields().match, pair))


@lru_cache(maxsize=1)
def _own_fields() -> re.Pattern[str]:
    labels = lexicon("disclosure_fields")["labels"]
    return re.compile(rf"\s*[【\[]?(?:{'|'.join(label for name in _OWN for label in labels[name])})")


def _closing(text: str) -> str | None:
    """Return the day of the first line that is only an organ and a day, as written."""
    for line in text.splitlines()[2:]:
        plain = re.sub(r"[\s\u3000]+", "", line)
        match = _CLOSING.search(plain)
        if match and len(plain) <= 40 and "印发" not in plain:
            return f"{match[1]}-{int(match[2]):02d}-{int(match[3]):02d}"
    return None


def _is_closing(sentence: str) -> bool:
    return (bool(_CLOSING.search(sentence)) and len(sentence) <= 40) or "印发" in sentence[-6:]


def _cut(sentence: str, other: str) -> str:
    """Return the part of a sentence around the place where it begins to differ from another."""
    at = next((n for n, (a, b) in enumerate(zip(sentence, other, strict=False)) if a != b), 0)
    start = max(0, at - 20)
    return ("…" if start else "") + sentence[start:start + _SHOWN]
