"""Finds what a work-point document is made of: its head, its numbered items, its task table, its end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from rules.drafting.source import Block, Paragraph, Table
from rules.drafting.terms import number

_CHINESE = "零〇一二两三四五六七八九十百"
_CHAPTER = re.compile(rf"^(?:第?([{_CHINESE}]+)[、章部]分?[、．.\s]*)(?=[^\s])(.{{2,60}}?)[。：:]?$")
_ITEM = re.compile(rf"^[（(]([{_CHINESE}]+)[）)]\s*(.*)$", re.DOTALL)
_POINT = re.compile(r"^(\d{1,2})\s*[.．、]\s*(?!\d)(.*)$", re.DOTALL)
_SUBPOINT = re.compile(r"^[（(](\d{1,2})[）)]\s*(.*)$", re.DOTALL)
_FINAL = re.compile(r"[。；！？：:;!?”」』）)…]$")
_NUMBER = re.compile(r"[\u4e00-\u9fa5]{2,12}[〔\[［]\s*(\d{4})\s*[〕\]］]\s*\d+\s*号")
_SIGNED = re.compile(r"^\s*(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日\s*$")
_PRINTED = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日\s*印发")
_TITLE = re.compile(r"(工作(要点|方案|安排|计划|意见)|实施(方案|意见)|任务分工|主要任务|重点工作)$")
_INNER_TITLE = re.compile(r"印发《?((?:20\d\d年)?[\u4e00-\u9fa5\d]{4,40}?(?:要点|方案|安排|计划|任务|意见))》?的?")
_ANNEX = re.compile(r"^附\s*件\s*[\d一二三四五]*\s*[：:.．]?")
_ANNOUNCED = re.compile(r"^附\s*件\s*[：:]\s*(?:\d\s*[.．、])?\s*(\S.*)")
_COPIES = re.compile(r"^(抄送|主送|主办|印发机关|分送)[：:]")
_PREFACE = re.compile(r"总体要求|指导思想|总体思路|总体目标|基本原则")
_ISSUER = re.compile(r"^[\u4e00-\u9fa5]{2,20}(人民政府|办公室|办公厅|委员会|局|厅)(?:文件)?$")
_UNITS_HEAD = re.compile(r"(责任|牵头|承办|落实|配合|实施|主办|承担)(单位|部门|主体|[科处]室|机构|人)|^分工$")
_WHEN_HEAD = re.compile(r"时限|完成时间|时间(要求|节点|安排)|完成期限|进度(要求|安排)")
_DEMAND_HEADS = (
    re.compile(r"(具体|工作|主要|重点|任务)(要求|内容|措施|举措|任务)$|^(要求|内容|措施|举措)$"),
    re.compile(r"任务|事项|要点|指标"),
)
_WITHIN = r"(?:[^（）()【】\[\]]|[（(][^（）()]*[）)])*"
_RESPONSIBLE = re.compile(
    rf"[（(【\[]\s*(?:(?:责任|牵头|落实|承办|主办|配合|责任处|实施)(?:单位|部门|科室|处室)?[：:]({_WITHIN})"
    rf"|({_WITHIN}(?:牵头|负责|分工|落实|配合|组织实施)(?:落实|负责|实施|配合)?))[）)】\]](?=\s*(?:[。；]|$))"
)
_ROLE = re.compile(r"(?:按照?职责分工|分别|共同)?(?:牵头|负责|落实|配合|组织实施|分工)+$|^由")


@dataclass(frozen=True)
class Item:
    """A stretch of requirement text: where it stands, its words, who answers for it, by when (a cell)."""

    number: str
    section: str
    text: str
    responsible: tuple[str, ...] = ()
    when: str = ""
    table: bool = False
    inherited: bool = False


@dataclass
class Outline:
    """What a document holds; dates and numbers as written, None where not found."""

    title: str | None = None
    issuer: str | None = None
    doc_number: str | None = None
    signed: date | None = None
    printed: date | None = None
    year: int | None = None
    announced: list[str] = field(default_factory=list)
    annexes: list[str] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    preface: list[str] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    empty_units: int = 0


def outline(blocks: list[Block]) -> Outline:
    """Return the structure of a document's blocks."""
    found = Outline()
    paragraphs = _joined(blocks, found)
    texts = [block.text for block in paragraphs if isinstance(block, Paragraph)]
    found.paragraphs = texts
    _head(texts, found)
    _body(paragraphs, found)
    _tables([block for block in blocks if isinstance(block, Table)], found)
    return found


