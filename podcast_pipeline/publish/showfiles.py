"""Files that feed/show.toml names by their path, trailers and further pictures, and how they are published."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from datetime import datetime

from podcast_pipeline import keys, pictures, reading, sha256
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.feed.extension import MAIN, Frame
from podcast_pipeline.feed.render import render
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.asset import Asset
from podcast_pipeline.model.release import Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.production.asset import asset, picture
from podcast_pipeline.publish.plan import Wanted
from podcast_pipeline.storage.protocol import Source

_TRAILERS = "trailer"
"""Where a trailer's file is, as if it were an episode's."""


def drawn(show: Show, workspace: Workspace, releases: Sequence[Release], now: datetime, frame: Frame = MAIN) -> bytes:
    """The feed `frame` with the show's files under their public addresses. Raises PodcastError."""
    return render(placed(show, workspace), releases, now, picture(workspace.file(show.cover)), frame)


def placed(show: Show, workspace: Workspace) -> Show:
    """The show with addresses where it names files. Raises PodcastError for one that is not there."""
    base, objects = show.storage.public_base_url, {path: made for path, made, _ in _files(show, workspace)}
    if not objects:
        return show
    trailers = (
        dataclasses.replace(trailer, url=made.address(base), length=made.bytes, mime=made.mime)
        if (made := objects.get(trailer.url)) is not None
        else trailer
        for trailer in show.extras.trailers
    )
    pictures = (
        dataclasses.replace(further, href=made.address(base))
        if (made := objects.get(further.href)) is not None
        else further
        for further in show.extras.pictures
    )
    extras = dataclasses.replace(show.extras, trailers=tuple(trailers), pictures=tuple(pictures))
    return dataclasses.replace(show, extras=extras)


def wanted(show: Show, workspace: Workspace) -> list[Wanted]:
    """The objects of these files, and of the cover."""
    cover = workspace.file(show.cover)
    others = (Wanted.of(made, source) for _, made, source in _files(show, workspace))
    return [Wanted.of(picture(cover), pictures.data(cover)), *others]


def covers(show: Show, workspace: Workspace) -> dict[str, Asset]:
    """The cover of the main feed and those of the others, by key."""
    paths = dict.fromkeys((show.cover, *(feed.cover or show.cover for feed in show.feeds)))
    return {cover.key: cover for cover in (picture(workspace.file(path)) for path in paths)}


def _files(show: Show, workspace: Workspace) -> Iterator[tuple[str, Asset, Source]]:
    """(path as written, object, where its bytes are) of each."""
    named = [(trailer.url, True) for trailer in show.extras.trailers]
    named += [(further.href, False) for further in show.extras.pictures]
    for path, sound in named:
        if "://" in path:
            continue
        if not (file := workspace.file(path)).is_file():
            said = f"feed/show.toml: podcasting: {path}: there is no such file{reading.meant(file)}"
            raise PodcastError(said, "name a file of the show")
        if sound:
            key = keys.media(_TRAILERS, sha256.of_file(file), file.suffix.lstrip(".").lower())
            yield path, asset(file, key), file
        else:
            yield path, picture(file), pictures.data(file)
