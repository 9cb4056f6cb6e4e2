"""Letters told in sentences and headings: who says what, line by line, where labels alone do not tell."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Container, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from crawler.extract.letter_phrases import Dated, Phrase, masked, opening, phrases, state_of, unit_in
from crawler.extract.letter_words import bare, words
from crawler.extract.line import EDGE, Line

_COLON = re.compile(r"[:：]")
_BOUNDARY = re.compile(r"[。；;！!？?]")
_BRACKETED = re.compile(r"^\s*[【\[〖](?P<inside>[^】\]〗]{1,40})[】\]〗]\s*")
_CLOSING = re.compile(
    r"\s*[(（\[【]\s*(?:[^()（）\[\]【】\d]{0,24}[\s,，]*)?(?:19|20)\d\d[^()（）\[\]【】]{4,20}[)）\]】]\s*[。.]?\s*$"
)
# …材料交户籍所在街道。县住房保障中心 2026-06-16: signed in the line of the last sentence
_BEHIND = re.compile(r"(?<=[。！!？?；;”])\s*(?P<signed>[^。！!？?；;”\n]{3,44})$")
_DATED_LABEL = re.compile(r"^\s*[(（\[【](?=(?:19|20)\d\d)[^()（）\[\]【】]{4,20}[)）\]】]\s*[:：]?\s*")
_GREETINGS = ("您好", "你好", "来信收悉", "您的来信")
_TO_WHO_ASKED = re.compile(
    r"(?:您|你)(?:的(?:来信|留言|信件|诉求|咨询)(?:已|我|收)|所?(?:反映|咨询|提出|询问)的"
    r"|(?:于|在)?(?:19|20)\d\d.{4,12}(?:反映|咨询|提出|来信|提交)的)"
    r"|(?:我|本)[局办镇乡委院站所].{0,30}(?:您|你)的?(?:来信|留言|反映|诉求)"
)
_SIGNED = 40
_COLOPHON = 120
_MOST_CELLS = 8
_LONGEST_OPENING = 160
_SHORT_LINE = 48
_STEP = 16
_LONGEST_TEXT = 4000
_SENTENCE = re.compile(r"[\u4e00-\u9fff].*[。！？!?，,；;]|[\u4e00-\u9fff]{7}")
_MOST_TURNS = 200
_LOOKED_AT = 200


@dataclass(slots=True)
class Turns:
    """What the lines of a page say of one letter; texts as lists of lines, ``""`` or None where nothing is said.

    ``asked`` counts the openings of questions, what is asked once more left out; ``opened``: words open a reply;
    ``told``: some opening names a day, a person or a unit; ``several``: the letters, where the lines tell of some.
    """

    question: list[str] = field(default_factory=list)
    reply: list[str] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)
    received: str | None = None
    replied: str | None = None
    department: str | None = None
    status: str | None = None
    asked: int = 0
    opened: bool = False
    told: bool = False
    several: list[Turns] = field(default_factory=list)

    @property
    def question_text(self) -> str:
        """The question as one text."""
        return "\n".join(self.question)[:_LONGEST_TEXT]

    @property
    def reply_text(self) -> str:
        """The reply as one text."""
        return "\n".join(self.reply)[:_LONGEST_TEXT]


@dataclass(slots=True)
class _Segment:
    """What stands between two openings: the phrase it begins with (None before the first) and its lines.

    ``field``: it begins with a field of the reply (回复时间：…), which may stand above both texts, or with a state.
    """

    phrase: Phrase | None
    lines: list[str]
    field: bool = False


@dataclass(frozen=True)
class Mark:
    """A line at which a labelled part begins: ``question`` or ``reply``, where its words begin in the line.

    ``kind`` is ``field`` for a field of the reply, ``empty`` where nothing stands in the place for the text, ``skip``
    for a label that is told of elsewhere; ``status``: the label may be one of states (处理情况); ``unit`` and ``day``
    are told before it (【县住建局】回复：…); ``keyed``: it is a word of asking by itself (网民提问：…),
    ``brief``: a single character (问：…).
    """

    kind: str
    start: int = 0
    status: bool = False
    unit: str | None = None
    day: str | None = None
    keyed: bool = False
    brief: bool = False


def read_turns(
    lines: list[Line], start: int, end: int, claimed: Container[int], marks: dict[int, Mark], since: str | None,
) -> Turns:
    """Read the lines ``start`` to ``end`` of a page as one letter's.

    ``claimed`` are the numbers of lines that are fields (来信时间：…) or their values, ``marks`` those at which a
    labelled part begins. ``since`` is the day the letter came on, if known.
    """
    turns = Turns()
    segments = _segments(lines[start:end], start, claimed, marks, since, turns)
    if _trailing(segments):
        segments = _turned(segments)
    elif _closes_question(segments):
        segments = [
            _Segment(None, []), _Segment(segments[1].phrase, segments[0].lines),
            _Segment(Phrase("reply", "greeting", keyed=False), segments[1].lines),
        ]
    _gather(segments, turns)
    if turns.asked > 1:
        turns.several = _several(segments)
    return turns


def _several(segments: list[_Segment]) -> list[Turns]:
    """Return the letters of a page that shows some, one below the other; empty where not each has a day and an answer.

    Questions without days are those of an interview or a guide.
    """
    groups: list[list[_Segment]] = []
    for segment in segments:
        phrase = segment.phrase
        if phrase is not None and phrase.kind == "question" and phrase.keyed and not phrase.again:
            groups.append([])
        if groups:
            groups[-1].append(segment)
    letters = []
    for group in groups:
        letter = Turns()
        _gather(group, letter)
        letter.question = letter.question or letter.loose
        if not (letter.question and letter.reply and letter.received):
            return []
        letters.append(letter)
    return letters


def _segments(
    lines: list[Line], first: int, claimed: Container[int], marks: dict[int, Mark], since: str | None, turns: Turns,
) -> list[_Segment]:
    segments = [_Segment(None, [])]
    bar = _steps(lines, first)
    at = 0
    while at < len(lines) and len(segments) <= _MOST_TURNS:
        line, mark = lines[at], marks.get(first + at)
        if mark is not None and mark.brief and _is_told_reply(segments[-1]):
            mark = None
        if mark is not None and mark.kind in ("skip", "empty"):
            segments += [_Segment(None, [])] if mark.kind == "empty" else []
            at += 1
            continue
        if mark is not None:
            segments.append(_Segment(_labelled(mark), [], mark.kind == "field"))
            if mark.kind == "question":
                turns.received = turns.received or mark.day
        if first + at in claimed:
            at += 1
            continue
        text, used = line.text[mark.start if mark else 0:].replace(EDGE, " ").strip(), 1
        if mark is None:
            joined, used = _row(lines, at, first, claimed)
            text = joined or text
        at += used
        day = _DATED_LABEL.match(text) if mark is not None else None
        if day is not None:
            text = text[day.end():]
            _date(segments[-1], masked(day.group()).days)
        if not text:
            continue
        if mark is None and phrases().colophon.search(text[:_COLOPHON]):
            break
        if mark is None and first + at - used in bar:
            continue
        if mark is None and _is_end(text, line):
            if segments[-1].phrase is not None and bare(_COLON.split(text, maxsplit=1)[0][:_STEP]) in words().stops:
                break
            continue
        state = state_of(text, since or turns.received, labelled=True) if mark is not None and mark.status else None
        if state is not None:
            _note(state, turns, in_reply=False)
            continue
        _take(text, since or turns.received, segments, turns)
    return segments


def _steps(lines: list[Line], first: int) -> set[int]:
    """Return the numbers of lines that are a bar of steps (提交 受理 办理 办结): it shows them whatever was done."""
    found: set[int] = set()
    run: list[int] = []
    pattern = phrases().steps
    for at, line in enumerate(lines):
        tokens = line.text.replace(EDGE, " ").split() if len(line.text) <= _SHORT_LINE else []
        if tokens and all(pattern.fullmatch(bare(token)) for token in tokens):
            run += [first + at] * len(tokens)
            continue
        if len(run) > 2:
            found.update(run)
        run = []
    return found | set(run if len(run) > 2 else ())


def _labelled(mark: Mark) -> Phrase:
    if mark.kind == "question":
        return Phrase("question", received=mark.day, keyed=mark.keyed)
    return Phrase("reply", replied=mark.day, department=mark.unit, keyed=False)


def _date(segment: _Segment, days: tuple[tuple[int, int, str], ...]) -> None:
    """Note the day that stands in brackets behind a label (网友提问（2026-03-02）：…)."""
    phrase = segment.phrase
    if phrase is None or not days:
        return
    if phrase.kind == "question":
        segment.phrase = replace(phrase, received=days[0][2])
    else:
        segment.phrase = replace(phrase, replied=days[0][2])


def _take(text: str, since: str | None, segments: list[_Segment], turns: Turns) -> None:
    for phrase, said in _parts(text, since, segments[-1]):
        if phrase is None:
            segments[-1].lines.append(said)
        elif phrase.kind in ("waiting", "answered", "out"):
            _note(phrase, turns, in_reply=_replying(segments[-1]))
            if phrase.kind == "answered" and not _replying(segments[-1]) and any(segment.lines for segment in segments):
                segments.append(_Segment(Phrase("reply", keyed=False), [], field=True))
        elif phrase.kind == "step":
            turns.told = turns.told or bool(phrase.received)
            turns.received = turns.received or phrase.received
            turns.department = turns.department or phrase.department
            if phrase.words:
                turns.status = turns.status or "已转办"
            segments.append(_Segment(None, [said] if said else []))
        elif phrase.words == "greeting":
            if not _replying(segments[-1]):
                segments.append(_Segment(phrase, []))
            segments[-1].lines += [text[:len(text) - len(said)].strip(), said] if said else [text]
        else:
            segments.append(_Segment(phrase, [said] if said else []))
            turns.received = turns.received or (None if phrase.again else phrase.received)


def _row(lines: list[Line], at: int, first: int, claimed: Container[int]) -> tuple[str, int]:
    """Join the cells of a row that tells a step: its day, what was done, by whom, and what was said, each in a cell."""
    element = lines[at].element
    if element.tag not in ("td", "th") or len(lines[at].text) > _SIGNED:
        return "", 1
    row = element.getparent()
    end, most = at, min(len(lines), at + _MOST_CELLS)
    while end < most and first + end not in claimed and lines[end].element.getparent() is row:
        end += 1
    cells = [lines[number].plain for number in range(at, end)]
    heads = next((number for number, cell in enumerate(cells) if len(cell) > _STEP * 2), len(cells))
    for cut in range(heads, 1, -1):
        head = " ".join(cells[:cut])
        dated = masked(head)
        if dated.days and opening(dated, 0, len(head), spoken=False) is not None:
            rest = " ".join(cells[cut:])
            return (f"{head}：{rest}" if rest else head), end - at
    return "", 1


def _is_end(text: str, line: Line) -> bool:
    """Whether a line is no part of what anybody says: a link by itself, a hint, a button."""
    plain = bare(text[:_STEP * 2])
    if line.linked and line.linked >= len(text) - 8 and len(text) < _SHORT_LINE:
        return True
    if plain in words().stops or bare(_COLON.split(text, maxsplit=1)[0][:_STEP]) in words().stops:
        return True
    return (len(text) < _SHORT_LINE and phrases().notices.match(plain) is not None)


def _addresses(text: str, current: _Segment) -> bool:
    """Whether a line behind a question speaks to who asked (您反映的…收悉), as only a reply does."""
    asked = current.phrase is not None and current.phrase.kind == "question" and bool(current.lines)
    return asked and _TO_WHO_ASKED.match(text) is not None


def _parts(text: str, since: str | None, current: _Segment) -> Iterator[tuple[Phrase | None, str]]:
    """Cut a line into openings with what follows them; None for words that go on what was said before."""
    replying = _replying(current)
    opens = text.endswith(("：", ":", "如下", "如下。"))
    state = None if opens or (replying and current.lines) else state_of(text, since)
    if state is not None:
        yield state, ""
        return
    dated = masked(text[:_LONGEST_TEXT], since)
    if len(text) <= _SHORT_LINE and not text.endswith(("：", ":")):
        phrase = opening(dated, 0, len(text), spoken=False)
        if phrase is not None and _is_line(phrase, current):
            yield phrase, ""
            return
    found = list(_openings(dated, current.phrase if replying else None))
    if not found:
        yield (Phrase("reply", "greeting", keyed=False) if _addresses(text, current) else None), text
        return
    if found[0][0] > 0:
        before = text[:found[0][0]].strip()
        if before:
            state = state_of(before, since)
            yield (state, "") if state is not None else (None, before)
    for number, (begin, end, phrase) in enumerate(found):
        stop = found[number + 1][0] if number + 1 < len(found) else len(text)
        said = text[end:stop].strip()
        told = state_of(said, since) if phrase.kind in ("step", "reply") and phrase.keyed else None
        if told is not None and not (phrase.kind == "reply" and phrase.replied):
            yield told, ""
            continue
        if phrase.words == "unit" and (not said or not (current.lines or replying) or said.startswith(_GREETINGS)):
            yield None, text[begin:stop].strip()
            continue
        if phrase.kind == "question" and not phrase.keyed and said.startswith(_GREETINGS):
            yield Phrase("reply", "greeting", keyed=False), said
            continue
        yield _dated_behind(phrase, said)


def _dated_behind(phrase: Phrase, said: str) -> tuple[Phrase, str]:
    """Take the day in brackets that stands behind an opening (县住建局答复：（2026-06-12）…)."""
    match = _DATED_LABEL.match(said) if phrase.keyed else None
    days = masked(match.group()).days if match is not None else ()
    if match is None or not days or phrase.replied or (phrase.kind == "question" and phrase.received):
        return phrase, said
    day = days[0][2]
    dated = replace(phrase, received=day) if phrase.kind == "question" else replace(phrase, replied=day)
    return dated, said[match.end():]


def _is_line(phrase: Phrase, current: _Segment) -> bool:
    """Whether a line without a colon opens what the next ones say: it has a word for it, or begins another's turn."""
    if phrase.keyed:
        return True
    if phrase.kind == "reply":
        return current.phrase is not None and current.phrase.kind == "question"
    return current.phrase is None or (current.phrase.kind == "question" and bool(current.lines))


