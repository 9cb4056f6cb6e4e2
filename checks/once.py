"""One defect that two checks see is told once, by the check that says more of it."""

from __future__ import annotations

from collections.abc import Mapping

from checks.model import Result

# an attachment that cannot be fetched is a link that cannot be opened, too
_SAYS_MORE = {"dead-link": "broken-attachment"}


def told_once(results: Mapping[str, tuple[str, Result]]) -> None:
    """Take out of results what another check says of the same address with the same verdict.

    ``results`` are the checks' ids and results by the names of their runs; what was examined stays as it is.
    """
    for told, by in _SAYS_MORE.items():
        said = {
            (seen.target, seen.verdict) for check, result in results.values() if check == by
            for seen in result.observations
        }
        for check, result in results.values():
            if check == told and said:
                result.observations = [
                    seen for seen in result.observations if (seen.target, seen.verdict) not in said
                ]
