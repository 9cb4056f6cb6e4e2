"""What the items say, by their kind; wording in ``data/forms.yaml`` and ``data/prose.yaml``."""

from __future__ import annotations

import re
from datetime import timedelta

from demo.county import data
from demo.dates import Clock, workday
from demo.item import DOCUMENT_KINDS, QUARTERS, Item
from demo.prose import Paragraph, Writer, chinese_date
from demo.reports import annual_report, applications_sheet

_SIGNED = frozenset({"notice", "policy", "consultation", "feedback"})
_HEADED = re.compile(r"[一二三四五六七八]、|（[一二三四五]）")


def text_of(item: Item, clock: Clock, items: dict[str, Item]) -> list[Paragraph]:
    """Return what an item says before what ``items.yaml`` adds; ``items`` are all of the site."""
    writer = Writer(item.key, item.organ, item.subject, item.signed)
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


def _decisions(item: Item, items: dict[str, Item]) -> list[Paragraph]:
    """Return a catalogue of decisions: the county's with what became of each, others' with one to come."""
    forms = data("forms.yaml")["decision"]
    heads = forms["heads"]
    if item.organ.kind == "county":
        rows = [
            (
                name,
                "县政府办公室",
                f"第{QUARTERS[max(0, (items[stages['征求意见']].day.month - 1) // 3)]}季度",
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


def furnish(item: Item) -> None:
    """Give an item its picture, its attachments and the links that go with its kind."""
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
