"""The site as checks see it: one page per thing, columns put together, letters merged, departments found."""

from __future__ import annotations

from datetime import date
from typing import Any

from casework import START, Case, site_of

from checks.site import Site


def site(pages: list[dict[str, Any]], **raw: Any) -> Site:
    return site_of(Case("dead-link", "", date(2026, 11, 20), {}, {"pages": pages, **raw}))


def column(url: str, name: str, *items: tuple[str, str], **listing: Any) -> dict[str, Any]:
    rows = [{"title": href, "href": href, "date": day} for href, day in items]
    return {
        "url": url,
        "record": {"page_kind": "column", "column_name": name, "title": name, "listing": {"items": rows, **listing}},
    }


def article(url: str, title: str = "甲", **record: Any) -> dict[str, Any]:
    return {"url": url, "record": {"page_kind": "article", "title": title, **record}}


def test_a_folder_and_its_index_are_one_page() -> None:
    found = site([column("/a/", "通知"), column("/a/index.html", "通知"), article("/a/1.html")])
    assert START + "a/index.html" not in found.pages
    assert found.page_address(START + "a/index.html") == START + "a/"


def test_pages_of_one_list_are_one_column_entered_by_its_first_page() -> None:
    found = site([
        column("/a/", "通知", ("/a/1.html", "2026-01-02"), next_pages=["/a/index_1.html"]),
        {**column("/a/index_1.html", "通知", ("/a/2.html", "2026-03-02"), next_pages=["/a/"]), "depth": 2},
    ])
    assert [(one.url, len(one.items), one.complete) for one in found.columns] == [(START + "a/", 2, True)]
    assert found.columns[0].newest == date(2026, 3, 2)
    assert found.columns[0].newest_by(date(2026, 2, 1)) == date(2026, 1, 2)


def test_lists_that_name_different_columns_stay_apart() -> None:
    found = site([
        column("/a/", "通知", ("/a/1.html", "2026-01-02"), next_pages=["/b/"]),
        column("/b/", "动态", ("/b/1.html", "2026-01-02")),
    ])
    assert [one.name for one in found.columns] == ["通知", "动态"]


def test_a_list_with_an_unread_page_is_incomplete_unless_that_page_is_dead() -> None:
    def complete(answer: Any) -> bool:
        pages = [column("/a/", "通知", ("/a/1.html", "2026-01-02"), next_pages=["/a/index_1.html"])]
        return site(pages, answers={"/a/index_1.html": answer}).columns[0].complete

    assert complete(404)
    assert not complete({"outcome": "blocked", "status": 403})
    assert not complete({"outcome": "not-fetched"})


def test_a_page_that_gathers_blocks_of_the_columns_beneath_is_none() -> None:
    found = site([
        column("/z/", "政务公开", ("/z/a/1.html", "2026-01-02"), ("/z/b/1.html", "2026-01-02")),
        column("/z/a/", "通知", ("/z/a/1.html", "2026-01-02")),
        column("/z/b/", "动态", ("/z/b/1.html", "2026-01-02")),
    ])
    assert [one.name for one in found.columns] == ["通知", "动态"]


def test_a_column_whose_items_other_columns_also_list_stays_one() -> None:
    found = site([
        column("/n/", "通知公告", ("/x/1.html", "2026-01-02"), ("/y/1.html", "2026-01-02")),
        column("/x/", "教育通知", ("/x/1.html", "2026-01-02")),
        column("/y/", "民政通知", ("/y/1.html", "2026-01-02")),
    ])
    assert [one.name for one in found.columns] == ["通知公告", "教育通知", "民政通知"]


def test_what_the_configuration_says_of_a_column_goes_first() -> None:
    found = site(
        [column("/a/", "校园", ("/a/1.html", "2026-01-02")), article("/a/1.html", source="县民政局")],
        columns=[{"url": "/a/", "name": "要闻", "type": "news", "department": "县教育局"}],
        departments=[{"name": "县民政局", "match_source": ["民政局"]}],
    )
    only = found.columns[0]
    assert (only.name, only.type, only.department) == ("要闻", "news", "县教育局")
    assert found.department_of(found.pages[START + "a/1.html"]) == "县教育局"


