"""The disclosure table (信息公开目录 fields) of a document, whatever carries it, and what its text says in its place.

Labels are matched as whole words of a line, with blanks or markup between their characters allowed; values are
read from the same line, the neighbouring cell, the row below a row of labels, or the block that follows.
Menus and breadcrumbs that merely contain 主动公开 are no labels and give nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import dropwhile, islice
from typing import NamedTuple

from lxml.etree import _Element as Element

from crawler.cms.lexicon import load
from crawler.extract.caching import remembered
from crawler.extract.dates import find_dates, parse_date
from crawler.extract.inline_fields import read_inline_fields
from crawler.extract.outline import EDGE, GAP, Line, Outline, clean, spaced
from crawler.extract.pagedata import read_page_data
from crawler.extract.parsed import ParsedPage
from crawler.snapshot.records import Attributes

_LEXICON = load("disclosure_fields")
LABELS: dict[str, list[str]] = _LEXICON["labels"]
CORE: list[str] = _LEXICON["core"]

_FIELD_OF = {label: name for name, labels in LABELS.items() for label in labels}
_RANK = {label: rank for labels in LABELS.values() for rank, label in enumerate(labels)}
_PLAIN_VALUES = "|".join(value for values in _LEXICON["script_values"].values() for value in values)
_LABEL = re.compile(
    rf"({spaced(_FIELD_OF)}){GAP}(?:([】\])）]{GAP}[:：]?|[:：]){GAP}|(?=\n|\Z)|(?<={EDGE})"
    # 文件时效　有效: nothing but a blank between them
    rf"|(?<=\s)(?=(?:{_PLAIN_VALUES}){GAP}(?:\n|\Z|{EDGE})))"
)
_BEFORE = frozenset(f" \n{EDGE}【[（(〔|｜◎●■◆·•*▪")
# these part the fields of a row; in a sentence they part anything
_PARTING = frozenset("；;，,、/／")
_PAIRS = {"（": "）", "(": ")", "【": "】", "[": "]", "〔": "〕"}
_PAIRS |= {closing: opening for opening, closing in _PAIRS.items()}
# Behind a label ends its line or an element in it, or stands a mark. Where that is not so none is looked for: led by
# what follows, not by the label, the search passes over a text ten times faster.
_LAST_BUT_ONE, _LAST = ("".join({label[at] for label in _FIELD_OF}) for at in (-2, -1))
_ENDING = re.compile(rf"[ \n{EDGE}:：\]】)）](?<=[{_LAST_BUT_ONE}\s][{_LAST}][\s\S])")
_CORE_LABEL = re.compile(rf"(?:{'|'.join(label for name in CORE for label in LABELS[name])})[：:\n{EDGE}\]】]")
_BROKEN_CORE_LABEL = re.compile(rf"(?:{spaced(label for name in CORE for label in LABELS[name])})[：:\n{EDGE}\]】]")
_CORE_ENDS = frozenset(label[-2:] for name in CORE for label in LABELS[name])
_NEXT_LABEL = re.compile(
    rf"[\s【\[；;｜|][\u4e00-\u9fff](?:{GAP}[\u4e00-\u9fff]){{1,7}}{GAP}[:：]|\s*[【\[]\s*(?:字体|打印|大|关闭|收藏|打\s*印)"
)
# what may stand between a value and the next label of its line
_BETWEEN = "；;，,、｜|/／ "
_EMPTY = re.compile(r"^[\s\-—–―_/\\·.…*]*$|^\{\{.*\}\}$|^\$\{.*\}$|^<%.*%>$|^(?:null|undefined|NaN)$", re.IGNORECASE)
_NONE = re.compile(r"^(?:暂无|无|长期有效|永久|长期)?$")
# a number says 无 where there is none
_NO_NUMBER = re.compile(
    r"[（(]?(?:暂|尚)?(?:无|没有|未编)(?:文号|编号|字号|发文字号|号)?[）)]?"
    # 示政发〔2026〕　号: no number yet
    r"|[\u4e00-\u9fff]{0,12}\s*[〔\[【（(]\s*(?:(?:19|20)\d\d)?[\s年]*[〕\]】）)]\s*第?\s*号?"
)
_DISCLOSED = re.compile(
    r"(?:主动|依申请|依法不予|不予|不|免予|免于|部分|删减后|全文|全部|社会)公开|公开$|^公开|^申请公开|非公开"
)
_OPENNESS = frozenset(_LEXICON["openness"])
_NOTE = (
    r"\s*(?:(?:此|本)\s*(?:件|文)[^（）()\n]{0,12}?(?:公\s*开|发\s*布|删\s*减)[^（）()\n]{0,12}[）)]"
    r"|(?:政府)?(?:信息)?公开(?:属性|方式|形式|类别|类型|选项)\s*[:：]\s*[^（）()\n]{2,12}[）)])"
)
# one expression for either bracket: led by a single character, a search goes through a text five times faster
_NOTES = (re.compile("（" + _NOTE), re.compile(r"\(" + _NOTE))
_NUMBER = (
    r"[\u4e00-\u9fff][\u4e00-\u9fffA-Za-z（）()·\-]{0,22}?\s*[〔\[﹝（(【［<〈]\s*(?:19|20)\d\d\s*(?:年)?[〕\]﹞）)】］>〉]\s*"
    r"(?:第)?\s*[\dA-Za-z\-—]{1,8}\s*号"
)
_NUMBER_LINE = re.compile(
    rf"^(?:文号|发文字号)?[:：]?({_NUMBER}|[\u4e00-\u9fff]{{2,20}}令\s*第\s*\d+\s*号|第\s*\d{{1,4}}\s*号)$"
)
_NUMBER_AT_END = re.compile(rf"[（(]\s*({_NUMBER})\s*[）)]\s*$")
_ORGAN = re.compile(
    r"(?:政府|办公室|办公厅|办|局|委|委员会|厅|部|院|处|中心|会|署|站|队|所|社|署|行|校|馆|组|指挥部|领导小组)(?:[（(].{1,12}[）)])?$"
)
_PUBLISHERS = frozenset(_LEXICON["publishers"])
_OF_THE_TEXT = frozenset(_LEXICON["of_the_text"])
_NOWHERE = ("#", "javascript:")
_WINDOW = 24
_HEAD_LINES = 24
_SENTENCE = 12
# a field that sums the document up (内容概述) is one paragraph
_SOME_SENTENCES = 2
# a short text without a sentence (任免, 废止目录) between two tables
_SOME_LINES, _SOME_TEXT = 4, 60
_MAX_VALUE = 300
_MAX_HITS = 400
_MAX_CELLS = 60
# a label, its value, the next label: what stands further off belongs to the text
_NEXT_FIELD_LINES = 3
_CATALOGUE = re.compile(r"(?:目录|清单|一览表|汇总表|统计表|台账)(?:[（(].{1,16}[）)])?(?:$|[-_—|–])")
_TITLED = re.compile(
    r"(?:办法|规定|细则|规则|条例|方案|规划|预案|(?:的|关于.{2,60})(?:通知|意见|决定|公告|通告))》?(?:[（(].{1,12}[）)])?$"
)
# titles that have so many characters on end in common may be those of one document
_COMMON = 6
# a row that begins so is the head of a list
_SERIAL = frozenset({"序号", "序", "编号", "顺序号"})


class _Hit(NamedTuple):
    label: str
    field: str
    value: str
    line: int


@dataclass
class DisclosureTable:
    """What the labelled fields say: the attributes, ``title`` and ``published``, the 发布机构, the lines used.

    ``first`` and ``last`` are the lines between which the table lies; further fields stand in or beneath the text.
    """

    attributes: Attributes = field(default_factory=Attributes)
    title: str | None = None
    published: str | None = None
    publisher: str | None = None
    lines: set[int] = field(default_factory=set)
    first: int = 0
    last: int = 0

    @property
    def end(self) -> int:
        """The line after the last one of the table, 0 where there is none."""
        return self.last + 1 if self.lines and self.attributes.has_table else 0


def read_attributes(page: ParsedPage) -> DisclosureTable:
    """Read the fields of a page's disclosure table and its note （此件公开发布）."""
    hits = _hits(page.outline)
    if _is_list_of_documents(hits) or _is_of_another(hits, page):
        hits = []
    values: dict[str, str] = {}
    table = DisclosureTable()
    core = [hit for hit in hits if hit.field in CORE]
    if _is_table(core):
        named: dict[str, list[_Hit]] = {}
        for hit in hits:
            named.setdefault(hit.field, []).append(hit)
        for name in (*CORE, "abolished", "title", "published"):
            if name in named:
                values[name] = _best(named[name]) or ""
        table.publisher = _best([hit for hit in hits if hit.label in _PUBLISHERS])
        table.lines = _table_lines(hits)
        table.first, table.last = _main_stretch(page.outline, hits, table.lines)
    else:
        for hit in (hit for hit in hits if hit.value):
            if hit.field == "disclosure" and _DISCLOSED.search(hit.value):
                values.setdefault("disclosure", hit.value)
            elif hit.field in ("document_number", "validity", "index_number"):
                values.setdefault(hit.field, hit.value)
    from_script = {**read_page_data(page), **read_inline_fields(page)}
    for name, value in from_script.items():
        values[name] = values.get(name) or value
    has_table = _is_table(core) or sum(1 for name in CORE if from_script.get(name)) >= 2
    notes = [note for pattern in _NOTES if (note := pattern.search(page.outline.text))]
    note = min(notes, key=re.Match.start, default=None)
    abolished = values.get("abolished", "")
    table.attributes = Attributes(
        index_number=values.get("index_number"),
        disclosure=values.get("disclosure"),
        topic=values.get("topic"),
        issuer=values.get("issuer"),
        signed=_day(values.get("signed")),
        document_number=_number(values.get("document_number")),
        validity=values.get("validity"),
        body_disclosure_note=clean(note.group()) if note else None,
        has_table=has_table,
        abolished=None if _NONE.match(abolished) else (_day(abolished) or abolished),
    )
    table.title = values.get("title") or None
    table.published = next((found.iso for found in find_dates(values.get("published") or "")), None)
    return table


