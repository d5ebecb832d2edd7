"""The board is gathered: records, what was seen public, and of every episode in work its sources and its build."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from podcast_pipeline import keys, reading
from podcast_pipeline.board import commits
from podcast_pipeline.board import past as pasts
from podcast_pipeline.board.card import BROKEN, Board, Card, Wait
from podcast_pipeline.board.past import Past
from podcast_pipeline.digests import Digests
from podcast_pipeline.episode import dates, records
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.publish.noticed import unanswered

if TYPE_CHECKING:
    from podcast_pipeline.publish.behind import Standing

SAID = 3
"""Lines of what a publication would refuse."""


def board(show: Show, workspace: Workspace, now: datetime, slugs: Sequence[str] | None = None) -> Board:
    """Every episode of the show, or those of `slugs`. Writes nothing but what was digested already."""
    past = pasts.read(workspace)
    if slugs is None:
        known = [slug for slug, record in (past.records or {}).items() if record.release.status != "scheduled"]
        slugs = sorted({*workspace.slugs(), *past.held, *known})
    return _board(show, workspace, now, past, slugs)


def unpublished(show: Show, workspace: Workspace, now: datetime) -> Board:
    """The episodes that are not public: in work, scheduled, or taken out of the feed. Raises PodcastError for records
    that cannot be read."""
    past = pasts.read(workspace)
    if past.records is None:
        records.read_all(workspace)  # says what is wrong
    return _board(show, workspace, now, past, sorted({*workspace.slugs(), *past.held} - past.public))


def _board(show: Show, workspace: Workspace, now: datetime, past: Past, slugs: Sequence[str]) -> Board:
    digests = Digests(workspace.digests)
    stands, public = _standing(show, workspace, past, now)
    drawn = [_card(show, workspace, slug, digests, past, now, stands) for slug in slugs]
    digests.save()
    cards = tuple(_dated(workspace, drawn, past))
    at = now.astimezone(show.schedule.zone)
    missing = _missing(workspace, past, stands)
    void = unanswered(show.notices, past.releases, now)
    notices = (*missing, *public, *commits.read(workspace), *_dropped(show, past), *void)
    return Board(show.title, at, cards, notices, past.seen.proven, past.fault)


def _card(
    show: Show, workspace: Workspace, slug: str, digests: Digests, past: Past, now: datetime, stands: Standing | None
) -> Card:
    from podcast_pipeline.board import public

    try:
        record = past.records.get(slug) if past.records is not None else None
        release = records.read(workspace, slug) if past.records is None else record.release if record else None
        same = record is not None and past.seen.public.record(record.release.guid) == record.sha256
        proven = same and past.seen.proven is not None
        back = record is not None and past.seen.returns(record.release.guid, record.sha256)
        held = None if back else past.held.get(slug)
        left, unsigned = ((), "") if release is None else _unread(show, workspace, release, digests)
        if (
            card := public.card(
                slug, release, held, past.seen, now,
                proven=proven, back=back, left=left, unsigned=unsigned, notices=show.notices,
            )
        ) is not None:  # fmt: skip
            apart = stands.apart.get(release.guid) if stands is not None and release is not None else None
            return card if apart is None else public.apart(card, apart)
        from podcast_pipeline.board import work  # most of the program: for what is in work alone

        return work.card(show, workspace, slug, release, past, digests, now)
    except PodcastError as error:
        fix = f"mend it, then `podcast status {slug}`"
        return Card(slug, slug, "", f"{BROKEN}: {error.message}", error.hint or fix, wait=Wait("producer"))


def _unread(show: Show, workspace: Workspace, release: Release, digests: Digests) -> tuple[tuple[str, ...], str]:
    """What the corrections of a public episode still need, and why its sign-off does not hold for its words."""
    from podcast_pipeline.publish import pending

    if not release.listed:
        return (), ""
    return pending.left(show, workspace, release, digests), pending.unsigned(show, workspace, release, digests)


def _dated(workspace: Workspace, cards: Sequence[Card], past: Past) -> Iterator[Card]:
    """`cards` with what is to be said of their dates: that another episode has the same."""
    public = {slug for slug, record in (past.records or {}).items() if record.release.status != "scheduled"}
    coming = any(card.due is not None and not card.public for card in cards)
    together = dates.together(dates.planned(workspace, public)) if coming else {}
    for card in cards:
        said = dates.sentence(together.get(card.slug, ()))
        yield dataclasses.replace(card, trouble=(*card.trouble, said)) if said else card


def _missing(workspace: Workspace, past: Past, stands: Standing | None) -> Iterator[str]:
    """What a show that has published keeps in feed/, and is not here."""
    public = any(release.listed and release.status == "published" for release in past.releases)
    lost = past.lost if past.records is not None else 0
    if lost and (stands is None or stands.refusal is None):
        yield (
            f"feed/releases has no record of {lost} episode{'s' if lost > 1 else ''} last seen public: bring it back "
            "from git, or by `podcast feed --merge --from-public`"
        )
    if public and not workspace.feed_xml.exists():
        yield f"{workspace.relative(workspace.feed_xml)} is not here: `podcast feed` renders it again"


def _dropped(show: Show, past: Past) -> tuple[str, ...]:
    from podcast_pipeline.publish import dropped

    return dropped.sentences(show, past.releases, past.seen)


def _standing(show: Show, workspace: Workspace, past: Past, now: datetime) -> tuple[Standing | None, tuple[str, ...]]:
    """How this copy stands to what is public, None where both are the same as far as can be seen; what is to be said.

    A storage that serves is not asked: of it `verify` tells.
    """
    from podcast_pipeline.storage.registry import open_storage

    try:
        storage = open_storage(show.storage, workspace)
        able = storage.capabilities
    except PodcastError as error:
        return None, (str(error),)
    ours, public = workspace.feed_xml, Path(able.place) / keys.FEED
    here = not able.serves and ours.exists() and public.exists()
    if not able.serves and past.seen.public.feed and public.parent.is_dir() and not public.exists():
        return None, (f"the public feed is not there ({public}): `podcast publish` puts it up again",)
    differs = here and reading.data(ours) != reading.data(public)
    if past.records is None or past.fault is not None or not (differs or past.strayed):
        return None, ()
    from podcast_pipeline.publish import behind, verify  # only here, as all that publishes comes with it

    try:
        stands = behind.standing(show, workspace, storage, now) if here else behind.alone(workspace, past.seen)
    except PodcastError as error:
        return None, (str(error),)
    if stands.refusal is None:
        return stands, (verify.DIFFERS,) if differs else ()
    first, *lines = stands.refusal.message.splitlines()
    more = [f"  and {len(lines) - SAID} more: `podcast verify`"] if len(lines) > SAID else []
    return stands, ("\n".join((first, *lines[:SAID], *more, f"  hint: {stands.refusal.hint}")),)
