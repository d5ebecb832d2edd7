"""From decoded tracks to words: find the speech, cut it into blocks, recognise them, map the times back.

What may have been lost is recognised a second time, alone: speech without words, and blocks with far fewer words than
the track's others.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from podcast_pipeline import timecode
from podcast_pipeline.model.show import TranscribeSettings
from podcast_pipeline.model.span import lies_in
from podcast_pipeline.progress import Progress
from podcast_pipeline.transcribe import blocks, engine, engines, flags, jobs, speech
from podcast_pipeline.transcribe.blocks import Block
from podcast_pipeline.transcribe.engine import RATE, RawWord, Scores
from podcast_pipeline.transcribe.heard import Recognition, Rerun, in_order
from podcast_pipeline.transcribe.jobs import Detect, HeardWord, Identify, Recogniser
from podcast_pipeline.transcribe.models import Model
from podcast_pipeline.transcribe.pcm import Pcm
from podcast_pipeline.transcribe.recording import Recording
from podcast_pipeline.transcribe.speech import SpeechSegment
from podcast_pipeline.transcribe.workers import Pool, Task

DETECTION = 0.01
"""What detecting speech in a second of sound costs, compared with recognising a second of speech."""
FIRST = 0.95
"""The share of the work that is done after the first run."""
_QUIET = RATE // 10
"""The length in which a forced cut looks for quiet: 100 ms."""
_AROUND = 150
"""ms before and after a span without words that are sent with it."""
_LANGUAGE = 30 * RATE
_FEW = 3
"""Blocks that must be there before one of them can have too few words."""


class TrackBlock(NamedTuple):
    """A block with its recording."""

    recording: Recording
    block: Block


def recognise(
    recordings: Sequence[Recording],
    settings: TranscribeSettings,
    model: Model,
    pool: Pool,
    report: Progress,
) -> dict[str, Recognition]:
    """The words of each recording, by track. `report` is told the share of the work that is done, from 0 to 1."""
    sound = sum(recording.sound.samples for recording in recordings) / RATE * DETECTION
    # Until the speech is known, all of the sound is expected to be speech.
    expected = (sound / DETECTION + sound) / FIRST
    spoken = _speech(recordings, pool, lambda seconds: report(seconds * DETECTION / expected))
    in_ms = {
        recording.track: tuple(SpeechSegment(start * 1000 // RATE, end * 1000 // RATE) for start, end in stretches)
        for recording, stretches in zip(recordings, spoken, strict=True)
    }
    planned = [
        TrackBlock(recording, block)
        for recording, stretches in zip(recordings, spoken, strict=True)
        for block in blocks.plan(stretches, partial(quietest, recording.sound))
    ]
    before = sound / expected
    length = sum(piece.block.samples for piece in planned) / RATE
    first = run(
        planned, settings, model, pool, in_ms, lambda s: report(before + (FIRST - before) * s / length if length else 0)
    )
    report(FIRST)
    again, reruns = _again(recordings, planned, first, in_ms, settings, model, pool)
    languages = _languages(planned, settings, model, pool)
    report(1.0)
    recognitions = {}
    for recording in recordings:
        own = [entry.block for entry in planned if entry.recording is recording]
        words = sorted(again[recording.track], key=lambda word: word.start)
        recognitions[recording.track] = Recognition(
            recording.key,
            recording.sha256,
            recording.sound.duration,
            in_ms[recording.track],
            tuple(block.end * 1000 // RATE for block in own if block.forced),
            in_order([word for word in words if not word.residue], recording.sound.duration),
            tuple(word for word in words if word.residue),
            tuple(reruns[recording.track]),
            languages.get(recording.track),
            tuple(block.pieces for block in own),
        )
    return recognitions


def run(
    pieces: Sequence[TrackBlock],
    settings: TranscribeSettings,
    model: Model,
    pool: Pool,
    spoken: dict[str, tuple[SpeechSegment, ...]],
    progress: Progress,
    hotwords: Sequence[str] = (),
) -> list[tuple[RawWord, ...]]:
    """The words of each piece on its track's clock; `spoken` is the speech of each track in ms."""
    told = hotwords or [""] * len(pieces)
    tasks = [_task(piece, settings, model, hot) for piece, hot in zip(pieces, told, strict=True)]
    answers = pool.run(tasks, progress)
    return [
        _placed(piece.block, jobs.words(answer), piece.recording.track, spoken[piece.recording.track])
        for piece, answer in zip(pieces, answers, strict=True)
    ]


