"""Faults of recordings are found where they are planted, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import faulty
import pytest
from audio import write_wav
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
