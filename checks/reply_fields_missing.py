"""来信答复要素不全

公开的来信没有列明受理日期、答复日期、答复部门、答复内容，或者没有公布来信办理的统计数据。

依据
2019 年莱芜区、兰陵县政务公开工作要点“列清受理日期、答复日期、答复部门、答复内容及有关统计数据”。要列哪些要素由
规则包给出。

判定
已经答复的来信，在它的页面（没有自己页面的，在列表行）上找不到规则包要求的某一要素，每缺一项记一个问题。要求
公布统计数据的，全站来信栏目和来信办理情况通报里都没有收信、办理、答复的数量，判为没有公布统计数据；公布了的，与该栏目
所列来信核对：所列多于统计的收件数，称全部办结而所列有未答复的，收件数相同而答复数不同的，判为对不上。

不判定
尚未答复的来信（另行判断是否超期），撤回、无效、重复、不予受理的来信。答复正文末尾署了单位或日期的，视为已列明；局长信箱
等本单位自己的信箱，不要求另列答复部门。统计数多于所列来信的（可能只公开一部分），统计口径不限于该栏目、所指时段不明、
列表没有读全的，不核对；统计只数有效来信而所列更多的，提请人工复核。有“来信统计”之类的链接而读不到数量的，
记“未能核实”。详情只能由脚本打开、没有读到的，来信页面没有读到、由脚本填充的，记“未能核实”；页面上另有没有标明
含义的日期、办理单位的字样、像是答复的文字，可能就是所缺的，提请人工复核。

整改
在来信公开页面补列缺少的要素；定期公布来信收到、办结、答复的数量。
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from weakref import WeakKeyDictionary

from lxml import etree

import checks.model
from checks.bodies import lines_of, tree_of
from checks.columns import Column
from checks.days import day_of
from checks.letter_rests import may_answer, names_unit, rests_of
from checks.letter_states import is_out, looks_answered
from checks.letter_statistics import Statistic, compare, statistics_in
from checks.letters import SiteLetter
from checks.lexicon import lexicon
from checks.model import Context, Result
from checks.site import Site
from checks.titles import key, worded
from crawler.snapshot.reader import Page

_DATE = re.compile(r"(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}")
_SIGNED = re.compile(r"(?:局|委|办|办公室|政府|街道|镇|乡|中心|院|所|队|公司|处|站|会)[。\s]*$")
# 管理员 answers for no unit in particular; 县住建局（2026-08-05）：… and 县住建局回复：… name one first
_NOBODY = re.compile(r"管理员|版主|站长|工作人员|客服|^\W*$|(?i:admin)")
_OPENED = re.compile(
    r"^[\u4e00-\u9fff]{2,16}(?:局|委|办|办公室|政府|街道|镇|乡|中心|院|所|队|公司|处|站|会)"
    r"\s*(?:[（(][^）)]{4,24}[）)]|(?:答复|回复))?\s*[：:]"
)
# （4月3日） behind a text: a day without its year
_SHORT_DAY = re.compile(r"[（(]\s*\d{1,2}\s*月\s*\d{1,2}\s*[日号][^（）()]{0,8}[)）]\s*$")
_BEGINS_WITH_UNIT = re.compile(
    r"(?:[^。]{0,8}[，,：:！!]\s*)?[\u4e00-\u9fff]{2,14}(?:局|委员会|委|办公室|政府|街道办事处|街道|镇|中心|大队|公司)"
    r"(?:\d|已|于|经|对|将|在|立即|派)"
)
_CLOSING = 60
_SHOWN = 24
_STATED, _OPENING = 120, 2000
_MOST_ROWS = 60
_SPANNED = 2
_COUNTED = re.compile(
    r"(?:来信|信件|留言|收到|受理|办理|办结|回复|答复|咨询|诉求)(?:的)?(?:信件|来信|留言|总)?"
    r"(?:总数|总量|数量|件数|率|量|数|共计|共|合计)?[：:为]?\s*(?:共|有)?\s*\d+(?:\.\d+)?\s*(?:件|条|封|%|％|个(?!工作日|月|日))"
    r"|(?:来信|信件|留言|受理|办理|办结|回复|答复)(?:的)?(?:总数|总量|数量|件数|率|总件数|信件数)[：:为]?\s*\d+"
)
_REPORTS = re.compile(r"(?:来信|信箱|信件|留言|热线|问政|咨询投诉).{0,16}(?:统计|情况|通报|分析|数据)")


class Parameters(checks.model.Parameters):
    """What a published letter must show.

    ``fields``: names of particulars; ``statistics``: whether counts of letters must be published; ``years``:
    how many years back from the plan year letters are looked at, all when None.
    """

    fields: tuple[str, ...] = ("受理日期", "答复日期", "答复部门", "答复内容")
    statistics: bool = False
    years: int | None = None


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Judge every answered letter, and the site's letters as a whole where statistics are demanded."""
    result = Result()
    readable = any(entry.own_page and entry.letter.reply for entry in site.letters)
    for entry in site.letters if parameters.fields else ():
        if is_out(entry) or not looks_answered(entry) or _too_old(entry, parameters, context):
            continue
        result.examine(entry.department)
        _judge(site, entry, parameters, readable, result)
    if parameters.statistics:
        _judge_statistics(site, result)
    return result


