"""Attachments: what is read of every format, what is said of those that cannot be read, and hostile ones."""

from __future__ import annotations

import asyncio
import datetime
import io
import sqlite3
import struct
import sys
from collections.abc import Callable
from pathlib import Path

import officefiles as made
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.cli import main
from crawler.office import converters, word97
from crawler.office.contents import Limits
from crawler.office.kinds import format_of
from crawler.office.process import FileReader
from crawler.office.reading import read_file
from crawler.snapshot.files import TABLE, is_file_read, save_file
from crawler.snapshot.records import FileReading, FileRecord

ROWS, TEXT = made.ROWS, made.TEXT
SAMPLES: dict[str, Callable[[], bytes]] = {
    "pdf": lambda: made.pdf([TEXT], ROWS),
    "docx": lambda: made.docx([TEXT], ROWS),
    "xlsx": made.xlsx,
    "xls": made.xls,
    "ofd": made.ofd,
    "rtf": made.rtf,
    "html": made.html_table,
    "zip": lambda: made.gbk_zip({"目录.xlsx": made.xlsx(), "通知.docx": made.docx()}),
}


def outcome(data: bytes, limits: Limits | None = None) -> tuple[str, str]:
    record = read_file(data, limits or Limits()).record
    return record.format, record.outcome


def rows_of(reading: FileReading) -> list[list[str]]:
    assert len(reading.record.tables) == 1
    return reading.record.tables[0].rows


# -- every format -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["pdf", "docx", "xlsx", "xls", "html"])
def test_text_and_tables(kind: str) -> None:
    reading = read_file(SAMPLES[kind]())
    assert (reading.record.format, reading.record.outcome, reading.record.partial) == (kind, "ok", False)
    assert rows_of(reading) == ROWS
    for row in ROWS:
        assert all(cell in reading.text for cell in row)
    assert TEXT in reading.text or kind in ("xlsx", "xls")
    assert reading.record.text_length == len(reading.text)


def test_pdf_of_several_pages() -> None:
    reading = read_file(made.pdf(["第一页的文字", "第二页的文字"], title="政务公开工作要点"))
    assert reading.record.title == "政务公开工作要点"
    assert reading.text.splitlines() == ["第一页的文字", "第二页的文字"]
    assert reading.record.tables == []


def test_pdf_of_pictures_is_scanned_not_empty() -> None:
    record = read_file(made.scanned_pdf(3)).record
    assert (record.outcome, record.pages) == ("scanned", 3)
    assert "3 页" in record.reason


@pytest.mark.parametrize("data", [
    made.pdf(password="秘密1".encode().hex()),
    made.ole({"EncryptedPackage": b"x", "EncryptionInfo": b"y"}),
    made.ole({"WordDocument": struct.pack("<HHHHHH", 0xA5EC, 0xC1, 0, 0, 0, 0x0100)}),
    made.encrypted_zip({"附件.txt": b"1" * 50}),
])
def test_under_a_password(data: bytes) -> None:
    reading = read_file(data)
    assert (reading.record.outcome, reading.text) == ("encrypted", "")
    assert "密码" in reading.record.reason


def test_word_reads_what_a_reader_sees() -> None:
    box = "<w:p><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>框里的文号</w:t></w:r></w:p></w:txbxContent></w:pict></w:r></w:p>"
    reading = read_file(made.raw_docx(
        "<w:p><w:r><w:t>前</w:t></w:r><w:del><w:r><w:delText>删去的</w:delText></w:r></w:del><w:ins><w:r><w:t>后</w:t></w:r></w:ins></w:p>"
        f"{box}<w:sdt><w:sdtContent><w:p><w:r><w:t>控件里的</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        '<w:p><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>一</w:t><w:tab/><w:t>二</w:t></w:r></w:p>'
    ))
    assert reading.text.splitlines() == ["前后", "框里的文号", "控件里的", "一\t二"]


def test_word_merged_cells() -> None:
    from docx import Document

    document = Document()
    table = document.add_table(3, 3)
    for at, row in enumerate(table.rows):
        for column, cell in enumerate(row.cells):
            cell.text = f"{at}{column}"
    table.cell(0, 0).merge(table.cell(0, 1)).text = "横并"
    table.cell(1, 2).merge(table.cell(2, 2)).text = "竖并"
    buffer = io.BytesIO()
    document.save(buffer)
    assert rows_of(read_file(buffer.getvalue())) == [["横并", "", "02"], ["10", "11", "竖并"], ["20", "21"]]


