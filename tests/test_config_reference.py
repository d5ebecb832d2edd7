"""The written reference says what the program reads: same keys, same defaults, examples that work."""

from __future__ import annotations

import re

import pytest

from podcast_pipeline.config import reference
from podcast_pipeline.config.table import Nested, Problems, Table, Where


def test_every_key_of_every_file_is_explained() -> None:
    """As many rows as there are keys, each with its meaning."""
    page = reference.markdown()
    rows = re.findall(r"^\| `([a-z0-9_]+)` \| ([^|]*)", page, re.MULTILINE)
    assert [name for name, _ in rows] == [key for _, _, declared in reference.FILES for key in _in_order(declared)]
    assert all(text.strip() for _, text in rows)


def _in_order(declared: Table[object]) -> list[str]:
    """Plain keys first, then those of each nested table, as the page lists them."""
    found = [key.name for key in declared.keys if not isinstance(key.read, Nested)]
    for key in declared.keys:
        if isinstance(key.read, Nested):
            found += _in_order(key.read.table)
    return found


@pytest.mark.parametrize("file", [file for file, _, _ in reference.FILES])
def test_an_unknown_key_is_refused_with_the_nearest_one(file: str) -> None:
    """The same declarations validate: one letter off is named."""
    declared = next(table for name, _, table in reference.FILES if name == file)
    known = next(key.name for key in declared.keys if len(key.name) > 3)
    problems = Problems()
    assert declared.read({f"{known}x": 1}, Where(file, "", problems)) is None
    (problem,) = [problem for problem in problems.entries if f'did you mean "{known}"?' in problem.sentence]
    assert (problem.file, problem.key, str(problem)) == (file, "", f"{file}: {problem.sentence}")
