"""Reads tests/cases/*.yaml, builds each case's site as a snapshot in memory, compares what its check finds.

A case file names its ``check``, the parameters all its cases share (``with``), and the ``cases``. A case has:

- ``name``; ``as_of``; ``with`` (parameters of its own); ``site`` (its name); ``start``; ``hosts``;
  ``departments`` and ``columns`` as in a configuration;
- ``pages``: each ``url`` with either ``html`` (a whole page, or the middle of one: then ``column``, ``title`` and
  ``tags`` make the head and the trail above it), which the real extractors read, or with ``record``, ``text`` and
  ``links``; besides ``depth``, how it answered, and ``linked: false`` where the home page must not link to it;
- ``answers``: addresses that are no pages, with a status or with how they answered; ``file`` is what was read of the
  file there: ``text`` besides the fields of its record (``format``, ``outcome``, ``tables`` as [{rows: [[…]]}]);
- ``meta``: further facts of the run;
- ``probes``: how a host answered for addresses that cannot exist (``url`` where it matters which);
- ``earlier``: the pages of the run before, and ``earlier_day``, the day of it; a page's ``first_seen`` is the day any
  run first opened it;
- ``home: false`` where no home page linking to all pages is to be added;
- ``expect``: the findings, empty for none. Every finding of the check must be expected.

Addresses may be relative to the start.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import msgspec
import yaml

from checks.model import Context, Finding, Judgement
from checks.runner import judge
from checks.site import ColumnOverride, Department, Site
from crawler.extract.reading import read_page
from crawler.snapshot.inherit import address_key
from crawler.snapshot.reader import SnapshotReader
from crawler.snapshot.records import Fetch, FileReading, FileRecord, Link, PageRecord, Reading
from crawler.snapshot.writer import SnapshotWriter
from crawler.urls import AddressError, Scope, canonical, host_of
from rules.calendar import load_calendar
from rules.model import Pack

CASES = Path(__file__).parent / "cases"
SITE, START = "示例县人民政府", "http://www.shili.gov.cn/"
# every process that takes part in a test run reads all cases: written in C the same loader takes a sixth of the time
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ADDRESS_FIELDS = ("href", "refresh_to")
_ADDRESS_LISTS = ("next_pages", "breadcrumb_links")

Raw = dict[str, Any]


@dataclass
class Case:
    """One case: its site, the day, the parameters, and what the check must say."""

    check: str
    name: str
    as_of: date
    parameters: Raw
    raw: Raw
    start: str = START
    expect: list[Raw] = field(default_factory=list)


def read_cases(path: Path) -> list[Case]:
    """Return the cases of one file."""
    data = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
    return [
        Case(
            check=data["check"], name=str(raw["name"]), as_of=raw.get("as_of") or data["as_of"],
            parameters=raw.get("with", data.get("with", {})), raw=raw, start=raw.get("start", START),
            expect=raw["expect"],
        )
        for raw in data["cases"]
    ]


def all_cases() -> list[Case]:
    """Return the cases of all files."""
    return [case for path in sorted(CASES.glob("*.yaml")) for case in read_cases(path)]


def pack_of(*bindings: tuple[str, Raw], pack: str = "ceshi", severity: str = "high") -> Pack:
    """Return a small pack with one clause for each (check, parameters)."""
    clauses = [
        {
            "id": f"{pack}/{number}", "section": "一", "quote": f"要求{number}", "observability": "auto",
            "severity": severity, "checks": [{"check": check, "with": parameters}],
        }
        for number, (check, parameters) in enumerate(bindings, 1)
    ]
    document = {"id": pack, "title": "测试要点", "issuer": "示例县人民政府办公室", "source": "测试"}
    return Pack.model_validate({"document": document, "clauses": clauses})


def judged(case: Case, pages: list[Raw] | None = None, as_of: date | None = None) -> Judgement:
    """Run a case's check on its site (or on other pages, another day)."""
    day = as_of or case.as_of
    context = Context(day, day.year, load_calendar())
    return judge(site_of(case, pages), [pack_of((case.check, case.parameters))], context)


def site_of(case: Case, pages: list[Raw] | None = None) -> Site:
    """Build a case's site."""
    raw = case.raw
    departments = [
        Department(entry["name"], tuple(entry.get("match_url", ())), tuple(entry.get("match_source", ())))
        for entry in raw.get("departments", ())
    ]
    overrides = [
        ColumnOverride(**{**entry, "url": urljoin(case.start, entry["url"])}) for entry in raw.get("columns", ())
    ]
    earlier = snapshot_of(case, raw["earlier"]) if "earlier" in raw else None
    if earlier is not None:
        # read through the public mapping, so that a case may say when the earlier run was
        earlier.meta["started"] = str(raw.get("earlier_day", case.as_of))
    return Site(
        snapshot_of(case, raw.get("pages", []) if pages is None else pages), departments, overrides, earlier
    )