def test_departments_by_longest_address_then_source() -> None:
    departments = [
        {"name": "县政府", "match_url": ["/zwgk/"]},
        {"name": "县教育局", "match_url": ["/zwgk/jyj/"], "match_source": ["教育局", "教体局"]},
    ]
    found = site(
        [article("/zwgk/jyj/1.html"), article("/zwgk/2.html", source="县教体局"), article("/x/3.html", source="县教体局"),
         article("/x/4.html", source="新华网")],
        departments=departments,
    )
    names = [found.department_of(found.pages[START + url]) for url in ("zwgk/jyj/1.html", "zwgk/2.html", "x/3.html")]
    assert names == ["县教育局", "县政府", "县教育局"]
    assert found.department_of(found.pages[START + "x/4.html"]) is None


def test_without_configured_departments_an_organ_stands_for_itself() -> None:
    found = site([
        article("/1.html", source="示例县民政局"), article("/2.html", source="新华网"),
        article("/3.html", source="国务院办公厅"), article("/4.html", attributes={"issuer": "县司法局"}, source="新华网"),
    ])
    assert [found.department_of(page) for page in found.articles] == ["示例县民政局", None, None, "县司法局"]


def test_a_column_belongs_to_whom_its_items_come_from() -> None:
    pages = [column("/a/", "动态", ("/a/1.html", "2026-01-02"), ("/a/2.html", "2026-01-02"))]
    pages += [article("/a/1.html", source="县民政局"), article("/a/2.html", source="县民政局")]
    assert site(pages).columns[0].department == "县民政局"
    pages[-1] = article("/a/2.html", source="县司法局")
    assert site(pages).columns[0].department is None


def test_rows_of_several_lists_and_the_page_are_one_letter() -> None:
    row = {"title": "路灯", "href": "/v/1.html", "received": "2026-10-08", "status": "处理中"}
    other = {"title": "水管", "received": "2026-10-09", "number": "X2"}
    found = site([
        {"url": "/l1/", "record": {"page_kind": "column", "letters": [row, other]}},
        {"url": "/l2/", "record": {"page_kind": "column", "letters": [row, other]}},
        {"url": "/v/1.html", "record": {"page_kind": "letter", "letters": [
            {"title": "路灯", "replied": "2026-10-10", "status": "已办结", "department": "县住建局"}]}},
    ])
    assert [(one.url, one.locator) for one in found.letters] == [(START + "l1/", "X2"), (START + "v/1.html", "")]
    merged = found.letters[1].letter
    assert (merged.received, merged.replied, merged.status) == ("2026-10-08", "2026-10-10", "已办结")
    assert found.letters[1].department == "县住建局"


def test_error_pages_and_soft_missing_pages_are_no_pages() -> None:
    found = site(
        [article("/1.html"), {"url": "/2.html", "record": {"page_kind": "error", "error_page": True}},
         {"url": "/3.html", "record": {"page_kind": "other", "title": "提示", "signature": "gone"}}],
        probes=[{"record": {"page_kind": "other", "title": "提示", "signature": "gone"}}],
    )
    assert set(found.pages) == {START, START + "1.html"}


def test_a_page_belongs_to_the_column_its_trail_names() -> None:
    found = site([
        column("/a/", "通知", ("/x/1.html", "2026-01-02")),
        column("/b/", "动态", ("/x/1.html", "2026-01-02")),
        article("/x/1.html", breadcrumb_links=["/", "/b/"]),
    ])
    assert found.column_name(START + "x/1.html") == "动态"


def test_what_was_seen() -> None:
    found = site([article("/1.html")], answers={"/gone.html": 404, "/later.html": {"outcome": "not-fetched"}})
    assert found.saw(START + "1.html")
    assert found.saw(START + "gone.html")
    assert not found.saw(START + "later.html")
    assert not found.saw(START + "never.html")
