"""Chinese texts for the items, put together from ``data/prose.yaml``: the same item, the same text."""

from __future__ import annotations

import random
import zlib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import Any, Literal, NamedTuple

from demo.county import Organ, data

Style = Literal["body", "head", "center", "right", "html"]


class Paragraph(NamedTuple):
    """One paragraph: its text (markup where the style is ``html``) and how it stands."""

    text: str
    style: Style = "body"


@lru_cache(maxsize=1)
def _bank() -> dict[str, Any]:
    bank: dict[str, Any] = data("prose.yaml")
    return bank


def chinese_date(day: date) -> str:
    """Return a day as documents write it: 2026年9月4日."""
    return f"{day.year}年{day.month}月{day.day}日"


@dataclass
class Writer:
    """Writes the text of one item; the same text for the same ``key``."""

    key: str
    organ: Organ
    subject: str
    day: date

    @cached_property
    def _random(self) -> random.Random:
        return random.Random(zlib.crc32(self.key.encode()))

    def _fill(self, text: str) -> str:
        dice = self._random
        return text.format(
            s=self.subject,
            o=self.organ.name,
            h=self.organ.short,
            phone=self.organ.phone,
            d=f"{self.day.month}月{self.day.day}日",
            a=dice.randint(120, 980),
            b=dice.randint(11, 46),
            c=dice.randint(3, 9),
            later=chinese_date(self.day + timedelta(days=15)),
            effective=chinese_date(self.day + timedelta(days=30)),
            expiry=chinese_date(date(self.day.year + 5, 12, 31)),
        )

    def _one(self, *path: str) -> str:
        return self._fill(self._random.choice(_at(path)))

    def _some(self, count: int, *path: str) -> list[str]:
        bank = _at(path)
        places = sorted(self._random.sample(range(len(bank)), min(count, len(bank))))
        return [self._fill(bank[place]) for place in places]

    def _paragraphs(self, count: int, *path: str) -> list[Paragraph]:
        return [Paragraph(text) for text in self._some(count, *path)]

    def news(self) -> list[Paragraph]:
        """Return the paragraphs of a news report."""
        return [
            Paragraph(self._one("news", "openings")),
            *self._paragraphs(self._random.randint(3, 5), "news", "middles"),
        ]

    def notice(self) -> list[Paragraph]:
        """Return the paragraphs of a public notice, with its signature."""
        return [
            Paragraph(self._one("notices", "openings")),
            *self._paragraphs(4, "notices", "points"),
            Paragraph(self._fill(_bank()["notices"]["closing"])),
            *self.signature(),
        ]

    def policy(self, name: str, *, enclosed: bool) -> list[Paragraph]:
        """Return the paragraphs of a policy document; ``enclosed`` where a notice issues it."""
        to_all = self.organ.kind == "county"
        head = [
            Paragraph("各镇人民政府、街道办事处，县政府各部门、各直属机构：" if to_all else "各有关单位："),
            Paragraph(
                f"现将《{name}》印发给你们，请结合实际认真贯彻执行。"
                if enclosed
                else f"为做好{self.subject}工作，现就有关事项提出以下意见。"
            ),
        ]
        title = [*self.signature(), Paragraph(name, "center")] if enclosed else []
        measures = zip("一二三四五", self._some(5, "policies", "measures"), strict=False)
        body = [
            Paragraph("一、总体要求", "head"),
            Paragraph(self._one("policies", "purpose")),
            Paragraph("二、目标任务", "head"),
            Paragraph(self._one("policies", "goals")),
            Paragraph("三、主要措施", "head"),
            *(Paragraph(f"（{number}）{text}") for number, text in measures),
            Paragraph("四、附则", "head"),
            Paragraph(self._fill(_bank()["policies"]["closing"])),
        ]
        return [*head, *title, *body, *([] if enclosed else self.signature())]

    def interpretation(self, name: str, number: str | None = None) -> list[Paragraph]:
        """Return the paragraphs that explain a document: background, basis, aim, measures.

        With ``number`` the document is called by its 文号 only.
        """
        called = f"《{name}》" if number is None else f"{number}文件"
        return [
            Paragraph(f"近日，{self.organ.name}印发了{called}，现就有关内容解读如下。"),
            Paragraph("一、出台背景", "head"),
            Paragraph(self._one("readings", "background")),
            Paragraph("二、制定依据", "head"),
            Paragraph(self._one("readings", "basis")),
            Paragraph("三、出台目的", "head"),
            Paragraph(self._one("readings", "aim")),
            Paragraph("四、重要举措", "head"),
            *self._paragraphs(3, "readings", "measures"),
            Paragraph("五、解读机关", "head"),
            Paragraph(self._fill(_bank()["readings"]["question"])),
        ]

    def questions(self) -> list[Paragraph]:
        """Return the paragraphs of a page of common questions."""
        return [
            Paragraph(f"一、办理{self.subject}需要多长时间？", "head"),
            *self._paragraphs(2, "readings", "measures"),
            Paragraph("二、遇到问题找谁？", "head"),
            Paragraph(self._fill(_bank()["readings"]["question"])),
        ]

    def plain(self) -> list[Paragraph]:
        """Return the paragraphs of pages that are neither news nor documents."""
        return self._paragraphs(4, "other")

    def sentence(self, kind: Literal["opening", "closing"]) -> Paragraph:
        """Return how information on a demanded subject begins or ends."""
        return Paragraph(self._one("demanded", kind))

    def about(self, subject: str) -> str:
        """Return two sentences on a subject, which both name it."""
        text: str = self._random.choice(_at(("demanded", "about")))
        dice = self._random
        return text.format(s=subject, a=dice.randint(12, 98), b=dice.randint(3, 9))

    def signature(self) -> list[Paragraph]:
        """Return the 落款: issuer and day."""
        return [Paragraph(self.organ.name, "right"), Paragraph(chinese_date(self.day), "right")]


def _at(path: tuple[str, ...]) -> list[str]:
    place: Any = _bank()
    for key in path:
        place = place[key]
    return list(place)
