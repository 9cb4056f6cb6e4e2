"""The publication date a reader sees: labelled or bare near the title, never one of an event or a list."""

from __future__ import annotations

import re

from crawler.extract.content import Content
from crawler.extract.dates import FoundDate, find_dates
from crawler.extract.outline import EDGE, GAP, Outline, clean

_STRONG = re.compile(
    rf"(?:发{GAP}布|发{GAP}表|公{GAP}布|公{GAP}开|更{GAP}新|刊{GAP}登|刊{GAP}发|上{GAP}传|添{GAP}加|录{GAP}入|信{GAP}息|稿{GAP}件|文{GAP}章|上{GAP}网|编{GAP}辑|提{GAP}交|新闻|入库|加{GAP}入|创{GAP}建|新{GAP}增|发{GAP}稿|登{GAP}载|推{GAP}送)"
    rf"{GAP}(?:时{GAP}间|日{GAP}期)\W*$|时{GAP}间{GAP}发{GAP}布\W*$|发{GAP}布{GAP}(?:于|在)\W*$|(?:pub(?:lish)?|release)\w*\s*(?:date|time)?\W*$",
    re.IGNORECASE,
)
_WEAK = re.compile(rf"(?:^|[\W_])(?:时{GAP}间|日{GAP}期|发{GAP}布|更{GAP}新|Date|Time){GAP}[:：]?\W*$", re.IGNORECASE)
_WRONG = re.compile(
    rf"(?:生{GAP}成|成{GAP}文|发{GAP}文|印{GAP}发|制{GAP}发|签{GAP}发|实{GAP}施|施{GAP}行|生{GAP}效|失{GAP}效|废{GAP}止|截{GAP}止|截至|开{GAP}始|结{GAP}束|起{GAP}始|起止"
    r"|报名|开标|招标|投标|成交|中标|活动|会议|答复|来信|来件|写信|提问|留言|回复|办结|受理|收件|出生|公示|征集|有效|举报|投诉|访问|打印|下载"
    r"|生产|检查|抽样|登记|批准|核准|通过|修订|修正|执行|任职|任命|到期|签订|签署|立案|处罚|决定|送达|公告|采购|首次|原文|引用)"
    rf"(?:[^\n\s:：]{{0,6}}{GAP}[:：]\W*|{GAP}(?:时{GAP}间|日{GAP}期|于|至|在)?\W{{0,2}})$|(?:网站|页面|本站|本页|站点)(?:最后|最近)?(?:更新|生成|发布|刷新)(?:时间|日期)?\W*$|(?:今{GAP}天|今日|现在|当前|系统)\W{{0,3}}(?:是|时间|日期)?\W*$|(?:截至|截止|自|从|于|至|到)\s*$"
)
_CLOCK = re.compile(r"星期|周[一二三四五六日]|农历|今天|气温|℃|天气")
_COMPANION = re.compile(
    r"来\s*源|稿\s*源|字\s*[号体]|浏\s*览|阅\s*读|点\s*击|访\s*问|作\s*者|打\s*印|分\s*享|发布(?:机构|单位|部门|者|人)"
    r"|编\s*辑|责任"
)
_NAMED = re.compile(r"time|date|pub|fbsj|fbrq|shijian|riqi|(?:^|[-_])(?:sj|rq)(?:$|[-_])", re.IGNORECASE)
_RANGE = re.compile(r"^\s*(?:至|到|起|[-—–~～]{1,2}\s*(?:\d|20)|以前|以来|前|之前|止|期间|，|,|在)")
_PUNCTUATION = re.compile(r"[\W_]")
_EVENT = re.compile(r"^\W*(?:地\s*点|会\s*议|活\s*动|主\s*题|参\s*加|主\s*讲|对\s*象|嘉\s*宾|主持)")
_CHINESE = re.compile(r"[〇○零一二三四五六七八九]{4}\s*年")
_LABEL_END = re.compile(r"(?:时\s*间|日\s*期|发\s*布|[:：])\W*$")
_THRESHOLD = 45
# what label, company and name of a date count together at most
_MOST = 95
_BEST_LABEL = 60
_REACH = 16


