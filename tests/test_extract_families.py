"""The extractors on made-up pages of other families than the recorded ones (``extract_pages/``)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from crawler.extract.labels import as_labels
from crawler.extract.reading import read_page

PAGES = Path(__file__).parent / "extract_pages"
URL = "http://www.example.gov.cn/zwgk/tzgg/202406/t20240612_1234.html"
EXPECTED: dict[str, dict[str, Any]] = yaml.safe_load((PAGES / "expected.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", EXPECTED)
def test_what_a_reader_sees_is_read(name: str) -> None:
    wanted = dict(EXPECTED[name])
    url = wanted.pop("url", URL)
    got = as_labels(read_page((PAGES / f"{name}.html").read_bytes(), url), url)
    assert {key: part(key, got[key], wanted[key]) for key in wanted} == wanted


def part(key: str, value: Any, wanted: Any) -> Any:
    """The part of a value the expectation speaks of."""
    if key == "attributes":
        return {name: value[name] for name in wanted}
    if key == "related":
        return [{"href": link["href"], "relation": link["relation"]} for link in value]
    if key == "attachments":
        return [link["href"] for link in value]
    return value


def test_every_page_has_its_expectation() -> None:
    assert {path.stem for path in PAGES.glob("*.html")} == set(EXPECTED)


@pytest.mark.parametrize("path", sorted(PAGES.glob("errors/*.html")), ids=lambda path: path.stem)
def test_error_pages_are_found_in_every_form(path: Path) -> None:
    record = read_page(path.read_bytes(), "http://www.example.gov.cn/no/such/page.html").record
    assert record.error_page
    assert record.page_kind == "error"
    assert record.error_wording
    assert record.missing_tags is None


@pytest.mark.parametrize("path", sorted(PAGES.glob("not_errors/*.html")), ids=lambda path: path.stem)
def test_other_pages_are_not_taken_for_errors(path: Path) -> None:
    record = read_page(path.read_bytes(), "http://www.example.gov.cn/some/page.html").record
    assert not record.error_page, record.error_wording
    assert record.page_kind != "error"
    assert record.error_wording is None
