"""The files of imported episodes, fetched byte for byte, so that they can be published from here."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from pathlib import Path

from podcast_pipeline import atomic, download, formats, keys, sha256
from podcast_pipeline.episode import records
from podcast_pipeline.feed.foreign import values
from podcast_pipeline.layout import Workspace
from podcast_pipeline.migration.listen import listened
from podcast_pipeline.model.release import Asset, Release, ReleasePerson
from podcast_pipeline.progress import Progress
from podcast_pipeline.publish import seen
from podcast_pipeline.publish.imported import WAITING

_TEXT_MOST = 20 << 20
_OTHERS = {"audio/mp4": "m4a", formats.CHAPTERS: "json"}
"""Types by which others call what is published under this suffix."""


def elsewhere(release: Release) -> bool:
    """Whether files of `release` are still to be fetched, be it that an earlier run could not."""
    assets = (release.enclosure, *release.transcripts, release.chapters_file, release.image)
    return any(asset is not None and asset.url for asset in assets)


def rehost(
    workspace: Workspace,
    release: Release,
    reach: download.Reach,
    report: Progress,
    notices: list[str],
) -> Release:
    """Fetch what of `release` is still elsewhere and write its record. Raises Unreachable for the media file alone.

    The bytes are kept as they are; a wrong length is replaced by the true one. Whatever else cannot be fetched stays
    where it is, and is said. What an earlier run fetched is not asked for again.
    """
    folder, slug = workspace.imported(release.slug), release.slug
    moves: dict[Path, Path] = {}

    def fetched(asset: Asset, make: Callable[[str, str], str], most: int = _TEXT_MOST) -> Asset:
        if not asset.url:
            return asset
        ours, path = _fetch(folder, asset, make, most, reach, report if most > _TEXT_MOST else None)
        moves[path] = folder / ours.key.rsplit("/", 1)[-1]
        return ours

    def tried(asset: Asset | None, make: Callable[[str, str], str]) -> Asset | None:
        try:
            return None if asset is None else fetched(asset, make)
        except download.Unreachable as error:
            notices.append(f"{slug}: {error.message}: it stays there")
            return asset

    enclosure = fetched(release.enclosure, lambda sha, suffix: keys.media(slug, sha, suffix), download.MEDIA_MOST)
    if enclosure != release.enclosure and release.enclosure.bytes != enclosure.bytes:
        notices.append(f"{slug}: {enclosure.bytes:,} bytes, where the feed said {release.enclosure.bytes:,}: corrected")
    transcripts = [
        tried(transcript, lambda sha, suffix: keys.transcript(slug, sha, suffix)) for transcript in release.transcripts
    ]
    chapters_file = tried(release.chapters_file, lambda sha, _: keys.chapters(slug, sha))
    rehosted = dataclasses.replace(
        release,
        enclosure=enclosure,
        transcripts=tuple(transcript for transcript in transcripts if transcript is not None),
        chapters_file=chapters_file,
        image=tried(release.image, keys.image),
        people=tuple(_pictured(workspace, person, reach) for person in release.people),
    )
    if rehosted != release:
        rehosted = dataclasses.replace(rehosted, status=WAITING)
    for path, final in moves.items():
        atomic.move(path, final)
    rehosted = listened(rehosted, folder)
    if rehosted != release:
        seen.note(workspace, rehosted)
        records.write(workspace, rehosted)
    return rehosted


def _suffix(asset: Asset) -> str:
    """By its type, else by the name in its address."""
    return _OTHERS.get(asset.mime) or formats.suffix(asset.mime) or values.suffix(asset.url)


def _fetch(
    folder: Path,
    asset: Asset,
    make: Callable[[str, str], str],
    most: int,
    reach: download.Reach,
    report: Progress | None,
) -> tuple[Asset, Path]:
    """The asset as ours, and the file it is in for now: called by its address, so that a second run finds it."""
    path = folder / hashlib.sha256(asset.url.encode()).hexdigest()[:16]
    if not path.exists():
        download.save(asset.url, path, most, reach, report)
    suffix, size = _suffix(asset), path.stat().st_size
    with open(path, "rb") as stream:
        head = stream.read(512).lstrip()[:1]
    if size == 0 or (head == b"<" and suffix in (*formats.SOUND, "mp4")):
        path.unlink()
        raise download.Unreachable(f"{download.shown(asset.url)}: answers with a page, not with the file")
    digest = sha256.of_file(path)
    key = make(digest, suffix)
    return Asset(key, size, keys.headers(key).mime, digest), path


def _pictured(workspace: Workspace, person: ReleasePerson, reach: download.Reach) -> ReleasePerson:
    """The headshot as feed/people/<id>.jpg, for all episodes; one that is no JPEG stays where it is."""
    if person.image is None or not person.image.url:
        return person
    path = workspace.people / f"{person.id}.jpg"
    try:
        if not path.exists():
            data = download.read(person.image.url, _TEXT_MOST, reach).body
            if not data.startswith(b"\xff\xd8\xff"):
                return person
            atomic.write_bytes(path, data)
    except download.Unreachable:
        return person
    data = path.read_bytes()
    sha = hashlib.sha256(data).hexdigest()
    return dataclasses.replace(person, image=Asset(keys.image(sha, "jpg"), len(data), "image/jpeg", sha))
