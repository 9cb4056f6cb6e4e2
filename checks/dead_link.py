"""死链

网站页面上的链接打不开：服务器答复“不存在”或出错、连不上、循环转向，或者看似打开、其实是错误页。

依据
2021 年临淄区政务公开工作要点等文件要求“杜绝信息缺失和错链、死链等问题”；国办秘函〔2019〕19 号检查指标将
链接可用性列为扣分项。

判定
每个打不开的地址记一个问题，问题页面为最靠近首页、读者最容易遇到它的那一页。以下情形判为死链：
一、状态码 404、410 及其他表明地址本身有误的 4xx，经间隔两次以上探测仍然如此；
二、状态码 5xx、域名解析失败、拒绝连接、网络不通，经间隔两次以上探测仍然如此；
三、循环转向，本站地址不设置 cookie 而两次都转向它自己，或连续转向超过 20 次（浏览器不再跟随）；
四、软 404：状态码虽是 200，或转向后能打开，但内容与该网站对不存在地址的答复相同，或页面明确写着不存在、
已删除，或一条信息的地址被转回首页（外部网站的，需人工复核）。
只作图片引用的地址打不开，按低等级计。

不判定
401、403、405、412、429 等拒绝或拦截，验证页，访问超时，证书或加密连接有问题（读者会看到浏览器的警告），应答不符
合 HTTP 协议，带着 cookie 循环转向，本站四个以上地址都转向自身（多为防护设备），外部网站的地址转向自身，只探测过一次的
失败，robots.txt 不允许抓取的，一律记“未能核实”，不扣分。
由程序无限生成的地址（日历、翻页、参数组合）不逐一访问，也不逐一记录；
仅由翻页脚本拼出、页面上没有链接指向的地址；javascript: 之类不通向任何页面的链接；被注释掉的链接；首页本身
（由“网站无法访问”判定）；内网、本机和 file: 地址（由“错链”判定）。标题里含有“404”三个数字的文章不是错误页。
如果本次所有外部网站都连不上，视为检查一方网络不通，全部记“未能核实”。

整改
把链接改为正确的地址；信息确已撤下的，删去链接；整个网站迁移的，为旧地址设置转向新地址的跳转，不要一律转回
首页。
"""

from __future__ import annotations

from collections import Counter

import checks.model
from checks.model import Context, Result
from checks.reach import Reach
from checks.site import Site
from checks.titles import worded
from crawler.snapshot.reader import Holder
from crawler.urls import is_numeric_host

_CONNECTED = frozenset({"ok", "redirect", "http-error", "blocked", "too-large", "tls"})


class Parameters(checks.model.Parameters):
    """None: what opens and what does not is no matter of locality."""


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Judge every address that a readable page links to."""
    result = Result()
    cut_off = _outside_cut_off(site)
    unasked: Counter[str] = Counter()
    for url, holder in sorted(site.holders.items()):
        reach = _reach(site, url, holder)
        if reach.state == "elsewhere":
            continue
        if reach.state == "unasked":
            unasked[site.targets[url].role] += 1
            continue
        department = site.department_of(site.pages[holder.url])
        result.examine(department)
        if reach.state == "alive":
            reach = _warned(site, url, reach)
        if reach.state == "alive" or _only_paged_to(site, url, holder):
            continue
        if cut_off and reach.kind == "network" and site.targets[url].role == "external":
            reach = Reach("unverified", "本次所有外部网站都连不上，可能是检查一方网络不通", kind="network")
        _record(site, result, url, holder, reach, department)
    if cut_off:
        result.notes.append("本次抓取中没有一个外部网站能连上，可能是检查一方网络不通，外部链接未能核实")
    for role, count in sorted(unasked.items()):
        what = "外部链接" if role == "external" else "站内链接"
        result.notes.append(f"{count} 个{what}本次未访问，未判断是否死链")
    return result


def _reach(site: Site, url: str, holder: Holder) -> Reach:
    reach = site.reach(url)
    if reach.state == "alive" and reach.evidence and "redirects" in reach.evidence:
        return site.reach(url, site.snapshot.words(holder.url, url))
    return reach


def _warned(site: Site, url: str, reach: Reach) -> Reach:
    """Judge another site's page that opens only past a browser's warning; the site's own is no matter of one link."""
    end = site.route(url).end
    fault = end.fetch.headers.get("certificate-fault") if end is not None and end.fetch is not None else None
    if not fault or site.targets[url].role != "external":
        return reach
    return Reach("unverified", f"打开时浏览器会警告：{fault}", kind="tls", evidence=reach.evidence)


def _only_paged_to(site: Site, url: str, holder: Holder) -> bool:
    """Whether only a pager's script makes up an address: lists often promise pages that never existed."""
    if holder.element not in ("cms", "script") or url not in site.pager_addresses:
        return False
    return all(source.element in ("cms", "script") for source in site.snapshot.sources(url))


def _record(
    site: Site, result: Result, url: str, holder: Holder, reach: Reach, department: str | None
) -> None:
    words = site.snapshot.words(holder.url, url)
    outside = "外部" if site.targets[url].role == "external" else ""
    what = f"{outside}图片" if holder.element == "img" else f"{outside}链接"
    named = worded(words)
    spread = f"，共有 {holder.pages} 个页面链接到它" if holder.pages > 1 else ""
    evidence = {
        "link_text": words, "element": holder.element, "linking_pages": holder.pages, **(reach.evidence or {})
    }
    if reach.state == "dead":
        result.fail(
            url=holder.url, target=url, department=department, evidence=evidence,
            severity="low" if holder.element == "img" else None,
            confidence="review" if reach.review else "certain",
            message=f"页面上的{what}{named}打不开：{reach.reason}{spread}",
        )
    else:
        result.unverified(
            url=holder.url, target=url, department=department, evidence=evidence,
            message=f"页面上的{what}{named}未能核实：{reach.reason}",
        )


def _outside_cut_off(site: Site) -> bool:
    """Whether other sites were asked and none could even be connected to: then our network may be to blame.

    Bare IP addresses prove nothing: a gateway may answer for them where no name can be resolved.
    """
    outcomes = [
        target.fetch.outcome for target in site.targets.values()
        if target.role == "external" and target.fetch is not None and target.fetch.outcome != "not-fetched"
        and not is_numeric_host(target.host)
    ]
    return bool(outcomes) and not any(outcome in _CONNECTED for outcome in outcomes)
