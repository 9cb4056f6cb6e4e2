"""Small real files: pictures, PDF, Word and Excel documents, the same bytes for the same arguments."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from functools import lru_cache
from math import sin

from demo.render import environment

_WIDTH, _HEIGHT = 300, 190
_EPOCH = (2020, 1, 1, 0, 0, 0)
_PALETTES = (
    ("d8e8f5", "9dbfd9", "5f8fb0", "2f6184"),
    ("fbe9c8", "e0b877", "a97c43", "6c4a26"),
    ("e3f1df", "a8cfa0", "63a06a", "2d6a45"),
    ("f4dfe0", "d7a1a0", "a2605f", "6b3434"),
    ("e6e4f3", "b2add4", "7770a8", "433d73"),
    ("dff1f2", "97cdd0", "4c9a9f", "1f6469"),
)
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "css": "text/css",
    "js": "application/javascript",
    "json": "application/json; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@lru_cache(maxsize=16)
def picture(number: int) -> bytes:
    """Return a landscape of hills as PNG, 300 by 190, one of six palettes."""
    ridges = [
        [
            int(
                _HEIGHT * (0.42 + 0.17 * layer)
                + 16 * sin(x / (23 + 9 * layer) + number + layer)
                + 7 * sin(x / 7 + layer)
            )
            for x in range(_WIDTH)
        ]
        for layer in range(3)
    ]
    rows = []
    for y in range(_HEIGHT):
        row = bytes(sum(y >= ridge[x] for ridge in ridges) for x in range(_WIDTH))
        rows.append(b"\x00" + row)
    palette = b"".join(bytes.fromhex(colour) for colour in _PALETTES[number % len(_PALETTES)])
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 3, 0, 0, 0))
        + _chunk(b"PLTE", palette)
        + _chunk(b"IDAT", zlib.compress(b"".join(rows), 6))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def document(name: str, title: str, lines: list[str]) -> bytes:
    """Return a file of the kind its name says (.pdf, .docx, .xlsx) holding a title and lines of text.

    Raises ValueError for any other suffix.
    """
    suffix = name.rsplit(".", 1)[-1]
    if suffix == "pdf":
        return _pdf(title, lines)
    if suffix not in _PARTS:
        raise ValueError(f"{name}: no writer for .{suffix}")
    return _office(suffix, title, lines)


def _pdf(title: str, lines: list[str]) -> bytes:
    shown = [(title, 18, 780), *((line, 11, 745 - 20 * place) for place, line in enumerate(lines[:34]))]
    drawn = "\n".join(
        f"BT /F1 {size} Tf 60 {y} Td <{text.encode('utf-16-be').hex()}> Tj ET" for text, size, y in shown
    )
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        " /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream",
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H"
        " /DescendantFonts [6 0 R] >>",
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 7 0 R"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>",
        "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880]"
        " /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
    ]
    body, offsets = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n".encode("ascii")
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    return body + (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    ).encode("ascii")


_PARTS = {
    "docx": (("word/document.xml", "document", "wordprocessingml.document.main"),),
    "xlsx": (
        ("xl/workbook.xml", "workbook", "spreadsheetml.sheet.main"),
        ("xl/worksheets/sheet1.xml", "sheet", "spreadsheetml.worksheet"),
    ),
}


def _office(suffix: str, title: str, lines: list[str]) -> bytes:
    parts = _PARTS[suffix]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:

        def write(name: str, template: str) -> None:
            text = (
                environment()
                .get_template(f"office/{template}.xml")
                .render(
                    main=parts[0][0], parts=[(part, kind) for part, _, kind in parts], lines=[title, *lines]
                )
            )
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), text)

        write("[Content_Types].xml", "types")
        write("_rels/.rels", "rels")
        if suffix == "xlsx":
            write("xl/_rels/workbook.xml.rels", "workbook_rels")
        for name, template, _ in parts:
            write(name, template)
    return buffer.getvalue()
