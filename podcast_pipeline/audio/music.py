"""Intro, outro and inserts: short sounds, decoded once, faded by pydub, brought to their level."""

from __future__ import annotations

import itertools
import math
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from podcast_pipeline import ffmpeg
from podcast_pipeline.audio import weighting
from podcast_pipeline.audio.weighting import LoudnessEar
from podcast_pipeline.errors import AudioError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BELOW_SPEECH = 2.0
"""LU: music as loud as speech on the meter sounds louder than speech."""
_FADE_STEP = 20
"""ms."""
LONGEST = 120
"""Seconds: it is held in memory."""


def load(path: Path, fades: tuple[int, int], rate: int, channels: int, loudness: float) -> NDArray[np.float32]:
    """The sound `path` at `loudness` LUFS, faded in and out over `fades` (ms), as float32 of shape (n, channels).

    n is a whole number of 10 ms, as pydub counts in ms. Raises AudioError: no audio, silent, longer than two minutes,
    fades longer than the sound.
    """
    import numpy as np

    sound = _decode(path, rate, channels)
    length = len(sound) * 1000 // rate
    if sum(fades) > length:
        raise AudioError(
            f"{path}: the fades ({sum(fades)} ms) are longer than the sound ({length} ms)",
            "shorten its fade_in or fade_out",
        )
    ear = LoudnessEar(rate, channels)
    ear.hear(sound)
    level = weighting.integrated(ear.result())
    if not math.isfinite(level):
        raise AudioError(f"{path}: silent, or shorter than 0.4 s", "use another file")
    # Only the edges go through pydub: it copies what it is given, several times.
    sound *= np.float32(10 ** ((loudness - level) / 20))
    rise, fall = (ms * rate // 1000 for ms in fades)
    if rise:
        sound[:rise] = _faded(sound[:rise], rate)
    if fall:
        sound[-fall:] = _faded(sound[-fall:][::-1], rate)[::-1]
    return sound


def _decode(path: Path, rate: int, channels: int) -> NDArray[np.float32]:
    import numpy as np

    blocks, count = [], 0
    for block in ffmpeg.samples(path, rate, channels=channels):
        count += len(block)
        if count > LONGEST * rate:
            raise AudioError(f"{path}: longer than {LONGEST} s", "an intro or outro is short; make it a track instead")
        blocks.append(block.reshape(-1, channels))
    step = rate // 100
    blocks.append(np.zeros((-count % step, channels), dtype=np.float32))
    return np.concatenate(blocks)


def _faded(sound: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """The same frames, rising from silence with equal power, by pydub."""
    import numpy as np

    with warnings.catch_warnings():
        # It looks for programs of its own and complains; decoding is not its task here.
        warnings.simplefilter("ignore")
        from pydub import AudioSegment

    # pydub works on integers: scale, so that peaks beyond full scale stay whole.
    scale = np.float32(max(1.0, float(np.abs(sound).max(initial=0.0))) / (2**31 - 128))
    channels, count = sound.shape[1], max(1, len(sound) * 1000 // rate // _FADE_STEP)
    edges = [len(sound) * i // count for i in range(count + 1)]
    parts = []
    # Its fades are straight lines; many short ones follow the sine.
    for first, last in itertools.pairwise(edges):
        whole = np.ascontiguousarray(sound[first:last] / scale).astype("<i4")
        segment = AudioSegment(data=whole.tobytes(), sample_width=4, frame_rate=rate, channels=channels)
        gains = [_decibels(math.sin(math.pi / 2 * at / len(sound))) for at in (first, last)]
        faded = segment.fade(from_gain=gains[0], to_gain=gains[1], start=0, duration=len(segment))
        parts.append(np.frombuffer(faded.raw_data, dtype="<i4").reshape(-1, channels)[: len(whole)])
    return np.concatenate(parts).astype(np.float32) * scale


def _decibels(amplitude: float) -> float:
    return max(-120.0, 20 * math.log10(amplitude)) if amplitude > 0 else -120.0
