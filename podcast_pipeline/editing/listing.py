"""The episodes of a show as a list to choose from, without building or judging anything."""

from __future__ import annotations

import tomllib

from podcast_pipeline import handwritten
from podcast_pipeline.editing.sheet import plain
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.loopback.answer import View


def listed(workspace: Workspace) -> list[View]:
    """Each episode with its title and day, the newest first; one whose file cannot be read says so as its title."""
    rows = []
    for slug in workspace.slugs():
        row: View = {"slug": slug, "title": slug, "publish_at": "", "recorded": ""}
        try:
            data = tomllib.loads(handwritten.text_of(workspace.episode_toml(slug)))
            row |= {name: str(plain(data[name])) for name in ("title", "publish_at", "recorded") if name in data}
        except PodcastError as error:
            row["fault"] = error.message
        rows.append(row)
    return sorted(rows, key=lambda row: (row["publish_at"], row["slug"]), reverse=True)