def snapshot_of(case: Case, pages: list[Raw]) -> SnapshotReader:
    """Write a case's pages and answers through the real writer, in memory."""
    writer = SnapshotWriter(":memory:")
    hosts = case.raw.get("hosts", [host_of(case.start)])
    build = _Builder(writer, case.start, Scope.of(hosts))
    name = case.raw.get("site", SITE)
    writer.set_meta(site=name, start=[case.start], hosts=hosts, run_id="1", ended="finished")
    writer.set_meta(**case.raw.get("meta", {}))
    writer.add_url(canonical(case.start), "page")
    has_home = any(urljoin(case.start, page["url"]) == case.start for page in pages)
    if not has_home and case.raw.get("home", True):
        pages = [_home(case.start, pages), *pages]
    answers = case.raw.get("answers", {})
    for answer in answers.values():
        build.redirect_target(answer)
    for page in pages:
        build.page(page)
    for url, answer in answers.items():
        build.answer(url, answer)
    for number, probe in enumerate(case.raw.get("probes", ())):
        build.probe(number, probe)
    writer.finish()
    return SnapshotReader(":memory:", db=writer.db)


def _home(start: str, pages: list[Raw]) -> Raw:
    links = [{"href": page["url"], "text": ""} for page in pages if page.get("linked", True)]
    return {
        "url": start, "depth": 0, "links": links,
        "record": {"page_kind": "home", "title": "首页", "signature": "home", "text_length": 900},
    }


class _Builder:
    """Writes pages and answers as a crawl would."""

    def __init__(self, writer: SnapshotWriter, start: str, scope: Scope) -> None:
        self._writer, self._start, self._scope = writer, start, scope

    def page(self, raw: Raw) -> None:
        url = self._resolve(raw["url"])
        reading = self._reading(raw, url)
        links = [
            (link.href, link.element, link.text, self._scope.role(link.href), False) for link in reading.links
        ]
        body = _html(raw).encode() if "html" in raw else None
        fetch = self._fetch(raw, body)
        if fetch.redirect_to:
            self._writer.add_url(fetch.redirect_to, self._scope.role(fetch.redirect_to))
        self._writer.add_url(url, raw.get("role", self._scope.role(url)), depth=raw.get("depth", 1))
        self._writer.save(url, fetch, body=body, reading=reading, links=links, depth=raw.get("depth", 1))
        if "first_seen" in raw:
            at = datetime.fromisoformat(str(raw["first_seen"])).timestamp()
            self._writer.db.execute("INSERT INTO first_seen VALUES (?, ?)", (address_key(url), at))

    def redirect_target(self, answer: Any) -> None:
        if isinstance(answer, Mapping) and "redirect_to" in answer:
            target = self._resolve(answer["redirect_to"])
            self._writer.add_url(target, self._scope.role(target), depth=2)

    def answer(self, url: str, answer: Any) -> None:
        address = self._resolve(url)
        raw = {"status": answer} if isinstance(answer, int) else dict(answer)
        self._writer.add_url(address, self._scope.role(address), depth=2)
        fetch, file = self._fetch(raw, None), _file(raw.get("file"))
        if file is not None:
            fetch.sha256 = hashlib.sha256(address.encode()).hexdigest()
        self._writer.save(address, fetch, depth=2, file=file)

    def probe(self, number: int, raw: Raw) -> None:
        host = raw.get("host", host_of(self._start))
        url = self._resolve(raw["url"]) if "url" in raw else f"http://{host}/xunjian-{number}-no-such-page.html"
        self._writer.add_probe(host, url)
        if "redirect_to" in raw:
            self.redirect_target(raw)
        reading = self._reading(raw, url) if "record" in raw or "html" in raw else None
        self._writer.save(url, self._fetch(raw, None), reading=reading, role="probe")

    def _fetch(self, raw: Raw, body: bytes | None) -> Fetch:
        status = raw.get("status", 200 if "outcome" not in raw and "redirect_to" not in raw else None)
        redirect = raw.get("redirect_to")
        outcome = raw.get("outcome") or ("redirect" if redirect else _outcome(status))
        return Fetch(
            outcome=outcome, status=status or (302 if redirect else None), reason=raw.get("reason", ""),
            redirect_to=self._resolve(redirect) if redirect else None, attempts=raw.get("attempts", 2 if outcome == "http-error" else 1),
            bytes=raw.get("bytes", len(body or b"")), content_type=raw.get("content_type", "text/html"),
            headers=raw.get("headers", {}),
        )

    def _reading(self, raw: Raw, url: str) -> Reading:
        if "html" in raw:
            return read_page(_html(raw).encode(), url, content_type="text/html; charset=utf-8")
        record = msgspec.convert(_absolute(raw.get("record", {}), url), PageRecord)
        text = raw.get("text", "")
        if "text_length" not in raw.get("record", {}):
            record.text_length = len(text)
        if not record.signature:
            record.signature = hashlib.sha256(f"{url}{text}".encode()).hexdigest()
        return Reading(record=record, links=list(self._links(raw, record, url)), text=text)

    def _links(self, raw: Raw, record: PageRecord, url: str) -> Iterable[Link]:
        for link in raw.get("links", ()):
            given = {"href": link} if isinstance(link, str) else link
            address = self._resolve(given["href"], url)
            yield Link(href=address, text=given.get("text", ""), element=given.get("element", "a"))
        listing = record.listing
        rows = [(item.href, item.title) for item in (listing.items if listing else ())]
        rows += [(letter.href, letter.title) for letter in record.letters if letter.href]
        rows += [(link.href, link.title) for link in (*record.related, *record.attachments)]
        for href, text in rows:
            yield Link(href=href, text=text)
        for href in listing.next_pages if listing else ():
            yield Link(href=href, element="cms")

    def _resolve(self, href: str, base: str | None = None) -> str:
        try:
            return canonical(href, base or self._start)
        except AddressError:
            return href


