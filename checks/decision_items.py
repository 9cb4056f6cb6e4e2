"""The items a catalogue of decisions lists: rows of tables and of grids, numbered lines, cards, rows of a list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lxml import html

from checks.bodies import absolute, lines_of
from checks.lexicon import any_of, lexicon
from checks.tables import Cell, Table, cell_of, leads
from checks.titles import key

_ITEM_HEAD = re.compile(r"决策|事项|项目|名称|文件|内容")
_NUMBER_HEAD = re.compile(r"序\s*号|编号|^号$|单位|部门|时间|时限|方式|备注|依据|程序|过程|阶段|进度|链接")
_COUNT = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_NUMBERED = re.compile(
    rf"^\s*(?:[（(]?{_COUNT}[）)]?)\s*[.．、]\s*(.{{4,80}})$|^\s*[（(]{_COUNT}[）)]\s*(.{{4,80}})$"
)
_UNIT = re.compile(
    r"[（(][^（()）《》]{1,24}(?:局|委|办|办公室|中心|政府|部|院|处|公司|街道|镇|乡|会)(?:[、，,]\s*[^（()）]{2,24})?[)）]\s*$"
)
_ORDINAL = re.compile(rf"^\s*[（(【]?(?:{_COUNT}|[A-Z])[）)】]?\s*[.．、:：]?\s*(?=\D)")
# links so many lines below an item's are its own; so short a name of a stage (1.决策草案) is no item
_BELOW, _STAGE = 12, 12
_LABEL, _EMPTY = 16, 6
_LEAST_NAME, _LONGEST_NAME = 4, 80
_LEAST_COLUMNS, _MOST_ROWS = 3, 200
_STAGES_NEEDED = 2
_SHORTEST_HEADING, _LONGEST_HEADING = 2, 24
_MARK = re.compile(r"\ue000[^\ue001]*\ue001|\ue002")
_MARK_LINK = re.compile(r"\ue000([^\ue001]*)\ue001([^\ue000\ue002]*)")
_INLINE = frozenset({"a", "b", "strong", "font", "u", "br", "img", "script", "style"})


@dataclass(frozen=True)
class Item:
    """One decision a catalogue lists: its name, the text of its row, the links of its row as (address, words).

    ``cells`` are the texts of its row as (heading, text), where it has such; ``filed``: it stands in a file, whose
    links are not read.
    """

    name: str
    row: str
    links: tuple[tuple[str, str], ...] = ()
    filed: bool = False
    cells: tuple[tuple[str, str], ...] = ()


def numbered_items(root: html.HtmlElement | None, base: str, lines: Sequence[str]) -> list[Item]:
    """Return the items of a catalogue that is a list of lines, with the links that stand in or just below each."""
    found = [Item(name, line) for line in lines if (name := _numbered(line))]
    named = {item.name for item in found}
    links: dict[str, list[tuple[str, str]]] = {}
    current, since = "", 0
    for line in _marked_lines(root):
        bare = _MARK.sub("", line)
        name = _numbered(bare.strip())
        if name in named:
            current, since = name or "", 0
        since += 1
        if current and since <= _BELOW:
            links.setdefault(current, []).extend(
                (absolute(match[1], base), _labelled(_MARK.sub("", line[:match.start()])[-_LABEL:], match[2]))
                for match in _MARK_LINK.finditer(line)
            )
    return [replace(item, links=tuple(dict.fromkeys(links.get(item.name, ())))) for item in found]


def _marked_lines(root: html.HtmlElement | None) -> list[str]:
    """Return a page's lines with the address of each link set before its words."""
    if root is None:
        return []
    for anchor in root.iter("a"):
        href = (anchor.get("href") or "").strip()
        if href and not re.search(r"[\s\ue000\ue001]", href):
            anchor.text = f"\ue000{href}\ue001{anchor.text or ''}"
            anchor.tail = f"\ue002{anchor.tail or ''}"
    return lines_of(root)


def _numbered(line: str) -> str | None:
    match = _NUMBERED.match(line)
    if match is None:
        return None
    name = _without_unit(re.split(r"\s{1,}|[（(](?:承办|责任|牵头|主办)", (match[1] or match[2]).strip())[0])
    stage = len(name) <= _STAGE and any(any_of(words).search(name) for words in lexicon("decisions")["stages"].values())
    return None if stage or len(name) < 4 or (name.endswith(("：", ":", "。")) and len(name) < 12) else name


