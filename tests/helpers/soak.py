"""Short and long forms of one test: a few examples in `make test`, many in `make soak`."""

from __future__ import annotations

import os
from typing import TypeVar

T = TypeVar("T")

LONG = bool(os.environ.get("SOAK"))


def examples(few: T, many: T) -> T:
    """`many` where the environment says SOAK=1, else `few`."""
    return many if LONG else few
