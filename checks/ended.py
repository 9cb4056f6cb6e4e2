"""Whether a document is no longer in force: by its own page, by its own term, or by another that repeals it."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from weakref import WeakKeyDictionary

from checks.bodies import lines_of, tree_of
from checks.days import day_of, months_after
from checks.lexicon import any_of, lexicon
from checks.normative import Repeals
from checks.numerals import COUNT, count_of
from checks.site import Site
from checks.titles import key
from crawler.snapshot.reader import Page

_IN_TITLE = re.compile(r"[（(【\[〔]\s*(?:已|全文|现行|部分)?\s*(?:有效|废止|失效|宣布失效|修订|修改)\s*[）)】\]〕]")
# a note of the end stands above the text or beneath it
_ABOVE, _BENEATH, _NOTE = 8, 4, 100
# a stamp stands so near a title
_BESIDE = 3
_YEAR = 12

_REPEALS: WeakKeyDictionary[Site, dict[date, Repeals]] = WeakKeyDictionary()


def repeals_of(site: Site, as_of: date) -> Repeals:
    """Return what a site's pages say is repealed by a day, read once."""
    known = _REPEALS.setdefault(site, {})
    if as_of not in known:
        known[as_of] = Repeals(site, as_of)
    return known[as_of]


def title_mark(page: Page) -> str:
    """Return what a document's title says of its validity, in brackets (（已废止）); empty where it says nothing."""
    found = _IN_TITLE.search(page.record.title or "")
    return found.group() if found else ""


def drawn_mark(site: Site, page: Page) -> str:
    """Return what a stamp beside a document's title says of its validity: a picture's words, or a badge.

    Empty where there is none.
    """
    words = lexicon("documents")["validity"]
    stamps = re.compile(f"(?:{words['stamps']})")
    root = tree_of(site, page)
    if root is None:
        return ""
    for picture in root.iter("img"):
        for told in (picture.get("alt"), picture.get("title")):
            if stamps.fullmatch(_bare(told)) and next(picture.iterancestors("a"), None) is None:
                return _bare(told)
    title = key(page.record.title or "")
    lines = [key(line) for line in lines_of(root)]
    at = next((at for at, line in enumerate(lines) if title and title in line), None)
    if at is None:
        return ""
    # as many of the words on end are a menu of them
    near = [line for line in lines[max(0, at - _BESIDE):at + _BESIDE + 1] if stamps.fullmatch(line)]
    return near[0] if len(near) == 1 else ""


def is_said_ended(page: Page, as_of: date) -> bool:
    """Whether a document's page says that it has ended: label, day of abolition, mark in the title, note."""
    attributes = page.record.attributes
    ended = any_of(lexicon("documents")["validity"]["ended"])
    if ended.search(_bare(attributes.validity)) or ended.search(title_mark(page)):
        return True
    abolished = day_of(attributes.abolished)
    if (abolished is not None and abolished <= as_of) or ended.search(_bare(attributes.abolished)):
        return True
    return notes_its_end(page)


def is_filed_as_ended(site: Site, page: Page) -> bool:
    """Whether a document stands in a column of what was repealed or has lapsed."""
    column = site.column_of(page.url)
    names = (column.name if column else "", page.record.column_name or "", *(page.record.breadcrumb or [])[-2:])
    return bool(any_of(lexicon("documents")["validity"]["columns_of_ended"]).search(" ".join(names)))


def notes_its_end(page: Page) -> bool:
    """Whether a note above or beneath a document's text says that it has ended."""
    text = page.text
    if not any(word in text for word in lexicon("repeals")["ends"]):
        return False
    notices = any_of(lexicon("documents")["validity"]["own_notices"])
    lines = text.splitlines()
    beside = [*lines[:_ABOVE], *lines[_ABOVE:][-_BENEATH:]]
    return any(len(line) <= _NOTE and notices.search(line) for line in beside)


def own_term(page: Page, texts: list[str]) -> date | None:
    """Return the last day of the term a document sets itself (有效期五年), in its text or its files'; None: none."""
    words = lexicon("documents")["validity"]
    until = any_of([words["valid_until"]])
    for text in (page.text, *texts):
        if "有效期" not in text and "试行期" not in text:
            continue
        bare = _bare(text)
        named = until.search(bare)
        if named:
            return _day(named[1], named[2], named[3])
        spoken = next((found for pattern in _lasting() if (found := pattern.search(bare))), None)
        if spoken:
            issued = day_of(page.record.attributes.signed) or day_of(page.record.published)
            start = _day(spoken["y"], spoken["m"], spoken["d"]) if spoken["y"] else issued
            count = count_of(spoken["count"])
            months = (count or 0) * (_YEAR if spoken["unit"] == "年" else 1)
            return months_after(start, months) if start is not None and months else None
    return None


@cache
def _lasting() -> list[re.Pattern[str]]:
    forms = lexicon("documents")["validity"]["valid_for"]
    return [re.compile(form.replace("{count}", COUNT)) for form in forms]


def _bare(text: str | None) -> str:
    return re.sub(r"\s+", "", text or "")


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
