"""A retake: a sentence that was said again later, matched to the one it replaces and to what stands around it.

Its level, its place between the channels and its tone are those of the passage that a cut takes out at its place: the
same person says nearly the same there. Where nothing is cut out, they are those of what stands around it, without the
tone, which may be somebody else's. Where its room rings longer, that is turned down. Under it lies the quiet of the
recording around it, as it would between its words.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from podcast_pipeline.audio import music, room, weighting
from podcast_pipeline.audio.dominance import LevelEar
from podcast_pipeline.audio.gain_rider import ride
from podcast_pipeline.audio.voice_activity import Levels, VoiceEar
from podcast_pipeline.audio.w64 import Reader
from podcast_pipeline.audio.weighting import LoudnessEar
from podcast_pipeline.model.audio import Insert

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

AROUND = 10.0
"""Seconds of the recording on either side that are its neighbours."""
SHORTEST = 1.0
"""Seconds of a passage that tell how somebody sounds in it."""
_TONE = 6.0
"""dB that a band of a third of an octave is turned up or down by at most: more would be another microphone's noise."""
_BANDS = (100.0, 8000.0)
"""Hz between which the tone is matched: below is rumble, above the band of telephones and calls."""
_TAPS = 4096
_LONGER = 0.1
"""Seconds by which its room rings longer at least before that is turned down."""
_WINDOW = 0.4
"""Seconds of a piece of quiet."""


def load(path: Path, insert: Insert, mix: Reader, passage: tuple[int, int], loudness: float) -> NDArray[np.float32]:
    """The retake as float32 of shape (n, channels) at the rate of `mix`.

    `passage`: samples of the mix that it replaces; (at, at) where it replaces nothing. `loudness` of the whole mix in
    LUFS: its level where nobody speaks around it. Raises AudioError as `music.load`.
    """
    import numpy as np

    sound = music.load(path, (insert.fade_in, insert.fade_out), mix.rate, 1, loudness)[:, 0]
    before, after = _near(mix, *passage)
    said = mix.read(passage[0], passage[1] - passage[0])
    same = len(said) >= SHORTEST * mix.rate and math.isfinite(_loudness(said, mix.rate))
    like = said if same else np.concatenate((before, after))
    sound = _gated(_at_home(sound, like.mean(axis=1), mix.rate), mix.rate)
    if same:
        sound = toned(sound, like.mean(axis=1), mix.rate)
    placed = sound[:, None] * _balance(like)
    wanted = around if math.isfinite(around := _loudness(like, mix.rate)) else loudness
    placed *= np.float32(10 ** ((wanted + insert.gain - _loudness(placed, mix.rate)) / 20))
    return placed + quiet(before, after, len(placed), mix.rate)


def _near(mix: Reader, start: int, end: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    reach = round(AROUND * mix.rate)
    first, last = max(0, start - reach), min(mix.samples, end + reach)
    return mix.read(first, start - first), mix.read(end, last - end)


def _loudness(sound: NDArray[np.float32], rate: int) -> float:
    """LUFS; -inf of silence."""
    ear = LoudnessEar(rate, sound.shape[1])
    ear.hear(sound)
    return weighting.integrated(ear.result())


def _gated(sound: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """Its pauses turned down and its level evened, as those of a track."""
    import numpy as np

    ears = LevelEar(rate), VoiceEar(rate)
    for ear in ears:
        ear.hear(sound[:, None])
    levels = Levels(*(ear.result() for ear in ears))
    if (own := ride(levels, rate / ears[0].window, None, gate=True, even=True)) is None:
        return sound
    return sound * own.factors(np.arange(len(sound)) / rate)


def _at_home(sound: NDArray[np.float32], like: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """With less of its room, where that rings longer than the one that it comes to."""
    there, here = room.reverberation(sound, rate), room.reverberation(like, rate) or room.DRY
    return sound if there is None or there < here + _LONGER else room.dried(sound, rate, there)


def _balance(same: NDArray[np.float32]) -> NDArray[np.float32]:
    """The factor of each channel that puts a voice where that of `same` stands; their powers are 1 in all."""
    import numpy as np

    power = np.square(same, dtype=np.float64).sum(axis=0) + 1e-12
    return np.asarray(np.sqrt(power / power.mean()), np.float32)


def toned(sound: NDArray[np.float32], like: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """`sound` with the long-term spectrum of `like` (both mono) in bands of a third of an octave, up to 6 dB each.

    One linear-phase filter, whose delay is taken off: no sample moves in time.
    """
    import numpy as np

    low, high = _BANDS
    centres = low * 2 ** (np.arange(math.floor(3 * math.log2(min(high, 0.4 * rate) / low)) + 1) / 3)
    wanted, is_ = (_spectrum(each, centres, rate) for each in (like, sound))
    difference = wanted - is_
    # Their levels are another matter.
    difference = np.clip(difference - difference.mean(), -_TONE, _TONE)
    frequencies = np.fft.rfftfreq(_TAPS, 1 / rate)
    curve = np.interp(np.log2(np.maximum(frequencies, 1.0)), np.log2(centres), difference)
    kernel = np.roll(np.fft.irfft(10 ** (curve / 20)), _TAPS // 2) * np.hanning(_TAPS)
    size = 1 << (len(sound) + _TAPS - 1).bit_length()
    passed = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(kernel, size), size)
    return np.asarray(passed[_TAPS // 2 :][: len(sound)], np.float32)


def _spectrum(sound: NDArray[np.float32], centres: NDArray[np.float64], rate: int) -> NDArray[np.float64]:
    """dB in the band around each of the `centres`, of what is at most 15 dB below the loudest frames."""
    import numpy as np

    count = max(1, len(sound) // _TAPS)
    frames = np.resize(sound, (count, _TAPS)) if len(sound) < _TAPS else sound[: count * _TAPS].reshape(count, _TAPS)
    power = np.abs(np.fft.rfft(frames * np.hanning(_TAPS))) ** 2
    loud = power.sum(axis=1)
    mean = power[loud >= loud.max() * 10**-1.5].mean(axis=0)
    edges = np.searchsorted(np.fft.rfftfreq(_TAPS, 1 / rate), [centres / 2 ** (1 / 6), centres * 2 ** (1 / 6)])
    bands = [mean[low : max(low + 1, high)].mean() for low, high in edges.T]
    return np.asarray(10 * np.log10(np.maximum(bands, 1e-20)))


def quiet(before: NDArray[np.float32], after: NDArray[np.float32], count: int, rate: int) -> NDArray[np.float32]:
    """`count` frames of the quietest moments of both sides, one melting into the next with equal power."""
    import numpy as np

    width = round(_WINDOW * rate)
    pieces = [side[at : at + width] for side in (before, after) for at in range(0, len(side) - width + 1, width // 2)]
    if not pieces:
        return np.zeros((count, before.shape[1]), np.float32)
    powers = [float(np.square(piece).mean()) or math.inf for piece in pieces]  # digital silence is no room
    chosen = [pieces[place] for place in np.argsort(powers, kind="stable")[: max(1, len(pieces) // 10)]]
    step, window = width // 2, np.sin((np.arange(width) + 0.5) / width * np.pi)[:, None]
    laid = np.zeros((count + 2 * width, before.shape[1]), np.float32)
    for number, at in enumerate(range(0, count + step, step)):
        laid[at : at + width] += chosen[number % len(chosen)] * window
    return laid[step:][:count]
