"""Stage transcribe: the recordings to the machine's words, each with its track, times and doubts."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

from podcast_pipeline import codec
from podcast_pipeline.artefact import Files
from podcast_pipeline.audio.preflight import PREFLIGHT, sounds
from podcast_pipeline.engine.stage import Settings
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.model.audio import Track
from podcast_pipeline.model.show import TranscribeSettings
from podcast_pipeline.model.terms import GlossaryWord
from podcast_pipeline.progress import Progress
from podcast_pipeline.transcript.lexicon import lexicon


@dataclass(frozen=True)
class TranscribeTrack:
    file: str
    channel: str
    person: str
    offset: int
    stream: int


@dataclass(frozen=True)
class TranscribeFacts:
    settings: TranscribeSettings
    """As they were written, with those who speak counted where that was asked for."""
    tracks: tuple[TranscribeTrack, ...]
    names: dict[str, str]
    """Of people, and how each is pronounced, as somebody spelt that out."""
    words: tuple[GlossaryWord, ...]


def facts(dossier: Dossier) -> TranscribeFacts:
    episode = dossier.episode
    tracks = (TranscribeTrack(t.file, t.channel, t.person, t.offset, t.stream) for t in episode.tracks)
    names = {person.name: person.pronunciation for person in dossier.people}
    written = episode.transcribe
    settings = dataclasses.replace(written, speakers=len(episode.speaking)) if written.speakers == 0 else written
    words = tuple(dataclasses.replace(word, labelled=()) for word in dossier.show.terms.words)  # no word is heard by it
    return TranscribeFacts(settings, tuple(tracks), names, words)


def settings(facts: TranscribeFacts) -> Settings:
    """As archives have them."""
    return {
        "transcribe": codec.encode(facts.settings),
        "tracks": [(track.name, track.person, track.offset) for track in _tracks(facts)],
        "names": facts.names,
        "words": codec.encode(facts.words),
    }


def run(facts: TranscribeFacts, files: Files, scratch: Path, progress: Progress, *, jobs: int, root: Path) -> None:
    """`jobs` recognisers run side by side (0: one per core); a model's path is seen from `root`, the show directory.

    Neither changes a word. What was heard on a track before is taken over where it still holds.
    """
    from podcast_pipeline.transcribe.stage import located, transcribe

    settings, tracks = located(facts.settings, root), _tracks(facts)
    transcribe(
        [(track, files.path(f"track {track.name}")) for track in tracks],
        settings,
        scratch / "transcript.machine.json",
        scratch / "words",
        files.path(f"words/{tracks[0].id}.json").parent,
        jobs,
        progress,
        lexicon(facts.words, facts.names, settings.language, said=facts.names),
        sounds(files.path(PREFLIGHT)),
    )


def _tracks(facts: TranscribeFacts) -> list[Track]:
    return [
        Track(track.file, track.person, track.channel, offset=track.offset, stream=track.stream)
        for track in facts.tracks
    ]
