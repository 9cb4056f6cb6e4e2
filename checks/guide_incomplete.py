"""信息公开指南要素不全

政府信息公开指南没有写明法定的要素。

依据
《政府信息公开条例》第十二条：指南包括政府信息的分类、编排体系、获取方式和政府信息公开工作机构的名称、办公地址、办公
时间、联系电话、传真号码、互联网联系方式等内容；第四十二条关于收费的规定。要素由规则包给出，各种写法见
rules/lexicons/guide.yaml。

判定
指南正文（页面内容）和附件里没有某一要素的任何写法，每缺一项记一个问题。页脚里网站自己的电话、地址不算指南的内容；监督、
投诉电话不算工作机构的联系电话；公开内容里的
行政事业性收费、公报免费领取不算写明收费标准，除此之外提到费用而看不出是否在说提供信息收费的，提请人工复核；只说可以用传真申请、没有号码的，不算写明传真号码。条款要求告知救济渠道而没有指明写在指南
里的，提请人工复核。

不判定
同一单位有几个版本的，只看最新的一个。关于指南的通知、解读，办事指南、申请指南，不是公开指南。指南只有图片、附件没有读到、
正文一看就不是指南（法定九项要素中写明的不到三项）或由脚本填充的，记“未能核实”。

整改
在指南中补写缺少的要素，并随时更新。
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import checks.model
from checks.bodies import lines_of, tree_of
from checks.days import day_of
from checks.lexicon import any_of, lexicon
from checks.model import Context, Result
from checks.site import Site
from checks.tables import tables_of
from checks.titles import cited, key, without_years
from crawler.snapshot.reader import Page

_KINDS = ("article", "document", "column", "other")
# a table of particulars has a head of so many short names
_HEADS, _HEAD = 3, 12
_LABEL = re.compile(r"([\u4e00-\u9fff]{2,8})\s*[:：]?")
_LABELS = re.compile(r"[\u4e00-\u9fff、/]{2,12}\s*[:：]?")
_LABELLED = re.compile(r"(?:[\u4e00-\u9fff]{2,8}\s*)?[:：]")
_NOTHING = re.compile(r"[\s\-—–_/\\·.…*　]*")
_AROUND, _STOPS = 12, r"[。；;，,、：:\n]"
_EDITION = re.compile(r"[（(〔\[].{0,16}[）)〕\]]|修订版?|最新版?|\d{4}年?版?|版$")


# article 12 of the regulations
STATUTORY = (
    "信息分类", "编排体系", "获取方式", "工作机构名称", "办公地址", "办公时间", "联系电话", "传真号码",
    "互联网联系方式",
)


class Parameters(checks.model.Parameters):
    """``particulars``: what a guide must tell; ``stated``: whether the clause itself asks for them in the guide."""

    particulars: tuple[str, ...] = STATUTORY
    stated: bool = True


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Judge the newest guide of every unit."""
    result = Result()
    for page in _guides(site):
        department = site.department_of(page)
        result.examine(department)
        _judge(site, page, department, parameters, result)
    return result


def _guides(site: Site) -> list[Page]:
    """Return the guides, one for each unit: the newest; a list of guides is none."""
    newest: dict[tuple[str, str], Page] = {}
    for page in site.pages.values():
        record = page.record
        listing = record.listing
        if record.page_kind not in _KINDS or not _is_guide(page):
            continue
        if record.page_kind == "column" and (not page.text or (listing and _mostly_list(page))):
            continue
        if len(page.text) < lexicon("guide")["least_text"] and _leads_to_guides(site, page):
            continue
        identity = (site.department_of(page) or "", without_years(key(_EDITION.sub("", record.title or ""))))
        known = newest.get(identity)
        if known is None or _rank(page) > _rank(known):
            newest[identity] = page
    return sorted(newest.values(), key=lambda page: page.url)


def _leads_to_guides(site: Site, page: Page) -> bool:
    """Whether a page with hardly a text links to guides of other units: it is their list."""
    titles = any_of(lexicon("guide")["titles"])
    own = key(page.record.title or "")
    return any(
        target in site.pages and target != page.url and titles.search(text) and key(text) != own
        for target, _, text in site.snapshot.links_from(page.url)
    )


def _is_guide(page: Page) -> bool:
    words = lexicon("guide")
    titles = any_of(words["titles"])
    title = page.record.title or ""
    if any_of(words["not_titles"]).search(re.sub(words["organ_before"], "", title)):
        return False
    if titles.search(title):
        return len(key(_EDITION.sub("", title))) <= 30
    return page.record.page_kind != "article" and bool(titles.search(page.record.column_name or ""))


def _mostly_list(page: Page) -> bool:
    listing = page.record.listing
    dated = [item for item in (listing.items if listing else ()) if item.date]
    return bool(dated) and page.record.text_length < 3 * sum(len(item.title) for item in dated)


def _rank(page: Page) -> tuple[int, str, int, str]:
    day = day_of(page.record.published) or day_of(page.record.published_tag)
    enough = int(len(page.text) >= lexicon("guide")["least_text"])
    return enough, day.isoformat() if day else "", len(page.text), page.url