def _number(value: str | None) -> str | None:
    """Return a number's value, empty where it says that there is none."""
    return "" if value and _NO_NUMBER.fullmatch(value.strip()) else value


def _table_lines(hits: list[_Hit]) -> set[int]:
    """Return the lines of a table's fields.

    A lesser label further down is a heading of the text (【政策解读】), 附件： the end of a short one.
    """
    lines = {hit.line for hit in hits if hit.field != "other"}
    lesser = [hit for hit in hits if hit.field == "other" and hit.value and hit.label not in _OF_THE_TEXT]
    for hit in sorted(lesser, key=lambda hit: hit.line):
        if hit.line <= max(lines, default=hit.line) + _NEXT_FIELD_LINES:
            lines.add(hit.line)
    return lines


def _main_stretch(outline: Outline, hits: list[_Hit], lines: set[int]) -> tuple[int, int]:
    """Return the first and last line of the table itself: the fields that no text lies between.

    A text's own end (版记) says 信息公开类别, 抄送, 印发 again. Of several stretches the first that names two of the
    core fields is the table.
    """
    stretches: list[list[int]] = []
    for line in sorted(lines):
        if stretches and not _text_between(outline, stretches[-1][-1], line):
            stretches[-1].append(line)
        else:
            stretches.append([line])
    named = {line: {hit.field for hit in hits if hit.line == line and hit.field in CORE} for line in lines}
    for stretch in stretches:
        if len(set().union(*(named[line] for line in stretch))) >= 2:
            return stretch[0], _row_end(outline, stretch[-1])
    return (stretches[0][0], _row_end(outline, stretches[0][-1])) if stretches else (0, 0)


