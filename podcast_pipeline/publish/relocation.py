"""A show moves to another storage: all is brought there and proven, then its settings say so, then its feed is public.

Until its settings change nothing has changed for listeners. Each step may be repeated: the same command goes on.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from podcast_pipeline import atomic, codec, handwritten, keys, reading, sha256
from podcast_pipeline.episode import records
from podcast_pipeline.errors import FeedError, PodcastError, StorageError
from podcast_pipeline.feed import contents
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.show import Show, StorageSettings
from podcast_pipeline.progress import Progress
from podcast_pipeline.publish import behind, feed, forwarding, lease, members, moved, sealed, transfer
from podcast_pipeline.publish.carry_out import carry_out
from podcast_pipeline.publish.prepare import prepare
from podcast_pipeline.publish.ready import ready
from podcast_pipeline.publish.transfer import Content, Transfer
from podcast_pipeline.storage.protocol import Storage
from podcast_pipeline.storage.registry import open_storage, public_address


@dataclass(frozen=True)
class UnderWay:
    """A move whose settings are written, or about to be: where the files were, and the main feed's SHA-256 there."""

    old: StorageSettings
    new: StorageSettings
    feed: str


@dataclass(frozen=True)
class Ends:
    """Both ends of a move or copy."""

    source: Storage
    target: Storage
    content: Content
    feed: tuple[bytes, str] | None
    """The main feed as it is public, and its ETag."""


def under_way(workspace: Workspace) -> UnderWay | None:
    """The move that was begun here and has not ended."""
    try:
        return codec.decode(UnderWay, json.loads(reading.text(workspace.relocation)))
    except (OSError, ValueError, TypeError, RecursionError):
        return None


def ends(show: Show, workspace: Workspace, to: StorageSettings) -> Ends:
    """Both ends, looked at. Raises PodcastError where nothing can be brought from one to the other."""
    source, target = open_storage(show.storage, workspace), open_storage(to, workspace)
    if source.capabilities.place == target.capabilities.place:
        raise PodcastError(
            f"{target.capabilities.place}: is where the show's files are already",
            "where only the address changes, write public_base_url and url into feed/show.toml, and `podcast publish`",
        )
    current = feed.public(source)
    try:
        there = contents.read(current[0]) if current is not None else None
    except FeedError as error:
        raise StorageError(
            f"the public feed is damaged ({error.message})", "`podcast publish` mends it; then again"
        ) from error
    behind.check_ours(show, workspace, there)
    transfer.check_target(source, target, current[0] if current is not None else None)
    return Ends(source, target, transfer.content(source), current)


class Brought(NamedTuple):
    """How many objects were copied, the keys of those that no record has and that are damaged, what is to be said."""

    copied: int
    damaged: tuple[str, ...]
    notices: tuple[str, ...] = ()


def copy(show: Show, workspace: Workspace, between: Ends, now: datetime, report: Progress) -> Brought:
    """Bring everything, feeds last; nothing is changed here."""
    moved.check([listed.key for listed in between.source.list(keys.MOVED)], between.source)
    ready(between.target, workspace, now)
    with lease.held(between.source, workspace) as ours, lease.held(between.target, workspace) as theirs:
        bringing = _transfer(show, workspace, between, report)
        copied = bringing.bring(between.content.objects)
        ours.check()
        theirs.check()
        _unchanged(between)
        copied += bringing.bring(between.content.feeds)
        return Brought(copied, tuple(bringing.damaged))


def begin(
    show: Show, workspace: Workspace, between: Ends, to: StorageSettings, file: Path, now: datetime, report: Progress
) -> Brought:
    """Bring and prove everything, then let feed/show.toml say what `file` says.

    With another address the feeds are left to `finish`. Raises PodcastError; nothing has changed for listeners then.
    """
    _check(show, workspace, between, to, now)
    ready(between.target, workspace, now)
    with lease.held(between.source, workspace) as ours, lease.held(between.target, workspace) as theirs:
        bringing = _transfer(show, workspace, between, report)
        copied = bringing.bring(between.content.objects)
        if same_address(show.storage, to) or between.target.stat(keys.FEED) is not None:
            copied += bringing.bring(between.content.feeds)  # an earlier copy of the feed becomes the present one
        moved.unmark(between.target)
        there = readdressed(show, to)
        prepare(there, workspace, (), between.target, now)  # raises where anything that its feeds name is not there
        ours.check()
        theirs.check()
        digest = sha256.of_bytes(between.feed[0]) if between.feed is not None else ""
        atomic.write_json(workspace.relocation, codec.encode(UnderWay(show.storage, to, digest)))
        notices = _marked(between.source, there.url)
        try:
            _unchanged(between)
        except StorageError:
            with contextlib.suppress(PodcastError):
                moved.unmark(between.source)
            atomic.remove(workspace.relocation)
            raise
        _write_settings(show, workspace, to, file, between.content)
    return Brought(copied, tuple(bringing.damaged), notices)


def _marked(source: Storage, url: str) -> tuple[str, ...]:
    """Mark the former storage; from one that cannot be written any more a show may move all the same."""
    try:
        moved.mark(source, url)
    except StorageError as error:
        return (
            f"the former storage cannot be written, so that other copies of the show are not told: {error.message}",
        )
    return ()


