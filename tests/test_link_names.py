"""Links are found by their words: each page's own, and once what many pages say alike."""

from __future__ import annotations

from datetime import date

from casework import Case, site_of

from crawler.snapshot.reader import Holder


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


def test_pages_that_link_are_counted_once() -> None:
    """A page that holds an address in several blocks, elements or words is one page."""
    nav = [{"href": "/zc/", "text": "政策"}, {"href": "/jd/", "text": "解读"}]
    own = [{"href": "/zc/", "text": "政策文件"}, {"href": "/zc/", "text": "", "element": "img"}]
    pages = [
        {"url": f"/{n}.html", "record": {"page_kind": "article", "title": f"第{n}号"}, "text": "正文",
         "links": nav + (own if n == 1 else [])}
        for n in range(3)
    ]
    site = site_of(Case("x", "x", date(2026, 9, 10), {}, {"pages": pages, "home": False}))
    start = "http://www.shili.gov.cn"
    assert site.snapshot.link_counts() == {f"{start}/jd/": 3, f"{start}/zc/": 3}
    ranked = [f"{start}/2.html", f"{start}/1.html"]
    assert site.snapshot.holders(ranked) == {
        f"{start}/jd/": Holder(ranked[0], "a", 2), f"{start}/zc/": Holder(ranked[0], "a", 2),
    }
    assert site.snapshot.holders([]) == {}


def test_what_a_reader_clicks_goes_before_pictures() -> None:
    pages = [
        {"url": "/1.html", "record": {}, "text": "", "links": [{"href": "/a.png", "element": "img"}]},
        {"url": "/2.html", "record": {}, "text": "", "links": [{"href": "/a.png", "text": "图", "element": "a"}]},
    ]
    site = site_of(Case("x", "x", date(2026, 9, 10), {}, {"pages": pages, "home": False}))
    start = "http://www.shili.gov.cn"
    assert site.snapshot.holders([f"{start}/1.html", f"{start}/2.html"]) == {
        f"{start}/a.png": Holder(f"{start}/2.html", "a", 2),
    }
