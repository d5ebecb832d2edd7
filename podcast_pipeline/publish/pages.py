"""The page of a published episode made again: the very one from its build, else one from its record and captions."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from podcast_pipeline.errors import PodcastError, StorageError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Asset, Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.model.transcript import Cue
from podcast_pipeline.publish import items, sealed
from podcast_pipeline.publish.names import Named
from podcast_pipeline.publish.plan import Wanted
from podcast_pipeline.publish.seen import MAIN, Seen, masked
from podcast_pipeline.storage.protocol import Listed, Storage, Stored

UNDER_WAY = timedelta(hours=1)
"""So long ago may a run have put a page that has not put its feed yet."""


def exact(show: Show, workspace: Workspace, release: Release, sha256: str, now: datetime) -> bytes | None:
    """The page of `release` made again from its build; None where that has not the digest `sha256`."""
    from podcast_pipeline.publish import episode

    try:
        for made in episode.rendered(show, workspace, release, now):
            if made.sha256 == sha256 and isinstance(made.source, bytes):
                return made.source
    except (PodcastError, OSError):  # it is not built here, or as something else
        pass
    return None


def from_record(show: Show, release: Release, storage: Storage, now: datetime) -> tuple[Release, Wanted] | None:
    """A page of what the feed says of the episode, and of its captions, with the record that has it.

    None where the storage has not got the captions whole.
    """
    from podcast_pipeline.site import lapse
    from podcast_pipeline.site.page import record_page

    shown = items.opened(show, release)
    captions = next((file for file in shown.transcripts if file.key.endswith(".json")), None)
    try:
        cues = () if captions is None else _cues(storage.get(captions.key)[0], captions.sha256)
    except (StorageError, ValueError, KeyError, TypeError):
        return None
    if captions is None and shown.transcripts:
        return None
    key, hidden, today = items.page_key(show, release), show.members_only(release.feeds), now.astimezone(UTC).date()
    html = lapse.on_page(record_page(show, shown, key, cues), release, today)
    made = Wanted.of_bytes(key, (sealed.unlinked(html) if hidden else html).encode())
    page = Asset("" if hidden else key, made.size, made.headers.mime, made.sha256)
    return dataclasses.replace(release, page=page, link="", lapsed=lapse.lapsed(release, today)), made


def _cues(data: bytes, sha256: str) -> tuple[Cue, ...]:
    """The captions of a JSON transcript of ours. Raises ValueError where it is damaged."""
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ValueError("holds other bytes")
    return tuple(
        Cue(round(1000 * one["startTime"]), round(1000 * one["endTime"]), one.get("speaker", ""), one["body"])
        for one in json.loads(data)["segments"]
    )


def abandoned(
    releases: Mapping[str, Release],
    asked: Sequence[Named],
    held: Mapping[str, Listed],
    known: Seen,
    storage: Storage,
    now: datetime,
) -> list[tuple[Named, Stored]]:
    """The pages that a run has put which was never finished, with what is there: the feed that leads there is last.

    Such a page is another one than its record's while the main feed is as this copy has `known` it; it was put long
    ago, or has been seen here. Any other is perhaps a colleague's who is still at work.
    """
    result = []
    for entry in asked:
        if entry.owner not in releases or not entry.sha256 or not entry.key.endswith("/index.html"):
            continue
        seen_as = known.pages.get(masked(entry.key)) if known.pages else None
        alike = held[entry.key].size == entry.size and seen_as in (None, entry.sha256)
        if alike or MAIN not in releases[entry.owner].feeds:
            continue
        stored = storage.stat(entry.key)
        if stored is None or stored.sha256 == entry.sha256:
            continue
        long_ago = stored.modified is not None and stored.modified < now - UNDER_WAY
        if long_ago or (seen_as is not None and stored.sha256 == seen_as):
            result.append((entry, stored))
    return result
