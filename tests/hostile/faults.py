"""The faults of the hostile site, each with what the server does and what must be recorded and judged of it."""

from __future__ import annotations

import asyncio
import datetime
import gzip
import random
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import brotli

from .wire import Answer, Ask, answers, drips, first, floods, hangs, http, leads, made, parts, resets, says

HOST = "www.hostile.gov.cn"
BARE = "hostile.gov.cn"
HOME = f"http://{HOST}/"
MEGABYTE = 1024 * 1024
MAX_BODY = 24 * MEGABYTE
TIMEOUT = 3.0
PDF = b"%PDF-1.4\n" + bytes(range(256)) * 40
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n"


@dataclass(frozen=True)
class Fault:
    """One thing the site does wrong.

    ``links`` stand on the start page as written; the first leads to ``target`` (a canonical address), of which
    ``outcome``, ``status``, words of the ``reason`` and facts of the ``page`` must be recorded. ``verdict`` (none,
    fail, unverified) is what ``check`` must say of the target, with ``words`` in its message. One request may keep
    the crawl ``seconds``; the fault's addresses may be asked ``most`` times in all. ``wide`` says that a host answers so for whatever it is asked. ``same`` are addresses that must be one page to the checks, ``apart`` ones that must not.
    """

    name: str
    answer: Answer | None
    links: tuple[str, ...]
    target: str
    outcome: str = "ok"
    status: int | None = 200
    reason: str = ""
    page: dict[str, Any] = field(default_factory=dict)
    verdict: str = "none"
    check: str = "dead-link"
    confidence: str = "certain"
    words: str = ""
    seconds: float = 2 * TIMEOUT + 2
    most: int = 2
    wide: bool = False
    same: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()


def own(name: str, answer: Answer, *links: str, path: str = "x.html", **expected: Any) -> Fault:
    """A fault under the site's own folder of that name; ``links`` as written, the path itself where there are none."""
    folder = f"/f/{name}/"
    written = tuple(link if link.startswith(("http", "/", "\\")) else folder + link for link in links) or (folder + path,)
    return Fault(name, answer, written, f"http://{HOST}{folder}{path}", **expected)


def out(name: str, answer: Answer, path: str = "/x.html", scheme: str = "http", **expected: Any) -> Fault:
    """A fault of another host, named after it."""
    url = f"{scheme}://{name}.example.org{path}"
    return Fault(name, answer, (url,), url, **expected)


def never(name: str, href: str, target: str = "", **expected: Any) -> Fault:
    """An address no reader can use: a wrong link, never asked."""
    given = {"outcome": "forbidden-address", "status": None, "verdict": "fail", "check": "wrong-link", "most": 0}
    return Fault(name, None, (href,), target or href, **{**given, **expected})


def html(title: str, *links: str, text: str = "", head: str = "") -> str:
    """Return a small page."""
    anchors = "".join(f'<li><a href="{link}">{title}的链接{number}</a></li>' for number, link in enumerate(links))
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title>{head}</head><body><h1>{title}</h1>'
        f"<div><p>{text or f'这是关于{title}的正文，供读者阅读。' * 6}</p></div><ul>{anchors}</ul></body></html>"
    )


def page(title: str, *links: str, text: str = "", head: str = "", **headers: str) -> Answer:
    """Answer with a small page."""
    return answers(200, html(title, *links, text=text, head=head), **headers)


# -- traps ----------------------------------------------------------------------------------------------------

_dice = random.Random(20261120)


def _token() -> str:
    return f"{_dice.getrandbits(128):032X}"


def _session_in_path(ask: Ask) -> bytes:
    return http(200, html("会话", f"/f/session-in-path/x.html;jsessionid={_token()}", f"x.html;jsessionid={_token()}?"))


def _session_in_query(ask: Ask) -> bytes:
    return http(200, html("会话参数", f"?PHPSESSID={_token()}", f"x.html?JSESSIONID={_token()}&utm_medium=a"))


