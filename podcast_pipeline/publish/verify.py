"""Prove what is public: every object of every release, and the feed, asked for as an app would."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from podcast_pipeline import keys, reading, sha256
from podcast_pipeline.errors import StorageError
from podcast_pipeline.feed import contents
from podcast_pipeline.feed.public import is_public
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Asset, Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.production.asset import picture
from podcast_pipeline.publish import (
    address,
    asking,
    behind,
    dropped,
    ending,
    feed,
    local,
    members,
    rename,
    sealed,
    seen,
    upload,
)
from podcast_pipeline.publish.behind import Standing
from podcast_pipeline.publish.manifest import MAIN, Manifest, Proof
from podcast_pipeline.publish.plan import Wanted
from podcast_pipeline.publish.seen import Seen
from podcast_pipeline.storage import fetch
from podcast_pipeline.storage.protocol import Storage
from podcast_pipeline.storage.registry import open_storage, public_address

LATE = timedelta(hours=1)
"""How long a scheduled episode may be due before `verify` calls it a failure."""


HINT = "publish again, or mend the host"
AGAIN = "then `podcast verify` again: of these episodes nothing was asked for"


DIFFERS = "the public feed differs from feed/feed.xml: `podcast publish`"


class Verified(NamedTuple):
    """`objects`: how many were asked for; a sentence for each problem, and the way out of them all.

    `judged`: what was last seen public; None where what stands here may not be held against what is public.
    """

    objects: int
    problems: tuple[str, ...]
    hint: str = HINT
    judged: Manifest | None = None


def verify(show: Show, workspace: Workspace, releases: Sequence[Release], now: datetime, *, bodies: bool) -> Verified:
    """Ask for all that is public of these `releases`, and for the feed.

    `bodies` reads every object whole, digests every build output again and measures the downloaded audio. What another
    copy has changed is not held against the record here: it is told as `publish` tells it.
    """
    known = {MAIN, *(feed.id for feed in show.feeds)}
    unlisted = members.unlisted(show, releases)
    last = seen.load(workspace) or Seen()
    unrenewed = dropped.sentences(show, releases, last)
    listed = [release for release in releases if known.issuperset(release.feeds)]
    storage = open_storage(show.storage, workspace)
    stands = _standing(show, workspace, storage, last, now)
    asked = any(release.status == "published" for release in listed)
    listed = [release for release in listed if release.guid not in stands.apart]
    releases = [opened for release in listed if (opened := sealed.readable(show, release)) is not None]
    public = [release for release in releases if release.status == "published"]
    wanted, late = _wanted(show, workspace, releases, last), now - LATE
    problems = [_overdue(release) for release in releases if release.status == "scheduled" and is_public(release, late)]
    problems += [*unrenewed, *([unlisted] if unlisted else [])]
    problems += local.altered(workspace, public, every_byte=bodies)
    workers = asking.workers(storage)
    with public_address(show.storage, workspace) as base:
        problems += upload.prove(wanted, base, bodies=bodies, workers=workers)
        problems += _halted(base, public, last)
        problems += [line for release in public for line in _page(show, release, base, problems)]
        for release in releases:
            if release.withdrawn is not None:
                problems += ending.problems(show, release, base)
        if bodies:
            problems += local.heard(public, base, show.audio.sample_rate)
        if asked:
            problems += _feed(show, workspace, base, stands)
            problems += address.strayed(show, last.public, storage)
    count = len(wanted) + asked
    if (refusal := stands.refusal) is None:
        return Verified(count, tuple(map(keys.masked, problems)), judged=last.public)
    problems = [*refusal.message.splitlines(), *problems]
    hint = f"{refusal.hint}; {AGAIN}" if stands.apart else refusal.hint or HINT
    return Verified(count, tuple(map(keys.masked, problems)), hint)


def _wanted(show: Show, workspace: Workspace, releases: Sequence[Release], last: Seen) -> list[Wanted]:
    """Every object that the public has to find of these releases and of the show."""
    public = [release for release in releases if release.status == "published"]
    assets = [asset for release in public for asset in _assets(release)]
    assets += [release.enclosure for release in releases if release.status == "scheduled"]
    objects = {asset.key: Wanted(asset.key, b"", asset.bytes, asset.sha256) for asset in assets}
    objects |= {forward.key: forward for release in public for forward in rename.forwards(show, release)}
    if public:  # what the feeds name of the show, as it was proven; the cover here may be another one by now
        cover = picture(workspace.file(show.cover))
        proofs = last.public.objects or {cover.key: Proof(cover.bytes, cover.sha256, "")}
        objects |= {key: Wanted(key, b"", proof.size, proof.sha256) for key, proof in proofs.items()}
    return list(objects.values())


def _standing(show: Show, workspace: Workspace, storage: Storage, last: Seen, now: datetime) -> Standing:
    """How this copy stands to what is stored. A computer that has no right to the storage proves what everybody may
    read all the same.
    """
    try:
        return behind.standing(show, workspace, storage, now)
    except StorageError:
        return behind.alone(workspace, last)


def _halted(base: str, releases: Sequence[Release], last: Seen) -> list[str]:
    """Which episodes the public feed has not as a stopped run was about to make them public."""
    begun = [(release, item) for release in releases if (item := last.begun.item(MAIN, release.guid)) is not None]
    if not begun:
        return []
    answer = fetch.read(keys.url(base, keys.FEED))
    there = contents.read(answer.body).items if answer.status == 200 and not feed.damage(answer.body) else {}
    return [
        f"{release.slug}: {'is ready and' if last.begins(release.guid) else 'its form here is'} not public: a run was "
        "stopped before its feed was: `podcast publish` goes on"
        for release, item in begun
        if (there.get(release.guid) != item if last.replaces(release.guid) else release.guid not in there)
    ]


def _page(show: Show, release: Release, base: str, problems: Sequence[str]) -> Iterator[str]:
    """What to do about a page that is not the one of the record, where asking again would not help."""
    if release.page is None:
        link = release.link or keys.url(show.storage.public_base_url, keys.page(release.slug))
        key = keys.page(release.slug)
        if link == keys.url(show.storage.public_base_url, key) and fetch.read(keys.url(base, key)).status != 200:
            yield (
                f"{release.slug}: its page is not there: put it back under {key} from a copy of the storage; "
                "`podcast publish` makes one from the record and the captions"
            )
        return
    if not any(release.page.key in line for line in problems):
        return
    answer = fetch.read(keys.url(base, release.page.key))
    if answer.status == 200 and sha256.of_bytes(answer.body) != release.page.sha256:
        yield (
            f"{release.slug}: its public page is another one than the record's, of a run that was interrupted or of a "
            f"copy that is ahead: `git pull`, or `podcast feed --merge --from-public` and then `podcast publish` "
            "where it is built"
        )


def _overdue(release: Release) -> str:
    return f"{release.slug}: due since {release.publish_at:%Y-%m-%d %H:%M %Z} and not public: run `podcast publish`"


def _assets(release: Release) -> list[Asset]:
    return [asset for asset in release.assets if not asset.url]


def _feed(show: Show, workspace: Workspace, base: str, stands: Standing) -> list[str]:
    """What is wrong with the public feed; of one that another copy has changed, how it is served."""
    if not workspace.feed_xml.exists():
        return ["feed/feed.xml is missing: run `podcast feed`"]
    data = reading.data(workspace.feed_xml)
    if stands.main not in (None, data):
        differs = [] if stands.refusal is not None else [DIFFERS]
        return [*differs, *filter(None, (address.problem(show, stands.main or data), unchanged(base)))]
    problems = list(upload.prove([Wanted.of_bytes(keys.FEED, data)], base, bodies=False))
    try:
        late = feed.read_back(base, data)
    except StorageError as error:
        late = f"{error.message}: {error.hint}"
    if late and not stands.asked:
        late += ", or another copy of the show has published since: `git pull`"
    return [*problems, *filter(None, (late, address.problem(show, data), unchanged(base)))]


def unchanged(base: str) -> str:
    """Nothing if an app that has the feed already is told so without its bytes, else what is wrong."""
    address = keys.url(base, keys.FEED)
    etag = fetch.read(address).headers.get("etag", "")
    if etag and fetch.read(address, {"If-None-Match": etag}).status == 304:
        return ""
    return f"{address}: does not answer 304 to If-None-Match: every refresh of every app loads the whole feed"
