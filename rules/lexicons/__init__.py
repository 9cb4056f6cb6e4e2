"""Words that tell kinds of columns and documents apart, and local customs, as data with their readers."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from importlib import resources
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

from rules.yamlfile import parse

COLUMN_TYPES = (
    "news", "notices", "policies", "interpretations", "letters", "consultations", "decisions",
    "annual-reports", "budgets", "guides", "topic", "archive", "other",
)  # fmt: skip

_SPACE = re.compile(r"\s+")
_EDGES = re.compile(r"^[【\[〔（(《<>·•\-—|:：]+|[】\]〕）)》<>·•\-—|:：]+$")
_MORE = re.compile(r"(更多|more)?[>＞»》]*$|栏目$", re.IGNORECASE)


@lru_cache(maxsize=8192)
def column_type(name: str, column_type_tag: str | None = None, url: str | None = None) -> str:
    """Return the type of a column (one of COLUMN_TYPES) from what it is called.

    The name decides; where it says nothing, the page's ColumnType tag; where there is no name at all, the
    abbreviations in the address's path. Nothing recognised: ``other``.
    """
    cleaned = clean_name(name)
    found = _by_words(cleaned) or _by_words(clean_name(column_type_tag or ""))
    if found is None and not cleaned and url:
        found = _by_address(url)
    return found or "other"


@lru_cache(maxsize=8192)
def goes_stale(name: str, type_: str) -> bool:
    """Whether a column of this name and type is one that ought to be renewed at all.

    Standing matter (leaders, functions, profiles, guides, laws …) and the types without a rhythm never are; of the
    columns of no known type and those on public money neither are those of one event, of stored matter, or of what
    need not come about; nor are budgets and final accounts, each year's of which has a day of its own.
    """
    if type_ in _columns()["never_stale"]:
        return False
    words = [*_columns()["static"]["any"], *(_columns()["once"]["any"] if type_ in ("other", "budgets") else ())]
    words += _columns()["by_period"]["any"] if type_ == "budgets" else ()
    return not _matcher(tuple(words)).search(clean_name(name))


def holds_topics(name: str) -> bool:
    """Whether the columns beneath one of this name are parts of topics or archives (专题专栏)."""
    return bool(_matcher(tuple(_columns()["above"])).search(clean_name(name)))


def tells_event(title: str) -> bool:
    """Whether a title is that of something that happened or was announced, not of standing matter."""
    return bool(_matcher((_columns()["event"],)).search(_folded(title)))


def says_stopped(text: str) -> bool:
    """Whether a column's page says that the column is not renewed any more (本栏目已停止更新)."""
    return bool(_matcher((_columns()["stopped"],)).search(text))


@lru_cache(maxsize=8192)
def comes_steadily(name: str, type_: str) -> bool:
    """Whether a column of no known type ought to be filled as things come, not once a year or matter by matter.

    That is one that no rule of types names (event by event), nor is standing matter, nor comes in batches.
    """
    cleaned = clean_name(name)
    if type_ != "other" or _by_words(cleaned) is not None:
        return False
    words = (*_columns()["static"]["any"], *_columns()["in_batches"]["columns"])
    return bool(cleaned) and not _matcher(words).search(cleaned)


@lru_cache(maxsize=1 << 16)
def is_of_a_batch(title: str) -> bool:
    """Whether a title is that of a paper such as every unit or case has one (预算, 名单, 简介, 公示)."""
    return bool(_matcher(tuple(_columns()["in_batches"]["titles"])).search(_folded(title)))


def holds_dealings(name: str) -> bool:
    """Whether a column of this name holds purchases, tenders and sales, each published as its law sets."""
    return bool(_matcher(tuple(_columns()["dealings"]["columns"])).search(clean_name(name)))


@lru_cache(maxsize=1 << 12)
def stage_of_dealing(title: str) -> Literal["call", "outcome"] | None:
    """Return whether a title begins a purchase, tender or sale (公告, 意向) or ends it (结果, 合同); None: neither."""
    text, words = _folded(title), _columns()["dealings"]
    if _matcher(tuple(words["outcomes"])).search(text):
        return "outcome"
    return "call" if _matcher(tuple(words["calls"])).search(text) else None


