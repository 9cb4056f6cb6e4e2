"""文件元数据缺失

文件缺少索引号、发文机关、成文日期、发文字号、主题分类等应有的信息。

依据
《政府信息公开条例》第十二条关于目录内容的规定；2021 年临淄区政务公开工作要点“强化‘一类事’政策文件主题分类，
提高分类的精准性和查阅的便捷性”等。要求哪些项目由规则包给出。

判定
规则包点名的项目，文件的信息公开表、正文和页面其他地方都没有的，判为缺失；表中有这一栏而没有填写的，同样判为缺失，并说明
该栏为空。规则包没有点名的项目，同一栏目五份以上的本级文件有八成以上都载明、唯独这一份没有的，也判为缺失；
全站过半数文件都载明、这一份留有这一栏而没有填写的，同样判为缺失。
规则包点名、但本站同类文件多数也没有载明的，提请人工复核；不属规范性文件而没有文号的，也提请复核，除非它是印发的
通知、意见一类公文，同栏目的文件都编有文号，唯独它的发文字号一栏没有填写。“无”、横线一类的字样等于没有填写。

不判定
规则包点名、全站文件却一份也没有载明的，可能另有分类或编目方式，只在说明中提请人工查看。转载的上级和外地文件，新闻、公示、解读等不是文件的信息。公开属性和有效性另有检查。页面或信息公开表由脚本填写、
读不到的，记“未能核实”。

整改
在信息公开表中补齐，并在发布系统中把这些项目设为必填。
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from pydantic import field_validator

import checks.model
from checks.bodies import lines_of, markup_of, tree_of
from checks.documents import is_document, is_repost
from checks.lexicon import any_of, lexicon
from checks.model import Context, Result
from checks.scripted import is_scripted
from checks.site import Site
from checks.titles import cited
from checks.whole import field_told
from crawler.snapshot.reader import Page
from rules.lexicons import document_kinds

_NUMBER, _TOPIC = "发文字号", "主题分类"
# 公文 of these forms are given a number whatever they are on
_NUMBERED = re.compile(r"关于.{2,}的?(?:通知|意见|决定|通报|批复|函)(?:[（(].{1,12}[）)])?$")
# where so many documents were read and none carries a field, the site's own way is a matter for a person
_ENOUGH = 3
_HEAD = 8
# a disclosure table stands within so many lines
_TABLE = 80
_FEW = 2
_MOST = 0.5
# a value of a field
_LONGEST = 60


def _canonical(name: str) -> str | None:
    entries = lexicon("documents")["fields"].items()
    return next((str(known) for known, entry in entries if name == known or name in entry["names"]), None)


class Parameters(checks.model.Parameters):
    """``fields``: what every document must carry, as the pack words it (索引号 发文机关 成文日期 发文字号 主题分类).

    A column's own documents set the custom besides, where at least ``peers_least`` of them were read and
    ``peers_share`` of them (0 to 1) carry a field; ``peers`` false leaves customs alone.
    """

    fields: tuple[str, ...] = ()
    peers: bool = True
    peers_least: int = 5
    peers_share: float = 0.8

    @field_validator("fields")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        found = tuple(_canonical(name) for name in names)
        if None in found:
            known = "、".join(lexicon("documents")["fields"])
            raise ValueError(f"不认识的项目 {names[found.index(None)]}，应为 {known}")
        return tuple(name for name in found if name)


@dataclass
class Custom:
    """How many documents were read of one column, or of the site, how many show each field, how many fill it in."""

    read: int = 0
    carried: Counter[str] = field(default_factory=Counter)
    shown: Counter[str] = field(default_factory=Counter)

    def share(self, name: str) -> float:
        """Return the share of documents that carry a field."""
        return self.carried[name] / self.read if self.read else 0.0


# what a document's page shows of each field: None for no label, empty for a label with nothing behind it
Fields = dict[str, str | None]


@dataclass(frozen=True)
class Documents:
    """A site's own documents with their fields, and what documents carry by column and in the whole."""

    fields: list[tuple[Page, Fields]]
    customs: dict[str, Custom]
    whole: Custom


