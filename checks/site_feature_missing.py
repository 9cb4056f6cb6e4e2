"""网站功能、标识缺失

网站没有站内搜索、政府公报、无障碍浏览、找错入口，底部没有网站标识码、备案号等标识，或者没有启用 HTTPS。

依据
国办发〔2017〕47 号《政府网站发展指引》；《政府信息公开条例》第二十四条；各地政务公开工作要点。要求哪些由规则包给出，
写法见 rules/lexicons/site-features.yaml。

判定
首页（所有入口页）看得见的文字、链接、图片说明、表单里没有该功能或标识，源代码里也没有线索的，判为缺失。公报在全站任一
栏目名、链接文字中出现即可。站内搜索还用首页的搜索框试搜一次本站一个月前发布的信息标题：两次都返回错误的，明说没有
结果的，提请人工复核。HTTPS：首页只用 HTTP 打开，用 HTTPS 访问失败的，判为缺失；证书有误的也判。IPv6：域名没有
IPv6 地址记录的，提请人工复核。首页调用了脚本、可能由脚本显示的，以及规则包注明
要求未核对原文的，提请人工复核。

不判定
首页源代码的脚本、样式、标签里有该功能的线索，或者页眉页脚由脚本、框架填充的，记“未能核实”。搜索框由脚本提交、提交到其他网站，搜索结果由脚本
显示，robots.txt 不允许或者服务器拒绝试搜的，能否使用记“未能核实”。没有域名解析可查的 IPv6、没有试过的 HTTPS，同样。
“统计公报”“环境状况公报”不是政府公报；新闻、通知标题里提到的无障碍改造、长者食堂一类，不是网站的功能。

整改
补充功能或标识；已有而由脚本显示的，确认在常用浏览器上正常显示。
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from lxml import etree, html

import checks.model
from checks.bodies import lines_of, markup_of, parsed
from checks.hiding import written
from checks.lexicon import any_of, lexicon
from checks.model import Context, Result
from checks.site import CONTENT_KINDS, Site
from checks.titles import cited, key
from checks.unread import was_opened
from crawler.snapshot.reader import Page

_FOOTER = ("site-id", "icp", "police-record", "error-report", "party-state", "organiser", "contact")
_LEAST_LINES, _NEIGHBOURS = 5, 2
# words so long that open an article, and such that open what was not read, are headlines
_HEADLINE, _LONG_HEADLINE = 12, 14
_HAN = re.compile(r"[\u4e00-\u9fff]")
_REMARK = re.compile(r"<!--(.{0,2000}?)-->", re.DOTALL)
_TAG = re.compile(r"<(?:div|form|input|a|ul|table|span|p)\b", re.IGNORECASE)
_SEARCHES = re.compile(r"搜\s*索|检\s*索")
_ALIVE = re.compile(
    r"<(?:script|i?frame|object|embed|img)\b|\son\w+\s*=|<a\b[^>]*href\s*=\s*[\"']?javascript:", re.IGNORECASE
)
_MOST_REMARKS, _HINT = 500, 20
_SCRIPT = re.compile(r"<script[^>]+src\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_LIBRARY = re.compile(
    r"jquery|swiper|superslide|slick|bootstrap|layui|vue|html5shiv|respond|tongji|hm\.js", re.IGNORECASE
)


class Parameters(checks.model.Parameters):
    """``features``: ids of features, see the lexicon; ``assured``: whether the clause is read in its original."""

    features: tuple[str, ...] = ("search", "accessibility", *_FOOTER)
    assured: bool = True


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Look for every feature on the start pages."""
    result = Result()
    homes = [page for url in site.starts if (page := site.page_of(url)) is not None]
    if not homes:
        return result
    headlines = _headlines(site, homes)
    markup = "\n".join(markup_of(site, page) for page in homes)
    frame = _frame(markup, headlines)
    shown, source = _shown(site, homes, frame), _source(frame, markup)
    for feature in parameters.features:
        known = lexicon("site-features")["features"].get(feature)
        result.examine(None)
        if feature == "https":
            _judge_https(site, result)
        elif feature == "ipv6":
            _judge_ipv6(site, result)
        elif known is None or "seen" not in known:
            name = known["name"] if known else feature
            result.unverified(url=site.home, target=feature, message=f"本版没有判断{name}的办法，无法确认")
        elif _is_there(site, homes, known, shown, headlines) or (feature == "search" and _asks_words(frame)):
            if feature == "search":
                _judge_search(site, result)
        else:
            _judge(site, homes, feature, known, shown, markup, source, result, assured=parameters.assured)
    return result


