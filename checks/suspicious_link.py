"""暗链、非法外链

页面里有用样式或位置隐藏起来的站外链接，或者链接指向赌博、色情、非法医疗广告、停放域名等网站。

依据
国办秘函〔2019〕19 号检查指标单项否决第一项“发布或链接反动、暴力、色情等内容”；《政府网站发展指引》关于链接地址监测的
要求。判断所用的词和样式见 rules/lexicons/suspicious.yaml。

判定
指向站外的链接，文字或域名是赌博、色情、非法医疗广告、违法交易的，判为非法外链；其中用样式（行内样式、页面的 <style>
规则）或脚本隐藏的，注明是暗链。用移出屏幕、裁掉、零或一两个像素的字号和宽高、一两个像素的滚动字幕等普通菜单不用的办法隐藏的站外链接，指向三个以上互不相同的
网站的，也判为暗链。脚本写出的链接同样看，脚本写出又藏起来的按暗链判。每个地址记一个问题，写明有多少页面带有它。

不判定
站内链接，指向政府网站和常见公共网站、统计服务的链接；单凭 display:none、折叠、透明隐藏的下拉菜单、选项卡、手风琴、
轮播图、分享按钮、友情链接列表；鼠标移上就显示的菜单；父级零字号而自身有字号的排版；无障碍跳转链接；打击、整治赌博之类的
宣传报道。位置隐藏而不足三个网站、文字移开或与背景同色、又没有违禁字样的，以及明着的医疗、交易广告和像新闻标题的长文字，
提请人工复核。

整改
立即删除链接，查找被植入的原因并修补漏洞；链接到的网站改变用途的，撤下链接。
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import checks.model
from checks.bodies import markup_of, parsed
from checks.hiding import Hidden, Sight, written
from checks.lexicon import any_of, lexicon
from checks.model import Confidence, Context, Result
from checks.site import Site
from checks.titles import worded
from crawler.snapshot.reader import Page
from crawler.urls import AddressError, canonical

_KINDS = {"gambling": "赌博", "pornography": "色情", "medical": "非法医疗广告", "commerce": "违法交易"}
_MAX_WORDS = 60
_HEADLINE = 20
_GRAVE = frozenset({"赌博", "色情", "赌博或色情"})
_ENOUGH_PAGES = 3


class Parameters(checks.model.Parameters):
    """Nothing to set."""


@dataclass(frozen=True)
class Seen:
    """A suspicious link on a page: where it leads, its words, what is wrong with it, how it is hidden."""

    url: str
    words: str
    kind: str | None
    hidden: Hidden | None = None


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Judge every link that leads out of the site."""
    result = Result()
    result.examine(None, sum(target.role == "external" for target in site.targets.values()))
    outward = _outward(site)
    found: dict[str, list[tuple[Page, Seen]]] = {}
    examined: Counter[str] = Counter()
    for page in site.pages.values():
        for seen in _on_page(site, page, outward.get(page.url, []), examined):
            found.setdefault(seen.url, []).append((page, seen))
    hidden_hosts = {_host(url) for url, places in found.items() if any(seen.hidden == "away" for _, seen in places)}
    for url, places in found.items():
        _record(site, url, places, hidden_hosts, result)
    return result


def _record(
    site: Site, url: str, places: list[tuple[Page, Seen]], hidden_hosts: set[str], result: Result
) -> None:
    page, _ = min(places, key=lambda place: (site.depth(place[0].url), place[0].url))
    count = max(len(places), site.link_counts.get(url, 0))
    kind = next((one.kind for _, one in places if one.kind), None)
    hidden = next((one.hidden for _, one in places if one.hidden), None)
    label = next((one.words for _, one in places if one.words), "")
    words = worded(label)
    confidence: Confidence = "certain"
    if kind is None:
        enough = hidden == "away" and len(hidden_hosts) >= lexicon("suspicious")["least_hosts"]
        confidence = "certain" if enough else "review"
    elif hidden is None and (kind not in _GRAVE or len(label) > _HEADLINE):
        confidence = "review"
    if kind and hidden:
        told = f"隐藏了指向{kind}网站的链接{words}（暗链）"
    elif kind:
        told = f"有指向{kind}网站的链接{words}"
    else:
        told = f"有用{'颜色或文字移位' if hidden == 'faint' else '位置或大小'}隐藏起来的站外链接{words}"
    result.fail(
        url=page.url, target=url, department=site.department_of(page), confidence=confidence,
        severity="veto" if kind in _GRAVE else None,
        evidence={"words": words, "kind": kind, "hidden": hidden is not None, "pages": count},
        message=f"页面{told}，共 {count} 个页面" + ("" if confidence == "certain" else "，请核对"),
    )


