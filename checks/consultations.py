"""Consultations (意见征集): those a site holds, when they ran, what they lead to."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from weakref import WeakKeyDictionary

from checks.bodies import lines_of, rows_by_link, tree_of
from checks.days import day_of
from checks.lexicon import any_of, lexicon
from checks.organs import is_outside
from checks.site import Site
from checks.titles import core, key, quoted
from crawler.snapshot.reader import Page

_DAY = r"(?:(?P<y{0}>(?:19|20)\d\d)\s*[-/.年]\s*)?(?P<m{0}>\d{{1,2}})\s*[-/.月]\s*(?P<d{0}>\d{{1,2}})\s*日?(?!\d)"
_CLOCK = (
    r"\s*(?:\(?[上下]午\)?)?\s*(?:\d{1,2}\s*[:：时点]\s*(?:\d{1,2})?\s*分?(?::\d\d)?)?"
    r"\s*(?:\([^)]{1,8}\)|（[^）]{1,8}）)?\s*"
)
_PERIOD = re.compile(
    _DAY.format(1) + _CLOCK + r"(?:起|开始)?\s*[,，]?\s*(?:-{1,2}|—{1,2}|~|～|至|到|－|–)\s*" + _DAY.format(2)
)
_END = re.compile(
    r"(?:截止|截至|结束|于|在|到|至)(?:时间|日期|期限)?(?:为|是|到|至)?\s*[:：]?\s*" + _DAY.format(1)
    + r"(?=" + _CLOCK + r"(?:之?前|以前|止|截止|结束|下班前|内)?)"
)
_BEFORE = re.compile(_DAY.format(1) + _CLOCK + r"(?:之?前|以前|止|截止)")
_LABEL_START = re.compile(r"(?:开始|起始|发起|征集开始|征求开始)(?:时间|日期)\s*[:：]?\s*" + _DAY.format(1))
_LABEL_END = re.compile(r"(?:结束|截止|截至|终止|征集结束|到期)(?:时间|日期)\s*[:：]?\s*" + _DAY.format(1))
_SPAN = re.compile(
    r"(?:发布|公布|公告|公示|刊登|登载|印发|即)(?:之)?日(?:起|后)(?:至|到)?[^。；\n]{0,8}?"
    r"([0-9]{1,3}|[一二三四五六七八九十]{1,3})\s*(?:个)?(工作日|日|天|个月|月)"
)
_DIGITS = dict(zip("一二三四五六七八九", range(1, 10), strict=True))
_TRIAL = re.compile(
    r"[（(〔](?:公开)?(?:征求意见稿\w{0,6}|意见征求稿|征求意见|草案|讨论稿|送审稿|草案征求意见稿|修订草案)[）)〕]"
)
_FRAME = re.compile(
    r"(?:公开)?(?:征求|征集|听取)|(?:社会|公众|群众)?(?:意见|建议)(?:和建议|的)?|的?(?:公告|通知|公示|启事)$"
    r"|^.{0,20}?关于|对"
)
_OPENING = 8000


@dataclass(frozen=True)
class Consultation:
    """One consultation: its page, what it asks about (keys), its days; ``open_ended``: it names no days.

    ``lines`` is what its page shows of itself; ``row`` the text of the list row that leads to it.
    """

    page: Page
    subjects: frozenset[str]
    start: date | None
    end: date | None
    lines: tuple[str, ...]
    row: str
    department: str | None

    @property
    def text(self) -> str:
        """All lines in one."""
        return "\n".join(self.lines)

    @property
    def state(self) -> bool:
        """Whether its page or its row says what state it is in."""
        states = any_of(lexicon("consultations")["states"])
        return any(states.search(line) for line in self.lines if len(line) <= 120) or bool(states.search(self.row))


_KNOWN: WeakKeyDictionary[Site, list[Consultation]] = WeakKeyDictionary()


def consultations_of(site: Site) -> list[Consultation]:
    """Return the site's own consultations, by address; each is read once."""
    if site not in _KNOWN:
        _KNOWN[site] = _collect(site)
    return _KNOWN[site]


def is_feedback(page: Page) -> bool:
    """Whether a page publishes what a consultation brought."""
    words = lexicon("consultations")
    title = page.record.title or ""
    return bool(any_of(words["feedback_titles"]).search(title))


