"""附件打不开或不是所称文件

页面提供的附件下载不到、是空文件，或者打开的不是它自称的文件。

依据
《政府信息公开条例》第二十四条“政府信息公开平台应当具备信息检索、查阅、下载等功能”。

判定
一、附件地址打不开（状态码、网络、软 404，规则同“死链”）；二、附件大小为 0 字节；三、地址、下载名或链接文字写明
是 PDF、Word、Excel 等文件，收到的开头字节却是另一种文件，或者是一张网页（多为“文件不存在”的提示页）、
程序报错、要求登录、“文件不存在”之类的文字或数据。只有压缩格式的标记而后面不是压缩包的，全是空白字节的，或者不是所称格式、也
不是任何能识别的格式的，提请人工复核。
同一附件只记一个问题，页面为提供它的信息中离首页最近的一页。

不判定
文件不完整、有损坏，而办公软件可能修复或打开一部分的；旧扩展名装新格式（.doc 实为 docx）等办公软件照常打开的；没有写明
种类的下载地址；图片。被拦截的（含防护系统的提示）、只探测过一次的失败、传输中断的，记“未能核实”。另存为网页格式而
读得出表格的 .xls 照常打开，不算问题；其余另存为网页格式的 .xls、.doc，加密的文件，压缩包互相改名，以及很小的网页
（可能是对方网站的防护页），提请人工复核。

整改
重新上传附件并点开核对；系统迁移后逐一检查旧附件的地址。
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

import checks.model
from checks.lexicon import any_of, lexicon
from checks.model import Context, Result
from checks.site import Site
from checks.titles import worded
from crawler.snapshot.reader import Page
from crawler.snapshot.records import Fetch, FileRecord
from crawler.urls import suffix_of

_NAMED = re.compile(r"\.([a-z0-9]{2,4})\s*[\"']?\s*(?:[)）(（\]】]|$)", re.IGNORECASE)
_FILE_NAME = re.compile(r"filename\*?\s*=\s*(?:utf-8'')?\"?([^\";]+)", re.IGNORECASE)
_HTML = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|body|script|meta|title|table|div|!--|\?xml"
    rb"|(?:br|b|p|font|center|h[1-6]|pre|span|ul|form|frameset|iframe|style|link|a|i|strong)[\s>/])", re.IGNORECASE,
)
_OFFICE_HTML = re.compile(rb"^(?:\xef\xbb\xbf)?\s*<(?:html xmlns|table|meta|\?xml)", re.IGNORECASE)
# what an archive's member begins with, and so many bytes of its head tell version, marks and method
_MEMBER, _MEMBER_HEAD = b"PK\x03\x04", 10
_TAG = re.compile(r"<[^<>]{0,300}>")
# what says more than this is no error's wording, no guard's, no refusal's
_LONGEST_ERROR, _LONGEST_REFUSAL = 3000, 300
_SHOWN = 40
# a page smaller than this may be a firewall's challenge rather than an answer
_TINY_PAGE = 1024


class Parameters(checks.model.Parameters):
    """None: what opens and what does not is no matter of locality."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with a file that was answered: the sentence's end, and whether a person should look."""

    words: str
    review: bool = False


