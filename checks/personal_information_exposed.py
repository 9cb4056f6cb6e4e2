"""个人信息未脱敏

公开的页面里有未经脱敏处理的公民身份号码、银行卡号，或者人员名单里有手机号码、家庭住址。

依据
《政府信息公开条例》第十五条“涉及商业秘密、个人隐私等公开会对第三方合法权益造成损害的政府信息，行政机关不得公开”；
各地政务公开工作要点关于个人信息去标识化的要求。判断所用的词见 rules/lexicons/personal-information.yaml。

判定
18 位公民身份号码：行政区划、出生日期、校验码都成立的。银行卡号：16 至 19 位，校验成立，前面注明卡号、账号的。三人以上的
名单，有姓名一栏，又有手机号码一栏或者具体到门牌的住址一栏的。每个页面记一个问题，写明种类和个数；证据和报告中的号码一律
遮盖。

不判定
带星号等已经脱敏的号码；统一社会信用代码，项目、合同、文书、证照编号；单位账户、保证金账户；值班、咨询、监督电话，联系人、
负责人、河长、网格员等因公公布的电话；行政处罚中企业法定代表人的姓名；地址只到乡镇、村的。只有手机号码名单、看不出是否
因公公布的，提请人工复核。附件的内容不在本检查范围，网页上没有读到的不判断。

整改
立即撤下并脱敏后重新发布，清理搜索引擎快照，查明是否还有同批信息。
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import checks.model
from checks.bodies import tree_of
from checks.lexicon import any_of, lexicon
from checks.model import Confidence, Context, Result
from checks.site import Site
from checks.tables import Table, tables_of
from checks.titles import cited
from crawler.snapshot.reader import Page

_IDENTITY = re.compile(r"(?<![0-9A-Za-z*＊])[1-9]\d{5}(?:19|20)\d{9}[0-9Xx](?![0-9A-Za-z*＊])")
_BANK = re.compile(
    r"(?<![0-9A-Za-z*＊.])\d{16,19}(?![0-9A-Za-z*＊.])"
    r"|(?<!\d)(?<!\d )\d{4}(?: \d{4}){3}(?: \d{1,3})?(?! ?\d)"
)
_PHONE = re.compile(r"(?<![0-9A-Za-z*＊])1[3-9]\d{9}(?![0-9A-Za-z*＊])")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_BEFORE, _AROUND = 24, 120
_SUSPECT = re.compile(r"\d{16}|(?:\d{4} ){3}\d{4}")
_LISTED = re.compile(r"1[3-9]\d{9}|住址")


class Parameters(checks.model.Parameters):
    """Nothing to set."""


@dataclass(frozen=True)
class Leak:
    """One thing exposed: what it is, masked as it may be shown, how sure that it is a leak."""

    kind: str
    masked: str
    confidence: Confidence = "certain"


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Judge every page that carries text."""
    result = Result()
    for page in site.pages.values():
        text = page.text
        if not text:
            continue
        result.examine(site.department_of(page))
        leaks = list(_leaks(site, page, text))
        if leaks:
            _record(site, page, leaks, result)
    return result


def _record(site: Site, page: Page, leaks: list[Leak], result: Result) -> None:
    kinds: dict[str, int] = {}
    for leak in leaks:
        kinds[leak.kind] = kinds.get(leak.kind, 0) + 1
    told = "、".join(f"{kind} {count} 个" for kind, count in kinds.items())
    certain = any(leak.confidence == "certain" for leak in leaks)
    result.fail(
        url=page.url, department=site.department_of(page), confidence="certain" if certain else "review",
        evidence={"kinds": kinds, "examples": [leak.masked for leak in leaks[:3]]},
        message=f"{cited(page.record.title or page.url)}有未脱敏的{told}（如 {leaks[0].masked}）"
        + ("" if certain else "，请核对是否因公公布"),
    )


def _leaks(site: Site, page: Page, text: str) -> Iterator[Leak]:
    if _SUSPECT.search(text):
        seen: set[str] = set()
        for leak, raw in (*_identities(text), *_banks(text)):
            if raw not in seen:
                seen.add(raw)
                yield leak
    if len(_LISTED.findall(text)) >= lexicon("personal-information")["least_persons"] or "住址" in text:
        for table in tables_of(tree_of(site, page)):
            yield from _listed(table, page.record.title or "")


def masked(number: str) -> str:
    """Return a number with all but its first three and last two characters covered."""
    plain = number.replace(" ", "")
    return plain[:3] + "*" * (len(plain) - 5) + plain[-2:]


def is_identity(number: str) -> bool:
    """Whether 18 characters are a citizen's identity number: region, day of birth, check character."""
    if int(number[:2]) not in lexicon("personal-information")["regions"]:
        return False
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    if not date(1900, 1, 1) <= born <= date(2100, 1, 1):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return _CHECKS[total % 11] == number[17].upper()


def is_card(number: str) -> bool:
    """Whether digits pass the check of bank cards (Luhn) and begin as cards do."""
    if not number.startswith(tuple(lexicon("personal-information")["bank_prefixes"])) or len(set(number)) < 4:
        return False
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _identities(text: str) -> Iterator[tuple[Leak, str]]:
    other = any_of(lexicon("personal-information")["not_identity"])
    for match in _IDENTITY.finditer(text):
        before = text[max(match.start() - _BEFORE, 0):match.start()].rsplit("\n", 1)[-1]
        if is_identity(match[0]) and not other.search(before):
            yield Leak("公民身份号码", masked(match[0])), match[0].upper()


def _banks(text: str) -> Iterator[tuple[Leak, str]]:
    words = lexicon("personal-information")
    labels, others = any_of(words["bank_labels"]), any_of(words["not_bank"])
    headed = labels.search(text)
    for match in _BANK.finditer(text):
        number = match[0].replace(" ", "")
        if not is_card(number) or (len(number) == 18 and is_identity(number)):
            continue
        around = text[max(match.start() - _AROUND, 0):match.end() + _BEFORE]
        if others.search(around) or headed is None or headed.start() > match.start():
            continue
        yield Leak("银行卡号", masked(number)), number


def _listed(table: Table, title: str) -> Iterator[Leak]:
    """Yield telephone numbers and addresses of a list of persons."""
    words = lexicon("personal-information")
    grid = table.texts()
    persons, head = any_of(words["person_labels"]), None
    for number, row in enumerate(grid[:6]):
        if any(persons.search(text) and len(text) <= 12 for text in row) and len(row) >= 2:
            head = number
            break
    if head is None:
        return
    names = grid[head]
    official = any_of(words["not_phones"])
    if any(official.search(text) for row in grid[:head + 1] for text in row):
        return
    body = grid[head + 1:]
    for column, name in enumerate(names):
        cells = [row[column] for row in body if column < len(row)]
        if any_of(words["phone_labels"]).search(name):
            found = [cell for cell in cells if _PHONE.search(cell)]
            if len(found) >= words["least_persons"] and not official.search(title):
                numbers = [match for cell in found for match in _PHONE.findall(cell)]
                for number_text in dict.fromkeys(numbers):
                    yield Leak("手机号码", masked(number_text), "review")
        elif any_of(words["address_labels"]).search(name):
            exact = [cell for cell in cells if any_of(words["address"]).search(cell)]
            if len(exact) >= words["least_persons"]:
                for cell in dict.fromkeys(exact):
                    yield Leak("家庭住址", f"{cell[:4]}****")
