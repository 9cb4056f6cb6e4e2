"""Document fields that stand only in a script of the page, as JSON or an object literal.

Some systems send a document's data as one object and let the browser draw the table (``is_expired``,
``is_abolished``, ``validity``, ``document_number``, or pinyin initials such as ``syh``, ``fwzh``, ``cwrq``).
"""

from __future__ import annotations

import json
import re

from crawler.cms.lexicon import load
from crawler.extract.data_rows import without_rows
from crawler.extract.parsed import ParsedPage

_KEYS: dict[str, list[str]] = load("disclosure_fields")["script_keys"]
_FIELD_OF = {key: name for name, keys in _KEYS.items() for key in keys}
_KEY = re.compile(rf"(?:{'|'.join(sorted(_FIELD_OF, key=len, reverse=True))})[\"']?\s*[:=]")
_VALUE = re.compile(r"\s*(?:(\"(?:[^\"\\\n]|\\.){0,300}\")|'([^'\\\n]{0,300})'|(true|false|null|\d{1,14}))")
_TAG = re.compile(r"<[^>]*>")
_TEMPLATE = re.compile(r"\$\{|\{\{|<%|function|\+")
# One of these stands in any such object; looking for them is far cheaper than reading every script.
_SIGNS = ("syh", "fwzh", "cwrq", "wenhao", "is_abolished", "isAbolished", "index_number", "indexNumber", "indexNo",
          "document_number", "documentNumber", "docNumber", "fileNum", "SYH", "FWZH", "CWRQ", "gkfs", "GKFS",
          "issue_number", "validity", "is_expired", "isExpired")
_MAX_SCRIPT = 400_000


def read_page_data(page: ParsedPage) -> dict[str, str]:
    """Return the fields (named as in ``Attributes``) a script object of the page gives, non-empty ones only.

    An object counts only if it gives two fields or more; rows of a list do not, be there one or many.
    """
    for script in page.scripts:
        source = script.text
        if not source or len(source) > _MAX_SCRIPT or not any(sign in source for sign in _SIGNS):
            continue
        pairs = _pairs(without_rows(source, page))
        if len(pairs) >= 2:
            return _values(pairs)
    return {}


def _pairs(source: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    lowered = source.lower()
    if len(lowered) != len(source):
        return {}
    for match in _KEY.finditer(lowered):
        before = lowered[match.start() - 1] if match.start() else " "
        if before.isalnum() or before == "_":
            continue
        found = _VALUE.match(source, match.end())
        if found is None:
            continue
        name = _FIELD_OF[match.group().rstrip("\"' \t\r\n:=")]
        value = _unquoted(found.group(1)) if found.group(1) else (found.group(2) or found.group(3) or "")
        value = _TAG.sub("", value).strip()
        if name in pairs and pairs[name] != value and value and pairs[name]:
            return {}
        if value and value != "null" and not _TEMPLATE.search(value):
            pairs[name] = value
    return pairs


def _unquoted(text: str) -> str:
    try:
        value = json.loads(text)
    except ValueError:
        return text.strip('"')
    return value if isinstance(value, str) else ""


def _values(pairs: dict[str, str]) -> dict[str, str]:
    expired, abolished = pairs.pop("expired", None), pairs.pop("abolished", None)
    values = {name: value for name, value in pairs.items() if re.search(r"[\u4e00-\u9fff]|\d{4}", value)}
    if "validity" not in values and (expired is not None or abolished is not None):
        true = ("true", "1")
        values["validity"] = "废止" if abolished in true else "失效" if expired in true else "有效"
    elif pairs.get("validity") in ("0", "1", "true", "false"):
        values.pop("validity", None)
    return values
