"""Addresses: one canonical form each, and what kind of thing an address names."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, quote, unquote_to_bytes, urljoin, urlsplit, urlunsplit

Role = Literal["page", "file", "external", "forbidden", "unsupported"]

_SESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_SESSION_KEYS = frozenset({"jsessionid", "phpsessid", "aspsessionid", "sessionid", "cfid", "cftoken"})
_TRACKING = re.compile(r"^(utm_\w+|spm|from_source|bd_vid|gclid|fbclid|_t_t_t)$", re.IGNORECASE)
_BLANK = re.compile(r"\s")
_BEFORE_QUERY = re.compile("[?#]")
_ANY_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_DRIVE = re.compile(r"^[a-zA-Z]:[\\/]|^\\\\")
_NUMBER = re.compile(r"0x[0-9a-f]{1,8}|[0-9]{1,10}")
_NOT_LINKS = ("javascript:", "mailto:", "tel:", "sms:", "data:", "about:", "vbscript:", "weixin:", "blob:", "#")
# most addresses of most sites: already in their one form, told by one expression instead of taking them apart
_PLAIN = re.compile(r"https?://[a-z0-9][a-z0-9.-]*[a-z0-9](:(?!80/|443/|0)(?:[0-9]{2,4}|[1-5][0-9]{4}))?/(?:[A-Za-z0-9_/-]|\.(?=[A-Za-z0-9]))*")
_SAFE = "!$&'()*+,-./:;=@_~"
_FILE_SUFFIXES = frozenset(
    "jpg jpeg png gif bmp webp svg ico tif tiff css js json xml txt csv pdf doc docx wps xls xlsx et ppt pptx "
    "dps ofd zip rar 7z gz tar mp3 mp4 wmv avi mov flv m3u8 wav apk exe ceb cebx caj rtf swf woff woff2 ttf".split()
)
_DOWNLOAD_PATH = re.compile(r"(downfile|download|downloadfile|attach)\w*\.(jsp|do|action|aspx?|php)$", re.IGNORECASE)


class AddressError(ValueError):
    """The text is not an address a browser could open."""


def is_link(href: str) -> bool:
    """Whether an ``href`` leads anywhere at all: scripts, mail addresses and bare fragments do not."""
    text = href.strip().lower()
    return bool(text) and not text.startswith(_NOT_LINKS)


@lru_cache(maxsize=65536)
def canonical(href: str, base: str = "") -> str:
    """Return the one form of an address: resolved, without fragment, session id or tracking parameters.

    Scheme and host are lower-cased, default ports dropped, dot segments resolved, percent-encodings
    normalised as UTF-8, white space inside stripped the way browsers do.

    Raises AddressError where the result has no scheme, an unusable host or port.
    """
    if _PLAIN.fullmatch(href) and "/./" not in href and "/../" not in href:
        return href
    text = href.strip().replace("\t", "").replace("\n", "").replace("\r", "")
    if _DRIVE.match(text):
        return "file:///" + text.replace("\\", "/").lstrip("/")
    text = _slashed(text)
    try:
        parts = urlsplit(urljoin(base, text) if base else text)
        port = parts.port
        host = (parts.hostname or "").rstrip(".")
    except ValueError as error:
        raise AddressError(f"{href!r}: {error}") from None
    scheme = parts.scheme.lower()
    if scheme == "file":
        return urlunsplit(("file", host, parts.path, "", ""))
    if scheme not in ("http", "https"):
        return urlunsplit((scheme, parts.netloc, parts.path, parts.query, "")) if scheme else _no_scheme(href)
    if not host or any(c in host for c in " <>\"'\\^`{|}"):
        raise AddressError(f"{href!r}: no usable host")
    try:
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        raise AddressError(f"{href!r}: unusable host name") from None
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port != {"http": 80, "https": 443}[scheme]:
        netloc += f":{port}"
    return urlunsplit((scheme, netloc, _path(parts.path), _query(parts.query), ""))


def _slashed(text: str) -> str:
    """Return an address with the backslashes before its query turned to slashes, as browsers read them."""
    if "\\" not in text:
        return text
    path = _BEFORE_QUERY.split(text, maxsplit=1)[0]
    scheme = _ANY_SCHEME.match(path)
    if scheme and scheme.group(1).lower() not in ("http", "https"):
        return text
    return path.replace("\\", "/") + text[len(path):]


def _no_scheme(href: str) -> str:
    raise AddressError(f"{href!r}: no scheme")


def _path(path: str) -> str:
    path = _SESSION.sub("", path.replace("\\", "/"))
    segments: list[str] = []
    for segment in path.split("/")[1:] if path.startswith("/") else path.split("/"):
        if segment == "..":
            if segments:
                segments.pop()
        elif segment != ".":
            segments.append(segment)
    if path.endswith(("/.", "/..")):
        segments.append("")
    return "/" + "/".join(_quoted(segment) for segment in segments)


def _quoted(text: str) -> str:
    """Percent-encode as browsers do, leaving encodings of other charsets as they are."""
    if text.isascii() and "%" not in text:
        return quote(text, safe=_SAFE)
    return quote(unquote_to_bytes(text), safe=_SAFE)


def _query(query: str) -> str:
    if not query:
        return ""
    kept = []
    for piece in query.split("&"):
        key = piece.split("=", 1)[0].lower()
        if piece and key not in _SESSION_KEYS and not _TRACKING.match(key):
            kept.append(quote(piece, safe=_SAFE + "%?[]") if not piece.isascii() or " " in piece else piece)
    return "&".join(kept)


def host_of(url: str) -> str:
    """Return host and port of an address as written (``127.0.0.1:8000``); empty for ``file:`` and unusable ones."""
    parts = _parts(url)
    return parts.netloc.lower() if parts is not None else ""


def _parts(url: str) -> SplitResult | None:
    """Split an address; None where no browser could: pages link to such too, and they are kept as they are."""
    try:
        return urlsplit(url)
    except ValueError:
        return None


def suffix_of(url: str) -> str:
    """Return the lower-case file suffix an address names, looking into download scripts' queries too."""
    parts = _parts(url)
    if parts is None:
        return ""
    name = parts.path.rsplit("/", 1)[-1]
    if _DOWNLOAD_PATH.search(name):
        for _, value in parse_qsl(parts.query):
            if "." in value and value.rsplit(".", 1)[-1].lower() in _FILE_SUFFIXES:
                return value.rsplit(".", 1)[-1].lower()
    return name.rsplit(".", 1)[-1].lower() if "." in name else ""


