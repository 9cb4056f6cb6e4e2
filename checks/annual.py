"""Annual reports of government information disclosure: whose, which year, the figures of their tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from checks.bodies import lines_of, tree_of
from checks.lexicon import any_of, lexicon
from checks.site import Site
from checks.tables import Cell, Table, tables_of
from checks.titles import key
from crawler.snapshot.reader import Page
from crawler.snapshot.records import FileRecord, FileTable

_YEAR = re.compile(r"(20\d\d)\s*年?")
# of several years the one the report is of: 2025年政府信息公开…（2026年1月公布）
_REPORTED = re.compile(
    r"(20\d\d)\s*年?度?[^\d]{0,24}(?:信息公开|政务公开)"
    r"|公开[^\d]{0,12}(20\d\d)\s*年?度?[^\d]{0,6}(?:报告|年报)"
)
_CHINESE_YEAR = re.compile(r"二[〇零○O0]([一二三四])([〇零○O0一二三四五六七八九])")
_DIGITS = {digit: str(value) for value, digit in enumerate("〇一二三四五六七八九")} | dict.fromkeys("零○O0", "0")
_NUMBER = re.compile(r"^[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$|^[-+]?\d+(?:\.\d+)?$")
_WIDE = str.maketrans("０１２３４５６７８９．，", "0123456789.,")
_NOTHING = frozenset({"", "-", "—", "——", "－", "–", "/", "／", "\\", "无", "\u200b", "--", "*"})
_NEW = re.compile(r"本年新收")
_CARRIED_IN, _CARRIED_OUT = re.compile(r"上年(?:度)?结转"), re.compile(r"结转下(?:一)?年")
_TOTAL = re.compile(r"^(?:[（(]?七[）)]?[、.]?)?(?:总计|合计)$")
_SUBTOTAL = re.compile(r"小计$")
_UNIT = re.compile(r"(?<=\d)[件条份项个次起部万]?元?$")
# a page that offers more files than this is no report of its own but gathers others'
_OWN_FILES = 3
_SECTION = re.compile(r"^[（(][一二三四五六七八][）)]")
_MARKS = re.compile(r"^(?:[一二三四五六七八九十]{1,2}、|[（(][一二三四五六七八九十\d]{1,2}[）)][、.]?|\d{1,2}[.．、])")


@dataclass(frozen=True)
class Report:
    """One annual report: where and under what title it stands, whose it is (empty: not told), the year it reports on.

    ``page`` is None where a list leads to a file; ``files`` are the addresses of the files that hold it, or parts of
    it, and were read; ``unread`` is true where there are files of which it is not, or not fully, known what they say.
    """

    url: str
    title: str
    issuer: str
    year: int
    department: str | None
    page: Page | None = None
    files: tuple[str, ...] = ()
    unread: bool = False


@dataclass(frozen=True)
class Figure:
    """One cell: where it stands (row／column), its value, whether it was left blank."""

    place: str
    value: float
    blank: bool = False


@dataclass(frozen=True)
class Row:
    """A row of figures: its label without numbering, what it is, its cells (the last is the total)."""

    label: str
    kind: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Figures:
    """What the tables of a report hold: applications (表三), outcomes of disputes (表四), documents (表二).

    ``sure`` is false where cells may have been read amiss: the lines of a PDF, a file read in part.
    """

    sure: bool = True
    applications: tuple[Row, ...] = ()
    disputes: tuple[tuple[Figure, ...], ...] = ()
    documents: tuple[Row, ...] = ()

    def row(self, kind: str) -> Row | None:
        """Return the one row of applications of a kind (new, carried-in, total, carried-out)."""
        found = [row for row in self.applications if row.kind == kind]
        return found[0] if len(found) == 1 else None


# what several checks, and several clauses bound to one, ask of a site alike
_REPORTS: WeakKeyDictionary[Site, list[Report]] = WeakKeyDictionary()
_FIGURES: WeakKeyDictionary[Site, dict[str, Figures]] = WeakKeyDictionary()
_LINES: WeakKeyDictionary[Site, dict[str, list[str]]] = WeakKeyDictionary()


def reports_of(site: Site) -> list[Report]:
    """Return a site's annual reports, by address: those whose title names the year they report on."""
    if site not in _REPORTS:
        found = {report.url: report for page in site.pages.values() if (report := _report(site, page)) is not None}
        held = {address for report in found.values() for address in report.files}
        for report in _filed(site):
            if report.url not in held:
                found.setdefault(report.url, report)
        _REPORTS[site] = [found[url] for url in sorted(found)]
    return _REPORTS[site]


