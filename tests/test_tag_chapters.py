"""Chapters from source time to listeners, and the Podcasting 2.0 file."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast_pipeline.errors import ConfigError
from podcast_pipeline.model.chapter import Chapter, published
from podcast_pipeline.model.timeline import Timeline
from podcast_pipeline.tag.chapters import chapters_json

RATE = 48000
FILE = "episodes/042/episode.toml"
PLAIN = Timeline.assemble(RATE, [(600 * RATE, 0)])
INTRO = Timeline.assemble(RATE, [(9 * RATE + 24000, None), (600 * RATE, 0), (5 * RATE, None)])


def chapters(*starts: int) -> tuple[Chapter, ...]:
    return tuple(Chapter(start, f"Chapter {i}") for i, start in enumerate(starts, 1))


def starts(mapped: tuple[Chapter, ...]) -> list[int]:
    return [chapter.start for chapter in mapped]


def problems(given: tuple[Chapter, ...], timeline: Timeline) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        published(given, timeline, FILE)
    return caught.value.problems


def test_without_intro_nothing_moves() -> None:
    """Published time is source time where nothing was inserted; titles, kinds and links stay."""
    given = (Chapter(0, "One"), Chapter(61_234, "Two", kind="disclosure", url="https://example.org/2"))
    assert published(given, PLAIN, FILE) == given


def test_an_intro_shifts_all_but_the_first() -> None:
    """The first chapter starts at 0 and takes in the intro; the others are heard 9.5 s later."""
    assert starts(published(chapters(0, 60_250, 300_000), INTRO, FILE)) == [0, 69_750, 309_500]


def test_a_chapter_for_the_intro_alone() -> None:
    """Two chapters within the first second are apart once the intro stands before the second."""
    assert starts(published(chapters(0, 1, 60_000), INTRO, FILE)) == [0, 9_501, 69_500]


def test_no_chapters() -> None:
    """An episode without chapters has none published."""
    assert published((), INTRO, FILE) == ()


def test_a_start_inside_a_cut_moves_to_the_join() -> None:
    """Source 60-90 s is cut: a chapter written at 70 s starts where the sound goes on."""
    cut = Timeline.assemble(RATE, [(60 * RATE, 0), (100 * RATE, 90 * RATE)])
    assert starts(published(chapters(0, 70_000, 120_000), cut, FILE)) == [0, 60_000, 90_000]


def test_a_chapter_cut_away_is_named() -> None:
    """Where a whole chapter is cut, its title would stand over another's sound."""
    cut = Timeline.assemble(RATE, [(9 * RATE, None), (60 * RATE, 30 * RATE)])
    (problem,) = problems(chapters(0, 30_000), cut)
    assert problem.startswith(f'{FILE}: chapter[2].start: "0:30.000": all of the chapter before it is cut')


def test_sound_before_the_first_chapter_is_an_error() -> None:
    """A first chapter that is moved back to 0 over unnamed speech would be untrue."""
    (problem,) = problems(chapters(300_000, 400_000), INTRO)
    assert problem.startswith(f'{FILE}: chapter[1].start: "5:00.000"')
    assert 'start = "0"' in problem


def test_a_recording_that_was_cut_at_its_start() -> None:
    """The first chapter may stand anywhere before the first kept sound."""
    cut = Timeline.assemble(RATE, [(60 * RATE, 3 * RATE)])
    assert starts(published(chapters(3_000, 30_000), cut, FILE)) == [0, 27_000]


def test_all_problems_are_reported_at_once() -> None:
    """Out of order, two in one second and one beyond the end: each with its number and key."""
    found = problems(chapters(0, 10_100, 10_900, 5_000, 700_000), PLAIN)
    assert [problem.split(":")[1].strip() for problem in found] == [
        "chapter[3].start",
        "chapter[4].start",
        "chapter[5].start",
    ]
    assert "same second (0:10)" in found[0]
    assert "does not come after" in found[1]
    assert "after the end of the recording (10:00.000)" in found[2]


def test_a_chapter_at_the_very_end_is_after_the_end() -> None:
    """A chapter needs sound: the last kept sample is the limit, not the outro."""
    assert "after the end" in problems(chapters(0, 600_000), INTRO)[0]
    assert starts(published(chapters(0, 599_999), INTRO, FILE)) == [0, 609_499]


def test_more_chapters_than_a_table_of_contents_holds() -> None:
    """256 chapters do not fit into the one byte that counts them."""
    assert "256 chapters" in problems(chapters(*range(0, 512_000, 2_000)), PLAIN)[0]
    assert len(published(chapters(*range(0, 510_000, 2_000)), PLAIN, FILE)) == 255


@given(st.lists(st.integers(1, 59), max_size=10, unique=True), st.integers(0, 20), st.lists(st.booleans(), min_size=60))
def test_what_is_published_is_always_playable(later: list[int], intro: int, kept: list[bool]) -> None:
    """Whatever is cut: either an error, or starts from 0 in ascending, different seconds within the programme."""
    parts = [(RATE, second * RATE) for second in range(60) if kept[second]]
    timeline = Timeline.assemble(RATE, [(intro * RATE, None), *parts])
    try:
        mapped = published(chapters(0, *(second * 1000 for second in sorted(later))), timeline, FILE)
    except ConfigError:
        return
    seconds = [start // 1000 for start in starts(mapped)]
    assert seconds[0] == 0
    assert seconds == sorted(set(seconds))
    assert starts(mapped)[-1] < timeline.duration


def test_the_chapters_file() -> None:
    """Version 1.2, seconds with milliseconds, ascending from 0, each chapter ending where the next starts."""
    text = chapters_json((Chapter(0, "Über <b>"), Chapter(9_501, "Two", url="https://example.org/2")), 75_250)
    assert json.loads(text) == {
        "version": "1.2.0",
        "chapters": [
            {"startTime": 0, "endTime": 9.501, "title": "Über <b>"},
            {"startTime": 9.501, "endTime": 75.25, "title": "Two", "url": "https://example.org/2"},
        ],
    }
    assert "Über" in text
    assert text.endswith("}\n")


def test_an_empty_chapters_file() -> None:
    """No chapters is a valid file with an empty list."""
    assert json.loads(chapters_json((), 1000)) == {"version": "1.2.0", "chapters": []}
