"""publish --gc: objects that nothing names any more."""

from __future__ import annotations

from datetime import datetime

import click

from podcast_pipeline import keys
from podcast_pipeline.cli.session import Session
from podcast_pipeline.errors import PodcastError


def collect(session: Session, moment: datetime, *, delete: bool) -> None:
    """List what no record and no feed names and is older than 30 days; delete it if a person says so."""
    from podcast_pipeline.publish import behind, moved
    from podcast_pipeline.publish import collect as found_by
    from podcast_pipeline.publish.public import Public
    from podcast_pipeline.storage.registry import open_storage

    storage = open_storage(session.show.storage, session.workspace)
    with session.publishing():
        if delete:  # what others have published since is in no record here
            moved.check([listed.key for listed in storage.list(keys.MOVED)], storage)
            behind.level(session.show, session.workspace, storage, moment)
        public = Public(session.show, storage, moment)
        known = public.manifest.manifest
        rubbish = found_by.rubbish(session.show, session.workspace, storage, known, moment)
        if delete and rubbish and not known.feed:
            raise PodcastError(
                f"{len(rubbish)} objects may be of episodes that another copy of the show has scheduled; no manifest "
                "of a public feed says so, and nothing was deleted",
                "`podcast publish` an episode, which puts the manifest, then run it again",
            )
        for stored in rubbish:
            click.echo(f"{stored.size:>11,} bytes  {stored.key}")
            if delete:
                storage.delete(stored.key)
        strange = found_by.strange(storage)
    then = "nothing to do" if not rubbish else "deleted" if delete else "add --yes to delete them"
    size = sum(stored.size for stored in rubbish)
    session.say(f"{len(rubbish)} objects, {size:,} bytes, which nothing names any more: {then}")
    for key in strange:
        session.detail(f"  {key}: not a name that publishing makes; left alone")
