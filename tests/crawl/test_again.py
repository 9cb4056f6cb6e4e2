"""Some addresses of a finished run asked again, in a copy: these, where they redirect, what newly stands there."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from crawler.run import CrawlJob, crawl
from crawler.snapshot.reader import SnapshotReader
from crawler.snapshot.reopening import Again, asked, excerpt, reopen, restore

from .server import Site, page, raw, redirect, serving, status

PDF = raw(b"%PDF-1.4\n" + b"0" * 900, "application/pdf")


def routes() -> dict[str, object]:
    return {
        "/": page("/a.html", "/list/", "/b.html", "/robbed/"),
        "/list/": page("/a.html", "/old.html"), "/a.html": page("/"), "/b.html": page("/"), "/old.html": page("/"),
        "/robots.txt": raw(b"User-agent: *\nDisallow: /robbed/\nSitemap: /map.xml\n", "text/plain"),
    }


def look(folder: Path, site: Site, again: list[str], *, most_new: int = 200) -> Path:
    """Ask some paths of the first run again; returns the copy."""
    copy = folder / "copy.sqlite"
    urls = [f"{site.url}{path}" for path in again]
    reopen(folder / "run.sqlite", copy, [Again(url) for url in urls])
    site.asked.clear()
    outcome = crawl(CrawlJob(
        snapshot=copy, site="甲县", start=(f"{site.url}/",), delay_seconds=0.0, retry_delay_seconds=0.1,
        again=tuple(urls), most_new=most_new, try_features=False,
    ))
    assert outcome.ended == "finished"
    return copy


@pytest.fixture
def site(tmp_path: Path):  # type: ignore[no-untyped-def]
    with serving(Site(routes())) as server:  # type: ignore[arg-type]
        outcome = crawl(CrawlJob(
            snapshot=tmp_path / "run.sqlite", site="甲县", start=(f"{server.url}/",), delay_seconds=0.0,
            retry_delay_seconds=0.1,
        ))
        assert outcome.ended == "finished"
        yield server


def own(site: Site) -> set[str]:
    """The paths asked, robots.txt and what cannot exist left out."""
    return {path for path in site.asked if path != "/robots.txt" and "/xj-" not in path}


def test_only_these_and_what_newly_stands_there_are_asked(tmp_path: Path, site: Site) -> None:
    before = (tmp_path / "run.sqlite").read_bytes()
    site.routes |= {
        "/list/": page("/new.html", "/a.html", "/b.html", "/robbed/2.html"),
        "/new.html": page("/newer.html", "/x.pdf", "/old.html"), "/newer.html": page("/"), "/x.pdf": PDF,
    }
    copy = look(tmp_path, site, ["/list/"])
    # b.html was known and stands on the list now; newer.html is two steps away, old.html nobody's concern any more
    assert own(site) == {"/list/", "/new.html", "/b.html", "/x.pdf"}
    assert (tmp_path / "run.sqlite").read_bytes() == before
    with closing(SnapshotReader(copy)) as reader:
        assert f"{site.url}/newer.html" not in reader.targets
        assert {url for url, _, _ in reader.links_from(f"{site.url}/list/")} >= {f"{site.url}/new.html"}
        assert reader.targets[f"{site.url}/robbed/2.html"].fetch.outcome == "robots"  # type: ignore[union-attr]
        assert f"{site.url}/old.html" in reader.pages, "what was not asked stands as it was"
        assert reader.meta["ended"] == "finished" and reader.pending() == 0


def test_where_an_address_redirects_is_asked_too(tmp_path: Path, site: Site) -> None:
    site.routes |= {"/a.html": redirect("/b.html"), "/b.html": page("/", "/c.html"), "/c.html": page("/")}
    copy = look(tmp_path, site, ["/a.html"])
    assert own(site) == {"/a.html", "/b.html", "/c.html"}
    with closing(SnapshotReader(copy)) as reader:
        assert asked(reader.db) >= {f"{site.url}{path}" for path in ("/a.html", "/b.html", "/c.html")}


def test_no_more_join_than_may(tmp_path: Path, site: Site) -> None:
    site.routes["/list/"] = page(*(f"/n{number}.html" for number in range(40)))
    look(tmp_path, site, ["/list/"], most_new=5)
    assert own(site) == {"/list/", "/n0.html", "/n1.html", "/n2.html", "/n3.html", "/n4.html"}


def test_what_failed_can_stand_as_it_was_and_the_answers_are_kept_apart(tmp_path: Path, site: Site) -> None:
    site.routes |= {"/a.html": status(403), "/list/": page("/a.html", title="新的列表")}
    copy = look(tmp_path, site, ["/a.html", "/list/"])
    excerpt(copy, tmp_path / "answers.sqlite")
    restore(tmp_path / "run.sqlite", copy, [f"{site.url}/a.html"])
    a, listed = f"{site.url}/a.html", f"{site.url}/list/"
    with closing(SnapshotReader(copy)) as reader, closing(SnapshotReader(tmp_path / "answers.sqlite")) as kept:
        assert reader.pages[a].fetch.status == 200 and reader.links_from(a) and a not in asked(reader.db)
        assert reader.pages[listed].record.title == "新的列表" and asked(reader.db) >= {listed}
        assert kept.targets[a].fetch.status == 403 and set(kept.pages) == {listed}  # type: ignore[union-attr]
        assert kept.body(listed) == reader.body(listed) and kept.links_from(listed) == reader.links_from(listed)
