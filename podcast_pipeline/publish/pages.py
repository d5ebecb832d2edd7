"""The page of a published episode: the very one made again from its build, and those that a run has left behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from podcast_pipeline import keys
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.publish.manifest import MAIN
from podcast_pipeline.publish.names import Named
from podcast_pipeline.publish.seen import Seen, page_name
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


def abandoned(
    releases: Mapping[str, Release],
    asked: Sequence[Named],
    listing: Mapping[str, Listed],
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
        if entry.owner not in releases or not entry.sha256 or not keys.is_page(entry.key):
            continue
        seen_as = known.pages.get(page_name(entry.key)) if known.pages else None
        alike = listing[entry.key].size == entry.size and seen_as in (None, entry.sha256)
        if alike or MAIN not in releases[entry.owner].feeds:
            continue
        stored = storage.stat(entry.key)
        if stored is None or stored.sha256 == entry.sha256:
            continue
        long_ago = stored.modified is not None and stored.modified < now - UNDER_WAY
        if long_ago or (seen_as is not None and stored.sha256 == seen_as):
            result.append((entry, stored))
    return result
