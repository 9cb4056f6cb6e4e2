"""个人信息未脱敏

公开的页面或附件里有未经脱敏处理的公民身份号码、银行卡号，或者人员名单里有手机号码、家庭住址。

依据
《政府信息公开条例》第十五条“涉及商业秘密、个人隐私等公开会对第三方合法权益造成损害的政府信息，行政机关不得公开”；
各地政务公开工作要点关于个人信息去标识化的要求。判断所用的词见 rules/lexicons/personal-information.yaml。

判定
18 位公民身份号码：行政区划、出生日期、校验码都成立的，残疾人证号前 18 位也是；写在页面脚本的名单数据里的
照样算。银行卡号：16 至 19 位，校验成立，前面注明卡号、账号的。手机号码和具体到门牌的住址：名单、登记表、来信、
句子（“某某，女，家住……”）里自然人的。救助、补贴、录取一类名单和来信，姓名、门牌写全的，三人以上名单的
住址，判为泄露；写明是本人电话，或者救助一类名单中姓名和电话都写全的，同样判为泄露；其余看不出是否因公公布
的，提请人工复核。每个页面、每个附件记一个问题，写明种类和个数；证据、报告、台账中的号码一律遮盖。

不判定
带星号等已经脱敏的号码；统一社会信用代码，项目、合同、文书、证照编号；样表、填写说明里的示例；没有注明是身份号码、按出生日期
不满十六周岁的十八位编号；单位账户、保证金账户；值班、咨询、监督电话，联系人、负责人、河长、网格员等因公公布的电话；行政处罚中
企业法定代表人的姓名；企业和个体工商户的住所、经营场所；地址只到乡镇、村的。协查、寻人、欠税等依法公布身份的公告，处罚、送达
文书中当事人的住址，提请人工复核。没有读到的附件不判断。

整改
立即撤下并脱敏后重新发布，清理搜索引擎快照，查明是否还有同批信息。
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import checks.model
from checks.bodies import markup_of, tree_of
from checks.lexicon import any_of, lexicon
from checks.masking import CARD, IDENTITY, MOBILE, born, is_card, masked, narrowed, plain
from checks.model import Confidence, Context, Result
from checks.person_lists import lists_in
from checks.person_prose import Told, forms_in, names_in, told_in
from checks.site import Site
from checks.tables import tables_of
from checks.titles import cited
from checks.whole import whole_of
from crawler.snapshot.reader import Page
from crawler.snapshot.records import FileRecord
from rules.lexicons import column_type

_BEFORE, _AROUND, _GROWN, _LABEL = 24, 120, 16, 12
_CHARACTERS = 18
_HEADINGS = 6
# a longer cell is a text rather than one part of a person
_CELL = 60
_D = "[0-9０-９]"
_SUSPECT = re.compile(rf"{_D}{{4}}(?:[ -]?{_D}{{4}}[ -]?{_D}{{4}}[ -]?{_D}{{4}}|{_D}{{2}}[ -]{_D}{{8}}[ -]{_D}{{3}})")
_PHONE = re.compile(r"[1１][3-9３-９][0-9０-９]{9}")
_HOME = re.compile(r"[住籍庭]地?址")
# whose list it is says nothing of who stands on it
_COMMUNITY = re.compile(r"[\u4e00-\u9fff]{2,6}社区")
_LIVES = re.compile(r"住[^房院建宅宿保][^，。；\n]{0,40}\d")

_QUOTED = re.compile(r"""["']([1-9]\d{5}(?:19|20)\d{9}[0-9Xx])["']""")

Grid = Sequence[Sequence[str]]


class Parameters(checks.model.Parameters):
    """Nothing to set."""


@dataclass(frozen=True)
class Leak:
    """One thing exposed: what it is, masked as it may be shown, how sure that it is a leak."""

    kind: str
    masked: str
    confidence: Confidence = "certain"


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Judge every page and every attachment that carries text."""
    result = Result()
    for page in site.pages.values():
        text = page.text
        if not text:
            continue
        department = site.department_of(page)
        result.examine(department)
        title = page.record.title or ""
        if _is_sample(title):
            continue
        text += _told_beside(site, page)
        leaks = list(_leaks(narrowed(text), _grids_of_page(site, page), title, context)) if _may_leak(text) else []
        if not leaks and any_of(lexicon("personal-information")["lists"]).search(title):
            leaks = list(_in_scripts(markup_of(site, page), text))
        _record(page.url, title, "", department, leaks, result)
    _judge_files(site, context, result)
    return result


def _told_beside(site: Site, page: Page) -> str:
    """Return what stands beside the text of a consultation: what came of it names those who spoke up."""
    consults = page.record.page_kind == "consultation" or (
        column_type(page.record.column_name or "") == "consultations"
    )
    if not consults or not _PHONE.search(markup_of(site, page)):
        return ""
    return "\n" + "\n".join(whole_of(site, page).beside(page.text))


def _judge_files(site: Site, context: Context, result: Result) -> None:
    unread = 0
    for url, record in site.files():
        if site.reach(url).state != "alive":
            continue
        unread += record.outcome not in ("ok", "unsupported")
        text = site.file_text(url) if record.outcome == "ok" else ""
        if not text:
            continue
        holder = site.holders.get(url)
        page = site.pages.get(holder.url) if holder is not None else None
        department = site.department_of(page) if page is not None else site.department_for(url)
        result.examine(department)
        if not _may_leak(text):
            continue
        title = (site.snapshot.words(page.url, url) if page is not None else "") or record.title
        told = f"{title} {page.record.title or ''}" if page is not None else title
        if not _is_sample(title):
            leaks = list(_leaks(narrowed(text), _grids_of_file(record), told, context))
            _record(url, title, "附件", department, leaks, result)
    if unread:
        result.notes.append(f"有 {unread} 个附件没有读到内容（加密、扫描件或已损坏等），其中有无个人信息没有检查")


def _may_leak(text: str) -> bool:
    return bool(_SUSPECT.search(text)) or _may_list(text)


def _may_list(text: str) -> bool:
    # hardly any text has the signs that all these words have
    if ("址" in text and _HOME.search(text)) or ("住" in text and _LIVES.search(text)):
        return True
    words = lexicon("personal-information")
    phones = len(_PHONE.findall(text))
    marks = [*words["person_marks"], *words["own_phones"], *words["writers"], *words["mobile_labels"]]
    return phones >= words["least_told_fully"] or (phones > 0 and bool(any_of(marks).search(text)))


def _is_sample(title: str) -> bool:
    return bool(any_of(lexicon("personal-information")["samples"]).search(title))


def _record(
    url: str, title: str, what: str, department: str | None, leaks: list[Leak], result: Result
) -> None:
    if not leaks:
        return
    kinds: dict[str, int] = {}
    for leak in leaks:
        kinds[leak.kind] = kinds.get(leak.kind, 0) + 1
    told = "、".join(f"{kind} {count} 个" for kind, count in kinds.items())
    certain = any(leak.confidence == "certain" for leak in leaks)
    result.fail(
        url=url, department=department, confidence="certain" if certain else "review",
        evidence={"kinds": kinds, "examples": [leak.masked for leak in leaks[:3]]},
        message=f"{what}{cited(title or url)}有未脱敏的{told}（如 {leaks[0].masked}）"
        + ("" if certain else "，请核对是否因公公布"),
    )


def _grids_of_page(site: Site, page: Page) -> list[Grid]:
    return [table.texts() for table in tables_of(tree_of(site, page))]


def _grids_of_file(record: FileRecord) -> list[Grid]:
    grids: list[Grid] = [table.rows for table in record.tables]
    for member in record.members:
        grids += _grids_of_file(member)
    return grids


def _leaks(text: str, grids: Iterable[Grid], title: str, context: Context) -> Iterator[Leak]:
    """Yield what a text and its tables expose, each thing once, for certain where any place tells it for certain."""
    words = lexicon("personal-information")
    grids = [[[narrowed(cell) for cell in row] for row in grid] for grid in grids]
    found: dict[tuple[str, str], Leak] = {}
    if _SUSPECT.search(text):
        numbered = _numbered(grids)
        for leak, raw in (*_identities(text, title, context), *_banks(text)):
            if raw not in numbered:
                found.setdefault((leak.kind, raw), leak)
    if _may_list(text):
        for leak, raw in _of_persons(text, grids, title):
            place = (leak.kind, raw)
            if place not in found or leak.confidence == "certain":
                found[place] = leak
    # notices that the law wants to name persons in: wanted, missing, in arrears with taxes
    lawful = any_of(words["lawful"]).search(title)
    for leak in found.values():
        yield replace(leak, confidence="review") if lawful else leak


def _of_persons(text: str, grids: Sequence[Grid], title: str) -> Iterator[tuple[Leak, str]]:
    """Yield telephone numbers and addresses in lists of persons, in forms, in sentences on persons."""
    contacts = re.search(lexicon("personal-information")["contacts"], f"{title}\n{text}")
    for grid in grids:
        for rows in (grid, *forms_in(grid)):
            yield from _listed(rows, title, alone=contacts is None)
    known = "\n".join(cell for grid in grids for row in grid for cell in row if len(cell) <= _CELL and len(row) > 1)
    for persons in lists_in(text, known):
        for leak, raw in _listed(persons.rows, title):
            yield leak if persons.headed else replace(leak, confidence="review"), raw
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for rows in forms_in([pair for pair in pairwise(lines) if pair[1] not in known]):
        yield from _listed(rows, title)
    told = list(told_in(text))
    homes = {address for one in told for address in one.addresses}
    many = len(homes) >= lexicon("personal-information")["least_persons"]
    for one in told:
        yield from _in_prose(one, title, many)


def _in_scripts(markup: str, text: str) -> Iterator[Leak]:
    """Yield identity numbers in the data that a page's scripts build a list of; a single one may be chance."""
    words = lexicon("personal-information")
    headed = any_of(words["identity_labels"]).search(text)
    seen: dict[str, None] = {}
    keys = any_of(words["identity_keys"])
    for match in _QUOTED.finditer(markup):
        if match[1] in text or not born(match[1]):
            continue
        if headed or keys.search(markup, max(0, match.start() - _BEFORE), match.start()):
            seen.setdefault(match[1].upper())
    if len(seen) > 1:
        for number in seen:
            yield Leak("公民身份号码", masked(number))


def _in_prose(told: Told, title: str, many: bool) -> Iterator[tuple[Leak, str]]:
    words = lexicon("personal-information")
    if any_of([*words["not_phones"], *words["firms"]]).search(told.subject):
        return
    aided = any_of([*words["aided"], *words["private"]])
    sure = (told.named or many) and not any_of(words["served"]).search(title) and bool(
        aided.search(title) or aided.search(told.sentence)
    )
    for address in told.addresses:
        yield Leak("家庭住址", f"{address[:4]}****", "certain" if sure else "review"), address
    own = aided.search(title) and any_of(words["own_phones"]).search(told.sentence)
    for number in told.phones:
        before = told.sentence[:told.sentence.index(number)][-_BEFORE:]
        if not any_of(words["not_phones"]).search(re.split("[，,]", before)[-1]):
            yield Leak("手机号码", masked(number), "certain" if own else "review"), number


def _numbered(grids: Iterable[Grid]) -> set[str]:
    """Return the long numbers that stand under headings which say they number something else than persons."""
    words = lexicon("personal-information")
    other, own = any_of(words["not_identity"]), any_of(words["identity_labels"])
    found: set[str] = set()
    for grid in grids:
        columns = {
            place for row in grid[:_HEADINGS] for place, name in enumerate(row)
            if len(name) <= 16 and (other.search(name) or "编号" in name or "号码牌" in name) and not own.search(name)
        }
        found.update(plain(row[place]).upper() for row in grid for place in columns if place < len(row))
    return found


def _identities(text: str, title: str, context: Context) -> Iterator[tuple[Leak, str]]:
    words = lexicon("personal-information")
    other, labels = any_of(words["not_identity"]), any_of(words["identity_labels"])
    labelled = labels.search(title) or labels.search(text)
    for match in IDENTITY.finditer(text):
        number = plain(match[0])
        day = born(number)
        before = text[max(match.start() - _BEFORE, 0):match.start()].rsplit("\n", 1)[-1]
        if day is None or other.search(before):
            continue
        if labelled is None and (len(number) > _CHARACTERS or context.as_of.year - day.year < _GROWN):
            continue
        yield Leak("公民身份号码", masked(number)), number.upper()


def _banks(text: str) -> Iterator[tuple[Leak, str]]:
    words = lexicon("personal-information")
    labels, others = any_of(words["bank_labels"]), any_of(words["not_bank"])
    headed = labels.search(text)
    for match in CARD.finditer(text):
        number = plain(match[0])
        if not is_card(number) or born(number):
            continue
        before = text[max(match.start() - _LABEL, 0):match.start()]
        own = any_of(words["own_cards"]).search(before)
        around = before if own else text[max(match.start() - _AROUND, 0):match.end() + _BEFORE]
        if others.search(around) or not (own or (headed is not None and headed.start() < match.start())):
            continue
        yield Leak("银行卡号", masked(number)), number


def _listed(grid: Grid, title: str, alone: bool = False) -> Iterator[tuple[Leak, str]]:
    """Yield telephone numbers and addresses of a list of persons; ``alone``: one with a mobile number may be a list."""
    words = lexicon("personal-information")
    persons, official, firms, address = (
        any_of(words[name]) for name in ("person_labels", "not_phones", "firms", "address")
    )
    head = next((
        number for number, row in enumerate(grid[:_HEADINGS])
        if len(set(row)) >= 2 and any(persons.search(text) and len(text) <= 12 for text in row)
    ), None)
    if head is None:
        return
    above = [text for row in grid[:head + 1] for text in row]
    is_private = any(map(any_of(words["private"]).search, grid[head]))
    if is_private:
        named = [name for name in grid[head] if persons.search(name)]
        is_official = bool(named) and all(map(official.search, named))
    else:
        is_official = bool(official.search(_COMMUNITY.sub("", title))) or any(official.search(text) for text in above)
    of_firms = any(firms.search(text) for text in above)
    body = grid[head + 1:]
    # where each stands with mobile number and exact address, fewer are a list already
    full = sum(any(map(MOBILE.search, row)) and any(map(address.search, row)) for row in body)
    few = full >= words["least_told_fully"] and not is_official and not of_firms
    least = 1 if is_private else words["least_told_fully"]
    aided = is_private or bool(any_of([*words["aided"], *words["private"]]).search(title))
    for column, name in enumerate(grid[head]):
        cells = [row[column] for row in body if column < len(row)]
        if _is_home(name, is_private) and not of_firms:
            exact = [cell for cell in cells if address.search(cell)]
            sure = len(exact) >= words["least_persons"] or (aided and not is_official and _all_named(grid, head))
            for cell in dict.fromkeys(exact if few or sure or not is_official else ()):
                yield Leak("家庭住址", f"{cell[:4]}****", "certain" if sure else "review"), cell
        elif any_of(words["phone_labels"]).search(name) and not is_official and not official.search(name):
            found = [cell for cell in cells if MOBILE.search(cell)]
            own = any_of(words["own_phones"]).search(name) or any(map(any_of(words["writers"]).search, grid[head]))
            sure = _all_named(grid, head) and bool(own or full or len(found) > 1) and aided
            if few or own or len(found) >= least or (alone and _is_bare(grid, head, name)):
                for number in dict.fromkeys(number for cell in found for number in MOBILE.findall(cell)):
                    yield Leak("手机号码", masked(number), "certain" if sure else "review"), number


def _is_bare(grid: Grid, head: int, label: str) -> bool:
    """Whether a list tells but names and mobile numbers: no office, no unit."""
    words = lexicon("personal-information")
    known = any_of([*words["person_labels"], *words["plain_labels"]])
    return bool(any_of(words["mobile_labels"]).search(label)) and all(map(known.search, filter(None, grid[head]))) and (
        _all_named(grid, head)
    )


def _is_home(label: str, is_private: bool) -> bool:
    """Whether a column tells where persons live; of private persons any address is."""
    words = lexicon("personal-information")
    return bool(any_of(words["address_labels"]).search(label)) or (
        is_private and bool(any_of(words["any_address_labels"]).fullmatch(label))
    )


def _all_named(grid: Grid, head: int) -> bool:
    persons = any_of(lexicon("personal-information")["person_labels"])
    places = [place for place, name in enumerate(grid[head]) if persons.search(name)]
    return any(
        names_in([row[place] for row in grid[head + 1:] if place < len(row)]) for place in places
    )
