"""What the board knows before it looks at an episode: records, what was rolled back, and what was seen public."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from podcast_pipeline.episode import records
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.layout import Workspace

if TYPE_CHECKING:
    from podcast_pipeline.episode.records import StoredRecord
    from podcast_pipeline.model.release import Release, RolledBack
    from podcast_pipeline.publish.seen import Seen


class Past(NamedTuple):
    """Records and what was rolled back, by slug, and what was seen public; None and nothing where git is at odds.

    `fault`: feed/publication.json cannot be read.
    """

    records: Mapping[str, StoredRecord] | None
    held: Mapping[str, RolledBack]
    seen: Seen
    fault: PodcastError | None = None

    @property
    def releases(self) -> tuple[Release, ...]:
        return tuple(record.release for record in (self.records or {}).values())

    @property
    def lost(self) -> int:
        """How many episodes that were last seen public have no record here."""
        known = {release.guid for release in self.releases} | {aside.release.guid for aside in self.held.values()}
        return self.seen.public.beyond(known)

    @property
    def public(self) -> frozenset[str]:
        """Slugs of the episodes that a feed has, whatever a run that was stopped was about to do."""
        every = (release for release in self.releases if release.status != "scheduled")
        return frozenset(release.slug for release in every if not self.seen.begins(release.guid)) - self.held.keys()

    @property
    def strayed(self) -> bool:
        """Whether a record is not the one that was published, or is not here."""
        return bool(self.lost) or any(
            self.seen.strayed(record.release.guid, record.sha256)
            for record in (self.records or {}).values()
            if record.release.withdrawn is None
        )


def read(workspace: Workspace) -> Past:
    """What is known here. Raises PodcastError for a file in feed/rolled-back that cannot be read."""
    from podcast_pipeline.publish import seen

    held = records.rolled_back(workspace)
    fault, last = None, seen.Seen()
    try:
        last = seen.load(workspace) or last
    except PodcastError as error:
        fault = error
    try:
        return Past(records.kept(workspace, last.public.records), held, last, fault)
    except PodcastError:  # the episode's card says so
        return Past(None, held, seen.Seen(), fault)
