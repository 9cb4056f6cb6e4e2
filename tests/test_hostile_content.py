"""What a hostile site says goes through a crawl into every report: nothing of it acts, all of it is kept.

``tests/hostile/corpus.json`` holds the strings; each becomes a title, a link's text, an address, a column's name and a
letter's text of a site served on loopback, some also a department's name.
"""

from __future__ import annotations

import csv
import html
import json
import re
import shutil
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from lxml import html as lxml_html

from tests.localsite import Answer, serve
from tests.test_cli import run

ROOT = Path(__file__).parents[1]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
STRINGS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "hostile/corpus.json").read_text(encoding="utf-8"))
CORPUS = [entry["text"] * entry.get("repeat", 1) for entry in STRINGS]
# titles of 10 MB, which the crawl refuses to read and says so, and of 1 MB, which it reads
HUGE = {len(CORPUS): 10_000_000, len(CORPUS) + 1: 1_000_000}
# pages of one kind share a template: of each folder this many are opened, the largest first
OPENED = 6
DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
SHOWN = 40  # characters of a string to look for: less than any page cuts


@dataclass
class Inspected:
    """The home of the hostile site's inspection."""

    home: Path

    @property
    def pages(self) -> list[Path]:
        return sorted((self.home / "report").rglob("*.html"))

    @property
    def findings(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.home / "findings.jsonl").read_bytes().splitlines()]


def encoded(text: str) -> Answer:
    return Answer(f"<!doctype html>{text}".encode("utf-8", "surrogatepass"))


def column(name: str) -> Answer:
    said = html.escape(name)
    return encoded(
        f'<html><head><meta charset="utf-8"><title>{said}</title><meta name="ColumnName" content="{said}"></head><body>'
        f'<div>当前位置：<a href="/">首页</a> &gt; <a href="#">{said}</a></div><div class="list"><ul></ul></div>'
        "<p>暂无信息</p></body></html>"
    )


def document(number: int, title: str) -> Answer:
    said = html.escape(title)
    linked = html.escape(CORPUS[number]) if number < len(CORPUS) else "旧文"
    return encoded(
        f'<html><head><meta charset="utf-8"><title>{said}</title><meta name="ArticleTitle" content="{said}">'
        f'<meta name="ContentSource" content="{said}"></head><body><div>当前位置：<a href="/">首页</a> &gt; 政府文件</div>'
        f"<h1>{said}</h1><table><tr><td>索引号</td><td>SL-2026-{number}</td><td>发文机关</td><td>{said}</td></tr>"
        f"<tr><td>文号</td><td>示政发〔2026〕{number}号</td><td>成文日期</td><td>2026年6月8日</td></tr></table>"
        f"<p>各镇人民政府，各街道办事处，县政府各部门：</p><p>现将有关事项印发给你们，请认真贯彻执行。</p>"
        f'<p><a href="/gone/{number}.html">{linked}</a> <a href="{linked}">地址</a>'
        f' <a href="/files/{number}.pdf">附件：{linked}.pdf</a></p><p>示例县人民政府</p><p>2026年6月8日</p></body></html>'
    )


def letter(text: str) -> Answer:
    said = html.escape(text)
    return encoded(
        f'<html><head><meta charset="utf-8"><title>{said}</title></head><body><div class="xx"><table>'
        f"<tr><td>来信标题</td><td>{said}</td></tr><tr><td>来信时间</td><td>2026-09-18</td></tr>"
        f"<tr><td>受理单位</td><td>{said}</td></tr><tr><td>办理状态</td><td>处理中</td></tr>"
        f"<tr><td>来信内容</td><td>{said}。我们小区门口的路灯不亮了，请处理。</td></tr>"
        "<tr><td>答复时间</td><td></td></tr><tr><td>答复内容</td><td></td></tr></table></div></body></html>"
    )


