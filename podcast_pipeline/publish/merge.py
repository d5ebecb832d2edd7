"""What others have published and nobody can push any more is taken over here, as records, from the public feeds."""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from podcast_pipeline import atomic, codec, keys, reading, sha256
from podcast_pipeline.config.load import load_show
from podcast_pipeline.episode import records
from podcast_pipeline.errors import FeedError
from podcast_pipeline.feed import contents
from podcast_pipeline.feed.contents import differences as differing
from podcast_pipeline.feed.contents import own_addresses
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Release, RolledBack
from podcast_pipeline.model.show import Show
from podcast_pipeline.publish import behind, guard, head, items, members, rename, seen, strayed, takeover, withdrawals
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
    done: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    undecided: set[str] = field(default_factory=set)
    """Guids, "" for the head."""
    readable: dict[str, str] = field(default_factory=dict)
    """Guid -> digest of each record that could not be read, as it is now: meant, whatever is public."""


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
    work = _Work()
    _readable_again(show, workspace, public, work)
    _one_record(show, workspace, public, work)
    known = _tolerant(show, workspace, now)
    meant = {guid: (known.public.record(guid), digest) for guid, digest in work.readable.items()}
    known = dataclasses.replace(known, changed=known.changed | meant)
    guard.check_rollback(public.main, known)
    here = records.read_all(workspace)
    seen.check_untouched(here, strayed.among(workspace, known, here))
    for release in behind.marked(show, public, records.read_all(workspace), now):
        takeover.write(workspace, public, release)
        work.done.append(f"{release.slug}: is public already, and marked so")
    grouped: dict[str, list[Unseen]] = {}
    for change in behind.differences(show, workspace, public, known, now):
        grouped.setdefault(change.guid, []).append(change)
    every = records.every(workspace)
    slugs = {release.guid: release.slug for release in every}
    taken: set[str] = set()
    for guid, group in grouped.items():
        name = slugs.get(guid, "") if guid else SHOW
        if all(change.public is None for change in group) and (said := withdrawals.marked(public.storage, guid)):
            work.done.append(takeover.withdrawn(workspace, public, guid, said))
            taken.add(guid)
            continue
        if name in ours and known.public.out(guid) is not None and all(change.public is None for change in group):
            work.open.append(f"{name}: was rolled back: `podcast publish {name} --reinstate` brings it back")
            work.undecided.add(guid)
        elif name in ours:
            work.done.append(f"{name}: stays as it is here; the next publication takes it over into the public feed")
        elif name and any(change.changed or change.lost for change in group) and name not in theirs:
            work.open += [sentence(change, by_slug(every)).strip() for change in group]
            work.undecided.add(guid)
        elif guid:
            work.done.append(takeover.taken_over(show, workspace, public, guid, now))
            taken.add(guid)
            if any(change.changed for change in group):
                work.done.append("  what stood here is in git, if it was committed")
        else:
            _head(show, workspace, group, now, work)
    for release in withdrawals.unknown(records.read_all(workspace), public, known, public.look):
        if said := withdrawals.marked(public.storage, release.guid):  # as an episode that was never seen public here
            work.done.append(takeover.withdrawn(workspace, public, release.guid, said))
            taken.add(release.guid)
    pages = _pages(show, workspace, public, work)
    for release in records.read_all(workspace):
        entry = public.manifest.manifest.entry(release.guid)
        if entry is not None and entry.items and release.guid not in work.undecided:
            takeover.write(workspace, public, release)
    seen.save(workspace, dataclasses.replace(_as_public(workspace, public, known, work.undecided, taken), pages=pages))
    return Merged(tuple(work.done), tuple(work.open))


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


def _readable_again(show: Show, workspace: Workspace, public: Public, work: _Work) -> None:
    """Records that cannot be read become what is public, and of what was taken back one side of the conflict stays.

    Raises PodcastError where there is neither.
    """
    for path in records.broken(workspace):
        name = workspace.relative(path)
        if path.parent == workspace.rolled_back:
            if not (held := records.sides(functools.partial(codec.decode, RolledBack), path)):
                records.held(path)
            # As in records.set_aside: what was taken back first has the newest form.
            atomic.write_json(path, codec.encode(min(held, key=lambda back: back.at)))
            work.done.append(f"{name}: could not be read; of both sides what was rolled back first stays")
        else:
            sides = records.sides(functools.partial(codec.decode, Release), path)
            if (withdrawn := _withdrawn(show, sides, path.stem)) is not None:
                records.write(workspace, withdrawn)
                work.done.append(f"{name}: could not be read; the side that is withdrawn stays")
                continue
            if not (guid := _guid(show, public, path)):
                records.load(path)
            known = [side for side in sides if (side.slug, side.guid) == (path.stem, guid)]
            takeover.write(workspace, public, takeover.as_it_is(show, public, guid, known, {path.stem: guid}))
            work.readable[guid] = records.stored_digest(workspace, path.stem)
            work.done.append(f"{name}: could not be read; it is now what is public")
        work.done.append(
            f"  what else was written here is in git, if it was committed: `git log -p --full-history {name}`"
        )