def _tracked(ask: Ask) -> bytes:
    return http(200, html("分享", f"x.html?_={1700000000000 + _dice.randrange(10**9)}", f"?rnd={_dice.random()}"))


def _calendar(ask: Ask) -> bytes:
    day = datetime.date.fromisoformat(parse_qs(urlsplit(ask.target).query)["day"][0])
    steps = [f"x.html?day={day + datetime.timedelta(days=step)}" for step in (-30, -1, 1, 30)]
    return http(200, html("工作日历", *steps, text=f"{day.year}年{day.month}月{day.day}日，当日没有安排。"))


def _pager(ask: Ask) -> bytes:
    number = int(parse_qs(urlsplit(ask.target).query)["page"][0])
    rows = [f"/f/endless-pager/t2026_{min(number, 3)}_{row}.html" for row in range(5)]
    return http(200, html("通知公告", *rows, f"x.html?page={number + 1}", text=f"第 {number} 页"))


def _pager_or_row(ask: Ask) -> bytes:
    return _pager(ask) if "page=" in ask.target else http(200, html(f"通知 {ask.target[-10:]}"))


def _stubs(ask: Ask) -> bytes:
    rows = "".join(
        f'<li><a href="./20261{number}/t20261{number}_{number}.html">关于第{number}号事项的通知公告</a>'
        f"<span>2026-11-{number:02}</span></li>" for number in range(10, 18)
    )
    listed = f'<ul class="list">{rows}</ul><script>createPageHTML(6, 0, "index", "html");</script>'
    return http(200, html("列表存根", text=listed) if "/index" in ask.target else html(f"通知公告 {ask.target[-8:]}"))


def _growing(ask: Ask) -> bytes:
    return http(302, "", Location=ask.target + "1")


def _chain(ask: Ask) -> bytes:
    number = int(ask.target.rsplit("/", 1)[-1])
    return http(302, "", Location=str(number + 1)) if number < 60 else http(200, html("终点"))


def _facets(ask: Ask) -> bytes:
    query = urlsplit(ask.target).query
    more = [f"x.html?{query}{'&' if query else ''}f{_dice.randrange(10**9)}=1" for _ in range(3)]
    return http(200, html("筛选", *more, text=f"{_token()} 的筛选结果"))


def _by_path(table: dict[str, Answer]) -> Answer:
    async def answer(ask: Ask) -> None:
        found = table.get(ask.target)
        await (found or answers(404, "<title>404 Not Found</title>"))(ask)
    return answer


