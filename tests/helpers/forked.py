"""The command in a child of this process: a process of its own, without the second that starting Python takes.

The child has everything imported, and the environment it is given; what it says goes through real files.
"""

from __future__ import annotations

import os
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
