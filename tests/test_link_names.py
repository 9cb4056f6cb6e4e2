"""Links are found by their words: each page's own, and once what many pages say alike."""

from __future__ import annotations

from datetime import date

from casework import Case, site_of


def test_links_by_their_words() -> None:
    nav = [{"href": "/zc/", "text": "政策"}, {"href": "/jd/", "text": "解读"}]
    pages = [
        {"url": f"/{n}.html", "record": {"page_kind": "article", "title": f"第{n}号"}, "text": "正文", "links": nav}
        for n in range(3)
    ]
    site = site_of(Case("x", "x", date(2026, 9, 10), {}, {"pages": pages, "home": False}))
    snapshot, start = site.snapshot, "http://www.shili.gov.cn"
    assert list(snapshot.links_worded(lambda text: text == "解读")) == [
        (f"{start}/{n}.html", f"{start}/jd/", "a", "解读") for n in range(3)
    ]
    assert list(snapshot.names_of_links(bool, site.pages)) == [
        (f"{start}/jd/", "a", "解读"), (f"{start}/zc/", "a", "政策"),
    ]
    assert list(snapshot.names_of_links(bool, frozenset())) == []
