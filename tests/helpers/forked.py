"""The command in a child of this process: a process of its own, without the second that starting Python takes.

The child has everything imported, and the environment it is given; what it says goes through real files.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping
from typing import IO, NoReturn

from shows import Said

from podcast_pipeline.cli import main


def podcast(environment: Mapping[str, str], *words: str) -> Said:
    """Run the command `podcast WORDS` and wait for its end."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as out, tempfile.TemporaryFile("w+", encoding="utf-8") as err:
        child = os.fork()
        if child == 0:
            _child(environment, words, out, err)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return Said(code, _text(out), _text(err))


def start(environment: Mapping[str, str], *words: str) -> subprocess.Popen[str]:
    """The command `podcast WORDS`, running, its outputs in pipes."""

    def child() -> None:
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))  # of the parent's; one of them tells Popen that the command runs
        signal.set_wakeup_fd(-1)
        with open(1, "w", encoding="utf-8") as out, open(2, "w", encoding="utf-8") as err:
            _child(environment, words, out, err)

    # Signals stay as Python has them: what would be restored for another program kills where Python reports an error.
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(["podcast", *words], preexec_fn=child, restore_signals=False, **pipes)  # type: ignore[call-overload,no-any-return]


def _text(stream: IO[str]) -> str:
    stream.seek(0)
    return stream.read()


def _child(environment: Mapping[str, str], words: tuple[str, ...], out: IO[str], err: IO[str]) -> NoReturn:
    code = 70
    try:
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
        sys.stdout, sys.stderr = out, err
        os.environ.clear()
        os.environ.update(environment)
        try:
            main(list(words))
        except SystemExit as end:
            code = int(end.code or 0)
        except BaseException:
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)
