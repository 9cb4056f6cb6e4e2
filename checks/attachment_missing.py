"""附件缺失

正文写明有附件，页面上却没有：既没有附件链接，附件内容也没有附在文后。

依据
《政府信息公开条例》第六条“行政机关应当及时、准确地公开政府信息”、第二十四条关于查阅、下载的要求：附件是文件的
组成部分，只公开正文不算完整公开。

判定
正文以“附件：名称”“附件1：名称”“附：名称”的形式列出了附件，而页面没有任何可下载的文件、没有名称对应的链接、没有嵌入
的文档，文后也没有附件内容（文字或表格）的，判为附件缺失。正文只写“见附件”“填写附件表格”而没有列出名称的，
列有几个附件而页面只有其中一部分、读过的附件里也没有其余的，文后的表格少于所列附件的，正文之外的一块像是附件而看不真切的，
提请人工复核。

不判定
模板自带的“附件：”“附件下载：”“相关附件”标题，后面没有名称的；写明附件从略、另发、不公开的；附件正文接在文后的；
引用别的文件的附件；解读和新闻中提到的附件。附件区由脚本填充的，正文分页、还有后页的，以及附件可能以图片形式贴出的，记“未能核实”。

整改
补传附件并在正文后给出链接；附件不宜公开的，在正文中注明。
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cache
from itertools import pairwise, takewhile
from weakref import WeakKeyDictionary

from lxml.html import HtmlElement

import checks.model
from checks.bodies import markup_of, parsed, tree_of
from checks.documents import is_document
from checks.lexicon import lexicon
from checks.model import Context, Observation, Result
from checks.site import Site
from checks.titles import cited, key, key_of_text
from checks.whole import whole_of
from crawler.snapshot.reader import Page
from crawler.urls import AddressError, canonical, suffix_of

_PICTURES = frozenset("jpg jpeg png gif bmp webp svg ico tif tiff css js swf json xml".split())
_FILE_NAME = re.compile(r"\.(?:pdf|docx?|wps|xlsx?|et|pptx?|ofd|zip|rar|7z|txt|csv|ceb)\b", re.IGNORECASE)
_ORDINAL = re.compile(r"^[\d一二三四五六七八九十]{1,3}[.．、\s]+")
# a further one on the same line: 1、申请表　2、评分标准
_NEXT_NAME = re.compile(r"[\s；;，,。]+(?=[\d一二三四五六七八九十]{1,2}[.．、]\s*\D)")
# so much text may stand behind the names without being the attachment's own
_CLOSING = 60
_SCRIPT = re.compile(r"<script\b[^>]*>(.{0,20000}?)</script>", re.IGNORECASE | re.DOTALL)
_SCRIPTED_LINK = re.compile(
    r"<a\b[^>]{0,500}(?:javascript:|onclick)[^>]{0,500}>(.{0,300}?)</a>", re.IGNORECASE | re.DOTALL
)
# what a script's data says, with the ending of a file: "报名表.docx"
_TOLD = re.compile(r"""["']([^"'<>\n]{2,80}\.(?:pdf|docx?|wps|xlsx?|et|ofd|zip|rar))["']""", re.IGNORECASE)
_OPENED = re.compile(r"/[^/]*\d[^/]*/[^/]+$|^https?://")
_NUMBERED = re.compile(r"^\s*附\s*件\s*(\d{1,2})\s*[:：]?\s*$")
_ANNEX = re.compile(r"附\s*件\s*(\d{1,2})?")
_POINTED = re.compile(r"([\u4e00-\u9fff]{2,12})》?[（(](?:详?见)?附\s*件\s*(\d{1,2})[）)]")
_SEVERAL = 2
_NEXT = re.compile(r"下一?页|第?\d{1,2}页?|后一?页")
_TAG = re.compile(r"<[^>]*>")
# more pages than this holding a link or a picture: it belongs to the template
_TEMPLATE_PAGES = 3
_NAME, _LEAST_NAME = 40, 4
# what follows the names a text lists: the attachment's own text, or what may be
_OWN, _PERHAPS = "own", "perhaps"
_HEADED, _SHORT_LINE, _SHORT_LINES = 4, 30, 3
# an announcement is a line; what it points to beneath has some words, a table some cells
_ANNOUNCING, _LEAST_TEXT, _LEAST_CELLS = 160, 20, 2
# a table beside the text, and how near beneath its name an attachment is looked for
_TABLE_CELLS, _NEAR = 4, 20
_SUFFIX = re.compile(r"\.[A-Za-z]{2,5}$")


class Parameters(checks.model.Parameters):
    """``documents_only``: whether only official documents are held, not news and notices of other kinds."""

    documents_only: bool = False


# what the clauses that bind the check with different parameters ask of a site alike
_JUDGED: WeakKeyDictionary[Site, list[tuple[Page, Observation | None]]] = WeakKeyDictionary()


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Judge every page of information whose own text announces an attachment."""
    result = Result()
    if site not in _JUDGED:
        _JUDGED[site] = list(_judged(site))
    for page, seen in _JUDGED[site]:
        if parameters.documents_only and not is_document(page):
            continue
        result.examine(site.department_of(page))
        if seen is not None:
            result.observations.append(seen)
    return result


