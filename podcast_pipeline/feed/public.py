"""Whether an episode is public: one function for feed, pages and announcements; and whether the clock can be right."""

from __future__ import annotations

from collections.abc import Iterable
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


def check_clock(releases: Iterable[Release], now: datetime) -> None:
    """Raises FeedError where an episode of ours went out and is dated after `now`: its feed would lose it.

    What came from another host may be dated as that host liked.
    """
    for release in releases:
        if release.status == "published" and not release.source and not is_public(release, now):
            dated, said = (f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC" for moment in (release.publish_at, now))
            raise FeedError(
                f"the clock of this computer says {said}, and {release.slug} is public since {dated}: the feed would "
                "lose it",
                "set the clock right; where somebody has changed the date in the record, bring that back from git",
            )
