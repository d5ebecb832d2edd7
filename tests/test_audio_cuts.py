"""Cuts and inserts: what is cut is gone, what is kept is where the Timeline says, and no join is heard."""

from __future__ import annotations

import itertools
from pathlib import Path

import audio
import numpy as np
import pytest
import soak
from hypothesis import given, settings
from hypothesis import strategies as st
from test_audio_assemble import write_mix

from podcast_pipeline.audio import w64
from podcast_pipeline.audio.assemble import assemble
from podcast_pipeline.audio.encode import encode
from podcast_pipeline.audio.parts import Clip, Region, arranged, kept, placed
from podcast_pipeline.audio.quiet import snap
from podcast_pipeline.errors import AudioError
from podcast_pipeline.model.audio import AudioSettings, Insert, Music
from podcast_pipeline.model.cut import Cut, digest, united
from podcast_pipeline.model.timeline import TIMELINE, Timeline

MONO = AudioSettings(channels=1)
CLOCK = 48


def made(
    folder: Path,
    cuts: tuple[Cut, ...] = (),
    settings: AudioSettings = MONO,
    inserts: tuple[tuple[Insert, Path], ...] = (),
    **sounds: Path,
) -> tuple[audio.Samples, Timeline]:
    """Assemble mix.w64 of `folder` with these cuts; the programme's samples and its Timeline."""
    programme, timeline = folder / "programme.w64", folder / "timeline.json"
    assemble(
        folder / "mix.w64", settings, sounds, programme, timeline, lambda _: None, cuts=united(cuts), inserts=inserts
    )
    return audio.decode(programme, settings.channels), TIMELINE.load(timeline)


def test_lists_become_one() -> None:
    """Lists are united: overlapping cuts become one, an island of less than 150 ms goes with its neighbours."""
    typed = [Cut(5000, 6000), Cut(1000, 2000)]
    marked = [Cut(5500, 7000, "filler"), Cut(2100, 3000), Cut(9000, 9100)]
    assert [(cut.start, cut.end) for cut in united(typed, marked)] == [(1000, 3000), (5000, 7000), (9000, 9100)]
    assert [(cut.start, cut.end) for cut in united([Cut(0, 100)], [Cut(250, 300)])] == [(0, 100), (250, 300)]


def test_exact_edges_stay(tmp_path: Path) -> None:
    """Edges set by ear are taken to the sample; the same edges chosen in passing move to the quiet beside them."""
    sound = audio.sine(6.0, 300, -20)
    sound[round(1.95 * 48000) : round(1.98 * 48000)] = 0
    write_mix(tmp_path / "mix.w64", sound, MONO)
    _, by_ear = made(tmp_path, (Cut(2000, 4000, exact=True),))
    assert [(piece.src, piece.len) for piece in by_ear.pieces] == [(0, 2000 * CLOCK), (4000 * CLOCK, 2000 * CLOCK)]
    _, moved = made(tmp_path, (Cut(2000, 4000),))
    assert 1950 * CLOCK <= moved.pieces[0].len <= 1980 * CLOCK
    both = united([Cut(1000, 2000, exact=True), Cut(1900, 3000)], [Cut(5000, 6000, exact=True)])
    assert [cut.exact for cut in both] == [False, True]


def test_digest_is_of_the_stretches() -> None:
    """Who cut and why is no matter for the sound; where the cut is, is."""
    assert digest([Cut(1, 50, "filler", "alex", "x")]) == digest([Cut(1, 50)]) != digest([Cut(1, 51)])
    assert digest([Cut(1, 50)]) != digest([Cut(1, 50, exact=True)])
    assert digest([]) == ""


