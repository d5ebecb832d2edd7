"""The stage `transcribe`: raw tracks in, `transcript.machine.json` and its report out."""

from __future__ import annotations

import contextlib
import dataclasses
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from podcast_pipeline import atomic, codec, sha256, timecode
from podcast_pipeline.errors import ConfigError, TranscriptionError
from podcast_pipeline.model.audio import Track
from podcast_pipeline.model.show import TranscribeSettings
from podcast_pipeline.progress import Progress
from podcast_pipeline.sound.track import Sound
from podcast_pipeline.transcribe import bias, cores, diarization, engines, heard, models, pcm, together
from podcast_pipeline.transcribe.heard import Recognition
from podcast_pipeline.transcribe.pcm import Pcm
from podcast_pipeline.transcribe.recognise import recognise
from podcast_pipeline.transcribe.recording import Recording
from podcast_pipeline.transcribe.report import QUALITY
from podcast_pipeline.transcribe.suggestions import Glossary
from podcast_pipeline.transcribe.together import Sources
from podcast_pipeline.transcribe.workers import Pool
from podcast_pipeline.transcript.lexicon import Lexicon, lexicon

DECODED, RECOGNISED, ASKED = 0.04, 0.80, 0.97
"""Shares of the work that are done when all tracks are decoded, when all words are there, and after the second run."""


def located(settings: TranscribeSettings, root: Path) -> TranscribeSettings:
    """The settings with a model's path seen from the show directory `root`."""
    model = str(root / settings.model) if models.is_relative(settings.model) else settings.model
    return dataclasses.replace(settings, model=model)


@dataclass(frozen=True)
class _Outputs:
    """Where the stage writes, and the folder `previous` in which an earlier run kept what it heard on each track."""

    output: Path
    words: Path
    previous: Path

    @property
    def report_json(self) -> Path:
        return self.output.with_name(QUALITY.name)

    @property
    def report_html(self) -> Path:
        return self.output.with_name("transcript.report.html")


def transcribe(
    tracks: Sequence[tuple[Track, Path]],
    settings: TranscribeSettings,
    output: Path,
    words: Path,
    previous: Path,
    jobs: int,
    report: Progress,
    known: Lexicon | None = None,
    sounds: Mapping[str, Sound] | None = None,
) -> None:
    """Write `output` from the recordings of `tracks`, its report beside it, and `words`/<track>.json: what was heard.

    A file in the folder `previous` that was made from the same recording with the same engine, model and settings is
    taken over instead. At most `jobs` workers (0: one per core, as memory allows); the result does not depend on it.
    `known` are the words to look for and to protect; `sounds`, by the names of tracks, which sound of its file each is,
    as the preflight decided. Raises ConfigError, TranscriptionError (model, engine, no speech),
    AudioError (a recording cannot be read).
    """
    report = _rising(report)
    files, people = _Outputs(output, words, previous), settings.speakers or 0
    if people > 1 and len(tracks) > 1:
        raise ConfigError(
            f"[transcribe] speakers = {people} is for one recording of several people; here are {len(tracks)} tracks",
            "take `speakers` out: each track is its person's; or name the one mixed recording alone",
        )
    versions, memory = engines.versions(settings.engine), engines.find(settings.engine).memory
    model = models.resolve(settings.model, settings.engine)
    known = lexicon(language=settings.language) if known is None else known
    words.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=words.parent, prefix=".pcm-") as scratch, contextlib.ExitStack() as stack:
        pool = _Workers(stack, cores.count(jobs, cores.worker_bytes(memory, model.bytes)))
        told = {track.name: Sound(track.channel, stream=track.stream) for track, _ in tracks} | dict(sounds or {})
        recognitions, recordings = _heard(tracks, told, settings, files, versions, model, Path(scratch), pool, report)
        for track, path in tracks:
            if not recognitions[track.id].speech:
                length = timecode.show(recognitions[track.id].duration)
                raise TranscriptionError(
                    f"{path}: no speech in {length} of sound",
                    "check that it is the right recording and was not muted; or take its [[track]] out of episode.toml",
                )
        glossary = Glossary(known)
        hot = settings.hotwords == "suggest" and bias.bears(model)
        if hot:
            own = [term.text for term in known.own]
            spread = ASKED - RECOGNISED
            recognitions = bias.second(
                recordings,
                recognitions,
                glossary,
                own,
                settings,
                model,
                pool,
                lambda s: report(RECOGNISED + spread * s),
            )
        else:
            recognitions = {
                track: dataclasses.replace(recognition, biased_key="", biased=())
                for track, recognition in recognitions.items()
            }
        recognitions = {
            track: diarization.diarized(recordings[track], recognition, people, pool)
            for track, recognition in recognitions.items()
        }
        for track, _ in tracks:
            atomic.write_text(words / f"{track.id}.json", heard.render(recognitions[track.id]))
        report(ASKED)
        sound: dict[str, Pcm] = {track: recording.sound for track, recording in recordings.items()}
        used: dict[str, object] = {
            "language": settings.language,
            "beam_size": settings.beam_size,
            "compute_type": engines.precision(settings),
            "hotwords": "suggest" if hot else "off",
            **({"speakers": people} if people > 1 else {}),
        }
        spoken = recognitions[tracks[0][0].id].voices if people > 1 else None
        sources = Sources(tracks, used, versions, model, recognitions, sound, glossary, spoken)
        together.write(sources, output, files.report_json, files.report_html)
    report(1.0)


