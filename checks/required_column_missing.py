"""应设栏目没有设置

规则包要求设置的栏目，在网站上找不到。

依据
各地政务公开工作要点关于设立、完善栏目的要求；《政府信息公开条例》第十二条、第二十条；国办秘函〔2019〕19 号检查指标。
栏目名称、同义说法和由谁代替，由规则包和 rules/lexicons/subjects.yaml 给出。

判定
全站的栏目名称、页面标签和导航位置里的栏目名，以及导航、页面中指向栏目的链接文字里，都没有要求的栏目（或其同义说法），
判为没有设置。条款写明设立、建好某个栏目、专栏或平台的，直接判定；条款只要求有某种渠道、入口，或者只要求公开某类信息的，
一律提请人工复核。

不判定
条款举例列出的几种渠道（市民热线、电视问政、网友留言等），有其中一种即可。名称多几个字的（县政府公报、政务公开指南），算
已设置；同类的栏目（各种信箱之于互动交流、各种征集之于意见征集，公开了三件以上来信和答复的信箱之于来信选登）算已设置；没有单设重点领域栏目而分设了财政、社会救助、教育等
四类以上的，算已设置；链接到本站以外平台（政务服务网、公共资源交易平台）的，算已设置。只要求公开信息的条款，有标题含该名称或这类信息常用字样（见词表）的
信息，即使没有这样的栏目也算做到；要求设栏目、有渠道的条款，
文章标题里提到名称的不算设置，但提请人工复核。名称相近、可能是同一栏目的，首页以文字提到而没有链接的，或者首页有不带文字、通向未读页面
的图片链接的，提请人工复核。有入口而打不开
的，首页由脚本填充、抓取没有完成的，记“未能核实”。

整改
设置栏目并发布内容，或者在首页、政务公开页面提供明确入口。
"""

from __future__ import annotations

from typing import Any, Literal

import checks.model
from checks.bodies import lines_of, tree_of
from checks.lexicon import lexicon
from checks.model import Context, Result
from checks.site import CONTENT_KINDS, Site
from checks.subjects import Named, alternatives, library_of, name_index, shown, words_of, written
from checks.titles import key

# an article's link may begin with a column's name; only words hardly longer than the name are the column's
_ARTICLE_SLACK = 3
_CANDIDATES = 3
_NAME = 12


class Parameters(checks.model.Parameters):
    """``columns``: names of the columns demanded, each with its alternatives (``甲|乙``).

    ``demand``: what the clause asks for: a ``column`` by these names, an ``entry`` to such a thing, or
    ``information`` of that kind, wherever it stands. Only the first can be missing beyond doubt.
    """

    columns: tuple[str, ...]
    demand: Literal["column", "entry", "information"] = "entry"


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Look for every column demanded."""
    result = Result()
    if not site.pages:
        return result
    doubt = _doubt(site)
    for subject in parameters.columns:
        result.examine(None)
        _judge(site, subject, parameters.demand, doubt, result)
    return result


def _judge(site: Site, subject: str, demand: str, doubt: str | None, result: Result) -> None:
    wanted = alternatives(subject)
    unopened: Named | None = None
    for one in wanted:
        for named in name_index(site).called(one):
            if not _names(site, named, one):
                continue
            if named.url is None or _opens(site, named.url):
                return
            unopened = unopened or named
    published = _published(site, wanted)
    if _of_its_type(site, wanted) or _in_parts(site, wanted) or _shows_replies(site, wanted):
        return
    if demand == "information" and (published or _published(site, _signs(subject))):
        return
    name = shown(subject)
    common: dict[str, Any] = {
        "url": site.home, "target": name, "evidence": {"alternatives": subject.split("|")},
    }
    if unopened is not None:
        result.unverified(**common, message=f"“{name}”栏目有入口 {unopened.url}，但没有打开，无法确认是否设置")
    elif doubt:
        result.unverified(**common, message=f"没有找到“{name}”栏目，但{doubt}，无法确定")
    else:
        alike = _alike(site, subject)
        more = "，也没有这方面的信息" if demand == "information" else ""
        words = f"没有找到“{name}”栏目：全站 {len(site.columns)} 个栏目的名称和导航、链接文字里都没有{more}"
        if alike:
            words += f"，相近的有“{'”“'.join(alike)}”"
        if published:
            words += "，有标题含这个名称的信息而没有单独的栏目"
        sure = demand == "column" and not alike and not published and not _nameless(site)
        result.fail(
            **common, confidence="certain" if sure else "review", message=words if sure else f"{words}，请人工核对"
        )


def _nameless(site: Site) -> bool:
    """Whether the home page has links without words to what was not read: any of them may be the column."""
    return any(
        element in ("a", "area") and not words.strip() and site.page_of(target) is None
        for target, element, words in site.snapshot.links_from(site.page_address(site.home))
    )


def _of_its_type(site: Site, wanted: tuple[str, ...]) -> bool:
    """Whether the site has a column of the type that does what is demanded, whatever it is called."""
    types = {kind for kind, names in lexicon("subjects")["types"].items() if set(map(key, names)) & set(wanted)}
    return any(column.type in types for column in site.columns)


def _shows_replies(site: Site, wanted: tuple[str, ...]) -> bool:
    """Whether what is demanded are letters made public with their replies, and the site's mailboxes show such."""
    words = lexicon("subjects")["replied_letters"]
    if not set(map(key, words["columns"])) & set(wanted):
        return False
    least: int = words["least"]
    return sum(bool(entry.letter.reply) for entry in site.letters) >= least


