"""A pack drafted from a work-point document, in every format, and what the draft is held against."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import lint
from rules.drafting import Draft, SourceError, draft, draft_blocks, to_yaml
from rules.drafting.clauses import split
from rules.drafting.source import from_text
from rules.drafting.terms import parse
from rules.loader import load_pack
from rules.model import Pack
from rules.yamlfile import parse as parse_yaml

FRONT = ["某某县人民政府办公室文件", "某政办发〔2023〕12号", "某某县人民政府办公室", "关于印发2023年某某县政务公开工作要点的通知",
         "《2023年某某县政务公开工作要点》已经县政府同意，现印发给你们。", "2023年4月18日", "2023年某某县政务公开工作要点"]  # fmt: skip
BODY = [
    "一、总体要求",
    "全面贯彻党的二十大精神，不断提升政务公开水平。",
    "二、重点工作",
    "（一）管好信息发布。县政府门户网站要消除打不开的死链，空白栏目一律整改到位。制发公文须在文末标明公开属性。"
    "网民来信应在七个工作日内答复，不得推诿。（责任单位：县大数据中心、县政府各部门）",
    "（二）深化决策公开。6月底前公布本年度重大行政决策事项目录。征求意见结束后及时公开采纳情况。"
    "各部门全年邀请公众代表列席会议不得少于4次。按月公开就业援助资金发放情况。（责任单位：县司法局）",
    "1．加强学习培训。各单位要组织一次业务培训，配强工作力量。",
    "三、保障措施",
    "县直各部门要在每年1月31日前公布上一年度政府信息公开工作年度报告。",
]
TABLE = [
    ["序号", "重点任务", "工作措施", "责任部门", "完成时限"],
    ["1", "政策解读", "凡涉及群众利益的文件都应开展解读，综合运用图解、短视频等形式。", "县教育和体育局", "2023年9月底"],
    ["2", "", "网民来信应在七个工作日内答复，不得推诿。", "", "长期坚持"],
    ["3", "平台建设", "提升网站检索功能，做好无障碍改造。", "县教育体育局", "年底前"],
]
TAIL = ["附件：1．某某县政务公开任务分解表", "2．联系人名单", "抄送：县委办公室。", "某某县人民政府办公室 2023年4月20日印发"]


def plain() -> str:
    rows = "\n".join("| " + " | ".join(row) + " |" for row in TABLE)
    return "\n\n".join([*FRONT, *BODY, *TAIL]) + "\n\n" + rows + "\n"


def by_words(made: Draft, words: str, table: bool = False) -> dict[str, Any]:
    for clause in made.pack["clauses"]:
        if words in clause["quote"] and ("/T" in clause["id"]) == table:
            found: dict[str, Any] = clause
            return found
    raise AssertionError(f"{words} 不在任何条款里")


def checks_of(clause: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {binding["check"]: binding.get("with", {}) for binding in clause.get("checks", [])}


@pytest.fixture(scope="module")
def made() -> Draft:
    return draft_blocks(from_text(plain()), "county.txt", "county-2023")


def test_the_document_is_recognised(made: Draft) -> None:
    document = made.pack["document"]
    assert document["title"] == "2023年某某县政务公开工作要点"
    assert document["issuer"] == "某某县人民政府办公室"
    assert document["doc_number"] == "某政办发〔2023〕12号"
    assert (document["issued"], document["year"]) == (date(2023, 4, 18), 2023)


def test_each_demand_becomes_a_clause_with_terms_and_units(made: Draft) -> None:
    letters = by_words(made, "七个工作日")
    assert letters["threshold"]["working_days"] == 7
    assert letters["deadline"] == "七个工作日内"
    assert checks_of(letters)["reply-overdue"] == {"working_days": 7}
    assert letters["responsible"] == ["县大数据中心", "县政府各部门"]
    assert letters["section"] == "二（一）管好信息发布"
    assert {"dead-link", "empty-column"} <= set(checks_of(by_words(made, "死链")) | checks_of(by_words(made, "空白栏目")))
    assert "disclosure-attribute-missing" in checks_of(by_words(made, "公开属性"))
    catalogue = by_words(made, "重大行政决策事项目录")
    assert catalogue["deadline"] == "2023-06-30"
    assert "decision-catalogue-missing" in checks_of(catalogue)
    assert "consultation-feedback-missing" in checks_of(by_words(made, "采纳情况"))
    meetings = by_words(made, "列席")
    assert meetings["threshold"]["min_per_year"] == 4
    assert checks_of(meetings)["participation-below-minimum"]["min_per_year"] == 4
    monthly = by_words(made, "就业援助资金")
    assert monthly["threshold"] == {"period": "month", "min_per_year": 12}
    assert checks_of(monthly)["periodic-publication-missed"]["period"] == "month"
    report = by_words(made, "年度报告")
    assert report["threshold"]["by_day"] == "01-31"
    assert checks_of(report)["annual-report-missing"] == {"by_day": "01-31"}
    training = by_words(made, "业务培训")
    assert (training["observability"], checks_of(training)) == ("offline", {})


def test_the_task_table_is_read_with_its_merged_cells_and_deadlines(made: Draft) -> None:
    interpretation = by_words(made, "凡涉及群众利益", table=True)
    assert interpretation["deadline"] == "2023-09-30"
    assert {"interpretation-missing", "interpretation-forms-narrow"} <= set(checks_of(interpretation))
    again = by_words(made, "七个工作日", table=True)
    assert again["same_as"] == by_words(made, "七个工作日")["id"]
    assert again["responsible"] == ["县教育和体育局"]
    assert "沿用上一行" in again["review"]
    assert by_words(made, "无障碍", table=True)["deadline"] == "2023-12-31"


def test_every_proposal_names_the_words_that_led_to_it(made: Draft) -> None:
    for clause in made.pack["clauses"]:
        grounds = clause.get("note", "") + clause.get("review", "")
        assert "「" in grounds or "没有命中" in grounds
        for check in checks_of(clause):
            assert check in grounds


def test_the_flaws_of_the_document_are_reported(made: Draft) -> None:
    text = "\n".join(made.flaws)
    assert "《联系人名单》" in text
    assert "县教育体育局、县教育和体育局" in text
    assert "1 行责任单位为空" in text


@pytest.mark.parametrize(
    ("old", "new", "flaw"),
    [
        ("2023年4月18日", "2021年4月18日", "成文日期 2021-04-18 与文号"),
        ("2023年4月20日印发", "2023年4月10日印发", "早于成文日期"),
        ("某政办发〔2023〕12号", "", "没有文号"),
        ("（二）深化", "（四）深化", "编号从（1）跳到（4）"),
        ("公布本年度重大", "公布本年度度重大", "重字「度度」"),
        ("按月公开就业援助资金发放情况", "按月公开就业援助资金发放情况发放情况", "词句重复"),
        ("就业援助", "就业and援助", "外文「and」"),
        ("一律整改到位", "一律整改到 位", "词中有空格"),
        ("县直各部门要在", "全市各部门要在", "照搬上级"),
    ],
)
def test_each_kind_of_flaw_is_found_and_not_before_it_is_there(made: Draft, old: str, new: str, flaw: str) -> None:
    assert not any(flaw in line for line in made.flaws)
    assert old in plain()
    spoiled = draft_blocks(from_text(plain().replace(old, new)), "county.txt")
    assert any(flaw in line for line in spoiled.flaws), spoiled.flaws


def test_the_draft_is_a_sound_pack_and_always_the_same(made: Draft, tmp_path: Path) -> None:
    text = to_yaml(made)
    assert text == to_yaml(draft_blocks(from_text(plain()), "county.txt", "county-2023"))
    (tmp_path / "county.yaml").write_text(text, encoding="utf-8")
    pack = load_pack("county.yaml", tmp_path)
    assert lint.validate(pack) == []
    assert [clause.quote for clause in pack.clauses] == [clause["quote"] for clause in made.pack["clauses"]]


def test_checks_not_built_yet_are_marked(made: Draft) -> None:
    planned = draft_blocks(from_text(plain()), "county.txt", known={"reply-overdue"})
    bindings = [binding for clause in planned.pack["clauses"] for binding in clause.get("checks", [])]
    assert {binding["check"] for binding in bindings if not binding.get("planned")} == {"reply-overdue"}


def html_page() -> str:
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in TABLE)
    paragraphs = "".join(f"<p>{text}</p>" for text in [*FRONT, *BODY, *TAIL])
    style = "<style>body{font-size:11pt} td{border:1px solid #000}</style>"
    return f"<html><head><meta charset='utf-8'>{style}</head><body>{paragraphs}<table border=1>{rows}</table></body></html>"


def quotes(made: Draft) -> set[str]:
    return {re.sub(r"\W", "", clause["quote"]) for clause in made.pack["clauses"]}


def test_text_and_html_give_the_same_clauses(made: Draft, tmp_path: Path) -> None:
    page = tmp_path / "county.html"
    page.write_text(html_page(), encoding="utf-8")
    assert quotes(draft(page)) == quotes(made)
    gb = tmp_path / "county.txt"
    gb.write_bytes(plain().encode("gb18030"))
    assert quotes(draft(gb)) == quotes(made)


def test_word_gives_the_same_clauses(made: Draft, tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    document = docx.Document()
    for text in [*FRONT, *BODY, *TAIL]:
        document.add_paragraph(text)
    table = document.add_table(rows=0, cols=5)
    for row in TABLE:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    table.cell(1, 1).merge(table.cell(2, 1))
    document.save(str(tmp_path / "county.docx"))
    assert quotes(draft(tmp_path / "county.docx")) == quotes(made)


def test_pdf_gives_the_same_clauses(made: Draft, tmp_path: Path) -> None:
    pytest.importorskip("pdfplumber")
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("没有可打印 PDF 的浏览器")
    (tmp_path / "county.html").write_text(html_page(), encoding="utf-8")
    target = tmp_path / "county.pdf"
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
               f"--print-to-pdf={target}", f"--user-data-dir={tmp_path / 'profile'}", str(tmp_path / "county.html")]  # fmt: skip
    subprocess.run(command, check=False, capture_output=True, timeout=60)
    if not target.exists():
        pytest.skip("浏览器没有打印出 PDF")
    assert len(quotes(draft(target)) & quotes(made)) >= 0.9 * len(quotes(made))


@pytest.mark.parametrize(
    ("name", "content", "part"),
    [("a.doc", b"x", ".docx"), ("a.txt", b"  \n", "没有读到文字"), ("a.docx", b"not a zip", ".docx"), ("a.pdf", b"no", "PDF")],
)
def test_a_file_that_cannot_be_read_gives_one_clear_line(tmp_path: Path, name: str, content: bytes, part: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError) as caught:
        draft(tmp_path / name)
    assert part in str(caught.value) or "office" in str(caught.value)
    assert "\n" not in str(caught.value)
    with pytest.raises(SourceError, match="无法读取"):
        draft(tmp_path / "none.txt")


@pytest.mark.parametrize(
    ("words", "deadline", "threshold"),
    [
        ("7月底之前公布主体清单", "2024-07-31", {}),
        ("2月底前完成", "2024-02-29", {}),
        ("于2025年3月15日前公开", "2025-03-15", {}),
        ("次年1月底前报告", "2025-01-31", {}),
        ("年底前全面清理", "2024-12-31", {}),
        ("上半年完成", "2024-06-30", {}),
        ("三季度末前公布", "2024-09-30", {}),
        ("集中在10月开展活动", "2024-10-31", {"month": 10}),
        ("在5个工作日内答复", "5个工作日内", {"working_days": 5}),
        ("十五个工作日以内办结", "十五个工作日以内", {"working_days": 15}),
        ("文件出台后的10个工作日内公布", "文件出台后的10个工作日内", {"working_days": 10}),
        ("收到之日起30日内反馈", "收到之日起30日内", {"days": 30}),
        ("24小时内发布", "24小时内", {"hours": 24}),
        ("每年1月31日前公布", "每年1月31日前", {"by_day": "01-31"}),
        ("按季度公开进展", "按季度", {"period": "quarter", "min_per_year": 4}),
        ("每半年公布一次", "每半年", {"period": "half-year", "min_per_year": 2}),
        ("每年列席不得少于2次", "2024-12-31", {"min_per_year": 2}),
        ("至少配备1名专职人员", None, {"min": 1}),
        ("解读率达到100%", None, {"coverage_percent": 100}),
        ("清理2016年以来的文件", None, {"documents_issued_since": 2016}),
        ("按照《关于2021年5月底前完成清理的通知》（某政办发〔2021〕9号）办理", None, {}),
        ("按法定时限答复", "法定时限（文件未写明天数）", {"working_days": None}),
        ("2024年政务公开工作要点", None, {}),
        ("每月10日前公开上月数据", "每月10日前", {"period": "month", "min_per_year": 12}),
        ("每季度结束后10个工作日内公布", "每季度结束后10个工作日内", {"period": "quarter", "min_per_year": 4}),
        ("每季度至少开展2次", "每季度", {"period": "quarter", "min_per_year": 8}),
        ("每年年底前公布结果", "每年年底前", {"by_day": "12-31"}),
        ("7月31日（含）前完成", "2024-07-31", {}),
        ("最迟于11月30日公布", "2024-11-30", {}),
        ("10月中旬公布", "2024-10-20", {}),
        ("一季度完成清理", "2024-03-31", {}),
        ("征求意见期限不少于30日", None, {"min_days": 30}),
        ("公示期不少于5个工作日", None, {"min_working_days": 5}),
        ("半个月内办结", "半个月内", {"days": 15}),
        ("当日公开", "当日", {"days": 0}),
        ("每周更新", "每周", {}),
        ("所有文件一律公开", None, {"coverage_percent": 100}),
        ("自2024年5月1日起施行", None, {}),
    ],
)
def test_deadlines_and_numbers(words: str, deadline: str | None, threshold: dict[str, Any]) -> None:
    terms = parse(words, 2024)
    assert (terms.deadline, terms.threshold) == (deadline, threshold)


PROVINCE = """
某省人民政府办公厅关于印发2025年全省政务公开工作要点的通知
某政办发〔2025〕8号
《2025年全省政务公开工作要点》已经省政府同意,现印发给你们,请认真贯彻落实。
某省人民政府办公厅
2025年3月12日
一、围绕深化改革推进公开
(一)推进权力清单公开
对权力清单进行动态调整,5月底前公布部门权力清单。(省委编办牵头,省政府各部门按职责分工负责)
(二)推进财政资金信息公开
1.细化预决算公开。各级财政部门要在每年2月底前公开本级政府预算。(省财政厅负责)
2.推进减税降费信息公开。按季度公布减税降费政策落实情况,全年组织不少于3场政策宣讲会。(省税务局、省财政厅分别牵头)
二、加强解读回应
(三)解读材料应于文件公开后3个工作日内在政府网站发布。
(四)动态、要闻类栏目2周内、通知公告类栏目6个月内必须更新。
(五)政府信箱咨询类来信1个工作日内受理、10个工作日内办结并公开答复内容。
"""


def test_a_document_of_another_layout_and_half_width_marks() -> None:
    made = draft_blocks(from_text(PROVINCE), "province.txt")
    lists = by_words(made, "部门权力清单")
    assert (lists["deadline"], lists["responsible"]) == ("2025-05-31", ["省委编办", "省政府各部门"])
    assert lists["section"] == "一（一）推进权力清单公开"
    budget = by_words(made, "本级政府预算")
    assert budget["section"].endswith("1.细化预决算公开")
    assert budget["threshold"] == {"by_day": "02-28"}
    quarterly = by_words(made, "减税降费")
    assert checks_of(quarterly)["periodic-publication-missed"]["period"] == "quarter"
    assert quarterly["responsible"] == ["省税务局", "省财政厅"]
    assert by_words(made, "宣讲会")["threshold"] == {"min_per_year": 3}
    assert checks_of(by_words(made, "3个工作日"))["interpretation-late"] == {"working_days": 3}
    assert checks_of(by_words(made, "2周内"))["stale-column"] == {"max_days": {"news": 14, "notices": 183}}
    assert checks_of(by_words(made, "来信"))["reply-overdue"] == {"working_days": 10}


@settings(max_examples=200)
@given(st.text(alphabet="公开发布做好加强，。；、“”（）《》和要123年月 a", max_size=120))
def test_splitting_loses_no_words_and_never_fails(text: str) -> None:
    parts = split(text)
    lost = len(re.sub(r"\W", "", text)) - len(re.sub(r"\W", "", "".join(parts)))
    assert 0 <= lost <= len(re.findall(r"[。；，,;！？]|$", text))
    assert all(part in text for part in parts)
    assert all(len(re.findall(r"\w", part)) >= 2 for part in parts)


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=300))
def test_any_text_can_be_drafted(text: str) -> None:
    made = draft_blocks(from_text(text), "x.txt")
    Pack.model_validate(parse_yaml(to_yaml(made)))
