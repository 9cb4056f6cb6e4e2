"""The demonstration's hosts: made-up names in the pages, ports on loopback when it is served.

The portal has the port of the base address; the other hosts have the ports that follow it.
"""

from __future__ import annotations

from urllib.parse import urlsplit

PORTAL, SERVICE, BROKEN = "portal", "service", "broken"
NAMES = (PORTAL, SERVICE, BROKEN)
_SUFFIX = ".demo.invalid"


def address(host: str, path: str) -> str:
    """Return the made-up absolute address of a path on one of the demo's hosts."""
    return f"http://{host}{_SUFFIX}{path}"


def host_bases(base_url: str) -> dict[str, str]:
    """Return each host's running address (``http://127.0.0.1:8000``, no closing slash) from the portal's."""
    parts = urlsplit(base_url)
    port = parts.port or 80
    return {name: f"http://{parts.hostname}:{port + number}" for number, name in enumerate(NAMES)}


def local(text: str, base_url: str) -> str:
    """Replace the made-up hosts in a text by the running server's addresses."""
    for name, base in host_bases(base_url).items():
        text = text.replace(f"http://{name}{_SUFFIX}", base).replace(
            f"{name}{_SUFFIX}", base.removeprefix("http://")
        )
    return text
