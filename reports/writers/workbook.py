"""``ledger.xlsx``: the issue ledger as evaluators keep it, scores with their arithmetic, coverage.

No cell is ever a formula: text from a hostile site stays text, whatever it begins with. Equal bundles give
equal bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.writer.excel import ExcelWriter

from checks.model import Finding
from reports import words
from reports.bundle import ReportBundle, department_of
from reports.cards import Card, card, mend_first
from reports.scoring import PackScore, ranking
from reports.text import legible, web_address

CELL_UNITS = 32_000  # a cell holds 32,767 UTF-16 units
LINKS_PER_SHEET = 60_000  # a sheet holds 65,530
A4 = 9  # the format's number for the paper size
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
WHOLE_SITE = "全站"

Value = str | float | int | date | None
Column = tuple[str, float]

LEDGER: tuple[Column, ...] = (
    ("序号", 7),
    ("单位", 20),
    ("栏目", 16),
    ("问题", 52),
    ("依据", 46),
    ("链接", 40),
    ("证据", 46),
    ("发现时间", 12),
    ("整改时限", 12),
    ("整改状态", 11),
    ("整改链接", 24),
    ("复核意见", 24),
    ("检查", 14),
    ("严重程度", 10),
    ("置信", 12),
    ("扣分", 8),
    ("指向", 40),
    ("整改办法", 40),
    ("问题编号", 24),
)
LINKED = LEDGER.index(("链接", 40))
SCORES: tuple[Column, ...] = (
    ("单位", 22),
    ("规则包", 34),
    ("指标", 30),
    ("分值", 8),
    ("检查项次", 10),
    ("问题", 8),
    ("待复核", 8),
    ("未核实", 8),
    ("应扣", 9),
    ("扣分上限", 10),
    ("实扣", 9),
    ("若全部成立实扣", 15),
    ("计分", 8),
    ("得分", 9),
    ("若全部成立得分", 15),
    ("判定", 20),
    ("覆盖", 9),
    ("判明", 9),
    ("算式或说明", 46),
)
RANKING: tuple[Column, ...] = (("组", 10), ("名次", 8), ("单位", 26), ("综合得分", 12))
COVERAGE: tuple[Column, ...] = (("项目", 22), ("内容", 90))


def write(path: Path, bundle: ReportBundle) -> None:
    """Write the workbook; raises OSError."""
    book = Workbook(write_only=True)
    book.properties.creator = "xunjian"
    book.properties.created = book.properties.modified = datetime.combine(bundle.as_of, datetime.min.time())
    ordered = mend_first(bundle.findings)
    breaches = [finding for finding in ordered if finding.verdict == "fail"]
    undecided = [finding for finding in ordered if finding.verdict != "fail"]
    _sheet(book, "问题台账", LEDGER, _ledger(breaches, bundle), linked=LINKED)
    _sheet(book, "未能核实", LEDGER, _ledger(undecided, bundle), linked=LINKED)
    _sheet(book, "评分", SCORES, _scores(bundle))
    _sheet(book, "排名", (*RANKING, *((pack.title, 16) for pack in bundle.scores.site)), _ranking(bundle))
    _sheet(book, "分布", *_distribution(ordered, bundle))
    _sheet(book, "覆盖与说明", COVERAGE, _coverage(bundle))
    with _Archive(path, "w", ZIP_DEFLATED) as archive:
        ExcelWriter(book, archive).write_data()


class _Archive(ZipFile):
    """A zip file whose entries all carry one time, so that equal content is equal bytes."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_: Any, **__: Any) -> None:
        """Add an entry."""
        info = ZipInfo(str(zinfo_or_arcname), (1980, 1, 1, 0, 0, 0))
        info.compress_type = ZIP_DEFLATED
        super().writestr(info, data)

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        """Add a file's content."""
        self.writestr(arcname or filename, Path(filename).read_bytes())


def cell_text(text: str) -> str:
    """Return text a cell can hold: legible, and cut (saying so) where it is longer than a cell."""
    text = legible(text)
    if len(text) * 2 > CELL_UNITS:
        packed = text.encode("utf-16-le")
        if len(packed) > CELL_UNITS * 2:
            return (
                packed[: CELL_UNITS * 2].decode("utf-16-le", "ignore") + "……（过长，全文见 findings.jsonl）"
            )
    return text


def _ledger(findings: Iterable[Finding], bundle: ReportBundle) -> Iterator[Sequence[Value]]:
    for number, finding in enumerate(findings, start=1):
        shown = card(finding, bundle)
        yield (
            number,
            department_of(finding),
            finding.column,
            finding.message,
            _grounds(shown),
            finding.url,
            _evidence(shown),
            _day(finding.first_seen),
            _day(finding.due),
            shown.status,
            None,
            None,
            shown.title,
            shown.severity,
            shown.confidence if finding.verdict == "fail" else shown.verdict,
            finding.deduction,
            finding.target,
            shown.remedy,
            finding.fingerprint,
        )


def _grounds(shown: Card) -> str:
    return "\n".join(f"「{cited.quote}」——《{cited.document}》{cited.section}" for cited in shown.citations)


def _evidence(shown: Card) -> str:
    return "\n".join(f"{label}：{'；'.join(line.text for line in lines)}" for label, lines in shown.evidence)


def _scores(bundle: ReportBundle) -> Iterator[Sequence[Value]]:
    marks = [(WHOLE_SITE, mark) for mark in bundle.scores.site]
    marks += [
        (department.name, mark) for department in bundle.scores.departments for mark in department.scores
    ]
    for name, mark in marks:
        for row in mark.indicators:
            applies = row.state == "applicable"
            yield (
                name,
                mark.title,
                row.title,
                row.points,
                row.examined,
                row.failed,
                row.review,
                row.unverified,
                row.raw,
                row.cap,
                row.deducted if applies else None,
                row.confirmed if applies else None,
                words.BOOLEAN[applies],
                None,
                None,
                None,
                None,
                None,
                None if applies else words.STATE[row.state],
            )
        yield _total(name, mark)


