"""Carry out a plan and prove it: put, then ask the public address as an app would."""

from __future__ import annotations

import contextlib
import itertools
import queue
import threading
from collections.abc import Iterator, Sequence

from podcast_pipeline import keys
from podcast_pipeline.errors import StorageError
from podcast_pipeline.progress import Progress
from podcast_pipeline.publish import asking
from podcast_pipeline.publish.plan import Action, Wanted, put_over
from podcast_pipeline.storage import fetch
from podcast_pipeline.storage.protocol import Conflict, Storage

CORS = ("transcripts/", "chapters/")
"""Read by web players from other addresses."""
PLAYER = "https://player.example"


def apply(actions: Sequence[Action], storage: Storage, report: Progress, workers: int = 1) -> None:
    """Upload what is to be put: kind after kind in order, at most `workers` objects of one kind at a time.

    `report` gets the share of bytes. Raises StorageError for the first failure; nothing new is begun after it.
    """
    todo = [action for action in actions if action.verb == "put"]
    total, done = sum(action.wanted.size for action in todo), 0
    for _, kind in itertools.groupby(todo, lambda action: action.wanted.key.partition("/")[0]):
        for size in _side_by_side(list(kind), storage, workers):
            done += size
            report(done / total if total else 1.0)


def _side_by_side(actions: Sequence[Action], storage: Storage, workers: int) -> Iterator[int]:
    """Put each of `actions`; yields the size of each that is stored."""
    if min(workers, len(actions)) < 2:
        yield from (_put(action, storage) for action in actions)
        return
    waiting: queue.SimpleQueue[Action] = queue.SimpleQueue()
    ended: queue.SimpleQueue[int | BaseException] = queue.SimpleQueue()
    for action in actions:
        waiting.put(action)

    def work() -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                try:
                    ended.put(_put(waiting.get_nowait(), storage))
                except queue.Empty:
                    raise
                except BaseException as error:
                    ended.put(error)
                    return

    # Daemons: Ctrl-C does not wait for the end of an upload that takes minutes; stored is a whole object or none.
    for _ in range(min(workers, len(actions))):
        threading.Thread(target=work, daemon=True).start()
    for _ in actions:
        end = ended.get()
        if isinstance(end, BaseException):
            with contextlib.suppress(queue.Empty):
                while True:
                    waiting.get_nowait()
            raise end
        yield end


def _put(action: Action, storage: Storage) -> int:
    wanted = action.wanted
    try:
        put_over(storage, wanted, action.etag)
    except Conflict as error:
        raise StorageError(
            f"{wanted.key}: somebody else wrote it while this publication ran", "run the same command again"
        ) from error
    return wanted.size


def prove(
    wanted: Sequence[Wanted], base: str, *, bodies: bool, patience: fetch.Patience | None = None, workers: int = 1
) -> tuple[str, ...]:
    """What is wrong with these objects on the public address `base`; one sentence each, nothing if all is well.

    With more than one of `workers` all are asked side by side first, and with `patience` those again that failed.
    """

    def ask(entry: Wanted, patience: fetch.Patience | None) -> tuple[str, ...]:
        origin, address = PLAYER if entry.key.startswith(CORS) else "", keys.url(base, entry.key)
        return fetch.check(
            address, entry.size, entry.sha256, entry.headers, read_body=bodies, origin=origin, patience=patience
        )

    def first(entry: Wanted) -> tuple[str, ...]:
        try:
            return ask(entry, None)
        except fetch.NoAnswer:
            if patience is None:
                raise
            return ("nobody answers",)

    if workers < 2:
        return tuple(problem for entry in wanted for problem in ask(entry, patience))
    answers = list(asking.each(first, wanted, workers))
    if patience is not None:
        answers = [ask(entry, patience) if said else () for entry, said in zip(wanted, answers, strict=True)]
    return tuple(problem for said in answers for problem in said)
