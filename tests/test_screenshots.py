"""Pictures of the spots findings are about: the right spot, marked; nothing runs, nothing is fetched, no number shows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import reportdata
from reportdata import EDUCATION, HOSTILE, OFFICE, SITE

import reports
from app.errors import UserError
from app.screenshots import BLANK, HEIGHT, NOWHERE, PERSONAL, UNFOUND, WIDTH, Shot, Taken, take
from app.spots import TABLES, Wanted, wanted
from checks.masking import born
from checks.model import Finding
from checks.registry import all_checks
from crawler.rendering.chromium import VARIABLE, why_absent
from crawler.snapshot.reader import SnapshotReader
from crawler.snapshot.records import Fetch, PageRecord, Reading
from crawler.snapshot.writer import SnapshotWriter
from tests.localsite import page as site_page
from tests.localsite import serve
from tests.test_cli import run

image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
needs_browser = pytest.mark.skipif(why_absent() is not None, reason="no Chromium or no playwright on this machine")

BASE = "http://a.example"
RED, BLUE = (0xC8, 0x10, 0x2E), (0x1C, 0x4A, 0x85)
FILLER = "<p>" + "为了更好地服务群众，提高工作效率，现将有关事项公告如下。" * 6 + "</p>"


def identity_numbers() -> Iterator[str]:
    """Different numbers of persons that look alike once covered: 370…17."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    for day, serial in product(range(10, 28), range(1, 100)):
        start = f"370303199001{day}{serial:02d}1"
        check = "10X98765432"[sum(int(d) * w for d, w in zip(start, weights, strict=True)) % 11]
        if check == "7" and born(start + check):
            yield start + check


ONE, OTHER = list(identity_numbers())[:2]


def secret(number: str) -> str:
    return (
        f"<h1>补助名单公示</h1><table><tr><th>姓名<th>身份证号<tr><td>张三<td>{number}</table>"
        f"<p>分开写的：{number[:9]}<b>{number[9:]}</b></p><input value='{number}'><img alt='{number}' width=300 height=40>"
        f"<p title='{number}'>备注</p>"
    )


PAGES: dict[str, str] = {
    "/link": f"<h1>通知</h1>{FILLER}<p>详见<a href='/old.html#x'>旧办法</a>，附件<a href='new.html'>新办法</a></p>{FILLER * 9}",
    "/hidden": f"<h1>动态</h1>{FILLER}<div style='position:absolute;left:-9999px'><a href='http://bad.example/'>彩票</a></div>"
    f"<span style='display:none'><a href='http://worse.example/'>赌场</a></span>{FILLER}",
    "/wording": f"<title>公告</title>{FILLER}<p>深入开展扫黑<b>险恶</b>专项斗争</p>{FILLER}",
    "/list": "<h1>工作动态</h1><ul>" + "".join(
        f"<li><a href='/a{n}.html'>第 {n} 条信息</a><span>2026-0{n}-01</span></li>" for n in range(1, 8)
    ) + "</ul>",
    "/document": "<div class=x><table><tr><td>索引号<td>A-1<td>发文机关<td>县政府<tr><td>成文日期<td>2026-01-02<td>文号<td>1号"
    f"</table></div><h1>关于印发办法的通知</h1>{FILLER}",
    "/home": f"<h1>示例县人民政府</h1>{FILLER}",
    "/active": "<h1>原来的标题</h1><p id=t>原来的文字</p>"
    "<script>document.getElementById('t').textContent='脚本改过'; alert(1)</script>"
    "<noscript><meta http-equiv=refresh content='0;url=http://b.example/'></noscript>"
    "<meta http-equiv=refresh content='0;url=http://b.example/'>"
    "<img src=x onerror=\"document.body.textContent='图片改过'\"><a href='/gone.html'>原来的链接</a>"
    "<div style='position:fixed;inset:0;background:#0f0;z-index:99999'>盖住</div>",
    "/one": secret(ONE),
    "/other": secret(OTHER),
    "/address": "<h1>名单</h1><table><tr><td>张三<td>建设路 12 号 3 单元 401</table>",
    "/large": "<title>" + "长" * 3_000_000 + "</title>",
    "/many": "<i></i>" * 70_000,
    "/shell": "<div id=app></div><script>app.textContent = '由脚本填充的内容'.repeat(99)</script>",
    "/without": f"<h1>通知</h1>{FILLER}<a href='/old.html' style='display:none'></a>",
}


