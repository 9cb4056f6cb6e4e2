"""What a page's scripts say in plain literals: variables, objects, and addresses put together from them.

Nothing is run. An expression is understood where it is made of literals, of variables that are literals, and of a
few operators; any other has no value here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from lxml import etree

from crawler.extract.parsed import ParsedPage

Value = str | int
Names = Mapping[str, Value]

_TOKEN = re.compile(
    r"""\s*(?:"((?:[^"\\\n]|\\.){0,2000})"|'((?:[^'\\\n]|\\.){0,2000})'|`([^`\\]{0,2000})`|(\d{1,15})(?![\w.])"""
    r"""|([A-Za-z_$][\w$]*(?:\s*\.\s*[A-Za-z_$][\w$]*){0,6})|(===|!==|==|!=|<=|>=|&&|\|\||[-+*()?:<>]))"""
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.DOTALL)
_PLAIN = {"n": "\n", "t": "\t", "r": "\r"}
_HOLE = re.compile(r"\$\{\s*([^{}]{1,60})\s*\}")
# what stands in a string is no assignment
_STRING = r"|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
_TEXT = re.compile(
    r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|(?<!:)//[^\n]*|/\*.*?\*/", re.DOTALL
)
_ASSIGNED = re.compile(
    r"(?<![\w.$])([A-Za-z_$][\w$]{0,60})\s*[=:](?![=:])\s*"
    r"(?:\"([^\"\\\n]{0,600})\"|'([^'\\\n]{0,600})'|(\d{1,15})(?![\w.]))\s*(?=[;,\n\r)}/]|$)" + _STRING
)
_MADE = re.compile(r"(?<![\w.$])(?:(?:var|let|const)\s+)?([A-Za-z_$][\w$]{0,60})\s*\+?=(?![=>])" + _STRING)
_FUNCTION = re.compile(
    r"function\s+([\w$]{1,60})\s*\(([^(){}]{0,200})\)\s*\{"
    r"|([\w$]{1,60})\s*[=:]\s*function\s*[\w$]{0,60}\s*\(([^(){}]{0,200})\)\s*\{"
    r"|([\w$]{1,60})\s*=\s*\(?([\w$,\s]{0,200})\)?\s*=>\s*\{"
)
_TAKEN = re.compile(
    r"(?:\$|jQuery)\s*\(\s*['\"]#([\w-]{1,60})['\"]\s*\)\s*\.\s*(?:val\s*\(\s*\)|attr\s*\(\s*['\"]([\w-]{1,40})['\"]\s*\))"
    r"|document\s*\.\s*getElementById\s*\(\s*['\"]([\w-]{1,60})['\"]\s*\)\s*\.\s*(value)\b(?!\s*=(?!=))"
)
_BY_ID = etree.XPath("//*[@id=$id]")
_UNSAFE = re.compile(r"[\"\\\n<>]")
_SAME = frozenset({"encodeURIComponent", "encodeURI", "escape", "String", "Number", "parseInt"})
_CLOCK = re.compile(r"\s*(?:Math\.random\(\)|Date\.now\(\)|\+?\s*new\s+Date\(\)(?:\.(?:getTime|valueOf)\(\))?)")
_COMPARED: dict[str, Callable[[Value, Value], bool]] = {
    "==": lambda one, other: str(one) == str(other), "===": lambda one, other: one == other,
    "!=": lambda one, other: str(one) != str(other), "!==": lambda one, other: one != other,
    "<": lambda one, other: _number(one) < _number(other), ">": lambda one, other: _number(one) > _number(other),
    "<=": lambda one, other: _number(one) <= _number(other), ">=": lambda one, other: _number(one) >= _number(other),
}
_OPEN, _CLOSE = "([{", ")]}"
_LONGEST = 200_000
_MOST_SCRIPTS = 60
_MOST_FIELDS = 80
_MOST_FUNCTIONS = 200
_LONGEST_BODY = 6_000
_DEEPEST = 30


class _UnknownError(Exception):
    """The expression says something that is known only to who runs it."""


@dataclass(frozen=True)
class Function:
    """A function a script defines: its name, the names of its arguments, its body."""

    name: str
    arguments: tuple[str, ...]
    body: str


