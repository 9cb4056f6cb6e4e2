"""年度报告缺失或迟发

上一年度的政府信息公开工作年度报告没有公布，或者公布晚于期限。

依据
《政府信息公开条例》第四十九条：县级以上人民政府部门应当在每年 1 月 31 日前公布上一年度报告，县级以上地方人民政府的
政府信息公开工作主管部门应当在每年 3 月 31 日前公布本级政府年度报告。期限由规则包给出。

判定
期限过后，全站的信息、栏目列表和附件里，都没有标题为该单位上一年度政府信息公开工作年度报告的，判为没有公布；页面所示
日期和列表所示日期都晚于期限的，判为迟发。按部门要求的，对配置中列出的每个部门查找。

不判定
期限未到的。标题没有写单位的报告，算本级政府的。只见标题、没有打开的，算已公布。政府网站工作年度报表、对报告的解读，不算
年度报告。标题没有写年度的，按公布日期算上一年度的。年报栏目由脚本填充或没有读全的，网站的年报链接指向站外或没有读到的，全站没有
任何部门报告的（可能公布在别处），记“未能核实”。

整改
补充公布年度报告；今后按期公布，往年报告保留。
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from weakref import WeakKeyDictionary

import checks.model
from checks.annual import issuer_of, may_name_report, year_of
from checks.days import day_of
from checks.lexicon import any_of, lexicon
from checks.model import Context, Result
from checks.site import CONTENT_KINDS, Column, Site
from checks.titles import cited
from checks.unread import why_unseen
from crawler.snapshot.reader import Page

# units that answer for the government itself have no report of their own
_OFFICES = ("政府办公室", "政府办", "人民政府", "管委会", "管理委员会", "政务公开办公室")
# a column of reports is linked from the pages nearest the home page
_PORTALS = 200
_LOWER = ("镇", "乡", "街道", "街道办事处", "办事处")


class Parameters(checks.model.Parameters):
    """``by_day``: the day (MM-DD) it is due; ``per``: the government's own report or each department's."""

    by_day: str = "03-31"
    per: Literal["site", "department"] = "site"


@dataclass(frozen=True)
class Seen:
    """A report seen by its title: where, whose, the days shown for it."""

    url: str
    title: str
    issuer: str
    department: str | None
    days: tuple[date, ...]


# what the clauses that bind the check with different parameters ask of a site alike
_SEEN: WeakKeyDictionary[Site, dict[int, list[Seen]]] = WeakKeyDictionary()


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Look for last year's reports."""
    result = Result()
    month, day = (int(part) for part in parameters.by_day.split("-"))
    due, year = date(context.plan_year, month, day), context.plan_year - 1
    if not site.pages or context.as_of <= due:
        return result
    seen = _seen(site, year)
    place = _place(site)
    if parameters.per == "site":
        result.examine(None)
        _judge(site, [one for one in seen if _is_governments(one.issuer)], None, due, year, place, result)
        return result
    departments = [name for name in site.directory.names if not name.endswith(_OFFICES) or name.endswith(_LOWER)]
    owned = {name: [one for one in seen if _belongs(site, one, name)] for name in departments}
    if owned and not any(owned.values()):
        result.examine(None)
        result.unverified(
            url=place.url if place is not None else site.home, target=str(year), locator="departments",
            message=f"没有找到配置的 {len(owned)} 个部门的 {year} 年度政府信息公开工作年度报告，"
            "可能公布在本站以外，无法确定",
        )
        return result
    for name, own in owned.items():
        result.examine(name)
        _judge(site, own, name, due, year, _place(site, name), result)
    return result


def _seen(site: Site, year: int) -> list[Seen]:
    known = _SEEN.setdefault(site, {})
    if year not in known:
        known[year] = _look(site, year)
    return known[year]


def _look(site: Site, year: int) -> list[Seen]:
    found: dict[str, Seen] = {}
    days: dict[str, set[date]] = {}
    reports = {
        page.url for column in site.columns if column.type == "annual-reports" for page in (column.page, *column.pages)
    }
    rows: list[tuple[str, str, str | None, bool]] = []
    for page in site.pages.values():
        listing, among = page.record.listing, page.url in reports
        rows += [(item.title, item.href, item.date, among) for item in (listing.items if listing else ())]
        rows += [(link.title, link.href, page.record.published, among) for link in page.record.attachments]
        if not _lists_reports(site, page):
            rows.append((page.record.title or "", page.url, page.record.published, False))
    for title, href, shown, among in rows:
        if not may_name_report(title, in_column=among) or _year(title, shown) != year:
            continue
        address = site.page_address(href) if href else f"{href}#{title}"
        own = site.pages.get(address)
        if address in site.interpretations or (own is not None and own.record.page_kind == "column"):
            continue
        department = site.directory.by_source(title) or (
            site.department_of(own) if own is not None else site.department_for(address)
        )
        known = days.setdefault(address, set())
        day = day_of(shown)
        if day is not None:
            known.add(day)
        if own is not None:
            known |= {d for d in (day_of(own.record.published), day_of(own.record.published_tag)) if d}
        longer = max(title, found[address].title if address in found else "", key=len)
        found[address] = Seen(address, longer, issuer_of(longer), department, ())
    return [
        Seen(one.url, one.title, one.issuer, one.department, tuple(sorted(days[one.url]))) for one in found.values()
    ]


