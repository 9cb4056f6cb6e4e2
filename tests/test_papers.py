"""Evaluation report and notices: what stands in them is what was found, and any office program opens them."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import reportdata
from lxml import etree
from reportdata import EDUCATION, HOSTILE, OFFICE, QUIET, TOWN

import reports
from checks.registry import all_checks
from reports import ReportBundle
from reports.bundle import UNASSIGNED, department_of
from reports.cards import mend_first
from reports.ledger import Decision, Handling, Mark, RunRecord
from reports.scoring import costs, may_cost, plain, ranking, score_all
from reports.writers import evaluation, notices
from reports.writers.phrases import numeral
from rules.lexicons import check_families
from tests.test_cli import run

docx = pytest.importorskip("docx", reason="python-docx (extra office) is not installed")
SOFFICE = shutil.which("soffice")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

Table = list[list[str]]


def tied() -> ReportBundle:
    """Three offices with equal marks, one above them, one below; one town; one without subjects."""
    names = ["县甲局", "县乙局", "县丙局", "县丁局", "县戊局"]
    found = [
        reportdata.finding("dead-link", f"http://x.example/{name}/{n}", f"第 {n} 处打不开", department=name)
        for name, count in zip(names, (0, 2, 2, 2, 4), strict=True)
        for n in range(count)
    ]
    examined = [reportdata.examination("dead-link", name, 10) for name in (*names, TOWN)]
    return reportdata.bundle(found, examined, departments=(QUIET,))


def made(path: Path, bundle: ReportBundle) -> Any:
    evaluation.write(path, bundle)
    return docx.Document(str(path))


def tables(document: Any) -> dict[str, Table]:
    """Return a document's tables as texts, by their captions without the number."""
    found: dict[str, Table] = {}
    caption = ""
    for element in document.element.body:
        if element.tag == f"{W}p":
            text = "".join(element.xpath(".//w:t/text()"))
            caption = re.sub(r"^表\d+　", "", text) if re.match(r"表\d+　", text) else caption
        elif element.tag == f"{W}tbl":
            table = docx.table.Table(element, document)
            assert caption not in found, caption
            found[caption] = [[cell.text for cell in row.cells] for row in table.rows]
    return found


def texts(document: Any) -> str:
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


@pytest.fixture(scope="module")
def small() -> ReportBundle:
    return reportdata.small()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory, small: ReportBundle) -> Any:
    return made(tmp_path_factory.mktemp("report") / "a.docx", small)


# --- the evaluation report ---


def test_the_report_has_the_parts_such_reports_have(report: Any) -> None:
    headings = [paragraph.text for paragraph in report.paragraphs if paragraph.style.name == "Heading 1"]
    assert headings[:5] == ["一、总体情况", "二、指标与方法", "三、得分与排名", "四、主要问题", "五、建议"]
    assert [heading.split("　")[0] for heading in headings[5:]] == [f"附件{n}" for n in range(1, 6)]


def test_scores_and_their_sums_are_those_of_the_bundle(report: Any, small: ReportBundle) -> None:
    found = tables(report)
    assert len(found["站点得分"]) == len(small.scores.site) + 1
    for row, mark in zip(found["站点得分"][1:], small.scores.site, strict=True):
        assert row[:4] == [
            mark.title, plain(mark.score), plain(mark.if_confirmed), f"{plain(mark.deducted)}／{plain(mark.points)}"
        ]
        assert row[4] == "97%"
    [row] = found["各规则包的得分算式"][1:]
    points, deducted, score = map(float, re.findall(r"\(([\d.]+) − ([\d.]+)\) ÷ [\d.]+ = ([\d.]+)", row[2])[0])
    assert round(100 * (points - deducted) / points, 2) == score == small.scores.site[0].score
    indicators = found[f"《{small.scores.site[0].title}》各指标扣分"][1:]
    for cells, indicator in zip(indicators, small.scores.site[0].indicators, strict=True):
        assert cells[0] == indicator.title and cells[2] == str(indicator.examined)
        assert cells[6] == (plain(indicator.deducted) if indicator.state == "applicable" else "—")
    assert sum(float(row[6]) for row in indicators if row[6] != "—") == small.scores.site[0].deducted


def test_a_persons_mark_is_shown_as_a_persons(tmp_path: Path) -> None:
    bundle = reportdata.small()
    given = Mark(pack="shili-2026", clause="1.2", period="2026", points=10, awarded=7, by="李评估", day="2026-11-19",
                 remark="查阅纸质台账")
    bundle.scores = score_all(bundle.judgement, bundle.packs, marks=[given])
    document = made(tmp_path / "a.docx", bundle)
    row = tables(document)["《2026年示例县政务公开工作要点》各指标扣分"][-1]
    assert row[1:] == ["10", "—", "—", "人工评定（李评估，2026-11-19）查阅纸质台账", "—", "3", "计分"]
    assert "其中 1 个指标由人评定" in texts(document)


