"""Stage encode: the programme to each form, decoded again and measured."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from podcast_pipeline.artefact import Files
from podcast_pipeline.audio.picture import CURVE
from podcast_pipeline.audio.report import LOUDNESS
from podcast_pipeline.engine.stage import Settings
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.model.audio import AudioSettings
from podcast_pipeline.progress import Progress


@dataclass(frozen=True)
class EncodeFacts:
    loudness: float
    true_peak: float
    bitrate: int
    formats: tuple[str, ...]


def facts(dossier: Dossier) -> EncodeFacts:
    audio = dossier.episode.audio
    return EncodeFacts(audio.target, audio.true_peak, audio.kbps, tuple(dict.fromkeys(audio.formats)))


def settings(facts: EncodeFacts) -> Settings:
    """As archives have them: which forms are made, the outputs say."""
    return {"audio": {"loudness": facts.loudness, "true_peak": facts.true_peak, "bitrate": facts.bitrate}}


def run(facts: EncodeFacts, files: Files, scratch: Path, progress: Progress) -> None:
    from podcast_pipeline.audio import encode

    encode.encode(
        files.path("programme.w64"),
        AudioSettings(loudness=facts.loudness, true_peak=facts.true_peak, bitrate=facts.bitrate),
        {name: scratch / f"programme.{name}" for name in facts.formats},
        scratch / LOUDNESS.name,
        scratch / CURVE,
        progress,
    )
