"""Short and long forms of one test: a few examples in `make test`, many in `make soak`."""

from __future__ import annotations

import os

LONG = bool(os.environ.get("SOAK"))


def examples(few: int, many: int) -> int:
    """`many` where the environment says SOAK=1, else `few`."""
    return many if LONG else few