def _judged(site: Site) -> Iterator[tuple[Page, Observation | None]]:
    """The pages whose text announces attachments, each with what was found of it."""
    for page in site.articles:
        if page.url in site.interpretations:
            continue
        text = page.text
        if "附" not in text:
            continue
        lines = text.splitlines()
        speaking = [line for line in lines if "附" in line]
        listed = _listed(lines)
        referred = next((line for line in speaking if re.search(_words("referred"), line)), None)
        numbered = page.record.attachments and any(map(_POINTED.search, speaking))
        if (listed or referred or numbered) and not any(re.search(_words("omitted"), line) for line in speaking):
            yield page, _judge(site, page, listed, referred, lines)


def _judge(site: Site, page: Page, listed: list[str], referred: str | None, lines: list[str]) -> Observation | None:
    title = cited(page.record.title or page.url)
    if page.record.attachments:
        return _judge_offered(site, page, listed, lines, title)
    if _is_offered(site, page, listed) or _is_pictured(site, page, listed):
        return None
    if _is_included(lines, listed):
        return _judge_included(site, page, listed, lines, title)
    if not listed and re.search(_words("said_behind"), referred or "") and _follows(site, page, lines, referred or ""):
        return None
    tables = _tables_behind(site, page, listed) if listed else 0
    behind = _said_behind(lines, listed) if listed else ""
    if tables >= len(listed) > 0 or (behind == _OWN and len(listed) == 1):
        return None
    apart = _said_apart(site, page, listed) if listed else ""
    if apart == _OWN:
        return None
    beneath = f"文后只有 {tables} 个表格" if tables else "文后另有内容，看不出是不是附件" if behind else ""
    beneath = beneath or ("正文之外另有内容，看不出是不是附件" if apart else "")
    shown = "、".join(f"“{name[:_NAME]}”" for name in listed[:3])
    what = f"列有附件{shown}" if listed else f"写有“{_around(referred or '')}”"
    why = _doubt(site, page, listed)
    found = (
        f"页面上没有读到附件，但{why}，无法确定" if why
        else f"页面没有附件链接，{beneath}，请核对" if beneath
        else "但页面没有附件链接，文后也没有附件内容"
    )
    return Observation(
        url=page.url, department=site.department_of(page),
        evidence={"announced": [name[:100] for name in listed[:10]] or [_around(referred or "")]},
        verdict="unverified" if why else "fail", confidence="certain" if (listed and not beneath) or why else "review",
        message=f"{title}正文{what}，{found}",
    )


