"""The files of imported episodes, fetched byte for byte, so that they can be published from here."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

from podcast_pipeline import atomic, download, formats, keys, pictures, reading, sha256
from podcast_pipeline.episode import records
from podcast_pipeline.errors import AudioError, PodcastError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.migration import chapters, kind, picture
from podcast_pipeline.migration.listen import decoded, doubt, listened
from podcast_pipeline.model.podcasting import Alternate, Picture
from podcast_pipeline.model.release import WAITING, Asset, Release, ReleasePerson
from podcast_pipeline.production import extras
from podcast_pipeline.progress import Progress
from podcast_pipeline.publish import seen

TEXT_MOST = 20 << 20
"""Bytes of a file that is no sound or video."""


def unfetched(workspace: Workspace, release: Release) -> bool:
    """Whether files of `release` are still to be fetched, be it that an earlier run could not."""
    if any(asset.url for asset in named(release)):
        return True
    listed = release.chapters_file
    path = None if listed is None else workspace.imported(release.slug) / listed.key.rsplit("/", 1)[-1]
    return path is not None and path.is_file() and bool(_pictures(release, reading.data(path)))


def named(release: Release) -> tuple[Asset, ...]:
    """Every file that a release names, wherever it is."""
    return (*release.assets, *(_asset(further) for further in release.extras.pictures))


def _pictures(release: Release, data: bytes) -> list[str]:
    """The addresses of the pictures of its chapters file that are not ours yet."""
    ours = tuple(picture_.key for picture_ in release.chapter_pictures)
    return [url for url in chapters.elsewhere(data) if not url.endswith(ours or "\n")]


def rehost(
    workspace: Workspace,
    release: Release,
    reach: download.Reach,
    report: Progress,
    notices: list[str],
    failed: dict[str, str],
) -> Release:
    """Fetch what of `release` is still elsewhere and write its record. A disk that is full raises Unwritable.

    The bytes are kept as they are; a wrong length is replaced by the true one. Whatever cannot be fetched stays where
    it is, and `failed` gets its address and why. What an earlier run fetched is not asked for again.
    """
    fetch, slug = Fetch(workspace, release.slug, reach, report, failed), release.slug
    enclosure = fetch.tried(release.enclosure, fetch.media, download.MEDIA_MOST)
    if enclosure != release.enclosure and (reason := doubt(release, enclosure.bytes, fetch.lengths.get(enclosure.key))):
        fetch.refuse(release.enclosure, f"{reason}: not taken, it stays there", enclosure)
        enclosure = release.enclosure
    if enclosure != release.enclosure and release.enclosure.bytes != enclosure.bytes:
        notices.append(f"{slug}: {enclosure.bytes:,} bytes, where the feed said {release.enclosure.bytes:,}: corrected")
    listed = release.chapters_file and fetch.tried(release.chapters_file, lambda sha, _: keys.chapters(slug, sha))
    rehosted = dataclasses.replace(
        release,
        enclosure=enclosure,
        transcripts=tuple(
            fetch.tried(transcript, lambda sha, suffix: keys.transcript(slug, sha, suffix))
            for transcript in release.transcripts
        ),
        chapters_file=listed,
        image=release.image and fetch.tried(release.image, keys.image),
        people=tuple(_pictured(workspace, person, reach, failed) for person in release.people),
        extras=dataclasses.replace(
            release.extras,
            alternates=tuple(_alternate(fetch, alternate) for alternate in release.extras.alternates),
            pictures=tuple(_picture(fetch, further) for further in release.extras.pictures),
        ),
    )
    rehosted = _illustrated(rehosted, fetch)
    fetch.settle()
    rehosted = listened(rehosted, fetch.folder)
    if rehosted != release or (release.page is None and release.status != WAITING):
        rehosted = dataclasses.replace(rehosted, status=WAITING)  # at least its page goes up from here
        rehosted = seen.note(workspace, rehosted)
        records.write(workspace, rehosted)
    return rehosted


def _illustrated(release: Release, fetch: Fetch) -> Release:
    """With the pictures of its chapters fetched, and the chapters file naming them by their keys."""
    listed = release.chapters_file
    if listed is None or not listed.key:
        return release
    path = fetch.place(listed)
    if not path.is_file() or not (wanted := _pictures(release, data := reading.data(path))):
        return release
    assets = {url: fetch.tried(Asset("", 0, "image/jpeg", "", url), keys.image) for url in wanted}
    ours = {url: asset for url, asset in assets.items() if asset.key}
    if not ours:
        return release
    data = chapters.renamed(data, {url: asset.key for url, asset in ours.items()})
    digest = sha256.of_bytes(data)
    key = keys.chapters(release.slug, digest)
    atomic.write_bytes(fetch.folder / key.rsplit("/", 1)[-1], data)
    pictures = tuple(dict.fromkeys((*release.chapter_pictures, *ours.values())))
    return dataclasses.replace(
        release, chapters_file=Asset(key, len(data), listed.mime, digest), chapter_pictures=pictures
    )


class Fetch:
    """The files of one episode, each called by its address until all are there, so that a later run finds it."""

    def __init__(
        self, workspace: Workspace, slug: str, reach: download.Reach, report: Progress, failed: dict[str, str]
    ) -> None:
        self.folder = workspace.imported(slug)
        self._slug, self._reach, self._report, self._failed = slug, reach, report, failed
        self._places: dict[str, Path] = {}
        self.lengths: dict[str, int | None] = {}
        """Milliseconds of sound by key, of what was fetched by this run and decoded."""

    def media(self, sha: str, suffix: str) -> str:
        return keys.media(self._slug, sha, suffix)

    def tried(self, asset: Asset, make: Callable[[str, str], str], most: int = TEXT_MOST) -> Asset:
        """The asset as ours, under the key that `make` says of digest and suffix; as it was where that fails."""
        if not asset.url or asset.url in self._failed:
            return asset
        try:
            return self._fetched(asset, make, most)
        except download.Unwritable:
            raise
        except PodcastError as error:
            self._failed[asset.url] = f"{self._slug}: {error.message}"
            return asset

    def refuse(self, asset: Asset, reason: str, ours: Asset) -> None:
        """Leave a file that was fetched, as `ours`, where it was, and say why."""
        self.place(ours).unlink(missing_ok=True)  # the next run asks for it again
        self._places.pop(ours.key, None)
        self._failed[asset.url] = f"{self._slug}: {download.shown(asset.url)}: {reason}"

    def place(self, asset: Asset) -> Path:
        """Where the file of an asset that is ours is now."""
        return self._places.get(asset.key) or self.folder / asset.key.rsplit("/", 1)[-1]

    def settle(self) -> None:
        """Call the files by their digests."""
        for key, path in self._places.items():
            if path.exists():
                atomic.move(path, self.folder / key.rsplit("/", 1)[-1])
        self._places.clear()

    def _fetched(self, asset: Asset, make: Callable[[str, str], str], most: int) -> Asset:
        path = self.folder / sha256.of_bytes(asset.url.encode())[:16]
        if not path.exists():
            download.save(asset.url, path, most, self._reach, self._report if most > TEXT_MOST else None)
        with reading.opened(path) as stream:
            head = stream.read(512)
        suffix = kind.suffix(head, asset)
        try:
            kind.check(download.shown(asset.url), head, suffix)
        except PodcastError:
            path.unlink()
            raise
        if formats.TYPES.get(suffix, "").startswith("image/"):
            # Sound is kept byte for byte; a picture as it may be seen, without what a camera wrote beside it.
            atomic.write_bytes(path, self._seen(path, asset, suffix))
        length = self._heard(path, asset, suffix) if most > TEXT_MOST else None
        key = make(digest := sha256.of_file(path), suffix)
        self._places[key], self.lengths[key] = path, length
        return Asset(key, path.stat().st_size, keys.headers(key).mime, digest)

    def _seen(self, path: Path, asset: Asset, suffix: str) -> bytes:
        try:
            return pictures.bare(reading.data(path), path.with_suffix(f".{suffix}"))
        except PodcastError as error:
            path.unlink()
            raise self._unusable(asset, error) from error

    def _heard(self, path: Path, asset: Asset, suffix: str) -> int | None:
        """How long its sound is, decoded to the end."""
        try:
            return decoded(path, suffix)
        except AudioError as error:
            path.unlink()
            raise self._unusable(asset, error) from error

    @staticmethod
    def _unusable(asset: Asset, error: PodcastError) -> download.Unreachable:
        reason = error.message.partition(": ")[2] or error.message
        return download.Unreachable(f"{download.shown(asset.url)}: {reason}")


def _alternate(fetch: Fetch, alternate: Alternate) -> Alternate:
    asset = fetch.tried(alternate.asset, fetch.media, download.MEDIA_MOST)
    if asset.url or asset == alternate.asset or not alternate.integrity.startswith("sha384-"):
        return dataclasses.replace(alternate, asset=asset)
    if extras.sri(fetch.place(asset)) != alternate.integrity:
        fetch.refuse(alternate.asset, "is not the file whose digest the feed names", asset)
        return alternate
    return dataclasses.replace(alternate, asset=asset)


def _asset(picture_: Picture) -> Asset:
    """Where a further picture of an episode is, "" where it is ours."""
    return Asset("", 0, "image/jpeg", "", "" if picture_.asset is not None else picture_.href)


def _picture(fetch: Fetch, picture_: Picture) -> Picture:
    asset = fetch.tried(_asset(picture_), keys.image)
    return dataclasses.replace(picture_, asset=asset) if asset.key else picture_


def _pictured(
    workspace: Workspace, person: ReleasePerson, reach: download.Reach, failed: dict[str, str]
) -> ReleasePerson:
    """The headshot as feed/people/<id>.jpg, for all episodes: another form of picture becomes JPEG."""
    if person.image is None or not person.image.url or person.image.url in failed:
        return person
    url, path = person.image.url, workspace.headshot(person.id)
    try:
        if not path.exists():
            portrait = picture.jpeg(download.read(url, TEXT_MOST, reach).body)
            if portrait is None:
                raise PodcastError(f"{download.shown(url)}: is no picture")
            atomic.write_bytes(path, pictures.bare(portrait, path))
        data = pictures.data(path)
    except PodcastError as error:
        failed[url] = f"{person.id}: {error.message}"
        return person
    sha = sha256.of_bytes(data)
    return dataclasses.replace(person, image=Asset(keys.image(sha, "jpg"), len(data), "image/jpeg", sha))
