"""How long a test with a long form runs: few cases by default, many where SOAK=1 is in the environment."""

from __future__ import annotations

import os


def examples(few: int, many: int) -> int:
    return many if os.environ.get("SOAK") else few