@dataclass(frozen=True)
class _Words:
    """What a file's text tells instead of the file, and whether it is that of a guard before the site."""

    words: str
    blocked: bool = False


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Judge every file that the site's pages offer."""
    result = Result()
    unasked = 0
    for url, (page, title) in sorted(_offered(site).items()):
        reach = site.reach(url)
        if reach.state == "elsewhere":
            continue
        if reach.state == "unasked":
            unasked += 1
            continue
        department = site.department_of(page)
        result.examine(department)
        common = {"url": page.url, "target": url, "department": department}
        name = f"附件{worded(title)}" if title else "附件"
        seen = {"title": title[:100], **(reach.evidence or {})}
        if reach.state == "dead":
            result.fail(
                **common, confidence="review" if reach.review else "certain", evidence=seen,
                message=f"{name}下载不到：{reach.reason}",
            )
            continue
        if reach.state == "unverified":
            result.unverified(**common, evidence=seen, message=f"{name}未能核实：{reach.reason}")
            continue
        end = site.route(url).end
        fetch = end.fetch if end is not None else None
        if fetch is None or fetch.outcome != "ok":
            continue
        suffix = claimed_suffix(url, title, fetch)
        if not suffix and site.page_of(url) is not None:
            continue
        seen |= {"bytes": fetch.bytes, "content_type": fetch.content_type}
        if _was_cut(fetch):
            result.unverified(**common, evidence=seen, message=f"{name}传输中断，只收到 {fetch.bytes} 字节，无法判断")
            continue
        fault = fault_of(fetch, suffix)
        told = _told(site, url, suffix)
        if told is not None and told.blocked:
            result.unverified(**common, evidence=seen, message=f"{name}{told.words}，无法判断")
            continue
        if told is not None:
            fault = Fault(told.words)
        fault = fault or _beyond_reading(fetch, site.file(url), suffix)
        if fault is not None and not (fault.review and _holds_sheet(site.file(url), suffix)):
            result.fail(
                **common, confidence="review" if fault.review else "certain", evidence=seen,
                message=f"{name}{fault.words}",
            )
    if unasked:
        result.notes.append(f"{unasked} 个附件本次未访问，未判断能否下载")
    return result


def _offered(site: Site) -> dict[str, tuple[Page, str]]:
    """Return each file's address with the page that offers it, nearest the home page, and its words."""
    found: dict[str, tuple[Page, str]] = {}
    for page in sorted(site.pages.values(), key=lambda page: (site.depth(page.url), page.url)):
        for attachment in page.record.attachments:
            known = site.targets.get(attachment.href)
            if known is not None and known.role in ("file", "external", "page"):
                found.setdefault(attachment.href, (page, attachment.title))
    expected = lexicon("files")["expected"]
    for url, holder in site.holders.items():
        if url not in found and holder.element in ("a", "area", "cms") and suffix_of(url) in expected:
            found[url] = (site.pages[holder.url], site.snapshot.words(holder.url, url))
    return found


def claimed_suffix(url: str, title: str, fetch: Fetch) -> str:
    """Return the kind of file an attachment says it is: by its address, its download name, its link's words."""
    disposition = _FILE_NAME.search(fetch.headers.get("content-disposition", ""))
    given = _suffixes(unquote(disposition[1])) if disposition else []
    names: Iterable[str] = (suffix_of(url), *given, *_suffixes(title))
    return next((name for name in names if name in lexicon("files")["expected"]), "")


def _suffixes(name: str) -> list[str]:
    match = _NAMED.search(name.strip())
    return [match[1].lower()] if match else []


def _holds_sheet(record: FileRecord | None, suffix: str) -> bool:
    """Whether what goes by a spreadsheet's name is a page that holds a table, as systems export them."""
    return (
        record is not None and record.outcome == "ok" and record.format in ("html", "mhtml") and suffix in ("xls", "et")
        and any(len(table.rows) > 1 and max(map(len, table.rows)) > 1 for table in record.tables)
    )


