"""The demonstration site a day and a night later: some defects mended, one back again, some new."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from demo.hosts import PORTAL, address
from demo.linkmap import holders
from demo.model import DemoSite, Planted, Response, path_key

_FILE = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class SecondNight:
    """What the second night is shown, and how it differs from the first.

    ``day`` is the site in between: all of ``mended`` and ``back`` stand mended there. ``site`` is the second night's:
    ``mended`` are gone for good, ``back`` have returned, ``new`` were never there before.
    """

    day: DemoSite
    site: DemoSite
    mended: list[Planted]
    back: list[Planted]
    new: list[Planted]


def second_night(first: DemoSite) -> SecondNight:
    """Return the night after ``first``: attachments put right, one of them wrong again, two sound ones lost."""
    files = {kind: _sound(first, kind) for kind in _FILE}
    broken = {planted.target: planted for planted in first.planted if planted.check == "broken-attachment"}
    missing = next(target for target in broken if target and target.endswith(".docx"))
    empty = next(target for target in broken if target and target.endswith(".xlsx"))
    mislabelled = next(target for target in broken if target and target.endswith(".pdf") and "/files/" in target)
    mended = _with(first, {missing: files["docx"][1], empty: files["xlsx"][1]})
    day = _with(mended, {mislabelled: files["pdf"][1]})
    (emptied, sound), gone = files["xlsx"], files["docx"][0]
    night = _with(mended, {emptied: replace(sound, body=b"")}, without=gone)
    new = [
        Planted("broken-attachment", _holder(first, emptied), emptied, "附件成了 0 字节的空文件"),
        Planted("broken-attachment", _holder(first, gone), gone, "附件被撤掉，404"),
        Planted("dead-link", _holder(first, gone), gone, "附件被撤掉，404"),
    ]
    over = [planted for planted in first.planted if planted.target in (missing, empty)]
    left = [planted for planted in first.planted if planted not in over]
    return SecondNight(
        day=day,
        site=replace(night, planted=[*left, *new]),
        mended=over,
        back=[planted for planted in first.planted if planted.target == mislabelled],
        new=new,
    )


def _sound(site: DemoSite, kind: str) -> tuple[str, Response]:
    """Return the address and answer of a file that one page links to and that is neither a defect nor a trap."""
    known = {planted.target or planted.url for planted in site.planted} | {trap.url for trap in site.traps}
    known |= {planted.url for planted in site.planted} | {planted.url for planted in site.expected}
    held = holders(site)
    for path, answer in sorted(site.responses.items()):
        url = address(PORTAL, path)
        named = dict(answer.headers).get("Content-Type") == _FILE[kind] and re.search(r"/P0\d+\.", path)
        if named and answer.body and len(held[url]) == 1 and not {url, *held[url]} & known:
            return url, answer
    raise LookupError(f"no sound {kind} stands on the site")


def _holder(site: DemoSite, url: str) -> str:
    return min(holders(site)[url])


def _with(site: DemoSite, answers: Mapping[str, Response], without: str | None = None) -> DemoSite:
    portal = site.hosts[PORTAL]
    responses = dict(portal.responses) | {_path(url): answer for url, answer in answers.items()}
    if without is not None:
        del responses[_path(without)]
    return replace(site, hosts={**site.hosts, PORTAL: replace(portal, responses=responses)})


def _path(url: str) -> str:
    parts = urlsplit(url)
    return path_key(parts.path + (f"?{parts.query}" if parts.query else ""))
