"""Damage in a recording: what is lost of it, and where, for who is asked whether the rest is to be used."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from podcast_pipeline import timecode
from podcast_pipeline.audio.source import Source, look
from podcast_pipeline.errors import AudioError, DamagedError
from podcast_pipeline.sound import decode, stamps
from podcast_pipeline.sound.track import HIGHEST, Sound

_NAMED = 10
"""Places that a sentence names."""


@dataclass(frozen=True, slots=True)
class Unreal:
    """Samples that are no numbers (NaN, infinite or beyond any scale): how many moments have one, and when such runs
    begin (ms, the first ten)."""

    count: int = 0
    first: tuple[int, ...] = ()


def unreal(path: Path, source: Source, sound: Sound) -> Unreal:
    """Those in the track, in its own time. Raises AudioError if it cannot be decoded."""
    import numpy as np

    count, first, before, last = 0, list[int](), 0, np.zeros(1, np.bool_)
    channels = sound.channels(source.channels)
    with contextlib.closing(decode.samples(path, replace(sound, unreal=False), 0, channels=channels)) as blocks:
        for block in blocks:
            wrong = np.logical_not((np.abs(block.reshape(-1, channels)) < HIGHEST).all(axis=1))
            if wrong.any():
                begins = np.flatnonzero(wrong & ~np.concatenate((last, wrong[:-1])))
                first += [(before + int(at)) * 1000 // source.rate for at in begins[: _NAMED - len(first)]]
                count += int(wrong.sum())
            before, last = before + len(block), wrong[-1:]
    return Unreal(count, tuple(first))


def explained(path: Path, stream: int, error: DamagedError, *, allowed: bool) -> AudioError:
    """The error, with how much is lost and where, as far as that is known; `allowed`: it is used, and yet cannot be."""
    if allowed:
        return AudioError(f"{error.message}: nothing of it is whole", "copy it again from the recorder")
    try:
        source = look(path, allow_damaged=True, stream=stream)
        told = stamps.look(path, source.demuxer, stream, damaged=True)
        sound = Sound(gaps=told.gaps, per_second=source.rate, stream=stream, damaged=True)
        wrong, seconds = unreal(path, source, sound), _seconds(path, source, sound)
    except AudioError:
        return explained(path, stream, error, allowed=True)
    what = []
    if lost := [(start, gap.samples) for start, gap in zip(told.starts(), told.gaps, strict=True)]:
        what.append(f"{sum(count for _, count in lost) / source.rate:.2f} s are lost, {listed(lost, source.rate)}")
    if source.promised is not None and (short := source.promised - seconds) > 0.1:
        end = f"its last {short:.1f} s are missing"
        what.append(end if source.demuxer in stamps.PLACED else f"{short:.1f} s less than its header promises")
    if wrong.count:
        times = ", ".join(timecode.exact(at) for at in wrong.first)
        what.append(f"{wrong.count:,} samples are no numbers (NaN, infinite or beyond any scale), at {times}")
    return DamagedError(f"{error.message}: {'; '.join(what)}") if what else error


def listed(lost: Sequence[tuple[int, int]], rate: int) -> str:
    """Where and how long: the longest first where there are more than a sentence holds; start and length in samples."""
    chosen = sorted(sorted(lost, key=lambda gap: -gap[1])[:_NAMED])
    places = ", ".join(f"{timecode.exact(at * 1000 // rate)} ({count / rate:.2f} s)" for at, count in chosen)
    return f"at {places}" + (f" and in {len(lost) - _NAMED:,} shorter places" if len(lost) > _NAMED else "")


def _seconds(path: Path, source: Source, sound: Sound) -> float:
    with contextlib.closing(decode.samples(path, sound, source.rate)) as blocks:
        return sum(len(block) for block in blocks) / source.rate