def subject_of_dealing(title: str) -> str:
    """Return what a purchase, tender or sale is of: its title without place, year, lot and the words of all such."""
    return _matcher(tuple(_columns()["dealings"]["frame"])).sub("", _folded(title))


def crawl_fault_limits() -> dict[str, Any]:
    """Return when a crawl is held to have failed, and whose conclusions then do not stand (crawl-faults.yaml)."""
    return _data("crawl-faults.yaml")


class Recheck(NamedTuple):
    """How one check's findings are looked at again: see recheck.yaml, whose words these are."""

    gone: Literal["mended", "review"] = "review"
    look: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    one: Literal["target"] | None = None
    wide: bool = False
    retry: tuple[str, ...] = ()


def recheck_limits() -> dict[str, int]:
    """Return how many addresses of each kind a second look asks for (recheck.yaml)."""
    limits: dict[str, int] = _data("recheck.yaml")["limits"]
    return limits


@lru_cache(maxsize=128)
def recheck_of(check: str) -> Recheck:
    """Return how a check's findings are looked at again; of a check not named there, with nothing taken for granted."""
    values = _data("recheck.yaml")["checks"].get(check, {})
    given: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in values.items()
    }
    return Recheck(**given)


def recheck_checks() -> list[str]:
    """Return the checks that recheck.yaml names."""
    return list(_data("recheck.yaml")["checks"])


def clean_name(name: str) -> str:
    """Return a column's name without spaces, full-width forms, brackets and 更多 around it."""
    return _EDGES.sub("", _MORE.sub("", _EDGES.sub("", _folded(name))))


@lru_cache(maxsize=1 << 16)
def interpretation_exempt(title: str) -> str | None:
    """Return, in Chinese, why a document of this title never needs an interpretation; None: it may."""
    text = _folded(title)
    for reason, words in _data("interpretation.yaml")["exempt"].items():
        if _matcher(tuple(words)).search(text):
            return str(reason)
    return None


@lru_cache(maxsize=1 << 16)
def document_kinds(title: str, number: str | None = None, column: str | None = None) -> frozenset[str]:
    """Return the kinds (文种) a document is of, from its title, its 文号 and its column's type."""
    text, number = _folded(title), _folded(number or "")
    return frozenset(
        kind
        for kind, signs in _data("interpretation.yaml")["kinds"].items()
        if (signs["title"] and _matcher(tuple(signs["title"])).search(text))
        or (number and signs["number"] and _matcher(tuple(signs["number"])).search(number))
        or column in signs["types"]
    )


def document_kind_names() -> list[str]:
    """Return the kinds of documents a pack's ``scope`` may name."""
    return list(_data("interpretation.yaml")["kinds"])


def due_days(severity: str) -> int:
    """Return how many working days a finding of this severity may take to be mended; KeyError if unknown."""
    return int(_data("rectification.yaml")["due_working_days"][severity])


def check_families() -> dict[str, tuple[str, ...]]:
    """Return the classes of problems in the order a report takes them, each with the ids of its checks."""
    families: list[dict[str, Any]] = _data("check-families.yaml")["families"]
    return {str(family["name"]): tuple(family["checks"]) for family in families}


def _folded(text: str) -> str:
    return _SPACE.sub("", unicodedata.normalize("NFKC", text))


def _by_words(name: str) -> str | None:
    if not name:
        return None
    for rule in _columns()["rules"]:
        if _matcher(tuple(rule["any"])).search(name):
            unless = rule.get("unless")
            if not (unless and _matcher(tuple(unless)).search(name)):
                return str(rule["type"])
    return None


def _by_address(url: str) -> str | None:
    segments = [part for part in urlsplit(url).path.lower().split("/") if part]
    for segment in reversed(segments):
        for type_, abbreviations in _columns()["urls"].items():
            if segment in abbreviations:
                return str(type_)
    return None


def _columns() -> dict[str, Any]:
    return _data("columns.yaml")


@lru_cache(maxsize=16)
def _data(name: str) -> dict[str, Any]:
    text = (resources.files("rules") / "lexicons" / name).read_text(encoding="utf-8")
    data: dict[str, Any] = parse(text)
    return data


@lru_cache(maxsize=256)
def _matcher(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{word})" for word in words))
