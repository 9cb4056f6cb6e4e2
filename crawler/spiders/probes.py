"""Addresses that cannot exist, asked to learn how each host answers for a missing page (soft 404)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from urllib.parse import urlsplit

from crawler.urls import host_of, is_private_host, suffix_of


def plan_probes(
    answers: Iterable[tuple[str, str, str, str]], own_hosts: frozenset[str], *, external: bool,
) -> list[str]:
    """Return the addresses to ask.

    ``answers`` are (host, role, address, content type) of what was answered, sorted by host and address. A host
    of the site is asked two (one beside a page that exists), another host one, and none where not ``external``.
    The addresses depend on the host and its pages only, so that every crawl asks the same.
    """
    first: dict[str, str] = {}
    inner: dict[str, str] = {}
    for host, role, url, content_type in answers:
        if role == "probe" or (role == "external" and not external):
            continue
        first.setdefault(host, url)
        if role == "page" and "html" in content_type and urlsplit(url).path.count("/") >= 2:
            inner.setdefault(host, url)
    probes = []
    for host, url in sorted(first.items()):
        if host not in own_hosts and (not external or is_private_host(host)):
            continue
        name = hashlib.sha256(host.encode()).hexdigest()
        scheme = url.split(":", 1)[0]
        probes.append(f"{scheme}://{host}/xj-{name[:8]}/{name[8:20]}.html")
        if host in own_hosts and host in inner:
            probes.append(_sibling(inner[host], name))
    return probes


def _sibling(url: str, name: str) -> str:
    parts = urlsplit(url)
    folder = parts.path.rsplit("/", 1)[0]
    suffix = suffix_of(f"{parts.scheme}://{parts.netloc}{parts.path}")
    return f"{parts.scheme}://{host_of(url)}{folder}/xj-{name[20:28]}" + (f".{suffix}" if suffix else "/")