_READ: WeakKeyDictionary[Site, Documents] = WeakKeyDictionary()


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Judge every document of the site's own organs."""
    result = Result()
    if site not in _READ:
        _READ[site] = _documents(site)
    customs, whole = _READ[site].customs, _READ[site].whole
    for page, fields in _READ[site].fields:
        department = site.department_of(page)
        result.examine(department)
        title = page.record.title or page.record.attributes.document_number or page.url
        common = {"url": page.url, "department": department}
        custom = customs.get(_column(site, page), Custom())
        demanded = _demanded(parameters, custom)
        blank = [name for name, value in fields.items() if value == ""]
        missing = [name for name in demanded if not fields[name]]
        if _TOPIC in missing and _is_filed_under_topic(site, page):
            missing.remove(_TOPIC)
        # what most documents of the site carry, and this one shows and leaves blank, no one need demand
        missing += [
            name for name in blank if parameters.peers and name not in demanded and whole.read >= _ENOUGH
            and whole.share(name) > _MOST and _is_sure(site, page, name, True, custom, whole, parameters)
        ]
        # shown by hardly another document, filled in by none: the form asks for it, and no custom excuses it
        alone = [
            name for name in blank if parameters.peers and name not in (*missing, _NUMBER)
            and whole.shown[name] <= _FEW and not custom.carried[name]
        ]
        if not missing and not alone:
            continue
        missing += alone
        if page.record.script_shell or not (page.record.title or page.text.strip()):
            result.unverified(**common, message=f"文件{cited(title)}由脚本填充，无法判断元数据是否齐全")
            continue
        sure = [
            name for name in missing
            if name not in alone and _is_sure(site, page, name, name in blank, custom, whole, parameters)
        ]
        if not sure and not alone and whole.read >= _ENOUGH and not any(whole.carried[name] for name in missing):
            result.notes.append(
                f"本站文件都没有载明{'、'.join(missing)}，可能另有分类或编目方式，未逐份判断，请人工查看"
            )
            continue
        named = [name for name in sure or missing if not is_scripted(site, page, _attribute(name))]
        if not named:
            result.unverified(
                **common, message=f"文件{cited(title)}的信息公开表由脚本填写，本次未能读取，"
                f"无法判断有无{'、'.join(sure or missing)}",
            )
            continue
        named = [name for name in named if name in blank or not _is_beside(site, page, name)]
        if not named:
            continue
        empty = [name for name in named if name in blank]
        where = f"（{'、'.join(empty)}一栏没有内容）" if empty else ""
        doubt = "" if sure else _doubt(named, custom, whole)
        besides = [name for name in blank if name not in named and not is_scripted(site, page, _attribute(name))]
        beside = f"，{'、'.join(besides)}一栏也没有内容" if besides else ""
        result.fail(
            **common, confidence="certain" if sure else "review",
            message=f"文件{cited(title)}缺少{'、'.join(named)}{where}{beside}{doubt}",
            evidence={
                "title": page.record.title, "missing": missing, "empty": [*empty, *besides],
                "column_documents": custom.read, "has_table": page.record.attributes.has_table,
            },
        )
    return result


def _demanded(parameters: Parameters, custom: Custom) -> list[str]:
    """Return the fields a document must carry: those the pack names, then those its column's documents do."""
    usual = [
        name for name in lexicon("documents")["fields"]
        if parameters.peers and custom.read >= parameters.peers_least and custom.share(name) >= parameters.peers_share
    ]
    return [*parameters.fields, *(name for name in usual if name not in parameters.fields)]


def _is_sure(
    site: Site, page: Page, name: str, blank: bool, custom: Custom, whole: Custom, parameters: Parameters
) -> bool:
    """Whether a missing field is a fault beyond doubt: the label stands empty, or documents like it carry it."""
    if name == _NUMBER and blank and _is_unfilled(page):
        return True
    if name == _NUMBER and not _is_normative(site, page):
        usual = custom.read >= parameters.peers_least and custom.share(name) >= parameters.peers_share
        return usual and blank and bool(_NUMBERED.search(page.record.title or ""))
    return blank or not _is_rare(name, custom, whole)