def is_private_host(host: str) -> bool:
    """Whether a host (with or without port) is loopback, private, link-local or a bare intranet name."""
    name = _name(host)
    if name == "localhost" or name.endswith((".localhost", ".local", ".lan", ".internal")):
        return True
    address = _ip_address(name)
    return "." not in name if address is None else not address.is_global


def is_numeric_host(host: str) -> bool:
    """Whether a host (with or without port) is given as an IP address, not as a name."""
    return _ip_address(_name(host)) is not None


def _name(host: str) -> str:
    parts = _parts(f"//{host}")
    return (parts.hostname or "") if parts is not None else ""


def _ip_address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return the address a host names, also in the short and numeric forms browsers take (127.1, 0x7f000001)."""
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        pass
    pieces = name.split(".")
    if len(pieces) > 4 or not all(_NUMBER.fullmatch(piece) for piece in pieces):
        return None
    numbers = [
        int(piece, 16) if piece[:2] == "0x" else int(piece, 8) if re.fullmatch(r"0[0-7]+", piece) else int(piece)
        for piece in pieces
    ]
    if any(number > 255 for number in numbers[:-1]):
        return None
    total = sum(number << (8 * (3 - place)) for place, number in enumerate(numbers[:-1])) + numbers[-1]
    return ipaddress.IPv4Address(total) if total < 2**32 else None


@dataclass(frozen=True)
class Scope:
    """What counts as the site itself: the configured hosts, with their ports."""

    hosts: frozenset[str]

    @classmethod
    def of(cls, hosts: list[str] | tuple[str, ...]) -> Scope:
        """Build from host names as configured (``www.example.gov.cn``, ``127.0.0.1:8000``)."""
        return cls(frozenset(host.lower() for host in hosts))

    def role(self, url: str) -> Role:
        """Return what a canonical address is to the crawl; ``forbidden`` and ``unsupported`` are never fetched."""
        scheme = url.split(":", 1)[0]
        if scheme not in ("http", "https"):
            return "unsupported"
        host = host_of(url)
        if not host or _BLANK.search(host):
            return "unsupported"
        if host not in self.hosts:
            return "forbidden" if is_private_host(host) else "external"
        suffix = suffix_of(url)
        return "file" if suffix in _FILE_SUFFIXES else "page"
