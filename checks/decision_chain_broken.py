"""重大行政决策链条不完整

决策事项目录中的事项没有链接到决策草案、制定背景、意见征集采纳情况、会议审议情况、决策结果。

依据
2021 年临淄区、聊城市政务公开工作要点“实现目录与决策草案、制定背景、意见征集采纳情况、会议审议情况、决策结果等关联”；
2019 年莱芜区、兰陵县要点同类要求。要求哪些环节由规则包给出。

判定
逐项查看目录：事项所在行的链接、这些链接所到的事项页面（专题、栏目）里，没有规则包要求的某一环节，判为链条不完整，
写明缺少的环节。事项的正式文件已经公布的，应当各环节齐全；尚未公布的，只指出站内已有信息而没有关联的环节。

不判定
计划时间在巡检基准日以后的事项。目录写明当年没有决策事项的。正式文件尚未公布、站内也没有该环节信息的，事项可能还没有办到这一步，提请人工复核。
目录只有附件或图片、读不出事项的，记“未能核实”。事项页面把各环节写在同一页、以小标题分列的，以事项命名的栏目已归集各环节的，
视为已关联；目录是附件的，几个环节链接到同一页面而该页面看不出这些内容的，提请人工复核。经同意调出目录、终止的事项。导航、
面包屑里的同名栏目不算关联。

整改
在目录逐项加挂各环节的链接；缺少的环节补充公开。
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import checks.model
from checks.bodies import lines_of, tree_of
from checks.decision_items import Item, stages_shown
from checks.decisions import Catalogue, catalogues, planned_end
from checks.lexicon import any_of, lexicon
from checks.model import Context, Result
from checks.site import Site
from checks.titles import cited, core, key, without_years
from checks.whole import whole_of
from crawler.snapshot.reader import Page

_NAME, _LEAST, _PART = 80, 4, 8


class Parameters(checks.model.Parameters):
    """``links``: the stages an item must be linked to; ``years``: how many years of catalogues are looked at."""

    links: tuple[str, ...] = ("决策草案", "制定背景", "意见征集采纳情况", "会议审议情况", "决策结果")
    years: int = 2


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Judge every item of the recent catalogues."""
    result = Result()
    wanted = {str(context.plan_year - back) for back in range(parameters.years)}
    recent = [catalogue for catalogue in catalogues(site) if catalogue.years & wanted]
    if not recent:
        return result
    known = _Known(site)
    for catalogue in recent:
        if not catalogue.items:
            result.examine(catalogue.department)
            if catalogue.empty:
                continue
            result.unverified(
                url=catalogue.url, department=catalogue.department,
                message=f"{cited(catalogue.title)}读不出逐项的内容（{catalogue.unread_because}），无法确认是否关联各环节",
            )
            continue
        for item in _each(catalogue):
            _judge(site, known, catalogue, item, parameters, context, result)
    return result


def _each(catalogue: Catalogue) -> Iterator[Item]:
    seen: set[str] = set()
    for item in catalogue.items:
        if key(item.name) not in seen:
            seen.add(key(item.name))
            yield item


def _judge(
    site: Site, known: _Known, catalogue: Catalogue, item: Item, parameters: Parameters, context: Context,
    result: Result,
) -> None:
    if _is_dropped(catalogue, item):
        return
    planned = planned_end(item.row.replace(item.name, ""), int(min(catalogue.years)))
    if planned is not None and planned > context.as_of:
        return
    result.examine(catalogue.department)
    linked = [*_linked(site, item), *known.gathered(item)]
    missing = [stage for stage in parameters.links if not _among(stage, linked)]
    if not missing:
        return
    related = [title for title in known.titles_about(item) if key(title) != key(catalogue.title)]
    elsewhere = [stage for stage in missing if _among(stage, related)]
    decided = known.is_issued(item) or _is_decided(item, linked)
    if not decided and elsewhere:
        # what is not on the site may not have come about yet
        missing = elsewhere
    evidence: dict[str, Any] = {
        "item": item.name, "missing": missing, "links": [words for words in linked if words][:12],
        "unlinked_on_site": elsewhere, "decided": decided, "planned": str(planned) if planned else None,
    }
    words = f"{cited(catalogue.title)}所列“{item.name[:_NAME]}”没有关联{'、'.join(missing)}"
    if elsewhere:
        of_them = "" if elsewhere == missing else f"其中{'、'.join(elsewhere)}"
        words += f"（{of_them}站内已有信息，未与目录关联）"
    shared = bool(_shared(site, item))
    if shared:
        words += "（几个环节链接到同一页面，该页面没有这些内容，请核对）"
    result.fail(
        url=catalogue.url, target=item.name[:_NAME], department=catalogue.department, evidence=evidence,
        message=words + ("（目录是附件，请核对附件中有无链接）" if item.filed else ""),
        confidence="certain" if (decided or elsewhere) and not (item.filed or shared) else "review",
    )


