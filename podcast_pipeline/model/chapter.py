"""Chapters: one list, written into four carriers (ID3, chapters.json, Podlove chapters, notes)."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from podcast_pipeline import timecode
from podcast_pipeline.errors import ConfigError
from podcast_pipeline.model.timeline import Timeline

MOST = 255
"""An ID3 table of contents counts its chapters in one byte."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A named stretch of the programme from `start` (ms) to the next chapter."""

    start: int
    title: str
    kind: str = ""
    """"", disclosure, clinical, sponsor."""
    url: str = ""


def published(chapters: Sequence[Chapter], timeline: Timeline, file: str) -> tuple[Chapter, ...]:
    """Chapters at the times they are heard; `file` (the episode.toml) names them in messages, counted from 1.

    The first chapter starts with the recording, and is published at 0: the intro before it is its own. A start inside
    a cut moves to the join. Raises ConfigError with every problem: sound before the first chapter, chapters out of
    order, one whose sound is all cut, two in one published second (players truncate to seconds), one beyond the end.
    """
    problems = []
    if len(chapters) > MOST:
        problems.append(f"{file}: chapter: {len(chapters)} chapters; an MP3 file holds at most {MOST}")
    heard = [timeline.start_of(chapter.start) for chapter in chapters]
    starts = [0, *heard[1:]]
    for i, chapter in enumerate(chapters, 1):
        where = f'{file}: chapter[{i}].start: "{timecode.exact(chapter.start)}"'
        if chapter.start >= timeline.end:
            problems.append(f"{where} is after the end of the recording ({timecode.exact(timeline.end)})")
        elif i == 1:
            if heard[0] > timeline.start_of(0):
                problems.append(f'{where}: the first chapter starts with the recording; write start = "0"')
        elif chapter.start <= chapters[i - 2].start:
            problems.append(f"{where} does not come after the chapter before it")
        elif heard[i - 1] == heard[i - 2]:
            problems.append(f"{where}: all of the chapter before it is cut; remove one of the two")
        elif starts[i - 1] // 1000 == starts[i - 2] // 1000:
            second = timecode.show(starts[i - 1])
            problems.append(f"{where} is heard in the same second ({second}) as the chapter before it")
    last_heard = max(((p.src + p.len) * 1000 // timeline.rate for p in timeline.pieces if p.src is not None), default=0)
    if len(chapters) > 1 and last_heard <= chapters[-1].start < timeline.end:
        start = timecode.exact(chapters[-1].start)
        problems.append(f'{file}: chapter[{len(chapters)}].start: "{start}": all of this chapter is cut; remove it')
    if problems:
        raise ConfigError(problems)
    return tuple(dataclasses.replace(c, start=start) for c, start in zip(chapters, starts, strict=False))
