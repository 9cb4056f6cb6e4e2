"""Work-point documents in the layouts offices write them in: numbering, units, terms, tables, file formats."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from html import escape
from pathlib import Path
from typing import Any

import pytest

from rules import lint
from rules.drafting import Draft, SourceError, draft, draft_blocks, to_yaml
from rules.drafting.source import from_text
from rules.loader import load_pack


def made(text: str, name: str = "county.txt") -> Draft:
    return draft_blocks(from_text(text), name)


def clause(found: Draft, words: str) -> dict[str, Any]:
    hits: list[dict[str, Any]] = [each for each in found.pack["clauses"] if words in each["quote"]]
    assert hits, f"{words} 不在任何条款里：{[each['quote'] for each in found.pack['clauses']]}"
    return hits[0]


def quoted(found: Draft) -> str:
    return "".join(re.sub(r"\W", "", each["quote"]) for each in found.pack["clauses"])


def checks_of(each: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {binding["check"]: binding.get("with", {}) for binding in each.get("checks", [])}


def test_articles_and_their_lists() -> None:
    found = made(
        "某市政府信息公开办法\n第一章 总则\n第一条 为规范公开工作，根据有关规定，制定本办法。\n第二章 公开\n"
        "第二条 信息自形成之日起15个工作日内公开。法律另有规定的除外。\n第三条 应当主动公开下列信息：\n"
        "（一）机构职能、办公地址；\n（二）专项规划、区域规划；\n第四条 市政府办公室按季度公布留言办理情况。\n"
    )
    assert found.pack["document"]["title"] == "某市政府信息公开办法"
    assert "制定本办法" not in quoted(found)
    assert clause(found, "15个工作日")["threshold"] == {"working_days": 15}
    assert clause(found, "15个工作日")["section"] == "第二章第二条"
    plans = clause(found, "专项规划")
    assert plans["id"].endswith("/2.3.2.1")
    assert checks_of(plans)["topic-not-disclosed"]["keywords"] == ["专项规划", "区域规划"]
    assert clause(found, "留言办理")["section"] == "第二章第四条"


def test_parts_over_chapters_and_short_points_are_all_kept() -> None:
    found = made(
        "某局2024年政务公开工作方案\n第一部分 总体要求\n坚持公开为常态。\n第二部分 重点任务\n一、招生信息\n"
        "1、划片范围5月底前公开。\n2、录取结果及时公布；\n二、收费信息\n收费项目和标准一律公示。\n"
        "第三部分 保障措施\n一、局长信箱来信4个工作日内答复。\n"
    )
    assert clause(found, "划片范围")["section"] == "第二部分一、招生信息1、"
    assert clause(found, "录取结果")["id"].endswith("/2.1.2.1")
    assert clause(found, "收费项目")["threshold"] == {"coverage_percent": 100}
    assert checks_of(clause(found, "局长信箱"))["reply-overdue"] == {"working_days": 4}
    assert "常态" not in quoted(found)


def test_a_chapter_run_into_its_text_and_points_of_one_sentence() -> None:
    found = made(
        "2025年某市政务公开工作要点\n一、依法公开\n1.启动目录编制工作,在试点区开展目录编制。(责任单位:市政府办公厅)\n"
        "2.严格公文公开属性管理,公文末尾标明公开属性。(责任单位:各部门)\n二、加强解读。重要政策均应配发解读材料。\n"
    )
    assert clause(found, "目录编制")["responsible"] == ["市政府办公厅"]
    attribute = clause(found, "标明公开属性")
    assert (attribute["responsible"], attribute["id"][-5:]) == (["各部门"], "1.2.1")
    assert clause(found, "配发解读材料")["section"] == "二、加强解读"


@pytest.mark.parametrize(
    ("line", "units", "deadline"),
    [
        ("公布名单。（责任单位：县水利局、县财政局；完成时限：5月底前）", ["县水利局", "县财政局"], "2024-05-31"),
        ("公布名单。\n责任单位：县水利局 县财政局\n完成时限：2024年5月", ["县水利局", "县财政局"], "2024-05-31"),
        ("公布名单。牵头单位：县水利局；配合单位：县财政局、各镇。", ["县水利局", "县财政局", "各镇"], None),
        ("公布名单。[牵头科室：防御科]", ["防御科"], None),
        ("公布名单（县水利局牵头，县财政局配合）。", ["县水利局", "县财政局"], None),
        ("公布名单。(牵头单位:县水利局)继续公开考核结果。(责任单位:县财政局)", ["县水利局"], None),
        ("公布名单。（责任单位：县水利局，各镇。排在第一的为牵头单位）", ["县水利局", "各镇"], None),
    ],
)
def test_units_and_terms_stated_apart_from_the_demand(line: str, units: list[str], deadline: str | None) -> None:
    found = made(f"2024年某县政务公开工作要点\n一、重点公开\n（一）做好水利公开\n1.{line}\n2.公布验收结论。\n")
    names = clause(found, "公布名单")
    assert names["responsible"] == units
    assert names.get("deadline") == deadline
    assert "单位" not in quoted(found) and "时限" not in quoted(found)
    if "考核" in line:
        assert clause(found, "考核结果")["responsible"] == ["县财政局"]


def test_circled_points_and_bracketed_figures() -> None:
    found = made(
        "2024年某县政务公开工作要点\n一、工程公开\n1.加强工程信息公开。\n①招标公告公示期不少于5日；\n②中标结果确定后3日内公示；\n"
        "二、解读\n（1）文件出台后3个工作日内发布解读材料。\n（2）全年举办新闻发布会不少于2场。\n"
    )
    assert clause(found, "招标公告")["threshold"] == {"min_days": 5}
    assert clause(found, "中标结果")["threshold"] == {"days": 3}
    assert checks_of(clause(found, "解读材料"))["interpretation-late"] == {"working_days": 3}
    activity = checks_of(clause(found, "新闻发布会"))["participation-below-minimum"]
    assert (activity["min_per_year"], activity["keywords"]) == (2, ["新闻发布会"])


ROWS = [
    ["序号", "工作内容", "工作标准", "责任单位", "时间节点"],
    ["1", "文件公开", "规范性文件自签发之日起20个工作日内公开，并标注有效性", "县司法局 县政府办公室", "全年"],
    ["2", "政策解读", "解读率100%", "各起草部门", "4月-10月"],
    ["3", "年度报告", "编制并公布上年度政府信息公开工作年度报告", "各部门", "1月31日前"],
]


@pytest.mark.parametrize("form", ["tabs", "piped", "bare bars"])
def test_a_table_whose_demands_stand_in_the_fullest_column(form: str) -> None:
    if form == "tabs":
        lines = ["\t".join(row) for row in ROWS]
    else:
        lines = [" | ".join(row) for row in ROWS]
        lines = [f"| {line} |" for line in lines] if form == "piped" else lines
    found = made("云岭县2022年政务公开任务清单\n\n" + "\n".join(lines) + "\n")
    assert found.pack["document"]["title"] == "云岭县2022年政务公开任务清单"
    limit = clause(found, "20个工作日")
    assert (limit["responsible"], limit["threshold"]) == (["县司法局", "县政府办公室"], {"working_days": 20})
    assert "validity-label-missing" in checks_of(clause(found, "标注有效性"))
    assert clause(found, "解读率")["deadline"] == "2022-10-31"
    report = clause(found, "年度报告")
    assert (report["deadline"], "annual-report-missing" in checks_of(report)) == ("2022-01-31", True)


def test_merged_cells_and_two_columns_of_units() -> None:
    found = made(
        "2023年某市政务公开任务分解表\n工作任务 | 工作要求 | 牵头单位 | 责任单位 |\n一、深化公开 | | | |\n"
        "规划公开 | 1.公开市级专项规划 | 市发改委 | 各部门 |\n | 归集历史规划 | 市档案馆 | |\n"
    )
    assert clause(found, "市级专项规划")["responsible"] == ["市发改委", "各部门"]
    assert clause(found, "归集历史规划")["responsible"] == ["市档案馆"]


def test_a_document_without_numbers_and_its_covering_notice() -> None:
    found = made(
        "各科室：\n各科室要将落实情况纳入政府信息公开工作年度报告予以公开。\n云岭镇2024年政务公开工作计划\n"
        "为做好工作，结合实际，制定本计划。\n及时公开惠农补贴发放情况，每季度至少公开一次。\n12月20日前公布本年度工作总结。\n"
    )
    assert "annual-report-incomplete" in checks_of(clause(found, "年度报告"))
    subsidy = clause(found, "惠农补贴")
    assert subsidy["threshold"] == {"period": "quarter", "min_per_year": 4}
    assert checks_of(subsidy)["periodic-publication-missed"]["keywords"] == ["惠农补贴发放"]
    assert clause(found, "工作总结")["deadline"] == "2024-12-20"


def test_the_form_of_an_annex_is_due_when_the_demand_that_names_it_is() -> None:
    found = made(
        "2024年某县政务公开工作方案\n一、开放活动\n各单位活动计划按附件2要求于8月15日前报县政府办公室备案。\n"
        "某县人民政府办公室\n2024年5月6日\n附件2\n活动计划表\n活动地点\n（须写明场馆名称，不写门牌号）\n"
    )
    form = clause(found, "门牌号")
    assert (form["deadline"], form["observability"]) == ("2024-08-15", "offline")


def test_everything_not_sure_says_so_with_its_words() -> None:
    found = made("2024年某县政务公开工作要点\n一、其他\n推动美好生活建设。\n加强花卉博览会信息公开。\n按月公开低保发放情况。\n")
    assert "没有命中" in clause(found, "美好生活")["review"]
    assert "信息公开" in clause(found, "花卉")["review"] or "公开" in clause(found, "花卉")["review"]
    assert "review" not in clause(found, "低保")


BODY = [
    "某某县人民政府办公室", "关于印发2023年某某县政务公开工作要点的通知", "某政办发〔2023〕12号", "2023年4月18日",
    "2023年某某县政务公开工作要点", "一、深化重点领域公开",
    "（一）做好财政信息公开。县财政局要在2023年6月30日前公开部门预算执行情况，并按季度公布惠农补贴资金分配结果和发放进度，"
    "确保补贴信息可查询、可监督，同时推动补贴信息公开向村和社区延伸，做好与村务公开的衔接工作，提高资金使用透明度和群众知晓率。",
    "（二）规范来信办理", "1.县长信箱来信应在7个工作日内答复，疑难事项15个工作日内答复。", "2.每年1月31日前公布上一年度来信办理情况统计数据。",
]  # fmt: skip
GRID = [
    ["序号", "重点任务", "责任单位", "完成时限"],
    ["1", "公布重大行政决策事项目录，并在征求意见结束后10个工作日内反馈采纳情况", "县司法局", "5月底前"],
    ["2", "全年组织政府开放日活动不少于3次", "县直各部门", "11月底前"],
]


def printed(folder: Path, paragraphs: list[str], times: int = 1, indent: str = "2em") -> Path:
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    pytest.importorskip("pdfplumber")
    if browser is None:
        pytest.skip("没有可打印 PDF 的浏览器")
    text = "".join(f"<p>{escape(each)}</p>" for each in paragraphs * times)
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in GRID)
    style = (
        "@page{size:A4;margin:30mm 26mm} body{font-size:16pt;line-height:1.8} p{margin:0;text-align:justify;"
        f"text-indent:{indent}}} td{{border:1px solid #000}} table{{border-collapse:collapse;font-size:11pt}}"
    )
    page = f"<html><head><meta charset='utf-8'><style>{style}</style></head><body>{text}<table>{rows}</table></body></html>"
    (folder / "county.html").write_text(page, encoding="utf-8")
    target = folder / "county.pdf"
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
               f"--print-to-pdf={target}", f"--user-data-dir={folder / 'profile'}", str(folder / "county.html")]  # fmt: skip
    subprocess.run(command, check=False, capture_output=True, timeout=120)
    if not target.exists():
        pytest.skip("浏览器没有打印出 PDF")
    return target


@pytest.mark.parametrize("indent", ["2em", "0"])
def test_a_pdf_gives_what_the_text_gives(tmp_path: Path, indent: str) -> None:
    table = "\n".join("\t".join(row) for row in GRID)
    plain = made("\n".join(BODY) + "\n\n" + table)
    found = draft(printed(tmp_path, BODY, indent=indent))
    assert [re.sub(r"\s", "", each["quote"]) for each in found.pack["clauses"]] == [
        re.sub(r"\s", "", each["quote"]) for each in plain.pack["clauses"]
    ]
    assert [each.get("deadline") for each in found.pack["clauses"]] == [
        each.get("deadline") for each in plain.pack["clauses"]
    ]


def test_fifty_pages_take_seconds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    docx, pdfplumber = pytest.importorskip("docx"), pytest.importorskip("pdfplumber")
    document = docx.Document()
    for text in BODY * 60:
        document.add_paragraph(text)
    document.save(str(tmp_path / "county.docx"))
    target = printed(tmp_path, BODY, times=60)
    with pdfplumber.open(str(target)) as pdf:
        pages = len(pdf.pages)
    assert pages >= 40
    counts: list[int] = []
    for path in (tmp_path / "county.docx", target):
        started = time.process_time()
        found = draft(path)
        seconds = time.process_time() - started
        counts.append(len(found.pack["clauses"]))
        with capsys.disabled():
            print(f"\n{path.suffix}: {pages} pages, {len(found.pack['clauses'])} clauses, {seconds:.1f} s", end="")
        assert seconds < 30
    assert counts[1] >= counts[0]


def numbered(document: Any) -> Any:
    """Give a Word document a list numbered 一、 （一） 1. by Word itself; returns a function that adds to it."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    def element(tag: str, **values: str) -> Any:
        made_element = OxmlElement(tag)
        for key, value in values.items():
            made_element.set(qn(f"w:{key}"), value)
        return made_element

    root = document.part.numbering_part.element
    kind = element("w:abstractNum", abstractNumId="90")
    for depth, (form, words) in enumerate(
        [("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3.")]
    ):
        level = element("w:lvl", ilvl=str(depth))
        level.extend([element("w:start", val="1"), element("w:numFmt", val=form), element("w:lvlText", val=words)])
        kind.append(level)
    root.insert(0, kind)
    entry = element("w:num", numId="90")
    entry.append(element("w:abstractNumId", val="90"))
    root.append(entry)

    def add(text: str, depth: int) -> None:
        properties = document.add_paragraph(text)._p.get_or_add_pPr()
        place = element("w:numPr")
        place.extend([element("w:ilvl", val=str(depth)), element("w:numId", val="90")])
        properties.append(place)

    return add


