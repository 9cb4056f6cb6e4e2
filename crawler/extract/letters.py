"""Letters (来信): a letter and its reply on a page of its own, or the rows of a list of letters."""

from __future__ import annotations

import re
from itertools import islice

from lxml.html import HtmlElement

from crawler.cms.zones import Zones
from crawler.extract.dates import find_dates, parse_date
from crawler.extract.letter_data import letter_in_data
from crawler.extract.letter_labels import labels_of
from crawler.extract.letter_lists import page_names_letters, read_letter_rows
from crawler.extract.letter_parts import Draft, Label, is_empty_place, is_inside, neighbour_of
from crawler.extract.letter_phrases import masked, unit_in
from crawler.extract.letter_told import (
    column_values,
    complete,
    draft_of,
    is_list,
    is_told,
    names_mailbox,
    names_nothing,
    page_title,
    repeats,
)
from crawler.extract.letter_words import bare, is_status, says_no_reply, says_waiting, words
from crawler.extract.outline import Line, Outline, clean
from crawler.extract.parsed import ParsedPage
from crawler.snapshot.records import Letter

_GAP = r"(?:\s|&nbsp;|&emsp;|<[^<>]{0,80}>){0,4}"
_HINTS = (
    "来信", "信件", "留言", "提问", "写信", "咨询", "诉求", "投诉", "网友", "网民", "群众", "收到", "答复", "回复",
    "办结", "受理", "办理", "反馈", "求助", "提交", "反映", "处理", "来件", "建言",
)
_HINT = re.compile(
    "(?:" + "|".join(_GAP.join(hint) for hint in _HINTS)
    + f"){_GAP}(?:时{_GAP}间|日{_GAP}期|内{_GAP}容|标{_GAP}题|主{_GAP}题|编{_GAP}号|单{_GAP}位|部{_GAP}门|状{_GAP}态|"
    f"人|情{_GAP}况|结{_GAP}果|意{_GAP}见|提{_GAP}问|[:：]|[(（](?:19|20)\\d\\d)"
)
# 网友“某某”于某日来信：
_ASKING = re.compile(
    r"(?:网友|网民|市民|群众|居民|村民|来信人|写信人|来信|留言)[^\n。：:]{0,40}"
    r"(?:来信|留言|提问|反映|咨询|写信)[^\n。：:]{0,24}[：:]"
)
_COLON = re.compile(r"[:：]")
_LEADING_DAY = re.compile(r"^\s*[(（\[【](?:19|20)\d\d[^()（）\[\]【】]{4,20}[)）\]】]\s*[:：]\s*")
_CONTENT = frozenset({"question", "reply"})
_OPENING = frozenset({"title", "number", "received"})
_DAYS = frozenset({"received", "accepted", "replied"})
# the lines just above a footer often are its own; these labels are never a footer's
_UP_TO_FOOTER = _CONTENT | _DAYS
_LONGEST_SHORT = 60
_LONGEST_TEXT = 4000
_FOOTER_LINES, _GAP_IN_FOOTER = 3, 2
_CONTENT_LEVELS = 4
_MOST_LINES, _MOST_BESIDE = 4000, 200
_SIGNALS = 3
_PROMPT = re.compile(r"\s*(?:请(?!问|求|示|教)|在此|不超过|限)")
_HEADING_LINES, _LONGEST_HEADING = 3, 48
_NO_WORDS = re.compile(r"[\x00\s\d:：,，。|｜·/—–\-（）()\[\]]")
_COLUMNS = 3
# words that head the columns of any table
_HEADINGS = frozenset({"title", "number", "kind", "status", "question", "step"})
_ROWS = 2


def read_letters(page: ParsedPage) -> list[Letter]:
    """Return the letters a page shows; empty for pages that are not about letters.

    A detail page gives one letter with ``href`` None (more where several are shown in full), a list gives its
    rows. ``question`` and ``reply`` hold at most 4,000 characters; ``reply`` is ``""`` where the page shows a
    place for it but no reply.
    """
    letters = _shown(page)
    if letters or not page.scripts or not (page_names_letters(page) or names_mailbox(page)):
        return letters
    draft = letter_in_data(page)
    return [_letter(draft, page)] if draft is not None else []


