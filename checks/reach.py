"""Whether an address opens for a reader: redirects followed, soft 404 and blocking told from pages."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urljoin, urlsplit

from checks.lexicon import any_of, lexicon
from crawler.snapshot.reader import Target, resolve
from crawler.snapshot.records import Fetch, PageRecord
from crawler.urls import host_of, script_of

if TYPE_CHECKING:
    from checks.site import Site

State = Literal["alive", "dead", "unverified", "elsewhere", "unasked"]

# answers that speak of the client or the moment, not of the page: login, methods, waiting, challenges, law
_UNDECIDED = frozenset({401, 403, 405, 406, 407, 408, 412, 418, 421, 425, 426, 428, 429, 451})
_ONCE_ONLY = "只探测了 1 次，尚待复核"
_NETWORK = {"dns": "域名解析失败", "refused": "连接被拒绝", "network": "网络连接失败"}
_LED_ASTRAY = "转向该网站对不存在的地址一律转去的页面"
_UNREAD = {
    "blocked": "被对方网站拦截，无法判断", "tls": "证书或加密连接有问题，无法判断",
    "robots": "对方网站的 robots.txt 不允许抓取", "not-fetched": "本次抓取未轮到",
    "timeout": "访问超时，可能只是慢，无法判断", "protocol": "应答不符合 HTTP 协议，无法判断",
}
_HOME_PATH = re.compile(
    r"^/?(?:(?:index|default|home|main)(?:_1)?\.(?:s?html?|jspx?|aspx?|php|do|action))?$", re.IGNORECASE
)
_ARTICLE_PATH = re.compile(r"^/(?:[^/]+/)+[^/]*\d[^/]*$|^/[^/]*\d{4,}[^/]*\.\w+$")
# a page that sends the reader on says little more than that it does
_NOTHING_BUT_A_NOTICE = 200
_HOMELIKE_WORDS = re.compile(r"首页|主页|官网|门户|网站|(?:网|站|府|局|厅|委|办|平台|系统|中心|法院|检察院)$")


@dataclass(frozen=True)
class Route:
    """Where an address leads: all addresses on the way, the last one, and whether it runs in a circle."""

    hops: tuple[str, ...]
    end: Target | None
    loop: bool = False

    @property
    def last(self) -> str:
        """The address the route ends at."""
        return self.hops[-1]


@dataclass(frozen=True)
class MissingAnswer:
    """How a host answers for pages it does not have, where it answers them as if they were there.

    ``scripts``: the same of single scripts, asked for a number no page has; it holds for their addresses alone.
    """

    looks: frozenset[tuple[str, str]] = frozenset()
    ends: frozenset[str] = frozenset()
    scripts: dict[tuple[str, ...], MissingAnswer] = field(default_factory=dict)

    def of(self, url: str) -> MissingAnswer:
        """Return what holds for one address."""
        own = self.scripts.get(script_of(url)) if self.scripts else None
        return self if own is None else MissingAnswer(self.looks | own.looks, self.ends | own.ends)


@dataclass(frozen=True)
class Reach:
    """What is to be said of one address: its state, the reason in Chinese, what was seen.

    ``review``: a person should confirm; ``kind``: the class of the reason (network, server, soft, loop …).
    """

    state: State
    reason: str = ""
    review: bool = False
    kind: str = ""
    evidence: dict[str, Any] | None = None


# browsers follow no more redirects in a row
_HOPS = 20
# a page or two that come back to themselves are faults, more a gate
_FEW_LOOPS = 3


def route_of(targets: dict[str, Target], url: str) -> Route:
    """Follow the recorded redirects from an address; an unknown address leads nowhere but to itself."""
    if url not in targets:
        return Route((url,), None)
    chain = resolve(targets, url)
    hops = (*chain.hops, chain.target.url)
    onward = chain.target.fetch.redirect_to if chain.target.fetch is not None and not chain.loop else None
    # where only impossible addresses lead is no address of the site, and not among the targets
    return Route(hops, chain.target, chain.loop) if onward is None else Route((*hops, onward), None)


def is_home(url: str) -> bool:
    """Whether an address names the entry page of its host."""
    parts = urlsplit(url)
    return not parts.query and bool(_HOME_PATH.match(parts.path))


def look_of(record: PageRecord) -> tuple[str, str] | None:
    """Return what makes two answers the same page to the eye; None where a page shows too little to tell."""
    if not record.signature or record.script_shell:
        return None
    return record.signature, record.title or ""


def missing_answer(site: Site, host: str) -> MissingAnswer:
    """Return how a host answered the addresses that cannot exist."""
    scripts: dict[tuple[str, ...], MissingAnswer] = {}
    looks: set[tuple[str, str]] = set()
    ends: set[str] = set()
    for url, fetch, record in site.snapshot.probes(host):
        end, look = _answered(site, fetch, record)
        script = script_of(url)
        if script:
            scripts[script] = MissingAnswer(frozenset([look] if look else []), frozenset([end] if end else []))
        else:
            looks |= {look} if look else set()
            ends |= {end} if end else set()
    return MissingAnswer(frozenset(looks), frozenset(ends), scripts)


def _answered(site: Site, fetch: Fetch, record: PageRecord | None) -> tuple[str | None, tuple[str, str] | None]:
    """Return where a host sent an address that cannot exist, and how what it then showed looks."""
    end = None
    if fetch.redirect_to:
        end = route_of(site.targets, fetch.redirect_to).last
        page = site.snapshot.pages.get(end)
        record = page.record if page is not None else record
    elif fetch.outcome != "ok":
        return None, None
    return end, look_of(record) if record is not None else None


def reach_of(site: Site, url: str, words: str = "") -> Reach:
    """Judge one address as a reader would find it; ``words`` are those of the link that leads to it.

    ``elsewhere``: not a matter of opening (intranet, ``file:``); ``unasked``: the run never asked it.
    """
    target = site.targets.get(url)
    if target is None or target.role in ("forbidden", "unsupported"):
        return Reach("elsewhere")
    if target.fetch is None or target.fetch.outcome == "trap":
        return Reach("unasked", "本次抓取未轮到")
    route = route_of(site.targets, url)
    seen: dict[str, Any] = {} if len(route.hops) == 1 else {"redirects": list(route.hops[1:])}
    if route.loop:
        return _loop(site, route, seen)
    end = route.end
    if end is not None and end.role in ("forbidden", "unsupported"):
        return Reach("elsewhere", evidence=seen)
    if end is None or end.fetch is None:
        if route.last in site.missing_answer(host_of(url)).of(url).ends:
            return Reach("dead", _LED_ASTRAY, kind="soft", evidence=seen)
        return Reach("unasked", "转向的地址本次未抓取", evidence=seen)
    if end.fetch.outcome in ("forbidden-address", "unsupported"):
        return Reach("elsewhere", evidence=seen)
    if len(route.hops) > _HOPS:
        return Reach("dead", f"连续转向 {len(route.hops) - 1} 次仍没有打开，浏览器不再跟随", kind="loop", evidence=seen)
    if end.fetch.outcome == "trap":
        return Reach("unasked", "转向的地址本次未抓取", evidence=seen)
    answer = _answer(end.fetch)
    if answer.state != "alive":
        return Reach(answer.state, answer.reason, answer.review, answer.kind, {**_facts(end.fetch), **seen})
    return _opened(site, url, route, words, {**_facts(end.fetch), **seen})


def _loop(site: Site, route: Route, seen: dict[str, Any]) -> Reach:
    fetches = [target.fetch for url in route.hops if (target := site.targets.get(url)) is not None]
    gated = any(fetch is not None and "set-cookie" in fetch.headers for fetch in fetches)
    if route.hops[-1] == route.hops[-2] and not gated and _sends_back_to_itself(site, route):
        why = "反复转向它自己，没有要求设置 cookie，浏览器会提示重定向次数过多"
        return Reach("dead", why, kind="loop", evidence={**_facts(fetches[-1]), **seen} if fetches[-1] else seen)
    if gated or route.hops[-1] == route.hops[-2]:
        why = "转向自身或带着 cookie 循环转向，多为对方网站的防护措施，无法判断"
        return Reach("unverified", why, kind="blocked", evidence=seen)
    why = f"循环转向（{len(route.hops) - 1} 次后回到已经过的地址）"
    return Reach("dead", why, kind="loop", evidence=seen)


def _sends_back_to_itself(site: Site, route: Route) -> bool:
    """Whether an address of the site itself, word for word, redirects to itself for every reader.

    A site that does so at more than a few addresses guards itself.
    """
    end = site.targets[route.last]
    host = end.host
    return (
        end.role != "external" and end.fetch is not None and end.fetch.attempts >= 2
        and urljoin(end.url, end.fetch.headers.get("location", "")) == end.url
        and "location" in end.fetch.headers and site.self_redirects.get(host, 0) <= _FEW_LOOPS
    )


def self_redirects_of(targets: dict[str, Target]) -> Counter[str]:
    """Return how many addresses of each host redirect to themselves."""
    return Counter(
        target.host for url, target in targets.items()
        if target.fetch is not None and target.fetch.redirect_to == url
    )


def _answer(fetch: Fetch) -> Reach:
    """Judge an answer by its status alone."""
    confirmed = fetch.attempts >= 2
    outcome, status = fetch.outcome, fetch.status or 0
    if outcome in ("ok", "too-large"):
        return Reach("alive")
    if outcome in _UNREAD:
        shown = f"（{fetch.reason}）" if fetch.reason else f"（状态码 {status}）" if status else ""
        return Reach("unverified", _UNREAD[outcome] + shown, kind=outcome)
    if outcome in _NETWORK:
        if not confirmed:
            return Reach("unverified", f"{_NETWORK[outcome]}，{_ONCE_ONLY}", kind="network")
        return Reach("dead", f"{_NETWORK[outcome]}（{fetch.attempts} 次探测）", kind="network")
    if outcome == "redirect":
        return Reach("unverified", f"状态码 {status}，转向的地址无法识别", kind="redirect")
    if status in _UNDECIDED:
        return Reach("unverified", f"状态码 {status}，对方网站拒绝访问，无法判断", kind="blocked")
    if 400 <= status < 600:
        kind = "status" if status < 500 else "server"
        if not confirmed:
            return Reach("unverified", f"状态码 {status}，{_ONCE_ONLY}", kind=kind)
        return Reach("dead", f"状态码 {status}（{fetch.attempts} 次探测）", kind=kind)
    return Reach("unverified", fetch.reason or f"未能判断（{outcome}）", kind=outcome)


def _opened(site: Site, url: str, route: Route, words: str, seen: dict[str, Any]) -> Reach:
    """Tell a page that opens from one that only says, or means, that there is none (soft 404)."""
    end = route.last
    if site.is_start(url) or is_home(url):
        return Reach("alive", evidence=seen)
    page = site.snapshot.pages.get(end)
    host_answer = site.missing_answer(host_of(end))
    moved = len(route.hops) > 1
    if page is not None and page.record.error_page and not site.is_start(end):
        return _error_page(page.record, site.targets[url].role == "external", seen)
    look = look_of(page.record) if page is not None else None
    # an empty list may look as one of no number does
    empty = page is not None and page.record.page_kind == "column"
    if look is not None and look in (host_answer if empty else host_answer.of(end)).looks:
        what = "首页" if is_home(end) or site.is_start(end) else "页面"
        return Reach("dead", f"打开的是该网站对不存在的地址一律返回的{what}", kind="soft", evidence=seen)
    own_missing = site.missing_answer(host_of(url)).of(url)
    if moved and end in own_missing.ends:
        return Reach("dead", _LED_ASTRAY, kind="soft", evidence=seen)
    if page is not None and page.record.refresh_to and page.record.text_length < _NOTHING_BUT_A_NOTICE:
        moved, end = True, page.record.refresh_to
        seen = {**seen, "redirects": [*seen.get("redirects", ()), end]}
    if moved and (is_home(end) or site.is_start(end)) and _named_article(url, words):
        # what another site does with its own addresses was not probed
        review = site.targets[url].role == "external"
        return Reach("dead", "转回了首页，原信息已打不开", review, kind="soft", evidence=seen)
    return Reach("alive", evidence=seen)


def _error_page(record: PageRecord, outside: bool, seen: dict[str, Any]) -> Reach:
    """Judge a page that says it is none: gone for good, or only refused to a program like this one."""
    words = lexicon("error_pages")
    wording = record.error_wording or record.title or "错误页"
    said = f"{record.title} {wording}"
    gone = any_of([words["missing"]]).search(said)
    if any_of([words["refused"]]).search(said):
        return Reach("unverified", f"打开的是拦截页（“{wording[:40]}”），无法判断", kind="blocked", evidence=seen)
    if not gone and any_of([words["members"]]).search(said):
        why = f"打开的页面要求登录或权限（“{wording[:40]}”），无法判断"
        return Reach("unverified", why, kind="blocked", evidence=seen)
    doubtful = not gone and (outside or _is_doubtful(wording))
    return Reach("dead", f"打开的是错误页（“{wording[:40]}”）", doubtful, kind="soft", evidence=seen)


def _is_doubtful(wording: str) -> bool:
    """Whether an error speaks of the address's parameters or of what is not published yet, not of what is gone."""
    scripts = lexicon("error_pages")["scripts"]
    things = f"(?:{'|'.join(scripts['things'])})"
    return bool(any_of([one.replace("{thing}", things) for one in scripts["doubtful"]]).search(wording))


def names_article(url: str) -> bool:
    """Whether an address has the form of one article's: below a folder, with a number in its last part."""
    return bool(_ARTICLE_PATH.match(urlsplit(url).path))


def _named_article(url: str, words: str) -> bool:
    """Whether an address and its link's words are those of one article, not of a site or a section."""
    return names_article(url) and bool(words) and not _HOMELIKE_WORDS.search(words.strip())


def _facts(fetch: Fetch) -> dict[str, Any]:
    facts: dict[str, Any] = {"outcome": fetch.outcome, "attempts": fetch.attempts}
    if fetch.status is not None:
        facts["status"] = fetch.status
    if fetch.reason:
        facts["reason"] = fetch.reason[:200]
    return facts