def test_departments_and_towns_are_ranked_apart_and_equals_share_a_place(tmp_path: Path) -> None:
    bundle = tied()
    found = tables(made(tmp_path / "a.docx", bundle))
    offices = [(row[0], row[1]) for row in found["部门排名"][1:]]
    assert offices == [
        ("1", "县甲局"), ("2（并列）", "县丁局"), ("2（并列）", "县丙局"), ("2（并列）", "县乙局"), ("5", "县戊局"),
        ("不排名", QUIET),
    ]
    assert [row[:2] for row in found["镇街排名"][1:]] == [["1", TOWN]]
    assert len(found["各单位在各规则包下的得分"]) == 1 + 7


def test_the_ranking_is_the_bundles(report: Any, small: ReportBundle) -> None:
    found = tables(report)
    for group, members in ranking(small.scores.departments).items():
        rows = found[f"{group}排名"][1:]
        assert [row[1] for row in rows] == [ranked.department.name for ranked in members]
        for row, ranked in zip(rows, members, strict=True):
            own = [finding for finding in small.findings if finding.department == ranked.department.name]
            assert row[2].removesuffix("（暂定）") == (
                "不适用" if ranked.department.mean is None else plain(ranked.department.mean)
            )
            assert row[3:6] == [
                str(sum(map(costs, own))), str(sum(map(may_cost, own))), str(sum(f.verdict != "fail" for f in own))
            ]


def test_every_finding_is_in_the_lists_and_named_by_class(report: Any, small: ReportBundle) -> None:
    found = tables(report)
    listed = {name: [row[-1] for row in found[name][1:]] for name in ("问题清单", "待人工复核的问题")}
    ordered = mend_first(small.findings)
    assert listed["问题清单"] == [finding.fingerprint[:8] for finding in ordered if costs(finding)]
    assert listed["待人工复核的问题"] == [finding.fingerprint[:8] for finding in ordered if may_cost(finding)]
    links = found["网站可用与链接的主要问题"]
    assert links[1][0] == "死链" and "确定 1" in links[1][1] and f"{EDUCATION}（1 个）" in links[1][2]
    assert "首页“部门链接”中的该地址打不开" in links[1][3] and "2026年11月20日发现" in links[1][3]
    assert "http://www.shili.example/zwgk/index.html" in links[1][3]
    text = texts(report)
    assert "恢复该页面" in text and "共发现确定的问题 5 个" in text
    assert "37 个页面未能读取" in text


def test_lists_are_cut_and_say_where_the_rest_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "LISTED", 3)
    document = made(tmp_path / "a.docx", reportdata.small())
    assert len(tables(document)["问题清单"]) == 4
    assert "共 5 个，本表按整改先后列出前 3 个，其余 2 个见台账 ledger.xlsx 和 findings.jsonl。" in texts(document)


def test_a_low_coverage_makes_scores_provisional(tmp_path: Path) -> None:
    bundle = reportdata.bundle(
        [], [reportdata.examination("dead-link", OFFICE, 5)],
        coverage=reportdata.Coverage(pages_known=100, pages_read=40, ratio=0.4),
    )
    document = made(tmp_path / "a.docx", bundle)
    assert "得分为暂定，只作参考" in texts(document)
    found = tables(document)
    assert found["站点得分"][1][-1].endswith("（暂定）") and found["部门排名"][1][2].endswith("（暂定）")


def test_the_report_compares_with_the_run_before(tmp_path: Path) -> None:
    bundle = reportdata.small()
    mark = bundle.scores.site[0]
    assert mark.score is not None
    bundle.changes.history = [
        RunRecord(run_id="earlier", as_of="2026-11-13", scores={mark.pack: round(mark.score - 1.5, 2)}),
        RunRecord(run_id=bundle.run_id, as_of="2026-11-20", scores={mark.pack: mark.score}),
    ]
    text = texts(made(tmp_path / "a.docx", bundle))
    assert "与上一次巡检（2026年11月13日）相比：" in text and "已整改 1 个" in text and "升 1.5 分" in text


def test_the_report_says_what_people_decided(tmp_path: Path) -> None:
    bundle = reportdata.small()
    assert "台账处理情况" not in texts(made(tmp_path / "a.docx", bundle))
    bundle.findings[5].status, bundle.findings[6].status = "waived", "disputed"
    bundle.changes.handling[bundle.findings[0].fingerprint] = Handling(confirmed=Decision(by="李", day="2026-11-19"))
    assert (
        "台账处理情况：经人工确认的问题 1 个；豁免 1 个，不扣分；有异议 1 个，处理之前照常扣分。"
        in texts(made(tmp_path / "a.docx", bundle))
    )


