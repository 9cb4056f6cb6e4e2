"""Letters: the county governor's mailbox and the education bureau's, as ``data/letters.yaml`` tells them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from demo.county import World, data
from demo.dates import Clock
from demo.prose import chinese_date

ROWS = 10
LIST = "/hdjl/xzxx/list.jsp"
_SENDERS = "王李张刘陈杨赵黄周吴徐孙朱马胡林郭何高罗"


@dataclass(frozen=True)
class Letter:
    """One letter as its page shows it; ``replied`` is None where it has no reply."""

    key: str
    box: str
    path: str
    number: str
    title: str
    type: str
    sender: str
    sent: date
    replied: date | None
    unit: str
    state: str
    question: str
    reply: str
    show_area: bool

    sent_hour = "09:26"
    replied_hour = "16:10"

    @property
    def sent_chinese(self) -> str:
        """The day sent, written with 年月日 and the hour."""
        return f"{chinese_date(self.sent)} {self.sent_hour}"

    @property
    def replied_chinese(self) -> str:
        """The day answered in the bureau's form (2026/10/9), empty without an answer."""
        return f"{self.replied.year}/{self.replied.month}/{self.replied.day}" if self.replied else ""


def all_letters(world: World, clock: Clock) -> list[Letter]:
    """Return every letter, newest first within its mailbox."""
    raw = data("letters.yaml")
    letters = [
        letter
        for box, entries in raw.items()
        for place, entry in enumerate(entries)
        if (letter := _letter(world, clock, box, place, entry)) is not None
    ]
    return sorted(letters, key=lambda letter: (letter.box, -letter.sent.toordinal(), letter.key))


def _letter(world: World, clock: Clock, box: str, place: int, entry: dict[str, Any]) -> Letter | None:
    if "golden" in entry:
        around = clock.letter_days(entry["golden"])
        if around is None:
            return None
        days: tuple[date, date | None] = around
    else:
        answered = clock.ago(entry["answered"], exact=True) if "answered" in entry else None
        days = clock.ago(entry["sent"], exact=True), answered
    sent, replied = days
    if entry.get("unsaid"):
        replied = None
    organ = world.organs[entry.get("dept", "jytyj")]
    number = f"{'XZ' if box == 'county' else 'JZ'}{sent:%Y%m%d}{place + 11:03d}"
    path = (
        f"/hdjl/xzxx/show.jsp?id={number}"
        if box == "county"
        else f"{organ.root}jzxx/{sent:%Y%m}/t{sent:%Y%m%d}_{9100 + place}.html"
    )
    sender = f"{_SENDERS[place % len(_SENDERS)]}**"
    state = entry.get("state", "已回复")
    return Letter(
        key=entry.get("key", f"letter/{box}/{place}"),
        box=box,
        path=path,
        number=number,
        title=entry["title"],
        type=entry.get("type", "咨询"),
        sender=sender,
        sent=sent,
        replied=replied,
        unit=entry.get("unit", organ.name),
        state=state,
        question=entry["question"],
        reply=entry.get("reply", ""),
        show_area=state == "",
    )