def _again(
    recordings: Sequence[Recording],
    planned: Sequence[TrackBlock],
    first: Sequence[tuple[RawWord, ...]],
    spoken: dict[str, tuple[SpeechSegment, ...]],
    settings: TranscribeSettings,
    model: Model,
    pool: Pool,
) -> tuple[dict[str, list[RawWord]], dict[str, list[Rerun]]]:
    """All words after a second look at what may have been lost, and what was looked at, by track."""
    words: dict[str, list[RawWord]] = {recording.track: [] for recording in recordings}
    reruns: dict[str, list[Rerun]] = {recording.track: [] for recording in recordings}
    thin: list[tuple[TrackBlock, tuple[RawWord, ...]]] = []
    for recording in recordings:
        own = [(p, w) for p, w in zip(planned, first, strict=True) if p.recording is recording]
        for poor, piece, said in _thin(own):
            if poor and len(piece.block.halves()) > 1:
                thin.append((piece, said))
            else:
                words[recording.track] += said
    parts = [TrackBlock(piece.recording, half) for piece, _ in thin for half in piece.block.halves()]
    second = iter(run(parts, settings, model, pool, spoken, lambda _: None) if parts else [])
    for piece, said in thin:
        better = [word for _ in piece.block.halves() for word in next(second)]
        track = piece.recording.track
        taken = better if len(better) > len(said) else list(said)
        words[track] += taken
        reruns[track].append(_rerun(piece.block, "few_words", len(said), len(taken)))
    gaps = [
        (recording, Block((_wider(recording, start, end),)), (start, end))
        for recording in recordings
        for start, end in flags.wordless(
            in_order(
                [w for w in sorted(words[recording.track], key=lambda w: w.start) if not w.residue],
                recording.sound.duration,
            ),
            spoken[recording.track],
        )
    ]
    alone = [TrackBlock(recording, block) for recording, block, _ in gaps]
    third = run(alone, settings, model, pool, spoken, lambda _: None) if alone else []
    for (recording, _, (start, end)), said in zip(gaps, third, strict=True):
        inside = [word for word in said if lies_in(word, start, end) and _is_sure(word)]
        words[recording.track] += inside
        reruns[recording.track].append(Rerun(start, end, "speech_without_words", 0, len(inside)))
    return words, {track: sorted(rows) for track, rows in reruns.items()}


def _thin(own: Sequence[tuple[TrackBlock, tuple[RawWord, ...]]]) -> list[tuple[bool, TrackBlock, tuple[RawWord, ...]]]:
    """Whether each block of a track has under half of the usual number of words per second of speech."""
    rates = [len(words) / max(1, piece.block.spoken) for piece, words in own]
    usual = statistics.median(rates) if len(rates) >= _FEW else 0.0
    return [(rate < usual / 2, piece, words) for rate, (piece, words) in zip(rates, own, strict=True)]


