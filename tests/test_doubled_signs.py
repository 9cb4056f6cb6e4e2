"""Doubled characters in titles: mistakes against natural doubling and words that meet at the same character."""

from __future__ import annotations

import pytest

from checks.doubled_signs import doubled_signs

SITE = "县政府召开常务会议\n我县民生工程加快推进\n民生工程进展情况\n江苏客商来我县考察\n江苏援建项目开工\n苏州招商\n学习贯彻会议精神"


@pytest.mark.parametrize(("title", "sign"), [
    ("县政协委员视察民生工程程", "工程程"), ("县政府府召开第四次全体会议", "政府府"), ("关于印发工作方案案的通知", "方案案"),
    ("全县安全生产产会议召开", "生产产"), ("关于做好防汛工作的通知知", "通知知"), ("《养老服务管理理办法》解读", "管理理"),
    ("示例县人民政府人民政府关于印发办法的通知", "人民政府人民政府"), ("关关于做好秋收工作的通知", "关关于"),
    ("政策策解读：养老服务", "政策策"), ("我县召开春季农业业生产推进会", "农业业"),
])
def test_mistakes(title: str, sign: str) -> None:
    found = list(doubled_signs(title, lambda: (SITE, title)))
    assert found[:1] == [sign]


@pytest.mark.parametrize("title", [
    "稳稳当当过冬 暖暖和和过年——全县供热一线见闻", "冬日暖洋洋", "一个个难题解下来 一件件实事办下去", "家家户户挂红灯笼",
    "常务会会议议题公开", "改进工作作风", "全市市场监管工作会议", "学习习近平总书记重要讲话", "两院院士来我县考察", "职工工资发放",
    "江苏苏州客商来访", "陕西西安签约", "活水源源不断", "与群众生活息息相关", "县政府府院联动工作会议召开", "村村通公交 户户用天然气",
    "年年有余", "红彤彤的日子", "校校有操场", "欣欣向荣的乡村", "饮用水水源保护区划定方案", "事业单位位次", "张圆圆获评最美教师",
    "一件事一件事办好", "民生生态双提升", "税收收入稳步增长", "一步一步走向幸福", "开发区区长调研", "全省省级园区", "党员员额管理",
    "县教育局召开开学工作会", "示范区区域评估", "市市场监督管理局通报抽检结果", "县县长信箱", "区区属国企招聘",
    "县中医院院务公开", "机械厂厂务公开", "汽车站站务公开", "第一中学学校校训", "县人民医院院史馆开馆", "居民小区区容整治", "关于供水水压偏低问题的回应", "非居民用电电价调整",
])
def test_what_is_right(title: str) -> None:
    assert list(doubled_signs(title, lambda: (SITE, title))) == []
