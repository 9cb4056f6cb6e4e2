"""The second look (复查): only what findings rest on is asked again, and what is mended is closed out (销号).

The run itself stays as it is: the addresses are asked in a copy of it, by the very crawler, and the checks of the
findings judge the copy. What was asked, with all answers, is kept under ``rechecks/``.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from app.config import Config
from app.errors import InterruptedCrawlError, UninspectedError, UserError
from app.home import Home
from app.inspection import Basis, open_ledger, read_packs, read_wording, snapshot_config
from app.progress import ProgressShow
from checks.mended import SecondLook, Verdict, undecided
from checks.model import Context, Finding, Judgement
from checks.rests import Rests, rests_of
from checks.runner import judge
from checks.site import ColumnOverride, Department, Site
from crawler.job import program_version
from crawler.run import CrawlError, CrawlJob, crawl
from crawler.snapshot.reader import SnapshotReader
from crawler.snapshot.records import Fetch
from crawler.snapshot.reopening import Again, asked, excerpt, reopen, restore
from crawler.snapshot.schema import SnapshotError
from crawler.urls import AddressError, Scope, canonical, host_of, ip_address_of
from reports.ledger import Act, Entry, Ledger, LedgerError
from rules.calendar import CalendarError, load_calendar
from rules.lexicons import recheck_limits
from rules.model import Pack

# a person waits: a second probe comes sooner, and silence is given up sooner, than at night
RETRY_SECONDS, TIMEOUT_SECONDS = 2.0, 15.0
STANDING = frozenset({"new", "open", "reopened", "disputed"})
BY = "复查"
Result = TypeVar("Result")
_ANSWERS_SHOWN = 4


@dataclass(frozen=True)
class Selection:
    """Which findings are looked at again: those named (by fingerprint or its beginning), else all that stand.

    ``unverified`` adds those that could not be decided; departments and checks narrow the choice.
    """

    names: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    unverified: bool = False


class Answer(msgspec.Struct, kw_only=True, frozen=True):
    """How one address answered: ``at`` is ISO 8601 in UTC, ``sha256`` that of the body."""

    url: str
    outcome: str
    status: int | None
    at: str | None
    sha256: str | None
    bytes: int
    reason: str


class Told(msgspec.Struct, kw_only=True, frozen=True):
    """One finding's outcome as it is kept: what came of it, why, on which answers."""

    fingerprint: str
    check: str
    url: str
    target: str | None
    department: str | None
    outcome: str
    words: str
    answers: list[Answer]


class Record(msgspec.Struct, kw_only=True, frozen=True):
    """What is kept of a second look beside the answers themselves: when, on which run, under which rules and day."""

    recheck: str
    site: str
    run_id: str
    began: str
    as_of: str
    packs: list[str]
    version: str
    findings: list[Told]


@dataclass
class Rechecked:
    """What a second look came to: a verdict for each finding, what else was found, where the evidence is kept.

    ``asked`` counts addresses, ``seconds`` is how long it took; ``unreachable`` says in Chinese that no address of the
    site could be read, and is empty otherwise.
    """

    verdicts: list[Verdict] = field(default_factory=list)
    others: list[Finding] = field(default_factory=list)
    asked: int = 0
    seconds: float = 0.0
    record: Path | None = None
    unreachable: str = ""


def recheck(home: Home, selection: Selection, as_of: date | None) -> Rechecked:
    """Look again at what findings rest on and close out those that are mended; the home must be held.

    Raises UserError for findings nobody knows and for a home without a finished run, InterruptedCrawlError and
    UninspectedError where the look did not come to its end: nothing is closed then.
    """
    began = time.monotonic()
    base = finished_run(home)
    config = snapshot_config(base)
    ledger = open_ledger(config, home)
    try:
        entries = ledger.entries()
        chosen = choose(ledger, entries, selection)
        if not chosen:
            return Rechecked()
        look = _Look.prepare(home, config, base, chosen, entries, as_of)
        with _folder(home) as folder:
            done = look.look(folder)
        mended = [told for told in done.record.findings if told.outcome == "mended"]
        try:
            # all are closed out together or none
            ledger.enter(
                Act(
                    fingerprint=told.fingerprint, kind="close", by=BY, day=look.basis.as_of.isoformat(),
                    text=proof(told, done.record.recheck),
                )
                for told in mended
            )
        except BaseException:
            for path in (done.path, done.path.with_suffix(".sqlite")):
                path.unlink(missing_ok=True)
            raise
    except LedgerError as error:
        raise UserError(str(error)) from None
    return Rechecked(
        done.verdicts, done.others, done.asked, time.monotonic() - began, done.path, done.unreachable,
    )