def _headlines(site: Site, homes: list[Page]) -> set[str]:
    """Return the keys of the words by which start pages link to news: what they speak of is no feature of the site."""
    found: set[str] = set()
    own = any_of([lexicon("site-features")["own"]])
    for page in homes:
        for target, _, words in site.snapshot.links_from(page.url):
            whole, opened = key(words), site.page_of(target)
            known = site.targets.get(target)
            if known is not None and known.role == "external" and not own.search(words) and _SEARCHES.search(words):
                # another site's search
                found.add(whole)
            if len(whole) < _HEADLINE or own.search(words):
                continue
            if opened is not None and opened.record.page_kind in CONTENT_KINDS:
                found |= {whole, key(opened.record.title or "")}
            elif opened is None and len(_HAN.findall(words)) >= _LONG_HEADLINE:
                found.add(whole)
    return found - {""}


def _frame(markup: str, headlines: set[str]) -> html.HtmlElement | None:
    """Return the tree of the start pages without the links that are headlines."""
    root = parsed(markup)
    if root is None:
        return None
    for anchor in list(root.iter("a")):
        if {key("".join(anchor.itertext())), key(anchor.get("title") or "")} & headlines and anchor is not root:
            anchor.drop_tree()
    return root


def _shown(site: Site, homes: list[Page], frame: html.HtmlElement | None) -> str:
    """Return all a reader meets on the start pages: text, words of pictures, hints in fields."""
    words = lines_of(frame)
    if frame is not None:
        for element in frame.iter("a", "img", "input", "button", "area", "form", "select", "option"):
            words += [element.get(name) or "" for name in ("alt", "title", "placeholder", "value", "aria-label")]
    for page in homes:
        markup = markup_of(site, page)
        for text in written(markup) if "document.write" in markup else ():
            root = parsed(text)
            words += lines_of(root)
            words += [field.get("value") or "" for field in (root.iter("input", "button") if root is not None else ())]
    return "\n".join((*words, *(page.text for page in homes if not markup_of(site, page))))


def _source(frame: html.HtmlElement | None, markup: str) -> str:
    """Return what the start pages' source holds besides what readers read: scripts, styles, attributes, remarks."""
    # markup inside a remark was taken out of the page; other remarks mark where something is put in
    parts = [remark[1] for remark in islice(_REMARK.finditer(markup), _MOST_REMARKS) if not _TAG.search(remark[1])]
    for element in frame.iter(etree.Element) if frame is not None else ():
        if element.tag != "meta":
            parts += [f'{name}="{value}"' for name, value in element.attrib.items()]
        if element.tag in ("script", "style"):
            parts.append(element.text or "")
    return "\n".join(parts)


def _is_there(site: Site, homes: list[Page], known: dict[str, Any], shown: str, headlines: set[str]) -> bool:
    seen = any_of(known["seen"])
    if seen.search(shown):
        return True
    linked = {words for page in homes for _, _, words in site.snapshot.links_from(page.url)}
    if any(seen.search(words) and key(words) not in headlines for words in linked):
        return True
    return bool(known.get("anywhere")) and _named_anywhere(site, seen)


def _judge(
    site: Site, homes: list[Page], feature: str, known: dict[str, Any], shown: str, markup: str, source: str,
    result: Result, *, assured: bool,
) -> None:
    name = known["name"]
    common: dict[str, Any] = {"url": site.home, "target": feature}
    opened = all(was_opened(site, page) for page in homes)
    why = _doubt(homes, known, shown, markup, source, opened=opened)
    if feature == "search" and _has_lone_field(markup):
        why = "有一个没有注明用途的输入框"
    if why:
        result.unverified(**common, message=f"首页没有看到{name}，但{why}，无法确认")
    else:
        sure = opened or _is_static(feature, shown, markup)
        result.fail(
            **common, evidence={"pages": [page.url for page in homes]},
            confidence="certain" if sure and assured else "review",
            message=f"首页没有{name}" + ("" if sure else "（首页用了脚本，请在浏览器中核对）"),
        )


