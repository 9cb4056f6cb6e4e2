"""The demonstration site after one working day: what was mended, what only looks so, what was taken down.

A table of cases, each of one finding of the demonstration inspection, told by its check and a few words of its message:
what is done to the site, and what a second look must say of the finding. ``also`` are further findings that the same
work mends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from demo import DemoSite, HostSite, Response
from demo.hosts import BROKEN, PORTAL
from demo.model import path_key

HTML = (("Content-Type", "text/html; charset=utf-8"),)
Raw = dict[str, Any]


class LivingSite:
    """A demonstration site that changes while it is served."""

    def __init__(self, site: DemoSite) -> None:
        self._site = site
        self.hosts: dict[str, HostSite] = {}
        # what the portal answers to everything, where it does
        self.everything: Response | None = None

    def rendered(self, base_url: str) -> dict[str, HostSite]:
        """Return the hosts as the server wants them, and keep them for changing."""
        self.hosts = {
            name: HostSite(dict(host.responses), host.fallback)
            for name, host in self._site.rendered(base_url).items()
        }
        return self.hosts

    def pages(self, host: str = PORTAL) -> dict[str, Response]:
        """Return a host's answers by path, to be changed."""
        responses = self.hosts[host].responses
        assert isinstance(responses, dict)
        return responses

    def answer(self, url: str) -> Response:
        """Return how the portal answers an address now."""
        return self.pages()[_key(url)]

    def text(self, url: str) -> str:
        """Return a page's markup."""
        return _decoded(self.answer(url).body)[0]

    def put(self, url: str, body: bytes | str, status: int = 200, kind: str = "text/html; charset=utf-8") -> None:
        """Let an address answer so."""
        content = body.encode() if isinstance(body, str) else body
        self.pages()[_key(url)] = Response(status, (("Content-Type", kind),), content)

    def take_down(self, url: str, status: int = 404) -> None:
        """Let an address be gone, or refused."""
        self.put(url, "<html><head><title>404</title></head><body><h1>404</h1><p>您访问的页面不存在</p></body></html>", status)

    def edit(self, url: str, *changes: tuple[str, str]) -> None:
        """Change a page's markup; every change must find its place."""
        known = self.answer(url)
        text, charset = _decoded(known.body)
        for old, new in changes:
            assert old in text, f"{url} has no {old!r}"
            text = text.replace(old, new)
        self.pages()[_key(url)] = Response(known.status, known.headers, text.encode(charset, "xmlcharrefreplace"))

    def page_with(self, *words: str) -> str:
        """Return the path of the one page of which all these words are true, the shortest where there are several."""
        found = [
            path for path, answer in self.pages().items()
            if answer.status == 200 and all(word in _decoded(answer.body)[0] for word in words)
        ]
        assert found, words
        return min(found, key=lambda path: (len(path), path))

    def list_on(self, column: str, url: str, title: str, day: str) -> None:
        """Put an article at the head of a column's list, as the column's CMS writes its rows."""
        text = self.text(column)
        if "<recordset>" in text:
            row = (f'<record><![CDATA[\n<li class="clearfix"><a target="_blank" href="{url}" title="{title}">{title}</a>'
                   f" <b>{day}</b></li>]]></record>\n")
            self.edit(column, ("<recordset>\n", f"<recordset>\n{row}"))
        else:
            head, mark, rest = text.partition("</h2>\n<ul>\n")
            assert mark, f"{column} has no list this can be put on"
            row = f'<li>\n<a href="{url}" target="_blank" title="{title}">{title}</a>\n<span class="bf-pass">{day}</span></li>\n'
            self.put(column, head + mark + row + rest)

    def publish(self, column: str, like: str, url: str, title: str, day: str, *changes: tuple[str, str]) -> None:
        """Publish an article in a column: a page like another one, with its title, day and words changed."""
        text = self.text(like)
        for old, new in changes:
            assert old in text, f"{like} has no {old!r}"
            text = text.replace(old, new)
        self.put(url, text)
        self.list_on(column, url, title, day)


def _key(url: str) -> str:
    parts = urlsplit(url)
    return path_key(f"{parts.path}?{parts.query}" if parts.query else parts.path)


def _decoded(body: bytes) -> tuple[str, str]:
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return body.decode("gb18030", "replace"), "gb18030"


