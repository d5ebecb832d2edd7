"""A record among its revisions: which number it has, and which records it follows."""

from __future__ import annotations

import dataclasses

from podcast_pipeline.episode import records
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Release
from podcast_pipeline.publish.manifest import Manifest


def following(workspace: Workspace, release: Release, before: Release | None, published: str) -> Release:
    """`release` as the record that follows `before`, which stands here; that one where it says the same.

    `published`: digest of the public record. `release` may name further records that it follows.
    """
    if release is before:
        return release
    if before is None:
        return dataclasses.replace(release, revision=max(1, release.revision))
    same = dataclasses.replace(release, revision=before.revision, replaces=before.replaces)
    if records.settled(same) == records.settled(before):
        return same if set(release.replaces) <= set(before.replaces) else release
    digest = records.stored_digest(workspace, before.slug)
    further = [other for other in release.replaces if other not in before.replaces]
    earlier = () if digest == published else before.replaces
    replaces = tuple(dict.fromkeys((digest, *earlier, *further)))
    return dataclasses.replace(release, revision=max(before.revision + 1, release.revision), replaces=replaces)


def follows(release: Release, known: Manifest) -> Release:
    """`release` as one that follows the public record."""
    entry = known.entry(release.guid)
    if entry is None or not entry.record:
        return release
    replaces = tuple(dict.fromkeys((*release.replaces, entry.record)))
    return dataclasses.replace(release, revision=max(release.revision, entry.revision + 1), replaces=replaces)
