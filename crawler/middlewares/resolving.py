"""The guard at the connection: names that lead into private networks are not followed there.

A link may name a public host whose address is a loopback or an intranet one; the address guard sees names only,
so the answer of the name service is checked here, and each socket once more before it is opened.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult

from crawler.outcomes import ForbiddenAddressError
from crawler.urls import is_public_ip

# A look-up the name service never answers keeps its thread for up to half a minute; with one thread per
# connection that can be under way, waiting for a thread is never mistaken for a silent name service.
_THREADS = 64
LOOKUP_SECONDS = 10.0
_WEB_PORTS = (80, 443)


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet."""
    try:
        ip = ipaddress.ip_address(address.split("%", 1)[0])
    except ValueError:
        return False
    return is_public_ip(ip)


def split_host(host: str) -> tuple[str, int | None]:
    """Split ``name:port`` (IPv6 in brackets) into name and port."""
    parts = urlsplit(f"//{host}")
    return parts.hostname or "", parts.port


class GuardedResolver(AbstractResolver):
    """Resolves names in threads, with a time limit, refusing private answers for all but the site's own hosts.

    ``hosts`` are the site's; ``connect_to`` as in CrawlJob; ``lookup`` stands in for ``socket.getaddrinfo``.
    """

    def __init__(
        self,
        hosts: Iterable[str],
        connect_to: Mapping[str, str] | None = None,
        *,
        lookup: Callable[..., list[Any]] = socket.getaddrinfo,
        seconds: float = LOOKUP_SECONDS,
    ) -> None:
        named = [split_host(host) for host in hosts]
        self._own = {(name, port) for name, given in named for port in ((given,) if given else _WEB_PORTS)}
        self._fixed = {host.lower(): split_host(address) for host, address in (connect_to or {}).items()}
        self._lookup = lookup
        self._seconds = seconds
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="resolver")
        self.approved = {(name, port) for name, port in self._own if _is_address(name)}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC,
    ) -> list[ResolveResult]:
        """Return where to connect; raises OSError when the name has no usable address."""
        fixed = self._fixed.get(f"{host}:{port}") or self._fixed.get(host)
        if fixed is not None:
            address, fixed_port = fixed
            self.approved.add((address, fixed_port or port))
            return [_result(host, address, fixed_port or port)]
        loop = asyncio.get_running_loop()
        try:
            found = await asyncio.wait_for(
                loop.run_in_executor(self._threads, lambda: self._lookup(host, port, type=socket.SOCK_STREAM)),
                self._seconds,
            )
        except TimeoutError:
            raise socket.gaierror(socket.EAI_AGAIN, "name service did not answer") from None
        except UnicodeError:
            raise socket.gaierror(socket.EAI_NONAME, "unusable host name") from None
        addresses = [str(info[4][0]) for info in found]
        if (host, port) in self._own:
            self.approved.update((address, port) for address in addresses)
            return [_result(host, address, port) for address in addresses]
        public = [address for address in addresses if is_public(address)]
        if addresses and not public:
            raise ForbiddenAddressError(f"域名解析到内网或本机地址 {addresses[0]}，未访问")
        return [_result(host, address, port) for address in public]

    def open_socket(self, info: tuple[Any, ...]) -> socket.socket:
        """Open the socket for a connection; raises ForbiddenAddressError for a private place never approved."""
        family, kind, protocol, _, where = info
        address, port = str(where[0]), int(where[1])
        if (address, port) not in self.approved and not is_public(address):
            raise ForbiddenAddressError(f"内网或本机地址 {address}，未访问")
        return socket.socket(family=family, type=kind, proto=protocol)

    async def close(self) -> None:
        """Let go of the threads; look-ups still under way are not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _result(host: str, address: str, port: int) -> ResolveResult:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return ResolveResult(
        hostname=host, host=address, port=port, family=family, proto=socket.IPPROTO_TCP,
        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    )
