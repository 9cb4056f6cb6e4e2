"""The guards of a hostile site: made-up addresses, private networks behind public names, bodies that unfold."""

from __future__ import annotations

import asyncio
import gzip
import socket
import zlib

import aiohttp
import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.download import is_html
from crawler.middlewares.addresses import MAX_FACETS, MAX_SHAPES, AddressGuard, path_fault
from crawler.middlewares.decompression import Decoder
from crawler.middlewares.repetition import MAX_ARTICLES, MAX_ROW, RepetitionGuard
from crawler.middlewares.resolving import GuardedResolver, is_public
from crawler.outcomes import explain, is_challenge, retry_after, status_outcome

from .server import Site, page, serving

# -- made-up addresses ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [
    "/a/a/a/a/", "/a/b/a/b/a/b/x.html", "/zwgk/x/zwgk/x/zwgk/x/", "/" + "d/" * 31, "/a/b/c/a/b/c/a/b/c/",
])
def test_loops_are_seen(path: str) -> None:
    assert path_fault(path) is not None


@pytest.mark.parametrize("path", [
    "/art/2011/11/11/art_11_11.html", "/11/11/11/11/11/11/", "/xxgk/zwgk/zfxxgk/fdzdgknr/zcwj/2026/t20260101_1.html",
    "/col/col1/index.html", "/a/b/a/b/", "/", "/zfxxgk/zfxxgk/zfxxgkml/",
])
def test_real_paths_pass(path: str) -> None:
    assert path_fault(path) is None


def test_long_deep_and_much_redirected_addresses_are_refused() -> None:
    guard = AddressGuard()
    assert guard.fault("http://a.cn/" + "x" * 2000, 1) is not None
    assert guard.fault("http://a.cn/x", 501) is not None
    assert guard.fault("http://a.cn/x", 1, hops=21) is not None
    assert guard.fault("http://a.cn/x", 500, hops=20) is None


def test_the_same_parameters_in_another_order_are_the_same_page() -> None:
    guard = AddressGuard(["http://a.cn/list?page=1&cat=2"])
    refused = guard.fault("http://a.cn/list?cat=2&page=1", 1)
    assert refused is not None and refused.outcome == "trap" and "顺序" in refused.reason
    assert guard.fault("http://a.cn/list?cat=2&page=2", 1) is None


def test_many_articles_of_one_script_pass() -> None:
    guard = AddressGuard()
    assert all(guard.fault(f"http://a.cn/show.do?id={n}&site=1", 2) is None for n in range(20_000))


def test_filters_in_every_combination_are_cut() -> None:
    guard = AddressGuard()
    facets = [guard.fault(f"http://a.cn/s?a={n}&b={n}&c=1&d=2", 2) for n in range(MAX_FACETS + 10)]
    assert facets[:MAX_FACETS].count(None) == MAX_FACETS and None not in facets[MAX_FACETS:]
    shapes = [guard.fault(f"http://a.cn/t?x{n}=1&y=2", 2) for n in range(MAX_SHAPES + 5)]
    assert shapes[:MAX_SHAPES].count(None) == MAX_SHAPES and None not in shapes[MAX_SHAPES:]


# -- private networks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("address", "public"), [
    ("8.8.8.8", True), ("2001:4860:4860::8888", True), ("127.0.0.1", False), ("10.1.1.1", False), ("::1", False),
    ("::ffff:127.0.0.1", False), ("::ffff:8.8.8.8", True), ("fe80::1%eth0", False), ("169.254.169.254", False),
    ("100.64.0.1", False), ("0.0.0.0", False), ("224.0.0.1", False), ("64:ff9b::a00:1", False), ("::ffff:100.64.0.1", False), ("::a00:1", False), ("2002:7f00:1::", False), ("nonsense", False),
])
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(address) is public


def lookup_to(*addresses: str):  # type: ignore[no-untyped-def]
    def lookup(host: str, port: int, **kwargs: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]
    return lookup


async def fetched(resolver: GuardedResolver, url: str) -> int:
    connector = aiohttp.TCPConnector(resolver=resolver, socket_factory=resolver.open_socket)
    async with aiohttp.ClientSession(connector=connector) as session, session.get(url) as answer:
        return answer.status


def test_a_public_name_that_leads_to_loopback_is_not_connected_to() -> None:
    with serving(Site({"/": page()})) as site:
        port = site.server_address[1]
        resolver = GuardedResolver([f"www.own.gov.cn:{port}"], lookup=lookup_to("127.0.0.1"))
        with pytest.raises(aiohttp.ClientConnectorDNSError) as caught:
            asyncio.run(fetched(resolver, f"http://www.other.example:{port}/"))
        assert explain(caught.value, 5).outcome == "forbidden-address"
        assert site.connections == 0
        # the site's own name may: whoever inspects it says so
        assert asyncio.run(fetched(resolver, f"http://www.own.gov.cn:{port}/")) == 200