def _text_between(outline: Outline, above: int, below: int) -> bool:
    """Whether text lies between two fields: sentences, or, between fields of different tables, some lines."""
    if below - above <= _NEXT_FIELD_LINES:
        return False
    told = sentences(outline, above + 2, below)
    if _list_around(outline.lines[above].element) is _list_around(outline.lines[below].element):
        return told >= _SOME_SENTENCES
    lines = outline.lines[above + 2:below]
    return told > 0 or (len(lines) >= _SOME_LINES and sum(len(line.text) for line in lines) >= _SOME_TEXT)


def _list_around(element: Element) -> Element | None:
    """Return the table or list a field stands in, else what holds its block."""
    return next(element.iterancestors("table", "ul", "ol", "dl"), element.getparent())


def _row_end(outline: Outline, line: int) -> int:
    """Return the last line of the table's row a field stands in: its value is a cell of its own."""
    cell = _cell(outline.lines[line].element)
    row = cell.getparent() if cell is not None else None
    if row is None or row.tag != "tr":
        return line
    end = outline.span(row)[1]
    return end - 1 if line < end <= line + _NEXT_FIELD_LINES else line


def sentences(outline: Outline, start: int, end: int) -> int:
    """Count the lines of running text in a half-open range of lines."""
    return sum(
        1 for line in outline.lines[start:end]
        if len(line.text) >= _SENTENCE and "。" in line.text and line.linked * 2 < len(line.text)
    )