def names_report(title: str) -> bool:
    """Whether a title is that of an annual report itself."""
    words = lexicon("annual-report")
    return bool(any_of(words["titles"]).search(title)) and not any_of(words["not_titles"]).search(title)


def may_name_report(title: str, *, in_column: bool) -> bool:
    """Whether a title may be that of an annual report, however it is put: enough for none to be called absent.

    ``in_column`` tells that it stands in a column of annual reports, where titles need not say 信息公开.
    """
    words = lexicon("annual-report")
    if any_of(words["not_titles"]).search(title):
        return False
    if any_of(words["loose_titles"]).search(title):
        return True
    return in_column and bool(any_of(words["column_titles"]).search(title)) and not (
        any_of(words["column_others"]).search(title)
    )


def year_of(title: str) -> int | None:
    """Return the year a report's title names, None where it names none, or several and not which is meant."""
    plain = _with_digits(title)
    found = {int(year) for year in _YEAR.findall(plain)}
    if len(found) > 1:
        found = {int(one or other) for one, other in _REPORTED.findall(plain)}
    return found.pop() if len(found) == 1 else None


def _with_digits(title: str) -> str:
    return _CHINESE_YEAR.sub(lambda match: f"20{_DIGITS[match[1]]}{_DIGITS[match[2]]}", title)


def issuer_of(title: str) -> str:
    """Return whose report a title says it is: the words before 政府信息公开, the year taken out."""
    head = re.split(r"(?:政府)?信息公开|政务公开", _with_digits(title), maxsplit=1)[0]
    head = re.sub(r"20\d\d\s*年?度?|[（(《〈【].*$|关于|公布|发布|(?:工作)?(?:年?度)?(?:工作)?(?:报告|年报)$", "", head)
    bare = re.sub(r"[\s的—-]+", "", head)
    # 某县人民政府信息公开…: the words are shared
    return f"{bare}政府" if bare.endswith("人民") else bare


def is_governments(issuer: str) -> bool:
    """Whether a report is a government's own, of a county, town or place: its issuer is none, a place, or says so."""
    if not issuer:
        return True
    bare = issuer.removesuffix("人民政府").removesuffix("政府").removesuffix("街道办事处")
    return bare != issuer or bare.endswith((
        "省", "市", "县", "区", "旗", "州", "盟", "镇", "乡", "街道", "管委会", "管理委员会",
    ))


def _report(site: Site, page: Page) -> Report | None:
    title = page.record.title or ""
    year = year_of(title)
    if year is None or not names_report(title) or page.url in site.interpretations:
        return None
    if page.record.page_kind in ("column", "fragment", "home", "error"):
        return None
    read, unread = site.attachment_texts(page)
    own = [
        file.url for file in read
        if len(read) <= _OWN_FILES or (names_report(file.title) and year_of(file.title) in (year, None))
    ]
    return Report(
        page.url, title, issuer_of(title), year, site.department_of(page), page, tuple(own), unread=bool(unread),
    )


def _filed(site: Site) -> Iterator[Report]:
    """The reports that lists lead to as files."""
    for column in site.columns:
        for item in column.items:
            year = year_of(item.title)
            if year is None or not item.href or not names_report(item.title) or site.page_of(item.href) is not None:
                continue
            record = site.file(item.href) if site.reach(item.href).state == "alive" else None
            if record is None:
                continue
            department = site.directory.by_source(item.title) or site.department_for(item.href)
            read = record.outcome == "ok"
            yield Report(
                item.href, item.title, issuer_of(item.title), year, department or column.department, None,
                (item.href,) if read else (), unread=not read or record.partial,
            )


def figures_of(site: Site, report: Report) -> Figures:
    """Return the figures of a report's tables, those of its page before those of its files; empty where it has none."""
    known = _FIGURES.setdefault(site, {})
    if report.url not in known:
        known[report.url] = _read_figures(site, report)
    return known[report.url]


