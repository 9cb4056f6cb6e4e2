"""公开属性缺失

文件页面没有标明公开属性：表中没有，正文末尾也没有。

依据
《政府信息公开条例》及国办关于公文公开属性源头认定的要求；2021 年临淄区政务公开工作要点“政府信息需标明
‘主动公开’‘依申请公开’‘不予公开’等公开属性”等。

判定
有文号的文件，或按公文格式制发、带信息公开表的文件，其信息公开表中的公开属性（公开方式、公开类别等）一栏和
正文的附注（此件公开发布、此件主动公开等）、页面其他地方都没有写明公开属性的，判为缺失。有这一栏而没有填写的，同样判为缺失，
并说明该栏为空。正文末尾的版记、附件里的正式文件（附注、版记）写明的，算标明。
填写了、但不是规定用语的，提请人工复核。

不判定
新闻、公示、解读等不是文件的信息；转载的上级和外地文件；正文或信息公开表由脚本填写而未能读到、只有附件而读不到内容的，
正式文件在附件里而附件没有读到或没有读全的，记“未能核实”。
导航和当前位置中的“法定主动公开内容”是栏目名称，不算标明公开属性。

整改
在信息公开表中补填公开属性，或在文末加注“（此件公开发布）”，并在发文环节把公开属性作为必填项。
"""

from __future__ import annotations

import re
from functools import cache

import checks.model
from checks.bodies import markup_of
from checks.documents import is_document, is_repost
from checks.model import Context, Result
from checks.scripted import is_scripted
from checks.site import Site
from checks.titles import cited, core, key
from checks.whole import Told, field_told, whole_of
from crawler.snapshot.reader import Page

_CLOSING = 800
_MIN_TEXT = 30
_FIELD = re.compile(
    r"(?:公开(?:方式|属性|类别|形式|选项|程度|类型|性质|范围)|发布方式|是否公开)\s*[:：\s】\]]\s*[:：]?([^\s，。；;|]{2,12})"
)
_OPEN = re.compile(r"公\s*开")
# the lines that close a printed document
_COLOPHON = re.compile(r"抄送|印发|共印|校对|打字|印制")
_SUFFIX = re.compile(r"\.[A-Za-z]{2,5}$")
_NOTE_LINE, _SHORT = 30, 200
_BRACKETS = "（）()〔〕[]【】。"
_COPIES = r"[（(【\[]?共?印(?:制|数|发)?[^（）()【】]{0,8}份[）)】\]]?"
_DAY = r".{0,30}\d{4}年\d{1,2}月\d{1,2}日(?:印发|印制|印)"
_NOTE = re.compile(r"此[件文][^。；\n]{0,16}公开[^。；\n]{0,6}")


class Parameters(checks.model.Parameters):
    """``labels``: the attributes a document may carry; ``notes``: the words at its end that say as much."""

    labels: tuple[str, ...] = ("主动公开", "依申请公开", "不予公开")
    notes: tuple[str, ...] = (
        "此件公开发布", "此件主动公开", "此件依申请公开", "此件不予公开", "此件不公开"
    )


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Judge every document of the site's own organs."""
    result = Result()
    for page in site.documents:
        if not is_document(page) or is_repost(page, site.name):
            continue
        department = site.department_of(page)
        result.examine(department)
        if _is_labelled(page, parameters):
            continue
        files, unread = site.attachment_texts(page)
        if any(_says(file.text, parameters) for file in files):
            continue
        title = cited(page.record.title or page.record.attributes.document_number or page.url)
        common = {"url": page.url, "department": department, "evidence": _evidence(page)}
        value = (page.record.attributes.disclosure or "").strip()
        told = Told() if value else _beside(site, page, parameters)
        if told.value and not told.hidden:
            continue
        if value:
            result.fail(
                **common, confidence="review",
                message=f"文件{title}的公开属性写作“{value[:30]}”，"
                f"不是{'、'.join(parameters.labels)}之一，请复核",
            )
        elif not _was_read(page):
            result.unverified(
                **common, message=f"文件{title}的正文本次未能读取，无法判断是否标明公开属性"
            )
        elif is_scripted(site, page, "disclosure"):
            result.unverified(
                **common, message=f"文件{title}的信息公开表由脚本填写，本次未能读取，无法判断是否标明公开属性"
            )
        elif told.value:
            result.fail(
                **common, confidence="review",
                message=f"文件{title}没有标明公开属性，页面隐藏的一块写有“{told.value[:30]}”，请复核",
            )
        elif page.record.attributes.disclosure is not None:
            result.fail(**common, message=f"文件{title}的公开属性一栏为空，没有填写，正文也没有附注")
        elif any(_is_original(link.title, page, len(page.record.attachments)) for link in unread):
            result.unverified(
                **common,
                message=f"文件{title}的页面没有标明公开属性，正式文件在附件里，附件没有读到或没有读全，无法判断",
            )
        else:
            result.fail(**common, message=f"文件{title}没有标明公开属性，信息公开表和正文附注中都没有")
    return result


