"""A letter that a page's script holds as data (``var letter = {"title": …, "replyContent": …}``) and writes into it.

Keys are the labels of the visible page, or the English and abbreviated words systems name their columns by; those of an
answer's own object or list (``answerList: [{deptName, answerTime}]``) are told by the name of that.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

from crawler.cms.data import loose_data, read_day
from crawler.cms.lexicon import load
from crawler.extract.letter_parts import Draft
from crawler.extract.letter_words import bare, is_status, says_no_reply, words
from crawler.extract.parsed import ParsedPage
from crawler.extract.script_text import unescaped

_OPENS = re.compile(r"(?:=|\(|:|,|^)\s*(?=\{)")
# data that a script parses from a string of its own
_QUOTED = re.compile(
    r"\bparse(?:JSON)?\s*\(\s*(?P<quote>['\"`])(?P<text>\{(?:\\.|(?!(?P=quote)).)*)(?P=quote)", re.DOTALL
)
_TAG = re.compile(r"</?[A-Za-z!][^<>]{0,400}>")
_JOINTS = re.compile(r"[^0-9a-z\u4e00-\u9fff]+")
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_CJK = re.compile(r"[\u4e00-\u9fff]")
_DAYS = frozenset({"received", "accepted", "replied"})
_LONGEST_SCRIPT, _LONGEST_TEXT, _LONGEST_SHORT = 400_000, 4000, 60
_MOST_OBJECTS, _MOST_PARSED, _MOST_NODES, _DEEPEST = 8, 40, 2_000, 6


@dataclass(frozen=True)
class _Keys:
    hint: re.Pattern[str]
    answers: re.Pattern[str]
    fields: dict[str, re.Pattern[str]]
    inside: dict[str, re.Pattern[str]]


@lru_cache(maxsize=1)
def _keys() -> _Keys:
    lists = load("letters")["data_keys"]
    return _Keys(
        hint=re.compile(lists["hint"], re.IGNORECASE), answers=re.compile(lists["answers"]),
        fields={name: re.compile(pattern) for name, pattern in lists["fields"].items()},
        inside={name: re.compile(pattern) for name, pattern in lists["inside_answers"].items()},
    )


def letter_in_data(page: ParsedPage) -> Draft | None:
    """Return the values of the one letter a script of the page holds; None where it holds none, or several."""
    found = None
    for script in page.scripts:
        source = script.text
        if not source or len(source) > _LONGEST_SCRIPT or not _keys().hint.search(source):
            continue
        for values in _objects(source):
            if _is_letter(values):
                if found is not None and found != values:
                    return None
                found = values
    return Draft(found) if found else None


def _objects(source: str) -> Iterator[dict[str, str]]:
    """Yield what the outermost objects of a script's source say."""
    for quoted in islice(_QUOTED.finditer(source), _MOST_OBJECTS) if source.count("parse") <= _MOST_PARSED else ():
        data = loose_data(unescaped(quoted["text"]).replace("\\" + quoted["quote"], quoted["quote"]))
        if isinstance(data, dict):
            yield _values(data)
    end = tried = 0
    for opened in _OPENS.finditer(source):
        if opened.end() < end:
            continue
        if tried == _MOST_OBJECTS:
            return
        tried += 1
        data = loose_data(source[opened.end():])
        if not isinstance(data, dict) or not data:
            continue
        end = opened.end() + max(1, sum(len(str(key)) for key in data))
        values = _values(data)
        if values:
            yield values


def _values(data: dict[str, Any]) -> dict[str, str]:
    """Return what an object says of a letter, by field; empty where it holds several letters."""
    values: dict[str, str] = {}
    waiting: list[tuple[Any, bool, int]] = [(data, False, 0)]
    seen = 0
    while waiting:
        held, answers, depth = waiting.pop(0)
        seen += 1
        if seen > _MOST_NODES or depth > _DEEPEST:
            return {}
        if isinstance(held, list):
            objects = [one for one in held if isinstance(one, dict)]
            if len(objects) > 1 and not answers:
                continue
            # the last of several answers is the answer
            waiting += [(one, answers, depth + 1) for one in objects[-1:]]
            continue
        for key, value in held.items():
            plain = _plain(str(key))
            of_answers = answers or _keys().answers.fullmatch(plain) is not None
            if isinstance(value, dict | list):
                waiting.append((value, of_answers, depth + 1))
                if not value and of_answers:
                    values.setdefault("reply", "")
                continue
            name = _name(plain, str(key), answers)
            text = _text(name, value) if name else None
            if name and text is not None:
                values[name] = values.get(name) or text
    return values


def _plain(key: str) -> str:
    return _JOINTS.sub("", _HUMPS.sub("", key).lower())


def _name(plain: str, key: str, answers: bool) -> str | None:
    label = words().fields.get(bare(key))
    if label is not None:
        return label
    if answers:
        inside = next((name for name, pattern in _keys().inside.items() if pattern.fullmatch(plain)), None)
        if inside is not None:
            return inside
    return next((name for name, pattern in _keys().fields.items() if pattern.fullmatch(plain)), None)


def _text(name: str, value: Any) -> str | None:
    """Return a value as the page would show it: None for what is none (codes, numbers in place of words)."""
    if value is None:
        return "" if name in ("reply", "replied") else None
    if name in _DAYS:
        return read_day(value)
    if not isinstance(value, str) and name != "number":
        return None
    text = " ".join(entities.unescape(_TAG.sub(" ", str(value))).split())
    if name == "number":
        return text[:_LONGEST_SHORT] or None
    if name == "reply":
        return "" if says_no_reply(text) else text[:_LONGEST_TEXT]
    if name == "question":
        return text[:_LONGEST_TEXT] or None
    if not _CJK.search(text) or len(text) > 2 * _LONGEST_SHORT or (name == "status" and not is_status(text)):
        return None
    return text


def _is_letter(values: dict[str, str]) -> bool:
    """Whether values are a letter's: what was asked, when, and what came of it."""
    asked = bool(values.get("question")) and bool(values.get("title") or values.get("received"))
    went_on = {"reply", "replied", "status"} & values.keys()
    return asked and bool(went_on) and bool((_DAYS | {"status"}) & values.keys())
