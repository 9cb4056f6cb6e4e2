"""Finds what a work-point document is made of: its head, its numbered items, its task table, its end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from rules.drafting.blocks import Block, Paragraph, Table
from rules.drafting.terms import number

_CHINESE = "零〇一二两三四五六七八九十百"
_PART = re.compile(rf"^第([{_CHINESE}]+)(?:部分|[章部编篇])[、．.：:\s]*(.*)$", re.DOTALL)
_CHAPTER = re.compile(
    rf"^(?![{_CHINESE}]、[{_CHINESE}][^、．.])([{_CHINESE}]+)[、．.][：:\s]*(?=\S)(.*)$", re.DOTALL
)
_ARTICLE = re.compile(rf"^第([{_CHINESE}]+|\d+)条[、．.：:\s]*(.*)$", re.DOTALL)
_ITEM = re.compile(rf"^[（(]([{_CHINESE}]+)[）)][、．.\s]*(.*)$", re.DOTALL)
_POINT = re.compile(r"^(\d{1,2})\s*[.．、](?!\d)\s*(.*)$", re.DOTALL)
_SUBPOINT = re.compile(r"^(?:[（(]?(?=\d{1,2}[）)])|(?=[①-⑳]))(\d{1,2}|[①-⑳])[）)]?\s*(.*)$", re.DOTALL)
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
_CARD = re.compile(r"^(?:索引号|发文字号|文号|发布机[关构]|成文日期|发布日期|主题分类|联系电话|姓名|职务)[：:]?$")
_SEEN = re.compile(r"公开|公布|公示|解读|答复|更新|年度报告|备案|报送")
_INTRO = re.compile(r"^(?:为了?|根据|依据|按照)[^。]*(?:制定|特制定|现就|现将|拟定)[^。]*。?$")
_RESIDUE = re.compile(
    r"^(?:(?:PAGE|NUMPAGES|TOC|\\\*\s?MERGEFORMAT)\b.*|\d{1,3})$"
    r"|^(?:上一[篇条]|下一[篇条]|扫一扫|分享到|【?打印|【?关闭|相关(?:链接|附件|文档|解读|稿件)|责任编辑|网站地图|版权所有|主办[：:]|"
    r"(?:信息)?来源[：:]|浏览次数|字号|字体)"
)
_LISTS = re.compile(r"下列|以下|如下|包括|围绕|要求$")
_FIGURES = re.compile(r"\d+月[^，。；]{0,4}前|年底前|到20\d\d年|工作日|不(?:得)?少于|每[年月季]|按[月季年]")
_OBLIGES = re.compile(r"应当|必须|不得|均[应要须]|[要应须](?:将|在|按|把|及时|主动|对)")
_PREFACE = re.compile(r"总体要求|指导思想|总体思路|总体目标|基本原则")
_ISSUER = re.compile(r"^[\u4e00-\u9fa5]{2,20}(人民政府|办公室|办公厅|委员会|局|厅)(?:文件)?$")
_UNITS_HEAD = re.compile(r"(责任|牵头|承办|落实|配合|实施|主办|承担)(单位|部门|主体|[科处]室|机构|人)|^分工$")
_WHEN_HEAD = re.compile(r"时限|完成时间|时间(要求|节点|安排)|完成期限|进度(要求|安排)")
_DEMAND_HEADS = (
    re.compile(r"(具体|工作|主要|重点|任务)(要求|内容|措施|举措|任务)$|^(要求|内容|措施|举措)$"),
    re.compile(r"任务|事项|要点|指标"),
)
_ANNEX_HEAD = re.compile(r"^附\s*件\s*([\d一二三四五])\s*[：:.．]?\s*$")
_HINT = re.compile(r"^[（(][^（）()]{4,}[）)]$")
_BY_DAY = re.compile(r"(?:20\d\d年)?\d{1,2}月(?:\d{1,2}日|底|末)?(?:之前|以前|前)")
_WITHIN = r"(?:[^（）()【】\[\]]|[（(][^（）()]*[）)])*"
_LABEL = r"(?:责任|牵头|落实|承办|主办|配合|协办|参与|参加|实施|承担)"
_BODY = r"(?:单位|部门|科室|处室|股室|[科处]室?|机构|主体|领导|人)"
_TERM = r"(?:完成|时限|时间|工作)(?:时限|时间|期限|要求|节点|进度)"
_NOTE = re.compile(
    rf"[（(【\[]\s*(?:{_LABEL}{_BODY}?|{_TERM})[：:]{_WITHIN}[）)】\]]\s*[。；;]?"
    rf"|[（(【\[]{_WITHIN}(?:牵头|负责|分工|落实|配合|组织实施)(?:落实|负责|实施|配合)?[）)】\]]"
    rf"(?:\s*[。；;]|\s*$|(?<=[。；;].)(?=.)|(?=\s*[{_CHINESE}\d①-⑳（(]))"
    rf"|(?:^|(?<=[。；;）)\s]))(?:{_LABEL}{_BODY}|{_TERM})[：:][^。]*(?:。|$)"
)
_WHEN = re.compile(rf"{_TERM}[：:]\s*([^。；;，）)】\]]+)[。；;]?")
_UNITS_READ = 4000
_BETWEEN = re.compile(r"(?<=[局委府室会院心司道镇乡处科部厅])\s+(?=[\u4e00-\u9fa5]{2})(?!办公室|各部门|单位)")
_ASIDE = re.compile(r"为牵头|牵头单位为|下同$|列[第首]一|排[名在]第一|^以上|^逗号|^分工|^以下")
_ROLE = re.compile(r"(?:按照?职责分工|分别|共同)?(?:牵头|负责|落实|配合|组织实施|分工)+$|^由")


@dataclass(frozen=True)
class Item:
    """A stretch of requirement text: where it stands, its words, who answers for it, by when (as stated apart
    from them), the sentence with a colon it is listed under, and whether it only says
    how to fill in a form."""

    number: str
    section: str
    text: str
    responsible: tuple[str, ...] = ()
    when: str = ""
    table: bool = False
    inherited: bool = False
    lead: str = ""
    form: bool = False


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
    _forms(blocks, found)
    return found


def responsible_units(text: str) -> tuple[str, ...]:
    """Return the units of a 责任单位 cell or note, one each."""
    apart = _BETWEEN.sub("、", _WHEN.sub("", text[:_UNITS_READ]))
    cleaned = re.sub(rf"[，,；;、]?{_LABEL}{_BODY}?[：:]", "、", re.sub(r"\s+", "", apart))
    spaced = re.sub(r"(?<=[局室会院府道）)])和(?=[区市县各])", "、", cleaned)
    names = re.split(r"[，,、；;。](?![^（(]*[）)])", spaced)
    plain = (_ROLE.sub("", part).strip("等及") for part in names if not _ASIDE.search(part))
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
    heading = _mark(before) and "。" not in before and len(before) <= 40
    if heading or any(kind.match(before) for kind in (_ENDS, _ANNEX, _ISSUER)):
        return False
    return "。" in before or "，" in before or "," in before


def _starts_anew(text: str) -> bool:
    return bool(_mark(text) or _ENDS.match(text) or _ANNEX.match(text) or _NOTE.match(text))


def _head(texts: list[str], found: Outline) -> None:
    first = next((i for i, text in enumerate(texts) if (mark := _mark(text)) and mark.level <= _WHOLE), len(texts))
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
    marks = [_mark(text) for text in texts]
    top = min((mark.level for mark in marks if mark), default=None)
    if top is None:
        _unnumbered(blocks, found)
        return
    begins = next(i for i, mark in enumerate(marks) if mark and mark.level <= max(top, 1))
    found.items += [Item("0", "通知正文", sentence) for text in texts[:begins] for sentence in _orders(text)]
    place = _Place()
    for index, (text, mark) in enumerate(zip(texts, marks, strict=True)):
        if place.started and _ENDS.match(text):
            place.started = False
        elif mark and not place.started and mark.level <= max(top, 1):
            place.begin(mark.value == 1 and bool(found.items))
        if not place.started or _RESIDUE.search(text):
            continue
        follows = marks[index + 1] if index + 1 < len(texts) else None
        content = index + 1 < len(texts) and not (_ENDS.match(texts[index + 1]) or _NOTE.match(texts[index + 1]))
        rest = place.enter(mark, content and (follows is None or follows.level > mark.level)) if mark else text
        if rest.strip():
            _add(rest, place, found)


def _orders(text: str) -> Iterator[str]:
    """The sentences of a covering notice that demand something to see (「各部门要将落实情况予以公开」)."""
    if not _INTRO.search(text):
        for sentence in re.findall(r"[^。]+。", text):
            if _OBLIGES.search(sentence) and _SEEN.search(sentence):
                yield sentence.strip()


def _add(text: str, place: _Place, found: Outline) -> None:
    if (place.is_preface() and not _FIGURES.search(text)) or _INTRO.search(text):
        found.preface.append(text)
        return
    for item in _with_units(place.number(), place.section(), text):
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
            found.items += [item for item in _with_units(str(number_), section, text) if item.text]


@dataclass(frozen=True)
class _Mark:
    """A paragraph's number: its level (see ``_LEVELS``), value, the number as shown, the words after it."""

    level: int
    value: int
    shown: str
    text: str


