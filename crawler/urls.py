"""Addresses: one canonical form each, and what kind of thing an address names."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, quote, unquote_to_bytes, urljoin, urlsplit, urlunsplit

Role = Literal["page", "file", "external", "forbidden", "unsupported"]

_SESSION = re.compile(r";(?:jsessionid|phpsessid|sessionid)=[^/?#;]*", re.IGNORECASE)
_SESSION_KEYS = frozenset({"jsessionid", "phpsessid", "aspsessionid", "sessionid", "cfid", "cftoken"})
_TRACKING = re.compile(
    r"(?:utm_\w+|spm|from_source|bd_vid|[gm]s?clid|fbclid|yclid|_t_t_t|hm(?:sr|pl|cu|kw|ci)|isappinstalled)=?.*"
    # where a reader came from, as messengers add it; other values of the name may choose what is shown
    r"|from=(?:singlemessage|groupmessage|timeline|message|qrcode|weixin|wechat|weibo)"
    # what only keeps answers out of caches: names that mean nothing else, and values no editor would write
    r"|(?:_|_t|_dc|rnd|rand|random|nocache)=(?:[0-9]+|[01]?\.[0-9]+)"
    r"|(?:t|r|v|ts|time|timestamp)=(?:1[0-9]{12}|0\.[0-9]{6,})",
    re.IGNORECASE | re.DOTALL,
)
# a signed query holds only as a whole
_SIGNED = re.compile(r"(?:^|&)\w*(?:sign|signature|token|hmac|auth|nonce)=", re.IGNORECASE)
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_HERE, _UP = frozenset({".", "%2e"}), frozenset({"..", ".%2e", "%2e.", "%2e%2e"})
_WEB_START = re.compile(r"(https?):(/*)", re.IGNORECASE)
_SLASHES = re.compile(r"//+")
_PORT = re.compile(r":[0-9]+$")
_IN_QUERIES = re.compile(r"[!#-;=?-~]*")
_BLANK = re.compile(r"\s")
_BEFORE_QUERY = re.compile("[?#]")
_ANY_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_DRIVE = re.compile(r"^[a-zA-Z]:[\\/]|^\\\\")
_NUMBER = re.compile(r"0x[0-9a-f]{0,8}|[0-9]{1,11}")
_NAT64, _NAT64_LOCAL = ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48")
_COMPATIBLE = ipaddress.IPv6Network("::/96")
# names that never lead anywhere on the public internet (RFC 6761, RFC 6762 appendix G, RFC 8375)
_INNER_NAMES = (
    ".localhost", ".local", ".localdomain", ".lan", ".internal", ".intranet", ".private", ".corp", ".home",
    ".home.arpa",
)
# ports of other services, to which no browser sends a request (WHATWG Fetch, "port blocking")
_BLOCKED_PORTS = frozenset(
    "0 1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115 117 119 "
    "123 135 137 139 143 161 179 389 427 465 512 513 514 515 526 530 531 532 540 548 554 556 563 587 601 636 989 "
    "990 993 995 1719 1720 1723 2049 3659 4045 4190 5060 5061 6000 6566 6665 6666 6667 6668 6669 6679 6697 10080"
    .split()
)
_NOT_LINKS = ("javascript:", "mailto:", "tel:", "sms:", "data:", "about:", "vbscript:", "weixin:", "blob:", "#")
# most addresses of most sites: already in their one form, told by one expression instead of taking them apart
_PLAIN = re.compile(r"https?://[a-z0-9][a-z0-9.-]*[a-z0-9](:(?!80/|443/|0)(?:[0-9]{2,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}))?/(?:[A-Za-z0-9_/-]|\.(?=[A-Za-z0-9]))*")
_PLAIN_HOST = re.compile(r"https?://([a-z0-9.:-]+)/")
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
    brought to one form, white space inside stripped the way browsers do. Two addresses come out the same only
    where every server must take them for the same, or where they differ by such parameters alone; whether a page
    also has other addresses, only its answers tell.

    Raises AddressError where the result has no scheme, an unusable host or port.
    """
    if _PLAIN.fullmatch(href) and "/./" not in href and "/../" not in href:
        return href
    text = href.strip().replace("\t", "").replace("\n", "").replace("\r", "")
    if _DRIVE.match(text):
        return "file:///" + text.replace("\\", "/").lstrip("/")
    text = _with_authority(_slashed(text), base)
    try:
        parts = urlsplit(urljoin(base, text) if base else text)
        port = parts.port
        host = _host(parts.hostname or "")
    except ValueError as error:
        raise AddressError(f"{href!r}: {error}") from None
    scheme = parts.scheme.lower()
    if scheme == "file":
        return urlunsplit(("file", host, parts.path, "", ""))
    if scheme not in ("http", "https"):
        return urlunsplit((scheme, parts.netloc, parts.path, parts.query, "")) if scheme else _no_scheme(href)
    if not host or any(c <= " " or c in "\x7f<>\"'\\^`{|}%/?#@" for c in host):
        raise AddressError(f"{href!r}: no usable host")
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


def _with_authority(text: str, base: str) -> str:
    """Return an address with the two slashes before its host, of which browsers take any number."""
    start = _WEB_START.match(text)
    if start is None:
        return _SLASHES.sub("//", text, count=1) if text.startswith("///") else text
    scheme, slashes = start.groups()
    relative = len(slashes) < 2 and base[: len(scheme) + 1].lower() == f"{scheme.lower()}:"
    return text if relative else f"{scheme}://{text[start.end():]}"


def _host(name: str) -> str:
    """Return a host name in lower case and ASCII; raises ValueError (UnicodeError) for one that has no such form."""
    if ":" in name:
        return str(ipaddress.IPv6Address(name))
    if "%" in name:
        name = unquote_to_bytes(name).decode("utf-8")
    name = name if name.isascii() else name.encode("idna").decode("ascii")
    return name.lower().rstrip(".")


