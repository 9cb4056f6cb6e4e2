"""Lists that a page's script holds as data: what their members say is no field of the page."""

from __future__ import annotations

import re

from crawler.cms.lexicon import load
from crawler.extract.parsed import ParsedPage
from crawler.extract.script_text import unescaped

_DATA = load("disclosure_fields")["row_keys"]
# a string nobody ends goes on to the end: it is not looked for again from every mark within
_STRING = r"\"(?:[^\"\\]|\\.)*\"?|'(?:[^'\\\n]|\\.)*'?"
_TOKEN = re.compile(rf"{_STRING}|(?<!:)//[^\n]*|/\*.{{0,500}}?\*/|[\[\]{{}}]", re.DOTALL)


def _valued(keys: list[str]) -> re.Pattern[str]:
    names = "|".join(map(re.escape, keys))
    return re.compile(rf"(?<!\w)[\"']?(?:{names})[\"']?\s*:\s*({_STRING}|\d{{1,19}})", re.IGNORECASE | re.DOTALL)


_TITLE, _ADDRESS, _ID, _BODY = (_valued(_DATA[name]) for name in ("title", "address", "id", "body"))
_OWN_NUMBER = re.compile(r"(\d{4,19})(?:\.\w{1,6})?$")
_MARKUP = re.compile(r"<[^<>]*>")
_SPACE = re.compile(r"\s+|&nbsp;|　")
_SHORTEST_TITLE, _SHORTEST_BODY, _PIECE = 6, 100, 24
# deeper data are nobody's rows, and would be read once for every level
_DEEPEST = 24


def without_rows(source: str, page: ParsedPage) -> str:
    """Return a script's source without the members of arrays that are titled objects, as the rows of a list are.

    A member stays that is the page's own document: the page bears its title in the head, its address or number, or
    shows its body.
    """
    rows = [span for span in _members(source) if _is_row(source, span, page)]
    if not rows:
        return source
    pieces, end = [], 0
    for start, until in rows:
        if start >= end:
            pieces.append(source[end:start])
            end = until
    return "{}".join((*pieces, source[end:]))


def _members(source: str) -> list[tuple[int, int]]:
    """Return where the objects that are members of arrays begin and end, in order of their beginnings."""
    found: list[tuple[int, int]] = []
    open_marks: list[tuple[str, int]] = []
    for token in _TOKEN.finditer(source):
        mark = token[0]
        if mark in "[{":
            open_marks.append((mark, token.start()))
        elif mark in "]}" and open_marks and open_marks[-1][0] == "[{"["]}".index(mark)]:
            start = open_marks.pop()[1]
            if mark == "}" and open_marks and open_marks[-1][0] == "[" and len(open_marks) <= _DEEPEST:
                found.append((start, token.end()))
    return sorted(found)


def _is_row(source: str, span: tuple[int, int], page: ParsedPage) -> bool:
    member = _own_level(source[span[0] + 1:span[1] - 1])
    title = _TITLE.search(member)
    return title is not None and not _is_pages_own(member, _bare(title[1]), page)


def _own_level(inside: str) -> str:
    """Return an object's source without the objects and arrays within it."""
    pieces, depth, last = [], 0, 0
    for token in _TOKEN.finditer(inside):
        if token[0] in "[{":
            if not depth:
                pieces.append(inside[last:token.start()])
            depth += 1
        elif token[0] in "]}":
            depth -= 1
            last = token.end() if not depth else last
    return "".join((*pieces, inside[last:])) if not depth else inside


def _is_pages_own(member: str, title: str, page: ParsedPage) -> bool:
    heads = (page.heading, page.meta.get("articletitle", ""))
    if len(title) >= _SHORTEST_TITLE and any(title in _bare(head) for head in heads):
        return True
    path = page.url.partition("://")[2].partition("/")[2].partition("#")[0]
    address = _ADDRESS.search(member)
    if path and address is not None and _unquoted(address[1]).partition("#")[0].endswith("/" + path):
        return True
    number, named = _OWN_NUMBER.search(path), _ID.search(member)
    if number is not None and named is not None and _unquoted(named[1]) == number[1]:
        return True
    body = _BODY.search(member)
    text = _bare(_MARKUP.sub("", _unquoted(body[1]).replace("\\n", ""))) if body is not None else ""
    middle = len(text) // 2
    return len(text) >= _SHORTEST_BODY and text[middle:middle + _PIECE] in _bare(page.outline.text)


def _bare(value: str) -> str:
    return _SPACE.sub("", _unquoted(value))


def _unquoted(value: str) -> str:
    value = unescaped(value[1:-1] if value[:1] in ("'", '"') else value)
    return value.replace("\\/", "/").replace('\\"', '"').replace("\\'", "'")