Work = Callable[[LivingSite, Raw], object]


@dataclass(frozen=True)
class Mending:
    """One case: the finding, what is done, what must come of it; ``link`` is the corrected address a unit gives."""

    check: str
    about: str
    work: Work
    outcome: str = "mended"
    also: tuple[tuple[str, str], ...] = ()
    link: Callable[[LivingSite, Raw], str] | None = None
    words: str = ""


def changes(*pairs: tuple[str, str]) -> Work:
    """The finding's own page is edited."""
    return lambda site, finding: site.edit(finding["url"], *pairs)


def on_target(*pairs: tuple[str, str]) -> Work:
    return lambda site, finding: site.edit(finding["target"], *pairs)


def gone(status: int = 404) -> Work:
    return lambda site, finding: site.take_down(finding["url"], status)


def nothing(site: LivingSite, finding: Raw) -> None:
    """Nothing is done."""


ARTICLE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title><meta name="ArticleTitle" content="{title}">
<meta name="PubDate" content="{day}"></head><body><div>当前位置：<a href="/">首页</a> &gt; 正文</div><h1>{title}</h1>
<p>发布日期：{day} 信息来源：云岭县人民政府</p><div class="content"><p>{text}</p></div></body></html>"""


SOFT = "<html><head><title>提示信息</title></head><body><h1>很抱歉</h1><p>您访问的页面不存在或已被删除。</p></body></html>"


def article(title: str, day: str, text: str) -> str:
    return ARTICLE.format(title=title, day=day, text=text * 3)


def _restore_list(site: LivingSite, finding: Raw) -> None:
    site.put(finding["target"], article("政务服务事项清单（上一年度版）", "2025-03-12", "本清单列出上一年度政务服务事项。"))


def _publish_news(site: LivingSite, finding: Raw) -> None:
    site.put("/wsjkj/gzdt/202611/t20261119_9901.html", article("县卫健局召开冬季呼吸道疾病防控工作会", "2026-11-19", "会议部署了冬季呼吸道疾病防控工作。"))
    site.list_on(finding["url"], "/wsjkj/gzdt/202611/t20261119_9901.html", "县卫健局召开冬季呼吸道疾病防控工作会", "2026-11-19")


def _publish_interpretation(site: LivingSite, finding: Raw) -> None:
    like = site.page_with("<title>", "《云岭县城市更新行动实施方案》政策解读", "出台背景")
    column = site.page_with("<recordset>", "《云岭县城市更新行动实施方案》政策解读")
    url = "/art/2026/11/19/art_1023_9902.html"
    title = "《云岭县户外广告设施管理规定》政策解读"
    site.publish(column, like, url, title, "2026-11-19", ("云岭县城市更新行动实施方案", "云岭县户外广告设施管理规定"))
    site.edit(finding["url"], ("<ucapcontent>", f'<ucapcontent><p>相关解读：<a href="{url}">{title}</a></p>'))


def _publish_feedback(site: LivingSite, finding: Raw) -> None:
    like = site.page_with("《云岭县公共租赁住房管理办法（征求意见稿）》意见征集结果反馈", "采纳意见6条")
    column = site.page_with("<recordset>", "《云岭县公共租赁住房管理办法（征求意见稿）》意见征集结果反馈")
    site.publish(
        column, like, "/art/2026/11/19/art_1052_9903.html", "《云岭县城市道路挖掘管理办法（征求意见稿）》意见征集结果反馈",
        "2026-11-19", ("云岭县公共租赁住房管理办法", "云岭县城市道路挖掘管理办法"),
        ("采纳意见6条", "采纳意见6条，未采纳8条，未采纳的原因是与上位法的规定不一致"),
    )


def _publish_report(site: LivingSite, finding: Raw) -> None:
    like = site.page_with("<h1", "云岭县财政局2025年政府信息公开工作年度报告", "收到和处理政府信息公开申请情况")
    title = "云岭县自然资源和规划局2025年政府信息公开工作年度报告"
    site.publish(
        finding["url"], like, "/zrzyj/xxgknb/202601/t20260120_9904.html", title, "2026-01-20",
        ("云岭县财政局", "云岭县自然资源和规划局"),
    )


def _publish_month(site: LivingSite, finding: Raw) -> None:
    like = site.page_with("云岭县国有企业经济运行情况（2026年8月）<!--", "2026-09-14")
    title = "云岭县国有企业经济运行情况（2026年7月）"
    site.publish(
        finding["url"], like, "/art/2026/8/14/art_1027_9905.html", title, "2026-08-14",
        ("2026年8月", "2026年7月"), ("2026-09-14", "2026-08-14"),
    )


def _fill_column(site: LivingSite, finding: Raw) -> None:
    for number in range(1, 4):
        url, title = f"/nyncj/xzxk/202611/t2026111{number}_991{number}.html", f"农药经营许可决定公告第{number}号"
        site.put(url, article(title, f"2026-11-1{number}", "经审查，准予农药经营许可，现予公告。"))
        site.list_on(finding["url"], url, title, f"2026-11-1{number}")
    site.edit(finding["url"], ('<div class="nodata">暂无信息</div>', ""))


def _put_directory(site: LivingSite, finding: Raw) -> None:
    like = site.page_with("<recordset>", "结果反馈", "ColumnName")
    name = "公共企事业单位名单"
    site.put(finding["target"], site.text(like).replace("结果反馈", name))


def _move(site: LivingSite, finding: Raw) -> None:
    """The document stands, complete now, at another address; the old one is gone."""
    text = site.text(finding["url"])
    site.put("/czj/zcwj/202609/t20260918_9906.html", text.replace("</h1>", "</h1><p>公开属性：主动公开</p>", 1))
    site.take_down(finding["url"])


def _search_page(site: LivingSite, finding: Raw) -> None:
    site.edit("/", ("网站标识码：", '<a href="https://zfwzgl.www.gov.cn/exposure/jiucuo.html">我为政府网站找错</a>　网站标识码：'))


def _open_broken_host(site: LivingSite, finding: Raw) -> None:
    site.pages(BROKEN)["/"] = Response(200, HTML, article("云岭县数据开放平台", "2026-11-19", "平台提供数据目录。").encode())


MENDINGS = [
    # links
    Mending("dead-link", "上一年度版", _restore_list),
    Mending("dead-link", "农村道路硬化工程公示", changes(('<a href="7730.htm">望岭镇农村道路硬化工程公示（第一批）</a>', "望岭镇农村道路硬化工程公示（第一批）"))),
    Mending("dead-link", "公共企事业单位名单", _put_directory, also=(("directory-mismatch", "公共企事业单位名单"),)),
    Mending("wrong-link", "云岭县数字政府平台", changes(("http://127.0.0.1:8080/portal/preview.do?id=3351", "/"))),
    Mending("suspicious-link", "澳门娱乐城", changes(('<div style="display:none"><a href="http://www.js55880.example/">澳门娱乐城真人百家乐</a></div>', ""))),
    # attachments
    Mending("broken-attachment", "备案机构名单", lambda site, finding: site.put(finding["target"], b"%PDF-1.4\n" + b"0" * 900 + b"\n%%EOF", kind="application/pdf"),
            also=(("dead-link", "备案机构名单"),)),
    Mending("attachment-missing", "慈善组织公开募捐资格公示", changes(("附件：云岭县具有公开募捐资格的慈善组织名单", '附件：<a href="/mzj/upload/9907.pdf">云岭县具有公开募捐资格的慈善组织名单</a>'))),
    # what a page must carry
    Mending("disclosure-attribute-missing", "公共停车场建设管理办法", changes(('<td class="t">主题分类</td>', '<td class="t">公开属性</td><td>主动公开</td><td class="t">主题分类</td>'))),
    Mending("page-meta-missing", "ArticleTitle 的值为空", changes(('content="" name="ArticleTitle"', 'content="望岭镇组织开展冬季用电安全检查" name="ArticleTitle"'))),
    Mending("consultation-status-missing", "城市停车收费管理办法", changes(("<ucapcontent>", "<ucapcontent><p>征集状态：进行中　开始时间：2026-11-03　结束时间：2026-12-03</p>"))),
    Mending("guide-incomplete", "办公时间", changes(("办公地址：", "办公时间：工作日上午8:30—12:00，下午14:00—17:30；传真号码：0000-6120115；办公地址：")),
            also=(("guide-incomplete", "传真号码"),)),
    Mending("document-inconsistent", "公共机构节能管理办法", changes(("〔2024〕", "〔2026〕"))),
    Mending("validity-label-missing", "城市绿线管理办法", changes(("公开方式: 主动公开", "公开方式: 主动公开 有效性: 有效"))),
    Mending("annual-report-arithmetic", "农业农村局", changes(("<td>30</td>", "<td>23</td>"))),
    # what the page says
    Mending("wording-error", "扫黑险恶", changes(("扫黑险恶", "扫黑除恶"))),
    Mending("wording-error", "关于关于", gone()),
    Mending("personal-information-exposed", "危房改造对象公示", changes(
        ("37010019030412001X", "370***********001X"), ("370100190511070027", "370***********0027"), ("370100190408230037", "370***********0037"),
    )),
    Mending("content-conflict", "农村自建房安全管理规定", on_target(("七个工作日", "三个工作日"))),
    Mending("reply-fields-missing", "咨询老年优待证", changes(("<th>答复单位</th><td></td>", "<th>答复单位</th><td>云岭县民政局</td>"))),
    Mending("reply-perfunctory", "农贸市场周边停车位", changes((
        "您好，您的来信收悉，我们高度重视，将尽快研究解决。感谢您的支持！",
        "您好，经街道办事处现场勘查，农贸市场东侧闲置空地已完成平整，将于12月10日前划设临时停车位46个，周末免费开放；"
        "详情可致电0000-6120303咨询街道城建办。",
    ))),
    # what appears elsewhere
    Mending("stale-column", "2026-10-28", _publish_news),
    Mending("empty-column", "行政许可结果", _fill_column),
    Mending("interpretation-missing", "户外广告设施管理规定", _publish_interpretation),
    Mending("interpretation-unlinked", "既有住宅加装电梯管理办法", lambda site, finding: site.edit(
        finding["target"], ("<ucapcontent>", f'<ucapcontent><p>政策原文：<a href="{finding["url"]}">云岭县人民政府关于印发《云岭县既有住宅加装电梯管理办法》的通知</a></p>'))),
    Mending("consultation-feedback-missing", "城市道路挖掘管理办法", _publish_feedback),
    Mending("annual-report-missing", "自然资源和规划局", _publish_report),
    Mending("periodic-publication-missed", "企业经济效益应按月公开", _publish_month),
    Mending("site-feature-missing", "找错", _search_page),
    Mending("site-unreachable", "无法打开", _open_broken_host),
    # mended at another address, as the unit says
    Mending("disclosure-attribute-missing", "国有资产出租出借管理办法", _move, link=lambda site, finding: "/czj/zcwj/202609/t20260918_9906.html"),
    # what only looks mended
    Mending("disclosure-attribute-missing", "技能大师工作室管理办法", gone(), "review", words="已下架"),
    Mending("disclosure-attribute-missing", "中小学课后服务管理办法", gone(403), "unread", words="403"),
    Mending("dead-link", "文昌广场摊位平面图", lambda site, finding: site.put(finding["target"], SOFT), "standing"),
]


@dataclass
class Done:
    """What was done: the findings of each outcome, by fingerprint."""

    outcomes: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)


def mend(site: LivingSite, findings: Iterable[Raw], base: str) -> Done:
    """Do the work of the whole table; raises AssertionError where a case has no finding, or more than one."""
    findings = list(findings)
    done = Done()
    for case in MENDINGS:
        finding = the_one(findings, case.check, case.about)
        case.work(site, finding)
        done.outcomes[finding["fingerprint"]] = case.outcome
        done.words[finding["fingerprint"]] = case.words
        for check, about in case.also:
            done.outcomes[the_one(findings, check, about)["fingerprint"]] = case.outcome
        if case.link is not None:
            done.links[finding["fingerprint"]] = base.rstrip("/") + case.link(site, finding)
    site.put("/mzj/upload/9907.pdf", b"%PDF-1.4\n" + b"0" * 900 + b"\n%%EOF", kind="application/pdf")
    return done


def the_one(findings: Iterable[Raw], check: str, about: str) -> Raw:
    """Return the one standing finding of a check whose message has these words."""
    found = [
        finding for finding in findings
        if finding["check"] == check and about in finding["message"] and finding["verdict"] == "fail"
    ]
    assert len(found) == 1, (check, about, len(found))
    return found[0]
