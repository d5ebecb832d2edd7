"""Lists of words that the screen knows, from the files beside this one."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path

from podcast_pipeline import reading

_HERE = Path(__file__).parent


@functools.cache
def words(name: str) -> frozenset[str]:
    """The list of this name in words.toml."""
    text: str = _lists()[name]
    return frozenset(text.split())


@functools.cache
def _lists() -> dict[str, str]:
    return tomllib.loads(reading.text(_HERE / "words.toml"))


@functools.cache
def given() -> frozenset[str]:
    """Common given names."""
    return _names("given.txt")


@functools.cache
def family() -> frozenset[str]:
    """Common family names."""
    return _names("family.txt")


def _names(file: str) -> frozenset[str]:
    lines = reading.text(_HERE / file).splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
