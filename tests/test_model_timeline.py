"""The map between source time and published time."""

from __future__ import annotations

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from podcast_pipeline import codec
from podcast_pipeline.model.timeline import Timeline

RATES = st.sampled_from([8000, 16000, 22050, 44100, 48000, 96000])


@st.composite
def cut_recordings(draw: st.DrawFn) -> tuple[Timeline, int]:
    """A timeline of kept pieces (2 ms or longer) with cuts and inserted sounds, and the source's length in ms."""
    rate = draw(RATES)
    shortest = rate // 500 + 1
    parts: list[tuple[int, int | None]] = []
    source = draw(st.integers(0, 3 * rate))
    for _ in range(draw(st.integers(1, 6))):
        if draw(st.booleans()):
            parts.append((draw(st.integers(0, 2 * rate)), None))
        length = draw(st.integers(shortest, 5 * rate))
        parts.append((length, source))
        source += length + draw(st.sampled_from([0, 1, rate // 20, rate * 3]))
    if draw(st.booleans()):
        parts.append((draw(st.integers(1, 2 * rate)), None))
    return Timeline.assemble(rate, parts), source * 1000 // rate + 1


@st.composite
def moments(draw: st.DrawFn) -> tuple[Timeline, int]:
    """A timeline and a source time in it, often right at a join."""
    timeline, end = draw(cut_recordings())
    borders = [
        (1000 * edge) // timeline.rate + near
        for p in timeline.pieces
        if p.src is not None
        for edge in (p.src, p.src + p.len)
        for near in (-1, 0, 1)
    ]
    at = draw(st.one_of(st.integers(0, end), st.sampled_from([max(0, border) for border in borders])))
    return timeline, at


@given(moments())
def test_there_and_back_is_the_same_time(moment: tuple[Timeline, int]) -> None:
    """A kept source time, mapped to published time and back, is itself within 1 ms, at joins too."""
    timeline, at = moment
    published = timeline.to_published(at)
    if published is not None:
        back = timeline.to_source(published)
        assert back is not None
        assert abs(back - at) <= 1


@given(cut_recordings(), st.integers(0, 60_000))
def test_back_and_there_is_the_same_time(recording: tuple[Timeline, int], at: int) -> None:
    """A published time that plays source material, mapped back and forth, is itself within 1 ms."""
    timeline, _ = recording
    at = at % (timeline.duration + 1)
    source = timeline.to_source(at)
    if source is not None:
        published = timeline.to_published(source)
        assert published is not None
        assert abs(published - at) <= 1


@given(cut_recordings(), st.lists(st.integers(0, 60_000), min_size=2))
def test_order_is_kept(recording: tuple[Timeline, int], times: list[int]) -> None:
    """What is later in the source is never earlier in the programme, whether mapped or clamped."""
    timeline, end = recording
    ordered = sorted(at % (end + 1) for at in times)
    starts = [timeline.start_of(at) for at in ordered]
    ends = [timeline.end_of(at) for at in ordered]
    kept = [published for at in ordered if (published := timeline.to_published(at)) is not None]
    assert starts == sorted(starts)
    assert ends == sorted(ends)
    assert kept == sorted(kept)


@given(moments())
def test_clamped_times_lie_on_speech(moment: tuple[Timeline, int]) -> None:
    """start_of and end_of stay between the first and the last kept sample; for a kept time they are that time."""
    timeline, at = moment
    speech = [p for p in timeline.pieces if p.src is not None]
    first, last = 1000 * speech[0].out / timeline.rate, 1000 * (speech[-1].out + speech[-1].len) / timeline.rate
    for clamped in (timeline.start_of(at), timeline.end_of(at)):
        assert first - 0.5 <= clamped <= last + 0.5
    published = timeline.to_published(at)
    if published is not None:
        assert timeline.start_of(at) == published
        assert abs(timeline.end_of(at) - published) <= 1


@given(moments())
def test_a_cut_is_shut_at_its_join(moment: tuple[Timeline, int]) -> None:
    """Nothing is heard of a cut time: what starts in the cut starts where what ends in it ends, or after an insert."""
    timeline, at = moment
    if timeline.to_published(at) is None:
        start, end = timeline.start_of(at), timeline.end_of(at)
        later = any(p.src is not None and p.src * 1000 >= at * timeline.rate for p in timeline.pieces)
        earlier = any(p.src is not None and p.src * 1000 <= at * timeline.rate for p in timeline.pieces)
        if later and earlier:
            inserted = sum(
                p.len for p in timeline.pieces if p.src is None and 1000 * p.out / timeline.rate >= end - 1
                and 1000 * (p.out + p.len) / timeline.rate <= start + 1
            )  # fmt: skip
            assert abs(start - end - 1000 * inserted / timeline.rate) <= 1


@given(RATES, st.integers(1, 10_000_000), st.integers(0, 60_000))
def test_no_cut_is_the_same_time_after_the_intro(rate: int, length: int, intro: int) -> None:
    """Without cuts published time is source time plus the intro, to the rounding of 1 ms."""
    before = intro * rate // 1000
    timeline = Timeline.assemble(rate, [(before, None), (length, 0)])
    for at in (0, length * 500 // rate, max(0, length * 1000 // rate - 1)):
        published = timeline.to_published(at)
        assert published is not None
        assert abs(published - at - 1000 * before / rate) <= 1


@given(cut_recordings())
def test_length_and_file_form(recording: tuple[Timeline, int]) -> None:
    """The samples are those of all pieces, the duration is theirs in ms, and the JSON form reads back equal."""
    timeline, _ = recording
    assert timeline.samples == sum(piece.len for piece in timeline.pieces)
    assert abs(timeline.duration - 1000 * timeline.samples / timeline.rate) <= 0.5
    assert codec.decode(Timeline, codec.encode(timeline)) == timeline


def test_worked_example_with_an_intro_and_two_cuts() -> None:
    """Three seconds of intro, source 1-2 s and 5-6 s cut out of 8 s: every kind of time has its known place."""
    second = 44100
    timeline = Timeline.assemble(
        second, [(3 * second, None), (second, 0), (3 * second, 2 * second), (2 * second, 6 * second), (0, None)]
    )
    assert [timeline.to_published(at) for at in (0, 999, 1000, 1999, 2000, 4999, 5500, 6000, 7999, 8000)] == [
        3000, 3999, None, None, 4000, 6999, None, 7000, 8999, None,
    ]  # fmt: skip
    assert [timeline.start_of(at) for at in (1500, 5500, 9000)] == [4000, 7000, 9000]
    assert [timeline.end_of(at) for at in (1500, 5500, 9000)] == [4000, 7000, 9000]
    assert [timeline.to_source(at) for at in (0, 2999, 3000, 4000, 7000, 8999, 9000)] == [
        None, None, 0, 2000, 6000, 7999, None,
    ]  # fmt: skip
    assert timeline.duration == 9000


def test_join_between_milliseconds() -> None:
    """A kept time right before a join that falls between two ms stays on its side of the cut."""
    # 30 samples of intro; the kept 2.99 ms end at 3.67 ms of the programme; 10 s are cut there.
    timeline = Timeline.assemble(44100, [(30, None), (132, 0), (44100, 441132)])
    published = timeline.to_published(2)
    assert published is not None
    assert timeline.to_source(published) in (1, 2, 3)
    second = Timeline.assemble(44100, [(40, None), (92, 0), (44100, 441092)])
    published = second.to_published(2)
    assert published is not None
    assert second.to_source(published) in (1, 2, 3)


@given(cut_recordings(), st.integers(0, 96_000))
def test_the_end_of_the_recording_is_one_moment(recording: tuple[Timeline, int], gone: int) -> None:
    """The first ms behind it, what was cut at its end included: as chapters asked, to the sample, and as claims,
    captions and messages did, but for a part of a ms."""
    timeline, _ = recording
    last = max((p.src + p.len for p in timeline.pieces if p.src is not None), default=0)
    for source in (0, last + gone):
        timeline = dataclasses.replace(timeline, source=source)
        samples = source or last
        for ms in range(timeline.end - 2, timeline.end + 2):
            assert (ms >= timeline.end) == (ms * timeline.rate >= samples * 1000)
        assert timeline.end - samples * 1000 // timeline.rate in (0, 1)
    whole = Timeline.assemble(timeline.rate, [(last + gone, 0)])
    assert whole.to_published(whole.end) is None
    assert last + gone == 0 or whole.to_published(whole.end - 1) is not None
