"""What columns and documents are, by what they are called on real sites."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from rules.lexicons import (
    COLUMN_TYPES,
    column_type,
    document_kind_names,
    document_kinds,
    due_days,
    goes_stale,
    interpretation_exempt,
)

NAMES: dict[str, list[str]] = yaml.safe_load(
    (Path(__file__).parent / "golden" / "column-types.yaml").read_text(encoding="utf-8")
)
CASES = [(name, type_) for type_, names in NAMES.items() for name in names]


@pytest.mark.parametrize(("name", "expected"), CASES)
def test_a_name_tells_the_type(name: str, expected: str) -> None:
    assert column_type(name) == expected


def test_the_names_cover_every_type() -> None:
    assert len(CASES) >= 100
    assert {type_ for _, type_ in CASES} == set(COLUMN_TYPES)


def test_spacing_and_full_width_forms_do_not_matter() -> None:
    assert column_type(" 通 知　公 告 ") == "notices"
    assert column_type("１２３４５热线") == "letters"


def test_the_tag_decides_only_where_the_name_does_not() -> None:
    assert column_type("乡村振兴", "工作动态") == "news"
    assert column_type("政策解读", "政策文件") == "interpretations"
    assert column_type("顺德区", "信息公开") == "other"


def test_the_address_decides_only_where_there_is_no_name() -> None:
    assert column_type("", None, "http://www.example.gov.cn/zwgk/tzgg/index.html") == "notices"
    assert column_type("", "", "http://www.example.gov.cn/a/zcjd/") == "interpretations"
    assert column_type("民生实事", None, "http://www.example.gov.cn/tzgg/") == "other"
    assert column_type("", None, "http://www.example.gov.cn/tzggother/") == "other"


@pytest.mark.parametrize(
    "name", ["领导之窗", "机构职能", "区情概况", "办事指南", "政策法规", "往年公报", "主题教育", "权责清单"]
)
def test_standing_columns_never_go_stale(name: str) -> None:
    assert not goes_stale(name, column_type(name))


@pytest.mark.parametrize("name", ["工作动态", "通知公告", "政策文件", "意见征集", "县长信箱", "政策解读"])
def test_living_columns_go_stale(name: str) -> None:
    assert goes_stale(name, column_type(name))


@pytest.mark.parametrize("name", ["乡村振兴", "政府采购", "人事任免", "旅游推介", "民生实事"])
def test_columns_of_no_known_type_go_stale(name: str) -> None:
    assert goes_stale(name, column_type(name))


@pytest.mark.parametrize("name", ["2023年防汛", "经济普查", "征地拆迁", "史志档案", "旅游景点", "走进示例", "常见问题"])
def test_columns_of_one_matter_or_of_stored_matter_do_not(name: str) -> None:
    assert not goes_stale(name, column_type(name))


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("某县人民政府关于张三等同志任免职务的通知", "人事任免"),
        ("关于转发省政府办公厅《关于加强农村公路管理的意见》的通知", "转发上级文件"),
        ("关于召开全县安全生产工作会议的通知", "会议与活动"),
        ("关于2024年国庆节放假安排的通知", "会议与活动"),
        ("对县十八届人大三次会议第25号建议的答复", "建议提案答复"),
        ("关于某某项目初步设计的批复", "批复与函"),
        ("关于某某风电项目核准的通知", "批复与函"),
        ("关于表扬2023年度先进单位的通报", "表扬与通报"),
        ("关于调整县安全生产委员会成员的通知", "机构人员调整"),
        ("关于公开征求《某县养犬管理办法（征求意见稿）》意见的公告", "征求意见"),
        ("《某县养犬管理办法》政策解读", "解读本身"),
        ("关于废止部分行政规范性文件的决定", "废止与清理"),
        ("某县2024年部门预算公开", "预算决算与统计"),
    ],
)
def test_what_never_needs_an_interpretation(title: str, reason: str) -> None:
    assert interpretation_exempt(title) is not None
    assert reason in _reasons(title)


def _reasons(title: str) -> str:
    return interpretation_exempt(title) or ""


@pytest.mark.parametrize(
    ("title", "number", "kind"),
    [
        ("某县人民政府关于印发《某县公共租赁住房管理办法》的通知", None, "行政规范性文件"),
        ("某区城市生活垃圾管理规定（试行）", None, "行政规范性文件"),
        ("某县人民政府办公室关于印发某县建筑垃圾处置核准办法的通知", None, "行政规范性文件"),
        ("某县人民政府关于印发《某县征地补偿安置办法》的通知", None, "行政规范性文件"),
        ("关于公布最低生活保障标准的通知", "某政规〔2024〕3号", "行政规范性文件"),
        ("关于促进民营经济发展的若干措施", None, "重要政策文件"),
        ("关于进一步做好稳就业工作的实施意见", None, "政策文件"),
        ("某县人民政府办公室关于印发2024年防汛抗旱工作方案的通知", None, "工作方案"),
        ("某县2023年政府信息公开工作年度报告", None, "年度报告"),
    ],
)
def test_which_kind_a_document_is(title: str, number: str | None, kind: str) -> None:
    assert kind in document_kinds(title, number)
    assert interpretation_exempt(title) is None


def test_news_is_of_no_kind() -> None:
    assert document_kinds("县长调研重点项目建设") == frozenset()
    assert "年度报告" in document_kinds("2023年度报告", None, "annual-reports")
    assert set(document_kind_names()) >= {"行政规范性文件", "政策文件", "工作方案", "年度报告"}


def test_graver_findings_are_due_sooner() -> None:
    terms = [due_days(severity) for severity in ("veto", "high", "medium", "low", "info")]
    assert terms == sorted(terms)
    assert terms[0] > 0
    with pytest.raises(KeyError):
        due_days("unknown")