def table_items(base: str, table: Table, filed: bool = False) -> list[Item]:
    """Return the items of a table below the first of its rows that heads a column of decisions."""
    head = next(
        (number for number, row in enumerate(table.rows[:5]) if _item_column(row) is not None and len(row) >= 2), None
    )
    if head is None:
        return []
    column = _item_column(table.rows[head])
    heads = [table.rows[head]]
    # a heading of two rows: the items' column goes down through both
    heads += [row for row in table.rows[head + 1:head + 2] if column is not None and column < len(row)
              and not row[column].begins]
    items = []
    for row in table.rows[head + 1:]:
        if column is None or column >= len(row):
            continue
        name = row[column].text
        if len(key(name)) < 4 or not row[column].begins or all(cell.text == name for cell in row):
            continue
        links = tuple(dict.fromkeys(
            (absolute(href, base), words if at == column else _labelled(_heading(heads, at), words))
            for at, cell in enumerate(row) for href, words in cell.links
        ))
        cells = tuple((_heading(heads, at), cell.text) for at, cell in enumerate(row) if at != column and cell.begins)
        items.append(Item(name, " ".join(cell.text for cell in row if cell.begins), links, filed, cells))
    return items


def _without_unit(name: str) -> str:
    """Return a name without the unit in brackets behind it (…发展规划（县发改局）)."""
    return _UNIT.sub("", name).strip()


def _heading(heads: Sequence[Sequence[Cell]], at: int) -> str:
    """Return the last of a table's heading rows' texts over a column."""
    return next((row[at].text for row in reversed(heads) if at < len(row) and len(row[at].text) <= _LABEL), "")


def _labelled(label: str, words: str) -> str:
    """Return a link's words, after what stands before it where they alone say nothing (查看)."""
    plain = " ".join(words.split())
    return plain if len(plain) > _EMPTY else f"{label} {plain}".strip()


def _item_column(row: tuple[Cell, ...]) -> int | None:
    headed = [cell.text for cell in row]
    if any(len(cell.links) > 1 for cell in row):
        return None
    if len({text for text in headed if text}) < 2 or any(len(text) > 30 for text in headed):
        return None
    return next(
        (
            number for number, text in enumerate(headed)
            if _ITEM_HEAD.search(text) and not _NUMBER_HEAD.search(text)
        ), None,
    )


def block_items(root: html.HtmlElement | None, base: str, lines: Sequence[str]) -> list[Item]:
    """Return the items of a catalogue that is no table: a grid of blocks, cards with their stages, a list of links.

    ``lines`` are those of the page's content: what a row of a list names must be among them.
    """
    if root is None:
        return []
    for element in root.iter("div", "ul", "section", "dl", "ol"):
        grid = _grid(element)
        items = table_items(base, grid) if grid is not None else []
        if items:
            return items
    return _cards(root, base) or _rows(root, base, lines)


def _grid(element: html.HtmlElement) -> Table | None:
    """Return the table that blocks of equally many blocks make; None where an element's children make none."""
    rows = [child for child in element if isinstance(child.tag, str) and child.tag not in _INLINE]
    if not 1 < len(rows) <= _MOST_ROWS:
        return None
    width = len(rows[0])
    if width < _LEAST_COLUMNS or any(len(row) != width or row.tag == "tr" for row in rows):
        return None
    return Table(tuple(tuple(cell_of(cell) for cell in row) for row in rows))


def _cards(root: html.HtmlElement, base: str) -> list[Item]:
    """Return the items of blocks that hold links to stages of one decision, named by the first of their lines."""
    stages = lexicon("decisions")["stages"]
    named: dict[html.HtmlElement, set[str]] = {}
    for anchor in root.iter("a"):
        words = _told_by(anchor)
        for stage in (name for name, patterns in stages.items() if any_of(patterns).search(words)):
            for holder in anchor.iterancestors():
                named.setdefault(holder, set()).add(stage)
    cards: list[html.HtmlElement] = []
    around: set[html.HtmlElement] = set()
    # what lies inside comes before what lies around it: the innermost block that names its decision is the card
    for holder, told in named.items():
        if len(told) >= _STAGES_NEEDED and holder.tag not in ("body", "html") and holder not in around and (
            _card_name(holder) and not any(one in cards for one in holder.iterancestors())
        ):
            cards.append(holder)
            around.update(holder.iterancestors())
    # what stands beside a card in a form like its own is one, however little it links to
    beside = {other: None for card in cards for other in card.getparent() if other.tag == card.tag}
    return [
        Item(name, " ".join(lines_of(card, apart=True)), _links(card, base))
        for card in (beside or cards) if (card in cards or card.tag == "tr" or _links(card, base)) and (
            name := _card_name(card)
        )
    ]