def _judge(site: Site, page: Page, department: str | None, parameters: Parameters, result: Result) -> None:
    words = lexicon("guide")
    files, unread = site.attachment_texts(page)
    parts = (_shown(site, part) for part in (page, *_further(site, page)))
    text = "\n".join((*parts, *(file.text for file in files)))
    missing = [name for name in parameters.particulars if not _tells(text, name)]
    if not missing:
        return
    title = cited(page.record.title or page.record.column_name or "政府信息公开指南")
    common: dict[str, Any] = {"url": page.url, "department": department}
    if page.record.script_shell or len(text) < words["least_text"]:
        result.unverified(**common, message=f"{title}正文很短，内容可能在附件或图片里，无法确认要素是否齐全")
        return
    if unread:
        result.unverified(**common, message=f"{title}的附件没有读到或没有读全，无法确认要素是否齐全")
        return
    if sum(_tells(text, name) for name in STATUTORY) < words["least_particulars"]:
        result.unverified(
            **common, message=f"{title}的正文不像公开指南，内容可能在别处或图片里，无法确认要素是否齐全"
        )
        return
    for name in missing:
        told, mention = f"{title}没有写明{name}", _mention(text, name)
        if mention:
            told += f"，只提到“{mention}”，请核对"
        elif not parameters.stated:
            told += "，请核对是否另有告知"
        result.fail(
            **common, target=name, evidence={"particulars_missing": missing}, message=told,
            confidence="certain" if parameters.stated and not mention else "review",
        )


def _further(site: Site, page: Page) -> list[Page]:
    """Return the further pages of a guide that is shown on several: linked from it, and of the same title."""
    own = key(page.record.title or "")
    linked = {target for target, _, _ in site.snapshot.links_from(page.url) if target != page.url}
    found = (site.pages.get(target) for target in sorted(linked))
    return [other for other in found if other is not None and own and key(other.record.title or "") == own]


def _tells(text: str, name: str) -> bool:
    known = lexicon("guide")["particulars"].get(name, [re.escape(name)])
    return bool(any_of(known).search(_without_others(text, name)))


def _mention(text: str, name: str) -> str:
    """Return the words around what may be on a particular, empty where nothing is."""
    words = lexicon("guide")["mentioned"].get(name)
    plain = _without_others(text, name)
    found = any_of(words).search(plain) if words else None
    if found is None:
        return ""
    before = re.split(_STOPS, plain[max(found.start() - _AROUND, 0):found.start()])[-1]
    return before + found[0] + re.split(_STOPS, plain[found.end():found.end() + _AROUND])[0]


def _without_others(text: str, name: str) -> str:
    words = lexicon("guide")
    others = words["other_matters"].get(name)
    if name in words["by_content"]:
        section, lines = re.compile(words["sections"]), text.split("\n")
        kept = [
            line for line, following in pairwise([*lines, ""])
            if not (section.fullmatch(line.strip()) and section.fullmatch(following.strip()))
        ]
        text = "\n".join(kept)
    return any_of(others).sub("", text) if others else text


def _shown(site: Site, page: Page) -> str:
    """Return a guide's text from its title down to the footer, where a site tells its own telephone.

    What folds open part by part may not have been taken for one text.
    """
    root = tree_of(site, page)
    lines = lines_of(root, opened=True)
    first = page.text.split("\n", 1)[0].strip()
    start = next((number for number, line in enumerate(lines) if first and first[:20] in line), len(lines))
    title = key(page.record.title or "")
    start = next((number for number in reversed(range(start)) if title and title in key(lines[number])), start)
    footer = any_of([lexicon("guide")["footer"]])
    end = next((number for number in range(start, len(lines)) if footer.search(lines[number])), len(lines))
    tables = [table.texts() for table in tables_of(root)]
    own = lines[start:end] or page.text.splitlines()
    pairs = [pair for rows in tables for row in rows for pair in pairwise(row)]
    labelled = {value: label for label, value in pairs if _names(label, value)}
    told = [f"{labelled[line]}：{line}" if line in labelled else line for line in own]
    shown = "\n".join((*told, *(line for rows in tables for line in _under_heads(rows))))
    # a label that stands once, and with nothing behind it, tells nothing
    for label in {*_hollow_labels(own), *(label for rows in tables for label in _hollow_cells(rows))}:
        if sum(line.count(label) for line in own) <= 1:
            shown = shown.replace(label, "")
    return shown


def _under_heads(rows: list[list[str]]) -> Iterator[str]:
    """Yield what a table of a guide tells under the heads of its columns (传真 over a number), as lines."""
    head, *body = rows
    labels = any_of([lexicon("guide")["form_labels"]])
    if len(set(head)) < _HEADS or any(len(cell) > _HEAD for cell in head):
        return
    if not any(map(labels.fullmatch, head)) or any(labels.fullmatch(cell) for row in body for cell in row):
        return
    for row in body:
        yield from (f"{name}：{cell}" for name, cell in zip(head, row, strict=False) if name and cell)


def _hollow_cells(rows: list[list[str]]) -> Iterator[str]:
    """Yield the labels of a form beside which nothing, or a dash, stands."""
    for row in rows:
        for label, value in pairwise(row):
            if _LABEL.fullmatch(label) and _NOTHING.fullmatch(value):
                yield label


def _hollow_labels(lines: list[str]) -> Iterator[str]:
    """Yield the labels at the end of a line that another label, or a dash, follows: 办公时间： / 联系电话：…."""
    for line, following in pairwise([*lines, "：："]):
        label = _LABEL.match(line)
        ends = label is not None and line.rstrip().endswith(("：", ":")) and len(line.rstrip()) == label.end()
        if label is not None and ends and (_NOTHING.fullmatch(following) or _LABELLED.match(following)):
            yield label[1]


def _names(label: str, value: str) -> bool:
    """Whether a cell of a form is the label of the number beside it."""
    return bool(_LABELS.fullmatch(label)) and bool(re.search(r"\d{5}", value)) and not re.search(r"\d", label)
