"""Crawl faults (抓取故障): what this run failed to see, told by holding it against the run before.

A crawl that reached far fewer pages than the last one, or a column that listed items and now parses to none, is our
problem before it is anyone else's: what was concluded from not finding something does not stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from checks.days import day_of
from checks.model import CrawlFault, Observation
from checks.site import Site
from crawler.snapshot.reader import Page, SnapshotReader
from rules.lexicons import crawl_fault_limits

META = "crawl_faults"


def crawl_faults(site: Site) -> list[CrawlFault]:
    """Return what a site's crawl must have missed, by address; nothing without an earlier run to compare with."""
    if site.earlier is None:
        return []
    shrunk = _shrunk(site, site.earlier)
    return [*([shrunk] if shrunk else []), *_lost_columns(site, site.earlier, whole=shrunk is None)]


def _shrunk(site: Site, earlier: SnapshotReader) -> CrawlFault | None:
    limits = crawl_fault_limits()["pages"]
    before = sum(map(_is_read, earlier.pages.values()))
    now = sum(map(_is_read, site.snapshot.pages.values()))
    if before < limits["at_least"] or now >= limits["share"] * before:
        return None
    return CrawlFault(
        kind="site", url=site.home, before=before, now=now,
        message=f"本次只读到 {now} 个网页，上次（{_day(earlier)}）读到 {before} 个，不到上次的 {limits['share']:.0%}，"
                "视为抓取故障：由“没有找到”得出的问题一律不作判定",
    )


def _is_read(page: Page) -> bool:
    return page.role == "page" and page.fetch.outcome == "ok" and not page.record.error_page


def _lost_columns(site: Site, earlier: SnapshotReader, *, whole: bool) -> list[CrawlFault]:
    limits = crawl_fault_limits()
    known = {str(fault["url"]): fault for fault in stored_faults(earlier.meta) if fault.get("kind") == "column"}
    suspects = {
        url for url, page in earlier.pages.items()
        if page.role == "page" and _rows(page) >= limits["columns"]["at_least"] and _why_lost(site, earlier, url, whole)
    }
    suspects |= {url for url in known if url in earlier.pages}
    if not suspects:
        return []
    counts = {column.url: (column.name, len(column.items)) for column in Site(earlier).columns}
    faults = []
    for url in sorted(suspects):
        runs = 1
        if url in known:
            name, before = str(known[url].get("column") or url), int(known[url].get("before") or 0)
            runs += int(known[url].get("runs") or 1)
        elif url in counts:
            name, before = counts[url]
        else:
            continue
        why = _why_lost(site, earlier, url, whole)
        if why is None or before < limits["columns"]["at_least"] or runs > limits["runs"]:
            continue
        faults.append(CrawlFault(
            kind="column", url=url, column=name, before=before, now=0, runs=runs,
            message=f"栏目“{name}”此前列有 {before} 条信息，本次{why}，视为抓取故障（第 {runs} 次），有关问题不作判定",
        ))
    return faults


def _rows(page: Page) -> int:
    listing = page.record.listing
    return max(len(listing.items) if listing is not None else 0, len(page.record.letters))


def _why_lost(site: Site, earlier: SnapshotReader, url: str, whole: bool) -> str | None:
    """Return in Chinese how a list is missing this time; None where it is there, or the site itself took it away."""
    page = site.page_of(url)
    if page is not None:
        listing = page.record.listing
        if _rows(page) or (listing is not None and listing.empty_notice):
            return None
        return "打开后读不出任何条目"
    target = site.targets.get(url)
    if target is not None and target.fetch is not None:
        found = site.reach(url)
        reason = found.reason or target.fetch.reason or "没有可读的内容"
        return None if found.state == "dead" else f"未能读取（{reason}）"
    if whole and all(source.url in site.snapshot.pages for source in earlier.sources(url)):
        # every page that linked to it was read again, and none does any more: the site dropped it
        return None
    return "没有抓取到"


def _day(run: SnapshotReader) -> str:
    return str(day_of(str(run.meta.get("started", ""))) or "日期不明")


def stored_faults(meta: Mapping[str, object]) -> list[dict[str, Any]]:
    """Return the faults a run's snapshot was marked with."""
    stored = meta.get(META)
    return [fault for fault in stored if isinstance(fault, dict)] if isinstance(stored, list) else []


def hiding(
    faults: Sequence[CrawlFault], check: str, url: str, column: str | None, target: str | None = None,
) -> CrawlFault | None:
    """Return the fault for which a check's conclusion about an address does not stand, None where it stands."""
    limits = crawl_fault_limits()
    if check not in limits["absence"]:
        return None
    for fault in faults:
        if fault.kind == "site" or check in limits["anywhere"]:
            return fault
        if fault.url in (url, target) or (column is not None and column == fault.column):
            return fault
    return None


def without_hidden(faults: Sequence[CrawlFault], check: str, seen: Iterable[Observation]) -> list[Observation]:
    """Return a check's observations, those that do not stand as undecided, with the reason."""
    return [_undecided(faults, check, one) for one in seen]


def _undecided(faults: Sequence[CrawlFault], check: str, seen: Observation) -> Observation:
    fault = hiding(faults, check, seen.url, seen.column, seen.target)
    if fault is None or seen.verdict != "fail":
        return seen
    return msgspec.structs.replace(
        seen, verdict="unverified", message=f"{seen.message}（未能核实：{fault.message}）",
        evidence={**seen.evidence, "crawl_fault": fault.message},
    )