def _shown(page: ParsedPage) -> list[Letter]:
    """Return the letters a page's markup shows."""
    if not _may_be_letters(page):
        return []
    outline = page.outline
    labels = labels_of(outline.lines)
    if any(label.label in words().foreign for label in labels) or _names_foreign(outline):
        return []
    letters = _details(outline, labels, page)
    full = [letter for letter in letters if letter.question or letter.reply]
    if len(full) == 1:
        return full
    rows = read_letter_rows(page)
    return rows if len(rows) >= max(len(full), 1) else full or letters


def _may_be_letters(page: ParsedPage) -> bool:
    """Whether at least two different labels of letters stand on the page: the cheap question asked first."""
    seen: set[str] = set()
    # rows of letters are read in what a script may still show, too: the markup has that, and is longer
    text = page.html if page.outline.conceals else page.outline.text
    for match in _HINT.finditer(text):
        seen.add(match.group()[:20])
        if len(seen) > 1:
            return True
    return page_names_letters(page) and (
        names_mailbox(page) or any(status in page.html for status in words().statuses)
    )


def _names_foreign(outline: Outline) -> bool:
    """Whether a line of the page is a label of consultations, permits, proposals and the like."""
    foreign = words().foreign
    return any(
        bare(part) in foreign
        for line in outline.lines[:_MOST_LINES] if len(line.text) < _LONGEST_SHORT
        for part in re.split(r"[:：\x1f]", line.text)[:4]
    )


def _details(outline: Outline, labels: list[Label], page: ParsedPage) -> list[Letter]:
    zones = Zones(page.base)
    lines = outline.lines
    footer = _footer(lines)
    last = footer - _FOOTER_LINES if footer < len(lines) else footer
    kept: list[Label] = []
    for label in labels:
        if label.line >= footer or zones.in_chrome(lines[label.line].element):
            continue
        if label.line < last or label.name in _UP_TO_FOOTER or _is_with(lines, label, kept, footer):
            kept.append(label)
    below, taken = column_values(lines, kept)
    kept = [label for label in kept if label.line not in taken]
    blocks = _blocks(lines, kept)
    drafts = [_of_block(lines, block, footer) for block in blocks] or _in_order(lines, kept, footer)
    for name, value in below.items() if len(drafts) == 1 else ():
        drafts[0].values[name] = drafts[0].values.get(name) or value
    if len(drafts) == 1:
        _take_day_of_sender(lines, kept, drafts[0])
    letters = [_letter(draft, page) for draft in drafts if _is_letter(draft, page)]
    named = names_mailbox(page)
    if blocks or len(drafts) > 1 or not (letters or named or (_ASKING.search(outline.text) and names_nothing(page))):
        return letters
    turns = complete(lines, kept, footer, drafts[0], page, taken)
    if not letters and turns.several and named:
        return [_letter(draft_of(several), page) for several in turns.several]
    if not letters and not is_told(drafts[0], turns, named=named):
        return []
    letter = _letter(drafts[0], page)
    if not letters and is_list(page, letter.title) and (repeats(kept) or len(read_letter_rows(page)) >= _ROWS):
        return []
    return [letter]


def _take_day_of_sender(lines: list[Line], labels: list[Label], draft: Draft) -> None:
    """Take the day that stands beside or below who asked (留言人：孙** 2026-7-22) where no label tells one."""
    if draft.values.get("received") or draft.values.get("accepted"):
        return
    for label in labels:
        if label.name == "sender":
            own, below = lines[label.line], lines[label.line + 1] if label.line + 1 < len(lines) else None
            dated = masked(below.plain) if below is not None and below.element is own.element else None
            day = parse_date(draft.values.get("sender", ""))
            if day is None and dated is not None and dated.days and not _NO_WORDS.sub("", dated.text):
                day = dated.days[0][2]
            if day:
                draft.values["received"] = day
            return


def _is_with(lines: list[Line], label: Label, before: list[Label], footer: int) -> bool:
    """Whether a label just above the footer goes on with the fields before it, and the footer does not.

    The footer lies outside the element that holds both, or is an element of another kind beside theirs.
    """
    if not before:
        return False
    above, element, below = (lines[at].element for at in (before[-1].line, label.line, footer))
    around = {above, *above.iterancestors()}
    shared = next((node for node in (element, *element.iterancestors()) if node in around), None)
    if shared is None or not is_inside(below, shared):
        return shared is not None
    first, second, third = (_kind_within(shared, node) for node in (above, element, below))
    return first is not None and first == second and second != third


