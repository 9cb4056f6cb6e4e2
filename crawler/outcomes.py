"""What an answer, or the lack of one, means: pure functions from status, headers, bytes, errors to an outcome.

Outcomes are those of ``crawler.snapshot.records.Fetch``; the reasons are what a user reads.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import aiohttp

REFUSALS = frozenset({401, 403, 407, 412, 429})
# answers that speak of the client or the moment, not of the page: login, methods, waiting, challenges, law
UNDECIDED = REFUSALS | {405, 406, 408, 418, 421, 425, 426, 428, 451}
_MOMENTARY = frozenset({408, 429})

_STATUS_WORDS = {
    400: "请求无效", 401: "需要登录", 403: "拒绝访问", 404: "页面不存在", 405: "不允许的请求方式", 407: "需要代理认证",
    408: "请求超时", 410: "页面已删除", 412: "要求脚本验证", 414: "地址过长", 429: "请求过于频繁",
    500: "服务器内部错误", 501: "服务器不支持", 502: "网关错误", 503: "服务不可用", 504: "网关超时",
}
_CERTIFICATE_WORDS = {
    9: "证书尚未生效", 10: "证书已过期", 18: "证书是自签名的", 19: "证书链中有自签名证书",
    20: "证书链不完整或签发机构不受信任", 21: "证书链不完整", 62: "证书与域名不符", 64: "证书与地址不符",
}
_CHALLENGE_STATUSES = frozenset({200, 202, 400, 503, 521})
_SETS_COOKIE = re.compile(rb"document\s*\.\s*cookie\s*=|\['cookie'\]|_cf_chl|__jsl_clearance|acw_sc__v2")
_GOES_AGAIN = re.compile(
    rb"location\s*(\.\s*(href|replace|reload|assign)|=|\[)|\.reload\s*\(|\.submit\s*\(", re.IGNORECASE,
)
# One of these is in whatever _SETS_COOKIE finds; looking for them first costs next to nothing.
_COOKIE_SIGNS = (b"cookie", b"_cf_chl", b"__jsl_clearance", b"acw_sc__v2")
# A page with so many links is no gate: most pages are told by their navigation, a tenth of the way through.
_LINKS_OF_A_PAGE = 30
_SCRIPT = re.compile(rb"<script\b.*?(</script\s*>|$)|<style\b.*?(</style\s*>|$)|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(rb"<[^>]*>")


class ForbiddenAddressError(OSError):
    """A host that is not the site's own leads to a loopback, private or link-local address."""


class TooLargeError(Exception):
    """An answer is larger than what the job allows; the message says how large that is."""


@dataclass(frozen=True)
class Fault:
    """Why no answer came.

    ``unreached`` is true where the host itself could not be reached at all, so that its other addresses cannot
    be either; ``final`` where asking again cannot change it.
    """

    outcome: str
    reason: str
    unreached: bool = False
    final: bool = False


def status_reason(status: int) -> str:
    """Return the words for an HTTP status that is no success."""
    try:
        words = _STATUS_WORDS.get(status) or HTTPStatus(status).phrase
    except ValueError:
        words = "非标准状态"
    return f"服务器返回 {status}（{words}）"


def status_outcome(status: int) -> str:
    """Return ``ok``, ``blocked`` or ``http-error`` for the status of a final (not redirecting) answer."""
    if 200 <= status < 300:
        return "ok"
    return "blocked" if status in REFUSALS else "http-error"


def wants_second_probe(status: int) -> bool:
    """Whether an answer says the page is not there, or not now: neither is certain before it was said twice."""
    return status in _MOMENTARY or (status >= 400 and status not in UNDECIDED)


