"""Whether a finding was mended, told from a second look at what it rests on.

Nothing is taken for mended that was not looked at anew and read whole; what is not certain is left to a person or to
the next full inspection, with the reason.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from checks.faults import hiding
from checks.model import Finding, Judgement
from checks.reach import is_home
from checks.reached import TAKEN_DOWN, is_decided
from checks.rests import Rests
from checks.site import CONTENT_KINDS, Site
from checks.titles import cited, differ_clearly, key
from crawler.snapshot.reader import Page
from crawler.snapshot.records import Fetch
from rules.lexicons import crawl_fault_limits

Outcome = Literal["mended", "standing", "unread", "review"]
State = Literal["read", "gone", "unread"]

# to mend these may be to mend the title
_TITLES_MAY_CHANGE = frozenset({"document-inconsistent"})
# a page that lost more than that may have lost a fault with it, or was not sent whole
_MOST_OF_THE_TEXT = 0.5


@dataclass(frozen=True)
class Verdict:
    """What the second look came to for one finding.

    ``mended``: close it out · ``standing``: it is found again · ``unread``: what it rests on could not be read ·
    ``review``: it is found no more, but not because it was mended beyond doubt. ``words`` say why, in Chinese.
    """

    finding: Finding
    outcome: Outcome
    words: str


@dataclass
class SecondLook:
    """A site before and after some of its addresses were asked again, and what the checks say after.

    ``asked`` are the addresses asked anew, ``failed`` those of them whose answers say nothing of the page: they stand
    in ``after`` as they did before. ``known`` are the fingerprints that stood before; ``faded`` those that the checks
    do not find in ``before`` any more as of the second look's day. ``links`` are the addresses at which findings are
    said to be mended.
    """

    before: Site
    after: Site
    judgement: Judgement
    asked: Collection[str]
    failed: Mapping[str, Fetch]
    known: Collection[str]
    faded: Collection[str]
    links: Mapping[str, str]

    def __post_init__(self) -> None:
        self._found = {finding.fingerprint: finding for finding in self.judgement.findings}
        self._ran = {row.check for row in self.judgement.examinations} - set(self.judgement.unfinished)

    @property
    def others(self) -> list[Finding]:
        """What is found now and was not known before."""
        return [finding for finding in self.judgement.findings if finding.fingerprint not in self.known]

    def verdict(self, finding: Finding, rests: Rests) -> Verdict:
        """Say whether one finding was mended."""
        outcome, words = self._judge(finding, rests)
        if outcome == "standing" and rests.left_out:
            words += f"（有关地址还有 {rests.left_out} 个，超过一次复查的数量，没有看）"
        if outcome != "mended":
            words += self._seen_at_link(finding)
        return Verdict(finding, outcome, words)

    def _seen_at_link(self, finding: Finding) -> str:
        """Return what came of the address at which a finding is said to be mended, where that is not enough."""
        link = self.links.get(finding.fingerprint)
        if link is None:
            return ""
        state, reason = self.state(link)
        if state == "read":
            return f"；整改链接 {link} 能打开，但据此不能认定已整改"
        return f"；整改链接 {link} {'打不开' if state == 'gone' else '未能核实'}（{reason}）"

    def _judge(self, finding: Finding, rests: Rests) -> tuple[Outcome, str]:
        if finding.check not in self._ran:
            return "unread", "这项检查未能执行，或规则包里已没有它"
        found = self._found.get(finding.fingerprint)
        if found is not None and found.verdict == "unverified":
            return "unread", found.message
        states = {url: self.state(url) for url in rests.read}
        unread = [f"{url}：{words}" for url, (state, words) in states.items() if state == "unread"]
        if unread:
            more = f"（另有 {len(unread) - 1} 个地址）" if len(unread) > 1 else ""
            return "unread", f"{unread[0]}{more}"
        if found is not None:
            wide = "；这要看全站，如已整改，请给出整改链接，或等下次巡检" if rests.rule.wide else ""
            return "standing", f"{found.message}{wide}"
        return self._not_found(finding, rests, states)

    def _not_found(
        self, finding: Finding, rests: Rests, states: Mapping[str, tuple[State, str]],
    ) -> tuple[Outcome, str]:
        """Say why a finding is found no more."""
        if finding.fingerprint in self.faded:
            return "review", "按复查的日期和现在的规则，整改前的网页上也不再判为问题，不能据此销号"
        moved = self._moved(finding, rests)
        if moved is not None:
            return "standing", f"换到了别处：{moved.url}：{moved.message}"
        if hiding(self.judgement.faults, finding.check, finding.url, finding.column, finding.target) is not None:
            return "unread", "有栏目或网站的主要部分未能读取，没有找到不等于已经整改"
        gone = [url for url, (state, _) in states.items() if state == "gone"]
        if gone and rests.rule.gone == "review":
            why = f"已下架（{gone[0]} 状态码 404 或 410），须由人确认是否属于整改"
            return self._at_its_new_place(finding) or ("review", why)
        for url in rests.read:
            if url not in gone and (doubt := self._another_page(finding.check, url, rests.rule.gone)) is not None:
                return self._at_its_new_place(finding) or ("review", doubt)
        if gone:
            return "mended", f"{gone[0]} 已撤下，问题不复存在"
        return "mended", "已重新读取，不再有这个问题"

    def _moved(self, finding: Finding, rests: Rests) -> Finding | None:
        """Return the same defect where it is found now: on another page, or where the page redirects to."""
        onward = self.after.page_address(finding.url)
        for other in self.others:
            if other.check != finding.check or other.target != finding.target:
                continue
            if rests.rule.one == "target" or (onward != finding.url and other.url == onward):
                return other
        return None

    # -- is it still there, and the same? -------------------------------------------------------------------

    def state(self, url: str) -> tuple[State, str]:
        """Tell whether an address was asked anew and read whole, is gone for good, or neither, with the reason."""
        hops = self.after.route(url).hops
        for hop in hops:
            if hop in self.failed:
                fetch = self.failed[hop]
                return "unread", fetch.reason or (f"状态码 {fetch.status}" if fetch.status else fetch.outcome)
            if hop not in self.asked:
                return "unread", "没有再次抓取" if hop == url else f"转向的地址 {hop} 没有再次抓取"
        reach = self.after.reach(url)
        fetch_at_end = self.after.targets[hops[-1]].fetch
        if reach.state == "dead" and fetch_at_end is not None and fetch_at_end.status in TAKEN_DOWN:
            return "gone", reach.reason
        if reach.state != "alive":
            return "unread", reach.reason or "打不开"
        return self._read_whole(url, hops[-1], fetch_at_end)

    def _read_whole(self, url: str, end: str, fetch: Fetch | None) -> tuple[State, str]:
        if fetch is not None and fetch.reason:
            return "unread", fetch.reason
        render = self.after.snapshot.render_of(end)
        if render is not None and render.outcome not in ("ok", "unneeded"):
            return "unread", f"页面由脚本生成，未能渲染完整（{render.reason or render.outcome}）"
        page, before = self.after.snapshot.pages.get(end), self.before.page_of(url)
        if page is not None and before is not None:
            if page.record.script_shell and not before.record.script_shell and render is None:
                return "unread", "页面现在由脚本生成，未能读取"
            listing = page.record.listing
            told = listing is not None and listing.empty_notice
            if _rows(before) >= crawl_fault_limits()["columns"]["at_least"] and not _rows(page) and not told:
                return "unread", f"原来列有 {_rows(before)} 条信息，这次打开后读不出任何条目"
        known, now = self.before.file(url), self.after.file(url)
        if known is not None and known.outcome == "ok" and (now is None or now.outcome != "ok" or now.partial):
            return "unread", f"附件未能读取（{now.reason or now.outcome if now is not None else '不再是文件'}）"
        return "read", ""

    def _another_page(self, check: str, url: str, gone: str) -> str | None:
        """Return in Chinese why an address no longer shows the page that was judged; None where it does."""
        before, now = self.before.page_of(url), self.after.page_of(url)
        if before is None:
            return None
        if now is None:
            return f"{url} 打开的不再是网页，须由人确认是否属于整改"
        titles = f"原为{cited(before.record.title or before.url)}，现为{cited(now.record.title or now.url)}"
        if now.url != self.before.page_address(url) and not _same_title(before, now):
            return f"{url} 已转向 {now.url}（{titles}），须由人确认是否属于整改"
        if is_home(now.url) and not is_home(before.url):
            return f"{url} 已转向首页 {now.url}，须由人确认是否属于整改"
        if before.record.page_kind in CONTENT_KINDS:
            differ = differ_clearly(before.record.title or "", now.record.title or "")
            if differ and check not in _TITLES_MAY_CHANGE:
                return f"{url} 换成了别的内容（{titles}），须由人确认是否属于整改"
            left = now.record.text_length / max(before.record.text_length, 1)
            if gone == "mended" and left < _MOST_OF_THE_TEXT:
                return f"{url} 的正文只剩原来的 {left:.0%}，须由人确认是否读全、是否属于整改"
        if not _same_kind(before, now):
            return f"{url} 不再是原来那一类页面（{titles}），须由人确认是否属于整改"
        return None

    def _at_its_new_place(self, finding: Finding) -> tuple[Outcome, str] | None:
        """Return that a finding is mended at the address given for it: the same page, read anew, without the defect."""
        link = self.links.get(finding.fingerprint, "")
        before, now = self.before.page_of(finding.url), self.after.page_of(link) if link else None
        if before is None or now is None or self.state(link)[0] != "read":
            return None
        if not _same_title(before, now) or not _same_kind(before, now):
            return None
        if any(found.check == finding.check and found.url == now.url for found in self.judgement.findings):
            return None
        return "mended", f"原地址已撤下或转走，整改链接 {link} 上是同一信息，不再有这个问题"


def _rows(page: Page) -> int:
    listing = page.record.listing
    return max(len(listing.items) if listing is not None else 0, len(page.record.letters))


def _same_title(before: Page, now: Page) -> bool:
    titles = [key(page.record.title or "") for page in (before, now)]
    return bool(titles[0]) and titles[0] == titles[1]


def _same_kind(before: Page, now: Page) -> bool:
    """Whether a page is what it was, or what says more of itself: an article that is now seen to be a document."""
    was, is_ = before.record.page_kind, now.record.page_kind
    return was == is_ or (was in ("article", "other") and is_ in CONTENT_KINDS and _same_title(before, now))


def undecided(answers: Mapping[str, Fetch]) -> dict[str, Fetch]:
    """Return the answers that say nothing of their pages: refused, failed, out of order, not even asked."""
    return {url: fetch for url, fetch in answers.items() if not is_decided(fetch)}


def closed(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Return the verdicts that close a finding out."""
    return [verdict for verdict in verdicts if verdict.outcome == "mended"]