def _judge_numbers(site: Site, page: Page, lines: list[str], title: str) -> Observation | None:
    """Judge a page whose text points to attachments by number only, and whose links are called by number: 附件2."""
    offered = [_ANNEX.match(link.title.strip()) for link in page.record.attachments]
    told = {match[1] for match in offered if match is not None and match[1]}
    if not told or len(told) < len(offered) or _is_included(lines, []):
        return None
    pointed = {match[2]: match[1] for line in lines for match in _POINTED.finditer(line)}
    absent = [number for number in sorted(pointed) if number not in told]
    if not absent or len(pointed) < _SEVERAL or not told & set(pointed):
        return None
    names = "、".join(f"“{pointed[number]}（附件{number}）”" for number in absent[:3])
    return Observation(
        url=page.url, department=site.department_of(page), confidence="review",
        evidence={"announced": sorted(pointed), "offered": sorted(told)},
        message=f"{title}正文提到 {len(pointed)} 个附件，页面只有 {len(told)} 个，没有{names}，请核对",
    )


def _judge_included(
    site: Site, page: Page, listed: list[str], lines: list[str], title: str
) -> Observation | None:
    """Judge a page with attachments' text behind its own: whether one of several, told by number, is not there."""
    numbers = {match[1] for line in lines if (match := _NUMBERED.match(line))}
    if len(listed) < _SEVERAL or not numbers or len(numbers) >= len(listed):
        return None
    rest = key_of_text("".join(_following(lines, listed)))
    absent = [
        name for at, name in enumerate(listed, 1) if str(at) not in numbers and key(name) not in rest
    ]
    if not absent or _doubt(site, page, listed):
        return None
    return Observation(
        url=page.url, department=site.department_of(page), confidence="review",
        evidence={"announced": [name[:100] for name in listed[:10]], "absent": [name[:100] for name in absent[:10]]},
        message=f"{title}正文列有 {len(listed)} 个附件，文后只附有 {len(numbers)} 个，没有"
        f"{'、'.join(f'“{name[:_NAME]}”' for name in absent[:3])}，请核对",
    )


def _follows(site: Site, page: Page, lines: list[str], referred: str) -> bool:
    """Whether anything stands behind what says that a list does (名单附后): a table, or more than what closes it."""
    if any(_holds_content(table, key_of_text(page.text)) for table in _tables_of(site, page)):
        return True
    at = lines.index(referred) if referred in lines else 0
    rest = [line for line in lines[at + 1:] if not re.search(_words("closing"), line)]
    short = [line for line in rest if len(line) <= _SHORT_LINE and not re.search(r"[。；：:]", line)]
    return len(short) >= _SHORT_LINES


def _tables_of(site: Site, page: Page) -> Iterator[HtmlElement]:
    root = tree_of(site, page)
    yield from root.iter("table") if root is not None else ()


def _judge_offered(
    site: Site, page: Page, listed: list[str], lines: list[str], title: str
) -> Observation | None:
    """Judge a page that offers files: whether one of several listed attachments is in none of them.

    Only where every file is one of those listed and was read can that be told; a person should confirm.
    """
    if len(page.record.attachments) >= len(listed):
        return _judge_numbers(site, page, lines, title)
    names = {key(name): name for name in listed if len(key(name)) >= _LEAST_NAME}
    files, unread = site.attachment_texts(page)
    offered = [key(_SUFFIX.sub("", link.title)) for link in page.record.attachments]
    if len(names) != len(listed) or _is_included(lines, listed):
        return None
    # a file that was not read may hold another one besides, unless it is called by the name of just one
    if unread and any(sum(name in words or words in name for name in names) != 1 for words in offered):
        return None
    if any(file.record.members for file in files) or not all(
        any(name in words or (len(words) >= _LEAST_NAME and words in name) for name in names) for words in offered
    ):
        return None
    texts = "".join(key_of_text(file.text) for file in files)
    absent = [
        shown for name, shown in names.items()
        if name not in texts and not any(name in words or words in name for words in offered)
    ]
    linked = [key(text) for _, _, text in site.snapshot.links_from(page.url)]
    absent = [name for name in absent if not any(key(name) in words for words in linked)]
    if not absent:
        return None
    return Observation(
        url=page.url, department=site.department_of(page), confidence="review",
        evidence={
            "announced": [name[:100] for name in listed[:10]], "absent": [name[:100] for name in absent[:10]],
        },
        message=f"{title}正文列有 {len(listed)} 个附件，页面只有 {len(offered)} 个，没有"
        f"{'、'.join(f'“{name[:_NAME]}”' for name in absent[:3])}，请核对",
    )