def test_a_notice_says_that_a_finding_is_back(tmp_path: Path, small: ReportBundle) -> None:
    document = docx.Document(str(notices.write(tmp_path, small, [OFFICE])[OFFICE]))
    [row] = tables(document)["栏目长期不更新"][1:]
    assert "状态：再次出现" in row[1]


def test_every_check_belongs_to_one_class_of_problems() -> None:
    counts = Counter(check for checks in check_families().values() for check in checks)
    assert set(counts) == set(all_checks()) and set(counts.values()) == {1}


@pytest.mark.parametrize(("number", "word"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (35, "三十五")])
def test_numerals(number: int, word: str) -> None:
    assert numeral(number) == word


# --- notices ---


def test_each_department_gets_its_own_and_nothing_of_others(tmp_path: Path, small: ReportBundle) -> None:
    written = notices.write(tmp_path, small)
    assert set(written) == {EDUCATION, OFFICE, TOWN, UNASSIGNED}
    for name, path in written.items():
        document = docx.Document(str(path))
        whole = texts(document) + "\n".join(cell for table in tables(document).values() for row in table for cell in row)
        for other in {EDUCATION, OFFICE, TOWN} - {name}:
            assert other not in whole
        for finding in small.findings:
            assert (finding.fingerprint[:8] in whole) == (
                department_of(finding) == name and finding.verdict == "fail" and finding.status != "waived"
            )


def test_a_notice_says_what_why_how_where_and_by_when(tmp_path: Path, small: ReportBundle) -> None:
    document = docx.Document(str(notices.write(tmp_path, small, [EDUCATION])[EDUCATION]))
    text, found = texts(document), tables(document)
    [row] = found["来信超期未答复"][1:]
    assert "该信件 2026-09-18 收到" in row[1] and "栏目：县长信箱" in row[1]
    assert row[2] == "http://www.shili.example/hdjl/xjxd/202609/t20260918_1021.html"
    overdue = next(finding for finding in small.findings if finding.check == "reply-overdue")
    assert row[3] == f"{overdue.due}，已逾期 {-small.changes.terms[str(overdue.due)]} 个工作日"
    assert "“对公众意见、建议和批评须在5个工作日内认真答复”" in text
    assert "整改：立即答复来信人并公开答复" in text
    assert "其中 1 个已过时限，请立即整改" in text
    assert f"{EDUCATION}：" in text
    assert len(found["需要核对的问题"]) == 2
    reply = found["逐条整改情况"][1:]
    assert [row[0] for row in reply] == ["1", "2", "3"]
    assert {row[1] for row in reply} == {f.fingerprint[:8] for f in small.findings if f.department == EDUCATION}
    assert all(row[2:] == ["", "", "", ""] for row in reply)


def test_a_waived_finding_is_in_no_notice(tmp_path: Path) -> None:
    bundle = reportdata.small()
    for finding in bundle.findings:
        if finding.department == TOWN:
            finding.status = "waived"
    assert TOWN not in notices.write(tmp_path, bundle)


# --- layout ---


@pytest.mark.parametrize("which", ["report", "notice"])
def test_tables_repeat_their_heading_and_split_no_row(tmp_path: Path, small: ReportBundle, which: str) -> None:
    if which == "report":
        document = made(tmp_path / "a.docx", small)
    else:
        document = docx.Document(str(notices.write(tmp_path, small)[EDUCATION]))
    assert len(document.tables) > 3
    for table in document.tables:
        rows = table._tbl.tr_lst
        assert rows[0].find(f"{W}trPr/{W}tblHeader") is not None
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
        assert len({len(row.tc_lst) for row in rows}) == 1
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert [round(edge.mm) for edge in (section.top_margin, section.left_margin)] == [37, 28]
    assert " PAGE " in etree.tostring(section.footer._element).decode()
    for name, font in (("Normal", "仿宋"), ("Heading 1", "黑体"), ("Heading 2", "楷体")):
        fonts = document.styles[name].element.rPr.find(f"{W}rFonts")
        assert fonts.get(f"{W}eastAsia") == font and fonts.get(f"{W}eastAsiaTheme") is None


