"""The suite itself: it runs on any machine, beside anything."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import needs
import pytest

TESTS = Path(__file__).parent
CLOCKS = frozenset({"monotonic", "perf_counter", "process_time", "thread_time", "time", "getrusage", "times"})


def _reads_clock(node: ast.AST, names: set[str]) -> bool:
    """Whether a clock is read below `node`, or one of these names, which were."""
    for part in ast.walk(node):
        if isinstance(part, ast.Call):
            called = part.func
            if isinstance(called, ast.Attribute) and called.attr in CLOCKS:
                return True
        if isinstance(part, ast.Name) and part.id in names:
            return True
    return False


def _targets(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def _filled(function: ast.FunctionDef) -> Iterator[tuple[set[str], ast.AST]]:
    """Names and what they are given: by `=`, by `+=`, by `append`."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign) and node.value is not None:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                yield _targets(target), node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "append":
            yield _targets(node.func.value), ast.Tuple([*node.args])


def absolute_times(source: str) -> list[int]:
    """The lines of `source` that assert how long something took: a clock's value beside nothing but numbers.

    A limit of waiting is none: it stands in a `while`.
    """
    if not re.search(rf"\.(?:{'|'.join(CLOCKS)})\b", source):
        return []
    lines = []
    for function in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)):
        if not _reads_clock(function, set()):
            continue
        names: set[str] = set()
        for _ in range(2):  # a name may be filled from one that is filled below it
            for filled, value in _filled(function):
                if _reads_clock(value, names):
                    names |= filled
        waiting = {part for loop in ast.walk(function) if isinstance(loop, ast.While) for part in ast.walk(loop)}
        for claim in (node for node in ast.walk(function) if isinstance(node, ast.Assert) and node not in waiting):
            for comparison in (node for node in ast.walk(claim.test) if isinstance(node, ast.Compare)):
                sides = [comparison.left, *comparison.comparators]
                clocks = [side for side in sides if _reads_clock(side, names)]
                numbers = [side for side in sides if side not in clocks and not _targets(side)]
                limits = [side for side in clocks if isinstance(side, ast.BinOp) and isinstance(side.op, ast.Add)]
                if clocks and (numbers or limits) and len(clocks) + len(numbers) == len(sides):
                    lines.append(claim.lineno)
    return lines


def test_no_test_knows_how_fast_a_machine_is() -> None:
    """No second of any clock is compared with a number: ratios within a run, and counts of work, are."""
    paths = [*TESTS.glob("*.py"), *(TESTS / "helpers").glob("*.py")]
    lines = {path.name: absolute_times(path.read_text("utf-8")) for path in paths}
    assert {name: numbers for name, numbers in lines.items() if numbers} == {}


@pytest.mark.parametrize(
    ("claim", "is_absolute"),
    [
        ("start = time.process_time(); work(); assert time.process_time() - start < 5.0", True),
        ("start = time.monotonic(); work(); seconds = time.monotonic() - start; assert seconds < 20", True),
        ("start = time.monotonic(); took.append(time.monotonic() - start); assert max(took) < 2 * 60", True),
        ("before = os.times(); work(); used = os.times().user - before.user; assert 0.1 < used < 2", True),
        ("start = time.monotonic(); work(); assert time.monotonic() < start + 20", True),
        ("one = spent(time.monotonic()); two = spent(time.monotonic()); assert one < 3 * two", False),
        ("end = time.monotonic() + 60\n    while wait():\n        assert time.monotonic() < end", False),
        ("assert len(calls) < 5", False),
    ],
)
def test_what_counts_as_an_absolute_time(claim: str, is_absolute: bool) -> None:
    """The check above sees differences, names filled from them, and lists of them; it lets ratios and limits pass."""
    assert bool(absolute_times(f"def test():\n    {claim}\n")) == is_absolute


def test_what_is_not_run_is_named_by_kind() -> None:
    """One line for each kind with the command that installs it, which `.ci/tools` knows; other reasons as they are."""
    reasons = ["node is not installed", "axe-core is not installed", "torch is not installed", "no right to mount"]
    assert needs.summary(reasons) == [
        "   2 need node, feed clients, axe-core: make tools KIND=clients",
        "   1 need torch, whisper: make tools KIND=torch",
        "   1 (no right to mount)",
    ]
    tools = (TESTS.parent / ".ci" / "tools").read_text("utf-8")
    assert {kind for kind in needs.KINDS if f"\ntool_{kind}() " not in tools} == set()


def test_a_bench_without_its_tools_is_one_line(tmp_path: Path) -> None:
    """A row that compares with what is not here says so and is no failure; an unknown row names the list."""
    bench = [sys.executable, str(TESTS / "bench" / "run.py")]
    environment = {**os.environ, "PATH": str(tmp_path)}
    done = subprocess.run([*bench, "review"], capture_output=True, text=True, env=environment)
    assert done.stdout.splitlines() == [
        "----  review: not measured: chromium not here (make tools KIND=chromium)",
    ]
    assert done.returncode == 0, done.stderr
    listed = subprocess.run([*bench, "list"], capture_output=True, text=True).stdout
    assert len({line.split()[0] for line in listed.splitlines()}) >= 20
    assert "ROW=list" in subprocess.run([*bench, "nothing"], capture_output=True, text=True).stderr
