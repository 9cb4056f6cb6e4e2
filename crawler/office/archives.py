"""Zip archives: their members are read like files of their own, within limits that hold for all together."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace

from crawler.office.contents import Contents, FileFaultError, Limits
from crawler.office.packages import member, open_package
from crawler.snapshot.records import FileReading, FileRecord

_SYSTEM = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
_UTF8_NAMES = 0x800
_FIRST_IDEOGRAPH = "\u2e80"


def read(data: bytes, limits: Limits, depth: int, read_member: Callable[[bytes, Limits, int], FileReading]) -> Contents:
    """Return an archive's members, and their texts one after the other, each behind a line with its name."""
    if depth >= limits.depth:
        raise FileFaultError("unsupported", f"压缩包套了 {depth + 1} 层，内层未解开")
    contents = Contents()
    texts: list[str] = []
    room = limits.text_chars
    with open_package(data, limits) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _is_system(entry)]
        if len(entries) > limits.members:
            contents.partial = True
            contents.reason = f"压缩包内有 {len(entries)} 个文件，只读取了前 {limits.members} 个"
        left = replace(limits, unpacked_bytes=limits.unpacked_bytes - sum(entry.file_size for entry in entries))
        for entry in entries[:limits.members]:
            reading = _member(archive, entry, replace(left, text_chars=max(room, 0)), depth, read_member)
            contents.members.append(reading.record)
            texts += [f"【{reading.record.name}】", reading.text]
            room -= len(reading.text)
            left = _less(left, reading.record)
    _judge(contents)
    contents.text = "\n".join(texts) if contents.outcome == "ok" else ""
    return contents


def _member(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits, depth: int,
    read_member: Callable[[bytes, Limits, int], FileReading],
) -> FileReading:
    name = member_name(entry)
    try:
        reading = read_member(member(archive, entry), limits, depth + 1)
    except FileFaultError as fault:
        reading = FileReading(record=FileRecord(format="unknown", outcome=fault.outcome, reason=fault.reason))
    reading.record.name = name
    reading.record.claimed = name.rpartition(".")[2].lower()[:10] if "." in name else ""
    return reading


def _less(limits: Limits, record: FileRecord) -> Limits:
    """Return what is left of the limits once a member has taken its share."""
    cells = sum(len(row) for table in record.tables for row in table.rows)
    return replace(
        limits, cells=max(limits.cells - cells, 0), tables=max(limits.tables - len(record.tables), 0),
        ruled_pages=max(limits.ruled_pages - (record.pages or 0), 0),
        members=max(limits.members - len(record.members), 0),
    )


def _judge(contents: Contents) -> None:
    """Say of the archive what its members came to."""
    unread = [each for each in contents.members if each.outcome != "ok"]
    if contents.members and len(unread) == len(contents.members):
        outcomes = {each.outcome for each in unread}
        first = unread[0]
        if len(outcomes) == 1:
            contents.outcome, contents.reason = first.outcome, first.reason
        else:
            contents.outcome, contents.reason = "unreadable", f"压缩包内 {len(unread)} 个文件均未能读取"
    elif unread:
        example = f"{unread[0].name}：{unread[0].reason}"
        counted = f"压缩包内 {len(contents.members)} 个文件中有 {len(unread)} 个未能读取，如 {example}"
        contents.reason = contents.reason or counted
    contents.partial = contents.partial or any(each.partial or each.outcome != "ok" for each in contents.members)


def member_name(entry: zipfile.ZipInfo) -> str:
    """Return a member's name: archives made on Chinese Windows give it in GB 18030 without saying so."""
    if entry.flag_bits & _UTF8_NAMES:
        return entry.filename
    try:
        given = entry.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    # 「目录」 in GBK is well-formed UTF-8 too, for letters nobody writes
    for encoding in ("utf-8", "gb18030"):
        try:
            name = given.decode(encoding).split("\x00", 1)[0]
        except UnicodeDecodeError:
            continue
        if encoding == "gb18030" or name.isascii() or max(name) >= _FIRST_IDEOGRAPH:
            return name
    return entry.filename


def _is_system(entry: zipfile.ZipInfo) -> bool:
    return any(part in entry.filename for part in _SYSTEM)
