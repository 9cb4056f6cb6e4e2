"""The report on paper: whole, headed and numbered, made without a network and without telling of this machine."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import reportdata
from reportdata import EDUCATION, OFFICE, TOWN

import reports
from app.errors import UserError
from app.printing import Sheet, print_sheets, sheets
from crawler.rendering.chromium import VARIABLE, why_absent
from tests.test_cli import run

pdfium = pytest.importorskip("pypdfium2", reason="pypdfium2 (extra office) is not installed")
needs_browser = pytest.mark.skipif(why_absent() is not None, reason="no Chromium or no playwright on this machine")


def pages_of(path: Path) -> list[str]:
    pdf = pdfium.PdfDocument(path)
    try:
        return ["".join(page.get_textpage().get_text_range().split()) for page in pdf]
    finally:
        pdf.close()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    reports.write_all(folder, reportdata.small())
    (folder / "run.sqlite").write_bytes(b"")
    return folder


@pytest.fixture(scope="module")
def printed(home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    report = home / "report"
    made = print_sheets(
        [*sheets(report, {EDUCATION: EDUCATION})], report, tmp_path_factory.mktemp("pdf"), "示例<县>&",
        reportdata.AS_OF,
    )
    return {path.stem: path for path in made}


@needs_browser
def test_the_report_and_the_scorecards_are_printed(printed: dict[str, Path]) -> None:
    assert {"巡检报告", EDUCATION} <= set(printed)
    assert printed[EDUCATION].parent.name == "评分单"
    assert "关于城区幼儿园学位不足问题的反映" in "".join(pages_of(printed[EDUCATION]))


@needs_browser
def test_every_page_has_head_and_number(printed: dict[str, Path]) -> None:
    for name, path in printed.items():
        pages = pages_of(path)
        title = f"评分单：{name}" if path.parent.name == "评分单" else name
        for number, text in enumerate(pages, start=1):
            assert "示例<县>&" in text and title in text
            assert f"第{number}页共{len(pages)}页" in text and "计算到2026-11-20" in text


@needs_browser
def test_the_sheets_are_a4(printed: dict[str, Path]) -> None:
    for name, size in (("巡检报告", (210, 297)), ("单位得分与排名", (297, 210))):
        pdf = pdfium.PdfDocument(printed[name])
        assert {tuple(round(points * 25.4 / 72) for points in page.get_size()) for page in pdf} == {size}
        pdf.close()


@needs_browser
def test_paper_leads_to_the_web_and_nowhere_on_this_machine(home: Path, printed: dict[str, Path]) -> None:
    for path in printed.values():
        body = path.read_bytes()
        links = re.findall(rb"/URI \((.*?)\)", body)
        assert all(link.startswith((b"http://", b"https://")) and b"report.invalid" not in link for link in links)
        assert str(home).encode() not in body and b"file:" not in body


@needs_browser
def test_equal_pages_give_equal_bytes(home: Path, printed: dict[str, Path], tmp_path: Path) -> None:
    report = home / "report"
    [again] = print_sheets(
        [sheet for sheet in sheets(report, {}) if sheet.title == "巡检报告"], report, tmp_path, "示例<县>&",
        reportdata.AS_OF,
    )
    assert again.read_bytes() == printed["巡检报告"].read_bytes()


@needs_browser
def test_a_page_gets_nothing_but_the_reports_files(tmp_path: Path) -> None:
    (tmp_path / "report").mkdir()
    (tmp_path / "secret.html").write_text("<p>秘密</p>", encoding="utf-8")
    (tmp_path / "report" / "index.html").write_text(
        "<meta charset=utf-8><p>开头</p><iframe src='../secret.html'></iframe><iframe src='%2e%2e/secret.html'></iframe>"
        f"<iframe src='file://{tmp_path}/secret.html'></iframe><img src='http://127.0.0.1:9/x.png'>", encoding="utf-8"
    )
    sheet = Sheet(tmp_path / "report" / "index.html", Path("a.pdf"), "试")
    [made] = print_sheets([sheet], tmp_path / "report", tmp_path / "pdf", "站", reportdata.AS_OF)
    text = "".join(pages_of(made))
    assert "开头" in text and "秘密" not in text


def test_what_to_install_is_said(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "/nowhere/chromium")
    with pytest.raises(UserError, match="打印 PDF：没有"):
        print_sheets(sheets(home / "report", {}), home / "report", tmp_path, "站", reportdata.AS_OF)


def test_paged_scorecards_are_all_printed(tmp_path: Path) -> None:
    folder = tmp_path / "departments"
    folder.mkdir()
    for name in ("甲局.html", "甲局+2.html", "甲局+3.html", "甲局分局.html", "甲局-2f00aa11.html", "乙[局].html", "乙[局]+2.html"):
        (folder / name).write_text("", encoding="utf-8")
    found = sheets(tmp_path, {"甲局": "甲局", "乙[局]": "乙[局]"})
    assert {sheet.source.name for sheet in found} == {
        "甲局.html", "甲局+2.html", "甲局+3.html", "乙[局].html", "乙[局]+2.html"
    }


@needs_browser
def test_the_command_prints_one_departments_scorecard(home: Path, tmp_path: Path) -> None:
    result: Any = run("export", home, "pdf", "--to", tmp_path, "--department", TOWN)
    assert result.returncode == 0, result.stderr
    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.pdf")] == [f"PDF/评分单/{TOWN}.pdf"]
    assert OFFICE not in "".join(pages_of(tmp_path / "PDF" / "评分单" / f"{TOWN}.pdf"))
