"""What was heard in the recordings and in the programme made of them, as findings that a person can waive."""

from __future__ import annotations

from collections.abc import Iterator

from podcast_pipeline.checks.case import Case
from podcast_pipeline.model.finding import Finding

_WIDE = 12.0
"""LU of range above which quiet parts get lost in noise."""


def check(case: Case) -> Iterator[Finding]:
    """All of them, at published times; nothing before the recordings were heard."""
    for heard in case.heard_in_tracks:
        place = heard.file or "track"
        # The sentence holds measured numbers: a waiver names the finding, not its third digit.
        yield case.finding(heard.code, place, heard.sentence, subject=place, time=heard.time, severity=heard.severity)
    for file in dict.fromkeys(case.linked):
        yield case.finding(
            "AUD17",
            file,
            "is a link out of the show: whoever clones it, and every backup of it, lacks the recording",
            subject=file,
        )
    if case.loudness_range is not None and case.loudness_range > _WIDE:
        yield case.finding(
            "AUD15",
            "audio",
            f"its loudness ranges over {case.loudness_range:.0f} LU: in a car the quiet parts are lost; look at "
            f'build/{case.episode.slug}/loudness.svg, and let level = "speech" in [audio] even the voices out',
            subject="range",
        )