def test_sheets_values_and_merged_cells() -> None:
    rows = [["合并的标题", "", "备注"], [datetime.datetime(2026, 1, 2), 12.0, 0.25], ["", "", ""], ["共计", 3, True]]
    expected = [["合并的标题", "", "备注"], ["2026-01-02", "12", "0.25"], ["共计", "3", "TRUE"]]
    for data in (made.xlsx(rows, merged=["A1:B1"]), made.xls(rows, merged=[(0, 0, 0, 1)])):
        reading = read_file(data)
        assert rows_of(reading) == expected
        assert reading.record.tables[0].name == "目录"


def test_sheets_that_are_pages() -> None:
    spans = (
        "<table><tr><td colspan=2>合并</td><td rowspan=2>竖</td></tr><tr><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td><td>5</td></tr></table>"
    )
    reading = read_file(f"<html><head><meta charset='gbk'></head><body>{spans}<script>不读</script></body></html>".encode("gbk"))
    assert rows_of(reading) == [["合并", "", "竖"], ["1", "2"], ["3", "4", "5"]]
    assert "不读" not in reading.text
    mhtml = (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; charset=gbk\r\n"
        b"Content-Transfer-Encoding: 8bit\r\n\r\n"
    ) + made.html_table() + b"\r\n--b--\r\n"
    reading = read_file(mhtml)
    assert (reading.record.format, rows_of(reading)) == ("mhtml", ROWS)


def test_xml_spreadsheet() -> None:
    cell = '<Cell{}><Data ss:Type="{}">{}</Data></Cell>'
    data = (
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
        ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="清单"><Table>'
        f'<Row>{cell.format(" ss:MergeAcross=" + chr(34) + "1" + chr(34), "String", "并")}{cell.format("", "Number", "3.0")}</Row>'
        f'<Row>{cell.format(" ss:Index=" + chr(34) + "3" + chr(34), "DateTime", "2026-01-02T00:00:00.000")}</Row>'
        "</Table></Worksheet></Workbook>"
    ).encode()
    reading = read_file(data)
    assert (reading.record.format, reading.record.tables[0].name) == ("xml-sheet", "清单")
    assert rows_of(reading) == [["并", "", "3"], ["", "", "2026-01-02"]]


def test_ofd_reads_by_place() -> None:
    reading = read_file(made.ofd([["标题在第一行", "正文第二行"], ["第二页"]], "通知"))
    assert reading.text.splitlines() == ["标题在第一行", "正文第二行", "第二页"]
    assert (reading.record.title, reading.record.pages) == ("通知", 2)


@pytest.mark.parametrize(("data", "kind"), [
    (made.rtf(), "rtf"), (TEXT.encode("gbk"), "txt"), (TEXT.encode("utf-16"), "txt"), (TEXT.encode(), "txt"),
])
def test_plain_text(data: bytes, kind: str) -> None:
    reading = read_file(data)
    assert (reading.record.format, reading.text, reading.record.tables) == (kind, TEXT, [])


def test_separated_values_are_a_table() -> None:
    reading = read_file("\r\n".join(",".join(row) for row in ROWS).encode("gb18030"))
    assert rows_of(reading) == ROWS


def test_archive_members_are_read_under_their_chinese_names() -> None:
    inner = made.gbk_zip({"里面.txt": "里面的文字".encode("gbk")})
    reading = read_file(made.gbk_zip({
        "目录.xlsx": made.xlsx(), "附件1.docx": made.docx(), "内层.zip": inner, "扫描.pdf": made.scanned_pdf(),
        "假.pdf": made.html_table(),
    }))
    members = {each.name: (each.format, each.claimed, each.outcome) for each in reading.record.members}
    assert members == {
        "目录.xlsx": ("xlsx", "xlsx", "ok"), "附件1.docx": ("docx", "docx", "ok"), "内层.zip": ("zip", "zip", "ok"),
        "扫描.pdf": ("pdf", "pdf", "scanned"), "假.pdf": ("html", "pdf", "ok"),
    }
    assert reading.record.outcome == "ok"
    assert reading.record.partial
    assert "1 个未能读取" in reading.record.reason
    assert TEXT in reading.text
    assert "里面的文字" in reading.text


@pytest.mark.parametrize(("data", "expected"), [
    (b"Rar!\x1a\x07\x01\x00rest", ("rar", "unsupported")),
    (b"7z\xbc\xaf\x27\x1c rest", ("7z", "unsupported")),
    (made.png(), ("image", "unsupported")),
    (bytes(range(256)) * 40, ("unknown", "unsupported")),
    (b"", ("empty", "unreadable")),
    (b" \r\n\x00", ("empty", "unreadable")),
])
def test_what_is_not_read_says_so(data: bytes, expected: tuple[str, str]) -> None:
    record = read_file(data).record
    assert (record.format, record.outcome) == expected
    assert record.reason


