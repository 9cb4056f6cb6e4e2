"""The Chinese words for what the data says in codes."""

from __future__ import annotations

from typing import Final

SEVERITY: Final = {"veto": "否决", "high": "严重", "medium": "较重", "low": "一般", "info": "提示"}
CONFIDENCE: Final = {"certain": "确定", "review": "待人工复核"}
VERDICT: Final = {"fail": "不符合", "unverified": "未能核实"}
STATUS: Final = {
    "new": "新发现", "open": "未整改", "reopened": "再次出现", "fixed": "已整改", "waived": "已豁免", "disputed": "有异议",
}
STATE: Final = {
    "applicable": "计分",
    "no-subject": "不适用：本次没有检查对象",
    "undecided": "不计入：检查对象均未能核实",
}
OUTCOME: Final = {"pass": "合格", "fail": "不合格", "vetoed": "不合格（单项否决）", "not-applicable": "不适用"}

# What checks write into a finding's evidence, by key
EVIDENCE: Final = {
    "actual": "实际",
    "allowed": "允许",
    "answered": "答复日期",
    "anchor": "链接文字",
    "attempts": "尝试次数",
    "attributes": "已有属性",
    "bytes": "大小（字节）",
    "calendar": "工作日历",
    "chain": "跳转过程",
    "column": "栏目",
    "column_type": "栏目类型",
    "content_type": "内容类型",
    "count": "数量",
    "date": "日期",
    "days": "天数",
    "deadline": "期限",
    "department": "责任单位",
    "doc_number": "文号",
    "documents": "文件",
    "due": "应于",
    "element": "页面元素",
    "error": "错误",
    "examples": "举例",
    "excerpt": "原文摘录",
    "expected": "应为",
    "fetched_at": "取得时间",
    "final_url": "最终地址",
    "found": "所见",
    "host": "主机",
    "interpretation": "解读",
    "interpretations": "解读",
    "issued": "成文日期",
    "items": "条目数",
    "kind": "类别",
    "labels": "页面标签",
    "last_update": "最近更新",
    "limit": "时限",
    "limit_days": "时限（天）",
    "link_text": "链接文字",
    "links": "链接数",
    "listed": "列表所载",
    "matched": "匹配到",
    "missing": "缺少",
    "months": "月数",
    "network": "网络情况",
    "newest": "最新一条日期",
    "newest_title": "最新一条标题",
    "note": "说明",
    "number": "文号",
    "outcome": "结果",
    "overdue_days": "超期天数",
    "overdue_working_days": "超期工作日",
    "page": "页面",
    "pages": "所在页面",
    "period": "时段",
    "provisional": "暂按推定",
    "published": "发布日期",
    "reason": "原因",
    "received": "收到日期",
    "redirects": "跳转过程",
    "referrers": "链接它的页面",
    "referrer_count": "链接它的页面数",
    "replied": "答复日期",
    "reply_date": "答复日期",
    "seen": "所见",
    "seen_at": "查看时间",
    "sha256": "页面 SHA-256",
    "sources": "链接它的页面",
    "start": "起",
    "end": "止",
    "status": "状态码",
    "statuses": "状态码",
    "text": "文字",
    "threshold": "限值",
    "title": "标题",
    "total": "总数",
    "type": "类型",
    "url": "地址",
    "working_days": "工作日",
}

BOOLEAN: Final = {True: "是", False: "否"}