def _is_filed_under_topic(site: Site, page: Page) -> bool:
    """Whether a page files its document under one of the official topics in a column merely called 分类."""
    if "分类" not in markup_of(site, page):
        return False
    words = lexicon("documents")["topic_under_category"]
    label, value = re.compile(words["label"]), re.compile(words["value"])
    lines = lines_of(tree_of(site, page))
    for at, line in enumerate(lines[:_TABLE]):
        told = label.match(line)
        if told and value.match(line[told.end():].strip() or "".join(lines[at + 1:at + 2])):
            return True
    return False


def _is_unfilled(page: Page) -> bool:
    """Whether a document's number stands over its text with no count in it: 示政发〔2026〕　号."""
    unfilled = any_of([lexicon("documents")["unfilled_number"]])
    return any(unfilled.match(line) for line in page.text.splitlines()[:_HEAD])


def _is_rare(name: str, custom: Custom, whole: Custom) -> bool:
    """Whether most documents of the column, and of the site, do without a field."""
    return max(custom.share(name), whole.share(name)) <= _MOST


def _doubt(names: Sequence[str], custom: Custom, whole: Custom) -> str:
    """Return, for the end of a sentence, why each of some missing fields may be no fault."""
    rare = [name for name in names if _is_rare(name, custom, whole)]
    others = [name for name in names if name not in rare]
    like = "本站同类文件也多未载明" if whole.read > 1 else "本站没有可比的文件"
    reasons = [f"{'、'.join(rare) if others else ''}{like}"] if rare else []
    # of what most documents carry only a number is ever in doubt
    reasons += ["不属规范性文件，是否编有文号不能确定"] if others else []
    return f"，{'；'.join(reasons)}，请复核"


def _is_normative(site: Site, page: Page) -> bool:
    column = site.column_of(page.url)
    named = f"{column.name if column else ''} {page.record.column_name or ''}"
    return bool(any_of(lexicon("documents")["validity"]["normative_columns"]).search(named)) or (
        "行政规范性文件" in document_kinds(page.record.title or "", page.record.attributes.document_number)
    )


def _documents(site: Site) -> Documents:
    own = [page for page in site.documents if is_document(page) and not is_repost(page, site.name)]
    fields = [(page, _fields(page)) for page in own]
    groups: dict[str, list[Fields]] = defaultdict(list)
    for page, shown in fields:
        groups[_column(site, page)].append(shown)
    customs = {name: _custom(group) for name, group in groups.items() if name}
    return Documents(fields, customs, _custom([shown for _, shown in fields]))


def _custom(documents: Sequence[Fields]) -> Custom:
    carried = Counter(name for fields in documents for name, value in fields.items() if value)
    shown = Counter(name for fields in documents for name, value in fields.items() if value is not None)
    return Custom(len(documents), carried, shown)


def _column(site: Site, page: Page) -> str:
    column = site.column_of(page.url)
    return column.url if column is not None else page.record.column_name or ""


def _attribute(name: str) -> str:
    return str(lexicon("documents")["fields"][name]["attribute"])


def _is_beside(site: Site, page: Page, name: str) -> bool:
    """Whether a page tells a field in a place where none was looked for."""
    told = field_told(site, page, _attribute(name), rf"^.{{1,{_LONGEST}}}$")
    nothing = any_of([lexicon("documents")["placeholder"]])
    return bool(told.value) and not told.hidden and not nothing.fullmatch(told.value)


def _fields(page: Page) -> Fields:
    """Return what a page shows of each field; but a mark that there is nothing (—, 无) is as good as empty."""
    nothing = any_of([lexicon("documents")["placeholder"]])
    shown: Fields = {}
    for name, entry in lexicon("documents")["fields"].items():
        value = getattr(page.record.attributes, entry["attribute"])
        text = str(value or "").strip()
        shown[name] = None if value is None else "" if nothing.fullmatch(text) else text
    return shown
