"""Where on its page a finding shows: what to look for, in which order, taken from the finding alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from checks.model import Finding

How = Literal["link", "text", "row", "block"]

# a finding says that something is nowhere to be seen: no spot of the page shows it
ABSENT: Final = frozenset({
    "required-column-missing", "site-feature-missing", "site-unreachable", "topic-not-disclosed",
    "participation-below-minimum", "decision-catalogue-missing", "annual-report-missing", "guide-incomplete",
    "periodic-publication-missed", "interpretation-forms-narrow", "interpretation-missing", "interpretation-unlinked",
    "consultation-status-missing", "page-meta-missing",
})  # fmt: skip
# a field is missing from the table that tells what the document, the letter or the report is: two of these labels
# tell which table that is
TABLES: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(
        ("disclosure-attribute-missing", "document-metadata-missing", "validity-label-missing"),
        (
            "索引号", "发文机关", "发布机构", "成文日期", "发布日期", "发文字号", "文号", "主题分类", "公开方式",
            "公开属性",
        ),
    ),
    "reply-fields-missing": (
        "来信标题", "信件标题", "来信时间", "来信日期", "受理日期", "答复时间", "答复日期", "回复时间", "答复单位",
        "回复单位", "答复部门", "办理状态", "信件类型", "答复内容", "回复内容",
    ),
    # the rows of the table prescribed in 国办公开办函〔2021〕30号
    "annual-report-arithmetic": ("予以公开", "部分公开", "不予公开", "无法提供", "不予处理", "结转下年度继续办理"),
}  # fmt: skip
# a day on the page is the point of these
DATED: Final = frozenset({
    "reply-overdue", "stale-column", "burst-publication", "backdated-publication", "late-publication",
    "document-inconsistent", "consultation-feedback-missing", "interpretation-late",
})  # fmt: skip
# what in the evidence was read off the page, the most telling first
_TEXTS: Final = ("excerpt", "notice", "reply", "announced", "link_text", "words", "examples", "trap", "conflicts")
_DAYS: Final = ("newest", "received", "replied", "published", "end", "signed", "first")
_ROWED: Final = frozenset({"newest", "first"})
_WEB: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_QUOTED: Final = re.compile(r"“([^“”]{2,80})”")
_EDGES: Final = "“”\"'《》…—·.。 \n\t"
SHORTEST, LONGEST = 2, 160


@dataclass(frozen=True)
class Wanted:
    """One thing to look for: a link to an address, a text, the row a text stands in, a block with several texts."""

    how: How
    texts: tuple[str, ...]


def wanted(finding: Finding) -> list[Wanted]:
    """Return what to look for on a finding's page, the most exact first; nothing where it has no spot."""
    if finding.check in ABSENT:
        return []
    return list(dict.fromkeys(_wanted(finding)))


def _wanted(finding: Finding) -> Iterator[Wanted]:
    evidence = finding.evidence
    if finding.check in TABLES:
        yield Wanted("block", TABLES[finding.check])
    if finding.check == "wording-error" and finding.target:
        yield Wanted("text", (finding.target,))
    if finding.target and _WEB.match(finding.target):
        yield Wanted("link", (finding.target,))
    for key in _TEXTS:
        for text in _texts(evidence.get(key)):
            yield Wanted("text", (text,))
    for key in _DAYS if finding.check in DATED else ():
        for form in _forms(evidence.get(key)):
            yield Wanted("row" if key in _ROWED else "text", (form,))
    for text in _QUOTED.findall(finding.message):
        if _fits(text):
            yield Wanted("text", (text.strip(_EDGES),))


def heading(finding: Finding, title: str | None) -> str:
    """Return the title to show where nothing else was found, given the page's; empty where there is none."""
    told = finding.evidence.get("title")
    return (told if isinstance(told, str) and told else title or "").strip(_EDGES)[:LONGEST]


def _texts(value: Any) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        if not isinstance(item, str):
            continue
        # an account of what was found quotes the page between marks
        for text in _QUOTED.findall(item) or [item]:
            if _fits(text):
                yield text.strip(_EDGES)


def _fits(text: str) -> bool:
    return SHORTEST <= len(text.strip(_EDGES)) <= LONGEST


def _forms(value: Any) -> Iterator[str]:
    """Yield the ways a page writes a day."""
    if not isinstance(value, str):
        return
    try:
        day = date.fromisoformat(value[:10])
    except ValueError:
        return
    for mark in "-/.":
        yield f"{day.year}{mark}{day.month:02d}{mark}{day.day:02d}"
    yield f"{day.year}年{day.month:02d}月{day.day:02d}日"
    yield f"{day.year}年{day.month}月{day.day}日"
    yield f"{day.year}-{day.month}-{day.day}"
    yield f"{day.month:02d}-{day.day:02d}"
