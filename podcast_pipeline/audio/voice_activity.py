"""Voice activity: how much of what a microphone hears stands above its own noise, whatever that noise is.

Steady noise is known by its spectrum, which pauses between words show: in each band the lowest levels of some seconds
(minimum statistics, Martin 2001). A voice stands above it in some bands long before it does in all of them together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from podcast_pipeline.audio.runs import runs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FRAMES = 50
"""Levels per second of a track: 20 ms each, also those of all sound (`dominance.LevelEar`)."""
_RATE = 16000
"""Samples per second that are enough: speech above 8 kHz never comes alone."""
_EDGES = (
    100, 200, 300, 400, 510, 630, 770, 920, 1080, 1270, 1480, 1720, 2000, 2320, 2700, 3150, 3700, 4400, 5300, 6400, 7700
)  # fmt: skip
"""Hz: the critical bands of hearing (Zwicker 1961) between hum and the hiss of "s"."""
_BLOCK = 50
"""Frames of which the lowest levels are taken together."""
_REACH = 1
"""Blocks to both sides in which a pause is looked for. A passing car is followed so; in speech each band has pauses in
3 s, unless a vowel is held for as long."""
_PART = 60
"""Blocks that are worked on at once: a recording of hours needs no more memory than one of minutes."""
_RISES = 20.0
"""dB by which noise may rise above what it is over the whole recording; above that it is somebody."""
_LOWEST = 0.1
"""Share of the frames of a block that are taken for its noise."""
_BIAS = 3.0
"""dB by which the mean of noise is above those (measured on noise of many spectra, levels of three frames)."""
_MARGIN = 3.0
"""dB above the mean of noise that it hardly reaches in levels of three frames."""
_EVIDENCE = 0.25
"""dB above that, as a mean of all bands, from which it is no noise: that reaches 0.1 in one frame of a hundred."""
NOTHING = -120.0
"""dBFS, where nothing stands above the noise."""
_MUTED = -120.0
"""dBFS of the loudest band below which a frame is no sound of a room: a muted microphone, lost packets."""
_WORD = -32.0
"""dB from the level of a voice: what is a word of it."""
_EDGE = -40.0
"""dB from the level of a voice down to which sound that goes on without a gap belongs to a word."""
_SHORTEST = 0.06
"""Seconds above that for a word, in levels of 60 ms: a key or a cup is shorter."""
_GAP = 0.16
"""Seconds within a word in which nothing is heard: "t" and "k" are shut."""
_CLEAR = -10.0
"""dB from the level of a voice: beyond doubt it is this one."""
_TURN = 1.0
"""Seconds around what is beyond doubt in which its speaker may go on softly."""
_USUAL = 0.8
"""Share of the time outside of these to which noise that comes and goes is as loud as this or less."""
_ABOVE_EVENTS = 5.0
"""dB above that of a word."""
_KNOWN = 5.0
"""Seconds outside of these by which that is known."""


class Levels(NamedTuple):
    """Of every 20 ms of a track, in dBFS: all sound but rumble (see `dominance`), and what stands above its noise."""

    sound: NDArray[np.float32]
    voice: NDArray[np.float32]


class VoiceEar:
    """Levels of every 20 ms in critical bands; at the end, what of them stands above the noise of the recording."""

    def __init__(self, rate: int) -> None:
        import numpy as np

        self.window = max(1, rate // FRAMES)
        self.step = max(step for step in range(1, max(1, rate // _RATE) + 1) if self.window % step == 0)
        width = self.window // self.step
        self.shape = np.sin(np.pi * (np.arange(width) + 0.5) / width).astype(np.float32)
        bins = np.searchsorted(np.fft.rfftfreq(width, self.step / rate), _EDGES)
        # A slow recording has fewer bands.
        self.edges = np.unique(np.minimum(bins, width // 2 + 1))
        self.rest: NDArray[np.float32] | None = None
        self.bands: list[NDArray[np.uint8]] = []

    def hear(self, block: NDArray[np.float32]) -> None:
        import numpy as np

        sound = block[:, 0] if block.shape[1] == 1 else block.mean(axis=1)
        sound = sound if self.rest is None else np.concatenate((self.rest, sound))
        whole = len(sound) // self.window * self.window
        self.rest = sound[whole:].copy()
        if not whole:
            return
        small = np.add.reduceat(sound[:whole], np.arange(0, whole, self.step)) / np.float32(self.step)
        frames = small.reshape(-1, len(self.shape)) * self.shape
        spectrum = np.fft.rfft(frames)
        powers = np.square(spectrum.real) + np.square(spectrum.imag)
        # As loud as the frame itself: a sine's power is half its square, its window's mean square a half.
        sums = np.add.reduceat(powers[:, : self.edges[-1]], self.edges[:-1], axis=1) * (4 / len(self.shape) ** 2)
        self.bands.append(_packed(10 * np.log10(np.maximum(sums, 1e-13))))

    def result(self) -> NDArray[np.float32]:
        """dBFS of what stands above the noise, NOTHING where that is nothing."""
        import numpy as np

        return above(np.concatenate(self.bands)) if self.bands else np.empty(0, np.float32)


def _packed(levels: NDArray[np.floating]) -> NDArray[np.uint8]:
    import numpy as np

    return np.clip(np.round(-2 * levels), 0, 255).astype(np.uint8)


def above(bands: NDArray[np.uint8]) -> NDArray[np.float32]:
    """What stands above the noise of a recording, in dBFS; `bands` (frames, bands) are half dB below full scale."""
    import numpy as np

    size = _PART * _BLOCK
    parts = [slice(first, min(first + size, len(bands))) for first in range(0, len(bands), size)]
    floors = _floors(np.concatenate([_lowest(_powers(bands, part)) for part in parts]))
    middles = (np.arange(len(floors)) + 0.5) * _BLOCK
    told = []
    for part in parts:
        powers, places = _powers(bands, part), np.arange(part.start, part.stop)
        columns = [np.interp(places, middles, floors[:, band]) for band in range(bands.shape[1])]
        limit = np.asarray(np.stack(columns, axis=1) + _BIAS + _MARGIN, np.float32)
        evidence = np.maximum(10 * np.log10(powers) - limit, 0).mean(axis=1)
        rest = np.maximum(powers - 10 ** (limit / 10), 0).sum(axis=1)
        levels = 10 * np.log10(np.maximum(rest, 10 ** (NOTHING / 10)))
        told.append(np.where(evidence > _EVIDENCE, levels, NOTHING).astype(np.float32))
    return np.concatenate(told)


def speaking(level: NDArray[np.float32], heard: NDArray[np.bool_], per_second: float) -> NDArray[np.bool_]:
    """In which frames the speaker is heard: in a stretch without a gap that is a word somewhere.

    `level` is what stands above the noise, in dB from the level of the voice. What passes by where nobody speaks, a car
    or people at the next table, is no noise of pauses, and no word.
    """
    import numpy as np

    turns = _wider(heard & (level > _CLEAR), round(_TURN * per_second))
    # What it hears of another speaker, who is as loud as a voice, says nothing of these.
    outside = level[~turns & (heard | (level < _EDGE))]
    events = float(np.quantile(outside, _USUAL)) if len(outside) > _KNOWN * per_second else -np.inf
    word = min(_CLEAR, max(_WORD, events + _ABOVE_EVENTS))
    edge = max(_EDGE, events)
    sounding = heard & (level > edge)
    stretches = _wider(sounding, round(_GAP / 2 * per_second))
    words = _lasting(heard & (level > word), round(_SHORTEST * per_second))
    edges = runs(stretches)
    counted = np.concatenate(([0], np.cumsum(words)))
    open_ = np.zeros(len(level), np.bool_)
    for first, last in edges[counted[edges[:, 1]] > counted[edges[:, 0]]].tolist():
        open_[first:last] = sounding[first:last]
    return open_


def _powers(bands: NDArray[np.uint8], part: slice) -> NDArray[np.float32]:
    """Of a part of the frames, each as the mean with its two neighbours."""
    import numpy as np

    table = (10 ** (np.arange(256) / -20)).astype(np.float32)
    first, last = max(0, part.start - 1), min(len(bands), part.stop + 1)
    powers = table[bands[first:last]]
    powers = np.concatenate((powers[: part.start == first], powers, powers[len(powers) - (part.stop == last) :]))
    return np.asarray((powers[:-2] + powers[1:-1] + powers[2:]) / 3)


def _lowest(powers: NDArray[np.float32]) -> NDArray[np.float32]:
    """The level of each band in the pauses of each block; infinite where the microphone was on for a tenth of it."""
    import numpy as np

    count = -(-len(powers) // _BLOCK)
    blocks = np.full((count * _BLOCK, powers.shape[1]), np.inf, np.float32)
    on = powers.max(axis=1) > 10 ** (_MUTED / 10)
    blocks[: len(powers)][on] = powers[on]
    blocks = np.sort(blocks.reshape(count, _BLOCK, -1), axis=1)
    there = np.isfinite(blocks[:, :, 0]).sum(axis=1)
    place = np.where(there > _LOWEST * _BLOCK, there * _LOWEST, _BLOCK - 1).astype(int)
    # A block that is on as a whole has no infinite one: its highest is none of a pause.
    lowest = np.where((there > _LOWEST * _BLOCK)[:, None], blocks[np.arange(count), place], np.inf)
    return np.asarray(10 * np.log10(lowest), np.float32)


def _floors(lowest: NDArray[np.float32]) -> NDArray[np.float32]:
    """The lowest levels of each band around each block: the mean of the two lowest, as chance makes one too low."""
    import numpy as np

    padded = np.pad(lowest, ((_REACH, _REACH), (0, 0)), constant_values=np.inf)
    around = np.sort([padded[at : at + len(lowest)] for at in range(2 * _REACH + 1)], axis=0)
    floors = (around[0] + np.where(np.isfinite(around[1]), around[1], around[0])) / 2
    floors = np.where(np.isfinite(floors), floors, NOTHING)
    if len(usual := lowest[np.isfinite(lowest[:, 0])]):
        floors = np.minimum(floors, np.quantile(usual, _LOWEST, axis=0) + _RISES)
    return np.asarray(floors, np.float32)


def _wider(where: NDArray[np.bool_], frames: int) -> NDArray[np.bool_]:
    """With so many frames more to both sides."""
    import numpy as np

    counted: NDArray[np.int64] = np.concatenate(
        (np.zeros(frames + 1, np.int64), np.cumsum(where), np.full(frames, np.count_nonzero(where)))
    )
    return np.asarray(counted[2 * frames + 1 :] > counted[: len(where)])


def _lasting(where: NDArray[np.bool_], frames: int) -> NDArray[np.bool_]:
    """Only stretches of at least so many frames, each at its first that is so long."""
    import numpy as np

    counted: NDArray[np.int64] = np.concatenate((np.zeros(frames, np.int64), np.cumsum(where)))
    return np.asarray(counted[frames:] - counted[: len(where)] >= frames)