def complete_from_text(attributes: Attributes, title: str | None, lines: list[Line]) -> Attributes:
    """Fill in from a document's own text what its table does not carry: 文号 line, 落款 (organ and day).

    ``lines`` are those of the content area. A text without 文号 and without table is no document: nothing is read.
    Organ and day that the table names and leaves empty stay empty: that is what a reader sees of them.
    """
    texts = [line.plain for line in lines]
    number = attributes.document_number or document_number(title, texts)
    if not number and not attributes.has_table:
        return attributes
    organ, day = signature(texts)
    return Attributes(
        index_number=attributes.index_number,
        disclosure=attributes.disclosure,
        topic=attributes.topic,
        issuer=organ if attributes.issuer is None else attributes.issuer,
        signed=day if attributes.signed is None else attributes.signed,
        document_number=number or attributes.document_number,
        validity=attributes.validity,
        body_disclosure_note=attributes.body_disclosure_note,
        has_table=attributes.has_table,
        abolished=attributes.abolished,
    )


def fill_scripted(attributes: Attributes, lines: list[Line]) -> None:
    """Fill in from the text what a script of the page writes into the table's empty place: 落款, organ and day."""
    wanted = [name for name in attributes.scripted if name in ("issuer", "signed")]
    if not wanted:
        return
    organ, day = signature([line.plain for line in lines])
    for name, value in (("issuer", organ), ("signed", day)):
        if name in wanted and value:
            setattr(attributes, name, value)
            attributes.scripted.remove(name)


def document_number(title: str | None, texts: list[str]) -> str | None:
    """Return the 文号 that stands on a line of its own near a text's head, or in brackets at its title's end."""
    head = texts[:_HEAD_LINES]
    numbers = [
        match.group(1) for at, text in enumerate(head)
        if len(text) <= 40 and (match := _NUMBER_LINE.match(text)) and not _is_row(head, at, title or "")
    ]
    if 1 <= len(numbers) <= 2:
        return numbers[0]
    match = _NUMBER_AT_END.search(title or "")
    return match.group(1) if match else None


def _is_row(texts: list[str], at: int, title: str) -> bool:
    """Whether a line is of a list of documents: behind the heads of its columns, a row's own number, another title."""
    above = ["".join(text.split()) for text in texts[:at]]
    heads = sum(1 for text in above if text in _SERIAL or _field_named(text) in ("title", "document_number"))
    if heads >= 2 or any(text.rstrip(".、．").isdigit() and len(text) <= 4 for text in above[-3:]):
        return True
    return bool(above and _TITLED.search(above[-1])) and not _is_kin(above[-1], "".join(title.split()))


def _is_kin(one: str, other: str) -> bool:
    """Whether two titles have a stretch of characters in common, or one is too short to tell."""
    if min(len(one), len(other)) < _COMMON:
        return True
    return any(one[at:at + _COMMON] in other for at in range(len(one) - _COMMON + 1))


