"""Options and settings of the whole suite."""

from __future__ import annotations

import fcntl
import functools
import os
import re
import signal
import socket
import sys
from collections import Counter
from collections.abc import Generator
from pathlib import Path
from typing import Any

import hypothesis
import needs
import pytest
import soak
from hypothesis.internal.conjecture import providers

# A suite that was started in the background ignores Ctrl-C, and so would every command that it starts and interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Modules are compiled once, those of the tests as well as those of the command that hundreds of tests start, also where
# the shell forbids to keep that.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# openai-whisper compiles two loops for seconds in each process, to run them for less than one.
os.environ.setdefault("NUMBA_DISABLE_JIT", "1")

# Hypothesis loads Trio where it is installed: not in the processes that begin from here.
os.environ.setdefault("HYPOTHESIS_NO_PLUGINS", "1")

# A busy machine is no failure: properties are about results, never about time.
# The short form draws the same examples everywhere: what nobody has seen yet is found by the long one.
hypothesis.settings.register_profile(
    "suite", max_examples=soak.examples(40, 1000), deadline=None, derandomize=not soak.LONG
)
hypothesis.settings.load_profile("suite")
if not soak.LONG:
    # Hypothesis draws texts and numbers of our own modules as well, of those that this process has imported so far.
    # Without them a test has the same examples whatever ran before it.
    providers._get_local_constants = lambda: providers._local_constants

_resolve = socket.getaddrinfo


def _at_home(host: Any, *arguments: Any, **named: Any) -> Any:
    """What resolves names in the tests' own process: those of this computer alone, so that no test asks a stranger."""
    name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    if name != "localhost" and not re.fullmatch(r"[0-9.]+|[0-9a-f:.]*:[0-9a-f:.]*", name):
        raise socket.gaierror(socket.EAI_NONAME, "tests reach no network")
    return _resolve(host, *arguments, **named)


socket.getaddrinfo = _at_home

# Modules of fixtures that test modules import names from, too.
pytest.register_assert_rewrite("shows", "browser", "clone", "weights")

GROUPS = ("browser", "s3", "clone", "weights")
"""Plugins of ours that start, make or read something for all their tests: that is done once, in one process."""

SLOW = 20
"""How many times as long as another a test takes that is marked `slow`, about."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are cores for this process, as tests also wait; four at most: each may hold a model."""
    return min(4, 1 + len(os.sched_getaffinity(0)))


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Of several processes the first compiles the tests, and the others read what it wrote: most of their beginning."""
    folder = os.open(Path(__file__).parent, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fcntl.flock(folder, fcntl.LOCK_SH)
        return (yield)
    finally:
        os.close(folder)


@functools.cache
def group(path: Path) -> str:
    """What is run in one process: a test module, or all of those that ask for one of GROUPS."""
    plugins = re.search(r"^pytest_plugins = \[(.*)\]$", path.read_text("utf-8"), re.MULTILINE)
    return next((name for name in GROUPS if plugins and f'"{name}"' in plugins[1]), path.name)


def pytest_make_parametrize_id(val: object) -> str | None:
    """Bytes that are no short text have no name: packed ones may hold the time, and processes must agree on names."""
    return "bytes" if isinstance(val, bytes) and not (val.isascii() and len(val) < 80) else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of several processes none is left alone with something long at the end: what takes longest goes first."""
    if hasattr(config, "workerinput"):
        weights: Counter[str] = Counter()
        for item in items:
            weights[group(item.path)] += SLOW if item.get_closest_marker("slow") else 1
        items.sort(key=lambda item: -weights[group(item.path)])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A module's tests stay in order in one process: its fixtures are made once; those of browsers and servers, too."""
    from xdist.scheduler import LoadScopeScheduling

    class Grouped(LoadScopeScheduling):  # type: ignore[misc]  # it has no types
        def _split_scope(self, nodeid: str) -> str:
            return group(config.rootpath / nodeid.partition("::")[0])

    config.option.loadscopereorder = False  # which goes by the number of tests alone
    return Grouped(config, log)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was skipped, by kind, each with the command after which it is run."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = [report.longrepr[2].removeprefix("Skipped: ") for report in skipped if isinstance(report.longrepr, tuple)]
    if reasons:
        terminalreporter.section("not run here")
        terminalreporter.write_line("\n".join(needs.summary(reasons)))
        terminalreporter.write_line("     all of it, on Debian as root: make tools test")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the expected files under tests/golden")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether expected files are to be rewritten from what the code makes now."""
    return bool(request.config.getoption("--update-golden"))