def _withdrawn(show: Show, sides: Sequence[Release], slug: str) -> Release | None:
    """The side of a conflict that is withdrawn, with the name `slug` and the former names of both; None of neither."""
    if slug not in {side.slug for side in sides}:
        return None
    names = dict.fromkeys(name for side in sides for name in (*side.former, side.slug) if name != slug)
    for side in (side for side in sides if side.withdrawn is not None):
        named = rename.renamed(show, side, slug)
        page = side.page if named.page is None else named.page  # of the former name: the next publication puts it anew
        return dataclasses.replace(named, former=tuple(names), status=withdrawals.WITHDRAWN, page=page)
    return None


def _one_record(show: Show, workspace: Workspace, public: Public, work: _Work) -> None:
    """Of the records that two copies leave which have renamed one episode, the withdrawn one stays, else the public."""
    if rename.interrupted(workspace):
        return
    paths: dict[str, list[Release]] = {}
    for path in workspace.listed(workspace.releases, "*.json"):
        paths.setdefault((release := records.load(path)).guid, []).append(release)
    for guid, every in paths.items():
        names = [{release.slug, *release.former} for release in every]
        if len(every) < 2 or not set.intersection(*names):
            continue
        elements = (form.elements.get(guid) for id_ in public.ids for form in public.forms(id_))
        links = {contents.text(element, "link") for element in elements if element is not None}
        base = show.storage.public_base_url
        there = [release for release in every if keys.url(base, keys.page(release.slug)) in links]
        stays = next((release for release in every if release.withdrawn is not None), next(iter(there), None))
        if stays is None:
            continue
        others = [release.slug for release in every if release is not stays]
        former = dict.fromkeys(name for release in every for name in release.former)
        gone = {stays.slug, *others} - set(stays.former)
        named = dataclasses.replace(stays, former=tuple(name for name in former if name not in gone))
        takeover.write(workspace, public, named)
        for slug in others:
            records.remove(workspace.release(slug))
            work.done.append(f"{slug}: is called {stays.slug} by another copy of the show, and keeps that name")
            if workspace.episode(slug).exists() and workspace.episode(stays.slug).exists():
                work.done.append(f"  its folder is here twice: remove episodes/{slug} once the other one has all of it")


def _guid(show: Show, public: Public, path: Path) -> str:
    """The guid of a public episode whose record `path` is; "" where there is none."""
    from podcast_pipeline.publish import adopt

    text = reading.data(path).decode("utf-8", "replace")
    elements = {guid: one for id_ in public.ids for form in public.forms(id_) for guid, one in form.elements.items()}
    named = [guid for guid in elements if f'"guid": {json.dumps(guid, ensure_ascii=False)}' in text]
    alike = (guid for guid, element in elements.items() if adopt.slug_of(show, element, {}) == path.stem)
    return named[0] if named else next(alike, "")


def _pages(show: Show, workspace: Workspace, public: Public, work: _Work) -> dict[str, str]:
    """Pages that are public in another form than the records say: they are known from now on."""
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


def _head(show: Show, workspace: Workspace, group: Sequence[Unseen], now: datetime, work: _Work) -> None:
    """What the feed says of the show, written into show.toml; what cannot be written there is left to a person."""
    for one in group:
        if one.feed != MAIN:
            continue
        if changed := head.take_over(workspace, show, one.public):
            work.done.append(f"feed/show.toml: {', '.join(changed)}: taken over as they are public")
        ours = behind.rendered(load_show(workspace), workspace, records.read_all(workspace), now)[MAIN].channel
        if left := differing(one.public, ours):
            work.undecided.add("")
            work.open.append(f"the public feed says otherwise of the show: {', '.join(left)}: see feed/show.toml")


def _as_public(workspace: Workspace, public: Public, known: Seen, undecided: set[str], taken: set[str]) -> Seen:
    """What is public now, but for what is undecided, as seen; of several forms, which a killed run leaves, all are."""
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
    outs |= {name: at for name, at in known.public.outs.items() if name not in {masked(guid) for guid in taken}}
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
