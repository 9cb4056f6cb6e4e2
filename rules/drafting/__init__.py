"""A draft pack from a work-point document: clauses quoted, terms read, checks proposed with their grounds."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from rules.drafting.blocks import Block, SourceError
from rules.drafting.classify import FILLED_IN, Proposal, propose
from rules.drafting.clauses import split
from rules.drafting.flaws import flaws
from rules.drafting.notes import Item
from rules.drafting.outline import Outline, outline
from rules.drafting.source import read
from rules.drafting.terms import Terms, parse
from rules.yamlfile import parse as parse_yaml

__all__ = ["Draft", "SourceError", "draft", "draft_blocks", "to_yaml"]

_CARRIED = re.compile(r"^(?:并|通过|向社会|在|及时|同时|统一|依法|集中).*(?:公开|公布|发布|公示)")
_SPAN = re.compile(r"^.*?(?:\d+月|\d+日|季度)(?:至|到|[-—–~～]+)(?=(?:20\d\d年)?\d+月|第?[一二三四]季度)")
_ALIKE = 0.8
# a demand is read this far: no real one is longer
_READ = 2000


@dataclass(frozen=True)
class Draft:
    """A raw pack as its YAML will hold it, and the flaws found in the document itself, in Chinese."""

    pack: dict[str, Any]
    flaws: list[str]


def draft(path: Path, pack_id: str | None = None, known: Collection[str] | None = None) -> Draft:
    """Return a draft pack from a .txt, .docx, .pdf or .html document.

    ``known`` are the ids of the checks there are: a proposed check not among them is marked ``planned``.
    The same document gives the same draft. Raises SourceError where the document cannot be read.
    """
    return draft_blocks(read(path), path.name, pack_id, known)


def draft_blocks(
    blocks: list[Block], name: str, pack_id: str | None = None, known: Collection[str] | None = None
) -> Draft:
    """Return the draft pack of a document already read; ``name`` is its file name."""
    structure = outline(blocks)
    identity = pack_id or _identity(name, structure)
    clauses = _clauses(structure, identity, known)
    faults = flaws(structure)
    pack = {
        "document": _document(structure, identity, name, faults),
        "indicators": _indicators(clauses),
        "clauses": clauses,
    }
    return Draft(pack, faults)


def to_yaml(made: Draft) -> str:
    """Return the draft as the text of a pack file, with a head that says what it is."""
    title = made.pack["document"]["title"]
    head = [
        f"# {title}：由程序拟稿，须由人核对后使用。",
        "# review 写明拿不准的地方和依据的词句；核对后删去。分值为拟议。",
    ]
    body = yaml.dump(made.pack, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100000)
    return "\n".join(head) + "\n" + body


def _identity(name: str, structure: Outline) -> str:
    stem = re.sub(r"[^a-z0-9]+", "-", Path(name).stem.lower()).strip("-")
    year = str(structure.year or "")
    base = stem if re.search(r"[a-z]", stem) else "draft"
    return base if not year or year in base else f"{base}-{year}"


def _document(structure: Outline, identity: str, name: str, faults: list[str]) -> dict[str, Any]:
    signed = structure.signed
    parts = [structure.issuer, structure.doc_number, f"成文日期{signed}" if signed else None]
    return {
        "id": identity,
        "title": structure.title or Path(name).stem,
        "issuer": structure.issuer or "未识别出发文机关",
        "doc_number": structure.doc_number,
        "issued": signed,
        "year": structure.year,
        "source": "，".join(part for part in parts if part) or f"由文件 {name} 拟稿",
        "notes": [f"原文疑点：{fault}" for fault in faults],
    }


def _clauses(structure: Outline, identity: str, known: Collection[str] | None) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    counts: dict[str, int] = {}
    bodies: list[tuple[str, set[str], str]] = []
    for item in structure.items:
        before = Terms()
        for quote in split(item.text):
            words = quote[:_READ]
            terms = _carry(words, parse(words, structure.year), before)
            _by_cell(terms, item.when, structure.year)
            counts[item.number] = counts.get(item.number, 0) + 1
            clause_id = f"{identity}/{item.number}.{counts[item.number]}"
            same = _same(quote, bodies) if item.table else None
            proposal = FILLED_IN if item.form else propose(words, item.section, terms, item.lead)
            made.append(_clause(clause_id, item, quote, terms, proposal, same, known))
            if not item.table:
                bodies.append((clause_id, _grams(quote), _bare(quote)))
            before = Terms() if quote.endswith(("。", "；")) else terms
    return made


def _carry(quote: str, terms: Terms, before: Terms) -> Terms:
    """Give what a sentence goes on to demand the date its beginning set."""
    if terms.deadline is None and before.deadline and _CARRIED.match(quote) and _is_day(before.deadline):
        terms.deadline = before.deadline
        terms.words.setdefault("deadline", before.words.get("deadline", before.deadline))
        if "documents_issued_since" in before.threshold:
            terms.threshold.setdefault("documents_issued_since", before.threshold["documents_issued_since"])
    return terms


def _by_cell(terms: Terms, when: str, year: int | None) -> None:
    """Take the deadline a table gives in a column of its own, where the words give none."""
    if not when or terms.deadline is not None:
        return
    cell = parse(_term(when), year)
    terms.deadline = cell.deadline or when
    terms.threshold = {**cell.threshold, **terms.threshold}
    terms.words.setdefault("deadline", when)


def _term(cell: str) -> str:
    """Return a cell of time as the words of a term: the end of a span (「5月—10月」), or by then."""
    plain = _SPAN.sub("", re.sub(r"\s+", "", cell))
    return plain if re.search(r"[前底末]$|每|按|[内次]$", plain) else f"{plain}前"


def _clause(
    clause_id: str,
    item: Item,
    quote: str,
    terms: Terms,
    proposal: Proposal,
    same: str | None,
    known: Collection[str] | None,
) -> dict[str, Any]:
    clause: dict[str, Any] = {"id": clause_id, "section": item.section, "quote": quote}
    if item.responsible:
        clause["responsible"] = list(item.responsible)
    if terms.deadline:
        clause["deadline"] = terms.deadline
    if terms.threshold:
        clause["threshold"] = dict(terms.threshold)
    clause |= {"observability": proposal.observability, "severity": proposal.severity}
    if same:
        clause["same_as"] = same
    if proposal.bindings:
        clause["checks"] = [_binding(binding, known) for binding in proposal.bindings]
    grounds = "；".join([*proposal.grounds, *_read(terms)])
    if proposal.confidence == "高":
        clause["note"] = f"依据：{grounds}"
    else:
        clause["review"] = f"请核对（把握{proposal.confidence}）：{grounds}"
    if item.inherited and item.responsible:
        clause["review"] = "；".join(filter(None, [clause.get("review"), "原表责任单位为空，沿用上一行"]))
    return clause


def _binding(binding: dict[str, Any], known: Collection[str] | None) -> dict[str, Any]:
    planned = known is not None and binding["check"] not in known
    return {**binding, "planned": True} if planned else dict(binding)


def _read(terms: Terms) -> list[str]:
    return [f"「{words}」读作 {name}" for name, words in terms.words.items()]


def _same(quote: str, bodies: list[tuple[str, set[str], str]]) -> str | None:
    """Return the body clause a table row repeats: equal, one within the other, or nearly the same words."""
    bare, grams = _bare(quote), _grams(quote)
    best, best_share = None, _ALIKE
    for clause_id, others, other in bodies:
        if bare == other:
            return clause_id
        union = len(grams | others)
        share = len(grams & others) / union if union else 0.0
        if share >= best_share and share > (best_share if best else 0):
            best, best_share = clause_id, share
    return best


def _grams(text: str) -> set[str]:
    bare = _bare(text)
    return {bare[i : i + 2] for i in range(len(bare) - 1)}


def _bare(text: str) -> str:
    return re.sub(r"\W", "", text)


def _is_day(text: str) -> bool:
    return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text))


def _indicators(clauses: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Group the checks proposed into indicators whose points, whole numbers, add up to 100."""
    lexicon = _lexicon()
    bound = {binding["check"] for clause in clauses for binding in clause.get("checks", [])}
    groups = [
        (group, [check for check in group["checks"] if check in bound]) for group in lexicon["indicators"]
    ]
    groups = [(group, checks) for group, checks in groups if checks]
    if not groups:
        return []
    total = sum(group["weight"] for group, _ in groups)
    points = [max(1, int(group["weight"] * 100 / total)) for group, _ in groups]
    for index in range(100 - sum(points)):
        points[index % len(points)] += 1
    return [
        {
            "id": group["id"],
            "title": group["title"],
            "points": value,
            "checks": checks,
            "deduction": dict(lexicon["deduction"]),
        }
        for (group, checks), value in zip(groups, points, strict=True)
    ]


@lru_cache(maxsize=1)
def _lexicon() -> dict[str, Any]:
    text = (resources.files("rules") / "lexicons" / "drafting.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = parse_yaml(text)
    return data


class _Dumper(yaml.SafeDumper):
    """Writes short lists and mappings on one line and repeats nothing by reference."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write every value out."""
        return True


def _short(value: Any) -> bool:
    values = value.values() if isinstance(value, dict) else value
    return all(not isinstance(item, dict) and (not isinstance(item, list) or _short(item)) for item in values)


def _list(dumper: yaml.SafeDumper, value: list[Any]) -> yaml.Node:
    inline = _short(value) and _brief(value)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=inline)


def _brief(value: list[Any]) -> bool:
    return all(not isinstance(item, str) or len(item) < 40 for item in value)


def _mapping(dumper: yaml.SafeDumper, value: dict[str, Any]) -> yaml.Node:
    inline = "check" in value or ("id" not in value and "document" not in value)
    return dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=inline)


def _day(dumper: yaml.SafeDumper, value: date) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:timestamp", value.isoformat())


_Dumper.add_representer(list, _list)
_Dumper.add_representer(dict, _mapping)
_Dumper.add_representer(date, _day)
