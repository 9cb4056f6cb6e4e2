"""How much of a site one crawl saw, and what it could not see."""

from __future__ import annotations

from collections import Counter

from checks.model import Coverage
from checks.site import Site

_REASONS = {
    "blocked": "被拦截", "timeout": "访问超时", "tls": "证书或加密连接有问题", "dns": "域名解析失败",
    "refused": "连接被拒绝", "network": "网络连接失败", "robots": "robots.txt 不允许抓取",
    "not-fetched": "达到抓取上限而未抓取", "too-large": "内容过大未读取", "protocol": "应答不符合 HTTP 协议",
}
_NO_PAGES = frozenset({"redirect", "trap"})
_GONE = frozenset({404, 410})


def coverage_of(site: Site, unverified: int) -> Coverage:
    """Count what the run reached; ``unverified`` is the number of findings that could not be decided."""
    known = read = files = external = 0
    missed: Counter[str] = Counter()
    for url, target in site.targets.items():
        fetch = target.fetch
        opened = fetch is not None and fetch.outcome == "ok"
        if target.role == "file" or (target.role == "page" and opened and url not in site.snapshot.pages):
            files += 1
        elif target.role == "external":
            external += 1
        elif target.role == "page" and not (fetch and (fetch.outcome in _NO_PAGES or fetch.status in _GONE)):
            known += 1
            if opened:
                read += 1
            else:
                missed[fetch.outcome if fetch is not None else "not-fetched"] += 1
    lines = [
        f"{count} 个页面{_REASONS.get(reason, '返回错误状态')}" for reason, count in sorted(missed.items())
    ]
    scripted = sum(column.script_filled and not column.items for column in site.columns)
    if scripted:
        lines.append(f"{scripted} 个栏目的列表由脚本填充，本次未能读取")
    absent = [render.reason for render in site.snapshot.renders.values() if render.outcome == "absent"]
    if absent:
        lines.append(f"{len(absent)} 个页面需要渲染而没有渲染：{absent[0]}")
    skipped = [render.reason for render in site.snapshot.renders.values() if render.outcome == "skipped"]
    if skipped:
        lines.append(f"{len(skipped)} 个页面需要渲染而没有渲染：{skipped[0]}")
    partial = sum(not column.complete for column in site.columns)
    if partial:
        lines.append(f"{partial} 个栏目的列表有分页未能读取")
    ended = site.snapshot.meta.get("ended")
    if ended not in (None, "finished"):
        lines.append(f"抓取未完成（{ended}），尚有 {site.snapshot.pending()} 个地址未抓取")
    return Coverage(
        pages_known=known, pages_read=read, files=files, external=external, links=site.snapshot.link_total(),
        columns=len(site.columns), documents=len(site.documents), letters=len(site.letters),
        unverified=unverified, ratio=round(read / known, 4) if known else 0.0, uninspected=lines,
    )
