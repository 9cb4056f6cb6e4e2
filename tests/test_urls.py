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
])
def test_canonical(href: str, expected: str) -> None:
    assert canonical(href, BASE) == expected


@pytest.mark.parametrize("href", ["http://", "http://a b/", "http://[bad/", "http://a.cn:99999/", "http://a<b>.cn/"])
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
])
def test_roles(url: str, expected: str) -> None:
    assert Scope.of(["127.0.0.1:8000"]).role(url) == expected


@pytest.mark.parametrize("url", ["http://[/a", "http://[::1/x", "https://]/", "http://a b/x.html"])
def test_what_no_browser_opens_has_no_place(url: str) -> None:
    assert Scope.of(["www.example.gov.cn"]).role(url) == "unsupported"
    assert suffix_of(url) in ("", "html")
    assert not is_numeric_host(host_of(url))
