"""公开目录与栏目不符

主动公开目录没有列明规定的要素、没有列入要求的内容，或者目录里的事项在网站上没有对应的栏目。

依据
《政府信息公开条例》第十二条：目录包括政府信息的索引、名称、内容概述、生成日期等内容；各地政务公开工作要点关于目录要素、
目录与栏目一致的要求。要素、内容由规则包给出。

判定
目录表格（或逐项写明要素的卡片）的表头里没有规则包要求的要素，或者有这一栏而所有事项都没有填写的，判为要素缺失，
过半数没有填写的、要求写明公开渠道而公开方式一栏只写主动公开、依申请公开的，提请人工复核（登记目录的表头只认得出索引、名称、内容概述、生成日期中的一两项、不能确定
是目录的，提请人工复核）；目录里没有要求列入的内容，提请人工复核；目录事项的链接打不开，判为不符；
目录事项没有链接，全站栏目名称、链接文字和信息标题里也没有的（用顿号、“和”并列的，合写、分写、缩写都算有），提请人工复核；
目录列入了某一上级栏目下的绝大多数栏目（八个以上），而有的栏目在任何目录里都没有提到的，提请人工复核；规则包要求不再保留的旧目录，取代它的新目录已在
网站上而旧目录仍在的，提请人工复核。要求列入的内容按规则包给出的各种写法找。

不判定
栏目页上逐条列出信息的列表（每行带索引号、名称、发布日期的也是）不是目录；登记已公开信息的目录（索引、名称、生成日期）不要求公开时限、主体等栏目，列举应公开事项的目录不要求索引、生成日期。目录只有附件、图片或者由脚本填充的，记“未能核实”。关于编制目录的通知、方案、解读不是目录。一个目录里不符的事项很多、多半是
读法不同的，合并为一个问题。

整改
补齐目录要素；按目录设置栏目并发布信息，栏目调整后同步更新目录；修复链接。
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from lxml.html import HtmlElement

import checks.model
from checks.bodies import absolute, tree_of
from checks.directory_names import Surroundings, is_on_site
from checks.lexicon import any_of, lexicon
from checks.model import Context, Result
from checks.site import Site
from checks.tables import Cell, tables_of
from checks.titles import cited, key
from crawler.snapshot.reader import Page

# where more items than this share find nothing, the directory is read differently than the columns are named
_MOSTLY = 0.5
_SURELY = 3
# so many items must be listed for a column to count as left blank; so many particulars make a card
_FEWEST, _PARTICULARS = 3, 2
_KINDS = ("article", "document", "column", "other")
_NAME = 60
# the name of an item that is a link
_LONGEST = 20
_DATED = re.compile(r"(?:19|20)\d\d[-/.年]\d")
# a cell that tells the column an item is published in, and the steps of the way there (重点领域—社会保障)
_PLACE, _STEP, _SHORTEST = re.compile(r"栏目"), re.compile(r"[—－>＞→/\\-]+"), 2


class Parameters(checks.model.Parameters):
    """What a directory must hold.

    ``fields``: particulars of its items; ``entries``: contents it must list, each with its alternatives (``甲|乙``),
    ``together``: what one directory lacks of them is one matter; ``withdrawn``: titles of directories no longer to be
    kept once one titled as ``replaced_by`` says is there (at once where that is empty). Without any, its items
    are held against the site's columns. ``kind``: whether what is demanded is demanded of directories of things
    to be disclosed (``items``: 事项、时限、主体), of registers of what was disclosed (``register``: 索引、生成日期), or
    of any; ``titles``: words one of which its title must hold.
    """

    kind: Literal["any", "items", "register"] = "any"
    titles: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()
    together: bool = False
    withdrawn: tuple[str, ...] = ()
    replaced_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Item:
    """One item of a directory: its name, where its row leads, and the columns its row names (公开栏目)."""

    name: str
    links: tuple[str, ...]
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class Contents:
    """What was read of a directory: the words of its head rows, its items, what stands under each head.

    ``linked``: the items of one that is no table, but a list of links.
    """

    heads: tuple[str, ...]
    items: tuple[Item, ...]
    told: dict[str, tuple[str, ...]] = field(default_factory=dict)
    linked: tuple[Item, ...] = ()


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Judge every directory found."""
    result = Result()
    directories = [page for page in site.pages.values() if _is_directory(site, page)]
    new = [page for page in directories if any(name in (page.record.title or "") for name in parameters.replaced_by)]
    if parameters.replaced_by and not new:
        return result
    demanded = parameters.fields or parameters.entries or parameters.withdrawn
    around = None if demanded else Surroundings(site, directories)
    for page in directories:
        title = page.record.title or ""
        if parameters.titles and not any(name in title for name in parameters.titles):
            continue
        contents = _read(site, page)
        if contents.heads and parameters.kind not in ("any", _kind(contents.heads)):
            continue
        if _is_list(page, contents):
            continue
        department = site.department_of(page)
        result.examine(department)
        _judge(site, page, contents, department, parameters, result)
        if around is not None:
            _judge_columns(around, page, contents, department, result)
    return result


