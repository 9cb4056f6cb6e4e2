"""Lists that the page's own script fetches by a call that stands in the page: UCAP (开普), 集约化 platforms, "Ls".

``$.ajax({url: '/common/search/' + channelId + '?_isJson=true&page=' + page})``, ``Ls.ajaxGet({url:
'/site/label/8888', data: {labelName: 'publicInfoList', pageIndex: 1}})``, ``fetch('/api/list?page=1')``,
``$('#list').load('/x/list.html')``. Only what is asked by GET, and only where the page shows no rows of its own.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from urllib.parse import quote

from crawler.cms.addresses import Resolver, parts_of
from crawler.cms.lists import build
from crawler.cms.scripts import (
    Value,
    arguments,
    codes,
    evaluate,
    fields,
    functions,
    names_of,
    values,
    with_fields,
    with_made,
    without_texts,
)
from crawler.cms.steps import names
from crawler.extract.parsed import ParsedPage
from crawler.snapshot.records import Listing

_CALL = re.compile(
    r"(?<![\w$])(?:(?:\$|jQuery|Ls|axios|http|request|layui\.\$|vm\.\$http|this\.\$http|this\.\$axios)\s*\.\s*"
    r"(ajax|ajaxGet|ajaxPost|get|getJSON|getScript|jsonp|post|request)|(fetch)|(axios)|[\w$)\]'\"]\s*\.\s*(load))\s*\(\s*"
)
_HINT = re.compile(r"ajax|getJSON|fetch\s*\(|axios|\.get\s*\(|\.load\s*\(|\$http|jsonp", re.IGNORECASE)
_URL_FIELDS = ("url",)
_DATA_FIELDS = ("data", "params", "query")
_METHOD_FIELDS = ("type", "method")
_PAGE_LIKE = re.compile(
    r"_?(?:page|pageno|pagenum|pageindex|pagenumber|curpage|currentpage|current|cur|p)$", re.IGNORECASE
)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
_STATIC = re.compile(r"\.(?:js|css|png|jpe?g|gif|ico|svg|woff2?)(?:\?|$)", re.IGNORECASE)
_MOST_CALLS = 5
_MOST_SEEN = 60


def matches(page: ParsedPage) -> bool:
    """Whether a script of the page asks for something."""
    return bool(_HINT.search(page.html))


def items(page: ParsedPage) -> Listing | None:
    """Return the page's list with the addresses its script fetches rows from; None where it fetches none."""
    addresses = asked_by_script(page)
    return build(page, "service", next_pages=addresses, unfilled=True) if addresses else None


def asked_by_script(page: ParsedPage) -> list[str]:
    """Return the addresses the page's scripts ask by GET that may be those of its list, as far as they are known."""
    resolve = Resolver(page.base)
    host = parts_of(page.url).netloc
    found: dict[str, None] = {}
    for code in codes(page):
        if not _HINT.search(code):
            continue
        code = with_fields(code, page)
        known = _with_calls(code)
        for match in islice(_CALL.finditer(code), _MOST_SEEN):
            address = _address(code, match, known)
            url = resolve(address) if address else None
            if url and parts_of(url).netloc == host and url != page.url and _may_be_list(url):
                found.setdefault(url)
                if len(found) == _MOST_CALLS:
                    return list(found)
    return list(found)


def _with_calls(code: str) -> dict[str, Value]:
    """Return what is known of the names in a script: literals, what is made of them, what functions are called with.

    A name that can only mean the number of the page is 1 where nothing else is said of it.
    """
    known: dict[str, Value] = names_of(code)
    # markup that a script writes holds calls of its own, whose arguments are only made when it runs
    program = without_texts(code)
    for function in functions(code):
        called = re.search(rf"(?<![\w$.]){re.escape(function.name)}\s*\(", program)
        given: list[str] = []
        while called:
            if not program[:called.start()].rstrip().endswith("function"):
                given = arguments(code, called.end())
                break
            called = re.compile(rf"(?<![\w$.]){re.escape(function.name)}\s*\(").search(program, called.end())
        for at, name in enumerate(function.arguments):
            value = evaluate(given[at], known) if at < len(given) else None
            if value is not None:
                known.setdefault(name, value)
            elif _PAGE_LIKE.match(name):
                known.setdefault(name, 1)
    return with_made(code, known)


def _address(code: str, match: re.Match[str], known: dict[str, Value]) -> str | None:
    verb = next(group for group in match.groups() if group)
    at = match.end()
    if verb in ("post", "ajaxPost"):
        return None
    if code[at:at + 1] == "{":
        return _from_object(code, at, known)
    given = arguments(code, at)
    address = evaluate(given[0], known) if given else None
    if not isinstance(address, str) or not address:
        return None
    if verb == "load":
        address = address.split(" ", 1)[0]
    options = given[1].strip() if len(given) > 1 else ""
    if not options.startswith("{"):
        return address
    if verb in ("fetch", "axios", "request", "ajax"):
        return _joined(address, options, fields(options, 0), known)
    if verb == "load":
        return None
    if match.group(0).startswith(("axios", "http", "this", "vm")):
        return _joined(address, options, fields(options, 0), known)
    return _with_query(address, values(options, 0, known) or {})


def _from_object(code: str, at: int, known: dict[str, Value]) -> str | None:
    given = fields(code, at)
    address = next((evaluate(given[name], known) for name in _URL_FIELDS if name in given), None)
    return _joined(address, code, given, known) if isinstance(address, str) and address else None


def _joined(address: str, code: str, given: dict[str, str], known: dict[str, Value]) -> str | None:
    """Return the address a call with options asks, None where it posts."""
    method = next((evaluate(given[name], known) for name in _METHOD_FIELDS if name in given), "get")
    if str(method).lower() not in ("get", "none"):
        return None
    data = next((given[name] for name in _DATA_FIELDS if name in given), "")
    if data.startswith("{"):
        return _with_query(address, values(data, 0, known) or {})
    if data:
        named = re.fullmatch(r"[\w$]+", data)
        made = re.search(rf"(?<![\w$.]){re.escape(data)}\s*=\s*(?=\{{)", code) if named else None
        if made:
            return _with_query(address, values(code, made.end(), known) or {})
        told = evaluate(data, known)
        if isinstance(told, str) and "=" in told:
            return f"{address}{'&' if '?' in address else '?'}{told}"
    return address


def _with_query(address: str, given: dict[str, Value]) -> str:
    query = "&".join(f"{quote(name, safe='')}={quote(str(value), safe='')}" for name, value in given.items())
    return address if not query else f"{address}{'&' if '?' in address else '?'}{query}"


def _may_be_list(url: str) -> bool:
    """Whether an address may be that of a list: no script or picture, nothing that counts, logs in or decorates."""
    if _STATIC.search(url):
        return False
    last_two = "/".join(parts_of(url).path.split("/")[-2:])
    return not _unrelated().intersection(word.lower() for word in _WORD.findall(last_two))


@lru_cache(maxsize=1)
def _unrelated() -> frozenset[str]:
    return frozenset(names("not_lists"))