def _is_labelled(page: Page, parameters: Parameters) -> bool:
    attributes = page.record.attributes
    words = (*parameters.labels, *parameters.notes)
    shown = (attributes.disclosure, attributes.body_disclosure_note)
    if any(word in plain for plain in (_plain(text) for text in shown if text) for word in words):
        return True
    if attributes.body_disclosure_note and _NOTE.search(_plain(attributes.body_disclosure_note)):
        return True
    return _says(page.text, parameters)


def _beside(site: Site, page: Page, parameters: Parameters) -> Told:
    """Return what a page says of its attribute beside the text and the table that were read of it."""
    labels = _one_of(parameters.labels)
    told = field_told(site, page, "disclosure", f"^.{{0,4}}(?:{labels}).{{0,6}}$")
    if told.value or not _NOTE.search(markup_of(site, page)):
        return told
    whole = whole_of(site, page)
    for lines, hidden in ((whole.shown, False), (whole.hidden, True)):
        note = next((line for line in lines if _is_note(line, parameters)), "")
        if note:
            return Told(note, hidden)
    return told


def _says(text: str, parameters: Parameters) -> bool:
    """Whether a document's text says its attribute: at its end, or in a line of its own before annexes."""
    if not _OPEN.search(text):
        return False
    closing = text[-_CLOSING:]
    if any(_is_said(line, parameters) for line in closing.splitlines()):
        return True
    return bool(_NOTE.search(_plain(closing))) or any(_is_note(line, parameters) for line in text.splitlines())


def _is_said(line: str, parameters: Parameters) -> bool:
    """Whether a line at a document's end gives its attribute: alone, with copies or a printing day, or labelled."""
    if not _OPEN.search(line):
        return False
    labels = _one_of((*parameters.labels, "公开发布"))
    plain = re.sub(_COPIES, "", _plain(line)).strip("。")
    if re.fullmatch(rf"[（(【\[]?(?:{labels})[）)】\]]?[。；，]?(?:{_DAY})?|[（(]公开[）)]", plain):
        return True
    field = _FIELD.search(line) or _FIELD.search(plain)
    if field and any(label in field[1] for label in parameters.labels):
        return True
    return bool(_COLOPHON.search(plain) and re.search(rf"(?:[。；\s　]|份[）)]?)(?:{labels})[\s。]*$", line))


@cache
def _one_of(labels: tuple[str, ...]) -> str:
    return "|".join(map(re.escape, labels))


def _is_note(line: str, parameters: Parameters) -> bool:
    """Whether a line is nothing but a note (此件公开发布) or the attribute's field (公开属性：主动公开)."""
    if "公开" not in line or len(line) > _NOTE_LINE:
        return False
    plain = _plain(line).strip(_BRACKETS)
    field = _FIELD.match(plain.removeprefix("信息").removeprefix("政府信息"))
    return bool(_NOTE.match(plain)) or bool(field and any(label in field[1] for label in parameters.labels))


def _is_original(title: str, page: Page, count: int) -> bool:
    """Whether an attachment is the document itself as issued: by its name, or the only one beside a short page."""
    name, own = key(_SUFFIX.sub("", title)), key(page.record.title or "")
    if len(name) >= 6 and (name in own or own in name or core(page.record.title or "") in name):
        return True
    if any(word in title for word in ("正文", "原文", "原件", "版式", "正式")):
        return True
    return count == 1 and page.record.text_length < _SHORT


def _plain(text: str) -> str:
    return "".join(text.split())


def _was_read(page: Page) -> bool:
    record = page.record
    return bool(record.title) and not record.script_shell and len(page.text.strip()) >= _MIN_TEXT


def _evidence(page: Page) -> dict[str, object]:
    attributes = page.record.attributes
    return {
        "title": page.record.title, "document_number": attributes.document_number,
        "issuer": attributes.issuer, "published": page.record.published,
        "has_table": attributes.has_table, "disclosure": attributes.disclosure,
        "note": attributes.body_disclosure_note,
    }
