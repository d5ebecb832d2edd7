"""Time that is missing in a recording is silence at its place, for every reader; and an episode keeps its clock."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable
from pathlib import Path

import audio
import av
import numpy as np
import pytest
import soak
from hypothesis import given, settings
from hypothesis import strategies as st
from shows import ShowDir, record
from test_sound_track import heard

from podcast_pipeline import ffmpeg, sha256
from podcast_pipeline.audio import preflight as reports
from podcast_pipeline.audio.preflight import Preflight, preflight
from podcast_pipeline.errors import AudioError
from podcast_pipeline.model.audio import Track
from podcast_pipeline.sound import decode, stamps
from podcast_pipeline.sound.track import Gap, Sound
from podcast_pipeline.transcribe.engine import RATE

pytest_plugins = ["shows"]

Moved = Callable[[float], float | None]
"""For the time of a packet (s) its new one; None: it is not sent."""


def remuxed(source: Path, target: Path, moved: Moved) -> Path:
    """The packets of `source` in `target` at other times, or not at all; not decoded."""
    with av.open(str(source)) as before, av.open(str(target), "w") as after:
        stream = before.streams.audio[0]
        copy = after.add_stream_from_template(stream)
        for packet in before.demux(stream):
            if packet.pts is None or packet.time_base is None:
                continue
            now = moved(float(packet.pts * packet.time_base))
            if now is not None:
                packet.pts = packet.dts = round(now / packet.time_base)
                packet.stream = copy
                after.mux(packet)
    return target


def without(*spans: tuple[float, float]) -> Moved:
    return lambda time: None if any(start <= time < end for start, end in spans) else time


def marked(seconds: float, rate: int = audio.RATE) -> audio.Samples:
    """A voice with three bursts of noise, each unlike the others: at a second, in the middle, at the end."""
    sound = audio.voice(seconds, level=-26, rate=rate)
    for number, at in enumerate(places(seconds)):
        first = round(at * rate)
        sound[first : first + rate // 2] += burst(number, rate)
    return sound


def places(seconds: float) -> tuple[float, float, float]:
    return 1.0, seconds / 2 + 2, seconds - 2.0


def burst(number: int, rate: int) -> audio.Samples:
    """Half a second of noise below 3 kHz: every codec and every reader has it."""
    spectrum = np.fft.rfft(np.random.default_rng(100 + number).standard_normal(audio.RATE // 2))
    spectrum[1500:] = 0
    return np.asarray(np.fft.irfft(spectrum, rate // 2) if rate == audio.RATE else _resampled(spectrum, rate)) * 0.3


def _resampled(spectrum: np.ndarray, rate: int) -> np.ndarray:
    return np.fft.irfft(spectrum[: rate // 4 + 1], rate // 2) * rate / audio.RATE


def off(sound: np.ndarray, rate: int, number: int, at: float) -> float:
    """By how many ms the burst `number` is later than `at` s; looked for within two seconds."""
    first = max(0, round((at - 2) * rate))
    part = np.asarray(sound[first : first + 4 * rate + rate // 2], np.float64)
    pattern, size = burst(number, rate), 1 << len(part).bit_length()
    correlation = np.fft.irfft(np.fft.rfft(part - part.mean(), size) * np.conj(np.fft.rfft(pattern, size)), size)
    return (first + int(np.argmax(correlation[: len(part) - len(pattern) + 1])) - at * rate) * 1000 / rate


CONTAINERS = {
    "host.webm": ("-c:a", "libopus", "-b:a", "96k"),
    "host.mkv": ("-c:a", "aac", "-b:a", "128k"),
    "host.mka": ("-c:a", "pcm_s16le"),
    "host.mp4": ("-c:a", "aac", "-b:a", "128k"),
    "host.m4a": ("-c:a", "alac"),
    "host.ogg": ("-c:a", "libopus", "-b:a", "96k"),
}


def lossy(folder: Path, name: str, moved: Moved, seconds: float = 20.0) -> Path:
    """The marked sound in a container of this name, with packets moved or lost."""
    plain = audio.write_wav(folder / "plain.wav", marked(seconds))
    whole = audio.convert(plain, folder / f"whole-{name}", *CONTAINERS[name])
    return remuxed(whole, folder / name, moved)


@pytest.mark.parametrize("name", list(CONTAINERS))
def test_missing_packets_are_silence_at_their_place_in_every_reader(tmp_path: Path, name: str) -> None:
    """0.9 s are lost in the middle: what follows keeps its time in preflight, mix, review sound and recogniser.

    One voice was 0.9 s early from there on, and nothing said so.
    """
    seconds = 12.0
    lossy(tmp_path, name, without((5.0, 5.9)), seconds)
    found = heard(tmp_path, name)
    # Ogg has the time of a page, not of a packet: the place is known to a second, what follows to the sample.
    coarse = 1000 if name.endswith("ogg") else 90
    (track,) = found.told.tracks
    assert track.heard.duration == pytest.approx(seconds * 1000, abs=30)
    assert track.stamps.missing == pytest.approx(0.9 * track.source.rate, abs=0.1 * track.source.rate)
    (finding,) = [one for one in found.told.findings if one.code == "AUD16"]
    assert finding.severity == "E", "more than 5 % are missing in speech"
    assert finding.time == pytest.approx(5000, abs=coarse)
    assert "0.9" in finding.sentence
    assert "in 1 place" in finding.sentence
    readers = ((found.mono[:, 0], 48000), (found.review[:, 0], 24000), (found.recogniser[0], RATE))
    for sound, rate in readers:
        assert len(sound) == pytest.approx(seconds * rate, abs=0.03 * rate)
        for number, at in enumerate(places(seconds)):
            assert abs(off(sound, rate, number, at)) <= 1, f"burst {number} at {rate} Hz"
    if coarse < 100:
        assert not np.any(found.mono[round(5.1 * 48000) : round(5.8 * 48000)])
        assert found.levels[0][round(5.1 * 50) : round(5.8 * 50)].max() < -110
    assert len(found.levels[0]) == pytest.approx(seconds * 50, abs=3)


@pytest.mark.parametrize("name", ["host.webm", "host.mkv", "host.mp4"])
def test_a_late_start_is_kept(tmp_path: Path, name: str) -> None:
    """What begins at 3 s begins there: it was put at 0, or the file was called cut off."""
    lossy(tmp_path, name, lambda time: time + 3.0, 12.0)
    found = heard(tmp_path, name)
    for sound, rate in ((found.mono[:, 0], 48000), (found.recogniser[0], RATE)):
        assert not np.any(sound[: round(2.9 * rate)])
        assert abs(off(sound, rate, 0, 4.0)) <= 1
        assert abs(off(sound, rate, 2, 13.0)) <= 1
    (finding,) = [one for one in found.told.findings if one.code == "AUD16"]
    assert "by its time stamps it begins at " in finding.sentence
    assert found.told.tracks[0].heard.silence.leading >= 2900


def test_pauses_that_were_not_sent_do_not_add_up(tmp_path: Path) -> None:
    """DTX: 40 pauses of 0.2 s, and the last word stands where it was said; the file is not called cut off."""
    gaps = [(at, at + 0.2) for at in np.arange(1.7, 33.0, 0.8)]
    lossy(tmp_path, "host.webm", without(*gaps), 36.0)
    found = heard(tmp_path, "host.webm")
    assert len(found.told.tracks[0].stamps.gaps) == len(gaps)
    assert abs(off(found.mono[:, 0], 48000, 2, 34.0)) <= 1
    assert abs(off(found.recogniser[0], RATE, 2, 34.0)) <= 1
    (finding,) = [one for one in found.told.findings if one.code == "AUD16"]
    assert f"in {len(gaps)} places" in finding.sentence
    assert [one.code for one in found.told.findings if one.code == "AUD09"] == [], "they are no dropouts besides"


def test_one_microphone_with_a_gap_is_in_time_with_the_other(tmp_path: Path) -> None:
    """The bleed of one voice in the other microphone has one delay, before and behind the gap: no clock drifts."""
    host = audio.voice(40.0, tuple((at, at + 4.5) for at in range(0, 40, 10)), level=-20)
    guest = audio.voice(40.0, tuple((at, at + 4.5) for at in range(5, 40, 10)), pitch=200, level=-20, seed=4)
    echo = np.roll(host, 480) * audio.db(-18)
    audio.write_wav(tmp_path / "guest.wav", guest + echo + audio.noise(40.0, -70))
    plain = audio.write_wav(tmp_path / "plain.wav", host + audio.noise(40.0, -70, 2))
    whole = audio.convert(plain, tmp_path / "whole.webm", *CONTAINERS["host.webm"])
    remuxed(whole, tmp_path / "host.webm", without((16.0, 16.9)))
    told = heard(tmp_path, "guest.wav", "host.webm").told
    (bleed,) = [one for one in told.bleed if one.source == "raw/host.webm"]
    assert bleed.delay == pytest.approx(10.0, abs=0.8)
    assert bleed.drift == 0


def check(path: Path, clock: str = "stamps") -> Preflight:
    track = Track(f"raw/{path.name}", "alex")
    place = path.with_name("preflight.json")
    preflight([(track, path)], place, path.with_name("levels.dat"), lambda _: None, {track.name: clock})
    return reports.PREFLIGHT.load(place)


ORDINARY = {
    "a.wav": (),
    "a.flac": (),
    "a.mp3": (),
    "a.m4a": (),
    "b.m4a": ("-c:a", "alac"),
    "a.mp4": ("-c:a", "aac", "-movflags", "frag_keyframe+empty_moov"),
    "a.mka": ("-c:a", "libvorbis"),
    "a.mkv": ("-c:a", "aac"),
    "b.mkv": ("-c:a", "flac"),
    "a.webm": ("-c:a", "libopus"),
    "b.webm": ("-c:a", "libopus", "-frame_duration", "2.5"),
    "c.webm": ("-c:a", "libopus", "-frame_duration", "60"),
    "a.opus": ("-c:a", "libopus"),
    "a.ogg": ("-c:a", "libvorbis"),
    "a.mov": ("-c:a", "pcm_s16le"),
}


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """For each rate a folder with a voice in all those files, written by one FFmpeg."""
    folders = {}
    for rate in (44100, 48000):
        folders[rate] = tmp_path_factory.mktemp("ordinary")
        plain = audio.write_wav(folders[rate] / "plain.wav", audio.voice(4.0, rate=rate), rate)
        outputs = [word for name, codec in ORDINARY.items() for word in (*codec, str(folders[rate] / name))]
        audio.convert(plain, Path(outputs[-1]), *outputs[:-1])
    return folders


AT_48000 = soak.examples(["a.mka", "a.mkv", "a.mp4"], list(ORDINARY))
"""Opus has this rate whatever it is made of."""


@pytest.mark.parametrize(
    ("name", "rate"), [*((name, 44100) for name in ORDINARY), *((name, 48000) for name in AT_48000)]
)
def test_in_an_ordinary_file_nothing_is_missing(ordinary: dict[int, Path], name: str, rate: int) -> None:
    """Every sample is where it was, with its encoder's delay taken off as ever; preflight.json says nothing of time."""
    path = ordinary[rate] / name
    (track,) = check(path).tracks
    assert track.stamps == stamps.Stamps()
    (written,) = json.loads(path.with_name("preflight.json").read_text())["tracks"]
    assert not {"stamps", "clock"} & written.keys()
    made = np.concatenate(list(decode.samples(path, track.sound, RATE)))
    assert np.array_equal(made, np.concatenate(list(ffmpeg.samples(path, RATE))))


