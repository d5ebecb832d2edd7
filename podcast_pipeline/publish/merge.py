"""What others have published and nobody can push any more is taken over here, as records, from the public feeds."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from podcast_pipeline import atomic, codec, reading
from podcast_pipeline.config.load import load_show
from podcast_pipeline.episode import records
from podcast_pipeline.errors import FeedError, PodcastError
from podcast_pipeline.feed.contents import Contents, instant, own_addresses
from podcast_pipeline.feed.contents import differences as differing
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Release, RolledBack
from podcast_pipeline.model.show import Show
from podcast_pipeline.model.withdrawal import Withdrawal
from podcast_pipeline.publish import behind, guard, head, items, manifest, members, seen, withdrawals
from podcast_pipeline.publish.public import Public
from podcast_pipeline.publish.seen import MAIN, FeedDigests, Seen
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
    _same_address(show, public)
    work = _Work()
    _readable_again(show, workspace, public, work)
    known = _tolerant(show, workspace, now)
    guard.check_rollback(public.main, known)
    for release in behind.marked(show, public, records.read_all(workspace), now):
        _write(workspace, public, release)
        work.done.append(f"{release.slug}: is public already, and marked so")
    grouped: dict[str, list[Unseen]] = {}
    for change in behind.differences(show, workspace, public, known, now):
        grouped.setdefault(change.guid, []).append(change)
    slugs = {release.guid: release.slug for release in _every(workspace)}
    taken: set[str] = set()
    for guid, group in grouped.items():
        name = slugs.get(guid, "") if guid else SHOW
        if all(change.public is None for change in group) and (said := withdrawals.marked(public.storage, guid)):
            work.done.append(_withdrawn(workspace, guid, said))
            taken.add(guid)
            continue
        if name in ours and guid in known.rolled_back and all(change.public is None for change in group):
            work.open.append(f"{name}: was rolled back: `podcast publish {name} --reinstate` brings it back")
            work.undecided.add(guid)
        elif name in ours:
            work.done.append(f"{name}: stays as it is here; the next publication takes it over into the public feed")
        elif any(change.changed or change.lost for change in group) and name not in theirs:
            work.open += [sentence(change, by_slug(slugs)).strip() for change in group]
            work.undecided.add(guid)
        elif guid:
            work.done.append(_taken_over(show, workspace, public, guid, now))
            taken.add(guid)
            if any(change.changed for change in group):
                work.done.append("  what stood here is in git, if it was committed")
        else:
            _head(show, workspace, group, now, work)
    for release in withdrawals.unknown(records.read_all(workspace), public, known, public.look):
        if said := withdrawals.marked(public.storage, release.guid):  # as an episode that was never seen public here
            work.done.append(_withdrawn(workspace, release.guid, said))
            taken.add(release.guid)
    pages = _pages(show, workspace, public, work)
    for release in records.read_all(workspace):
        entry = public.manifest.manifest.entry(release.guid)
        if entry is not None and entry.items and release.guid not in work.undecided:
            _write(workspace, public, release)
    decided = _decided(workspace, public, known, work.undecided)
    meant = {
        guid: entry.record
        for guid, digest in decided.items()
        if guid not in work.undecided
        and (entry := public.manifest.manifest.entry(guid)) is not None
        and entry.record not in ("", digest)
    }
    after = dataclasses.replace(
        _as_public(public, known, work.undecided),
        pages=pages,
        records=decided | meant,
        changed={guid: change for guid, change in known.changed.items() if guid in work.undecided}
        | {guid: (record, decided[guid]) for guid, record in meant.items()},
        rolled_back=_still_out(workspace, known, taken),
    )
    seen.save(workspace, after)
    return Merged(tuple(work.done), tuple(work.open))


def _write(workspace: Workspace, public: Public, release: Release) -> None:
    """Keep `release` as a record that follows the public one; one that is that one stays as it is."""
    known, path = public.manifest.manifest, workspace.release(release.slug)
    try:
        before = records.load(path) if path.exists() else None
    except PodcastError:  # it is replaced for that
        before = None
    entry = known.entry(release.guid)
    if entry is not None and records.digest(release) == entry.record:
        if before != release:
            records.write(workspace, release)
        return
    following = seen.following(workspace, manifest.follows(release, known), before, "")
    if following != before:
        records.write(workspace, following)


def _same_address(show: Show, public: Public) -> None:
    """Raises FeedError where one of both was moved: what is here would name nothing of what is there."""
    there = own_addresses(public.main) if public.main is not None else ()
    if there and show.url not in there:
        raise FeedError(
            f"the public feed says that it is at {there[0]}, and feed/show.toml that it is at {show.url}",
            "moved by others: `git pull`, or write url and [storage] public_base_url as they are there; moved here: "
            "write the former ones back, take over what is public, publish, and move the show then",
        )


def _still_out(workspace: Workspace, known: Seen, taken: set[str]) -> dict[str, datetime]:
    """What stays rolled back: of what was taken over all that feed/rolled-back still has."""
    others = {guid: at for guid, at in known.rolled_back.items() if guid not in taken}
    return seen.kept_out(Seen(rolled_back=others), records.rolled_back(workspace).values())


def _decided(workspace: Workspace, public: Public, known: Seen, undecided: set[str]) -> dict[str, str]:
    """The digests of the records as they are meant now; what is undecided, or cannot be read here, stays as known."""
    unread = {one.guid for one in records.read_all(workspace) if not set(one.feeds) <= set(public.ids)}
    kept = {guid: digest for guid, digest in known.records.items() if guid in undecided | unread}
    meant = {guid: one for guid, one in records.digests(workspace).items() if guid not in undecided | unread}
    return dict(sorted((kept | meant).items()))


def _every(workspace: Workspace) -> list[Release]:
    held = (one.release for one in records.rolled_back(workspace).values())
    return [*held, *records.read_all(workspace)]


def _tolerant(show: Show, workspace: Workspace, now: datetime) -> Seen:
    """What was seen; where git has left a conflict in the file only what was rolled back, by either side of it.

    Whatever differs is then asked about.
    """
    try:
        return behind.base(show, workspace, records.read_all(workspace), now)
    except FeedError:
        sides = records.sides(Seen, workspace.publication)
        both = {guid: at for side in sides for guid, at in side.rolled_back.items()}
        return Seen(rolled_back=seen.kept_out(Seen(rolled_back=both), records.rolled_back(workspace).values()))


def _taken_over(show: Show, workspace: Workspace, public: Public, guid: str, now: datetime) -> str:
    """Make the record of `guid` what is public; returns what was done, as a sentence."""
    held = {back.release.guid: back for back in records.rolled_back(workspace).values()}.get(guid)
    record = {release.guid: release for release in records.read_all(workspace)}.get(guid)
    if not any(guid in form.items for id_ in public.ids for form in public.forms(id_)):
        assert record is not None  # else nothing would be taken back
        records.set_aside(workspace, RolledBack(now.replace(microsecond=0), record, by_others=True))
        records.remove(workspace.release(record.slug))
        return f"{record.slug}: was taken out of the public feed; `podcast publish {record.slug} --reinstate` undoes it"
    known = [release for release in (record, held.release if held else None) if release is not None]
    release = _as_it_is(show, public, guid, known, {release.slug: release.guid for release in _every(workspace)})
    aside = record is not None and _went_back(show, record, public)
    if record is not None and aside:
        records.set_aside(workspace, RolledBack(now.replace(microsecond=0), record, by_others=True))
    _write(workspace, public, release)
    if aside:
        return (
            f"{release.slug}: an earlier form of it is public again, and taken over; what stood here is kept, and "
            f"`podcast publish {release.slug} --reinstate` brings it back"
        )
    if record is not None and held is not None and release != held.release and _alike(release, record):
        return f"{release.slug}: taken over as it is public; what was rolled back here stays out"
    records.remove(workspace.rolled_back_release(release.slug))
    return f"{release.slug}: taken over as it is public"


def _withdrawn(workspace: Workspace, guid: str, said: Withdrawal) -> str:
    """Let the record say that another copy has withdrawn the episode, whatever was changed here since."""
    record = next(one for one in _every(workspace) if one.guid == guid)
    records.write(workspace, withdrawals.by_others(record, said))
    records.remove(workspace.rolled_back_release(record.slug))
    return f"{record.slug}: was withdrawn ({said.kind}) by another copy of the show, and stays so"


def _alike(release: Release, other: Release) -> bool:
    """Whether both say and sound the same to listeners, whatever form the feed gives them."""

    def substance(one: Release) -> object:
        noted = [(each.at.date(), each.kind, each.note) for each in one.corrections]
        return one.title, one.enclosure.key, {each.key for each in one.transcripts}, noted

    return substance(release) == substance(other)


def _as_it_is(show: Show, public: Public, guid: str, known: Sequence[Release], taken: Mapping[str, str]) -> Release:
    """The record of what is public of `guid`: the one of the `known` that says the same, else made of its item."""
    from podcast_pipeline.publish import adopt

    there = {id_: form for id_ in public.ids for form in public.forms(id_) if guid in form.items}
    form = there.get(MAIN) or next(iter(there.values()))
    unreadable = [id_ for id_ in (known[0].feeds if known else ()) if id_ not in public.ids]
    listed = tuple(id_ for id_ in (*public.ids, *unreadable) if id_ in there or id_ in unreadable)
    for one in known:
        if one.listed and items.digest(show, one) == form.items[guid]:
            return dataclasses.replace(one, feeds=listed)
    earlier = known[0] if known else None
    element = form.elements[guid]
    return adopt.adopted(show, element, listed, earlier, public.look, public.get, taken, _newest(form))


def _readable_again(show: Show, workspace: Workspace, public: Public, work: _Work) -> None:
    """Records that cannot be read become what is public, and of what was taken back one side of the conflict stays.

    Raises PodcastError where there is neither.
    """
    for path in records.broken(workspace):
        name = workspace.relative(path)
        if path.parent == workspace.rolled_back:
            if not (held := records.sides(RolledBack, path)):
                records.held(path)
            # As in records.set_aside: what was taken back first has the newest form.
            atomic.write_json(path, codec.encode(min(held, key=lambda back: back.at)))
            work.done.append(f"{name}: could not be read; of both sides what was rolled back first stays")
        else:
            sides = records.sides(Release, path)
            if withdrawn := [side for side in sides if side.withdrawn is not None and side.slug == path.stem]:
                records.write(workspace, dataclasses.replace(withdrawn[0], status=withdrawals.WITHDRAWN))
                work.done.append(f"{name}: could not be read; the side that is withdrawn stays")
                continue
            if not (guid := _guid(show, public, path)):
                records.load(path)
            known = [side for side in sides if (side.slug, side.guid) == (path.stem, guid)]
            _write(workspace, public, _as_it_is(show, public, guid, known, {path.stem: guid}))
            work.done.append(f"{name}: could not be read; it is now what is public")
        work.done.append(
            f"  what else was written here is in git, if it was committed: `git log -p --full-history {name}`"
        )


def _guid(show: Show, public: Public, path: Path) -> str:
    """The guid of a public episode whose record `path` is; "" where there is none."""
    from podcast_pipeline.publish import adopt

    text = reading.data(path).decode("utf-8", "replace")
    elements = {guid: one for id_ in public.ids for form in public.forms(id_) for guid, one in form.elements.items()}
    named = [guid for guid in elements if f'"guid": {json.dumps(guid, ensure_ascii=False)}' in text]
    alike = (guid for guid, element in elements.items() if adopt.slug_of(show, element, {}) == path.stem)
    return named[0] if named else next(alike, "")


def _went_back(show: Show, record: Release, public: Public) -> bool:
    """Whether the main feed had the form that is public before it had the one of `record`: others rolled it back."""
    if MAIN not in record.feeds:
        return False
    there, here = {form.items.get(record.guid) for form in public.forms(MAIN)}, items.digest(show, record)
    if here in there:
        return False
    order = [digest for earlier in public.earlier if (digest := earlier.get(record.guid)) in {*there, here}]
    return here in order and order[0] != here


def _pages(show: Show, workspace: Workspace, public: Public, work: _Work) -> dict[str, str]:
    """Pages that are public in another form than the records say: they are known from now on."""
    found = {}
    for release in records.read_all(workspace):
        if release.page is None or (show.members_only(release.feeds) and not members.ready()):
            continue
        key = items.page_key(show, release)
        stored = public.look(key)
        if stored is not None and stored.sha256 not in (release.page.sha256, None):
            found[seen.masked(key)] = stored.sha256
            work.done.append(
                f"{release.slug}: its public page is another one than the last from here; it has been seen, and "
                "the next `podcast publish` puts the record's back where that is built"
            )
    return {key: digest for key, digest in found.items() if digest is not None}


def _newest(form: Contents) -> datetime | None:
    return instant(form.channel, "lastBuildDate")


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


def _as_public(public: Public, known: Seen, undecided: set[str]) -> Seen:
    """What is public now, but for what is undecided, as seen."""
    forms, begun = dict(known.feeds), {}
    for id_ in public.ids:
        for number, document in enumerate(public.forms(id_)):
            before = known.feeds.get(id_, FeedDigests())
            kept = {guid: before.items.get(guid) for guid in undecided if guid}
            merged: Mapping[str, Any] = {**document.items, **kept}
            form = FeedDigests(
                "",
                before.head if "" in undecided else document.head,
                {guid: digest for guid, digest in sorted(merged.items()) if digest is not None},
            )
            # Of several forms, which a killed run leaves, all are known now.
            if number == 0:
                forms[id_] = form
            else:
                begun[id_] = form
    return Seen(forms, begun, {}, known.taken_back)