def test_equal_bundles_give_equal_bytes(tmp_path: Path) -> None:
    for n in range(2):
        bundle = reportdata.small()
        if n:
            bundle.findings.reverse()
        evaluation.write(tmp_path / f"{n}.docx", bundle)
        notices.write(tmp_path / str(n), bundle)
    assert (tmp_path / "0.docx").read_bytes() == (tmp_path / "1.docx").read_bytes()
    for path in (tmp_path / "0").iterdir():
        assert path.read_bytes() == (tmp_path / "1" / path.name).read_bytes()


# --- hostile ---


def test_nothing_a_site_says_acts_in_a_paper(tmp_path: Path) -> None:
    bundle = reportdata.hostile()
    evaluation.write(tmp_path / "a.docx", bundle)
    written = [tmp_path / "a.docx", *notices.write(tmp_path / "notices", bundle).values()]
    assert len(written) > len(HOSTILE) // 2
    for path in written:
        with zipfile.ZipFile(path) as parts:
            for name in parts.namelist():
                body = parts.read(name)
                if name.endswith((".xml", ".rels")):
                    root = etree.fromstring(body)
                    assert not UNFIT.search("".join(root.itertext())), name
                    for relation in root.iter("{*}Relationship"):
                        if relation.get("TargetMode") == "External":
                            assert relation.get("Target").startswith(("http://", "https://"))
                            assert relation.get("Type").endswith("/hyperlink")
                if name == "word/document.xml":
                    # the one field is the page number of the footer; what a site says never becomes a field
                    assert b"fldSimple" not in body and b"instrText" not in body
            assert not [name for name in parts.namelist() if "vba" in name.lower() or "embed" in name.lower()]


def test_numbers_of_persons_are_covered(tmp_path: Path) -> None:
    number = "11010519491231002X"
    found = [reportdata.finding("dead-link", "http://x.example/a", f"名单里有 {number}，打不开", department=OFFICE)]
    bundle = reportdata.bundle(found, [reportdata.examination("dead-link", OFFICE, 1)])
    document = made(tmp_path / "a.docx", bundle)
    notice = docx.Document(str(notices.write(tmp_path / "n", bundle)[OFFICE]))
    for one in (document, notice):
        whole = texts(one) + str(tables(one))
        assert number not in whole and "110*************2X" in whole


# --- in an office program ---


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")
def test_libreoffice_opens_them_and_shows_the_ranking(tmp_path: Path, small: ReportBundle) -> None:
    pdfium = pytest.importorskip("pypdfium2", reason="pypdfium2 (extra office) is not installed")
    evaluation.write(tmp_path / "report.docx", small)
    notices.write(tmp_path, small, [EDUCATION])[EDUCATION].rename(tmp_path / "notice.docx")
    subprocess.run(
        [str(SOFFICE), f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "pdf",
         "--outdir", str(tmp_path), str(tmp_path / "report.docx"), str(tmp_path / "notice.docx")],
        check=True, capture_output=True, timeout=180,
    )
    shown = {}
    for name in ("report", "notice"):
        pdf = pdfium.PdfDocument(tmp_path / f"{name}.pdf")
        shown[name] = ["".join(page.get_textpage().get_text_range().split()) for page in pdf]
        pdf.close()
    whole = "".join(shown["report"])
    assert all(part in whole for part in ("一、总体情况", "三、得分与排名", "附件3"))
    for members in ranking(small.scores.departments).values():
        for ranked in members:
            mean = "不适用" if ranked.department.mean is None else plain(ranked.department.mean)
            place = "不排名" if ranked.place is None else str(ranked.place)
            assert re.search(rf"{place}(（并列）)?{re.escape(ranked.department.name)}{re.escape(mean)}", whole)
    assert all(re.search(rf"—{n}—", page) for n, page in enumerate(shown["report"], start=1))
    assert "整改情况回执" in "".join(shown["notice"]) and EDUCATION in shown["notice"][0]


# --- the command ---


def test_the_command_writes_papers(tmp_path: Path, small: ReportBundle) -> None:
    home = tmp_path / "home"
    reports.write_all(home, small)
    (home / "run.sqlite").write_bytes(b"")
    result = run("export", home, "evaluation", "notices")
    assert result.returncode == 0, result.stderr
    assert (home / "export" / "评估报告.docx").is_file()
    assert len(list((home / "export" / "整改通知").glob("*.docx"))) == 4
    (home / "export" / "整改通知" / "旧的.docx").write_bytes(b"")
    assert "另有 1 份不是这次写的（如 旧的.docx），不要误发" in run("export", home, "notices").stdout
    result = run("export", home, "notices", "--to", tmp_path / "one", "--department", TOWN)
    assert result.returncode == 0, result.stderr
    assert [path.name for path in (tmp_path / "one" / "整改通知").iterdir()] == [f"{TOWN}.docx"]