# -- what is missing ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("module", "kind"), [("pypdfium2", "pdf"), ("xlrd", "xls"), ("striprtf.striprtf", "rtf")])
def test_without_a_library_it_is_told_what_to_install(module: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    record = read_file(SAMPLES[kind]()).record
    assert (record.format, record.outcome) == (kind, "not-installed")
    assert "xunjian[office]" in record.reason


def test_old_word_without_a_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(converters, "_MAC_OFFICE", tmp_path / "none")
    record = read_file(made.ole({"WordDocument": bytes(12)})).record
    assert (record.format, record.outcome, record.reason) == ("doc", "not-installed", word97.INSTALL)


def program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!{sys.executable}\n{script}", "utf-8")
    path.chmod(0o755)


def test_old_word_through_libreoffice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "made.docx").write_bytes(made.docx([TEXT], ROWS))
    program(tmp_path, "soffice", (
        "import sys, shutil, pathlib\nout = sys.argv[sys.argv.index('--outdir') + 1]\n"
        "assert pathlib.Path(sys.argv[-1]).read_bytes()[:4] == b'\\xd0\\xcf\\x11\\xe0'\n"
        f"shutil.copy({str(tmp_path / 'made.docx')!r}, out + '/in.docx')\n"
    ))
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    reading = read_file(made.ole({"WordDocument": bytes(12)}))
    assert (reading.record.format, reading.record.outcome, rows_of(reading)) == ("doc", "ok", ROWS)


def test_a_program_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    marker = tmp_path / "alive"
    program(tmp_path, "soffice", (
        "import subprocess, sys, time\n"
        f"subprocess.Popen([sys.executable, '-c', \"import time; time.sleep(3); open({str(marker)!r}, 'w')\"])\ntime.sleep(60)\n"
    ))
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(converters, "SECONDS", 1.0)
    record = read_file(made.ole({"WordDocument": bytes(12)})).record
    assert record.outcome == "timeout"
    import time

    time.sleep(3)
    assert not marker.exists()


# -- hostile files ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_torn_anywhere(kind: str) -> None:
    data = SAMPLES[kind]()

    @settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, len(data) - 1), st.binary(max_size=8))
    def torn(at: int, junk: bytes) -> None:
        for broken in (data[:at] + junk, data[:at] + junk + data[at + len(junk) + 1:]):
            record = read_file(broken).record
            assert record.outcome == "ok" or record.reason
    torn()


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.sampled_from([b"", b"%PDF-1.4\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf1 ", b"<html>", b"a,b\n"]),
       st.binary(max_size=600))
def test_any_bytes(start: bytes, rest: bytes) -> None:
    reading = read_file(start + rest)
    assert reading.record.outcome == "ok" or reading.record.reason
    reading.text.encode("utf-8")


def test_bombs_are_not_unfolded() -> None:
    flat = b"\x00" * (40 * 1024 * 1024)
    for data in (
        made.zipped({"a.txt": flat}), made.raw_docx("<w:p><w:r><w:t>" + "a" * (40 * 1024 * 1024) + "</w:t></w:r></w:p>"),
        made.zipped({"OFD.xml": flat}), made.zipped({"[Content_Types].xml": b"<a/>", "xl/workbook.xml": flat}),
    ):
        record = read_file(data).record
        assert (record.outcome, "解压后" in record.reason) == ("too-large", True)
    # many levels of little each, and the same member ten thousand times
    nested = b"x"
    for _ in range(6):
        nested = made.zipped({"a.zip": nested})
    assert read_file(nested).record.outcome in ("unsupported", "unreadable")
    crowd = read_file(made.zipped({f"{number}.txt": b"x" for number in range(500)}))
    assert len(crowd.record.members) == Limits().members
    assert crowd.record.partial
    assert "500 个文件" in crowd.record.reason


def test_a_bomb_that_lies_about_its_size() -> None:
    data = bytearray(made.zipped({"a.txt": b"\x00" * 50_000_000}))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", data, data.find(mark) + offset, 100)
    assert read_file(bytes(data)).record.outcome == "unreadable"


