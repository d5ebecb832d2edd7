"""A Stage names the files it reads and writes and the settings it uses; the engine does the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from podcast_pipeline.errors import PodcastError
from podcast_pipeline.progress import Progress

Settings = Mapping[str, Any]
"""Plain JSON values that a stage uses: only those that change its outputs."""


@dataclass(frozen=True)
class Stage:
    """One step of the work. `run(scratch, report)` writes every output into `scratch`, named as below `folder`."""

    name: str
    folder: Path
    inputs: tuple[Path, ...]
    outputs: tuple[Path, ...]
    settings: Settings
    run: Callable[[Path, Progress], None]
    version: int = 1
    """Raised when the code makes other outputs from the same inputs."""
    temporary: frozenset[Path] = frozenset()
    """Outputs that are removed once all that is made from them is fresh."""
    kept: frozenset[Path] = frozenset()
    """Its own outputs of which `run` may take over what still holds: no input, as they do not change what it makes."""
    tools: Callable[[], Mapping[str, str]] = dict
    """Versions of the programs it used, asked after it ran: recorded, never compared."""


def ordered(stages: Sequence[Stage]) -> tuple[Stage, ...]:
    """The stages in an order in which every input is made before it is read; otherwise the order given.

    Raises PodcastError if two stages claim one output, one keeps what is not its own, or they wait for each other.
    """
    producer: dict[Path, Stage] = {}
    for stage in stages:
        if foreign := sorted(stage.kept.difference(stage.outputs)):
            raise PodcastError(f"{foreign[0]}: {stage.name} can take over only what it made itself")
        for path in stage.outputs:
            if path in producer:
                raise PodcastError(f"{path}: both {producer[path].name} and {stage.name} claim to write it")
            producer[path] = stage
    graph: TopologicalSorter[str] = TopologicalSorter()
    for stage in stages:
        graph.add(stage.name, *(producer[path].name for path in stage.inputs if path in producer))
    try:
        place = {name: i for i, name in enumerate(graph.static_order())}
    except CycleError as error:
        raise PodcastError(f"stages wait for each other: {' -> '.join(error.args[1])}") from error
    given = {stage.name: i for i, stage in enumerate(stages)}
    depends = {s.name: {producer[p].name for p in s.inputs if p in producer} for s in stages}
    if all(given[need] < given[name] for name, needs in depends.items() for need in needs):
        return tuple(stages)
    return tuple(sorted(stages, key=lambda stage: place[stage.name]))


def needed(stages: Sequence[Stage], until: str) -> tuple[Stage, ...]:
    """The stage called `until` and everything it needs, nothing else. Raises PodcastError for an unknown name."""
    by_name = {stage.name: stage for stage in stages}
    if until not in by_name:
        raise PodcastError(f'"{until}" is not a stage', f"stages: {', '.join(by_name)}")
    producer = {path: stage for stage in stages for path in stage.outputs}
    wanted: set[str] = set()
    queue = [by_name[until]]
    while queue:
        stage = queue.pop()
        if stage.name not in wanted:
            wanted.add(stage.name)
            queue += [producer[path] for path in stage.inputs if path in producer]
    return tuple(stage for stage in stages if stage.name in wanted)