def responsible_units(text: str) -> tuple[str, ...]:
    """Return the units of a 责任单位 cell or bracket, one each."""
    cleaned = re.sub(r"(?:牵头|责任|配合|落实|承办|主办)(?:单位|部门|科室|处室)?[：:]", "", re.sub(r"\s+", "", text))
    spaced = re.sub(r"(?<=[局室会院府道）)])和(?=[区市县各])", "、", cleaned)
    names = re.split(r"[，,、；;。](?![^（(]*[）)])", spaced)
    plain = (_ROLE.sub("", part).strip("等及") for part in names)
    return tuple(dict.fromkeys(name for name in plain if name))


def _joined(blocks: list[Block], found: Outline) -> list[Block]:
    """Put together what a page break, or a line of a PDF, cut in the middle of a sentence."""
    joined: list[Block] = []
    for block in blocks:
        last = joined[-1] if joined else None
        if isinstance(block, Paragraph) and isinstance(last, Paragraph) and _continues(last.text, block.text):
            if block.after_gap:
                found.broken.append(last.text[-8:] + "/" + block.text[:8])
            joined[-1] = Paragraph(last.text + block.text, last.after_gap)
        else:
            joined.append(block)
    return joined


def _continues(before: str, after: str) -> bool:
    if _FINAL.search(before) or _starts_anew(after) or len(before) < 12:
        return False
    heading = _CHAPTER.match(before) or (_ITEM.match(before) and len(before) <= 40)
    if heading or any(kind.match(before) for kind in (_ANNEX, _SIGNED, _COPIES, _ISSUER)):
        return False
    return "。" in before or "，" in before or "," in before


def _starts_anew(text: str) -> bool:
    return bool(
        _CHAPTER.match(text)
        or _ITEM.match(text)
        or _POINT.match(text)
        or _ANNEX.match(text)
        or _SIGNED.match(text)
        or _COPIES.match(text)
    )


def _head(texts: list[str], found: Outline) -> None:
    first = next((i for i, text in enumerate(texts) if _CHAPTER.match(text)), len(texts))
    front = texts[:first]
    whole = "\n".join(texts)
    match = next((match for text in front for match in [_NUMBER.search(text)] if match and "《" not in text), None)
    found.doc_number = re.sub(r"\s+", "", match[0]) if match else None
    found.signed = next((_day(match) for text in front for match in [_SIGNED.match(text)] if match), None)
    printed = _PRINTED.search(whole)
    found.printed = _day(printed) if printed else None
    names = (re.sub(r"\s+", "", text) for text in front)
    found.issuer = next((re.sub(r"文件$", "", name) for name in names if _ISSUER.match(name)), None)
    found.title = _title(front)
    years = re.search(r"(20\d\d)\s*年", found.title or "")
    if years:
        found.year = int(years[1])
    elif found.signed:
        found.year = found.signed.year
    for text in texts:
        if _ANNEX.match(text):
            _annex(text, texts, found)


def _annex(text: str, texts: list[str], found: Outline) -> None:
    match = _ANNOUNCED.match(text)
    if match:
        found.announced.append(match[1].strip())
        follow = texts[texts.index(text) + 1 :][:3]
        more = (re.match(r"^\d\s*[.．、]\s*(\S.*)", line) for line in follow)
        found.announced += [found_more[1].strip() for found_more in more if found_more]
    else:
        found.annexes.append(text)


def _title(front: list[str]) -> str | None:
    """The last line of the front matter that reads like a title; a notice's inner title before its own."""
    approved = re.search(r"《([^《》]{4,60})》(?:已经|业经|已)", "".join(front))
    if approved:
        return re.sub(r"\s+", "", approved[1])
    best = None
    for text in front:
        plain = re.sub(r"\s+", "", text).strip("《》")
        inner = _INNER_TITLE.search(plain)
        if _TITLE.search(plain) and len(plain) <= 60 and not plain.startswith(("关于", "《")):
            best = plain
        elif inner and best is None:
            best = inner[1]
    return best


