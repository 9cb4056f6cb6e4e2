"""Runs of links: cut alike on all pages, judged and stored once, and the links of a page what they are without runs."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

import msgspec
import pytest

from crawler.extract import serve
from crawler.middlewares.addresses import AddressGuard
from crawler.pages import PageReader, PageReading
from crawler.snapshot.reader import SnapshotReader
from crawler.snapshot.records import Fetch, Link, PageAnswer, PageRecord, Reading
from crawler.snapshot.runs import MOST_LINKS, Run, cut
from crawler.snapshot.writer import FoundLink, SnapshotWriter
from crawler.spiders.links import LinkPolicy
from crawler.urls import Scope
from crawler.wire import Client, Connector

A = "http://a.cn"
NAVIGATION = [Link(href=f"{A}/n/{number}.html", text=f"栏目{number}") for number in range(90)]


def href(link: Link) -> str:
    return link.href


def test_pieces_hold_all_links_and_fall_into_step() -> None:
    chance = random.Random(4)
    for _ in range(20):
        own = [Link(href=f"{A}/{chance.random()}.html") for _ in range(chance.randrange(70))]
        pieces = cut(own + NAVIGATION, href)
        assert [link for piece in pieces for link in piece] == own + NAVIGATION
        assert max(map(len, pieces)) <= MOST_LINKS
        assert pieces[-2:] == cut(NAVIGATION, href)[-2:]
        assert cut(own + NAVIGATION, href, {len(own)})[-len(cut(NAVIGATION, href)):] == cut(NAVIGATION, href)
    assert cut([], href) == []


def test_seams_stand_where_links_cease_to_be_those_of_the_page_before() -> None:
    serve._seams(NAVIGATION)
    own = [Link(href=f"{A}/own{number}.html") for number in range(5)]
    assert serve._seams(NAVIGATION[:40] + own + NAVIGATION[40:]) == {40, 45}
    assert serve._seams([]) == set()


def read(reader: PageReader, links: list[Link], monkeypatch: pytest.MonkeyPatch) -> PageReading:
    runs = [msgspec.msgpack.encode(piece) for piece in cut(links, href)]
    packed = msgspec.msgpack.encode(PageAnswer(record=PageRecord(), runs=runs, text=""))

    async def call(payload: bytes, *, timeout: float) -> bytes:
        return packed

    monkeypatch.setattr(reader._pool, "call", call)
    return asyncio.run(reader.read(b"", A, None))


def test_what_pages_have_in_common_is_one_run_judged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = PageReader(1.0)
    known: set[str] = set()
    policy = LinkPolicy(Scope.of(["a.cn"]), AddressGuard(), known.__contains__, check_external=True)
    found = []
    for number in range(5):
        links = [*NAVIGATION, Link(href=f"{A}/page{number}.html"), Link(href="javascript:;")]
        reading = read(reader, links, monkeypatch)
        assert reading.links == links
        found.append(policy.links_of(reading, f"{A}/{number}", 1))
        plain = LinkPolicy(Scope.of(["a.cn"]), AddressGuard(), known.__contains__, check_external=True)
        assert found[-1].links == plain.links_of(Reading(record=PageRecord(), links=links), f"{A}/{number}", 1).links
        known.update(url for url, *_ in found[-1].links)
    last, before = found[-1].runs, found[-2].runs
    assert [run for run in last if run.shared] == [run for run in before if run.shared] != []
    assert last[-1] is not before[-1]


def test_a_page_has_each_target_once_however_its_runs_overlap() -> None:
    def link(name: str, text: str) -> FoundLink:
        return f"{A}/{name}", "a", text, "page", False

    shared = Run([link("1", "甲"), link("2", "乙")], shared=True)
    writer = SnapshotWriter(":memory:")
    pages: dict[str, list[Run[FoundLink]]] = {
        f"{A}/p1": [shared, Run([link("3", "丙")])],
        f"{A}/p2": [Run([link("2", "先"), link("2", "后")]), shared],
        f"{A}/p3": [shared, Run([link("2", "又")]), shared],
    }
    for url, runs in pages.items():
        writer.save(url, Fetch(outcome="ok", status=200), reading=Reading(record=PageRecord()), runs=runs)
    reader = SnapshotReader(":memory:", db=writer.db)
    words = {url: sorted(text for _, _, text in reader.links_from(url)) for url in pages}
    assert words == {f"{A}/p1": ["丙", "乙", "甲"], f"{A}/p2": ["先", "甲"], f"{A}/p3": ["乙", "甲"]}
    assert writer.db.execute("SELECT count(*) FROM blocks").fetchone() == (4,)


async def _served(answers: Callable[[int], bytes]) -> tuple[str, list[bytes], asyncio.Server]:
    """Serve each connection's first request with what ``answers`` gives for its number, then hang up."""
    requests: list[bytes] = []

    async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        requests.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answers(len(requests)))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve_one, "127.0.0.1", 0)
    return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", requests, server


def test_a_connection_that_is_gone_is_replaced_once_and_early_answers_are_passed_over() -> None:
    async def ask() -> tuple[int, bytes, list[bytes]]:
        answer = b"HTTP/1.1 103 Early Hints\r\nLink: </s.css>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        url, requests, server = await _served(lambda number: b"" if number == 1 else answer)
        client = Client(Connector(), {"Accept": "*/*"}, connect_seconds=5.0)
        async with server, await client.get(f"{url}/a?b=c#d", {"Cookie": "e=f"}) as got:
            body = await got.content.read()
        await client.close()
        return got.status, body, requests

    status, body, requests = asyncio.run(ask())
    assert (status, body, len(requests)) == (200, b"ok", 2)
    lines = requests[1].decode().splitlines()
    assert lines[0] == "GET /a?b=c HTTP/1.1" and lines[1].startswith("Host: 127.0.0.1:")
    assert lines[2:] == ["Accept: */*", "Cookie: e=f", ""]


@pytest.mark.parametrize("value", ["a\r\nHost: b.cn", "a\nX: y", "a\x00"])
def test_no_header_carries_another(value: str) -> None:
    async def ask() -> None:
        client = Client(Connector(), {}, connect_seconds=1.0)
        try:
            await client.get("http://127.0.0.1:9/", {"Cookie": value})
        finally:
            await client.close()

    with pytest.raises(ValueError, match="more than one line"):
        asyncio.run(ask())