def test_a_private_address_never_approved_is_refused_at_the_socket() -> None:
    with serving(Site({"/": page()})) as site:
        resolver = GuardedResolver([])
        with pytest.raises(aiohttp.ClientConnectorError) as caught:
            asyncio.run(fetched(resolver, f"{site.url}/"))
        assert explain(caught.value, 5).outcome == "forbidden-address"
        assert site.connections == 0
        assert asyncio.run(fetched(GuardedResolver([site.host]), f"{site.url}/")) == 200


def test_another_port_of_an_approved_address_is_another_place() -> None:
    with serving(Site({"/": page()})) as own, serving(Site({"/": page()})) as other:
        resolver = GuardedResolver([own.host])
        assert asyncio.run(fetched(resolver, f"{own.url}/")) == 200
        with pytest.raises(aiohttp.ClientConnectorError) as caught:
            asyncio.run(fetched(resolver, f"{other.url}/"))
        assert explain(caught.value, 5).outcome == "forbidden-address"
        assert other.connections == 0


def test_a_name_is_looked_up_once_for_a_connection() -> None:
    answers = [["93.184.216.34"], ["127.0.0.1"]]

    def lookup(host: str, port: int, **kwargs: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in answers.pop(0)]

    opened: list[tuple[object, ...]] = []

    def refuse(info: tuple[object, ...]) -> socket.socket:
        opened.append(info[4])  # type: ignore[arg-type]
        raise OSError("no connection leaves this test")

    async def asked() -> None:
        resolver = GuardedResolver([], lookup=lookup)
        connector = aiohttp.TCPConnector(resolver=resolver, socket_factory=refuse, use_dns_cache=False)
        async with aiohttp.ClientSession(connector=connector) as session:
            for outcome in ("network", "forbidden-address"):
                with pytest.raises(aiohttp.ClientConnectorError) as caught:
                    await session.get("http://rebound.example/")
                assert explain(caught.value, 5).outcome == outcome

    # the name leads to a public address the first time, to this machine the second
    asyncio.run(asked())
    assert {address[0] for address in opened} == {"93.184.216.34"}


def test_of_mixed_answers_only_the_public_are_used() -> None:
    resolver = GuardedResolver([], lookup=lookup_to("10.0.0.1", "93.184.216.34"))
    found = asyncio.run(resolver.resolve("mixed.example", 80))
    assert [result["host"] for result in found] == ["93.184.216.34"]


def test_a_silent_name_service_is_waited_for_so_long_only() -> None:
    def silent(host: str, port: int, **kwargs: object) -> list[object]:
        import time
        time.sleep(0.5)
        return []

    resolver = GuardedResolver([], lookup=silent, seconds=0.05)
    with pytest.raises(socket.gaierror):
        asyncio.run(resolver.resolve("slow.example", 80))


def test_connect_to_sends_a_name_to_a_fixed_address() -> None:
    resolver = GuardedResolver([], {"a.example": "127.0.0.1:8123", "b.example:81": "127.0.0.2:99"})
    assert [(r["host"], r["port"]) for r in asyncio.run(resolver.resolve("a.example", 80))] == [("127.0.0.1", 8123)]
    assert [(r["host"], r["port"]) for r in asyncio.run(resolver.resolve("b.example", 81))] == [("127.0.0.2", 99)]


# -- bodies --------------------------------------------------------------------------------------------------

TEXT = "政务公开".encode() * 5000


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def decoded(encoding: str | None, body: bytes, *, piece: int = 777, room: int = 10**7) -> bytes:
    decoder = Decoder(encoding)
    out = b""
    for at in range(0, len(body), piece):
        out += decoder.feed(body[at:at + piece], room - len(out))
    return out


@pytest.mark.parametrize(("encoding", "packed"), [
    ("gzip", gzip.compress(TEXT, mtime=0)),
    ("x-gzip", gzip.compress(TEXT, mtime=0)),
    ("deflate", zlib.compress(TEXT)),
    ("deflate", raw_deflate(TEXT)),
    ("br", brotli.compress(TEXT)),
    ("gzip", gzip.compress(TEXT[:30_000], mtime=0) + gzip.compress(TEXT[30_000:], mtime=0)),
    ("gzip", gzip.compress(TEXT, mtime=0) + b"\0" * 64),
    ("deflate, gzip", gzip.compress(zlib.compress(TEXT), mtime=0)),
    ("identity", TEXT),
    (None, TEXT),
    ("gzip", TEXT),
])
@pytest.mark.parametrize("piece", [1, 100, 10**6])
def test_bodies_come_out_as_they_were(encoding: str | None, packed: bytes, piece: int) -> None:
    assert decoded(encoding, packed, piece=piece) == TEXT


