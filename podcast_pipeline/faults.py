"""Faults on purpose: `PODCAST_FAULT=kill:7` ends the process at its seventh write step or storage call.

`ENOSPC:n` and `EIO:n` let that step fail as a full or broken disk would; `hold:n` stops the process there until it gets
SIGCONT; `kill:2:renamed feed.xml` counts the steps of that name only; `trace:0` lets nothing fail and names every step
on stderr. Without the variable nothing happens.
"""

from __future__ import annotations

import errno
import itertools
import os
import signal
import sys

VARIABLE = "PODCAST_FAULT"
_KINDS = {"ENOSPC": errno.ENOSPC, "EIO": errno.EIO}
_SIGNALS = {"kill": signal.SIGKILL, "hold": signal.SIGSTOP}
_count = itertools.count(1)


def point(step: str) -> None:
    """One step at which a process may die or a disk may fail; `step` names it. Raises OSError if it is to fail."""
    if VARIABLE not in os.environ:
        return
    kind, _, place = os.environ[VARIABLE].partition(":")
    number, _, name = place.partition(":")
    if kind == "trace":
        print(f"fault point {next(_count)}: {step}", file=sys.stderr)  # noqa: T201  asked for by the variable
    elif name in ("", step) and next(_count) == int(number):
        if kind in _SIGNALS:
            os.kill(os.getpid(), _SIGNALS[kind])
            return
        raise OSError(_KINDS[kind], os.strerror(_KINDS[kind]), step)
