"""What a page's links become: each decided once, lists and refreshes followed, what is never asked said so."""

from __future__ import annotations

from crawler.middlewares.addresses import AddressGuard
from crawler.snapshot.records import Link, Listing, ListItem, PageRecord, Reading
from crawler.spiders.links import LinkPolicy
from crawler.spiders.probes import plan_probes
from crawler.urls import Scope

A = "http://a.cn"


def policy(*known: str, check_external: bool = True) -> LinkPolicy:
    return LinkPolicy(Scope.of(["a.cn"]), AddressGuard(), set(known).__contains__, check_external=check_external)


def test_links_lists_pages_and_refreshes_join() -> None:
    listing = Listing(
        items=[ListItem(title="甲", href=f"{A}/1.html"), ListItem(title="乙", href=f"{A}/2.html")],
        next_pages=[f"{A}/index_1.html"],
    )
    reading = Reading(
        record=PageRecord(listing=listing, refresh_to=f"{A}/new.html"),
        links=[Link(href=f"{A}/1.html", text="甲"), Link(href=f"{A}/1.html#x", text="又"), Link(href="javascript:;")],
    )
    found = policy(f"{A}/2.html").links_of(reading, f"{A}/", 3)
    assert found.links == [
        (f"{A}/1.html", "a", "甲", "page", True),
        (f"{A}/new.html", "meta", "", "page", True),
        (f"{A}/2.html", "cms", "乙", "page", False),
        (f"{A}/index_1.html", "cms", "", "page", True),
    ]
    assert not found.unfetched


def test_what_is_never_asked_has_its_reason() -> None:
    hrefs = ["file:///c:/x.doc", "http://[bad/", "http://10.0.0.1/", f"{A}/a/a/a/a/", f"{A}/s.css", "http://b.cn/"]
    reading = Reading(record=PageRecord(), links=[Link(href=href) for href in hrefs])
    found = policy(check_external=False).links_of(reading, f"{A}/", 1)
    assert [(role, ask) for _, _, _, role, ask in found.links] == [
        ("unsupported", False), ("unsupported", False), ("forbidden", False), ("page", False), ("file", False),
        ("external", False),
    ]
    assert {url: fetch.outcome for url, fetch in found.unfetched.items()} == {
        "file:///c:/x.doc": "unsupported", "http://[bad/": "unsupported", "http://10.0.0.1/": "forbidden-address",
        f"{A}/a/a/a/a/": "trap",
    }
    assert all(fetch.reason and fetch.attempts == 0 for fetch in found.unfetched.values())


def test_probes_depend_on_the_host_and_its_pages_only() -> None:
    answers = [
        ("a.cn", "page", f"{A}/", "text/html"), ("a.cn", "page", f"{A}/zwgk/t1.shtml", "text/html"),
        ("b.cn", "external", "https://b.cn/x", "text/html"), ("c.cn", "probe", "http://c.cn/xj", "text/html"),
        ("127.0.0.1", "external", "http://127.0.0.1/", "text/html"),
    ]
    probes = plan_probes(answers, frozenset({"a.cn"}), external=True)
    assert len(probes) == 3 == len(set(probes))
    assert probes[0].startswith(f"{A}/xj-") and probes[2].startswith("https://b.cn/xj-")
    assert probes[1].startswith(f"{A}/zwgk/xj-") and probes[1].endswith(".shtml")
    assert plan_probes(answers, frozenset({"a.cn"}), external=False) == probes[:2]


def test_a_host_made_by_one_script_is_asked_it_for_a_number_that_cannot_be() -> None:
    pages = [("a.cn", "page", f"{A}/list.php?cid={at % 3}&page={at}", "text/html") for at in range(12)]
    pages += [("a.cn", "page", f"{A}/view.php?cid={at % 4}&id={4000 + at}", "text/html") for at in range(20)]
    probes = plan_probes(pages, frozenset({"a.cn"}), external=False)
    assert len(probes) == 2 and probes == plan_probes(pages, frozenset({"a.cn"}), external=False)
    assert probes[1].startswith(f"{A}/view.php?cid=0&id=9") and len(probes[1].rsplit("=", 1)[1]) == 9
    assert not any("=9" in probe for probe in plan_probes(pages[:20], frozenset({"a.cn"}), external=False)), "too few"
    worded = [("a.cn", "page", f"{A}/zwgk/view?id=t{at}", "text/html") for at in range(20)]
    assert "/zwgk/xj-" in plan_probes(worded, frozenset({"a.cn"}), external=False)[1], "no numbers"
