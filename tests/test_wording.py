"""The word list of wording-error: the built-in one is sound, a user's own adds to it or is refused in one line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from casework import Case, pack_of, site_of
from hypothesis import given
from hypothesis import strategies as st

from checks.automaton import Automaton
from checks.model import Context
from checks.runner import judge
from rules.calendar import load_calendar
from rules.wording import WordingError, load_wording


def own(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "words.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def found(path: Path | None, title: str) -> set[str]:
    """Return the wrong forms found in a title."""
    case = Case("wording-error", "x", date(2026, 9, 10), {}, {"pages": [
        {"url": "/1.html", "record": {"page_kind": "article", "title": title}, "text": "正文"},
    ]})
    context = Context(case.as_of, 2026, load_calendar(), tuple(load_wording(path)) if path else None)
    return {finding.target or "" for finding in judge(site_of(case), [pack_of(("wording-error", {}))], context).findings}


def test_the_built_in_list_is_sound() -> None:
    forms = load_wording()
    assert len(forms) >= 250
    assert all(form.wrong != form.right and form.source for form in forms)
    # no right form, and no word a form gives way to, may be called wrong by another form
    for form in forms:
        assert found(None, form.right) <= {"》"}, form.right
        assert form.wrong in found(None, f"甲，{form.wrong}，")
        assert all(form.wrong in word for word in form.unless), form.wrong


def test_words_are_added_replaced_and_allowed(tmp_path: Path) -> None:
    path = own(tmp_path, """
entries:
  - {wrong: 云领县, right: 云岭县, grade: serious}
  - {wrong: 布署, right: 部署, unless: [布署图]}
allow: [世外桃园]
""")
    assert found(path, "云领县举办世外桃园采摘节") == {"云领县"}
    assert found(path, "防汛布署图") == set()
    assert found(path, "防汛布署会") == {"布署"}
    assert found(None, "世外桃园采摘节") == {"世外桃园"}


@pytest.mark.parametrize(("text", "expected"), [
    ("entries: [{wrong: 甲, right: 乙}]", "entries[1].wrong"),
    ("entries: [{wrong: 甲乙}]", "entries[1].right"),
    ("entries: [{wrong: 甲乙, right: 甲丙, grade: high}]", "entries[1].grade"),
    ("entries: [{wrong: 甲乙, right: 甲乙}]", "entries[1]"),
    ("entries: [{wrong: 甲乙, right: 甲丙, note: x}]", "entries[1].note"),
    ("entrys: []", "entrys"),
    ("- 甲乙", "文件"),
    ("entries: [", "YAML 语法错误"),
])
def test_a_wrong_file_is_told_in_one_line(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(WordingError) as caught:
        load_wording(own(tmp_path, text))
    line = str(caught.value)
    assert "\n" not in line and "words.yaml" in line and expected in line


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(WordingError, match="没有这个词库文件"):
        load_wording(tmp_path / "none.yaml")


def test_the_automaton_finds_words_that_overlap() -> None:
    assert Automaton(["甲乙丙", "乙丙丁", "丙丁"]).search("甲乙丙丁甲乙甲乙丙") == [
        (0, "甲乙丙"), (1, "乙丙丁"), (2, "丙丁"), (6, "甲乙丙"),
    ]
    assert Automaton([]).search("甲") == []


@given(st.lists(st.text("甲乙a\0", min_size=1, max_size=4), max_size=6, unique=True), st.text("甲乙a\0", max_size=30))
def test_the_automaton_finds_what_comparing_every_place_finds(words: list[str], text: str) -> None:
    expected = sorted(
        ((place, word) for word in words for place in range(len(text)) if text.startswith(word, place)),
        key=lambda found: (found[0] + len(found[1]), found[0]),
    )
    assert Automaton(words).search(text) == expected
