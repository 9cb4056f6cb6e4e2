"""One file's bytes to its record and text: the only way in."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

from crawler.office import archives, markup, ofd, pdf, plain, sheets, word, word97
from crawler.office.contents import Contents, FileFaultError, Limits, tidy
from crawler.office.kinds import format_of
from crawler.snapshot.records import FileReading, FileRecord

_READERS: dict[str, Callable[[bytes, Limits], Contents]] = {
    "pdf": pdf.read,
    "docx": word.read_docx,
    "pptx": word.read_pptx,
    "xml-word": word.read_flat,
    "xlsx": sheets.read_xlsx,
    "xls": sheets.read_xls,
    "xml-sheet": sheets.read_flat,
    "doc": word97.read,
    "ofd": ofd.read,
    "html": markup.read_html,
    "mhtml": markup.read_mhtml,
    "rtf": plain.read_rtf,
    "txt": plain.read_text,
}
_UNSUPPORTED = {
    "rar": "RAR 压缩包，未解开", "7z": "7Z 压缩包，未解开", "gz": "GZ 压缩包，未解开", "tar": "TAR 压缩包，未解开",
    "image": "图片，不识别其中的文字", "ppt": "旧版 PowerPoint 文件，未读取",
    "xlsb": "二进制 Excel 文件（.xlsb），未读取",
    "odf": "OpenDocument 文件，未读取", "sep": "书生 SEP 文件，未读取", "ceb": "方正 CEB 文件，未读取",
    "exe": "可执行程序，未读取", "xml": "XML 数据，未读取",
}


def read_file(data: bytes, limits: Limits = Limits()) -> FileReading:  # noqa: B008 - immutable
    """Return what a file's bytes say; raises MemoryError, and nothing else, for what a file holds.

    A file may also hold the process up for ever, or break a library's own code: ``process`` is for that.
    """
    return _read(data, limits, 0)


def _read(data: bytes, limits: Limits, depth: int) -> FileReading:
    kind = "unknown"
    try:
        kind = format_of(data)
        contents = archives.read(data, limits, depth, _read) if kind == "zip" else _contents(kind, data, limits)
    except FileFaultError as fault:
        contents = Contents(outcome=fault.outcome, reason=fault.reason)
    except MemoryError:
        raise
    except Exception as error:
        contents = Contents(outcome="unreadable", reason=f"文件损坏或不合格式（{type(error).__name__}）")
    return _reading("docx" if kind == "encrypted-office" else kind, contents, limits)


def _contents(kind: str, data: bytes, limits: Limits) -> Contents:
    if kind == "empty":
        raise FileFaultError("unreadable", "空文件")
    if kind == "encrypted-office":
        raise FileFaultError("encrypted", "文件设有密码")
    if kind == "ole":
        _explain_container()
    reader = _READERS.get(kind)
    if reader is None:
        raise FileFaultError("unsupported", _UNSUPPORTED.get(kind, "不是能识别的文件格式"))
    return reader(data, limits)


def _explain_container() -> None:
    """Say why it is not known which program's file an old container holds."""
    if find_spec("olefile") is None:
        raise FileFaultError("not-installed", "读取旧版 Office 文件须先安装 xunjian[office]")
    raise FileFaultError("unreadable", "旧版 Office 文件不完整，或不是 Word、Excel 文件")


def _reading(kind: str, contents: Contents, limits: Limits) -> FileReading:
    text = tidy(contents.text)
    cut = len(text) > limits.text_chars
    record = FileRecord(
        format=kind, outcome=contents.outcome, reason=contents.reason, partial=contents.partial or cut,
        title=contents.title[:300], pages=contents.pages, text_length=min(len(text), limits.text_chars),
        tables=contents.tables, members=contents.members,
    )
    if record.partial and not record.reason:
        record.reason = "文件过大，只读取了一部分"
    return FileReading(record=record, text=text[:limits.text_chars])
