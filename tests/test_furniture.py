"""What is read of blocks that pages share is what would be read of each page alone."""

from __future__ import annotations

import pytest

from crawler.extract import outline
from crawler.extract.furniture import Furniture
from crawler.extract.parsed import parse_page
from crawler.extract.reading import read_page
from crawler.snapshot.records import Reading

_ITEMS = "".join(f'<li><a href="/col/c{at}/" title="栏目{at}">栏目{at}</a></li>' for at in range(30))
_NEAR = "".join(f'<li><a href="n{at}.html">近处{at}</a> 第{at}期</li>' for at in range(30))
_FOOT = "".join(f'<p style="display:none">暗{at}</p><p>主办：某某单位{at}</p>' for at in range(20))
_PAGE = """<html><head><title>第{n}号公告</title></head><body>
<div class="top"><ul>{items}</ul></div><div class="near"><ul>{near}</ul></div>
<div class="main"><h1>关于第{n}号事项的公告</h1><p>来源：某局 2026-03-0{n}</p><p>第{n}次正文。<a href="n1.html"></a></p></div>
<div class="foot">{foot}</div>{tail}</body></html>"""


def _page(number: int, place: str = "/a/") -> tuple[bytes, str]:
    body = _PAGE.format(n=number, items=_ITEMS, near=_NEAR, foot=_FOOT, tail="尾" * number).encode()
    return body, f"http://www.example.gov.cn{place}{number}.html"


@pytest.fixture
def furniture(monkeypatch: pytest.MonkeyPatch) -> Furniture:
    fresh = Furniture()
    monkeypatch.setattr(outline, "_FURNITURE", fresh)
    return fresh


def _alone(body: bytes, url: str, monkeypatch: pytest.MonkeyPatch) -> Reading:
    with monkeypatch.context() as patch:
        patch.setattr(outline, "_FURNITURE", Furniture())
        return read_page(body, url)


def test_pages_read_after_others_are_read_as_if_alone(
    furniture: Furniture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("/a/", "/a/", "/b/c/", "/", "/"):
        for number in range(1, 6):
            body, url = _page(number, place)
            assert read_page(body, url) == _alone(body, url, monkeypatch)
    known = parse_page(*_page(7)).outline
    assert len(known.placed) == 3


def test_addresses_relative_to_the_root_page_stay_its_own(furniture: Furniture) -> None:
    for number in range(1, 5):
        read_page(*_page(number, "/"))
    hrefs = {link.href for link in read_page(*_page(5, "/deep/er/")).links}
    assert "http://www.example.gov.cn/deep/er/n3.html" in hrefs
    assert "http://www.example.gov.cn/n3.html" not in hrefs


def test_lines_of_a_shared_block_know_their_elements(furniture: Furniture) -> None:
    for number in range(1, 4):
        read_page(*_page(number))
    page = parse_page(*_page(8))
    lines = page.outline.lines
    assert page.outline.placed
    for at, line in enumerate(lines):
        assert line.element.getroottree().getroot() is page.tree
        assert line.tag == line.element.tag
        first, end = page.outline.span(line.element)
        assert first <= at < end
        for begin, stop, anchor in line.links:
            assert line.text[begin:stop].strip() == "".join(anchor.itertext()).strip()
    inner = next(node for node in page.tree.iter("a") if node.text == "栏目3")
    block = page.outline.block(inner)
    assert block is not None and block.tag == "li"
    assert [line.plain for line in page.outline.within(block)] == ["栏目3"]


def test_what_is_kept_is_bounded() -> None:
    furniture = Furniture()
    for number in range(3000):
        markup = f"<html><body><div><p>{number}</p>{'字' * 4000}</div></body></html>".encode()
        tree = parse_page(markup, "http://a.cn/").tree
        for _ in range(2):
            _, again = furniture.find(tree, (), False)
            for _, key in again:
                furniture.keep(key, outline._as_block(tree[0][0], [], {tree[0][0]: (0, 0)}))
    held = [value for value in vars(furniture).values() if isinstance(value, dict)]
    assert all(len(value) <= 8192 for value in held)
    assert sum(len(key) for value in held for key in value if isinstance(key, bytes)) <= 6_000_000
