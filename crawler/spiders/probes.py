"""Addresses that cannot exist, asked to learn how each host answers for a missing page (soft 404)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from urllib.parse import urlsplit, urlunsplit

from crawler.urls import host_of, is_private_host, script_of, suffix_of

# a script that answered for so many numbers, and for so great a share of a host's pages, is what the host is made by
_NUMBERED, _SHARE, _DISTINCT = 10, 0.25, 0.9
# what counts pages of a list, or its rows, is no page's own number
_PAGING = re.compile(r"page|^p$|^pn$|^pg$|start|offset|index|limit|rows", re.IGNORECASE)


def plan_probes(
    answers: Iterable[tuple[str, str, str, str]], own_hosts: frozenset[str], *, external: bool,
) -> list[str]:
    """Return the addresses to ask.

    ``answers`` are (host, role, address, content type) of what was answered, sorted by host and address. A host
    of the site is asked two (one beside a page that exists, or of the script that makes its pages one by a number
    that cannot be), another host one, and none where not ``external``.
    The addresses depend on the host and its pages only, so that every crawl asks the same.
    """
    first: dict[str, str] = {}
    inner: dict[str, str] = {}
    scripts: dict[str, dict[tuple[str, ...], list[str]]] = {}
    pages: dict[str, int] = {}
    for host, role, url, content_type in answers:
        if role == "probe" or (role == "external" and not external):
            continue
        first.setdefault(host, url)
        if role != "page" or "html" not in content_type:
            continue
        pages[host] = pages.get(host, 0) + 1
        if host in own_hosts and (script := script_of(url)):
            scripts.setdefault(host, {}).setdefault(script, []).append(url)
        if urlsplit(url).path.count("/") >= 2:
            inner.setdefault(host, url)
    probes = []
    for host, url in sorted(first.items()):
        if host not in own_hosts and (not external or is_private_host(host)):
            continue
        name = hashlib.sha256(host.encode()).hexdigest()
        scheme = url.split(":", 1)[0]
        probes.append(f"{scheme}://{host}/xj-{name[:8]}/{name[8:20]}.html")
        numbered = _of_no_number(scripts.get(host, {}), pages.get(host, 0), name)
        if numbered is not None:
            probes.append(numbered)
        elif host in own_hosts and host in inner:
            probes.append(_sibling(inner[host], name))
    return probes


def _of_no_number(scripts: dict[tuple[str, ...], list[str]], pages: int, name: str) -> str | None:
    """Return an address of the most used script with a number no page has; None where no script makes the pages."""
    impossible = f"9{int(name[:8], 16) % 10**8:08d}"
    for urls in sorted(scripts.values(), key=len, reverse=True):
        if len(urls) < max(_NUMBERED, _SHARE * pages):
            return None
        fields: dict[str, set[str]] = {}
        for url in urls:
            for field, _, value in (part.partition("=") for part in urlsplit(url).query.split("&")):
                fields.setdefault(field, set()).add(value)
        number, values = max(fields.items(), key=lambda entry: len(entry[1]))
        if _PAGING.search(number):
            continue
        if len(values) >= _DISTINCT * len(urls) and all(value.isascii() and value.isdecimal() for value in values):
            parts = urlsplit(urls[0])
            query = [part.partition("=") for part in parts.query.split("&")]
            asked = "&".join(field + mark + (impossible if field == number else value) for field, mark, value in query)
            return urlunsplit(parts._replace(query=asked))
    return None


def _sibling(url: str, name: str) -> str:
    parts = urlsplit(url)
    folder = parts.path.rsplit("/", 1)[0]
    suffix = suffix_of(f"{parts.scheme}://{parts.netloc}{parts.path}")
    return f"{parts.scheme}://{host_of(url)}{folder}/xj-{name[20:28]}" + (f".{suffix}" if suffix else "/")