def finish(show: Show, workspace: Workspace, going: UnderWay, now: datetime, report: Progress) -> tuple[str, ...]:
    """Publish at the new address, prove it, and let the former feeds lead there; what is to be said.

    `show` as feed/show.toml says it now. Raises PodcastError; the same command goes on.
    """
    source, target = open_storage(going.old, workspace), open_storage(going.new, workspace)
    said: tuple[str, ...] = ()
    if not same_address(going.old, going.new) and going.feed:
        said = carry_out(prepare(show, workspace, (), target, now), show, workspace, target, now, report)
        if target.capabilities.serves:
            with public_address(show.storage, workspace) as base:
                if late := feed.read_back(base, reading.data(workspace.feed_xml)):
                    raise StorageError(late, "run the same command again once the new address serves the feed")
        if source.capabilities.serves:
            with lease.held(source, workspace):
                own = _own_addresses(show) | {listed.key for listed in source.list("m/")}
                wanted = [listed.key for listed in source.list() if listed.key in own]
                base = show.storage.public_base_url
                known = contents.guids(reading.data(workspace.feed_xml))
                said += (_forwarded(source, wanted, base, going, known, now),)
    moved.unmark(target)
    atomic.remove(workspace.relocation)
    return said


def _forwarded(
    source: Storage, wanted: Sequence[str], base: str, going: UnderWay, known: frozenset[str], now: datetime
) -> str:
    former = going.old.public_base_url
    try:
        count = forwarding.forward(source, wanted, base, going.feed, known, now)
    except StorageError as error:
        return f"the feeds at {former} cannot be changed ({error.message}): only a 301 there leads subscribers here"
    return f"{count} feeds at {former} send their subscribers to the new address"


def same_address(this: StorageSettings, other: StorageSettings) -> bool:
    """Whether listeners notice nothing: the files have the addresses that they had."""
    return this.public_base_url.rstrip("/") == other.public_base_url.rstrip("/")


def readdressed(show: Show, to: StorageSettings) -> Show:
    """The show in its new storage: its feeds lie under the new address as they lay under the former one."""
    old, new = (settings.public_base_url.rstrip("/") for settings in (show.storage, to))

    def there(url: str) -> str:
        return new + url.removeprefix(old) if url.startswith(f"{old}/") else url

    feeds = tuple(dataclasses.replace(other, url=there(other.url)) for other in show.feeds)
    return dataclasses.replace(show, storage=to, url=there(show.url), feeds=feeds)


def _check(show: Show, workspace: Workspace, between: Ends, to: StorageSettings, now: datetime) -> None:
    """Raises PodcastError where the move could not be finished, or would lose what is not seen here."""
    going = under_way(workspace)
    if going is None or going.old != show.storage:  # else the mark is that of this very move
        moved.check([listed.key for listed in between.source.list(keys.MOVED)], between.source)
    if show.move is not None:
        raise PodcastError(
            f"feed/show.toml: [move] to: the feed already sends its subscribers to {show.move.to}",
            "take [move] out first: this command lets the former feeds lead to the new address by itself",
        )
    private = [other.id for other in show.feeds if other.private]
    if private and not same_address(show.storage, to) and not members.ready():
        raise PodcastError(
            f"{', '.join(private)}: for members, whose feeds have to be made for the new address",
            f"set {members.SECRET} and {members.FILE}, then again",
        )
    behind.level(show, workspace, between.source, now)


def _transfer(show: Show, workspace: Workspace, between: Ends, report: Progress) -> Transfer:
    return Transfer(between.source, between.target, _recorded(show, workspace), workspace, report)


def _recorded(show: Show, workspace: Workspace) -> Mapping[str, str]:
    """Key -> SHA-256 by the records of all that was published; a page may be another one by now."""
    expected: dict[str, str] = {}
    for release in records.read_all(workspace):
        if (shown := sealed.readable(show, release)) is not None:
            expected |= {asset.key: asset.sha256 for asset in shown.assets if asset.key and asset is not shown.page}
    return expected


def _unchanged(between: Ends) -> None:
    """Raises StorageError where somebody has published since both ends were looked at."""
    if feed.public(between.source) != between.feed:
        raise StorageError(
            "somebody published while everything was copied",
            "`git pull`, then run the same command again: what is there already is not copied again",
        )


def _own_addresses(show: Show) -> set[str]:
    """The keys at which apps ask for the feeds that everybody may read."""
    base = show.storage.public_base_url
    others = {keys.key_of(other.url, base) for other in show.feeds if not other.private}
    return {keys.FEED, *others}


def _write_settings(show: Show, workspace: Workspace, to: StorageSettings, file: Path, content: Content) -> None:
    """Let feed/show.toml say the [storage] of `file`, and name its feeds, objects and site at the new address."""
    import tomlkit

    table: Any = tomlkit.parse(reading.text(file))["storage"]
    old, new = (f"{settings.public_base_url.rstrip('/')}/" for settings in (show.storage, to))
    own = {listed.key for listed in (*content.objects, *content.feeds)} | {keys.FEED}
    addresses = {old, *(f"{old}{key}" for key in own), *(other.url for other in show.feeds)}
    with handwritten.changing(workspace.show_toml) as document:
        storage: Any = document["storage"]
        for key in [key for key in storage if key not in table]:
            storage.remove(key)
        for key, value in table.items():
            storage[key] = value
        if old != new:
            _readdress(document, addresses, old, new)


def _readdress(values: Any, addresses: Collection[str], old: str, new: str) -> None:
    """Change every one of these addresses in a document, at any depth."""
    places = list(values.items()) if hasattr(values, "items") else list(enumerate(values))
    for place, value in places:
        if isinstance(value, str):
            if value in addresses:
                values[place] = new + value.removeprefix(old)
        elif hasattr(value, "items") or isinstance(value, list):
            _readdress(value, addresses, old, new)
