"""What the demonstration site is made of: answers by host and address, planted defects, traps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from urllib.parse import quote, unquote

from demo.hosts import PORTAL, local

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Response:
    """One answer: status, headers (without length and date), body bytes, seconds before it is sent."""

    status: int = 200
    headers: Headers = (("Content-Type", "text/html; charset=utf-8"),)
    body: bytes = b""
    delay: float = 0.0


@dataclass(frozen=True)
class HostSite:
    """What one host answers: by path with query, and for every other address ``fallback``."""

    responses: Mapping[str, Response]
    fallback: Response


@dataclass(frozen=True)
class Planted:
    """A defect the site has: ``url`` and ``target`` as the check keys its findings.

    ``target`` is None where the check has none; addresses outside the site stand as they are written.
    ``department`` is given where several defects of one check share page and target.
    """

    check: str
    url: str
    target: str | None
    note: str
    department: str | None = None


@dataclass(frozen=True)
class Trap:
    """What looks like a defect of one check and is none; ``why`` says why."""

    check: str
    url: str
    why: str


@dataclass(frozen=True)
class DemoSite:
    """The whole demonstration: every host's answers, and what an inspection should and should not find.

    Addresses name made-up hosts; ``demo.hosts.local`` turns them into those of a server that runs.
    ``expected`` are findings that a person has to review and that are neither defects nor errors.
    ``addresses`` gives those of homes, columns, items and letters by their keys.
    """

    as_of: date
    hosts: Mapping[str, HostSite]
    planted: list[Planted] = field(default_factory=list)
    traps: list[Trap] = field(default_factory=list)
    expected: list[Planted] = field(default_factory=list)
    addresses: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def responses(self) -> Mapping[str, Response]:
        """The portal's answers by path."""
        return self.hosts[PORTAL].responses

    def rendered(self, base_url: str) -> dict[str, HostSite]:
        """Return all hosts' answers with every made-up host replaced by the running server's address."""
        return {
            name: HostSite(
                {path: _rendered(answer, base_url) for path, answer in host.responses.items()},
                _rendered(host.fallback, base_url),
            )
            for name, host in self.hosts.items()
        }


def _rendered(answer: Response, base_url: str) -> Response:
    headers = tuple((name, local(value, base_url)) for name, value in answer.headers)
    body = answer.body
    if b".demo.invalid" in body:
        body = local(body.decode("latin-1"), base_url).encode("latin-1")
    return Response(answer.status, headers, body, answer.delay)


def path_key(path: str) -> str:
    """Return the form under which an answer is kept: path percent-encoded as UTF-8, query as it is."""
    bare, mark, query = path.partition("?")
    return quote(unquote(bare), safe="/!$&'()*+,-.:;=@_~") + mark + query