def test_hundred_cuts_and_the_beeps_between_them(tmp_path: Path) -> None:
    """After more than 100 cuts, an intro and the encoder, every kept beep is within 20 ms of its mapped time."""
    seconds = 240.0
    sound = audio.noise(seconds, -62)
    rng = np.random.default_rng(7)
    beeps = [0.4 + 0.5 * i for i in range(int(seconds * 2) - 2)]
    beep = audio.sine(0.03, 3000, -14) * np.hanning(1440)
    for at in beeps:
        sound[round(at * 48000) : round(at * 48000) + 1440] += beep
    starts = rng.choice(np.arange(3, int(seconds) - 3, 2), 110, replace=False) + rng.uniform(0, 0.7, 110)
    cuts = tuple(Cut(int(at * 1000), int(at * 1000) + int(rng.integers(60, 1200))) for at in starts)
    assert len(united(cuts)) >= 100
    write_mix(tmp_path / "mix.w64", sound, MONO)
    intro = audio.write_wav(tmp_path / "intro.wav", audio.sine(2.345, 300))
    settings = AudioSettings(channels=1, intro=Music("intro.wav"))
    _, timeline = made(tmp_path, cuts, settings, intro=intro)
    encode(
        tmp_path / "programme.w64",
        settings,
        {"mp3": tmp_path / "e.mp3"},
        tmp_path / "loudness.json",
        tmp_path / "curve.json",
        lambda _: None,
    )
    decoded = audio.decode(tmp_path / "e.mp3", 1)[:, 0]
    assert len(decoded) == timeline.samples
    worst, found = 0.0, 0
    places = [timeline.start_of(round(at * 1000)) for at in beeps]
    for i, at in enumerate(beeps):
        # What is left of a beep that a cut met would be taken for its neighbour.
        if any(abs(places[i] - other) < 120 for other in places[max(0, i - 3) : i] + places[i + 1 : i + 4]):
            continue
        start, end = timeline.to_published(round(at * 1000)), timeline.to_published(round(at * 1000) + 30)
        if start is None or end is None or end - start != 30:
            continue
        window = decoded[start * CLOCK - 2400 : start * CLOCK + 1440 + 2400]
        if len(window) == 6240:
            place = int(np.argmax(np.abs(np.correlate(window, beep, "valid")))) - 2400
            worst, found = max(worst, abs(place) / CLOCK), found + 1
    assert found > 250
    assert worst <= 20
    assert worst <= 1.5, "a join moved what comes after it"


def test_length_is_what_is_kept(tmp_path: Path) -> None:
    """The programme is as long as its kept pieces, to the sample, and away from the joins it is the recording."""
    sound = audio.voice(20.0, level=-20)
    frames = write_mix(tmp_path / "mix.w64", sound, MONO)
    programme, timeline = made(tmp_path, (Cut(0, 700), Cut(4000, 5000), Cut(9000, 9060), Cut(19500, 30000)))
    assert timeline.source == len(frames)
    assert timeline.cuts_sha256 == digest(united([Cut(0, 700), Cut(4000, 5000), Cut(9000, 9060), Cut(19500, 30000)]))
    assert len(programme) == sum(piece.len for piece in timeline.pieces)
    for piece in timeline.pieces:
        assert piece.src is not None
        inside = slice(480, piece.len - 480)
        ours = programme[piece.out : piece.out + piece.len][inside]
        assert np.array_equal(ours, frames[piece.src : piece.src + piece.len][inside].astype(np.float64))
    for one, two in itertools.pairwise(timeline.pieces):
        assert one.src is not None
        assert two.src is not None
        assert two.src > one.src + one.len


@pytest.mark.parametrize("length", [40, 100, 1000])
def test_no_click_and_no_dip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, length: int) -> None:
    """In room tone a join has no jump and keeps its level within 1 dB."""
    # Edges on quiet moments would be quieter of themselves.
    monkeypatch.setattr("podcast_pipeline.audio.parts.snap", lambda _, position: position)
    sound = audio.noise(60.0, -40, seed=3)
    kernel = np.hanning(24)
    sound = np.convolve(sound, kernel / kernel.sum(), "same")
    write_mix(tmp_path / "mix.w64", sound, MONO)
    cuts = tuple(Cut(at, at + length) for at in range(1000, 58000, 1500))
    programme, timeline = made(tmp_path, cuts)
    joins = [piece.out for piece in timeline.pieces[1:]]
    steps = np.abs(np.diff(programme[:, 0]))
    highest = np.abs(np.diff(sound)).max()
    assert max(steps[join - 480 : join + 480].max() for join in joins) <= 1.2 * highest
    near = np.mean([np.mean(programme[join - 240 : join + 240] ** 2) for join in joins])
    beside = np.mean([np.mean(np.r_[programme[j - 1440 : j - 480], programme[j + 480 : j + 1440]] ** 2) for j in joins])
    assert abs(10 * np.log10(near / beside)) < 1.0


