"""Where a page sends its reader on by itself, and whether it is only a shell that script fills."""

from __future__ import annotations

import re

from crawler.extract.parsed import ParsedPage

_META = re.compile(r"^\s*(\d+(?:\.\d*)?)?\s*[;,]?\s*(?:url\s*=)?\s*['\"]?\s*([^'\"\s][^'\"]*)", re.IGNORECASE)
_LOCATION = re.compile(
    r"(?:\b(?:window|document|self|top|parent)\s*\.\s*)?\blocation(?:\s*\.\s*href)?\s*(?:=(?!=)|\.\s*(?:replace|assign)\s*\()\s*"
    r"(\"[^\"\n]{1,500}\"|'[^'\n]{1,500}')\s*(\+)?"
)
_GUARDED = re.compile(
    r"userAgent|navigator|isMobile|mobile|\.test\s*\(|matchMedia|screen\.width|browser", re.IGNORECASE
)
_ERROR_PATH = re.compile(
    r"/(?:\w{0,12}[-_])?(?:404|403|500|error|notfound|not-found|err)(?:[-_]?page|\d{1,3})?(?:\.\w{2,5})?(?:[?#/]|$)",
    re.IGNORECASE,
)
_CHALLENGE = re.compile(
    r"document\.cookie\s*=|location\.reload\(|eval\s*\(|_\$[\w$]{2}|\$_ts|acw_sc|__jsl_|HMF_CI|wzws|aliyun_waf|captcha",
    re.IGNORECASE,
)
_APP_ROOTS = frozenset({"app", "root", "__nuxt", "__next", "main-app", "app-root", "q-app", "container-app"})
_FEW = 160
_SHELL = 60
_NOTHING = 12
_SNIPPET = 80


def read_refresh(page: ParsedPage, text_length: int, *, error: bool) -> str | None:
    """Return the absolute address a page sends its reader to: meta refresh, or script on a page without text.

    A page that only reloads itself sends nobody on; a script that switches by device is no redirect.
    ``text_length`` is the number of visible characters; an error page may say more and still go home.
    """
    for tag in page.refreshes:
        if next(tag.iterancestors("noscript"), None) is not None:
            continue
        target = _target(tag.get("content") or "")
        if target:
            address = page.resolve(target)
            return None if address.split("#")[0] == page.url.split("#")[0] else address
    if text_length > _FEW and not error:
        return None
    for script in page.scripts:
        source = script.text or ""
        if not source or len(source) > 20_000 or _GUARDED.search(source):
            continue
        match = _LOCATION.search(source)
        if match and not match.group(2):
            target = match.group(1)[1:-1].strip()
            if target and not target.lower().startswith("javascript:"):
                return page.resolve(target)
    return None


def sent_to_error(page: ParsedPage, text_length: int) -> str | None:
    """Return the address of the error page a page without text sends its reader to; None where it does not."""
    if text_length > _FEW:
        return None
    target = read_refresh(page, text_length, error=False)
    return f"跳转到 {target}" if target and _ERROR_PATH.search(target) else None


def _target(content: str) -> str | None:
    """The address in a refresh tag's content (``5;url=http://…``); None for a bare number of seconds."""
    if "url" not in content.lower() and ";" not in content:
        return None
    match = _META.match(content)
    return match.group(2).strip() if match else None


def is_script_shell(page: ParsedPage, text_length: int, links: int) -> bool:
    """Whether a page has nothing to read but scripts: an application's shell, or a firewall's challenge."""
    if text_length >= _SHELL or links > 8:
        return False
    scripts = page.scripts
    if not scripts:
        return False
    sources = [script.text or "" for script in scripts]
    if any(_CHALLENGE.search(source) for source in sources):
        return True
    if any(script.get("src") for script in scripts) and _has_root(page):
        return True
    loaded = any(script.get("src") for script in scripts)
    return text_length < _NOTHING and (loaded or any(len(source) > _SNIPPET for source in sources))


def _has_root(page: ParsedPage) -> bool:
    for element in page.tree.iter("div", "section", "main", "app-root", "app"):
        if element.tag in ("app-root", "app") or (element.get("id") or "").lower() in _APP_ROOTS:
            return True
        if element.get("ng-app") is not None or element.get("data-ng-app") is not None:
            return True
    return page.tree.get("ng-app") is not None
