"""错链

链接本身是通的，或者在编辑的电脑上是通的，却把读者带到不该去的地方。

依据
2021 年临淄区政务公开工作要点等文件要求“杜绝信息缺失和错链、死链等问题”。

判定
一、链接指向公众无法访问的地址：本机（localhost、127.0.0.1）、内网和保留地址、内网主机名、file: 文件和本地
磁盘路径、写错而无法使用的网址，或者转向到这类地址（域名解析到内网的，可能只在检查一方的网络里如此，需人工复核）；
二、链接文字与本站某篇信息的标题，或者与它印发的文件的名称完全一致（八个字以上），打开的却是标题毫不相干的另一篇
信息；两个名称只有地名和“管理办法”一类字样相同的，也算毫不相干，但打开的信息里写有链接文字的除外；
三、栏目列表中其他各条的文字都与所打开信息的标题相符，唯独某一条（十个字以上）毫不相干，而所打开信息的标题另有
页面标签或同一列表的另一条链接印证，信息正文也没有出现该条文字；
四、链接文字与所打开信息的标题只差年度、季度、月份或者单位，信息正文写的是后者而没有前者的（正文看不出的提请人工复核）；
信息正文里的链接写着某个名称（十个字以上），所打开信息的标题毫不相干、正文也没有提到的，提请人工复核。

不判定
javascript:、邮件、电话等不通向网页的链接；ftp: 等正常的其他协议；标题被截短的链接；“更多”“查看详情”一类通用
文字；图片和附件；链接文字与目标标题部分相同的（如文件与其解读）。配置中列为本站的内网地址不算错链。

整改
改为公众能打开的正确网址；从办公软件粘贴的内容，先清除其中的本地路径再发布。
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

import checks.model
from checks.columns import Column
from checks.lexicon import any_of, lexicon
from checks.model import Confidence, Context, Result
from checks.site import CONTENT_KINDS, Site
from checks.titles import core, differ_clearly, differ_in_subject, key, key_of_text, quoted, worded
from crawler.snapshot.reader import Holder, Page
from crawler.urls import ip_address_of

# schemes that programs other than a browser open: no web address, yet nothing wrong with them
_OTHER_SCHEMES = re.compile(
    r"^(?!https?$|file$)[a-z][a-z0-9+.-]{1,}$"
)
_MIN_TITLE, _LEAST_TEXT = 8, 60
# a title that issues a document named in it; a number behind a document's name
_ISSUES = re.compile(r"印发|发布|公布|下发")
_NUMBERED = re.compile(r"[（(][^（）()]{1,20}[〔\[【(（]\d{4}[〕\]】)）]\s*\d{1,5}\s*号[）)]\s*$")
_CLICKED = frozenset({"a", "area", "cms"})
# a row is held against its article only where so many rows of its list, two thirds of all, bear their titles
_MIN_ROW, _ROWS_AGREEING, _SHARE_AGREEING = 10, 3, 2 / 3
# fewer pairs of characters name no subject; so many of them (a share) stand in any text
_MIN_PAIRS, _FEW_PAIRS = 5, 0.25
_ANY_SUBJECT = re.compile(
    r"关于|公告|公示|通告|通知|通报|结果|情况|工作|有关|相关|年度|信息|公开|发布|印发|开展|进行|举行|召开|我[县市区]|全[县市区]|[县市区镇]人|人民|政府"
)


# words of a link longer than this are a sentence; what stands on more pages than these is a template's
_MAX_WORDS, _SOURCES = 60, 3
_SHORTEST_ORGAN = 3
# what a title is on, where two are built alike: the words between what they begin with and what they end in
_PART, _ENDING = re.compile(r"[\u4e00-\u9fff]{3,10}"), 4
_REGULATION = re.compile(r"(?:法|条例|办法|规定|细则|规程|规则|预案)\W*$")
_ORGAN = re.compile(r"[\u4e00-\u9fff]{2,10}?(?:局|委员会|办公室|镇|乡|街道)")
_PARTS = (
    ("年度", re.compile(r"(?:19|20)\d\d")),
    ("季度", re.compile(r"第?[一二三四1-4]季度")),
    ("月份", re.compile(r"(?:1[0-2]|[1-9])月")),
    ("单位", re.compile(r"(?<=[省市县区旗])[\u4e00-\u9fff]{2,10}?(?:局|委员会|办公室|镇|乡|街道)")),
)


class Parameters(checks.model.Parameters):
    """None: a link leads where it says or it does not."""


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Judge the addresses no reader can open, then the links worded like another article's title."""
    result = Result()
    for url, holder in sorted(site.holders.items()):
        result.examine(site.department_of(site.pages[holder.url]))
        fault = _fault(site, url)
        if fault:
            _record_unusable(site, result, url, holder, *fault)
    judged = _judge_titles(site, result)
    judged |= _judge_parts(site, result, judged)
    _judge_rows(site, result, judged)
    return result