@pytest.mark.parametrize("suffix", ["webm", "opus"])
def test_stamps_that_go_back_lose_nothing(tmp_path: Path, suffix: str) -> None:
    """Two recordings in one file, whose stamps begin anew, are kept one after the other, and it is said."""
    plain = audio.write_wav(tmp_path / "plain.wav", marked(8.0))
    whole = audio.convert(plain, tmp_path / f"whole.{suffix}", "-c:a", "libopus").read_bytes()
    (path := tmp_path / f"host.{suffix}").write_bytes(whole + whole)
    found = heard(tmp_path, path.name)
    assert found.told.tracks[0].stamps.gaps == ()
    assert found.told.tracks[0].heard.duration == pytest.approx(16000, abs=30)
    for at in (6.0, 14.0):
        assert abs(off(found.mono[:, 0], 48000, 2, at)) <= 10
    (finding,) = [one for one in found.told.findings if one.code == "AUD16"]
    assert "go back" in finding.sentence


def test_no_stamp_makes_a_recording_of_days(tmp_path: Path) -> None:
    """A single stamp of two days later is refused by name, before anything is filled."""
    path = lossy(tmp_path, "host.webm", lambda time: time if time < 10 else time + 48 * 3600)
    with pytest.raises(AudioError, match=r"host\.webm: longer than 12 hours by its time stamps"):
        check(path)