TRAPS = [
    own("session-in-path", made(_session_in_path), "x.html;jsessionid=0123AB", "x.html;JSESSIONID=77", page={"title": "会话"}),
    own("session-in-query", made(_session_in_query), "x.html?PHPSESSID=0123AB", page={"title": "会话参数"}),
    own("tracking-parameters", made(_tracked), "x.html?utm_source=wx&from=timeline", "x.html?spm=1.2", page={"title": "分享"}),
    own("endless-calendar", made(_calendar), path="x.html?day=2026-11-20", most=250, page={"title": "工作日历"}),
    own("endless-pager", made(_pager_or_row), path="x.html?page=1", most=60),
    own("repeated-stubs", made(_stubs), path="index.html", most=16, page={"items": 8}),
    own("relative-loop", page("相对循环", "a/", "a/x.html"), path="x.html", most=8),
    own("query-permutations", page("参数次序", "?b=2&a=1", "?a=1&b=2", "?b=2&a=1&", "?&a=1&b=2"), path="x.html?a=1&b=2"),
    own("query-growing", made(_facets), path="x.html", most=400),
    own("redirect-to-itself", leads("x.html"), outcome="blocked", status=302, reason="同一地址", verdict="fail", words="转向它自己"),
    own("redirect-cycle", _by_path({
        "/f/redirect-cycle/x.html": leads("y.html"), "/f/redirect-cycle/y.html": leads("x.html"),
    }), outcome="redirect", status=302, verdict="fail", words="循环转向"),
    own("redirect-cookie-cycle", _by_path({
        "/f/redirect-cookie-cycle/x.html": leads("y.html", Set_Cookie="seen=1"),
        "/f/redirect-cookie-cycle/y.html": leads("x.html"),
    }), outcome="redirect", status=302, verdict="unverified", words="cookie"),
    own("redirect-chain", made(_chain), path="0", outcome="redirect", status=302, most=30, verdict="fail", words="连续转向"),
    own("redirect-growing", made(_growing), outcome="redirect", status=302, most=30, verdict="fail", words="连续转向"),
    own("redirect-nowhere", leads("http://[bad/"), outcome="http-error", status=302, verdict="unverified"),
    own("redirect-without-address", answers(302), outcome="http-error", status=302, verdict="unverified"),
    own("scheme-variants", page("协议变体"), "x.html", f"https://{HOST}/f/scheme-variants/x.html",
        same=(f"https://{HOST}/f/scheme-variants/x.html",)),
    own("www-variants", page("主机变体"), "x.html", f"http://{BARE}/f/www-variants/x.html",
        same=(f"http://{BARE}/f/www-variants/x.html",)),
    own("slash-variants", page("斜杠变体"), "x", "x/", path="x", same=(f"http://{HOST}/f/slash-variants/x/",)),
    own("index-variants", page("首页变体"), "x/", "x/index.html", "x/default.htm", path="x/", most=3,
        same=(f"http://{HOST}/f/index-variants/x/index.html", f"http://{HOST}/f/index-variants/x/default.htm")),
    own("fragment-variants", page("锚点变体"), "x.html#a", "x.html#b", "x.html#", most=1),
    own("case-variants", page("大小写变体"), "x.html", "X.HTML", same=(f"http://{HOST}/f/case-variants/X.HTML",)),
    own("canonical-variants", made(lambda ask: http(200, html(
        "关于自报地址变体的通知", text=f"{'甲乙丙丁'[ask.before + ('?' in ask.target)] * 9}每次都不同的正文，供读者阅读。" * 9,
        head=f'<link rel="canonical" href="http://{HOST}/f/canonical-variants/x.html"><meta name="ArticleTitle" '
             'content="关于自报地址变体的通知"><meta name="PubDate" content="2026-11-01">',
    ))), "x.html", "x.html?style=print", same=(f"http://{HOST}/f/canonical-variants/x.html?style=print",)),
    own("lookalikes", made(lambda ask: http(200, html("貌似", text={"X": "甲", "/": "乙", "l": "丙"}.get(ask.target[-1], "丁") * 40))),
        "x", "x/", "X", "x/index.html", path="x", most=4,
        apart=tuple(f"http://{HOST}/f/lookalikes/{path}" for path in ("x/", "X"))),
    own("chinese-utf8", page("统一码路径"), "政务 公开/手册.html", path="%E6%94%BF%E5%8A%A1%20%E5%85%AC%E5%BC%80/%E6%89%8B%E5%86%8C.html"),
    own("chinese-gbk", page("国标码路径"), "%d5%fe%ce%f1.html", path="%D5%FE%CE%F1.html", page={"title": "国标码路径"}),
    own("double-encoding", page("重复编码"), "%25E6%2594%25BF.html", path="%25E6%2594%25BF.html", most=1),
    own("encoded-slash", made(lambda ask: http(200, html("编码斜杠", text=ask.target))), "a%2fx.html", "a/x.html",
        path="a%2Fx.html", page={"title": "编码斜杠"}, apart=(f"http://{HOST}/f/encoded-slash/a/x.html",)),
    own("backslashes", page("反斜杠"), "\\f\\backslashes\\x.html", most=1),
    own("doubled-slashes", page("双斜杠", "//f//doubled-slashes//x.html"), "y//x.html", path="y//x.html"),
    own("very-long", page("很长"), "x.html?" + "x" * 2100, path="x.html?" + "x" * 2100, outcome="not-fetched", status=None,
        reason="字符", verdict="unverified", most=0),
]

