"""Shows a crawl's progress: a live line on a terminal, a plain line now and then in a log."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

from crawler.job import Progress

if TYPE_CHECKING:
    from rich.live import Live

LOG_INTERVAL_SECONDS = 15.0


def progress_line(figures: Progress) -> str:
    """Return one Chinese line: done, waiting, rate, time spent and left."""
    line = (
        f"已抓取 {figures.done}，待抓取 {figures.pending}，每秒 {figures.rate:.1f}，"
        f"已用 {_clock(figures.elapsed)}"
    )
    return line if figures.remaining is None else f"{line}，约剩 {_clock(figures.remaining)}"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class ProgressShow:
    """A context in which ``update`` shows figures on standard error, as the terminal or log allows."""

    def __init__(self, title: str) -> None:
        self.title = title
        self._live: Live | None = None
        self._last_line = time.monotonic()
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.live import Live

            self._live = Live(console=Console(stderr=True), refresh_per_second=4, transient=True)

    def __enter__(self) -> ProgressShow:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def update(self, figures: Progress) -> None:
        """Show the latest figures; in a log at most once in LOG_INTERVAL_SECONDS."""
        line = f"{self.title}：{progress_line(figures)}"
        if self._live is not None:
            from rich.text import Text

            self._live.update(Text(line))
            return
        now = time.monotonic()
        if now - self._last_line >= LOG_INTERVAL_SECONDS:
            self._last_line = now
            print(line, file=sys.stderr, flush=True)
