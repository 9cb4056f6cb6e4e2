"""The extractors on made-up pages of other families than the recorded ones."""

from __future__ import annotations

from typing import Any

import pytest

from crawler.extract.labels import as_labels
from crawler.extract.reading import read_page
from tests.extract_families import BROKEN, MADE, Broken, Made


@pytest.mark.parametrize("made", MADE, ids=lambda made: made.name)
def test_what_a_reader_sees_is_read(made: Made) -> None:
    encoding = "gb18030" if made.name.endswith("gbk") else "utf-8"
    got = as_labels(read_page(made.html.encode(encoding), made.url), made.url)
    assert {key: shown(key, got[key], wanted) for key, wanted in made.wanted.items()} == made.wanted


def shown(key: str, value: Any, wanted: Any) -> Any:
    if key == "attributes":
        return {name: value[name] for name in wanted}
    if key == "related":
        return [(link["href"], link["relation"]) for link in value]
    if key == "attachments":
        return [link["href"] for link in value]
    return value


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
def test_error_pages_are_told_from_others(broken: Broken) -> None:
    encoding = "utf-16" if broken.name.startswith("utf-16") else "utf-8"
    record = read_page(broken.html.encode(encoding), "http://www.example.gov.cn/no/such/page.html").record
    assert record.error_page is broken.error, record.error_wording
    assert (record.page_kind == "error") is broken.error
    assert bool(record.error_wording) is broken.error