def _beyond_reading(fetch: Fetch, record: FileRecord | None, suffix: str) -> Fault | None:
    """Return that no program opens a file: an archive's sign with no archive behind it, bytes of no known kind.

    What merely lacks something, or is cut short, may still be mended by the program that opens it: not told here.
    """
    files = lexicon("files")
    if suffix not in files["expected"]:
        return None
    start = bytes.fromhex(fetch.headers.get("first-bytes", ""))
    promise = f"写明是 .{suffix} 文件（{fetch.bytes} 字节），"
    if kind_of(fetch) == "zip" and start.startswith(_MEMBER):
        unread = record is not None and record.format == "zip" and record.outcome == "unreadable"
        if fetch.bytes < files["archive"]["least_bytes"] or (unread and not _begins_member(start)):
            return Fault(f"{promise}只有压缩格式的标记，后面没有能解析的文件头和目录，应当打不开，请复核", review=True)
        return None
    if record is None or (record.format, record.outcome) != ("unknown", "unsupported"):
        return None
    if start and not any(start):
        return Fault(f"{promise}内容是空白字节，不是任何一种文件，应当打不开，请复核", review=True)
    if suffix in files["sure_kinds"]:
        return Fault(f"{promise}内容不是 {suffix} 格式，也不是能识别的其他格式，请复核", review=True)
    return None


def _begins_member(start: bytes) -> bool:
    """Whether an archive's first bytes can be the head of a member: a version and a method of packing there are."""
    if len(start) < _MEMBER_HEAD:
        return True
    archive = lexicon("files")["archive"]
    method = int.from_bytes(start[8:10], "little")
    return start[4] <= archive["newest"] and any(first <= method <= last for first, last in archive["methods"])


def _told(site: Site, url: str, suffix: str) -> _Words | None:
    """Return what stands in an answer that is text where its name promises a file; None: a file, or nothing known."""
    files = lexicon("files")
    record = site.file(url)
    if record is None or suffix not in files["expected"] or record.format not in ("txt", "html", "xml"):
        return None
    text = " ".join(_TAG.sub(" ", site.file_text(url)).split())
    if len(text) > _LONGEST_ERROR:
        return None
    short = len(text) <= _LONGEST_REFUSAL
    promise = f"写明是 .{suffix} 文件，打开的却是"
    if short and any_of(files["guards"]).search(text):
        return _Words(f"{promise}防护系统的提示“{text[:_SHOWN]}”", blocked=True)
    if any_of(files["errors"]).search(text) or (short and any_of(files["refusals"]).search(text)):
        return _Words(f"{promise}提示或报错的文字“{text[:_SHOWN]}”")
    plain = record.format == "txt" and text and suffix not in files["office_html"]
    return _Words(f"{promise}纯文字“{text[:_SHOWN]}”") if plain else None


def _was_cut(fetch: Fetch) -> bool:
    announced = fetch.headers.get("content-length", "")
    return announced.isdigit() and int(announced) > fetch.bytes


def kind_of(fetch: Fetch) -> str:
    """Return what an answer is by its first bytes, by its declared type where none were kept; empty: unknown."""
    kept = fetch.headers.get("first-bytes")
    if kept is None:
        return "html" if (fetch.content_type or "").lower().startswith(("text/html", "application/xhtml")) else ""
    try:
        start = bytes.fromhex(kept)
    except ValueError:
        return ""
    if _HTML.match(start):
        return "html"
    plain = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    signatures = lexicon("files")["signatures"].items()
    return next((str(kind) for kind, signs in signatures for sign in signs if plain.hex().startswith(sign)), "")


def fault_of(fetch: Fetch, suffix: str) -> Fault | None:
    """Return what is wrong with a file that claims a suffix; None where nothing is, or nothing can be said."""
    files = lexicon("files")
    if fetch.bytes == 0:
        return Fault("是空文件（0 字节）")
    kind = kind_of(fetch)
    if not suffix or not kind or kind in files["expected"][suffix]:
        return None
    what = f"写明是 .{suffix} 文件，打开的却是{files['names'].get(kind, kind)}（{fetch.bytes} 字节）"
    if kind != "html":
        return Fault(what, review=kind in files["doubtful"].get(suffix, ()))
    start = bytes.fromhex(fetch.headers.get("first-bytes", ""))
    saved = suffix in files["office_html"] and (
        _OFFICE_HTML.match(start) or not (fetch.content_type or "").lower().startswith("text/html")
    )
    return Fault(what, review=bool(saved) or not start or fetch.bytes < _TINY_PAGE)