def choose(ledger: Ledger, entries: Sequence[Entry], selection: Selection) -> list[Entry]:
    """Return the findings to look at, by fingerprint.

    Raises UserError for one that does not stand and for a unit or check without findings, LedgerError for a name
    that fits none.
    """
    if selection.names:
        by_name = {entry.finding.fingerprint: entry for entry in entries}
        entries = [by_name[name] for name in dict.fromkeys(ledger.resolve(selection.names))]
        for entry in entries:
            if entry.standing.status not in STANDING:
                why = "已整改销号" if entry.standing.status == "fixed" else "已豁免"
                raise UserError(f"问题 {entry.finding.fingerprint} {why}，无需复查")
    for name in selection.departments:
        if all(entry.finding.department != name for entry in entries):
            raise UserError(f"--department: 台账里没有单位 {name!r} 的问题")
    for name in selection.checks:
        if all(entry.finding.check != name for entry in entries):
            raise UserError(f"--check: 台账里没有检查 {name!r} 的问题")
    return [
        entry for entry in entries
        if entry.standing.status in STANDING
        and (entry.standing.verdict == "fail" or selection.unverified or selection.names)
        and (not selection.departments or entry.finding.department in selection.departments)
        and (not selection.checks or entry.finding.check in selection.checks)
    ]


def finished_run(home: Home) -> Path:
    """Return the latest run that came to its end; raises UserError where there is none."""
    if home.snapshot.is_file():
        try:
            with closing(SnapshotReader(home.snapshot)) as reader:
                if reader.meta.get("ended") in ("finished", "limit"):
                    return home.snapshot
        except SnapshotError as error:
            raise UserError(str(error)) from None
    earlier = home.previous()
    if earlier is None:
        raise UserError(f"{home.path}: 没有做完的巡检，无从复查；请先运行 xunjian inspect")
    return earlier


def proof(told: Told, recheck: str) -> str:
    """Return what the ledger keeps of a close-out: why, and which answers it rests on."""
    seen = "；".join(
        f"{one.url} {_answer_words(one)}" for one in told.answers[:_ANSWERS_SHOWN]
    )
    more = f"；等 {len(told.answers)} 个地址" if len(told.answers) > _ANSWERS_SHOWN else ""
    return f"{told.words}。复查 {recheck} 所见：{seen}{more}"


def _answer_words(answer: Answer) -> str:
    status = f"状态码 {answer.status}" if answer.status is not None else answer.outcome
    digest = f"，SHA-256 {answer.sha256}" if answer.sha256 else ""
    return f"{status}（{answer.at or '未请求'}{digest}）"


@contextmanager
def _folder(home: Home) -> Iterator[Path]:
    """Give a folder beside the run to work in, removed whatever happens."""
    try:
        folder = Path(tempfile.mkdtemp(prefix=".recheck-", dir=home.path))
    except OSError as error:
        raise UserError(f"{home.path}: 无法建立复查用的文件夹（{error.strerror}）") from None
    try:
        yield folder
    except (SnapshotError, OSError) as error:
        raise UninspectedError(f"{error}；没有销号任何问题") from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class _Done:
    verdicts: list[Verdict]
    others: list[Finding]
    asked: int
    unreachable: str
    record: Record
    path: Path


class _NamedPack(msgspec.Struct):
    name: str


class _LastRun(msgspec.Struct):
    """What ``summary.json`` says of the rules of the latest inspection."""

    run_id: str
    plan_year: int
    packs: list[_NamedPack]


