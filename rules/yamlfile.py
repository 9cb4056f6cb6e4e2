"""Reads YAML text fast and safely."""

from __future__ import annotations

from typing import Any

import yaml

_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _UniqueKeys(_Loader):  # type: ignore[misc]
    """Refuses a key written twice in one mapping, where YAML would silently keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Return the mapping; raises ConstructorError at the second writing of a key."""
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, (list, dict)):
                raise yaml.constructor.ConstructorError(None, None, "键应为文字", key_node.start_mark)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"键 {key} 重复", key_node.start_mark)
            seen.add(key)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping


def _day(loader: Any, node: yaml.ScalarNode) -> Any:
    """A day that does not exist stays text, for whoever holds the values against a model to say so."""
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError:
        return node.value


_UniqueKeys.add_constructor("tag:yaml.org,2002:timestamp", _day)


def parse(text: str) -> Any:
    """Return the plain values of one YAML document; raises yaml.YAMLError, also for a key twice."""
    return yaml.load(text, Loader=_UniqueKeys)


def fault(error: yaml.YAMLError) -> tuple[int | None, str]:
    """Return the line (from 1) at which a text is no YAML and what is wrong there; None and ``""`` where not known."""
    mark = getattr(error, "problem_mark", None)
    return (None if mark is None else mark.line + 1), getattr(error, "problem", None) or ""
