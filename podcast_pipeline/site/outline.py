"""The picture above a page's player: how loud the episode is, and its chapters to go to."""

from __future__ import annotations

from typing import NamedTuple

from podcast_pipeline.model.release import DIGITS, Release


class Section(NamedTuple):
    """A chapter in the picture: where it begins and how wide it is, in steps of the outline; `start` in ms."""

    x: float
    width: float
    start: int
    title: str


class Outline(NamedTuple):
    """A closed path in a box of `width` by 64, mirrored about its middle, and what lies over it."""

    width: int
    path: str
    sections: tuple[Section, ...]


def outline(release: Release) -> Outline | None:
    """The picture of a release; None for one that was published without."""
    if not release.outline or not release.duration:
        return None
    levels = [DIGITS.index(digit) for digit in release.outline]
    upper = [f"{x} {32 - level // 2}" for x, level in enumerate(levels)]
    lower = [f"{x} {32 + level // 2}" for x, level in enumerate(levels)]
    width = max(1, len(levels) - 1)
    step = width / release.duration
    ends = [*(chapter.start for chapter in release.chapters[1:]), release.duration]
    sections = (
        Section(round(chapter.start * step, 1), round((end - chapter.start) * step, 1), chapter.start, chapter.title)
        for chapter, end in zip(release.chapters, ends, strict=bool(release.chapters))
    )
    return Outline(width, f"M{' L'.join((*upper, *reversed(lower)))} Z", tuple(sections))
