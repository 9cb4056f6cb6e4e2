"""What people do about findings: each act is kept for good, what holds now follows from them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

import msgspec

from reports.ledger.model import Decision, Entry, Handling, Standing, Status, Waiver
from reports.text import web_address

ActKind = Literal[
    "confirm", "unconfirm", "dispute", "uphold", "grant", "waive", "unwaive", "note", "opinion", "link", "close",
]

ACT_WORDS: dict[ActKind, str] = {
    "confirm": "确认", "unconfirm": "撤销确认", "dispute": "提出异议", "uphold": "维持原判", "grant": "异议成立",
    "waive": "豁免", "unwaive": "撤销豁免", "note": "备注", "opinion": "复核意见", "link": "整改链接", "close": "销号",
}


class Act(msgspec.Struct, kw_only=True, frozen=True, gc=False):
    """One thing one person did about one finding on a day (``2026-11-20``).

    ``text`` is the reason, note, opinion or address; ``owner`` and ``expires`` are a waiver's. The ledger fills in
    ``spell`` and ``run_id``: the appearance it was done about and the run that had last entered it.
    """

    fingerprint: str
    kind: ActKind
    by: str
    day: str
    text: str = ""
    owner: str = ""
    expires: str = ""
    spell: int = 0
    run_id: str = ""


def handling(acts: Iterable[Act], spell: int, run_id: str) -> Handling:
    """Return what holds of a finding's acts, in their order, for its present spell and the run that last entered it."""
    now = Handling()
    for act in acts:
        _follow(now, act, spell, run_id)
    return now


def _follow(now: Handling, act: Act, spell: int, run_id: str) -> None:
    decision = Decision(by=act.by, day=act.day, text=act.text)
    match act.kind:
        case "confirm" if act.spell == spell:
            now.confirmed = decision
        case "unconfirm":
            now.confirmed = None
        case "dispute" if act.spell == spell:
            now.disputed = decision
        case "uphold":
            now.disputed, now.opinion = None, act.text or now.opinion
        case "waive" | "grant":
            now.disputed = None
            now.waived = Waiver(
                fingerprint=act.fingerprint, reason=act.text, owner=act.owner, expires=act.expires, day=act.day,
                by=act.by,
            )
            if act.kind == "grant":
                now.opinion = act.text
        case "unwaive":
            now.waived = None
        case "note":
            now.notes = [*now.notes, decision]
        case "opinion":
            now.opinion = act.text
        case "link":
            now.link = act.text
        case "close" if (act.spell, act.run_id) == (spell, run_id):
            now.closed = decision


def status(standing: Standing, handled: Handling, today: str) -> Status:
    """Return how a finding stands on a day, what people decided included."""
    if standing.status == "fixed" or handled.closed is not None:
        return "fixed"
    if handled.waived is not None and handled.waived.expires >= today:
        return "waived"
    return "disputed" if handled.disputed is not None else standing.status


def refusal(act: Act, entry: Entry) -> str | None:
    """Return in Chinese why an act cannot be done to a finding as it stands; None where it can."""
    stands, handled = entry.standing.status, entry.handling
    if not act.by.strip():
        return "应写明由谁办理"
    if not _is_day(act.day):
        return f"日期应如 2026-11-20，实为 {act.day!r}"
    if stands == "fixed" and act.kind in ("confirm", "dispute", "uphold", "grant", "waive", "close"):
        return f"已整改销号，不能再{ACT_WORDS[act.kind]}"
    match act.kind:
        case "confirm" if entry.standing.verdict != "fail":
            return "本次未能核实，无从确认"
        case "unconfirm" if handled.confirmed is None:
            return "没有确认过，无可撤销"
        case "dispute" if stands in ("waived", "disputed"):
            return "已豁免，无需异议" if stands == "waived" else "已有异议待处理"
        case "dispute" | "note" if not act.text.strip():
            return f"{ACT_WORDS[act.kind]}应写明内容"
        case "uphold" | "grant" if handled.disputed is None:
            return "没有待处理的异议"
        case "waive" | "grant":
            return _waiver_refusal(act)
        case "unwaive" if handled.waived is None:
            return "没有豁免，无可撤销"
        case "link" if act.text and web_address(act.text) is None:
            return f"整改链接应为 http:// 或 https:// 开头的网址，实为 {act.text[:80]!r}"
    return None


def _waiver_refusal(act: Act) -> str | None:
    for value, name in ((act.text, "理由"), (act.owner, "责任人"), (act.expires, "到期日")):
        if not value.strip():
            return f"豁免应有{name}"
    if not _is_day(act.expires):
        return f"豁免的到期日应如 2026-12-31，实为 {act.expires!r}"
    if act.expires < act.day:
        return f"豁免的到期日 {act.expires} 早于办理日 {act.day}"
    return None


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
