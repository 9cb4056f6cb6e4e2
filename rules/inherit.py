"""A pack over the pack it extends: clauses by id, parameters by check, indicators and vetoes by id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rules.errors import PackError, shown

CHILD_KEYS = ("parameters", "omit")
"""Keys only a pack that extends another may carry."""

_Raw = dict[str, Any]


def inherit(base: _Raw, child: _Raw, where: str) -> _Raw:
    """Return the raw pack ``child`` completed from the valid raw pack ``base``.

    Of a clause, indicator or veto with the id of one of the parent's, the keys written replace the parent's;
    of a binding with the parent's check, the parameters written do. ``parameters`` (check → values) go into
    every binding of that check; ``omit`` drops clauses. Raises PackError naming ``where``, the file.
    """
    parameters = _parameters(child, where)
    omit = child.get("omit") or []
    if not isinstance(omit, list):
        raise PackError(f"{where}：omit 应为条款编号的列表")
    for clause in _items(child, "clauses", where):
        _bindings(clause, where)
    clauses = _over(base, child, "clauses", where)
    _must_know(omit, {clause["id"] for clause in clauses}, f"{where}：omit", "所继承规则包的条款编号")
    checks = {binding["check"] for clause in clauses for binding in clause.get("checks") or []}
    _must_know(parameters, checks, f"{where}：parameters", "条款所绑定的检查")
    return {
        **{key: value for key, value in child.items() if key not in CHILD_KEYS},
        "clauses": [_pinned(clause, parameters) for clause in clauses if clause["id"] not in omit],
        "indicators": _over(base, child, "indicators", where),
        "vetoes": _over(base, child, "vetoes", where),
    }


def _over(base: _Raw, child: _Raw, part: str, where: str) -> list[_Raw]:
    changes = {item["id"]: item for item in _items(child, part, where)}
    inherited = base.get(part) or []
    merged = [_changed(item, changes.pop(item["id"], {})) for item in inherited]
    return merged + list(changes.values())


def _changed(base: _Raw, change: _Raw) -> _Raw:
    merged = {**base, **change}
    if base.get("checks") and change.get("checks") and "quote" in base:
        merged["checks"] = _rebound(base["checks"], change["checks"])
    return merged


def _rebound(base: list[_Raw], changes: list[_Raw]) -> list[_Raw]:
    own = {binding["check"]: binding for binding in changes}
    kept = [_with(binding, own.pop(binding["check"], {})) for binding in base]
    return kept + list(own.values())


def _with(base: _Raw, change: _Raw) -> _Raw:
    own = change.get("with") or {}
    if not isinstance(own, dict):
        return {**base, **change}
    return {**base, **change, "with": {**(base.get("with") or {}), **own}}


def _pinned(clause: _Raw, parameters: Mapping[str, _Raw]) -> _Raw:
    bindings = clause.get("checks") or []
    if not any(binding["check"] in parameters for binding in bindings):
        return clause
    return {
        **clause,
        "checks": [_with(binding, {"with": parameters.get(binding["check"], {})}) for binding in bindings],
    }


def _items(raw: _Raw, part: str, where: str) -> list[_Raw]:
    items = raw.get(part) or []
    if not isinstance(items, list) or not all(_has_text(item, "id") for item in items):
        raise PackError(f"{where}：{part} 应为列表，每一项都有文字的 id")
    return items


def _has_text(item: Any, key: str) -> bool:
    return isinstance(item, dict) and isinstance(item.get(key), str)


def _bindings(clause: _Raw, where: str) -> None:
    checks = clause.get("checks") or []
    if not isinstance(checks, list) or not all(_has_text(item, "check") for item in checks):
        raise PackError(f"{where}：条款 {shown(clause['id'])} 的 checks 应为列表，每一项都有 check")


def _parameters(child: _Raw, where: str) -> dict[str, _Raw]:
    value = child.get("parameters") or {}
    if not isinstance(value, dict) or not all(isinstance(item, dict) for item in value.values()):
        raise PackError(f"{where}：parameters 应为「检查: {{参数: 值}}」的键值表")
    return value


def _must_know(names: Iterable[Any], known: set[str], what: str, expected: str) -> None:
    for name in names:
        if not isinstance(name, str) or name not in known:
            raise PackError(f"{what} 中的「{shown(name)}」应为{expected}")
