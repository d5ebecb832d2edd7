"""What a feed names is in the storage: asked before any feed is put, by one listing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from podcast_pipeline import keys
from podcast_pipeline.errors import StorageError
from podcast_pipeline.model.release import Release
from podcast_pipeline.publish import names
from podcast_pipeline.storage.protocol import Storage

SHOWN = 20
"""Episodes of which a message lists what is missing."""


class Named(NamedTuple):
    """An object that a feed names. `size` in bytes and `sha256` as recorded (None and "": nobody recorded them)."""

    key: str
    size: int | None
    sha256: str
    owner: str
    """The episode's slug; "" where it belongs to the show."""


def named(feeds: Iterable[bytes], base: str, releases: Iterable[Release] = ()) -> tuple[Named, ...]:
    """Every object under `base` that one of `feeds` names, each once; sizes by the records, else by the feed."""
    stated: dict[str, int | None] = {}
    for feed in feeds:
        stated |= names.named(feed, base)
    found = {}
    for release in releases:
        for asset in release.assets:
            if asset.key in stated and asset.key not in found:
                owner = "" if asset.key.startswith("images/") else release.slug
                found[asset.key] = Named(asset.key, asset.bytes, asset.sha256, owner)
    others = (Named(key, size, "", "") for key, size in stated.items() if key not in found)
    return (*found.values(), *others)


def sizes(storage: Storage) -> Mapping[str, int]:
    """Key -> size of all that the storage holds."""
    return dict(storage.list())


def lacking(wanted: Iterable[Named], held: Mapping[str, int], storage: Storage) -> tuple[Named, ...]:
    """Those that are not there, or with another size.

    A page is written anew at its place, perhaps by a colleague whose record is not here yet: any whole one will do.
    """
    return tuple(one for one in wanted if not _there(one, held.get(one.key), storage))


def _there(one: Named, size: int | None, storage: Storage) -> bool:
    if size is None or one.size in (None, size):
        return size is not None
    return one.key.endswith("/index.html") and storage.get(one.key)[0].rstrip().endswith(b"</html>")


def fault(one: Named, held: Mapping[str, int]) -> str:
    """What is wrong with one that is lacking: "is not in the storage"."""
    size = held.get(one.key)
    return "is not in the storage" if size is None else f"has {size:,} bytes in the storage, not {one.size:,}"


def stop(wanted: Sequence[Named], storage: Storage) -> None:
    """Raise StorageError unless the storage holds all of it now: the last question before a feed is put."""
    held = sizes(storage)
    if lost := lacking(wanted, held, storage):
        raise StorageError(listed(lost, held), "the feed is unchanged; run the same command again")


def listed(lost: Sequence[Named], held: Mapping[str, int]) -> str:
    """What is lacking, a line for each episode."""
    lines: dict[str, list[str]] = {}
    for one in sorted(lost, key=lambda one: (one.owner, one.key)):
        lines.setdefault(one.owner or "the show", []).append(f"{keys.masked(one.key)} {fault(one, held)}")
    shown = [f"{owner}: {', '.join(faults)}" for owner, faults in list(lines.items())[:SHOWN]]
    more = len(lines) - len(shown)
    return "\n".join([*shown, *([f"and {more} more episodes"] if more else [])])
