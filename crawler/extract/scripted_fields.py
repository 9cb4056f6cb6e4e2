"""Which fields of a document's disclosure table a script of the page may write that its bytes do not show."""

from __future__ import annotations

import re
from functools import lru_cache

from crawler.cms.lexicon import load
from crawler.extract.parsed import ParsedPage
from crawler.extract.script_text import FEWEST, names_labels, spelled, unescaped
from crawler.snapshot.records import Attributes

_LEXICON = load("disclosure_fields")
_CORE: list[str] = _LEXICON["core"]
_LABELS: dict[str, list[str]] = _LEXICON["labels"]
_GENERIC = frozenset(_LEXICON["generic_keys"])
_PLACES = re.compile("|".join(f"(?:{place})" for place in _LEXICON["places"]))
_SCRIPT = re.compile(r"<script\b[^<>]{0,1000}>", re.IGNORECASE)
_SCRIPT_END = re.compile(r"</script\s{0,9}>?", re.IGNORECASE)
_HOLLOW = re.compile(
    r"<(?:div|table|tbody|ul|dl|section|span|td|dd|p|em|b)\b[^<>]{0,200}?\bid\s{0,3}=\s{0,3}[\"']?([\w-]{1,40})[^<>]{0,300}>"
    r"(?:\s|&nbsp;|</?t(?:head|body)[^<>]{0,100}>){0,20}</", re.IGNORECASE,
)
_COMMENT = re.compile(r"<!--.{0,2000}?-->", re.DOTALL)
_NEAR = 240
_MOST_CODE = 400_000
_MOST_MARKUP = 400_000
_MOST_LABELS = 50


def scripted_fields(page: ParsedPage, attributes: Attributes) -> list[str]:
    """Return the core fields without a value that a script may write, by their names in ``Attributes``.

    ``attributes`` are those read of the page. Of a page without a table these are all, where its scripts name two of
    them, or it has an empty place for a table; of a page with one, those its scripts name or whose cells they fill.
    """
    unread = [name for name in _CORE if not getattr(attributes, name)]
    if not unread or not page.scripts:
        return []
    code = _code(page)
    named = [name for name in _CORE if _label(name).search(code)] if names_labels(code) else []
    named += [name for name, said in _values().items() if name not in named and said.search(code)]
    empty = [name for name in unread if getattr(attributes, name) is not None]
    if attributes.has_table:
        filled = _filled(page, empty, code) if empty else []
        return [name for name in unread if name in filled or (name in named and name not in empty)]
    keyed = {name for name in _CORE if _key(name).search(code)}
    drawn = len(keyed.union(named)) >= FEWEST or bool(_filled(page, unread, code))
    return unread if drawn or (attributes.document_number and _has_place(page)) else []


def _code(page: ParsedPage) -> str:
    code = "\n".join(
        script.text for script in page.scripts if script.text and "ld+json" not in (script.get("type") or "")
    )[:_MOST_CODE]
    return unescaped(code)


@lru_cache(maxsize=1)
def _values() -> dict[str, re.Pattern[str]]:
    """Return patterns that find, as literals of a script, what some fields commonly say."""
    return {
        name: re.compile(rf"[\"'`>](?:{'|'.join(map(re.escape, words))})[\"'`<]")
        for name, words in _LEXICON["script_values"].items()
    }


@lru_cache(maxsize=16)
def _label(name: str) -> re.Pattern[str]:
    """Return a pattern that finds a field's label within a literal of a script."""
    return re.compile(rf"[\"'`>【\[]\s{{0,12}}(?:{_spellings(name)})\s{{0,12}}(?=[\"'`<:：】\]&])")


@lru_cache(maxsize=16)
def _key(name: str) -> re.Pattern[str]:
    """Return a pattern that finds a key which data commonly has for a field."""
    keys = "|".join(re.escape(key) for key in _LEXICON["script_keys"][name] if key not in _GENERIC)
    return re.compile(rf"(?<!\w)(?:{keys})(?!\w)", re.IGNORECASE)


@lru_cache(maxsize=16)
def _spellings(name: str) -> str:
    return spelled(_LABELS[name])


def _filled(page: ParsedPage, names: list[str], code: str) -> list[str]:
    """Return the fields behind whose label stands an empty element that a script names."""
    markup = _markup(page)
    return [name for name in names if any(
        (hollow := _HOLLOW.search(markup, label.end(), label.end() + _NEAR))
        and re.search(rf"[\"'`#.]{re.escape(hollow[1])}\b", code)
        for label, _ in zip(re.finditer(_spellings(name), markup), range(_MOST_LABELS), strict=False)
    )] if "id" in markup else []


def _has_place(page: ParsedPage) -> bool:
    """Whether an empty element is named as the place of a disclosure table."""
    return any(_PLACES.search(hollow[1].lower()) for hollow in _HOLLOW.finditer(_markup(page)))


def _markup(page: ParsedPage) -> str:
    """Return a page's markup without scripts and comments."""
    return page.once(_bare_markup)


def _bare_markup(page: ParsedPage) -> str:
    kept = []
    for piece in _SCRIPT_END.split(_COMMENT.sub("", page.html[:_MOST_MARKUP])):
        begun = _SCRIPT.search(piece)
        kept.append(piece[:begun.start()] if begun else piece)
    return "".join(kept)
