"""Finds what a work-point document is made of: its head, its numbered items, its task table, its end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from rules.drafting.blocks import Block, Paragraph, Table
from rules.drafting.notes import NOTE, Item, with_units
from rules.drafting.numbering import FIGURES, OBLIGES, WHOLE, Place, mark_of
from rules.drafting.tables import read_forms, read_tables

_FINAL = re.compile(r"(?:[。；！？：:;!?）)】\]…]|[。！？][”」』])$")
_NUMBER = re.compile(r"[\u4e00-\u9fa5]{2,12}[〔\[［]\s*(\d{4})\s*[〕\]］]\s*\d+\s*号")
_SIGNED = re.compile(r"^\s*(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日\s*$")
_PRINTED = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日\s*印发")
_TITLE = re.compile(
    r"(?:(?:工作|实施)(?:要点|方案|安排|计划|意见|细则|办法|制度|规程|规则|规定)|(?:管理|公开|考核|暂行|试行)(?:办法|规定|细则|制度|标准)|"
    r"分工方案|分解方案|任务分工|主要任务|重点工作|(?:分工|分解|任务|责任|工作)(?:责任)?(?:清单|台账|表|一览表))"
    r"(?:[（(](?:试行|暂行|修订)[^）)]*[）)])?$"
)
_INNER_TITLE = re.compile(
    r"^[^《〈]*?印发《?((?:20\d\d年)?[\u4e00-\u9fa5\d]{4,40}?(?:要点|方案|安排|计划|任务|意见))》?的?"
)
_ANNEX = re.compile(r"^附\s*件\s*[\d一二三四五]*\s*[：:.．]?")
_ANNOUNCED = re.compile(r"^附\s*件\s*[：:]\s*(?:\d\s*[.．、])?\s*(\S.*)")
_ENDS = re.compile(
    r"^附\s*件\s*[\d一二三四五]*\s*(?:[：:.．]|$)|^(?:抄送|主送|主办|印发机关|分送)[：:]|"
    r"^\s*\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日\s*$"
)
_SEEN = re.compile(r"公开|公布|公示|解读|答复|更新|年度报告|备案|报送")
_INTRO = re.compile(r"^(?:为了?|根据|依据|按照)[^。]*(?:制定|特制定|现就|现将|拟定)[^。]*。?$")
_RESIDUE = re.compile(
    r"^(?:(?:PAGE|NUMPAGES|TOC|\\\*\s?MERGEFORMAT)\b.*|\d{1,3})$"
    r"|^(?:上一[篇条]|下一[篇条]|扫一扫|分享到|【?打印|【?关闭|相关(?:链接|附件|文档|解读|稿件)|责任编辑|网站地图|版权所有|主办[：:]|"
    r"(?:信息)?来源[：:]|浏览次数|字号|字体)"
)
_ISSUER = re.compile(r"^[\u4e00-\u9fa5]{2,20}(人民政府|办公室|办公厅|委员会|局|厅)(?:文件)?$")


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
    demands, found.empty_units = read_tables(block for block in blocks if isinstance(block, Table))
    found.items += demands
    found.items += list(read_forms(blocks, found.items))
    return found


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
    heading = mark_of(before) and "。" not in before and len(before) <= 40
    if heading or any(kind.match(before) for kind in (_ENDS, _ANNEX, _ISSUER)):
        return False
    return "。" in before or "，" in before or "," in before


def _starts_anew(text: str) -> bool:
    return bool(mark_of(text) or _ENDS.match(text) or _ANNEX.match(text) or NOTE.match(text))


def _head(texts: list[str], found: Outline) -> None:
    first = next((i for i, text in enumerate(texts) if (mark := mark_of(text)) and mark.level <= WHOLE), len(texts))
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
    """Walk the numbered text: chapters, articles, items, points; a second set of them is an annex's."""
    texts = [block.text for block in blocks if isinstance(block, Paragraph)]
    marks = [mark_of(text) for text in texts]
    top = min((mark.level for mark in marks if mark), default=None)
    if top is None:
        _unnumbered(blocks, found)
        return
    begins = next(i for i, mark in enumerate(marks) if mark and mark.level <= max(top, 1))
    found.items += [Item("0", "通知正文", sentence) for text in texts[:begins] for sentence in _orders(text)]
    place = Place()
    for index, (text, mark) in enumerate(zip(texts, marks, strict=True)):
        if place.started and _ENDS.match(text):
            place.started = False
        elif mark and not place.started and mark.level <= max(top, 1):
            place.begin(mark.value == 1 and bool(found.items))
        if not place.started or _RESIDUE.search(text):
            continue
        follows = marks[index + 1] if index + 1 < len(texts) else None
        content = index + 1 < len(texts) and not (_ENDS.match(texts[index + 1]) or NOTE.match(texts[index + 1]))
        rest = place.enter(mark, content and (follows is None or follows.level > mark.level)) if mark else text
        if rest.strip():
            _add(rest, place, found)


def _orders(text: str) -> Iterator[str]:
    """The sentences of a covering notice that demand something to see (「各部门要将落实情况予以公开」)."""
    if not _INTRO.search(text):
        for sentence in re.findall(r"[^。]+。", text):
            if OBLIGES.search(sentence) and _SEEN.search(sentence):
                yield sentence.strip()


def _add(text: str, place: Place, found: Outline) -> None:
    if (place.is_preface() and not FIGURES.search(text)) or _INTRO.search(text):
        found.preface.append(text)
        return
    for item in with_units(place.number(), place.section(), text):
        if item.text:
            lead = place.lead if place.lead and place.lead != item.text else ""
            found.items.append(replace(item, lead=lead))
        else:
            _give_back(item, found.items)
    if text.rstrip().endswith(("：", ":")) and len(text) <= 80:
        place.list_under(text.strip())


def _give_back(note: Item, items: list[Item]) -> None:
    """Give units or a term on a line of their own to the demands before it that have none."""
    for index in range(len(items) - 1, -1, -1):
        item = items[index]
        same = item.number == note.number or item.number.startswith(f"{note.number}.")
        if item.table or not same or (item.responsible and note.responsible):
            return
        items[index] = replace(
            item, responsible=item.responsible or note.responsible, when=item.when or note.when
        )


def _unnumbered(blocks: list[Block], found: Outline) -> None:
    """A document without numbers: every paragraph after its title that demands something, under its headings."""
    paragraphs = [block for block in blocks if isinstance(block, Paragraph)]
    titles = [i for i, paragraph in enumerate(paragraphs) if _title([paragraph.text])]
    section, number_ = "正文", 1
    start = titles[-1] + 1 if titles else 0
    found.items += [Item("0", "通知正文", order) for each in paragraphs[:start] for order in _orders(each.text)]
    for paragraph in paragraphs[start:]:
        text = paragraph.text
        if paragraph.heading:
            section, number_ = text, number_ + any(item.number == str(number_) for item in found.items)
        elif _INTRO.search(text):
            found.preface.append(text)
        elif len(text) >= 15 and not _ENDS.match(text) and not text.endswith(("：", ":")):
            found.items += [item for item in with_units(str(number_), section, text) if item.text]


