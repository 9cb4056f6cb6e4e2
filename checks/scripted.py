"""Whether a field of a document's disclosure table may stand on its page although none was read: a script writes it."""

from __future__ import annotations

from checks.site import Site
from checks.unread import was_opened
from crawler.snapshot.reader import Page


def is_scripted(site: Site, page: Page, attribute: str) -> bool:
    """Whether a script may write a field of a document's table; ``attribute`` is its name in ``Attributes``.

    What was opened in a browser, and got all it asked for, shows what there is.
    """
    if page.record.script_shell:
        return True
    return attribute in page.record.attributes.scripted and not was_opened(site, page)