def _replying(segment: _Segment) -> bool:
    return segment.phrase is not None and segment.phrase.kind == "reply"


def _is_told_reply(segment: _Segment) -> bool:
    """Whether a reply is being read that a unit or a day opened: it may hold questions and answers itself."""
    phrase = segment.phrase
    return phrase is not None and phrase.kind == "reply" and (phrase.named or phrase.replied is not None)


def _openings(dated: Dated, reply: Phrase | None) -> Iterator[tuple[int, int, Phrase]]:
    """Yield the openings in a line with where they begin and end: at its start, and in it where they name a day.

    ``reply`` opened the reply that is being read, None where none is.
    """
    text = dated.text
    begin = 0
    first = _BRACKETED.match(text)
    colons = [colon.end() for colon in _COLON.finditer(text)]
    if first and not any(opening(dated, 0, end - 1) for end in colons[:1]):
        phrase = opening(dated, first.start("inside"), first.end("inside"))
        if phrase is not None and phrase.keyed:
            yield 0, first.end(), phrase
            begin = first.end()
    starts = [mark.end() for mark in _BOUNDARY.finditer(text, begin)]
    for end in colons:
        if end <= begin:
            continue
        place = bisect_left(starts, end)
        start = max(starts[place - 1] if place else begin, begin)
        phrase = opening(dated, start, end - 1) if end - start <= _LONGEST_OPENING else None
        if phrase is None:
            continue
        told = phrase.received or phrase.replied
        if start == 0 and begin == 0:
            if reply is not None and not told and not _breaks_in(phrase, text[start:end], reply):
                continue
        elif not told or phrase.kind == "question" or not _tells_course(text, start):
            continue
        yield start, end, phrase
        begin = end


