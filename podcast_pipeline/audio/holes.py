"""Where nothing of a person is recorded, between two files of theirs: a call that dropped, a recorder that was full."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from podcast_pipeline import timecode
from podcast_pipeline.audio.track_report import TrackReport
from podcast_pipeline.model.finding import Finding

_SHORTEST = 1000
"""ms: shorter ones are pauses."""


class Hole(NamedTuple):
    """From `start` to `end` ms of the episode's recording nothing of `person` is recorded."""

    person: str
    before: str
    after: str
    """Names of the tracks that end and begin there."""
    start: int
    end: int


def holes(reports: Sequence[TrackReport]) -> tuple[Hole, ...]:
    """In the order of the persons. Where nobody knows where a file of theirs lies, nobody knows of holes either."""
    return tuple(hole for person in dict.fromkeys(report.person for report in reports) for hole in _of(person, reports))


def findings(reports: Sequence[TrackReport]) -> Iterator[Finding]:
    """A sentence for each hole."""
    for hole in holes(reports):
        told = (
            f"nothing of {hole.person} is recorded from {timecode.exact(hole.start)} to {timecode.exact(hole.end)}, "
            f"between {hole.before} and this: the other microphones stay open there, for what they hear of them; if "
            "words are lost, cut it, or look for another recording of it"
        )
        yield Finding("AUD16", "W", hole.after, "", hole.start, told)


def _of(person: str, reports: Sequence[TrackReport]) -> Iterator[Hole]:
    own = [report for report in reports if report.person == person and person]
    if any(report.unplaced is not None or report.bent or report.unlaid for report in own):
        return
    placed = sorted(own, key=_start)
    for number, (first, second) in enumerate(itertools.pairwise(placed), 1):
        reached = max(map(_end, placed[:number]))
        if _start(second) - reached >= _SHORTEST:
            yield Hole(person, first.name, second.name, reached, _start(second))


def _start(report: TrackReport) -> int:
    return report.offset + max(0, round(report.sound.later))


def _end(report: TrackReport) -> int:
    return report.offset + report.heard.samples * 1000 // report.source.rate
