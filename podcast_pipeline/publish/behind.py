"""What of the public feeds this copy of the show has not seen: what it would take back if it published now."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

from podcast_pipeline import keys
from podcast_pipeline.episode import records
from podcast_pipeline.errors import FeedError
from podcast_pipeline.feed import contents
from podcast_pipeline.feed.contents import Contents, joined
from podcast_pipeline.feed.names import clark
from podcast_pipeline.feed.public import check_clock, is_public
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.asset import Asset
from podcast_pipeline.model.release import Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.publish import feeds, guard, items, manifest, members, seen, showfiles, strayed, withdrawals
from podcast_pipeline.publish.manifest import MAIN
from podcast_pipeline.publish.noticed import noticed
from podcast_pipeline.publish.public import Public
from podcast_pipeline.publish.revision import follows
from podcast_pipeline.publish.seen import Seen
from podcast_pipeline.publish.unseen import STRAYED, STRAYED_HINT, Unseen, by_slug, refuse
from podcast_pipeline.storage.protocol import Storage

T = TypeVar("T")


def base(show: Show, workspace: Workspace, releases: Sequence[Release], now: datetime) -> Seen:
    """What this copy has last seen public. Where it never wrote that down, its records and feed.xml say it.

    What was taken back is asked of feed/rolled-back as well: losing one of both brings nothing back.
    """
    known, held = seen.load(workspace) or Seen(), records.rolled_back(workspace).values()
    public = known.public
    if not workspace.publication.exists():
        others = feeds.documents(dataclasses.replace(show, feeds=members.within_reach(show)), workspace, releases, now)
        forms = {id_: joined([contents.read(page) for page in pages.values()]) for id_, pages in others.items()}
        public = manifest.overlaid(public, forms, {})
    return dataclasses.replace(known, public=public.with_outs(seen.outs(public, held)))


def marked(show: Show, public: Public, releases: Sequence[Release], now: datetime) -> tuple[Release, ...]:
    """Scheduled episodes that another copy has published as they stand here, a timer's most often: as published."""
    public_already = []
    for release in releases:
        if release.status != "scheduled" or not is_public(release, now):
            continue
        published = dataclasses.replace(release, status="published")
        forms = [form for id_ in release.feeds if id_ in public.ids for form in public.forms(id_)]
        if any(items.digest(show, published) == form.items.get(release.guid) for form in forms):
            published = dataclasses.replace(published, page=_page(show, published, public))
            public_already.append(follows(published, public.manifest.manifest))
    return tuple(public_already)


def _page(show: Show, release: Release, public: Public) -> Asset | None:
    """The page as it is stored, in the form that the record keeps."""
    key = items.page_key(show, release)
    stored = public.look(key)
    if stored is None or stored.sha256 is None:
        return None
    return Asset("" if show.members_only(release.feeds) else key, stored.size, keys.headers(key).mime, stored.sha256)


def rendered(show: Show, workspace: Workspace, releases: Sequence[Release], now: datetime) -> dict[str, Contents]:
    """What each feed says when it is made of these records, those of members where this machine can make them."""
    published = [one for one in releases if one.listed]
    main = contents.read(showfiles.drawn(show, workspace, published, now))
    others = feeds.documents(dataclasses.replace(show, feeds=members.within_reach(show)), workspace, releases, now)
    return {MAIN: main} | {id_: joined([contents.read(one) for one in pages.values()]) for id_, pages in others.items()}


def anothers(show: Show, workspace: Workspace, there: Contents | None) -> str:
    """The title of the show whose feed says `there`, where that is another one: it has neither our podcast:guid nor an
    episode of ours. Else "", also where there is no feed.
    """
    if there is None:
        return ""
    if there.channel.findtext(clark("podcast:guid")) == show.guid:
        return ""  # asked first: no record need be readable for it, as in a merge of damaged ones
    ours = {release.guid for release in records.every(workspace)}
    if not ours or ours & there.items.keys():
        return ""
    return there.channel.findtext("title") or "of no title"


def check_ours(show: Show, workspace: Workspace, there: Contents | None) -> None:
    """Raises FeedError where the public feed is another show's: nothing of it is ours, and ours is none of it."""
    if title := anothers(show, workspace, there):
        raise FeedError(
            f'the public feed is that of another show: "{title}"',
            "two shows must not lie at one place: see [storage] in feed/show.toml of both; where it was put there by "
            "mistake, `podcast rollback` lists the earlier feeds of this show and puts one back",
        )


def differences(
    show: Show,
    workspace: Workspace,
    public: Public,
    known: Seen,
    now: datetime,
    releases: Sequence[Release] | None = None,
) -> list[Unseen]:
    """Everything that this copy would take back without having seen it, if it published now what its records say, or
    `releases` in their place.
    """
    releases = records.read_all(workspace) if releases is None else releases
    ours, stray = rendered(show, workspace, releases, now), strayed.among(workspace, known, releases)
    written = known.written(records.digests(workspace))
    every = (
        change
        for id_ in public.ids
        for change in guard.unseen(id_, ours[id_], public.forms(id_), written, stray, public.had)
    )
    return [*guard.but(withdrawals.leaving(releases, public.look), every)]