def _tells_course(text: str, until: int) -> bool:
    """Whether a line up to a place tells a letter's course (2026年10月20日登记，…；) and is not who asks, speaking."""
    begun = _BRACKETED.sub("", text[:until]).lstrip(" (（[【")
    return text.lstrip(" (（[【").startswith("\x00") and not any(word in begun for word in ("我", "本人"))


def _breaks_in(phrase: Phrase, head: str, reply: Phrase) -> bool:
    """Whether an opening without a day ends a reply that is being read: replies quote and address people themselves."""
    if phrase.kind == "question":
        bare_reply = not (reply.named or reply.replied)
        return phrase.keyed and (phrase.named or bare_reply) and not any(word in head for word in ("您", "你"))
    return phrase.named


def _note(phrase: Phrase, turns: Turns, *, in_reply: bool) -> None:
    if in_reply and phrase.kind == "waiting":
        return
    turns.department = turns.department or phrase.department
    if phrase.kind == "out" or turns.status in (None, "已转办"):
        turns.status = phrase.words
    if phrase.kind == "answered":
        turns.replied = turns.replied or phrase.replied
    turns.received = turns.received or phrase.received


def _trailing(segments: list[_Segment]) -> bool:
    """Whether who speaks is told below what was said: words stand before the first opening, none behind the last."""
    told = [segment for segment in segments if segment.phrase is not None]
    return (
        len(told) >= 2 and bool(sentences(segments[0].lines)) and not told[-1].lines and told[-1].phrase is not None
        and told[-1].phrase.kind == "reply" and told[0].phrase is not None and told[0].phrase.kind == "question"
        and told[0].phrase.keyed
    )