def subjects_of(title: str) -> frozenset[str]:
    """Return the keys by which a consultation's subject may be named elsewhere."""
    bare = _TRIAL.sub("", title)
    found = {core(inner) for inner in quoted(bare)} | {key(inner) for inner in quoted(bare)}
    if not found:
        found = {key(_FRAME.sub("", bare))}
    return frozenset(name for name in found if len(name) >= 4)


def _collect(site: Site) -> list[Consultation]:
    words = lexicon("consultations")
    wanted, unwanted = any_of(words["titles"]), any_of(words["not_titles"])
    surveys = any_of(words["surveys"])
    rows: dict[str, dict[str, str]] = {}
    found = []
    for page in site.articles:
        title = page.record.title or ""
        if unwanted.search(_outside_marks(title)) or surveys.search(title) or is_feedback(page):
            continue
        if not wanted.search(title) and page.record.page_kind != "consultation":
            continue
        if page.url in site.interpretations or _of_others(site, page):
            continue
        column = site.column_of(page.url)
        if not wanted.search(title) and (column is None or column.type != "consultations"):
            continue
        row = ""
        for listing in column.pages if column is not None else ():
            if listing.url not in rows:
                rows[listing.url] = rows_by_link(site, listing)
            row = row or rows[listing.url].get(page.url, "")
        found.append(_read(site, page, row))
    return found


def _of_others(site: Site, page: Page) -> bool:
    """Whether another level's or place's consultation is only passed on here."""
    record = page.record
    head = (record.title or "").split("关于", 1)[0]
    return is_outside(record.attributes.issuer or None, record.attributes.document_number, site.name) or (
        len(key(head)) >= 4 and is_outside(head, None, site.name)
    )


def _outside_marks(title: str) -> str:
    return re.sub(r"《[^》]*》", "", title)


def _read(site: Site, page: Page, row: str) -> Consultation:
    lines = tuple(lines_of(tree_of(site, page)) or page.text.split("\n"))
    text = "\n".join(lines)[:_OPENING]
    published = day_of(page.record.published) or day_of(page.record.published_tag)
    start, end = _period(f"{page.text[:_OPENING]}\n{text}", published)
    if end is None:
        row_start, end = _period(row, published)
        start = start or row_start
    return Consultation(
        page=page, subjects=subjects_of(page.record.title or ""), start=start or published, end=end,
        lines=lines, row=row, department=site.department_of(page),
    )


def _period(text: str, published: date | None) -> tuple[date | None, date | None]:
    labelled_start, labelled_end = _first(_LABEL_START, text, published), _first(_LABEL_END, text, published)
    if labelled_end:
        return labelled_start, labelled_end
    for match in _PERIOD.finditer(text):
        start = _day(match, 1, published.year if published else None)
        end = _day(match, 2, start.year if start else None)
        if start and end:
            if end < start and not match["y2"]:
                end = end.replace(year=end.year + 1) if (end.month, end.day) != (2, 29) else end
            if start <= end <= start + timedelta(days=370):
                return start, end
    for pattern in (_BEFORE, _END):
        for match in pattern.finditer(text):
            end = _day(match, 1, published.year if published else None)
            if end and (published is None or published <= end <= published + timedelta(days=370)):
                return labelled_start, end
    span = _SPAN.search(text)
    if span and published:
        number = _number(span[1])
        days = number * 30 if "月" in span[2] else number
        # working days are stretched so that a consultation is not taken to have ended before it did
        return published, published + timedelta(days=days * 2 if span[2] == "工作日" else days)
    return labelled_start, None


def _first(pattern: re.Pattern[str], text: str, published: date | None) -> date | None:
    match = pattern.search(text)
    return _day(match, 1, published.year if published else None) if match else None


def _day(match: re.Match[str], number: int, year: int | None) -> date | None:
    given = match[f"y{number}"]
    if not given and year is None:
        return None
    try:
        return date(int(given) if given else year or 0, int(match[f"m{number}"]), int(match[f"d{number}"]))
    except ValueError:
        return None


def _number(text: str) -> int:
    if text.isdecimal():
        return int(text)
    tens, sep, ones = text.partition("十")
    return (_DIGITS.get(tens, 1) * 10 if sep else 0) + _DIGITS.get(ones if sep else tens, 0)


def feedback_pages(site: Site) -> dict[str, list[Page]]:
    """Return the pages that publish results of consultations, by the keys of what they speak of."""
    found: dict[str, list[Page]] = defaultdict(list)
    for page in site.articles:
        if is_feedback(page):
            for name in subjects_of(page.record.title or ""):
                found[name].append(page)
    return found
