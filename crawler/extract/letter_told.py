"""Letters that labels alone do not tell: what the page's sentences and headings say fills what labels leave open."""

from __future__ import annotations

import re
from collections import defaultdict

from lxml.etree import _Element as Element

from crawler.extract.breadcrumb import read_breadcrumb
from crawler.extract.dates import find_dates
from crawler.extract.letter_parts import Draft, Label, is_empty_place, is_inside
from crawler.extract.letter_phrases import masked, phrases, state_of, unit_in
from crawler.extract.letter_turns import Mark, Turns, read_turns, sentences, signed
from crawler.extract.letter_words import bare, says_no_reply, words
from crawler.extract.line import Line
from crawler.extract.outline import clean
from crawler.extract.parsed import ParsedPage

_CONTENT = frozenset({"question", "reply"})
_HEAD = re.compile(r"\s*[-_|—–]+\s*|\s{2,}")
_MOST_LINES = 600
_WHEN = frozenset({"办理时间", "办理日期", "时间", "日期"})
_LONGEST_NAME = 12
_LONGEST_TITLE = 60
_LONGEST_FIELD = 60
# the day and the text of one letter
_OF_ONE = 2


def names_mailbox(page: ParsedPage) -> bool:
    """Whether a page's column, trail or the end of its title is that of a mailbox, and nothing tells it is another's.

    Costs a look at a few names: asked of every page that has labels of letters, or is named like letters.
    """
    names = _names(page)
    if not any(phrases().mailbox_columns.search(name) for name in names):
        return False
    title = page_title(page)
    if phrases().other_titles.search(title):
        return False
    others = [name for name in names if phrases().other_columns.search(name)]
    return all(phrases().mailbox_columns.search(name) for name in others)


def names_nothing(page: ParsedPage) -> bool:
    """Whether nothing tells a page's column for anything else than letters: it may be one's in a column of any name."""
    return not (
        phrases().other_titles.search(page_title(page))
        or any(phrases().other_columns.search(name) for name in _names(page))
    )


def _names(page: ParsedPage) -> list[str]:
    crumb = page.once(read_breadcrumb)
    names = [page.meta.get("columnname", ""), page.meta.get("columntype", ""), *_HEAD.split(page.heading)[1:]]
    names += crumb.labels[1:] if crumb is not None else []
    # a page may be called nothing but 镇长信箱
    first = _HEAD.split(page.heading)[0]
    names += [first] if len(first) <= _LONGEST_NAME and phrases().mailbox_name.search(first) else []
    return [name for name in names if 0 < len(name) <= 2 * _LONGEST_NAME]


def repeats(labels: list[Label]) -> bool:
    """Whether labels of what people ask, or of when, stand on several lines: those of the rows of a list."""
    return len({label.line for label in labels if label.name in ("question", "received")}) > _OF_ONE


def is_list(page: ParsedPage, title: str) -> bool:
    """Whether a page of rows goes by the name of its column: a letter's own page has the letter's title."""
    crumb = page.once(read_breadcrumb)
    names = {page.meta.get("columnname", ""), *(crumb.labels[-1:] if crumb is not None else ())}
    return title in names or (len(title) <= _LONGEST_NAME and phrases().mailbox_columns.search(title) is not None)


def page_title(page: ParsedPage) -> str:
    """Return what a page is called: by its tag, its heading, or the beginning of its title."""
    tagged = page.meta.get("articletitle")
    if tagged:
        return clean(tagged)
    headings = [*page.named["h1"], *page.named["h2"]]
    heading = next((text for node in headings if (text := clean("".join(node.itertext())))), "")
    return heading or _HEAD.split(page.heading)[0]


def complete(
    lines: list[Line], labels: list[Label], footer: int, draft: Draft, page: ParsedPage, taken: set[int],
) -> Turns:
    """Fill what labels leave open in a letter's draft from what the lines say; return what they say.

    ``labels`` are those of the letter's content, in order; the lines from ``footer`` on, and those ``taken``
    already, are not looked at.
    """
    values = draft.values
    start, title = _start(lines, labels, page)
    marks, claimed = _marks(lines, labels)
    claimed |= taken
    if title and not values.get("title"):
        values["title"] = title
    end = min(footer, start + _MOST_LINES)
    turns = read_turns(lines, start, end, claimed, marks, values.get("received"))
    _fill_state(draft, turns)
    _fill_texts(draft, turns)
    for name, said in (
        ("received", turns.received), ("replied", turns.replied), ("department", turns.department),
    ):
        if said and not values.get(name) and not (name == "replied" and _is_out(values)):
            values[name] = said
    _fill_from_signatures(values)
    return turns


