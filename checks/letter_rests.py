"""What a letter's own page says beside what was read of the letter: an answer may stand there."""

from __future__ import annotations

import re
from itertools import islice
from weakref import WeakKeyDictionary

from lxml import etree

from checks.bodies import lines_of, tree_of
from checks.letters import SiteLetter
from checks.lexicon import lexicon
from checks.site import Site
from checks.titles import key_of_text
from crawler.snapshot.reader import Page

_FOLDED = etree.XPath(
    "//body//*[@hidden or contains(translate(@style, 'NODISPLAYE ', 'nodisplaye'), 'display:none')]"
)
_SCRIPTS = etree.XPath("//script[not(@src)]/text()", smart_strings=False)
_STRING = re.compile(r"[\"'`]([^\"'`\n]*[\u4e00-\u9fff][^\"'`\n]{7,})[\"'`]")
_MOST_FOLDED, _LONGEST = 40, 2000
_FURNITURE: WeakKeyDictionary[Site, dict[str, frozenset[str]]] = WeakKeyDictionary()


def rests_of(site: Site, entry: SiteLetter) -> list[str]:
    """Return the lines of a letter's own page that are neither its title nor its texts, nor on its list or at home.

    Empty where the page's markup is not kept. Made only for letters about to be reported.
    """
    page = entry.own_page
    if page is None:
        return []
    letter = entry.letter
    told = key_of_text("\n".join(filter(None, (letter.title, letter.question, letter.reply))))
    known = _furniture(site, entry)
    rests = []
    for line in lines_of(tree_of(site, page)):
        words = key_of_text(line)
        if words and words not in known and words not in told:
            rests.append(line)
    return rests


def may_answer(site: Site, entry: SiteLetter) -> str | None:
    """Return the first line of a letter's own page that may be, or tell of, an answer that was not read; None: none."""
    words = lexicon("replies")["rests"]
    for line in rests_of(site, entry):
        if re.search(words["hint"], line):
            continue
        if re.search(words["answer"], line) or (len(line) >= words["least_sentence"] and re.search("[。！；，]", line)):
            return line
    return _unseen(site, entry, re.compile(words["answer"]))


def _unseen(site: Site, entry: SiteLetter, answer: re.Pattern[str]) -> str | None:
    """Return what a page holds of an answer where a reader sees it only after a click, or by a script; None: nothing.

    Looked at are folded parts (办理结果 under a tab of its own), the strings of scripts, and frames the list has not.
    """
    page = entry.own_page
    root = tree_of(site, page) if page is not None else None
    if page is None or root is None:
        return None
    asked = key_of_text("\n".join(filter(None, (entry.letter.title, entry.letter.question))))
    folded = [" ".join("".join(element.itertext()).split()) for element in islice(_FOLDED(root), _MOST_FOLDED)]
    folded += [string for script in _SCRIPTS(root) for string in islice(_STRING.findall(script), _MOST_FOLDED)]
    for text in folded:
        found = answer.search(text[:_LONGEST])
        if found and key_of_text(text[:_LONGEST]) not in asked:
            return text[found.start():]
    listed = {frame.get("src") for frame in _frames(site, entry.list_page)}
    return next(("内嵌框架" for frame in _frames(site, page) if frame.get("src") not in listed), None)


def _frames(site: Site, page: Page | None) -> list[etree._Element]:
    root = tree_of(site, page) if page is not None else None
    return list(root.iter("iframe")) if root is not None else []


def names_unit(site: Site, entry: SiteLetter) -> bool:
    """Whether a line beside the letter's texts tells of a unit that dealt with it."""
    pattern = re.compile(lexicon("replies")["rests"]["unit"])
    return any(pattern.search(line) for line in rests_of(site, entry))


def _furniture(site: Site, entry: SiteLetter) -> frozenset[str]:
    """Return the lines of the list a letter stands in and of the home page: what every page shows is no answer."""
    known = _FURNITURE.setdefault(site, {})
    pages = [entry.list_page, *(site.page_of(url) for url in site.starts)]
    found: frozenset[str] = frozenset()
    for page in pages:
        if page is not None:
            found |= _lines(site, page, known)
    return found


def _lines(site: Site, page: Page, known: dict[str, frozenset[str]]) -> frozenset[str]:
    if page.url not in known:
        known[page.url] = frozenset(map(key_of_text, lines_of(tree_of(site, page))))
    return known[page.url]
