"""rename: another slug for an episode."""

from __future__ import annotations

import click

from podcast_pipeline.cli.session import Session, command


@command(click.argument("old"), click.argument("new"))
def rename(session: Session, old: str, new: str) -> None:
    """Call the episode OLD by the slug NEW: its folder, what is built, its record.

    The guid stays, so no listener gets it twice; published files keep their addresses, nothing is recognised again,
    journal and sign-off hold. With the next `podcast publish` the former page leads to the new one. OLD is never given
    to another episode.
    """
    from podcast_pipeline.episode import records
    from podcast_pipeline.publish import rename as renaming

    workspace, show = session.workspace, session.show
    with session.publishing(), session.locked(*{old, new}):
        if renaming.done(workspace, old, new):
            session.say(f"{old}: is called {new} already; nothing was written")
            return
        renaming.check(workspace, old, new)
        renaming.rename(workspace, show, old, new)
        release = records.read(workspace, new)
    session.say(f"{old}: is called {new} from now on")
    if release is not None and release.listed:
        session.say("  `podcast publish` says so, and lets the former page lead to the new one")
    session.say("  commit and push episodes/ and feed/")