def _closes_question(segments: list[_Segment]) -> bool:
    """Whether the one thing that tells who asked stands below the question, and what follows speaks to who asked."""
    if len(segments) != 2 or not sentences(segments[0].lines):
        return False
    phrase, lines = segments[1].phrase, segments[1].lines
    asks = phrase is not None and phrase.kind == "question" and phrase.keyed
    return asks and bool(lines) and lines[0].startswith(("尊敬的", *_GREETINGS))


def _turned(segments: list[_Segment]) -> list[_Segment]:
    turned = [_Segment(None, [])]
    for before, segment in pairwise(segments):
        turned.append(_Segment(segment.phrase, before.lines))
    return turned


def sentences(lines: list[str]) -> list[str]:
    """Return the lines that say something: no mere heading, button or figure."""
    return [line for line in lines if _SENTENCE.search(line[:_LOOKED_AT])]


def _gather(segments: list[_Segment], turns: Turns) -> None:
    """Take the first question and the first reply; what people ask again, and the answers to it, come later."""
    told = any(_replying(segment) and segment.lines and not segment.field for segment in segments)
    closed = False
    for segment in segments:
        phrase = segment.phrase
        if phrase is None or (segment.field and told):
            turns.loose += segment.lines
            continue
        turns.told = turns.told or phrase.named or bool(phrase.received or phrase.replied)
        if phrase.kind == "question":
            turns.asked += bool(phrase.keyed and segment.lines and not phrase.again)
            closed = closed or bool(turns.question and turns.reply and segment.lines)
            if not turns.question:
                turns.question += segment.lines
            turns.received = turns.received or (None if phrase.again else phrase.received)
            continue
        if closed:
            continue
        if turns.reply and segment.lines and phrase.replied and turns.replied:
            closed = True
            continue
        turns.opened = turns.opened or phrase.keyed
        turns.replied = turns.replied or phrase.replied
        turns.department = phrase.department or turns.department
        turns.reply += segment.lines