def _read_figures(site: Site, report: Report) -> Figures:
    pages = tables_of(tree_of(site, report.page)) if report.page is not None else []
    on_page = _figures(pages, sure=True)
    if on_page.applications or on_page.disputes:
        return on_page
    for url in report.files:
        record = site.file(url)
        if record is None:
            continue
        found = _figures(_joined(_tables_of_file(record)), sure=record.format != "pdf" and not record.partial)
        if found.applications or found.disputes:
            return found
    return on_page


def _figures(tables: Sequence[Table], *, sure: bool) -> Figures:
    applications: list[Row] = []
    disputes: list[tuple[Figure, ...]] = []
    documents: list[Row] = []
    for table in tables:
        applications = applications or _applications(table)
        disputes += _disputes(table)
        documents += _documents(table)
    return Figures(sure, tuple(applications), tuple(disputes), tuple(documents))


def _tables_of_file(record: FileRecord) -> list[FileTable]:
    return [*record.tables, *(table for member in record.members for table in member.tables)]


def _joined(tables: Sequence[FileTable]) -> list[Table]:
    """Return a file's tables as grids; what follows on the next page without a head of its own belongs to the last."""
    grids: list[list[list[str]]] = []
    for table in tables:
        width = max((len(row) for row in table.rows), default=0)
        rows = [[*row, *[""] * (width - len(row))] for row in table.rows]
        words = {_plain(text) for row in rows[:4] for text in row}
        headed = any("自然人" in word or "维持" in word or "有效" in word for word in words)
        if grids and not headed and width and width == len(grids[-1][0]):
            grids[-1] += rows
        elif rows:
            grids.append(rows)
    return [Table(tuple(tuple(Cell(text.strip()) for text in row) for row in grid)) for grid in grids]


def lines_of_report(site: Site, report: Report) -> list[str]:
    """Return the lines of a report outside its tables: those of its page, then those of its files."""
    known = _LINES.setdefault(site, {})
    if report.url not in known:
        page = report.page
        lines = list(_lines_without_tables(site, page) or page.text.split("\n")) if page is not None else []
        for url in report.files:
            lines += [line for line in site.file_text(url).split("\n") if line.strip() and line.count("\t") < 2]
        known[report.url] = lines
    return known[report.url]


def text_of_report(site: Site, report: Report) -> str:
    """Return all that a report says, tables included."""
    own = [report.page.text] if report.page is not None else []
    return "\n".join([*own, *map(site.file_text, report.files)])


def _lines_without_tables(site: Site, page: Page) -> list[str]:
    root = tree_of(site, page)
    if root is None:
        return page.text.split("\n")
    for table in list(root.iter("table")):
        if next(table.iterdescendants("table"), None) is None and len(list(table.iter("td"))) >= 4:
            parent = table.getparent()
            if parent is not None:
                parent.remove(table)
    return lines_of(root, opened=True)


def number_of(text: str) -> float | None:
    """Return the number a cell holds, 0 for a cell left blank (—, /), None where it holds words."""
    plain = _UNIT.sub("", re.sub(r"[\s\u00a0\u3000\u200b]", "", text).translate(_WIDE))
    if plain in _NOTHING:
        return 0.0
    return float(plain.replace(",", "")) if _NUMBER.match(plain) else None


def _figure(text: str, place: str) -> Figure | None:
    value = number_of(text)
    return None if value is None else Figure(place, value, re.sub(r"[\s\u00a0\u200b]", "", text) == "")


def _plain(label: str) -> str:
    return _MARKS.sub("", re.sub(r"\s+", "", label)).strip()


def _applications(table: Table) -> list[Row]:
    grid = table.texts()
    head = next((n for n, row in enumerate(grid[:10]) if any(_plain(text) == "自然人" for text in row)), None)
    if head is None:
        return []
    first = next(n for n, text in enumerate(grid[head]) if _plain(text) == "自然人")
    last = next((n for row in grid[:head + 3] for n, text in enumerate(row) if _plain(text) in ("总计", "合计")), None)
    if last is None or last - first < 2:
        return []
    rows: list[Row] = []
    names: list[str] = []
    for line in grid[head:]:
        if len(line) <= last:
            continue
        values = [number_of(text) for text in line[first:last + 1]]
        if any(value is None for value in values):
            if not rows:
                # a file's merged cell says its words once, in its first row
                above = names or [""] * len(values)
                names = [_plain(text) or old for text, old in zip(line[first:last + 1], above, strict=True)]
            elif values[0] is not None or values[-1] is not None:
                # a row of which a cell holds words: its sums cannot be told, nor those it is part of
                rows.append(Row(_plain(line[max(first - 1, 0)]), "unread", ()))
            continue
        labels = [text for text in dict.fromkeys(line[:first]) if text.strip()]
        if labels:
            rows.append(_row(labels, line[first:last + 1], names))
    return _told(rows)