def finding(number: int, check: str, path: str, **more: Any) -> Finding:
    values: dict[str, Any] = {"evidence": {}, "severity": "high", "department": EDUCATION} | more
    made = reportdata.finding(check, f"{BASE}{path}", values.pop("message", "问题"), **values)
    made.fingerprint = f"{number:020x}"
    return made


FINDINGS = [
    finding(1, "dead-link", "/link", target=f"{BASE}/old.html"),
    finding(2, "suspicious-link", "/hidden", target="http://bad.example/"),
    finding(3, "suspicious-link", "/hidden", target="http://worse.example/"),
    finding(4, "wording-error", "/wording", target="扫黑险恶", confidence="review"),
    finding(5, "stale-column", "/list", evidence={"newest": "2026-07-01"}),
    finding(6, "disclosure-attribute-missing", "/document", evidence={"title": "关于印发办法的通知"}),
    finding(7, "required-column-missing", "/home", target="来信选登"),
    finding(8, "dead-link", "/active", target=f"{BASE}/gone.html"),
    finding(9, PERSONAL, "/one", evidence={"kinds": {"公民身份号码": 1}, "examples": [f"{ONE[:3]}*************{ONE[-2:]}"]}),
    finding(10, PERSONAL, "/other", evidence={"kinds": {"公民身份号码": 1}, "examples": [f"{ONE[:3]}*************{ONE[-2:]}"]}),
    finding(11, PERSONAL, "/address", evidence={"kinds": {"家庭住址": 1, "公民身份号码": 1}}),
    finding(12, "reply-overdue", "/address", evidence={"received": "2026-01-02"}),
    finding(13, "broken-attachment", "/list.pdf", target=None),
    finding(14, "dead-link", "/never", target=f"{BASE}/old.html"),
    finding(15, "dead-link", "/large", target=f"{BASE}/old.html"),
    finding(16, "dead-link", "/many", target=f"{BASE}/old.html"),
    finding(17, "dead-link", "/shell", target=f"{BASE}/old.html"),
    finding(18, "dead-link", "/without", target=f"{BASE}/old.html"),
]


def make_snapshot(path: Path, pages: dict[str, str]) -> None:
    writer = SnapshotWriter(path)
    writer.set_meta(site=SITE, run_id="20261120-0130", start=[f"{BASE}/home"], started="2026-11-20T00:00:00+00:00")
    for number, (name, body) in enumerate(pages.items()):
        data = f"<!DOCTYPE html>{body}".encode("gb18030" if name == "/list" else "utf-8")
        writer.save(
            f"{BASE}{name}",
            Fetch(outcome="ok", status=200, fetched_at=1_790_000_000.0 + number, bytes=len(data), content_type="text/html"),
            body=data,
            reading=Reading(record=PageRecord(charset="gb18030" if name == "/list" else "utf-8", title="标题")),
        )
    writer.save(
        f"{BASE}/list.pdf", Fetch(outcome="ok", status=200, fetched_at=1.0, bytes=9, content_type="application/pdf")
    )
    writer.finish()
    writer.close()


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("run") / "run.sqlite"
    make_snapshot(path, PAGES)
    return path


def taken_of(snapshot: Path, folder: Path, findings: list[Finding], **limits: Any) -> Taken:
    reader = SnapshotReader(snapshot)
    try:
        return take(reader, FINDINGS, findings, all_checks(), folder, **limits)
    finally:
        reader.close()


