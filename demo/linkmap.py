"""Which addresses each page leads a reader to, scripts' pagers and data lists included.

Not the crawler's extractor: an independent, simple reading, used to prove that all is reachable and to know
which pages hold a link.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

from demo.hosts import NAMES, address
from demo.model import DemoSite, Response, path_key

_COMMENT = re.compile(r"<!--.*?-->|<script type=\"text/template\">.*?</script>", re.DOTALL)
_LINK = re.compile(r"""\b(?:href|src)=(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_PAGER = re.compile(r'^\s*createPageHTML\((\d+), \d+, "(\w+)", "(\w+)"\);', re.MULTILINE)
_META = re.compile(rb"charset=[\"']?([\w-]+)", re.IGNORECASE)


def text_of(response: Response) -> str:
    """Return a page's text, decoded as its header says, else as its own meta says."""
    kind = dict(response.headers).get("Content-Type", "")
    named = kind.partition("charset=")[2]
    meta = _META.search(response.body)
    charset = named or (meta.group(1).decode() if meta else "utf-8")
    return response.body.decode("gb18030" if charset.lower() == "gb2312" else charset)


def is_markup(response: Response) -> bool:
    """Whether an answer is a page or the rows of one."""
    return dict(response.headers).get("Content-Type", "").startswith(("text/html", "text/xml"))


def links_of(url: str, response: Response) -> Iterator[str]:
    """Yield the addresses a page leads to: links, frames, pictures, list data, the pager its script writes.

    Addresses of the site are absolute and in the form its answers are kept under; others stand as written.
    """
    location = dict(response.headers).get("Location")
    if location:
        yield location
    if not is_markup(response):
        return
    text = text_of(response)
    for pages, name, suffix in _PAGER.findall(text):
        for page in range(1, int(pages)):
            yield _kept(urljoin(url, f"{name}_{page}.{suffix}"))
    for quoted, single in _LINK.findall(_COMMENT.sub("", text)):
        href = unescape(quoted or single).strip()
        if not href.lower().startswith(("javascript:", "mailto:", "tel:", "#")) and href:
            own_scheme = re.match(r"[A-Za-z]:\\|\w+:", href)
            yield href if own_scheme and not href.startswith("http") else _kept(urljoin(url, href))


def _kept(url: str) -> str:
    parts = urlsplit(url)
    if not any(parts.netloc == urlsplit(address(name, "")).netloc for name in NAMES):
        return url
    return f"{parts.scheme}://{parts.netloc}{path_key(parts.path)}{'?' + parts.query if parts.query else ''}"


def all_pages(site: DemoSite) -> Iterator[tuple[str, Response]]:
    """Yield every address of the site with its answer."""
    for name, host in site.hosts.items():
        for path, response in host.responses.items():
            yield address(name, path), response


def holders(site: DemoSite) -> dict[str, set[str]]:
    """Return, by address, the pages that hold a link to it."""
    found: dict[str, set[str]] = defaultdict(set)
    for url, response in all_pages(site):
        for target in links_of(url, response):
            found[target].add(url)
    return found