def test_edges_go_to_the_pause_beside_them(tmp_path: Path) -> None:
    """A cut that touches the end of a word moves into the pause, at most 60 ms; digital silence moves nothing."""
    sound = audio.noise(3.0, -70)
    sound[: 48 * 1000] += audio.sine(1.0, 300, -12)
    write_mix(tmp_path / "mix.w64", sound, MONO)
    with w64.reading(tmp_path / "mix.w64") as reader:
        moved = snap(reader, 980 * CLOCK)
        assert 1000 <= moved / CLOCK <= 1040
        assert snap(reader, 900 * CLOCK) == pytest.approx(900 * CLOCK, abs=60 * CLOCK)
    write_mix(tmp_path / "mix.w64", np.zeros(96000), MONO)
    with w64.reading(tmp_path / "mix.w64") as reader:
        assert snap(reader, 50000) == 50000


def test_no_edge_passes_a_kept_word(tmp_path: Path) -> None:
    """A short kept word between two pauses stays whole, although the far pause is the quieter one."""
    sound = audio.noise(3.0, -55)
    sound[48 * 1500 :] *= audio.db(-30)
    word = slice(48 * 1450, 48 * 1490)
    sound[word] += audio.sine(0.04, 300, -12) * np.hanning(1920)
    write_mix(tmp_path / "mix.w64", sound, MONO)
    with w64.reading(tmp_path / "mix.w64") as reader:
        assert snap(reader, 48 * 1440) <= 48 * 1450


def test_cut_after_the_end(tmp_path: Path) -> None:
    """A cut that begins after the recording's end is named with its time."""
    write_mix(tmp_path / "mix.w64", audio.voice(5.0), MONO)
    with pytest.raises(AudioError, match=r'cut "0:06\.000" begins after the end of the recording \(0:05\.000\)'):
        made(tmp_path, (Cut(6000, 7000),))


def test_everything_cut(tmp_path: Path) -> None:
    """Cuts that leave nothing are an error, not an empty file."""
    write_mix(tmp_path / "mix.w64", audio.voice(5.0), MONO)
    with pytest.raises(AudioError, match="the cuts leave nothing"):
        made(tmp_path, (Cut(0, 9000),))


def test_insert_in_the_middle_and_in_a_cut(tmp_path: Path) -> None:
    """A stinger and a spoken notice stand where they were asked for, the one in a cut at its join, times move along."""
    sound = audio.noise(30.0, -70) + audio.voice(30.0, ((0.5, 9.0), (11.0, 19.0), (21.0, 29.0)), level=-23)
    frames = write_mix(tmp_path / "mix.w64", sound, MONO)
    stinger = audio.write_wav(tmp_path / "stinger.wav", audio.sine(1.5, 500, -12))
    notice = audio.write_wav(tmp_path / "notice.wav", audio.voice(2.0, ((0.1, 1.9),), level=-35, seed=9))
    put = ((Insert("stinger.wav", 10000), stinger), (Insert("notice.wav", 19700, "disclosure"), notice))
    programme, timeline = made(tmp_path, (Cut(19500, 20500),), inserts=put)
    kinds = [piece.src is None for piece in timeline.pieces]
    assert kinds == [False, True, False, True, False]
    one, two = timeline.pieces[1], timeline.pieces[3]
    assert (one.len, two.len) == (72000, 96000)
    assert one.out == pytest.approx(10 * 48000, abs=60 * CLOCK)
    assert np.argmax(np.abs(np.fft.rfft(programme[one.out : one.out + one.len, 0]))) / 1.5 == pytest.approx(500, abs=2)
    assert timeline.pieces[4].src == pytest.approx(20.5 * 48000, abs=60 * CLOCK)
    assert timeline.to_published(25000) == pytest.approx(25000 + 1500 + 2000 - 1000, abs=121)
    speech = audio.integrated(frames[:, 0].astype(np.float64))
    assert audio.integrated(programme[one.out : one.out + one.len]) == pytest.approx(speech - 2, abs=0.2)
    assert audio.integrated(programme[two.out : two.out + two.len]) == pytest.approx(speech, abs=0.2)


