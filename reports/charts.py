"""Lines over runs as SVG paths: geometry only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, MARGIN = 240.0, 56.0, 5.0


@dataclass(frozen=True)
class Line:
    """A figure over runs: its title, what it was each day (None: not known), how it is drawn.

    ``path`` is the data of an SVG path in a box of ``WIDTH`` × ``HEIGHT``, broken where a value is not known;
    ``last`` the place of the latest known value.
    """

    title: str
    days: tuple[str, ...]
    values: tuple[float | None, ...]
    path: str
    last: tuple[float, float] | None

    @property
    def known(self) -> list[tuple[str, float]]:
        """The days with a value, and the value."""
        return [(day, value) for day, value in zip(self.days, self.values, strict=True) if value is not None]

    @property
    def change(self) -> float | None:
        """The latest value less the one before; None where there are not two."""
        known = self.known
        return known[-1][1] - known[-2][1] if len(known) > 1 else None


def line(title: str, days: Sequence[str], values: Sequence[float | None]) -> Line:
    """Return the line of a figure over days, as high as the values' own range allows; a flat one lies mid-way."""
    known = [value for value in values if value is not None]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    path, pen, last = [], "M", None
    for at, value in enumerate(values):
        if value is None:
            pen = "M"
            continue
        share = (value - low) / (high - low) if high > low else 0.5
        last = (
            round(MARGIN + (WIDTH - 2 * MARGIN) * (at / (len(values) - 1) if len(values) > 1 else 1), 1),
            round(HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * share, 1),
        )
        path.append(f"{pen} {last[0]:g} {last[1]:g}")
        pen = "L"
    return Line(title, tuple(days), tuple(values), " ".join(path), last)
