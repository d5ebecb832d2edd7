"""The stage `transcribe`: raw tracks in, `transcript.machine.json` out."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from podcast_pipeline import atomic, timecode
from podcast_pipeline.errors import TranscriptionError
from podcast_pipeline.model.audio import Track
from podcast_pipeline.model.show import TranscribeSettings
from podcast_pipeline.transcribe import bleed, cores, document, engine, heard, models, pcm
from podcast_pipeline.transcribe.heard import Heard
from podcast_pipeline.transcribe.pcm import Pcm
from podcast_pipeline.transcribe.recognise import Recording, recognise
from podcast_pipeline.transcribe.turns import turns
from podcast_pipeline.transcribe.workers import Pool

DECODED, RECOGNISED = 0.04, 0.97
"""Shares of the work that are done when all tracks are decoded, and when all words are there."""


def transcribe(
    tracks: Sequence[tuple[Track, Path]],
    settings: TranscribeSettings,
    output: Path,
    words: Path,
    previous: Path,
    jobs: int,
    report: Callable[[float], None],
) -> None:
    """Write `output` from the recordings of `tracks`, and `words`/<track>.json, what was heard on each.

    A file in the folder `previous` that was made from the same recording with the same engine, model and settings is
    taken over instead. At most `jobs` workers (0: one per core, as memory allows); the result does not depend on it.
    Raises ConfigError, TranscriptionError (model, engine, no speech), AudioError (a recording cannot be read).
    """
    report = _rising(report)
    versions = engine.versions(settings.engine)
    model = models.resolve(settings.model, settings.engine)
    words.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=words.parent, prefix=".pcm-") as scratch:
        found: dict[str, Heard] = {}
        fresh: list[Recording] = []
        sound: dict[str, Pcm] = {}
        for place, (track, path) in enumerate(tracks):
            sound[track.id] = pcm.decode(path, Path(scratch) / f"{place}.pcm")
            digest = _sha256(path)
            key = heard.key(digest, versions, model.sha256, settings)
            kept = heard.read(previous / f"{track.id}.json", key, track.id)
            if kept is None:
                fresh.append(Recording(track.id, path, sound[track.id], digest, key))
            else:
                found[track.id] = kept
            report(DECODED * (place + 1) / len(tracks))
        if fresh:
            each = cores.worker_bytes(settings.engine, model.bytes)
            with Pool(cores.count(jobs, each)) as pool:
                spread = RECOGNISED - DECODED
                found |= recognise(fresh, settings, model, pool, lambda share: report(DECODED + spread * share))
        for track, path in tracks:
            if not found[track.id].speech:
                length = timecode.show(found[track.id].duration)
                raise TranscriptionError(
                    f"{path}: no speech in {length} of sound",
                    "check that it is the right recording and was not muted; or take its [[track]] out of episode.toml",
                )
            atomic.write_text(words / f"{track.id}.json", heard.render(found[track.id]))
        report(RECOGNISED)
        _write(tracks, settings, versions, model, found, sound, output)
    report(1.0)


def _write(
    tracks: Sequence[tuple[Track, Path]],
    settings: TranscribeSettings,
    versions: dict[str, str],
    model: models.Model,
    found: dict[str, Heard],
    sound: dict[str, Pcm],
    output: Path,
) -> None:
    placed = [(track, heard.shifted(found[track.id], track.offset)) for track, _ in tracks]
    if not any(one.words for _, one in placed):
        raise TranscriptionError(
            f"{', '.join(str(path) for _, path in tracks)}: speech was found, but no word was recognised",
            "listen to the recording; a larger model may help ([transcribe] model)",
        )
    voices = [bleed.Voice(track.id, one.words, sound[track.id], track.offset) for track, one in placed]
    kept, dropped, suspects = bleed.gate(voices)
    cuts = [
        document.Flag("forced_cut", track.id, ms, ms, "speech without a pause was cut here for the recogniser")
        for track, one in placed
        for ms in one.forced
    ]
    value = document.build(
        versions,
        {"name": model.name, "sha256": model.sha256, "origin": model.origin},
        settings,
        placed,
        turns(kept),
        dropped,
        [*cuts, *suspects],
    )
    atomic.write_text(output, document.render(value))


def _rising(report: Callable[[float], None]) -> Callable[[float], None]:
    """Never less than before: a block that is done again would take progress back."""
    done = 0.0

    def tell(share: float) -> None:
        nonlocal done
        done = max(done, min(share, 1.0))
        report(done)

    return tell


def _sha256(path: Path) -> str:
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
