"""The pictures, films and frames that belong to a page itself, not to the template it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checks.bodies import markup_of
from checks.lexicon import lexicon
from checks.site import Site
from crawler.snapshot.reader import Page
from crawler.urls import suffix_of

# more pages than this holding a picture: it belongs to the template
_TEMPLATE_PAGES = 3


def own_media(site: Site, page: Page) -> Iterator[tuple[str, str]]:
    """Yield the kind (``picture``, ``film``) and address of what a page holds besides text.

    Marks of the template (logos, QR codes, buttons) are told by how many pages show them, and by their names.
    """
    words = lexicon("interpretation_quality")["media"]
    pictures, films, marks = frozenset(words["pictures"]), frozenset(words["films"]), re.compile(words["marks"])
    for target, element, _ in site.snapshot.links_from(page.url):
        if element not in ("img", "frame", "media", "video", "source", "a") or marks.search(target):
            continue
        if site.link_counts.get(target, 0) > _TEMPLATE_PAGES:
            continue
        suffix = suffix_of(target)
        if element == "img" and suffix in pictures:
            yield "picture", target
        elif element == "frame" or suffix in films:
            yield "film", target


def plays(site: Site, page: Page) -> bool:
    """Whether a page's markup plays a film or sound of its own."""
    return bool(re.search(lexicon("interpretation_quality")["media"]["players"], markup_of(site, page)))
