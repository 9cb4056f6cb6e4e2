"""The pages in a real browser: nothing overflows, runs or is fetched; everything can be read."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import reportdata

import reports

sync_api = pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

WIDTHS = (1280, 390)
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
        reports.write_all(made[name], getattr(reportdata, name)())
    return made


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
        if not url.startswith(("file:", "data:,")) or (url.startswith("file:") and not url.endswith(".html")):
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


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["small", "hostile"])
def test_no_overflow_no_error_no_request(browser: Any, homes: dict[str, Path], name: str, width: int) -> None:
    paths = pages_of(homes[name])
    if name == "hostile":
        paths = [*paths[:6], homes[name] / "report/index.html"]
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
        assert all(href.startswith(("#", "departments/")) for href in local)
        assert page.evaluate("document.scripts.length") == 0
        page.mouse.move(300, 300)
        assert watched.events == []


def test_everything_reads_without_script(browser: Any, homes: dict[str, Path]) -> None:
    with Watched(browser, 390, java_script_enabled=False, offline=True) as watched:
        page = watched.open(homes["small"] / "report/index.html")
        said = page.inner_text("body")
        for words in (
            "82.63",
            "已超 5 个工作日时限 36 个工作日",
            "对公众意见、建议和批评须在5个工作日内认真答复",
            "还剩 5 个工作日",
        ):
            assert words in said
        page.click("details > summary >> nth=0")
        assert page.locator("details >> nth=0").locator("dd").first.is_visible()
        assert watched.events == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast(browser: Any, homes: dict[str, Path], scheme: str) -> None:
    with Watched(browser, 1280, color_scheme=scheme) as watched:
        for path in pages_of(homes["small"]):
            page = watched.open(path)
            page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            assert page.evaluate(CONTRAST) == []


def test_a_finding_has_a_place_of_its_own(browser: Any, homes: dict[str, Path]) -> None:
    fingerprint = reportdata.small().findings[-1].fingerprint
    with Watched(browser, 1280) as watched:
        watched.page.goto(f"{(homes['small'] / 'report/index.html').as_uri()}#f-{fingerprint}")
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
        assert page.locator("details dd").first.bounding_box()["height"] > 0
        assert len(page.pdf(format="A4")) > 10_000
