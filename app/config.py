"""The inspection's configuration: typed, and every mistake one line with file, key and what was expected."""

from __future__ import annotations

import os
import re
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl, quote, urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from app.errors import LedgerUnusableError, UserError
from rules.errors import dotted

ColumnType = Literal[
    "news", "notices", "policies", "interpretations", "letters", "consultations", "decisions",
    "annual-reports", "budgets", "guides", "topic", "archive", "other",
]
Text = Annotated[str, Field(min_length=1)]
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class SiteSection(_Section):
    """``[site]``: what is inspected. ``hosts`` is what counts as the site; the start's own host when absent."""

    name: Text
    start: Annotated[list[Text], Field(min_length=1)]
    hosts: list[Text] = []
    timezone: Text = "Asia/Shanghai"

    @field_validator("start")
    @classmethod
    def _http(cls, start: list[str]) -> list[str]:
        for url in start:
            parts = urlsplit(url)
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise ValueError(f"应为 http:// 或 https:// 开头的网址，实为 {url!r}")
        return start

    @field_validator("hosts")
    @classmethod
    def _bare(cls, hosts: list[str]) -> list[str]:
        for host in hosts:
            if "/" in host or not urlsplit(f"//{host}").hostname:
                raise ValueError(f"应为主机名，可带端口（如 www.example.gov.cn），实为 {host!r}")
        return [host.lower() for host in hosts]

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"应为时区名（如 Asia/Shanghai），实为 {name!r}") from None
        return name

    @model_validator(mode="after")
    def _own_host(self) -> SiteSection:
        hosts = self.hosts or sorted({urlsplit(url).netloc.lower() for url in self.start})
        missing = [url for url in self.start if urlsplit(url).netloc.lower() not in hosts]
        if missing:
            raise ValueError(f"hosts 应包含起始网址的主机，缺 {urlsplit(missing[0]).netloc}")
        object.__setattr__(self, "hosts", hosts)
        return self


class InspectionSection(_Section):
    """``[inspection]``: the packs held against the site, the day counted to, the plan year, words of one's own."""

    packs: Annotated[list[Text], Field(min_length=1)] = ["national-2019"]
    as_of: date | None = None
    plan_year: Annotated[int, Field(ge=2008, le=2100)] | None = None
    wording: Text | None = None


class CrawlSection(_Section):
    """``[crawl]``: polite by default. Sizes in bytes, times in seconds.

    ``keep_runs`` is how many earlier crawls stay under ``runs/``; all of them when absent.
    """

    concurrency: Annotated[int, Field(ge=1, le=64)] = 8
    delay_seconds: Annotated[float, Field(ge=0, le=60, strict=False)] = 0.25
    max_pages: Annotated[int, Field(ge=1)] = 200_000
    obey_robots: bool = True
    check_external_links: bool = True
    render_javascript: Literal["never", "auto", "always"] = "auto"
    read_attachments: Literal["never", "auto"] = "auto"
    calendar: Text | None = None
    timeout_seconds: Annotated[float, Field(gt=0, le=180, strict=False)] = 30.0
    retry_delay_seconds: Annotated[float, Field(ge=0, le=600, strict=False)] = 10.0
    keep_runs: Annotated[int, Field(ge=1)] | None = None


class DepartmentSection(_Section):
    """``[[departments]]``: who answers for what."""

    name: Text
    match_url: list[Text] = []
    match_source: list[Text] = []


class ColumnSection(_Section):
    """``[[columns]]``: corrects what was detected of one column."""

    url: Text
    name: Text | None = None
    type: ColumnType | None = None
    department: Text | None = None


class LedgerSection(_Section):
    """``[ledger]``: a database for the ledger, in place of the file in the site's home.

    The configuration is kept in every snapshot, so the address never holds a password: it names an environment
    variable, ``postgresql://user:${PASSWORD}@host/name`` or ``${URL}`` as a whole, or leaves the password to libpq.
    """

    url: Text | None = None

    @field_validator("url")
    @classmethod
    def _without_password(cls, url: str | None) -> str | None:
        if url is None or _VARIABLE.fullmatch(url):
            return url
        scheme, _, rest = url.partition("://")
        if scheme not in ("postgresql", "postgres"):
            raise ValueError("应为 postgresql://用户@主机:5432/库名，或 ${环境变量}")
        written = [rest.rpartition("@")[0].partition(":")[2]]
        written += [value for key, value in parse_qsl(rest.partition("?")[2]) if key == "password"]
        if any(word and not _VARIABLE.fullmatch(word) for word in written):
            raise ValueError("口令不要写进配置：请写成 ${环境变量}，或放在 PGPASSWORD 或 ~/.pgpass 里")
        return url


Weight = Annotated[float, Field(ge=0, le=100, strict=False)]


class AssessmentSection(_Section):
    """``[assessment]``: what daily runs, quarterly inspections and a third party's marks count, together 100.

    ``quarterly_runs`` are the days of the quarterly inspections; without any it is each quarter's last run.
    ``renormalise``: what is missing is left out, and the other weights stand for the whole.
    """

    daily: Weight = 0
    quarterly: Weight = 0
    third_party: Weight = 0
    quarterly_runs: list[date] = []
    renormalise: bool = False

    @model_validator(mode="after")
    def _hundred(self) -> AssessmentSection:
        total = self.daily + self.quarterly + self.third_party
        if abs(total - 100) > 1e-9:
            raise ValueError(f"daily、quarterly、third_party 应合计 100，实为 {total:g}")
        return self