def read_published(outline: Outline, anchor: int, content: Content, table_end: int) -> str | None:
    """Return the best visible publication date, ISO, None where none is visible.

    ``anchor`` is the line of the title (or where it would stand), ``table_end`` the line behind a disclosure table.
    """
    best: str | None = None
    best_score = _THRESHOLD - 1
    last = min(len(outline.lines), content.footer, max(anchor, table_end) + 60, max(content.end + 12, anchor + 40))
    first = max(0, anchor - 24)
    for at, text in enumerate(outline.texts[first:last], first):
        if best_score >= _MOST and best_score >= _MOST + _nearness(at, anchor, table_end):
            continue
        if len(text) > 1500 or not ("20" in text or "19" in text or "年" in text or "２" in text):
            continue
        previous = 0
        for found in find_dates(text):
            unlabelled = _unlabelled(outline, at, found, anchor, content, table_end)
            if unlabelled + _BEST_LABEL > best_score:
                label = _label(outline, at, text[previous:found.start], first=previous == 0)
                score = _score(text, found, label, unlabelled)
                if score > best_score:
                    best, best_score = found.iso, score
            previous = found.end
    return best


def _score(text: str, found: FoundDate, label: str, unlabelled: int) -> int:
    """How well a date is shown as that of publication, by its label and what counts without it."""
    if _WRONG.search(label):
        return 0
    score = unlabelled + (_BEST_LABEL if _STRONG.search(label) else 40 if _WEAK.search(label) else 0)
    if _CLOCK.search(text) and score < 60:
        score -= 80
    if _RANGE.match(text[found.end:]) and score < 90:
        score -= 40
    return score


def _unlabelled(
    outline: Outline, at: int, found: FoundDate, anchor: int, content: Content, table_end: int
) -> int:
    """What a date's place, company and surroundings count."""
    line = outline.lines[at]
    text = line.text
    distance = at - anchor
    score = _nearness(at, anchor, table_end)
    if _COMPANION.search(text):
        score += 20
    elif _alone(text, found):
        score += 20 if -2 <= distance <= 5 else 10
    if _NAMED.search(f"{line.element.get('class') or ''} {line.element.get('id') or ''}"):
        score += 15
    if content.start <= at < content.end and at > anchor and not _is_facts(outline, at, found, anchor, content):
        score -= 60
    if line.linked and not _COMPANION.search(text):
        score -= 60 if any(end - start > 8 for start, end, _ in line.links) else 30
    return score


def _nearness(at: int, anchor: int, table_end: int) -> int:
    distance = at - anchor
    if 0 <= distance <= 7:
        return 30
    return 15 if -4 <= distance <= _REACH or 0 <= at - table_end <= 6 else 0


def _is_facts(outline: Outline, at: int, found: FoundDate, anchor: int, content: Content) -> bool:
    """Whether a line inside the content's block still belongs to the facts above the text.

    Where the title stands outside that block, the block begins with the text: only a line that says more than
    a day (source, views) or is labelled as published is a fact there.
    """
    text = outline.lines[at].text
    rest = len(clean(text)) - (found.end - found.start)
    if at - content.start > 8 or rest > 90:
        return False
    if _COMPANION.search(text) or _STRONG.search(text[:found.start]):
        return True
    if rest > 16 or any(_EVENT.match(line.text) for line in outline.lines[max(0, at - 1):at + 2]):
        return False
    first, _ = outline.span(content.element) if content.element is not None else (content.start, 0)
    return first <= anchor and at - anchor <= 3 and not _CHINESE.search(text)


def _label(outline: Outline, at: int, before: str, *, first: bool) -> str:
    """The words a date is labelled with: those before it in its line, else the label cell before the line."""
    if first and not clean(before).strip("：:（( "):
        return _label_line(outline, at)
    return before[-24:]


def _label_line(outline: Outline, at: int) -> str:
    """A label in the cell or block before: a short line that ends a row's name."""
    if at == 0:
        return ""
    text = clean(outline.lines[at - 1].text)
    return text if len(text) <= 12 and _LABEL_END.search(text) else ""


def _alone(text: str, found: FoundDate) -> bool:
    """Whether a date stands by itself, in its line or in its inline element."""
    start = text.rfind(EDGE, 0, found.start) + 1
    end = text.find(EDGE, found.end)
    part = text[start:found.start] + text[found.end:end if end >= 0 else len(text)]
    return not _PUNCTUATION.sub("", part)
