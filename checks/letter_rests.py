"""What a letter's own page says beside what was read of the letter: an answer may stand there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from weakref import WeakKeyDictionary

from lxml import etree, html

from checks.bodies import lines_of, tree_of
from checks.letters import SiteLetter
from checks.lexicon import lexicon
from checks.site import Site
from checks.titles import key_of_text

_FOLDED = etree.XPath(
    "//body//*[@hidden or contains(translate(@style, 'NODISPLAYE ', 'nodisplaye'), 'display:none')]"
)
_SCRIPTS = etree.XPath("//script[not(@src)]/text()", smart_strings=False)
_STRING = re.compile(r"[\"'`]([^\"'`\n]*[\u4e00-\u9fff][^\"'`\n]{7,})[\"'`]")
_MOST_FOLDED, _LONGEST = 40, 2000


@dataclass(frozen=True)
class _Shown:
    """What a list or the home page shows: its lines, as they are compared, and the addresses of its frames."""

    lines: frozenset[str]
    frames: frozenset[str]


_OF_SITE: WeakKeyDictionary[Site, dict[str, _Shown]] = WeakKeyDictionary()


def rests_of(site: Site, entry: SiteLetter) -> list[str]:
    """Return the lines of a letter's own page that are neither its title nor its texts, nor on its list or at home.

    Empty where the page's markup is not kept. Made only for letters about to be reported.
    """
    root = tree_of(site, entry.own_page) if entry.own_page is not None else None
    return _rests(site, entry, root)


def may_answer(site: Site, entry: SiteLetter) -> str | None:
    """Return the first line of a letter's own page that may be, or tell of, an answer that was not read; None: none.

    Looked at are also folded parts (办理结果 under a tab of its own), the strings of scripts, and frames that its list
    has not.
    """
    root = tree_of(site, entry.own_page) if entry.own_page is not None else None
    if root is None:
        return None
    words = lexicon("replies")["rests"]
    answer, hint = re.compile(words["answer"]), re.compile(words["hint"])
    for line in _rests(site, entry, root):
        said = len(line) >= words["least_sentence"] and re.search("[。！；，]", line)
        if not hint.search(line) and (said or answer.search(line)):
            return line
    asked = key_of_text("\n".join(filter(None, (entry.letter.title, entry.letter.question))))
    for text in _unseen(root):
        found = answer.search(text)
        if found and key_of_text(text) not in asked:
            return text[found.start():]
    return "内嵌框架" if _frames(root) - _frames_of_lists(site, entry) else None


def names_unit(site: Site, entry: SiteLetter) -> bool:
    """Whether a line beside the letter's texts tells of a unit that dealt with it."""
    pattern, label = re.compile(lexicon("replies")["rests"]["unit"]), _unit_label()
    return any(pattern.search(line) or label.match(line) for line in rests_of(site, entry))


@lru_cache(maxsize=1)
def _unit_label() -> re.Pattern[str]:
    """Return the label of who answers, with a unit behind it."""
    names = lexicon("letters")["labels"]["department"]
    stems, endings = ("|".join(names[part]) for part in ("stems", "endings"))
    return re.compile(rf"(?:{stems})(?:{endings})\s*[：:]\s*(?!请?选择|全部)[\u4e00-\u9fff]{{3,}}")


def _rests(site: Site, entry: SiteLetter, root: html.HtmlElement | None) -> list[str]:
    letter = entry.letter
    told = key_of_text("\n".join(filter(None, (letter.title, letter.question, letter.reply))))
    lists = _lists(site, entry)
    rests = []
    for line in lines_of(root, opened=True):
        words = key_of_text(line)
        if words and words not in told and not any(words in shown.lines for shown in lists):
            rests.append(line)
    return rests


def _unseen(root: html.HtmlElement) -> Iterator[str]:
    """Yield what a page holds but does not show at once: folded parts, and the strings of its scripts."""
    for element in islice(_FOLDED(root), _MOST_FOLDED):
        yield " ".join("".join(element.itertext()).split())[:_LONGEST]
    for script in _SCRIPTS(root):
        for found in islice(_STRING.finditer(script), _MOST_FOLDED):
            yield found[1][:_LONGEST]


def _frames(root: html.HtmlElement | None) -> frozenset[str]:
    return frozenset(frame.get("src") or "" for frame in root.iter("iframe")) if root is not None else frozenset()


def _frames_of_lists(site: Site, entry: SiteLetter) -> frozenset[str]:
    return frozenset().union(*(shown.frames for shown in _lists(site, entry)))


def _lists(site: Site, entry: SiteLetter) -> list[_Shown]:
    """Return what the list a letter stands in and the home pages show: what is on them is no answer."""
    known = _OF_SITE.setdefault(site, {})
    pages = [entry.list_page, *(site.page_of(url) for url in site.starts)]
    found = []
    for page in pages:
        if page is None:
            continue
        if page.url not in known:
            root = tree_of(site, page)
            known[page.url] = _Shown(frozenset(map(key_of_text, lines_of(root))), _frames(root))
        found.append(known[page.url])
    return found