def _kind_within(holder: HtmlElement, node: HtmlElement) -> tuple[str, str] | None:
    """Return the tag and the class of the holder's child that a node lies in; None for the holder itself."""
    child = next((own for own in (node, *node.iterancestors()) if own.getparent() is holder), None)
    return (str(child.tag), child.get("class", "")) if child is not None else None


def _in_order(lines: list[Line], kept: list[Label], footer: int) -> list[Draft]:
    """Read labels one after the other; a letter ends where what opens one comes again."""
    drafts: list[Draft] = [Draft()]
    for index, label in enumerate(kept):
        draft = drafts[-1]
        if label.name in _OPENING and label.name in draft.values and _CONTENT & draft.values.keys():
            draft = Draft()
            drafts.append(draft)
        _read(draft, lines, kept, index, footer)
    return drafts


def _read(draft: Draft, lines: list[Line], labels: list[Label], index: int, footer: int) -> None:
    """Take the value of one label, unless the letter has one of its kind already."""
    label = labels[index]
    if draft.values.get(label.name) and label.name != "reply":
        return
    value = _value(lines, labels, index, footer) or _in_form(lines[label.line].element)
    if label.name == "reply" and says_no_reply(value):
        if says_waiting(value):
            draft.values["status"] = draft.values.get("status") or value.split("\n", 1)[0]
        value = ""
    if label.name == "reply" and is_status(value):
        draft.values["status"] = draft.values.get("status") or value
        draft.values.setdefault("reply", "")
        if not label.label.endswith(words().tells_state):
            draft.bare_reply = draft.bare_reply or value
        return
    if draft.values.get(label.name):
        return
    if label.name in _CONTENT and value and not lines[label.line].text[:label.end].rstrip().endswith((":", "：")):
        value = _take_heading(draft, label, value, _beside(lines, label, footer))
    if label.name in _DAYS and value:
        value = parse_date(value) or ""
    draft.values[label.name] = value
    if value and words().is_own(label.label):
        draft.own += 1


def _in_form(label: HtmlElement) -> str:
    """Return what a field of a form (textarea, input) shows behind a label, in its block or the one beside it."""
    beside = neighbour_of(label) if label.tag in ("td", "th", "dt") else None
    for holder in (label, beside) if beside is not None else (label,):
        for field in islice(holder.iter("textarea", "input"), _SIGNALS):
            kept = field.get("readonly") is not None or field.get("disabled") is not None
            text = field.text if field.tag == "textarea" else field.get("value") if kept else None
            if text and text.strip() and not _PROMPT.match(text):
                return clean(text)[:_LONGEST_TEXT]
    return ""


def _take_heading(draft: Draft, label: Label, value: str, beside: str) -> str:
    """Take the day and the unit that stand above a text (回复 2026-04-16 某乡人民政府); return the text.

    Where nothing stands below them the text is that ``beside`` the label's cell; without any they are not taken.
    """
    rest, days, units = value.split("\n"), [], []
    for _ in range(_HEADING_LINES):
        dated = masked(rest[0]) if rest and len(rest[0]) <= _LONGEST_HEADING else None
        left = _NO_WORDS.sub("", dated.text) if dated is not None else ""
        unit = unit_in(left) if left else None
        if dated is None or (left and unit != left) or not (dated.days or unit) or (unit and label.name == "question"):
            break
        days += [day for _, _, day in dated.days[:1]]
        units += [unit] if unit else []
        rest = rest[1:]
    text = "\n".join(rest) or beside
    if not text or not (days or units):
        return text or value
    if days:
        draft.values.setdefault("replied" if label.name == "reply" else "received", days[0])
    if units:
        draft.values.setdefault("department", units[0])
    return text


def _beside(lines: list[Line], label: Label, footer: int) -> str:
    """Return the text of the cell beside a label's, where that holds but who answered and when."""
    cell = lines[label.line].element
    place = neighbour_of(cell) if cell.tag == "td" else None
    if place is None or place.tag != "td":
        return ""
    near = lines[label.line + 1:min(footer, label.line + _MOST_BESIDE)]
    return "\n".join(line.plain for line in near if is_inside(line.element, place))[:_LONGEST_TEXT]