_LEVELS = (_PART, _CHAPTER, _ARTICLE, _ITEM, _POINT, _SUBPOINT)
_WHOLE = 2


def _mark(text: str) -> _Mark | None:
    for level, pattern in enumerate(_LEVELS):
        match = pattern.match(text)
        if match:
            shown = text[: match.start(2)].strip().replace("(", "（").replace(")", "）")
            return _Mark(level, _ordinal(match[1]), shown, match[2].strip())
    return None


def _ordinal(numeral: str) -> int:
    return "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳".find(numeral) + 1 or number(numeral) or 0


class _Place:
    """Where in the numbered text the reading stands."""

    def __init__(self) -> None:
        self.started = False
        self.part = 0
        self.lead = ""
        self._lead_level = 0
        self._numbers = [0] * len(_LEVELS)
        self._titles = [""] * len(_LEVELS)

    def begin(self, anew: bool) -> None:
        """Start, or start again in an annex."""
        self.started = True
        self.part += anew
        self._numbers, self._titles = [0] * len(_LEVELS), [""] * len(_LEVELS)
        self.lead = ""

    def enter(self, mark: _Mark, holds: bool) -> str:
        """Go to a numbered paragraph; return what it demands besides its heading. ``holds``: text follows it."""
        level, last = mark.level, self._numbers[mark.level]
        self._numbers[level] = mark.value if mark.value > last or (level <= 1 and mark.value) else last + 1
        self._numbers[level + 1 :] = [0] * (len(_LEVELS) - 1 - level)
        self._titles[level:] = [""] * (len(_LEVELS) - level)
        if level <= self._lead_level:
            self.lead = ""
        heading, rest = ("", mark.text) if level == _WHOLE else _run_in(mark.text, holds or level == 0)
        self._titles[level] = f"{mark.shown} {heading}".strip() if level in (0, _WHOLE) else f"{mark.shown}{heading}"
        return rest

    def list_under(self, lead: str) -> None:
        """Note the sentence that what follows deeper is a list of."""
        self.lead = lead
        self._lead_level = max((level for level, value in enumerate(self._numbers) if value), default=0)

    def is_preface(self) -> bool:
        """Whether this part only says what the year's work is about."""
        return any(_PREFACE.search(title) for title in self._titles[:4])

    def number(self) -> str:
        """Return the place as 2.3.1."""
        plain = ".".join(str(part) for part in self._numbers if part) or "0"
        return f"A{self.part}.{plain}" if self.part else plain

    def section(self) -> str:
        """Return the headings the place stands under."""
        titles = [title for title in self._titles if title]
        if len(titles) <= 1:
            return titles[0] if titles else "正文"
        return "".join([_numeral(titles[0]), *titles[1:]])