def _is_directory(site: Site, page: Page) -> bool:
    words, title = lexicon("directory"), page.record.title or ""
    if page.record.page_kind not in _KINDS or not any_of(words["titles"]).search(title):
        return False
    return not any_of(words["not_titles"]).search(title) and page.url not in site.interpretations


def _is_list(page: Page, contents: Contents) -> bool:
    """Whether a page is a column's list of what it holds, which may show an index number and a day in each row."""
    listing = page.record.listing
    if page.record.page_kind != "column" or listing is None or not listing.items:
        return False
    if not contents.items:
        return True
    own = any_of(lexicon("directory")["register_only_heads"])
    if _kind(contents.heads) == "items" or any(own.search(head) for head in contents.heads):
        return False
    titles = {key(item.title) for item in listing.items}
    return sum(key(item.name) in titles for item in contents.items) > _MOSTLY * len(contents.items)


def _judge(
    site: Site, page: Page, contents: Contents, department: str | None, parameters: Parameters, result: Result
) -> None:
    title = page.record.title or ""
    common: dict[str, Any] = {"url": page.url, "department": department}
    for name in parameters.withdrawn:
        if key(name) in key(title):
            result.fail(
                **common, target=name, confidence="review",
                message=f"{cited(title)}仍在网站上，而“{name}”按要求不再保留，请核对",
            )
    if parameters.withdrawn:
        return
    lists = contents.items or contents.linked or _entries(page) >= _FEWEST
    if not lists and len(page.text) < lexicon("directory")["least_text"]:
        result.unverified(**common, message=f"{cited(title)}只有附件、图片或由脚本填充，无法核对目录内容")
        return
    _judge_fields(page, contents, title, common, parameters, result)
    body = key_of(page) if parameters.entries else ""
    absent = [entry.split("|") for entry in parameters.entries if not any(key(one) in body for one in entry.split("|"))]
    for entries in ([absent] if parameters.together and absent else [[entry] for entry in absent]):
        names = [alike[0] for alike in entries]
        result.fail(
            **common, target="、".join(names), confidence="review",
            evidence={"searched": [word for alike in entries for word in alike]},
            message=f"{cited(title)}没有列入{'、'.join(f'“{name}”' for name in names)}一类的事项，请核对",
        )
    if not parameters.fields and not parameters.entries:
        _judge_items(site, page, contents, common, result)


def _judge_fields(
    page: Page, contents: Contents, title: str, common: dict[str, Any], parameters: Parameters, result: Result
) -> None:
    """Tell what a directory's head does not name, and what it names and hardly any row fills in."""
    if not contents.heads:
        _judge_entries(page, title, common, parameters, result)
        return
    # packs name one column in several ways: 主体, 公开主体, 责任主体
    same = lexicon("directory")["same"]
    for name in parameters.fields:
        if not _has_field(name, contents.heads):
            if _told_outside(page, name):
                continue
            sure = _is_unmistakable(contents.heads)
            result.fail(
                **common, target=same.get(name, name), confidence="certain" if sure else "review",
                message=f"{cited(title)}的目录表没有“{name}”一栏" + ("" if sure else "，请核对"),
                evidence={"heads": list(contents.heads)[:20]},
            )
            continue
        cells = _under(name, contents)
        blank = sum(all(not key(cell) for cell in row) for row in cells)
        if len(cells) >= _FEWEST and blank > _MOSTLY * len(cells):
            result.fail(
                **common, target=same.get(name, name), confidence="certain" if blank == len(cells) else "review",
                message=f"{cited(title)}所列 {len(cells)} 个事项中有 {blank} 个没有填写“{name}”",
                evidence={"items": len(cells), "blank": blank},
            )
        elif name in same and same[name] in parameters.fields and _tells_ways_only(name, contents):
            result.fail(
                **common, target=name, confidence="review", evidence={"heads": list(contents.heads)[:20]},
                message=f"{cited(title)}的“{same[name]}”一栏只写主动公开、依申请公开，没有写明公开的{name}，请核对",
            )


def _told_outside(page: Page, name: str) -> bool:
    """Whether words beside the table tell a particular for all its items: 公开主体：某局（以下各事项同）."""
    words = lexicon("directory")
    known = "|".join(words["fields"].get(name, [re.escape(name)]))
    return bool(re.search(f"(?:{known}){words['told_outside']}", page.text))