def _blocks(lines: list[Line], labels: list[Label]) -> list[tuple[HtmlElement, list[Label]]]:
    """Return the elements that hold one letter each, with their labels, where a page shows several in full.

    They are told by the days letters came on: one in each of some elements that lie beside each other, with all
    other labels of these letters inside the same elements. Empty where the page is not made so.
    """
    received = [lines[label.line].element for label in labels if label.name == "received"]
    if len(received) < 2:
        return []
    paths = [[*reversed(list(element.iterancestors())), element] for element in received]
    depth = 0
    while all(len(path) > depth and path[depth] is paths[0][depth] for path in paths):
        depth += 1
    if not all(len(path) > depth for path in paths):
        return []
    holders = [path[depth] for path in paths]
    if len(set(holders)) < len(holders):
        return []
    held: dict[HtmlElement, list[Label]] = {holder: [] for holder in holders}
    outside: list[int] = []
    for label in labels:
        element = lines[label.line].element
        holder = next((node for node in (element, *element.iterancestors()) if node in held), None)
        if holder is not None:
            held[holder].append(label)
        elif label.name in _CONTENT or label.name == "replied":
            outside.append(label.line)
    inside = [label for group in held.values() for label in group]
    begin, end = min(label.line for label in inside), max(label.line for label in inside)
    whole = not any(begin < line < end for line in outside)
    if not whole or not any(label.name in _CONTENT for label in inside):
        return []
    return list(held.items())


def _of_block(lines: list[Line], block: tuple[HtmlElement, list[Label]], footer: int) -> Draft:
    """Read the one letter of an element; words without a label are its title, then what it asks."""
    holder, labels = block
    first = last = labels[0].line
    while first > 0 and is_inside(lines[first - 1].element, holder):
        first -= 1
    while last + 1 < min(len(lines), footer) and is_inside(lines[last + 1].element, holder):
        last += 1
    draft = Draft()
    for index in range(len(labels)):
        _read(draft, lines, labels, index, last + 1)
    unlabelled = [lines[at].plain for at in range(first, labels[0].line)]
    if not unlabelled and labels[-1].name in ("reply", "replied"):
        beside = {label.line for label in labels}
        end = min(label.line for label in labels if label.name in ("reply", "replied", "department"))
        unlabelled = [lines[at].plain for at in range(first, end) if at not in beside]
        if any(name in draft.values for name in ("title", "question")):
            unlabelled = []
    unlabelled = [text for text in unlabelled if text]
    if unlabelled and len(unlabelled[0]) <= _LONGEST_SHORT:
        draft.values.setdefault("title", unlabelled.pop(0))
    if unlabelled:
        draft.values.setdefault("question", "\n".join(unlabelled)[:_LONGEST_TEXT])
    return draft


def _footer(lines: list[Line]) -> int:
    """Return the first line of the page's footer, the number of lines where there is none."""
    marks = [at for at, line in enumerate(lines) if any(word in line.text for word in words().footers)]
    if not marks:
        return len(lines)
    if marks[0] > len(lines) // 3:
        return marks[0]
    # such words stand above the content too: the footer is the last run of them
    first = marks[-1]
    for mark in reversed(marks):
        if first - mark > _GAP_IN_FOOTER:
            break
        first = mark
    return first


def _value(lines: list[Line], labels: list[Label], index: int, footer: int) -> str:
    label = labels[index]
    following = labels[index + 1] if index + 1 < len(labels) else None
    same = following is not None and following.line == label.line
    text = lines[label.line].text
    value = clean(text[label.end: following.start if following and same else len(text)])
    if label.name not in _CONTENT:
        if value or same:
            return value[:_LONGEST_SHORT].rstrip(" |｜;；,，")
        return _next_value(lines, label, following)
    if same:
        return value
    return _content(lines, labels, index, value, footer)


def _next_value(lines: list[Line], label: Label, following: Label | None) -> str:
    """Return the value that stands in the element next to a label's, empty where that holds none."""
    at = label.line + 1
    if at >= len(lines) or (following is not None and following.line == at and following.start == 0):
        return ""
    return lines[at].plain[:_LONGEST_SHORT] if _is_next(lines[label.line].element, lines[at].element) else ""


