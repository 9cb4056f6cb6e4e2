"""决策事项目录没有公布

当年的重大行政决策事项目录没有公布，或者目录没有列明规则包要求的要素。

依据
《重大行政决策程序暂行条例》第三条“决策事项目录、标准经同级党委同意后向社会公布”；2019 年莱芜区、兰陵县政务公开
工作要点“主动公开年度重大决策事项目录，明确决策事项、承办部门、决策时间、公众参与方式”，2021 年临淄区、聊城市要点
同类要求。

判定
全站的信息、栏目列表和附件里，都没有标题为“某年度重大行政决策事项目录（清单）”的，判为没有公布；找到目录而它的表头、
正文和页面其他地方都没有规则包要求的要素，判为要素不全；表外提到而看不出是不是对各事项写明的，提请人工复核。按部门要求的，对配置中列出的每个部门（乡镇、街道除外）查找。

不判定
标题没有年份的，按正文所写年份或者发布年份认定；目录是附件的，看附件；只在链接中见到标题的，视为已公布。标题写明是上级政府的目录的，不算本级的目录，提请人工复核；页面只写着正在编制的，不算目录。写明当年没有决策事项的，是公布了目录，不再要求要素。目录的附件没有
读到、只是图片的，不判要素。三月底前当年目录可能尚未公布，重大决策栏目由脚本填充、没有打开或没有读全的，记“未能核实”。部门当年可能确无重大决策事项，因此部门的问题都提请
人工复核；各部门都没有的，合并为一个问题。

整改
公布当年目录，逐项列明事项、承办部门、时间和公众参与方式。
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Literal

import checks.model
from checks.decisions import Catalogue, catalogues
from checks.lexicon import any_of, lexicon
from checks.model import Context, Result
from checks.organs import is_outside
from checks.site import Site
from checks.titles import cited
from checks.unread import unread_column, why_unseen
from checks.whole import Whole, whole_of

# the clauses speak of governments and their departments
_HEAD = re.compile(r"20\d\d|二[〇○零]|关于|重大")
_KIND = re.compile(r"[省市州县区旗](?=人民政府|政府|委)")
_LEVELS = {"省": 1, "州": 2, "市": 2, "县": 3, "区": 3, "旗": 3}
_LONGEST_PROMISE = 80
_LOWEST = re.compile(r"(?:镇|乡|街道)(?:人民政府|政府|办事处|党政办公室)?$")

_SHOWN = 30


class Parameters(checks.model.Parameters):
    """Whose catalogue must be there and what it must tell.

    ``per``: one for the site, or one for each configured department; ``fields``: particulars of the items.
    """

    per: Literal["site", "department"] = "site"
    fields: tuple[str, ...] = ()


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Look for the plan year's catalogues."""
    result = Result()
    if not site.pages:
        return result
    year = str(context.plan_year)
    every = catalogues(site)
    known = [one for one in every if not _is_of_above(site, one.title)]
    above = next((one for one in every if one not in known and year in one.years), None)
    if parameters.per == "site":
        result.examine(None)
        own = [one for one in known if year in one.years]
        _judge(site, own, None, parameters, context, result, f"，只有{cited(above.title)}" if above is not None else "")
        return result
    owned = {
        department: [
            one for one in known
            if year in one.years and department in (one.department, site.directory.by_source(one.title))
        ]
        for department in site.directory.names if not _LOWEST.search(department)
    }
    if owned and not any(owned.values()):
        result.examine(None)
        result.fail(
            url=site.home, target=year, locator="departments", confidence="review",
            message=f"没有找到各部门的 {year} 年度重大行政决策事项目录：配置的 {len(owned)} 个部门都没有，"
            "请核对是否确无决策事项",
        )
        return result
    for department, own in owned.items():
        result.examine(department)
        _judge(site, own, department, parameters, context, result)
    return result