def draft_of(turns: Turns) -> Draft:
    """Return the draft of one of several letters; it goes by the beginning of its question."""
    values = {"title": turns.question_text.split("\n")[0][:_LONGEST_TITLE], "question": turns.question_text}
    values |= {"reply": turns.reply_text, "received": turns.received or ""}
    _fill_from_signatures(values)
    for name, said in (("replied", turns.replied), ("department", turns.department)):
        if said:
            values[name] = said
    return Draft(values)


def is_told(draft: Draft, turns: Turns, *, named: bool = True) -> bool:
    """Whether a page without enough labels tells a letter: asked by somebody, with days or a state.

    Questions and answers without any day, person or unit may be those of a guide; several are an interview. A page
    that is not ``named`` a mailbox's must hold nothing else, and say who asked when.
    """
    values = draft.values
    if turns.asked > 1:
        return False
    if not named and not (turns.asked == 1 and turns.received and turns.told and not turns.loose and (
        turns.opened or turns.status
    )):
        return False
    asked = bool(values.get("question")) and (turns.asked > 0 or draft.own > 0 or bool(values.get("received")))
    dated = bool(values.get("received") or values.get("replied"))
    went_on = bool(values.get("reply") or values.get("status") or values.get("replied")) or (
        named and draft.own > 1 and bool(values.get("received"))
    )
    return asked and went_on and dated and (turns.told or draft.own > 0 or "received" in values)


def _start(lines: list[Line], labels: list[Label], page: ParsedPage) -> tuple[int, str]:
    """Return the line at which a letter's content begins, and its title where only that line tells it."""
    crumb = page.once(read_breadcrumb)
    begin = crumb.end if crumb is not None else 0
    named = page_title(page)
    own = "".join(named.split())
    first = min((label.line for label in labels), default=len(lines))
    at = next(
        (number for number in range(begin, len(lines)) if own and "".join(lines[number].plain.split()) == own), None,
    )
    if at is not None:
        return min(at + 1, first), ""
    generic = not own or own == page.meta.get("columnname") or (
        len(own) <= _LONGEST_NAME and phrases().mailbox_columns.search(own) is not None
    )
    if generic and begin < len(lines) and crumb is not None:
        line = lines[begin]
        if _is_heading(line) and begin < first:
            return begin + 1, line.plain
    return min(begin, first), ""


def _is_heading(line: Line) -> bool:
    """Whether a line stands out: a heading, a centred or bold one, that is no link and no sentence."""
    if line.linked or not 2 < len(line.plain) <= _LONGEST_TITLE or line.plain.endswith(("。", "：", ":")):
        return False
    element = line.element
    if element.tag in ("h1", "h2", "h3", "h4", "h5", "caption") or element.get("align") == "center":
        return True
    return any(len("".join(node.itertext()).strip()) >= len(line.plain) for node in element.iter("b", "strong", "font"))


def _marks(lines: list[Line], labels: list[Label]) -> tuple[dict[int, Mark], set[int]]:
    """Return where labelled texts begin, and which lines are fields or their values."""
    marks: dict[int, Mark] = {}
    claimed: set[int] = set()
    labels_in: dict[int, list[Label]] = defaultdict(list)
    for label in labels:
        labels_in[label.line].append(label)
    for index, label in enumerate(labels):
        line = lines[label.line]
        if label.name in _CONTENT:
            if not clean(line.text[label.end:]) and is_empty_place(line.element):
                marks[label.line] = Mark("empty")
                continue
            state = label.name == "reply" and label.label.endswith(words().tells_state)
            before = masked(line.text[:label.start]) if label.start > 2 else None
            marks[label.line] = Mark(
                label.name, label.end, state, unit_in(before.text) if before else None,
                before.days[0][2] if before and before.days else None,
                keyed=label.label.endswith(tuple(words().asks)), brief=len(label.label) == 1,
            )
            claimed.discard(label.line)
            continue
        if label.line in marks and marks[label.line].kind in (*_CONTENT, "empty"):
            continue
        if label.name == "sender" and len(labels_in[label.line]) == 1 and masked(line.text).days:
            continue
        first = not clean(line.text[:label.start])
        if label.line not in claimed and not (first and len(line.text) <= 3 * _LONGEST_FIELD):
            continue
        claimed.add(label.line)
        if _is_of_reply(label):
            marks.setdefault(label.line, Mark("field"))
        following = labels[index + 1].line if index + 1 < len(labels) else len(lines)
        behind = label.line + 1
        empty = not clean(line.text[label.end:])
        if empty and behind < following and behind < len(lines) and len(lines[behind].plain) <= _LONGEST_FIELD:
            claimed.add(behind)
    return marks, claimed


