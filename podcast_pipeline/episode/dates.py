"""Dates as people write them, of every episode that is not public: what a plan is made against."""

from __future__ import annotations

from datetime import datetime

from podcast_pipeline.config import types
from podcast_pipeline.config.load import read_toml
from podcast_pipeline.config.table import BadValueError, Problems
from podcast_pipeline.episode import records
from podcast_pipeline.layout import Workspace


def planned(workspace: Workspace) -> dict[str, datetime]:
    """Slug -> publish_at of each episode that has no record, or one that waits for its time; what cannot be read is
    left out, as whoever works on that episode is told.
    """
    public = {one.slug for one in records.read_all(workspace) if one.status != "scheduled"}
    return {
        slug: date
        for slug in workspace.slugs()
        if slug not in public and (date := written(workspace, slug)) is not None
    }


def written(workspace: Workspace, slug: str) -> datetime | None:
    """publish_at in the episode's episode.toml, without a look at anything else there; None where it says none."""
    raw = read_toml(workspace.episode_toml(slug), slug, Problems())
    try:
        return None if raw is None else types.instant(raw.get("publish_at"))
    except BadValueError:
        return None
