"""How late one microphone hears what another one hears: generalised cross-correlation with phase transform.

All amplitudes are made equal, so that the sharpest peak is the direct sound's (Knapp and Carter 1976). Whoever asks
brings the moments, the rate and the band; what counts as a delay is the same for all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from numpy.typing import NDArray

FARTHEST = 500
"""ms: the longest delay looked for; a remote guest's loudspeaker, not only the other end of the table."""
CLEAR = 8.0
"""A delay counts if its correlation is so many times the median one; otherwise there is nothing to hear."""
_LOWEST = 150
"""Hz: below is hum."""


class Peak(NamedTuple):
    """The highest correlation, at `late` samples, which is `ratio` times the median one."""

    late: float
    ratio: float

    @property
    def clear(self) -> bool:
        """Whether there is anything to hear."""
        return self.ratio >= CLEAR


def phases(heard: NDArray[Any], said: NDArray[Any], size: int, rate: int, highest: int) -> NDArray[Any]:
    """The cross-spectrum of two sounds, padded to `size` samples, with all amplitudes equal in the band of speech, up
    to `highest` Hz; above is mostly noise. As precise as the sounds are."""
    import numpy as np

    cross = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(said, size))
    cross /= np.maximum(np.abs(cross), cross.real.dtype.type(1e-12))
    cross[: _LOWEST * size // rate] = cross[highest * size // rate :] = 0
    return cross


def peak(correlation: NDArray[Any], rate: int, *, fine: bool = False) -> Peak:
    """The delay within FARTHEST to both sides; `fine`: between samples, on a parabola through the highest three."""
    import numpy as np

    reach = FARTHEST * rate // 1000
    near = np.abs(np.concatenate((correlation[-reach:], correlation[: reach + 1])))
    best = int(np.argmax(near))
    beside = 0.0
    if fine and 0 < best < len(near) - 1:
        left, top, right = near[best - 1 : best + 2]
        beside = float(0.5 * (left - right) / (left - 2 * top + right)) if left - 2 * top + right else 0.0
    return Peak(best + beside - reach, float(near[best] / (np.median(near) + 1e-20)))
