"""peaks.dat: the waveform of the uncut recording, small enough for a browser.

The lowest and the highest sample of every 50 ms, all channels together: two signed bytes each, 127 being full scale,
one pair after the other without a header; 144 kB for an hour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PER_SECOND = 20


def drawn(block: NDArray[np.float32], rate: int) -> bytes:
    """The pairs of a block of shape (n, channels), which begins with one of them."""
    import numpy as np

    step = rate // PER_SECOND
    if missing := -len(block) % step:
        block = np.concatenate((block, np.repeat(block[-1:], missing, axis=0)))
    steps = block.reshape(-1, step * block.shape[1])
    pairs = np.stack((steps.min(axis=1), steps.max(axis=1)), axis=1)
    return np.clip(np.round(pairs * 127), -127, 127).astype(np.int8).tobytes()
