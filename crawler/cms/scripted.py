"""Paging bars that only a script follows: ``javascript:goPage(3)``, ``onclick``, jump menus, ``__doPostBack``.

The addresses are derived where the page's own script shows how they are made, and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

import lxml.html

from crawler.cms.addresses import Resolver, opened_by_script, parts_of
from crawler.cms.lexicon import load
from crawler.cms.pager import is_of_same_list
from crawler.cms.scripts import Value, arguments, closing, codes, evaluate, functions, names_of, with_fields, with_made
from crawler.cms.steps import MOST_PAGES, bare
from crawler.cms.steps import names as field_names
from crawler.cms.texts import STRING, squeezed
from crawler.extract.parsed import ParsedPage

_CALL = re.compile(r"(?:javascript\s*:)?\s*(?:return\s+)?([A-Za-z_$][\w$.]{0,60})\s*\(", re.IGNORECASE)
_SINK = re.compile(
    r"(?:(?:window|document|self|parent|top)\s*\.\s*)?location(?:\s*\.\s*href)?\s*=(?!=)|location\s*\.\s*(?:assign|replace)\s*\("
    r"|window\s*\.\s*open\s*\(|\.\s*load\s*\(|\.\s*(?:get|getJSON|ajaxGet)\s*\((?!\s*\{)|\burl\s*[:=](?!=)|\bfetch\s*\("
    r"|\.\s*attr\s*\(\s*['\"](?:src|href)['\"]\s*,|\.\s*(?:src|href|action)\s*=(?!=)"
)
_CLICKED = ("a", "span", "li", "button", "input", "em", "td", "b", "i", "div")
_NOT_PAGING = frozenset({"void", "alert", "history.go", "history.back", "window.close", "window.print", "print"})
_POSTED = re.compile(r"__doPostBack|\.\s*submit\s*\(|type\s*:\s*['\"]post|\.\s*post\s*\(", re.IGNORECASE)
_NUMBER = re.compile(r"(?:Page\$)?(\d{1,5})")
_NEXT = tuple(load("lists")["next_words"])
_CALLBACK = re.compile(
    r"\b(?:callback|call_back|backfn|backfun|jump|onpageclick|onpagechange|pagechange|onselectpage|onchange|clickcallback|to|link"
    r"|click|fn)\s*:\s*(?:function\s*[\w$]{0,40}\s*\(\s*([\w$]{1,40})[^(){}]{0,80}\)\s*\{)", re.IGNORECASE,
)
_CURRENT = ("curr", "current", "page", "pageNo", "pageNum", "pageIndex", "currentPage")
_MOST_CALLBACKS = 10
_LONGEST_CALLBACK = 3_000
_MOST_CALLS = 80
_MOST_OPTIONS = 500


@dataclass
class ByScript:
    """Where a paging bar leads by script: ``pages`` as far as that can be told, ``beyond`` where it cannot."""

    pages: list[str] = field(default_factory=list)
    beyond: bool = False


@dataclass(frozen=True)
class _Call:
    """A call a bar makes: of which function, with what arguments; ``number`` is the page it asks for."""

    name: str
    given: tuple[Value | None, ...]
    at: int
    number: int


def pages_by_script(page: ParsedPage, bar: lxml.html.HtmlElement) -> ByScript:
    """Return the further pages that a paging bar's handlers lead to."""
    resolve = Resolver(page.base)
    found: dict[str, None] = {}
    calls: list[_Call] = []
    more = False
    for element in islice(bar.iter(*_CLICKED, "select"), _MOST_CALLS):
        if element.tag == "select":
            found.update(dict.fromkeys(_chosen(element, resolve, page)))
            calls += _chosen_by_number(element)
            continue
        for code in (element.get("onclick") or "", element.get("href") or ""):
            literal = opened_by_script(code) if "location" in code or "open" in code else None
            url = resolve(literal) if literal else None
            if url and is_of_same_list(url, page.url):
                found.setdefault(url)
                continue
            call, address = _called(code, resolve, page)
            if address:
                found.setdefault(address)
            elif call is not None:
                calls.append(call)
            more = more or _asks_for_more(element, code)
    if not found and calls:
        found.update(dict.fromkeys(_made(calls, page, resolve)))
    found.pop(page.url, None)
    beyond = not found and (more or any(call.number > 1 for call in calls))
    return ByScript(list(found), beyond)


def _called(code: str, resolve: Resolver, page: ParsedPage) -> tuple[_Call | None, str | None]:
    """Return the call a handler makes for a page by its number, or the address it is handed."""
    match = _CALL.match(code)
    if match is None or match.group(1) in _NOT_PAGING:
        return None, None
    given = tuple(evaluate(piece, {}) for piece in arguments(code, match.end()))
    for at, value in enumerate(given):
        if isinstance(value, str) and ("." in value or "?" in value) and not value.isdecimal():
            url = resolve(value)
            if url and is_of_same_list(url, page.url):
                return None, url
        number = _NUMBER.fullmatch(str(value)) if value is not None else None
        if number:
            return _Call(match.group(1).rpartition(".")[2], given, at, int(number.group(1))), None
    return None, None