def codes(page: ParsedPage) -> list[str]:
    """Return the texts of the page's scripts, data and templates left out, each cut to what may be looked at."""
    found = []
    for script in islice(page.scripts, 4 * _MOST_SCRIPTS):
        kind = (script.get("type") or "").lower()
        if script.text and (not kind or "javascript" in kind or kind in ("module", "text/ecmascript")):
            found.append(script.text[:_LONGEST])
            if len(found) == _MOST_SCRIPTS:
                break
    return found


def with_fields(code: str, page: ParsedPage) -> str:
    """Return a script with what it takes from the page's own elements by their ids put in as literals.

    Meant are ``$('#channelId').val()``, ``.attr('data-id')`` and ``document.getElementById('channelId').value``.
    """
    if ".val(" not in code and ".attr(" not in code and "getElementById" not in code:
        return code

    def literal(match: re.Match[str]) -> str:
        first, attribute, second, member = match.groups()
        found = _BY_ID(page.tree, id=first or second)
        if not found:
            return match.group()
        value = found[0].get(attribute or ("value" if member in (None, "value") else member)) or ""
        return f'"{value}"' if value and not _UNSAFE.search(value) else match.group()

    return _TAKEN.sub(literal, code)


def names_of(code: str) -> dict[str, Value]:
    """Return the variables and fields of a script that are given a literal, with the first value of each."""
    names: dict[str, Value] = {}
    for name, double, single, number in _ASSIGNED.findall(code):
        if name:
            names.setdefault(name, int(number) if number else double or single)
    return names


def with_made(code: str, names: Names) -> dict[str, Value]:
    """Return ``names`` with the variables that a piece of code puts together from them."""
    known = dict(names)
    for match in islice((match for match in _MADE.finditer(code) if match.group(1)), _MOST_FIELDS):
        value = evaluate(code, known, match.end())
        if value is not None:
            known[match.group(1)] = value
    return known


def without_texts(code: str) -> str:
    """Return a script with its string literals and comments blanked, everything else where it was."""
    return _TEXT.sub(lambda match: " " * len(match.group()), code)


def functions(code: str) -> Iterator[Function]:
    """Yield the functions a script defines by a name."""
    for match in islice(_FUNCTION.finditer(code), _MOST_FUNCTIONS):
        groups = match.groups()
        at = next(at for at in (0, 2, 4) if groups[at] is not None)
        arguments = tuple(part.strip() for part in (groups[at + 1] or "").split(",") if part.strip())
        body = code[match.end():match.end() + _LONGEST_BODY]
        yield Function(str(groups[at]), arguments, body[:closing(body, 1)])


def closing(code: str, depth: int) -> int:
    """Return where the bracket closes that is open ``depth`` levels above the start of some code; its end at worst."""
    quote = ""
    skip = False
    for at, character in enumerate(code):
        if skip:
            skip = False
        elif quote:
            if character == "\\":
                skip = True
            elif character == quote or (character == "\n" and quote != "`"):
                quote = ""
        elif character in "\"'`":
            quote = character
        elif character in _OPEN:
            depth += 1
        elif character in _CLOSE:
            depth -= 1
            if depth == 0:
                return at
    return len(code)


def fields(code: str, at: int) -> dict[str, str]:
    """Return the fields of the object literal that opens at ``at``, each with the code of its value."""
    inside = code[at + 1:at + 1 + _LONGEST_BODY]
    inside = inside[:closing(inside, 1)]
    found: dict[str, str] = {}
    for piece in _pieces(inside):
        name, colon, value = piece.partition(":")
        name = name.strip().strip("'\"")
        if colon and re.fullmatch(r"[\w$.-]{1,60}", name):
            found.setdefault(name, value.strip())
            if len(found) == _MOST_FIELDS:
                break
    return found


def values(code: str, at: int, names: Names) -> dict[str, Value] | None:
    """Return the object literal that opens at ``at``, the fields of known value; None where there is no object."""
    if code[at:at + 1] != "{":
        return None
    known = {}
    for name, piece in fields(code, at).items():
        value = evaluate(piece, names)
        if value is not None:
            known[name] = value
    return known


