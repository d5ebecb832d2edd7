"""An import that is killed, or finds the disk full, at any step: running it again gives what one run would have."""

from __future__ import annotations

from pathlib import Path

import pytest
from faults import KILLED, forked, points
from shows import ShowDir

SOURCE = str(Path(__file__).parent / "golden" / "feeds" / "commercial-host.xml")
WORDS = ("-q", "import", SOURCE)


def _empty(root: Path) -> ShowDir:
    root.mkdir()
    return ShowDir(root)


def _tree(root: Path) -> dict[str, bytes]:
    found = {path.relative_to(root).as_posix(): path for path in root.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if not name.startswith("build/")}


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["kill", "ENOSPC"])
def test_an_import_goes_on_after_every_fault(kind: str, tmp_path: Path) -> None:
    """At each write step in turn: no file is torn, no episode stands twice, a third run writes nothing."""
    whole = _empty(tmp_path / "whole")
    steps = points(whole, WORDS)
    expected = _tree(whole.root)
    assert len(steps) > 30
    # Each kind takes every twelfth step, the two at different ones, and both the last.
    chosen = sorted({*range(1 + 6 * (kind == "kill"), len(steps) + 1, 12), len(steps)})
    for number in chosen:
        show = _empty(tmp_path / f"{kind}{number}")
        said = forked(show, WORDS, f"{kind}:{number}")
        assert said.code == (KILLED if kind == "kill" else 1), (steps[number - 1], said.err)
        torn = {name: data for name, data in _tree(show.root).items() if not name.endswith(".tmp")}
        assert {name: expected[name] for name in torn} == torn, steps[number - 1]
        again = forked(show, WORDS)
        assert again.code == 0, (steps[number - 1], again.err)
        assert {n: d for n, d in _tree(show.root).items() if not n.endswith(".tmp")} == expected, steps[number - 1]
        before = {path: path.stat().st_mtime_ns for path in show.root.rglob("*") if path.is_file()}
        assert forked(show, WORDS).code == 0
        assert {path: path.stat().st_mtime_ns for path in show.root.rglob("*") if path.is_file()} == before
