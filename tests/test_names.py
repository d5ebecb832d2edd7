"""The names of the source: one meaning each, and a function's module says what it reads or writes."""

from __future__ import annotations

import ast
import functools
from collections import defaultdict
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "podcast_pipeline"
BARE = frozenset({"read", "write", "check"})
VAGUE = frozenset({"found", "one"})
LONG = 15
"""Lines of a function."""


@functools.cache
def _modules() -> list[tuple[Path, ast.Module]]:
    paths = sorted(PACKAGE.rglob("*.py"))
    return [(path.relative_to(PACKAGE), ast.parse(path.read_text("utf-8"))) for path in paths]


def _bound(node: ast.AST) -> str:
    """The name that `node` gives a value inside a function; "" where it gives none."""
    if isinstance(node, ast.arg):
        return node.arg
    return node.id if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else ""


def _is_module(module: str, name: str) -> bool:
    folder = PACKAGE.parent.joinpath(*module.split("."))
    return (folder / f"{name}.py").is_file() or (folder / name).is_dir()


def test_no_two_public_classes_have_one_name() -> None:
    homes = defaultdict(list)
    for path, tree in _modules():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes[node.name].append(str(path))
    assert {name: paths for name, paths in homes.items() if len(paths) > 1} == {}


def test_read_write_and_check_are_called_through_their_module() -> None:
    """`journal.read(...)` says what is read; `read(...)` says nothing."""
    bare = [
        f"{path}:{node.lineno}: {node.module}.{alias.name}"
        for path, tree in _modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("podcast_pipeline")
        for alias in node.names
        if alias.name in BARE and not _is_module(node.module or "", alias.name)
    ]
    assert bare == []


def test_a_long_function_says_what_its_values_are() -> None:
    """`found` and `one` say nothing some lines further down: beyond LONG lines a value has a noun of its own."""
    vague = [
        f"{path}:{function.lineno}: {name} in {function.name}"
        for path, tree in _modules()
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        and (function.end_lineno or function.lineno) - function.lineno >= LONG
        for node in ast.walk(function)
        for name in (_bound(node),)
        if name in VAGUE
    ]
    assert vague == []
