"""What a file is, by its bytes: names lie, and office programs open by content too."""

from __future__ import annotations

import io
import re
import struct
import zipfile

from crawler.extract.charset import decode

_SNIFFED = 8192
_FIRST_MEMBERS = 200
_STARTS = (
    (b"Rar!", "rar"), (b"7z\xbc\xaf\x27\x1c", "7z"), (b"\x1f\x8b", "gz"), (b"{\\rt", "rtf"),
    (b"\xff\xd8\xff", "image"), (b"\x89PNG", "image"), (b"GIF8", "image"), (b"II*\x00", "image"),
    (b"MM\x00*", "image"), (b"SEP\x1f", "sep"), (b"CEB", "ceb"), (b"Founder CEB", "ceb"), (b"MZ", "exe"),
)
_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = (
    ("EncryptedPackage", "encrypted-office"), ("WordDocument", "doc"), ("Workbook", "xls"), ("Book", "xls"),
    ("PowerPoint Document", "ppt"),
)
# records that begin a workbook without a container, and the lengths they have
_BIFF = {0x0009: (4, 6), 0x0209: (6, 8), 0x0409: (6, 8), 0x0809: (6, 8, 16)}
_MARKUP = re.compile(
    r"\s*(?:<!--.{0,2000}?-->\s*|<\?xml[^>]*>\s*)*<(?:!doctype\s+html|html|head|body|table|meta|style|title|script|div|p)\b",
    re.IGNORECASE | re.DOTALL,
)
_MIME = re.compile(
    r"\s*(?:(?:From|Subject|Date|MIME-Version|Content-[\w-]+|Message-ID|X-[\w-]+):[^\n]*\n(?:[ \t][^\n]*\n)*)+",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffd]")


def format_of(data: bytes) -> str:
    """Return the format of a file's bytes, ``unknown`` where they are none that is known.

    ``encrypted-office`` is a new office file under a password, which is kept in the old container.
    """
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(_ZIP_STARTS):
        return _zip_format(data)
    if data.startswith(_OLE_START):
        return _ole_format(data)
    for start, name in _STARTS:
        if data.startswith(start):
            return name
    if len(data) > 262 and data[257:262] == b"ustar":
        return "tar"
    if len(data) > 4:
        record, length = struct.unpack_from("<HH", data)
        if length in _BIFF.get(record, ()):
            return "xls"
    return _text_format(data)


def rough_format_of(data: bytes) -> str:
    """Return a file's format by its first bytes alone, looking into nothing that may be hostile."""
    if data.startswith(_ZIP_STARTS):
        return "zip"
    if data.startswith(_OLE_START):
        return "ole"
    found = next((name for start, name in _STARTS if data.startswith(start)), "unknown")
    return "pdf" if b"%PDF-" in data[:1024] else found


def _zip_format(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()[:10_000]
        names = [entry.filename for entry in entries]
        if is_torn(entries):
            names = _first_names(data)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error):
        names = _first_names(data)
    known = set(names)
    lower = {name.lower().lstrip("/") for name in names}
    if "OFD.xml" in known or "ofd.xml" in lower:
        return "ofd"
    if "[content_types].xml" in lower or any(name.startswith("_rels/") for name in lower):
        for folder, name in (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx")):
            if any(part.startswith(folder) for part in lower):
                return "xlsb" if "xl/workbook.bin" in lower else name
    if "mimetype" in known and "content.xml" in known:
        return "odf"
    return "zip"


def is_torn(entries: list[zipfile.ZipInfo]) -> bool:
    """Whether a zip file's table of contents is that of a whole archive inside it, its own being lost."""
    return bool(entries) and min(entry.header_offset for entry in entries) > 0


def _first_names(data: bytes) -> list[str]:
    """Return the names of a torn zip file's first members: its table of contents stood at the end."""
    names: list[str] = []
    at = 0
    while data[at:at + 4] == _ZIP_STARTS[0] and len(data) >= at + 30 and len(names) < _FIRST_MEMBERS:
        flags, size, named, extra = struct.unpack_from("<6xH10xI4xHH", data, at)
        names.append(data[at + 30:at + 30 + named].decode("latin-1"))
        end = at + 30 + named + extra + size
        # a size that was not known when the member was begun stands behind it
        at = data.find(_ZIP_STARTS[0], end) if flags & 8 and not size else end
        if at < 0:
            break
    return names


def _ole_format(data: bytes) -> str:
    """Return which program's file an old container holds; ``ole`` where that cannot be told."""
    try:
        import olefile
    except ImportError:
        return "ole"
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            names = {path[0].lower() for path in container.listdir() if len(path) == 1}
    except Exception:
        # olefile raises whatever its parts raise
        names = set()
    if not names:
        # torn before its directory
        names = {stream.lower() for stream, _ in _OLE_STREAMS if stream.encode("utf-16-le") in data}
    return next((name for stream, name in _OLE_STREAMS if stream.lower() in names), "ole")


def _text_format(data: bytes) -> str:
    if not data.strip(b"\x00 \t\r\n"):
        return "empty"
    start = decode(data[:_SNIFFED])[0]
    if "<?mso-application" in start or "urn:schemas-microsoft-com:office:spreadsheet" in start[:2000]:
        if "office:spreadsheet" in start and re.search(r"<(?:\w+:)?Workbook\b", start):
            return "xml-sheet"
        if "wordml" in start or "xmlPackage" in start:
            return "xml-word"
    if _MARKUP.match(start):
        return "html"
    headers = _MIME.match(start)
    if headers and re.search(r"^content-type:\s*(?:multipart/|text/html)", headers[0], re.IGNORECASE | re.MULTILINE):
        return "mhtml"
    if len(_CONTROL.findall(start)) > len(start) // 200 + 1:
        return "unknown"
    return "xml" if start.lstrip().startswith("<?xml") else "txt"
