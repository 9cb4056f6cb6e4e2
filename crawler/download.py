"""The download handler: Scrapy's documented interface over aiohttp, with the guards a hostile site calls for.

Scrapy's own handlers take a body whole before anyone can look at it, connect wherever a name leads, and know
certificates either checked or not. Here a body is decompressed and sized while it streams in and is cut where
its role allows no more; names that lead into private networks are refused at the socket; a bad certificate is
noted and the page still read.
"""

from __future__ import annotations

import asyncio
import hashlib
import ssl
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import IO, TYPE_CHECKING

import aiohttp
from aiohttp import hdrs
from multidict import CIMultiDictProxy
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.http import Response

from crawler.middlewares.decompression import ACCEPTED, Decoder
from crawler.middlewares.resolving import GuardedResolver
from crawler.outcomes import ForbiddenAddressError, TooLargeError, certificate_fault, is_handshake_fault
from crawler.snapshot.heads import write_head
from crawler.urls import host_of, is_private_host, suffix_of
from crawler.wire import Client, Connector, HttpAnswer

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

    from crawler.spiders.site import SiteSpider

ERROR_BYTES = 256 * 1024
PART_BYTES = 8 * 1024 * 1024
ROBOTS_BYTES = 512 * 1024
EXTERNAL_BYTES = 1024 * 1024
MEDIA_BYTES = 64 * 1024
FIRST_BYTES = 16
FILE_EVIDENCE_BYTES = 64 * 1024
CONNECT_SECONDS = 15.0
KEEPALIVE_SECONDS = 30.0
HEAD_TIME_FACTOR = 1.1
FILE_TIME_FACTOR = 4
SPOOLED_BYTES = 1024 * 1024
_END_BYTES = 1024

_MEDIA = frozenset({
    "mp3", "mp4", "wmv", "avi", "mov", "flv", "m3u8", "wav", "swf", "apk", "exe", "zip", "rar", "7z", "gz", "tar",
})
_READABLE = (
    "text/html", "text/plain", "text/xml", "application/xhtml", "application/xml", "application/json", "text/json",
    "text/javascript", "application/javascript", "application/x-javascript", "application/x-json",
)
_NEVER_PAGES = frozenset({
    "text/css", "text/javascript", "text/xml", "application/javascript", "application/json", "application/xml",
    "application/x-javascript", "application/x-json", "text/json",
})
_FILE_STARTS = (
    b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"Rar!", b"\xff\xd8\xff", b"\x89PNG", b"GIF8",
    b"7z\xbc\xaf", b"\x1f\x8b",
)
# what is read of files: by suffix, and where an address has none that says so, by how the bytes begin
_OFFICE = frozenset("pdf doc docx docm wps xls xlsx xlsm et pptx ofd zip rtf txt csv".split())
_OFFICE_STARTS = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf")
# office programs keep pages under these, and systems export tables as pages
_PAGES_AS_FILES = frozenset({"doc", "xls", "wps", "et"})


@dataclass(slots=True)
class Transfer:
    """What is known of a body besides the bytes that were kept.

    ``size`` counts decompressed bytes, of the whole file where its length was announced; ``sha256`` is None
    unless all was read. ``whole`` is false where reading stopped early on purpose, ``broken`` true where the
    connection, or what was compressed, ended before its end, ``surplus`` where more came than was announced and was
    let go. ``html`` says the bytes are a page's, whatever the
    header says; ``readable`` that they may be read as text: declared so, and no file's.
    ``stored`` holds the bytes of a file that is to be read, and is whoever's who takes it. ``head`` is a page's
    status line and headers.
    """

    size: int = 0
    sha256: str | None = None
    first: bytes = b""
    whole: bool = True
    broken: bool = False
    surplus: bool = False
    html: bool = False
    readable: bool = False
    certificate: str | None = None
    stored: IO[bytes] | None = None
    head: bytes = b""


