"""The ledger's workbook sent round: what people write in comes back whole, every mistake is told, none half done."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pytest
from ledgerhome import enter, run
from openpyxl.worksheet.worksheet import Worksheet
from reportdata import EDUCATION, SITE
from scorebook import office

from app.ledger_book import Book
from app.ledger_workbook import present
from reports.forms.ledger_form import LEDGER
from reports.forms.ledger_return import Basis, read
from reports.forms.sheets import SheetError
from reports.ledger import Entry

AT = {column.name: place for place, column in enumerate(LEDGER, start=1)}
LETTERS = {name: openpyxl.utils.get_column_letter(place) for name, place in AT.items()}
Edit = Callable[[Any, Worksheet], object]


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    enter(home)
    assert run("ledger", "export", home).exit_code == 0
    return home


@pytest.fixture
def home(untouched: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(untouched, tmp_path / "home"))


def put(row: int, **cells: object) -> Edit:
    def edit(_: Any, sheet: Worksheet) -> None:
        for name, value in cells.items():
            sheet.cell(row, AT[name]).value = value  # type: ignore[assignment]

    return edit


def filled(home: Path, *edits: Edit, name: str = "back.xlsx") -> Path:
    book = openpyxl.load_workbook(home / "ledger.xlsx")
    for edit in edits:
        edit(book, book["问题台账"])
    book.save(home.parent / name)
    return home.parent / name


def entries(home: Path) -> dict[str, Entry]:
    return {entry.finding.fingerprint: entry for entry in Book.open(home).ledger.entries()}


def named(home: Path, row: int) -> str:
    sheet = openpyxl.load_workbook(home / "ledger.xlsx")["问题台账"]
    return str(sheet.cell(row, AT["问题编号"]).value)


# --- what people may write ---


def test_every_kind_of_entry_is_read_back_and_shown_again(home: Path) -> None:
    names = {row: named(home, row) for row in range(2, 8)}
    back = filled(
        home,
        put(2, 整改状态="已整改", 整改链接="http://www.shili.example/zwgk/new.html", 经办人="李四"),
        put(3, 整改状态="有异议", 异议理由="该信件已于 9 月 20 日电话答复", 复核意见="待核"),
        put(4, 整改状态="已豁免", 豁免理由="机构改革，栏目归并中", 豁免责任人="王五", 豁免至=date(2026, 12, 31)),
        put(5, 整改链接="https://jtj.shili.example/a?x=1&y=2"),
        put(7, 确认="属实", 复核意见="已看原文，确无解读"),
    )
    result = run("ledger", "import", home, back, "--by", "张三")
    assert result.exit_code == 0, result.output
    assert "已读入 5 条" in result.output
    stands = entries(home)
    assert [stands[names[row]].standing.status for row in range(2, 8)] == [
        "fixed", "disputed", "waived", "new", "new", "new",
    ]
    closed = stands[names[2]].handling
    assert closed.closed is not None and (closed.closed.by, closed.link) == (
        "李四", "http://www.shili.example/zwgk/new.html",
    )
    disputed = stands[names[3]].handling.disputed
    assert disputed is not None and (disputed.by, disputed.text, disputed.day) == (
        "张三", "该信件已于 9 月 20 日电话答复", "2026-11-20",
    )
    waived = stands[names[4]].handling.waived
    assert waived is not None and (waived.reason, waived.owner, waived.expires) == (
        "机构改革，栏目归并中", "王五", "2026-12-31",
    )
    assert stands[names[5]].handling.link == "https://jtj.shili.example/a?x=1&y=2"
    assert stands[names[7]].finding.confidence == "certain" and stands[names[7]].handling.opinion == "已看原文，确无解读"
    book = openpyxl.load_workbook(home / "ledger.xlsx")
    shown = {row[AT["问题编号"] - 1]: row for row in book["问题台账"].iter_rows(min_row=2, values_only=True)}
    assert names[2] not in shown and len(shown) == 5
    closed_rows = list(book["本次销号"].iter_rows(min_row=2, values_only=True))
    assert [row[AT["问题编号"] - 1] for row in closed_rows] == [names[2]]
    assert shown[names[3]][AT["整改状态"] - 1 : AT["异议理由"]] == (
        "有异议", None, "待核", None, "该信件已于 9 月 20 日电话答复",
    )
    assert shown[names[4]][AT["豁免理由"] - 1 : AT["豁免至"]] == (
        "机构改革，栏目归并中", "王五", datetime(2026, 12, 31),
    )
    assert shown[names[7]][AT["置信"] - 1 : AT["扣分"]] == ("确定", 4)
    again = run("ledger", "import", home, home / "ledger.xlsx")
    assert again.exit_code == 0 and "没有改动" in again.output
    twice = run("ledger", "import", home, back, "--by", "张三")
    assert twice.exit_code == 0 and "没有改动" in twice.output, "what is in the ledger already is no change"


def test_disputes_are_settled_waivers_taken_back_and_confirmations_withdrawn(home: Path) -> None:
    first = filled(
        home,
        put(3, 整改状态="有异议", 异议理由="不属实"),
        put(4, 整改状态="有异议", 异议理由="职责不在我单位"),
        put(5, 整改状态="已豁免", 豁免理由="停用", 豁免责任人="王五", 豁免至="2026-12-31"),
        put(7, 确认="属实"),
    )
    assert run("ledger", "import", home, first, "--by", "张三").exit_code == 0
    book = openpyxl.load_workbook(home / "ledger.xlsx")
    at = {sheet_row[AT["问题编号"] - 1].value: sheet_row[0].row for sheet_row in book["问题台账"].iter_rows(min_row=2)}
    original = openpyxl.load_workbook(first)["问题台账"]
    row = {n: at[original.cell(n, AT["问题编号"]).value] for n in (3, 4, 5, 7)}
    second = filled(
        home,
        put(row[3], 整改状态="未整改", 复核意见="来信系统无答复记录，维持"),
        put(row[4], 整改状态="已豁免", 豁免理由="确属垂管部门", 豁免责任人="赵六", 豁免至="2027-03-31"),
        put(row[5], 整改状态="未整改"),
        put(row[7], 确认=None),
    )
    result = run("ledger", "import", home, second, "--by", "钱七")
    assert result.exit_code == 0, result.output
    stands = entries(home)
    of = {n: stands[str(original.cell(n, AT["问题编号"]).value)] for n in (3, 4, 5, 7)}
    assert of[3].standing.status == "new" and of[3].handling.opinion == "来信系统无答复记录，维持"
    assert of[4].standing.status == "waived" and of[4].handling.disputed is None
    assert of[5].standing.status == "new" and of[5].handling.waived is None
    assert of[7].handling.confirmed is None and of[7].finding.confidence == "review"


@pytest.mark.parametrize(
    "day", [datetime(2026, 12, 31), 46387, 46387.0, "2026-12-31", "2026/12/31", "2026年12月31日", "２０２６－１２－３１ "],
)
def test_a_day_is_understood_however_a_program_keeps_it(home: Path, day: object) -> None:
    name = named(home, 4)
    back = filled(home, put(4, 整改状态=" 已豁免　", 豁免理由="停用", 豁免责任人="王五", 豁免至=day))
    result = run("ledger", "import", home, back, "--by", "张三")
    assert result.exit_code == 0, result.output
    waived = entries(home)[name].handling.waived
    assert waived is not None and waived.expires == "2026-12-31"


def test_order_filters_further_columns_titles_above_and_missing_rows_do_no_harm(home: Path) -> None:
    names = {row: named(home, row) for row in range(2, 8)}

    def reorder(_: Any, sheet: Worksheet) -> None:
        put(3, 整改状态="有异议", 异议理由="不属实")(_, sheet)
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        sheet.delete_rows(2, len(rows))
        for row in reversed(rows[:-1]):
            sheet.append(row)
        sheet.insert_rows(1, 2)
        sheet["A1"] = "某某县政务公开问题台账（第三次）"
        sheet.insert_cols(4)
        sheet["D3"] = "我们的备注"
        sheet["D4"] = "=1+1"
        for row in range(4, 8):
            sheet.row_dimensions[row].hidden = True
        sheet.auto_filter.ref = "A3:Z9"
        sheet.auto_filter.add_filter_column(1, ["县政府办公室"])

    result = run("ledger", "import", home, filled(home, reorder), "--by", "张三")
    assert result.exit_code == 0, result.output
    assert "已读入 1 条" in result.output and "我们的备注" in result.output
    assert entries(home)[names[3]].standing.status == "disputed"


@pytest.mark.parametrize("route", [("xlsx",), ("ods", "xlsx")])
def test_libreoffice_loses_nothing(home: Path, tmp_path: Path, route: tuple[str, ...]) -> None:
    link = "http://www.shili.example/zwgk/新%20地址.html?a=1&b=2"
    edits = (
        put(2, 整改状态="已整改", 整改链接=link, 复核意见="=不是公式\n第二行 “引号” <b>&amp; 😀 _x0041_"),
        put(3, 整改状态="有异议", 异议理由="+86 不属实"),
        put(4, 整改状态="已豁免", 豁免理由="停用", 豁免责任人="王五", 豁免至=date(2026, 12, 31)),
        put(7, 确认="属实", 经办人="李四"),
    )
    straight = Path(shutil.copytree(home, tmp_path / "straight"))
    for place in (home, straight):
        book = openpyxl.load_workbook(place / "ledger.xlsx")
        for edit in edits:
            edit(book, book["问题台账"])
        for row in book["问题台账"].iter_rows(min_row=2):
            for cell in row:
                if isinstance(cell.value, str):
                    cell.data_type = "s"
        book.save(place / "ledger.xlsx")
    path = home / "ledger.xlsx"
    for step, kind in enumerate(route):
        path = office(path, kind, tmp_path / f"step{step}")
    for place, file in ((home, path), (straight, straight / "ledger.xlsx")):
        result = run("ledger", "import", place, file, "--by", "张三")
        assert result.exit_code == 0, result.output
    assert {name: (entry.standing, entry.handling) for name, entry in entries(home).items()} == {
        name: (entry.standing, entry.handling) for name, entry in entries(straight).items()
    }
    assert sum(entry.handling.link == link for entry in entries(home).values()) == 1


def test_an_older_workbook_counts_where_nothing_has_changed_since(home: Path, tmp_path: Path) -> None:
    names = {row: named(home, row) for row in range(2, 8)}
    back = filled(home, put(3, 整改状态="有异议", 异议理由="不属实"), put(7, 确认="属实"))
    enter(home, "20261121-0130", date(2026, 11, 21), drop=0)
    result = run("ledger", "import", home, back, "--by", "张三")
    assert result.exit_code == 2
    assert "第 3 行 J 列（整改状态）：导出之后这一条在台账里已有变动，现为『未整改』" in result.output
    assert all(entry.handling.disputed is None for entry in entries(home).values())
    assert run("ledger", "export", home).exit_code == 0
    fresh = filled(home, put(3, 复核意见="再看"))
    name = str(openpyxl.load_workbook(fresh)["问题台账"].cell(3, AT["问题编号"]).value)
    enter(home, "20261122-0130", date(2026, 11, 22))
    result = run("ledger", "import", home, fresh, "--by", "张三")
    assert result.exit_code == 0 and "出自较早的巡检 20261121-0130" in result.output
    assert entries(home)[name].handling.opinion == "再看" and name in names.values()


def test_a_departments_own_workbook_holds_nothing_of_others_and_comes_back(home: Path) -> None:
    own = home.parent / "教体局.xlsx"
    result = run("ledger", "export", home, "--department", EDUCATION, "--out", own)
    assert result.exit_code == 0 and "问题 3 条" in result.output
    book = openpyxl.load_workbook(own)
    assert "排名" not in book.sheetnames and "分布" not in book.sheetnames
    texts = " ".join(str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line)
    assert EDUCATION in texts
    listed = {str(row[AT["单位"] - 1]) for row in book["问题台账"].iter_rows(min_row=2, values_only=True)}
    scored = {str(row[0]) for row in book["评分"].iter_rows(min_row=2, values_only=True)}
    assert listed == scored == {EDUCATION}
    put(2, 整改状态="有异议", 异议理由="不属实")(book, book["问题台账"])
    book.save(own)
    assert run("ledger", "import", home, own, "--by", "张三").exit_code == 0
    assert sum(entry.standing.status == "disputed" for entry in entries(home).values()) == 1
    wrong = run("ledger", "export", home, "--department", "没有的局", "--out", own)
    assert wrong.exit_code == 2 and "没有的局" in wrong.stderr
    assert "--out" in run("ledger", "export", home, "--department", EDUCATION).stderr


def test_damage_inside_the_package_never_does_more_than_one_line(home: Path, tmp_path: Path) -> None:
    whole = (home / "ledger.xlsx").read_bytes()
    random = Random(6)
    book = Book.open(home)
    stands = {entry.finding.fingerprint: entry for entry in book.ledger.entries()}
    basis = Basis(
        site=SITE, entries=stands, bundle=present(book.home), runs={"20261120-0130"}, hosts=(), by="张三", day=book.day,
    )
    refused = 0
    for _ in range(60):
        with zipfile.ZipFile(io.BytesIO(whole)) as source, zipfile.ZipFile(tmp_path / "a.xlsx", "w") as target:
            spoiled = random.choice(source.namelist())
            for name in source.namelist():
                data = bytearray(source.read(name))
                if name == spoiled:
                    start = random.randrange(len(data))
                    data[start:start + random.randrange(1, 400)] = random.randbytes(random.randrange(0, 5))
                target.writestr(name, bytes(data))
        try:
            returned = read(tmp_path / "a.xlsx", basis)
        except SheetError as error:
            assert "\n" not in str(error)
            refused += 1
        else:
            assert not returned.acts
    assert refused > 5


# --- mistakes: row, cell and reason, and nothing changed ---


def duplicate(_: Any, sheet: Worksheet) -> None:
    sheet.append([cell.value for cell in sheet[3]])


def rename(book: Any, sheet: Worksheet) -> None:
    sheet.title = "台账"


def drop_column(_: Any, sheet: Worksheet) -> None:
    sheet.delete_cols(AT["复核意见"])


def merge(_: Any, sheet: Worksheet) -> None:
    sheet.merge_cells(f"{LETTERS['复核意见']}3:{LETTERS['复核意见']}4")


def hide(_: Any, sheet: Worksheet) -> None:
    put(3, 复核意见="看过")(_, sheet)
    sheet.row_dimensions[3].hidden = True


def other_site(book: Any, _: Worksheet) -> None:
    book["覆盖与说明"]["B2"] = "邻县人民政府"


def other_run(book: Any, _: Worksheet) -> None:
    book["覆盖与说明"]["B3"] = "20200101-0000"


def no_about(book: Any, _: Worksheet) -> None:
    del book["覆盖与说明"]


def head_gone(_: Any, sheet: Worksheet) -> None:
    sheet.delete_rows(1)


WAIVED = {"整改状态": "已豁免", "豁免理由": "停用", "豁免责任人": "王五", "豁免至": date(2026, 12, 31)}
MISTAKES: list[tuple[str, Edit, str]] = [
    ("unknown fingerprint", put(3, 问题编号="ffffffffffffffffffff"), "第 3 行 Y 列（问题编号）：台账里没有这个编号"),
    ("empty fingerprint", put(3, 问题编号=None), "第 3 行 Y 列（问题编号）：是空的，而这一行有内容"),
    ("duplicate", duplicate, "第 8 行 Y 列（问题编号）：与第 3 行重复"),
    ("protected text", put(3, 问题="没有问题"), "第 3 行 D 列（问题）：受保护，不应改动"),
    ("protected unit", put(4, 单位="别的单位"), "第 4 行 B 列（单位）：受保护，不应改动"),
    ("protected day", put(4, 整改时限=date(2027, 1, 1)), "第 4 行 I 列（整改时限）：受保护，不应改动"),
    ("protected points", put(4, 扣分=0), "第 4 行 V 列（扣分）：受保护，不应改动"),
    ("protected digest", put(4, 校验=None), "第 4 行 Z 列（校验）：受保护，不应改动"),
    ("status word", put(3, 整改状态="改好了"), "第 3 行 J 列（整改状态）：应为 新发现、未整改、再次出现、已整改、已豁免、有异议 之一，实为 '改好了'"),
    ("status emptied", put(3, 整改状态=None), "第 3 行 J 列（整改状态）：应为"),
    ("found by inspection", put(3, 整改状态="再次出现"), "第 3 行 J 列（整改状态）：『再次出现』由巡检判定，不能填"),
    ("nothing to take back", put(3, 整改状态="未整改"), "第 3 行 J 列（整改状态）：『新发现』不用改为『未整改』"),
    ("closed without a word", put(3, 整改状态="已整改"), "第 3 行 J 列（整改状态）：填『已整改』的，应有整改链接或复核意见"),
    ("dispute without reason", put(3, 整改状态="有异议"), "第 3 行 N 列（异议理由）：填『有异议』的，应写明理由"),
    ("reason without dispute", put(3, 异议理由="不属实"), "第 3 行 N 列（异议理由）：写了异议理由的，整改状态应为『有异议』"),
    ("waiver without reason", put(3, **{**WAIVED, "豁免理由": None}), "第 3 行 O 列（豁免理由）：填『已豁免』的，应有豁免理由"),
    ("waiver without owner", put(3, **{**WAIVED, "豁免责任人": " "}), "第 3 行 P 列（豁免责任人）：填『已豁免』的，应有豁免责任人"),
    ("waiver without end", put(3, **{**WAIVED, "豁免至": None}), "第 3 行 Q 列（豁免至）：填『已豁免』的，应有豁免至"),
    ("waiver that is over", put(3, **{**WAIVED, "豁免至": date(2026, 11, 19)}), "第 3 行 Q 列（豁免至）：2026-11-19 已过，应不早于办理日 2026-11-20"),
    ("no day", put(3, **{**WAIVED, "豁免至": "年底"}), "第 3 行 Q 列（豁免至）：应为日期（如 2026-12-31），实为 '年底'"),
    ("day run together", put(3, **{**WAIVED, "豁免至": "20261231"}), "第 3 行 Q 列（豁免至）：应为日期（如 2026-12-31），实为 '20261231'"),
    ("day of another age", put(3, **{**WAIVED, "豁免至": 20261231}), "第 3 行 Q 列（豁免至）：不能是公式、错误值或超出范围的日期"),
    ("impossible day", put(3, **{**WAIVED, "豁免至": "2026-02-30"}), "第 3 行 Q 列（豁免至）：应为日期"),
    ("waiver unsaid", put(3, 豁免理由="停用"), "第 3 行 O 列（豁免理由）：写了豁免理由的，整改状态应为『已豁免』"),
    ("confirmation word", put(7, 确认="是"), "第 7 行 M 列（确认）：应为『属实』或留空，实为 '是'"),
    ("nothing to confirm", put(3, 确认="属实"), "第 3 行 M 列（确认）：本来就是确定的问题，无需确认"),
    ("no address", put(3, 整改链接="abc"), "第 3 行 K 列（整改链接）：应为 http:// 或 https:// 开头的网址，实为 'abc'"),
    ("script", put(3, 整改链接="javascript:alert(1)"), "第 3 行 K 列（整改链接）：应为 http:// 或 https://"),
    ("intranet", put(3, 整改链接="http://192.168.1.5/a.html"), "第 3 行 K 列（整改链接）：是内网地址，公众打不开"),
    ("formula", put(3, 复核意见="=1+1"), "第 3 行 L 列（复核意见）：不能是公式、错误值"),
    ("error value", put(3, 复核意见="#N/A"), "第 3 行 L 列（复核意见）：不能是公式、错误值"),
    ("too long", put(3, 复核意见="长" * 2001), "第 3 行 L 列（复核意见）：最多 2000 个字，实有 2001 个"),
    ("missing column", drop_column, "『问题台账』：缺少『复核意见』一列"),
    ("no headings", head_gone, "『问题台账』：前 10 行里没有表头"),
    ("renamed sheet", rename, "『问题台账』：没有这个工作表；现有 台账、"),
    ("merged cells", merge, "『问题台账』：L3:L4 是合并的单元格"),
    ("hidden row", hide, "『问题台账』第 3 行：这一行被隐藏，而其中有填写"),
    ("another site's", other_site, "『覆盖与说明』第 2 行 B 列（内容）：是『邻县人民政府』的台账，应为『示例县人民政府』的"),
    ("a run nobody knows", other_run, "『覆盖与说明』第 3 行 B 列（内容）：台账里没有巡检 '20200101-0000'"),
    ("origin gone", no_about, "『覆盖与说明』：没有这个工作表"),
]


@pytest.mark.parametrize(("edit", "told"), [case[1:] for case in MISTAKES], ids=[case[0] for case in MISTAKES])
def test_a_mistake_is_told_with_its_cell_and_changes_nothing(home: Path, edit: Edit, told: str) -> None:
    before = (home / "ledger.sqlite").read_bytes(), (home / "ledger.xlsx").read_bytes()
    good = put(6, 整改链接="http://www.shili.example/good.html")
    result = run("ledger", "import", home, filled(home, good, edit), "--by", "张三")
    assert result.exit_code == 2
    assert told in result.stderr, result.stderr
    assert result.stderr.startswith(f"xunjian: {home.parent / 'back.xlsx'}: 有 ")
    assert ((home / "ledger.sqlite").read_bytes(), (home / "ledger.xlsx").read_bytes()) == before


def test_all_mistakes_are_told_at_once(home: Path) -> None:
    edits = [edit for name, edit, _ in MISTAKES if name in ("no address", "status word", "duplicate", "protected unit")]
    result = run("ledger", "import", home, filled(home, *reversed(edits)), "--by", "张三")
    assert "有 4 处不对，什么都没有改" in result.stderr
    assert result.stderr.count("back.xlsx『问题台账』第 ") == 4


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("xl/workbook.xml", "<x/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(300):
                part.write(b" " * 2**20)


def entities(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("xl/workbook.xml", '<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>')


def cut_short(path: Path) -> None:
    whole = path.with_name("home").joinpath("ledger.xlsx").read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


def hollow(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("xl/workbook.xml", "<x/>")


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda path: path.write_text("序号,单位\n"), "应为 .xlsx 工作簿，实为别的文件"),
        (lambda path: path.write_bytes(b""), "应为 .xlsx 工作簿，实为别的文件"),
        (lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)), "加了密码的工作簿"),
        (lambda path: path.mkdir(), "实为文件夹"),
        (lambda path: None, "无法读取"),
        (lambda path: path.write_bytes(b"PK\x03\x04" + bytes(100)), "工作簿已损坏"),
        (cut_short, "工作簿已损坏"),
        (hollow, "工作簿已损坏"),
        (bomb, "解压后超过 256 MB，不予打开"),
        (entities, "声明了实体"),
    ],
    ids=["text", "empty", "locked", "folder", "absent", "no zip", "cut short", "hollow", "bomb", "entities"],
)
def test_a_file_that_is_no_workbook_of_ours_is_refused_in_one_line(
    home: Path, make: Callable[[Path], object], told: str
) -> None:
    path = home.parent / "back.xlsx"
    make(path)
    before = (home / "ledger.sqlite").read_bytes()
    result = run("ledger", "import", home, path, "--by", "张三")
    assert result.exit_code == 2 and told in result.stderr and result.stderr.count("\n") == 1
    assert (home / "ledger.sqlite").read_bytes() == before


def test_odf_is_asked_to_be_saved_otherwise(home: Path, tmp_path: Path) -> None:
    made = office(home / "ledger.xlsx", "ods", tmp_path / "ods")
    result = run("ledger", "import", home, made)
    assert result.exit_code == 2 and "请另存为 .xlsx" in result.stderr
