"""What a test needs beyond the package: absent, it is skipped at home and fails in CI."""

from __future__ import annotations

import importlib
import os
import shutil
from pathlib import Path
from types import ModuleType

import pytest


def _absent(what: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing: .ci/tools must install it")
    pytest.skip(f"{what} is not installed")


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
        _absent(f"the Python package {name}")
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
