"""The sheet 问题台账: its columns, and a finding's row in them."""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache

from checks.model import Finding
from reports import words
from reports.addresses import finding_address
from reports.bundle import ReportBundle, department_of
from reports.cards import Card, Citation
from reports.ledger import Handling
from reports.scoring import plain
from reports.text import legible
from reports.writers.book import Column, Linked, Value

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")

SHEET = "问题台账"
UNDECIDED = "未能核实"
CLOSED = "本次销号"
ABOUT = "覆盖与说明"
REPORT, SCREENSHOTS = "report", "screenshots"

CONFIRMED = "属实"

LEDGER = (
    Column("序号", 7),
    Column("单位", 16),
    Column("栏目", 13),
    Column("问题", 42),
    Column("依据", 36),
    Column("链接", 26),
    Column("证据", 38),
    Column("发现时间", 12),
    Column("整改时限", 12),
    Column("整改状态", 11, entry=True, choices=tuple(words.STATUS.values())),
    Column("整改链接", 20, entry=True),
    Column("复核意见", 20, entry=True),
    Column("确认", 8, entry=True, choices=(CONFIRMED,)),
    Column("异议理由", 24, entry=True),
    Column("豁免理由", 24, entry=True),
    Column("豁免责任人", 12, entry=True),
    Column("豁免至", 12, entry=True, day=True),
    Column("经办人", 12, entry=True),
    Column("检查", 14),
    Column("严重程度", 10),
    Column("置信", 12),
    Column("扣分", 8),
    Column("指向", 40),
    Column("整改办法", 40),
    Column("问题编号", 24),
    Column("校验", 22, hidden=True),
)
ENTRIES = tuple(column.name for column in LEDGER if column.entry)
# What is printed: up to 复核意见
PRINTED = 12
# Who filled a row in stands in the acts, not with the finding
KEPT = tuple(name for name in ENTRIES if name != "经办人")
# What other people's decisions change between export and import
VOLATILE = ("整改时限", "置信", "扣分")

HOW_TO_FILL = (
    ("怎样填写", f"只填『{SHEET}』里没有锁定的各列，填好后用 xunjian ledger import 读回；有一处不对即全部不读入。"),
    ("整改状态", "已改好的填『已整改』，须有整改链接或复核意见；不认可的填『有异议』；不计分的填『已豁免』。"),
    ("整改状态", "撤回异议或豁免时填『未整改』；『新发现』『再次出现』由巡检判定，不能填。"),
    ("整改链接", "改好之后的网址，http:// 或 https:// 开头；供复查，不写即照原网址复查。"),
    ("复核意见", "评估人员的意见；驳回异议（『有异议』改为『未整改』）时写理由。"),
    ("确认", f"置信为『待人工复核』的，核对属实后选『{CONFIRMED}』，此后扣分；清空即撤回。"),
    ("异议理由", "整改状态填『有异议』的必填。"),
    ("豁免理由、豁免责任人、豁免至", "整改状态填『已豁免』的三项都填；到期日如 2026-12-31，过期后恢复计分。"),
    ("经办人", "由谁办理；不写即按导入命令的 --by。"),
    ("排序", "可筛选、调列宽；要排序请先撤销工作表保护（无密码）。行的次序、增加的列都不影响读入。"),
)


def rows(
    findings: Iterable[Finding], bundle: ReportBundle, screenshots: Collection[str] = (), *, beside: bool = True
) -> Iterator[Sequence[Value]]:
    """Return the sheet's rows.

    ``screenshots`` are the fingerprints that have one; ``beside``: the workbook lies in the site's home, so
    that links to the report's pages lead there.
    """
    handled = bundle.changes.handling
    for number, finding in enumerate(findings, start=1):
        shown = bundle.card(finding)
        entered = entries(shown.status, handled.get(finding.fingerprint))
        left = volatile(finding, shown)
        seen = _evidence(shown)
        evidence: Value = seen
        name: Value = finding.fingerprint
        if beside:
            name = Linked(finding.fingerprint, f"{REPORT}/{finding_address(finding.fingerprint)}", relative=True)
            if finding.fingerprint in screenshots:
                evidence = Linked(seen, f"{SCREENSHOTS}/{finding.fingerprint}.png", relative=True)
        yield (
            number,
            department_of(finding),
            finding.column,
            finding.message,
            _quoted(shown.citations),
            Linked(finding.url, finding.url),
            evidence,
            _day(finding.first_seen),
            _day(finding.due),
            *_entry_cells(entered),
            None,
            shown.title,
            shown.severity,
            left[1],
            finding.deduction,
            finding.target,
            shown.remedy,
            name,
            check_mark(entered, left),
        )


def entries(status: str, handling: Handling | None) -> tuple[str, ...]:
    """Return what stands in the columns people write in, KEPT, for a finding as the ledger has it."""
    if handling is None:
        return _untouched(status)
    disputed, waived = handling.disputed, handling.waived
    return (
        status,
        handling.link,
        handling.opinion,
        CONFIRMED if handling.confirmed else "",
        disputed.text if disputed else "",
        *((waived.reason, waived.owner, waived.expires) if waived else ("", "", "")),
    )


@lru_cache(maxsize=16)
def _untouched(status: str) -> tuple[str, ...]:
    return (status, *[""] * (len(KEPT) - 1))


def volatile(finding: Finding, shown: Card) -> tuple[str, str, str]:
    """Return as text what stands in the VOLATILE columns."""
    confidence = shown.confidence if finding.verdict == "fail" else shown.verdict
    return finding.due or "", confidence, _points(finding.deduction)


@lru_cache(maxsize=1024)
def _points(points: float) -> str:
    return plain(points)


def squeezed(text: str) -> str:
    """Return text as it comes back from any program: without white space, the format's own escapes undone."""
    while "_x" in text and (undone := _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)) != text:
        text = undone
    return "".join(legible(text).split())


@lru_cache(maxsize=4096)
def check_mark(entered: tuple[str, ...], left: tuple[str, ...]) -> str:
    """Return the digest of a row's entries as exported and of what decisions change: eight digits, then four each."""
    return _digest("\x1f".join(map(squeezed, entered)), 8) + "".join(_digest(squeezed(text), 4) for text in left)


def _digest(text: str, digits: int) -> str:
    return f"{zlib.crc32(text.encode('utf-8', 'surrogatepass')):08x}"[:digits]


@lru_cache(maxsize=1024)
def _entry_cells(entered: tuple[str, ...]) -> tuple[Value, ...]:
    return tuple(_entry(name, text) for name, text in zip(KEPT, entered, strict=True))


def _entry(name: str, text: str) -> Value:
    if not text:
        return None
    if name == "整改链接":
        return Linked(text, text)
    return _day(text) if name == "豁免至" else text


@lru_cache(maxsize=1024)
def _quoted(citations: tuple[Citation, ...]) -> str:
    return "\n".join(f"「{cited.quote}」——《{cited.document}》{cited.section}" for cited in citations)


def _evidence(shown: Card) -> str:
    return "\n".join(f"{label}：{'；'.join(line.text for line in lines)}" for label, lines in shown.evidence)


@lru_cache(maxsize=4096)
def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