def _signs(subject: str) -> tuple[str, ...]:
    """Return what titles hold that are information of the kind a subject asks for, by its first alternative."""
    signs = {key(name): words for name, words in lexicon("subjects")["signs"].items()}
    return tuple("&".join(map(key, one.split("&"))) for one in signs.get(written(subject)[0], ()))


def _in_parts(site: Site, wanted: tuple[str, ...]) -> bool:
    """Whether the site has, for what is demanded as a whole, columns of enough of its parts."""
    parts = lexicon("subjects")["parts"]
    for whole, names in parts["columns"].items():
        if key(whole) in wanted:
            index = name_index(site)
            there = [
                any(named.url is not None and _opens(site, named.url) and not _is_article(site, named.url)
                    for one in alternatives(name) for named in index.called(one))
                for name in names
            ]
            if sum(there) >= parts["least"]:
                return True
    return False


def _published(site: Site, wanted: tuple[str, ...]) -> bool:
    library = library_of(site)
    return any(
        not library.entries[number].demand
        for one in wanted for number in frozenset.intersection(*map(library.titles.holding, words_of(one)))
    )


def _names(site: Site, named: Named, alternative: str) -> bool:
    page = site.page_of(named.url) if named.url else None
    if page is not None and page.record.page_kind in CONTENT_KINDS:
        return len(named.name) <= len(alternative) + _ARTICLE_SLACK
    return True


def _is_article(site: Site, url: str) -> bool:
    page = site.page_of(url)
    return page is not None and page.record.page_kind in CONTENT_KINDS


def _opens(site: Site, url: str) -> bool:
    target = site.targets.get(url)
    if target is None or target.role == "external":
        return target is not None and site.reach(url).state != "dead"
    return site.reach(url).state == "alive"


def _alike(site: Site, subject: str) -> list[str]:
    """Return what on the site may be the column by another name: two characters in common, or named in words."""
    own = [word for one in written(subject) for word in words_of(one)]
    wanted = {one[start:start + 2] for one in own for start in range(len(one) - 1)}
    wanted -= set(lexicon("subjects")["common_pairs"])
    named = {name for pair in wanted for name in name_index(site).holding(pair) if len(name) <= _NAME}
    home = site.page_of(site.home)
    for line in lines_of(tree_of(site, home)) if home is not None else ():
        plain = key(line)
        if any(one in plain for one in own):
            named.add(plain[:_NAME])
    return sorted(named, key=lambda name: (-sum(pair in name for pair in wanted), len(name), name))[:_CANDIDATES]


def _doubt(site: Site) -> str | None:
    home = site.page_of(site.home)
    if home is None:
        return "首页没有读到"
    if home.record.script_shell:
        return "首页由脚本填充"
    return "抓取没有完成" if site.snapshot.pending() else None
