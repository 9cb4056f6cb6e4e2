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

COLUMN_TYPE: Final = {
    "news": "动态要闻", "notices": "通知公告", "policies": "政策文件", "interpretations": "政策解读", "letters": "来信",
    "consultations": "意见征集", "decisions": "重大行政决策", "annual-reports": "年度报告", "budgets": "预算决算",
    "guides": "公开指南", "topic": "专题", "archive": "归档", "other": "其他",
}
FETCH_OUTCOME: Final = {
    "ok": "能打开", "redirect": "跳转", "http-error": "返回错误", "blocked": "拒绝访问或要求验证", "dns": "域名无法解析",
    "refused": "拒绝连接", "network": "网络不通", "timeout": "超时", "tls": "证书或加密连接有问题", "too-large": "内容过大",
    "robots": "robots.txt 不允许", "forbidden-address": "内网地址，未访问", "unsupported": "不是网址，未访问",
    "not-fetched": "本次未轮到",
}
BOOLEAN: Final = {True: "是", False: "否"}

# What checks write into a finding's evidence, by key; codes among the values, by key
EVIDENCE: Final = {
    "alive": "能打开",
    "answered_by": "答复单位",
    "attempts": "探测次数",
    "bytes": "大小（字节）",
    "chain": "跳转过程",
    "column": "栏目",
    "content_type": "内容类型",
    "count": "数量",
    "date": "日期",
    "days": "已过天数",
    "deadline": "期限",
    "department": "责任单位",
    "disclosure": "公开属性",
    "document_number": "文号",
    "due": "应于",
    "element": "页面元素",
    "error": "错误",
    "examples": "举例",
    "excess": "超出",
    "excerpt": "原文摘录",
    "expected": "应为",
    "fetched_at": "取得时间",
    "final_url": "最终地址",
    "found": "所见",
    "has_table": "有信息表",
    "headers": "应答头",
    "host": "主机",
    "interpretations_seen": "全站解读数",
    "issued": "成文日期",
    "issuer": "发文机关",
    "items": "条目数",
    "kind": "类别",
    "kinds": "文种",
    "labels": "页面标签",
    "later_than_as_of": "晚于巡检日的日期",
    "limit": "时限",
    "limit_days": "时限（天）",
    "link_text": "链接文字",
    "linking_pages": "链接它的页面数",
    "links": "链接",
    "missing": "缺少",
    "months": "月数",
    "newest": "最新一条日期",
    "note": "说明",
    "notice": "页面提示",
    "opened_title": "打开后的标题",
    "outcome": "结果",
    "pages": "所在页面",
    "period": "时段",
    "provisional": "暂按推定",
    "published": "发布日期",
    "reason": "原因",
    "received": "收到日期",
    "redirects": "跳转过程",
    "replied": "答复日期",
    "seen": "所见",
    "seen_at": "查看时间",
    "sha256": "页面 SHA-256",
    "sources": "链接它的页面",
    "status": "状态",
    "statuses": "状态码",
    "text": "文字",
    "threshold": "限值",
    "title": "标题",
    "total": "总数",
    "type": "类型",
    "unit": "单位",
    "url": "地址",
    "used": "用时",
    "working_days": "工作日",
}
EVIDENCE_CODES: Final = {"type": COLUMN_TYPE, "outcome": FETCH_OUTCOME}
