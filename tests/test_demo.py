"""The demonstration site: whole, deterministic, reachable, and what it plants is really there."""

from __future__ import annotations

import io
import time
from collections import Counter, deque
from datetime import date, timedelta

import openpyxl
import pytest

from checks.registry import all_checks
from demo import AS_OF, DemoSite, build, first_night
from demo.demanded import checks_in_force
from demo.hosts import BROKEN, PORTAL, SERVICE, address
from demo.linkmap import all_pages, holders, is_markup, links_of, text_of
from demo.model import Response
from demo.server import find

# a day in each season, none beside a holiday; one before any calendar with a known National Day week
DAYS = [date(2026, 11, 20), date(2026, 3, 18), date(2025, 8, 21), date(2027, 7, 14), date(2028, 11, 2)]


@pytest.fixture(scope="module")
def site() -> DemoSite:
    return build()


@pytest.fixture(scope="module")
def answers(site: DemoSite) -> dict[str, Response]:
    return dict(all_pages(site))


def content_type(response: Response) -> str:
    return dict(response.headers)["Content-Type"]


def test_it_is_a_county_site_of_more_than_nine_hundred_pages(site: DemoSite) -> None:
    pages = [
        r for r in site.responses.values() if r.status == 200 and content_type(r).startswith("text/html")
    ]
    assert len(pages) >= 900
    homes = [key for key in site.addresses if key.startswith("home/")]
    assert len(homes) >= 1 + 8 + 4


def test_the_same_day_gives_the_same_bytes(site: DemoSite) -> None:
    again = build(AS_OF)
    assert again.hosts == site.hosts
    assert again.planted == site.planted and again.traps == site.traps


def test_it_is_built_in_less_than_five_seconds_of_work() -> None:
    start = time.process_time()
    build()
    assert time.process_time() - start < 5


def test_every_check_has_several_defects_and_as_many_traps(site: DemoSite) -> None:
    planted, traps = Counter(p.check for p in site.planted), Counter(t.check for t in site.traps)
    assert set(planted) == set(all_checks())
    assert set(traps) == set(planted) == checks_in_force()
    assert sum(traps.values()) >= sum(planted.values()) * 0.9


def test_nothing_is_planted_twice_and_no_trap_is_a_defect(site: DemoSite) -> None:
    keys = [(p.check, p.url, p.target, p.department) for p in site.planted]
    assert len(keys) == len(set(keys))
    accused = {(p.check, p.target or p.url) for p in site.planted}
    assert not accused & {(t.check, t.url) for t in site.traps}


def test_every_page_is_reached_by_links_from_the_home_page(
    site: DemoSite, answers: dict[str, Response]
) -> None:
    seen = {address(PORTAL, "/")}
    queue = deque(seen)
    while queue:
        url = queue.popleft()
        if url in answers:
            for target in links_of(url, answers[url]):
                if target not in seen:
                    seen.add(target)
                    queue.append(target)
    unreached = {url for url, answer in answers.items() if is_markup(answer)} - seen
    twins = {url for url in unreached if url.rsplit("/", 1)[-1].startswith("index.")}
    stub = site.addresses["stub/index"]
    assert unreached - twins == {stub}
    for planted in site.planted:
        if not planted.url.startswith(address(BROKEN, "/")):
            assert planted.url in seen, planted


def test_pages_with_defects_exist_and_hold_their_link(site: DemoSite, answers: dict[str, Response]) -> None:
    held = holders(site)
    for planted in site.planted:
        if planted.check == "site-unreachable":
            continue
        assert answers[planted.url].status == 200, planted
        if planted.check in ("dead-link", "wrong-link", "broken-attachment", "suspicious-link"):
            assert planted.url in held[planted.target], planted


def followed(site: DemoSite, url: str) -> tuple[Response | None, list[str]]:
    """The final answer to an address and the way there; None for an endless way."""
    way = [url]
    while True:
        host = SERVICE if way[-1].startswith(address(SERVICE, "/")) else PORTAL
        answer = find(site.hosts[host], way[-1].removeprefix(address(host, "")))
        location = dict(answer.headers).get("Location")
        if location is None:
            return answer, way
        if location in way:
            return None, way
        way.append(location)


