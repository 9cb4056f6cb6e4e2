"""Makes files of every kind a site offers, small and real, some of them hostile."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence

TEXT = "关于做好二〇二六年政务公开工作的通知"
ROWS = [["序号", "事项名称", "责任单位"], ["1", "食品安全监督检查", "市场监管局"], ["2", "义务教育招生", "教育和体育局"]]


def zipped(members: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return buffer.getvalue()


def pdf(pages: Sequence[str] = (TEXT,), rows: list[list[str]] | None = None, title: str = "", password: str = "") -> bytes:
    from reportlab.lib import colors
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Table, TableStyle

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    style = ParagraphStyle("正文", fontName="STSong-Light", fontSize=12, leading=20)
    story: list[Flowable] = []
    for text in pages:
        story += [Paragraph(text, style), PageBreak()]
    if rows is not None:
        grid = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("FONT", (0, 0), (-1, -1), "STSong-Light", 11)])
        story.append(Table(rows, style=grid))
    buffer = io.BytesIO()
    encrypt = StandardEncryption(password, canPrint=0) if password else None
    SimpleDocTemplate(buffer, title=title, encrypt=encrypt, invariant=1).build(story)
    return buffer.getvalue()


def scanned_pdf(pages: int = 2) -> bytes:
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1)
    for _ in range(pages):
        canvas.drawImage(ImageReader(io.BytesIO(png())), 0, 0, 500, 700)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def png(width: int = 40, height: int = 40) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    lines = b"".join(b"\x00" + bytes([200, 30, 30]) * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


def docx(paragraphs: Sequence[str] = (TEXT,), rows: list[list[str]] | None = None, title: str = "") -> bytes:
    from docx import Document

    document = Document()
    document.core_properties.title = title
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if rows is not None:
        table = document.add_table(len(rows), len(rows[0]))
        for row, values in zip(table.rows, rows, strict=True):
            for cell, value in zip(row.cells, values, strict=True):
                cell.text = value
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def raw_docx(body: str, prolog: str = "") -> bytes:
    """A Word file of nothing but a body's markup."""
    return zipped({
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": f'<?xml version="1.0" encoding="UTF-8"?>{prolog}<w:document xmlns:w="http://schemas.'
        f'openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>',
    })


def xlsx(rows: Sequence[Sequence[object]] = ROWS, sheet: str = "目录", merged: Sequence[str] = ()) -> bytes:
    from openpyxl import Workbook

    workbook = Workbook()
    active = workbook.active
    assert active is not None
    active.title = sheet
    for row in rows:
        active.append(list(row))
    for cells in merged:
        active.merge_cells(cells)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def xls(rows: Sequence[Sequence[object]] = ROWS, sheet: str = "目录", merged: Sequence[tuple[int, int, int, int]] = ()) -> bytes:
    import xlwt

    workbook = xlwt.Workbook()
    active = workbook.add_sheet(sheet)
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            if any(top <= at <= bottom and left <= column <= right for top, bottom, left, right in merged):
                continue
            args = (day,) if hasattr(value, "year") else ()
            active.write(at, column, value, *args)
    for top, bottom, left, right in merged:
        active.write_merge(top, bottom, left, right, rows[top][left])
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def ofd(pages: Sequence[Sequence[str]] = ((TEXT,),), title: str = "") -> bytes:
    """Each page a sequence of lines, written from the last to the first: order in the file is no reading order."""
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    listed = "".join(f'<ofd:Page ID="{at}" BaseLoc="Pages/Page_{at}/Content.xml"/>' for at in range(len(pages)))
    members: dict[str, bytes | str] = {
        "OFD.xml": f'<?xml version="1.0"?><ofd:OFD {space} DocType="OFD"><ofd:DocBody><ofd:DocInfo><ofd:Title>{title}'
        "</ofd:Title></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f'<ofd:Document {space}><ofd:Pages>{listed}</ofd:Pages></ofd:Document>',
    }
    for at, lines in enumerate(pages):
        runs = []
        for number, line in enumerate(lines):
            middle = len(line) // 2
            runs += [
                f'<ofd:TextObject Boundary="{20 + 5 * start} {20 + 10 * number} {5 * len(words)} 5" Font="1" Size="5">'
                f'<ofd:TextCode X="0" Y="4">{words}</ofd:TextCode></ofd:TextObject>'
                for start, words in ((0, line[:middle]), (middle, line[middle:])) if words
            ]
        members[f"Doc_0/Pages/Page_{at}/Content.xml"] = (
            f"<ofd:Page {space}><ofd:Content><ofd:Layer>{''.join(reversed(runs))}</ofd:Layer></ofd:Content></ofd:Page>"
        )
    return zipped(members)


def rtf(text: str = TEXT) -> bytes:
    codes = "".join(f"\\'{byte:02x}" for byte in text.encode("gbk"))
    return ("{\\rtf1\\ansi\\ansicpg936{\\fonttbl{\\f0\\fcharset134 SimSun;}}\\f0 " + codes + "\\par}").encode()


