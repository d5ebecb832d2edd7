"""Finding speech and cutting it into blocks."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import audio
import needs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast_pipeline import ffmpeg
from podcast_pipeline.errors import AudioError, PodcastError
from podcast_pipeline.sound.track import Sound
from podcast_pipeline.transcribe import blocks, pcm, speech
from podcast_pipeline.transcribe.engine import RATE
from podcast_pipeline.transcribe.recognise import quietest
from podcast_pipeline.transcribe.speech import FRAME, SpeechSegment

SAMPLE = Path(__file__).parents[1] / "episodes" / "bmj-statement-demo" / "raw"


def samples(path: Path) -> np.ndarray:
    return np.concatenate(list(ffmpeg.samples(path, RATE)))


@given(st.integers(1, 40 * 60 * RATE))
def test_windows_give_each_frame_one_probability(length: int) -> None:
    """Whatever the length, the frames that the windows keep are all frames of the track, once each, in order."""
    kept: list[int] = []
    for window in speech.windows(length):
        assert 0 <= window.start < window.end <= length
        assert window.end - window.start <= speech.WINDOW * FRAME
        kept += range(window.start // FRAME + window.warm, -(-window.end // FRAME))
    assert kept == list(range(-(-length // FRAME)))


@pytest.mark.parametrize("seconds", [30, 55])
def test_stretches_agree_with_the_library(seconds: int) -> None:
    """Within one window, speech is where faster-whisper's own function finds it with the same settings."""
    needs.module("faster_whisper")
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    sound = samples(SAMPLE / "guest.flac")[: seconds * RATE]
    theirs = get_speech_timestamps(sound, VadOptions(min_silence_duration_ms=500, speech_pad_ms=200))
    ours = speech.stretches(speech.probabilities(sound, 0), len(sound))
    assert len(ours) >= 2
    for mine, other in zip(ours[:-1], theirs[:-1], strict=True):
        assert mine == (other["start"], other["end"])
    assert ours[-1].start == theirs[-1]["start"]
    assert ours[-1].end <= theirs[-1]["end"]  # ours stops where the last half second is quiet


def test_windows_do_not_move_speech() -> None:
    """Speech found in windows is the speech found in the whole track, within two frames."""
    sound = samples(SAMPLE / "guest.flac")
    whole = speech.stretches(speech.probabilities(sound, 0), len(sound))
    parts: list[float] = []
    for window in speech.windows(len(sound)):
        parts += speech.probabilities(sound[window.start : window.end], window.warm)
    cut = speech.stretches(parts, len(sound))
    assert len(speech.windows(len(sound))) == 2
    assert len(cut) == len(whole)
    for one, two in zip(cut, whole, strict=True):
        assert abs(one.start - two.start) <= 2 * FRAME
        assert abs(one.end - two.end) <= 2 * FRAME


@pytest.mark.parametrize("level", [-100.0, -50.0, -30.0])
def test_noise_is_no_speech(level: float) -> None:
    """Digital silence, quiet noise and loud noise hold no speech: nothing of them is ever recognised."""
    sound = audio.noise(20, level, rate=RATE).astype(np.float32)
    assert speech.stretches(speech.probabilities(sound, 0), len(sound)) == ()


@given(st.lists(st.floats(0, 1), max_size=400))
def test_stretches_are_apart_and_inside(chances: list[float]) -> None:
    """Stretches never touch, lie in the track, and hold every frame that is surely speech."""
    length = max(1, len(chances) * FRAME - 100)
    found = speech.stretches(chances, length)
    assert all(0 <= s.start < s.end <= length for s in found)
    assert all(a.end < b.start for a, b in itertools.pairwise(found))
    for frame, chance in enumerate(chances):
        if chance >= 0.5:
            assert any(s.start <= frame * FRAME < s.end for s in found)


