"""The items of all columns: ordinary (``titles.yaml``), written (``items.yaml``), interpretations."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from typing import Any

from demo.county import Column, Organ, World, data
from demo.dates import MONTH_LEFT_OUT, Clock, workday
from demo.prose import Paragraph, Writer, chinese_date
from demo.reports import annual_report, applications_sheet

_SIGNED = frozenset({"notice", "policy", "consultation", "feedback"})
DOCUMENT_KINDS = frozenset({"policy", "appointment", "repost", "meeting", "approval", "response"})
_NEWS_LISTS = frozenset({"news", "bureau_news", "town_news", "pictures", "business", "interviews"})
_READING_TITLES = ("《{name}》政策解读", "图解：《{name}》", "《{name}》政策问答", "关于《{name}》的解读")
_QUARTERS = "一二三四"
# what needs an interpretation, and how the interpretations of ordinary items are linked, in turns
_ORDINARY_READINGS = {"policy": ("both",), "annual": ("picture",)}


@dataclass
class Row:
    """How a list shows an item where it differs from what the item says."""

    href: str | None = None
    pinned: bool = False
    undated: bool = False


@dataclass(frozen=True)
class Variant:
    """What is out of the ordinary with an item, as ``items.yaml`` says; see there."""

    text: tuple[str, ...] = ()
    number_year: int = 0
    printed: int = 0
    delay: int = 0
    copy_of: str | None = None
    changed: tuple[str, str] = ("", "")
    validity: str | None = "有效"
    meta: dict[str, str | None] = field(default_factory=dict)
    contents: dict[str, list[str]] = field(default_factory=dict)
    report: str | None = None
    hidden_first_night: bool = False


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
    variant: Variant = field(default_factory=lambda: Variant())

    @property
    def name(self) -> str:
        """What the document itself is called: the first 《…》 of the title, else the title from 关于 on."""
        enclosed = re.search(r"《([^》]+)》", self.title)
        if enclosed:
            return enclosed.group(1)
        return self.title[self.title.find("关于") :] if "关于" in self.title else self.title

    @property
    def issuer(self) -> str:
        """The organ that signs."""
        return (
            f"{self.organ.name}办公室"
            if self.title.startswith(f"{self.organ.name}办公室")
            else self.organ.name
        )


def all_items(
    world: World, clock: Clock, more: Callable[[World, Clock, list[str]], list[Item]]
) -> dict[str, Item]:
    """Return every item by key, with texts, numbers and links among them, always in the same order.

    ``more`` gives further items, knowing the titles of the year and the columns' names.
    """
    items = [*_ordinary(world, clock), *_written(world, clock), *routine_items(world, clock)]
    _number(items)
    items += [reading for item in items for reading in _reading(item, world)]
    known = [item.title for item in items if item.day.year == clock.as_of.year]
    items += more(world, clock, [*known, *(column.name for organ in world.organs.values() for column in organ.columns)])
    for serial, item in enumerate(items, 4100):
        item.serial = serial
        if item.column.stamped is not None:
            item.tag_day = clock.ago(item.column.stamped)
    found = {item.key: item for item in items}
    for item in items:
        if item.variant.copy_of is None:
            item.paragraphs = [*_text(item, clock, found), *item.paragraphs]
        _furnish(item)
    for item in items:
        if item.variant.copy_of is not None:
            original = item.variant.copy_of
            _copy(item, found[original], found.get(f"{original}/reading"))
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
                items.append(
                    Item(
                        key=f"{column.id}/{place}",
                        organ=organ,
                        column=column,
                        kind=kind,
                        day=day,
                        tag_day=day,
                        title=_titled(title, organ, day, clock),
                        subject=subject,
                        table="full" if kind in DOCUMENT_KINDS else "none",
                        reading=_ORDINARY_READINGS.get(kind, ("none",))[
                            place % len(_ORDINARY_READINGS.get(kind, "-"))
                        ],
                    )
                )
    return items


def _copy(item: Item, original: Item, reading: Item | None) -> None:
    """Give an item text, number and reading of another, with the change its ``variant`` names."""
    before, after = item.variant.changed
    item.number, item.kind = original.number, original.kind
    if reading is not None:
        item.related = [("相关解读", [reading.key])]
        reading.related[0][1].append(item.key)
    item.paragraphs = [
        paragraph._replace(text=paragraph.text.replace(before, after) if before else paragraph.text)
        for paragraph in original.paragraphs
    ]


def routine_items(world: World, clock: Clock) -> list[Item]:
    """Return what every organ publishes alike (``routines.yaml``), but for those an entry leaves out."""
    items = []
    for number, entry in enumerate(data("routines.yaml")["yearly"]):
        for organ in world.organs.values():
            if organ.key in entry.get("without", ()) or not organ.has(entry["column"]):
                continue
            if entry.get("of", organ.kind) != organ.kind:
                continue
            day = clock.on(entry["yearly"]) if "yearly" in entry else clock.ago(entry["age"])
            title = _titled(entry["title"], organ, day, clock)
            items.append(
                Item(
                    key=f"{organ.key}/routine/{number}",
                    organ=organ,
                    column=organ.column(entry["column"]),
                    kind=entry["kind"],
                    day=day,
                    tag_day=day,
                    title=title,
                    subject=entry["subject"],
                )
            )
    return [*items, *_monthly(world, clock)]


def _monthly(world: World, clock: Clock) -> list[Item]:
    """Return figures published month by month, the one for January and February together, one left out."""
    items = []
    for entry in data("routines.yaml")["monthly"]:
        column = world.column(entry["column"])
        for back in range(2, entry["months"] + 2):
            if back == MONTH_LEFT_OUT:
                continue
            month, day = clock.months_back(back), workday(clock.months_back(back - 1).replace(day=14))
            span = "1—2" if month.month == 2 else str(month.month)
            items.append(
                Item(
                    key=f"{column.id}/month/{back}",
                    organ=world.organs[entry["column"].partition("/")[0]],
                    column=column,
                    kind="plain",
                    day=day,
                    tag_day=day,
                    title=entry["title"].format(y=month.year, span=span),
                    subject=entry["subject"],
                )
            )
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
        y=day.year,
        m=day.month,
        q=_QUARTERS[(day.month - 1) // 3],
        ly=day.year - 1,
        ny=day.year + 1,
        py=last_month.year,
        pm=last_month.month,
        ry=clock.report_year,
        oy=clock.report_year - 1,
        organ=organ.name,
        short=organ.short,
    )


def _written(world: World, clock: Clock) -> list[Item]:
    items = []
    for entry in data("items.yaml"):
        column = world.column(entry["column"])
        organ = world.organs[entry["column"].partition("/")[0]]
        kind = entry.get("kind") or _kind(column)
        day = clock.on(entry["yearly"]) if "yearly" in entry else clock.ago(entry["age"])
        if kind == "annual" and "yearly" not in entry:
            day = _annual_day(organ, clock)
        document = kind in DOCUMENT_KINDS
        items.append(
            Item(
                key=entry["key"],
                organ=organ,
                column=column,
                kind=kind,
                day=day,
                tag_day=day,
                title=_titled(entry["title"], organ, day, clock),
                subject=entry["subject"],
                table=entry.get("table", "full" if document else "none"),
                disclosure=entry.get("disclosure", "主动公开"),
                closing=entry.get("closing"),
                reading=entry.get("reading", "both" if kind == "policy" else "none"),
                paragraphs=[Paragraph(markup, "html") for markup in entry.get("html", [])],
                files=list(entry.get("files", [])),
                row=Row(**entry.get("row", {})),
                headline=entry.get("headline"),
                feedback=entry.get("feedback"),
                variant=_variant(entry),
            )
        )
    return items


def _variant(entry: dict[str, Any]) -> Variant:
    values = {field.name: entry[field.name] for field in fields(Variant) if field.name in entry}
    values |= {name: tuple(values[name]) for name in ("text", "changed") if name in values}
    return Variant(**values)


def _number(items: list[Item]) -> None:
    counters: dict[tuple[str, int], int] = defaultdict(int)
    for item in sorted(
        (item for item in items if item.kind in DOCUMENT_KINDS), key=lambda item: (item.day, item.key)
    ):
        prefix = item.organ.prefix
        if item.kind == "appointment":
            prefix = prefix.replace("政发", "政任")
        elif item.issuer != item.organ.name:
            prefix = prefix.replace("政发", "政办发")
        elif item.kind in ("approval", "response"):
            prefix = prefix.replace("政发", "政字")
        year = item.day.year
        counters[prefix, year] += 1
        item.number = f"{prefix}〔{year + item.variant.number_year}〕{counters[prefix, year]}号"


def _reading(item: Item, world: World) -> list[Item]:
    """Return the interpretation of a document that has one, linking as the document's ``reading`` says.

    Towns have no column of interpretations: theirs stand in the county's.
    """
    if item.kind not in _ORDINARY_READINGS or item.reading in ("none", "shell", "unrelated"):
        return []
    organ = item.organ if item.organ.has("zcjd") else world.organs["xzf"]
    plain = organ.column("zcjd").plain_readings
    title = {
        "picture": f"一图读懂《{item.name}》",
        "number": f"{item.subject}支持政策有关问题解答",
        "title": f"《{item.name}》政策解读",
    }.get(
        item.reading,
        _READING_TITLES[0 if plain else len(item.subject) % len(_READING_TITLES)].format(name=item.name),
    )
    reading = Item(
        key=f"{item.key}/reading",
        organ=organ,
        column=organ.column("zcjd"),
        title=title,
        subject=item.subject,
        kind="interpretation",
        day=item.day + timedelta(days=item.variant.delay),
        tag_day=item.day + timedelta(days=item.variant.delay),
        interprets=item,
    )
    if item.reading not in ("reverse", "title", "number"):
        item.related.append(("相关解读", [reading.key]))
    if item.reading not in ("forward", "title", "number"):
        reading.related.append(("相关文件", [item.key]))
    return [reading]


def _text(item: Item, clock: Clock, items: dict[str, Item]) -> list[Paragraph]:
    writer = Writer(item.key, item.organ, item.subject, item.day)
    if item.variant.text:
        signed = writer.signature() if item.kind in _SIGNED else []
        return [*(Paragraph(text.format(day=chinese_date(item.day))) for text in item.variant.text), *signed]
    if item.kind == "policy":
        return writer.policy(item.name, enclosed="《" in item.title)
    if item.kind == "interpretation" and item.interprets is not None:
        if item.interprets.reading == "picture":
            return []
        if item.interprets.reading in ("copy", "headings"):
            return _formulaic(item.interprets, items)
        number = item.interprets.number if item.interprets.reading == "number" else None
        return writer.interpretation(item.interprets.name, number)
    if item.kind == "annual":
        return annual_report(item.organ, clock.report_year, item.day, item.variant.report)
    if item.kind in ("consultation", "feedback"):
        return _participation(item, clock, writer, items)
    if item.kind == "decision":
        return _decisions(item, items)
    if item.kind in DOCUMENT_KINDS:
        return _short_document(item, writer)
    return {"news": writer.news, "notice": writer.notice, "questions": writer.questions}.get(
        item.kind, writer.plain
    )()


def _short_document(item: Item, writer: Writer) -> list[Paragraph]:
    meeting = chinese_date(workday(item.day + timedelta(days=5)))
    texts = data("forms.yaml")["documents"][item.kind]
    filled = (text.format(subject=item.subject, meeting=meeting) for text in texts)
    return [*(Paragraph(text) for text in filled), *writer.signature()]


def _participation(item: Item, clock: Clock, writer: Writer, items: dict[str, Item]) -> list[Paragraph]:
    end = item.day + timedelta(days=30)
    values = {
        "subject": item.subject,
        "name": item.name,
        "day": chinese_date(item.day),
        "end": chinese_date(end),
        "start_iso": item.day.isoformat(),
        "end_iso": end.isoformat(),
        "state": "进行中" if end >= clock.as_of else "已结束",
    }
    paragraphs = [Paragraph(text.format(**values)) for text in data("forms.yaml")[item.kind]]
    if item.feedback:
        answer = items[item.feedback]
        paragraphs.append(Paragraph(f'<p>征集结果：<a href="@{answer.key}">{answer.title}</a></p>', "html"))
    return [*paragraphs, *writer.signature()]


def _formulaic(document: Item, items: dict[str, Item]) -> list[Paragraph]:
    """Return an interpretation that says nothing: the document's own text, or its headings alone."""
    body = [paragraph for paragraph in document.paragraphs if paragraph.style in ("body", "head")]
    if document.reading == "copy":
        return body[1:]
    return [Paragraph(paragraph.text.split("。")[0]) for paragraph in body if _HEADED.match(paragraph.text)]


