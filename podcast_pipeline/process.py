"""The one runner of outside programs: argument lists, no shell, a time limit, and nothing left running."""

from __future__ import annotations

import contextlib
import functools
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import FrameType
from typing import IO

from podcast_pipeline.errors import ToolFailed, ToolMissing

_PR_SET_PDEATHSIG = 1
DEFAULT_TIMEOUT = 6 * 3600.0
"""Seconds. A hung program would keep its episode locked for good."""
DECODER = {"RLIMIT_AS": 8 << 30, "RLIMIT_CPU": 6 * 3600, "RLIMIT_FSIZE": 64 << 30}
"""Memory, processor seconds and file size of FFmpeg, which reads what strangers have sent: far above honest work."""


@dataclass
class Program:
    """A running program and its pipes; `stderr` is filled when it has ended."""

    stdin: IO[bytes] | None
    stdout: IO[bytes] | None
    stderr: str = ""


@contextlib.contextmanager
def start(
    argv: Sequence[str], *, stdin: bool = False, stdout: bool = False, timeout: float = DEFAULT_TIMEOUT
) -> Iterator[Program]:
    """Run `argv` in its own process group while the block feeds or reads its pipes; leaving the block waits for it.

    Raises ToolMissing, or ToolFailed for a status other than 0 or after `timeout` seconds. Whatever leaves the block
    early (Ctrl-C, an exception) kills the whole group first: no program outlives the command that started it, nor, on
    Linux, its being killed.
    """
    expired = threading.Event()
    process: subprocess.Popen[bytes] | None = None
    with tempfile.TemporaryFile() as errors:
        try:
            with _uninterrupted():
                process = _launch(argv, stdin, stdout, errors)
            with _limited(process, timeout, expired):
                program = Program(process.stdin, process.stdout)
                # A program that dies while it is being fed breaks the pipe: its own message is the cause worth showing.
                with contextlib.suppress(BrokenPipeError):
                    yield program
                _close(process)
                process.wait()
        finally:
            if process is not None:
                _kill(process)
                _close(process)
        errors.seek(0)
        program.stderr = errors.read().decode("utf-8", "replace")
        if process.returncode != 0:
            hint = f"it was stopped after {timeout:.0f} s" if expired.is_set() else None
            raise ToolFailed(argv, process.returncode, program.stderr[-4000:], hint)


def run(argv: Sequence[str], *, timeout: float = DEFAULT_TIMEOUT) -> tuple[bytes, str]:
    """Run `argv` to its end; returns (stdout, stderr). Raises ToolMissing or ToolFailed."""
    with start(argv, stdout=True, timeout=timeout) as program:
        assert program.stdout is not None
        output = program.stdout.read()
    return output, program.stderr


def _launch(argv: Sequence[str], stdin: bool, stdout: bool, errors: IO[bytes]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            list(argv),
            stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
            stdout=subprocess.PIPE if stdout else subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,
            preexec_fn=_prepared(argv[0], os.getpid()),
        )
    except FileNotFoundError as error:
        raise ToolMissing(f"{argv[0]}: no such program", "`podcast doctor` lists what is needed") from error
    except OSError as error:
        raise ToolMissing(f"{argv[0]}: cannot be started: {error.strerror}") from error


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Ctrl-C waits for the end of the block: while a program starts, it would be lost or leave the program behind."""
    earlier = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(earlier):
        yield
        return
    came: list[tuple[int, FrameType | None]] = []
    signal.signal(signal.SIGINT, lambda number, frame: came.append((number, frame)))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, earlier)
        if came:
            earlier(*came[0])


@contextlib.contextmanager
def _limited(process: subprocess.Popen[bytes], timeout: float, expired: threading.Event) -> Iterator[None]:
    """Kill `process` after `timeout` seconds, and then set `expired`."""

    def stop() -> None:
        expired.set()
        _kill(process)

    timer = threading.Timer(timeout, stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _prepared(program: str, parent: int) -> Callable[[], None] | None:
    """What a new program does before it starts: ends with its parent; FFmpeg takes its limits."""
    ends = _end_with(parent)
    if "ffmpeg" not in program.rsplit("/", 1)[-1].lower() or sys.platform == "win32":
        return ends
    import resource

    limits = []
    for name, most in DECODER.items():
        number = getattr(resource, name)
        _, hard = resource.getrlimit(number)
        within = most if hard == resource.RLIM_INFINITY else min(most, hard)
        limits.append((number, (within, within)))

    def prepare() -> None:
        for number, both in limits:
            resource.setrlimit(number, both)
        if ends is not None:
            ends()

    return prepare


def _end_with(parent: int) -> Callable[[], None] | None:
    """What a new program does before it starts so that it ends when `parent` is killed (Linux; elsewhere None)."""
    if sys.platform != "linux":
        return None
    control = _prctl()

    # The kernel means the thread that starts a program, not its process: that thread has to stay, as `start` does.
    def prepare() -> None:
        control(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died in between
            os._exit(1)

    return prepare


@functools.cache
def _prctl() -> Callable[[int, int], int]:
    import ctypes

    prctl: Callable[[int, int], int] = ctypes.CDLL(None).prctl
    return prctl


def _kill(process: subprocess.Popen[bytes]) -> None:
    # The whole group, as a program may have started others; it may also be gone already.
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _close(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
