"""Imported episodes whose files lie here, byte for byte as the old host had them, on their way to our storage."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from podcast_pipeline import keys, pictures, reading, sha256
from podcast_pipeline.entities import unescaped
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.asset import Asset
from podcast_pipeline.model.episode import Episode
from podcast_pipeline.model.release import WAITING, Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.publish import recordpage
from podcast_pipeline.publish.plan import Wanted
from podcast_pipeline.storage.protocol import Source

_ADDRESS = re.compile(r"https?://[^\s\"'<>()]+")


def frozen(release: Release, episode: Episode) -> bool:
    """Whether the episode came as it is from another host: there is nothing to build, and its record is what is."""
    return release.source == "import" and not episode.tracks


def due(release: Release) -> bool:
    """Whether something of it is to go up: its files, or the page that earlier versions did not make."""
    return release.status == WAITING


def paged(release: Release) -> bool:
    """Whether its page was made here, of its record: what the record says anew, the page has to say."""
    return release.source == "import" and release.page is not None and release.status == "published"


def hosted(
    show: Show, workspace: Workspace, release: Release, former: Mapping[str, str], now: datetime
) -> tuple[Release, list[Wanted]]:
    """The record as published from here, and the objects it names, its page among them; `former` as `former_pages`.

    Raises PodcastError for a file that is gone.
    """
    if lost := lacking(workspace, release):
        hint = "run `podcast import SOURCE --media` again to fetch it"
        raise PodcastError(f"{lost}: is missing or changed", hint)
    folder, base = workspace.imported(release.slug), show.storage.public_base_url
    files = [(asset, path) for asset, path in _files(workspace, release) if asset != release.chapters_file]
    release, objects = _illustrated(release, folder, base, former)
    objects += [Wanted.of(asset, _held(asset, path) or path) for asset, path in files]
    release = dataclasses.replace(
        release,
        status="published",
        notes=_relinked(release.notes, former),
        description=_relinked(release.description, former),
        chapters=tuple(
            dataclasses.replace(chapter, url=_relinked(chapter.url, former)) for chapter in release.chapters
        ),
    )
    made = recordpage.made(show, release, lambda captions: reading.data(_file(folder, captions)), now)
    return (made[0], [*objects, made[1]]) if made is not None else (release, objects)


def lacking(workspace: Workspace, release: Release) -> Path | None:
    """The first of its files that was fetched and is not here any more, or not as it was."""
    return next(
        (path for asset, path in _files(workspace, release) if _held(asset, path) is None),
        None,
    )


def _held(asset: Asset, path: Path) -> Source | None:
    """Where the bytes of the asset are, in the file `path` or in what of a portrait is published; None: not here."""
    if path.is_file() and path.stat().st_size == asset.bytes:
        return path
    if path.is_file() and path.parent.name == "people":
        bare = pictures.data(path)
        return bare if len(bare) == asset.bytes else None
    return None


def _files(workspace: Workspace, release: Release) -> list[tuple[Asset, Path]]:
    """What of a release is ours, and where it lies here."""
    folder = workspace.imported(release.slug)
    portraits = {person.image.key: workspace.headshot(person.id) for person in release.people if person.image}
    ours = {asset.key: asset for asset in release.assets if asset.key and asset is not release.page}
    return [(asset, portraits.get(key) or workspace.inside(_file(folder, asset))) for key, asset in ours.items()]


def former_pages(show: Show, releases: Iterable[Release]) -> dict[str, str]:
    """Address of the page of an imported episode at the old host, as `_bare` writes it -> its page here.

    Known until the episode is published from here: then its record names the page here alone.
    """
    pages_: dict[str, str] = {}
    for release in releases:
        if release.status == WAITING:
            ours = keys.url(show.storage.public_base_url, keys.page(release.slug))
            pages_ |= {_bare(old): ours for old in (release.link, release.guid if release.permalink else "") if old}
    return pages_


def _relinked(text: str, former: Mapping[str, str]) -> str:
    """`text` with addresses of former pages exchanged."""

    def exchanged(match: re.Match[str]) -> str:
        address = match[0].rstrip(".,;:!?")
        return former.get(_bare(address), address) + match[0][len(address) :]

    return _ADDRESS.sub(exchanged, text) if former else text


def _bare(address: str) -> str:
    """An address without what differs from one spelling of it to another."""
    return re.sub(r"^https?://(www\.)?", "", unescaped(address).strip()).rstrip("/")


def _illustrated(release: Release, folder: Path, base: str, former: Mapping[str, str]) -> tuple[Release, list[Wanted]]:
    """With the chapters file as it is published: pictures named by their addresses, no longer by keys, and links."""
    listed = release.chapters_file
    if listed is None or not listed.key:
        return release, []
    path = _file(folder, listed)
    text = before = reading.data(path).decode("utf-8", "surrogateescape")
    for picture in release.chapter_pictures:
        text = text.replace(json.dumps(picture.key), json.dumps(keys.url(base, picture.key)))
    text = _relinked(text, former)
    if text == before:
        return release, [Wanted.of(listed, path)]
    data = text.encode("utf-8", "surrogateescape")
    digest = sha256.of_bytes(data)
    object_ = Wanted.of_bytes(keys.chapters(release.slug, digest), data)
    asset = Asset(object_.key, object_.size, listed.mime, digest)
    return dataclasses.replace(release, chapters_file=asset), [object_]


def _file(folder: Path, asset: Asset) -> Path:
    return folder / asset.key.rsplit("/", 1)[-1]


def elsewhere(releases: Sequence[Release]) -> tuple[str, ...]:
    """Slugs of the episodes whose audio another host still serves."""
    return tuple(release.slug for release in releases if release.enclosure.url)
