"""Consultations (意见征集): those a site holds, when they ran, what they lead to."""

from __future__ import annotations

import calendar
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from weakref import WeakKeyDictionary

from checks.bodies import Row, lines_of, rows_by_link, tree_of
from checks.days import day_of
from checks.lexicon import any_of, lexicon
from checks.organs import is_outside
from checks.site import Site
from checks.titles import core, interpreted_names, key, quoted, without_years
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
_LENGTH = r"([0-9]{1,3}|[一二三四五六七八九十]{1,3})\s*(?:个)?(工作日|日|天|个月|月)"
_SPAN = re.compile(
    r"(?:(?:发布|公布|公告|公示|刊登|登载|印发|即)(?:之)?日(?:起|后)(?:至|到)?[^。；\n]{0,8}?"
    r"|为期|(?:征集|征求|征询|公示|反馈|意见)[^。；，\n]{0,6}(?:期限?|时间|时限)(?:为|是|：|:)?\s*(?:共)?)" + _LENGTH
)
# 2026年9月1日起30日内: the span is counted from a day of its own
_FROM = re.compile(_DAY.format(1) + r"(?:之日)?起[^。；\n]{0,6}?" + _LENGTH)
# 2026年9月1日至30日: the second day has no month of its own
_SAME_MONTH = re.compile(
    r"(?P<y1>(?:19|20)\d\d)\s*[年]\s*(?P<m1>\d{1,2})\s*月\s*(?P<d1>\d{1,2})\s*日?" + _CLOCK
    + r"(?:起|开始)?\s*(?:-{1,2}|—{1,2}|~|～|至|到|－|–)\s*(?P<d2>\d{1,2})\s*日"
)
_MONTH_END = re.compile(r"(?:(20\d\d)\s*年\s*)?(?<!\d)(\d{1,2})\s*月\s*[底末]")
_CHINESE_DAY = re.compile(
    r"([〇○零Ｏ一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日"
)
_CHINESE_MONTH = re.compile(
    r"(?<![一二三四五六七八九十])([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_DIGITS = dict(zip("一二三四五六七八九", range(1, 10), strict=True))
_YEAR_DIGITS = {**dict.fromkeys("〇○零Ｏ", "0"), **{sign: str(value) for sign, value in _DIGITS.items()}}
_TRIAL = re.compile(
    r"[（(〔](?:公开)?(?:征求意见稿\w{0,6}|意见征求稿|征求意见|草案|讨论稿|送审稿|草案征求意见稿|修订草案)[）)〕]"
)
_FRAME = re.compile(
    r"(?:公开)?(?:征求|征集|听取)|(?:社会|公众|群众)?(?:意见|建议)(?:和建议|的)?|的?(?:公告|通知|公示|启事)$"
    r"|^.{0,20}?关于|对"
)
_OPENING = 8000
_LABELLED = 120
_STATE_PLACE = re.compile(r"[^：:]{0,6}(?:征集|征求|活动|当前|项目)?状态\s*[：:]?")
_TELLS_DAYS = re.compile(r"(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}")
_STATE_LABEL = re.compile(r".{0,6}(?:状态|进度)")
# how far the sentence and the line around a day are looked at
_REACH, _LINE = 120, 40
_SENTENCE_END = re.compile(r"[。；\n]")
_ASKS = re.compile(r"征|意见|建议|反馈|公示|公告|截止|截至|时间|日期|期限|状态")
_TAKES_EFFECT = re.compile(r"[^，。]{0,4}(?:起)?(?:正式)?(?:施行|实施|执行|生效|印发|完成|建成)")
_MARKED = re.compile(r"《([^《》\n]{4,80}(?:《[^《》\n]{2,80}》[^《》\n]{0,40})?)》")


@dataclass(frozen=True)
class Consultation:
    """One consultation: its page, what it asks about (keys), its days, None where it names none.

    ``lines`` is what its page shows of itself, ``parts`` its short lines that tell days, what each element says apart;
    ``row`` the text of the list row that leads to it, ``beside`` the other
    links of that row as (address, words).
    """

    page: Page
    subjects: frozenset[str]
    start: date | None
    end: date | None
    lines: tuple[str, ...]
    parts: tuple[str, ...]
    row: str
    beside: tuple[tuple[str, str], ...]
    department: str | None

    @property
    def text(self) -> str:
        """All lines in one."""
        return "\n".join(self.lines)

    @property
    def unread_term(self) -> str:
        """What stands behind a label of its time and was not understood (征求意见时间：…); empty where nothing does."""
        told = _outside_provisions(any_of([lexicon("consultations")["term"]]), f"{self.text}\n{self.row}")
        return next((match.group().strip() for match in told), "") if self.end is None else ""

    @property
    def standing(self) -> bool:
        """Whether it says that opinions are taken at any time (长期征集)."""
        return bool(any_of(lexicon("consultations")["standing"]).search(f"{self.text}\n{self.row}"))

    @property
    def label(self) -> str:
        """What a label or a mark of its page or its row says of its state (已结束); empty where there is none."""
        states = any_of(lexicon("consultations")["states"])
        lines = [line for line in self.lines if len(line) <= _LABELLED]
        # a label and its value in cells of their own; 征集状态： 已 结 束
        lines += [f"{one}：{other}" for one, other in pairwise(lines) if _STATE_LABEL.fullmatch(one)]
        lines += ["".join(line.split()) for line in lines if "状" in line and " " in line]
        told = (
            any_of([*lexicon("consultations")["states_in_rows"], states.pattern]).search(self.row),
            *(states.search(line) for line in lines), *(_state_beside(line) for line in self.parts),
        )
        return next((match.group() for match in told if match), "")

    @property
    def has_place_for_state(self) -> bool:
        """Whether its page shows a label for its state, whatever stands behind that."""
        return any(_STATE_PLACE.fullmatch(line) for line in self.lines)

    @property
    def state(self) -> bool:
        """Whether its page, its title or its row says what state it is in, by a label or in a sentence."""
        words = lexicon("consultations")
        return bool(
            self.label or any_of(words["states_in_titles"]).search(self.page.record.title or "")
            or any_of(words["states_in_prose"]).search(self.text)
        )


_KNOWN: WeakKeyDictionary[Site, list[Consultation]] = WeakKeyDictionary()


def consultations_of(site: Site) -> list[Consultation]:
    """Return the site's own consultations, by address; each is read once."""
    if site not in _KNOWN:
        _KNOWN[site] = _collect(site)
    return _KNOWN[site]


def is_feedback(page: Page) -> bool:
    """Whether a page publishes what a consultation brought."""
    words = lexicon("consultations")
    # the name of what was asked about may hold such words itself: 《…情况报告办法》
    title = _outside_marks(page.record.title or "", "意见")
    return bool(any_of(words["feedback_titles"]).search(title)) and not any_of(words["not_feedback"]).search(title)


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
    surveys, things = any_of(words["surveys"]), any_of(words["things"])
    rows: dict[str, dict[str, Row]] = {}
    found = []
    for page in site.articles:
        title = page.record.title or ""
        bare = _outside_marks(title)
        if unwanted.search(bare) or surveys.search(title) or is_feedback(page):
            continue
        asking = _asks_plainly(title)
        if not asking and not wanted.search(title) and page.record.page_kind != "consultation":
            continue
        if things.search(bare) and not (asking or re.search(words["opinions"], bare)):
            continue
        if page.url in site.interpretations or _of_others(site, page):
            continue
        column = site.column_of(page.url)
        if not wanted.search(title) and (column is None or column.type != "consultations"):
            continue
        row = Row()
        for listing in column.pages if column is not None else ():
            if listing.url not in rows:
                rows[listing.url] = rows_by_link(site, listing)
            row = row if row.text else rows[listing.url].get(page.url, row)
        found.append(_read(site, page, row))
    return found


def _asks_plainly(title: str) -> bool:
    """Whether a title asks for opinions in everyday words (请您来提意见), as those in a column of consultations do."""
    words = lexicon("consultations")
    bare = _outside_marks(title)
    return bool(any_of(words["asking"]).search(bare)) and not re.search(words["asked_already"], bare)


def _of_others(site: Site, page: Page) -> bool:
    """Whether another level's or place's consultation is only passed on here."""
    record = page.record
    head = (record.title or "").split("关于", 1)[0]
    return is_outside(record.attributes.issuer or None, record.attributes.document_number, site.name) or (
        len(key(head)) >= 4 and not re.search(lexicon("consultations")["no_places"], head)
        and is_outside(head, None, site.name)
    )


def _outside_marks(title: str, instead: str = "") -> str:
    """Return a title without what stands in 《》; where that is a draft, ``instead`` takes its place."""
    return re.sub(r"《[^》]*》", lambda match: instead if _TRIAL.search(match[0]) else "", title)


def _read(site: Site, page: Page, row: Row) -> Consultation:
    lines = tuple(lines_of(tree_of(site, page), opened=True) or page.text.split("\n"))
    text = "\n".join(lines)[:_OPENING]
    published = day_of(page.record.published) or day_of(page.record.published_tag)
    start, end = _period(f"{page.text[:_OPENING]}\n{text}", published)
    if end is None:
        row_start, end = _period(row.text, published)
        start = start or row_start
    for attachment in site.attachment_texts(page)[0] if end is None else ():
        own_start, end = _period(attachment.text[:_OPENING], published)
        if end is not None:
            start = own_start
            break
    return Consultation(
        page=page, subjects=subjects_of(page.record.title or ""), start=start or published, end=end,
        lines=lines, parts=_parts(site, page, lines), row=row.text, department=site.department_of(page),
        beside=tuple((address, words) for address, words in row.links if site.page_address(address) != page.url),
    )


def _parts(site: Site, page: Page, lines: tuple[str, ...]) -> tuple[str, ...]:
    """Return the short lines that tell days (已结束 开始时间：… 截止时间：…), with blanks between their elements."""
    if not any(len(line) <= _LABELLED and _TELLS_DAYS.search(line) for line in lines):
        return ()
    apart = lines_of(tree_of(site, page), apart=True)
    return tuple(line for line in apart if len(line) <= _LABELLED and _TELLS_DAYS.search(line))


def _state_beside(line: str) -> re.Match[str] | None:
    """Return the state told in a line of fields, where it tells one only: tabs and steps name them all."""
    found = list(any_of(lexicon("consultations")["states"]).finditer(line))
    return found[0] if len({match.group().strip() for match in found}) == 1 else None


def _period(text: str, published: date | None) -> tuple[date | None, date | None]:
    text = _CHINESE_DAY.sub(_in_figures, text)
    text = _CHINESE_MONTH.sub(lambda match: f"{_number(match[1])}月{_number(match[2])}日", text)
    labelled_start, labelled_end = _first(_LABEL_START, text, published), _first(_LABEL_END, text, published)
    if labelled_end:
        return labelled_start, labelled_end
    for match in _told(_PERIOD, text):
        start = _day(match, 1, published.year if published else None)
        end = _day(match, 2, start.year if start else None)
        if start and end:
            if end < start and not match["y2"]:
                end = end.replace(year=end.year + 1) if (end.month, end.day) != (2, 29) else end
            if start <= end <= start + timedelta(days=370):
                return start, end
    for match in _told(_SAME_MONTH, text):
        start = _day(match, 1, None)
        last = int(match["d2"])
        if start and start.day <= last <= calendar.monthrange(start.year, start.month)[1]:
            return start, start.replace(day=last)
    for pattern in (_BEFORE, _END):
        for match in _told(pattern, text):
            end = _day(match, 1, published.year if published else None)
            if end and (published is None or published <= end <= published + timedelta(days=370)):
                return labelled_start, end
    for match in _told(_MONTH_END, text):
        year = int(match[1]) if match[1] else published.year if published else 0
        if year and 1 <= int(match[2]) <= 12:
            return labelled_start, date(year, int(match[2]), calendar.monthrange(year, int(match[2]))[1])
    counted = next(_outside_provisions(_FROM, text), None)
    start = _day(counted, 1, published.year if published else None) if counted else None
    if counted and start:
        return start, start + _length(*counted.groups()[-2:])
    span = next(_outside_provisions(_SPAN, text), None)
    if span and published:
        return published, published + _length(span[1], span[2])
    return labelled_start, None


def _told(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Yield where days are told of the consultation itself, not of what its draft provides (施行, 有效期)."""
    for match in _outside_provisions(pattern, text):
        following = _SENTENCE_END.split(text[match.end():match.end() + 40], maxsplit=1)[0]
        around = text[max(0, match.start() - 40):match.end()] + following
        if _ASKS.search(around) and not _TAKES_EFFECT.match(following):
            yield match


def _outside_provisions(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Yield matches that stand in no provision of a draft (有异议的，可以自公示之日起26日内书面提出)."""
    words = lexicon("consultations")["provisions"]
    article, provides = re.compile(words["articles"]), re.compile(words["provides"])
    addresses, takes_effect = re.compile(words["addresses"]), re.compile(words["takes_effect"])
    for match in pattern.finditer(text):
        line = text[text.rfind("\n", 0, match.start()) + 1:][:_LINE].split("\n", 1)[0]
        if article.match(line):
            continue
        before = _SENTENCE_END.split(text[max(0, match.start() - _REACH):match.start()])[-1]
        # a pattern may have taken the end of the line with it
        end = match.start() + len(match[0].rstrip())
        after = _SENTENCE_END.split(text[end:end + _REACH], maxsplit=1)[0]
        sentence = before + match[0] + after
        if (provides.search(sentence) and not addresses.search(sentence)) or takes_effect.match(after):
            continue
        yield match


def _length(number: str, unit: str) -> timedelta:
    """Return how long a span lasts at most: working days are stretched, for none is taken to have ended too early."""
    days = _number(number) * (30 if "月" in unit else 1)
    return timedelta(days=days * 2 if unit == "工作日" else days)


def _in_figures(match: re.Match[str]) -> str:
    """Return 2026年6月21日 for 二〇二六年六月二十一日."""
    year = "".join(_YEAR_DIGITS[sign] for sign in match[1])
    return f"{year}年{_number(match[2])}月{_number(match[3])}日"


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
            names = subjects_of(page.record.title or "")
            # one page may report of several: each is then named in its text
            for inner in quoted_in(page.text[:_OPENING]):
                names |= subjects_of(f"《{inner}》")
            for name in names:
                found[name].append(page)
    return found


def told_in_passing(site: Site) -> dict[str, list[Page]]:
    """Return the explanations (解读、起草说明) that tell in passing what a consultation brought, by subject keys."""
    words = lexicon("consultations")
    explains, tells = re.compile(words["explanations"]), any_of(words["feedback_inline"])
    found: dict[str, list[Page]] = defaultdict(list)
    for page in site.articles:
        title = page.record.title or ""
        if explains.search(title) and "意见" in page.text and tells.search(page.text):
            for name in subjects_of(title) | {without_years(name) for name in interpreted_names(title)}:
                found[name].append(page)
    return found


def quoted_in(text: str) -> set[str]:
    """Return the titles a text names in 《》, line by line; those inside others stand with their outer ones."""
    return {match[1] for match in _MARKED.finditer(text)}
