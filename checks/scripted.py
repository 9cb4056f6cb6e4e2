"""Whether a field of a document's disclosure table may stand on its page although none was read: a script writes it."""

from __future__ import annotations

import re
from functools import lru_cache

from checks.bodies import markup_of
from checks.lexicon import any_of, lexicon
from checks.site import Site
from checks.unread import was_opened
from crawler.snapshot.reader import Page

_SCRIPT = re.compile(r"<script\b[^>]*>(.*?)</script\s*>", re.IGNORECASE | re.DOTALL)
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_HOLLOW = re.compile(
    r"<(?:div|table|tbody|ul|dl|section|span|td|dd|p|em|b)\b[^<>]*?\bid\s*=\s*[\"']?([\w-]{2,40})[^<>]*>"
    r"(?:\s|&nbsp;|<!--.*?-->|<t(?:head|body)[^<>]*>|</t(?:head|body)>)*</", re.IGNORECASE | re.DOTALL,
)
_BETWEEN = r"(?:\s|　|&(?:nbsp|emsp|ensp|#12288);|<[^<>]{0,120}>)*"
_NEAR = 240
_FEWEST = 2


def is_scripted(site: Site, page: Page, attribute: str) -> bool:
    """Whether a script may write a field of a document's table that was not read.

    ``attribute`` is the field's name in ``Attributes``. Of a page without any table: its scripts name two fields, or
    it has a place for a table that stands empty. Of a page with one: its scripts name this field, or fill its cell.
    """
    if page.record.script_shell:
        return True
    if was_opened(site, page):
        return False
    markup = markup_of(site, page)
    scripts = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), "\n".join(_SCRIPT.findall(markup)))
    shown = getattr(page.record.attributes, attribute)
    if shown is not None:
        return _is_filled(_SCRIPT.sub("", markup), scripts, attribute)
    named = {name for name in lexicon("disclosure_fields")["core"] if _names(name).search(scripts)}
    if page.record.attributes.has_table:
        return attribute in named
    return len(named) >= _FEWEST or _has_place(_SCRIPT.sub("", markup))


@lru_cache(maxsize=16)
def _names(attribute: str) -> re.Pattern[str]:
    """Return a pattern that finds, in scripts, a field's label within a literal or a key its data commonly has."""
    keys = "|".join(map(re.escape, lexicon("disclosure_fields")["script_keys"][attribute]))
    return re.compile(
        rf"[\"'`>【\[]\s*(?:{_spellings(attribute)})\s*(?=[\"'`<:：】\]&])|(?<![\w])(?i:{keys})(?![\w])|(?<=[\"'.#_])(?i:{keys})(?=[\"'])"
    )


def _spellings(attribute: str) -> str:
    labels = lexicon("disclosure_fields")["labels"][attribute]
    return "|".join(_BETWEEN.join(map(re.escape, label)) for label in labels)


def _is_filled(markup: str, scripts: str, attribute: str) -> bool:
    """Whether the empty cell behind a field's label has a name that a script names too."""
    for label in re.finditer(_spellings(attribute), markup):
        hollow = _HOLLOW.search(markup, label.end(), label.end() + _NEAR)
        if hollow and re.search(rf"[\"'`#.]{re.escape(hollow[1])}\b", scripts):
            return True
    return False


def _has_place(markup: str) -> bool:
    """Whether an empty element is named as the place of a disclosure table."""
    places = any_of(lexicon("disclosure_fields")["places"])
    return any(places.search(hollow[1].lower()) for hollow in _HOLLOW.finditer(markup))
