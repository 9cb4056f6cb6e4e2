"""An organ's yearly disclosure report: six parts, tables that add up."""

from __future__ import annotations

import random
import zlib
from datetime import date

from demo.county import Organ
from demo.prose import Paragraph, chinese_date

_APPLICANTS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")
_LEAVES = (
    "（一）予以公开", "（二）部分公开", "1.属于国家秘密", "2.其他法律行政法规禁止公开", "3.危及“三安全一稳定”",
    "4.保护第三方合法权益", "5.属于三类内部事务信息", "6.属于四类过程性信息", "7.属于行政执法案卷",
    "8.属于行政查询事项", "1.本机关不掌握相关政府信息", "2.没有现成信息需要另行制作", "3.补正后申请内容仍不明确",
    "1.信访举报投诉类申请", "2.重复申请", "3.要求提供公开出版物", "4.无正当理由大量反复申请",
    "5.要求行政机关确认或重新出具已获取信息", "1.申请人无正当理由逾期不补正", "2.申请人逾期未按收费通知要求缴纳费用",
    "3.其他",
)
_RESULTS = ("结果维持", "结果纠正", "其他结果", "尚未审结")


def annual_report(organ: Organ, year: int, day: date) -> list[Paragraph]:
    """Return the report of ``year``, published on ``day``; the same figures for the same organ and year."""
    dice = random.Random(zlib.crc32(f"{organ.key}/{year}".encode()))
    normative = dice.randint(1, 4) if organ.kind != "town" else 0
    received = [[dice.choice((0, 1, 1, 2)) if leaf in (0, 1, 10) else 0 for _ in _APPLICANTS] for leaf in range(21)]
    total = sum(map(sum, received))
    return [
        Paragraph(
            f"本报告依据《中华人民共和国政府信息公开条例》要求，由{organ.name}编制。报告所列数据统计期限为"
            f"{year}年1月1日至{year}年12月31日。"
        ),
        Paragraph("一、总体情况", "head"),
        Paragraph(f"（一）主动公开。{year}年，围绕重点工作和群众关切，及时更新各栏目信息，制发行政规范性文件{normative}件。"),
        Paragraph(f"（二）依申请公开。全年新收政府信息公开申请{total}件，均在法定期限内办结。"),
        Paragraph("（三）政府信息管理。（四）平台建设。（五）监督保障。各项制度进一步健全，专人负责日常维护和审核。"),
        Paragraph("二、主动公开政府信息情况", "head"), Paragraph(_active(normative, dice), "html"),
        Paragraph("三、收到和处理政府信息公开申请情况", "head"), Paragraph(_applications(received), "html"),
        Paragraph("四、政府信息公开行政复议、行政诉讼情况", "head"), Paragraph(_disputes(), "html"),
        Paragraph("五、存在的主要问题及改进情况", "head"),
        Paragraph("一是公开内容的深度还不够，二是解读形式比较单一。下一步将加强业务培训，丰富解读方式，提高公开质量。"),
        Paragraph("六、其他需要报告的事项", "head"),
        Paragraph(f"本年度未收取信息处理费。{year}年政务公开工作要点各项任务均已落实。"),
        Paragraph(organ.name, "right"), Paragraph(chinese_date(day), "right"),
    ]


def _table(rows: list[list[str]]) -> str:
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<table class="data" border="1">{body}</table>'


def _active(normative: int, dice: random.Random) -> str:
    return _table([
        ["第二十条第（一）项"], ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"],
        ["规章", "0", "0", "0"], ["行政规范性文件", str(normative), "0", str(normative + dice.randint(2, 9))],
        ["第二十条第（五）项"], ["信息内容", "本年处理决定数量"], ["行政许可", str(dice.randint(0, 90))],
        ["第二十条第（六）项"], ["行政处罚", str(dice.randint(0, 40))], ["行政强制", "0"],
        ["第二十条第（八）项"], ["信息内容", "本年收费金额（单位：万元）"], ["行政事业性收费", "0"],
    ])


def _applications(received: list[list[int]]) -> str:
    columns = [sum(column) for column in zip(*received, strict=True)]

    def row(name: str, cells: list[int]) -> list[str]:
        return [name, *map(str, cells), str(sum(cells))]

    nothing = [0] * len(_APPLICANTS)
    return _table([
        ["项目", *_APPLICANTS, "总计"],
        row("一、本年新收政府信息公开申请数量", columns), row("二、上年结转政府信息公开申请数量", nothing),
        *(row(name, cells) for name, cells in zip(_LEAVES, received, strict=True)),
        row("（七）总计", columns), row("四、结转下年度继续办理", nothing),
    ])


def _disputes() -> str:
    heads = [f"{kind}{result}" for kind in ("行政复议", "未经复议直接起诉", "复议后起诉") for result in (*_RESULTS, "总计")]
    return _table([heads, ["0"] * len(heads)])
