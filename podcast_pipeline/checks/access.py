"""Checks of accessibility: transcript, speakers, review, descriptions of pictures, pace."""

from __future__ import annotations

from collections.abc import Iterator

from podcast_pipeline.checks.case import Case
from podcast_pipeline.model.finding import Finding

SLOWEST, FASTEST = 90, 220
"""Words per minute."""
LEAST = 60_000
"""ms of speech from which a pace means anything."""


def check(case: Case) -> Iterator[Finding]:
    """The findings on what readers and listeners with a disability get."""
    transcript = case.transcript
    if transcript is None or not transcript.words:
        yield case.finding("ACC01", "transcript", "there is no transcript yet: `podcast build` makes one")
        return
    nameless = [p.id for p in transcript.paragraphs if not p.speaker]
    if nameless:
        sentence = f"{len(nameless)} paragraphs have no speaker (first: {nameless[0]})"
        yield case.finding("ACC01", "paragraphs", sentence, file=case.spoken)
    if not case.reviewed:
        sentence = "nobody has reviewed the transcript: correct it, then `podcast signoff`"
        yield case.finding("ACC02", "transcript", sentence, file=case.spoken)
    for person in case.people:
        if person.id in case.pictures and not person.headshot_alt:
            yield case.finding(
                "ACC02", "headshot_alt", "the picture has no description", file=f"feed/people/{person.id}.toml"
            )
    length = transcript.words[-1].end - transcript.words[0].start
    rate = len(transcript.words) * 60_000 / max(length, 1)
    if length >= LEAST and not SLOWEST <= rate <= FASTEST:
        sentence = f"{rate:.0f} words per minute: text may be missing or stand twice"
        yield case.finding("ACC03", "paragraphs", sentence, file=case.spoken)
