"""The items of all columns: ordinary ones from ``titles.yaml``, written ones from ``items.yaml``, interpretations."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from demo.county import Column, Organ, World, data
from demo.dates import Clock, workday
from demo.prose import Paragraph, Writer, chinese_date
from demo.reports import annual_report

DOCUMENT_KINDS = frozenset({"policy", "appointment", "repost", "meeting", "approval", "response"})
_NEWS_LISTS = frozenset({"news", "bureau_news", "town_news", "pictures", "business", "interviews"})
_READING_TITLES = ("《{name}》政策解读", "图解：《{name}》", "《{name}》政策问答", "关于《{name}》的解读")
_QUARTERS = "一二三四"
# what needs an interpretation, and how the interpretations of ordinary items are linked, in turns
_ORDINARY_READINGS = {"policy": ("both", "both", "forward", "both"), "annual": ("picture",)}


@dataclass
class Row:
    """How a list shows an item where it differs from what the item says."""

    href: str | None = None
    pinned: bool = False
    undated: bool = False


@dataclass
class Item:
    """One page of content: what it says, how its table stands, what it links to, how lists show it.

    ``related`` holds pairs of a heading and keys of items; ``picture`` the number of its picture.
    """

    key: str
    organ: Organ
    column: Column
    title: str
    subject: str
    kind: str
    day: date
    tag_day: date
    table: str = "none"
    disclosure: str = "主动公开"
    closing: str | None = None
    reading: str = "none"
    number: str | None = None
    paragraphs: list[Paragraph] = field(default_factory=list)
    related: list[tuple[str, list[str]]] = field(default_factory=list)
    empty_shell: bool = False
    files: list[str] = field(default_factory=list)
    row: Row = field(default_factory=Row)
    headline: str | None = None
    picture: int | None = None
    serial: int = 0
    interprets: Item | None = None
    feedback: str | None = None

    @property
    def name(self) -> str:
        """What the document itself is called: the first 《…》 of the title, else the title from 关于 on."""
        enclosed = re.search(r"《([^》]+)》", self.title)
        if enclosed:
            return enclosed.group(1)
        return self.title[self.title.find("关于"):] if "关于" in self.title else self.title

    @property
    def issuer(self) -> str:
        """The organ that signs."""
        return f"{self.organ.name}办公室" if self.title.startswith(f"{self.organ.name}办公室") else self.organ.name


def all_items(world: World, clock: Clock) -> dict[str, Item]:
    """Return every item by key, with texts, numbers and links among them; the order is the same every time."""
    items = [*_ordinary(world, clock), *_written(world, clock)]
    _number(items)
    items += [reading for item in items for reading in _reading(item, world)]
    for serial, item in enumerate(items, 4100):
        item.serial = serial
        if item.column.stamped is not None:
            item.tag_day = clock.ago(item.column.stamped)
    found = {item.key: item for item in items}
    for item in items:
        item.paragraphs = [*_text(item, clock, found), *item.paragraphs]
        _furnish(item)
    return found


def _ordinary(world: World, clock: Clock) -> list[Item]:
    titles = data("titles.yaml")
    items = []
    for organ in world.organs.values():
        for column in organ.columns:
            for place, line in enumerate(titles[organ.key].get(column.of, [])):
                title, _, subject = (part.strip() for part in line.partition("|"))
                kind = _kind(column)
                age = column.first + place * column.step + (0 if place == 0 else place % 3)
                day = _annual_day(organ, clock) if kind == "annual" else clock.ago(age, exact=column.exact)
                items.append(Item(
                    key=f"{column.id}/{place}", organ=organ, column=column, kind=kind, day=day, tag_day=day,
                    title=_titled(title, organ, day, clock), subject=subject,
                    table="full" if kind in DOCUMENT_KINDS else "none",
                    reading=_ORDINARY_READINGS.get(kind, ("none",))[place % len(_ORDINARY_READINGS.get(kind, "-"))],
                ))
    return items


def _kind(column: Column) -> str:
    if column.of in _NEWS_LISTS:
        return "news"
    return {"notices": "notice", "policies": "policy", "normative": "policy", "annual": "annual"}.get(
        column.of, "plain"
    )


def _annual_day(organ: Organ, clock: Clock) -> date:
    month, day = (3, 20) if organ.kind == "county" else (1, 22)
    return workday(date(clock.report_year + 1, month, day))


def _titled(title: str, organ: Organ, day: date, clock: Clock) -> str:
    last_month = day.replace(day=1) - timedelta(days=1)
    return title.format(
        y=day.year, m=day.month, q=_QUARTERS[(day.month - 1) // 3], ly=day.year - 1, ny=day.year + 1,
        py=last_month.year, pm=last_month.month, ry=clock.report_year, organ=organ.name, short=organ.short,
    )


def _written(world: World, clock: Clock) -> list[Item]:
    items = []
    for entry in data("items.yaml"):
        column = world.column(entry["column"])
        organ = world.organs[entry["column"].partition("/")[0]]
        kind = entry.get("kind") or _kind(column)
        day = _annual_day(organ, clock) if kind == "annual" else clock.ago(entry["age"])
        document = kind in DOCUMENT_KINDS
        items.append(Item(
            key=entry["key"], organ=organ, column=column, kind=kind, day=day, tag_day=day,
            title=_titled(entry["title"], organ, day, clock), subject=entry["subject"],
            table=entry.get("table", "full" if document else "none"),
            disclosure=entry.get("disclosure", "主动公开"), closing=entry.get("closing"),
            reading=entry.get("reading", "both" if kind == "policy" else "none"),
            paragraphs=[Paragraph(markup, "html") for markup in entry.get("html", [])],
            files=list(entry.get("files", [])), row=Row(**entry.get("row", {})), headline=entry.get("headline"),
            feedback=entry.get("feedback"),
        ))
    return items


def _number(items: list[Item]) -> None:
    counters: dict[tuple[str, int], int] = defaultdict(int)
    for item in sorted((item for item in items if item.kind in DOCUMENT_KINDS), key=lambda item: (item.day, item.key)):
        prefix = item.organ.prefix
        if item.kind == "appointment":
            prefix = prefix.replace("政发", "政任")
        elif item.issuer != item.organ.name:
            prefix = prefix.replace("政发", "政办发")
        elif item.kind in ("approval", "response"):
            prefix = prefix.replace("政发", "政字")
        counters[prefix, item.day.year] += 1
        item.number = f"{prefix}〔{item.day.year}〕{counters[prefix, item.day.year]}号"


def _reading(item: Item, world: World) -> list[Item]:
    """Return the interpretation of a document that has one, linking as the document's ``reading`` says.

    Towns have no column of interpretations: theirs stand in the county's.
    """
    if item.kind not in _ORDINARY_READINGS or item.reading in ("none", "shell", "unrelated"):
        return []
    organ = item.organ if item.organ.has("zcjd") else world.organs["xzf"]
    title = {
        "picture": f"一图读懂《{item.name}》",
        "number": f"{item.subject}支持政策有关问题解答",
        "title": f"《{item.name}》政策解读",
    }.get(item.reading, _READING_TITLES[len(item.subject) % len(_READING_TITLES)].format(name=item.name))
    reading = Item(
        key=f"{item.key}/reading", organ=organ, column=organ.column("zcjd"), title=title,
        subject=item.subject, kind="interpretation", day=item.day, tag_day=item.day, interprets=item,
    )
    if item.reading in ("both", "forward", "picture"):
        item.related.append(("相关解读", [reading.key]))
    if item.reading in ("both", "reverse", "picture"):
        reading.related.append(("相关文件", [item.key]))
    return [reading]


def _text(item: Item, clock: Clock, items: dict[str, Item]) -> list[Paragraph]:
    writer = Writer(item.key, item.organ, item.subject, item.day)
    if item.kind == "policy":
        return writer.policy(item.name, enclosed="《" in item.title)
    if item.kind == "interpretation" and item.interprets is not None:
        if item.interprets.reading == "picture":
            return []
        number = item.interprets.number if item.interprets.reading == "number" else None
        return writer.interpretation(item.interprets.name, number)
    if item.kind == "annual":
        return annual_report(item.organ, clock.report_year, item.day)
    if item.kind in ("consultation", "feedback"):
        return _participation(item, clock, writer, items)
    if item.kind == "decision":
        return _decisions(item, items)
    if item.kind in DOCUMENT_KINDS:
        return _short_document(item, writer)
    return {"news": writer.news, "notice": writer.notice, "questions": writer.questions}.get(item.kind, writer.plain)()


def _short_document(item: Item, writer: Writer) -> list[Paragraph]:
    texts = {
        "appointment": [
            "各镇人民政府、街道办事处，县政府各部门：", "经研究，县人民政府决定：",
            "方知远任云岭县档案馆馆长；", "免去陆闻笛的云岭县数字服务中心主任职务。",
        ],
        "repost": [
            "各乡镇卫生院、县直各医疗卫生单位：",
            f"现将省卫生健康委员会《关于做好{item.subject}工作的通知》转发给你们，请认真贯彻执行。",
            "各单位要结合实际制定具体措施，贯彻落实情况请及时报告。",
        ],
        "meeting": [
            "各镇（街道）、县直有关单位：",
            f"经研究，定于{chinese_date(item.day + timedelta(days=3))}上午9:00在县行政中心第三会议室召开{item.subject}，请提前安排好工作，准时参加。",
            "请各单位于会议前一日下班前将参会回执报会务组。",
        ],
        "approval": [
            "青萝镇人民政府：", f"你镇《关于设立{item.subject}的请示》收悉。经研究，批复如下：",
            f"同意设立{item.subject}。请严格按照规划组织建设，落实耕地保护和生态环境保护要求。", "此复。",
        ],
        "response": [
            "尊敬的代表（委员）：", f"您提出的关于{item.subject}的建议收悉，经研究办理，现答复如下：",
            "一是完善规划布局，结合城市更新增加供给；二是挖掘存量资源，推动机关单位错时共享；三是加强日常管理，提高使用效率。",
            "感谢您对政府工作的关心和支持。",
        ],
    }
    return [*(Paragraph(text) for text in texts[item.kind]), *writer.signature()]


def _participation(item: Item, clock: Clock, writer: Writer, items: dict[str, Item]) -> list[Paragraph]:
    if item.kind == "feedback":
        return [
            Paragraph(f"县政府办公室就{item.name}公开征求了社会意见，现将结果反馈如下。"),
            Paragraph("一、征集情况。征求意见期间，共收到意见建议9条，其中网站留言6条、电子邮件3条。", "body"),
            Paragraph("二、采纳情况。采纳意见5条，主要涉及职责划分、办理时限等内容，已在修改稿中吸收。"),
            Paragraph("三、未采纳情况及理由。未采纳4条，主要原因是所提事项上位法已有规定或者不属于本文件调整范围。"),
            *writer.signature(),
        ]
    end = item.day + timedelta(days=30)
    state = "进行中" if end >= clock.as_of else "已结束"
    outcome = []
    if item.feedback:
        answer = items[item.feedback]
        outcome = [Paragraph(f'<p>征集结果：<a href="@{answer.key}">{answer.title}</a></p>', "html")]
    return [
        Paragraph(f"征集状态：{state}　开始时间：{item.day.isoformat()}　结束时间：{end.isoformat()}", "center"),
        Paragraph(f"为提高制度建设质量，现将《{item.name}》向社会公开征求意见，欢迎有关单位和各界人士提出意见建议。"),
        Paragraph(f"征求意见时间为{chinese_date(item.day)}至{chinese_date(end)}。"),
        Paragraph("意见反馈方式：可通过本页面下方留言，也可将书面意见寄至云岭县栖云街道政通路1号，信封上请注明“征求意见”字样。"),
        Paragraph(f"附：{item.name}", "center"),
        Paragraph(f"第一条　为了加强{item.subject}工作，保障公共安全和公共利益，根据有关法律法规，结合本县实际，制定本办法。"),
        Paragraph("第二条　本县行政区域内的有关活动适用本办法。"),
        Paragraph("第三条　县人民政府应当加强组织领导，统筹协调解决工作中的重大问题。"),
        *outcome, *writer.signature(),
    ]


def _decisions(item: Item, items: dict[str, Item]) -> list[Paragraph]:
    chosen = [items["part/consult-closed"], items["part/consult-closed-2"]]
    rows = "".join(
        f"<tr><td>{place}</td><td>{entry.name.removesuffix('（征求意见稿）')}</td><td>县政府办公室</td>"
        f'<td>第{_QUARTERS[(entry.day.month - 1) // 3]}季度</td><td><a href="@{entry.key}">征求意见</a>　'
        f'<a href="@{entry.feedback}">结果反馈</a></td></tr>'
        for place, entry in enumerate(chosen, 1)
    )
    return [
        Paragraph("经县委同意，现将县人民政府本年度重大行政决策事项目录公布如下，执行中可根据实际情况调整。"),
        Paragraph(
            '<table class="data" border="1"><tr><th>序号</th><th>决策事项</th><th>承办单位</th><th>计划完成时间</th>'
            f"<th>办理过程</th></tr>{rows}</table>", "html",
        ),
    ]


def _furnish(item: Item) -> None:
    if item.kind == "policy" and item.reading == "shell":
        item.empty_shell = True
    if item.kind == "policy" and item.reading == "unrelated":
        item.related.append(("相关文件", [f"{item.organ.key}/zcwj/0", f"{item.organ.key}/zcwj/1"]))
    if item.interprets is not None and item.interprets.reading == "picture":
        item.picture = item.serial % 6
    if item.kind == "news" and item.serial % 3 == 0 or item.column.layout == "pictures":
        item.picture = item.serial % 6
    if item.column.of == "budgets" and not item.files:
        item.files = [f"{item.title}.pdf", f"{item.title}公开表.xlsx"]
    elif item.kind == "annual" or item.column.of in ("plans", "statistics"):
        item.files = [f"{item.title}.pdf"]
    elif item.kind == "policy" and item.serial % 4 == 0:
        item.files = [f"{item.name}.docx"]
