"""Stretches of true in a row of flags."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def runs(flags: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Start and end of every run of true, shape (n, 2)."""
    import numpy as np

    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.view(np.int8), [0]))))
    return edges.reshape(-1, 2)