@dataclass(frozen=True, slots=True)
class Download:
    """One HTTP answer as it came; ``headers`` are to be read with ``header``."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes
    transfer: Transfer


def header(headers: CIMultiDictProxy[str], name: str) -> str | None:
    """Return a header's value, the last where it came twice; None where it did not.

    Addresses in headers are sometimes raw UTF-8 or GB bytes, which the client keeps as surrogates.
    """
    values = headers.getall(name, None)
    return readable(values[-1]) if values else None


def readable(value: str) -> str:
    """Return a header's value with the bytes in it that were not UTF-8 read as GB 18030."""
    if value.isascii():
        return value
    data = value.encode("utf-8", "surrogateescape")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


@dataclass(frozen=True, slots=True)
class Intake:
    """How much of a body to take in (``limit``), how much of that to keep, whether more is an error.

    ``stored``: a file of up to so many bytes is put aside to be read.
    """

    keep: int
    limit: int
    strict: bool = False
    stored: int = 0

    @property
    def patient(self) -> bool:
        """Whether it is a file, which may take its time."""
        return bool(self.stored) or not self.keep


def looks_like_html(start: bytes) -> bool:
    """Whether a body's first bytes are those of an HTML page."""
    if start.startswith(_FILE_STARTS):
        return False
    text = start.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if text.startswith((b"<?xml", b"<!--")):
        return b"<html" in text
    return text.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<meta", b"<title", b"<script", b"<div"))