def _is_next(element: HtmlElement, value: HtmlElement) -> bool:
    """Whether a value stands in the element behind a label's, or in a block of its own inside it."""
    if any(node is element for node in value.iterancestors()):
        return True
    neighbour = neighbour_of(element)
    if neighbour is None and element.tag not in ("td", "th", "dt"):
        parent = element.getparent()
        neighbour = neighbour_of(parent) if parent is not None and parent.tag not in ("tr", "li", "dl") else None
    node: HtmlElement | None = value
    while node is not None and node is not neighbour:
        node = node.getparent()
    return node is not None


def _content(lines: list[Line], labels: list[Label], index: int, value: str, footer: int) -> str:
    """Return a text that begins behind its label and goes on to the next label that is not part of it."""
    at = labels[index].line
    end = next(
        (label.line for label in labels[index + 1:]
         if label.line > at and label.name != "other" and label.name != labels[index].name
         and not (label.name in _HEADINGS and _heads_table(lines[label.line].element, lines[at + 1].element))),
        footer,
    )
    if not value and is_empty_place(lines[at].element):
        return ""
    parts = [value] if value else []
    length = len(value)
    following = lines[at + 1: min(end, footer)]
    around = _around(lines[at].element, following[0].element, bool(value)) if following else None
    for line in following:
        plain = line.plain
        if around is None or not is_inside(line.element, around):
            break
        if bare(_COLON.split(plain[:_LONGEST_SHORT], maxsplit=1)[0]) in words().stops or length > _LONGEST_TEXT:
            break
        parts.append(plain)
        length += len(plain)
    return "\n".join(parts)[:_LONGEST_TEXT]


def _heads_table(label: HtmlElement, content: HtmlElement) -> bool:
    """Whether what looks like a label heads a column of a table that stands in the cell a text begins in."""
    row = label.getparent()
    if content.tag not in ("td", "dd") or label.tag not in ("td", "th") or row is None or len(row) < _COLUMNS:
        return False
    return label is not content and any(node is content for node in label.iterancestors())


def _around(label: HtmlElement, content: HtmlElement, begun: bool) -> HtmlElement | None:
    """Return the element a text goes on in: the label's own, or the nearest around it that holds the next line too."""
    node: HtmlElement | None = label
    if begun and label.tag in ("td", "li", "dd"):
        return label
    for _ in range(_CONTENT_LEVELS):
        if node is None or is_inside(content, node):
            return node
        node = node.getparent()
    return None


def _is_letter(draft: Draft, page: ParsedPage) -> bool:
    """Whether the labels found speak for a letter: several, with values, some of them of letters only."""
    values = draft.values
    filled = {name for name, value in values.items() if value and name not in ("other", "kind", "step")}
    asked = bool(values.get("question")) or "received" in filled
    answered = bool(filled & {"status", "department", "accepted"} or values.keys() & {"reply", "replied"})
    own = draft.own + (1 if page_names_letters(page) else 0)
    timed = bool(filled & {"received", "accepted", "replied", "number", "status"})
    return asked and answered and timed and len(filled) >= _SIGNALS and own >= 1


def _letter(draft: Draft, page: ParsedPage) -> Letter:
    values = draft.values
    received, replied = values.get("received") or values.get("accepted"), values.get("replied")
    question, reply = values.get("question"), values.get("reply")
    received = received or _leading_day(question)
    if reply and not replied:
        replied = _leading_day(reply)
    reply = _LEADING_DAY.sub("", reply) if reply else reply or draft.bare_reply or reply
    return Letter(
        title=values.get("title") or page_title(page),
        number=values.get("number"),
        channel=values.get("channel"),
        status=_status(values.get("status")),
        received=received[:10] if received else None,
        replied=replied[:10] if replied else None,
        department=values.get("department"),
        question=question,
        reply=reply,
        has_reply_area="reply" in values or "replied" in values,
    )


def _leading_day(text: str | None) -> str | None:
    """Return the day a text begins with, as talks show it beside the speaker."""
    found = next(find_dates((text or "")[:40]), None)
    return found.day if found and found.start <= 20 else None


def _status(value: str | None) -> str | None:
    return value.strip("[]【】()（） ") if value is not None else None