def _lists_reports(site: Site, page: Page) -> bool:
    """Whether a page called after reports of no year (政府信息公开年报) leads to several, each of a year."""
    title = page.record.title or ""
    if year_of(title) is not None or not may_name_report(title, in_column=False):
        return False
    links = (text for _, _, text in site.snapshot.links_from(page.url) if may_name_report(text, in_column=True))
    return len({year_of(text) for text in links} - {None}) > 1


def _listing(site: Site) -> str:
    """Return the address of the page that lists the reports, where no column was told; else the home page's."""
    pages = [page for page in site.pages.values() if _lists_reports(site, page)]
    return min(pages, key=lambda page: (site.depth(page.url), page.url)).url if pages else site.home


def _year(title: str, shown: str | None) -> int | None:
    """Return the year a report is of: as its title says, else the one before it was published."""
    named, day = year_of(title), day_of(shown)
    return named or (day.year - 1 if day is not None and not re.search(r"20\d\d", title) else None)


def _leads_away(site: Site) -> str:
    """Return in Chinese that reports are linked to elsewhere, or where they could not be read; empty: they are not."""
    words = any_of(lexicon("annual-report")["column_links"])
    portals = [page.url for page in site.pages.values() if page.record.page_kind not in CONTENT_KINDS]
    for url in sorted(portals, key=lambda url: (site.depth(url), url))[:_PORTALS]:
        for target, element, text in site.snapshot.links_from(url):
            known = site.targets.get(target)
            if element not in ("a", "area", "frame") or known is None or not words.search(text):
                continue
            if known.role == "external":
                return f"网站的“{text[:20]}”链接到站外（{target[:80]}）"
            if known.role == "page" and site.reach(target).state in ("unverified", "unasked"):
                return f"“{text[:20]}”链接的页面没有读到"
    return ""


def _is_governments(issuer: str) -> bool:
    """Whether a report is the government's own: its issuer is none, a place, or a place's government."""
    if not issuer:
        return True
    bare = issuer.removesuffix("人民政府").removesuffix("政府")
    return bare.endswith(("省", "市", "县", "区", "旗", "州", "盟")) or issuer.endswith(("管委会", "管理委员会"))


def _belongs(site: Site, one: Seen, name: str) -> bool:
    if site.directory.by_source(one.title) == name:
        return True
    # a report whose title names another unit is not this one's, wherever it stands
    return one.department == name and not (one.issuer and _is_governments(one.issuer))


def _place(site: Site, department: str | None = None) -> Column | None:
    """Return the column of reports a department answers for, else the site's that no single department does."""
    columns = [column for column in site.columns if column.type == "annual-reports"]
    own = [column for column in columns if column.department == department] if department else []
    common = [column for column in columns if column.department is None]
    return min(own or common or columns, key=lambda column: (site.depth(column.url), column.url), default=None)


def _judge(
    site: Site, own: list[Seen], department: str | None, due: date, year: int, place: Column | None,
    result: Result,
) -> None:
    common: dict[str, Any] = {
        "url": place.url if place is not None else site.home if department else _listing(site), "target": str(year),
        "department": department, "locator": department or "",
        "column": place.name if place is not None else None,
    }
    whose = department or "本级政府"
    if not own:
        words = f"没有找到{whose} {year} 年度政府信息公开工作年度报告，应于 {due} 前公布"
        doubt = why_unseen(site, "annual-reports") or _leads_away(site)
        if doubt:
            result.unverified(**common, message=f"{words}，但{doubt}，无法确定")
        else:
            result.fail(**common, message=words)
        return
    if any(not one.days or min(one.days) <= due for one in own):
        return
    first = min(own, key=lambda one: one.days)
    result.fail(
        **common, evidence={"report": first.url, "days": [str(day) for day in first.days]},
        message=f"{cited(first.title)} {first.days[0]} 公布，晚于 {due} 的期限 {(first.days[0] - due).days} 天",
    )