def _entries(page: Page) -> int:
    """Count the items of a directory that is no table: numbered lines that name one, or names alone line by line."""
    words = lexicon("directory")
    entry, name = re.compile(words["entry"]), re.compile(words["name"])
    lines = page.text.splitlines()
    return max(sum(bool(entry.match(line)) for line in lines), sum(bool(name.fullmatch(line)) for line in lines))


def _judge_entries(
    page: Page, title: str, common: dict[str, Any], parameters: Parameters, result: Result
) -> None:
    """Tell what a directory that is no table, but lists its items one by one, nowhere speaks of."""
    words = lexicon("directory")
    entries = _entries(page)
    names = dict.fromkeys(words["same"].get(name, name) for name in parameters.fields)
    absent = [name for name in names if name in words["mentioned"]] if entries >= _FEWEST else []
    for name in absent:
        if not any_of(words["mentioned"][name]).search(page.text):
            result.fail(
                **common, target=name, confidence="review", evidence={"entries": entries},
                message=f"{cited(title)}逐条列出 {entries} 个事项，没有写明“{name}”，请核对",
            )


def _under(name: str, contents: Contents) -> list[tuple[str, ...]]:
    """Return, row by row, what stands under the heads that name a particular."""
    known = any_of(lexicon("directory")["fields"].get(name, [re.escape(name)]))
    columns = [cells for head, cells in contents.told.items() if known.search(head)]
    return list(zip(*columns, strict=False))


def _tells_ways_only(name: str, contents: Contents) -> bool:
    """Whether the one column that serves for two particulars (方式, 渠道) tells but how open a thing is."""
    ways = re.compile(lexicon("directory")["ways_only"])
    own = [head for head in contents.told if name in head]
    cells = {cell for row in _under(name, contents) for cell in row if cell}
    return not own and bool(cells) and all(ways.fullmatch("".join(cell.split())) for cell in cells)


def key_of(page: Page) -> str:
    """Return the letters and characters of a page's text."""
    return re.sub(r"\W+", "", page.text).lower()


def _kind(heads: tuple[str, ...]) -> Literal["items", "register"]:
    """Tell a register of what was disclosed from a directory of things to be disclosed, by the words of its head."""
    register, items = any_of(lexicon("directory")["register_heads"]), any_of(lexicon("directory")["item_only_heads"])
    told = [sum(bool(words.search(head)) for head in heads) for words in (register, items)]
    return "register" if told[0] > told[1] else "items"


def _is_unmistakable(heads: tuple[str, ...]) -> bool:
    """Whether a head row is that of a directory beyond doubt: a register's is told by three of its four particulars."""
    told = lexicon("directory")["register_particulars"].values()
    return _kind(heads) == "items" or sum(any(any_of(one).search(head) for head in heads) for one in told) >= _SURELY


def _has_field(field: str, heads: tuple[str, ...]) -> bool:
    known = lexicon("directory")["fields"].get(field, [re.escape(field)])
    return any(any_of(known).search(head) for head in heads)


def _judge_items(site: Site, page: Page, contents: Contents, common: dict[str, Any], result: Result) -> None:
    title = cited(page.record.title or "")
    absent: list[str] = []
    for item in contents.items or contents.linked:
        states = [site.reach(link).state for link in item.links if link in site.targets]
        if states and all(state == "dead" for state in states):
            result.fail(
                **common, target=item.name[:_NAME], evidence={"links": list(item.links)[:3]},
                message=f"{title}所列“{item.name[:_NAME]}”的链接打不开，目录与栏目不符",
            )
        elif not item.links and not any(is_on_site(site, name) for name in (item.name, *item.places)):
            absent.append(item.name[:_NAME])
    if len(absent) > _MOSTLY * len(contents.items) and len(absent) > 3:
        result.fail(
            **common, target="目录事项", confidence="review", evidence={"items": absent[:20]},
            message=f"{title}所列 {len(contents.items)} 个事项中有 {len(absent)} 个没有找到对应的栏目或信息"
            f"（如“{absent[0]}”），请核对",
        )
        return
    for name in absent:
        result.fail(
            **common, target=name, confidence="review",
            message=f"{title}所列“{name}”没有链接，全站栏目名称、链接文字和信息标题里也没有，请核对",
        )


def _judge_columns(
    around: Surroundings, page: Page, contents: Contents, department: str | None, result: Result
) -> None:
    if _kind(contents.heads) != "items":
        return
    for group in around.unlisted([item.name for item in contents.items], page):
        for column in group.columns:
            result.fail(
                url=page.url, target=column.name, department=department, confidence="review",
                evidence={"column": column.url, "beside": group.size, "listed": group.listed},
                message=f"栏目“{column.name}”没有列入{cited(page.record.title or '')}，而与它同在“{group.name}”下的 "
                f"{group.size} 个栏目有 {group.listed} 个列入，请核对",
            )