def _words(name: str) -> str:
    return str(lexicon("documents")["attachments"][name])


def _listed(lines: list[str]) -> list[str]:
    """Return the names of the attachments a text lists (附件：1.… 2.…)."""
    names: list[str] = []
    for at, line in enumerate(lines):
        if "附" not in line or len(line) > 160:
            continue
        match = re.match(_words("announced"), line) or re.match(_words("numbered"), line)
        brief = re.match(_words("brief"), line) if match is None else None
        if match is None and brief is None:
            names += _named_below(lines, at)
            continue
        named = _NEXT_NAME.split((match or brief)["name"].strip())  # type: ignore[index]
        if not _ORDINAL.sub("", named[0]) or re.match(_words("template"), _ORDINAL.sub("", named[0])):
            continue
        for following in lines[at + 1:at + 12]:
            if not (_ORDINAL.match(following.strip()) and len(following) <= 80):
                break
            # 附件：某名单, and beneath it 1.甲 2.乙: the list itself
            if len(named) == 1 and not _ORDINAL.match(named[0]) and re.match(_words("first"), following):
                break
            named += _NEXT_NAME.split(following.strip())
        if brief is None or _stands_last(lines[at + 1:], named):
            names += [_ORDINAL.sub("", name).strip() for name in named]
    return [name for name in names if not re.search(_words("left_out"), name)]


def _named_below(lines: list[str], at: int) -> list[str]:
    """Return the names that are listed under a line 附件： and have nothing but a document's end behind them."""
    if not re.match(_words("listed_below"), lines[at]):
        return []
    named = [line.strip() for line in takewhile(re.compile(_words("name_below")).match, lines[at + 1:at + 12])]
    return [_ORDINAL.sub("", name) for name in named] if _stands_last(lines[at + 1:], named) else []


def _stands_last(following: list[str], named: list[str]) -> bool:
    """Whether nothing but what closes a document stands behind names told in brief (附：…): no text of theirs."""
    rest = [line for line in following if line.strip() not in named and not re.search(_words("closing"), line)]
    return len("".join("".join(rest).split())) <= _CLOSING


def _is_offered(site: Site, page: Page, listed: list[str]) -> bool:
    """Whether the page links to, or holds in a frame, anything that may be the attachment."""
    keys = [key(name) for name in listed]
    for target, element, text in site.snapshot.links_from(page.url):
        if element == "frame":
            if site.link_counts.get(target, 0) <= _TEMPLATE_PAGES:
                return True
            continue
        # what leads back to the page itself offers nothing
        if element == "img" or target == page.url:
            continue
        suffix = suffix_of(target)
        own = site.link_counts.get(target, 0) <= _TEMPLATE_PAGES
        if own and suffix and site.targets[target].role == "file" and suffix not in _PICTURES:
            return True
        words = key(text)
        if _FILE_NAME.search(text) or (own and words.startswith(("附件", "附表", "附录"))):
            return True
        if len(words) >= 4 and any(words in name or name in words for name in keys if len(name) >= 4):
            return True
    return False


