"""Corrections that are written down, and that nobody can read yet."""

from __future__ import annotations

from podcast_pipeline.model.release import Release
from podcast_pipeline.storage.protocol import Storage


def sentence(release: Release) -> str:
    """What a person has to do for the corrections that nobody can read yet, "" where there are none."""
    if not release.pending or release.withdrawn is not None:
        return ""
    flag = "--replace " if any(correction.kind == "audio" for correction in release.pending) else ""
    count = f"{len(release.pending)} correction{'s' if len(release.pending) > 1 else ''}"
    return f"{count} not public yet: sign, build, then `podcast publish {flag}{release.slug}`"


def never_public(release: Release, storage: Storage) -> tuple[str, ...]:
    """The corrections of an episode that is to come back, as they are printed, that no public feed has ever said."""
    from podcast_pipeline.publish import history  # every status asks the sentence above of each episode
    from podcast_pipeline.site import corrections

    left = [corrections.line(each) for each in release.corrections]
    for notes in history.notes(storage, release.guid) if left else ():
        said = {corrections.line(each) for each in corrections.read(notes)}
        if not (left := [line for line in left if line not in said]):
            break
    return tuple(left)
