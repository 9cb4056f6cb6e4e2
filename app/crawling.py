"""The first stage alone: a site is crawled into its home. Of the later stages nothing is loaded for it."""

from __future__ import annotations

from app.config import Config
from app.errors import InterruptedCrawlError, UninspectedError, UserError
from app.home import Continue, Home
from app.progress import ProgressShow
from crawler.run import CrawlError, CrawlJob, CrawlOutcome, crawl
from crawler.snapshot.schema import SnapshotError, StorageError


def crawl_site(config: Config, home: Home, how: Continue) -> CrawlOutcome:
    """Crawl into the home's snapshot, going on where an unfinished crawl stopped.

    Raises InterruptedCrawlError when the user stopped it, UninspectedError when the disk or another program refused
    on the way, UserError when the snapshot cannot be written at all.
    """
    stored = config.to_json()
    goes_on = home.take_up(stored, how)
    job = CrawlJob(
        snapshot=home.snapshot,
        site=config.site.name,
        start=tuple(config.site.start),
        hosts=tuple(config.site.hosts),
        concurrency=config.crawl.concurrency,
        delay_seconds=config.crawl.delay_seconds,
        max_pages=config.crawl.max_pages,
        obey_robots=config.crawl.obey_robots,
        check_external_links=config.crawl.check_external_links,
        render_javascript=config.crawl.render_javascript,
        read_attachments=config.crawl.read_attachments,
        timeout_seconds=config.crawl.timeout_seconds,
        retry_delay_seconds=config.crawl.retry_delay_seconds,
        previous=None if goes_on or how == "fresh" else home.previous(),
        meta={"config": stored},
    )
    with ProgressShow("接着上次抓取" if goes_on else "抓取") as show:
        try:
            outcome = crawl(job, progress=show.update)
        except StorageError as error:
            raise UninspectedError(f"{error}；已抓取的都已保存，排除后再运行同一命令即从这里接着做") from None
        except SnapshotError as error:
            raise UserError(f"{error}；已抓取的都在，排除后再运行同一命令即接着做") from None
        except CrawlError as error:
            raise UninspectedError(f"{_one_line(error)}；已抓取的都在，再运行同一命令即接着做") from None
    if outcome.ended == "interrupted":
        raise InterruptedCrawlError(f"已中断；已抓取的 {outcome.done} 个地址都已保存，再运行同一命令即从这里接着做")
    if config.crawl.keep_runs is not None and outcome.ended == "finished":
        home.prune(config.crawl.keep_runs)
    return outcome


def _one_line(error: Exception) -> str:
    """Return the last words of a failure: of a traceback only its last line names the cause."""
    first, *rest = str(error).strip().splitlines()
    return f"{first.split('：', 1)[0]}：{rest[-1]}" if rest else first


def require_inspected(outcome: CrawlOutcome) -> None:
    """Raise UninspectedError when the crawl saw no site at all; what it saw has been reported."""
    if outcome.ended == "unreachable":
        raise UninspectedError(outcome.reason)