def _asks_words(frame: html.HtmlElement | None) -> bool:
    """Whether a form or a field asks for words to search for, by where it is sent or what it is called."""
    words = lexicon("site-features")
    sent, called = re.compile(words["search_forms"]), re.compile(words["search_fields"])
    for field in frame.iter("input") if frame is not None else ():
        kind = (field.get("type") or "text").strip().lower()
        form = next(field.iterancestors("form"), None)
        if kind not in ("text", "search"):
            continue
        told = "".join([*(form.itertext() if form is not None else ()), field.get("placeholder") or ""])
        if re.search(words["other_searches"], told + (form.get("action") or "" if form is not None else "")):
            continue
        if kind == "search" or (form is not None and sent.search(form.get("action") or "")):
            return True
        if any(called.search(field.get(name) or "") for name in ("name", "id")):
            return True
    return False


def _has_lone_field(markup: str) -> bool:
    """Whether a form, or the page outside of forms, has one field to write in and no word of what it is for."""
    root = parsed(markup)
    if root is None:
        return False
    loose = [field for field in root.iter("input") if next(field.iterancestors("form"), None) is None]
    if _is_lone(loose) and not _HAN.search(_spoken(loose)):
        return True
    return any(
        _is_lone(fields := list(form.iter("input"))) and not _HAN.search(_told_by(form, fields))
        for form in root.iter("form")
    )


def _is_lone(fields: list[html.HtmlElement]) -> bool:
    kinds = [(field.get("type") or "text").strip().lower() for field in fields]
    return kinds.count("text") + kinds.count("search") == 1 and not {"password", "file"}.intersection(kinds)


def _told_by(form: html.HtmlElement, fields: list[html.HtmlElement]) -> str:
    return re.sub(lexicon("site-features")["unspoken"], "", "".join(form.itertext())) + _spoken(fields)


def _spoken(fields: list[html.HtmlElement]) -> str:
    """Return what fields say of their use: hints and buttons, words that any form has left out."""
    said = "".join(field.get(name) or "" for field in fields for name in ("placeholder", "value", "title", "alt"))
    return re.sub(lexicon("site-features")["unspoken"], "", said)


def _is_static(feature: str, shown: str, markup: str) -> bool:
    """Whether what is missing would stand in the markup: its neighbours do, or no script is called at all."""
    features = lexicon("site-features")["features"]
    neighbours = sum(bool(any_of(features[name]["seen"]).search(shown)) for name in _FOOTER)
    if feature in _FOOTER and neighbours >= _NEIGHBOURS:
        return True
    return not any(not _LIBRARY.search(script) for script in _SCRIPT.findall(markup))


def _doubt(
    homes: list[Page], known: dict[str, Any], shown: str, markup: str, source: str, *, opened: bool
) -> str | None:
    """Return why what is not seen may yet be there; what others' scripts show is not there in our browser either."""
    if opened and not known.get("widget"):
        return None
    if not markup:
        return "首页源代码没有保存"
    if any(page.record.script_shell for page in homes) or len(shown.split("\n")) < _LEAST_LINES:
        return "首页由脚本填充"
    hint = re.search("|".join(known["hint"]), source, re.IGNORECASE)
    if hint is not None and not known.get("widget") and not _ALIVE.search(markup):
        # names of styles alone: with no script or frame nothing fills the place
        hint = None
    if hint is not None:
        return f"源代码的脚本、样式、标签里有“{hint[0][:_HINT]}”字样，可能由脚本显示"
    if re.search("|".join(lexicon("site-features")["placeholders"]), markup, re.IGNORECASE):
        return "首页有由脚本或框架填充的部分"
    return None


