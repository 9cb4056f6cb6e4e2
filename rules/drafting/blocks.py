"""What a document is read into: paragraphs and tables."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

# PDF fonts often give a radical's code point for the character that looks the same
_KANGXI = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
_SUPPLEMENT = str.maketrans(
    "⺠⻅⻓⻔⻋⻛⻢⻉⻚⻝⻦⻧⻨⻩⻬⻮⻰⻳⻥⻣⻤⻄⻘⻜⻁⺟⻆⻙⻐⻑⻒⺎⺝⻪⻫⻭⻯⻲",
    "民见长门车风马贝页食鸟卤麦黄齐齿龙龟鱼骨鬼西青飞虎母角韦金長長兀月黾齊齒竜亀",
)
RADICALS: dict[int, int | str] = {**_KANGXI, **_SUPPLEMENT}


class SourceError(ValueError):
    """A document that cannot be read: one Chinese line naming the file and what was expected."""


@dataclass(frozen=True)
class Paragraph:
    """One line or paragraph, trimmed.

    ``after_gap``: an empty line stands before it; ``heading``: the document's own format makes it one.
    """

    text: str
    after_gap: bool = False
    heading: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of cells, trimmed; merged cells are empty where the document leaves them so."""

    rows: list[list[str]]


Block = Paragraph | Table