def _day(match: re.Match[str]) -> date | None:
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def _body(blocks: list[Block], found: Outline) -> None:
    chapter, item, point = 0, 0, 0
    chapter_title, item_title, point_title = "", "", ""
    started = False
    for block in blocks:
        if isinstance(block, Table):
            if started:
                break
            continue
        text = block.text
        if started and (_ANNEX.match(text) or _COPIES.match(text) or _SIGNED.match(text)):
            break
        head = _CHAPTER.match(text)
        if head and "。" not in text[:-1] and not text.endswith("；"):
            started, chapter, item, point = True, _value(head[1], chapter), 0, 0
            chapter_title, item_title, point_title = text.strip(), "", ""
            continue
        if not started:
            continue
        match = _ITEM.match(text)
        if match:
            item, point = (item + 1 if _value(match[1], item) <= item else _value(match[1], item)), 0
            title, rest = _run_in(match[2])
            item_title, point_title = f"（{match[1]}）{title}", ""
            text = rest
        elif (numbered := _POINT.match(text) or _SUBPOINT.match(text)) is not None:
            point = int(numbered[1])
            title, rest = _run_in(numbered[2])
            point_title, text = (f"{point}.{title}", rest) if rest else ("", numbered[2])
        if not text.strip():
            continue
        parts = (_numeral(chapter_title), item_title, point_title)
        section = "".join(part for part in parts if part) if item_title or point_title else chapter_title
        if _PREFACE.search(chapter_title) or (not item and _PREFACE.search(item_title)):
            found.preface.append(text)
            continue
        number_ = ".".join(str(part) for part in (chapter, item, point) if part)
        found.items += _with_units(number_ or "0", section, text)


def _run_in(text: str) -> tuple[str, str]:
    """Split a heading run into its paragraph (「规范管理。全面推进…」) from the requirements after it."""
    head, stop, rest = text.partition("。")
    if not stop:
        return (text.strip(), "") if len(text) <= 40 and not re.search(r"[，；]", text[25:]) else ("", text)
    if len(head) <= 40 and rest.strip():
        return head.strip(), rest.strip()
    return "", text


def _with_units(number_: str, section: str, text: str) -> Iterator[Item]:
    """Give each stretch before a 责任单位 bracket the units the bracket names."""
    position = 0
    for match in _RESPONSIBLE.finditer(text):
        stretch = text[position : match.start()].strip()
        if stretch:
            yield Item(number_, section, stretch, responsible_units(match[1] or match[2]))
        position = match.end()
    rest = text[position:].strip(" 。")
    if rest:
        yield Item(number_, section, text[position:].strip())


def _value(numeral: str, before: int) -> int:
    return number(numeral) or before + 1


def _numeral(chapter_title: str) -> str:
    match = re.match(rf"^第?([{_CHINESE}]+)[、章部]", chapter_title)
    return match[1] if match else chapter_title


@dataclass(frozen=True)
class _Columns:
    """Where a task table holds what, counted from the right: rows may lack cells on the left."""

    demand: int
    unit: int
    when: int | None
    width: int


def _tables(tables: Iterable[Table], found: Outline) -> None:
    row_number = 0
    units: tuple[str, ...] = ()
    columns: _Columns | None = None
    tasks: list[str] = []
    for table in tables:
        if columns is not None and len(table.rows[0]) != columns.width:
            columns = None
        for cells in table.rows:
            head = _header(cells)
            if head is not None:
                columns = head
                continue
            if columns is None or len(cells) < 2:
                continue
            demand = _cell(cells, columns.demand)
            if len(re.sub(r"\W", "", demand)) < 5:
                continue
            row_number += 1
            own = responsible_units(_cell(cells, columns.unit))
            units = own or units
            found.empty_units += not own
            tasks = _tasks(cells, columns, tasks)
            ordinal = cells[0] if cells[0].isdigit() else str(row_number)
            section = " ".join(["附件任务分解表", *tasks])
            when = _cell(cells, columns.when) if columns.when is not None else ""
            found.items.append(Item(f"T{ordinal}", section, demand, units, when, True, not own))


def _header(cells: list[str]) -> _Columns | None:
    """Return where the columns of a header row are; None if this is no header row."""
    plain = [re.sub(r"\s+", "", cell) for cell in cells]
    if any(len(cell) > 14 for cell in plain):
        return None
    units = [i for i, cell in enumerate(plain) if _UNITS_HEAD.search(cell)]
    if not units:
        return None
    when = next((i for i, cell in enumerate(plain) if _WHEN_HEAD.search(cell)), None)
    others = [i for i in range(len(plain)) if i not in units and i != when]
    wanted = [i for pattern in _DEMAND_HEADS for i in reversed(others) if pattern.search(plain[i])]
    demand = wanted[0] if wanted else units[0] - 1
    width = len(cells)
    return _Columns(demand - width, units[0] - width, None if when is None else when - width, width)


def _cell(cells: list[str], index: int) -> str:
    return cells[index].strip() if -len(cells) <= index < 0 else ""


def _tasks(cells: list[str], columns: _Columns, before: list[str]) -> list[str]:
    """Return the task headings a row stands under, those of merged cells from the rows above."""
    own = [" ".join(cell.split()) for cell in cells[: columns.demand] if cell and not cell.isdigit()]
    if not own:
        return before
    return own if len(own) >= len(before) else before[: -len(own)] + own
