"""Where a text comes from, as the page shows it (来源：…), else what its table or tag says."""

from __future__ import annotations

import re

from crawler.extract.content import Content
from crawler.extract.dates import find_dates
from crawler.extract.outline import EDGE, GAP, Outline, clean, spaced

_ORIGINS = ("信息", "文章", "稿件", "新闻", "内容", "资料", "数据", "原文", "转载", "文稿")
_PUBLISHERS = (
    "发布机构", "发布单位", "发布部门", "发布机关", "信息提供", "供稿单位", "供稿", "信息发布", "提供单位", "来稿单位",
    "发布者", "信息提供单位", "信息报送单位", "报送单位", "责任单位", "发布人", "信息公开单位",
)
_BEGIN = r"(?:(?<=[\s【\[（(|｜丨/])|(?m:^)\W?)"
_SOURCE = re.compile(
    rf"{_BEGIN}(?:{spaced(_ORIGINS)})?{GAP}(?:来{GAP}源|稿{GAP}源|出{GAP}处|Source){GAP}(?:于|自)?{GAP}[:：]"
)
_PUBLISHER = re.compile(rf"{_BEGIN}(?:{spaced(_PUBLISHERS)}){GAP}[:：]")
_SOURCE_WORDS = ("源", "处", "Source")
_PUBLISHER_WORDS = ("发", "供", "稿", "报", "责", "公")
_STOP = re.compile(
    r"[【［\[|｜丨]|\s(?:字\s*[体号]|浏\s*览|点\s*击|阅\s*读|访\s*问|打\s*印|分\s*享|作\s*者|责任|编\s*辑|审\s*核|校\s*对|时\s*间|日\s*期|发\s*布|更\s*新|信息|文章|文号|视力|我要|收藏|朗读|播报|人气)"
    r"|(?:浏览|点击|阅读|访问)(?:次数|量|数|率)|字\s*[体号](?:大小)?\s*[:：]|发布(?:时间|日期)|更新(?:时间|日期)|(?:时间|日期|作者|编辑)\s*[:：]|\s{3,}"
)
_NOTHING = re.compile(r"^[\s\-—–_/.·:：]*$|^\{\{|^\$\{|^(?:null|undefined|次|大|中|小)$")
_OPENED_BY = {"】": "【", "]": "[", "］": "［", "）": "（", ")": "("}
_MAX_SOURCE = 60


def read_source(
    outline: Outline, anchor: int, content: Content, publisher: str | None, tag: str | None
) -> str | None:
    """Return the source shown near the title (line ``anchor``), else the table's ``publisher``, else the ``tag``."""
    shown = (
        _labelled(outline, _SOURCE, _SOURCE_WORDS, anchor, content)
        or _labelled(outline, _PUBLISHER, _PUBLISHER_WORDS, anchor, content)
    )
    return shown or publisher or tag or None


def _labelled(
    outline: Outline, label: re.Pattern[str], words: tuple[str, ...], anchor: int, content: Content
) -> str | None:
    """Return the value behind a label, every form of which holds one of the words and ends with a colon."""
    first = max(0, anchor - 8)
    last = min(len(outline.lines), content.footer, max(anchor + 24, content.start + 1))
    for at in range(first, last):
        text = outline.lines[at].text
        if len(text) > 600 or not ("：" in text or ":" in text) or not any(word in text for word in words):
            continue
        for match in label.finditer(text):
            if at > anchor and content.start + 3 < at < content.end and len(clean(text)) > 60:
                continue
            value = _value(text[match.end():])
            if not value and not clean(text[match.end():]) and at + 1 < len(outline.lines):
                value = _next_line(outline, at)
            if value:
                return value
    return None


def _value(rest: str) -> str:
    for part in rest.split(EDGE):
        stop = _STOP.search(f" {part}")
        text = part[: max(0, stop.start() - 1)] if stop else part
        for found in find_dates(text):
            text = text[: found.start]
            break
        value = _without_stray_bracket(clean(text).strip("：:|，,；; "))
        if value and not _NOTHING.match(value):
            return value if len(value) <= _MAX_SOURCE else ""
        if part.strip():
            return ""
    return ""


def _without_stray_bracket(value: str) -> str:
    """A value without the bracket that closes one opened before its label (【来源：…】)."""
    opened = _OPENED_BY.get(value[-1:])
    return value[:-1].rstrip() if opened and value.count(opened) < value.count(value[-1]) else value


def _next_line(outline: Outline, at: int) -> str:
    """A source in the block behind its label, where both are small blocks of one row."""
    element, following = outline.lines[at].element, outline.lines[at + 1]
    if following.element.tag in ("p", "h1", "h2", "h3") or following.element.getparent() is not element.getparent():
        return ""
    text = following.text
    if re.search(r"[:：]", clean(text)) or len(clean(text)) > 30:
        return ""
    return _value(text)