def _is_pictured(site: Site, page: Page, listed: list[str]) -> bool:
    """Whether an attachment stands in the page as pictures: beneath a line 附件, or told by what stands for them.

    A page's data may name the files, too, for a script to offer them, or a viewer show one.
    """
    markup = markup_of(site, page)
    names = [name for name in map(key, listed) if len(name) >= _LEAST_NAME]
    if _FILE_NAME.search(markup):
        told = [text for script in _SCRIPT.findall(markup) for text in _TOLD.findall(script)]
        files = [key(_FILE_NAME.sub("", text)) for text in told]
        # a viewer's script opens a file by its address
        if (names and all(name in files for name in names)) or any(_OPENED.search(text) for text in told):
            return True
    if "<img" not in markup.lower():
        return False
    root, headed = parsed(markup), False
    for element in root.iter("p", "div", "span", "td", "strong", "img") if root is not None else ():
        if element.tag != "img":
            headed |= bool(re.match(_words("heading"), _words_of(element)[:_SHORT_LINE].strip() or "-"))
        elif _is_template_picture(site, page, element.get("src") or ""):
            continue
        elif headed or _ANNEX.match(element.get("alt") or "") or any(
            name in key(element.get("alt") or "") for name in names
        ):
            return True
    return False


def _is_template_picture(site: Site, page: Page, src: str) -> bool:
    if re.search(_words("template_pictures"), src, re.IGNORECASE):
        return True
    try:
        return site.link_counts.get(canonical(src.strip(), page.url), 0) > _TEMPLATE_PAGES
    except AddressError:
        return True


def _is_included(lines: list[str], listed: list[str]) -> bool:
    """Whether the attachment's own text follows: under a line 附件, or under its name repeated."""
    headings = [
        at for at, line in enumerate(lines) if re.match(_words("heading"), line) and not _named_below(lines, at)
    ]
    if any(len(lines) - at > 2 for at in headings):
        return True
    titled = [at for at, line in enumerate(lines) if not listed and re.match(_words("titled"), line)]
    if any(_speaks_between(lines, at, len(lines)) for at in titled):
        return True
    if any(re.search(_words("beneath"), name) for name in listed):
        rest = _behind(lines, listed)
        if len(key_of_text("".join(rest))) >= _LEAST_TEXT:
            return True
    plain = [key(line) for line in lines]
    for name in listed:
        places = [at for at, line in enumerate(plain) if line.endswith(key(name)) and len(line) >= 4]
        if len(places) > 1 and len(lines) - places[-1] > 2:
            return True
    numbered = [at for at, line in enumerate(lines) if re.match(_words("numbered"), line)]
    if len(numbered) > 1 and all(_speaks_between(lines, at, end) for at, end in pairwise([*numbered, len(lines)])):
        return True
    return len(numbered) > len(listed) or any(len("".join(lines[at + 1:])) > 400 for at in numbered[-1:])


def _speaks_between(lines: list[str], at: int, end: int) -> bool:
    """Whether anything but what closes a document stands between two lines."""
    return any(not re.search(_words("closing"), line) for line in lines[at + 1:end])


def _behind(lines: list[str], listed: list[str]) -> list[str]:
    """Return what stands behind the names a text lists, without what closes a document and what is the template's."""
    behind = takewhile(lambda line: not _is_of_template(line), _following(lines, listed))
    return [line.strip() for line in behind if not re.search(_words("closing"), line)]


def _following(lines: list[str], listed: list[str]) -> list[str]:
    """Return the lines behind those that announce attachments and name them."""
    announced = next((at for at, line in enumerate(lines) if listed[0] in line and _announces(lines, at)), len(lines))
    while announced + 1 < len(lines) and any(name in lines[announced + 1] for name in listed):
        announced += 1
    return lines[announced + 1:]


def _announces(lines: list[str], at: int) -> bool:
    forms = (_words(name) for name in ("announced", "numbered", "brief"))
    return any(re.match(form, lines[at]) for form in forms) or bool(
        at and re.match(_words("listed_below"), lines[at - 1])
    )


