"""Normative documents (行政规范性文件) told by number, column or title, and what lists of repealed documents name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from checks.bodies import tree_of
from checks.clearings import cleared
from checks.days import day_of
from checks.lexicon import any_of, lexicon
from checks.site import Site
from checks.tables import tables_of
from checks.titles import core, document_numbers, key, years
from crawler.snapshot.reader import Page
from rules.lexicons import document_kinds, interpretation_exempt

_KIND = "行政规范性文件"
_WORDS = lexicon("repeals")
_E, _ADVERBS, _PARTS = (f"(?:{'|'.join(_WORDS[name])})" for name in ("ends", "adverbs", "parts"))
_BRACKETED = r"(?:[（(][^（）()]*[）)])?"
_SENTENCE = re.compile(r"[^。；;\n]+")
_TITLE = re.compile(r"《([^《》]*(?:《[^《》]*》[^《》]*)*)》")
_ENDS = re.compile(rf"{_ADVERBS}?{_E}")
_ENDING = re.compile(
    rf"(?:{'|'.join(_WORDS['resolving'])})?(?:{'|'.join(_WORDS['before_title'])})\s*(?:下列|以下)?[^《]{{0,12}}$"
)
_KEEPS = any_of(_WORDS["keeps"])
_FROM = re.compile(r"[自于]\s*(20\d\d)\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_ROW = re.compile(r"^[\s|]*(?:[（(]?[\d一二三四五六七八九十]{1,4}[)）、.．\s|]|《)")
_LEAST = 8
_CELL, _ENTRY, _BESIDE, _LONG_ROW = 30, 60, 60, 200
_SAYS = any_of(_WORDS["says"])
# 的规定，决定废止… speaks of what comes next
_DATED = r"(?:已?[自于]\s*20\d\d\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日起?)?"
_REPEALED_AFTER = re.compile(
    rf"{_BRACKETED}"
    rf"(?:等[^《》，]{{0,16}}|{_DATED}(?![^《》]{{0,6}}(?:{'|'.join(_WORDS['of_the_next'])}|{_PARTS}))[^《》]{{0,6}})"
    rf"{_ADVERBS}*{_E}(?!{'|'.join(_WORDS['not_behind'])})"
)
# 《…》（…号）第五条, 《…》（…号）中的有关规定: no more than a part of the document
_PART = re.compile(rf"{_BRACKETED}\s*(?:中|里)?的?{_PARTS}")
# of a list's row besides: what held until the repeal
_IN_PART = re.compile(rf"[》）)]\s*(?:中|里)?的?{_PARTS}|{_E}(?:之?前|以前|之?后|以后)")
# 拟废止, 拟对《…》予以废止: nothing is repealed yet
_INTENDED = any_of(_WORDS["intended"])
_DRAFT = any_of(_WORDS["drafts"])
# 下列文件予以废止：… and what follows it in the line
_LISTING = f"(?:{'|'.join(_WORDS['listing'])})"
_OPENS_LIST = re.compile(
    rf"(?:{_LISTING}[^。；《》：:]{{0,30}}{_E}|{_E}[^。；《》：:]{{0,8}}{_LISTING})[^。；《》：:]{{0,20}}[：:]"
)
_NUMBER_BEFORE = re.compile(r"号(?:文件?)?\s*$")
# （由《…》代替）
_REPLACING = re.compile(rf"(?:{'|'.join(_WORDS['replacing'])})\s*$")
_COLUMN_HEAD = any_of(_WORDS["column_heads"])
# a row's verdict, where a table lists what is kept and what is repealed alike
_VERDICT = re.compile(rf"(?:^|.*[\s|])(?:{'|'.join(_WORDS['verdict_adverbs'])})?{_E}")
_ANY_VERDICT = re.compile(rf"(?:{'|'.join(_WORDS['verdict_adverbs'])})?(?:{_E}|{'|'.join(_WORDS['kept_verdicts'])})")
_ROW_LINES = 3
# of a list's numbered paragraphs these are none of its entries
_GROUNDS = any_of(_WORDS["grounds"])
_BEGINS = any_of(_WORDS["begins"])
_SUFFIX = re.compile(r"\.[A-Za-z]{2,5}$")
# 示政发〔2018〕6号、示政发〔2018〕9号文件同时废止
_NUMBERS_END = re.compile(
    rf"号[）)]?(?:等[^，]{{0,16}})?(?:{'|'.join(_WORDS['papers'])})*[^，号]{{0,4}}?{_ADVERBS}*{_E}\s*$"
)
# titles in a row may be told apart by ；
_ROWED = re.compile(r"》([（(][^（）()]{4,24}[）)])?\s*[；;]\s*《")
_CLAUSE = re.compile(r"，(?![^（(《]*[）)》])")
_NEXT_TITLE = re.compile(r"(?:[（(][^（）()]*[）)])?\s*(?:、|，|,|和|及|以及|与|并)?\s*")


def is_normative(site: Site, page: Page) -> bool:
    """Whether a document may be a normative one: by its number, its column, or its title's form."""
    if interpretation_exempt(page.record.title or ""):
        return False
    return _numbered(page) or _titled(page) or _filed(site, page)