def _record_unusable(
    site: Site, result: Result, url: str, holder: Holder, fault: str, confidence: Confidence
) -> None:
    words = site.snapshot.words(holder.url, url)
    what = "图片地址" if holder.element == "img" else "链接"
    named = worded(words)
    result.fail(
        url=holder.url, target=url, department=site.department_of(site.pages[holder.url]),
        severity="low" if holder.element == "img" else None, confidence=confidence,
        message=f"页面上的{what}{named}指向{fault}：{url[:120]}",
        evidence={"link_text": words, "element": holder.element, "linking_pages": holder.pages},
    )


def _fault(site: Site, url: str) -> tuple[str, Confidence] | None:
    """Return what is wrong with an address that no reader can use, and how sure that is; None where nothing is."""
    if site.reach(url).state != "elsewhere" or url not in site.targets:
        return None
    end = site.route(url).end or site.targets[url]
    by_way_of = f"（经转向到 {end.url[:80]}）" if end.url != url else ""
    if end.role == "external":
        # the inspector's own network may give a public name an inner address
        return f"解析到内网或本机地址的域名{by_way_of}", "review"
    on_the_web = end.role == "forbidden"
    kind = _private(urlsplit(end.url).hostname or "") if on_the_web else _unsupported(end.url)
    return (f"{kind}{by_way_of}", "certain") if kind else None


def _unsupported(url: str) -> str | None:
    scheme, colon, _ = url.partition(":")
    if re.match(r"^[a-zA-Z]:[\\/]", url) or re.match(r"^file:/*[a-zA-Z](?::|%3A|\|)", url, re.IGNORECASE):
        return "电脑上的本地磁盘路径"
    if scheme.lower() == "file":
        return "电脑上的本地文件"
    if colon and _OTHER_SCHEMES.match(scheme.lower()) and not scheme.lower().startswith("http"):
        return None
    return "无法使用的网址"


def _private(host: str) -> str:
    if host == "localhost" or host.endswith(".localhost"):
        return "本机地址"
    address = ip_address_of(host)
    if address is None:
        return "内网主机名或写错的网址" if "." not in host else "内网地址"
    if address.is_loopback or address.is_unspecified:
        return "本机地址"
    return "链路本地地址" if address.is_link_local else "内网地址"


def _judge_titles(site: Site, result: Result) -> set[tuple[str, str]]:
    """Compare links worded exactly like an article's title with the article they open; return what was found."""
    titled = _Titled(site)
    # what a link says and opens is judged once, whatever number of pages have it; few are wrong
    wrong = {
        (url, words): other
        for url, element, words in site.snapshot.names_of_links(titled.knows, site.pages)
        if element in _CLICKED and (other := _other_title(site, titled, url, words)) is not None
    }
    wrong_words = {words for _, words in wrong}
    seen: set[tuple[str, str]] = set()
    for source, url, element, words in site.snapshot.links_worded(wrong_words.__contains__) if wrong else ():
        opened = wrong.get((url, words))
        if opened is None or element not in _CLICKED or source not in site.pages or (source, url) in seen:
            continue
        seen.add((source, url))
        result.fail(
            url=source, target=url, department=site.department_of(site.pages[source]),
            message=f"链接文字是{worded(words, 60)}，打开的却是{worded(opened, 60)}",
            evidence={"link_text": words, "opened_title": opened, "expected": titled.named(words)[0].url},
        )
    return seen


