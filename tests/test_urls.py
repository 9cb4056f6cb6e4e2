"""One form for every address, and what an address is to the crawl."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.urls import AddressError, Scope, canonical, host_of, is_link, is_numeric_host, is_private_host, suffix_of

BASE = "http://www.example.gov.cn/zwgk/tzgg/index.html"


@pytest.mark.parametrize(("href", "expected"), [
    ("./202503/t1.htm", "http://www.example.gov.cn/zwgk/tzgg/202503/t1.htm"),
    ("../../a/b.htm", "http://www.example.gov.cn/a/b.htm"),
    ("/a/../../b/./c/", "http://www.example.gov.cn/b/c/"),
    ("//other.gov.cn/x", "http://other.gov.cn/x"),
    ("HTTP://WWW.Example.GOV.cn:80/A?b=1#frag", "http://www.example.gov.cn/A?b=1"),
    ("https://a.cn:443/", "https://a.cn/"),
    ("http://a.cn:8080", "http://a.cn:8080/"),
    ("/files/手册.doc", "http://www.example.gov.cn/files/%E6%89%8B%E5%86%8C.doc"),
    ("/files/%e6%89%8b.doc", "http://www.example.gov.cn/files/%E6%89%8B.doc"),
    ("/x;jsessionid=12AB?y=1", "http://www.example.gov.cn/x?y=1"),
    ("/x?JSESSIONID=1&utm_source=a&id=7&spm=3", "http://www.example.gov.cn/x?id=7"),
    ("/a b.html", "http://www.example.gov.cn/a%20b.html"),
    (" \n/a\t.html ", "http://www.example.gov.cn/a.html"),
    ("http://例子.中国/", "http://xn--fsqu00a.xn--fiqs8s/"),
    ("C:\\Users\\a.doc", "file:///C:/Users/a.doc"),
    ("\\\\nas\\share\\a.doc", "file:///nas/share/a.doc"),
    ("/a\\b.html", "http://www.example.gov.cn/a/b.html"),
    ("\\fw\\sub\\c.html", "http://www.example.gov.cn/fw/sub/c.html"),
    ("..\\c.html?d=e\\f", "http://www.example.gov.cn/zwgk/c.html?d=e\\f"),
    ("http:\\\\www.example.gov.cn\\a.html", "http://www.example.gov.cn/a.html"),
    ("http:///other.gov.cn/a.html", "http://other.gov.cn/a.html"),
    ("///other.gov.cn/a.html", "http://other.gov.cn/a.html"),
    ("http:/a.html", "http://www.example.gov.cn/a.html"),
    ("https:/other.gov.cn/a.html", "https://other.gov.cn/a.html"),
    ("/a%2fb/%2E%2e/c%2Fd", "http://www.example.gov.cn/c%2Fd"),
    ("/%D6%d0%ce%c4.html", "http://www.example.gov.cn/%D6%D0%CE%C4.html"),
    ("/%25E4%25B8%25AD.html", "http://www.example.gov.cn/%25E4%25B8%25AD.html"),
    ("/50%-off", "http://www.example.gov.cn/50%25-off"),
    ("/x?q=%e6%96%87&r=a b", "http://www.example.gov.cn/x?q=%E6%96%87&r=a%20b"),
    ("/x?", "http://www.example.gov.cn/x"),
    ("/x?_=1700000000000&id=3", "http://www.example.gov.cn/x?id=3"),
    ("/x?id=3&rnd=0.8291", "http://www.example.gov.cn/x?id=3"),
    ("/x?from=timeline&isappinstalled=0", "http://www.example.gov.cn/x"),
    ("/x?from=2026-01-01&t=7&v=2", "http://www.example.gov.cn/x?from=2026-01-01&t=7&v=2"),
    ("/x?timestamp=1700000000000&sign=ab", "http://www.example.gov.cn/x?timestamp=1700000000000&sign=ab"),
    ("http://%31%32%37.0.0.1/", "http://127.0.0.1/"),
    ("http://１２７.０.０.１/", "http://127.0.0.1/"),
    ("http://127。0。0。1/", "http://127.0.0.1/"),
    ("http://[0:0:0:0:0:0:0:1]:81/", "http://[::1]:81/"),
    ("http://user:secret@a.cn/x", "http://a.cn/x"),
])
def test_canonical(href: str, expected: str) -> None:
    assert canonical(href, BASE) == expected


@pytest.mark.parametrize("href", ["http://", "http://a b/", "http://[bad/", "http://a.cn:99999/", "http://a<b>.cn/",
                                  "http://a%00.cn/", "http://a%2Fb.cn/", "http://[::1%25eth0/", "http://%ff/"])
def test_unusable(href: str) -> None:
    with pytest.raises(AddressError):
        canonical(href)


@given(st.text(max_size=60))
def test_canonical_is_settled_or_refused(text: str) -> None:
    try:
        once = canonical(text, BASE)
    except AddressError:
        return
    assert canonical(once) == once


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=40), st.sampled_from(["", BASE, "https://a.cn"]))
def test_whatever_is_written_is_settled_or_refused(text: str, base: str) -> None:
    for written in (text, "http://a.cn/" + text, "http://" + text, "https:" + text):
        try:
            once = canonical(written, base)
        except AddressError:
            continue
        assert canonical(once) == once
        assert once.startswith(("http://", "https://")) is (Scope.of([]).role(once) in ("external", "forbidden")) or (
            Scope.of([]).role(once) == "unsupported"
        )


SEGMENTS = st.lists(
    st.lists(st.sampled_from(["a", "B", "7", "-", "文", "%2F", "%25", "%D6", "%3B", "%3F", "=", "+"]), max_size=4)
    .map("".join), min_size=1, max_size=4,
)
PLACES = st.tuples(
    st.sampled_from(["http", "https"]), st.sampled_from(["a.cn", "b.cn", "www.a.cn"]),
    st.sampled_from(["", ":8080", ":8443"]), SEGMENTS, st.sampled_from(["", "?a=1", "?a=%E6", "?A=1", "?a=1&b"]),
)


def written(place: tuple[str, str, str, list[str], str]) -> str:
    scheme, host, port, segments, query = place
    return f"{scheme}://{host}{port}/{'/'.join(segments)}{query}"


@given(PLACES, PLACES)
def test_different_places_stay_different(one: tuple, other: tuple) -> None:  # type: ignore[type-arg]
    assert (canonical(written(one)) == canonical(written(other))) is (one == other)


@given(PLACES, st.data())
def test_ways_of_writing_one_place_come_out_the_same(place: tuple, data: st.DataObject) -> None:  # type: ignore[type-arg]
    scheme, host, port, segments, query = place
    at = data.draw(st.integers(0, len(segments) - 1))
    variants = [
        written((scheme.upper(), host.upper(), port, segments, query)),
        written((scheme, host + ".", port, segments, query)),
        written(place) + "#" + data.draw(st.text(alphabet="ab/?文", max_size=5)),
        written((scheme, host, port, [*segments[:at], ".", "x", "%2e%2E", *segments[at:]], query)),
        written((scheme, host, port, [segment.replace("a", "%61").replace("%D6", "%d6") for segment in segments], query)),
        written((scheme, host, port, [*segments[:-1], segments[-1] + ";jsessionid=0AF"], query)),
        written(place) + ("&" if query else "?") + "utm_source=x&_=1790000000123&from=timeline",
        written(place).replace("://", ":////"),
    ]
    if not port:
        variants.append(written((scheme, host, {"http": ":80", "https": ":443"}[scheme], segments, query)))
    for variant in variants:
        assert canonical(variant) == canonical(written(place))


@given(st.text(alphabet="abz09.-_/%~:?#&=;文", max_size=40))
def test_paths_of_one_site_stay_on_it(text: str) -> None:
    try:
        url = canonical("http://a.cn/" + text)
    except AddressError:
        return
    assert host_of(url) == "a.cn" and "#" not in url and "/../" not in url


@pytest.mark.parametrize(("href", "expected"), [
    ("javascript:;", False), ("#top", False), ("", False), ("mailto:a@b.cn", False), ("tel:12345", False),
    (" JavaScript:void(0)", False), ("/a", True), ("index.html", True), ("file:///c:/a", True),
])
def test_is_link(href: str, expected: bool) -> None:
    assert is_link(href) is expected


@pytest.mark.parametrize(("url", "expected"), [
    ("http://a.cn/x/W020.DOCX", "docx"),
    ("http://a.cn/module/download/downfile.jsp?classid=0&filename=be5f.pdf", "pdf"),
    ("http://a.cn/col/index", ""),
    ("http://a.cn/", ""),
])
def test_suffix(url: str, expected: str) -> None:
    assert suffix_of(url) == expected


@pytest.mark.parametrize(("host", "expected"), [
    ("127.0.0.1:8000", True), ("10.0.0.8", True), ("192.168.3.4:81", True), ("169.254.169.254", True),
    ("[::1]", True), ("[fe80::1]:80", True), ("localhost", True), ("oa", True), ("nas.local", True),
    ("[::ffff:10.0.0.1]", True), ("[64:ff9b::a00:1]", True), ("[64:ff9b::808:808]", False), ("[2002:a00:1::]", True),
    ("[::a00:1]", True), ("[fec0::1]", True), ("[64:ff9b:1::1]", True), ("100.64.0.9", True), ("0", True), ("0x", True),
    ("10.0x1", True), ("012.1", True), ("0.0.0.0:80", True), ("198.18.0.1", True), ("224.0.0.1", True),
    ("nas.home.arpa", True), ("localhost.localdomain", True), ("127.1.2.3.4", False), ("8.8.2056", False),
    ("127.1", True), ("2130706433", True), ("0x7f000001", True), ("0177.0.0.1", True),
    ("www.example.gov.cn", False), ("8.8.8.8", False), ("1.2.3", False), ("3com.cn", False),
])
def test_private_hosts(host: str, expected: bool) -> None:
    assert is_private_host(host) is expected


@pytest.mark.parametrize(("url", "expected"), [
    ("http://127.0.0.1:8000/a/", "page"),
    ("http://127.0.0.1:8000/a.pdf", "file"),
    ("http://127.0.0.1:8001/a.pdf", "forbidden"),
    ("http://www.gov.cn/a.pdf", "external"),
    ("file:///c:/a.doc", "unsupported"),
    ("ftp://a.cn/x", "unsupported"),
    ("http://www.gov.cn:25/x", "unsupported"),
    ("http://www.gov.cn:8025/x", "external"),
    ("http://0/", "forbidden"),
])
def test_roles(url: str, expected: str) -> None:
    assert Scope.of(["127.0.0.1:8000"]).role(url) == expected


@pytest.mark.parametrize("url", ["http://[/a", "http://[::1/x", "https://]/", "http://a b/x.html"])
def test_what_no_browser_opens_has_no_place(url: str) -> None:
    assert Scope.of(["www.example.gov.cn"]).role(url) == "unsupported"
    assert suffix_of(url) in ("", "html")
    assert not is_numeric_host(host_of(url))
