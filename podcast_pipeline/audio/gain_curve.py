"""A gain given at edges, on straight lines between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def straight(factors: NDArray[np.float32], step: int) -> NDArray[np.float32]:
    """The factor of every sample, where those at the edges of n steps (n + 1 values) are `factors`."""
    import numpy as np

    ramp = np.arange(step, dtype=np.float32) / np.float32(step)
    return np.asarray(factors[:-1, None] + np.diff(factors)[:, None] * ramp, np.float32).reshape(-1)