# -- encodings and markup ---------------------------------------------------------------------------------------

_GB = html("国标编码的页面").replace("utf-8", "gb2312").encode("gb18030")
_WIDE = html("宽字符文档").replace('charset="utf-8"', 'charset="unicode"')


def _raw(body: bytes, content_type: str = "text/html", **headers: str) -> Answer:
    return answers(200, body, content_type, **headers)


def _deep() -> bytes:
    body = "<div><b><table><tr><td>" * 20_000 + "很深的正文" + "</td></tr></table></b></div>" * 20_000
    return http(200, f"<html><head><title>极深的标记</title></head><body>{body}</body></html>")


def _large() -> bytes:
    return http(200, html("二十兆的页面", text="政务公开信息。" * (20 * MEGABYTE // 21)))


def _bomb(encoding: str, pack: Callable[[bytes], bytes], finish: Callable[[], bytes]) -> bytes:
    packed = b"".join([pack(b"<html><p>"), *(pack(b" " * MEGABYTE) for _ in range(64)), finish()])
    return http(200, packed, Content_Encoding=encoding)


def _deflate_bomb(encoding: str, window: int) -> bytes:
    packer = zlib.compressobj(1, zlib.DEFLATED, window)
    return _bomb(encoding, packer.compress, packer.flush)


def _brotli_bomb() -> bytes:
    packer = brotli.Compressor(quality=1)
    return _bomb("br", packer.process, packer.finish)


# what takes long to make is made before anything is asked
LARGE: dict[str, Callable[[], bytes]] = {
    "deep-markup": _deep, "twenty-megabytes": _large, "gzip-bomb": lambda: _deflate_bomb("gzip", 31),
    "deflate-bomb": lambda: _deflate_bomb("deflate", -15), "brotli-bomb": _brotli_bomb,
}
_made: dict[str, bytes] = {}


def prepare() -> None:
    """Make the large answers."""
    _made.update({name: make() for name, make in LARGE.items() if name not in _made})


def _large_one(name: str) -> Answer:
    return made(lambda ask: _made[name])


_HALF = gzip.compress(html("半截压缩", text="".join(f"第{n}条正文内容。" for n in range(4000))).encode())

BODIES = [
    own("lying-header", _raw(html("其实是统一码的页面").encode(), "text/html; charset=gb2312"),
        page={"title": "其实是统一码的页面", "charset": "utf-8"}),
    own("lying-meta", _raw(html("标签说错的页面").replace("utf-8", "gb2312").encode()), page={"title": "标签说错的页面"}),
    own("mark-beats-header", _raw(b"\xef\xbb\xbf" + html("有字节序标记").encode(), "text/html; charset=gbk"),
        page={"title": "有字节序标记", "charset": "utf-8"}),
    own("header-beats-meta", _raw(html("应答头说对的页面").encode("gb18030"), "text/html; charset=GBK"),
        page={"title": "应答头说对的页面", "charset": "gb18030"}),
    own("undeclared-gb", _raw(_GB.replace(b"gb2312", b"")), page={"title": "国标编码的页面", "charset": "gb18030"}),
    own("unknown-charset", _raw(_GB.replace(b"gb2312", b"x-sogou"), "text/html; charset=unicode-1-1"),
        page={"title": "国标编码的页面"}),
    own("wide-with-mark", _raw(_WIDE.encode("utf-16")), page={"title": "宽字符文档", "charset": "utf-16"}),
    own("wide-without-mark", _raw(_WIDE.encode("utf-16-le")), page={"title": "宽字符文档", "charset": "utf-16-le"}),
    own("null-bytes", _raw(html("夹着空字节").replace("<p>", "<p>\0\0").encode(), "text/html; charset=utf-8"),
        page={"title": "夹着空字节"}),
    own("no-text-at-all", _raw(bytes(range(256)) * 200)),
    own("unclosed-markup", _raw(("<title>不闭合的标记</title>" + "<table><tr><td><a href=a><b><font>条目" * 3000).encode(),
                                "text/html; charset=utf-8"), page={"title": "不闭合的标记"}),
    own("deep-markup", _large_one("deep-markup"), page={"title": "极深的标记"}),
    own("huge-attribute", page("超长属性", head=f'<meta name="x" content="{"y" * 100_000}">'),
        page={"title": "超长属性"}),
    own("twenty-megabytes", _large_one("twenty-megabytes"), page={"title": "二十兆的页面"}),
    own("gzip-bomb", _large_one("gzip-bomb"), outcome="too-large", status=None, reason="24 MiB"),
    own("deflate-bomb", _large_one("deflate-bomb"), outcome="too-large", status=None, reason="24 MiB"),
    own("brotli-bomb", _large_one("brotli-bomb"), outcome="too-large", status=None, reason="24 MiB"),
    own("gzip-in-gzip", _raw(gzip.compress(gzip.compress(html("两层").encode())), Content_Encoding="gzip"), page={"read": False}),
    own("gzip-listed-twice", _raw(gzip.compress(gzip.compress(html("两层压缩").encode())), Content_Encoding="gzip, gzip"),
        page={"title": "两层压缩"}),
    own("gzip-not-said", _raw(gzip.compress(html("没有说明的压缩").encode())), page={"read": False}),
    own("gzip-only-said", _raw(html("并没有压缩").encode(), Content_Encoding="gzip"), page={"title": "并没有压缩"}),
    own("gzip-cut", _raw(_HALF[:len(_HALF) * 2 // 3], Content_Encoding="gzip"), reason="没有传完", page={"title": "半截压缩"}),
    own("gzip-damaged", _raw(_HALF[:2000] + b"\xff" * 300 + _HALF[2300:], Content_Encoding="gzip"), reason="没有传完",
        page={"title": "半截压缩"}),
    own("length-too-long", says(HEAD + b"Content-Length: 99999\r\n\r\n" + html("长度偏大").encode()), reason="没有传完",
        page={"title": "长度偏大"}, most=4),
    own("length-too-short", says(HEAD + b"Content-Length: 150\r\n\r\n" + html("长度偏小").encode()),
        reason="只读到声明处", page={"title": "长度偏小"}),
    own("length-in-characters", says(http(200, "").replace(b"Connection: close\r\n", b"").replace(b": 0", b": 150")
                                     + html("长度按字数").encode()),
        reason="只读到声明处", page={"title": "长度按字数"}),
    own("length-nonsense", says(HEAD + b"Content-Length: many\r\n\r\n" + html("长度乱写").encode()), outcome="protocol",
        status=None, reason="HTTP", verdict="unverified", most=4),
    own("chunk-broken", parts(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"6d\r\n"
                              + html("分块出错").encode()[:109] + b"\r\n", b"zzz\r\nrubbish"), reason="没有传完", most=4, page={"charset": "utf-8"}),
    own("chunk-cut", says(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"ffff\r\n" + html("分块没完").encode()),
        reason="没有传完", most=4, page={"title": "分块没完"}),
    own("page-as-bytes", _raw(html("当作字节流的页面").encode(), "application/octet-stream"), page={"title": "当作字节流的页面"}),
    own("page-without-type", says(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + html("没有类型的页面").encode()),
        page={"title": "没有类型的页面"}),
    own("pdf-as-page", _raw(PDF, "text/html"), page={"read": False}),
    own("picture-as-page", _raw(b"\x89PNG\r\n\x1a\n" + bytes(500), "text/html"), page={"read": False}),
    own("page-as-picture", _raw(html("图片地址上的页面").encode(), "image/jpeg"), path="x.jpg"),
    own("page-as-pdf", _raw((html("统一身份认证平台") + " " * 2000).encode(), "application/pdf"), path="x.pdf",
        verdict="fail", check="broken-attachment", words="网页"),
    own("empty-page", _raw(b"")),
    own("empty-pdf", _raw(b"", "application/pdf"), path="x.pdf", verdict="fail", check="broken-attachment", words="0 字节"),
    own("cut-pdf", says(b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nContent-Length: 99999\r\n\r\n" + PDF), path="x.pdf",
        most=4, verdict="unverified", check="broken-attachment", words="中断"),
    own("dripping-page", drips(HEAD + b"\r\n<html>"), outcome="timeout", status=None, reason="秒", verdict="unverified"),
    own("dripping-head", drips(HEAD, b"X-Y: z\r\n"), outcome="timeout", status=None, reason="秒", verdict="unverified"),
    own("endless-page", floods(HEAD + b"\r\n<html>", b"<p>more</p>" * 90_000), outcome="too-large", status=None),
    own("header-flood", floods(HEAD, b"X-More: y\r\n" * 2000), outcome="protocol", status=None, verdict="unverified", most=4),
    own("huge-header", says(HEAD + b"X-Huge: " + b"x" * 4 * MEGABYTE + b"\r\n\r\n" + html("大").encode()), outcome="protocol",
        status=None, verdict="unverified", most=4),
    own("http-0.9", says(html("没有应答头的页面").encode()), outcome="protocol", status=None, reason="HTTP", verdict="unverified", most=4),
    own("bad-status-line", says(b"HTTP/1.1 abc OK\r\n\r\n<html>"), outcome="protocol", status=None, verdict="unverified", most=4),
    own("no-answer-at-all", says(b""), outcome="network", status=None, verdict="fail", words="网络连接失败", most=8),
    own("hints-first", says(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" * 3 + http(200, html("先给提示"))),
        page={"title": "先给提示"}),
    own("hints-for-ever", drips(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 50, 0.01), outcome="timeout", status=None,
        verdict="unverified"),
    own("status-204", says(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"), status=204),
    own("status-205", says(b"HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), status=205),
    own("status-206-unasked", answers(206, html("部分内容"), Content_Range="bytes 0-99/900"), status=206),
    own("status-304-unasked", says(b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"), outcome="http-error", status=304,
        verdict="unverified"),
    own("status-999", answers(999, "no"), outcome="http-error", status=999, verdict="unverified"),
]

# -- verdicts on links -------------------------------------------------------------------------------------------

CHALLENGE = (
    "<html><head><script>document.cookie='ck=1;path=/';location.reload();</script></head><body></body></html>"
)


def _gets_only(ask: Ask) -> bytes:
    return http(200, html("只接受一种请求")) if ask.method == "GET" else http(405, "")


def _date_ahead(ask: Ask) -> bytes:
    when = format_datetime(datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=2), usegmt=True)
    return http(503, "busy", Retry_After=when)


def _guarded(ask: Ask) -> bytes:
    if "pass=" in ask.headers.get("cookie", ""):
        return http(200, html("门后的页面"))
    return http(302, "", Location=ask.target, Set_Cookie="pass=1; Path=/")


async def _late(ask: Ask) -> None:
    await asyncio.sleep(TIMEOUT * 0.5)
    await ask.send(http(200, html("慢而不坏")))


def _to_portal(ask: Ask) -> bytes:
    return http(200, html("门户首页", text="欢迎访问本站。" * 20)) if ask.target == "/" else http(302, "", Location="/")


def _to_error_page(ask: Ask) -> bytes:
    if ask.target == "/error/404.html":
        return http(200, html("继续浏览", text="系统将带您继续浏览其他栏目的内容。" * 5))
    return http(302, "", Location="/error/404.html")


def _moved(ask: Ask) -> bytes:
    if ask.target == "/x.html":
        return http(301, "", Location="/new/x.html")
    return http(200, html("搬了家的页面")) if ask.target == "/new/x.html" else http(404, "<title>404</title>")


_SOFT = html("站点信息", text="本站推荐阅读以下栏目，敬请关注最新动态。" * 5)

VERDICTS = [
    own("head-refused", made(_gets_only), page={"title": "只接受一种请求"}, most=1),
    own("missing-once", first(answers(404, "no"), page("又有了")), page={"title": "又有了"}),
    own("missing", answers(404, "no"), outcome="http-error", status=404, verdict="fail", words="状态码 404（2 次探测）"),
    own("gone", answers(410, "no"), outcome="http-error", status=410, verdict="fail", words="状态码 410（2 次探测）"),
    own("server-error", answers(500, "no"), outcome="http-error", status=500, verdict="fail", words="状态码 500（2 次探测）"),
    own("server-error-once", first(answers(502, "no"), page("恢复了")), page={"title": "恢复了"}),
    own("login-wanted", answers(401, "no"), outcome="blocked", status=401, verdict="unverified", most=1),
    own("forbidden", answers(403, "no"), outcome="blocked", status=403, verdict="unverified", words="拒绝", most=1),
    own("method-refused", answers(405, "no"), outcome="http-error", status=405, verdict="unverified", most=1),
    own("precondition", answers(412, CHALLENGE), outcome="blocked", status=412, verdict="unverified", most=1),
    own("too-many", answers(429, "no"), outcome="blocked", status=429, verdict="unverified"),
    own("cookie-shell", answers(200, CHALLENGE), outcome="blocked", reason="验证", verdict="unverified", most=1),
    own("cookie-gate", made(_guarded), page={"title": "门后的页面"}),
    own("block-page", page("安全防护提示", text="您的访问被防火墙拦截，请求异常，请输入验证码继续访问。"), verdict="unverified", words="拦截"),
    own("error-page", page("您访问的页面不存在", text="对不起，您访问的页面不存在或已删除。"), verdict="fail", words="错误页"),
    own("reset", resets, outcome="network", status=None, verdict="fail", words="网络连接失败", most=8),
    own("silent", hangs, outcome="timeout", status=None, reason="秒", verdict="unverified"),
    out("retry-seconds", first(answers(503, "busy", Retry_After="2"), page("等到了")), page={"title": "等到了"}),
    out("retry-date", first(made(_date_ahead), page("等到了")), page={"title": "等到了"}),
    out("retry-absurd", first(answers(503, "busy", Retry_After="86400000"), page("等到了")), page={"title": "等到了"}),
    out("retry-nonsense", first(answers(429, "busy", Retry_After="-7"), page("等到了")), page={"title": "等到了"}),
    out("slow", _late, page={"title": "慢而不坏"}),
    out("never-answers", hangs, wide=True, outcome="timeout", status=None, verdict="unverified", words="超时"),
    out("blocks", answers(403, "no"), outcome="blocked", status=403, verdict="unverified"),
    out("moves", made(_moved), wide=True, outcome="redirect", status=301),
    out("soft-missing", answers(200, _SOFT), path="/zwgk/202403/t20240301_55.html", verdict="fail", words="对不存在的地址",
        most=4, wide=True),
    out("to-portal", made(_to_portal), wide=True, path="/zwgk/202403/t20240301_55.html", outcome="redirect", status=302, verdict="fail",
        words="对不存在的地址", most=6),
    out("to-error-page", made(_to_error_page), wide=True, path="/zwgk/202403/t20240301_55.html", outcome="redirect", status=302,
        verdict="fail", words="对不存在的地址", most=6),
    out("refuses", hangs, outcome="refused", status=None, verdict="fail", words="连接被拒绝（2 次探测）", most=0),
    Fault("no-such-name", None, ("http://no-such-name.example.org/x.html",), "http://no-such-name.example.org/x.html",
          outcome="dns", status=None, verdict="fail", words="域名解析失败（2 次探测）", most=0),
    out("tls-expired", page("过期证书"), scheme="https", page={"title": "过期证书"}, verdict="unverified", words="证书已过期"),
    out("tls-self-signed", page("自签证书"), scheme="https", page={"title": "自签证书"}, verdict="unverified", words="自签名"),
    out("tls-wrong-host", page("别家证书"), scheme="https", page={"title": "别家证书"}, verdict="unverified", words="证书与域名不符"),
    out("tls-unknown-issuer", page("无名证书"), scheme="https", page={"title": "无名证书"}, verdict="unverified", words="不受信任"),
    out("tls-old-protocol", page("老旧协议"), scheme="https", page={"title": "老旧协议"}, verdict="unverified", words="握手失败"),
    out("tls-not-spoken", page("不是加密端口"), scheme="https", outcome="tls", status=None, verdict="unverified", words="加密", most=0),
    out("tls-good", page("合格证书"), scheme="https", page={"title": "合格证书"}),
]

# -- addresses never asked ---------------------------------------------------------------------------------------

WRONG = [
    never("loopback", "http://127.0.0.1/x"),
    never("loopback-short", "http://127.1/x"),
    never("loopback-decimal", "http://2130706433/x"),
    never("loopback-octal", "http://0177.0.0.1/x"),
    never("loopback-hex", "http://0x7f.0.0.1/x"),
    never("loopback-encoded", "http://%31%32%37.0.0.1:8081/x", "http://127.0.0.1:8081/x"),
    never("loopback-wide-digits", "http://１２７.0.0.1:8082/x", "http://127.0.0.1:8082/x"),
    never("loopback-user", "http://www.gov.cn@127.0.0.1:8083/x", "http://127.0.0.1:8083/x"),
    never("loopback-v6", "http://[::1]/x"),
    never("localhost", "http://localhost:8080/x"),
    never("localhost-dot", "http://localhost./x", "http://localhost/x"),
    never("private-10", "http://10.1.2.3/x"),
    never("private-172", "http://172.16.5.4:8080/x"),
    never("private-192", "http://192.168.1.1/x"),
    never("mapped-v6", "http://[::ffff:10.0.0.1]/x", "http://[::ffff:a00:1]/x"),
    never("nat64", "http://[64:ff9b::10.0.0.1]/x", "http://[64:ff9b::a00:1]/x"),
    never("link-local", "http://169.254.169.254/latest/meta-data/"),
    never("carrier-nat", "http://100.64.1.1/x"),
    never("zero", "http://0.0.0.0:8000/x"),
    never("single-label", "http://oa/login"),
    never("intranet-name", "http://oa.local/login"),
    never("lost-scheme-host", "//zwgk//tzgg/x.html", "http://zwgk//tzgg/x.html"),
    never("file-address", "file:///D:/发文/通知.doc", "file:///D:/发文/通知.doc", outcome="unsupported"),
    never("drive-path", "C:\\Users\\a\\b.doc", "file:///C:/Users/a/b.doc", outcome="unsupported"),
    never("network-share", "\\\\nas\\share\\b.doc", "file:///nas/share/b.doc", outcome="unsupported"),
    never("mail-port", "http://mail.example.org:25/x", outcome="unsupported"),
    never("name-of-private", "http://name-of-private.example.org/x", confidence="review"),
    never("name-of-mapped", "http://name-of-mapped.example.org/x", confidence="review"),
    own("redirect-to-private", leads("http://10.9.8.7/admin"), outcome="redirect", status=302, verdict="fail", check="wrong-link",
        words="内网"),
    own("redirect-to-loopback", leads("http://127.0.0.1:9/admin"), outcome="redirect", status=302, verdict="fail",
        check="wrong-link", words="本机"),
    own("redirect-to-file", leads("file:///etc/passwd"), outcome="redirect", status=302, verdict="fail", check="wrong-link",
        words="本地文件"),
]

FAULTS = [*TRAPS, *BODIES, *VERDICTS, *WRONG]
