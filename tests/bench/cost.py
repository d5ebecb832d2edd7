"""What a program costs: CPU seconds of it and its children, which a busy machine disturbs little."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Sequence
from typing import Any


def cpu(argv: Sequence[str], **options: Any) -> tuple[float, subprocess.CompletedProcess[str]]:
    """User and system seconds of one run of `argv` and its children, and how it ended. Raises CalledProcessError."""
    # With compiled modules, as wherever the package is installed.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(argv, **{"check": True, "capture_output": True, "text": True, "env": environment, **options})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done
