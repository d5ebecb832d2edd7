"""publish --gc: objects that nothing names any more."""

from __future__ import annotations

from datetime import datetime

import click

from podcast_pipeline.cli.session import Session


def collect(session: Session, moment: datetime, *, delete: bool) -> None:
    """List what no record and no feed names and is older than 30 days; delete it if a person says so."""
    from podcast_pipeline.publish import behind
    from podcast_pipeline.publish import collect as found_by
    from podcast_pipeline.storage.registry import open_storage

    storage = open_storage(session.show.storage, session.workspace)
    with session.publishing():
        if delete:  # what others have published since is in no record here
            behind.level(session.show, session.workspace, storage, moment)
        found = found_by.rubbish(session.show, session.workspace, storage, moment)
        for one in found:
            click.echo(f"{one.size:>11,} bytes  {one.key}")
            if delete:
                storage.delete(one.key)
        strange = found_by.strange(storage)
    then = "nothing to do" if not found else "deleted" if delete else "add --yes to delete them"
    session.say(f"{len(found)} objects, {sum(one.size for one in found):,} bytes, which nothing names any more: {then}")
    for key in strange:
        session.detail(f"  {key}: not a name that publishing makes; left alone")