def test_dead_links_are_dead_in_many_ways(site: DemoSite) -> None:
    statuses = Counter()
    for planted in site.planted:
        if planted.check != "dead-link":
            continue
        assert planted.target is not None
        final, way = followed(site, planted.target)
        if final is None:
            statuses["loop"] += 1
        elif final.status == 200 and way[-1] == address(SERVICE, "/"):
            statuses["home"] += 1
        elif final.status == 200:
            text = text_of(final)
            assert "不存在" in text or "<title>404</title>" in text
            statuses["soft"] += 1
        else:
            statuses[f"{final.status}{'-chain' if len(way) > 2 else ''}"] += 1
    assert statuses == {"loop": 1, "home": 1, "soft": 4, "404": 3, "404-chain": 1, "410": 1, "500": 1}


def test_no_link_of_the_site_is_dead_that_is_not_planted(
    site: DemoSite, answers: dict[str, Response]
) -> None:
    dead = {planted.target for planted in site.planted if planted.check == "dead-link"}
    blocked = {site.addresses[key] for key in ("blocked/403", "blocked/412", "blocked/429")}
    on_site = tuple(address(host, "/") for host in (PORTAL, SERVICE))
    for target, pages in holders(site).items():
        if not target.startswith(on_site) or target in dead | blocked:
            continue
        if all(page in dead or answers[page].status != 200 for page in pages):
            continue
        final, _ = followed(site, target)
        assert final is not None and final.status == 200, (target, sorted(pages)[:3])


def test_old_department_pages_name_their_charset_only_in_the_page(site: DemoSite) -> None:
    pages = {path: r for path, r in site.responses.items() if path.startswith("/mzj/") and is_markup(r)}
    assert len(pages) > 20
    for response in pages.values():
        assert content_type(response) == "text/html"
        assert b"charset=gb2312" in response.body
        assert "民政局" in response.body.decode("gb18030")
        with pytest.raises(UnicodeDecodeError):
            response.body.decode("utf-8")
    assert content_type(site.responses["/"]) == "text/html; charset=utf-8"


def test_three_ways_of_paging_lists(site: DemoSite) -> None:
    group = text_of(
        site.responses["/module/web/jpage/dataproxy.jsp?page=1&webid=1&columnid=1001&unitid=301001"]
    )
    assert group.count("<record>") > 5 and "<totalrecord>" in group
    assert 'createPageHTML(2, 0, "index", "html")' in text_of(site.responses["/jytyj/gzdt/"])
    assert 'href="gzdt/1.htm"' in text_of(site.responses["/wlz/gzdt.htm"])
    assert "cur_page=2" in text_of(site.responses["/jtysj/list.jsp?cat_id=501"])


def test_attachments_are_what_they_claim_to_be(site: DemoSite) -> None:
    kinds = Counter()
    broken = {p.target for p in site.planted if p.check == "broken-attachment"}
    for path, response in site.responses.items():
        kind = content_type(response)
        if address(PORTAL, path) in broken:
            continue
        if kind == "application/pdf":
            assert response.body.startswith(b"%PDF-1.4") and response.body.endswith(b"%%EOF\n")
            kinds["pdf"] += 1
        elif "spreadsheetml" in kind:
            sheet = openpyxl.load_workbook(io.BytesIO(response.body)).active
            assert sheet is not None and sheet["A1"].value
            kinds["xlsx"] += 1
        elif kind == "image/png":
            assert response.body.startswith(b"\x89PNG")
            kinds["png"] += 1
    assert min(kinds[kind] for kind in ("pdf", "xlsx", "png")) >= 10


@pytest.mark.parametrize("as_of", DAYS, ids=str)
def test_every_age_is_counted_back_from_the_day_of_inspection(as_of: date) -> None:
    site = build(as_of)
    usual = build()
    assert abs(len(site.responses) - len(usual.responses)) < 0.02 * len(usual.responses)
    assert [(p.check, p.note) for p in site.planted] == [(p.check, p.note) for p in usual.planted]
    newest = text_of(site.responses["/col/col1001/index.html"])
    assert any((as_of - timedelta(days=age)).isoformat() in newest for age in range(1, 5))
    assert (as_of + timedelta(days=1)).isoformat() not in newest


def test_without_a_known_national_day_week_its_letters_are_left_out() -> None:
    site = build(date(2019, 6, 20))
    assert len(site.planted) == len(build().planted) - 1
    assert "letter/makeup-day" not in site.addresses and "letter/holiday" not in site.addresses


def test_the_night_before_lacks_only_what_is_filled_in_afterwards(site: DemoSite) -> None:
    before = first_night()
    hidden = {p.url for p in site.planted if p.check == "backdated-publication"}
    pages = {url for url, _ in all_pages(before)}
    assert hidden and not hidden & pages
    lists = [text_of(answer) for url, answer in all_pages(before) if "list.jsp" in url]
    assert lists and all("专项检定" not in text for text in lists)
    assert len(pages) < 20
