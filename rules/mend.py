"""Makes a broken pack whole enough to look for its other faults: what a model refuses is left out or filled in."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from rules.model import Pack

_GAP = "（缺）"
_HEAD = {"id": _GAP, "title": _GAP, "issuer": _GAP, "source": _GAP}
_FILLED: dict[str, Any] = {
    **_HEAD, "section": _GAP, "quote": _GAP, "observability": "manual", "severity": "low", "points": 1.0,
    "checks": [], "deduction": {"each": 1.0}, "check": _GAP, "clauses": [], "document": _HEAD,
}  # fmt: skip
_ROUNDS = 5


class Mended:
    """A pack made whole, None where it cannot be, and which faults found in it would be of the mending."""

    def __init__(self, raw: dict[str, Any], error: ValidationError) -> None:
        self._raw = copy.deepcopy(raw)
        self._touched: dict[str, set[str]] = {}
        self._parts: set[str] = set()
        self.pack = self._made_whole(error)

    def own(self, lines: Iterable[str]) -> list[str]:
        """Return the lines that speak of the pack as its author wrote it."""
        return [line for line in lines if not self._of_the_mending(line)]

    def _of_the_mending(self, line: str) -> bool:
        for name, keys in self._touched.items():
            starts = line.startswith((f"条款 {name} ", f"指标 {name} ", f"否决项 {name} "))
            if starts and any(key in line for key in keys):
                return True
        bound = self._parts & {"clauses.checks", "indicators", "clauses"}
        return _GAP in line or (bool(bound) and line.startswith(("检查 ", "指标 ", "否决项 ", "indicators ")))

    def _made_whole(self, error: ValidationError) -> Pack | None:
        for _ in range(_ROUNDS):
            for item in error.errors(include_url=False):
                self._mend(tuple(item["loc"]), item["type"])
            try:
                return Pack.model_validate(self._raw)
            except ValidationError as next_error:
                error = next_error
        return None

    def _mend(self, loc: tuple[int | str, ...], kind: str) -> None:
        holder: Any = self._raw
        for part in loc[:-1]:
            try:
                holder = holder[part]
            except (KeyError, IndexError, TypeError):
                return
        if kind != "extra_forbidden":
            self._note(loc)
        key = loc[-1] if loc else None
        if isinstance(holder, dict) and isinstance(key, str):
            holder.pop(key, None)
            if key in _FILLED and kind != "extra_forbidden":
                holder[key] = self._filling(key, holder)
        elif isinstance(holder, list) and isinstance(key, int) and key < len(holder):
            holder[key] = {name: value for name, value in _FILLED.items() if name != "document"}

    def _filling(self, key: str, holder: dict[str, Any]) -> Any:
        if key == "observability" and holder.get("checks"):
            return "auto"
        return copy.deepcopy(_FILLED[key])

    def _note(self, loc: tuple[int | str, ...]) -> None:
        if len(loc) < 2 or not isinstance(loc[1], int):
            self._parts.add(str(loc[0]) if loc else "clauses")
            return
        try:
            name = str(self._raw[str(loc[0])][loc[1]]["id"])
            self._touched.setdefault(name, set()).update(str(part) for part in loc[2:] if isinstance(part, str))
        except (KeyError, IndexError, TypeError):
            self._parts.add(str(loc[0]))
        if loc[0] != "clauses" or "checks" in loc or "id" in loc:
            self._parts.add("clauses.checks" if loc[0] == "clauses" else str(loc[0]))
