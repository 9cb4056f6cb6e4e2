"""Word lists for reading pages, kept as data under ``rules/lexicons/``."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml


@lru_cache(maxsize=8)
def load(name: str) -> dict[str, Any]:
    """Return the word lists of ``rules/lexicons/<name>.yaml``.

    Raises FileNotFoundError where there is no such file, TypeError where it holds no mapping.
    """
    text = files("rules").joinpath("lexicons", f"{name}.yaml").read_text(encoding="utf-8")
    lists = yaml.safe_load(text)
    if not isinstance(lists, dict):
        raise TypeError(f"rules/lexicons/{name}.yaml: expected a mapping of word lists")
    return lists