@pytest.fixture(scope="module")
def folder(snapshot: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("shots")
    taken = taken_of(snapshot, made, FINDINGS)
    (made / "shots.json").write_text(
        json.dumps({shot.fingerprint: [shot.spot, shot.skipped] for shot in taken.shots}), encoding="utf-8"
    )
    return made


def picture(folder: Path, number: int) -> Any:
    return image.open(folder / f"{number:020x}.png").convert("RGB")


def told(folder: Path, number: int) -> list[str]:
    found: list[str] = json.loads((folder / "shots.json").read_text(encoding="utf-8"))[f"{number:020x}"]
    return found


def box(shown: Any, colour: tuple[int, int, int]) -> tuple[int, int, int, int] | None:
    """Return the part of a picture in which a colour stands."""
    mask = shown.convert("RGB").point(lambda value: value)
    bands = [band.point(lambda value, wanted=wanted: 255 if value == wanted else 0) for band, wanted in
             zip(mask.split(), colour, strict=True)]
    from PIL import ImageChops

    both = ImageChops.multiply(ImageChops.multiply(bands[0], bands[1]), bands[2])
    found: tuple[int, int, int, int] | None = both.getbbox()
    return found


# --- what to look for ---


def test_each_kind_of_finding_has_its_spot() -> None:
    assert wanted(FINDINGS[0]) == [Wanted("link", (f"{BASE}/old.html",))]
    assert wanted(FINDINGS[3])[0] == Wanted("text", ("扫黑险恶",))
    assert wanted(FINDINGS[4])[0] == Wanted("row", ("2026-07-01",))
    assert Wanted("row", ("2026年7月1日",)) in wanted(FINDINGS[4])
    assert wanted(FINDINGS[5])[0] == Wanted("block", TABLES["disclosure-attribute-missing"])
    assert wanted(FINDINGS[6]) == []
    quoting = finding(99, "content-conflict", "/x", evidence={"conflicts": ["一处写“每户六百元”，一处写“每户八百元”"]})
    assert wanted(quoting) == [Wanted("text", ("每户六百元",)), Wanted("text", ("每户八百元",))]


# --- the pictures ---


@needs_browser
@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6, 8, 9, 10])
def test_a_spot_is_marked_and_the_rest_cut_away(folder: Path, number: int) -> None:
    shown = picture(folder, number)
    assert told(folder, number)[0].startswith("已标出")
    assert 640 <= shown.width <= WIDTH and 140 <= shown.height <= HEIGHT
    marked = box(shown, RED)
    assert marked is not None
    assert marked[2] - marked[0] >= 20 and marked[3] - marked[1] >= 20
    # the mark stands well within the picture, not at its edge
    assert marked[0] >= 0 and marked[3] < shown.height


@needs_browser
def test_a_small_spot_of_a_long_page_makes_a_small_picture(folder: Path) -> None:
    shown = picture(folder, 1)
    assert (shown.width, shown.height) <= (700, 260)


@needs_browser
def test_a_row_is_marked_whole(folder: Path) -> None:
    marked = box(picture(folder, 5), RED)
    assert marked is not None and marked[2] - marked[0] > 600


@needs_browser
def test_what_a_page_hides_is_shown_and_said_to_be_hidden(folder: Path) -> None:
    for number in (2, 3):
        assert told(folder, number)[0] == "已标出（原页面上是隐藏的）"


@needs_browser
def test_what_is_nowhere_has_no_mark_but_a_line_that_says_so(folder: Path) -> None:
    shown = picture(folder, 7)
    assert box(shown, RED) is None
    banner = box(shown, BLUE)
    assert banner is not None and banner[0] == 0 and banner[2] == shown.width and banner[1] == 0
    assert told(folder, 7) == [NOWHERE, ""]
    assert told(folder, 18) == [UNFOUND, ""]


@needs_browser
def test_no_script_of_a_page_runs_and_nothing_lies_over_the_spot(folder: Path) -> None:
    shown = picture(folder, 8)
    assert box(shown, (0, 255, 0)) is None and box(shown, RED) is not None


@needs_browser
def test_numbers_of_persons_are_not_in_the_picture(folder: Path) -> None:
    """Two pages that differ in nothing but the number, covered, are the same picture."""
    assert ONE != OTHER and ONE[:3] == OTHER[:3] and ONE[-2:] == OTHER[-2:]
    assert picture(folder, 9).tobytes() == picture(folder, 10).tobytes()


@needs_browser
@pytest.mark.parametrize(
    ("number", "why"),
    [
        (11, "网页上的个人信息无法可靠遮盖"),
        (12, "网页上的个人信息无法可靠遮盖"),
        (13, "问题在附件里，不在网页上"),
        (14, "抓取时没有这个地址"),
        (15, "网页超过 4 MB，未截图"),
        (16, "网页元素超过 60000 个，未截图"),
        (17, BLANK),
    ],
)
def test_without_a_picture_there_is_a_reason(folder: Path, number: int, why: str) -> None:
    assert told(folder, number) == ["", why]
    assert not (folder / f"{number:020x}.png").exists()


@needs_browser
def test_the_same_snapshot_gives_the_same_pictures(snapshot: Path, folder: Path, tmp_path: Path) -> None:
    some = [FINDINGS[0], FINDINGS[4], FINDINGS[6]]
    taken_of(snapshot, tmp_path, some)
    for made in some:
        name = f"{made.fingerprint}.png"
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


