"""Words for what is wrong with a pack: every complaint names file, clause and key, and what was expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

_EXPECTED = {
    "string_type": "文字",
    "list_type": "列表",
    "dict_type": "键值表",
    "model_type": "键值表",
    "model_attributes_type": "键值表",
    "int_type": "整数",
    "int_parsing": "整数",
    "int_from_float": "整数",
    "float_type": "数字",
    "float_parsing": "数字",
    "bool_type": "true 或 false",
    "bool_parsing": "true 或 false",
    "date_type": "2026-01-31 这样的日期",
    "date_parsing": "2026-01-31 这样的日期",
    "date_from_datetime_parsing": "2026-01-31 这样的日期",
    "date_from_datetime_inexact": "2026-01-31 这样的日期",
}
_BOUNDS = {
    "greater_than": ("大于 {}", "gt"),
    "greater_than_equal": ("不小于 {}", "ge"),
    "less_than": ("小于 {}", "lt"),
    "less_than_equal": ("不大于 {}", "le"),
}
_PARTS = {"clauses": "条款", "indicators": "指标", "vetoes": "否决项"}


class PackError(ValueError):
    """A pack that cannot be used: one Chinese line; ``lines`` holds every complaint found."""

    def __init__(self, *lines: str) -> None:
        super().__init__(lines[0])
        self.lines = list(lines)


def complaints(error: ValidationError) -> Iterator[tuple[tuple[int | str, ...], str]]:
    """Yield, for each thing a model refuses, where it is and, in Chinese, what was expected there."""
    for item in error.errors(include_url=False):
        yield tuple(item["loc"]), _complaint(item["type"], item.get("ctx") or {}, item.get("input"))


def place(raw: Any, loc: tuple[int | str, ...]) -> str:
    """Say in words where in a pack file a location is: the clause by its id, then the key."""
    head, rest = loc[:2], loc[2:]
    if len(loc) >= 2 and loc[0] in _PARTS and isinstance(loc[1], int):
        name = _named(raw, str(loc[0]), loc[1])
        where = f"{_PARTS[str(loc[0])]} {name}"
    else:
        where, rest = "", loc
    if not head:
        return "文件"
    keys = dotted(rest)
    return f"{where} 的 {keys}".strip() if keys else where


def dotted(location: Sequence[Any]) -> str:
    """Return a place in nested data as a user writes it: keys by dots, items counted from 1 (``entries[2].wrong``)."""
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in location).lstrip(".")


def shown(value: Any) -> str:
    """Return a value as it can stand in a message: one line, not too long."""
    text = " ".join(str(value).split())
    return text if len(text) <= 40 else text[:39] + "…"


def _named(raw: Any, part: str, index: int) -> str:
    try:
        return str(raw[part][index]["id"])
    except (KeyError, IndexError, TypeError):
        return f"第 {index + 1} 条"


def _complaint(kind: str, context: Mapping[str, Any], given: Any) -> str:
    if kind == "missing":
        return "缺少，必须填写"
    if kind == "extra_forbidden":
        return "是未知的键，应删去或改正拼写"
    if kind == "literal_error":
        return f"为「{shown(given)}」，应为 {context['expected']} 之一".replace(" or ", ", ").replace("'", "")
    if kind in _BOUNDS:
        words, key = _BOUNDS[kind]
        return f"为「{shown(given)}」，应{words.format(context[key])}"
    if kind in _EXPECTED:
        return f"为「{shown(given)}」，应为{_EXPECTED[kind]}"
    return f"为「{shown(given)}」，不合要求（{kind}）"
