"""Riding the gain of one track, as a curve over its time: its level, the other speakers, its pauses.

Everything that makes a track louder or quieter is one gain, known from the levels that the preflight has heard. So
neither a pause nor what a microphone hears of somebody else moves it, and a voice is turned slowly: by what it says in
a few seconds, not by every syllable.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from podcast_pipeline.audio.voice_activity import Levels, speaking

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DOWN = -20.0
"""dB: where its own speaker is silent a track is turned down, never off; dead air sounds broken."""
LOWEST = -32.0
"""dB that a track is turned down by at most, however loud it is where its own speaker is silent."""
_UNDER = 45.0
"""dB below the voice of its speaker that what is then left of a track should be: another voice has words at -30."""
_BEFORE = 0.08
"""Seconds that it opens before its speaker is loud enough: words begin softly."""
_HOLD = 0.25
"""Seconds that it stays open behind that: they end softly."""
_ATTACK = 0.1
_RELEASE = 0.25
_SPREAD = 1.5
"""Seconds: the level of a voice is a mean with the weights of a normal distribution this wide."""
_SPEECH = 15.0
"""dB below the level of a voice down to which sound is taken for it."""
_MOST = 12.0
"""dB that the leveller turns a voice up or down by."""
_FINE = 64
"""Steps of a dB in which the level is told."""
_PRIOR = 0.1
"""Share of speech at which half of that is done: what few words show of a level is half believed."""


@dataclass(frozen=True, slots=True)
class Ride:
    """The gain of a track along its time."""

    per_second: float
    """Frames, of a track's levels."""
    open: NDArray[np.bool_] | None
    """For each frame whether its own speaker is heard; None: it is always open."""
    level: NDArray[np.float64] | None
    """dB for each frame; None: as it is."""
    down: float = DOWN
    """dB, where its own speaker is not heard."""

    def opened(self, times: Iterable[tuple[int, int]]) -> Ride:
        """Open between these times too (ms of the track), as something else is to be heard there."""
        if self.open is None:
            return self
        open_ = self.open.copy()
        for start, end in times:
            first, last = (max(0, round(edge * self.per_second / 1000)) for edge in (start, end))
            open_[first:last] = True
        return replace(self, open=open_)

    def factors(self, times: NDArray[np.float64]) -> NDArray[np.float32]:
        """At these times (seconds of the track, in order)."""
        import numpy as np

        gain = np.zeros(len(times))
        # Only the frames around these times: a track has hundreds of thousands.
        around = round((_HOLD + _RELEASE + _BEFORE + _ATTACK) * self.per_second) + 2
        first = max(0, int(times[0] * self.per_second) - around)
        last = max(first + 1, int(times[-1] * self.per_second) + around)
        if self.level is not None:
            known = self.level[first:last] if first < len(self.level) else self.level[-1:]
            gain += np.interp(times * self.per_second - first - 0.5, np.arange(len(known)), known)
        if self.open is not None:
            starts = (first + np.flatnonzero(self.open[first:last])) / self.per_second
            gain += self.down * _shut(starts, times, 1 / self.per_second)
        return np.asarray(10 ** (gain / 20), np.float32)


def ride(levels: Levels, per_second: float, own: NDArray[np.bool_] | None, *, gate: bool, even: bool) -> Ride | None:
    """The gain of a track with these levels; None if nothing is to be done.

    `own` says where it is not somebody else whom it hears (see `dominance.owners`). `gate`: it is open only where its
    speaker is heard above its noise. `even`: the voice is levelled.
    """
    import numpy as np

    heard = np.ones(len(levels.voice), np.bool_) if own is None else own
    above = levels.voice - _loud(levels.voice[heard] if heard.any() else levels.voice)
    open_ = speaking(above, heard, per_second) if gate else own
    level = None
    if even:
        powers = 10 ** (levels.sound.astype(np.float64) / 10)
        speech = heard & (above > -_SPEECH)
        voice = _loud(levels.sound[speech] if speech.any() else levels.sound)
        level = _level(powers, speech, 10 ** (voice / 10), per_second)
        # Its loudness, which was measured, is that of everything the microphone hears.
        level -= voice - _loud(levels.sound)
        # In whole steps: what another processor computes in the last digit must not reach the bytes of the file.
        level = np.round(level * _FINE) / _FINE
    if open_ is None:
        return None if level is None else Ride(per_second, None, level)
    return Ride(per_second, open_, level, _down(levels.sound, open_))


def _down(sound: NDArray[np.float32], own: NDArray[np.bool_]) -> float:
    """dB that bring what is heard where its own speaker is silent well below the voice, in whole ones."""
    if own.all() or not own.any():
        return DOWN
    rest = _loud(sound[~own]) - _loud(sound[own])
    return float(max(LOWEST, min(DOWN, round(-_UNDER - rest))))


def _loud(levels: NDArray[np.float32]) -> float:
    """The level of speech, in dB: the mean power of what is at most 10 dB below the mean."""
    import numpy as np

    if not len(levels):
        return 0.0
    powers = 10 ** (levels.astype(np.float64) / 10)
    return float(10 * np.log10(powers[powers >= powers.mean() / 10].mean()))


def _level(
    powers: NDArray[np.float64], speech: NDArray[np.bool_], voice: float, per_second: float
) -> NDArray[np.float64]:
    """dB that bring the voice to the level that it has in all, wherever it is heard."""
    import numpy as np

    reach = round(3 * _SPREAD * per_second)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / (_SPREAD * per_second)) ** 2)
    weights /= weights.sum()

    def mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.convolve(np.pad(values, reach), weights, "valid")

    said = mean(speech.astype(np.float64))
    level = 10 * np.log10((mean(powers * speech) + 1e-12 * voice) / (said + 1e-12) / voice)
    return np.asarray(np.clip(-level * said / (said + _PRIOR), -_MOST, _MOST))


def _shut(starts: NDArray[np.float64], times: NDArray[np.float64], length: float) -> NDArray[np.float64]:
    """0 (open) to 1 at these times, on straight lines; the speaker is heard in frames of `length` from `starts` on."""
    import numpy as np

    if not len(starts):
        return np.ones(len(times))
    following = np.searchsorted(starts, times, side="right")
    ahead = np.where(following < len(starts), starts[np.minimum(following, len(starts) - 1)] - times, np.inf)
    behind = np.where(following > 0, times - starts[np.maximum(following - 1, 0)] - length, np.inf)
    return np.clip(np.minimum((ahead - _BEFORE) / _ATTACK, (behind - _HOLD) / _RELEASE), 0, 1)
