"""Subjects: clauses that ask for the same are one finding; the packs' subjects are specific; a site is read once."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import pytest
from casework import Case, pack_of, site_of

import checks.subjects
from checks.model import Context, Judgement
from checks.runner import judge
from checks.site import Site
from checks.subjects import alternatives, library_of, words_of
from rules.calendar import load_calendar
from rules.loader import builtin_pack_ids, load_packs
from rules.model import Binding, Clause, Pack

AS_OF = date(2026, 11, 20)
PAGE: dict[str, Any] = {
    "url": "/1.html", "record": {"page_kind": "article", "title": "县政府召开会议", "published": "2026-05-10"},
    "text": "会议。",
}
_BINDINGS: list[tuple[Clause, Binding]] = [
    (clause, binding) for pack in load_packs(builtin_pack_ids()) for clause in pack.clauses for binding in clause.checks
]


def site(*pages: dict[str, Any]) -> Site:
    return site_of(Case("topic-not-disclosed", "", AS_OF, {}, {"pages": list(pages or (PAGE,))}))


def judged(one: Site, *packs: Pack) -> Judgement:
    return judge(one, packs, Context(AS_OF, 2026, load_calendar()))


def topic(*keywords: str) -> tuple[str, dict[str, Any]]:
    return "topic-not-disclosed", {"keywords": list(keywords)}


def test_the_same_demand_in_two_packs_is_one_finding_named_by_the_first() -> None:
    only, = judged(site(), pack_of(topic("乡村振兴"), pack="jia"), pack_of(topic("乡村振兴"), pack="yi")).findings
    assert (only.target, only.clauses) == ("jia/1", ["jia/1", "yi/1"])


def test_clauses_that_miss_the_same_are_one_finding_whatever_else_they_name() -> None:
    pages = [
        {"url": "/2.html", "record": {"page_kind": "article", "title": "养老服务补贴公示", "published": "2026-05-10"}},
        {"url": "/3.html", "record": {"page_kind": "article", "title": "学校招生公告", "published": "2026-05-10"}},
    ]
    packs = pack_of(topic("乡村振兴", "养老"), pack="jia"), pack_of(topic("招生", "乡村振兴"), pack="yi")
    only, = judged(site(*pages), *packs).findings
    assert only.clauses == ["jia/1", "yi/1"]


def test_clauses_that_miss_different_things_are_told_apart() -> None:
    found = judged(site(), pack_of(topic("乡村振兴"), topic("乡村振兴", "养老"))).findings
    assert [finding.target for finding in found] == ["ceshi/1", "ceshi/2"]


def test_a_second_judgement_of_the_same_site_names_its_own_clauses() -> None:
    one = site()
    judged(one, pack_of(topic("乡村振兴"), pack="jia"))
    only, = judged(one, pack_of(topic("乡村振兴"), pack="yi")).findings
    assert (only.target, only.clauses) == ("yi/1", ["yi/1"])


def test_texts_are_gone_through_once_for_all_clauses(monkeypatch: pytest.MonkeyPatch) -> None:
    read = []
    text = checks.subjects._text

    def counted(of: Site, url: str) -> str:
        read.append(url)
        return text(of, url)

    monkeypatch.setattr(checks.subjects, "_text", counted)
    judged(site(), *(pack_of(topic(word), pack=f"bao{number}") for number, word in enumerate(["养老", "招生", "征地"])))
    assert len(read) == 1


def test_a_word_is_found_in_title_column_and_text_alone() -> None:
    library = library_of(site(
        {"url": "/a.html", "record": {"page_kind": "article", "title": "养老服务", "published": "2026-05-10"}},
        {"url": "/b.html", "record": {"page_kind": "article", "title": "会议", "column_name": "养老", "published": "2026-05-10"}},
        {"url": "/c.html", "record": {"page_kind": "article", "title": "会议二", "published": "2026-05-10"}, "text": "关于养老"},
    ))
    urls = {library.entries[number].url.rpartition("/")[2] for number in library.headed("养老")}
    assert urls == {"a.html", "b.html"}
    assert [library.entries[number].url.rpartition("/")[2] for number in library.speaking("养老")] == ["c.html"]


def test_subjects_of_the_packs_are_words_not_characters() -> None:
    for clause, binding in _BINDINGS:
        named = {"topic-not-disclosed": "keywords", "required-column-missing": "columns"}.get(binding.check)
        for subject in binding.with_.get(named, ()) if named else ():
            words = [word for one in alternatives(subject) for word in words_of(one)]
            assert words and min(map(len, words)) >= 2, f"{clause.id}: {subject}"


def test_a_column_is_demanded_for_certain_only_where_the_quote_speaks_of_one() -> None:
    certain = [
        clause for clause, binding in _BINDINGS
        if binding.check == "required-column-missing" and binding.with_.get("demand") == "column"
    ]
    assert len(certain) >= 10
    for clause in certain:
        assert any(word in clause.quote for word in ("栏目", "专栏", "专区", "平台", "文件库", "窗口")), clause.id


def test_many_entries_and_words_are_searched_fast() -> None:
    pages = [
        {
            "url": f"/{number}.html", "text": "会议研究了全县的各项工作，要求抓好落实。" * 40,
            "record": {"page_kind": "article", "title": f"会议第{number}次", "published": "2026-05-10"},
        }
        for number in range(300)
    ]
    library = library_of(site(*pages))
    words = [word for _, binding in _BINDINGS for subject in binding.with_.get("keywords", ()) for one in alternatives(subject) for word in words_of(one)]
    started = time.process_time()
    library.announce(words)
    assert [library.speaking(word) for word in ("乡村振兴", "没有的词")] == [frozenset(), frozenset()]
    assert time.process_time() - started < 3


def test_after_the_year_each_department_answers_for_itself() -> None:
    departments = [{"name": name, "match_source": [name]} for name in ("县水务局", "县民政局")]
    one = site_of(Case("", "", AS_OF, {}, {"pages": [PAGE], "departments": departments}))
    bound = pack_of((
        "participation-below-minimum",
        {"what": "政策评价", "keywords": ["政策评价"], "min_per_year": 2, "per": "department"},
    ))
    during = judge(one, [bound], Context(AS_OF, 2026, load_calendar())).findings
    after = judge(one, [bound], Context(date(2027, 1, 15), 2026, load_calendar())).findings
    assert [(finding.department, finding.confidence) for finding in during] == [(None, "review")]
    assert sorted(str(finding.department) for finding in after) == ["县民政局", "县水务局"]
    assert {finding.confidence for finding in after} == {"review"}


def test_a_year_that_is_over_is_judged_for_certain() -> None:
    listing = {"items": [{"title": "2025年部门预算", "href": "/ys/1.html", "date": "2025-02-20"}]}
    column = {"url": "/ys/", "record": {"page_kind": "column", "column_name": "财政预决算", "listing": listing}}
    told = {
        stated: judge(
            site(column), [pack_of((
                "periodic-publication-missed",
                {"what": "预算", "keywords": ["预算"], "columns": ["预决算"], "period": "year", "stated": stated},
            ))], Context(date(2027, 3, 1), 2026, load_calendar()),
        ).findings[0].confidence
        for stated in (True, False)
    }
    assert told == {True: "certain", False: "review"}


def test_what_came_long_after_the_year_is_not_of_the_year() -> None:
    late = {"url": "/1.html", "record": {"page_kind": "article", "title": "乡村振兴项目公示", "published": "2026-05-10"}}
    early = {"url": "/1.html", "record": {"page_kind": "article", "title": "乡村振兴项目公示", "published": "2026-01-10"}}
    found = [
        judge(site(page), [pack_of(topic("乡村振兴"))], Context(AS_OF, 2025, load_calendar())).findings
        for page in (late, early)
    ]
    assert [len(findings) for findings in found] == [1, 0]
