"""文件前后矛盾

同一份文件里，文号的年份、成文日期、落款日期、印发日期、标题年份互相矛盾。

依据
《政府信息公开条例》第六条“行政机关应当及时、准确地公开政府信息”；国办秘函〔2019〕19 号检查指标关于内容准确的
要求。

判定
一、信息公开表所填文号与正文的文号不同；二、文号的年份与落款日期（没有落款的，与成文日期）的年份不同；三、印发
日期早于成文日期；四、标题中的年份与正文同一名称的年份不同（没有
书名号的，须正文的年份与文号、落款相同而正文没有标题的年份，只是正文开头所印发的年份不同的提请人工复核）；五、成文日期与落款日期不同（提请人工复核）；
六、“某年工作要点、工作计划”等标题的年份与成文日期相差两年以上，或者上年的要点到本年二月以后才成文、文号也是
本年的（提请人工复核）。

不判定
转发、印发的通知里，别的机关的文件何时印发，不是本文的印发日期；年底编号、次年初签发等跨年的正常情形；转载的上级文件；五年规划、普查、往年情况通报等本来就涉及别的年份的标题；
成文日期一栏其实是网页生成时间的；日期读不出的。

整改
对照原件更正错误的一处；表中数据由公文系统直接带入，不要手工重填。
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import checks.model
from checks.bodies import markup_of
from checks.days import day_of
from checks.documents import is_document, is_repost
from checks.lexicon import any_of, lexicon
from checks.model import Context, Result
from checks.organs import is_outside
from checks.site import Site
from checks.titles import cited, core, document_numbers, key, key_of_text, quoted
from crawler.snapshot.reader import Page

_DAY = r"(20\d\d|19\d\d)\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日"
_SIGNED_LINE = re.compile(rf"^[^\d。；，]{{0,40}}{_DAY}\s*$")
# nothing but the number of copies and the like follows; a sentence goes on (…印发的规划)
_PRINTED = re.compile(
    rf"{_DAY}\s*印\s*发(?=\s*(?:[。.]|[（(【\[〔]|共?印|校对|打印|主动公开|依申请公开|不予公开|$))"
)
_PASSED_ON = re.compile(r"转发|批转|转载|翻印|转印")
_OFFICE = re.compile(r"(?:人民政府)?(?:办公室|办公厅|秘书处|秘书科)?$")
_NUMBER_YEAR = re.compile(r"[〔\[【(（﹝［](\d{4})[〕\]】)）﹞］]")
_ISSUED_NAME = re.compile(r"(?:印发|下发|公布|发布)[^《》]{0,6}《([^《》]{4,80})》")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_TAG = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_SIGNER = re.compile(r"(?:政府|办公室|局|委员会|委|厅|院|处|中心|街道|会|队|站|所|支行|公司)$")
_DIGITS = "〇一二三四五六七八九"
_CHINESE_DAY = re.compile(
    r"([一二][〇零○O0一二三四五六七八九]{3})\s*年\s*([一二三四五六七八九]?十?[一二三四五六七八九]?)\s*月"
    r"\s*([一二三四五六七八九]?十?[一二三四五六七八九]?)\s*日"
)
_HEAD_LINES, _NAME = 12, 8
# what is said of last year's or next year's
_GONE = "(?:同时|予以|一并|自)?(?:废止|失效|停止)|另行|将于|实施情况|完成情况|执行情况"


class Parameters(checks.model.Parameters):
    """None: a document must agree with itself everywhere."""


@dataclass(frozen=True)
class Fault:
    """One contradiction: the two places in words; whether a person should confirm; what was seen."""

    words: str
    review: bool = False


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Judge every document of the site's own organs."""
    result = Result()
    for page in site.documents:
        if not is_document(page) or is_repost(page, site.name) or page.url in site.interpretations:
            continue
        department = site.department_of(page)
        result.examine(department)
        faults = faults_of(site, page)
        if not faults:
            continue
        sure = [fault for fault in faults if not fault.review]
        attributes = page.record.attributes
        result.fail(
            url=page.url, department=department, confidence="certain" if sure else "review",
            message=f"文件{cited(page.record.title or page.url)}前后矛盾：{'；'.join(f.words for f in sure or faults)}",
            evidence={
                "title": page.record.title, "document_number": attributes.document_number,
                "signed": attributes.signed, "faults": [fault.words for fault in faults],
            },
        )
    return result


def faults_of(site: Site, page: Page) -> list[Fault]:
    """Return the contradictions of one document, gravest first."""
    lines = [_with_digits(line.strip()) for line in page.text.splitlines() if line.strip()]
    closing, printed = _closing(lines), _printed(lines, page, site.name)
    stated = day_of(page.record.attributes.signed)
    found = _found(page, lines, closing, printed, stated)
    if found and stated is not None and stated != closing and not _is_signed_label(site, page):
        found = _found(page, lines, closing, printed, None)
    return sorted(found, key=lambda fault: fault.review)


