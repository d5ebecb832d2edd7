"""Corrections that are written down, and that nobody can read yet."""

from __future__ import annotations

from podcast_pipeline.model.release import Release


def sentence(release: Release) -> str:
    """What a person has to do for the corrections that nobody can read yet, "" where there are none."""
    if not release.pending:
        return ""
    flag = "--replace " if any(one.kind == "audio" for one in release.pending) else ""
    count = f"{len(release.pending)} correction{'s' if len(release.pending) > 1 else ''}"
    return f"{count} not public yet: sign, build, then `podcast publish {flag}{release.slug}`"