def test_filling_holds_no_gap_in_memory(tmp_path: Path) -> None:
    """Silence of an hour comes in blocks of the size that was asked for, all full but the last."""
    path = audio.write_wav(tmp_path / "a.wav", audio.voice(2.0, rate=8000), 8000)
    sound = Sound(gaps=(Gap(4000, 3600 * 8000), Gap(12000, 100)), per_second=8000)
    sizes = [len(block) for block in decode.samples(path, sound, 8000, block=5000)]
    assert sum(sizes) == 3602 * 8000 + 100
    assert set(sizes[:-1]) == {5000}


Frames = list[tuple[int, int]]


def spoken(
    lengths: list[int], lost: list[int], unit: int, wander: list[int], ppm: int, late: int
) -> tuple[Frames, int]:
    """Frames of these lengths with so many samples lost before each, stamps rounded and wandering; all that is lost."""
    time, frames = late, []
    for length, gap, shift in zip(lengths, lost, itertools.cycle(wander), strict=False):
        time += gap
        stamp = round(time * (1 + ppm / 1e6)) + shift
        frames.append((stamp // unit * unit, length))
        time += length
    return frames, sum(lost)


@settings(max_examples=soak.examples(60, 20000), deadline=None)
@given(
    length=st.sampled_from([120, 480, 960, 1024, 2880, 4096]),
    lost=st.dictionaries(st.integers(20, 480), st.integers(1, 60), max_size=12),
    rounded=st.booleans(),
    wander=st.lists(st.integers(-90, 90), min_size=1, max_size=7),
    ppm=st.integers(-100, 100),
)
def test_only_what_is_lost_is_filled(
    length: int, lost: dict[int, int], rounded: bool, wander: list[int], ppm: int
) -> None:
    """Rounded, wandering and drifting stamps add nothing and hide nothing: each loss of whole packets is one gap."""
    at = {place: count * length for place, count in lost.items()}
    missing = [at.get(number, 0) for number in range(500)]
    # Where packets are shorter than the error of a stamp, one alone is not told from it.
    if length == 120:
        wander = [0]
        missing = [4 * one for one in missing]
    frames, total = spoken([length] * 500, missing, 48 if rounded else 1, wander, ppm, 0)
    found = stamps.measured(frames, 48000)
    assert [gap.at for gap in found.gaps] == [place * length for place in sorted(at)]
    # By the stamps, which have drifted and wandered a little until the last gap.
    drift = abs(ppm) * (500 * length + total) / 1e6
    assert found.missing == pytest.approx(total, abs=drift + 2 * 90 + 48)


@pytest.mark.parametrize("length", [960, 1024, 2880])
@pytest.mark.parametrize("apart", [240, 480, 700])
def test_stamps_that_wander_widely_add_no_time(length: int, apart: int) -> None:
    """Ten minutes and more of stamps as a busy computer writes them, off by up to 15 ms: time that was never lost is
    not filled, and what was lost is, to the error of a stamp."""
    random = np.random.default_rng(length + apart)
    for share in (0.0, 0.002):
        count = 20000
        lost = (random.random(count) < share) * random.integers(3, 40, count) * length
        lost[:30] = 0
        frames, total = spoken(
            [length] * count, lost.tolist(), 48, random.integers(-apart, apart, count).tolist(), 0, 0
        )
        found = stamps.measured([(max(0, stamp), size) for stamp, size in frames], 48000)
        assert abs(found.missing - total) <= 2 * apart


@settings(max_examples=soak.examples(30, 5000), deadline=None)
@given(st.lists(st.tuples(st.integers(-5000, 10**7), st.integers(1, 5000)), max_size=200))
def test_any_stamps_are_read(frames: list[tuple[int, int]]) -> None:
    """Whatever stamps a file has: gaps stand in order, between its samples, and each has a length."""
    found = stamps.measured(frames, 48000)
    ends = list(itertools.accumulate(length for _, length in frames))
    assert [gap.at for gap in found.gaps] == sorted({gap.at for gap in found.gaps})
    assert all(gap.samples > 0 and gap.at in (0, *ends) for gap in found.gaps)
    silences = list(Sound(gaps=found.gaps, per_second=48000).silences(44100))
    assert silences == sorted(silences)
    assert all(one[1] <= two[0] for one, two in itertools.pairwise(silences))


# The clock that an episode was made on

HANDS = {
    "cut": '\n[[cut]]\nstart = "0:01"\nend = "0:02"\nreason = "content"\n',
    "chapter": '\n[[chapter]]\nstart = "0"\ntitle = "Welcome"\n',
    "claim": '\n[[claim]]\nid = "one"\nat = "0:03"\ntext = "It is said."\nkind = "opinion"\n',
}


def gapped(show: ShowDir, more: str = "") -> None:
    """The host's recording misses packets of 0.5 s, and `more` has times that a person wrote."""
    raw = show.folder / "raw"
    whole = audio.convert(raw / "host.flac", raw / "whole.webm", "-c:a", "libopus")
    remuxed(whole, raw / "host.webm", without((2.0, 2.5)))
    (raw / "host.flac").unlink()
    whole.unlink()
    toml = show.folder / "episode.toml"
    text = toml.read_text("utf-8")
    head = text[: text.index("[[chapter]]")].replace("raw/host.flac", "raw/host.webm")
    toml.write_text(head + more, "utf-8")


def missing(show: ShowDir) -> int:
    """Build the mix; ms of silence that it has for what is missing."""
    show.podcast("build", "--until", "mix")
    told = reports.PREFLIGHT.load(show.build / "preflight.json")
    found = told.track("raw/host.webm")
    return round(sum(gap.samples for gap in found.sound.gaps) / found.source.rate * 1000)


def as_before(show: ShowDir) -> None:
    """What is built looks as the program wrote it that did not read time stamps."""
    path = show.build / "preflight.json"
    was, value = sha256.of_file(path), json.loads(path.read_text())
    for track in value["tracks"]:
        track.pop("stamps", None)
        track.pop("clock", None)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2))
    for note in (show.build / ".records").glob("*.json"):
        last = json.loads(note.read_text().replace(was, sha256.of_file(path)))
        last["settings"].pop("clocks", None)
        note.write_text(json.dumps(last))


