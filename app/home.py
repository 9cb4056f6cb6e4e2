"""A site's home: the folder that holds the latest run, the earlier ones and the ledger."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from app.errors import UserError
from crawler.snapshot.reader import SnapshotReader
from crawler.snapshot.schema import SnapshotError

Continue = Literal["auto", "resume", "fresh"]


class Home:
    """The paths of one site's home.

    Raises UserError where the folder cannot be made or written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            (path / "runs").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(f"{path}: 无法建立输出文件夹（{error.strerror}）") from None
        if not os.access(path, os.W_OK):
            raise UserError(f"{path}: 输出文件夹不可写")

    @property
    def snapshot(self) -> Path:
        """The latest crawl's record."""
        return self.path / "run.sqlite"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the home alone; raises UserError when another inspection works in it."""
        with (self.path / ".lock").open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UserError(f"{self.path}: 另一个巡检正在使用这个文件夹，请等它结束或换一个 --out") from None
            yield

    def take_up(self, config: dict[str, Any], how: Continue) -> bool:
        """Make ready for a crawl; returns whether an unfinished one is gone on with.

        A finished (or foreign, or given-up) crawl moves to ``runs/`` under its run id. ``resume`` insists on
        going on, ``fresh`` on starting anew, ``auto`` goes on where the last crawl did not end.

        Raises UserError where ``resume`` is asked for and there is nothing to go on with.
        """
        if self.snapshot.exists():
            unfinished, same_site, run_id = self._last_crawl(config)
            if unfinished and same_site and how != "fresh":
                return True
            self._archive(run_id)
        if how == "resume":
            raise UserError(
                f"{self.path}: 没有可以接着做的抓取（上次已结束，或站点配置已变）；去掉 --resume 即重新抓取"
            )
        return False

    def runs(self) -> list[tuple[Path, dict[str, object]]]:
        """Return the archived runs that can be read, each with its facts, the latest first."""
        found = []
        for path in (self.path / "runs").glob("*.sqlite"):
            try:
                reader = SnapshotReader(path)
            except SnapshotError:
                continue
            try:
                found.append((path, dict(reader.meta)))
            finally:
                reader.close()
        return sorted(found, key=lambda run: (str(run[1].get("started", "")), run[0].name), reverse=True)

    def previous(self) -> Path | None:
        """Return the run the next crawl is carried over from: the latest that saw the whole site, else most of it."""
        runs = self.runs()
        for ended in ("finished", "limit"):
            for path, meta in runs:
                if meta.get("ended") == ended and not _is_shrunk(meta):
                    return path
        return None

    def earlier(self, meta: Mapping[str, object]) -> Path | None:
        """Return the run a crawl is compared with, None where there is none: the latest whole one of the same site.

        ``meta`` are the crawl's facts. One that saw far less than those before it is passed over, unless so many in a
        row did that the site must have become so.
        """
        runs = [
            (path, known) for path, known in self.runs()
            if known.get("ended") == "finished" and str(known.get("started", "")) < str(meta.get("started", ""))
            and all(known.get(key) == meta.get(key) for key in ("start", "hosts"))
        ]
        from rules.lexicons import crawl_fault_limits

        latest = runs[:crawl_fault_limits()["runs"]]
        whole = [path for path, known in latest if not _is_shrunk(known)]
        return next(iter([*whole, *(path for path, _ in latest)]), None)

    def prune(self, keep: int) -> list[Path]:
        """Remove the earlier runs but the latest ``keep`` and the one the next crawl builds on; returns the removed."""
        needed = self.previous()
        removed = [path for path, _ in self.runs()[keep:] if path != needed]
        for path in removed:
            for suffix in ("", "-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
        return removed

    def _last_crawl(self, config: dict[str, Any]) -> tuple[bool, bool, str]:
        try:
            reader = SnapshotReader(self.snapshot)
        except SnapshotError:
            return False, False, f"damaged-{int(self.snapshot.stat().st_mtime)}"
        try:
            meta = reader.meta
            known = meta.get("config")
            same = isinstance(known, dict) and known.get("site") == config["site"]
            unfinished = meta.get("ended") not in ("finished", "limit", "unreachable")
            return unfinished, same, str(meta.get("run_id", "unnamed"))
        finally:
            reader.close()

    def _archive(self, run_id: str) -> None:
        target = self.path / "runs" / f"{run_id}.sqlite"
        number = 1
        while target.exists():
            number += 1
            target = target.with_name(f"{run_id}-{number}.sqlite")
        for suffix in ("", "-wal", "-shm"):
            part = self.snapshot.with_name(self.snapshot.name + suffix)
            if part.exists():
                part.rename(target.with_name(target.name + suffix))


def _is_shrunk(meta: Mapping[str, object]) -> bool:
    # only a home with earlier runs needs what judges them
    from checks.faults import stored_faults

    return any(fault.get("kind") == "site" for fault in stored_faults(meta))


def find_snapshot(run: Path) -> tuple[Home, Path]:
    """Return the home and the snapshot that RUN names: a home's folder, or a snapshot file in it or its runs/.

    Raises UserError when neither is there.
    """
    if run.is_dir():
        if not (run / "run.sqlite").is_file():
            raise UserError(f"{run}: 文件夹里没有 run.sqlite，应为一次巡检的输出文件夹")
        return Home(run), run / "run.sqlite"
    if not run.is_file():
        raise UserError(f"{run}: 没有这个文件或文件夹，应为巡检的输出文件夹或其中的快照（.sqlite）")
    folder = run.parent.parent if run.parent.name == "runs" else run.parent
    return Home(folder), run