class _Titled:
    """The site's articles by their titles, and by the names of the documents they issue."""

    def __init__(self, site: Site) -> None:
        self.by_title: dict[str, list[Page]] = {}
        self._by_name: dict[str, list[Page]] = {}
        for page in site.articles:
            title = page.record.title or ""
            whole = key(title)
            if len(whole) < _MIN_TITLE:
                continue
            self.by_title.setdefault(whole, []).append(page)
            if _ISSUES.search(title) and page.url not in site.interpretations:
                for name in {core(title), *map(key, quoted(title)[:1])} - {whole}:
                    if len(name) >= _MIN_TITLE:
                        self._by_name.setdefault(name, []).append(page)

    def knows(self, words: str) -> bool:
        """Whether words are an article's title or the name of a document it issues."""
        return bool(self.named(words))

    def named(self, words: str) -> list[Page]:
        """Return the articles of a title, else those that issue the document of that name."""
        plain = key(words)
        if plain not in self.by_title and (numbered := _NUMBERED.search(words)) is not None:
            plain = key(words[:numbered.start()])
        return self.by_title.get(plain) or self._by_name.get(plain) or []


def _other_title(site: Site, titled: _Titled, url: str, words: str) -> str | None:
    """Return the title of the article an address opens where it is clearly another than the words name."""
    opened = site.page_of(url)
    if opened is None or opened.record.page_kind not in CONTENT_KINDS:
        return None
    if any(page.url == opened.url for page in titled.named(words)):
        return None
    title = opened.record.title or ""
    # a title shared by several pages is a template's, not an article's
    if len(key(title)) < _MIN_TITLE or len(titled.by_title.get(key(title), [])) > 2:
        return None
    own = _own_titles(opened)
    if key(words) in titled.by_title and all(differ_clearly(words, other) for other in own):
        return title
    # names built alike need more: the article must not hold what the words name, nor be told by its picture alone
    apart = all(differ_in_subject(words, other) for other in own)
    return title if apart and _is_about_itself(site, opened, words) else None


def _is_about_itself(site: Site, opened: Page, words: str) -> bool:
    """Whether an article has a text, and neither that nor its files' names hold what some words name."""
    if opened.url in site.interpretations or opened.record.text_length < _LEAST_TEXT:
        return False
    named = key(words)
    return not _mentions(opened, words) and not any(named in key(file.title) for file in opened.record.attachments)


class _Apart(NamedTuple):
    """What sets a link's words apart from the article they open: the kind of thing (empty: all), how sure that is."""

    kind: str
    said: str
    opened: str
    sure: bool


