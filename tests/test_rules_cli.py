"""The ``rules`` commands as a user types them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from lxml import html

from rules.loader import builtin_pack_ids, load_pack
from tests.test_cli import run
from tests.test_rules_layouts import BODY

DOCUMENT = "\n".join([*BODY, "二、其他", "推动美好生活建设建设。"]) + "\n"

SOUND = """
document: {id: x, title: 某县政务公开工作要点, issuer: 某县政府办公室, source: 某政办发〔2026〕1号, year: 2026}
clauses:
  - {id: x/1, section: 一, quote: 消除打不开的死链, observability: auto, severity: low, checks: [{check: dead-link}]}
  - {id: x/2, section: 一, quote: 来信五个工作日内答复, observability: auto, severity: high, deadline: 2026-07-31,
     checks: [{check: reply-overdue, with: {working_days: 5}}]}
  - {id: x/3, section: 二, quote: 加强学习, observability: offline, severity: low}
indicators:
  - {id: i, title: 链接, points: 60, cap: 50, checks: [dead-link], deduction: {low: 1}}
  - {id: j, title: 来信, points: 40, checks: [reply-overdue], deduction: {each: 2}}
"""

MISTAKES = [
    ("quote: 消除打不开的死链", "quote: ''", "条款 x/1 的 quote 为空"),
    ("id: x/3", "id: x/2", "条款 x/2 的 id 出现 2 次"),
    ("working_days: 5", "working_days: 五", "条款 x/2 的 reply-overdue 的参数 working_days 为「五」，应为整数"),
    ("working_days: 5", "workdays: 5", "条款 x/2 的 reply-overdue 的参数 workdays 是未知的键"),
    ("check: dead-link}", "check: dead-lnik}", "条款 x/1 绑定了不存在的检查「dead-lnik」"),
    ("points: 60", "points: 50", "indicators 的 points 合计 90，应为 100"),
    ("cap: 50", "cap: 70", "指标 i 的 cap 为 70"),
    ("source: 某政办发〔2026〕1号", "source: ''", "document.source 为空"),
    ("observability: offline", "observability: none", "条款 x/3 的 observability 为「none」"),
    ("severity: high, ", "severity: high, dealine: 2026-01-01, ", "条款 x/2 的 dealine 是未知的键"),
    ("deadline: 2026-07-31", "deadline: 2026-07-32", "条款 x/2 的 deadline 为「2026-07-32」"),
    ("section: 二, ", "", "条款 x/3 的 section 缺少"),
]


def write(folder: Path, text: str, name: str = "mine.yaml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_coverage_of_the_built_in_packs_leaves_no_clause_without_a_home() -> None:
    result = run("rules", "coverage")
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert len(lines) == len(builtin_pack_ids()) + 1
    for line in lines:
        total, decided, prepared, left, homeless, unbuilt = map(
            int, re.findall(r"(?:：|判定 |无着落 |启用 )(\d+)", line)
        )
        assert decided + prepared + left == total
        assert homeless == 0
        assert unbuilt <= decided + prepared


def test_coverage_lists_clauses_without_a_home_and_planned_checks(tmp_path: Path) -> None:
    text = SOUND.replace("observability: offline", "observability: auto")
    result = run("rules", "coverage", write(tmp_path, text))
    assert result.returncode == 1
    assert "无着落：x/3" in result.stdout
    planned = run("rules", "coverage", "--planned", write(
        tmp_path, SOUND.replace("{check: dead-link}", "{check: new-check, with: {days: 3}, planned: true}"), "p.yaml"
    ))
    assert planned.returncode == 0
    assert "new-check（未建成）：1 条，如 x/1" in planned.stdout
    assert "days：1 处，如 3" in planned.stdout


def test_the_built_in_packs_are_valid() -> None:
    result = run("rules", "validate")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.count("没有错误") == len(builtin_pack_ids())


def test_each_kind_of_mistake_gives_its_own_clear_line(tmp_path: Path) -> None:
    sound = write(tmp_path, SOUND)
    assert run("rules", "validate", sound).returncode == 0
    files = []
    for number, (old, new, _) in enumerate(MISTAKES):
        assert SOUND.count(old) >= 1
        files.append(write(tmp_path, SOUND.replace(old, new, 1), f"m{number}.yaml"))
    result = run("rules", "validate", sound, *files)
    assert result.returncode == 2
    lines = result.stderr.splitlines()
    for file, (_, _, expected) in zip(files, MISTAKES, strict=True):
        assert any(line.startswith(f"xunjian: {file}：{expected}") for line in lines), (file, expected, lines)
    assert len({line.split("：", 1)[1] for line in lines}) >= len(MISTAKES)
    assert "没有错误" in result.stdout


def test_ten_mistakes_in_one_file_give_ten_lines(tmp_path: Path) -> None:
    text = SOUND
    expected = []
    for old, new, line in MISTAKES:
        if old in text and not any(line.split(" 的 ")[0] == other.split(" 的 ")[0] and "id" in line for other in expected):
            text = text.replace(old, new, 1)
            expected.append(line)
    result = run("rules", "validate", write(tmp_path, text))
    assert result.returncode == 2
    found = [line for line in expected if any(f"mine.yaml：{line}" in shown for shown in result.stderr.splitlines())]
    assert len(found) >= 9, (set(expected) - set(found), result.stderr)
    assert len(set(result.stderr.splitlines())) == len(result.stderr.splitlines())


@pytest.mark.parametrize("content", ["document: [", "- 一\n", "document: {id: x}\ndocument: {id: y}\n", ""])
def test_what_is_no_pack_is_refused_in_a_line(tmp_path: Path, content: str) -> None:
    result = run("rules", "validate", write(tmp_path, content))
    assert result.returncode == 2
    assert "mine.yaml" in result.stderr
    assert "Traceback" not in result.stderr
    assert run("rules", "validate", tmp_path / "none.yaml").returncode == 2


def test_show_looks_up_a_clause_of_a_users_own_pack(tmp_path: Path) -> None:
    pack = write(tmp_path, SOUND)
    shown = run("rules", "show", "x/2", "--pack", pack, "--plan-year", "2027")
    assert shown.returncode == 0, shown.stderr
    assert "来信五个工作日内答复" in shown.stdout
    assert "2026-07-31（对照 2027 年：2027-07-31）" in shown.stdout
    assert '{"working_days": 5}' in shown.stdout
    assert "某政办发〔2026〕1号" in run("rules", "show", pack).stdout
    page = run("rules", "show", "reply-overdue").stdout
    assert all(part in page for part in ("【依据】", "【判定】", "【不判定】", "【整改】", "working_days", "linzi-2021/"))
    missing = run("rules", "show", "x/9", "--pack", pack)
    assert (missing.returncode, len(missing.stderr.splitlines())) == (2, 1)


def test_a_draft_is_written_and_said_what_was_found(tmp_path: Path) -> None:
    source = write(tmp_path, DOCUMENT, "yl.txt")
    result = run("rules", "draft", source, "--out", tmp_path / "packs" / "yl.yaml", "--id", "yunling-2023")
    assert result.returncode == 0, result.stderr
    pack = load_pack(tmp_path / "packs" / "yl.yaml")
    assert pack.id == "yunling-2023"
    assert f"条款 {len(pack.clauses)} 条" in result.stdout
    assert f"须人核对的 {sum(clause.review is not None for clause in pack.clauses)} 条" in result.stdout
    assert "词句重复" in result.stdout or "重字" in result.stdout
    assert run("rules", "validate", tmp_path / "packs" / "yl.yaml").returncode == 0
    printed = run("rules", "draft", source, "--id", "yunling-2023")
    assert printed.stdout == (tmp_path / "packs" / "yl.yaml").read_text(encoding="utf-8")


def test_a_draft_over_a_changed_file_keeps_it(tmp_path: Path) -> None:
    source = write(tmp_path, DOCUMENT, "yl.txt")
    out = write(tmp_path, "# 我改过的\n", "yl.yaml")
    result = run("rules", "draft", source, "--out", out)
    assert result.returncode == 0
    assert (tmp_path / "yl.yaml~").read_text(encoding="utf-8") == "# 我改过的\n"
    assert "yl.yaml~" in result.stderr


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("none.txt", None, "无法读取"),
        ("a.doc", b"x", "应为 .txt、.docx、.pdf 或 .html"),
        ("a.txt", b"", "没有读到文字"),
        ("b.txt", "今天天气很好。".encode(), "没有拟出条款"),
        ("a.docx", b"\xd0\xcf\x11\xe0" + b"\0" * 99, "加密"),
        ("b.docx", b"PK\x03\x04junk", "不是有效的 .docx"),
        ("a.pdf", b"%PDF-1.4 junk", "PDF"),
        ("c.txt", b"\xff\xff\xfe\x81\x30", "编码"),
    ],
)
def test_a_document_that_cannot_be_drafted_from_gives_one_line(
    tmp_path: Path, name: str, content: bytes | None, expected: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    result = run("rules", "draft", tmp_path / name, "--out", tmp_path / "out.yaml")
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1
    assert expected in result.stderr and name in result.stderr
    assert not (tmp_path / "out.yaml").exists()


def test_a_bad_id_or_place_is_refused(tmp_path: Path) -> None:
    source = write(tmp_path, DOCUMENT, "yl.txt")
    assert "--id" in run("rules", "draft", source, "--out", tmp_path / "o.yaml", "--id", "../x").stderr
    write(tmp_path, "", "file")
    refused = run("rules", "draft", source, "--out", tmp_path / "file" / "o.yaml")
    assert (refused.returncode, "无法写入" in refused.stderr) == (2, True)


def test_documentation_links_every_clause_with_its_checks(tmp_path: Path) -> None:
    hostile = SOUND.replace("加强学习", "加强<script>alert(1)</script>学习").replace("id: x,", "id: '../<x>',")
    result = run("rules", "docs", "linzi-2021", write(tmp_path, hostile), "--out", tmp_path / "docs", "--plan-year", "2026")
    assert result.returncode == 0, result.stderr
    pages = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "docs").iterdir()}
    assert {"index.html", "pack-linzi-2021.html", "check-reply-overdue.html"} <= set(pages)
    trees = {name: html.document_fromstring(text) for name, text in pages.items()}
    anchors = {(name, each) for name, tree in trees.items() for each in tree.xpath("//@id")}
    for name, tree in trees.items():
        assert not tree.xpath("//script") and not tree.xpath("//*[@src]") and "@import" not in pages[name]
        for link in tree.xpath("//a/@href"):
            page, _, anchor = link.partition("#")
            assert (page or name) in pages, (name, link)
            assert not anchor or (page or name, anchor) in anchors, (name, link)
    pack = load_pack("linzi-2021")
    own = trees["pack-linzi-2021.html"]
    assert [each.get("id") for each in own.xpath("//article")] == [each.id.split("/")[1] for each in pack.clauses]
    letter = trees["check-reply-overdue.html"]
    assert any(href.startswith("pack-linzi-2021.html#") for href in letter.xpath("//a/@href"))
    assert "&lt;script&gt;" in "".join(pages.values())
    assert all("/" not in name for name in pages)


def test_list_still_names_packs_and_clauses() -> None:
    listed = run("rules", "list", "linzi-2021")
    assert listed.returncode == 0
    assert len(listed.stdout.splitlines()) == len(load_pack("linzi-2021").clauses) + 1
    assert json.dumps({"working_days": 5}) in listed.stdout


def test_a_draft_holds_only_parameters_the_checks_take(tmp_path: Path) -> None:
    demand = "（三）拓展解读形式。综合运用田间喊话、上门宣讲、图片图表、短视频等多种形式开展政策解读，让群众听得懂。"
    source = write(tmp_path, f"{DOCUMENT}{demand}\n", "yl.txt")
    out = tmp_path / "yl.yaml"
    assert run("rules", "draft", source, "--out", out, "--id", "yunling-2023").returncode == 0
    validated = run("rules", "validate", out)
    assert validated.returncode == 0, validated.stderr
    clause = next(clause for clause in load_pack(out).clauses if "田间喊话" in clause.quote)
    (forms,) = [b.with_.get("forms", []) for b in clause.checks if b.check == "interpretation-forms-narrow"]
    assert "短视频" in "".join(forms)
    assert not any("喊话" in form for form in forms)
    assert "不认识" in (clause.review or "")
