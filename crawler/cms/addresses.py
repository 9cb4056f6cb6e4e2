"""What an ``href`` written on a page leads to: the one resolver for links, list rows and pagers."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

from crawler.urls import AddressError, canonical, is_link

_WEB = ("http://", "https://")
_MEANT_SCHEMES = frozenset({"http", "https", "file", "ftp", "ftps"})
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_HTTP_LIKE = re.compile(r"(?=.*t)(?=.*p)[htps]{3,8}$")
_PLACEHOLDER = re.compile(r"\{\{|\$\{|<%|\{%|<\?|\[!--|['\"]\s*\+|\+\s*['\"]")
_OPENS = re.compile(
    r"(?:window\.open|location(?:\.href)?\s*=|location\.(?:assign|replace))\s*\(?\s*"
    r"(?:'([^'+]*)'|\"([^\"+]*)\")\s*(?=[,);]|$)"
)
# A path that is canonical as it stands: steps up at its head only, no empty or dotted segment, nothing encoded.
_PLAIN = re.compile(r"(?:(/)|(?:\./)?((?:\.\./)*))((?:[\w-][\w.-]*/)*(?:[\w-][\w.-]*)?)", re.ASCII)
_LONGEST = 4096
# No page's addresses, however long, fill the memory: longer ones are resolved anew each time.
_LONGEST_KEPT = 400


class Resolver:
    """Resolves what is written on one page; shared navigation is resolved once for all pages of a site.

    ``base`` is the address relative links resolve against.
    """

    __slots__ = ("_directory", "_joins", "_room", "base", "origin")

    def __init__(self, base: str) -> None:
        self.base = base
        origin, self._directory = _stems(base)
        self._joins = bool(origin)
        self.origin = origin or base
        self._room = _LONGEST_KEPT - len(self._directory)

    def __call__(self, href: str) -> str | None:
        """Return the absolute address an ``href`` is meant to lead to; None where it is no link.

        Addresses that cannot be made canonical but are clearly meant as links (``http://`` with a broken
        host, a mistyped scheme, ``file:`` and drive paths) come back in the best absolute form there is.
        """
        text = href.strip()
        first = text[:1]
        if not first or first == "#":
            return None
        if first == "/":
            base = self.origin
        elif first == "?":
            base = self.base
        else:
            base = "" if text.startswith(_WEB) else self._directory
        resolve = _followable if len(text) <= self._room else _follow
        return resolve(text, base, self._joins)

    def moves(self, href: str) -> bool:
        """Whether an ``href`` may lead elsewhere on another page of the site: neither absolute nor from its root."""
        text = href.strip()
        return text[:1] not in ("", "#", "/") and not text.startswith(_WEB)


def parts_of(url: str) -> SplitResult:
    """Return the parts of an address, empty ones where it is none."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")


def opened_by_script(code: str) -> str | None:
    """Return the literal address an event handler opens (``window.open('…')``, ``location.href='…'``)."""
    found = _OPENS.search(code)
    return (found.group(1) or found.group(2)) if found else None


@lru_cache(maxsize=4096)
def _stems(base: str) -> tuple[str, str]:
    """Return the canonical root and directory of an address; ``""`` and the address itself where it has none."""
    try:
        whole = canonical(base)
        parts = urlsplit(whole)
    except (AddressError, ValueError):
        return "", base
    if parts.scheme not in ("http", "https"):
        return "", base
    origin = f"{parts.scheme}://{parts.netloc}"
    return f"{origin}/", f"{origin}{parts.path.rsplit('/', 1)[0]}/"


@lru_cache(maxsize=32768)
def _followable(text: str, base: str, joins: bool) -> str | None:
    """Return what a short ``href`` leads to; those of a site's navigation come again on every page."""
    return _follow(text, base, joins)


def _follow(text: str, base: str, joins: bool) -> str | None:
    """Resolve what is written against ``base``: a site's root, a page's directory, a page, or nothing.

    ``joins`` tells that root and directory are canonical, so that plain paths need only be joined to them.
    """
    plain = _PLAIN.fullmatch(text) if joins else None
    if plain:
        return _joined(plain, base)
    if not is_link(text) or len(text) > _LONGEST or _PLACEHOLDER.search(text):
        return None
    scheme = _SCHEME.match(text)
    if scheme and not _is_meant(scheme.group(1).lower(), text[scheme.end():]):
        return None
    try:
        return canonical(text, base)
    except AddressError:
        return text.replace("\\", "/")


def _joined(plain: re.Match[str], base: str) -> str:
    """Join an address of plain segments to a directory's: what resolving it in full would give, sooner."""
    root, up, rest = plain.groups()
    climbed = 0 if root else up.count("..")
    if not climbed:
        return base + rest
    steps = base.split("/")
    return "/".join(steps[: max(3, len(steps) - 1 - climbed)]) + "/" + rest


def _is_meant(scheme: str, rest: str) -> bool:
    """Whether an address with this scheme is meant for a browser: not an app's, a script's or a stream's."""
    if scheme in _MEANT_SCHEMES or len(scheme) == 1 or _HTTP_LIKE.match(scheme):
        return True
    return "." in scheme and rest[:1].isdigit()