def _rerun(block: Block, why: str, before: int, after: int) -> Rerun:
    return Rerun(block.start * 1000 // RATE, block.end * 1000 // RATE, why, before, after)


def _wider(recording: Recording, start: int, end: int) -> SpeechSegment:
    return SpeechSegment(
        max(0, (start - _AROUND) * RATE // 1000), min(recording.sound.samples, (end + _AROUND) * RATE // 1000)
    )


def _is_sure(word: RawWord) -> bool:
    """Whether a word that only the second look found is worth showing: breath and laughter give words too."""
    scores = word.segment
    return (
        not word.residue
        and scores.logprob >= engine.LOGPROB_THRESHOLD
        and scores.no_speech <= engine.NO_SPEECH_THRESHOLD
        and scores.compression <= engine.COMPRESSION_THRESHOLD
    )


def _languages(
    planned: Sequence[TrackBlock], settings: TranscribeSettings, model: Model, pool: Pool
) -> dict[str, tuple[str, float]]:
    """What is spoken on each track, from the first 30 s of its first block; nothing where the model knows but one."""
    first: dict[str, TrackBlock] = {}
    for piece in planned:
        first.setdefault(piece.recording.track, piece)
    tasks = []
    for piece in first.values():
        job = Identify(
            _recogniser(settings, model),
            str(piece.recording.sound.path),
            tuple(_beginning(piece.block)),
            blocks.SHORT_SILENCE,
        )
        tasks.append(Task(f"{piece.recording.path}: which language it is", 30.0, job))
    answers = pool.run(tasks, lambda _: None)
    return {
        track: (str(answer[0]), round(float(answer[1]), 3))
        for track, answer in zip(first, answers, strict=True)
        if answer is not None
    }


def _beginning(block: Block) -> list[tuple[int, int]]:
    left, pieces = _LANGUAGE, []
    for start, end in block.pieces:
        if left > 0:
            pieces.append((start, min(end, start + left)))
            left -= end - start
    return pieces


def _speech(recordings: Sequence[Recording], pool: Pool, progress: Progress) -> list[tuple[speech.SpeechSegment, ...]]:
    windows = [(recording, window) for recording in recordings for window in speech.windows(recording.sound.samples)]
    tasks = [
        Task(
            f"{recording.path}: looking for speech at {timecode.show(window.start * 1000 // RATE)}",
            (window.end - window.start) / RATE,
            Detect(str(recording.sound.path), *window),
        )
        for recording, window in windows
    ]
    answers = pool.run(tasks, progress)
    return [
        speech.stretches(
            (
                chance
                for (other, _), chances in zip(windows, answers, strict=True)
                if other is recording
                for chance in chances
            ),
            recording.sound.samples,
        )
        for recording in recordings
    ]


def _task(piece: TrackBlock, settings: TranscribeSettings, model: Model, hotwords: str) -> Task:
    recording, block = piece
    start, end = (timecode.show(sample * 1000 // RATE) for sample in (block.start, block.end))
    return Task(
        f"{recording.path} from {start} to {end}",
        block.samples / RATE,
        jobs.Recognise(
            _recogniser(settings, model),
            str(recording.sound.path),
            tuple(block.pieces),
            blocks.SHORT_SILENCE,
            recording.track,
            settings.language,
            settings.beam_size,
            hotwords,
        ),
    )


def _recogniser(settings: TranscribeSettings, model: Model) -> Recogniser:
    return Recogniser(engines.find(settings.engine).place, str(model.path), engines.precision(settings))


def _placed(
    block: Block, words: Sequence[HeardWord], track: str, spoken: Sequence[SpeechSegment]
) -> tuple[RawWord, ...]:
    placed = []
    for word in words:
        first, last = speech.fit(block.to_track(word.start), block.to_track(word.end), spoken)
        # Rounded once, here: what is kept in a file and what was just recognised are the same.
        segment = Scores(*(round(score, 6) for score in (word.logprob, word.compression, word.no_speech)))
        placed.append(RawWord(word.text, first, last, round(word.probability, 6), track, segment, word.residue))
    return tuple(placed)


def quietest(sound: Pcm, start: int, end: int) -> int:
    """The middle of the quietest 100 ms between two samples."""
    import numpy as np

    energy = np.square(sound.read(start, end).astype(np.float64))
    total = np.concatenate([[0.0], np.cumsum(energy)])
    return start + int(np.argmin(total[_QUIET:] - total[:-_QUIET])) + _QUIET // 2