def _is_dropped(catalogue: Catalogue, item: Item) -> bool:
    """Whether a catalogue says that an item was taken off it, or given up: in its row, or in a line that names it."""
    dropped = re.compile(lexicon("decisions")["dropped"])
    if any(dropped.search(text) for text in _apart(item)):
        return True
    subject = _subject(item)
    return len(subject) >= _LEAST and any(
        dropped.search(line) and subject in without_years(key(line)) and key(line) not in key(item.row)
        for line in catalogue.lines if len(line) > len(item.name) + _LEAST
    )


def _apart(item: Item) -> list[str]:
    """Return what an item's row says beside its name, cell by cell where it has cells."""
    return [text for _, text in item.cells] or [item.row.replace(item.name, " ")]


def _is_decided(item: Item, linked: list[str]) -> bool:
    """Whether an item's row says that it was decided, or leads to what came of it."""
    words = lexicon("decisions")
    heads, told = re.compile(words["decided"]["heads"]), re.compile(words["decided"]["told"])
    said = [text for head, text in item.cells if heads.search(head)] or ([] if item.cells else _apart(item))
    if any(told.search(text) and not re.search(words["nothing_yet"], text) for text in said):
        return True
    result, draft = any_of(words["stages"]["决策结果"]), any_of(words["stages"]["决策草案"])
    return any(result.search(text) and not draft.search(text) and text != item.name for text in linked)


def _shared(site: Site, item: Item) -> set[str]:
    """Return the addresses of pages that several stages of an item lead to: they show which stages they tell of."""
    several = Counter(address for address, _ in item.links)
    return {address for address, count in several.items() if count > 1 and site.page_of(address) is not None}


def _linked(site: Site, item: Item) -> Iterator[str]:
    """Yield the words and titles of all an item's row leads to, one page further for pages about the item."""
    shared = _shared(site, item)
    for address, words in item.links:
        if address not in shared:
            yield words
        page = site.page_of(address)
        if page is None:
            continue
        yield page.record.title or page.record.column_name or ""
        record = page.record
        if record.listing is not None and record.page_kind == "column":
            yield from (row.title for row in record.listing.items)
            continue
        yield from (link.title for link in record.related)
        yield from (link.title for link in record.attachments)
        beside = whole_of(site, page).beside(page.text, alike=True) if address in shared else []
        yield from stages_shown([*_lines(site, page), *beside])
        for _, element, text in site.snapshot.links_from(page.url):
            if element == "a" and len(text) >= 4 and _about(item, text):
                yield text


def _lines(site: Site, page: Page) -> list[str]:
    """Return the lines of an item's page; all it shows where it heads parts by the names of the stages."""
    stages = {*lexicon("decisions")["stages"], *lexicon("decisions")["synonyms"]}
    shown = lines_of(tree_of(site, page))
    heads = [at for at, line in enumerate(shown) if line.strip("：: ") in stages]
    if len(heads) > 1:
        return shown[heads[0]:heads[-1] + _PART]
    return [line for line in page.text.split("\n") if line.strip()]


def _among(stage: str, words: list[str]) -> bool:
    known = lexicon("decisions")
    name = known["synonyms"].get(stage, stage)
    pattern = any_of(known["stages"].get(name, [name]))
    return any(pattern.search(text) for text in words)


def _subject(item: Item) -> str:
    return without_years(core(item.name))


def _about(item: Item, title: str) -> bool:
    subject = _subject(item)
    return len(subject) >= _LEAST and subject in without_years(key(title))


class _Known:
    """What the site shows of any item: its pieces of information, its documents, columns named after one."""

    def __init__(self, site: Site) -> None:
        titles = [page.record.title or "" for page in site.articles]
        self._titles = [(without_years(key(title)), title) for title in titles]
        self._issued = {without_years(core(page.record.title or "")) for page in site.documents}
        self._columns = [
            (without_years(key(column.name)), [row.title for row in column.items]) for column in site.columns
        ]

    def titles_about(self, item: Item) -> list[str]:
        """Return the titles that name an item."""
        subject = _subject(item)
        return [title for plain, title in self._titles if subject in plain] if len(subject) >= _LEAST else []

    def gathered(self, item: Item) -> list[str]:
        """Return what stands in columns named after an item: its stages are gathered there."""
        subject = _subject(item)
        if len(subject) < _LEAST:
            return []
        return [title for name, rows in self._columns if subject in name for title in rows]

    def is_issued(self, item: Item) -> bool:
        """Whether the document an item was to become is on the site."""
        return _subject(item) in self._issued