@st.composite
def spoken(draw: st.DrawFn) -> list[SpeechSegment]:
    """Speech of up to two hours: stretches of 0.2 to 400 s, at least 0.1 s apart."""
    at, found = draw(st.integers(0, 10 * RATE)), []
    for length, gap in draw(
        st.lists(st.tuples(st.integers(3200, 400 * RATE), st.integers(1600, 30 * RATE)), min_size=1, max_size=30)
    ):
        found.append(SpeechSegment(at, at + length))
        at += length + gap
    return found


@given(spoken())
def test_blocks_hold_all_speech_once(stretches: list[SpeechSegment]) -> None:
    """Every sample of speech is in exactly one block; no block holds more than 300 s of speech."""
    planned = blocks.plan(stretches, lambda start, end: (start + end) // 2)
    pieces = [piece for block in planned for piece in block.pieces]
    assert all(one.end <= two.start for one, two in itertools.pairwise(pieces))
    covered = sum(max(0, min(s.end, p.end) - max(s.start, p.start)) for s in stretches for p in pieces)
    assert covered == sum(s.end - s.start for s in stretches)
    for block in planned:
        inside = sum(max(0, min(s.end, p.end) - max(s.start, p.start)) for s in stretches for p in block.pieces)
        assert inside <= blocks.LIMIT
        assert all(b.start - a.end > blocks.LONG_SILENCE for a, b in itertools.pairwise(block.pieces))


@given(spoken(), st.data())
def test_times_of_a_block_lead_back(stretches: list[SpeechSegment], data: st.DataObject) -> None:
    """A word inside one stretch of speech gets the very times it has in the track (within the rounding of 1 ms)."""
    planned = blocks.plan(stretches, lambda start, end: (start + end) // 2)
    block = data.draw(st.sampled_from(planned))
    place = data.draw(st.integers(0, len(block.pieces) - 1))
    piece = block.pieces[place]
    first = data.draw(st.integers(piece.start, piece.end - 2 * 16))
    last = data.draw(st.integers(first + 16, piece.end - 16))
    before = sum(p.end - p.start + blocks.SHORT_SILENCE for p in block.pieces[:place]) - piece.start
    start, end = (block.to_track((before + sample) * 1000 // RATE) for sample in (first, last))
    assert abs(start - first * 1000 // RATE) <= 2
    assert abs(end - last * 1000 // RATE) <= 2


def test_long_silences_are_shortened() -> None:
    """Of a silence of 45 s half a second is sent, of one of 1.5 s all; times after it lead back beyond it."""
    planned = blocks.plan([SpeechSegment(0, 5 * RATE), SpeechSegment(50 * RATE, 55 * RATE)], lambda start, _: start)
    assert [block.samples for block in planned] == [10 * RATE + RATE // 2]
    assert [planned[0].to_track(ms) for ms in (4000, 5200, 5300, 5600, 10_400, 99_999)] == [
        4000,
        5000,
        50_000,
        50_100,
        54_900,
        55_000,
    ]
    kept = blocks.plan([SpeechSegment(0, 5 * RATE), SpeechSegment(RATE * 13 // 2, 10 * RATE)], lambda start, _: start)
    assert [block.samples for block in kept] == [10 * RATE]


def test_a_word_never_spans_a_silence() -> None:
    """A word that the recogniser stretches over a silence goes to the side where more of it lies."""
    spoken = (SpeechSegment(0, 5000), SpeechSegment(50_000, 55_000))
    assert speech.fit(4000, 50_100, spoken) == (4000, 5000)
    assert speech.fit(4900, 51_000, spoken) == (50_000, 51_000)
    assert speech.fit(4000, 4400, spoken) == (4000, 4400)
    assert speech.fit(5600, 6000, spoken) == (5600, 6000)


def test_a_block_ends_at_the_longest_silence() -> None:
    """Between 90 and 150 s of speech the longest silence is the border, whatever comes first."""
    stretches, at = [], 0
    for gap in (1, 9, 1, 1, 3, *[1] * 10):  # after 30, 60, 90 ... s of speech
        stretches.append(SpeechSegment(at * RATE, (at + 30) * RATE))
        at += 30 + gap
    planned = blocks.plan(stretches, lambda start, _: start)
    assert planned[0].end == stretches[4].end
    assert not any(block.forced for block in planned)


@given(st.lists(st.integers(2, 20), min_size=150, max_size=250))
def test_blocks_keep_two_workers_busy(seconds: list[int]) -> None:
    """Done longest first, five minutes of speech or more with pauses end within a minute of the half, for both."""
    stretches, at = [], 0
    for length in seconds:
        stretches.append(SpeechSegment(at * RATE, (at + length) * RATE))
        at += length + 1
    ends = [0.0, 0.0]
    for block in sorted(blocks.plan(stretches, lambda start, _: start), key=lambda one: -one.samples):
        ends[ends.index(min(ends))] += block.samples / RATE
    assert max(ends) - sum(ends) / 2 <= 60


def test_speech_without_a_pause_is_cut_where_it_is_quiet(tmp_path: Path) -> None:
    """Ten minutes without a pause are cut before 300 s, in the quietest 100 ms of the last half minute, and said so."""
    sound = audio.noise(330, -20, rate=RATE)
    sound[round(285.3 * RATE) : round(285.5 * RATE)] *= 0.01
    whole = pcm.decode(audio.write_wav(tmp_path / "a.wav", sound, RATE), tmp_path / "a.pcm")
    planned = blocks.plan([SpeechSegment(0, whole.samples)], lambda start, end: quietest(whole, start, end))
    assert [block.forced for block in planned] == [True, False]
    assert 285.3 <= planned[0].end / RATE <= 285.5
    assert planned[1].start == planned[0].end


def test_one_side_of_a_recording(tmp_path: Path) -> None:
    """Of a stereo recording with a voice on each side, the side that is asked for is decoded alone."""
    sides = (audio.sine(2.0, 440, -6, RATE), audio.sine(2.0, 700, -12, RATE))
    path = audio.write_wav(tmp_path / "a.wav", np.stack(sides, axis=1), RATE)
    for name, side in zip(("left", "right"), sides, strict=True):
        sound = pcm.decode(path, tmp_path / f"{name}.pcm", Sound(name))
        assert np.max(np.abs(sound.read(0, 2 * RATE) - side)) <= 2 / 32768


def test_a_decoded_track_is_read_in_parts(tmp_path: Path) -> None:
    """Any part of a decoded track is what FFmpeg gives for the whole, to a 16-bit step, and clamped to the track."""
    path = audio.write_wav(tmp_path / "a.wav", audio.sine(2.0, 440, -6, RATE), RATE)
    whole = pcm.decode(path, tmp_path / "a.pcm")
    assert (whole.samples, whole.duration) == (2 * RATE, 2000)
    part = whole.read(RATE - 5, RATE + 500)
    assert np.max(np.abs(part - samples(path)[RATE - 5 : RATE + 500])) <= 1 / 32768
    assert len(whole.read(-100, 50)) == 50
    assert len(whole.read(3 * RATE, 4 * RATE)) == 0


def test_a_file_without_samples_is_named(tmp_path: Path) -> None:
    """A recording that decodes to nothing is an AudioError with its name."""
    path = audio.write_wav(tmp_path / "nothing.wav", np.zeros(0), RATE)
    with pytest.raises(AudioError, match=r"nothing\.wav"):
        pcm.decode(path, tmp_path / "a.pcm")


def _children() -> set[str]:
    """The processes that this one started and that still run; servers of other tests are among them."""
    listed = Path(f"/proc/self/task/{os.getpid()}/children")
    return set(listed.read_text().split()) if listed.exists() else set()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_full_disk_is_said_and_leaves_no_ffmpeg(tmp_path: Path) -> None:
    """Where the decoded samples find no room, the message says so with the amount, and FFmpeg is not left waiting."""
    path = audio.write_wav(tmp_path / "long.wav", audio.noise(120, -20, rate=RATE), RATE)
    before = _children()
    with pytest.raises(PodcastError, match=r"no room to decode long\.wav: No space left") as caught:
        pcm.decode(path, Path("/dev/full"))
    assert caught.value.hint is not None
    assert _children() <= before