def _said_behind(lines: list[str], listed: list[str]) -> str:
    """Return whether the attachment's own text seems to stand behind its name (_OWN), or may (_PERHAPS), else nothing.

    It is its own where it is headed by part of the name, or begins to count or to number its articles anew.
    """
    rest = _behind(lines, listed)
    for at, line in enumerate(rest[:_HEADED]):
        words = key(line)
        if len(words) >= _LEAST_NAME and len(rest) - at > 1 and any(words in key(name) for name in listed):
            return _OWN
    numbered = [line for line in rest if re.match(_words("counted"), line)]
    if len(numbered) > 1 and re.match(_words("first"), numbered[0]):
        return _OWN
    brief = re.compile(rf"[^。；：:，]{{2,{_SHORT_LINE}}}")
    short = [line for line in rest if brief.fullmatch(line)]
    # two lines directly beneath the name, before the document is closed, will do
    first = [line.strip() for line in _following(lines, listed)[:2]]
    beneath = len(first) > 1 and all(line in short for line in first)
    return _PERHAPS if not numbered and (beneath or len(short) >= _SHORT_LINES) else ""


def _tables_behind(site: Site, page: Page, listed: list[str]) -> int:
    """Count the tables of a page's text behind the line that announces attachments: they may stand for them."""
    root = tree_of(site, page)
    if root is None:
        return 0
    text, first = key_of_text(page.text), key(listed[0])
    announced, tables = False, 0
    for element in root.iter("p", "div", "li", "td", "span", "h3", "h4", "table"):
        if element.tag == "table":
            tables += announced and _holds_content(element, text)
        elif (said := key(_words_of(element)[:_ANNOUNCING])).startswith("附") and first in said:
            announced, tables = True, 0
    return tables


def _said_apart(site: Site, page: Page, listed: list[str]) -> str:
    """Return whether the attachments' text stands in a block beside the page's (_OWN), or may (_PERHAPS), else nothing.

    Each stands there under its name, a single one under 附件; what else is there, in a table, or in a hidden block, may
    be it.
    """
    whole = whole_of(site, page)
    known = {key(line) for line in page.text.splitlines()}
    headed = [_is_headed(whole.shown, name, len(listed) == 1, known.union(map(key, whole.alike))) for name in listed]
    if all(headed):
        return _OWN
    if any(headed) or any(_is_headed(whole.hidden, name, len(listed) == 1, known) for name in listed):
        return _PERHAPS
    beside = {key(line) for line in whole.beside(page.text)}
    for table in _tables_of(site, page) if len(beside) >= _TABLE_CELLS else ():
        cells = [words for cell in table.iter("td", "th") if (words := key(_words_of(cell)))]
        if len(cells) >= _TABLE_CELLS and beside.issuperset(cells) and not any(map(_is_of_template, cells)):
            return _PERHAPS
    return ""


def _is_headed(lines: Sequence[str], name: str, alone: bool, known: set[str]) -> bool:
    """Whether something that is not ``known`` stands under an attachment's name, or where ``alone`` under 附件."""
    for at, line in enumerate(lines):
        named = len(key(name)) >= _LEAST_NAME and key(line).endswith(key(name)) and key(line) not in known
        if named or (alone and re.match(_words("heading"), line)):
            following = [
                key(other) for other in lines[at + 1:at + _NEAR]
                if key(other) not in known and not _is_of_template(other)
                and not any(re.search(_words(form), other) for form in ("closing", "template"))
            ]
            if len("".join(following)) >= _LEAST_TEXT:
                return True
    return False


def _words_of(element: HtmlElement) -> str:
    return "".join(str(part) for part in element.itertext())


