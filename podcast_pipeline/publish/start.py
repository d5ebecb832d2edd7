"""What a publication starts from: the records, the storage and what is public, each asked once."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from podcast_pipeline.episode import records
from podcast_pipeline.episode.records import StoredRecord
from podcast_pipeline.feed.public import check_clock
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Release, RolledBack
from podcast_pipeline.model.show import Show
from podcast_pipeline.publish import behind, guard, proof
from podcast_pipeline.publish.manifest import Manifest
from podcast_pipeline.publish.public import Public
from podcast_pipeline.publish.seen import Seen
from podcast_pipeline.storage.protocol import Listed, Storage


@dataclass(frozen=True)
class Start:
    """A show, and all that is known of it, `now`."""

    show: Show
    workspace: Workspace
    storage: Storage
    now: datetime
    stored: Mapping[str, StoredRecord]
    """The records here, by slug."""
    rolled_back: Mapping[str, RolledBack]
    """What was rolled back, by slug."""
    public: Public
    base: Seen
    """What this copy of the show has last seen public."""
    listing: Mapping[str, Listed]
    """All that the storage holds, by key."""

    @functools.cached_property
    def before(self) -> dict[str, Release]:
        """What stands in the records, by slug."""
        return {slug: record.release for slug, record in self.stored.items()}

    @property
    def proven(self) -> Manifest:
        """The manifest of the public feed."""
        return self.public.manifest.manifest


def started(show: Show, workspace: Workspace, storage: Storage, now: datetime) -> Start:
    """Look at everything, the storage first of what is dear: that it cannot be reached is known at once.

    Raises PodcastError where nothing can be published from here at all.
    """
    stored = records.kept(workspace)
    before = tuple(record.release for record in stored.values())
    check_clock(before, now)
    rolled_back = records.rolled_back(workspace)
    public = Public(show, storage, now)
    current = public.main
    base = behind.base(show, workspace, before, now)
    guard.check_rollback(current, base)
    return Start(show, workspace, storage, now, stored, rolled_back, public, base, proof.listing(storage))
