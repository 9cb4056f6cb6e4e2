"""Answers that are no ordinary pages: missing, moved, refused, broken, slow (``data/answers.yaml``)."""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources
from typing import Any

from demo.hosts import BROKEN, SERVICE, address
from demo.model import Headers, Response

HTML: Headers = (("Content-Type", "text/html; charset=utf-8"),)
PortalPage = Callable[[str, str, str], str]


def answer(entry: dict[str, Any], targets: dict[str, str], portal_page: PortalPage) -> Response:
    """Return the answer an entry of ``answers.yaml`` describes.

    ``targets`` are absolute addresses by key; ``portal_page(title, words, hint)`` a page of the portal.
    Raises KeyError for an unknown kind.
    """
    kind = entry["answer"]
    if kind == "redirect":
        location = targets[entry["to"]]
        return Response(entry.get("status", 302), (*HTML, ("Location", location)), b"")
    if kind in ("missing", "withdrawn"):
        return missing(portal_page, 404 if kind == "missing" else 410)
    if kind == "soft-missing":
        words, hint = "您访问的页面不存在或已删除", "请检查您输入的网址是否正确，或者稍后再试。"
        page = portal_page("访问出错啦", words, hint)
        return Response(200, HTML, page.encode())
    status, more = _FIXED[kind]
    body = resources.files("demo").joinpath("templates", "errors", f"{kind}.html").read_bytes()
    return Response(status, (*HTML, *more), body, float(entry.get("seconds", 0)))


def missing(portal_page: PortalPage, status: int = 404) -> Response:
    """Return what the portal answers for an address it does not have."""
    words, hint = "抱歉，页面出错啦！！", "您访问的页面可能已经删除、更名或暂时不可用。"
    page = portal_page("404-云岭县人民政府门户网站", words, hint)
    return Response(status, HTML, page.encode())


def to_service_home() -> Response:
    """Return what the service host answers for an address it does not have: its home page, by a detour."""
    return Response(302, (*HTML, ("Location", address(SERVICE, "/"))), b"")


def broken_home() -> Response:
    """Return what the broken host answers, whatever is asked."""
    return Response(
        500, HTML, resources.files("demo").joinpath("templates/errors/server-error.html").read_bytes()
    )


BROKEN_HOME = address(BROKEN, "/")

# status and further headers of the answers whose bodies stand in templates/errors
_FIXED: dict[str, tuple[int, Headers]] = {
    "plain-missing": (404, ()),
    "server-error": (500, ()),
    "soft-refresh": (200, ()),
    "soft-image": (200, ()),
    "soft-download": (200, ()),
    "forbidden": (403, ()),
    "challenge": (412, ()),
    "busy": (429, (("Retry-After", "1"),)),
    "stub": (200, ()),
    "slow": (200, ()),
}
