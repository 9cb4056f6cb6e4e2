"""Which pages are to be rendered, and why: decided from what was read of their bytes."""

from __future__ import annotations

import re
from typing import Literal

from crawler.snapshot.records import PageRecord, Reading

Mode = Literal["auto", "never", "always"]

LIST, PAGER, SHELL, BLANK, TABLE, ALWAYS = "list", "pager", "shell", "blank", "table", "always"
WORDS = {
    LIST: "列表由脚本填充", PAGER: "列表靠脚本翻页", SHELL: "页面由脚本生成", BLANK: "页面没有文字",
    TABLE: "信息公开表由脚本填写",
    ALWAYS: "配置要求全部渲染",
}

_BLANK = 12
_FORWARD = re.compile(r"下一?页|后一?页|&gt;&gt;|__doPostBack|goPage|gotoPage|toPage|turnPage", re.IGNORECASE)
_PAGES = re.compile(
    r"(?:共|/)\s*(?:<[^<>]{0,80}>\s*){0,3}(\d{1,5})\s*(?:<[^<>]{0,80}>\s*){0,3}页"
    r"|(?:totalPages?|pageCount|countPage|total_page|pageTotal)['\"]?\s*[:=]\s*['\"]?(\d{1,5})\b",
    re.IGNORECASE,
)
_POST_BACK = re.compile(
    r"(?:javascript:\s*|onclick\s*=\s*['\"]?\s*(?:return\s+)?)(?:__doPostBack|goPage|gotoPage|toPage|turnPage)\s*\(",
    re.IGNORECASE,
)


def why_render(mode: str, reading: Reading, body: bytes) -> str | None:
    """Return why a page of the site has to be rendered, None where it need not be.

    ``body`` is its stored body. A page that only sends its reader on is seen where it leads to; error pages and
    answers made for scripts are what they are.
    """
    record = reading.record
    if mode == "never" or record.error_page or b"<" not in body[:4096]:
        return None
    if record.page_kind == "fragment" and not record.script_shell:
        return None
    if mode == "always":
        return ALWAYS
    if record.refresh_to:
        return None
    return _why(record, body)


def _why(record: PageRecord, body: bytes) -> str | None:
    listing = record.listing
    if listing is not None and listing.script_filled and not record.letters:
        return LIST
    if record.script_shell:
        return SHELL
    if listing is not None and listing.items and not listing.next_pages and goes_on(record, body):
        return PAGER
    if record.text_length < _BLANK and not record.letters and not record.attachments and not (
        listing is not None and listing.items
    ) and b"<script" in body.lower():
        return BLANK
    return TABLE if _is_unfilled(record) else None


def _is_unfilled(record: PageRecord) -> bool:
    """Whether a document's disclosure table, or a cell of it, stands empty for a script to fill."""
    attributes = record.attributes
    return bool(attributes.scripted) and (
        not attributes.has_table or any(getattr(attributes, name) is not None for name in attributes.scripted)
    )


def goes_on(record: PageRecord, body: bytes) -> bool:
    """Whether a list without addresses of further pages has some all the same, which only a script opens.

    ``record`` and ``body`` are those of the list's first page.
    """
    assert record.listing is not None
    if record.listing.unreachable_pages:
        return True
    markup = body.decode(record.charset or "utf-8", "replace")
    if not _FORWARD.search(markup):
        return False
    if record.listing.total is not None and record.listing.total > len(record.listing.items):
        return True
    if any(int(found.group(1) or found.group(2)) > 1 for found in _PAGES.finditer(markup)):
        return True
    return len(_POST_BACK.findall(markup)) >= 2