@dataclass(frozen=True)
class Signature:
    """A text without what it is signed with, and the unit and the day that were; None where it is not signed so."""

    text: str
    day: str | None = None
    unit: str | None = None


def signed(text: str) -> Signature:
    """Take the day and the unit from the end of a text: lines of their own stay, those in brackets are taken off."""
    if not text:
        return Signature(text)
    match = _CLOSING.search(text[-_SIGNED - 20:])
    if match:
        inside = masked(match.group())
        rest = text[:len(text) - len(match.group())].rstrip()
        if inside.days and rest:
            return Signature(rest, inside.days[-1][2], unit_in(inside.text))
    behind = _BEHIND.search(text[-_SIGNED - 20:])
    if behind:
        inside = masked(behind["signed"])
        left = re.sub(r"[\x00\s。,，—–-]", "", inside.text)
        rest = text[:len(text) - len(behind.group())].rstrip()
        unit = unit_in(left)
        named = bool(left) and unit == left
        if rest and ((inside.days and (named or not left)) or (named and "—" in behind["signed"])):
            return Signature(rest, inside.days[-1][2] if inside.days else None, unit)
    tail = text.split("\n")[-2:]
    last = masked(tail[-1][:_SIGNED + 1])
    if len(tail[-1]) > _SIGNED or not last.days:
        unit = unit_in(tail[-1]) if len(tail) > 1 and len(tail[-1]) <= 24 else None
        return Signature(text, None, unit if unit == tail[-1].strip("　 。") else None)
    left = re.sub(r"[\x00\s。,，]", "", last.text)
    unit = unit_in(left)
    if left and unit != left and not re.fullmatch(r"[\u4e00-\u9fff\s*＊某]{2,6}", left):
        return Signature(text)
    if not left and len(tail) > 1 and len(tail[0]) <= 24:
        unit = unit_in(tail[0].strip("　 。"))
        unit = unit if unit == tail[0].strip("　 。") else None
    return Signature(text, last.days[-1][2], unit)
