"""One episode is taken over as it is public: its record becomes what the public feeds say of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime

from podcast_pipeline.episode import records
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.feed.contents import Contents, instant
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Release, RolledBack
from podcast_pipeline.model.show import Show
from podcast_pipeline.model.withdrawal import Withdrawal
from podcast_pipeline.publish import items, rename, withdrawals
from podcast_pipeline.publish.manifest import MAIN
from podcast_pipeline.publish.public import Public
from podcast_pipeline.publish.revision import following, follows


def write(workspace: Workspace, public: Public, release: Release) -> None:
    """Keep `release` as a record that follows the public one; one that is that one stays as it is."""
    known, path = public.manifest.manifest, workspace.release(release.slug)
    try:
        before = records.load(path) if path.exists() else None
    except PodcastError:  # it is replaced for that
        before = None
    entry = known.entry(release.guid)
    if entry is not None and before == release and records.stored_digest(workspace, release.slug) == entry.record:
        return
    if entry is not None and records.digest(release) == entry.record:
        if before != release:
            records.write(workspace, release)
        return
    made = following(workspace, follows(release, known), before, "")
    if made != before:
        records.write(workspace, made)


def taken_over(show: Show, workspace: Workspace, public: Public, guid: str, now: datetime) -> str:
    """Make the record of `guid` what is public; returns what was done, as a sentence."""
    held = {back.release.guid: back for back in records.rolled_back(workspace).values()}.get(guid)
    record = {release.guid: release for release in records.read_all(workspace)}.get(guid)
    if not any(guid in form.items for id_ in public.ids for form in public.forms(id_)):
        assert record is not None  # else nothing would be taken back
        records.set_aside(workspace, RolledBack(now.replace(microsecond=0), record, by_others=True))
        records.remove(workspace.release(record.slug))
        return f"{record.slug}: was taken out of the public feed; `podcast publish {record.slug} --reinstate` undoes it"
    known = [release for release in (record, held.release if held else None) if release is not None]
    release = as_it_is(show, public, guid, known, {release.slug: release.guid for release in records.every(workspace)})
    aside = record is not None and _went_back(show, record, public)
    if record is not None and aside:
        records.set_aside(workspace, RolledBack(now.replace(microsecond=0), record, by_others=True))
    write(workspace, public, release)
    if aside:
        return (
            f"{release.slug}: an earlier form of it is public again, and taken over; what stood here is kept, and "
            f"`podcast publish {release.slug} --reinstate` brings it back"
        )
    if record is not None and held is not None and release != held.release and _alike(release, record):
        return f"{release.slug}: taken over as it is public; what was rolled back here stays out"
    records.remove(workspace.rolled_back_release(release.slug))
    return f"{release.slug}: taken over as it is public"


def withdrawn(workspace: Workspace, public: Public, guid: str, said: Withdrawal) -> str:
    """Let the record say that another copy has withdrawn the episode, whatever was changed here since."""
    record = next(release for release in records.every(workspace) if release.guid == guid)
    records.write(workspace, withdrawals.by_others(record, said, public))
    records.remove(workspace.rolled_back_release(record.slug))
    line = f"{record.slug}: was withdrawn ({said.kind}) by another copy of the show, and stays so"
    return (
        f"{line}; its files were to be deleted: `podcast withdraw {record.slug} --purge` makes sure"
        if said.purge
        else line
    )


def _alike(release: Release, other: Release) -> bool:
    """Whether both say and sound the same to listeners, whatever form the feed gives them."""

    def substance(form: Release) -> object:
        noted = [each.said for each in form.corrections]
        return form.title, form.enclosure.key, {each.key for each in form.transcripts}, noted

    return substance(release) == substance(other)


def as_it_is(show: Show, public: Public, guid: str, known: Sequence[Release], taken: Mapping[str, str]) -> Release:
    """The record of what is public of `guid`: the one of the `known` that says the same, else made of its item.

    It has the name that it has here: where its public page is that of another one, the next publication moves it.
    """
    release = _as_it_is(show, public, guid, known, taken)
    parts = release.page.key.split("/") if release.page is not None else []
    if len(parts) != 3 or parts[0] != "episodes" or parts[1] == release.slug:  # for members: no name
        return release
    former = tuple(name for name in release.former if name != parts[1])
    return rename.renamed(show, dataclasses.replace(release, slug=parts[1], former=former, link=""), release.slug)


def _as_it_is(show: Show, public: Public, guid: str, known: Sequence[Release], taken: Mapping[str, str]) -> Release:
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


def _went_back(show: Show, record: Release, public: Public) -> bool:
    """Whether the main feed had the form that is public before it had the one of `record`: others rolled it back."""
    if MAIN not in record.feeds:
        return False
    there, here = {form.items.get(record.guid) for form in public.forms(MAIN)}, items.digest(show, record)
    if here in there:
        return False
    order = [digest for earlier in public.earlier if (digest := earlier.get(record.guid)) in {*there, here}]
    return here in order and order[0] != here


def _newest(form: Contents) -> datetime | None:
    return instant(form.channel, "lastBuildDate")