class _Workers:
    """The pool, started when somebody asks for it and ended with the stage."""

    def __init__(self, stack: contextlib.ExitStack, count: int) -> None:
        self._stack, self._count = stack, count
        self._pool: Pool | None = None

    def __call__(self) -> Pool:
        if self._pool is None:
            self._pool = self._stack.enter_context(Pool(self._count))
        return self._pool


def _heard(
    tracks: Sequence[tuple[Track, Path]],
    sounds: Mapping[str, Sound],
    settings: TranscribeSettings,
    files: _Outputs,
    versions: Mapping[str, str],
    model: models.Model,
    scratch: Path,
    pool: Callable[[], Pool],
    report: Progress,
) -> tuple[dict[str, Recognition], dict[str, Recording]]:
    """What is on each track, kept or recognised now; and the decoded recordings."""
    recognitions: dict[str, Recognition] = {}
    recordings: dict[str, Recording] = {}
    for place, (track, path) in enumerate(tracks):
        sound = pcm.decode(path, scratch / f"{place}.pcm", sounds[track.name])
        digest = sha256.of_file(path)
        key = heard.key(digest + track.channel + _other(sounds[track.name]), versions, model.sha256, settings)
        recordings[track.id] = Recording(track.id, path, sound, digest, key)
        kept = heard.read(files.previous / f"{track.id}.json", key, track.id)
        if kept is not None:
            recognitions[track.id] = kept
        report(DECODED * (place + 1) / len(tracks))
    fresh = [recording for recording in recordings.values() if recording.track not in recognitions]
    if fresh:
        spread = RECOGNISED - DECODED
        recognitions |= recognise(fresh, settings, model, pool(), lambda share: report(DECODED + spread * share))
    return recognitions, recordings


def _other(sound: Sound) -> str:
    """What words are kept under, besides the file, where the track is not simply its samples."""
    parts = [codec.digest([sound.turned, sound.gaps, sound.per_second])] if sound.turned or sound.gaps else []
    if sound.stream > 1 or sound.offsets:
        parts.append(codec.digest([sound.stream, sound.offsets]))
    return "".join(parts)


def _rising(report: Progress) -> Progress:
    """Never less than before: a block that is done again would take progress back."""
    done = 0.0

    def tell(share: float) -> None:
        nonlocal done
        done = max(done, min(share, 1.0))
        report(done)

    return tell