@needs_browser
def test_pictures_are_limited_the_first_to_mend_first(snapshot: Path, tmp_path: Path) -> None:
    taken = taken_of(snapshot, tmp_path, FINDINGS[:6], limit=2)
    assert (len(taken.shots), taken.left) == (2, 4)
    taken = taken_of(snapshot, tmp_path, FINDINGS[:6], seconds=0)
    assert taken.shots == [] and taken.left == 6


@needs_browser
def test_nothing_is_fetched(tmp_path: Path) -> None:
    answers = {"/x": site_page("x", "x")}
    with serve(answers) as site:
        parts = (
            f"<link rel=stylesheet href='{site.base}/x.css'><style>@import '{site.base}/y.css'; @font-face{{font-family:a;"
            f"src:url({site.base}/f.woff)}} h1{{font-family:a;background:url({site.base}/b.png)}}</style><h1>标题</h1>{FILLER}"
            f"<img src='{site.base}/i.png'><iframe src='{site.base}/x'></iframe><video src='{site.base}/v.mp4' autoplay></video>"
            f"<object data='{site.base}/o'></object><link rel=prefetch href='{site.base}/p'><a ping='{site.base}/q' href='/old.html'>旧</a>"
        )
        make_snapshot(tmp_path / "run.sqlite", {"/link": parts})
        taken = taken_of(tmp_path / "run.sqlite", tmp_path / "shots", FINDINGS[:1])
        assert taken.pictures == 1
        assert not site.asked


@needs_browser
def test_whatever_a_finding_says_there_is_a_picture(tmp_path: Path) -> None:
    make_snapshot(tmp_path / "run.sqlite", {"/link": PAGES["/link"]})
    found = [
        finding(100 + n, "dead-link", "/link", target=text, message=text, evidence={"excerpt": text, "title": text})
        for n, text in enumerate(HOSTILE)
    ]
    taken = taken_of(tmp_path / "run.sqlite", tmp_path / "shots", found)
    assert taken.pictures == len(HOSTILE) and taken.reasons == {}


def test_what_to_install_is_said(snapshot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "/nowhere/chromium")
    with pytest.raises(UserError, match="截图：没有"):
        taken_of(snapshot, tmp_path, FINDINGS[:1])


def test_reasons_are_counted() -> None:
    taken = Taken([Shot("a", "u", skipped="甲"), Shot("b", "u", skipped="乙"), Shot("c", "u", skipped="乙"), Shot("d", "u", "已标出")])
    assert taken.pictures == 1 and taken.reasons == {"乙": 2, "甲": 1}


# --- the command ---


@needs_browser
def test_the_command_puts_pictures_beside_the_report(tmp_path: Path) -> None:
    make_snapshot(tmp_path / "run.sqlite", PAGES)
    found = [FINDINGS[0], finding(20, "wording-error", "/wording", target="扫黑险恶", department=OFFICE)]
    bundle = reportdata.bundle(found, [reportdata.examination("dead-link", EDUCATION, 3)])
    reports.write_all(tmp_path, bundle)
    result = run("export", tmp_path, "screenshots", "--department", EDUCATION)
    assert result.returncode == 0, result.stderr
    shots = tmp_path / "screenshots"
    assert [path.name for path in shots.glob("*.png")] == [f"{FINDINGS[0].fingerprint}.png"]
    result = run("export", tmp_path, "screenshots", "--department", OFFICE)
    assert len(list(shots.glob("*.png"))) == 2
    index = json.loads((shots / "index.json").read_text(encoding="utf-8"))
    assert {entry["spot"] for entry in index.values()} == {"已标出"} and len(index) == 2
    result = run("export", tmp_path, "screenshots", "--limit", 1)
    assert len(list(shots.glob("*.png"))) == 1 and "另有 1 个问题排在后面" in result.stdout


def test_pictures_are_taken_of_the_run_reported_alone(tmp_path: Path) -> None:
    make_snapshot(tmp_path / "run.sqlite", {"/home": PAGES["/home"]})
    bundle = reportdata.bundle([FINDINGS[6]], [])
    bundle.run_id = "another"
    reports.write_all(tmp_path, bundle)
    result = run("export", tmp_path, "screenshots")
    assert result.returncode == 2 and "问题清单是另一次巡检（another）的" in result.stderr