def _read(site: Site, page: Page) -> Contents:
    heads: list[str] = []
    items: dict[str, Item] = {}
    columns: dict[str, list[str]] = {}
    words = lexicon("directory")
    telling = any_of(words["heads"])
    root = tree_of(site, page)
    tables = [table.rows for table in tables_of(root)]
    for rows in (*tables, *_cards(root)):
        for number, row in enumerate(rows[:5]):
            told = [cell.text for cell in row]
            if len(set(told)) >= 2 and sum(bool(telling.search(text)) and len(text) <= 12 for text in told) >= 2:
                heads += told
                named = _item_columns(told)
                places = [place for place, text in enumerate(told) if _PLACE.search(text) and place not in named]
                if named:
                    for item in _items(page, rows[number + 1:], named[-1], places):
                        items.setdefault(item.name, item)
                for place, text in enumerate(told):
                    columns.setdefault(text, []).extend(_column(rows[number + 1:], place))
    told_of = {head: tuple(cells) for head, cells in columns.items()}
    linked = () if heads else tuple(_linked_items(page, root))
    return Contents(tuple(dict.fromkeys(heads)), tuple(items.values()), told_of, linked)


def _linked_items(page: Page, root: HtmlElement | None) -> Iterator[Item]:
    """Yield the items of a directory that is a list of links, each in a row of its own within the text."""
    text, titles = key_of(page), any_of(lexicon("directory")["titles"])
    for row in root.iter("li", "p") if root is not None else ():
        links = [(link.get("href") or "", _text(link)) for link in row.iter("a")]
        if any(titles.search(name) or _DATED.search(_text(row)) for _, name in links):
            continue
        if len(links) == 1 and links[0][0] and 2 <= len(key(links[0][1])) <= _LONGEST and key(_text(row)) in text:
            yield Item(links[0][1], (absolute(links[0][0], page.url),))


def _item_columns(heads: list[str]) -> list[int]:
    """Return the places of the columns that name items; the last is the narrowest: 公开事项（二级） not its group."""
    words = lexicon("directory")
    for names in (words["item_heads"], *([one] for one in words["plain_item_heads"])):
        found = [place for place, text in enumerate(heads) if any_of(names).search(text) and len(text) <= 12]
        if found:
            return found
    return []


def _column(rows: Sequence[Sequence[Cell]], place: int) -> Iterator[str]:
    """Yield the cells under a head: a row whose cells are all alike heads a group, a row that is a head again none."""
    head = any_of(lexicon("directory")["heads"])
    for row in rows:
        texts = {cell.text for cell in row}
        if len(texts) > 1 and place < len(row) and not all(not text or head.fullmatch(text) for text in texts):
            yield "图示" if row[place].drawn else row[place].text


def _cards(root: HtmlElement | None) -> Iterator[list[list[Cell]]]:
    """Yield the cards of a directory, one for each item with its particulars in a ``dl``, as one table."""
    telling = any_of(lexicon("directory")["heads"])
    cards: dict[tuple[str, ...], list[list[Cell]]] = {}
    for card in root.iter("dl") if root is not None else ():
        names = [_text(name) for name in card.iter("dt")]
        values = [_text(value) for value in card.iter("dd")]
        if len(names) == len(values) and sum(bool(telling.search(name)) for name in names) >= _PARTICULARS:
            above = next((one for one in card.itersiblings("h3", "h4", "h5", "p", "strong", preceding=True)), None)
            links = tuple((link.get("href") or "", _text(link)) for link in card.iter("a") if link.get("href"))
            title = Cell(_text(above) if above is not None else "", links)
            cards.setdefault(tuple(names), []).append([title, *map(Cell, values)])
    for labels, rows in cards.items():
        if len(rows) > 1:
            yield [[Cell("公开事项"), *map(Cell, labels)], *rows]


def _text(element: HtmlElement) -> str:
    return " ".join("".join(str(part) for part in element.itertext()).split()).rstrip("：: ")


def _items(page: Page, rows: Sequence[Sequence[Cell]], column: int, places: list[int]) -> list[Item]:
    found = []
    for row in rows:
        if column >= len(row) or not row[column].begins or len(key(row[column].text)) < 2:
            continue
        if len({cell.text for cell in row}) == 1 or any_of(lexicon("directory")["heads"]).fullmatch(row[column].text):
            continue
        links = tuple(absolute(href, page.url) for cell in row for href, _ in cell.links)
        named = tuple(
            name for place in places if place < len(row)
            if len(key(name := _STEP.split(row[place].text.strip())[-1])) >= _SHORTEST
        )
        found.append(Item(row[column].text, links, named))
    return found
