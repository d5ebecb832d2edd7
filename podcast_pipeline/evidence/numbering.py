"""Reference numbers: a reference gets its number where it is first mentioned in time, as in a paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from podcast_pipeline.model.claim import Claim


def in_time(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """The claims as they are heard; two at the same moment stay as they were written."""
    return tuple(sorted(claims, key=lambda claim: claim.at))


def numbered(claims: Sequence[Claim]) -> dict[str, int]:
    """Reference id -> number from 1, in the order of the numbers."""
    numbers: dict[str, int] = {}
    for claim in in_time(claims):
        for citation in claim.refs:
            numbers.setdefault(citation.id, len(numbers) + 1)
    return numbers


def times(claims: Sequence[Claim]) -> dict[str, tuple[int, ...]]:
    """Reference id -> the source times (ms) of the claims that cite it, ascending, each once."""
    moments: dict[str, dict[int, None]] = {}
    for claim in in_time(claims):
        for citation in claim.refs:
            moments.setdefault(citation.id, {})[claim.at] = None
    return {id_: tuple(each) for id_, each in moments.items()}


def collapse(numbers: Iterable[int]) -> str:
    """Numbers as they stand in a sentence: `1,3-5`. Three or more in a row become a range, with a hyphen."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ",".join(f"{run[0]}-{run[-1]}" if len(run) > 2 else ",".join(map(str, run)) for run in runs)
