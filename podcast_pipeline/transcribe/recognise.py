"""From decoded tracks to words: find the speech, cut it into blocks, recognise them, map the times back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from podcast_pipeline import timecode
from podcast_pipeline.model.show import TranscribeSettings
from podcast_pipeline.transcribe import blocks, engine, speech
from podcast_pipeline.transcribe.blocks import Block
from podcast_pipeline.transcribe.engine import RATE, RawWord, Scores
from podcast_pipeline.transcribe.heard import Heard, in_order
from podcast_pipeline.transcribe.models import Model
from podcast_pipeline.transcribe.pcm import Pcm
from podcast_pipeline.transcribe.speech import Stretch
from podcast_pipeline.transcribe.workers import Pool, Task

DETECTION = 0.01
"""What detecting speech in a second of sound costs, compared with recognising a second of speech."""
_QUIET = RATE // 10
"""The length in which a forced cut looks for quiet: 100 ms."""


class Recording(NamedTuple):
    """A track to be recognised: its file for messages, its samples, and what its words are kept under."""

    track: str
    path: Path
    sound: Pcm
    sha256: str
    key: str


def recognise(
    recordings: Sequence[Recording],
    settings: TranscribeSettings,
    model: Model,
    pool: Pool,
    report: Callable[[float], None],
) -> dict[str, Heard]:
    """The words of each recording, by track. `report` is told the share of the work that is done, from 0 to 1."""
    sound = sum(one.sound.samples for one in recordings) / RATE * DETECTION
    # Until the speech is known, all of the sound is expected to be speech.
    expected = sound / DETECTION + sound
    spoken = _speech(recordings, pool, lambda seconds: report(seconds * DETECTION / expected))
    planned = [
        (one, block)
        for one, stretches in zip(recordings, spoken, strict=True)
        for block in blocks.plan(stretches, partial(quietest, one.sound))
    ]
    before = sound / expected
    length = sum(block.samples for _, block in planned) / RATE
    tasks = [_task(one, block, settings, model) for one, block in planned]
    answers = pool.run(tasks, lambda seconds: report(before + (1 - before) * seconds / length))
    report(1.0)
    found = {}
    for one, stretches in zip(recordings, spoken, strict=True):
        own = [(block, words) for (other, block), words in zip(planned, answers, strict=True) if other is one]
        spoken_ms = tuple(Stretch(start * 1000 // RATE, end * 1000 // RATE) for start, end in stretches)
        placed = [word for block, words in own for word in _placed(block, words, one.track, spoken_ms)]
        found[one.track] = Heard(
            one.key,
            one.sha256,
            one.sound.duration,
            spoken_ms,
            tuple(block.end * 1000 // RATE for block, _ in own if block.forced),
            in_order(placed, one.sound.duration),
        )
    return found


def _speech(
    recordings: Sequence[Recording], pool: Pool, progress: Callable[[float], None]
) -> list[tuple[speech.Stretch, ...]]:
    windows = [(one, window) for one in recordings for window in speech.windows(one.sound.samples)]
    tasks = [
        Task(
            f"{one.path}: looking for speech at {timecode.show(window.start * 1000 // RATE)}",
            (window.end - window.start) / RATE,
            {"do": "detect", "pcm": str(one.sound.path), **window._asdict()},
        )
        for one, window in windows
    ]
    answers = pool.run(tasks, progress)
    return [
        speech.stretches(
            (
                chance
                for (other, _), chances in zip(windows, answers, strict=True)
                if other is one
                for chance in chances
            ),
            one.sound.samples,
        )
        for one in recordings
    ]


def _task(one: Recording, block: Block, settings: TranscribeSettings, model: Model) -> Task:
    start, end = (timecode.show(sample * 1000 // RATE) for sample in (block.start, block.end))
    return Task(
        f"{one.path} from {start} to {end}",
        block.samples / RATE,
        {
            "do": "recognise",
            "place": engine.find(settings.engine).place,
            "model": str(model.path),
            "compute_type": engine.precision(settings),
            "language": settings.language,
            "beam_size": settings.beam_size,
            "track": one.track,
            "pcm": str(one.sound.path),
            "pieces": block.pieces,
            "silence": blocks.SHORT_SILENCE,
        },
    )


def _placed(block: Block, words: Sequence[Sequence[Any]], track: str, spoken: Sequence[Stretch]) -> list[RawWord]:
    placed = []
    for text, start, end, probability, *scores in words:
        first, last = speech.fit(block.to_track(start), block.to_track(end), spoken)
        # Rounded once, here: what is kept in a file and what was just recognised are the same.
        segment = Scores(*(round(score, 6) for score in scores))
        placed.append(RawWord(text, first, last, round(probability, 6), track, segment))
    return placed


def quietest(sound: Pcm, start: int, end: int) -> int:
    """The middle of the quietest 100 ms between two samples."""
    import numpy as np

    energy = np.square(sound.read(start, end).astype(np.float64))
    total = np.concatenate([[0.0], np.cumsum(energy)])
    return start + int(np.argmin(total[_QUIET:] - total[:-_QUIET])) + _QUIET // 2
