"""Recordings of one conversation on clocks of their own are laid onto one, and nothing else is ever moved."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

import numpy as np
import pytest
from audio import Samples, noise, write_wav
from clocks import clocked, dialogue, heard_by
from soak import examples

from podcast_pipeline.audio import sync, votes
from podcast_pipeline.audio.bleed import RATE, Copy
from podcast_pipeline.audio.preflight import PREFLIGHT, preflight
from podcast_pipeline.episode.reclock import reclocking
from podcast_pipeline.model.audio import Track
from podcast_pipeline.sound import decode

SECONDS = examples(90.0, 480.0)
LONGER = examples(120.0, 600.0)


def compared(sound: Samples) -> sync.Sample:
    copy = Copy(RATE, tempfile.TemporaryFile())  # noqa: SIM115
    copy.hear(sound.astype(np.float32)[:, None])
    power = (sound[: len(sound) // 800 * 800].reshape(-1, 800) ** 2).mean(axis=1)
    return sync.Sample(copy, (10 * np.log10(power + 1e-12)).astype(np.float32))


@functools.cache
def talk(seed: int = 3) -> tuple[Samples, Samples]:
    return dialogue(seed, SECONDS)


FAR = ((0.0, 0.0, -20.0), (30_000.0, -300.0, -20.0), (-12_000.0, 60.0, -30.0), (100_000.0, 300.0, -25.0))


@pytest.mark.parametrize(("later", "drift", "level"), [(20_000.0, 120.0, -25.0), *examples((), FAR)])
def test_where_a_recording_lies(later: float, drift: float, level: float) -> None:
    """To less than a millisecond at its beginning, middle and end, whatever the way of sound between the two."""
    her, him = talk()
    line = sync.place(
        compared(heard_by(her, him, 6.0, level, 1)), compared(clocked(heard_by(him, her, 6.0, level, 2), later, drift))
    )
    assert line is not None
    assert line.agreeing >= votes.LEAST
    assert not line.one_way
    for at in (0.0, SECONDS / 2, SECONDS):
        assert line.offset + line.drift * at / 1000 == pytest.approx(later + drift * at / 1000, abs=1.0)


@pytest.mark.parametrize("seed", range(*examples((1,), (200,))))
def test_recordings_that_share_nothing_are_not_moved(seed: int) -> None:
    """Two of other conversations, and a pair without any bleed."""
    (her, him), (stranger, _) = talk(), dialogue(100 + seed, SECONDS)
    reference = compared(heard_by(her, him, 6.0, -25.0, 1))
    assert sync.place(reference, compared(stranger + noise(SECONDS, -75.0, seed, RATE))) is None


def bent(sound: Samples, kind: str, at: int) -> Samples:
    """As a recorder has it that lost 1.7 s at sample `at`, or whose clock was 300 ppm slow to there, and fast then."""
    if kind == "restarted":
        return np.concatenate((sound[:at], sound[at + round(1.7 * RATE) :]))
    passed = np.cumsum(np.where(np.arange(len(sound) - RATE) < at, 1 + 300e-6, 1 - 300e-6))
    return np.asarray(np.interp(passed, np.arange(len(sound)), sound))


@pytest.mark.parametrize("kind", examples(("restarted",), ("restarted", "warm")))
def test_a_clock_that_is_no_line_moves_nothing(kind: str, tmp_path: Path) -> None:
    """Both parts are named, and neither is believed."""
    her, him = dialogue(3, LONGER)
    write_wav(tmp_path / "one.wav", heard_by(her, him, 6.0, -25.0, 1), RATE)
    at = round(0.6 * LONGER * RATE)
    write_wav(tmp_path / "two.wav", bent(heard_by(him, her, 6.0, -25.0, 2), kind, at), RATE)
    tracks = [(Track(f"{name}.wav", name), tmp_path / f"{name}.wav") for name in ("one", "two")]
    preflight(tracks, tmp_path / "preflight.json", tmp_path / "levels.dat", lambda _: None, together=("two.wav",))
    told = PREFLIGHT.load(tmp_path / "preflight.json")
    line = told.tracks[1].bent
    assert line is not None
    assert not told.tracks[1].sound.moved
    assert not reclocking(told, {"track": [{"file": "one.wav"}, {"file": "two.wav"}]}).tracks
    first, second = line.stretches
    assert first.end < second.start + 1
    assert abs(first.end - at / RATE) < 20 or abs(second.start - at / RATE) < 20
    later = 1700.0 if kind == "restarted" else 0.3 * (2 * at / RATE - second.start)
    assert second.later == pytest.approx(later, abs=10.0)
    (said,) = [finding for finding in told.findings if "no straight line" in finding.sentence]
    assert (said.code, said.severity, said.file) == ("AUD10", "W", "two.wav")


def test_moments_on_two_lines() -> None:
    """A drift that changes its sign is two stretches, whatever wrong moments lie between; a bend of 15 ms is one."""
    random = np.random.default_rng(1)
    times = np.arange(24) * 60.0
    for slope, expected in ((-0.05, 2), (0.07, 0), (0.05, 0)):
        later = np.where(times < 800, 0.07 * times, 56.0 + slope * (times - 800)) + random.normal(0, 0.3, 24)
        later[::5] += random.uniform(500, 60_000, 5)
        both = votes.stretches(votes.agreeing([votes.Match(*each) for each in zip(times, later, strict=True)]))
        assert len(both) == expected
        if both:
            assert [part.drift for part in both] == pytest.approx([70.0, -50.0], abs=3.0)


def test_who_is_heard_over_a_loudspeaker_alone_is_not_moved_by_the_way_of_sound() -> None:
    """The guest wears headphones, the host hears the call 220 ms late: whose clock is late nobody can tell."""
    her, him = talk()
    alone = compared(him + noise(SECONDS, -75.0, 2, RATE))
    line = sync.place(compared(heard_by(her, him, 220.0, -25.0, 1)), alone)
    assert line is not None
    assert line.one_way
    assert not line.off


def test_who_are_heard_over_a_call_are_not_moved_by_its_two_ways() -> None:
    """One clock, and each hears the other over a loudspeaker, 300 and 20 ms late; the same where one began later."""
    her, him = talk()
    host, guest = heard_by(her, him, 300.0, -25.0, 1), heard_by(him, her, 20.0, -25.0, 2)
    line = sync.place(compared(host), compared(guest))
    assert line is not None
    assert (line.off, line.unsure) == (False, True)
    assert line.late == pytest.approx(320, abs=1)
    if SECONDS > 120:
        line = sync.place(compared(host), compared(clocked(guest, 2_000.0, 0.0)))
        assert line is not None
        assert (line.off, line.unsure) == (True, True)
        assert line.offset == pytest.approx(2_000, abs=160)


def test_every_reader_gets_it_on_one_clock(tmp_path: Path) -> None:
    """Preflight, levels and decoder: what both microphones have is at one time; without `sync` nothing moves."""
    her, him = talk()
    later, drift = 2_500.0, -250.0
    write_wav(tmp_path / "one.wav", heard_by(her, him, 6.0, -25.0, 1), RATE)
    write_wav(tmp_path / "two.wav", clocked(heard_by(him, her, 6.0, -25.0, 2), later, drift), RATE)
    tracks = [(Track(f"{name}.wav", name), tmp_path / f"{name}.wav") for name in ("one", "two")]
    preflight(tracks, tmp_path / "preflight.json", tmp_path / "levels.dat", lambda _: None, together=["two.wav"])
    told = PREFLIGHT.load(tmp_path / "preflight.json")
    assert told.tracks[0].line is None
    moved = [finding for finding in told.findings if finding.code == "AUD10"]
    assert [(finding.file, finding.severity) for finding in moved] == [("two.wav", "N")]
    line = told.tracks[1].line
    assert line is not None
    assert line.drift == pytest.approx(drift, abs=1.0)
    clock = f"began 2.500 s later than one.wav, and its clock is {-line.drift:.1f} ppm fast"
    assert moved[0].sentence.startswith(f"{clock}: it is laid onto that clock")
    for (_, path), report, voice_ in zip(tracks, told.tracks, (her, him), strict=True):
        sound = np.concatenate(list(decode.samples(path, report.sound, RATE, block=12_345)))
        assert abs(len(sound) - len(voice_)) <= RATE // 10
        for at in range(10, int(SECONDS) - 10, 50):
            assert abs(lag(sound[at * RATE :], voice_[at * RATE :])) < 0.005, at
    preflight(tracks, tmp_path / "off.json", tmp_path / "off.dat", lambda _: None, apart=["two.wav"])
    told = PREFLIGHT.load(tmp_path / "off.json")
    assert not told.tracks[1].sound.moved
    (left,) = [finding for finding in told.findings if "two.wav" in finding.file and finding.code == "AUD10"]
    assert left.severity == "W"
    assert left.sentence.startswith(f"{clock}: it stays as")
    assert "`podcast track EP --reclock` accepts that clock" in left.sentence


def lag(sound: Samples, voice_: Samples) -> float:
    """Seconds by which 8 s of the one are late in the other."""
    size = 1 << 17
    cross = np.fft.irfft(np.fft.rfft(sound[: 8 * RATE], size) * np.conj(np.fft.rfft(voice_[: 8 * RATE], size)), size)
    place = int(np.argmax(cross))
    return (place if place < size // 2 else place - size) / RATE
