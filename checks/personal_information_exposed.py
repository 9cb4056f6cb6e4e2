"""个人信息未脱敏

公开的页面或附件里有未经脱敏处理的公民身份号码、银行卡号，或者人员名单里有手机号码、家庭住址。

依据
《政府信息公开条例》第十五条“涉及商业秘密、个人隐私等公开会对第三方合法权益造成损害的政府信息，行政机关不得公开”；
各地政务公开工作要点关于个人信息去标识化的要求。判断所用的词见 rules/lexicons/personal-information.yaml。

判定
18 位公民身份号码：行政区划、出生日期、校验码都成立的。银行卡号：16 至 19 位，校验成立，前面注明卡号、账号的。三人以上的
名单，有姓名一栏，又有手机号码一栏或者具体到门牌的住址一栏的；两人的，手机号码和住址都写全的，提请人工复核。每个页面、每个附件记一个问题，写明种类和个数；证据、报告、
台账中的号码一律遮盖。

不判定
带星号等已经脱敏的号码；统一社会信用代码，项目、合同、文书、证照编号；样表、填写说明里的示例；没有注明是身份号码、按出生日期
不满十六周岁的十八位编号；单位账户、保证金账户；值班、咨询、监督电话，联系人、负责人、河长、网格员等因公公布的电话；行政处罚中
企业法定代表人的姓名；地址只到乡镇、村的。只有手机号码名单、看不出是否因公公布的，提请人工复核。没有读到的附件不判断。

整改
立即撤下并脱敏后重新发布，清理搜索引擎快照，查明是否还有同批信息。
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import checks.model
from checks.bodies import tree_of
from checks.lexicon import any_of, lexicon
from checks.masking import CARD, IDENTITY, MOBILE, born, is_card, masked, narrowed, plain
from checks.model import Confidence, Context, Result
from checks.person_lists import lists_in
from checks.site import Site
from checks.tables import tables_of
from checks.titles import cited
from crawler.snapshot.reader import Page
from crawler.snapshot.records import FileRecord

_BEFORE, _AROUND, _GROWN = 24, 120, 16
_HEADINGS = 6
_D = "[0-9０-９]"
_SUSPECT = re.compile(rf"{_D}{{4}}(?:[ -]?{_D}{{4}}[ -]?{_D}{{4}}[ -]?{_D}{{4}}|{_D}{{2}}[ -]{_D}{{8}}[ -]{_D}{{3}})")
_PHONE = re.compile(r"1[3-9][0-9]{9}")
_HOME = re.compile(r"[住籍庭]地?址")

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
        if _may_leak(text) and not _is_sample(title):
            leaks = list(_leaks(narrowed(text), _grids_of_page(site, page), title, context))
            _record(page.url, title, "", department, leaks, result)
    _judge_files(site, context, result)
    return result


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
    # hardly any text has the sign that all these words end with
    if "址" in text and _HOME.search(text):
        return True
    least: int = lexicon("personal-information")["least_told_fully"]
    return len(_PHONE.findall(text)) >= least


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
    grids = [[[narrowed(cell) for cell in row] for row in grid] for grid in grids]
    if _SUSPECT.search(text):
        numbered = _numbered(grids)
        seen: set[str] = set()
        for leak, raw in (*_identities(text, title, context), *_banks(text)):
            if raw not in seen and raw not in numbered:
                seen.add(raw)
                yield leak
    if _may_list(text):
        for grid in grids:
            yield from _listed(grid, title)
        known = "\n".join(cell for grid in grids for row in grid for cell in row)
        for persons in lists_in(text, known):
            found = list(_listed(persons.rows, title))
            yield from found if persons.headed else (replace(leak, confidence="review") for leak in found)


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
        if labelled is None and context.as_of.year - day.year < _GROWN:
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
        around = text[max(match.start() - _AROUND, 0):match.end() + _BEFORE]
        if others.search(around) or headed is None or headed.start() > match.start():
            continue
        yield Leak("银行卡号", masked(number)), number


def _listed(grid: Grid, title: str) -> Iterator[Leak]:
    """Yield telephone numbers and addresses of a list of persons."""
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
        is_official = bool(official.search(title)) or any(official.search(text) for text in above)
    of_firms = any(firms.search(text) for text in above)
    body = grid[head + 1:]
    # where each stands with mobile number and exact address, fewer are a list already
    full = sum(any(map(MOBILE.search, row)) and any(map(address.search, row)) for row in body)
    few = full >= words["least_told_fully"] and not is_official and not of_firms
    for column, name in enumerate(grid[head]):
        cells = [row[column] for row in body if column < len(row)]
        if any_of(words["address_labels"]).search(name) and not of_firms:
            exact = [cell for cell in cells if address.search(cell)]
            if few or len(exact) >= words["least_persons"]:
                sure = len(exact) >= words["least_persons"]
                for cell in dict.fromkeys(exact):
                    yield Leak("家庭住址", f"{cell[:4]}****", "certain" if sure else "review")
        elif any_of(words["phone_labels"]).search(name) and not is_official and not official.search(name):
            found = [cell for cell in cells if MOBILE.search(cell)]
            if few or len(found) >= words["least_persons"]:
                for number in dict.fromkeys(number for cell in found for number in MOBILE.findall(cell)):
                    yield Leak("手机号码", masked(number), "review")