def _judge(
    site: Site, found: list[Catalogue], department: str | None, parameters: Parameters, context: Context,
    result: Result, above: str = "",
) -> None:
    """Judge the site's or a department's; ``above`` says, for the end of a sentence, whose else there is."""
    year = context.plan_year
    common: dict[str, Any] = {
        "url": site.home, "target": str(year), "department": department,
        "locator": department or "",
    }
    whose = department or "本级"
    promised = [one for one in found if _is_promise(one)]
    found = [one for one in found if one not in promised]
    if not found:
        words = f"没有找到{whose} {year} 年度重大行政决策事项目录"
        if promised:
            words += f"（{cited(promised[0].title)}只写明正在编制，没有内容）"
        doubt = _doubt(site, context)
        if doubt and not promised:
            result.unverified(**common, message=f"{words}，但{doubt}，无法确定")
        else:
            hint = f"，但{doubt}，请核对" if doubt else f"{above}，请核对" if above else ""
            hint = "，请核对是否确无决策事项" if department else hint
            result.fail(
                **common, confidence="review" if hint else "certain",
                message=f"{words}：全站信息、栏目列表和附件标题都没有{hint}",
            )
        return
    told = [one for one in found if one.readable and not one.empty]
    if all(one.empty for one in found):
        return
    lacking = [_lacking(one, parameters.fields) for one in told]
    best = min(lacking, key=len, default=None)
    if best:
        shown = next(one for one in told if _lacking(one, parameters.fields) == best)
        beside = _beside_items(site, shown)
        best = [name for name in best if not _said(beside, "stated_for_all", name)]
        if not best:
            return
        trace = next(filter(None, (_said(beside, "perhaps_for_all", name) for name in best)), "")
        result.fail(
            **common, evidence={"catalogue": shown.url, "missing": best}, confidence="review" if trace else "certain",
            message=f"{cited(shown.title)}没有列明{'、'.join(best)}"
            + (f"，表外写有“{trace[:_SHOWN]}”，请核对" if trace else ""),
        )
    elif best is None and parameters.fields:
        unread = next(one for one in found if not one.empty)
        result.unverified(
            **common, evidence={"catalogue": unread.url},
            message=f"{cited(unread.title)}读不出内容（{unread.unread_because}），"
            f"无法确认是否列明{'、'.join(parameters.fields)}",
        )


def _is_of_above(site: Site, title: str) -> bool:
    """Whether a catalogue is the province's or the city's above the site's own government, passed on here."""
    issuer = _HEAD.split(title, maxsplit=1)[0].strip("《 ")
    levels = [_LEVELS.get(found[-1]) if (found := _KIND.findall(name)) else None for name in (issuer, site.name)]
    return levels[0] is not None and levels[1] is not None and levels[0] < levels[1] and (
        is_outside(issuer, None, site.name)
    )


def _is_promise(catalogue: Catalogue) -> bool:
    """Whether a page titled like a catalogue says only that there will be one (正在编制、敬请期待)."""
    said = "".join(catalogue.lines).replace(catalogue.title, "")
    coming = any_of(lexicon("decisions")["coming"]).search(said)
    if catalogue.items or catalogue.empty or catalogue.page is None:
        return False
    return coming is not None and len(said) <= _LONGEST_PROMISE


def _lacking(catalogue: Catalogue, fields: tuple[str, ...]) -> list[str]:
    known = lexicon("decisions")["fields"]
    return [name for name in fields if not any_of(known.get(name, [name])).search(catalogue.told)]


def _beside_items(site: Site, catalogue: Catalogue) -> list[str]:
    """Return what a catalogue and its page say beside the rows of the items: it may hold for all of them."""
    whole = whole_of(site, catalogue.page) if catalogue.page is not None else Whole()
    lines = (*catalogue.lines, *whole.shown, *whole.hidden)
    return [line for line in dict.fromkeys(map(str.strip, lines)) if line not in catalogue.told]


def _said(lines: list[str], how: str, name: str) -> str:
    """Return what some lines say of a field, by a lexicon of how it may be said; empty for nothing."""
    words = lexicon("decisions")[how].get(name)
    if not words:
        return ""
    found = (any_of(words).search(line) for line in lines)
    return next((match.string[match.start():] for match in found if match), "")


def _doubt(site: Site, context: Context) -> str | None:
    if context.as_of <= date(context.plan_year, 3, 31):
        return "年初目录可能尚未公布"
    return why_unseen(site, "decisions") or unread_column(site, "decisions")