_HEADED = re.compile(r"[一二三四五六七八]、|（[一二三四五]）")


def _decisions(item: Item, items: dict[str, Item]) -> list[Paragraph]:
    """Return a catalogue of decisions: the county's with what became of each, others' with one to come."""
    forms = data("forms.yaml")["decision"]
    heads = forms["heads"]
    if item.organ.kind == "county":
        rows = [
            (
                name,
                "县政府办公室",
                f"第{_QUARTERS[max(0, (items[stages['征求意见']].day.month - 1) // 3)]}季度",
                "公开征求意见、座谈会",
                "　".join(f'<a href="@{key}">{label}</a>' for label, key in stages.items()),
            )
            for name, stages in forms["items"].items()
        ]
    else:
        rows = [(f"{item.organ.short}公共服务事项调整方案", item.organ.name, "12月底前", "公开征求意见、问卷", "拟办")]
    lines = [
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in (str(place), *row)) + "</tr>"
        for place, row in enumerate(rows, 1)
    ]
    head = "<tr>" + "".join(f"<th>{name}</th>" for name in heads) + "</tr>"
    table = f'<table class="data" border="1">{head}{"".join(lines)}</table>'
    return [Paragraph(forms["lead"]), Paragraph(table, "html")]


def _furnish(item: Item) -> None:
    if item.kind == "policy" and item.reading == "shell":
        item.empty_shell = True
    if item.kind == "policy" and item.reading == "unrelated":
        item.related.append(("相关文件", [f"{item.organ.key}/zcwj/0", f"{item.organ.key}/zcwj/1"]))
    if item.interprets is not None and item.interprets.reading == "picture":
        item.picture = item.serial % 6
    if (item.kind == "news" and item.serial % 3 == 0) or item.column.layout == "pictures":
        item.picture = item.serial % 6
    if item.column.of == "budgets" and not item.files:
        item.files = [f"{item.title}.pdf", f"{item.title}公开表.xlsx"]
    elif item.variant.report == "in-sheet":
        item.files = [f"{item.title}数据表.xlsx"]
        item.variant.contents[item.files[0]] = applications_sheet(item.organ, item.day.year - 1)
    elif item.kind == "annual" or item.column.of in ("plans", "statistics"):
        item.files = [f"{item.title}.pdf"]
    elif item.kind == "policy" and item.serial % 4 == 0:
        item.files = [f"{item.name}.docx"]