class SiteDownloadHandler(BaseDownloadHandler):
    """Fetches http and https addresses for the site spider: for Scrapy by Requests, beside it by ``download``.

    Reads ``role``, ``cookie``, ``conditions`` and further ``headers`` from a Request's meta and leaves the Download
    there under ``download``; the Response itself carries no headers. Redirects are answers like any other. Raises
    TooLargeError, ForbiddenAddressError and aiohttp's own errors.
    """

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        spider = crawler.spider
        if TYPE_CHECKING:
            assert isinstance(spider, SiteSpider)
        self._job = spider.job
        self._scope = spider.scope
        self._fixed = frozenset(self._job.connect_to)
        self._resolver = GuardedResolver(self._scope.hosts, self._job.connect_to)
        self._certificates: dict[str, str] = {}
        self._seconds = self._job.timeout_seconds
        self._loop = asyncio.get_running_loop()
        self.most_bytes = self._job.max_body_bytes
        connector = Connector(
            limit=0, ttl_dns_cache=None, resolver=self._resolver, socket_factory=self._resolver.open_socket,
            keepalive_timeout=KEEPALIVE_SECONDS,
        )
        self._client = Client(connector, {
            "User-Agent": self._job.user_agent,
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
            "Accept-Encoding": ACCEPTED,
        }, connect_seconds=min(self._seconds, CONNECT_SECONDS))

    @cached_property
    def _checked(self) -> ssl.SSLContext:
        return ssl.create_default_context()

    @cached_property
    def _unchecked(self) -> ssl.SSLContext:
        return _lenient_context()

    async def download_request(self, request: Request) -> Response:
        """Fetch a Request's address once."""
        meta = request.meta
        download = meta["download"] = await self.download(
            request.url, meta.get("role", "page"), cookie=meta.get("cookie"),
            headers={**(meta.get("headers") or {}), **(meta.get("conditions") or {})},
        )
        # Scrapy's own form of the headers costs more than all that is asked of them
        return Response(request.url, status=download.status, body=download.body)

    async def download(
        self, url: str, role: str, *, cookie: str | None = None, headers: Mapping[str, str] | None = None,
    ) -> Download:
        """Fetch an address once; ``headers`` are sent besides the usual ones."""
        host = host_of(url)
        if host not in self._scope.hosts and host not in self._fixed and is_private_host(host):
            raise ForbiddenAddressError(f"内网或本机地址 {host}，未访问")
        sent = {**(headers or {}), "Cookie": cookie} if cookie else headers
        if not url.startswith("https:"):
            return await self._fetch(url, host, role, sent, None)
        if host in self._certificates:
            return await self._fetch(url, host, role, sent, self._unchecked)
        try:
            return await self._fetch(url, host, role, sent, self._checked)
        except aiohttp.ClientConnectorError as error:
            if not is_handshake_fault(error):
                raise
            fault = certificate_fault(error)
        download = await self._fetch(url, host, role, sent, self._unchecked)
        self._certificates[host] = fault
        download.transfer.certificate = fault
        return download

    async def _fetch(
        self, url: str, host: str, role: str, headers: Mapping[str, str] | None, context: ssl.SSLContext | None,
    ) -> Download:
        began = self._loop.time()
        # heads may come in for ever as bodies may, each byte in time
        async with asyncio.timeout_at(began + self._seconds * HEAD_TIME_FACTOR):
            answer = await self._client.get(url, headers, context)
        async with answer:
            transfer = Transfer(certificate=self._certificates.get(host))
            body = await self._receive(answer, url, role, transfer, began)
            if role == "page" and answer.status != 304:
                transfer.head = write_head("HTTP/1.1", answer.status, answer.reason or "", answer.raw_headers)
            return Download(answer.status, answer.headers, body, transfer)

    async def _receive(
        self, answer: HttpAnswer, url: str, role: str, transfer: Transfer, began: float,
    ) -> bytes:
        taken = _Taken(self, answer, url, role, transfer)
        try:
            if answer.content.is_eof():
                # all of it came with the head
                taken.take(answer.content.read_nowait())
            else:
                await self._receive_pieces(answer, taken, began)
            transfer.broken = transfer.whole and not taken.complete
            transfer.surplus = answer.surplus
        except aiohttp.ClientPayloadError:
            transfer.broken = True
        except TimeoutError:
            # a file that is still coming in is there: how large it is, its announced length says
            intake = taken.intake
            gone = answer.connection is not None and answer.connection.transport is None
            if intake is not None and (gone or taken.is_ended_page):
                # what came last was no HTTP, and the connection is gone; or a page is there, and more was announced
                transfer.broken = True
            elif intake is None or not intake.patient or transfer.size < FILE_EVIDENCE_BYTES:
                raise
            else:
                transfer.whole = False
        return taken.kept()

    async def _receive_pieces(self, answer: HttpAnswer, taken: _Taken, began: float) -> None:
        """Take in a body as it comes: a page in the time it may take, a file as long as it keeps coming."""
        async with asyncio.timeout_at(began + self._seconds) as deadline:
            async for piece in answer.content.iter_any():
                if not taken.take(piece):
                    return
                if taken.intake is not None and taken.intake.patient:
                    latest = began + self._seconds * FILE_TIME_FACTOR
                    deadline.reschedule(min(latest, self._loop.time() + self._seconds))

    def intake(self, status: int, role: str, url: str, start: bytes, transfer: Transfer) -> Intake:
        """Return how much is taken in of an answer whose body begins so."""
        if role == "robots":
            return Intake(ROBOTS_BYTES, ROBOTS_BYTES)
        if role == "sitemap":
            return Intake(self._job.max_body_bytes, self._job.max_body_bytes)
        if not 200 <= status < 300:
            return Intake(ERROR_BYTES, ERROR_BYTES)
        if role in ("part", "data"):
            return Intake(PART_BYTES, PART_BYTES, strict=True)
        suffix, html = suffix_of(url), transfer.html
        if self._to_read(role, suffix, start, html):
            return Intake(EXTERNAL_BYTES if html else 0, self._job.max_file_bytes, stored=self._job.max_read_file_bytes)
        readable = html or (transfer.readable and role != "file")
        if role == "page" and readable:
            return Intake(self._job.max_body_bytes, self._job.max_body_bytes, strict=True)
        if readable:
            return Intake(EXTERNAL_BYTES, EXTERNAL_BYTES)
        if role in ("external", "probe") or suffix in _MEDIA:
            return Intake(0, MEDIA_BYTES)
        return Intake(0, self._job.max_file_bytes)

    def _to_read(self, role: str, suffix: str, start: bytes, html: bool) -> bool:
        """Whether an answer is a file of the site that is to be read."""
        if role not in ("page", "file") or self._job.read_attachments == "never":
            return False
        if html:
            return role == "file" and suffix in _PAGES_AS_FILES
        if suffix in _MEDIA and suffix != "zip":
            return False
        return start.startswith(_OFFICE_STARTS) or (role == "file" and suffix in _OFFICE)

    async def close(self) -> None:
        """Close connections and let go of the resolver's threads."""
        await self._client.close()
        await self._resolver.close()


