"""解读形式单一

政策解读栏目只有文字稿，从来没有图解、音视频、新闻发布会、问答等形式。

依据
2021 年聊城市、临淄区政务公开工作要点“运用图片图表、音频视频、卡通动漫等形式”；2019 年莱芜区、兰陵县要点“政策吹风会、
新闻发布会、媒体互动直播、现场宣讲、评论文章”等形式。认哪些形式由规则包给出。

判定
政策解读栏目有五篇以上（三四篇的提请人工复核）解读，从标题、附件、链接的文件到页面里的图片都看不到规则包所列的任何一种形式，同一单位的其他
栏目里也没有的，判为形式单一。有的解读页面没有读到、可能另有形式的，别处的图解看不出属于
哪个单位的，部门、乡镇的解读另设栏目而图解等形式只见于政府解读的栏目的，或者本单位另有访谈、新闻发布会，看不出
讲的是哪项政策的，提请人工复核。条款列举的形式里没有问答，而除文字稿外只有正文以问答写成、题目并不叫问答的，也提请人工复核。

不判定
解读不足三篇的栏目，以及名为“文字解读”的栏目。同一单位另有图解、视频栏目的，另有访谈、发布会解读政策的。解读附有图片、
视频文件的（二维码、徽标等模板图片不算）；条款列举了问答，解读正文以问答写成的。列表由脚本填充、有分页未能读取的，记“未能核实”。

整改
对群众和企业关心的政策，同步制作图解、短视频或者问答。
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from weakref import WeakKeyDictionary

from pydantic import field_validator

import checks.model
from checks.columns import Column
from checks.lexicon import lexicon
from checks.model import Context, Result
from checks.pictures import own_media, plays
from checks.site import Site
from crawler.snapshot.reader import Page
from crawler.urls import suffix_of

# a text of so many questions and answers is one
# where so great a share of the pages have a player it belongs to their template
_MOST = 0.9
_QUESTION, _QUESTIONS = re.compile(r"^\W{0,3}(?:\d{1,2}[.、．])?(?:问|Q\d{0,2})\s*[：:]", re.MULTILINE), 3


# an interview or a press conference is an interpretation where it is on a policy
_TALKS = {"访谈宣讲": "访谈", "新闻发布会": "新闻发布会"}
# the document's name may hold the words of a form: 《…网络直播管理办法》解读, 公共安全视频系统管理办法解读
_NAME = re.compile(
    r"《([^《》]*)》|([^，,：:｜|【】！!\s]{4,60}(?:办法|规定|细则|条例|规划|方案|意见|措施|标准|制度))(?=的?(?:政策|文件)?解读)"
)
_POLICY = re.compile(r"解读|政策|《|办法|规定|条例|细则|方案|措施|意见|规划|标准|制度")
# a text that is written as questions and answers is a text too, unless the clause asks for those
_ANSWERS, _WRITTEN, _BY_WHOM = "问答", "问答体", "专家解读"
# which forms besides text each column shows, by address: the same for all clauses
_SEEN: WeakKeyDictionary[Site, dict[str, frozenset[str]]] = WeakKeyDictionary()


@lru_cache(maxsize=256)
def _asked(word: str) -> tuple[str, ...]:
    entries = lexicon("interpretation_quality")["forms"].items()
    return tuple(str(name) for name, entry in entries if any(sign in word for sign in entry["asked"]))


class Parameters(checks.model.Parameters):
    """``forms``: the forms the pack names, any of which will do; all known ones where empty.

    ``least``: how many interpretations a column must have to be judged; ``few``: how many for a person to look at it.
    """

    forms: tuple[str, ...] = ()
    least: int = 5
    few: int = 3

    @field_validator("forms")
    @classmethod
    def _known(cls, forms: tuple[str, ...]) -> tuple[str, ...]:
        for form in forms:
            if not _asked(form):
                known = "、".join(lexicon("interpretation_quality")["forms"])
                raise ValueError(f"不认识的解读形式 {form}，应含 {known} 的字样")
        return forms


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Judge every column of interpretations."""
    result = Result()
    elsewhere = _elsewhere(site)
    seen = _SEEN.setdefault(site, {})
    for column in site.interpretations.columns():
        few = len(column.items) < parameters.few and not column.script_filled
        if few or "文字" in column.name:
            continue
        result.examine(column.department)
        common = {"url": column.url, "column": column.name, "department": column.department}
        if column.url not in seen:
            plays = {"音频视频"} if _plays(site, column) else set()
            around = elsewhere.named(column) if _is_of_units(column) else elsewhere.of(column)
            seen[column.url] = frozenset(_shown(site, column) | around | plays)
        talks = elsewhere.talks.get(column.department, set()) | elsewhere.talks.get(None, set())
        written = bool(seen[column.url]) and seen[column.url] <= _as_articles(parameters)
        unknown = column.script_filled or not column.complete
        if seen[column.url] and (not written or unknown):
            continue
        unread = sum(site.page_of(item.href) is None for item in column.items)
        names = "、".join(parameters.forms) or "、".join(lexicon("interpretation_quality")["forms"])
        evidence = {"items": len(column.items), "unread": unread, "forms": list(parameters.forms)}
        if unknown:
            why = "列表由脚本填充" if column.script_filled else "有分页未能读取"
            result.unverified(**common, evidence=evidence, message=f"“{column.name}”栏目{why}，无法判断解读形式")
        else:
            doubt = f"（其中 {unread} 篇的页面没有读到，请复核）" if unread else ""
            named = "、".join(_TALKS[form] for form in sorted(talks, reverse=True))
            doubt = doubt or (f"（另有{named}栏目，请核对{named}是否解读政策）" if talks else "")
            doubt = doubt or ("（有的以问答写成，或者由专家、负责人解读，也是文字，请复核）" if written else "")
            others = elsewhere.pages.get(None)
            if others and column.department is not None:
                doubt = doubt or "（另有解读用了图解等形式而看不出属于哪个单位，请复核）"
            elif others:
                doubt = doubt or "（图解等形式只见于别的栏目，请核对是否也解读了这些单位的政策）"
            doubt = doubt or ("（篇数不多，请复核）" if len(column.items) < parameters.least else "")
            result.fail(
                **common, evidence=evidence, confidence="review" if doubt else "certain",
                message=f"“{column.name}”栏目的 {len(column.items)} 篇解读都是文字稿，没有{names}等形式{doubt}",
            )
    return result