def _total(name: str, mark: PackScore) -> Sequence[Value]:
    outcome = words.OUTCOME[mark.outcome] + (
        "（暂定）" if mark.provisional and mark.score is not None else ""
    )
    hit = "；".join(f"单项否决：{veto.title}（{veto.count} 个）" for veto in mark.vetoes if veto.hit)
    return (
        name,
        mark.title,
        "合计",
        mark.points,
        None,
        None,
        None,
        None,
        None,
        None,
        mark.deducted,
        None,
        None,
        mark.score,
        mark.if_confirmed,
        outcome,
        mark.coverage,
        mark.decided,
        "；".join(filter(None, (mark.arithmetic or "没有可计分的检查对象", hit))),
    )


def _ranking(bundle: ReportBundle) -> Iterator[Sequence[Value]]:
    for group, members in ranking(bundle.scores.departments).items():
        for ranked in members:
            scores = [mark.score if mark.score is not None else "不适用" for mark in ranked.department.scores]
            mean = ranked.department.mean
            yield group, ranked.place, ranked.department.name, "不适用" if mean is None else mean, *scores


def _distribution(
    findings: Sequence[Finding], bundle: ReportBundle
) -> tuple[list[Column], list[list[Value]]]:
    """Return departments against checks, in numbers of findings."""
    if not findings:
        return [("单位", 26)], []
    # Costs half a second to import, which only this sheet needs to pay
    import pandas

    titles = {check_id: check.title for check_id, check in bundle.checks.items()}
    table = pandas.crosstab(
        pandas.Series([department_of(finding) for finding in findings], name="单位"),
        pandas.Series([titles.get(finding.check, finding.check) for finding in findings], name="检查"),
        margins=True,
        margins_name="合计",
    )
    columns: list[Column] = [("单位", 26), *((str(name), 14.0) for name in table.columns)]
    return columns, [
        [str(name), *map(int, counts)] for name, counts in zip(table.index, table.to_numpy(), strict=True)
    ]


def _coverage(bundle: ReportBundle) -> Iterator[Sequence[Value]]:
    coverage = bundle.judgement.coverage
    yield "站点", bundle.site
    yield "巡检编号", bundle.run_id
    yield "巡检日", bundle.as_of
    yield "对照年度", bundle.plan_year
    for pack in bundle.packs:
        number = f"（{pack.document.doc_number}）" if pack.document.doc_number else ""
        yield "依据", f"《{pack.document.title}》{number} {pack.document.issuer}"
    yield "已读页面", coverage.pages_read
    yield "已知页面", coverage.pages_known
    yield "覆盖", coverage.ratio
    yield "栏目", coverage.columns
    yield "文件", coverage.documents
    yield "来信", coverage.letters
    yield "站内链接", coverage.links
    yield "外部地址", coverage.external
    yield "附件", coverage.files
    for line in coverage.uninspected:
        yield "未能检查", line
    for line in bundle.judgement.notes:
        yield "说明", line
    yield (
        "算法",
        "得分 = 100 ×（计分指标的分值之和 − 实扣之和）÷ 计分指标的分值之和；没有检查对象的指标不计入",
    )
    yield (
        "算法",
        "实扣 = 应扣与扣分上限中较小的一个；应扣 = 各确定的问题按严重程度扣分之和；待复核、未核实的不扣",
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _sheet(
    book: Workbook,
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Value]],
    *,
    linked: int | None = None,
) -> None:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for place, (_, width) in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight = (
        "landscape",
        A4,
        0,
    )
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    cells = _Cells(sheet)
    sheet.append(cells.head(name) for name, _ in columns)
    count = 1
    for count, row in enumerate(rows, start=2):
        sheet.append(
            cells.of(value, link=place == linked and count <= LINKS_PER_SHEET)
            for place, value in enumerate(row)
        )
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{count}"


class _Cells:
    """Makes the cells of one sheet.

    Styling a cell costs more than writing it, so one cell of each kind is styled once and lent out with
    another value each time: a row must be written before the next is asked for, as ``append`` does with a
    generator.
    """

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        line = Side(style="thin", color="C5CDD8")
        self._border = Border(line, line, line, line)
        self._plain, self._quoted, self._link = self._styled(), self._styled(), self._styled()
        self._quoted.quotePrefix = True
        self._day, self._head = self._styled(), self._styled()
        self._day.number_format = "yyyy-mm-dd"
        self._head.font, self._head.fill = Font(bold=True), PatternFill("solid", fgColor="E3EAF3")

    def head(self, name: str) -> Any:
        """Return a heading."""
        return self._filled(self._head, cell_text(name))

    def of(self, value: Value, *, link: bool = False) -> Any:
        """Return a cell of a value, None for none; text is text whatever it begins with."""
        if value is None:
            return None
        if not isinstance(value, str):
            cell = self._day if isinstance(value, date) else self._plain
            cell.value = value
            return cell
        address = web_address(value) if link else None
        text = cell_text(value)
        if address is None:
            return self._filled(
                self._quoted if text.lstrip().startswith(FORMULA_STARTS) else self._plain, text
            )
        cell = self._filled(self._link, text)
        cell.hyperlink = address
        return cell

    def _styled(self) -> Any:
        cell = WriteOnlyCell(self._sheet)
        cell.alignment, cell.border = Alignment(wrap_text=True, vertical="top"), self._border
        return cell

    @staticmethod
    def _filled(cell: Any, text: str) -> Any:
        cell.value = text
        cell.data_type = "s"
        return cell