@pytest.mark.parametrize("hand", list(HANDS))
def test_an_episode_with_times_keeps_its_clock_until_a_person_accepts(raw: ShowDir, hand: str) -> None:
    """Built before, or cloned anew: what a person cut, titled or claimed stays on what is heard; and it is said how to
    go on. Accepted, the time is that of the file, and what was written moves with it."""
    gapped(raw, HANDS[hand])
    assert missing(raw) == 0
    (finding,) = [one for one in reports.PREFLIGHT.load(raw.build / "preflight.json").findings if one.code == "AUD16"]
    assert "`podcast track EP --reclock` gives it its own time" in finding.sentence
    as_before(raw)
    planned = raw.podcast("build", "--dry-run", "--until", "mix").out.splitlines()
    assert all(line.endswith(": fresh") for line in planned), planned
    assert missing(raw) == 0
    raw.podcast("build", "--until", "probe", "--force")
    toml = raw.folder / "episode.toml"
    before = toml.read_text("utf-8")
    assert "there is nobody to ask" in raw.podcast("track", raw.slug, "--reclock", code=1).err
    assert toml.read_text("utf-8") == before
    raw.podcast("track", raw.slug, "--reclock", "--yes")
    after = toml.read_text("utf-8")
    moved = re.findall(r'at = "0:03\.(\d{3})"', after)
    assert [int(ms) for ms in moved] == ([pytest.approx(500, abs=25)] if hand == "claim" else [])
    assert ('start = "0:01"' in after) is (hand == "cut"), "what stands before the gap stays"
    assert missing(raw) == pytest.approx(500, abs=25)
    assert raw.ran("--until", "mix") == set()
    assert "nothing was written" in raw.podcast("track", raw.slug, "--reclock").err