def _judge_parts(site: Site, result: Result, judged: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Compare links with the articles they open where no article bears the link's words; return what was found.

    A link may be worded like the article but for its year, its period or its organ; in an article's text it may
    name something of which the article says nothing.
    """
    wrong = {
        (url, words): apart
        for url, element, words in site.snapshot.names_of_links(_is_name, site.pages)
        if element in _CLICKED and (apart := _apart(site, url, words)) is not None
    }
    if not wrong:
        return set()
    places: dict[tuple[str, str], list[str]] = {}
    texts = {words for _, words in wrong}
    for source, url, element, words in site.snapshot.links_worded(texts.__contains__):
        if (url, words) in wrong and element in _CLICKED and source in site.pages and (source, url) not in judged:
            places.setdefault((url, words), []).append(source)
    found: set[tuple[str, str]] = set()
    for (url, words), sources in sorted(places.items()):
        apart = wrong[url, words]
        own = all(site.pages[source].record.page_kind in CONTENT_KINDS for source in sources)
        if not apart.kind and ((not own and not quoted(words)) or len(sources) > _SOURCES):
            continue
        source = min(sources, key=lambda address: (site.depth(address), address))
        found |= {(source, url) for source in sources}
        _record_part(site, source, url, words, apart, result)
    return found


def _record_part(site: Site, source: str, url: str, words: str, apart: _Apart, result: Result) -> None:
    opened = site.page_of(url)
    title = (opened.record.title or "") if opened is not None else ""
    differs = f"，{apart.kind}不是“{apart.said}”而是“{apart.opened}”" if apart.kind else "，标题和正文都与之不相干"
    result.fail(
        url=source, target=url, department=site.department_of(site.pages[source]),
        confidence="certain" if apart.sure else "review",
        message=f"链接文字是{worded(words, 60)}，打开的却是{worded(title, 60)}{differs}"
        + ("" if apart.sure else "，请核对"),
        evidence={"link_text": words, "opened_title": title},
    )


def _is_name(words: str) -> bool:
    return _MIN_TITLE <= len(words) <= _MAX_WORDS


def _apart(site: Site, url: str, words: str) -> _Apart | None:
    """Return what sets a link's words apart from the article it opens; None where nothing does."""
    opened = _opened(site, url)
    if opened is None:
        return None
    said = key(words)
    titles = [key(title) for title in _own_titles(opened)]
    if len(said) < _MIN_TITLE or any(said in title or title in said for title in titles):
        return None
    swaps = [swapped(said, title) for title in titles]
    first = swaps[0]
    if first is not None and all(swap == first for swap in swaps):
        kind, one, other = first
        text = key_of_text(opened.text)
        mine, its = (text.count(f"{part}年" if kind == "年度" else _core(part)) for part in (one, other))
        sure = its > 0 and mine == 0
        if kind != "对象":
            return _Apart(kind, one, other, sure) if its >= mine else None
        if sure:
            return _Apart(kind, one, other, sure)
    named = _of_another_document(words, opened) or _of_another_name(words, opened)
    if named is not None:
        return named
    row = _Row("", words, url, opened)
    if len(said) < _MIN_ROW or any_of(lexicon("links")["prompts"]).search(words):
        return None
    apart = all(differ_in_subject(words, title) for title in _own_titles(opened))
    return _Apart("", words, titles[0], False) if apart and _has_nothing_of(site, row, _FEW_PAIRS) else None


def _of_another_document(words: str, opened: Page) -> _Apart | None:
    """Tell a link that names a document in 《》 and opens what is on another document, without a word of the first."""
    named, others = quoted(words)[:1], [name for title in _own_titles(opened) for name in quoted(title)[:1]]
    if not named or not others or len(key(named[0])) < _MIN_TITLE or opened.record.text_length < _LEAST_TEXT:
        return None
    apart = all(differ_clearly(named[0], other) or differ_in_subject(named[0], other) for other in others)
    if not apart or core(named[0]) in key_of_text(opened.text):
        return None
    return _Apart("文件", named[0], others[0], True)


def _of_another_name(words: str, opened: Page) -> _Apart | None:
    """Tell a link that is a regulation's name and opens one of quite another name, without a word of the first."""
    titles = _own_titles(opened)
    if not _REGULATION.search(words) or not all(_REGULATION.search(title) for title in titles) or quoted(words):
        return None
    if opened.record.text_length < _LEAST_TEXT:
        return None
    text = key_of_text(opened.text)
    sure = True
    for title in titles:
        said, shown = _between(key(words), key(title))
        common = set(said) & set(shown)
        fewest = min(len(set(said)), len(set(shown)))
        if fewest < _SHORTEST_ORGAN or len(common) > _FEW_PAIRS * fewest:
            return None
        if said in text or said in key(title):
            return None
        sure = sure and not common
    return _Apart("文件", words.strip(), titles[0], sure)


def _between(one: str, other: str) -> tuple[str, str]:
    """Return what two keys have between what both begin with and what both end in."""
    shorter = min(len(one), len(other))
    start = next((at for at in range(shorter) if one[at] != other[at]), shorter)
    end = next((at for at in range(shorter - start) if one[-1 - at] != other[-1 - at]), shorter - start)
    return one[start:len(one) - end], other[start:len(other) - end]


def _core(part: str) -> str:
    """Return what of an organ's name a text is searched for: 应急管理 of 应急管理局."""
    return part[:-1] if _ORGAN.fullmatch(part) and len(part) > _SHORTEST_ORGAN else part


def swapped(one: str, other: str) -> tuple[str, str, str] | None:
    """Return the year, the period or the organ in which alone two titles' keys differ, with what each has for it."""
    shorter = min(len(one), len(other))
    start = next((at for at in range(shorter) if one[at] != other[at]), shorter)
    end = next((at for at in range(shorter - start) if one[-1 - at] != other[-1 - at]), shorter - start)
    if start + end < _MIN_TITLE:
        return None
    for kind, pattern in _PARTS:
        places = [
            next((match[0] for match in pattern.finditer(text) if match.start() <= start < max(match.end(), start + 1)
                  and match.end() >= len(text) - end), "")
            for text in (one, other)
        ]
        same = all(places) and one.replace(places[0], "", 1) == other.replace(places[1], "", 1)
        if all(places) and same and (kind != "单位" or not set(_core(places[0])) & set(_core(places[1]))):
            return kind, places[0], places[1]
    parts = one[start:len(one) - end], other[start:len(other) - end]
    if all(_PART.fullmatch(part) for part in parts) and not set(parts[0]) & set(parts[1]) and end >= _ENDING:
        return "对象", parts[0], parts[1]
    return None


def _judge_rows(site: Site, result: Result, judged: set[tuple[str, str]]) -> None:
    """Compare the rows of lists with the articles they open, where the list's other rows bear their titles."""
    lists = [(column, list(_rows(site, column))) for column in site.columns]
    anywhere = {
        row.opened.url for _, rows in lists for row in rows if key(row.words) == key(row.opened.record.title or "")
    }
    for column, rows in lists:
        others: list[_Row] = []
        agreeing: list[_Row] = []
        for row in rows:
            (others if _is_other(row.words, row.opened) else agreeing).append(row)
        if 2 * len(agreeing) <= len(rows):
            continue
        enough = len(agreeing) >= _ROWS_AGREEING and len(agreeing) >= _SHARE_AGREEING * len(rows)
        named = {row.opened.url for row in agreeing}
        found: set[tuple[str, str]] = set()
        for row in others:
            known = (row.words, row.url) in found or (row.page, row.url) in judged
            if known or _mentions(row.opened, row.words):
                continue
            sure = enough and _is_confirmed(row.opened, named)
            if sure or (_is_confirmed(row.opened, anywhere) and _has_nothing_of(site, row)):
                found.add((row.words, row.url))
                _record_row(row, column, result, sure=sure)


def _record_row(row: _Row, column: Column, result: Result, *, sure: bool) -> None:
    title = row.opened.record.title or ""
    result.fail(
        url=row.page, target=row.url, column=column.name, department=column.department,
        confidence="certain" if sure else "review",
        message=f"列表中的{worded(row.words, 60)}，打开的却是{worded(title, 60)}" + ("" if sure else "，请核对"),
        evidence={"link_text": row.words, "opened_title": title},
    )


class _Row(NamedTuple):
    """A row of a list: the page it stands on, its words, the address, the article that opens."""

    page: str
    words: str
    url: str
    opened: Page


def _rows(site: Site, column: Column) -> Iterator[_Row]:
    for page in column.pages:
        items = page.record.listing.items if page.record.listing is not None else []
        for item in items:
            opened = _opened(site, item.href)
            if opened is not None:
                yield _Row(page.url, item.title, item.href, opened)


def _opened(site: Site, url: str) -> Page | None:
    page = site.page_of(url) if url else None
    known = page is not None and page.record.page_kind in CONTENT_KINDS
    return page if known and page is not None and len(key(page.record.title or "")) >= _MIN_TITLE else None


def _is_other(words: str, opened: Page) -> bool:
    """Whether a row of a title's length speaks of another thing than the article it opens."""
    return len(key(words)) >= _MIN_ROW and all(differ_clearly(words, title) for title in _own_titles(opened))


def _has_nothing_of(site: Site, row: _Row, titled: float = 0) -> bool:
    """Whether a row's article has not a word of what the row names, in its titles or its text, and is no picture.

    ``titled``: such a share of the words a title may have by chance.
    """
    plain = re.sub(re.escape(key(site.name)), "", key(row.words))
    words = _pairs(plain)
    if len(words) < _MIN_PAIRS or not _is_about_itself(site, row.opened, row.words):
        return False
    titles = [*_own_titles(row.opened), *(file.title for file in row.opened.record.attachments)]
    if any(len(words & _pairs(key(title))) > titled * len(words) for title in titles):
        return False
    text = key_of_text(row.opened.text)
    return sum(word in text for word in words) <= _FEW_PAIRS * len(words)


def _pairs(plain: str) -> set[str]:
    """Return the pairs of characters a key is made of, without those that titles of any subject have."""
    return {
        pair for place in range(len(plain) - 1)
        if not _ANY_SUBJECT.search(pair := plain[place:place + 2]) and not any(sign.isdigit() for sign in pair)
    }


def _is_confirmed(opened: Page, named: set[str]) -> bool:
    """Whether an article's title is beyond doubt: its tag says the same, or another row names it so."""
    tagged = key(opened.record.meta.get("articletitle") or "")
    return opened.url in named or (bool(tagged) and tagged == key(opened.record.title or ""))


def _mentions(opened: Page, words: str) -> bool:
    return key(words) in key_of_text(opened.text)


def _own_titles(page: Page) -> list[str]:
    return [title for title in (page.record.title, page.record.meta.get("articletitle")) if title]