def _row(labels: list[str], cells: list[str], names: list[str]) -> Row:
    label, whole = labels[-1], "".join(labels)
    if _NEW.search(label):
        kind = "new"
    elif _CARRIED_IN.search(label):
        kind = "carried-in"
    elif _CARRIED_OUT.search(label):
        kind = "carried-out"
    elif _SUBTOTAL.search(label):
        kind = "subtotal"
    elif _TOTAL.match(re.sub(r"\s+", "", label)):
        kind = "total"
    elif _SECTION.match(label) and len([text for text in labels if not text.startswith("三、")]) == 1:
        kind = "section"
    else:
        kind = "leaf" if whole else "other"
    shown = _plain(label) if kind != "total" else "办理结果总计"
    figures = [
        _figure(text, f"{shown}／{name}") or Figure(f"{shown}／{name}", 0.0)
        for text, name in zip(cells, names or [str(n + 1) for n in range(len(cells))], strict=False)
    ]
    return Row(shown, kind, tuple(figures))


def _told(rows: list[Row]) -> list[Row]:
    """Tell rows that sum up the rows beneath them (（三）不予公开 before 1. 2. 3.) from rows of their own."""
    told: list[Row] = []
    labels = [row.label for row in rows]
    for number, row in enumerate(rows):
        if row.kind == "section":
            beneath = rows[number + 1].label if number + 1 < len(labels) else ""
            sums = any(word in row.label for word in ("不予公开", "无法提供", "不予处理", "其他处理"))
            summed = sums and beneath and rows[number + 1].kind == "leaf"
            row = Row(row.label, "subtotal" if summed else "leaf", row.figures)
        told.append(row)
    return told


def _disputes(table: Table) -> list[tuple[Figure, ...]]:
    """Return the groups (维持 纠正 其他 未审结 总计) of a table of disputes, the total last."""
    grid = table.texts()
    head = next((n for n, row in enumerate(grid) if any("维持" in text for text in row)), None)
    if head is None:
        return []
    names = [_plain(text) for text in grid[head]]
    starts = [n for n, name in enumerate(names) if "维持" in name]
    groups = []
    for row in grid[head + 1:]:
        for start in starts:
            end = next((n for n in range(start, len(names)) if names[n] in ("总计", "合计")), None)
            if end is None or end >= len(row) or end - start < 2:
                continue
            above = _plain(grid[head - 1][start]) if head and start < len(grid[head - 1]) else ""
            label = _plain(row[0]) if start > 0 and number_of(row[0]) is None else above
            cells = [_figure(row[n], f"{label}／{names[n]}") for n in range(start, end + 1)]
            if all(cell is not None for cell in cells):
                groups.append(tuple(cell for cell in cells if cell is not None))
    return groups


def _documents(table: Table) -> list[Row]:
    """Return the rows (规章, 行政规范性文件) of the numbers made, abolished and in force."""
    grid = table.texts()
    head = next(
        (
            n for n, row in enumerate(grid)
            if any("废止" in text for text in row) and any("有效" in text for text in row)
        ), None,
    )
    if head is None:
        return []
    names = [_plain(text) for text in grid[head]]
    made = next((n for n, name in enumerate(names) if re.search(r"制[发定]|新制作", name)), None)
    gone = next((n for n, name in enumerate(names) if "废止" in name), None)
    valid = next((n for n, name in enumerate(names) if "有效" in name), None)
    if made is None or gone is None or valid is None:
        return []
    rows = []
    for row in grid[head + 1:head + 3]:
        if len(row) <= max(made, gone, valid) or not key(row[0]):
            continue
        label = _plain(row[0])
        cells = [_figure(row[n], f"{label}／{names[n]}") for n in (made, gone, valid)]
        if label in ("规章", "行政规范性文件", "规范性文件") and all(cell is not None for cell in cells):
            rows.append(Row(label, "documents", tuple(cell for cell in cells if cell is not None)))
    return rows