def _too_old(entry: SiteLetter, parameters: Parameters, context: Context) -> bool:
    received = day_of(entry.letter.received)
    return bool(parameters.years and received and received.year <= context.plan_year - parameters.years)


def _judge(site: Site, entry: SiteLetter, parameters: Parameters, readable: bool, result: Result) -> None:
    missing = [
        name for name in parameters.fields
        if not _shown(entry, name) and not (_kind(name) == "department" and _is_one_units(site, entry))
    ]
    if not missing:
        return
    letter = entry.letter
    common = {"url": entry.url, "locator": entry.locator, "department": entry.department}
    name = f"来信{worded(letter.title)}"
    page = entry.own_page
    shell = page is not None and page.record.script_shell and not letter.reply
    if shell or (page is None and letter.href is not None):
        why = "来信页面没有读到" if page is None else "来信页面由脚本填充"
        result.unverified(**common, message=f"{name}{why}，无法确认是否列明{'、'.join(missing)}")
        return
    if page is None and not letter.reply and _opened_by_script(site, entry):
        result.unverified(**common, message=f"{name}的详情由脚本打开，没有读到，无法确认是否列明{'、'.join(missing)}")
        return
    dates = _unexplained_dates(site, page, entry) if page is not None else 0
    for field in missing:
        evidence = {
            "title": letter.title, "received": letter.received, "replied": letter.replied,
            "answered_by": letter.department, "reply_shown": bool(letter.reply),
        }
        if _kind(field) == "reply" and not (letter.has_reply_area or readable or page is None):
            result.unverified(
                **common, target=field, evidence=evidence,
                message=f"{name}注明“{letter.status or '已答复'}”，答复内容没有读到，无法确认是否公开",
            )
            continue
        doubt = _doubt(site, entry, _kind(field), dates)
        result.fail(
            **common, target=field, evidence=evidence, confidence="review" if doubt else "certain",
            message=f"{name}已经答复，但没有列明{field}" + (f"（{doubt}，请核对）" if doubt else ""),
        )


def _doubt(site: Site, entry: SiteLetter, kind: str, dates: int) -> str:
    """Return in Chinese why a particular may be on the letter's page although it was not read; empty: it is not."""
    letter = entry.letter
    if _told_by_script(site, entry):
        return "来信由脚本写入页面"
    if kind in ("received", "replied"):
        signed = _SHORT_DAY.search((letter.question if kind == "received" else letter.reply) or "")
        return "页面另有未注明含义的日期" if dates > 0 or signed else ""
    if kind == "department":
        named = _BEGINS_WITH_UNIT.match(letter.reply or "") or names_unit(site, entry)
        return "页面另有办理单位的字样" if named else ""
    line = may_answer(site, entry)
    return f"页面另有“{line[:_SHOWN]}”等文字，可能就是答复" if line else ""


def _told_by_script(site: Site, entry: SiteLetter) -> bool:
    """Whether a letter's texts were read from the data of a script: what the page makes of it all was not seen."""
    said = key(entry.letter.reply or entry.letter.question or "")[:_SHOWN]
    page = entry.own_page
    return page is not None and bool(said) and said not in key("".join(lines_of(tree_of(site, page))) or said)