def _found(
    page: Page, lines: list[str], closing: date | None, printed: date | None, stated: date | None
) -> list[Fault]:
    told = [
        _numbers(page, lines), _number_and_day(page, closing, stated), _printed_before(closing or stated, printed),
        _title_and_text(page) or _unmarked_title_and_text(page, closing, stated), _two_days(stated, closing),
        _planned_year(page, closing or stated),
    ]
    return [fault for fault in told if fault is not None]


def _numbers(page: Page, lines: list[str]) -> Fault | None:
    """The table's number against the one that stands on a line of its own at the head of the text."""
    table = document_numbers(page.record.attributes.document_number or "")
    heads = [
        line for line in lines[:_HEAD_LINES]
        if len(line) <= 30 and re.fullmatch(r"[\u4e00-\u9fff]{1,16}\s*[〔\[【(（]\d{4}[〕\]】)）]\s*\d{1,5}\s*号", line)
    ]
    text = [number for line in heads for number in document_numbers(line)]
    if len(table) != 1 or len(text) != 1 or table[0] == text[0]:
        return None
    own, other = table[0], text[0]
    if not (own[0].endswith(other[0]) or other[0].endswith(own[0]) or own[1] == other[1]):
        return None
    if own[1] == other[1] and (own[0].endswith(other[0]) or other[0].endswith(own[0])):
        return None
    return Fault(f"信息公开表的文号为{page.record.attributes.document_number}，正文的文号为{heads[0]}")


def _number_and_day(page: Page, closing: date | None, stated: date | None) -> Fault | None:
    number = page.record.attributes.document_number or ""
    match = _NUMBER_YEAR.search(number)
    day = closing or stated
    if match is None or day is None or int(match[1]) == day.year:
        return None
    gap = abs(int(match[1]) - day.year)
    if gap == 1 and _near_year_end(day, int(match[1])):
        return None
    if closing and stated and stated.year == int(match[1]):
        # the closing line read may be an annex's own
        return Fault(f"文号{number}与落款日期 {closing} 的年份不同", review=True)
    return Fault(f"文号{number}的年份与{'落款' if closing else '成文'}日期 {day} 不同")


def _near_year_end(day: date, year: int) -> bool:
    window = lexicon("documents")["inconsistent"]["year_end"]
    place = day.strftime("%m-%d")
    return bool(place >= window["from"] if year > day.year else place <= window["to"])


def _printed_before(signed: date | None, printed: date | None) -> Fault | None:
    if signed is None or printed is None or printed >= signed:
        return None
    return Fault(f"印发日期 {printed} 早于成文日期 {signed}")


def _title_and_text(page: Page) -> Fault | None:
    """A name in the title's 《》 against the same name in the text, years apart."""
    text = ""
    for name in quoted(page.record.title or ""):
        plain = key(name)
        found = _YEAR.findall(plain)
        if len(found) != 1 or len(plain) < _NAME:
            continue
        text = text or key_of_text(page.text[:4000])
        before, after = plain.split(found[0])
        same = re.compile(rf"{re.escape(before)}(20\d\d){re.escape(after)}")
        others = set(same.findall(text))
        if others and found[0] not in others:
            return Fault(f"标题写“{found[0]}年”，正文中同一名称写“{min(others)}年”")
    return None


def _unmarked_title_and_text(page: Page, closing: date | None, stated: date | None) -> Fault | None:
    """The one year of a title without 《》 against that of the same name in the text, where the title's is not.

    Beyond doubt where the text's is the year of the document itself, too, and the title's is nowhere in the text.
    """
    title = page.record.title or ""
    found = _YEAR.findall(key(title))
    if len(found) != 1 or quoted(title) or any_of(lexicon("documents")["inconsistent"]["other_years"]).search(title):
        return None
    name = core(title).partition(found[0])[2]
    if len(name) < _NAME or found[0] + name not in key(title):
        return None
    text = key_of_text(page.text[:4000])
    same = re.compile(rf"(现[将就]?|印发|公布|制定)?.{{0,2}}(20\d\d){re.escape(name)}(?!{_GONE})")
    others = {match[2]: bool(match[1]) for match in same.finditer(text)}
    if len(others) != 1 or found[0] in others:
        return None
    year, introduced = next(iter(others.items()))
    numbered = _NUMBER_YEAR.search(page.record.attributes.document_number or "")
    own = {str(day.year) for day in (closing or stated,) if day} | ({numbered[1]} if numbered else set())
    told = f"标题写“{found[0]}年”，正文中同一名称写“{year}年”"
    if own == {year} and found[0] not in set(_YEAR.findall(text)):
        return Fault(told)
    return Fault(told, review=True) if introduced else None


