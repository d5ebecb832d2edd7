"""Make an earlier feed the public one again. Its objects were never overwritten, so the feed alone is enough."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from podcast_pipeline import keys, sha256
from podcast_pipeline.config.load import load_show
from podcast_pipeline.episode import records
from podcast_pipeline.errors import FeedError, StorageError
from podcast_pipeline.feed import contents
from podcast_pipeline.feed.contents import differences, instant, own_addresses
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Release, RolledBack
from podcast_pipeline.model.show import Show
from podcast_pipeline.publish import (
    adopt,
    announce,
    behind,
    facts,
    feed,
    head,
    history,
    items,
    lease,
    manifest,
    names,
    naming,
    proof,
    seen,
)
from podcast_pipeline.publish.facts import Facts, Said, documents_digest
from podcast_pipeline.publish.manifest import MAIN, NOTHING, Manifest, Proof, masked, overlaid
from podcast_pipeline.publish.plan import Wanted, put_over
from podcast_pipeline.publish.public import Public
from podcast_pipeline.publish.revision import following, follows
from podcast_pipeline.publish.seen import Seen
from podcast_pipeline.storage import fetch
from podcast_pipeline.storage.protocol import Conflict, Storage
from podcast_pipeline.storage.registry import public_address


def chosen(storage: Storage, sha8: str, url: str) -> bytes:
    """The feed of the history whose SHA-256 begins with `sha8`.

    Raises StorageError: none, several, damaged, or of another address than the feed's own `url`.
    """
    matches = [copy for copy in history.kept(storage) if copy.sha8.startswith(sha8) or (sha8.startswith(copy.sha8))]
    if len(matches) != 1:
        what = "several feeds of the history begin so" if matches else "no such feed in the history"
        raise StorageError(f"{sha8}: {what}", "`podcast rollback` lists them")
    data, _ = storage.get(matches[0].key)
    if not sha256.of_bytes(data).startswith((sha8, matches[0].sha8)):
        raise StorageError(f"{matches[0].key}: holds other bytes than its name says", "choose another feed")
    try:
        addresses = own_addresses(data)
    except FeedError as error:
        raise StorageError(
            f"{matches[0].key}: {error.message}", "it was damaged in public: choose another feed"
        ) from error
    # What it names would be under the former address, where nobody proves that it still is.
    if url not in addresses:
        raise StorageError(
            f"{matches[0].key}: was public at {', '.join(addresses)}, and the show's feed is at {url} now",
            "choose a feed from after the move",
        )
    return data


def check_whole(storage: Storage, data: bytes, base: str) -> Mapping[str, Proof]:
    """The proofs of all that the feed `data` names. Raises StorageError if an object is missing or damaged."""
    known = manifest.read(storage, data, contents.read(data).items).manifest
    judged = proof.judge(naming.joined([names.named(data, base)]), proof.listing(storage), storage, known)
    if judged.lost:
        problems = sorted(f"{entry.key}: {fault}" for entry, fault in judged.lost.items())
        raise StorageError("\n".join(problems), "this feed cannot be restored: choose another one")
    return judged.proofs


@dataclass(frozen=True)
class Change:
    """What a rollback does to one episode: `record` is what its record becomes, None where the feed loses it."""

    slug: str
    record: Release | None
    aside: Release | None
    """What is taken back, and kept until somebody reinstates it."""
    reinstated: bool = False

    def __str__(self) -> str:
        if self.record is None:
            return f"{self.slug}: leaves the feed"
        if self.aside is None:
            return f"{self.slug}: comes back"
        return f"{self.slug}: goes back to an earlier form"


def changes(
    show: Show, workspace: Workspace, data: bytes, storage: Storage, public: Manifest, now: datetime
) -> tuple[Change, ...]:
    """What the records have to say so that they render to the feed `data`.

    An episode or a form of it that the feed does not have is set aside; what the feed has and no record here is taken
    over from its item, for all feeds that had it then or have it now. Raises FeedError where that cannot be done to the
    letter.
    """
    known = {release.guid: release for release in records.read_all(workspace)}
    held = {back.release.guid: back.release for back in records.rolled_back(workspace).values()}
    ours, target = behind.rendered(show, workspace, tuple(known.values()), now)[MAIN].items, contents.read(data)
    then = manifest.read(storage, data, target.items).manifest
    updated, result = instant(target.channel, "lastBuildDate"), []
    taken = {release.slug: release.guid for release in (*held.values(), *known.values())}

    def get(key: str) -> bytes:
        return storage.get(key)[0]

    for guid in dict.fromkeys((*target.items, *ours)):
        wanted, record, back = target.items.get(guid), known.get(guid), held.get(guid)
        if wanted == ours.get(guid):
            continue
        if wanted is None:
            assert record is not None  # as it is in our feed
            result.append(Change(record.slug, None, record))
        elif back is not None and items.digest(show, back) == wanted:
            result.append(Change(back.slug, back, None, reinstated=True))
        else:
            earlier = record or back
            feeds = earlier.feeds if earlier is not None else _feeds(show, guid, then, public)
            element = target.elements[guid]
            release = adopt.adopted(show, element, feeds, earlier, storage.stat, get, taken, updated)
            taken[release.slug] = guid
            result.append(Change(release.slug, release, record))
    return tuple(_revised(workspace, change, public) for change in result)


def _feeds(show: Show, guid: str, *said: Manifest) -> tuple[str, ...]:
    """Every feed that has the episode, which is in the main one, by any of these."""
    others = (other.id for other in show.feeds if any(known.item(other.id, guid) is not None for known in said))
    return (MAIN, *others)


def _revised(workspace: Workspace, change: Change, public: Manifest) -> Change:
    if change.record is None:
        return change
    before = records.read(workspace, change.slug)
    return dataclasses.replace(change, record=following(workspace, follows(change.record, public), before, ""))


def manifest_after(
    show: Show, workspace: Workspace, data: bytes, done: Sequence[Change], known: Manifest, now: datetime
) -> Facts:
    """What the manifest of the feed `data` is made of, once `done` is done; `known`: the public one."""
    stated, target = names.named(data, show.storage.public_base_url), contents.read(data)
    before = {release.slug: release for release in records.read_all(workspace)}
    gone = {change.slug for change in done if change.record is None}
    changed = {change.record.slug: change.record for change in done if change.record is not None}
    after = [release for slug, release in (before | changed).items() if slug not in gone]
    digests = {
        release.guid: records.digest(release)
        if release.slug in changed
        else records.stored_digest(workspace, release.slug)
        for release in after
    }
    outs = behind.base(show, workspace, tuple(before.values()), now).public.outs
    outs |= {masked(change.aside.guid): now.replace(microsecond=0) for change in done if change.aside is not None}
    back = {masked(change.record.guid) for change in done if change.record is not None and change.reinstated}
    return Facts(
        data,
        facts.called(show),
        Said({MAIN: target}, {MAIN: documents_digest({keys.FEED: data})}),
        after,
        digests,
        naming.joined([stated], [each for each in after if each.listed]),
        frozenset(stated),
        {name: at for name, at in outs.items() if name not in back},
        known,
    )


def write(workspace: Workspace, done: Sequence[Change], now: datetime) -> None:
    """Let the records say what is public after the rollback; what was taken back is kept beside them first."""
    for one in done:
        if one.aside is not None:
            records.set_aside(workspace, RolledBack(now.replace(microsecond=0), one.aside))
        if one.record is not None:
            records.write(workspace, one.record)
        else:
            records.remove(workspace.release(one.slug))
        if one.reinstated:
            records.remove(workspace.rolled_back_release(one.slug))


class Restored(NamedTuple):
    """Whether the public feed changed; what feed/show.toml says otherwise, as `public_again` has it; what to say."""

    changed: bool
    left: tuple[str, ...]
    notices: tuple[str, ...]


def carry_out(
    show: Show,
    workspace: Workspace,
    storage: Storage,
    data: bytes,
    before: Public,
    done: Sequence[Change],
    now: datetime,
) -> Restored:
    """Make `data` the public feed and let all that is here say so. Every step may be repeated. Raises PodcastError."""
    with lease.held(storage, workspace) as held:
        begin(show, workspace, data, before.stored, now)
        announce.note(show, workspace, storage, [Wanted.of_bytes(keys.FEED, data)])
        held.check()
        after = manifest_after(show, workspace, data, done, before.manifest.manifest, now)
        changed = restore(storage, data, before.stored, after, show.storage.public_base_url, now)
        with feed.up():
            write(workspace, done, now)
            left = public_again(show, workspace, storage, data, done, now)
            feed.write(workspace.feed_xml, data)
    with public_address(show.storage, workspace) as base, feed.up():
        late = feed.read_back(base, data, fetch.Patience())
    return Restored(changed, left, tuple(filter(None, (*held.notices, late))))


def interrupted(show: Show, workspace: Workspace, data: bytes, public: tuple[bytes, str] | None, now: datetime) -> bool:
    """Whether a rollback to this very feed was begun here, has made it `public` and has not ended.

    One that was stopped before that has to look at what others have published since.
    """
    if public is None or public[0] != data:
        return False
    known = behind.base(show, workspace, records.read_all(workspace), now)
    return known.rollback == sha256.of_bytes(data)


def begin(show: Show, workspace: Workspace, data: bytes, public: tuple[bytes, str] | None, now: datetime) -> None:
    """Write down, before the public feed changes, to which feed it is rolled back."""
    if public is None or public[0] != data:
        known = behind.base(show, workspace, records.read_all(workspace), now)
        seen.save(workspace, dataclasses.replace(known, rollback=sha256.of_bytes(data)))


def restore(
    storage: Storage,
    data: bytes,
    public: tuple[bytes, str] | None,
    after: Facts,
    base: str,
    now: datetime,
) -> bool:
    """Make `data` the public feed in place of `public`, bytes and ETag, which was judged before; False if it is.

    Episodes that came later leave the feed: that is what a rollback is for. Raises StorageError if an object that
    `data` names is missing or damaged, or if somebody else has written the feed since; nothing is changed then.
    """
    proofs = check_whole(storage, data, base)
    if public is not None and public[0] == data:
        return False
    if public is not None:
        history.keep(storage, public[0], now)
    manifest.put(storage, facts.made(after, proofs), None, manifest.Read())
    history.keep(storage, data, now)  # what was withdrawn since is left out of it: it is a feed of its own then
    try:
        put_over(storage, Wanted.of_bytes(keys.FEED, data), public[1] if public else None)
    except Conflict as error:
        raise StorageError(
            "feed.xml: somebody else wrote it meanwhile, and it stays as they wrote it",
            "the same command without --yes shows what would be taken back now",
        ) from error
    return True


def public_again(
    show: Show, workspace: Workspace, storage: Storage, data: bytes, done: Sequence[Change], now: datetime
) -> tuple[str, ...]:
    """Write down that `data` is public after what was `done`, and let show.toml say of the show what it says, as text.

    Returns the elements that feed/show.toml still says otherwise: no feed is published until somebody has decided.
    """
    target, known = contents.read(data), behind.base(show, workspace, records.read_all(workspace), now)
    head.take_over(workspace, show, target.channel)
    ours = behind.rendered(load_show(workspace), workspace, records.read_all(workspace), now)[MAIN]
    left = differences(target.channel, ours.channel)
    public = manifest.read(storage, data, target.items).manifest
    if public is NOTHING:
        back = {masked(change.record.guid) for change in done if change.record is not None and change.aside is None}
        outs = {name: at for name, at in known.public.outs.items() if name not in back}
        public = overlaid(known.public, {MAIN: target}, records.digests(workspace)).with_outs(outs)
    taken_back = ours.head if left else ""
    changed, proven = seen.meant(workspace, public), now.replace(microsecond=0)
    seen.save(workspace, Seen(public, NOTHING, known.pages, taken_back, changed=changed, proven=proven))
    return left
