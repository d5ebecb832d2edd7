"""The episodes of a publication as they will be: those that are judged, and those that something else changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from podcast_pipeline.config.load import load_episode
from podcast_pipeline.episode import records
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Release, RolledBack
from podcast_pipeline.model.show import Show
from podcast_pipeline.publish import expiry, imported, members, recordpage, rehome, rename, sealed, withdraw
from podcast_pipeline.publish.consent import Consent
from podcast_pipeline.publish.noticed import noticed
from podcast_pipeline.publish.plan import Wanted
from podcast_pipeline.publish.seen import Seen
from podcast_pipeline.site import lapse
from podcast_pipeline.storage.protocol import Storage


@dataclass
class Draft:
    """What the steps of preparing a publication fill in one after the other."""

    known: dict[str, Release]
    """The records as they will be, by slug."""
    wanted: list[Wanted] = field(default_factory=list)
    """The objects that what is new in them names."""
    refused: list[tuple[str, PodcastError]] = field(default_factory=list)
    reinstated: list[str] = field(default_factory=list)

    def take(self, release: Release, objects: Iterable[Wanted]) -> None:
        self.known[release.slug] = release
        self.wanted += objects


def judge(
    draft: Draft,
    show: Show,
    workspace: Workspace,
    todo: Sequence[str],
    held: Mapping[str, RolledBack],
    base: Seen,
    storage: Storage,
    now: datetime,
    consent: Consent,
) -> None:
    """The episodes `todo` as they may be published. Raises PodcastError where the only one may not."""
    for slug in todo:
        try:
            if (release := draft.known.get(slug)) is not None and release.withdrawn is not None:
                draft.take(*withdraw.judged(show, workspace, release, draft.known, storage, now, consent))
                continue
            at = _rolled_back(show, workspace, slug, draft.known, held, base)
            if at is not None and not consent.reinstate and slug not in consent.returning:
                raise _refusal(slug, held.get(slug), at)
            draft.take(*_judged(show, workspace, slug, draft.known, held, now, consent))
        except PodcastError as error:
            if len(todo) == 1:
                raise
            draft.refused.append((slug, error))
        else:
            draft.reinstated += [slug] if at is not None and slug not in draft.reinstated else []


def carry_along(
    draft: Draft, show: Show, workspace: Workspace, todo: Sequence[str], storage: Storage, now: datetime
) -> None:
    """The other records, where something else than a publication changes them: addresses, lapsed content, an import."""
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


def _rolled_back(
    show: Show,
    workspace: Workspace,
    slug: str,
    known: Mapping[str, Release],
    held: Mapping[str, RolledBack],
    base: Seen,
) -> datetime | None:
    """When the episode, or a newer form of it, was rolled back; None where it was not."""
    if slug in held:
        return held[slug].at
    if not base.public.outs:
        return None
    guid = known[slug].guid if slug in known else load_episode(workspace, show, slug).guid
    return base.public.out(guid)


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


def _judged(
    show: Show,
    workspace: Workspace,
    slug: str,
    known: Mapping[str, Release],
    held: Mapping[str, RolledBack],
    now: datetime,
    consent: Consent,
) -> tuple[Release, list[Wanted]]:
    """The record and objects of an episode that may be published. Raises PodcastError.

    One that is reinstated comes back in the form that was taken back where nothing is built here, else as it is built
    and signed now.
    """
    # What judges an episode is imported where there is one: most runs, by a timer, find nothing due.
    from podcast_pipeline.publish import episode

    back = held.get(slug)
    if back is not None and not workspace.build(slug).exists():
        if back.release.seal and not records.untouched(back.release):
            raise PodcastError(
                f"feed/rolled-back/{slug}.json: was edited by hand, so that it is nobody's word",
                "bring it back from git (`git log -- feed/rolled-back`), or build and sign the episode",
            )
        return back.release, []
    every = {back.release.slug: back.release for back in held.values()} | {**known}
    if back is not None:
        every[slug] = back.release
    return episode.judged(show, workspace, slug, every, now, consent)
