"""Faults of recordings are found where they are planted, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import faulty
import numpy as np
import pytest
from audio import RATE, convert, db, noise, write_wav
from soak import examples

from podcast_pipeline.audio.preflight import PREFLIGHT, preflight
from podcast_pipeline.model.audio import Track


def codes(folder: Path, *kinds: str, seed: int) -> list[str]:
    """The codes of what the preflight says of these recordings, each as the only one of its episode."""
    said = []
    for kind in kinds:
        path = write_wav(folder / "a.wav", faulty.made(kind, seed))
        preflight([(Track("raw/a.wav", "alex"), path)], folder / "p.json", folder / "levels.dat", lambda _: None)
        said += [finding.code for finding in PREFLIGHT.load(folder / "p.json").findings]
    return said


@pytest.mark.parametrize("seed", range(1, examples(2, 21)))
@pytest.mark.parametrize("kind", list(faulty.FAULTY))
def test_a_planted_fault_is_found(kind: str, seed: int, tmp_path: Path) -> None:
    assert faulty.FAULTY[kind][0] in codes(tmp_path, kind, seed=seed)


@pytest.mark.parametrize("seed", range(1, examples(2, 21)))
def test_recordings_without_a_fault_raise_nothing(seed: int, tmp_path: Path) -> None:
    kinds = examples(("music", "limiter"), tuple(faulty.CLEAN))
    assert codes(tmp_path, *kinds, seed=seed) == []


def test_two_tracks_of_one_recording_and_one_at_another_speed(tmp_path: Path) -> None:
    """A copy that is shifted, quieter and went through a codec is named once; two people in one room are not."""
    host, guest = faulty.speech(1), faulty.speech(2) + faulty.speech(1) * db(-18)
    quiet = np.concatenate((np.zeros(RATE * 3), host[:-RATE] * db(-9))) + noise(32, -80)
    write_wav(tmp_path / "host.wav", host + faulty.room(1))
    write_wav(tmp_path / "guest.wav", guest + faulty.room(2))
    convert(write_wav(tmp_path / "b.wav", quiet), tmp_path / "copy.mp3", "-b:a", "128k")
    raw = (tmp_path / "guest.wav").read_bytes()
    (tmp_path / "fast.wav").write_bytes(raw[:24] + (52245).to_bytes(4, "little") + raw[28:])

    def said(*names: str) -> list[tuple[str, str, str]]:
        tracks = [(Track(f"raw/{name}", name), tmp_path / name) for name in names]
        preflight(tracks, tmp_path / "p.json", tmp_path / "levels.dat", lambda _: None)
        told = PREFLIGHT.load(tmp_path / "p.json").findings
        return [(each.code, each.file, each.sentence) for each in told if each.code in ("AUD10", "AUD20", "AUD24")]

    told = said("host.wav", "guest.wav", "copy.mp3")
    assert {file for _, file, _ in told} <= {"raw/copy.mp3", ""}, "and nothing is said of the two in one room"
    (twice,) = [each for each in told if each[0] == "AUD20"]
    assert "neither hears the other" not in " ".join(sentence for *_, sentence in told)
    assert "the same recording as raw/host.wav, 3.0 s later" in twice[2]
    ((code, file, sentence),) = said("host.wav", "fast.wav")
    assert (code, file) == ("AUD24", "raw/fast.wav")
    assert "made at 44100 Hz" in sentence
