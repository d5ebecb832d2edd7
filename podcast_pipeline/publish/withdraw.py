"""Withdraw an episode: what its record becomes, which page stands in its place, and how it comes back."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from podcast_pipeline import keys
from podcast_pipeline.config.load import load_episode
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.evidence.cited import key_points
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.podcasting import EpisodeExtras
from podcast_pipeline.model.release import Correction, Release, RolledBack
from podcast_pipeline.model.show import Show
from podcast_pipeline.model.withdrawal import KINDS, Withdrawal
from podcast_pipeline.publish import items, recordpage, sealed, traces
from podcast_pipeline.publish.consent import Consent
from podcast_pipeline.publish.manifest import MAIN
from podcast_pipeline.publish.plan import Wanted
from podcast_pipeline.publish.withdrawals import WITHDRAWN
from podcast_pipeline.site import corrections, tombstone
from podcast_pipeline.storage.protocol import Listed, Storage

LONGEST = 1000
"""Characters of a reason, and of a sentence for the page."""


def withdrawn(
    workspace: Workspace,
    show: Show,
    slug: str,
    known: Mapping[str, Release],
    held: Mapping[str, RolledBack],
    storage: Storage,
    now: datetime,
    *,
    kind: str = "",
    reason: str = "",
    public: str = "",
    purge: bool = False,
) -> Release:
    """The record of the episode once it is withdrawn; of other that is withdrawn already, with what is asked for now.

    `known`: all records by slug, `held`: what was rolled back. Raises PodcastError: nobody has it, or nobody says why.
    """
    release = held[slug].release if slug in held else known.get(slug)
    if release is None:
        raise PodcastError(
            f"{slug}: was never published, so nothing can be withdrawn",
            f"what is in work is deleted: episodes/{slug} and build/{slug}",
        )
    from podcast_pipeline.episode import suspicion  # with most of what an episode consists of

    reason, public = _line(reason, "--reason"), _line(public, "--public")
    suspicion.refuse(show, "--public" if public else "--reason", public or reason)
    before = release.withdrawn
    dropped = [id_ for id_ in release.feeds if id_ not in {MAIN, *(feed.id for feed in show.feeds)}]
    if dropped and (before is None or not before.done):
        raise PodcastError(
            f'{slug}: is in the feed "{dropped[0]}", which is not in feed/show.toml any more: it would stay there',
            "write its [[feeds]] table back (`git log -p feed/show.toml`), withdraw it, and end the feed then",
        )
    made = _withdrawal(release, now, kind, reason, public, purge=purge)
    said = tuple(other for other in release.corrections if other.kind != corrections.WITHDRAWN)
    if made.kind == "error":
        made = dataclasses.replace(made, claims=_claims(workspace, show, release))
        note = public or made.reason
        said = (*said, Correction(made.at, "", corrections.WITHDRAWN, note, show.schedule.timezone))
    made = dataclasses.replace(made, done=made.done and made == before)
    result = dataclasses.replace(release, status=WITHDRAWN, withdrawn=made, corrections=said)
    if not made.purge or made.done:
        return result
    others = [other for other in known.values() if other.guid != release.guid]
    left = dict.fromkeys((*made.left, *traces.objects(show, workspace, result, others, storage)))
    result = dataclasses.replace(result, withdrawn=dataclasses.replace(made, left=tuple(left)))
    return result if made.kind == "error" else _bare(result)


def _withdrawal(release: Release, now: datetime, kind: str, reason: str, public: str, *, purge: bool) -> Withdrawal:
    """The withdrawal with what is asked for now; of one that was withdrawn before the rest stays. Raises PodcastError.

    It is done where it was done before.
    """
    at = now.astimezone(UTC).replace(microsecond=0)
    before = release.withdrawn or Withdrawal(at, kind, "", was=release.status)
    kind, reason = kind or before.kind, reason or before.reason
    if kind not in KINDS or not reason:
        raise PodcastError(
            f"{release.slug}: a withdrawal needs --kind {'|'.join(KINDS)} and --reason TEXT",
            "the reason stays in the record; what the page says is a set sentence, or --public TEXT",
        )
    public = public or (before.public if before.kind == kind else "")
    purge = purge or before.purge
    return dataclasses.replace(before, kind=kind, reason=reason, public=public, claims=(), purge=purge)


def _line(text: str, option: str) -> str:
    line = " ".join(text.split())
    if len(line) > LONGEST:
        raise PodcastError(f"{option}: has {len(line):,} characters, more than {LONGEST:,}", "say it shorter")
    return line


def _claims(workspace: Workspace, show: Show, release: Release) -> tuple[str, ...]:
    """What the episode claims, in the order it is heard; of an older record by its folder, where that is here."""
    if release.withdrawn is not None and release.withdrawn.claims:
        return release.withdrawn.claims
    try:
        said = release.statement or load_episode(workspace, show, release.slug)
        return tuple(point.text for point in key_points(said.claims, None))
    except PodcastError:
        return ()


def _bare(release: Release) -> Release:
    """The record without what the episode was, but for what it takes to keep it out and to find its addresses."""
    return dataclasses.replace(
        release,
        title="",
        description="",
        notes="",
        signature=None,
        transcripts=(),
        chapters=(),
        chapters_file=None,
        chapter_pictures=(),
        people=(),
        references=(),
        image=None,
        waivers=(),
        corrections=(),
        pending=(),
        extras=EpisodeExtras(),
        accuracy=None,
        statement=None,
        outline="",
        notices=(),
        lacking=(),
    )


def returned(release: Release) -> Release | None:
    """The record as it was; None where its files are deleted, or others have withdrawn it."""
    was = release.withdrawn
    if was is None or was.purge or not release.title:
        return release if was is None else None
    said = tuple(correction for correction in release.corrections if correction.kind != corrections.WITHDRAWN)
    return dataclasses.replace(release, status=was.was, withdrawn=None, corrections=said, page=None)


def as_it_was(show: Show, release: Release, storage: Storage, now: datetime) -> tuple[Release, list[Wanted]]:
    """The record and the page of one that comes back without a build. Raises PodcastError where that cannot be."""
    earlier, foreign = returned(release), release.source == "import"
    if earlier is None and foreign:
        raise PodcastError(
            f"{release.slug}: its files are deleted, and it came from another host: nothing here can make it again",
            "where its sound is still there, `podcast new` makes an episode of its own of it",
        )
    if earlier is None:
        raise PodcastError(
            f"{release.slug}: its files are deleted, so there is nothing that could come back",
            f"`podcast build {release.slug} --force`, sign it, build it the same way again, then "
            f"`podcast withdraw {release.slug} --reinstate`",
        )
    if earlier.status == "scheduled" or (foreign and release.page is None):  # it never had a page of ours
        return earlier, []
    made = recordpage.from_record(show, earlier, storage, now)
    if made is None:
        raise PodcastError(
            f"{release.slug}: its captions are not in the storage, so its page cannot be made",
            f"build it, then `podcast withdraw {release.slug} --reinstate`",
        )
    return made[0], [made[1]]


def judged(
    show: Show,
    workspace: Workspace,
    release: Release,
    known: Mapping[str, Release],
    storage: Storage,
    now: datetime,
    consent: Consent,
) -> tuple[Release, list[Wanted]]:
    """A withdrawn episode that comes back: judged as any other where it is built here, else as it was.

    Raises PodcastError where nobody has asked for that.
    """
    if release.slug not in consent.returning:
        raise PodcastError(
            f"{release.slug}: was {release.withdrawn}, and stays so",
            f"only `podcast withdraw {release.slug} --reinstate` brings it back",
        )
    if release.source == "import" or not workspace.build(release.slug).exists():
        return as_it_was(show, release, storage, now)
    from podcast_pipeline.publish import episode

    earlier = returned(release)
    others = {slug: other for slug, other in known.items() if slug != release.slug}
    every = others | ({} if earlier is None else {release.slug: earlier})
    made, objects = episode.judged(show, workspace, release.slug, every, now, consent)
    return dataclasses.replace(made, former=release.former), objects


def pages(show: Show, release: Release) -> tuple[Wanted, ...]:
    """The page in the place of the episode's, the same at each address that it ever had, the present one first.

    None where it never had one of ours.
    """
    assert release.withdrawn is not None
    foreign = release.source == "import" and release.page is None  # a new name takes its page out of the record
    if release.withdrawn.was != "published" or (foreign and (release.link or not release.former)):
        return ()
    hidden = show.members_only(release.feeds)
    if release.page is not None and not release.page.key and not hidden:  # without the feed for members it is in
        return ()
    key = items.page_key(show, release)
    html = tombstone.tombstone_page(show, release, key)
    data = (sealed.unlinked(html) if hidden else html).encode()
    former = () if hidden else tuple(map(keys.page, release.former))
    return tuple(Wanted.of_bytes(address, data) for address in (key, *former))


def with_page(show: Show, release: Release) -> Release:
    """The record that names this page, as `verify` asks for it."""
    made = next(iter(pages(show, release)), None)
    hidden = show.members_only(release.feeds)
    return dataclasses.replace(release, page=None if made is None else made.asset(hidden=hidden))


def reopened(show: Show, releases: Iterable[Release], listing: Mapping[str, Listed]) -> Iterator[Release]:
    """The withdrawn records that call themselves ended while an address of their page has another one, as not ended.

    `listing`: the listing of the storage, with the mark, else another copy has brought it back. Without a page in the
    record another copy has ended it.
    """
    for release in releases:
        was, page = release.withdrawn, release.page
        if was is None or not was.done or page is None or keys.withdrawn(release.guid) not in listing:
            continue
        there = (listing.get(wanted.key) for wanted in pages(show, release))
        if any(listed is None or listed.size != page.bytes for listed in there):
            yield dataclasses.replace(release, withdrawn=dataclasses.replace(was, done=False))


def addresses(show: Show, release: Release) -> tuple[str, ...]:
    """The public addresses of what is deleted and still answers, for the CDN's own purge."""
    assert release.withdrawn is not None
    if not release.withdrawn.left:
        return ()
    folders = traces.folders(show, release)
    base = show.storage.public_base_url
    return tuple(keys.url(base, traces.key(key, folders)) for key in release.withdrawn.left)


def elsewhere(release: Release) -> tuple[str, ...]:
    """Addresses at other hosts, which nobody can delete from here."""
    return tuple(dict.fromkeys(asset.url for asset in release.assets if asset.url))


def unreachable(release: Release) -> Iterable[str]:
    """What no command can reach, a sentence each."""
    yield "apps and listeners keep what they have downloaded; directories forget it at their next visits"
    yield f"the history of git keeps the record, and episodes/{release.slug} is yours: recordings, transcript, notes"
    yield "a copy of the storage (`podcast storage copy`), and the one that the show was moved from, keep their files"
    for url in elsewhere(release):
        yield f"another host serves {url}: ask them to delete it"