def test_a_new_episode_keeps_the_time_of_its_stamps(raw: ShowDir) -> None:
    """Without times of people it has the file's; and goes on to have it when people write some, or begin a journal."""
    gapped(raw)
    assert missing(raw) == pytest.approx(500, abs=25)
    with open(raw.folder / "episode.toml", "a", encoding="utf-8") as stream:
        stream.write(HANDS["cut"])
    assert raw.ran("--until", "mix") == set()
    assert missing(raw) == pytest.approx(500, abs=25)


def journal(show: ShowDir, clock: str) -> None:
    base = {"v": 1, "seq": 1, "at": "2020-01-03T09:00:00.000Z", "by": "example-host", "kind": "base"}
    base |= {"machine_sha256": "", "language": "en"} | ({"clock": clock} if clock else {}) | {"prev": ""}
    (show.folder / "review.jsonl").write_text(json.dumps(base) + "\n")


@pytest.mark.parametrize(("clock", "kept"), [("", 0), ("stamps", 500)])
def test_a_journal_says_whose_time_it_is(raw: ShowDir, clock: str, kept: int) -> None:
    """One begun before time stamps were read keeps the episode on its samples, anywhere; a later one does not."""
    gapped(raw)
    journal(raw, clock)
    assert missing(raw) == pytest.approx(kept, abs=25)


def test_an_ordinary_show_is_fresh(raw: ShowDir) -> None:
    """Nothing about time is in the settings of recordings that cannot miss any: FLAC, WAV, MP3."""
    raw.podcast("build", "--until", "mix")
    assert set(record(raw, "probe")["settings"]) == {"tracks"}
    assert raw.ran("--until", "mix") == set()


def test_new_names_the_clock_where_it_matters(raw: ShowDir) -> None:
    """A recording with time stamps gets its clock with its [[track]]; another says nothing."""
    source = audio.convert(raw.folder / "raw" / "host.flac", raw.root / "call.webm", "-c:a", "libopus")
    flac = raw.folder / "raw" / "guest.flac"
    raw.podcast("new", "002-new", "--track", f"{source}=example-host", "--track", f"{flac}=example-guest")
    toml = (raw.workspace.episode("002-new") / "episode.toml").read_text("utf-8")
    lines = [line for line in toml.splitlines() if line.startswith("clock")]
    assert lines == ['clock = "stamps"']