def is_surely_normative(site: Site, page: Page) -> bool:
    """Whether a document's number says that it is normative, or its column and its title's form both do."""
    return _numbered(page) or (_titled(page) and _filed(site, page))


def _numbered(page: Page) -> bool:
    number = page.record.attributes.document_number or ""
    return bool(any_of(lexicon("documents")["validity"]["normative_number"]).search(number))


def _titled(page: Page) -> bool:
    return _KIND in document_kinds(page.record.title or "")


def _filed(site: Site, page: Page) -> bool:
    """Whether a document stands in a column of normative documents; 清理 and 征求意见 are columns about them."""
    column = site.column_of(page.url)
    named = f"{column.name if column else ''} {page.record.column_name or ''}"
    filed = any_of(lexicon("documents")["validity"]["normative_columns"]).search(named)
    return bool(filed) and not re.search(r"清理|废止|失效|征求|意见", named)


@dataclass(frozen=True)
class Repeal:
    """One place that says a document is repealed: the page, its title, the day; ``sure``: it names the number."""

    page: Page
    day: date | None
    sure: bool


class Repeals:
    """What the site's pages say is repealed (废止) or lapsed (失效), looked up by document."""

    def __init__(self, site: Site, as_of: date) -> None:
        self._by_number: dict[str, list[tuple[str, Repeal]]] = defaultdict(list)
        self._by_title: dict[str, list[tuple[frozenset[str], Repeal]]] = defaultdict(list)
        self._as_of = as_of
        self._site = site
        for page in site.articles:
            if page.url not in site.interpretations:
                self._read(page)

    def of(self, document: Page) -> Repeal | None:
        """Return the first statement that a document is repealed, later than the document; None: none known."""
        issued = day_of(document.record.attributes.signed) or day_of(document.record.published)
        found = [
            repeal for organ, number in document_numbers(document.record.attributes.document_number or "")
            for words, repeal in self._by_number.get(number, ()) if words.endswith(organ)
        ]
        title = document.record.title or ""
        for name in {key(title), core(title)}:
            found += [
                repeal for named, repeal in self._by_title.get(name, ()) if named == years(title)
            ] if len(name) >= _LEAST else []
        later = [
            repeal for repeal in found
            if repeal.page.url != document.url and not (issued and repeal.day and repeal.day < issued)
        ]
        return min(later, key=lambda one: (not one.sure, one.day or date.max, one.page.url), default=None)

    def _read(self, page: Page) -> None:
        published = day_of(page.record.published) or day_of(page.record.attributes.signed)
        if published is not None and published > self._as_of:
            return
        title = page.record.title or ""
        if _DRAFT.search(title) or page.record.page_kind == "consultation":
            return
        words = lexicon("documents")["validity"]
        announces = bool(any_of(words["repeal_titles"]).search(title))
        if announces and _ENDS.search(title) and not _KEEPS.search(title):
            for named in _TITLE.finditer(title):
                if not _PART.match(title, named.end()):
                    self._add(named[1], [], page, published)
        # a title that only speaks of going through documents (清理情况) does not say that all listed are repealed
        listing = announces and bool(_ENDS.search(title)) and not _KEEPS.search(title)
        judges = announces or bool(any_of(words["catalogues"]).search(title))
        tables = [table.texts() for table in tables_of(tree_of(self._site, page))] if judges else []
        self._lines(self._without_tables(page.text, tables, page, published), announces, listing, page, published)
        if announces:
            for file in self._site.attachment_texts(page)[0]:
                kept = any_of(words["keep_headings"]).search(_SUFFIX.sub("", file.title))
                listed = not kept and bool(any_of(words["repeal_headings"]).search(_SUFFIX.sub("", file.title)))
                final = not _DRAFT.search(file.title)
                sheets = [_grid(table.rows) for table in file.record.tables] if final else []
                self._lines(self._without_tables(file.text, sheets, page, published), final, listed, page, published)

    def _without_tables(self, text: str, tables: list[list[list[str]]], page: Page, day: date | None) -> str:
        """Take up what tables say came of each document; return the text without those tables' lines."""
        told: set[str] = set()
        for rows in tables:
            found = cleared(rows)
            for one in found:
                if one.ended and not _IN_PART.search(one.name) and self._stands(one.verdict, one.verdict):
                    self._add(_entry_name(one.name), list(one.numbers), page, day)
            told |= {"".join(cell.split()) for row in rows for cell in row} if found else set()
        if not told:
            return text
        return "\n".join(line for line in text.splitlines() if not told.issuperset(_cells(line)))

    def _lines(self, text: str, announces: bool, listing: bool, page: Page, day: date | None) -> None:
        """Take up a text's lines; ``announces``: lists of what is repealed may be there; ``listing``: it is one."""
        if not listing and not any(word in text for word in _WORDS["ends"]):
            return
        words = lexicon("documents")["validity"]
        lines = text.splitlines()
        for at, line in enumerate(lines):
            if announces and not listing and len(line) <= _LONG_ROW and _VERDICT.fullmatch(line):
                number = _number_of_row(lines[max(0, at - _ROW_LINES):at + 1])
                if number is not None:
                    self._number(number, page, day)
                    continue
            if announces and len(line) <= _ENTRY and not _TITLE.search(line) and not _heads_column(lines, at):
                if any_of(words["keep_headings"]).search(line):
                    listing = False
                elif any_of(words["repeal_headings"]).search(line):
                    listing = True
            if listing and _is_entry(line):
                self._row(line, lines[at + 1] if at + 1 < len(lines) else "", page, day)
            else:
                self._prose(line, page, day)

    def _row(self, line: str, following: str, page: Page, day: date | None) -> None:
        """Take up one entry of a list; cells of a table are lines of their own, the number behind the title."""
        if len(following) <= _CELL and document_numbers(following) and not document_numbers(line):
            return
        if _IN_PART.search(line) or not self._stands(line, line):
            return
        self._add(_entry_name(line), document_numbers(line)[:1], page, day)

    def _prose(self, line: str, page: Page, day: date | None) -> None:
        """Take up 《…》（…号）同时废止 and 决定废止《…》; nothing that takes effect after the day judged."""
        opening = _OPENS_LIST.search(line)
        if opening and self._stands(opening.group(), line):
            self._listed(_KEEPS.split(line[opening.end():])[0], page, day)
        for sentence in _statements(line):
            if not self._stands(sentence, line):
                continue
            if "《" not in sentence and _NUMBERS_END.search(sentence):
                for number in document_numbers(sentence):
                    self._number(number, page, day)
            for group in _groups(sentence):
                after, before = sentence[group[-1].end():], sentence[:group[0].start()]
                if not _REPEALED_AFTER.match(after) and not _ENDING.search(before):
                    continue
                ends = [*(named.start() for named in group[1:]), len(sentence)]
                for named, end in zip(group, ends, strict=True):
                    self._add_named(sentence, named, end, page, day)

    def _stands(self, sentence: str, line: str) -> bool:
        """Whether what a sentence says is so on the day judged: neither intended nor to come."""
        start = _day(_FROM.search(sentence) or _FROM.search(line))
        return (start is None or start <= self._as_of) and not _INTENDED.search(sentence)

    def _listed(self, text: str, page: Page, day: date | None) -> None:
        """Take up what one line lists: of each entry the titles in 《》, else the numbers."""
        for entry in re.split("[；;]", text):
            titles = list(_TITLE.finditer(entry))
            if not titles:
                for number in document_numbers(entry):
                    self._number(number, page, day)
            for at, named in enumerate(titles):
                end = titles[at + 1].start() if at + 1 < len(titles) else len(entry)
                self._add_named(entry, named, end, page, day)

    def _add_named(self, text: str, named: re.Match[str], end: int, page: Page, day: date | None) -> None:
        """Take up a title of a sentence with the number just before or behind it, unless only a part is meant."""
        if _PART.match(text, named.end()):
            return
        before = text[max(0, named.start() - _CELL):named.start()]
        if _REPLACING.search(before):
            return
        beside = text[named.end():min(end, named.end() + _BESIDE)]
        numbers = document_numbers(before)[-1:] if _NUMBER_BEFORE.search(before) else document_numbers(beside)[:1]
        self._add(named[1], numbers, page, day)

    def _add(self, name: str, numbers: list[tuple[str, str]], page: Page, day: date | None) -> None:
        for number in numbers:
            self._number(number, page, day)
        if not numbers:
            for form in {key(name), core(name)}:
                self._by_title[form].append((years(name), Repeal(page, day, sure=False)))

    def _number(self, number: tuple[str, str], page: Page, day: date | None) -> None:
        self._by_number[number[1]].append((number[0], Repeal(page, day, sure=True)))


