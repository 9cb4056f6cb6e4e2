"""Labelled fields of a document that a script of the page holds and writes into it (``{"索引号": "…"}``).

The labels are those of the visible table. They stand as keys of an object, as pairs in an array, as the name and the
value of one field's object, as arguments of a call, or in the markup the script writes.
"""

from __future__ import annotations

import re
from functools import cache

from crawler.cms.lexicon import load
from crawler.extract.data_rows import without_rows
from crawler.extract.outline import clean
from crawler.extract.parsed import ParsedPage
from crawler.extract.script_text import FEWEST, bare, names_labels, spelled, unescaped

_LEXICON = load("disclosure_fields")
_LABELS: dict[str, list[str]] = {name: labels for name, labels in _LEXICON["labels"].items() if name != "other"}
_FIELD_OF = {label: name for name, labels in _LABELS.items() for label in labels}
_RANK = {label: rank for labels in _LABELS.values() for rank, label in enumerate(labels)}
_CORE = frozenset(_LEXICON["core"])
_SPELLED = spelled(_FIELD_OF)
_VALUE_KEYS = "|".join(_LEXICON["value_keys"])
_STRING = r"\"((?:[^\"\\\n]|\\.){0,400})\"|'((?:[^'\\\n]|\\.){0,400})'|`([^`\\]{0,400})`|(null|undefined|\d{1,14})"
_TAG = re.compile(r"<[^<>]*>")
_EMPTY = re.compile(r"^[\s\-—–―_/\\·.…*]*$|^(?:null|undefined|nan)$", re.IGNORECASE)
_NO_VALUE = re.compile(r"\$\{|\{\{|<%|%>|^请(?:输入|选择|填写)|^function\b|^(?:全部|不限)$")
# codes and names of further keys (``"索引号": "syh"``) are no values
_SPEAKS = re.compile(r"[\u4e00-\u9fff]|\d{4}")
_MAX_SCRIPT = 400_000


def read_inline_fields(page: ParsedPage) -> dict[str, str]:
    """Return the fields (named as in ``Attributes``, besides ``title`` and ``published``) that a script holds.

    A field shown without a value is ``""``. A script counts that gives values of two core fields or more, each
    label once: rows of a list do not.
    """
    for script in page.scripts:
        source = script.text
        if source and len(source) <= _MAX_SCRIPT and (fields := _fields_of(source, page)):
            return fields
    return {}


def _fields_of(source: str, page: ParsedPage) -> dict[str, str]:
    """Return the fields of a script of a page; where there are any, they are asked for again without lists' rows."""
    fields = fields_in(source)
    if not fields or "[" not in source:
        return fields
    without = without_rows(source, page)
    return fields if without == source else fields_in(without)


def fields_in(source: str) -> dict[str, str]:
    """Return the fields that a script's source holds, as ``read_inline_fields`` does."""
    source = unescaped(source)
    if not names_labels(source):
        return {}
    values = _of_labels(source)
    if values is None:
        return {}
    told: dict[str, str] = {}
    for label in sorted(values, key=_RANK.__getitem__):
        name = _FIELD_OF[label]
        told[name] = told.get(name) or values[label]
    filled = {name for name, value in told.items() if name in _CORE and _SPEAKS.search(value)}
    return told if len(filled) >= FEWEST and filled - {"issuer", "disclosure"} else {}


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], int, int], ...]:
    """Return what to look for, with the groups of label and value; built late: that is slow."""
    pair = re.compile(
        rf"(?<=[{{,\[(.])\s{{0,40}}([\"'`]?)\s{{0,12}}({_SPELLED})\s{{0,12}}[:：]?\s{{0,12}}\1\s{{0,12}}\]?\s{{0,12}}"
        rf"[:=,]\s{{0,12}}(?:{_STRING})(?=\s{{0,12}}[,;}}\])\n])"
    )
    named = re.compile(
        rf":\s{{0,12}}([\"'`])\s{{0,12}}({_SPELLED})\s{{0,12}}[:：]?\s{{0,12}}\1\s{{0,12}},\s{{0,12}}"
        rf"([\"']?)(?:{_VALUE_KEYS})\3\s{{0,12}}:\s{{0,12}}(?:{_STRING})(?=\s{{0,12}}[,;}}\])\n])",
    )
    written = re.compile(
        rf"(?<=[>】\"'`])\s{{0,12}}[【\[]?\s{{0,12}}({_SPELLED})\s{{0,12}}(?=[:：<】\]&])"
        rf"(?:[:：】\]\s　]|&nbsp;|&emsp;|<[^<>]{{0,200}}>){{0,40}}"
        rf"([^<>\"'`\\+&{{}}$:：\s　][^<>\"'`\\+&{{}}$]{{0,200}})(?=<|[\"'`]\s{{0,12}}[;)\],+\n])"
    )
    return (pair, 2, 3), (named, 2, 4), (written, 1, 2)


def _of_labels(source: str) -> dict[str, str] | None:
    """Return the value of each label; None where one comes with several, as in rows of a list."""
    values: dict[str, str] = {}
    for pattern, label_at, value_at in _patterns():
        for match in pattern.finditer(source):
            groups = match.groups()
            label = bare(groups[label_at - 1])
            raw = next((group for group in groups[value_at - 1:] if group is not None), "")
            value = clean(_TAG.sub(" ", raw.replace("\\/", "/").replace('\\"', '"').replace("&nbsp;", " ")))
            if value.rstrip(":： ").replace(" ", "") in _FIELD_OF or _NO_VALUE.search(value):
                continue
            value = "" if _EMPTY.match(value) else value
            if values.setdefault(label, value) != value:
                if values[label] and value:
                    return None
                values[label] = values[label] or value
    return values