def _is_one_units(site: Site, entry: SiteLetter) -> bool:
    """Whether the mailbox is one unit's own (局长信箱, a bureau's site): who answers then goes without saying."""
    page = entry.own_page or entry.list_page
    words = lexicon("replies")
    named = (site.column_name(page.url) or "") if page is not None else ""
    return bool(re.search(words["own_mailbox"], named) or re.search(words["own_site"], site.name))


_BY_SCRIPT = etree.XPath("//*[@onclick or starts-with(normalize-space(@href), 'javascript:')]")
_SCRIPTED: WeakKeyDictionary[Site, dict[str, frozenset[str]]] = WeakKeyDictionary()


def _opened_by_script(site: Site, entry: SiteLetter) -> bool:
    """Whether a letter's row in a list has a link that only a script opens."""
    page = entry.list_page
    if page is None:
        return False
    known = _SCRIPTED.setdefault(site, {})
    if page.url not in known:
        root = tree_of(site, page)
        scripted = _BY_SCRIPT(root) if root is not None else ()
        known[page.url] = frozenset(key("".join(element.itertext())) for element in scripted)
    title = key(entry.letter.title)
    return any(title in words for words in known[page.url])


def _kind(field: str) -> str:
    if re.search(r"(?:受理|收到|来信|接收|提交|留言).*(?:日期|时间)", field):
        return "received"
    if re.search(r"日期|时间", field):
        return "replied"
    return "department" if re.search(r"部门|单位|机关|机构", field) else "reply"


def _shown(entry: SiteLetter, field: str) -> bool:
    letter = entry.letter
    reply = (letter.reply or "").strip()
    kind = _kind(field)
    if kind == "received":
        return bool(letter.received)
    if kind == "replied":
        return bool(letter.replied) or bool(_DATE.search(reply[-_CLOSING:]))
    if kind == "department":
        closing = _DATE.sub("", reply[-_CLOSING:]).rstrip(" 日。\n")
        named = letter.department and not _NOBODY.search(letter.department)
        return bool(named) or bool(_SIGNED.search(closing)) or bool(_OPENED.match(reply))
    return bool(reply)


def _unexplained_dates(site: Site, page: Page, entry: SiteLetter) -> int:
    """Return how many days a letter's page shows besides those known, in what stands beside the content."""
    known = {_digits(text) for text in (entry.letter.received, entry.letter.replied) if text}
    shown: set[str] = set()
    for line in lines_of(tree_of(site, page), opened=True):
        if len(line) <= _CLOSING:
            shown |= {_digits(match) for match in _DATE.findall(line)}
    for line in rests_of(site, entry):
        shown |= {_digits(match) for match in _DATE.findall(line)}
    return len(shown - known)


def _digits(text: str) -> str:
    return "-".join(part.zfill(2) for part in re.findall(r"\d+", text[:16])[:3])


def _judge_statistics(site: Site, result: Result) -> None:
    columns = [column for column in site.columns if column.type == "letters"]
    columns.sort(key=lambda column: (site.depth(column.url), column.url))
    holders = {entry.list_page.url: entry.list_page for entry in site.letters if entry.list_page is not None}
    if not columns and not holders:
        return
    pages = {page.url: page for column in columns for page in column.pages} | holders
    place = columns[0].url if columns else min(holders, key=lambda url: (site.depth(url), url))
    department = columns[0].department if columns else site.department_of(holders[place])
    result.examine(department)
    told = chain(pages.values(), _home_pages(site), _linked(site, pages))
    if any(_counts(site, page) for page in told) or _reported(site):
        for column in columns:
            _judge_agreement(site, column, result)
        return
    name = site.column_name(place) or "来信"
    common = {"url": place, "target": "统计数据", "column": name, "department": department}
    if any(column.script_filled for column in columns):
        result.unverified(**common, message=f"“{name}”栏目由脚本填充，没有读到来信统计数据，无法确认是否公布")
    elif named := _named(site):
        result.unverified(**common, message=f"网站有{worded(named)}，但没有读到收到、办理、答复的数量，无法确认")
    else:
        result.fail(
            **common, evidence={"pages_read": len(pages)},
            message=f"“{name}”等来信栏目的 {len(pages)} 个页面都没有公布来信收到、办理、答复的统计数据",
        )


