"""Where on a page something stands: inside its furniture, beside the content, under which heading."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from functools import lru_cache

import lxml.html

from crawler.cms.addresses import Resolver, parts_of
from crawler.cms.lexicon import load
from crawler.cms.texts import STRING, squeezed

_CHROME_TAGS = frozenset({"header", "footer", "nav", "select", "noscript"})
_CHROME = re.compile(
    r"(?:^|[\s_-])(?:(?:site|page|top|main|g)?[-_]?(?:header|footer)[\w-]*|"
    r"(?:site|top|main|g)?(?:head|foot|nav|navbar|navigation|navi|menu|submenu|crumbs?|breadcrumbs?|mbx|copyright|topbar|"
    r"toolbar|friend[-_]?links?|yqlj|bdshare\w*|pager|pagination))\d*(?:\s|$)", re.IGNORECASE
)
_SIDE = re.compile(
    r"(?:^|[\s_-])(?:side|sidebar|aside|hot\w*|rank\w*|recommend\w*|tuijian|relat\w*|phb|rdtj|xgxx|xgwz|xgyd)"
    r"(?:[\s_-]|\d*$|\d*\s)", re.IGNORECASE
)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_HIDDEN_CLASS = re.compile(r"(?:^|\s)(?:hide|hidden|d-none|layui-hide|none|dn|ng-hide)(?:\s|$)")
_CONDITIONS = (
    "v-if", "v-else-if", "v-else", "v-show", "v-cloak", "ng-if", "ng-show", "ng-hide", "ms-if", "ms-visible",
    "x-show", "x-if",
)
_HEADING_LEVELS = 3
_LONGEST_HEADING = 40
_LOOK_BACK = 3
_MOST_LINKS = 12


@dataclass(frozen=True)
class Heading:
    """What stands over a list: its words, and where its 更多 link leads, if it has one."""

    words: str = ""
    more: str | None = None


class Zones:
    """Answers questions of place for one tree, remembering what was found of each element."""

    def __init__(self, base: str) -> None:
        self._resolve = Resolver(base)
        self._base = base
        self._marks: dict[lxml.html.HtmlElement, tuple[bool, bool]] = {}

    def in_chrome(self, element: lxml.html.HtmlElement) -> bool:
        """Whether an element is part of the page's header, footer, navigation, trail or pager."""
        return self._of(element)[0]

    def beside(self, element: lxml.html.HtmlElement) -> bool:
        """Whether an element stands in a side column by the names its surroundings bear."""
        return self._of(element)[1]

    def _of(self, element: lxml.html.HtmlElement) -> tuple[bool, bool]:
        chain = []
        node: lxml.html.HtmlElement | None = element
        while node is not None and node not in self._marks:
            chain.append(node)
            node = node.getparent()
        chrome, side = self._marks[node] if node is not None else (False, False)
        for node in reversed(chain):
            if node.tag not in ("html", "body"):
                names = f"{node.get('class') or ''} {node.get('id') or ''}".strip()
                chrome = chrome or node.tag in _CHROME_TAGS or bool(names and _CHROME.search(names))
                side = side or node.tag == "aside" or bool(names and _SIDE.search(names))
            self._marks[node] = (chrome, side)
        return chrome, side

    def heading(self, container: lxml.html.HtmlElement, holders: Container[lxml.html.HtmlElement]) -> Heading:
        """Return what stands over a list: the nearest short text before it, up to three levels out.

        ``holders`` are the elements that hold rows: behind one of them a list has no heading of its own.
        """
        node = container
        for _ in range(_HEADING_LEVELS):
            found = self._before(node, holders)
            if found is not None:
                return found
            parent = node.getparent()
            if parent is None or parent.tag in ("body", "html"):
                break
            node = parent
        return Heading()

    def _before(
        self, node: lxml.html.HtmlElement, holders: Container[lxml.html.HtmlElement]
    ) -> Heading | None:
        sibling = node.getprevious()
        for _ in range(_LOOK_BACK):
            if sibling is None:
                return None
            if sibling in holders:
                return Heading()
            if isinstance(sibling.tag, str) and sibling.tag not in ("script", "style", "link", "br", "hr"):
                text = STRING(sibling)
                if text.strip():
                    words = squeezed(text) if len(text) < 400 else ""
                    if "首页" in words or "位置" in words:
                        return Heading()
                    return Heading(words, self._more(sibling, words)) if 0 < len(words) <= _LONGEST_HEADING else None
            sibling = sibling.getprevious()
        return None

    def _more(self, heading: lxml.html.HtmlElement, all_words: str = "") -> str | None:
        """Return where a heading's 更多 link, or the heading itself as a whole, leads."""
        anchors = list(heading.iter("a"))[:_MOST_LINKS]
        for anchor in anchors:
            words = squeezed(STRING(anchor)).lower()
            names = f"{anchor.get('class') or ''} {anchor.get('title') or ''}".lower()
            whole = len(anchors) == 1 and bool(words) and words == all_words.lower()
            if whole or words in _more_words() or "更多" in words or "more" in names or "更多" in names:
                target = self._resolve(anchor.get("href") or "")
                if target and not _same_page(target, self._base):
                    return target
        return None

    def more_behind(self, container: lxml.html.HtmlElement) -> str | None:
        """Return where a 更多 link right behind a list leads."""
        sibling = container.getnext()
        return None if sibling is None or not isinstance(sibling.tag, str) else self._more(sibling)


def is_hidden(element: lxml.html.HtmlElement, conditions: Container[str] = _CONDITIONS) -> bool:
    """Whether an element, or what holds it, is hidden by its own markup or shown only on a script's condition.

    ``conditions``: the attributes that make an element shown on a script's condition.
    """
    node: lxml.html.HtmlElement | None = element
    while node is not None and node.tag not in ("body", "html"):
        if (
            node.get("hidden") is not None
            or _HIDDEN_STYLE.search(node.get("style") or "")
            or _HIDDEN_CLASS.search(node.get("class") or "")
            or any(name in conditions for name in node.attrib)
        ):
            return True
        node = node.getparent()
    return False


def _same_page(url: str, base: str) -> bool:
    first, second = parts_of(url), parts_of(base)
    return (first.netloc, first.path, first.query) == (second.netloc, second.path, second.query)


@lru_cache(maxsize=1)
def _more_words() -> frozenset[str]:
    return frozenset(str(word).lower() for word in load("lists")["more_words"])
