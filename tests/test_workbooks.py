"""Workbooks as they are written: links, protection, text that must stay text, equal bytes, failures."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.writers.book import LINKS_PER_SHEET, Book, Column, Linked

DAY = date(2026, 11, 20)


def test_a_sheet_takes_no_more_links_than_the_format_and_keeps_the_texts(tmp_path: Path) -> None:
    count = 66_000
    rows = ([Linked(f"第{n}", f"http://a.example/{n}#p{n}")] for n in range(count))
    with Book(tmp_path / "a.xlsx", "甲", DAY) as book:
        book.sheet("甲", [Column("链接", 20)], rows)
    with ZipFile(tmp_path / "a.xlsx") as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        links = archive.read("xl/worksheets/_rels/sheet1.xml.rels").decode()
    assert sheet.count("<hyperlink ") == links.count("<Relationship ") == LINKS_PER_SHEET
    assert sheet.count("inlineStr") == count + 1
    assert 'Target="http://a.example/59999"' in links and 'location="p59999"' in sheet


def test_links_lead_to_the_web_or_beside_the_workbook(tmp_path: Path) -> None:
    with Book(tmp_path / "a.xlsx", "甲", DAY) as book:
        cells = [
            Linked("网", "http://a.example/附件?x=1&y=2"),
            Linked("图", "screenshots/甲 1.png", relative=True),
            Linked("坏", "javascript:alert(1)"),
        ]
        book.sheet("甲", [Column(str(n), 9) for n in range(3)], [cells])
    row = openpyxl.load_workbook(tmp_path / "a.xlsx")["甲"][2]
    assert [cell.value for cell in row] == ["网", "图", "坏"]
    assert row[0].hyperlink.target == "http://a.example/%E9%99%84%E4%BB%B6?x=1&y=2"
    assert row[1].hyperlink.target == "screenshots/%E7%94%B2%201.png"
    assert row[2].hyperlink is None


def test_a_protected_sheet_leaves_only_what_people_write_in_open(tmp_path: Path) -> None:
    columns = [Column("序号", 5), Column("状态", 9, entry=True, choices=("是", "否")), Column("号", 5, hidden=True)]
    with Book(tmp_path / "a.xlsx", "甲", DAY) as book:
        book.sheet("甲", columns, [[1, None, "x"], [2, "是", "y"]], protect=True, printed=2)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["甲"]
    assert [[cell.protection.locked for cell in row] for row in sheet] == [[True] * 3, *[[True, False, True]] * 2]
    kept = sheet.protection
    assert kept.sheet and kept.password is None
    # in the format, true means forbidden
    assert not any((kept.autoFilter, kept.sort, kept.formatColumns, kept.formatRows, kept.selectLockedCells))
    assert kept.insertRows and kept.deleteRows and kept.deleteColumns
    (choice,) = sheet.data_validations.dataValidation
    assert (choice.type, choice.formula1, str(choice.sqref)) == ("list", '"是,否"', "B2:B3")
    assert sheet.freeze_panes == "A2" and sheet.print_title_rows == "$1:$1" and sheet.auto_filter.ref == "A1:C3"
    assert sheet.column_dimensions["C"].hidden and sheet.print_area == "'甲'!$A$1:$B$3"
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=20))
def test_any_text_comes_back_as_text(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    path = tmp_path_factory.mktemp("book") / "a.xlsx"
    with Book(path, "甲", DAY) as book:
        book.sheet("甲", [Column("文字", 9)], [[text] for text in texts])
    cells = [row[0] for row in openpyxl.load_workbook(path)["甲"].iter_rows(min_row=2)]
    assert len(cells) == len(texts)
    assert all(cell.data_type in ("s", "inlineStr", "n") and isinstance(cell.value, str | None) for cell in cells)
    plain = [text for text in texts if text.isprintable() and "_x" not in text]
    assert set(plain) - {""} <= {cell.value for cell in cells}


def test_equal_content_is_equal_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        with Book(tmp_path / name, "甲", DAY) as book:
            book.sheet("甲", [Column("文字", 9)], [["=1+1"], [DAY], [1.5], [None]])
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_what_cannot_be_written_says_so_and_a_failure_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(OSError, match="nowhere"), Book(tmp_path / "nowhere" / "a.xlsx", "甲", DAY) as book:
        book.sheet("甲", [Column("文字", 9)], [["x"]])
    parts = tmp_path / "parts"
    parts.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(parts))

    def broken() -> list[str]:
        raise KeyError("x")

    with pytest.raises(KeyError), Book(tmp_path / "a.xlsx", "甲", DAY) as book:
        book.sheet("甲", [Column("文字", 9)], (broken() for _ in range(3)))
    assert not (tmp_path / "a.xlsx").exists() and not list(parts.iterdir())


def test_a_row_is_as_high_as_its_text_up_to_a_bound(tmp_path: Path) -> None:
    rows = [["短", "短"], ["一" * 50, "短"], ["一\n二\n三", "短"], ["一" * 5000, "\n" * 300], [Linked("a" * 60, "x"), None]]
    with Book(tmp_path / "a.xlsx", "甲", DAY) as book:
        book.sheet("甲", [Column("甲", 20), Column("乙", 20)], rows)
    heights = openpyxl.load_workbook(tmp_path / "a.xlsx")["甲"].row_dimensions
    assert [heights[number].height for number in range(1, 7)] == [None, None, 84, 42, 196, 56]