def _links(card: html.HtmlElement, base: str) -> tuple[tuple[str, str], ...]:
    anchors = [anchor for anchor in card.iter("a") if leads(anchor)]
    return tuple(dict.fromkeys((absolute(anchor.get("href").strip(), base), _told_by(anchor)) for anchor in anchors))


def _told_by(anchor: html.HtmlElement) -> str:
    """Return a link's short words, after the label before them: in its line, or in the cell before its own."""
    words = " ".join("".join(anchor.itertext()).split())
    if len(words) > _LONGEST_NAME:
        return ""
    if any(any_of(patterns).search(words) for patterns in lexicon("decisions")["stages"].values()):
        return words
    block = next((node for node in anchor.iterancestors() if node.tag not in _INLINE), None)
    if block is None:
        return words
    before = " ".join((block.text or "").split())
    cell = block.getprevious()
    if not before and anchor.getprevious() is None and cell is not None and cell.tag in ("td", "th", "dt", "h4", "h5"):
        before = " ".join("".join(cell.itertext()).split())
    return _labelled(before[-_LABEL:], words) if before else words


def _card_name(card: html.HtmlElement) -> str | None:
    """Return the name of the decision a card tells of: its first line, where that is no stage and no label."""
    line = _ORDINAL.sub("", next(iter(lines_of(card, apart=True)), "")).strip()
    bare = line
    for anchor in card.iter("a"):
        words = " ".join("".join(anchor.itertext()).split())
        bare = bare.replace(words, "") if 0 < len(words) <= _STAGE else bare
    bare = " ".join(bare.split())
    stage = len(bare) <= _STAGE and any(any_of(words).search(bare) for words in lexicon("decisions")["stages"].values())
    if stage or not _is_item(bare):
        return None
    return next((part for part in line.split() if _is_item(part)), line)


def _rows(root: html.HtmlElement, base: str, lines: Sequence[str]) -> list[Item]:
    """Return the items of a list whose rows are each one link named like a decision."""
    shown = {key(line) for line in lines}
    joined = "\n".join(shown)
    found: list[Item] = []
    for element in root.iter("ul", "ol", "div"):
        rows = [child for child in element if child.tag in ("li", "div", "p")]
        items = [item for row in rows if (item := _row(row, root, base)) is not None and key(item.name) in joined]
        if items and len(items) == len(rows):
            found += items
    return found


def _row(row: html.HtmlElement, root: html.HtmlElement, base: str) -> Item | None:
    """Return the item a row names: by its one link, or by its words, with the links elsewhere that name it."""
    if len(row.xpath(".//li | .//h1")) > 0:
        return None
    links = cell_of(row).links
    text = " ".join(lines_of(row, apart=True))
    name = _without_unit(_ORDINAL.sub("", links[0][1] if links else text).strip())
    if len(links) > 1 or not _is_item(name):
        return None
    if not links and row.tag == "li":
        links = tuple((href, words) for href, words in cell_of(root).links if key(name) in key(words))
    elif not links:
        return None
    return Item(name, text, tuple((absolute(href, base), words) for href, words in links))


def _is_item(name: str) -> bool:
    words = lexicon("decisions")
    return _LEAST_NAME <= len(key(name)) <= _LONGEST_NAME and bool(re.search(words["item_like"], name)) and not (
        any_of(words["catalogue"]).search(name)
    )


def stages_shown(lines: Sequence[str]) -> Iterator[str]:
    """Yield the short lines of an item's page that head something: below which no other heading and no 暂无 stands.

    Headings that all follow each other are a bar of tabs, whose parts stand below it.
    """
    words = lexicon("decisions")
    stage = any_of([pattern for patterns in words["stages"].values() for pattern in patterns])
    heads = [len(line) <= _LONGEST_HEADING and bool(stage.search(line)) for line in lines]
    for at, line in enumerate(lines):
        if not _SHORTEST_HEADING <= len(line) <= _LONGEST_HEADING:
            continue
        below = lines[at + 1] if at + 1 < len(lines) else ""
        bar = sum(1 for other in heads[max(0, at - 2):at + 3] if other) > _STAGES_NEEDED
        empty = not below or (heads[at + 1] and not bar) or re.search(words["nothing_yet"], below)
        if not (heads[at] and empty):
            yield line
