"""The stages preflight and mix on recordings, as tests run them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import audio

from podcast_pipeline.audio.mix import mix
from podcast_pipeline.model.audio import AudioSettings, Track


def decoded_mix(
    folder: Path, tracks: Sequence[tuple[Track, Path]], settings: AudioSettings, output: str = "mix.w64"
) -> audio.Samples:
    """The mix of these tracks by what the preflight has told of them in `folder`; its progress never goes back."""
    told: list[float] = []
    mix(
        tracks,
        settings,
        folder / output,
        told.append,
        preflight=folder / "preflight.json",
        levels=folder / "levels.dat",
        review=(folder / output).with_suffix(".wav"),
        peaks=folder / "peaks.dat",
    )
    assert told == sorted(told), "progress went back"
    assert told[-1] == 1.0
    return audio.decode(folder / output, settings.channels, settings.sample_rate)
