"""文件与解读没有互相链接

文件和它的解读都已发布，但两个页面之间没有链接，读者看了一页找不到另一页。

依据
国办发〔2017〕47 号《政府网站发展指引》关于政策文件与解读关联的要求；国办秘函〔2019〕19 号检查指标“解读关联”
（各地通报称“解读稿未与政策原文双向关联”）。

判定
文件与解读的标题、文号对应得上，文件页面没有通往解读的链接、解读页面也没有通往文件的链接的，判为没有关联。只有
一个方向有链接的，按低等级计，提请人工复核。一份文件有几篇解读的，有一篇互相关联即可；一份文件登在几个栏目的，
有一处互相关联即可。

不判定
只从正文对应得上、标题并不点名的；解读是文件页面的附件，或在外部网站的；对方的内容以同名附件提供的；转载的上级文件；没有解读的（另行判定）。
关联区由脚本填充的，记“未能核实”。

整改
在文件页面设“相关解读”，在解读页面设“相关文件”，发布时互相勾选关联。
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import checks.model
from checks.model import Context, Result
from checks.pairs import Pair, links, names_address, offers, pairs_of, relates_by_script
from checks.site import Site
from checks.titles import cited, document_numbers, key
from crawler.snapshot.reader import Page

# a shorter title is a form of words rather than one document's
_LEAST_TITLE = 10


class Parameters(checks.model.Parameters):
    """``both_ways``: whether a link in one direction alone is told, as a light matter for a person."""

    both_ways: bool = True


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Judge every document that has an interpretation on a page of its own."""
    result = Result()
    found = pairs_of(site, context)
    copies = _copies(pairs[0].document for pairs in found.values())
    for pairs in found.values():
        document = pairs[0].document
        own = [pair for pair in pairs if pair.page is not None and pair.sure]
        if not own or any(pair.page is None for pair in pairs):
            continue
        result.examine(site.department_of(document))
        same = dict.fromkeys(url for identity in _identities(document) for url in copies[identity])
        _judge(site, own, list(same), parameters, result)
    return result


def _identities(document: Page) -> list[tuple[str, ...]]:
    """Return what copies of one document, put up in several columns, have in common: number, title.

    A copy may be typed anew with a number of its own; the interpretation is then of the one as of the other.
    """
    number = document_numbers(document.record.attributes.document_number or "")[:1]
    title = key(document.record.title or "")
    named: list[tuple[str, ...]] = [*number, (title,)] if len(title) >= _LEAST_TITLE else [*number]
    return named or [(document.url,)]


def _copies(documents: Iterable[Page]) -> dict[tuple[str, ...], list[str]]:
    found: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for document in documents:
        for identity in _identities(document):
            found[identity].append(document.url)
    return found


def _judge(site: Site, pairs: list[Pair], copies: list[str], parameters: Parameters, result: Result) -> None:
    document = pairs[0].document
    own = document.record.title or ""
    ways = [
        (
            pair, links(site, document.url, pair.url) or offers(document, pair.title),
            any(links(site, pair.url, copy) for copy in copies) or offers(pair.page, own),
        )
        for pair in pairs
    ]
    if any(onward and back for _, onward, back in ways):
        return
    others = [copy for copy in copies if copy != document.url]
    if any(links(site, copy, pair.url) and links(site, pair.url, copy) for pair in pairs for copy in others):
        return
    pair, onward, back = next((way for way in ways if way[1] or way[2]), ways[0])
    if (onward or back) and not parameters.both_ways:
        return
    title, interpretation = cited(document.record.title or document.url), cited(pair.title or pair.url)
    common = {
        "url": document.url, "target": pair.url, "department": site.department_of(document),
        "evidence": {
            "title": document.record.title, "interpretation": pair.title,
            "document_links": onward, "interpretation_links": back,
        },
    }
    # what opens the other page, or shows it, may be a script or data
    onward = onward or names_address(site, document.url, pair.url)
    back = back or names_address(site, pair.url, document.url)
    if (onward and back) or ((onward or back) and not parameters.both_ways):
        return
    silent = [page for page, way in ((document, onward), (pair.page, back)) if page is not None and not way]
    if any(relates_by_script(site, page) for page in silent):
        result.unverified(**common, message=f"{title}与解读{interpretation}的关联区由脚本填充，无法判断是否互相链接")
    elif onward or back:
        lacking = "解读页面没有链接到文件" if onward else "文件页面没有链接到解读"
        result.fail(
            **common, confidence="review", severity="low",
            message=f"{title}与解读{interpretation}只有单向链接：{lacking}",
        )
    else:
        result.fail(**common, message=f"{title}与解读{interpretation}都已发布，但两个页面没有互相链接")