def _judge_agreement(site: Site, column: Column, result: Result) -> None:
    """Hold what is said of a column's letters, on its own pages and in reports that name it, against those it shows."""
    letters = _letters_of(site, column)
    if not letters or column.script_filled or not column.complete:
        return
    selected = re.search(lexicon("replies")["statistics"]["selected"], column.name)
    for page, said in _said_of(site, column, letters):
        differs = compare(said, letters)
        if differs is None or (selected and not differs.sure):
            continue
        result.fail(
            url=column.url, target="统计数据", column=column.name, department=column.department,
            confidence="certain" if differs.sure else "review",
            evidence={"statistic": said.text, "stated_on": page.url, "letters_shown": len(letters)},
            message=f"“{column.name}”栏目的统计数据与所列来信对不上：{differs.words}（“{said.text}”）",
        )
        return


def _letters_of(site: Site, column: Column) -> list[SiteLetter]:
    addresses = {page.url for page in column.pages}
    return [
        entry for entry in site.letters
        if (entry.list_page is not None and entry.list_page.url in addresses)
        or (entry.list_page is None and entry.own_page is not None and site.column_of(entry.own_page.url) is column)
    ]


def _said_of(site: Site, column: Column, letters: list[SiteLetter]) -> Iterator[tuple[Page, Statistic]]:
    told = {key(text) for entry in letters for text in (entry.letter.question, entry.letter.reply) if text}
    for page in column.pages:
        lines = [line for line in lines_of(tree_of(site, page)) if len(line) <= _STATED and key(line) not in told]
        yield from ((page, said) for said in statistics_in("\n".join(lines)))
    name = key(column.name)
    for page in site.articles:
        title = page.record.title or ""
        if len(name) >= 4 and name in key(title) and _REPORTS.search(title):
            yield from ((page, said) for said in statistics_in(page.text[:_OPENING], title) if said.start is not None)


def _linked(site: Site, pages: Iterable[str]) -> Iterator[Page]:
    """Yield the pages that the letters' pages link to by words of statistics (办理统计)."""
    wanted = re.compile(lexicon("replies")["statistics"]["linked"])
    for url in pages:
        for target, _, words in site.snapshot.links_from(url):
            page = site.page_of(target) if len(words) <= _SHOWN and wanted.search(words) else None
            if page is not None:
                yield page


def _home_pages(site: Site) -> list[Page]:
    return [page for url in site.starts if (page := site.page_of(url)) is not None]


def _counts(site: Site, page: Page) -> bool:
    """Whether a page tells numbers of letters: in a sentence, in a row of figures, or in a table."""
    root = tree_of(site, page)
    lines = lines_of(root) or page.text.split("\n")
    words = lexicon("replies")["statistics"]
    joined = "\n".join(lines)
    if _COUNTED.search(joined) or _COUNTED.search("".join(lines)):
        return True
    if len({match.group()[:2] for match in re.finditer(words["pairs"], joined)}) > 1:
        return True
    return root is not None and any(_tells_numbers(table) for table in root.iter("table"))


def _tells_numbers(table: etree._Element) -> bool:
    """Whether two cells of a table name counts of letters, with the figures below them or beside them."""
    words = lexicon("replies")["statistics"]
    counts = [
        ["".join("".join(cell.itertext())[:_CLOSING].split()) for cell in row if cell.tag in ("td", "th")]
        for row in islice(table.iter("tr"), _MOST_ROWS)
    ]
    told = 0
    for at, row in enumerate(counts):
        for place, name in enumerate(row):
            if not re.search(words["labels"], name.rstrip("：:")):
                continue
            beside = counts[at][place + 1:place + 2]
            # a cell that spans two rows stands in the first of them alone
            below = [
                line[place + len(line) - len(row)] for line in counts[at + 1:at + 3]
                if len(row) <= len(line) <= len(row) + _SPANNED
            ]
            told += any(re.search(words["number"], count) for count in (*beside, *below))
    return told > 1


def _named(site: Site) -> str | None:
    """Return the words of a link, or a title, that promises statistics of letters whose numbers were not read."""
    promised = re.compile(lexicon("replies")["statistics"]["named"])
    links = site.snapshot.links_worded(lambda words: len(words) <= _STATED and bool(promised.search(words)))
    return next((words for source, _, _, words in links if source in site.pages), None)


def _reported(site: Site) -> bool:
    return any(_REPORTS.search(page.record.title or "") and _counts(site, page) for page in site.articles)
