"""Every extractor over the recorded real pages, held against their labels; prints accuracy field by field.

Comparison as the labels' README says: dates to the day, texts after NFKC without white space, links by their
resolved address, ``_alt`` accepted, ``_skip`` not judged.
"""

from __future__ import annotations

import json
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest

from crawler.extract.labels import as_labels
from crawler.extract.reading import read_page

PAGES = Path(__file__).parents[1].parent / "shared" / "pages"
MACRO_BAR = 0.97
SINGLE = (
    "page_kind", "error_page", "site_name", "site_domain", "site_id_code", "column_name", "column_type", "breadcrumb",
    "title", "published", "published_tag", "source", "related", "attachments", "listing", "missing_tags",
)
ATTRIBUTES = (
    "index_number", "disclosure", "topic", "issuer", "signed", "document_number", "validity", "body_disclosure_note",
)
DATES = {"published", "published_tag", "signed"}
Outcome = tuple[str, str, bool, Any, Any]


def plain(value: Any) -> Any:
    if isinstance(value, str):
        return "".join(unicodedata.normalize("NFKC", value).split())
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def address(href: str, base: str) -> str:
    return urljoin(base, href).rstrip("/")


def same(field: str, wanted: Any, got: Any, base: str) -> bool:
    if field in DATES:
        return (wanted or "")[:10] == (got or "")[:10] and (wanted is None) == (got is None)
    if field == "related":
        return {(address(link["href"], base), link["relation"]) for link in wanted} == {
            (address(link["href"], base), link["relation"]) for link in got}
    if field == "attachments":
        return {address(link["href"], base) for link in wanted} == {address(link["href"], base) for link in got}
    if field == "listing":
        return same_listing(wanted, got, base)
    if field == "missing_tags":
        return (wanted is None) == (got is None) and set(wanted or ()) == set(got or ())
    return bool(plain(wanted) == plain(got))


def same_listing(wanted: dict[str, Any] | None, got: dict[str, Any] | None, base: str) -> bool:
    if wanted is None or got is None:
        return wanted is got
    if wanted["count"] is not None and wanted["count"] != got["count"]:
        return False
    if wanted["newest"] is not None and wanted["newest"] != got["newest"]:
        return False
    items = wanted["items"]
    return items is None or [(plain(i["title"]), address(i["href"], base), i["date"]) for i in items] == [
        (plain(i["title"]), address(i["href"], base), i["date"]) for i in got["items"]]


def outcomes() -> Iterator[Outcome]:
    labels = json.loads((PAGES / "labels.json").read_text(encoding="utf-8"))
    for name, label in labels.items():
        base = label["url"] or f"http://{label['host']}/"
        got = as_labels(read_page((PAGES / name).read_bytes(), base), base)
        skipped = set(label.get("_skip", ()))
        for field in SINGLE:
            if field not in skipped:
                yield judged(name, field, label, got, base)
        if "attributes" not in skipped:
            for field in ATTRIBUTES:
                yield judged(name, field, label["attributes"], got["attributes"], base)


def judged(name: str, field: str, label: dict[str, Any], got: dict[str, Any], base: str) -> Outcome:
    accepted = [label[field], *label.get(f"{field}_alt", ())]
    return name, field, any(same(field, wanted, got[field], base) for wanted in accepted), label[field], got[field]


@pytest.fixture(scope="module")
def results() -> list[Outcome]:
    if not (PAGES / "labels.json").is_file():
        pytest.skip("the recorded pages (../shared/pages) are not on this machine")
    return list(outcomes())


def accuracy(results: list[Outcome]) -> dict[str, tuple[int, int]]:
    table: dict[str, tuple[int, int]] = {}
    for _, field, right, _, _ in results:
        hit, total = table.get(field, (0, 0))
        table[field] = hit + right, total + 1
    return table


def report(results: list[Outcome]) -> str:
    table = accuracy(results)
    lines = [f"{field:<22}{hit:>4}/{total:<4}{hit / total:8.3f}" for field, (hit, total) in table.items()]
    lines.append(f"{'macro average':<31}{macro(results):8.3f}")
    lines += [f"  {name} {field}: wanted {wanted!r}, got {got!r}" for name, field, right, wanted, got in results
              if not right]
    return "\n".join(lines)


def macro(results: list[Outcome]) -> float:
    table = accuracy(results)
    return sum(hit / total for hit, total in table.values()) / len(table)


def test_accuracy_field_by_field(results: list[Outcome], capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print("\n" + report(results))
    assert macro(results) >= MACRO_BAR, report(results)


def test_error_pages_are_all_found_and_no_article_is_taken_for_one(results: list[Outcome]) -> None:
    judged_pages = [(name, wanted, got) for name, field, _, wanted, got in results if field == "error_page"]
    assert any(wanted for _, wanted, _ in judged_pages)
    assert [(name, got) for name, wanted, got in judged_pages if wanted != got] == []


def test_an_empty_value_is_told_from_an_absent_label(results: list[Outcome]) -> None:
    numbers = {name: (wanted, got) for name, field, _, wanted, got in results if field == "document_number"}
    assert numbers
    assert all(got is not None for wanted, got in numbers.values() if wanted)


def milliseconds_per_page() -> float:
    bodies = [(path.read_bytes(), f"http://{path.name}/") for path in sorted(PAGES.glob("*/*.html"))]
    best = float("inf")
    for _ in range(5):
        begun = time.perf_counter()
        for body, url in bodies:
            read_page(body, url)
        best = min(best, time.perf_counter() - begun)
    return 1000 * best / len(bodies)


if __name__ == "__main__":
    print(report(list(outcomes())))
    print(f"{milliseconds_per_page():.2f} ms a page")
