"""The solve: which gain before the limiter meets the target, and what to change when a codec moved it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from podcast_pipeline.audio import w64
from podcast_pipeline.audio.forms import Encoding
from podcast_pipeline.audio.gain_curve import straight
from podcast_pipeline.audio.limiter import Envelope
from podcast_pipeline.audio.measure import Measurement
from podcast_pipeline.errors import AudioError
from podcast_pipeline.model.audio import AudioSettings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TOLERANCE = 0.2
"""LU: what a listener's file may be off its target."""
AIM = 0.12
"""LU: what the rounds work towards: meters disagree by some hundredths."""
MARGIN = 0.5
"""dB below the true-peak limit to work towards: meters disagree on peaks."""
_SOLVED = 0.005
"""LU, before encoding."""
_TRIALS = 40
_BLOCK_SECONDS = 2
_WIDEST = 30.0
"""dB of gain, either way: more means that something is wrong with the recording, not with its level."""


@dataclass(frozen=True, slots=True)
class Master:
    """What is done to the programme, in dB: `gain` before the limiter, its `ceiling`, `correction` behind it."""

    gain: float
    ceiling: float
    correction: float

    def blocks(self, programme: Path, envelope: Envelope, first: int, last: int) -> Iterator[NDArray[np.float32]]:
        """The frames `first` to `last` of the programme as they go to the encoder, shape (n, channels)."""
        import numpy as np

        step = envelope.step
        raised = np.float32(10 ** ((self.gain + self.correction) / 20))
        with w64.reading(programme) as reader:
            size = _BLOCK_SECONDS * reader.rate // step
            for at in range(first // step, -(-last // step), size):
                factors = envelope.curve(at, size, self.gain, self.ceiling) * raised
                start, end = max(first, at * step), min(last, (at + size) * step)
                lines = straight(factors, step)[start - at * step : end - at * step]
                block = reader.read(start, end - start)
                # Channel by channel: numpy is many times as fast along rows as across them.
                yield np.stack([block[:, channel] * lines for channel in range(reader.channels)], axis=1)


@dataclass(frozen=True, slots=True)
class Round:
    """One encoded file: how it was made, LUFS behind the limiter, and what was measured on it, decoded."""

    master: Master
    limited: float
    decoded: Measurement

    def taken(self, programme: float) -> float:
        """LU that the limiter took of a programme of so many LUFS."""
        return programme + self.master.gain - self.limited

    def error(self, settings: AudioSettings) -> float:
        """LU above (+) or below (-) the target."""
        return self.decoded.loudness.integrated - settings.target

    def _beyond(self, settings: AudioSettings, tolerance: float, peak: float) -> float:
        over = max(0.0, self.decoded.loudness.true_peak - peak)
        return max(0.0, abs(self.error(settings)) - tolerance) + over

    def usable(self, settings: AudioSettings) -> bool:
        """Within the tolerance and at or below the true-peak limit."""
        return self._beyond(settings, TOLERANCE, settings.true_peak) == 0

    def meets_aim(self, settings: AudioSettings) -> bool:
        """As good as another round could make it."""
        return self._beyond(settings, AIM, settings.true_peak - MARGIN) == 0

    def rank(self, settings: AudioSettings) -> tuple[float, float]:
        """Sorts the best round first: what may not be missed, then what should not."""
        limit = settings.true_peak
        return self._beyond(settings, TOLERANCE, limit), self._beyond(settings, AIM, limit - MARGIN)


def first(programme: Path, settings: AudioSettings, loudness: float, form: Encoding) -> Master:
    """Where to begin for one form, with a programme of `loudness` LUFS.

    Raises AudioError: silent, or a gain beyond 30 dB.
    """
    if not math.isfinite(loudness):
        raise AudioError(f"{programme}: the programme is silent: nothing is above -70 LUFS", "check the recordings")
    gain = settings.target - loudness
    if abs(gain) > _WIDEST:
        raise AudioError(
            f"{programme}: the programme is at {loudness:.1f} LUFS: it would need {gain:+.1f} dB",
            "set gain in [[track]], or record again: at this level there is more noise than voice",
        )
    return Master(gain, settings.true_peak - form.headroom, form.loss)


def solve(envelope: Envelope, settings: AudioSettings, master: Master) -> tuple[Master, float]:
    """The gain that brings the limited programme to the target, and the LUFS that it has then.

    Where the limiter takes all of it the target is out of reach: then it is as near as 30 dB bring it.
    """
    tried: dict[float, float] = {}

    def over(gain: float) -> float:
        """LU that this gain, of three decimals, ends above the target: what another processor computes in the last
        digit must not reach the bytes of the file."""
        tried[gain] = envelope.limited(gain, master.ceiling) - settings.target
        return tried[gain]

    # The limiter only takes away: the target lies between this gain and a higher one.
    quiet = loud = round(settings.target - envelope.integrated, 3)
    while (missing := -over(loud)) > 0 and loud < _WIDEST:
        quiet, loud = loud, min(_WIDEST, round(loud + 2 * missing + _SOLVED, 3))
    while min(map(abs, tried.values())) > _SOLVED and tried[quiet] < 0 < tried[loud] and len(tried) < _TRIALS:
        # A straight line falls short of a curve that bends; the middle is always sure to get there.
        share = tried[quiet] / (tried[quiet] - tried[loud]) if len(tried) % 3 else 0.5
        gain = round(quiet + min(0.95, max(0.05, share)) * (loud - quiet), 3)
        if over(gain) < 0:
            quiet = gain
        else:
            loud = gain
    gain = min(tried, key=lambda gain: abs(tried[gain]))
    return replace(master, gain=gain), settings.target + tried[gain]


def corrected(made: Round, settings: AudioSettings) -> Master:
    """What to try next: put back what the codec took, and lower the ceiling by what the peaks are above the aim."""
    lost = made.limited + made.master.correction - made.decoded.loudness.integrated
    over = made.decoded.loudness.true_peak - (settings.true_peak - MARGIN)
    ceiling = made.master.ceiling - (over + 0.1 if over > 0 else 0.0)
    return Master(made.master.gain, ceiling, min(1.5, max(-1.0, lost)))