def _html(raw: Raw) -> str:
    """Return a whole page: as written, or the middle of one put into the template most sites have."""
    if "<html" in raw["html"]:
        return str(raw["html"])
    column, title = raw.get("column", ""), raw.get("title")
    tags = {"SiteName": SITE, "SiteDomain": "www.shili.gov.cn", "SiteIDCode": "3703000001", "ColumnName": column}
    if title:
        tags |= {"ArticleTitle": title, "ContentSource": raw.get("source", "示例县人民政府办公室")}
    tags |= raw.get("tags", {})
    metas = "".join(f'<meta name="{name}" content="{value}">' for name, value in tags.items())
    trail = f"当前位置：<a href='/'>首页</a> &gt; <a href='/zwgk/'>政务公开</a> &gt; <a href='./'>{column}</a>"
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title or column}-{SITE}</title>{metas}</head>
<body><div class="top"><a href="/"><img src="/images/logo.png" alt="{SITE}"></a><ul>
<li><a href="/">首页</a></li><li><a href="/zwgk/">政务公开</a></li><li><a href="/hdjl/">互动交流</a></li>
<li><a href="javascript:void(0)" onclick="login()">登录</a></li></ul></div>
<div class="position">{trail}</div><div class="main">{f"<h1>{title}</h1>" if title else ""}{raw["html"]}</div>
<div class="foot"><p>主办：示例县人民政府办公室　电话：0533-1234567</p><p>鲁ICP备12345678号　网站标识码：3703000001</p>
</div></body></html>"""


def _file(raw: Raw | None) -> FileReading | None:
    if raw is None:
        return None
    told = {"format": "docx", **raw}
    text = str(told.pop("text", ""))
    return FileReading(record=msgspec.convert({"text_length": len(text), **told}, FileRecord), text=text)


def _outcome(status: int | None) -> str:
    return "ok" if status is not None and 200 <= status < 300 else "http-error"


def _absolute(value: Any, base: str) -> Any:
    """Return record values with the addresses in them made absolute and days written as text."""
    if isinstance(value, dict):
        result = {}
        for name, inner in value.items():
            if name in _ADDRESS_FIELDS and isinstance(inner, str):
                result[name] = canonical(inner, base)
            elif name in _ADDRESS_LISTS and isinstance(inner, list):
                result[name] = [canonical(href, base) for href in inner]
            else:
                result[name] = _absolute(inner, base)
        return result
    if isinstance(value, list):
        return [_absolute(inner, base) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def differences(case: Case, findings: list[Finding]) -> list[str]:
    """Return in words how the findings differ from what the case expects; empty where they agree."""
    wanted = [_placed(case, expected) for expected in case.expect]
    faults = []
    left = [finding for finding in findings if finding.check == case.check]
    for expected in wanted:
        match = next((finding for finding in left if _fits(expected, finding)), None)
        if match is None:
            faults.append(f"expected and not found: {expected}")
        else:
            left.remove(match)
    faults += [
        f"found and not expected: {f.verdict}/{f.confidence} {f.url} → {f.target} {f.locator} {f.message}"
        for f in left
    ]
    return faults


def _placed(case: Case, expected: Raw) -> Raw:
    placed = {**expected, "url": canonical(expected["url"], case.start)}
    if expected.get("target"):
        # a target is an address, or the name of a thing (a year, a field, a clause)
        placed["named"] = str(expected["target"])
        try:
            placed["target"] = canonical(str(expected["target"]), case.start)
        except AddressError:
            placed["target"] = expected["target"]
    return placed


def _fits(expected: Raw, finding: Finding) -> bool:
    if (finding.url, finding.verdict) != (expected["url"], expected.get("verdict", "fail")):
        return False
    if finding.target not in (expected.get("target"), expected.get("named", expected.get("target"))):
        return False
    if finding.verdict == "fail" and finding.confidence != expected.get("confidence", "certain"):
        return False
    for name in ("severity", "column", "department", "locator"):
        if name in expected and getattr(finding, name) != expected[name]:
            return False
    words = expected.get("message", [])
    return all(str(word) in finding.message for word in (words if isinstance(words, list) else [words]))