def _two_days(stated: date | None, closing: date | None) -> Fault | None:
    if stated is None or closing is None or stated == closing:
        return None
    return Fault(f"信息公开表的成文日期为 {stated}，正文落款为 {closing}", review=True)


def _planned_year(page: Page, day: date | None) -> Fault | None:
    words = lexicon("documents")["inconsistent"]
    title = _own_name(page.record.title or "")
    if day is None or any_of(words["other_years"]).search(title) or len(set(_YEAR.findall(title))) > 1:
        return None
    match = re.search(words["planned"], title)
    if match is not None and abs(int(match[1]) - day.year) >= 2:
        return Fault(f"标题为 {match[1]} 年的安排，成文日期却是 {day}", review=True)
    match = re.search(words["yearly"], title)
    if match is None or not _is_out_of_its_year(page, title, int(match[1]), day):
        return None
    number = page.record.attributes.document_number
    return Fault(f"标题为 {match[1]} 年的安排，{f'文号为{number}，' if number else ''}成文日期却是 {day}", review=True)


def _own_name(title: str) -> str:
    """Return the name of what a title issues (关于印发《…》的通知), the title itself where it issues nothing."""
    issued = _ISSUED_NAME.search(title)
    return issued[1] if issued is not None else title


def _is_out_of_its_year(page: Page, title: str, planned: int, day: date) -> bool:
    """Whether what is laid down for a year was signed in another one than that year and the end of the one before."""
    words = lexicon("documents")["inconsistent"]
    place = day.strftime("%m-%d")
    late = day.year == planned + 1 and place > words["year_end"]["to"]
    early = day.year == planned - 1 and place < words["ahead"]
    numbered = _NUMBER_YEAR.search(page.record.attributes.document_number or "")
    if not (late or early) or (numbered is not None and int(numbered[1]) != day.year):
        return False
    if not re.search(words["may_run_on"], title):
        return True
    told = set(_YEAR.findall(key_of_text(page.text)))
    return str(day.year) in told and str(planned) not in told


def _with_digits(line: str) -> str:
    """Return a line with 二〇二六年六月十八日 written in digits."""
    return _CHINESE_DAY.sub(_in_digits, line) if "年" in line and "日" in line else line


def _in_digits(match: re.Match[str]) -> str:
    year = "".join(str(_DIGITS.index(digit)) for digit in re.sub("[零○O0]", "〇", match[1]))
    month, day = (_count(part) for part in (match[2], match[3]))
    return f"{year}年{month}月{day}日"


def _count(text: str) -> int:
    """Return what a Chinese number below one hundred counts: 十八, 二十, 三十一."""
    tens, ten, ones = text.rpartition("十")
    high = (_DIGITS.index(tens) if tens else 1) if ten else 0
    return high * 10 + (_DIGITS.index(ones) if ones else 0)


def _closing(lines: list[str]) -> date | None:
    """Return the day under a document's own text: that of its first signature, before annexes; None: none clear."""
    for at, line in enumerate(lines):
        match = _SIGNED_LINE.match(line)
        if match is None or at < 2:
            continue
        organ = line[:match.start(1)].strip() or lines[at - 1]
        if len(organ) <= 30 and _SIGNER.search(organ):
            return _date(match)
    return None


def _printed(lines: list[str], page: Page, site_name: str) -> date | None:
    """Return the day of a document's own line of printing, the last there is; None where it has none."""
    for at in range(len(lines) - 1, -1, -1):
        # a pattern is tried on every line of every document: hardly any has its last sign
        match = _PRINTED.search(lines[at]) if "发" in lines[at] else None
        if match is None:
            continue
        organ = re.split(r"[。；，,：:\s]+", lines[at][:match.start()].strip(" 　。；，,：:"))[-1]
        if not _SIGNER.search(organ):
            organ = lines[at - 1].strip() if at and not organ and len(lines[at - 1]) <= 30 else ""
        if _is_own(organ, page, site_name):
            return _date(match)
    return None


def _is_own(organ: str, page: Page, site_name: str) -> bool:
    """Whether what an organ printed may be this document, not one that it passes on."""
    if not organ:
        return True
    if is_outside(organ, None, site_name):
        return False
    issuer = page.record.attributes.issuer or ""
    if not _PASSED_ON.search(page.record.title or "") or not issuer:
        return True
    stems = [_OFFICE.sub("", key(name)) for name in (organ, issuer)]
    return stems[0].endswith(stems[1]) or stems[1].endswith(stems[0])


def _date(match: re.Match[str]) -> date | None:
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def _is_signed_label(site: Site, page: Page) -> bool:
    """Whether the table's day is shown as that of the document, not of the web page (生成日期)."""
    if not page.record.attributes.has_table:
        return False
    words = re.sub(r"&nbsp;|[\s\u3000]+", "", _TAG.sub("", markup_of(site, page)))
    return bool(re.search(lexicon("documents")["signed_labels"], words))
