"""The demonstration site as it is served, configured and compared with findings."""

from __future__ import annotations

import http.client
import socket
import tomllib
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import pytest

from demo import DemoSite, build, config, serve, toml, verify
from demo.hosts import NAMES, host_bases, local
from demo.server import ServeError


@pytest.fixture(scope="module")
def site() -> DemoSite:
    return build()


@pytest.fixture(scope="module")
def base_url(site: DemoSite) -> Iterator[str]:
    with serve(site) as url:
        yield url


def get(
    connection: http.client.HTTPConnection, path: str, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    connection.request(headers.pop("method", "GET"), path, headers=headers)
    response = connection.getresponse()
    return response.status, dict(response.getheaders()), response.read()


def connect(base: str) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(urlsplit(base).netloc, timeout=10)


def test_every_answer_is_served_over_one_connection(site: DemoSite, base_url: str) -> None:
    for name, base in host_bases(base_url).items():
        connection = connect(base)
        for path, wanted in site.rendered(base_url.rstrip("/"))[name].responses.items():
            if wanted.delay:
                continue
            status, headers, body = get(connection, path)
            assert (status, body) == (wanted.status, wanted.body), path
            assert headers["Content-Type"] == dict(wanted.headers)["Content-Type"]
            assert b".demo.invalid" not in body
        connection.close()


def test_absolute_links_lead_to_the_server_itself(base_url: str) -> None:
    _, headers, body = get(connect(base_url), "/wlz/index.htm")
    assert f'href="{base_url}"'.encode() in body
    status, headers, _ = get(connect(base_url), "/czj/ysgk")
    assert status == 301 and headers["Location"] == f"{base_url}czj/ysgk/"


def test_hosts_answer_in_their_own_ways_for_what_they_do_not_have(base_url: str) -> None:
    bases = host_bases(base_url)
    answers = {name: get(connect(base), "/nothing/like/this.html") for name, base in bases.items()}
    assert [answers[name][0] for name in NAMES] == [404, 302, 500]
    assert answers["service"][1]["Location"] == f"{bases['service']}/"
    assert "页面出错" in answers["portal"][2].decode()


def test_queries_sessions_and_fragments_lead_to_the_same_page(base_url: str) -> None:
    connection = connect(base_url)
    page = get(connection, "/mzj/")[2]
    assert get(connection, "/mzj/?spm=1.2")[2] == page
    assert get(connection, "/mzj/;jsessionid=ABC")[2] == page
    raw = get(connection, "/files/%E4%BA%91%E5%B2%AD%E9%80%9A%E6%93%8D%E4%BD%9C%E6%89%8B%E5%86%8C.pdf")
    assert raw[0] == 200 and raw[1]["Content-Type"] == "application/pdf"


def test_head_and_conditional_requests(base_url: str) -> None:
    connection = connect(base_url)
    _, headers, body = get(connection, "/")
    status, head, nothing = get(connection, "/", method="HEAD")
    assert (status, nothing, head["Content-Length"]) == (200, b"", str(len(body)))
    status, _, nothing = get(connection, "/", **{"If-None-Match": headers["ETag"]})
    assert (status, nothing) == (304, b"")
    assert get(connection, "/", method="POST")[0] == 405


def test_a_slow_page_does_not_hold_up_others(base_url: str) -> None:
    slow = connect(base_url)
    slow.request("GET", "/nyncj/nqqx/index.html")
    assert get(connect(base_url), "/")[0] == 200
    assert slow.getresponse().status == 200


def test_a_port_that_is_taken_is_said_in_one_line(site: DemoSite) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        with pytest.raises(ServeError, match=str(port)), serve(site, port):
            pass


def test_the_configuration_is_that_of_its_toml_text(base_url: str) -> None:
    values = config(base_url)
    assert tomllib.loads(toml(values)) == values
    assert values["inspection"]["as_of"] == date(2026, 11, 20)
    assert values["site"]["start"][0] == base_url
    assert len(values["site"]["hosts"]) == 3
    assert len({entry["name"] for entry in values["departments"]}) >= 13
    assert all(entry["match_url"] or entry["match_source"] for entry in values["departments"])


def planted_findings(site: DemoSite, base_url: str) -> list[dict[str, Any]]:
    base = base_url.rstrip("/")
    return [
        {
            "check": entry.check,
            "url": local(entry.url, base),
            "verdict": "fail",
            "target": None if entry.target is None else local(entry.target, base),
            "department": entry.department,
        }
        for entry in site.planted
    ]


def test_finding_all_that_is_planted_verifies(site: DemoSite, base_url: str) -> None:
    result = verify(planted_findings(site, base_url), base_url)
    assert result.ok and result.details == []
    assert sum(check.found for check in result.checks) == len(site.planted)


def test_misses_inventions_and_traps_are_told_apart(site: DemoSite, base_url: str) -> None:
    findings = planted_findings(site, base_url)
    missed = next(finding for finding in findings if finding["check"] == "site-unreachable")
    findings.remove(missed)
    trap = next(trap for trap in site.traps if trap.check == "stale-column")
    base = base_url.rstrip("/")
    invented = {
        "check": "reply-overdue",
        "url": base_url,
        "target": None,
        "verdict": "fail",
        "message": "无中生有",
    }
    caught = {"check": "stale-column", "url": local(trap.url, base), "target": None, "verdict": "fail"}
    harmless = {"check": "empty-column", "url": base_url, "target": None, "verdict": "unverified"}
    other = {"check": "content-conflict", "url": base_url, "target": None, "verdict": "fail"}
    result = verify([*findings, invented, caught, harmless, other], base_url)
    checks = {check.check: check for check in result.checks}
    assert not result.ok
    assert (checks[missed["check"]].missed, checks[missed["check"]].found) == (1, 0)
    assert (checks["reply-overdue"].false, checks["reply-overdue"].missed) == (1, 0)
    assert (checks["stale-column"].false, checks["stale-column"].traps_hit) == (1, 1)
    assert checks["empty-column"].ok
    assert checks["content-conflict"].false == 1
    assert len(result.details) == 5


def test_a_dead_link_counts_on_any_page_that_holds_it_and_on_no_other(site: DemoSite, base_url: str) -> None:
    findings = planted_findings(site, base_url)
    dead = next(finding for finding in findings if finding["check"] == "dead-link")
    dead["url"] = base_url
    result = {check.check: check for check in verify(findings, base_url).checks}["dead-link"]
    assert (result.missed, result.false) == (1, 1)


def test_index_pages_are_their_directories(site: DemoSite, base_url: str) -> None:
    findings = planted_findings(site, base_url)
    for finding in findings:
        if finding["check"] == "stale-column" and finding["url"].endswith("/"):
            finding["url"] += "index.html"
    assert verify(findings, base_url).ok