def _run_in(text: str, holds: bool) -> tuple[str, str]:
    """Split a heading from the demands after it in one paragraph (「规范管理。全面推进…」).

    Words alone are a heading only where something stands under them (``holds``).
    """
    head, stop, rest = text.partition("。")
    if stop and (_FIGURES.search(head) or _OBLIGES.search(head) or _NOTE.match(rest.strip())):
        return "", text
    if not stop:
        title, colon, after = text.partition("：")
        if colon and len(title) <= 20 and len(after) >= 15 and not _LISTS.search(title):
            return title.strip(), after.strip()
        plain = len(text) <= 60 and not text.endswith(("；", ";", "：", ":"))
        return (text.strip(), "") if holds and plain else ("", text)
    demands = _NOTE.sub("", rest).strip(" 。；")
    if len(head) <= 40 and demands:
        return head.strip(), rest.strip()
    if len(head) <= 40 and not rest.strip() and holds:
        return head.strip(), ""
    return "", text


def _with_units(number_: str, section: str, text: str) -> Iterator[Item]:
    """Give each stretch before a note of units or of a term what the note says; an item without text is a
    note that stands alone."""
    position = 0
    for match in _NOTE.finditer(text):
        stretch = text[position : match.start()].strip()
        units = responsible_units(match[0].strip("（(【[）)】]。；; "))
        when = _WHEN.search(match[0])
        stated = "" if when is None else when[1].strip(" ）)】]。；;")
        units = tuple(unit for unit in units if not _WHEN.search(unit))
        bare = not re.search(r"\w", stretch)
        yield Item(number_, section, "" if bare else stretch, units, stated)
        position = match.end()
    rest = text[position:].strip(" 。；;")
    if rest:
        yield Item(number_, section, text[position:].strip().lstrip("。；;").strip())


def _numeral(title: str) -> str:
    match = re.match(rf"^(?:第[{_CHINESE}]+(?:部分|[章部编篇])|[{_CHINESE}]+(?=[、．.]))", title)
    return match[0] if match else title


