"""网站无法访问

网站的首页打不开。

依据
国办秘函〔2019〕19 号检查指标单项否决第二项“站点无法访问”。

判定
配置的起始地址经间隔两次以上探测仍连不上、返回错误状态，或打开的是错误页、循环转向。一次巡检只看当时能否打开；
一周内多次访问失败率的统计由多次巡检的结果累计。

不判定
只失败一次，或者被对方网站拦截、证书有问题，记“未能核实”。

整改
检查域名解析、服务器和防护设备；网站已迁移的，为旧域名设置跳转，并更新备案和巡检配置中的地址。
"""

from __future__ import annotations

import checks.model
from checks.model import Context, Result
from checks.reach import Reach, reach_of
from checks.site import Site


class Parameters(checks.model.Parameters):
    """None: a home page opens or it does not."""


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Judge each start address."""
    result = Result()
    for url in site.starts:
        department = site.department_for(url)
        result.examine(department)
        reach = _home_reach(site, url)
        if reach.state == "alive":
            continue
        if reach.state == "dead":
            result.fail(
                url=url, department=department, severity="veto", evidence=reach.evidence or {},
                message=f"网站首页 {url} 无法打开：{reach.reason}",
            )
        else:
            result.unverified(
                url=url, department=department, evidence=reach.evidence or {},
                message=f"网站首页 {url} 能否打开未能核实：{reach.reason or '本次未能访问'}",
            )
    return result


def _home_reach(site: Site, url: str) -> Reach:
    """Judge a start address; unlike others it is broken by its own words only, not by its likeness."""
    reach = reach_of(site, url)
    if reach.state != "alive":
        return reach
    page = site.snapshot.pages.get(site.page_address(url))
    if page is not None and page.record.error_page:
        wording = page.record.error_wording or page.record.title or "错误页"
        return Reach("dead", f"打开的是错误页（“{wording[:40]}”）", evidence=reach.evidence)
    return reach