def test_what_is_only_called_brotli_passes() -> None:
    assert decoded("br", TEXT) == TEXT


@pytest.mark.parametrize(("encoding", "bomb"), [
    ("gzip", gzip.compress(bytes(50_000_000))), ("br", brotli.compress(bytes(50_000_000))),
])
def test_a_bomb_unfolds_to_no_more_than_asked_for(encoding: str, bomb: bytes) -> None:
    assert len(decoded(encoding, bomb, room=100_000)) <= 100_000


@given(st.sampled_from(["gzip", "deflate", "br", "gzip, br"]), st.binary(max_size=300))
def test_any_bytes_are_survived(encoding: str, body: bytes) -> None:
    assert len(decoded(encoding, body, piece=7, room=1000)) <= 1000


@pytest.mark.parametrize(("content_type", "start", "expected"), [
    ("text/html", b"<html>", True), ("text/html", b"", True), ("text/html", b"%PDF-1.4", False),
    ("application/msword", b"\r\n<!DOCTYPE html>", True), ("application/msword", b"\xd0\xcf\x11\xe0", False),
    ("application/octet-stream", b"\xef\xbb\xbf<html>", True), ("", "\ufeff<html>".encode("utf-16-le"), True),
    ("text/plain", "通知".encode(), False), ("application/json", b"<html>", False), ("text/xml", b"<?xml?><html>", False),
    ("image/svg+xml", b"<svg>", False), ("application/vnd.ms-excel", b"<html xmlns:x=excel>", True),
])
def test_pages_are_told_by_their_bytes(content_type: str, start: bytes, expected: bool) -> None:
    assert is_html(content_type, start) is expected


# -- what answers mean ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("body", "expected"), [
    (b"<html><script>document.cookie='a=1';location.reload()</script></html>", True),
    (b"<html><script>var arg1='3';document.cookie='acw_sc__v2='+arg1;location.href=location.href</script></html>", True),
    (b"<html><script>document.cookie='a=1'</script><body>" + "正文".encode() * 50 + b"</body></html>", False),
    (b"<html><body><div id=app></div><script src=/app.js></script></body></html>", False),
    (b"<html><script>location.href='/index.html'</script></html>", False),
    (b"<html><script>document.cookie='a=1';location.reload()</script><a href=/>" + "点击".encode() + b"</a></html>", True),
    (b"<html><script>document.cookie='a=1';location.reload()</script>" + b"<a href=/a><img src=a.png></a>" * 30, False),
    (b"", False),
])
def test_challenges(body: bytes, expected: bool) -> None:
    assert is_challenge(200, body) is expected


def test_statuses() -> None:
    assert [status_outcome(code) for code in (200, 204, 404, 403, 412, 429, 500)] == [
        "ok", "ok", "http-error", "blocked", "blocked", "blocked", "http-error",
    ]


@pytest.mark.parametrize(("value", "expected"), [
    ("7", 7.0), ("100000", 120.0), (None, None), ("soon", None), ("Thu, 01 Jan 1970 00:00:30 GMT", 20.0), ("-3", None),
    ("9" * 400, None), ("Fri, 31 Dec 9999 23:59:59 GMT", 120.0), ("Thu, 01 Jan 1970 00:00:01 GMT", 0.0), ("１２", None),
])
def test_retry_after(value: str | None, expected: float | None) -> None:
    assert retry_after(value, 10.0, 120.0) == expected


def _rows(guard: RepetitionGuard, form: str, most: int) -> int:
    """Return how many pages of a row are asked, each of which says the same and leads to the next."""
    for number in range(1, most):
        url, following = form.format(number), form.format(number + 1)
        if guard.repeats(url, "the same", f"第 {number} 页") and guard.ends(url, [following]):
            return number
    return most


@pytest.mark.parametrize("form", [
    "http://a.cn/list.html?page={}", "http://a.cn/rl/x.do?y={}", "http://a.cn/zwgk/index_{}.html", "http://a.cn/news/page/{}/",
    "http://a.cn/calendar/2026/{:02}/", "http://a.cn/rl/2026-{:02}.html",
])
def test_a_row_of_calendar_or_list_pages_that_say_nothing_new_ends(form: str) -> None:
    assert _rows(RepetitionGuard(), form, 100) == MAX_ROW + 2


@pytest.mark.parametrize("form", [
    "http://a.cn/p/{}.html", "http://a.cn/art/2026/5/6/art_12_{}.html", "http://a.cn/info/1013/{}.htm", "http://a.cn/item/{}",
])
def test_numbered_articles_that_say_the_same_but_for_their_numbers_are_asked(form: str) -> None:
    assert _rows(RepetitionGuard(), form, 3_000) == 3_000
    assert _rows(RepetitionGuard(), form, 2 * MAX_ARTICLES) == MAX_ARTICLES + 2