def _outward(site: Site) -> dict[str, list[tuple[str, str]]]:
    """Return, for each page, the links that lead out of the site to no public body, as (address, words)."""
    linked: dict[str, list[tuple[str, str]]] = {}
    for address, target in site.targets.items():
        if target.role == "external" and not _is_own(site, address):
            for source in site.snapshot.sources(address):
                if source.element in ("a", "area", "frame", "script", "cms"):
                    linked.setdefault(source.url, []).append((address, source.text))
    return linked


def _on_page(
    site: Site, page: Page, linked: list[tuple[str, str]], examined: Counter[str]
) -> Iterator[Seen]:
    seen: dict[str, Seen] = {}
    for address, words in linked:
        kind = _kind(address, words) or _parked(site, address)
        if kind:
            seen[address] = Seen(address, words[:_MAX_WORDS], kind)
    # a template's links stand on every page: a few pages tell how they are shown
    unseen = [address for address, _ in linked if examined[address] < _ENOUGH_PAGES]
    examined.update(unseen)
    markup = markup_of(site, page) if unseen or _has_writer(site, page) else ""
    if markup and _may_hide(markup):
        for found in _hidden(site, page, markup, whole=bool(unseen)):
            known = seen.get(found.url)
            kind = found.kind or (known.kind if known else None)
            if kind or found.hidden in ("away", "faint"):
                seen[found.url] = Seen(found.url, found.words, kind, found.hidden)
    yield from seen.values()


def _has_writer(site: Site, page: Page) -> bool:
    """Whether a page's scripts may write links: only pages whose body was kept can tell."""
    body = site.snapshot.body(page.url)
    return body is not None and b"document.write" in body and b"href" in body


def _may_hide(markup: str) -> bool:
    words = lexicon("suspicious")
    hiding = any_of([*words["off_screen"], *words["hidden"], *words["aside"], *words["rules"], *words["scripted"]])
    return hiding.search(markup) is not None


def _hidden(site: Site, page: Page, markup: str, *, whole: bool) -> Iterator[Seen]:
    """Yield the links a page hides (in its markup, where ``whole``) and the suspicious ones its scripts write."""
    parts = [(markup, False)] if whole else []
    parts += [(text, True) for text in written(markup) if "href" in text]
    for text, is_written in parts:
        root = parsed(text)
        if root is None:
            continue
        sight: Sight | None = None
        for anchor in root.iter("a"):
            address = _absolute(anchor.get("href") or "", page.url)
            if not address or _is_own(site, address):
                continue
            sight = sight or Sight(root)
            hidden = sight.hidden(anchor)
            label = " ".join("".join(anchor.itertext()).split())[:_MAX_WORDS]
            kind = _kind(address, label)
            if is_written and (hidden or kind):
                yield Seen(address, label, kind, "away")
            elif hidden:
                yield Seen(address, label, kind, hidden)


def _kind(address: str, words: str) -> str | None:
    lists = lexicon("suspicious")
    if words and not any_of(lists["fought"]).search(words):
        for name, shown in _KINDS.items():
            if any_of(lists[name]).search(words):
                return shown
    return "赌博或色情" if any_of(lists["hosts"]).search(_host(address)) else None


def _parked(site: Site, address: str) -> str | None:
    page = site.snapshot.pages.get(address)
    title = (page.record.title or "").lower() if page is not None else ""
    return "停放域名" if title and any_of(lexicon("suspicious")["parked"]).search(title) else None


def _is_own(site: Site, address: str) -> bool:
    """Whether an address is the site's own, a public body's, or no web address."""
    target = site.targets.get(address)
    if target is not None and target.role != "external":
        return True
    host = _host(address)
    own = {_host(start) for start in site.starts}
    return not host or host in own or bool(any_of(lexicon("suspicious")["trusted"]).search(host))


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""


def _absolute(href: str, base: str) -> str:
    if href.strip().lower().startswith(("javascript:", "#", "mailto:", "tel:")):
        return ""
    try:
        return canonical(href.strip(), base)
    except AddressError:
        return ""