def test_entities_are_neither_expanded_nor_loaded(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("不该读到的", "utf-8")
    laughs = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 20}">' for at in range(1, 9))
    prolog = f'<!DOCTYPE d [<!ENTITY l0 "哈哈哈哈">{laughs}<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    for body in ("&l8;", "&x;"):
        reading = read_file(made.raw_docx(f"<w:p><w:r><w:t>前{body}后</w:t></w:r></w:p>", prolog))
        assert "不该读到的" not in reading.text
        assert len(reading.text) < 100
    members = {"OFD.xml": f'<?xml version="1.0"?>{prolog}<OFD><DocBody><Title>&l8;&x;</Title></DocBody></OFD>'}
    reading = read_file(made.zipped(members))  # type: ignore[arg-type]
    assert "不该读到的" not in reading.text + reading.record.title
    for text in ("&l8;", "&x;"):
        reading = read_file(made.raw_xlsx(["前", text], prolog))
        assert len(reading.text) < 1000
        assert "不该读到的" not in reading.text


def test_a_sheet_that_claims_to_be_endless() -> None:
    reading = read_file(made.raw_xlsx(["首", "尾"], dimension="A1:XFD1048576"))
    assert rows_of(reading) == [["首"], ["尾"]]
    assert not reading.record.partial


def test_a_cell_in_the_last_corner() -> None:
    from openpyxl import Workbook

    workbook = Workbook()
    active = workbook.active
    assert active is not None
    active["A1"], active["XFD1048576"] = "首", "尾"
    buffer = io.BytesIO()
    workbook.save(buffer)
    reading = read_file(buffer.getvalue())
    assert reading.record.tables[0].rows[0] == ["首"]
    assert reading.record.partial


def test_limits_are_kept_and_told() -> None:
    rows = [[f"第{row}行", *(["值"] * 9)] for row in range(1000)]
    reading = read_file(made.xlsx(rows), Limits(cells=500))
    assert sum(len(row) for row in rows_of(reading)) <= 510
    assert reading.record.partial
    reading = read_file(TEXT.encode() * 100, Limits(text_chars=50))
    assert len(reading.text) == reading.record.text_length == 50
    assert (reading.record.partial, reading.record.reason) == (True, "文件过大，只读取了一部分")
    reading = read_file(made.pdf(["一页"] * 5), Limits(pages=2))
    assert (reading.record.pages, reading.record.partial) == (5, True)


def test_a_process_lost_over_one_file_reads_the_next() -> None:
    async def run() -> list[FileRecord]:
        reader = FileReader(seconds=3.0)
        try:
            return [(await reader.read(data)).record for data in (made.pdf([TEXT]), made.pdf_bomb(4_000_000), made.pdf([TEXT]))]
        finally:
            await reader.close()

    first, second, third = asyncio.run(run())
    assert (first.outcome, third.outcome) == ("ok", "ok")
    assert (second.format, second.outcome) == ("pdf", "timeout")
    assert "3 秒" in second.reason


def test_memory_is_bounded() -> None:
    """Runs the reader in a process of 400 MiB on a file that wants more."""
    async def run() -> FileRecord:
        reader = FileReader(seconds=60.0, memory_bytes=400 * 1024 * 1024)
        try:
            return (await reader.read(made.pdf_bomb(3_000_000))).record
        finally:
            await reader.close()

    assert asyncio.run(run()).outcome in ("too-large", "crashed")


# -- kept and shown -----------------------------------------------------------------------------------------


def test_what_may_change_is_read_again() -> None:
    db = sqlite3.connect(":memory:")
    db.executescript(TABLE)
    for name in ("ok", "scanned", "encrypted", "not-installed", "timeout"):
        save_file(db, name, FileReading(record=FileRecord(format="pdf", outcome=name), version="3"))  # type: ignore[arg-type]
    assert [is_file_read(db, name, "3") for name in ("ok", "scanned", "encrypted")] == [True] * 3
    assert [is_file_read(db, name, "3") for name in ("not-installed", "timeout", "unknown")] == [False] * 3
    assert not is_file_read(db, "ok", "4")


def test_extract_prints_an_attachment(tmp_path: Path) -> None:
    import json

    path = tmp_path / "目录.xls"
    path.write_bytes(made.html_table())
    result = CliRunner().invoke(main, ["extract", str(path)])
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert (told["format"], told["claimed"], told["outcome"]) == ("html", "xls", "ok")
    assert told["tables"][0]["rows"] == ROWS
    assert TEXT in told["text"]


@pytest.mark.parametrize(("kind", "make"), sorted(SAMPLES.items()))
def test_formats_are_told_by_bytes(kind: str, make: Callable[[], bytes]) -> None:
    data = make()
    assert format_of(data) == kind
    # torn files are still told from each other
    assert format_of(data[:len(data) // 2]) in (kind, "zip", "ole")