@dataclass(frozen=True)
class _Columns:
    """Where a task table holds what, counted from the right: rows may lack cells on the left."""

    demand: int
    units: tuple[int, ...]
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
        guessed = _guessed(table)
        for cells in table.rows:
            head = _header(cells, table.rows)
            if head is not None:
                columns = head
                continue
            columns = columns or guessed
            if columns is None or len(cells) < 2:
                continue
            demand = _cell(cells, columns.demand)
            if len(re.sub(r"\W", "", demand)) < 5:
                continue
            row_number += 1
            stated = "、".join(filter(None, (_cell(cells, column) for column in columns.units)))
            own = responsible_units(stated)
            units = own or units
            found.empty_units += not own and bool(columns.units)
            tasks = _tasks(cells, columns, tasks)
            ordinal = cells[0] if cells[0].isdigit() else str(row_number)
            section = " ".join(["附件任务分解表", *tasks])
            when = _cell(cells, columns.when) if columns.when is not None else ""
            inherited = not own and bool(columns.units)
            for item in _with_units(f"T{ordinal}", section, _unmarked(demand)):
                if item.text:
                    found.items.append(
                        replace(item, responsible=item.responsible or units, when=item.when or when,
                                table=True, inherited=inherited and not item.responsible)
                    )  # fmt: skip


def _forms(blocks: list[Block], found: Outline) -> None:
    """The instructions of a form among the annexes, due when the demand that names the annex is."""
    annex, title = "", ""
    known = {item.text for item in found.items}
    counts: dict[str, int] = {}
    for block in blocks:
        texts = [block.text] if isinstance(block, Paragraph) else [cell for row in block.rows for cell in row]
        for text in texts:
            match = _ANNEX_HEAD.match(text)
            if match:
                annex, title = match[1], ""
            elif annex and not title:
                title = text
            elif annex and title.endswith("表") and _HINT.match(text.strip()) and text not in known:
                counts[annex] = counts.get(annex, 0) + 1
                source = next((item for item in found.items if f"附件{annex}" in re.sub(r"\s", "", item.text)), None)
                when = _BY_DAY.search(source.text) if source else None
                found.items.append(
                    Item(f"A{annex}.{counts[annex]}", f"附件{annex} {title}", text.strip(),
                         source.responsible if source else (), when[0] if when else "", form=True)
                )  # fmt: skip


def _unmarked(demand: str) -> str:
    mark = _mark(demand)
    return mark.text if mark and mark.level >= 2 and mark.text else demand


def _header(cells: list[str], rows: list[list[str]]) -> _Columns | None:
    """Return where the columns of a header row are; None if this is no header row.

    Of the columns that may hold the demands, the one with the most words in the rows does.
    """
    plain = [re.sub(r"\s+", "", cell) for cell in cells]
    if any(len(cell) > 14 for cell in plain):
        return None
    units = [i for i, cell in enumerate(plain) if _UNITS_HEAD.search(cell)]
    when = next((i for i, cell in enumerate(plain) if _WHEN_HEAD.search(cell)), None)
    numbered = bool(plain) and plain[0] in ("序号", "编号")
    others = [i for i in range(len(plain)) if i not in units and i != when and plain[i] not in ("备注", "序号", "编号")]
    wanted = [i for pattern in _DEMAND_HEADS for i in reversed(others) if pattern.search(plain[i])]
    if not units and not (wanted and (when is not None or numbered)):
        return None
    width = len(cells)
    lengths = {i: sum(len(_cell(row, i - width)) for row in rows if row is not cells) for i in others}
    likely = [i for i in wanted if lengths[i] * 2 >= max(lengths.values())] or others or [0]
    demand = max(likely, key=lambda i: lengths.get(i, 0)) if likely is others else likely[0]
    return _Columns(
        demand - width, tuple(i - width for i in units), None if when is None else when - width, width
    )


def _guessed(table: Table) -> _Columns | None:
    """The columns of a table without a header: the one with the longest text demands; None for a short table."""
    width = len(table.rows[0])
    if len(table.rows) < 3 or any(len(row) != width for row in table.rows):
        return None
    if any(_CARD.search(cell) for row in table.rows for cell in row):
        return None
    means = [sum(len(row[i]) for row in table.rows) / len(table.rows) for i in range(width)]
    longest = max(range(width), key=means.__getitem__)
    return _Columns(longest - width, (), None, width) if means[longest] >= 20 else None


def _cell(cells: list[str], index: int) -> str:
    return cells[index].strip() if -len(cells) <= index < 0 else ""


def _tasks(cells: list[str], columns: _Columns, before: list[str]) -> list[str]:
    """Return the task headings a row stands under, those of merged cells from the rows above."""
    own = [" ".join(cell.split()) for cell in cells[: columns.demand] if cell and not cell.isdigit()]
    if not own:
        return before
    return own if len(own) >= len(before) else before[: -len(own)] + own
