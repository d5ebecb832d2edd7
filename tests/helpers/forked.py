"""The command in a child of this process: a process of its own, without the second that starting Python takes.

The child has everything imported, and the environment it is given; what it says goes through real files.
"""

from __future__ import annotations

import functools
import importlib
import itertools
import os
import pkgutil
import resource
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import IO, NoReturn

from shows import Said

import podcast_pipeline
from podcast_pipeline import faults
from podcast_pipeline.cli import main

LIBRARIES = ("PIL.Image", "boto3", "feedgen.feed", "jinja2", "lxml.etree", "mutagen", "numpy")
"""What many commands use of others."""


@functools.cache
def ready() -> None:
    """Import what commands import where they need it: every child would do that again."""
    modules = [module.name for module in pkgutil.walk_packages(podcast_pipeline.__path__, "podcast_pipeline.")]
    for name in (*LIBRARIES, *modules):
        if not name.endswith(".__main__"):
            importlib.import_module(name)


def podcast(environment: Mapping[str, str], *words: str, folder: Path | None = None) -> Said:
    """Run the command `podcast WORDS`, in `folder` and with its modules if one is given, and wait for its end."""
    ready()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as out, tempfile.TemporaryFile("w+", encoding="utf-8") as err:
        child = os.fork()
        if child == 0:
            if folder is not None:
                os.chdir(folder)
                sys.path.insert(0, str(folder))
            _child(environment, words, out, err)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return Said(code, _text(out), _text(err))


def start(environment: Mapping[str, str], *words: str, limit: int = 0) -> subprocess.Popen[str]:
    """The command `podcast WORDS`, running, its outputs in pipes. `limit`: bytes that a file may have, if any."""

    def child() -> None:
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))  # of the parent's; one of them tells Popen that the command runs
        signal.set_wakeup_fd(-1)
        if limit:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        with open(1, "w", encoding="utf-8") as out, open(2, "w", encoding="utf-8") as err:
            _child(environment, words, out, err)

    ready()
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
        faults._count = itertools.count(1)  # the parent may have passed points of its own
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
