"""What a test needs beyond the package: absent, it is skipped at home and fails in CI."""

from __future__ import annotations

import importlib
import os
import re
import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

import pytest

KINDS = {
    "chromium": ("chromium",),
    "firefox": ("firefox-esr", "selenium", "geckodriver"),
    "clients": ("node", "feed clients", "axe-core"),
    "pesq": ("pesq",),
    "speakers": ("Resemblyzer",),
    "torch": ("torch", "whisper"),
    "system": ("unshare", "systemd-analyze"),
}
"""What `.ci/tools` installs, and what is then there. All else comes with the extra `test`."""
_ABSENT = "{what} is not installed"


def _absent(what: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing: .ci/tools must install it")
    pytest.skip(_ABSENT.format(what=what))


def program(name: str) -> str:
    """The path of the program `name`."""
    found = shutil.which(name)
    if found is None:
        _absent(name)
    assert found is not None
    return found


def module(name: str) -> ModuleType:
    """The imported module `name`."""
    try:
        return importlib.import_module(name)
    except ImportError:
        _absent(name)
        raise


def folder(path: Path, what: str) -> Path:
    """The folder `path`, which holds `what` once that is installed."""
    if not path.is_dir():
        _absent(what)
    return path


def speech(name: str) -> Path:
    """A file of real speech under PODCAST_SPEECH: data, not a tool, so its absence only skips."""
    folder = os.environ.get("PODCAST_SPEECH", "")
    path = Path(folder) / name
    if not folder or not path.is_file():
        pytest.skip("PODCAST_SPEECH names no folder with real speech")
    return path


def summary(reasons: Iterable[str]) -> list[str]:
    """What was not run and how it will be: a line for each kind of tool that is absent, or other reason."""
    kinds = {what: kind for kind, names in KINDS.items() for what in names}
    counts: Counter[str] = Counter()
    for reason in reasons:
        absent = re.fullmatch(re.escape(_ABSENT).replace(r"\{what\}", "(.+)"), reason)
        kind = kinds.get(absent[1], "") if absent else ""
        counts[f"need {', '.join(KINDS[kind])}: make tools KIND={kind}" if kind else f"({reason})"] += 1
    return [f"{count:4} {why}" for why, count in counts.most_common()]
