"""Answers that are no ordinary pages: missing, moved, refused, broken, slow; ``data/answers.yaml`` says where."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from demo.hosts import BROKEN, SERVICE, address
from demo.model import Headers, Response

HTML: Headers = (("Content-Type", "text/html; charset=utf-8"),)
PortalPage = Callable[[str, str, str], str]

_PLAIN_404 = (
    "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n"
    "<hr><center>GOV/1.0.0</center>\r\n</body>\r\n</html>\r\n"
)
_REFRESH = (
    '<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><title>提示信息</title>'
    '<meta http-equiv="refresh" content="5;url=/jtysj/"></head><body><div align="center" style="margin-top:120px">'
    '<p>该信息不存在或已被删除！</p><p>5秒后自动返回首页，如未跳转请点击<a href="/jtysj/">这里</a></p></div></body></html>'
)
_IMAGE = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"><title>404</title><style>body{text-align:center}</style></head>'
    '<body><div class="error"><a href="/"><img src="/images/404.png" border="0"></a></div></body></html>'
)
_NO_FILE = (
    '<html><head><meta charset="utf-8"><title>提示</title></head><body><script>'
    'alert("您要下载的文件不存在！");history.back();</script><p>您要下载的文件不存在！</p></body></html>'
)
_WHITELABEL = (
    "<html><body><h1>Whitelabel Error Page</h1><p>This application has no explicit mapping for /error, so you are "
    "seeing this as a fallback.</p><div>There was an unexpected error (type=Internal Server Error, status=500)."
    "</div><div>java.lang.NullPointerException</div></body></html>"
)
_FORBIDDEN = (
    "<html><head><title>403 Forbidden</title></head><body><center><h1>403 Forbidden</h1></center><p>您的访问请求可能对"
    "网站造成安全威胁，请求已被安全防护系统阻断。</p></body></html>"
)
_CHALLENGE = (
    '<html><head><meta charset="utf-8"><script>var _c="k3jd81";document.cookie="WAF_ID="+_c+";path=/";'
    "location.reload();</script></head><body></body></html>"
)
_STUB = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"><title></title></head><body><div class="list_base"><ul></ul>'
    '</div><div class="pagination"></div></body></html>'
)
_WEATHER = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"><title>农情气象实况</title></head><body><h1>农情气象实况</h1>'
    "<p>全县各监测点土壤墒情适宜，未来三天晴到多云，最低气温八摄氏度，有利于晚稻晾晒和油菜移栽。</p>"
    '<p><a href="/nyncj/">返回云岭县农业农村局</a></p></body></html>'
)


def answer(entry: dict[str, Any], targets: dict[str, str], portal_page: PortalPage) -> Response:
    """Return the answer an entry of ``answers.yaml`` describes.

    ``targets`` are absolute addresses by key; ``portal_page(title, words, hint)`` a page in the portal's dress.
    Raises KeyError for an unknown kind.
    """
    kind = entry["answer"]
    if kind == "redirect":
        location = targets[entry["to"]]
        return Response(entry.get("status", 302), (*HTML, ("Location", location)), b"")
    if kind in ("missing", "withdrawn"):
        return missing(portal_page, 404 if kind == "missing" else 410)
    if kind == "soft-missing":
        page = portal_page("访问出错啦", "您访问的页面不存在或已删除", "请检查您输入的网址是否正确，或者稍后再试。")
        return Response(200, HTML, page.encode())
    status, text, more = _FIXED[kind]
    return Response(status, (*HTML, *more), text.encode(), float(entry.get("seconds", 0)))


def missing(portal_page: PortalPage, status: int = 404) -> Response:
    """Return what the portal answers for an address it does not have."""
    page = portal_page("404-云岭县人民政府门户网站", "抱歉，页面出错啦！！", "您访问的页面可能已经删除、更名或暂时不可用。")
    return Response(status, HTML, page.encode())


def to_service_home() -> Response:
    """Return what the service host answers for an address it does not have: its home page, by a detour."""
    return Response(302, (*HTML, ("Location", address(SERVICE, "/"))), b"")


def broken_home() -> Response:
    """Return what the broken host answers, whatever is asked."""
    return Response(500, HTML, _WHITELABEL.encode())


BROKEN_HOME = address(BROKEN, "/")

_FIXED: dict[str, tuple[int, str, Headers]] = {
    "plain-missing": (404, _PLAIN_404, ()),
    "server-error": (500, _WHITELABEL, ()),
    "soft-refresh": (200, _REFRESH, ()),
    "soft-image": (200, _IMAGE, ()),
    "soft-download": (200, _NO_FILE, ()),
    "forbidden": (403, _FORBIDDEN, ()),
    "challenge": (412, _CHALLENGE, ()),
    "busy": (429, "请求过于频繁", (("Retry-After", "1"),)),
    "stub": (200, _STUB, ()),
    "slow": (200, _WEATHER, ()),
}
