"""What a crawl came to: counts for the snapshot's meta and one Chinese line for the user."""

from __future__ import annotations

from collections.abc import Iterable

from crawler.job import CrawlOutcome, Ended
from crawler.snapshot.files import lacking_components
from crawler.snapshot.reader import SnapshotReader, Target, resolve
from crawler.snapshot.writer import SnapshotWriter
from crawler.urls import Scope, host_of, is_numeric_host

_FAILED = ("dns", "refused", "network", "timeout", "tls", "protocol")


def count(writer: SnapshotWriter) -> dict[str, int]:
    """Return the figures of a snapshot: addresses by what became of them, other hosts and how many answered.

    ``files`` counts addresses, ``files_read`` and ``files_unread`` the contents of those that can be read at all.

    Of the hosts only named ones count: where no name can be resolved, what a gateway answers for bare addresses
    says nothing of them.
    """
    def one(sql: str) -> int:
        return int(writer.db.execute(sql).fetchone()[0] or 0)

    outside = [entry for entry in writer.outside() if not is_numeric_host(entry[0])]
    by_outcome = dict(writer.db.execute(
        "SELECT f.outcome, count(*) FROM fetches f JOIN urls u ON u.id = f.url_id WHERE u.state <> 0 GROUP BY f.outcome"
    ))
    of_role = "SELECT count(*) FROM urls u JOIN fetches f ON f.url_id = u.id WHERE u.state = 1 AND u.role = {}"
    return {
        "fetched": writer.fetched(),
        "pending": one("SELECT count(*) FROM urls WHERE state = 0"),
        "pages": one("SELECT count(*) FROM pages p JOIN urls u ON u.id = p.url_id WHERE u.role = 0"),
        "page_addresses": one(of_role.format(0)),
        "files": one(of_role.format(1)),
        "files_read": one("SELECT count(*) FROM files WHERE outcome = 'ok'"),
        "files_unread": one("SELECT count(*) FROM files WHERE outcome <> 'ok'"),
        "external": one(of_role.format(2)),
        "links": one("SELECT count(*) FROM links"),
        "bytes": one("SELECT sum(bytes) FROM fetches"),
        "blocked": by_outcome.get("blocked", 0),
        "failed": sum(by_outcome.get(outcome, 0) for outcome in _FAILED),
        "not_fetched": by_outcome.get("not-fetched", 0),
        "external_hosts": len(outside),
        "external_hosts_answered": sum(answered for _, answered in outside),
    }


def conclude(
    writer: SnapshotWriter, scope: Scope, start: Iterable[str], ended: Ended, reason: str = "",
) -> CrawlOutcome:
    """Return the outcome of a crawl that ended so; what saw no site at all comes out ``unreachable``."""
    counts = count(writer)
    if ended == "interrupted":
        return CrawlOutcome(ended, f"已中断：已抓取 {counts['fetched']} 个地址，待抓取 {counts['pending']} 个", counts)
    unseen = _why_unseen(writer, scope, list(start), counts)
    if unseen is not None:
        return CrawlOutcome("unreachable", unseen, counts)
    if ended == "unreachable":
        return CrawlOutcome(ended, reason, counts)
    summary = (
        f"网页 {counts['pages']} 个，文件 {counts['files']} 个，外部链接 {counts['external']} 个，"
        f"无法核实 {counts['blocked'] + counts['not_fetched']} 个"
    )
    lacking = lacking_components(writer.db)
    if lacking:
        summary += f"；有附件未能读取：{'；'.join(lacking)}"
    if ended == "limit":
        return CrawlOutcome(ended, f"已达 max_pages 上限，仍有 {counts['pending']} 个地址未抓取：{summary}", counts)
    return CrawlOutcome(ended, f"抓取完成：{summary}", counts)


def _why_unseen(writer: SnapshotWriter, scope: Scope, start: list[str], counts: dict[str, int]) -> str | None:
    """Return why the crawl saw nothing to inspect, None where it saw a site."""
    if counts["pages"] > 1:
        return None
    reader = SnapshotReader(writer.path, db=writer.db)
    if counts["pages"] == 1:
        page = next(page for page in reader.pages.values() if page.role == "page")
        if any(target for target, _, _ in reader.links_from(page.url) if scope.role(target) in ("page", "file")):
            return None
        if "html" not in (page.fetch.content_type or "html") and not page.record.title:
            return _why_closed(reader.targets, scope, start)
        if page.record.text_length == 0 and not page.text.strip():
            words = "没有任何文字和站内链接"
        else:
            words = "没有任何站内链接"
        return f"起始页 {page.url} {words}，没有可检查的内容（可能是空站，或内容由脚本生成）"
    return _why_closed(reader.targets, scope, start)


def _why_closed(targets: dict[str, Target], scope: Scope, start: list[str]) -> str:
    reasons = []
    for url in start:
        if url not in targets:
            continue
        chain = resolve(targets, url)
        fetch, at = chain.target.fetch, chain.target.url
        via = f"（跳转到 {at}）" if at != url else ""
        if chain.loop:
            reasons.append(f"起始地址 {url} 循环跳转")
        elif at != url and chain.target.role in ("external", "forbidden") and host_of(at) not in scope.hosts:
            reasons.append(f"起始地址 {url} 跳转到 {at}，主机 {host_of(at)} 不在 hosts 之列；如属本站请加入 hosts")
        elif fetch is None:
            reasons.append(f"起始地址 {url}{via} 没有抓取到")
        elif fetch.outcome == "ok":
            kind = (fetch.content_type or "未说明类型").split(";")[0]
            reasons.append(f"起始地址 {url}{via} 返回的不是网页（{kind}）")
        else:
            reasons.append(f"起始地址 {url}{via} 打不开：{fetch.reason or fetch.outcome}")
    return "；".join(reasons) or "没有起始地址"
