"""Saved pages of work-point documents, in the encodings offices export."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.drafting.blocks import Paragraph
from rules.drafting.source import read

TEXT = "一、加强政策解读。重要政策文件应在3个工作日内解读。"


@pytest.mark.parametrize(("encoding", "declared"), [
    ("utf-8", "utf-8"), ("utf-8", "gb2312"), ("gb18030", "gb2312"), ("gb18030", "utf-8"), ("utf-16", "unicode"),
    ("utf-8-sig", "utf-8"),
])
def test_a_saved_page_is_read_whatever_it_declares(tmp_path: Path, encoding: str, declared: str) -> None:
    path = tmp_path / "page.html"
    page = f"<html><head><meta charset='{declared}'><title>要点</title></head><body><p>{TEXT}</p></body></html>"
    path.write_bytes(page.encode(encoding))
    texts = [block.text for block in read(path) if isinstance(block, Paragraph)]
    assert TEXT in texts
