"""The pages in a real browser: nothing overflows, runs or is fetched; everything can be read."""

from __future__ import annotations

import base64
import re
import shutil
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import reportdata

import reports
from reports.addresses import finding_address
from reports.ledger import Decision, Handling, RunRecord, Waiver

sync_api = pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed")
axe = pytest.importorskip("axe_playwright_python", reason="the axe-playwright-python package is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

WIDTHS = (1280, 390)
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
RADICALS = str.maketrans("⻓⻚⻔⻅⻋⻛", "长页门见车风")  # those that normalization leaves
AXE = Path(axe.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
# Contrast of every text with the nearest background painted behind it, as WCAG 2.1 defines it
CONTRAST = """() => {
  const parse = c => (c.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const light = ([r, g, b]) => {
    const f = v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b); };
  const behind = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor);
    if (c.length === 3 || c[3] > 0) return c; } return [255, 255, 255]; };
  const poor = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const e = node.parentElement; if (!node.data.trim() || e.closest('svg, .skip')) continue;
    const style = getComputedStyle(e), a = light(parse(style.color)), b = light(behind(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5))
      poor.push([e.className || e.tagName, style.color, ratio.toFixed(2), node.data.slice(0, 20)]);
  }
  return poor;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    made = {}
    for name in ("small", "hostile"):
        made[name] = tmp_path_factory.mktemp(name)
        bundle = getattr(reportdata, name)()
        if name == "small":
            settle(bundle, made[name])
        reports.write_all(made[name], bundle)
    return made


def settle(bundle: reports.ReportBundle, home: Path) -> None:
    """Add what only later runs have: earlier ones, decisions, a waiver run out, a screenshot."""
    first, second, third = (item.fingerprint for item in bundle.findings[:3])
    for number, day in enumerate(("2026-11-06", "2026-11-13"), start=1):
        bundle.changes.history.append(
            RunRecord(
                run_id=f"r{number}", as_of=day, new=number, open=4, fixed=2, scores={"shili-2026": 80.13 + number},
                departments={reportdata.EDUCATION: 70.0 + number},
            )
        )  # fmt: skip
    waiver = Waiver(fingerprint=first, reason="系统迁移", owner="张某", expires="2026-11-10", day="2026-10-10")
    bundle.changes.waivers_expired = [waiver]
    bundle.changes.waivers_unused = [waiver]
    bundle.changes.handling = {
        first: Handling(waived=waiver, link="http://www.shili.example/new.html", opinion="已改"),
        second: Handling(confirmed=Decision(by="赵某", day="2026-11-19", text="确无解读")),
    }
    (home / "screenshots").mkdir()
    (home / "screenshots" / f"{third}.png").write_bytes(PICTURE)


class Watched:
    """A page that notes whatever it does besides showing itself."""

    def __init__(self, browser: Any, width: int, **options: Any) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        self.page = self.context.new_page()
        self.events: list[str] = []
        self.page.on("console", lambda message: self.events.append(f"console: {message.text}"))
        self.page.on("pageerror", lambda error: self.events.append(f"error: {error}"))
        self.page.on(
            "dialog", lambda dialog: (self.events.append(f"dialog: {dialog.message}"), dialog.dismiss())
        )
        self.context.on("page", lambda page: self.events.append(f"opened: {page.url}"))
        self.context.on("request", lambda request: self._note(request.url))

    def _note(self, url: str) -> None:
        own = url.startswith("file:") and url.endswith((".html", ".png"))
        if not own and not url.startswith(("data:,", "data:image/png;base64,")):
            self.events.append(f"request: {url[:200]}")

    def __enter__(self) -> Watched:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()

    def open(self, path: Path) -> Any:
        self.page.goto(path.as_uri())
        return self.page


def pages_of(home: Path) -> list[Path]:
    return sorted((home / "report").rglob("*.html"))


def kinds_of(home: Path, each: int = 3) -> list[Path]:
    """Some pages of every kind: those at the top, and a few of each folder, the largest first."""
    by_folder: dict[Path, list[Path]] = {}
    for path in pages_of(home):
        by_folder.setdefault(path.parent, []).append(path)
    top = by_folder.pop(home / "report")
    largest = [sorted(paths, key=lambda path: -path.stat().st_size)[:each] for paths in by_folder.values()]
    return [*top, *(path for paths in largest for path in paths)]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["small", "hostile"])
def test_no_overflow_no_error_no_request(browser: Any, homes: dict[str, Path], name: str, width: int) -> None:
    paths = kinds_of(homes[name])
    with Watched(browser, width) as watched:
        for path in paths:
            page = watched.open(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path.name
            beyond = page.evaluate(
                "w => [...document.querySelectorAll('main *')].filter(e => !e.closest('.scroll, svg')"
                " && e.getBoundingClientRect().right > w + 1).map(e => e.outerHTML.slice(0, 80))",
                width,
            )
            assert beyond == []
            assert page.evaluate("getComputedStyle(document.body).lineHeight") != "normal", (
                "the style is applied"
            )
        assert watched.events == []


def test_nothing_a_site_says_acts_when_clicked(browser: Any, homes: dict[str, Path]) -> None:
    with Watched(browser, 1280) as watched:
        page = watched.open(homes["hostile"] / "report/index.html")
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        schemes = page.evaluate("[...new Set([...document.links].map(a => a.protocol))]")
        assert set(schemes) <= {"http:", "https:", "file:"}
        local = page.evaluate(
            "[...document.links].filter(a => a.protocol === 'file:').map(a => a.getAttribute('href'))"
        )
        assert all(href.startswith("#") or href.partition("#")[0].endswith(".html") for href in local)
        assert page.evaluate("document.scripts.length") == 1
        page.mouse.move(300, 300)
        assert watched.events == []


def test_everything_reads_without_script(browser: Any, homes: dict[str, Path]) -> None:
    with Watched(browser, 390, java_script_enabled=False, offline=True) as watched:
        page = watched.open(homes["small"] / "report/index.html")
        said = page.inner_text("body")
        for words in (
            "82.63",
            "较上次",
            "“重大决策”栏目没有任何内容",
        ):
            assert words in said
        page = watched.open(homes["small"] / f"report/departments/{reportdata.EDUCATION}.html")
        said = page.inner_text("body")
        for words in (
            "已超 5 个工作日时限 36 个工作日",
            "对公众意见、建议和批评须在5个工作日内认真答复",
            "还剩 5 个工作日",
        ):
            assert words in said
        page.click("article details > summary >> nth=0")
        assert page.locator("article details >> nth=0").locator("dd").first.is_visible()
        page = watched.open(homes["small"] / "report/lists/all.html")
        assert page.locator("table.findings tbody tr").count() == 7
        assert not page.locator("#filter").is_visible(), "what needs script is not offered without it"
        assert watched.events == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast(browser: Any, homes: dict[str, Path], scheme: str) -> None:
    with Watched(browser, 1280, color_scheme=scheme) as watched:
        for path in kinds_of(homes["small"]):
            page = watched.open(path)
            page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            assert page.evaluate(CONTRAST) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Any, homes: dict[str, Path], scheme: str) -> None:
    with Watched(browser, 1280, color_scheme=scheme, bypass_csp=True) as watched:
        for path in kinds_of(homes["small"], each=2):
            page = watched.open(path)
            page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            page.evaluate(AXE)
            found = page.evaluate("axe.run()")
            assert found["passes"]
            assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found["violations"]] == [], path


def test_every_control_shows_that_it_has_the_focus(browser: Any, homes: dict[str, Path]) -> None:
    with Watched(browser, 1280) as watched:
        page = watched.open(homes["small"] / "report/lists/all.html")
        reached = set()
        for _ in range(40):
            page.keyboard.press("Tab")
            tag, outline = page.evaluate(
                "[document.activeElement.tagName, getComputedStyle(document.activeElement).outlineStyle]"
            )
            if tag != "BODY":
                reached.add(tag)
                assert outline == "solid" or tag in ("INPUT", "SELECT"), tag
        assert {"A", "BUTTON", "INPUT", "SELECT", "DIV"} <= reached


def test_tables_sort_and_filter(browser: Any, homes: dict[str, Path]) -> None:
    with Watched(browser, 1280) as watched:
        page = watched.open(homes["small"] / "report/lists/all.html")
        rows = page.locator("table.findings tbody tr:visible")
        page.fill("#filter input", "幼儿园")
        assert rows.count() == 1
        page.fill("#filter input", "")
        page.select_option("#filter select >> nth=0", label="一般")
        assert rows.count() == 1 and "503" in rows.first.inner_text()
        page.select_option("#filter select >> nth=0", label="全部")
        assert rows.count() == 7 and "显示 7 条" in page.inner_text("#filter output")
        head = page.locator("thead th", has_text="程度")
        head.locator("button").focus()
        page.keyboard.press("Enter")
        levels = [text.strip() for text in page.locator("tbody td:first-child").all_inner_texts()]
        assert levels == sorted(levels, key=["否决", "严重", "较重", "一般", "提示"].index)
        assert head.get_attribute("aria-sort") == "ascending"
        page.keyboard.press("Enter")
        again = [text.strip() for text in page.locator("tbody td:first-child").all_inner_texts()]
        assert again == levels[::-1] and head.get_attribute("aria-sort") == "descending"
        page = watched.open(homes["small"] / "report/departments.html")
        page.locator("thead th button", has_text="得分").first.click()
        scores = page.locator("table >> nth=0").locator("tbody td:nth-child(3)").all_inner_texts()
        assert scores == ["90", "93.33", "100", "不适用"]
        assert watched.events == []


def test_a_screenshot_beside_the_page_is_shown(browser: Any, homes: dict[str, Path]) -> None:
    address = finding_address(reportdata.small().findings[2].fingerprint)
    with Watched(browser, 1280) as watched:
        watched.page.goto(f"{(homes['small'] / 'report').as_uri()}/{address}")
        watched.page.wait_for_function("[...document.images].every(image => image.complete)")
        assert watched.page.evaluate("[...document.images].map(image => image.naturalWidth)") == [1]
        assert watched.events == []


def test_a_finding_has_a_place_of_its_own(browser: Any, homes: dict[str, Path]) -> None:
    fingerprint = reportdata.small().findings[-1].fingerprint
    with Watched(browser, 1280) as watched:
        watched.page.goto(f"{(homes['small'] / 'report').as_uri()}/{finding_address(fingerprint)}")
        top = watched.page.evaluate("document.querySelector(':target').getBoundingClientRect().top")
        assert 0 <= top < 900


def test_printed_it_shows_the_evidence_and_cuts_nothing(browser: Any, homes: dict[str, Path]) -> None:
    with Watched(browser, 794) as watched:
        page = watched.open(homes["small"] / f"report/departments/{reportdata.EDUCATION}.html")
        page.emulate_media(media="print")
        assert page.evaluate("document.documentElement.scrollWidth") <= 794
        wide = page.evaluate(
            "[...document.querySelectorAll('table')]"
            ".filter(t => t.scrollWidth > t.parentElement.clientWidth + 1).length"
        )
        assert wide == 0
        assert page.locator("article details dd").first.bounding_box()["height"] > 0
        assert len(page.pdf(format="A4")) > 10_000


def test_printed_tables_repeat_their_heads_and_split_no_row(browser: Any, tmp_path: Path) -> None:
    pdfplumber = pytest.importorskip("pdfplumber", reason="the pdfplumber package is not installed")
    bundle = reportdata.large(120, departments=3)
    reports.write_all(tmp_path, bundle)
    with Watched(browser, 794) as watched:
        watched.open(tmp_path / "report/lists/all.html")
        watched.page.pdf(path=str(tmp_path / "all.pdf"), prefer_css_page_size=True)
    numbers = sorted(int(item.message.split()[1]) for item in bundle.findings)
    with pdfplumber.open(tmp_path / "all.pdf") as printed:
        # fonts give some characters' radicals in place of them
        said = [
            unicodedata.normalize("NFKC", "".join(page.extract_text().split())).translate(RADICALS)
            for page in printed.pages
        ]
    assert len(said) > 3
    titles = [title for title, _ in reportdata.SECTIONS.values()]
    for text in said:
        rows = re.findall(r"第(\d+)处:", text)
        assert not rows or ("责任单位" in text and "整改期限" in text), "the head stands on every page"
        assert len(rows) == sum(map(text.count, titles)), "a row's first line and its last stand on one page"
    assert sorted(int(number) for text in said for number in re.findall(r"第(\d+)处:", text)) == numbers
