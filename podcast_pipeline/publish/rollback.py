"""Make an earlier feed the public one again. Its objects were never overwritten, so the feed alone is enough."""

from __future__ import annotations

import hashlib
from datetime import datetime

from podcast_pipeline import keys
from podcast_pipeline.errors import StorageError
from podcast_pipeline.publish import feed, history, names, proof
from podcast_pipeline.publish.plan import Wanted
from podcast_pipeline.storage.protocol import Conflict, Storage


def chosen(storage: Storage, sha8: str) -> bytes:
    """The feed of the history whose SHA-256 begins with `sha8`. Raises StorageError: none, several, or damaged."""
    found = [one for one in history.kept(storage) if one.sha8.startswith(sha8) or (sha8.startswith(one.sha8))]
    if len(found) != 1:
        what = "several feeds of the history begin so" if found else "no such feed in the history"
        raise StorageError(f"{sha8}: {what}", "`podcast rollback` lists them")
    data, _ = storage.get(found[0].key)
    if not hashlib.sha256(data).hexdigest().startswith((sha8, found[0].sha8)):
        raise StorageError(f"{found[0].key}: holds other bytes than its name says", "choose another feed")
    return data


def incomplete(storage: Storage, data: bytes, public: bytes | None, base: str) -> tuple[str, ...]:
    """What the feed `data` names and the storage does not hold whole; one sentence each.

    Of what the `public` feed does not name as well, the digest that the storage knows is held against the key too.
    """
    wanted = proof.named([data], base)
    held = proof.sizes(storage, wanted)
    problems = [f"{one.key}: {proof.fault(one, held)}" for one in proof.lacking(wanted, held, storage)]
    now = names.named(public, base) if public is not None else {}
    for one in wanted:
        stored = (
            storage.stat(one.key) if one.key in held and one.key not in now and names.collectable(one.key) else None
        )
        if stored is not None and stored.sha256 is not None and _name(one.key) not in ("index", stored.sha256[:8]):
            problems.append(f"{one.key}: holds other bytes than its name says")
    return tuple(sorted(problems))


def _name(key: str) -> str:
    return key.rsplit("/", 1)[-1].partition(".")[0]


def restore(storage: Storage, data: bytes, base: str, now: datetime) -> bool:
    """Make `data` the public feed; False if it is. The feed that it replaces counts as withdrawn from now on.

    Episodes that came later leave the feed: that is what a rollback is for. Raises StorageError if an object that
    `data` names is missing or damaged, or if somebody else writes the feed meanwhile; nothing is changed then.
    """
    found = feed.public(storage)
    if problems := incomplete(storage, data, found[0] if found else None, base):
        raise StorageError("\n".join(problems), "this feed cannot be restored: choose another one")
    if found is not None and found[0] == data:
        return False
    # The mark first: a run that is killed in between has withdrawn what nobody can publish unasked.
    if found is not None:
        history.keep(storage, found[0], now)
        history.set_withdrawn(storage, found[0], True, now)
    if history.withdrawn(storage, data):
        history.set_withdrawn(storage, data, False, now)
    wanted = Wanted.of_bytes(keys.FEED, data)
    try:
        etag = found[1] if found else None
        storage.put(data, wanted.key, wanted.headers, wanted.sha256, if_match=etag, if_absent=found is None)
    except Conflict as error:
        raise StorageError("feed.xml: somebody else wrote it meanwhile", "look at `podcast rollback` again") from error
    return True
