"""What a document (文件) is, told from news and notices that merely stand in a disclosure directory."""

from __future__ import annotations

import re

from checks.lexicon import any_of, lexicon
from checks.organs import is_outside
from checks.titles import key
from crawler.snapshot.reader import Page

# forms of official documents whose title alone tells; 公告 and 公示 also head mere notices
_FORMAL = re.compile(
    r"(?:通知|意见|决定|决议|命令|通报|批复|办法|规定|细则|条例|规则|方案|规划|纲要|预案|措施|规程|章程)"
    r"(?:[（(].{1,16}[）)])?$"
)
# forms that news likes to tell of, too: 我县出台稳就业十条政策
_PLAIN = re.compile(
    r"(?:(?:若干|扶持|支持|奖励|优惠|补贴|招商|惠[企农民])政策|(?:政策|措施|意见|举措|规定)?[一二三四五六七八九十百\d]{1,4}条(?:政策|措施|意见|举措|规定)?"
    r"|(?:行动|实施|工作)计划|工作要点)(?:[（(].{1,16}[）)])?$"
)
_TELLS = re.compile(
    r"出台|推出|落地|发布|公布|解读|图解|读懂|看懂|宣讲|宣传|学习|贯彻|落实|召开|[，：:！!？?]|享受|兑现|[亮送晒]出|用好|助力|这"
)
# 公告 and 通告 of other organs head mere notices, too
_GOVERNMENTS = re.compile(r"(?:人民政府|政府办公[室厅])关于.{2,}的?通告$")
_ABOUT = re.compile(r"关于|印发|发布|实施")
_REPOST_SOURCE = re.compile(r"中国政府网|新华|人民日报|人民网|央视|国务院|省政府网|学习强国")


def is_document(page: Page) -> bool:
    """Whether a page is an official document: by its number, or its title's form and a disclosure table."""
    attributes = page.record.attributes
    if attributes.document_number:
        # what the site itself files with a disclosure table is one of its documents, whatever its title
        return attributes.has_table or not (
            _is_case_paper(page.record.title or "") or _is_of_case(attributes.document_number)
        )
    if not attributes.has_table:
        return False
    title = (page.record.title or "").strip().strip("》")
    formal = _FORMAL.search(title) or _GOVERNMENTS.search(title) or (_PLAIN.search(title) and not _TELLS.search(title))
    return bool(formal and (_ABOUT.search(title) or attributes.issuer))


def _is_case_paper(title: str) -> bool:
    """Whether a title is that of a paper to a party of a case, or of a notice of a sale, that numbers are given too."""
    return bool(any_of(lexicon("documents")["case_papers"]).search(title))


def _is_of_case(number: str) -> bool:
    """Whether a number is that of a case, by the letters before its year."""
    return bool(any_of(lexicon("documents")["case_numbers"]).search("".join(number.split())))


def is_repost(page: Page, site_name: str) -> bool:
    """Whether a document is another level's or place's, put up again here."""
    record = page.record
    attributes = record.attributes
    if is_outside(attributes.issuer, attributes.document_number, site_name):
        return True
    title = record.title or ""
    heading = title.split("关于", 1)[0] if "关于" in title else ""
    if len(key(heading)) >= 4 and is_outside(heading, None, site_name):
        return True
    return not attributes.issuer and bool(_REPOST_SOURCE.search(record.source or ""))
