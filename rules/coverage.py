"""How much of each document is in hand: decided by the crawl, prepared for a person, left to a person."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from rules.model import Clause, Pack


@dataclass(frozen=True)
class Coverage:
    """The clauses of one pack by who decides them.

    ``decided`` auto clauses with a check, ``prepared`` assisted clauses with a check, ``left`` those for a
    person alone; ``planned`` counts, within the first two, clauses none of whose checks is built yet.
    ``homeless`` are the ids of clauses that ought to have a check and have none.
    """

    pack: str
    title: str
    total: int
    distinct: int
    decided: int
    prepared: int
    left: int
    planned: int
    homeless: list[str] = field(default_factory=list)


def coverage(packs: Iterable[Pack], known: Collection[str] | None = None) -> list[Coverage]:
    """Return one line of figures a pack, in order.

    ``known`` are the ids of the checks there are; a binding counts as built when it names one and is not
    marked ``planned``.
    """
    return [_of(pack, known) for pack in packs]


def _of(pack: Pack, known: Collection[str] | None) -> Coverage:
    clauses = pack.clauses
    bound = [clause for clause in clauses if clause.checks]
    served = [clause for clause in bound if clause.observability in ("auto", "assisted")]
    return Coverage(
        pack=pack.id,
        title=pack.document.title,
        total=len(clauses),
        distinct=sum(clause.same_as is None for clause in clauses),
        decided=sum(clause.observability == "auto" for clause in served),
        prepared=sum(clause.observability == "assisted" for clause in served),
        left=sum(clause.observability in ("manual", "offline") for clause in clauses),
        planned=sum(not _built(clause, known) for clause in served),
        homeless=[clause.id for clause in clauses if _ought(clause) and not clause.checks],
    )


def _ought(clause: Clause) -> bool:
    return clause.observability in ("auto", "assisted")


def _built(clause: Clause, known: Collection[str] | None) -> bool:
    return any(not binding.planned and (known is None or binding.check in known) for binding in clause.checks)