def signature(texts: list[str]) -> tuple[str | None, str | None]:
    """Return 落款, the organ and the day that close a text: the last line that is only a day, and the one above."""
    for at in range(len(texts) - 1, max(-1, len(texts) - 60), -1):
        text = texts[at]
        if len(text) > 40 or not re.search(r"年.{1,4}月.{1,4}日", text):
            continue
        found = next(find_dates(text), None)
        if found is None or text[found.end:].strip():
            continue
        before = text[: found.start].strip()
        organ = before or (texts[at - 1] if at else "")
        if before and not _ORGAN.search(before):
            continue
        return (organ if organ and len(organ) <= 40 and _ORGAN.search(organ) else None), found.day
    return None, None


class _Label(NamedTuple):
    """A label in a line: what it says, where its words begin, where its value does, whether it has a mark behind it."""

    words: str
    start: int
    end: int
    marked: bool


@remembered
def _labels(text: str) -> tuple[_Label, ...]:
    """Return the labels of one line, each behind a character that sets it apart."""
    found: list[_Label] = []
    for match in _LABEL.finditer(text):
        start, marked = match.start(1), bool(match.group(2))
        if start and text[start - 1] not in _BEFORE and not (found and text[start - 1] in _PARTING):
            continue
        # <label>索引号</label><em>…</em><label>文号</label><em>…</em>: set apart by nothing but their elements
        apart = bool(found) and text[start - 1] == EDGE and match.end() > match.end(1)
        if marked or apart or not clean(text[:start]).strip("◎●■◆·•*▪【[ "):
            found.append(_Label("".join(match.group(1).replace(EDGE, "").split()), start, match.end(), marked))
    return tuple(found)


def _labelled(outline: Outline) -> list[tuple[int, _Label]]:
    """Return the labels of a page with the numbers of their lines."""
    found: list[tuple[int, _Label]] = []
    last = -1
    for ending in _ENDING.finditer(f"{outline.text}\n"):
        index, _ = outline.at(ending.start())
        if index > last:
            last = index
            found += [(index, label) for label in _labels(outline.lines[index].text)]
            if len(found) >= _MAX_HITS:
                return found[:_MAX_HITS]
    return found


def _hits(outline: Outline) -> list[_Hit]:
    labels = _labelled(outline)
    if not any(_FIELD_OF[label.words] in CORE for _, label in labels) or not _mentions_core(outline.lines):
        return []
    found: list[_Hit] = []
    rows: dict[Element, _Row] = {}
    for at, (index, label) in enumerate(labels):
        line = outline.lines[index]
        following = labels[at + 1] if at + 1 < len(labels) else None
        end = following[1].start if following and following[0] == index else len(line.text)
        value = _cut(line.text[label.end:end])
        if not value and end == len(line.text):
            beside = _beside(outline, index, rows)
            if beside is None:
                continue
            value = beside
        value = "" if _EMPTY.match(value) else value
        if label.words in _OPENNESS and value and not _DISCLOSED.search(value):
            continue
        found.append(_Hit(label.words, _FIELD_OF[label.words], value, index))
    return found


def _mentions_core(lines: list[Line]) -> bool:
    """Whether any field of a disclosure table is named at all: most pages have none and need no further search.

    A label ends its line, or a mark of its own stands behind it: no other line is looked at in full.
    """
    last = lines[-1] if lines else None
    return any(_names_core(line.text if line is last else f"{line.text}\n") for line in lines)


@remembered
def _names_core(text: str) -> bool:
    broken = EDGE in text
    if not ("：" in text or ":" in text or "]" in text or "】" in text or _ends_like_label(text, broken)):
        return False
    packed = text.replace(" ", "")
    return bool(_CORE_LABEL.search(packed) or (broken and _BROKEN_CORE_LABEL.search(packed)))


def _ends_like_label(text: str, broken: bool) -> bool:
    """Whether a line, or an inline element in it, ends with the last two characters of a core field's label."""
    if not broken:
        return text[-5:].replace(" ", "")[-3:-1] in _CORE_ENDS
    if text.replace(EDGE, "").replace(" ", "")[-3:-1] in _CORE_ENDS:
        return True
    return any(part and part[-4:].rstrip("\n").replace(" ", "")[-2:] in _CORE_ENDS for part in text.split(EDGE))