def test_numbers_that_word_writes_itself(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    document = docx.Document()
    document.add_paragraph("2025年云岭县政务公开工作要点")
    add = numbered(document)
    for text, depth in [
        ("深化重点领域公开", 0), ("做好财政信息公开。各部门3月底前公开部门预算。（责任单位：县财政局）", 1), ("做好民生信息公开", 1),
        ("按季度公布社会救助资金发放情况。", 2), ("招生计划于5月20日前公布。", 2), ("强化互动", 0), ("来信7个工作日内答复。", 1),
    ]:  # fmt: skip
        add(text, depth)
    document.save(str(tmp_path / "auto.docx"))
    found = draft(tmp_path / "auto.docx")
    assert clause(found, "部门预算")["section"] == "一（一）做好财政信息公开"
    assert clause(found, "部门预算")["responsible"] == ["县财政局"]
    assert clause(found, "招生计划")["id"].endswith("/1.2.2.1")
    assert clause(found, "来信")["id"].endswith("/2.1.1")


def test_headings_by_style_alone(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    document = docx.Document()
    document.add_heading("2025年云岭县政务公开工作安排", 0)
    document.add_heading("深化主动公开", 1)
    document.add_paragraph("各部门要在6月30日前更新政府信息公开指南。")
    document.add_heading("做好政策解读", 1)
    document.add_paragraph("重要文件均应在发布后3个工作日内发布解读材料。")
    document.save(str(tmp_path / "styles.docx"))
    found = draft(tmp_path / "styles.docx")
    assert (clause(found, "公开指南")["section"], clause(found, "公开指南")["deadline"]) == ("深化主动公开", "2025-06-30")
    assert clause(found, "解读材料")["section"] == "做好政策解读"


def test_a_web_page_with_menus_and_spans(tmp_path: Path) -> None:
    page = """<html><head><meta charset="utf-8"></head><body><div id="main"><nav><a href="/">一、首页</a></nav>
    <table><tr><td>索引号</td><td>1137</td></tr></table><p>2023年某市政务公开工作要点</p><p>　　一、强化公开</p>
    <p>（一）<b>做好规划公开。</b>市发改委要在10月底前公开专项规划。<span>责任单位：市发展改革委，各部门</span></p>
    <p>二、规范执法</p><p>（一）规范执法公示<br>1.处罚决定作出之日起7个工作日内公示；<br>2.每年1月底前公布执法总体情况。</p>
    <table border="1"><tr><th>序号</th><th>工作任务</th><th>牵头单位</th><th>配合单位</th><th>完成时间</th></tr>
    <tr><td>1</td><td>公开重大建设项目批准结果信息</td><td>市行政审批局</td><td>市住建局</td><td>持续推进</td></tr>
    <tr><td>2</td><td>建成政策文件库并上线运行</td><td rowspan="2">市政府办公室</td><td></td><td>2023年8月</td></tr>
    <tr><td>3</td><td>公布政府信息公开指南更新情况</td><td></td><td>7月31日（含）前</td></tr></table></div>
    <div class="share">分享到微信 请妥善保管</div><div><ul><li>加强宣传公开工作动态的新闻标题</li></ul></div>
    <footer>主办：某市人民政府</footer></body></html>"""
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    found = draft(tmp_path / "page.html")
    assert clause(found, "专项规划")["responsible"] == ["市发展改革委", "各部门"]
    assert clause(found, "处罚决定")["threshold"] == {"working_days": 7}
    assert clause(found, "执法总体")["threshold"] == {"by_day": "01-31"}
    assert clause(found, "批准结果")["responsible"] == ["市行政审批局", "市住建局"]
    assert (clause(found, "文件库")["deadline"], clause(found, "指南更新")["deadline"]) == ("2023-08-31", "2023-07-31")
    assert clause(found, "指南更新")["responsible"] == ["市政府办公室"]
    assert all(words not in quoted(found) for words in ("首页", "微信", "新闻标题", "主办"))


def test_word_files_that_are_locked_or_old(tmp_path: Path) -> None:
    (tmp_path / "locked.docx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    with pytest.raises(SourceError, match="加密"):
        draft(tmp_path / "locked.docx")
    (tmp_path / "old.doc").write_bytes(b"x")
    with pytest.raises(SourceError, match="另存为"):
        draft(tmp_path / "old.doc")


@pytest.mark.parametrize("rows", [1, 3])
def test_any_layout_gives_a_sound_pack(tmp_path: Path, rows: int) -> None:
    text = "2023年某县政务公开工作要点\n" + "一、公开\n1.按月公布物价信息。\n（1）来信5个工作日内答复。\n" * rows
    (tmp_path / "x.yaml").write_text(to_yaml(made(text)), encoding="utf-8")
    assert lint.validate(load_pack("x.yaml", tmp_path)) == []