def is_challenge(status: int, body: bytes) -> bool:
    """Whether an answer is a gate's script shell (反爬虫验证页) in place of the page.

    Such a shell is short, shows no text, has no navigation, and its script sets a cookie and loads the address again.
    """
    if status not in _CHALLENGE_STATUSES and status not in REFUSALS:
        return False
    if len(body) > 65536 or b"<script" not in body[:4096].lower():
        return False
    if len(body.split(b"<a ", _LINKS_OF_A_PAGE)) > _LINKS_OF_A_PAGE:
        return False
    if not any(sign in body for sign in _COOKIE_SIGNS):
        return False
    if not (_SETS_COOKIE.search(body) and _GOES_AGAIN.search(body)):
        return False
    shown = _TAG.sub(b"", _SCRIPT.sub(b"", body))
    return len(shown.strip()) <= 60


def retry_after(value: str | None, now: float, limit: float) -> float | None:
    """Return the seconds a ``Retry-After`` header asks to wait, at most ``limit``; None without one, or nonsense."""
    if not value:
        return None
    if re.fullmatch(r"\s*[0-9]{1,300}\s*", value):
        seconds = float(value)
    else:
        try:
            when = parsedate_to_datetime(value)
            seconds = (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() - now
        except (ValueError, OverflowError):
            return None
    return min(max(seconds, 0.0), limit)


def is_handshake_fault(error: BaseException) -> bool:
    """Whether a connection came about and no secure one on it: certificate, protocol, or hung up meanwhile."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError):
        return True
    if not isinstance(error, aiohttp.ClientConnectorError):
        return False
    hung_up = isinstance(error.os_error, ConnectionResetError | ConnectionAbortedError | ssl.SSLError)
    return hung_up and error._conn_key.is_ssl


def certificate_fault(error: BaseException) -> str:
    """Return in Chinese what is wrong with a certificate or handshake, the library's own words after it."""
    cause = error
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        cause = error.certificate_error
    elif isinstance(error, aiohttp.ClientConnectorError):
        cause = error.os_error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _CERTIFICATE_WORDS.get(cause.verify_code, f"证书无效（{cause.verify_message}）")
    words = getattr(cause, "reason", None) or str(cause) or "连接被服务器中断"
    return f"安全连接握手失败（{words}）"


def explain(error: BaseException, timeout: float) -> Fault:
    """Return what a failed request means; ``timeout`` in seconds as it was set."""
    if isinstance(error, TooLargeError):
        return Fault("too-large", str(error), final=True)
    cause: BaseException = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if isinstance(cause, ForbiddenAddressError):
        return Fault("forbidden-address", str(cause), final=True)
    if isinstance(error, aiohttp.ClientConnectorDNSError) or isinstance(cause, socket.gaierror):
        return Fault("dns", "域名无法解析", unreached=True)
    if isinstance(error, ssl.SSLError) or is_handshake_fault(error):
        return Fault("tls", certificate_fault(error), unreached=True)
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return Fault("timeout", "连接服务器超时", unreached=True)
    if isinstance(error, asyncio.TimeoutError):
        return Fault("timeout", f"{timeout:g} 秒内没有收到完整应答")
    if isinstance(cause, ConnectionRefusedError):
        return Fault("refused", "服务器拒绝连接", unreached=True)
    if isinstance(error, aiohttp.ClientConnectorError):
        return Fault("network", f"无法连接服务器（{_words(cause)}）", unreached=True)
    if isinstance(error, aiohttp.ServerDisconnectedError | ConnectionResetError | aiohttp.ClientOSError):
        return Fault("network", "连接被服务器中断")
    if isinstance(error, aiohttp.ClientPayloadError):
        return Fault("network", "应答没有传完就断开")
    if isinstance(error, aiohttp.ClientResponseError):
        return Fault("protocol", "应答不符合 HTTP 协议")
    if isinstance(error, aiohttp.InvalidURL):
        return Fault("unsupported", "地址无法使用", final=True)
    return Fault("network", f"请求失败（{type(error).__name__}）")


def _words(error: BaseException) -> str:
    return getattr(error, "strerror", None) or type(error).__name__


def utc_now() -> str:
    """Return the present moment as ISO 8601 in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