def _holds_content(table: HtmlElement, text: str) -> bool:
    """Whether a table is one of the text's own, not a disclosure table, a frame of others, or a way to neighbours."""
    if next(table.iterdescendants("table"), None) is not None:
        return False
    cells = [words for cell in table.iter("td", "th") if (words := key(_words_of(cell)))]
    contacts = sum(bool(re.match(_words("contacts"), cell)) for cell in cells)
    if contacts and 2 * contacts >= len(cells):
        return False
    return len(cells) >= _LEAST_CELLS and not any(map(_is_of_template, cells)) and all(one in text for one in cells)


def _is_of_template(words: str) -> bool:
    """Whether a line or a cell is a disclosure table's label, a colophon's line, or leads to the next page."""
    label = key(re.split("[:：]", words, maxsplit=1)[0])
    return label in _labels() or any(re.match(_words(name), words) for name in ("neighbours", "colophon"))


@cache
def _labels() -> frozenset[str]:
    fields = lexicon("disclosure_fields")
    return frozenset(label for name in fields["core"] for label in fields["labels"][name])


def _doubt(site: Site, page: Page, listed: list[str]) -> str:
    """Return why the attachment may be there although none was read; empty where nothing speaks for it."""
    if page.record.script_shell:
        return "页面由脚本填充"
    markup = markup_of(site, page)
    if re.search(_words("script_area"), markup, re.IGNORECASE):
        return "附件区由脚本填充"
    if any(_opens_file(text, listed) for text in _SCRIPTED_LINK.findall(markup)):
        return "附件链接由脚本打开"
    if any(re.search(_words("script_words"), script, re.IGNORECASE) for script in _SCRIPT.findall(markup)):
        return "页面有处理附件的脚本"
    if any(_leads_on(target, text, page.url) for target, _, text in site.snapshot.links_from(page.url)):
        return "正文分页，后面的分页里可能有"
    within = _pictures_within(markup, page)
    pictures = [
        target for target, element, _ in site.snapshot.links_from(page.url)
        if element == "img" and site.link_counts.get(target, 0) <= _TEMPLATE_PAGES
        and not re.search(_words("template_pictures"), target, re.IGNORECASE)
        and (within is None or target in within)
    ]
    return f"页面有 {len(pictures)} 张图片，附件可能以图片贴出" if pictures else ""


def _pictures_within(markup: str, page: Page) -> set[str] | None:
    """Return the addresses of the pictures behind the beginning of a page's text; None where it is not found.

    What stands above is the template's.
    """
    first = key(page.text.lstrip().split("\n", 1)[0])[:_NAME]
    root = parsed(markup)
    if root is None or len(first) < _LEAST_NAME:
        return None
    begun, found = False, set[str]()
    for element in root.iter("p", "div", "span", "td", "font", "img"):
        if element.tag != "img":
            begun |= first in key(element.text or "") or (element.tag == "p" and first in key(_words_of(element)))
        elif begun:
            with suppress(AddressError):
                found.add(canonical((element.get("src") or "").strip(), page.url))
    return found if begun else None


def _leads_on(target: str, text: str, url: str) -> bool:
    """Whether a link leads to the next page of the same text: t1.html to t1_1.html, or by a page number."""
    if not _NEXT.fullmatch(re.sub(r"[\s\[\]<>《》»›]", "", text)):
        return False
    stem = re.sub(r"(?:_\d{1,2})?\.\w{3,5}$", "", url.partition("?")[0])
    other = re.sub(r"_\d{1,2}\.\w{3,5}$", "", target.partition("?")[0])
    return target != url and stem == other


def _opens_file(markup: str, listed: list[str]) -> bool:
    words = _TAG.sub("", markup)
    named = key(words)
    return bool(
        _FILE_NAME.search(words) or re.search(r"附\s*件", words) or re.fullmatch(_words("opening"), words.strip())
    ) or (
        len(named) >= 4 and any(named in key(name) or key(name) in named for name in listed if len(key(name)) >= 4)
    )


def _around(line: str) -> str:
    match = re.search(_words("referred"), line)
    start = max(0, match.start() - 8) if match else 0
    return line[start:start + 24].strip()