def check(
    show: Show,
    workspace: Workspace,
    public: Public,
    known: Seen,
    before: Sequence[Release],
    after: Sequence[Release],
    compare: Callable[[], T],
    *,
    returning: Collection[str] = (),
    meant: Collection[str] = (),
    marked: Collection[str] = (),
) -> T:
    """What `compare` says, which holds the feeds against what is public; raises FeedError for the first thing that
    stops a publication from here, whatever it is of: the same one, whoever asks.

    The records are `before` here, and `after` the publication. By guid: withdrawn ones that somebody brings back,
    all that somebody takes out or brings back, those that another copy has published as they stand here.
    """
    check_ours(show, workspace, public.contents)
    withdrawals.check(after, public, known, public.look, returning)
    guard.check_notices(show, before, meant)
    said = compare()
    strayed.check(workspace, public.manifest.manifest, known, before, {*meant, *marked})
    return said


class Apart(NamedTuple):
    """What is public of an episode is not what this copy knows of it. `gone`: no feed has it any more."""

    said: str
    gone: bool = False
    strayed: bool = False
    """Its record here is another one than was published, and no command has made it."""


class Standing(NamedTuple):
    """How this copy stands to what is public."""

    refusal: FeedError | None = None
    """What every publication from here says in place of publishing."""
    apart: Mapping[str, Apart] = {}
    """By guid: their records here tell nothing of what is public."""
    main: bytes | None = None
    """The main feed as it is stored, or was before it was lost or damaged; None where there is none."""
    asked: bool = True
    """Whether the storage was asked: the public address may serve what it had earlier."""


def standing(show: Show, workspace: Workspace, storage: Storage, now: datetime) -> Standing:
    """Whether a publication from here would be refused, whatever it is of: what `status` and `verify` say of it."""
    public, every = Public(show, storage, now), records.read_all(workspace)
    main = public.main
    apart: dict[str, Apart] = {}
    try:
        known = base(show, workspace, every, now)
        guard.check_rollback(main, known)
        timed = {release.guid: release for release in marked(show, public, every, now)}
        releases = [noticed(timed.get(release.guid, release), show.notices, now) for release in every]
        unseen = differences(show, workspace, public, known, now, releases)
        apart |= {change.guid: _apart(change) for change in reversed(unseen) if change.guid}
        withdrawn = withdrawals.unknown(releases, public, known, public.look)
        apart |= {release.guid: Apart("another copy of the show has withdrawn it", gone=True) for release in withdrawn}
        leaving = withdrawals.leaving(every, public.look)
        compare = functools.partial(refuse, unseen, by_slug(releases))
        check(show, workspace, public, known, every, releases, compare, meant=leaving, marked=timed)
    except FeedError as error:
        return Standing(error, apart, main)
    return Standing(main=main)


def alone(workspace: Workspace, known: Seen) -> Standing:
    """The same by what was last seen alone, where the storage is not asked."""
    every = records.read_all(workspace)
    stray = strayed.among(workspace, known, every)
    others = [release for release in every if stray(release.guid)]
    if not others:
        return Standing(asked=False)
    lines = [STRAYED, *(f"  would change {release.slug}" for release in others)]
    apart = {release.guid: _STRAYED for release in others}
    return Standing(FeedError("\n".join(lines), STRAYED_HINT), apart, asked=False)


_STRAYED = Apart("its record here is not the one that was published", strayed=True)


def _apart(change: Unseen) -> Apart:
    if change.strayed:
        return _STRAYED
    if change.public is not None:
        return Apart("another copy of the show has published another form of it")
    said = "this storage has never had it in a feed" if change.lost else "another copy of the show has taken it out"
    return Apart(said, gone=True)


def level(show: Show, workspace: Workspace, storage: Storage, now: datetime) -> None:
    """Raises FeedError where anything is public that this copy has not seen, or by the clock cannot be."""
    releases = records.read_all(workspace)
    check_clock(releases, now)
    public = Public(show, storage, now)
    known = base(show, workspace, releases, now)
    guard.check_rollback(public.main, known)
    unseen = differences(show, workspace, public, known, now)
    compare = functools.partial(refuse, unseen, by_slug(releases))
    leaving = withdrawals.leaving(releases, public.look)
    check(show, workspace, public, known, releases, releases, compare, meant=leaving)


def up_to_date(show: Show, workspace: Workspace, slug: str, storage: Storage, now: datetime) -> None:
    """Raises FeedError where the episode is public in a form that this copy has not seen."""
    public, releases = Public(show, storage, now), records.read_all(workspace)
    record = next((release for release in releases if release.slug == slug), None)
    if public.main is None or record is None or record.withdrawn is not None:
        return
    known, ours = base(show, workspace, releases, now), items.alone(show, record)
    stray = strayed.among(workspace, known, releases)
    unseen = [
        change
        for id_ in record.feeds
        if id_ in public.ids
        for change in guard.unseen(id_, ours, public.forms(id_), known, stray, public.had)
        if change.guid == record.guid
    ]
    refuse(unseen, by_slug([record]))