def _entry_name(entry: str) -> str:
    """Return the title an entry names: in 《》, else what stands before its brackets."""
    names = _TITLE.findall(entry)
    return names[0] if names else _ROW.sub("", entry.split("（")[0].split("(")[0])


def _cells(line: str) -> set[str]:
    """Return the cells of a line, blanks left out: a sheet's row is a line, its cells parted by marks."""
    return {"".join(cell.split()) for cell in re.split(r"[\t|]", line)}


def _grid(rows: list[list[str]]) -> list[list[str]]:
    """Return a sheet's rows as long as one another."""
    width = max(map(len, rows), default=0)
    return [[*row, *[""] * (width - len(row))] for row in rows]


def _statements(line: str) -> Iterator[str]:
    """Yield what a line says of repeals; a sentence that keeps or changes other documents, clause by clause."""
    for match in _SENTENCE.finditer(_ROWED.sub(lambda row: f"》{row[1] or ''}、《", line)):
        sentence = match.group()
        parts = _CLAUSE.split(sentence) if _KEEPS.search(sentence) or "《" not in sentence else [sentence]
        yield from (part for part in parts if _ENDS.search(part) and not _KEEPS.search(part))


def _heads_column(lines: list[str], at: int) -> bool:
    """Whether a line that is but a verdict (废止) stands among the heads of a table's columns."""
    if not _ANY_VERDICT.fullmatch(lines[at]):
        return False
    beside = [*lines[max(0, at - 2):at], *lines[at + 1:at + 3]]
    return any(_ANY_VERDICT.fullmatch(line) or _COLUMN_HEAD.fullmatch(line) for line in beside)


