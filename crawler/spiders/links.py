"""What lies outside the site, and what cannot exist: other hosts' addresses and the probes for soft 404."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from crawler.snapshot.records import PageRecord
from crawler.urls import host_of, is_private_host, suffix_of

UNREACHED_HOSTS_FOR_NO_NETWORK = 20
TIMEOUTS_FOR_SILENCE = 3
NO_NETWORK_REASON = "抓取时外部网络整体不可用，未能核实"
SILENT_HOST_REASON = f"该主机已有 {TIMEOUTS_FOR_SILENCE} 个地址超时，未再逐一请求"


@dataclass
class Outside:
    """Whether there is a world outside the site at all, as far as the requests so far tell."""

    answered: bool = False
    unreached: set[str] = field(default_factory=set)

    @property
    def no_network(self) -> bool:
        """Whether so many other hosts, and all of them, were out of reach that the fault must be on this side."""
        return not self.answered and len(self.unreached) >= UNREACHED_HOSTS_FOR_NO_NETWORK


def small_record(record: PageRecord) -> PageRecord:
    """Return what is kept of a page that is not the site's own: enough to see whether it is an error page."""
    return PageRecord(
        page_kind=record.page_kind, error_page=record.error_page, error_wording=record.error_wording,
        title=record.title, charset=record.charset, refresh_to=record.refresh_to, script_shell=record.script_shell,
        text_length=record.text_length, signature=record.signature,
    )


def plan_probes(answers: Iterable[tuple[str, str, str, str]], own_hosts: frozenset[str], *, external: bool) -> list[str]:
    """Return addresses that cannot exist, to learn how each host answers for a missing page.

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
