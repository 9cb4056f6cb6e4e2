"""What of a snapshot must be equal between two crawls of an unchanged site: everything but ids and times."""

from __future__ import annotations

from pathlib import Path

import msgspec

from crawler.snapshot.reader import SnapshotReader

TIMES = {"run_id", "started", "finished"}


def content(path: Path) -> dict[str, object]:
    """Return a snapshot's whole content as plain values in a fixed order."""
    reader = SnapshotReader(path)
    try:
        targets = {}
        for url, target in reader.targets.items():
            fetch = msgspec.to_builtins(target.fetch)
            if fetch is not None:
                fetch.pop("fetched_at", None)
            targets[url] = (target.role, target.host, target.depth, fetch, reader.body(url))
        return {
            "targets": targets,
            "pages": {url: (msgspec.to_builtins(page.record), page.text) for url, page in reader.pages.items()},
            "links": list(reader.links()),
            "probes": [
                (fetch.outcome, fetch.status, fetch.reason, fetch.redirect_to, msgspec.to_builtins(record))
                for host in reader.meta["hosts"] for _, fetch, record in reader.probes(host)  # type: ignore[attr-defined]
            ],
            "meta": {key: value for key, value in reader.meta.items() if key not in TIMES},
        }
    finally:
        reader.close()
