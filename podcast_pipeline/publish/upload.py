"""Carry out a plan and prove it: put, then ask the public address as an app would."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from podcast_pipeline import keys
from podcast_pipeline.errors import StorageError
from podcast_pipeline.publish.plan import Action, Wanted
from podcast_pipeline.storage import fetch
from podcast_pipeline.storage.protocol import Conflict, Storage

CORS = ("transcripts/", "chapters/")
"""Read by web players from other addresses."""
PLAYER = "https://player.example"


def apply(actions: Sequence[Action], storage: Storage, report: Callable[[float], None]) -> None:
    """Upload what is to be put, in order. `report` gets the share of bytes. Raises StorageError."""
    todo = [action for action in actions if action.verb == "put"]
    total, done = sum(action.wanted.size for action in todo), 0
    for action in todo:
        wanted = action.wanted
        absent = action.etag is None
        try:
            storage.put(wanted.source, wanted.key, wanted.headers, wanted.sha256, action.etag, absent)
        except Conflict as error:
            raise StorageError(
                f"{wanted.key}: somebody else wrote it while this publication ran", "run the same command again"
            ) from error
        done += wanted.size
        report(done / total if total else 1.0)


def prove(wanted: Sequence[Wanted], base: str, *, bodies: bool) -> tuple[str, ...]:
    """What is wrong with these objects on the public address `base`; one sentence each, nothing if all is well."""
    problems: list[str] = []
    for one in wanted:
        origin = PLAYER if one.key.startswith(CORS) else ""
        address = keys.url(base, one.key)
        problems += fetch.check(address, one.size, one.sha256, one.headers, read_body=bodies, origin=origin)
    return tuple(problems)