def hostile_site() -> dict[str, Answer]:
    answers = {"/robots.txt": Answer(b"User-agent: *\nDisallow:\n", content_type="text/plain")}
    links = []
    for number, text in enumerate(CORPUS):
        answers[f"/c/{number}/"] = column(text)
        answers[f"/d/{number}.html"] = document(number, text)
        answers[f"/h/{number}.html"] = letter(text)
        said = html.escape(text)
        links += [f'<li><a href="/{page}">{said}</a></li>' for page in (f"c/{number}/", f"d/{number}.html")]
        links.append(f'<li><a href="/h/{number}.html">来信 {number}</a></li>')
    for number, size in HUGE.items():
        answers[f"/d/{number}.html"] = document(number, "<script>window.ran=1</script>" + "长" * (size // 3))
        links.append(f'<li><a href="/d/{number}.html">第{number}篇</a></li>')
    answers["/"] = encoded(
        '<html><head><meta charset="utf-8"><title>示例县人民政府</title></head><body><ul>'
        f"{''.join(links)}</ul></body></html>"
    )
    return answers


def named_departments() -> str:
    """Return configured departments with hostile names: those TOML can hold."""
    entries = []
    for number, text in enumerate(CORPUS):
        if number % 3 == 0 and not re.search("[\ud800-\udfff\x7f]", text):
            name = json.dumps(text[:300], ensure_ascii=False)
            entries.append(f'[[departments]]\nname = {name}\nmatch_url = ["/d/{number}.html", "/h/{number}.html"]\n')
    return "".join(entries)


@pytest.fixture(scope="module")
def inspected(tmp_path_factory: pytest.TempPathFactory) -> Inspected:
    folder = tmp_path_factory.mktemp("hostile-content")
    with serve(hostile_site()) as site:
        (folder / "site.toml").write_text(
            f'[site]\nname = "示例县<script>window.ran=1</script>"\nstart = ["{site.base}/"]\n'
            '[inspection]\npacks = ["linzi-2021", "liaocheng-2021", "national-2019"]\nas_of = 2026-11-20\n'
            "[crawl]\ndelay_seconds = 0\nretry_delay_seconds = 0.1\ntimeout_seconds = 5\ncheck_external_links = false\n"
            f'render_javascript = "never"\n{named_departments()}',
            encoding="utf-8",
        )
        result = run("inspect", folder / "site.toml", "--out", folder / "out", timeout=300)
    assert result.returncode == 0, result.stderr
    exported = run("export", folder / "out", "csv", "jsonl", timeout=120)
    assert exported.returncode == 0, exported.stderr
    return Inspected(folder / "out")


def test_the_corpus_is_wide_enough() -> None:
    assert len(set(CORPUS)) == len(CORPUS) >= 40
    assert len({entry["kind"] for entry in STRINGS}) >= 12


def test_the_strings_came_through_the_crawl(inspected: Inspected) -> None:
    """A string may be trimmed as any page's text is; its marked part stands in some finding."""
    said = json.dumps(inspected.findings, ensure_ascii=False)
    plain = json.loads(f"[{json.dumps(said)}]")[0]
    for sign in ("window.ran=1", "=WEBSERVICE(", "{{ 7*7 }}", "=HYPERLINK(", "javascript:", "]]>", "قرار", "<iframe"):
        assert json.dumps(sign, ensure_ascii=False)[1:-1] in plain, sign
    checks = {finding["check"] for finding in inspected.findings}
    assert {"dead-link", "disclosure-attribute-missing", "reply-overdue", "empty-column"} <= checks
    reached = {urllib.parse.urlsplit(finding["url"]).path for finding in inspected.findings}
    for number, text in enumerate(CORPUS):
        assert {f"/d/{number}.html", f"/h/{number}.html", f"/c/{number}/"} & reached, text[:SHOWN]
    summary = json.loads((inspected.home / "summary.json").read_bytes())
    assert "1 个页面内容过大未读取" in summary["uninspected"]


def test_no_page_holds_markup_of_the_site(inspected: Inspected) -> None:
    for path in inspected.pages:
        raw = path.read_text(encoding="utf-8")
        assert path.stat().st_size <= 1_500_000
        assert not DIRECTIONS.search(raw) and not re.search("[\x00-\x08\x0b-\x1f\x7f]", raw)
        shown = lxml_html.fromstring(raw)
        assert len(shown.xpath("//script")) <= 1 and len(shown.xpath("//style|//h1|//main")) == 3
        for element in shown.iter():
            if not isinstance(element.tag, str):
                assert "here" not in (element.text or "")
                continue
            assert element.tag not in ("iframe", "object", "embed", "base", "form", "img", "video", "math", "link") or (
                element.tag == "link" and element.get("href") == "data:,"
            )
            assert not [name for name in element.attrib if name.lower().startswith("on") or name == "style"]
            href = element.get("href") if element.tag == "a" else None
            if href is not None and not href.startswith(("http://", "https://", "#")):
                target = (path.parent / urllib.parse.unquote(href.partition("#")[0])).resolve()
                assert target.is_file() and target.is_relative_to(inspected.home.resolve()), href


def test_the_json_keeps_what_pages_cut(inspected: Inspected) -> None:
    titles = [str(finding["evidence"].get("title", "")) for finding in inspected.findings]
    longest = max(titles, key=len)
    assert len(longest) > 300_000 and set(longest[-300_000:]) == {"长"}
    for path in inspected.pages:
        shown = path.read_text(encoding="utf-8")
        assert longest[-500:] not in shown
        assert "长…" in shown or longest[-SHOWN:] not in shown, "what is cut is marked"


def test_no_cell_of_a_workbook_is_a_formula(inspected: Inspected) -> None:
    books = sorted(inspected.home.rglob("*.xlsx"))
    assert books
    for path in books:
        for sheet in openpyxl.load_workbook(path):
            for row in sheet.iter_rows():
                for cell in row:
                    assert cell.data_type != "f", f"{sheet.title}!{cell.coordinate}"
                    if isinstance(cell.value, str):
                        assert not DIRECTIONS.search(cell.value)
                    if cell.hyperlink is not None and cell.hyperlink.target:
                        assert re.match(r"https?://|report/|screenshots/", cell.hyperlink.target), cell.coordinate


def test_no_field_of_the_csv_is_a_formula(inspected: Inspected) -> None:
    (path,) = inspected.home.rglob("*.csv")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert len(rows) == len(inspected.findings) + 1
    for row in rows:
        for field in row:
            assert not field.lstrip().startswith(("=", "+", "-", "@", "＝")), field[:SHOWN]


def test_names_of_files_are_harmless(inspected: Inspected) -> None:
    for path in inspected.pages:
        assert path.parent.parent in (inspected.home, inspected.home / "report")
        assert not DIRECTIONS.search(path.name) and not re.search(r"[\x00-\x1f<>:\"|?*\\]", path.name)
        assert len(path.name.encode()) < 200


WATCH = """window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective));"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed")
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with sync_api.sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def opened(inspected: Inspected) -> list[Path]:
    folders: dict[Path, list[Path]] = {}
    for path in inspected.pages:
        folders.setdefault(path.parent, []).append(path)
    return [
        path
        for paths in folders.values()
        for path in sorted(paths, key=lambda one: -one.stat().st_size)[:OPENED]
    ]


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_acts_in_a_browser(inspected: Inspected, browser: Any, width: int) -> None:
    events: list[str] = []
    context = browser.new_context(viewport={"width": width, "height": 800})
    context.add_init_script(WATCH)
    page = context.new_page()
    page.on("console", lambda message: events.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: events.append(f"error: {error}"))
    page.on("dialog", lambda dialog: (events.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    context.on("page", lambda other: events.append(f"opened: {other.url}"))
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    paths = opened(inspected)
    for path in paths:
        page.goto(path.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        for key in ("Tab", "Tab", "Tab"):
            page.keyboard.press(key)
        page.mouse.move(width // 2, 300)
        state = page.evaluate("[typeof window.ran, window.violations, document.documentElement.scrollWidth]")
        assert state == ["undefined", [], width], path.name
        assert page.evaluate("[...document.links].every((a) => ['http:', 'https:', 'file:'].includes(a.protocol))")
        assert page.title() != "ran" and page.locator("h1").count() == 1
    context.close()
    assert events == []
    assert len(paths) > 25
    assert {url for url in asked if not url.startswith("data:,")} <= {path.as_uri() for path in paths}