@pytest.mark.parametrize("first", [3.0, 5.0])
def test_music_goes_down_before_the_first_word(tmp_path: Path, first: float) -> None:
    """An intro that overlaps is at its duck level when the first word begins, and back up 1.5 s after a last one."""
    sound = audio.noise(20.0, -90)
    at = round((first - 2.0) * 48000)
    sound[at : at + 48000] += audio.sine(1.0, 3000, -20)
    sound[-96000:] += audio.sine(2.0, 3000, -20)
    write_mix(tmp_path / "mix.w64", sound, MONO)
    intro = audio.write_wav(tmp_path / "intro.wav", audio.sine(12.0, 500, -12))
    settings = AudioSettings(channels=1, intro=Music("intro.wav", overlap=10000, duck_db=-14))
    programme, timeline = made(tmp_path, (), settings, intro=intro)
    assert [(p.out, p.len) for p in timeline.pieces] == [(0, 96000), (96000, 960000)]

    def music(seconds: float) -> float:
        start = round(seconds * 48000)
        piece = programme[start : start + 4800, 0]
        return float(20 * np.log10(np.abs(np.fft.rfft(piece * np.hanning(4800)))[50]))

    full = music(0.5)
    word = at / 48000 + 2.0
    assert music(word - 0.4) == pytest.approx(full, abs=0.3)
    assert music(word + 0.05) == pytest.approx(full - 14, abs=0.5)
    assert music(word + 0.8) == pytest.approx(full - 14, abs=0.5)
    assert music(word + 1.0 + 0.7) == pytest.approx(full - 14 * (1 - 0.75 / 1.5), abs=1.0)
    assert music(word + 1.0 + 1.6) == pytest.approx(full, abs=0.3)


def test_outro_begins_under_the_last_words(tmp_path: Path) -> None:
    """An outro that overlaps starts under the end of the conversation and makes the programme that much shorter."""
    write_mix(tmp_path / "mix.w64", audio.voice(20.0, level=-20), MONO)
    outro = audio.write_wav(tmp_path / "outro.wav", audio.sine(6.0, 500, -12))
    settings = AudioSettings(channels=1, outro=Music("outro.wav", overlap=4000, fade_out=1000))
    programme, timeline = made(tmp_path, (), settings, outro=outro)
    assert timeline.duration == 22000
    assert len(programme) == 22 * 48000


@pytest.mark.parametrize(("overlap", "words"), [(7000, "own length"), (6000, "conversation lasts")])
def test_overlap_that_cannot_be(tmp_path: Path, overlap: int, words: str) -> None:
    """An overlap longer than the sound or than the conversation is refused."""
    write_mix(tmp_path / "mix.w64", audio.voice(5.0, level=-20), MONO)
    intro = audio.write_wav(tmp_path / "intro.wav", audio.sine(6.0, 500, -12))
    settings = AudioSettings(channels=1, intro=Music("intro.wav", overlap=overlap))
    with pytest.raises(AudioError, match=words):
        made(tmp_path, (), settings, intro=intro)


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty seconds of speech-like sound as the stage mix leaves it."""
    path = tmp_path_factory.mktemp("recording") / "mix.w64"
    write_mix(path, audio.voice(20.0, level=-20) + audio.noise(20.0, -60), MONO)
    return path


@given(
    st.lists(st.tuples(st.integers(0, 19_900), st.integers(40, 3000)), max_size=12),
    st.lists(st.tuples(st.integers(0, 21_000), st.integers(1, 20)), max_size=4),
)
@settings(max_examples=soak.examples(25, 600))
def test_any_cuts_and_inserts_fit_together(
    recording: Path, cuts: list[tuple[int, int]], inserts: list[tuple[int, int]]
) -> None:
    """Whatever is cut and put in: pieces keep their order, nothing is heard twice, crossfades come from the cuts."""
    listed = united(Cut(start, start + length) for start, length in cuts)
    with w64.reading(recording) as reader:
        try:
            pieces = kept(reader, listed, recording)
        except AudioError:
            assert sum(cut.end - cut.start for cut in listed) > 19_000
            return
        sounds = [(at * CLOCK, Clip(np.zeros((size * 4800, 1), np.float32))) for at, size in sorted(set(inserts))]
        order = arranged(reader, pieces, sounds, None, None)
        items, timeline = placed(reader, order, listed, recording)
    stretches = [item.part for item in items if isinstance(item.part, Region)]
    assert sum(one.end - one.start for one in stretches) == sum(end - start for start, end in pieces)
    assert timeline.samples == sum(end - start for start, end in pieces) + sum(len(s.samples) for _, s in sounds)
    for one, two in itertools.pairwise(stretches):
        assert one.end <= two.start
        assert one.after == two.before <= two.start - one.end
    for one in stretches:
        assert max(one.before, one.rise) + max(one.after, one.fall) <= one.end - one.start
    for ms in range(0, 20_000, 333):
        published = timeline.to_published(ms)
        if published is not None:
            assert abs((timeline.to_source(published) or 0) - ms) <= 1
