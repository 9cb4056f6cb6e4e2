"""The demonstration site's search: a results page made for the words asked for."""

from __future__ import annotations

import re
from html import escape, unescape
from urllib.parse import parse_qs

from demo.linkmap import is_markup, text_of
from demo.model import HostSite, Response

PATH = "/jsearchfront/search.do"
_TITLE = re.compile(r'<meta name="ArticleTitle" content="([^"]+)"', re.IGNORECASE)
_MOST = 20


def results(site: HostSite, query: str) -> Response:
    """Return the page that lists a host's articles whose titles hold the words of ``q``."""
    words = parse_qs(query).get("q", [""])[0].strip()
    found = [(path, title) for path, title in _titles(site) if words and words in title][:_MOST]
    rows = "".join(f'<li><a href="{escape(path)}">{escape(title)}</a></li>' for path, title in found)
    body = (
        f"<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>站内搜索</title></head><body><h1>站内搜索</h1>"
        f"<p>“{escape(words)}”：找到 {len(found)} 条结果</p><ul>{rows}</ul>"
        "<p><a href=\"/\">返回首页</a></p></body></html>"
    )
    return Response(body=body.encode())


def _titles(site: HostSite) -> list[tuple[str, str]]:
    found = []
    for path, response in site.responses.items():
        title = _TITLE.search(text_of(response)) if response.status == 200 and is_markup(response) else None
        if title is not None:
            found.append((path, unescape(title[1])))
    return found
