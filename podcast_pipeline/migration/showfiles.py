"""Trailers and further pictures of the show, fetched into feed/imports, where feed/show.toml names them from then."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from podcast_pipeline import atomic, download, handwritten, reading, sha256
from podcast_pipeline.errors import AudioError, PodcastError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.migration import kind, listen
from podcast_pipeline.model.asset import Asset
from podcast_pipeline.model.podcasting import ShowExtras


def fetch(workspace: Workspace, source: ShowExtras, reach: download.Reach, failed: dict[str, str]) -> None:
    """Fetch what feed/show.toml still names where `source` had it; `failed` gets the address of what stays, and why."""
    there = {trailer.url for trailer in source.trailers} | {further.href for further in source.pictures}
    if not there:
        return
    with handwritten.changing(workspace.show_toml) as document:
        for entry, key in _named(document):
            url = str(entry[key])
            if url not in there or url in failed:
                continue
            try:
                entry[key] = _fetched(workspace, url, reach)
            except download.Unwritable:
                raise
            except PodcastError as error:
                failed[url] = error.message


def files(source: ShowExtras) -> list[Asset]:
    """What a show names besides its cover and its episodes' files."""
    pictures = [Asset("", 0, "image/jpeg", "", further.href) for further in source.pictures]
    return [*(Asset("", 0, trailer.mime, "", trailer.url) for trailer in source.trailers), *pictures]


def _named(document: Any) -> Iterator[tuple[Any, str]]:
    extras = document.get("podcasting", {})
    for name, key in (("trailer", "url"), ("image", "href")):
        for entry in extras.get(name, ()):
            if key in entry:
                yield entry, key


def _fetched(workspace: Workspace, url: str, reach: download.Reach) -> str:
    """The path of the file in the show directory. Raises PodcastError."""
    folder = workspace.import_ledger("x").parent
    part = folder / f".{sha256.of_bytes(url.encode())[:16]}"
    saved = download.save(url, part, download.MEDIA_MOST, reach)
    with reading.opened(part) as stream:
        head = stream.read(512)
    suffix = kind.suffix(head, Asset("", 0, saved.mime, "", url))
    try:
        kind.check(download.shown(url), head, suffix)
    except PodcastError:
        part.unlink()
        raise
    try:
        listen.decoded(part, suffix)
    except AudioError as error:
        part.unlink()
        raise download.Unreachable(f"{download.shown(url)}: {error.message.partition(': ')[2]}") from error
    digest = sha256.of_file(part)
    path = folder / f"{digest[:8]}.{suffix}"
    atomic.move(part, path)
    return workspace.relative(path)
