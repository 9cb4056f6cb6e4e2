"""What reading a page may cost: hostile markup is read in time that grows with its size, and no more."""

from __future__ import annotations

import re
import time

import pytest

from crawler.extract.caching import remembered
from crawler.extract.finding import finditer_led, search_led
from crawler.extract.reading import read_page

URL = "http://www.example.gov.cn/zwgk/tzgg/index.html"
HOSTILE = {
    "anchors": lambda n: "".join(f"<a href='/a/{at}.html'>关于{at}号</a>" for at in range(n // 30)),
    "rows": lambda n: "".join(f"<li><a href='/a/{at}.html'>关于{at}号的通知</a>2026-03-12</li>" for at in range(n // 50)),
    "nested": lambda n: "<div>" * (n // 5) + "正文",
    "inline": lambda n: "<p>" + "<b>信<i>" * (n // 7),
    "brackets": lambda n: "<p>" + "（(" * (n // 2),
    "labels": lambda n: "<p>" + "来源：发布时间：" * (n // 8),
    "leads": lambda n: "<p>" + "时日来信索位您前" * (n // 8),
    "blanks": lambda n: "<p>来" + " \t\u3000" * (n // 3) + "源",
    "digits": lambda n: "<p>" + "2026-" * (n // 5),
    "fields": lambda n: "<h1>办法（示政发〔2026〕3号）</h1><script>" + "{'索引号 ：" * (n // 20) + " " * (n // 10) + "</script>",
    "keys": lambda n: "<h1>办法（示政发〔2026〕3号）</h1><script>" + "索引号 公开方式 文号 '索 " * (n // 50) + "</script>",
    "hollow": lambda n: "<h1>办法（示政发〔2026〕3号）</h1>" + "索引号<td id=a><!--" * (n // 40) + "<script>syh gkfs</script>",
    "words": lambda n: "<script>var x = {title" + "_title" * (n // 6) + "</script>",
    "attributes": lambda n: "<p " + "".join(f"data-a{at}='title: 1' " for at in range(n // 20)) + ">正文",
}
SMALL, LARGE = 40_000, 160_000
# four times the size: linear is 4; a quadratic step would make it 16
BAR = 9.0


def cost(body: bytes) -> float:
    best = float("inf")
    for _ in range(3):
        begun = time.process_time()
        read_page(body, URL)
        best = min(best, time.process_time() - begun)
    return best


@pytest.mark.parametrize("name", HOSTILE)
def test_cost_grows_with_size_only(name: str) -> None:
    small, large = (HOSTILE[name](size).encode() for size in (SMALL, LARGE))
    # 20 ms more or less are nothing: both may be over at once
    assert cost(large) <= BAR * cost(small) + 0.02


def test_a_text_is_searched_for_what_begins_rarely_as_an_expression_would() -> None:
    pattern = re.compile("位置|现在|位")
    for text in ("", "您的位置：现在，位", "位位置置" * 3, "现位" * 6000):
        assert [m.span() for m in finditer_led(pattern, "位现", text)] == [m.span() for m in pattern.finditer(text)]
    found = search_led(re.compile(rb"title\w*:"), (b"title",), b"titles: 1")
    assert found is not None
    assert found.span() == (0, 7)


def test_a_tag_swollen_with_attributes_does_not_hide_the_page() -> None:
    many = "".join(f"a{at}=1 " for at in range(200_000))
    reading = read_page(f"<body><p {many}>正文在此</p><a href='/1.html'>公告一则</a>".encode(), URL)
    assert [link.text for link in reading.links] == ["公告一则"]
    assert "正文在此" in reading.text
    picture = "data:image/png;base64," + "A" * 100_000
    page = f"<p title='说明'>一</p><img src='{picture}' alt='图'><a href='/2.html'>公告二则</a>"
    assert [link.text for link in read_page(page.encode(), URL).links] == ["公告二则"]


def test_only_short_texts_are_remembered() -> None:
    asked: list[str] = []

    @remembered
    def length(text: str) -> int:
        asked.append(text[:1])
        return len(text)

    assert [length(text) for text in ("a" * 200, "b" * 201, "a" * 200, "b" * 201)] == [200, 201, 200, 201]
    assert asked == ["a", "b", "b"]


def test_one_page_does_not_change_the_reading_of_another() -> None:
    page = "<title>通知_某县</title><ul>{}</ul>".format(
        "".join(f"<li><a href='{at}.html'>关于第{at}号事项的通知</a><span>2026-03-1{at}</span></li>" for at in range(6))
    ).encode()
    first = read_page(page, URL)
    read_page(page.replace(b".html", b".pdf"), "http://evil.example.com/x/")
    assert read_page(page, URL) == first
    moved = read_page(page, "http://www.other.gov.cn/a/").links
    assert {link.href.rsplit("/", 1)[0] for link in moved} == {"http://www.other.gov.cn/a"}