def _asks_for_more(element: lxml.html.HtmlElement, code: str) -> bool:
    """Whether an element offers the next page, and a script that posts is what gives it."""
    words = squeezed(STRING(element)) or element.get("value") or ""
    return posts(code) and element.get("disabled") is None and (
        any(word in words for word in _NEXT) or words.isdecimal()
    )


def _chosen(select: lxml.html.HtmlElement, resolve: Resolver, page: ParsedPage) -> Iterable[str]:
    """Return the addresses a jump menu's options hold, or that its handler makes of their values."""
    handler = select.get("onchange") or ""
    sink = _SINK.search(handler)
    for option in islice(select.iter("option"), _MOST_OPTIONS):
        value = (option.get("value") or "").strip()
        if sink and value:
            made = evaluate(handler, {"value": value, "this.value": value}, sink.end())
            value = made if isinstance(made, str) else value
        if any(sign in value for sign in "./?"):
            url = resolve(value)
            if url and is_of_same_list(url, page.url):
                yield url


def _chosen_by_number(select: lxml.html.HtmlElement) -> list[_Call]:
    match = _CALL.match(select.get("onchange") or "")
    if match is None or match.group(1) in _NOT_PAGING:
        return []
    name = match.group(1).rpartition(".")[2]
    given = arguments(select.get("onchange") or "", match.end())
    at = next((at for at, piece in enumerate(given) if "value" in piece or piece == "this"), None)
    options = islice(select.iter("option"), _MOST_OPTIONS)
    numbers = (option.get("value") or squeezed(STRING(option)) for option in options)
    return [] if at is None else [
        _Call(name, tuple(evaluate(piece, {}) for piece in given), at, int(number))
        for number in numbers if number.isdecimal() and len(number) < 6
    ]


def _made(calls: list[_Call], page: ParsedPage, resolve: Resolver) -> list[str]:
    """Return the addresses that the function a bar calls makes of page numbers."""
    numbers = [call.number for call in calls]
    last = min(max(numbers), min(numbers) + MOST_PAGES)
    scripts = [with_fields(code, page) for code in codes(page)]
    names: dict[str, Value] = {}
    for code in scripts:
        names = {**names_of(code), **names}
    for code in scripts:
        if not any(call.name in code for call in calls):
            continue
        for function in functions(code):
            call = next((call for call in calls if call.name == function.name), None)
            if call is None or call.at >= len(function.arguments):
                continue
            bound = {
                name: value for name, value in zip(function.arguments, call.given, strict=False) if value is not None
            }

            def made(number: int, bound: dict[str, Value] = bound, function=function, call=call) -> list[str]:  # type: ignore[no-untyped-def]
                known = {**names, **bound, function.arguments[call.at]: number}
                return addresses_in(function.body, known)

            for second, third in zip(made(2), made(3), strict=False):
                if second == third:
                    continue
                at = made(3).index(third)
                urls = [
                    resolve(addresses[at]) for number in range(min(numbers), last + 1)
                    if len(addresses := made(number)) > at
                ]
                host = parts_of(page.url).netloc
                return [url for url in urls if url and parts_of(url).netloc == host]
    return []


def pages_by_plugin(code: str, page: ParsedPage) -> list[str]:
    """Return the further pages that the callback of a paging plugin opens, as many as the script says there are.

    ``pagination({totalPage: 9, callback: function (n) {location.href = …}})``, ``laypage.render({count: 99, limit: 15,
    jump: function (obj) {… obj.curr …}})`` and the like; pages are counted from 1.
    """
    if not _CALLBACK.search(code):
        return []
    names = names_of(code)
    pages = _pages_told(names)
    if pages is None or pages < 2:
        return []
    for match in islice(_CALLBACK.finditer(code), _MOST_CALLBACKS):
        body = code[match.end():match.end() + _LONGEST_CALLBACK]
        body = body[:closing(body, 1)]

        def made(number: int, argument: str = match.group(1), body: str = body) -> list[str]:
            known = {**names, argument: number}
            known.update({f"{argument}.{name}": number for name in _CURRENT})
            return addresses_in(body, known)

        second, third = made(2), made(3)
        at = next((at for at, (one, other) in enumerate(zip(second, third, strict=False)) if one != other), None)
        if at is not None:
            resolve = Resolver(page.base)
            found = (
                resolve(addresses[at]) for number in range(2, min(pages, MOST_PAGES) + 1)
                if len(addresses := made(number)) > at
            )
            return [url for url in found if url and url != page.url]
    return []


def _pages_told(names: dict[str, Value]) -> int | None:
    told = {bare(name): value for name, value in names.items() if isinstance(value, int)}
    pages = next((told[name] for name in field_names("pages") if name in told), None)
    if pages is not None:
        return pages
    total = next((told[name] for name in field_names("total") if name in told), None)
    size = next((told[name] for name in field_names("size") if told.get(name)), None)
    return None if total is None or size is None else -(-total // size)


def addresses_in(code: str, names: dict[str, Value]) -> list[str]:
    """Return the addresses that a piece of code opens, those of unknown value left out."""
    known = with_made(code, names)
    found = []
    for sink in islice(_SINK.finditer(code), 20):
        value = evaluate(code, known, sink.end())
        if isinstance(value, str) and len(value) < 2000 and any(sign in value for sign in "./?"):
            found.append(value)
    return found


def posts(code: str) -> bool:
    """Whether a piece of code asks by sending a form."""
    return bool(_POSTED.search(code))