@dataclass
class _Look:
    """What one second look is made with: the run, the findings and what they rest on, the rules and the day."""

    home: Home
    config: Config
    base: Path
    chosen: Sequence[Entry]
    basis: Basis
    packs: Sequence[Pack]
    context: Context
    known: frozenset[str]
    found_last: frozenset[str]

    @classmethod
    def prepare(
        cls, home: Home, config: Config, base: Path, chosen: Sequence[Entry], entries: Iterable[Entry],
        as_of: date | None,
    ) -> _Look:
        """Load the rules the findings were found under; raises UserError."""
        try:
            last = msgspec.json.decode((home.path / "summary.json").read_bytes(), type=_LastRun)
            calendar = load_calendar(config.calendar_path())
        except (CalendarError, OSError, msgspec.MsgspecError) as error:
            raise UserError(f"{home.path}: 读不出上次巡检的结果：{error}") from None
        basis = Basis.of(config, packs=tuple(pack.name for pack in last.packs), as_of=as_of, plan_year=last.plan_year)
        return cls(
            home, config, base, chosen, basis, read_packs(basis, config),
            Context(basis.as_of, basis.plan_year, calendar, read_wording(config)),
            frozenset(entry.finding.fingerprint for entry in entries if entry.standing.status != "fixed"),
            frozenset(entry.finding.fingerprint for entry in entries if entry.run_id == last.run_id),
        )

    @property
    def findings(self) -> list[Finding]:
        """The findings looked at."""
        return [entry.finding for entry in self.chosen]

    @property
    def links(self) -> dict[str, str]:
        """The addresses at which departments say findings are mended, by fingerprint."""
        given = ((entry.finding.fingerprint, _canonical(entry.handling.link)) for entry in self.chosen)
        return {fingerprint: link for fingerprint, link in given if link}

    def site(self, reader: SnapshotReader, earlier: SnapshotReader | None) -> Site:
        """Return a snapshot as the checks see it, as in the inspection itself."""
        return Site(
            reader,
            departments=[
                Department(d.name, tuple(d.match_url), tuple(d.match_source)) for d in self.config.departments
            ],
            overrides=[ColumnOverride(c.url, c.name, c.type, c.department) for c in self.config.columns],
            earlier=earlier,
        )

    def judge(self, site: Site) -> Judgement:
        """Hold a site against the checks of the findings, and no others."""
        return judge(site, self.packs, self.context, only={finding.check for finding in self.findings})

    def again(self, site: Site, rests: Iterable[Rests]) -> list[Again]:
        """Return the addresses to ask, each once; those the run did not know with what they are to the site."""
        scope = Scope.of([str(host) for host in _strings(site.snapshot.meta.get("hosts"))])
        urls = dict.fromkeys(url for one in rests for url in one.asked)
        known = site.targets
        given = [Again(url, known[url].role if url in known else scope.role(url)) for url in urls]
        roles = ("page", "file", "external") if self.config.crawl.check_external_links else ("page", "file")
        return [one for one in given if one.role in roles]

    def job(self, copy: Path, again: Sequence[Again], *, features: bool) -> CrawlJob:
        """Return what the crawler is to do: as at night, only sooner again where an answer is doubtful."""
        crawl = self.config.crawl
        hosts = [*self.config.site.hosts, *map(host_of, self.config.site.start)]
        return CrawlJob(
            snapshot=copy, site=self.config.site.name, start=tuple(self.config.site.start),
            hosts=tuple(self.config.site.hosts), concurrency=crawl.concurrency,
            # on this very machine nobody else is kept waiting
            delay_seconds=0.0 if all(map(_is_here, hosts)) else crawl.delay_seconds,
            obey_robots=crawl.obey_robots, check_external_links=crawl.check_external_links,
            render_javascript=crawl.render_javascript, read_attachments=crawl.read_attachments,
            timeout_seconds=min(crawl.timeout_seconds, TIMEOUT_SECONDS),
            retry_delay_seconds=min(crawl.retry_delay_seconds, RETRY_SECONDS),
            again=tuple(one.url for one in again), most_new=recheck_limits()["new"], try_features=features,
        )

    def look(self, folder: Path) -> _Done:
        """Ask again, judge, keep the evidence; ``folder`` is worked in."""
        began, copy = datetime.now(UTC), folder / "copy.sqlite"
        with closing(SnapshotReader(self.base)) as reader, self._earlier(reader) as earlier:
            before, links = self.site(reader, earlier), self.links
            rests = {one.fingerprint: rests_of(before, one, links.get(one.fingerprint, "")) for one in self.findings}
            again = self.again(before, rests.values())
            found = _in_background(self._found_without_asking)
            answers = self._ask(copy, again, features=any("features" in one.rule.retry for one in rests.values()))
            excerpt(copy, folder / "answers.sqlite")
            unreachable = _unreachable([one.url for one in again if one.role != "external"], answers)
            verdicts = [Verdict(finding, "unread", unreachable) for finding in self.findings]
            others: list[Finding] = []
            if not unreachable:
                judged = {url for one in rests.values() for url in one.judged}
                restore(self.base, copy, undecided(answers).keys() - judged)
                verdicts, others = self._judged(copy, before, rests, answers, found.result())
            record = Record(
                recheck=f"{began:%Y%m%d%H%M%S}-{secrets.token_hex(3)}", site=self.config.site.name,
                run_id=str(reader.meta.get("run_id", "")), began=began.isoformat(timespec="seconds"),
                as_of=self.basis.as_of.isoformat(), packs=list(self.basis.packs), version=program_version(),
                findings=[_told(verdict, rests[verdict.finding.fingerprint], answers) for verdict in verdicts],
            )
            path = self._keep(folder / "answers.sqlite", record)
            return _Done(verdicts, others, len(answers), unreachable, record, path)

    def _ask(self, copy: Path, again: Sequence[Again], *, features: bool) -> dict[str, Fetch]:
        """Ask for addresses in a copy of the run; returns all answers, those of what newly stood there with them."""
        reopen(self.base, copy, again, features=features)
        if again:
            self._crawl(self.job(copy, again, features=features))
        with closing(SnapshotReader(copy)) as reader:
            return {
                url: target.fetch for url in sorted(asked(reader.db))
                if (target := reader.targets.get(url)) is not None and target.fetch is not None
            }

    def _judged(
        self, copy: Path, before: Site, rests: Mapping[str, Rests], answers: Mapping[str, Fetch], found: set[str],
    ) -> tuple[list[Verdict], list[Finding]]:
        """Return the verdicts, and what else fails now and was not known; ``found`` is what fails without asking."""
        faded = {finding.fingerprint for finding in self.findings} & self.found_last - found
        with closing(SnapshotReader(copy)) as reader:
            after = self.site(reader, before.earlier)
            second = SecondLook(
                before, after, self.judge(after), asked=answers.keys(), failed=undecided(answers), known=self.known,
                faded=faded, links=self.links,
            )
            verdicts = [second.verdict(finding, rests[finding.fingerprint]) for finding in self.findings]
        return verdicts, [finding for finding in second.others if finding.verdict == "fail"]

    @contextmanager
    def _earlier(self, reader: SnapshotReader) -> Iterator[SnapshotReader | None]:
        path = self.home.earlier(reader.meta)
        if path is None:
            yield None
            return
        with closing(SnapshotReader(path)) as earlier:
            yield earlier

    def _crawl(self, job: CrawlJob) -> None:
        with ProgressShow("复查") as show:
            try:
                outcome = crawl(job, progress=show.update)
            except CrawlError as error:
                raise UninspectedError(f"{error}；没有销号任何问题") from None
        if outcome.ended == "interrupted":
            raise InterruptedCrawlError("已中断，没有销号任何问题；再运行同一命令即重新复查")

    def _keep(self, answers: Path, record: Record) -> Path:
        """Keep the record, and the answers themselves where a finding is closed out on them."""
        folder = self.home.path / "rechecks"
        folder.mkdir(exist_ok=True)
        if any(told.outcome == "mended" for told in record.findings):
            answers.replace(folder / f"{record.recheck}.sqlite")
        path = folder / f"{record.recheck}.json"
        path.write_bytes(msgspec.json.format(msgspec.json.encode(record), indent=1))
        return path

    def _found_without_asking(self) -> set[str]:
        """Return what the checks find today in the run itself: what they do not is not mended, but judged otherwise.

        The day may make the difference, or a pack, a word list, a setting that changed since.
        """
        with closing(SnapshotReader(self.base)) as reader, self._earlier(reader) as earlier:
            return {finding.fingerprint for finding in self.judge(self.site(reader, earlier)).findings}


