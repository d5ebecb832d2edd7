"""One episode as it is published: judged, its record, and the objects that it names."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator, Mapping
from datetime import date, datetime

from podcast_pipeline import keys, pictures, sha256
from podcast_pipeline.config.load import load_episode
from podcast_pipeline.digests import Digests
from podcast_pipeline.engine.decide import Decider
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.episode.statement import heard, stated
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.feed.public import is_public
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Asset, Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.pipeline import stages
from podcast_pipeline.publish import gate, imported, items, members, sealed
from podcast_pipeline.publish.adopt import ADOPTED
from podcast_pipeline.publish.consent import Consent
from podcast_pipeline.publish.correct import corrected
from podcast_pipeline.publish.noticed import noticed
from podcast_pipeline.publish.plan import Wanted
from podcast_pipeline.site import lapse
from podcast_pipeline.site.page import release_page
from podcast_pipeline.transcript import captions


def judged(
    show: Show, workspace: Workspace, slug: str, known: Mapping[str, Release], now: datetime, consent: Consent
) -> tuple[Release, list[Wanted]]:
    """The episode's record and objects once it has passed the gate; `known`: all records, by slug.

    An episode that came as it is from another host stays as it is. Raises PodcastError where it does not pass.
    """
    dossier = Dossier(show, load_episode(workspace, show, slug), workspace)
    earlier = known.get(slug)
    if earlier is not None and imported.frozen(earlier, dossier.episode):
        return earlier, []
    digests = Digests(workspace.digests)
    decider = Decider(stages(show, dossier.episode, workspace), workspace.root, digests)
    returning = consent.reinstate or slug in consent.returning
    composed = gate.passed(dossier, decider, earlier, tuple(known.values()), consent.guid_change, returning)
    release, objects = published(dossier, composed, earlier, now, consent.replace)
    if earlier is not None and earlier.source == ADOPTED and not consent.replace:
        _as_adopted(show, release, earlier)
    return release, objects


def _as_adopted(show: Show, release: Release, earlier: Release) -> None:
    """Raises PodcastError where what is here would take back what was taken over from the public feed."""
    if items.digest(show, release) != items.digest(show, earlier):
        raise PodcastError(
            f"{release.slug}: what is public was published by another copy of the show, and its sources are not here",
            "compare both: what is here would take its place, with the corrections of its words; then "
            f"`podcast publish --replace {release.slug}`",
        )


def published(
    dossier: Dossier, composed: Release, earlier: Release | None, now: datetime, replace: bool
) -> tuple[Release, list[Wanted]]:
    """The record as it will be committed, and its objects. Before its time an episode uploads its media only."""
    public = is_public(composed, now)
    if not public and earlier is not None and earlier.status == "published":
        raise PodcastError(
            f"episodes/{dossier.slug}/episode.toml: publish_at: lies in the future, but the episode is public already",
            f"write the published date back: {earlier.publish_at.isoformat()}",
        )
    hidden, committed = dossier.show.members_only(composed.feeds), earlier
    release = dataclasses.replace(composed, status="published" if public else "scheduled")
    if hidden and earlier is not None:
        earlier = sealed.plain(earlier)
        release = dataclasses.replace(release, media_epoch=earlier.media_epoch)
    media = [Wanted.of(release.enclosure, dossier.mp3)]
    # Of a scheduled episode nobody has anything yet: it may still change.
    different = earlier is not None and earlier.status == "published" and earlier.enclosure != release.enclosure
    if earlier is not None and different and not replace:
        if earlier.audio_sha256 != release.audio_sha256:
            raise PodcastError(
                f"{dossier.slug}: the audio differs from the published one",
                "put the earlier recording and settings back, or give the episode the new audio under a new address: "
                f"`podcast publish --replace {dossier.slug}`",
            )
        # The same sound with other tags: what listeners have downloaded stays as it is.
        others = (*earlier.extras.alternates[:1], *release.extras.alternates[1:])
        same = dataclasses.replace(release.extras, alternates=others if release.extras.alternates else ())
        release, media = dataclasses.replace(release, enclosure=earlier.enclosure, extras=same), []
    if earlier is not None:
        release = corrected(_addressed(release, earlier), earlier)
    release = noticed(release, dossier.show.notices, now, earlier.notices if earlier is not None else ())
    objects = [*media]
    if public:
        today = lapse.today(release, now)
        release = dataclasses.replace(release, lapsed=lapse.lapsed(release, today))
        page = _page(dossier, release, today)
        release = dataclasses.replace(release, page=page.asset())
        objects += [*_files(dossier, release), page]
    if hidden:
        base = dossier.show.storage.public_base_url
        release, objects = sealed.hide(release, objects, members.secret(dossier.show), base)
    return _dated(release, committed, now), objects


def _addressed(release: Release, earlier: Release) -> Release:
    """`release` with the addresses and former names that the published one has, also after it was renamed."""
    if not earlier.former or earlier.status != "published":
        return dataclasses.replace(release, former=earlier.former)
    known = {asset.sha256: asset for asset in earlier.assets}

    def same(asset: Asset) -> Asset:
        return known.get(asset.sha256, asset)

    chapters = release.chapters_file
    return dataclasses.replace(
        release,
        former=earlier.former,
        transcripts=tuple(same(asset) for asset in release.transcripts),
        chapters_file=None if chapters is None else same(chapters),
    )


def _page(dossier: Dossier, release: Release, day: date) -> Wanted:
    """The public page as it is on `day`."""
    timeline = dossier.timeline()
    cues = captions.cues(dossier.transcript(), timeline, timeline.duration)
    if release.statement is None:  # published by an earlier version, of what stands here
        said = heard(stated(dossier.show, dossier.episode), timeline, release.chapters)
        release = dataclasses.replace(release, statement=said)
    html = release_page(dossier.show, release, cues)
    return Wanted.of_bytes(keys.page(dossier.slug), lapse.on_page(html, release, day).encode())


def rendered(show: Show, workspace: Workspace, release: Release, now: datetime) -> Iterator[Wanted]:
    """The page of a committed record, made again from its build: today's, and those of earlier days.

    Those have other banners, or lack the corrections that came since: in the feed alone until the page is put again.
    Raises PodcastError or OSError where the episode is not built here.
    """
    dossier = Dossier(show, load_episode(workspace, show, release.slug), workspace)
    hidden = show.members_only(release.feeds)
    before = dataclasses.replace(sealed.plain(release) if hidden else release, page=None, updated_at=None)
    days = (
        lapse.today(release, now),
        release.goes_out.date(),
        release.review_by,
        release.credit_ends,
    )
    said = [before.corrections[:count] for count in range(len(before.corrections), -1, -1)]
    for day, corrections in itertools.product(filter(None, days), said):
        then = dataclasses.replace(before, corrections=corrections, lapsed=lapse.lapsed(before, day))
        page = _page(dossier, then, day)
        if hidden:
            _, (page,) = sealed.hide(before, [page], members.secret(show), show.storage.public_base_url)
        yield page


def _files(dossier: Dossier, release: Release) -> list[Wanted]:
    files = [(asset, dossier.built(f"transcript.{asset.key.rsplit('.', 1)[-1]}")) for asset in release.transcripts]
    if release.chapters_file is not None:
        files.append((release.chapters_file, dossier.built("chapters.json")))
    written = (dossier.alternate(form) for form in dossier.episode.alternates)
    others = {sha256.of_file(path): path for path in (*dossier.forms().values(), *written)}
    files += [(form.asset, others[form.asset.sha256]) for form in release.extras.alternates if not form.default]
    shown = [(release.image, dossier.cover)] if release.image is not None else []
    for person in release.people:
        path = dossier.headshots().get(person.id)
        if person.image is not None and path is not None and path.is_file():
            shown.append((person.image, path))
    return [
        *(Wanted.of(asset, path) for asset, path in files),
        *(Wanted.of(asset, pictures.data(path)) for asset, path in shown),
    ]


def _dated(release: Release, earlier: Release | None, now: datetime) -> Release:
    """`updated_at` is the first moment at which listeners got this content instead of other content."""
    if earlier is None or earlier.status == "scheduled":
        return release
    same = dataclasses.replace(
        release, updated_at=earlier.updated_at, revision=earlier.revision, replaces=earlier.replaces
    )
    before = earlier if earlier.statement is not None else dataclasses.replace(earlier, statement=release.statement)
    return same if same == before else dataclasses.replace(release, updated_at=now.replace(microsecond=0))