def _named_anywhere(site: Site, seen: re.Pattern[str]) -> bool:
    if any(seen.search(column.name) for column in site.columns):
        return True
    return any(site.snapshot.names_of_links(lambda words: len(words) <= 24 and bool(seen.search(words)), site.pages))


def _judge_search(site: Site, result: Result) -> None:
    """Judge by what came of using the search once; what was not tried in this crawl is not spoken of."""
    tried = site.snapshot.features.search
    common: dict[str, Any] = {"url": site.home, "target": "search"}
    if tried is None or tried.found or tried.why == "no-title":
        return
    if tried.fetch is None:
        told = "首页有站内搜索，但由脚本提交或者提交到其他网站，本次没有试搜，无法确认能否使用"
        result.unverified(**common, message=told)
        return
    evidence = {"address": tried.address, "words": tried.words, "page": tried.url, "status": tried.fetch.status}
    doubt = "站内搜索能否使用无法确认"
    asked = f"用本站信息的标题{cited(tried.words)}试搜"
    if tried.fetch.outcome == "http-error":
        result.fail(
            **common, evidence=evidence, confidence="review",
            message=f"站内搜索不能使用：{asked} {tried.fetch.attempts} 次，{tried.fetch.reason}，请核对",
        )
    elif tried.fetch.outcome != "ok":
        result.unverified(**common, message=f"{doubt}：{asked}，{tried.fetch.reason or '没有得到答复'}")
    elif tried.by_script:
        result.unverified(**common, message=f"{doubt}：{asked}，结果由脚本显示")
    elif tried.error_page or any_of(lexicon("site-features")["nothing_found"]).search(tried.text):
        told = "返回的是出错页面" if tried.error_page else "没有结果"
        result.fail(
            **common, evidence=evidence, confidence="review", message=f"站内搜索搜不到本站已有的信息：{asked}，{told}"
        )
    else:
        result.unverified(**common, message=f"{doubt}：{asked}，结果页里没有看到这条信息")


def _judge_ipv6(site: Site, result: Result) -> None:
    common: dict[str, Any] = {"url": site.home, "target": "ipv6"}
    has = site.snapshot.features.ipv6
    if has is None:
        result.unverified(**common, message="本次没有查到域名解析，无法确认网站是否支持 IPv6 访问")
    elif not has:
        result.fail(
            **common, confidence="review",
            message=f"域名 {_host(site.home)} 没有 IPv6 地址（AAAA）解析记录，网站不支持 IPv6 访问，请核对",
        )


def _judge_https(site: Site, result: Result) -> None:
    common: dict[str, Any] = {"url": site.home, "target": "https"}
    reached = [site.targets.get(url) for url in (site.home, site.route(site.home).last)]
    fetches = [target.fetch for target in reached if target is not None and target.fetch is not None]
    fault = next(filter(None, (fetch.headers.get("certificate-fault") for fetch in fetches)), None)
    if fault or any(fetch.outcome == "tls" for fetch in fetches):
        told = fault or fetches[0].reason or "不能通过校验"
        result.fail(**common, evidence={"certificate": told}, message=f"首页的 HTTPS 证书有误：{told}")
        return
    if site.route(site.home).last.startswith("https:"):
        return
    known = site.targets.get("https:" + site.home.partition(":")[2])
    secure = site.snapshot.features.https or (known.fetch if known is not None else None)
    if secure is None:
        result.unverified(**common, message="首页用 HTTP 打开，没有试过 HTTPS，无法确认是否启用")
    elif "certificate-fault" in secure.headers:
        result.fail(**common, message=f"首页的 HTTPS 证书有误：{secure.headers['certificate-fault']}")
    elif secure.outcome in ("tls", "refused"):
        result.fail(**common, message=f"首页没有启用 HTTPS：{secure.reason or '用 HTTPS 访问失败'}")
    elif secure.outcome == "redirect" and (secure.redirect_to or "").startswith("http:"):
        result.fail(**common, message="首页没有启用 HTTPS：用 HTTPS 访问又转回 HTTP")
    elif secure.outcome not in ("ok", "redirect"):
        result.unverified(**common, message="用 HTTPS 访问首页没有得到答复，无法确认是否启用")


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
