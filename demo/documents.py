"""What makes a page a document: its disclosure table, its 文号 line, its 版记."""

from __future__ import annotations

from datetime import timedelta

from demo.county import World
from demo.item import DOCUMENT_KINDS, Item
from demo.prose import Paragraph, chinese_date

Fields = list[tuple[str, str]]


def table_fields(item: Item, world: World) -> Fields:
    """Return the rows of a document's disclosure table as label and value; empty where it has none."""
    if item.table == "none":
        return []
    disclosure = {
        "full": [("公开方式", item.disclosure)],
        "without": [],
        "blank": [("公开方式", "")],
        "dash": [("公开方式", "——")],
        "term": [("公开时限", "长期公开")],
    }[item.table]
    fields = [
        ("索引号", f"{item.organ.code}/{item.day.year}-{item.serial:05d}"),
        ("主题分类", world.topics.get(item.organ.key, "综合政务\\政务公开")),
        ("发文机关", item.issuer),
        ("成文日期", item.signed.isoformat()),
        ("标题", item.title),
        ("文号", item.number or ""),
        ("发布日期", item.day.isoformat()),
        *disclosure,
    ]
    return fields + ([("有效性", item.variant.validity)] if item.kind == "policy" and item.variant.validity else [])


def full_text(item: Item) -> list[Paragraph]:
    """Return an item's paragraphs; a document's with its 文号 line before and its 版记 after."""
    if item.kind not in DOCUMENT_KINDS or item.number is None:
        return item.paragraphs
    closing = []
    if item.closing == "note":
        closing.append(Paragraph("（此件公开发布）"))
    if item.closing == "imprint":
        closing.append(Paragraph("公开属性：主动公开"))
    printed = item.signed - timedelta(days=item.variant.printed)
    return [
        Paragraph(item.number, "center"),
        *item.paragraphs,
        *closing,
        Paragraph(f"{item.issuer.removesuffix('办公室')}办公室　　　　{chinese_date(printed)}印发"),
    ]