def _is_of_units(column: Column) -> bool:
    """Whether a column holds the interpretations of units below the government, whose own stand in another."""
    units = lexicon("interpretation_quality")["units"]
    return column.department is None and re.search(units, column.name) is not None


def _as_articles(parameters: Parameters) -> set[str]:
    """Return the forms that are articles all the same, of those the pack does not ask for."""
    asked = {form for word in parameters.forms for form in _asked(word)}
    if not parameters.forms:
        return set()
    return ({_BY_WHOM} - asked) | (set() if _ANSWERS in asked else {_WRITTEN})


def _shown(site: Site, column: Column) -> set[str]:
    """Return the forms a column's interpretations take besides text: by titles, files, pictures."""
    found: set[str] = set()
    for item in column.items:
        page = site.page_of(item.href) if item.href else None
        titles = [item.title, page.record.title or "" if page is not None else ""]
        addresses = [item.href]
        if page is not None:
            titles += [link.title for link in page.record.attachments]
            titles += [link.title for link in page.record.related]
            addresses += [link.href for link in page.record.attachments]
        found |= {form for title in titles for form in forms_named(title)}
        found |= {form for address in addresses for form in _forms_of_file(address)}
        if page is not None:
            found |= _forms_within(site, page)
    return found


def _plays(site: Site, column: Column) -> bool:
    """Whether some of a column's interpretations play a film; a player that nearly all have is the template's."""
    pages = [page for item in column.items if item.href and (page := site.page_of(item.href)) is not None]
    playing = sum(plays(site, page) for page in pages)
    return 0 < playing < max(2, _MOST * len(pages))


def forms_named(title: str) -> set[str]:
    """Return the forms a title or a column's name speaks of."""
    entries = lexicon("interpretation_quality")["forms"].items()
    return {str(name) for name, entry in entries if re.search(entry["title"], _without_names(title, entry["title"]))}


def _without_names(title: str, form: str) -> str:
    """Return a title without the names of documents in it; one that itself begins with the form's words stays."""
    return _NAME.sub(lambda found: found[0] if re.match(form, found[1] or found[2]) else "", title)


def _forms_of_file(address: str) -> set[str]:
    suffix = suffix_of(address) if address.startswith("http") else ""
    return {
        str(name) for name, entry in lexicon("interpretation_quality")["forms"].items() if suffix in entry["suffix"]
    }


def _forms_within(site: Site, page: Page) -> set[str]:
    """Return the forms of what a page itself holds: its own pictures, videos and frames."""
    found = {"图表图解" if kind == "picture" else "音频视频" for kind, _ in own_media(site, page)}
    if len(_QUESTION.findall(page.text)) >= _QUESTIONS:
        found.add(_WRITTEN)
    return found


@dataclass
class Elsewhere:
    """The forms named by columns, and by interpretations, of each department (None: nobody's in particular).

    ``talks``: the interviews and press conferences, by department, that name no policy they are on.
    """

    columns: dict[str | None, dict[str, set[str]]]
    pages: dict[str | None, set[str]]
    talks: dict[str | None, set[str]]

    def of(self, column: Column) -> set[str]:
        """Return the forms a column's department takes outside it, as far as they are known to be its own."""
        return self.named(column) | self.pages.get(column.department, set())

    def named(self, column: Column) -> set[str]:
        """Return the forms that other columns of a column's department are named after."""
        others = self.columns.get(column.department, {}).items()
        return {form for url, named in others if url != column.url for form in named}


def _elsewhere(site: Site) -> Elsewhere:
    found = Elsewhere(defaultdict(dict), defaultdict(set), defaultdict(set))
    for column in site.columns:
        # 视频新闻, 图片新闻 are news, no interpretations
        if column.items and column.type != "news" and (forms := forms_named(column.name)):
            if forms <= _TALKS.keys() and not any(_POLICY.search(item.title) for item in column.items):
                found.talks[column.department] |= forms
            else:
                found.columns[column.department][column.url] = forms
    for page in site.interpretations.pages:
        title = page.record.title or ""
        forms = forms_named(f"{title} {page.record.column_name or ''}")
        if forms <= _TALKS.keys() and not _POLICY.search(title):
            found.talks[site.department_of(page)] |= forms
        else:
            found.pages[site.department_of(page)] |= forms
    return found