def _no_scheme(href: str) -> str:
    raise AddressError(f"{href!r}: no scheme")


def _path(path: str) -> str:
    path = _SESSION.sub("", path.replace("\\", "/"))
    segments: list[str] = []
    for segment in path.split("/")[1:] if path.startswith("/") else path.split("/"):
        dots = segment.lower() if segment[:1] in (".", "%") else ""
        if dots in _UP:
            if segments:
                segments.pop()
        elif dots not in _HERE:
            segments.append(segment)
    if path.rsplit("/", 1)[-1].lower() in _HERE | _UP:
        segments.append("")
    return "/" + "/".join(_quoted(segment) for segment in segments)


def _quoted(text: str, safe: str = _SAFE) -> str:
    """Percent-encode as browsers do (UTF-8), leaving what is encoded, in whatever charset, as it is.

    Encodings come out in upper case, needless ones decoded; a percent sign that begins none is encoded itself.
    """
    if "%" not in text:
        return quote(text, safe=safe, errors="replace")
    pieces = _ESCAPE.split(text)
    pieces[::2] = [quote(piece, safe=safe, errors="replace") for piece in pieces[::2]]
    pieces[1::2] = [
        character if (character := chr(int(code, 16))) in _UNRESERVED else f"%{code.upper()}" for code in pieces[1::2]
    ]
    return "".join(pieces)


def _query(query: str) -> str:
    if not query:
        return ""
    kept = []
    signed = _SIGNED.search(query)
    for piece in query.split("&"):
        key = piece.split("=", 1)[0].lower()
        if piece and (signed or (key not in _SESSION_KEYS and not _TRACKING.fullmatch(piece))):
            kept.append(_quoted_query(piece))
    return "&".join(kept)


def _quoted_query(text: str) -> str:
    """Percent-encode what browsers do in a query, a lone percent sign left as it stands."""
    if "%" not in text:
        return text if _IN_QUERIES.fullmatch(text) else _encoded(text)
    pieces = _ESCAPE.split(text)
    pieces[::2] = [_encoded(piece) for piece in pieces[::2]]
    pieces[1::2] = [f"%{code.upper()}" for code in pieces[1::2]]
    return "".join(pieces)


def _encoded(text: str) -> str:
    return quote(text, safe=_SAFE + "%?[]\\^`{|}", errors="replace")


def host_of(url: str) -> str:
    """Return host and port of an address as written (``127.0.0.1:8000``); empty for ``file:`` and unusable ones."""
    plain = _PLAIN_HOST.match(url)
    if plain:
        return plain.group(1)
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
    if _PLAIN.fullmatch(url):
        name = url.rpartition("/")[2]
        return name.rpartition(".")[2].lower() if "." in name else ""
    parts = _parts(url)
    if parts is None:
        return ""
    name = parts.path.rsplit("/", 1)[-1]
    if _DOWNLOAD_PATH.search(name):
        for _, value in parse_qsl(parts.query):
            if "." in value and value.rsplit(".", 1)[-1].lower() in _FILE_SUFFIXES:
                return value.rsplit(".", 1)[-1].lower()
    return name.rsplit(".", 1)[-1].lower() if "." in name else ""


def script_of(url: str) -> tuple[str, ...]:
    """Return what tells the addresses of one script: its path and its query's names in order; empty without a query."""
    parts = _parts(url)
    if parts is None or not parts.query:
        return ()
    return (parts.path, *(part.partition("=")[0] for part in parts.query.split("&")))


def is_private_host(host: str) -> bool:
    """Whether a host (with or without port) is loopback, private, link-local or a bare intranet name."""
    name = _name(host)
    if name == "localhost" or name.endswith(_INNER_NAMES):
        return True
    address = ip_address_of(name)
    return "." not in name if address is None else not is_public_ip(address)


def is_public_ip(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an IP address is one of the public internet, looking into IPv6 addresses that stand for IPv4 ones."""
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public_ip(inner)
        if ip in _COMPATIBLE or ip in _NAT64_LOCAL or ip.is_site_local:
            return False
    return ip.is_global and not ip.is_multicast


def is_numeric_host(host: str) -> bool:
    """Whether a host (with or without port) is given as an IP address, not as a name."""
    return ip_address_of(_name(host)) is not None


def _name(host: str) -> str:
    parts = _parts(f"//{host}")
    return (parts.hostname or "") if parts is not None else ""


def ip_address_of(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return the address a host names, also in the short and numeric forms browsers take (127.1, 0x7f000001)."""
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        pass
    pieces = name.split(".")
    if len(pieces) > 4 or not all(_NUMBER.fullmatch(piece) for piece in pieces):
        return None
    numbers = [_number(piece) for piece in pieces]
    if any(number > 255 for number in numbers[:-1]):
        return None
    if numbers[-1] >= 256 ** (5 - len(numbers)):
        return None
    total = sum(number << (8 * (3 - place)) for place, number in enumerate(numbers[:-1])) + numbers[-1]
    return ipaddress.IPv4Address(total) if total < 2**32 else None


def _number(piece: str) -> int:
    if piece.startswith("0x"):
        return int(piece[2:] or "0", 16)
    return int(piece, 8) if re.fullmatch(r"0[0-7]+", piece) else int(piece)


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
            if is_private_host(host):
                return "forbidden"
            return "unsupported" if _PORT.search(host) and host.rpartition(":")[2] in _BLOCKED_PORTS else "external"
        suffix = suffix_of(url)
        return "file" if suffix in _FILE_SUFFIXES else "page"
