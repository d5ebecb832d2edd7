"""What others have published and nobody can push any more is taken over here, as records, from the public feeds."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from podcast_pipeline import sha256
from podcast_pipeline.config.load import load_show
from podcast_pipeline.episode import records
from podcast_pipeline.errors import FeedError
from podcast_pipeline.feed.contents import differences as differing
from podcast_pipeline.feed.contents import own_addresses
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.publish import (
    behind,
    conflict,
    guard,
    head,
    items,
    members,
    seen,
    strayed,
    takeover,
    withdrawals,
)
from podcast_pipeline.publish.manifest import MAIN, NOTHING, Manifest, masked, overlaid
from podcast_pipeline.publish.public import Public
from podcast_pipeline.publish.seen import Seen
from podcast_pipeline.publish.unseen import Unseen, by_slug, sentence

SHOW = "show"
"""What the feed says of the show, where episodes are named."""


@dataclass(frozen=True)
class Merged:
    """What was taken over, in sentences, and what a person has to decide."""

    done: tuple[str, ...]
    open: tuple[str, ...]


@dataclass
class _Work:
    """A merge under way: what it is asked, what it looks at, and what it has done."""

    show: Show
    workspace: Workspace
    public: Public
    now: datetime
    ours: frozenset[str]
    theirs: frozenset[str]
    done: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    undecided: set[str] = field(default_factory=set)
    """Guids, "" for the head."""
    taken: set[str] = field(default_factory=set)
    """Guids of those that became what is public."""

    def take_over(self, guid: str) -> None:
        self.done.append(takeover.taken_over(self.show, self.workspace, self.public, guid, self.now))
        self.taken.add(guid)

    def withdraw(self, guid: str) -> bool:
        """Let the record say so where another copy has withdrawn the episode; False where none has."""
        said = withdrawals.marked(self.public.storage, guid)
        if said is not None:
            self.done.append(takeover.withdrawn(self.workspace, self.public, guid, said))
            self.taken.add(guid)
        return said is not None


def merge(
    show: Show,
    workspace: Workspace,
    public: Public,
    now: datetime,
    ours: frozenset[str] = frozenset(),
    theirs: frozenset[str] = frozenset(),
) -> Merged:
    """Take over what the public feed has and this copy has not seen, as records; its own unpublished work stays.

    Where both changed, the slugs in `ours` stay as they are here, those in `theirs` become what is public; others are
    left open. What the feed says of the show goes by the name SHOW. Raises PodcastError where a record cannot be made;
    what was taken over by then is kept.
    """
    behind.check_ours(show, workspace, public.contents)
    _same_address(show, public)
    work = _Work(show, workspace, public, now, ours, theirs)
    settled = conflict.settled(show, workspace, public)
    work.done += settled.done
    known = _known(work, settled.readable)
    for release in behind.marked(show, public, records.read_all(workspace), now):
        takeover.write(workspace, public, release)
        work.done.append(f"{release.slug}: is public already, and marked so")
    grouped: dict[str, list[Unseen]] = {}
    for change in behind.differences(show, workspace, public, known, now):
        grouped.setdefault(change.guid, []).append(change)
    every = records.every(workspace)
    for group in grouped.values():
        _decide(work, group, known, every)
    for release in withdrawals.unknown(records.read_all(workspace), public, known, public.look):
        work.withdraw(release.guid)  # as an episode that was never seen public here
    pages = _pages(work)
    for release in records.read_all(workspace):
        entry = public.manifest.manifest.entry(release.guid)
        if entry is not None and entry.items and release.guid not in work.undecided:
            takeover.write(workspace, public, release)
    seen.save(workspace, dataclasses.replace(_as_public(work, known), pages=pages))
    return Merged(tuple(work.done), tuple(work.open))


def _known(work: _Work, readable: Mapping[str, str]) -> Seen:
    """What was seen, with the records that could not be read as they are now. Raises FeedError as a publication does
    for a rollback that was interrupted, and for records that were edited by hand."""
    known = _tolerant(work.show, work.workspace, work.now)
    meant = {guid: (known.public.record(guid), digest) for guid, digest in readable.items()}
    known = dataclasses.replace(known, changed=known.changed | meant)
    guard.check_rollback(work.public.main, known)
    here = records.read_all(work.workspace)
    seen.check_untouched(here, strayed.among(work.workspace, known, here))
    return known


def _decide(work: _Work, group: Sequence[Unseen], known: Seen, every: Sequence[Release]) -> None:
    """What becomes of one episode, or of the show, of which these changes were not seen here."""
    guid, gone, called = group[0].guid, all(change.public is None for change in group), by_slug(every)
    name = SHOW if not guid else called(guid) if any(release.guid == guid for release in every) else ""
    if gone and guid and work.withdraw(guid):
        return
    if name in work.ours and gone and known.public.out(guid) is not None:
        work.open.append(f"{name}: was rolled back: `podcast publish {name} --reinstate` brings it back")
        work.undecided.add(guid)
    elif name in work.ours:
        work.done.append(f"{name}: stays as it is here; the next publication takes it over into the public feed")
    elif name and any(change.changed or change.lost for change in group) and name not in work.theirs:
        work.open += [sentence(change, called).strip() for change in group]
        work.undecided.add(guid)
    elif guid:
        work.take_over(guid)
        if any(change.changed for change in group):
            work.done.append("  what stood here is in git, if it was committed")
    else:
        _head(work, group)


def _same_address(show: Show, public: Public) -> None:
    """Raises FeedError where one of both was moved: what is here would name nothing of what is there."""
    there = own_addresses(public.main) if public.main is not None else ()
    if there and show.url not in there:
        raise FeedError(
            f"the public feed says that it is at {there[0]}, and feed/show.toml that it is at {show.url}",
            "moved by others: `git pull`, or write url and [storage] public_base_url as they are there; moved here: "
            "write the former ones back, take over what is public, publish, and move the show then",
        )


def _tolerant(show: Show, workspace: Workspace, now: datetime) -> Seen:
    """What was seen; where git has left a conflict in the file only what was rolled back, by either side of it.

    Whatever differs is then asked about.
    """
    try:
        return behind.base(show, workspace, records.read_all(workspace), now)
    except FeedError:
        both: dict[str, datetime] = {}
        for side in records.sides(seen.of_json, workspace.publication):
            both |= side.public.outs
        held = records.rolled_back(workspace).values()
        return Seen(NOTHING.with_outs(both | seen.outs(NOTHING, held)))


def _pages(work: _Work) -> dict[str, str]:
    """Pages that are public in another form than the records say: they are known from now on."""
    show, workspace, public = work.show, work.workspace, work.public
    others: dict[str, str] = {}
    for release in records.read_all(workspace):
        if release.page is None or (show.members_only(release.feeds) and not members.ready()):
            continue
        key = items.page_key(show, release)
        stored = public.look(key)
        if stored is not None and stored.sha256 is not None and stored.sha256 != release.page.sha256:
            others[seen.page_name(key)] = stored.sha256
            work.done.append(
                f"{release.slug}: its public page is another one than the last from here; it has been seen, and "
                "the next `podcast publish` puts the record's back where that is built"
            )
    return others


def _head(work: _Work, group: Sequence[Unseen]) -> None:
    """What the feed says of the show, written into show.toml; what cannot be written there is left to a person."""
    show, workspace = work.show, work.workspace
    for change in group:
        if change.feed != MAIN:
            continue
        if changed := head.take_over(workspace, show, change.public):
            work.done.append(f"feed/show.toml: {', '.join(changed)}: taken over as they are public")
        ours = behind.rendered(load_show(workspace), workspace, records.read_all(workspace), work.now)[MAIN].channel
        if left := differing(change.public, ours):
            work.undecided.add("")
            work.open.append(f"the public feed says otherwise of the show: {', '.join(left)}: see feed/show.toml")


def _as_public(work: _Work, known: Seen) -> Seen:
    """What is public now, but for what is undecided, as seen; of several forms, which a killed run leaves, all are."""
    public, workspace, undecided = work.public, work.workspace, work.undecided
    there, every = public.manifest.manifest, records.read_all(workspace)
    forms = {id_: public.forms(id_) for id_ in public.ids}
    # A record that cannot be read to its end without the secret of members stays the one that is known.
    unread = {release.guid: known.public.record(release.guid) for release in every if not public.reads(release)}
    after = overlaid(
        known.public if there is NOTHING else there,
        {id_: said[0] for id_, said in forms.items() if said},
        {**records.digests(workspace), **unread},
    ).with_entries({guid: known.public.entry(guid) for guid in undecided - {""}})
    if "" in undecided:
        after = dataclasses.replace(after, heads=after.heads | known.public.heads)
    kept = {masked(release.guid) for release in records.every(workspace)}
    withdrawn = {masked(guid) for guid in withdrawals.out(every)}
    outs = {name: at for name, at in after.outs.items() if name not in kept or name in withdrawn}
    outs |= {name: at for name, at in known.public.outs.items() if name not in {masked(guid) for guid in work.taken}}
    feed = sha256.of_bytes(public.main) if public.main is not None and not undecided else ""
    after = dataclasses.replace(after, feed=feed).with_outs(
        outs | seen.outs(NOTHING, records.rolled_back(workspace).values())
    )
    changed = {guid: change for guid, change in seen.meant(workspace, after).items() if guid not in undecided}
    changed = {guid: (record, unread.get(guid) or digest) for guid, (record, digest) in changed.items()}
    left = {id_: said[-1] for id_, said in forms.items() if len(said) > 1}
    return Seen(
        after,
        overlaid(NOTHING, left, {}),
        taken_back=known.taken_back,
        proven=known.proven if _named(after) == _named(known.public) else None,
        changed={guid: change for guid, change in known.changed.items() if guid in undecided} | changed,
    )


def _named(public: Manifest) -> tuple[object, ...]:
    """What a proof of all that is public is a proof of."""
    return public.episodes, public.hidden, public.objects
