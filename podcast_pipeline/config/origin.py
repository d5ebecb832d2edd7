"""Every setting of the show with its value, and whether a person wrote it or it is the default."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from podcast_pipeline.config.load import read_toml
from podcast_pipeline.config.show import SHOW
from podcast_pipeline.config.table import Nested, Problems, Table
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.show import Show


class Setting(NamedTuple):
    """`name` as in the file: audio.channels; `value` None: not set, and nothing takes its place."""

    name: str
    value: Any
    origin: str
    """feed/show.toml or default."""


def settings(workspace: Workspace, show: Show) -> tuple[Setting, ...]:
    """The settings of feed/show.toml, in the order of its declaration; `show` was read from it."""
    file = workspace.relative(workspace.show_toml)
    raw = read_toml(workspace.show_toml, file, Problems()) or {}
    return tuple(_walk(SHOW, show, raw, "", file))


def _walk(declared: Table[Any], value: Any, raw: Mapping[str, Any], path: str, file: str) -> Iterator[Setting]:
    for key in declared.keys:
        name = f"{path}.{key.name}" if path else key.name
        current = getattr(value, key.field or key.name)
        if isinstance(key.read, Nested) and key.read.many:
            blocks = f"{len(current)} [[{name}]]" if current else None
            yield Setting(name, blocks, file if key.name in raw else "default")
        elif isinstance(key.read, Nested) and not key.read.many and current is not None:
            yield from _walk(key.read.table, current, raw.get(key.name, {}), name, file)
        else:
            yield Setting(name, current, file if key.name in raw else "default")