def _number_of_row(lines: list[str]) -> tuple[str, str] | None:
    """Return the number of the document that a table's row ends on a verdict (废止) of; None where it tells none."""
    for line in reversed(lines):
        numbers = document_numbers(line)
        if numbers or (line is not lines[-1] and _ANY_VERDICT.fullmatch(line)):
            return numbers[0] if numbers else None
    return None


def _groups(sentence: str) -> list[list[re.Match[str]]]:
    """Return the titles of a sentence, those told in one row together: 《甲》（…6号）、《乙》（…9号）."""
    groups: list[list[re.Match[str]]] = []
    for named in _TITLE.finditer(sentence):
        if groups and _NEXT_TITLE.fullmatch(sentence, groups[-1][-1].end(), named.start()):
            groups[-1].append(named)
        else:
            groups.append([named])
    return groups


def _is_entry(line: str) -> bool:
    """Whether a line is one of a list's: numbered, a title in 《》, or short and no sentence."""
    if _KEEPS.search(line) or _GROUNDS.search(line.split("《")[0]):
        return False
    if _BEGINS.search(line) and not _ENDS.search(line):
        return False
    return bool(_ROW.match(line)) or (len(line) <= _ENTRY and not _SAYS.search(line))


def _day(match: re.Match[str] | None) -> date | None:
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
