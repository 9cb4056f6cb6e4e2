"""Word lists the checks judge by, read from ``rules/lexicons``: words and numbers are data, not code."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources
from typing import Any

from rules.yamlfile import parse


@lru_cache(maxsize=32)
def lexicon(name: str) -> dict[str, Any]:
    """Return one lexicon by its file's name without suffix; raises FileNotFoundError for an unknown one."""
    data: dict[str, Any] = parse((resources.files("rules") / "lexicons" / f"{name}.yaml").read_text("utf-8"))
    return data


def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that finds any of some regular expressions."""
    return _compiled(tuple(words))


@lru_cache(maxsize=512)
def _compiled(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{word})" for word in words))
