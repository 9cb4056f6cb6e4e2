"""Word 97–2003 files (.doc), and WPS's .wps, which is the same: read through the programs that know them."""

from __future__ import annotations

import io
import struct

from crawler.office import converters, word
from crawler.office.contents import Contents, FileFaultError, Limits

INSTALL = "读取 .doc、.wps 须先安装 LibreOffice（或 antiword、catdoc，只能读出文字）"
_FLAGS = 0x0A
_ENCRYPTED = 0x0100


def read(data: bytes, limits: Limits) -> Contents:
    """Return the text, and by LibreOffice also the tables, of an old Word file."""
    if _is_encrypted(data):
        raise FileFaultError("encrypted", "文件设有密码")
    office = converters.find_office()
    if office is not None:
        return word.read_docx(converters.to_docx(office, data, "doc"), limits)
    text = converters.to_text(data)
    if text is None:
        raise FileFaultError("not-installed", INSTALL)
    return Contents(text=text, reason="旧版 Word 文件，只读出文字，没有读出表格")


def _is_encrypted(data: bytes) -> bool:
    import olefile

    with olefile.OleFileIO(io.BytesIO(data)) as container:
        start = container.openstream("WordDocument").read(_FLAGS + 2)
    return len(start) == _FLAGS + 2 and bool(struct.unpack_from("<H", start, _FLAGS)[0] & _ENCRYPTED)
