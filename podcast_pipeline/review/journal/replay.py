"""Replaying the journal: what each line does to the state. The state is a pure function of the lines."""

from __future__ import annotations

from collections.abc import Iterable

from podcast_pipeline.errors import PodcastError
from podcast_pipeline.review.journal.line import Line
from podcast_pipeline.review.journal.state import State


def replay(lines: Iterable[Line]) -> State:
    """The state after `lines`. Raises PodcastError naming the line that does not fit."""
    state = State()
    for line in lines:
        apply(state, line)
    return state


def apply(state: State, line: Line) -> None:
    """Take one line in. Raises PodcastError if it does not fit to what came before."""
    try:
        line.act.apply(state, line)
    except (KeyError, ValueError, TypeError, IndexError) as error:
        raise PodcastError(
            f"review journal: line {line.seq}: cannot be applied: {error}", "restore review.jsonl from git"
        ) from error
    state.seq = line.seq
    if line.op:
        state.ops[line.op] = line.seq
