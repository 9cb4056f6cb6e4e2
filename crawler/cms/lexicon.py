"""Word lists for reading pages, kept as data under ``rules/lexicons/``."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

# the one written in C, where there is one: the other takes a tenth of a second of every reader's start
_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@lru_cache(maxsize=8)
def load(name: str) -> dict[str, Any]:
    """Return the word lists of ``rules/lexicons/<name>.yaml``.

    Raises FileNotFoundError where there is no such file, TypeError where it holds no mapping.
    """
    text = files("rules").joinpath("lexicons", f"{name}.yaml").read_text(encoding="utf-8")
    lists = yaml.load(text, Loader=_LOADER)
    if not isinstance(lists, dict):
        raise TypeError(f"rules/lexicons/{name}.yaml: expected a mapping of word lists")
    return lists
