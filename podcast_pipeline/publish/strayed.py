"""Records that are not what was published: edited, or brought back by git from before."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from podcast_pipeline.episode import records
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Release
from podcast_pipeline.publish.manifest import Manifest
from podcast_pipeline.publish.seen import Seen
from podcast_pipeline.publish.unseen import stop


def among(
    workspace: Workspace, seen: Seen, releases: Iterable[Release], meant: Collection[str] = ()
) -> Callable[[str], bool]:
    """Whether the record of a guid is neither the one that was published nor one that a command has made of it since.

    What was seen counts only where the records hold it, and what a run has begun: it writes the record first. `meant`:
    guids that somebody takes out or reinstates. Of what was rolled back there is no record, or the earlier form.
    """
    every = tuple(releases)
    slugs = {release.guid: release.slug for release in every if release.withdrawn is None}
    withdrawn = {release.guid for release in every if release.withdrawn is not None}

    def judge(guid: str) -> bool:
        if guid in meant or guid in withdrawn:
            return False
        if guid in slugs and seen.returns(guid) and seen.returns(guid, records.stored_digest(workspace, slugs[guid])):
            return False  # a run was stopped that was bringing it back
        known, out = seen.records(guid), seen.public.out(guid) is not None
        if not known or (out and guid not in slugs):
            return out if guid in slugs else not out and seen.begins(guid)
        return guid not in slugs or seen.strayed(guid, records.stored_digest(workspace, slugs[guid]))

    return judge


def check(
    workspace: Workspace, known: Manifest, seen: Seen, releases: Iterable[Release], meant: Collection[str] = ()
) -> None:
    """Raises FeedError for a record that neither is the one that the manifest `known` names nor follows it.

    `meant`: guids that somebody takes out or reinstates. Of most records it is known without reading them.
    """
    lines = []
    for release in releases:
        entry = known.entry(release.guid)
        if entry is None or not entry.items or entry.record in ("", *release.replaces) or release.guid in meant:
            continue
        if entry.record == seen.public.record(release.guid):
            continue
        if entry.record == records.stored_digest(workspace, release.slug):
            continue
        lines.append(
            f"  the record of {release.slug} here is revision {release.revision}, and does not follow the public one, "
            f"revision {entry.revision}"
        )
    stop(lines)