def _cut(text: str) -> str:
    """A value up to the next label on the same line, known or not."""
    stop = _NEXT_LABEL.search(text)
    value = clean(text[: stop.start()] if stop else text).rstrip(_BETWEEN)
    other = _PAIRS.get(value[-1:])
    if other is not None and value.count(value[-1]) > value.count(other):
        value = value[:-1].rstrip(_BETWEEN)
    return value[:_MAX_VALUE]


def _beside(outline: Outline, index: int, rows: dict[Element, _Row]) -> str | None:
    """The value of a label that ends its line; None where the label is one of a form's or list's head.

    ``rows`` remembers the rows of tables looked at so far.
    """
    element = outline.lines[index].element
    start, end = outline.span(element)
    if start <= index and end > index + 1:
        return _block_text(outline, index + 1, end)
    if _has_inputs(element):
        return None
    cell = _cell(element)
    if cell is not None:
        return _beside_cell(outline, cell, rows)
    node, levels = element, 0
    while levels < 2:
        following = _next_element(node)
        if following is not None:
            if _has_inputs(following):
                return None
            if following.tag in ("h1", "h2", "h3") or len(following) > 12:
                return ""
            start, end = outline.span(following)
            return _block_text(outline, start, end)
        parent = node.getparent()
        if parent is None or outline.span(parent) != outline.span(node):
            return ""
        node, levels = parent, levels + 1
    return ""


def _block_text(outline: Outline, start: int, end: int) -> str:
    """The value in a range of lines: their text up to a further label; too much text is no value."""
    parts: list[str] = []
    for line in outline.lines[start:min(end, start + 6)]:
        match = _LABEL.search(line.text)
        if match and not line.text[: match.start()].strip():
            break
        parts.append(_cut(line.text))
    value = " ".join(part for part in parts if part)
    return value if len(value) <= _MAX_VALUE else ""


def _cell(element: Element) -> Element | None:
    node: Element | None = element
    for _ in range(3):
        if node is None or node.tag in ("tr", "table", "body"):
            return None
        if node.tag in ("td", "th", "dt"):
            return node
        node = node.getparent()
    return None


class _Row(NamedTuple):
    """The cells of a table's row, their lines, and which of them are labels.

    ``heads`` where all are that hold anything, ``numbered`` where the row is the head of a list of numbered items.
    """

    cells: list[Element]
    lines: list[list[Line]]
    labels: list[bool]
    heads: bool
    numbered: bool


def _row(outline: Outline, row: Element) -> _Row:
    cells = [node for node in row if node.tag in ("td", "th")]
    lines = [outline.within(node) for node in cells]
    labels = [len(inside) == 1 and _field_named(inside[0].text) is not None for inside in lines]
    filled = [label for label, inside in zip(labels, lines, strict=True) if inside]
    return _Row(cells, lines, labels, all(filled) and sum(labels) > 1, _text(lines[0]).replace(" ", "") in _SERIAL)


def _beside_cell(outline: Outline, cell: Element, rows: dict[Element, _Row]) -> str | None:
    if cell.tag == "dt":
        following = _next_element(cell)
        return "" if following is None or following.tag != "dd" else _cell_text(outline, following)
    row = cell.getparent()
    if len(row) > _MAX_CELLS:
        return None
    known = rows.get(row)
    if known is None:
        known = rows[row] = _row(outline, row)
    at = known.cells.index(cell)
    if at and known.numbered:
        return None
    if known.heads:
        return _below(outline, row, at, len(known.cells))
    beside = at + 1
    if beside >= len(known.cells):
        return ""
    if _has_inputs(known.cells[beside]):
        return None
    lines = known.lines[beside]
    return "" if known.labels[beside] or (lines and _begins_with_label(lines[0].text)) else _text(lines)


