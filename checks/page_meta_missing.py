"""网页标签缺失

页面的源代码里没有规定的网页标签，或者标签的值是空的。

依据
国办发〔2017〕47 号《政府网站发展指引》附件“网页标签”：站点标签 SiteName、SiteDomain、SiteIDCode，栏目标签
ColumnName、ColumnDescription、ColumnKeywords、ColumnType，内容页标签 ArticleTitle、PubDate、ContentSource 为必选。

判定
首页应有站点标签，栏目页另有栏目标签，内容页再加内容页标签；缺少或值为空的判为缺失，一页记一个问题，列出所缺
标签。同一类页面（五页以上）的模板都没有某个标签的，不逐页重复，只在离首页最近的一页记一个问题，写明涉及多少页。
全站栏目都没有 ColumnDescription、ColumnKeywords 的，同样只记一个问题，提请复核。
名称不分大小写，重复的标签取有值的一个。PubDate 读不出日期的，同样判为缺失。
格式偏差只作提示（提示级，不扣分，提请复核）：PubDate 不是“YYYY-MM-DD HH:MM”（带秒的、以附件印本所用长横线分隔的
不算偏差），首页的 SiteIDCode 不是 10 位、
SiteDomain 带有协议或斜线。五个以上页面有同样偏差的，是模板的问题，只提示一次。

不判定
来信等互动应用的页面、只汇集下级栏目的导航页，只看站点标签；单篇栏目不要求内容页标签。错误页、
没有文件头的片段、嵌入框架里的页面、栏目列表的后续分页，以及判不出类别的页面。由脚本生成的空壳页，
标签可能由脚本写入，记“未能核实”。Keywords、Description 等可选标签。

整改
在页面模板的 <head> 中补上标签，并由发布系统填入真实的值。
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import checks.model
from checks.lexicon import lexicon
from checks.model import Context, Result
from checks.site import CONTENT_KINDS, Site
from crawler.snapshot.reader import Page

_INDEX = re.compile(r"/(?:(?:index|default|list)\w*\.\w+)?$", re.IGNORECASE)
# more pages than this deviating alike: it is the template that does
_ALIKE = 5
# a tag that no more of a kind of page carry than this share is not in that kind's template
_HARDLY = 0.1
_MARKUP = re.compile(r"<[a-zA-Z/]")


class Parameters(checks.model.Parameters):
    """``fields``: the tags demanded, each of the pages its level asks for; ``formats``: whether to tell deviations."""

    fields: tuple[str, ...] = (
        "SiteName", "SiteDomain", "SiteIDCode", "ColumnName", "ColumnType", "ArticleTitle", "PubDate", "ContentSource",
    )
    formats: bool = True


@dataclass(frozen=True)
class Judged:
    """A page with the tags demanded of it, those it lacks, and whether its PubDate is no date."""

    page: Page
    required: tuple[str, ...]
    missing: tuple[str, ...]
    unread: bool


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Judge the home page, every column's first page and every page of content."""
    result = Result()
    judged = list(_judged(site, parameters))
    never = _never_carried(judged)
    hardly = _lesser_never_carried(judged)
    deviating: dict[tuple[str, ...], list[tuple[Page, list[str]]]] = defaultdict(list)
    templates: dict[tuple[str, ...], list[Judged]] = defaultdict(list)
    for one in judged:
        page = one.page
        common = {"url": page.url, "department": site.department_of(page)}
        result.examine(common["department"])
        if (one.missing or one.unread) and page.record.script_shell:
            result.unverified(**common, message="页面由脚本生成，网页标签可能由脚本写入，无法判断")
        elif one.unread or set(one.missing) - never[one.required] - hardly:
            result.fail(**common, message=_message(one), evidence=_evidence(one))
        elif one.missing:
            templates[one.required].append(one)
        elif parameters.formats and (faults := _deviations(page, list(one.required))):
            deviating[tuple(name for name, _ in faults)].append((page, [words for _, words in faults]))
    for alike in templates.values():
        _tell_template(site, alike, hardly, result)
    for pages in deviating.values():
        _tell_deviations(site, pages, result)
    return result


def _judged(site: Site, parameters: Parameters) -> Iterator[Judged]:
    further = {page.url for column in site.columns for page in column.pages[1:]}
    framed = {url for url, holder in site.holders.items() if holder.element == "frame"}
    lists = {page.url for column in site.columns for page in column.pages}
    for page in site.pages.values():
        if page.url in further or page.url in framed or page.record.missing_tags is None:
            continue
        required = tuple(name for name in _required(site, page, lists) if name in parameters.fields)
        if required:
            missing = tuple(name for name in required if not _value(page, name))
            unread = "PubDate" in required and "PubDate" not in missing and page.record.published_tag is None
            yield Judged(page, required, missing, unread)


