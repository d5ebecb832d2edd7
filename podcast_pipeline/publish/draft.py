"""The episodes of a publication as they will be: those that are judged, and those that something else changes."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from podcast_pipeline.config.load import load_episode
from podcast_pipeline.episode import dates, records
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.feed.public import is_public
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Release, RolledBack
from podcast_pipeline.publish import (
    behind,
    expiry,
    imported,
    members,
    recordpage,
    rehome,
    rename,
    sealed,
    withdraw,
    withdrawals,
)
from podcast_pipeline.publish.consent import Consent
from podcast_pipeline.publish.noticed import noticed
from podcast_pipeline.publish.plan import Wanted
from podcast_pipeline.publish.revision import following, follows
from podcast_pipeline.publish.seen import Seen
from podcast_pipeline.publish.start import Start
from podcast_pipeline.site import lapse


@dataclass
class Draft:
    """What the steps of preparing a publication fill in one after the other. Sets are of guids."""

    known: dict[str, Release]
    """The records as they will be, by slug."""
    marked: frozenset[str] = frozenset()
    """Those that another copy has published as they stand here."""
    leaving: frozenset[str] = frozenset()
    """Those that leave every feed, as they are withdrawn."""
    ending: frozenset[str] = frozenset()
    """Withdrawn ones whose pages and deletions follow the feeds."""
    removal: frozenset[str] = frozenset()
    """Those that a person takes out of the feed."""
    rolled_back: Mapping[str, RolledBack] = field(default_factory=dict)
    """What stays rolled back, by slug."""
    wanted: list[Wanted] = field(default_factory=list)
    """The objects that what is new in them names."""
    refused: list[tuple[str, PodcastError]] = field(default_factory=list)
    reinstated: list[str] = field(default_factory=list)
    """Slugs."""

    @property
    def after(self) -> tuple[Release, ...]:
        """The records as they will be."""
        return tuple(self.known.values())

    def take(self, release: Release, objects: Iterable[Wanted]) -> None:
        self.known[release.slug] = release
        self.wanted += objects

    def guids(self, slugs: Iterable[str]) -> frozenset[str]:
        return frozenset(self.known[slug].guid for slug in slugs)


def due(workspace: Workspace, releases: Sequence[Release], now: datetime) -> tuple[str, ...]:
    """Slugs of the scheduled episodes whose time has come, by the record or, moved forward, by episode.toml."""
    return tuple(
        release.slug
        for release in releases
        if release.status == "scheduled" and (is_public(release, now) or _moved_up(workspace, release.slug, now))
    )


def _moved_up(workspace: Workspace, slug: str, now: datetime) -> bool:
    date = dates.written(workspace, slug)
    return date is not None and date <= now


def drafted(start: Start, slugs: Sequence[str] | None, consent: Consent) -> Draft:
    """All episodes as they will be once `slugs` (None: what is due) are published. Raises PodcastError.

    Of several episodes those that do not pass the gate are left out, and listed in `refused`.
    """
    draft = _with_withdrawals(start, consent)
    todo = due(start.workspace, draft.after, start.now) if slugs is None else slugs
    draft.removal = consent.removal
    if consent.guid_change:
        draft.removal |= draft.guids(slug for slug in todo if slug in draft.known)
    # What a run was bringing back that was stopped goes on; one that others have withdrawn since is marked, and stops.
    resumed = _resumed(start.workspace, draft.after, start.base)
    draft.reinstated += sorted(resumed)
    draft.rolled_back = {slug: aside for slug, aside in start.rolled_back.items() if slug not in resumed}
    consent = dataclasses.replace(consent, returning=consent.returning | resumed)
    _judge(draft, start, todo, consent)
    _carry_along(draft, start, todo)
    draft.known = {slug: revised(start, release) for slug, release in draft.known.items()}
    return draft


def _with_withdrawals(start: Start, consent: Consent) -> Draft:
    """The records with what others have published and withdrawn, and with what is withdrawn now."""
    show, public, before = start.show, start.public, start.before
    marked = behind.marked(show, public, tuple(before.values()), start.now)
    known = before | {release.slug: release for release in marked}
    known |= {release.slug: withdraw.with_page(show, release) for release in consent.withdrawn}
    withdrawals.check_seen(consent.withdrawn, before.values(), start.base, start.storage)
    withdrawals.check_address(show, consent.withdrawn, public)
    known |= {each.slug: each for each in withdraw.reopened(show, known.values(), start.listing)}
    staying = [release for slug, release in known.items() if slug not in consent.returning]
    leaving = withdrawals.leaving(staying, public.look, [known[release.slug] for release in consent.withdrawn])
    ending = leaving | withdrawals.halfway(staying, start.base)
    draft = Draft(known, frozenset(release.guid for release in marked), leaving, ending)
    for release in [release for release in draft.after if release.guid in ending]:
        draft.take(withdraw.with_page(show, release), [withdrawals.mark(release)])
    return draft


def _resumed(workspace: Workspace, releases: Iterable[Release], base: Seen) -> frozenset[str]:
    """Slugs of those whose records say that they are back, by a run that was stopped before a feed was known to."""
    back = (release for release in releases if release.withdrawn is None and base.returns(release.guid))
    return frozenset(
        release.slug for release in back if base.returns(release.guid, records.stored_digest(workspace, release.slug))
    )


def revised(start: Start, release: Release) -> Release:
    """`release` with its place among the revisions of its record."""
    before, entry = start.before.get(release.slug), start.proven.entry(release.guid)
    if before is None:
        return following(start.workspace, follows(release, start.proven), None, "")
    published = entry.record if entry is not None else start.base.public.record(before.guid)
    return following(start.workspace, release, before, published)


def _judge(draft: Draft, start: Start, todo: Sequence[str], consent: Consent) -> None:
    """The episodes `todo` as they may be published. Raises PodcastError where the only one may not."""
    show, workspace, storage, now = start.show, start.workspace, start.storage, start.now
    for slug in todo:
        try:
            if (release := draft.known.get(slug)) is not None and release.withdrawn is not None:
                draft.take(*withdraw.judged(show, workspace, release, draft.known, storage, now, consent))
                continue
            at = _rolled_back(draft, start, slug)
            if at is not None and not consent.reinstate and slug not in consent.returning:
                raise _refusal(slug, draft.rolled_back.get(slug), at)
            draft.take(*_judged(draft, start, slug, consent))
        except PodcastError as error:
            if len(todo) == 1:
                raise
            draft.refused.append((slug, error))
        else:
            draft.reinstated += [slug] if at is not None and slug not in draft.reinstated else []


def _carry_along(draft: Draft, start: Start, todo: Sequence[str]) -> None:
    """The other records, where something else than a publication changes them: addresses, lapsed content, an import."""
    show, workspace, storage, now = start.show, start.workspace, start.storage, start.now
    judged = frozenset(todo) - {slug for slug, _ in draft.refused}
    others = [slug for slug in draft.known if slug not in judged]
    for release in [draft.known[slug] for slug in others if show.members_only(draft.known[slug].feeds)]:
        draft.take(*sealed.moved(release, members.secret(show), storage))
    moved, objects = rehome.rehomed(show, workspace, [draft.known[slug] for slug in others], storage, now)
    draft.known |= {release.slug: release for release in moved}
    draft.wanted += objects
    draft.known |= {slug: noticed(draft.known[slug], show.notices, now) for slug in others}
    again, objects = rename.pages(show, workspace, draft.known, storage, now)
    draft.known |= {release.slug: release for release in again}
    draft.wanted += objects
    for release in lapse.due([draft.known[slug] for slug in others], now):
        draft.take(*expiry.overtaken(show, release, storage, now))
    for release in [draft.known[slug] for slug in judged if slug in draft.known and imported.paged(draft.known[slug])]:
        if (made := recordpage.from_record(show, release, storage, now)) is not None:  # with what was corrected since
            draft.take(made[0], [made[1]])
    former = imported.former_pages(show, draft.known.values())
    for release in [release for release in draft.known.values() if imported.due(release)]:
        draft.take(*imported.hosted(show, workspace, release, former, now))


def _rolled_back(draft: Draft, start: Start, slug: str) -> datetime | None:
    """When the episode, or a newer form of it, was rolled back; None where it was not."""
    if slug in draft.rolled_back:
        return draft.rolled_back[slug].at
    if not start.base.public.outs:
        return None
    record = draft.known.get(slug) or load_episode(start.workspace, start.show, slug)
    return start.base.public.out(record.guid)


def _refusal(slug: str, held: RolledBack | None, at: datetime) -> PodcastError:
    if held is not None:
        return PodcastError(
            f"{slug}: was {held}, and stays so", f"mend and sign it, then `podcast publish {slug} --reinstate`"
        )
    return PodcastError(
        f"{slug}: was rolled back {at:%Y-%m-%d %H:%M %Z}, and feed/rolled-back/{slug}.json, which kept it, is not here",
        "bring the file back from git (`git log -- feed/rolled-back`); as it is built and signed here the episode "
        f"returns by `podcast publish {slug} --reinstate`",
    )


def _judged(draft: Draft, start: Start, slug: str, consent: Consent) -> tuple[Release, list[Wanted]]:
    """The record and objects of an episode that may be published. Raises PodcastError.

    One that is reinstated comes back in the form that was taken back where nothing is built here, else as it is built
    and signed now.
    """
    # What judges an episode is imported where there is one: most runs, by a timer, find nothing due.
    from podcast_pipeline.publish import episode

    back = draft.rolled_back.get(slug)
    if back is not None and not start.workspace.build(slug).exists():
        if back.release.seal and not records.untouched(back.release):
            raise PodcastError(
                f"feed/rolled-back/{slug}.json: was edited by hand, so that it is nobody's word",
                "bring it back from git (`git log -- feed/rolled-back`), or build and sign the episode",
            )
        return back.release, []
    every = {aside.release.slug: aside.release for aside in draft.rolled_back.values()} | draft.known
    if back is not None:
        every[slug] = back.release
    return episode.judged(start.show, start.workspace, slug, every, start.now, consent)