def _below(outline: Outline, row: Element, at: int, width: int) -> str | None:
    """The value under a row of labels; None where several rows follow, which is a list of documents."""
    table = next(row.iterancestors("table"), None)
    if table is None:
        return ""
    following = islice(dropwhile(lambda node: node is not row, table.iter("tr")), 1, 4)
    rows = []
    for node in following:
        cells = [cell for cell in node if cell.tag in ("td", "th")]
        if len(cells) != width:
            break
        rows.append(cells)
    if not rows:
        return ""
    if any(_is_label(outline, cell) for cell in rows[0]):
        return ""
    if len(rows) > 1 and not any(_is_label(outline, cell) for cell in rows[1]):
        return None
    heads = [node for node in row if node.tag in ("td", "th")]
    if any(_leads_on(cell) and _names_title(outline, head) for head, cell in zip(heads, rows[0], strict=True)):
        return None
    return _cell_text(outline, rows[0][at])


def _is_label(outline: Outline, cell: Element) -> bool:
    return _label_alone(outline, cell) is not None


def _names_title(outline: Outline, cell: Element) -> bool:
    return _label_alone(outline, cell) == "title"


def _label_alone(outline: Outline, cell: Element) -> str | None:
    """Return the field a cell that holds nothing but a label names."""
    lines = outline.within(cell)
    return _field_named(lines[0].text) if len(lines) == 1 else None


@remembered
def _field_named(text: str) -> str | None:
    """Return the field that a text names which says nothing else."""
    text = text.lstrip()
    match = _LABEL.match(text)
    if match is None or text[match.end():].strip():
        return None
    return _FIELD_OF["".join(match.group(1).replace(EDGE, "").split())]


def _leads_on(cell: Element) -> bool:
    """Whether a cell links to another page: under the head of titles, that is an item of a list."""
    return any(not (link.get("href") or "#").strip().lower().startswith(_NOWHERE) for link in cell.iter("a"))


@remembered
def _begins_with_label(text: str) -> bool:
    """Whether a text opens with a label that has a mark behind it, with or without a value."""
    match = _LABEL.match(text.lstrip())
    return bool(match and match.group(2))


def _cell_text(outline: Outline, cell: Element) -> str:
    return _text(outline.within(cell))


def _text(lines: list[Line]) -> str:
    """The text of a cell's lines."""
    return " ".join([line.plain for line in lines[:8]])[:_MAX_VALUE]


def _next_element(element: Element) -> Element | None:
    node = element.getnext()
    while node is not None and (not isinstance(node.tag, str) or node.tag in ("script", "style", "br")):
        node = node.getnext()
    return node


def _has_inputs(element: Element) -> bool:
    return len(element) > 0 and next(element.iter("input", "select", "textarea", "button"), None) is not None


def _is_table(core: list[_Hit]) -> bool:
    """Whether labelled fields make a disclosure table: an index number, or two fields close together."""
    if any(hit.field == "index_number" and hit.value for hit in core):
        return True
    for at, hit in enumerate(core):
        near = [other for other in core[at:] if other.line - hit.line <= _WINDOW]
        names = {other.field for other in near}
        if len(names) >= 2 and any(other.value for other in near) and names - {"issuer", "disclosure"}:
            return True
    return False


def _is_list_of_documents(hits: list[_Hit]) -> bool:
    """Whether the same fields come again and again with other values: rows of a list, each with its own table."""
    numbers = {hit.value for hit in hits if hit.field == "index_number" and hit.value}
    return len(numbers) > 2


def _is_of_another(hits: list[_Hit], page: ParsedPage) -> bool:
    """Whether a page that names itself a catalogue (目录, 一览表) shows the fields of one document it lists."""
    heading = "".join((page.meta.get("articletitle") or page.heading).split())
    named = [re.sub(r"[\s《》]", "", hit.value) for hit in hits if hit.field == "title" and hit.value]
    return bool(_CATALOGUE.search(heading) and named) and all(name not in heading for name in named)


def _best(hits: list[_Hit]) -> str | None:
    if not hits:
        return None
    filled = [hit for hit in hits if hit.value]
    if not filled:
        return ""
    return min(filled, key=lambda hit: (_RANK[hit.label], hit.line)).value


def _day(value: str | None) -> str | None:
    if not value:
        return value
    parsed = parse_date(value)
    return parsed[:10] if parsed else value