def _is_of_reply(label: Label) -> bool:
    return label.name == "replied" or (
        label.name == "department" and phrases().replied.match(label.label) is not None
        and not label.label.startswith(("办理", "处理", "办结", "处置"))
    )


def column_values(lines: list[Line], labels: list[Label]) -> tuple[dict[str, str], set[int]]:
    """Return what stands in the one row below a row of labels, by what each labels, and the lines of both rows.

    Rows with links are those of a list.
    """
    values: dict[str, str] = {}
    taken: set[int] = set()
    seen: set[Element] = set()
    for label in labels:
        cell = lines[label.line].element
        row = cell.getparent()
        if cell.tag not in ("td", "th") or row is None or row.tag != "tr" or row in seen:
            continue
        seen.add(row)
        heads = ["".join("".join(head.itertext()).split()) for head in row]
        names = [words().fields.get(bare(head), "") for head in heads]
        below = row.getnext()
        if below is None and row.getparent().tag == "thead" and row.getparent().getnext() is not None:
            below = next(iter(row.getparent().getnext().iter("tr")), None)
        if sum(map(bool, names)) < 2 or below is None or not _is_single_row(below, len(heads)):
            continue
        texts = [_text_of(part) for part in below]
        if any(bare(text) in words().fields for text in texts):
            continue
        for name, head, text in zip(names, heads, texts, strict=True):
            told = name or ("replied" if "reply" in names and "replied" not in names and bare(head) in _WHEN else "")
            if told in ("received", "accepted", "replied"):
                text = next((found.day for found in find_dates(text)), "")
            if told and text:
                values.setdefault(told, text)
        taken |= {
            at for at, line in enumerate(lines)
            if is_inside(line.element, row) or is_inside(line.element, below)
        }
    return values, taken


def _is_single_row(row: Element, width: int) -> bool:
    following = row.getnext()
    return row.tag == "tr" and len(row) == width and next(row.iter("a"), None) is None and (
        following is None or following.tag != "tr" or len(following) != width
    )


def _text_of(cell: Element) -> str:
    parts = (" ".join("".join(part.itertext()).split()) for part in (cell if len(cell) else (cell,)))
    head = " ".join((cell.text or "").split()) if len(cell) else ""
    return "\n".join(part for part in (head, *parts) if part)


def _is_out(values: dict[str, str]) -> bool:
    return bool(phrases().out.search(values.get("status") or ""))


def _fill_state(draft: Draft, turns: Turns) -> None:
    """Take the state the lines tell; what labels took for a reply and is a state is none."""
    values = draft.values
    reply = values.get("reply") or ""
    state = state_of(reply, values.get("received"), labelled=True) if reply and not turns.reply else None
    if state is not None and turns.status and (state.kind != "waiting" or not values.get("replied")):
        values["reply"] = ""
        if values.get("replied") and state.kind == "out":
            values.pop("replied")
    refused = turns.status is not None and phrases().out.search(turns.status) is not None and not _is_out(values)
    if turns.status and (not values.get("status") or refused):
        values["status"] = turns.status


def _fill_texts(draft: Draft, turns: Turns) -> None:
    values = draft.values
    loose = [line for line in sentences(turns.loose) if not says_no_reply(line)]
    question, reply = values.get("question"), values.get("reply")
    said = turns.reply_text
    if said and (not reply or (turns.opened and said in reply and said != reply)):
        values["reply"] = "" if says_no_reply(said) else said
    short = turns.question_text
    if question and short and short != question and turns.opened and (
        question.startswith(short) or question in turns.reply_text
    ):
        values["question"] = short
    if not question and turns.question:
        values["question"] = turns.question_text
    elif not question and loose and (values.get("received") or turns.received):
        values["question"], loose = "\n".join(loose), []
    answered = values.get("replied") or turns.replied or (
        values.get("status") and phrases().answered.search(values["status"])
    )
    if answered and loose and not values.get("reply") and not draft.bare_reply and not _is_out(values):
        asked = values.get("question") or ""
        left = [line for line in loose if line not in asked]
        if left:
            values["reply"] = "\n".join(left)


def _fill_from_signatures(values: dict[str, str]) -> None:
    """Take day and unit a text is signed with, where nothing else tells them."""
    asked, answered = signed(values.get("question") or ""), signed(values.get("reply") or "")
    if asked.text:
        values["question"] = asked.text
    if answered.text:
        values["reply"] = answered.text
    if asked.day and not values.get("received") and not values.get("accepted"):
        values["received"] = asked.day
    received = values.get("received") or values.get("accepted") or ""
    if answered.day and not values.get("replied") and answered.day >= received[:10]:
        values["replied"] = answered.day
    if answered.unit and not values.get("department"):
        values["department"] = answered.unit
