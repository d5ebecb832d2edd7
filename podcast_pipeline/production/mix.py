"""Stage mix: the recordings, cleaned and levelled, to one file on the source timeline."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from podcast_pipeline import codec
from podcast_pipeline.artefact import Files
from podcast_pipeline.audio.chain import Steps
from podcast_pipeline.audio.preflight import LEVELS, PREFLIGHT
from podcast_pipeline.engine.stage import Settings
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.model.audio import AudioSettings, Track
from podcast_pipeline.model.denoising import DENOISING
from podcast_pipeline.progress import Progress

_DENOISE = {"off": False, "auto": True}
"""As it was written before there was more to say."""


@dataclass(frozen=True)
class MixTrack:
    name: str
    gain: float
    pan: float | None
    offset: int
    steps: Steps


@dataclass(frozen=True)
class MixFacts:
    channels: int
    sample_rate: int
    tracks: tuple[MixTrack, ...]


def facts(dossier: Dossier) -> MixFacts:
    audio = dossier.episode.audio
    tracks = (MixTrack(t.name, t.gain, t.pan, t.offset, Steps.of(t, audio)) for t in dossier.episode.tracks)
    return MixFacts(audio.channels, audio.sample_rate, tuple(tracks))


def settings(facts: MixFacts) -> Settings:
    """As archives have them."""
    return {
        "audio": {"channels": facts.channels, "sample_rate": facts.sample_rate},
        "tracks": [
            {"file": track.name, "gain": track.gain, "pan": track.pan, "offset": track.offset}
            | codec.encode(track.steps)
            | {"denoise": _DENOISE.get(track.steps.denoise, track.steps.denoise)}
            for track in facts.tracks
        ],
    }


def run(facts: MixFacts, files: Files, scratch: Path, progress: Progress) -> None:
    from podcast_pipeline.audio import mix

    mix.mix(
        [(track_of(track), files.path(f"track {track.name}")) for track in facts.tracks],
        audio(facts),
        scratch / "mix.w64",
        progress,
        preflight=files.path(PREFLIGHT),
        levels=files.path(LEVELS),
        review=scratch / "review.wav",
        peaks=scratch / "peaks.dat",
        reductions=files.read(DENOISING).reductions() if is_denoised(facts) else {},
    )


def is_denoised(facts: MixFacts) -> bool:
    """Whether noise reduction is on for any track: the stage denoise says for which it is done."""
    return any(track.steps.denoise != "off" for track in facts.tracks)


def audio(facts: MixFacts) -> AudioSettings:
    """Of the mix: what is done to each track, the track says."""
    return AudioSettings(facts.channels, sample_rate=facts.sample_rate)


def track_of(track: MixTrack) -> Track:
    """Called what its report is called: which side of its file it is, the preflight has decided."""
    return Track(track.name, "", gain=track.gain, pan=track.pan, offset=track.offset, **codec.encode(track.steps))
