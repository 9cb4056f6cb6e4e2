"""Reads the demands out of task tables, and the instructions of forms among the annexes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from rules.drafting.blocks import Block, Paragraph, Table
from rules.drafting.notes import Item, responsible_units, with_units
from rules.drafting.numbering import mark_of

_UNITS_HEAD = re.compile(r"(责任|牵头|承办|落实|配合|实施|主办|承担)(单位|部门|主体|[科处]室|机构|人)|^分工$")
_WHEN_HEAD = re.compile(r"时限|完成时间|时间(要求|节点|安排)|完成期限|进度(要求|安排)")
_DEMAND_HEADS = (
    re.compile(r"(具体|工作|主要|重点|任务)(要求|内容|措施|举措|任务)$|^(要求|内容|措施|举措)$"),
    re.compile(r"任务|事项|要点|指标"),
)
_CARD = re.compile(r"^(?:索引号|发文字号|文号|发布机[关构]|成文日期|发布日期|主题分类|联系电话|姓名|职务)[：:]?$")
_ANNEX_HEAD = re.compile(r"^附\s*件\s*([\d一二三四五])\s*[：:.．]?\s*$")
_HINT = re.compile(r"^[（(][^（）()]{4,}[）)]$")
_BY_DAY = re.compile(r"(?:20\d\d年)?\d{1,2}月(?:\d{1,2}日|底|末)?(?:之前|以前|前)")


@dataclass(frozen=True)
class _Columns:
    """Where a task table holds what, counted from the right: rows may lack cells on the left."""

    demand: int
    units: tuple[int, ...]
    when: int | None
    width: int


def read_tables(tables: Iterable[Table]) -> tuple[list[Item], int]:
    """Return the demands of a document's tables, and how many rows leave out who answers for them.

    A row without units of its own has those of the row above.
    """
    items: list[Item] = []
    row_number, empty = 0, 0
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
            empty += not own and bool(columns.units)
            tasks = _tasks(cells, columns, tasks)
            ordinal = cells[0] if cells[0].isdigit() else str(row_number)
            section = " ".join(["附件任务分解表", *tasks])
            when = _cell(cells, columns.when) if columns.when is not None else ""
            inherited = not own and bool(columns.units)
            items += [
                replace(item, responsible=item.responsible or units, when=item.when or when,
                        table=True, inherited=inherited and not item.responsible)
                for item in with_units(f"T{ordinal}", section, _unmarked(demand)) if item.text
            ]  # fmt: skip
    return items, empty


def read_forms(blocks: Iterable[Block], items: Iterable[Item]) -> Iterator[Item]:
    """Yield the instructions of the forms among the annexes, due when the demand that names the annex is."""
    annex, title = "", ""
    items = list(items)
    known = {item.text for item in items}
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
                source = next((item for item in items if f"附件{annex}" in re.sub(r"\s", "", item.text)), None)
                when = _BY_DAY.search(source.text) if source else None
                yield (
                    Item(f"A{annex}.{counts[annex]}", f"附件{annex} {title}", text.strip(),
                         source.responsible if source else (), when[0] if when else "", form=True)
                )  # fmt: skip


def _unmarked(demand: str) -> str:
    found = mark_of(demand)
    return found.text if found and found.level >= 2 and found.text else demand


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
