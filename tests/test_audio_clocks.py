"""A recording of the call, or a clap, lays recordings onto one clock that hear nothing of each other."""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
import pytest
from audio import Samples, noise, voice, write_wav
from clocks import clocked, dialogue
from soak import examples
from test_audio_sync import lag

from podcast_pipeline.audio.alignment import at_once
from podcast_pipeline.audio.bleed import RATE
from podcast_pipeline.audio.preflight import PREFLIGHT, Preflight, preflight
from podcast_pipeline.audio.voice_activity import NOTHING
from podcast_pipeline.model.audio import Track
from podcast_pipeline.sound import decode

SECONDS = examples(75.0, 480.0)
PLACES = {"one": (1_200.0, 80.0), "two": (-4_300.0, -140.0)}
"""ms after the call's recording, and ppm."""


@functools.cache
def talk() -> tuple[Samples, Samples]:
    return dialogue(5, SECONDS)


def alone(voice: Samples, seed: int) -> Samples:
    """A microphone that hears nobody else."""
    return voice + noise(SECONDS, -75.0, seed, RATE)[: len(voice)]


def looked_at(folder: Path, *tracks: Track, reference: Track | None = None) -> Preflight:
    names = [track.name for track in tracks if reference or track is not tracks[0]]
    preflight(
        [(track, folder / track.file) for track in tracks],
        folder / "preflight.json",
        folder / "levels.dat",
        lambda _: None,
        together=names,
        reference=(reference, folder / reference.file) if reference else None,
    )
    return PREFLIGHT.load(folder / "preflight.json")


def laid(told: Preflight, folder: Path, number: int) -> Samples:
    report = told.tracks[number]
    return np.concatenate(list(decode.samples(folder / report.file, report.sound, RATE))).astype(np.float64)


def test_a_recording_of_the_call_is_the_clock(tmp_path: Path) -> None:
    """Two microphones that hear nobody, on two clocks, and the call: both voices are where the call has them."""
    voices = dict(zip(PLACES, talk(), strict=True))
    call = sum(voices.values()) + noise(SECONDS, -60.0, 9, RATE)
    write_wav(tmp_path / "call.wav", np.asarray(call), RATE)
    for seed, (name, place) in enumerate(PLACES.items()):
        write_wav(tmp_path / f"{name}.wav", clocked(alone(voices[name], seed), *place), RATE)
    told = looked_at(
        tmp_path, Track("one.wav", "one"), Track("two.wav", "two"), reference=Track("call.wav", role="reference")
    )
    assert [track.file for track in told.tracks] == ["one.wav", "two.wav"], "the call is in no mix"
    assert told.reference is not None
    for number, (name, (offset, drift)) in enumerate(PLACES.items()):
        line = told.tracks[number].line
        assert line is not None
        assert line.offset == pytest.approx(offset, abs=1.0)
        assert line.drift == pytest.approx(drift, abs=5.0)
        for at in range(10, int(SECONDS) - 10, 50):
            assert abs(lag(laid(told, tmp_path, number)[at * RATE :], voices[name][at * RATE :])) < 0.005
    assert [(finding.file, finding.severity) for finding in told.findings if finding.code == "AUD10"] == [
        ("one.wav", "N"), ("two.wav", "N"),
    ]  # fmt: skip
    stranger, _ = dialogue(77, 45.0)
    write_wav(tmp_path / "one.wav", alone(stranger, 3), RATE)
    told = looked_at(tmp_path, Track("one.wav", "one"), reference=Track("call.wav", role="reference"))
    assert not told.tracks[0].sound.moved
    (doubt,) = [finding for finding in told.findings if finding.code == "AUD10"]
    assert (doubt.severity, "is found in call.wav" in doubt.sentence) == ("W", True)


def test_a_clap_in_both(tmp_path: Path) -> None:
    """They hear nothing of each other: the clap that both name to a tenth of a second places them to a millisecond."""
    clap = np.sign(np.random.default_rng(2).standard_normal(400)) * np.exp(-np.arange(400) / 60) * 0.6
    clapped = []
    for seed, spoken in enumerate(talk()):
        sound = alone(spoken[: 20 * RATE], seed)
        sound[3 * RATE : 3 * RATE + 400] += clap
        clapped.append(sound)
    write_wav(tmp_path / "one.wav", clapped[0], RATE)
    write_wav(tmp_path / "two.wav", clocked(clapped[1], 1_730.0, 0.0), RATE)
    told = looked_at(tmp_path, Track("one.wav", "one", clap=3_100), Track("two.wav", "two", clap=1_200))
    line = told.tracks[1].line
    assert line is not None
    assert line.offset == pytest.approx(1_730.0, abs=1.0)
    assert line.moments == 0
    (said,) = [finding.sentence for finding in told.findings if finding.code == "AUD10"]
    assert "whether its clock drifts is not known: it is laid onto that clock (by the clap in both)" in said


def test_who_speaks_over_each_other_all_the_time_is_doubted(tmp_path: Path) -> None:
    """A conversation in turns is believed; where both speak at once for long, the way to say the beginning is named."""
    her, him = (each[: 40 * RATE] for each in talk())
    over = voice(40.0, ((0.5, 39.5),), pitch=190, seed=4, rate=RATE)
    write_wav(tmp_path / "one.wav", alone(her, 1), RATE)
    for name, sound, doubted in (("two", him, False), ("over", over, True)):
        write_wav(tmp_path / f"{name}.wav", alone(sound, 2), RATE)
        told = looked_at(tmp_path, Track("one.wav", "one"), Track(f"{name}.wav", name))
        said = [finding.sentence for finding in told.findings if finding.code == "AUD10"]
        assert any("neither hears the other" in sentence and "clap in both" in sentence for sentence in said) is doubted


def test_who_says_little_in_an_hour_does_not_speak_all_the_time() -> None:
    """Of 20 ms each: one speaks half of the time, the other for a hundredth of it, in the pauses or over the first."""
    voice, little = (np.full(180_000, NOTHING, np.float32) for _ in range(2))
    voice[::1000] = -40  # noise that passes
    voice[90_000:] = -20
    little[:1_800] = -25
    assert at_once(voice, little) == 0
    assert at_once(voice, little[::-1]) == 1
    assert at_once(voice, np.full(180_000, NOTHING, np.float32)) == at_once(voice[:0], little) == 0