def _pieces(code: str) -> Iterator[str]:
    """Yield the parts of some code between its outermost commas."""
    start = at = 0
    while at < len(code):
        character = code[at]
        if character in "\"'`":
            at += 1
            while at < len(code) and code[at] != character:
                at += 2 if code[at] == "\\" else 1
        elif character in _OPEN:
            at += 1 + closing(code[at + 1:], 1)
        elif character == ",":
            yield code[start:at]
            start = at + 1
        at += 1
    yield code[start:]


def arguments(code: str, at: int) -> list[str]:
    """Return the code of each argument of the call whose bracket opens just before ``at``."""
    inside = code[at:at + _LONGEST_BODY]
    return [piece.strip() for piece in islice(_pieces(inside[:closing(inside, 1)]), _MOST_FIELDS)]


def evaluate(code: str, names: Names, at: int = 0) -> Value | None:
    """Return the value of the expression that begins at ``at``, None where it is not known."""
    try:
        return _Reader(code, at, names).choice(0)
    except _UnknownError:
        return None


class _Reader:
    """Reads one expression, from left to right, as far as it goes."""

    def __init__(self, code: str, at: int, names: Names) -> None:
        self._code, self._at, self._names = code, at, names

    def choice(self, depth: int) -> Value:
        if depth > _DEEPEST:
            raise _UnknownError
        value = self._sum(depth)
        token = self._peek()
        if token in _COMPARED:
            self._next()
            value = int(_COMPARED[token](value, self._sum(depth)))
            token = self._peek()
        if token == "?":
            self._next()
            first = self.choice(depth + 1)
            if self._peek() != ":":
                raise _UnknownError
            self._next()
            second = self.choice(depth + 1)
            return first if value not in (0, "") else second
        if token in ("&&", "||", "*"):
            raise _UnknownError
        return value

    def _sum(self, depth: int) -> Value:
        value = self._term(depth)
        while (token := self._peek()) in ("+", "-"):
            self._next()
            other = self._term(depth)
            if token == "-":
                value = _number(value) - _number(other)
            elif isinstance(value, int) and isinstance(other, int):
                value += other
            else:
                value = f"{value}{other}"
        return value

    def _term(self, depth: int) -> Value:
        clock = _CLOCK.match(self._code, self._at)
        if clock:
            self._at = clock.end()
            return 1
        match = self._next()
        double, single, template, number, name, sign = match.groups()
        if double is not None or single is not None:
            return unescaped(double if double is not None else single)
        if template is not None:
            return self._filled(template)
        if number is not None:
            return int(number)
        if sign == "(":
            value = self.choice(depth + 1)
            if self._peek() != ")":
                raise _UnknownError
            self._next()
            return value
        if name is None:
            raise _UnknownError
        return self._named("".join(name.split()), depth)

    def _named(self, name: str, depth: int) -> Value:
        if self._peek() == "(":
            if name not in _SAME:
                raise _UnknownError
            self._next()
            value = self.choice(depth + 1)
            if self._code[self._at:self._at + 4].lstrip()[:1] == ",":
                self._at = self._code.find(")", self._at)
            if self._peek() != ")":
                raise _UnknownError
            self._next()
            return int(value) if name in ("parseInt", "Number") and str(value).isdecimal() else value
        for known in (name, name.rpartition(".")[2]):
            if known in self._names:
                return self._names[known]
        raise _UnknownError

    def _filled(self, template: str) -> str:
        def value(match: re.Match[str]) -> str:
            found = evaluate(match.group(1), self._names)
            if found is None:
                raise _UnknownError
            return str(found)

        return _HOLE.sub(value, template)

    def _peek(self) -> str | None:
        match = _TOKEN.match(self._code, self._at)
        return match.group(6) if match else None

    def _next(self) -> re.Match[str]:
        match = _TOKEN.match(self._code, self._at)
        if match is None:
            raise _UnknownError
        self._at = match.end()
        return match


def unescaped(text: str) -> str:
    """Return what a string literal stands for."""
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    code = match.group(1)
    if len(code) > 1:
        return chr(int(code[1:], 16))
    return _PLAIN.get(code, code)


def _number(value: Value) -> int:
    text = str(value)
    if not text.lstrip("-").isdecimal() or len(text) > 15:
        raise _UnknownError
    return int(text)