class _Taken:
    """A body's bytes as they are taken in: decompressed, counted, kept as far as the answer's kind allows."""

    def __init__(
        self, handler: SiteDownloadHandler, answer: HttpAnswer, url: str, role: str, transfer: Transfer,
    ) -> None:
        self._handler = handler
        self._answer = answer
        self._url = url
        self._role = role
        self._transfer = transfer
        self._decoder = Decoder(answer.headers.get(hdrs.CONTENT_ENCODING))
        # bounds what a first piece may unfold to before its kind, and so its limit, is known
        self._room = handler.most_bytes + 1
        self._kept: list[bytes] = []
        self._digest = hashlib.sha256()
        self.intake: Intake | None = None

    @property
    def complete(self) -> bool:
        """Whether what came was compressed without damage."""
        return self._decoder.complete

    def take(self, piece: bytes) -> bool:
        """Take in a piece; whether more is wanted."""
        transfer = self._transfer
        data = self._decoder.feed(piece, self._room - transfer.size)
        full = False
        if self.intake is None:
            if not data:
                return True
            full = len(data) == self._room
            self.intake = self._begin(data)
            self._room = self.intake.limit + 1
        size = transfer.size
        transfer.size += len(data)
        self._digest.update(data)
        if size < self.intake.keep:
            self._kept.append(data)
        if self.intake.stored:
            _store(transfer, self.intake, data)
        if full or transfer.size >= self._room:
            transfer.whole = False
        return transfer.whole

    def _begin(self, data: bytes) -> Intake:
        transfer = self._transfer
        content_type = self._answer.headers.get(hdrs.CONTENT_TYPE, "").split(";")[0].strip().lower()
        transfer.html = is_html(content_type, data)
        transfer.readable = transfer.html or (is_readable(content_type) and not data.startswith(_FILE_STARTS))
        transfer.first = data[:FIRST_BYTES]
        return self._handler.intake(self._answer.status, self._role, self._url, data, transfer)

    @property
    def is_ended_page(self) -> bool:
        """Whether the end of a page has come, whatever else was announced."""
        return self._transfer.html and b"</html>" in b"".join(self._kept[-2:])[-_END_BYTES:].lower()

    def kept(self) -> bytes:
        """Return what is kept once no more comes; raises TooLargeError."""
        transfer, intake = self._transfer, self.intake
        if intake is not None and not transfer.whole:
            if intake.strict:
                raise TooLargeError(f"页面超过 {intake.limit // 1024 // 1024} MiB，未读完")
            announced = self._answer.headers.get("Content-Length", "")
            if announced.isdigit() and not self._answer.headers.get("Content-Encoding"):
                transfer.size = max(transfer.size, int(announced))
        elif not transfer.broken:
            transfer.sha256 = self._digest.hexdigest()
        return b"".join(self._kept)[:intake.keep] if intake is not None else b""


def _store(transfer: Transfer, intake: Intake, data: bytes) -> None:
    """Put a piece of a file aside; what grows beyond its limit, or finds no room on the disk, is let go."""
    if transfer.stored is None and transfer.size == len(data):
        transfer.stored = tempfile.SpooledTemporaryFile(SPOOLED_BYTES)  # noqa: SIM115 - its taker closes it
    if transfer.stored is None:
        return
    try:
        if transfer.size <= intake.stored:
            transfer.stored.write(data)
            return
    except OSError:
        pass
    transfer.stored.close()
    transfer.stored = None


def is_readable(content_type: str | None) -> bool:
    """Whether a Content-Type is one of texts a page of the site may be."""
    return (content_type or "").lower().startswith(_READABLE)


def is_html(content_type: str, start: bytes) -> bool:
    """Whether an answer is an HTML page, by its type without parameters and its first bytes.

    Servers label error pages by the suffix that was asked for, and files as pages; browsers look, so do we.
    """
    if content_type in ("text/html", "application/xhtml+xml"):
        return not start.startswith(_FILE_STARTS)
    return content_type not in _NEVER_PAGES and looks_like_html(start)


def _lenient_context() -> ssl.SSLContext:
    """Return a context that reads pages behind bad certificates and from servers too old for today's defaults."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)
    return context