def _in_background(work: Callable[[], Result]) -> Future[Result]:
    """Begin some work while the site is asked; nobody waits for it who does not want its result."""
    future: Future[Result] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return future


def _unreachable(own: Sequence[str], answers: Mapping[str, Fetch]) -> str:
    """Return that not one of the site's own addresses could be read, with an example; empty where one could."""
    if not own:
        return "这些问题没有可以再次抓取的地址"
    failed = undecided(answers)
    if any(url in answers and url not in failed for url in own):
        return ""
    fetch = failed.get(own[0])
    reason = "没有请求到" if fetch is None else fetch.reason or f"状态码 {fetch.status}"
    return f"网站的 {len(own)} 个地址没有一个能读到（{own[0]}：{reason}）"


def _told(verdict: Verdict, rests: Rests, answers: Mapping[str, Fetch]) -> Told:
    finding = verdict.finding
    return Told(
        fingerprint=finding.fingerprint, check=finding.check, url=finding.url, target=finding.target,
        department=finding.department, outcome=verdict.outcome, words=verdict.words,
        answers=[_answer(url, answers[url]) for url in rests.asked if url in answers],
    )


def _answer(url: str, fetch: Fetch) -> Answer:
    at = datetime.fromtimestamp(fetch.fetched_at, UTC).isoformat(timespec="seconds") if fetch.fetched_at else None
    return Answer(
        url=url, outcome=fetch.outcome, status=fetch.status, at=at, sha256=fetch.sha256, bytes=fetch.bytes,
        reason=fetch.reason,
    )


def _is_here(host: str) -> bool:
    """Whether a host is this very machine."""
    name = host.rpartition(":")[0] or host
    address = ip_address_of(name.strip("[]"))
    return name == "localhost" if address is None else address.is_loopback


def _canonical(text: str) -> str:
    try:
        return canonical(text) if text else ""
    except AddressError:
        return ""


def _strings(value: object) -> list[object]:
    return value if isinstance(value, list) else []
