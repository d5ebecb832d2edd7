"""Whether an episode is public: one function for feed, pages and announcements."""

from __future__ import annotations

from datetime import UTC, datetime

from podcast_pipeline.errors import FeedError
from podcast_pipeline.model.release import Release


def is_public(release: Release, now: datetime) -> bool:
    """Whether listeners may have `release` at the instant `now`: from the second of `publish_at` on.

    Instants are compared, so summer time does not matter. Raises FeedError where one of them has no offset.
    """
    for name, instant in (("publish_at", release.publish_at), ("now", now)):
        if instant.utcoffset() is None:
            raise FeedError(
                f"{release.slug}: {name} {instant.isoformat()} has no offset from UTC",
                "write it with one: 2026-03-01T09:00:00-08:00, or with Z for UTC",
            )
    # Python compares two times of one zone by the wall clock: wrong in the hour that autumn repeats
    return release.publish_at.astimezone(UTC) <= now.astimezone(UTC)