def html_table(rows: Sequence[Sequence[str]] = ROWS, charset: str = "gbk") -> bytes:
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return (
        f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}"></head><body>'
        f"<p>{TEXT}</p><table>{body}</table></body></html>"
    ).encode(charset)


def gbk_zip(members: dict[str, bytes]) -> bytes:
    """A zip as Chinese Windows makes it: names in GBK, and nothing that says so."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, body in members.items():
            entry = zipfile.ZipInfo(name.encode("gbk").decode("cp437"))
            archive.writestr(entry, body)
    # the library marks names beyond ASCII as UTF-8: give them back as the bytes they stand for
    data = buffer.getvalue()
    for name in members:
        shown, plain = name.encode("gbk").decode("cp437").encode(), name.encode("gbk")
        data = data.replace(shown, plain + b"\x00" * (len(shown) - len(plain)))
    return _without_flag(data)


def _without_flag(data: bytes) -> bytes:
    out = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = out.find(mark)
        while at >= 0:
            out[at + offset + 1] &= ~0x08
            at = out.find(mark, at + 4)
    return bytes(out)


def encrypted_zip(members: dict[str, bytes]) -> bytes:
    """A zip whose entries say that they are under a password."""
    out = bytearray(zipped(members))  # type: ignore[arg-type]
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = out.find(mark)
        while at >= 0:
            out[at + offset] |= 1
            at = out.find(mark, at + 4)
    return bytes(out)


def ole(streams: dict[str, bytes]) -> bytes:
    """A compound file that holds these streams, each at least as large as a sector chain of its own needs."""
    sector = 512
    bodies = {name: body.ljust(4096, b"\x00") for name, body in streams.items()}
    counts = {name: -(-len(body) // sector) for name, body in bodies.items()}
    directory_sectors = -(-(len(bodies) + 1) // 4)
    total = directory_sectors + sum(counts.values())
    fat_sectors = -(-(total + 1) // 128)
    while fat_sectors * 128 < total + fat_sectors:
        fat_sectors += 1
    free, end, fat_mark = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    fat = [fat_mark] * fat_sectors
    chain = lambda start, count: [*range(start + 1, start + count), end]  # noqa: E731
    fat += chain(len(fat), directory_sectors)
    starts = {}
    for name, count in counts.items():
        starts[name] = len(fat)
        fat += chain(len(fat), count)
    fat += [free] * (fat_sectors * 128 - len(fat))

    def entry(name: str, kind: int, start: int, size: int, child: int = free, right: int = free) -> bytes:
        text = name.encode("utf-16-le") + b"\x00\x00"
        return text.ljust(64, b"\x00") + struct.pack("<HBBIII", len(text), kind, 1, free, right, child) + bytes(36) + \
            struct.pack("<IQ", start, size)

    names = sorted(bodies, key=lambda name: (len(name), name.upper()))
    directory = entry("Root Entry", 5, end, 0, child=1)
    for at, name in enumerate(names):
        right = at + 2 if at + 1 < len(names) else free
        directory += entry(name, 2, starts[name], len(bodies[name]), right=right)
    directory = directory.ljust(directory_sectors * sector, b"\x00")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, fat_sectors, fat_sectors, 0, 4096, end, 0, end, 0)
    head += struct.pack("<109I", *range(fat_sectors), *[free] * (109 - fat_sectors))
    return head + struct.pack(f"<{len(fat)}I", *fat) + directory + b"".join(
        body.ljust(counts[name] * sector, b"\x00") for name, body in bodies.items()
    )


def pdf_bomb(operations: int) -> bytes:
    """A PDF whose one page unfolds to as many operations, each drawing a letter."""
    packer = zlib.compressobj(9)
    piece = b"BT /F1 1 Tf 1 0 0 1 9 9 Tm (a) Tj ET\n" * 10_000
    stream = b"".join(packer.compress(piece) for _ in range(operations // 10_000)) + packer.flush()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(stream) + stream + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return bytes(out + b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % start)


def raw_xlsx(strings: list[str], prolog: str = "", dimension: str = "A1") -> bytes:
    """A workbook as Excel writes it: one column of strings, kept apart from the sheet."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    cells = "".join(f'<row r="{at}"><c r="A{at}" t="s"><v>{at - 1}</v></c></row>' for at in range(1, len(strings) + 1))
    items = "".join(f"<si><t>{text}</t></si>" for text in strings)
    return zipped({
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kinds}.worksheet+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kinds}.sharedStrings+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{office}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="一" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{office}/worksheet"'
        f' Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{office}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><dimension ref="{dimension}"/><sheetData>{cells}</sheetData></worksheet>',
        "xl/sharedStrings.xml": f'<?xml version="1.0" encoding="UTF-8"?>{prolog}<sst xmlns="{main}">{items}</sst>',
    })
