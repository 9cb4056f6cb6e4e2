"""What is no page of a column: style sheets, scripts, pictures, and addresses that answer otherwise."""

from __future__ import annotations

import json
from functools import partial
from importlib import resources
from typing import Any

from markupsafe import Markup

from demo import answers, files
from demo.addresses import answer_entries, home_key, loose_files
from demo.book import Book
from demo.county import data
from demo.families import FAMILIES
from demo.families.base import portal_path
from demo.hosts import SERVICE
from demo.model import Response
from demo.render import meta_tags

_DATA_ROWS = 8
_ICONS = ("top", "new", "file", "404", "photo0", "photo1", "photo2", "photo3")


def write_assets(book: Book) -> None:
    """Give style sheets, scripts, pictures, and the files that texts link to."""
    static = resources.files("demo").joinpath("static")
    for entry in sorted(static.iterdir(), key=lambda entry: entry.name):
        suffix = entry.name.rsplit(".", 1)[-1]
        if suffix in ("css", "js"):
            folder = "images/css" if suffix == "css" else "script"
            book.put_file(f"/{folder}/{entry.name}", entry.name, entry.read_bytes())
    for number in range(6):
        book.put_file(f"/images/news/{number}.png", "a.png", files.picture(number))
    for number, name in enumerate(_ICONS):
        book.put_file(f"/images/{name}.png", "a.png", files.picture(number % 6))
    for key in loose_files(book.items):
        name = key.removeprefix("files/")
        book.put_file(f"/{key}", name, _loose(name))


def write_data(book: Book) -> None:
    """Give the rows that the script of the column of open data asks for."""
    rows = [book.row(item, misled=False) for item in book.by_column["xzf/zdxm"][:_DATA_ROWS]]
    shown = [{"title": row.title, "url": portal_path(row.url), "date": row.date} for row in rows]
    book.put_file("/data/sjfb.json", "a.json", json.dumps({"rows": shown}, ensure_ascii=False).encode())


def _loose(name: str) -> bytes:
    """Return a file that texts link to, or what ``files.yaml`` says stands in its place."""
    stem, _, suffix = name.rpartition(".")
    kind = data("files.yaml").get(name, suffix)
    return b"" if kind == "nothing" else files.document(f"{stem}.{kind}", stem, ["本文件供演示使用。"])


def write_answers(book: Book) -> None:
    """Give what ``answers.yaml`` lists, and the service host's pages."""
    entries = answer_entries(book.clock)
    for entry in entries.values():
        if entry["answer"] == "fallback":
            continue
        if entry["answer"] in ("service-home", "service-guide"):
            book.put(entry["path"], _service_page(book, entry, entries), SERVICE)
        else:
            book.put(entry["path"], answers.answer(entry, book.at, partial(portal_page, book)), entry["host"])


def portal_page(book: Book, title: str, words: str, hint: str) -> str:
    """Return a page in the portal's dress that only says ``words`` and ``hint``."""
    return book.renderer.page(
        "errors/portal.html",
        "/404.html",
        FAMILIES["hanweb"].link,
        organ=book.portal,
        title=title,
        words=words,
        hint=hint,
        portal=book.at[home_key(book.portal)],
        nav=book.nav(book.portal),
        meta=meta_tags(book.world.county),
    )


def _service_page(book: Book, entry: dict[str, Any], entries: dict[str, dict[str, Any]]) -> Response:
    guides = [
        (other["title"], other["path"]) for other in entries.values() if other["answer"] == "service-guide"
    ]
    html = book.renderer.page(
        "service/page.html",
        entry["path"],
        FAMILIES["hanweb"].link,
        guide=entry.get("title"),
        guides=guides,
        title=f"{entry.get('title', '首页')}_云岭县政务服务网",
        day=book.clock.ago(120).isoformat(),
        portal=Markup(book.at[home_key(book.portal)]),
    )
    return Response(200, answers.HTML, html.encode())