def _never_carried(judged: list[Judged]) -> dict[tuple[str, ...], set[str]]:
    """Return, by what is demanded of a kind of page, the tags that hardly a page of that kind carries."""
    kinds: dict[tuple[str, ...], list[Judged]] = defaultdict(list)
    for one in judged:
        kinds[one.required].append(one)
    return {
        required: {
            name for name in required
            if len(pages) > _ALIKE and sum(name not in one.missing for one in pages) <= _HARDLY * len(pages)
        }
        for required, pages in kinds.items()
    }


def _lesser_never_carried(judged: list[Judged]) -> set[str]:
    """Return the tags that describe a column (ColumnDescription) which no column of the site carries."""
    columns = [one for one in judged if set(one.required) & set(lexicon("documents")["tags"]["column_page"])]
    return {
        name for name in lexicon("documents")["tags"]["column_page"]
        if all(name in one.missing for one in columns if name in one.required)
    }


def _tell_template(site: Site, alike: list[Judged], lesser: set[str], result: Result) -> None:
    """Tell once, of the page nearest the home page, what the template of a kind of page lacks."""
    first = min(alike, key=lambda one: (site.depth(one.page.url), one.page.url))
    result.fail(
        url=first.page.url, department=site.department_of(first.page),
        confidence="certain" if set(first.missing) - lesser else "review",
        message=f"{_message(first)}；本站这类页面的模板都是如此，共 {len(alike)} 页",
        evidence={**_evidence(first), "pages": len(alike), "examples": [one.page.url for one in alike[:20]]},
    )


def _evidence(one: Judged) -> dict[str, Any]:
    return {
        "missing": list(one.missing), "required": list(one.required), "pubdate": _value(one.page, "PubDate") or None,
    }


def _tell_deviations(site: Site, pages: list[tuple[Page, list[str]]], result: Result) -> None:
    """Tell deviations page by page; where many pages deviate alike, the template does: once, nearest the home page."""
    pages = sorted(pages, key=lambda entry: (site.depth(entry[0].url), entry[0].url))
    spread = f"，共有 {len(pages)} 个页面如此" if len(pages) > _ALIKE else ""
    for page, faults in pages[:1] if spread else pages:
        result.fail(
            url=page.url, department=site.department_of(page), confidence="review", severity="info",
            message=f"网页标签格式与规定不一致：{'；'.join(faults)}{spread}",
            evidence={"deviations": faults, "pages": len(pages)},
        )


def _required(site: Site, page: Page, lists: set[str]) -> list[str]:
    """Return the tags a page's level asks for; letters are an application's pages and carry the site's alone."""
    tags = lexicon("documents")["tags"]
    kind = page.record.page_kind
    if kind == "letter" or kind == "home" or site.is_start(page.url):
        return list(tags["site"])
    if kind == "column":
        return [*tags["site"], *tags["column"], *tags["column_page"]] if page.url in lists else list(tags["site"])
    if kind in CONTENT_KINDS:
        # a column of one page shows its content at the column's own address
        own = [] if names_index(page.url) else tags["article"]
        return [*tags["site"], *tags["column"], *own]
    return []


def names_index(url: str) -> bool:
    """Whether an address is a folder's or its index file's, as a column's is."""
    return bool(_INDEX.search(urlsplit(url).path))


def _value(page: Page, name: str) -> str:
    return page.record.meta.get(name.lower(), "").strip()


def _message(one: Judged) -> str:
    empty = [name for name in one.missing if name.lower() in one.page.record.meta]
    absent = [name for name in one.missing if name not in empty]
    parts = [f"没有 {'、'.join(absent)}"] if absent else []
    parts += [f"{'、'.join(empty)} 的值为空"] if empty else []
    parts += [f"PubDate 的值“{_value(one.page, 'PubDate')[:30]}”不是日期"] if one.unread else []
    return f"网页标签不全，应有 {len(one.required)} 个：{'；'.join(parts)}"


def _deviations(page: Page, required: list[str]) -> list[tuple[str, str]]:
    """Return the tags whose format is not as prescribed, each with what is wrong in words."""
    faults = []
    if required == lexicon("documents")["tags"]["site"] and page.record.page_kind == "home":
        code, domain = _value(page, "SiteIDCode"), _value(page, "SiteDomain")
        if not re.match(lexicon("documents")["site_id_code"], code):
            faults.append(("SiteIDCode", f"SiteIDCode“{code[:30]}”不是 10 位标识码"))
        if "/" in domain or ":" in domain:
            faults.append(("SiteDomain", f"SiteDomain“{domain[:60]}”应只写域名"))
    if "PubDate" in required and not re.match(lexicon("documents")["published"], _value(page, "PubDate")):
        faults.append(("PubDate", f"PubDate“{_value(page, 'PubDate')[:30]}”应写作 YYYY-MM-DD HH:MM"))
    if "ArticleTitle" in required and _MARKUP.search(_value(page, "ArticleTitle")):
        faults.append(("ArticleTitle", "ArticleTitle 里夹有网页代码"))
    return faults