class Config(_Section):
    """A whole configuration file. ``base_dir`` is the folder that relative paths in it start from."""

    site: SiteSection
    inspection: InspectionSection = InspectionSection()
    crawl: CrawlSection = CrawlSection()
    departments: list[DepartmentSection] = []
    columns: list[ColumnSection] = []
    ledger: LedgerSection = LedgerSection()
    assessment: AssessmentSection | None = None
    base_dir: str = "."

    def as_of(self) -> date:
        """Return the day ages and deadlines are counted to: as configured, else today at the site."""
        return self.inspection.as_of or datetime.now(ZoneInfo(self.site.timezone)).date()

    def calendar_path(self) -> Path | None:
        """Return the file of extra days off, where one is configured."""
        return Path(self.base_dir) / self.crawl.calendar if self.crawl.calendar else None

    def wording_path(self) -> Path | None:
        """Return the file of further wrong words, where one is configured."""
        return Path(self.base_dir) / self.inspection.wording if self.inspection.wording else None

    def ledger_url(self) -> str | None:
        """Return the address of the ledger's database, environment variables filled in; None for the home's file.

        Raises LedgerUnusableError naming a variable that is not set.
        """
        url = self.ledger.url
        if url is None:
            return None
        whole = _VARIABLE.fullmatch(url) is not None
        return _VARIABLE.sub(lambda found: _environment(found[1], whole), url)

    def to_json(self) -> dict[str, Any]:
        """Return the configuration as plain JSON values, as the snapshot keeps it."""
        return self.model_dump(mode="json")


def _environment(name: str, whole: bool) -> str:
    value = os.environ.get(name)
    if not value:
        raise LedgerUnusableError(f"ledger.url: 环境变量 {name} 没有设置，连不上问题台账")
    return value if whole else quote(value, safe="")


def load_config(path: Path) -> Config:
    """Read a TOML configuration.

    Raises UserError with one line: the file, the key (or line) and what was expected.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"{path}: 没有这个配置文件") from None
    except IsADirectoryError:
        raise UserError(f"{path}: 应为 TOML 配置文件，实为文件夹") from None
    except UnicodeDecodeError:
        raise UserError(f"{path}: 应为 UTF-8 编码的 TOML 文件") from None
    except OSError as error:
        raise UserError(f"{path}: 无法读取（{error.strerror}）") from None
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{path}: TOML 语法错误：{error}") from None
    if "base_dir" in data:
        raise UserError(f"{path}: base_dir: 未知的键")
    return parse_config(data | {"base_dir": str(path.resolve().parent)}, str(path))


def parse_config(data: dict[str, Any], name: str) -> Config:
    """Validate configuration values; ``name`` stands for the file in errors.

    Raises UserError with one line: the name, the first wrong key and what was expected.
    """
    try:
        return Config.model_validate(data)
    except ValidationError as error:
        first = sorted(error.errors(), key=lambda item: item["type"] != "extra_forbidden")[0]
        raise UserError(f"{name}: {_key(first['loc'])}: {_expected(dict(first))}") from None


def restore_config(data: dict[str, Any], name: str) -> Config:
    """Read back what ``Config.to_json`` gave, as a snapshot keeps it.

    Raises UserError naming the snapshot when it holds no usable configuration.
    """
    try:
        return Config.model_validate(data, strict=False)
    except ValidationError as error:
        first = error.errors()[0]
        raise UserError(f"{name}: 快照里的配置不可用：{_key(first['loc'])}: {_expected(dict(first))}") from None


def _key(location: tuple[int | str, ...]) -> str:
    return dotted(location) or "（文件）"


_EXPECTED = {
    "missing": "缺少这个必填键",
    "string_type": "应为字符串",
    "int_type": "应为整数",
    "int_from_float": "应为整数",
    "float_type": "应为数字",
    "bool_type": "应为 true 或 false",
    "list_type": "应为列表",
    "date_type": "应为日期（如 2026-11-20，不加引号）",
    "date_from_datetime_inexact": "应为日期（如 2026-11-20，不加引号），不带时刻",
    "string_too_short": "不能为空",
    "too_short": "至少要有一项",
    "model_type": "应为一节（表）",
    "model_attributes_type": "应为一节（表）",
    "dict_type": "应为一节（表）",
}


def _expected(error: dict[str, Any]) -> str:
    kind, context, value = error["type"], error.get("ctx", {}), error.get("input")
    if kind == "extra_forbidden":
        return f"未知的键；本节可用的键有 {_allowed(error['loc'])}"
    if kind == "literal_error":
        return f"应为 {context['expected'].replace(' or ', ' 或 ').replace(', ', '、')} 之一，实为 {value!r}"
    if kind in ("greater_than_equal", "less_than_equal", "greater_than", "less_than"):
        sign = {"greater_than_equal": "≥", "less_than_equal": "≤", "greater_than": ">", "less_than": "<"}[kind]
        bound = context.get("ge", context.get("le", context.get("gt", context.get("lt"))))
        return f"应 {sign} {bound}，实为 {value!r}"
    if kind == "value_error":
        return str(context["error"])
    expected = _EXPECTED.get(kind, error["msg"])
    shown = str(value) if isinstance(value, date) else repr(value)
    return expected if kind in ("missing", "too_short", "string_too_short") else f"{expected}，实为 {shown}"


def _allowed(location: tuple[int | str, ...]) -> str:
    sections: dict[str, type[_Section]] = {
        "site": SiteSection, "inspection": InspectionSection, "crawl": CrawlSection,
        "departments": DepartmentSection, "columns": ColumnSection, "ledger": LedgerSection,
        "assessment": AssessmentSection,
    }
    model = sections[str(location[0])] if len(location) > 1 else Config
    return "、".join(name for name in model.model_fields if name != "base_dir")
