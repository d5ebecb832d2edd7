"""Imported episodes whose files lie here, byte for byte as the old host had them, on their way to our storage."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from podcast_pipeline.errors import PodcastError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.asset import Asset
from podcast_pipeline.model.episode import Episode
from podcast_pipeline.model.release import Release
from podcast_pipeline.publish.plan import Wanted

WAITING = "imported"
"""The status of a release whose files were fetched and are not uploaded yet."""


def frozen(release: Release, episode: Episode) -> bool:
    """Whether the episode came as it is from another host: there is nothing to build, and its record is what is."""
    return release.source == "import" and not episode.tracks


def hosted(workspace: Workspace, release: Release) -> tuple[Release, list[Wanted]]:
    """The record as published from here, and the objects it names. Raises PodcastError for a file that is gone."""
    folder = workspace.imported(release.slug)
    assets = [release.enclosure, *release.transcripts, release.chapters_file, release.image]
    objects = [_wanted(one, folder / one.key.rsplit("/", 1)[-1]) for one in assets if one is not None and one.key]
    pictured = [(one.image, workspace.people / f"{one.id}.jpg") for one in release.people if one.image is not None]
    objects += [_wanted(image, path) for image, path in pictured if image.key]
    return dataclasses.replace(release, status="published"), objects


def _wanted(asset: Asset, path: Path) -> Wanted:
    if not path.is_file() or path.stat().st_size != asset.bytes:
        raise PodcastError(f"{path}: is missing or changed", "run `podcast import SOURCE --media` again to fetch it")
    return Wanted.of(asset, path)


def elsewhere(releases: Sequence[Release]) -> tuple[str, ...]:
    """Slugs of the episodes whose audio another host still serves."""
    return tuple(release.slug for release in releases if release.enclosure.url)
