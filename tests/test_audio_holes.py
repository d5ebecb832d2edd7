"""One person in several files, as of a call that dropped: one place, one level, and what is missing is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from audio import Samples, write_wav
from clocks import clocked, dialogue, heard_by
from mixing import decoded_mix
from soak import examples
from test_audio_sync import lag

from podcast_pipeline.audio.bleed import RATE
from podcast_pipeline.audio.preflight import PREFLIGHT, Preflight, preflight
from podcast_pipeline.model.audio import AudioSettings, Track

SECONDS = 220.0
END, BEGIN = 100, 116
"""Seconds between which one of the two has no recording."""


def mixed(folder: Path, *tracks: Track) -> tuple[Preflight, Samples]:
    pairs = [(track, folder / track.file) for track in tracks]
    names = [track.name for track in tracks[1:]]
    preflight(pairs, folder / "preflight.json", folder / "levels.dat", lambda _: None, together=names)
    sound = decoded_mix(folder, pairs, AudioSettings(channels=2, sample_rate=16_000))
    return PREFLIGHT.load(folder / "preflight.json"), sound


def level(sound: Samples, where: Samples) -> float:
    """dB of what is loud of a voice."""
    spoken = np.abs(where) > 0.05
    return float(10 * np.log10(np.mean(np.square(sound[: len(where)][spoken[: len(sound)]]))))


def test_a_call_that_dropped(tmp_path: Path) -> None:
    """Hers in one file, his in two, whose second begins later than any recording that is not a part may."""
    her, him = dialogue(3, SECONDS)
    hers, his = heard_by(her, him, 6.0, -25.0, 1), heard_by(him, her, 6.0, -25.0, 2)
    write_wav(tmp_path / "her.wav", hers, RATE)
    write_wav(tmp_path / "one.wav", clocked(his[: END * RATE], 1_000.0, 60.0), RATE)
    write_wav(tmp_path / "two.wav", 0.4 * clocked(his[BEGIN * RATE :], 400.0, -60.0), RATE)
    told, sound = mixed(tmp_path, Track("her.wav", "her", offset=500), Track("one.wav", "him"), Track("two.wav", "him"))
    assert told.tracks[2].line is not None
    assert told.tracks[2].line.offset == pytest.approx(BEGIN * 1000 + 900, abs=1)
    said = [finding for finding in told.findings if finding.code in ("AUD10", "AUD16")]
    assert [(finding.code, finding.severity, finding.file) for finding in said] == [
        ("AUD10", "N", "one.wav"), ("AUD10", "N", "two.wav"), ("AUD16", "W", "two.wav"),
    ]  # fmt: skip
    assert "nothing of him is recorded from 1:40.5" in said[2].sentence
    assert "laid onto that clock, 0.500 s later as that one is" in said[1].sentence
    left, right = sound[8000::2, 0], sound[8000::2, 1]
    for at in (10, 80, 130, 200):
        assert abs(lag((left + right)[at * RATE :], (her + him)[at * RATE :])) < 0.005, at
    parts = [slice(5 * RATE, END * RATE), slice((BEGIN + 2) * RATE, int(SECONDS - 2) * RATE)]
    for channel in (left, right):  # as loud, and at the same place, in both
        before, behind = (level(channel[part], him[part]) for part in parts)
        assert before == pytest.approx(behind, abs=1.0)
    assert level(right[parts[0]], him[parts[0]]) > level(left[parts[0]], him[parts[0]]) + 1
    hole = slice((END + 1) * RATE, (BEGIN - 1) * RATE)
    raised = level(left[parts[0]], her[parts[0]]) - level(hers[parts[0]], her[parts[0]])
    assert level(left[hole], him[hole]) == pytest.approx(level(hers[hole], him[hole]) + raised, abs=4.0)
    if examples(False, True):
        came_back(tmp_path)


def came_back(tmp_path: Path) -> None:
    """The second file of the first track's person has nothing in common with the first: the other one tells its place.
    What the other one has behind the end of the first is no second clock."""
    her, him = dialogue(3, SECONDS)
    hers = heard_by(her, him, 6.0, -25.0, 1)
    write_wav(tmp_path / "one.wav", hers[: END * RATE], RATE)
    write_wav(tmp_path / "two.wav", hers[BEGIN * RATE :], RATE)
    write_wav(tmp_path / "him.wav", clocked(heard_by(him, her, 6.0, -25.0, 2), 1_000.0, 60.0), RATE)
    told = mixed(tmp_path, Track("one.wav", "her", offset=500), Track("two.wav", "her"), Track("him.wav", "him"))[0]
    lines = [track.line for track in told.tracks]
    assert [line and line.offset for line in lines] == [
        None, pytest.approx(BEGIN * 1000 + 500, abs=2), pytest.approx(1_500, abs=1),
    ]  # fmt: skip
