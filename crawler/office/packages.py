"""Opening zip packages (docx, xlsx, ofd, zip) without letting them unfold into more than is allowed."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from lxml import etree

from crawler.office.contents import FileFaultError, Limits
from crawler.office.kinds import is_torn

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

# what compresses well by nature (a sheet of the same word) may do so up to this size
_SMALL = 32 * 1024 * 1024


def open_package(data: bytes, limits: Limits) -> zipfile.ZipFile:
    """Open a zip file; raises FileFaultError where it is torn, or announces more than the limits allow.

    The announced sizes bind: reading a member stops at the size its entry gives.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise FileFaultError("unreadable", "压缩包不完整或已损坏") from error
    if is_torn(archive.infolist()):
        raise FileFaultError("unreadable", "压缩包不完整或已损坏")
    total = sum(entry.file_size for entry in archive.infolist())
    if total > limits.unpacked_bytes or (total > _SMALL and total > limits.ratio * len(data)):
        raise FileFaultError(
            "too-large", f"解压后有 {total // 1024 // 1024} MB（文件本身 {len(data) // 1024} KB），超过限度，未解开",
        )
    return archive


def part(archive: zipfile.ZipFile, name: str) -> bytes | None:
    """Return a member's bytes by its name in a package (case and leading slash aside), None where absent.

    Raises FileFaultError where it is encrypted or damaged.
    """
    wanted = name.lstrip("/").lower()
    entry = next((entry for entry in archive.infolist() if entry.filename.lstrip("/").lower() == wanted), None)
    return None if entry is None else member(archive, entry)


def member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return one member's bytes; raises FileFaultError where it is encrypted, damaged or of an unknown method."""
    if entry.flag_bits & 1:
        raise FileFaultError("encrypted", "压缩包设有密码")
    try:
        return archive.read(entry)
    except NotImplementedError as error:
        raise FileFaultError("unsupported", "压缩方法不支持，未解开") from error
    except RuntimeError as error:
        raise FileFaultError("encrypted", "压缩包设有密码") from error
    except MemoryError:
        raise
    except Exception as error:
        raise FileFaultError("unreadable", "压缩包内容已损坏") from error


def parse(data: bytes) -> Element:
    """Return the root of an XML document; entities are not expanded, nothing outside is loaded.

    Raises FileFaultError where it is no well-formed XML.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True,
                             remove_pis=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FileFaultError("unreadable", "文件内容已损坏（不是完整的 XML）") from error
    if root is None:
        raise FileFaultError("unreadable", "文件内容为空")
    return root


def local(element: Element) -> str:
    """Return an element's name without its namespace, empty for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element, name: str) -> str | None:
    """Return an attribute's value by its name without namespace."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return None
