"""Intro and outro: short sounds, decoded once, faded by pydub, brought to a level below the voices."""

from __future__ import annotations

import math
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from podcast_pipeline import ffmpeg
from podcast_pipeline.audio import measure
from podcast_pipeline.errors import AudioError
from podcast_pipeline.model.audio import Music

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BELOW_SPEECH = 2.0
"""LU: music as loud as speech on the meter sounds louder than speech."""
LONGEST = 120
"""Seconds: it is held in memory."""


def load(path: Path, music: Music, rate: int, channels: int, loudness: float) -> NDArray[np.float32]:
    """The sound `path` with its fades, at `loudness` LUFS, as float32 of shape (n, channels).

    n is a whole number of 10 ms, as pydub counts in ms. Raises AudioError: no audio, silent, longer than two minutes,
    fades longer than the sound.
    """
    import numpy as np

    sound = _decode(path, rate, channels)
    length = len(sound) * 1000 // rate
    if music.fade_in + music.fade_out > length:
        raise AudioError(
            f"{path}: the fades ({music.fade_in + music.fade_out} ms) are longer than the sound ({length} ms)",
            "shorten fade_in or fade_out in [audio]",
        )
    layout = "stereo" if channels == 2 else "mono"
    found = measure.loudness(path, rate, filters=f"aformat=channel_layouts={layout}", peak=False).loudness.integrated
    if not math.isfinite(found):
        raise AudioError(f"{path}: silent, or shorter than 0.4 s", "use another file as intro or outro")
    # Only the edges go through pydub: it copies what it is given, several times.
    sound *= np.float32(10 ** ((loudness - found) / 20))
    rise, fall = music.fade_in * rate // 1000, music.fade_out * rate // 1000
    if rise:
        sound[:rise] = _faded(sound[:rise], rate, music.fade_in, 0)
    if fall:
        sound[-fall:] = _faded(sound[-fall:], rate, 0, music.fade_out)
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


def _faded(sound: NDArray[np.float32], rate: int, fade_in: int, fade_out: int) -> NDArray[np.float32]:
    """The same frames with pydub's fades, in ms."""
    import numpy as np

    with warnings.catch_warnings():
        # It looks for programs of its own and complains; decoding is not its task here.
        warnings.simplefilter("ignore")
        from pydub import AudioSegment

    # pydub works on integers: scale, so that peaks beyond full scale stay whole.
    scale = np.float32(max(1.0, float(np.abs(sound).max(initial=0.0))) / (2**31 - 128))
    whole = (sound / scale).astype("<i4")
    segment = AudioSegment(data=whole.tobytes(), sample_width=4, frame_rate=rate, channels=sound.shape[1])
    segment = segment.fade_in(fade_in) if fade_in else segment.fade_out(fade_out)
    return np.frombuffer(segment.raw_data, dtype="<i4").reshape(sound.shape).astype(np.float32) * scale
