"""What a change means that is made to an episode which is public already."""

from __future__ import annotations

from podcast_pipeline.model.release import Release


def meaning(slug: str, release: Release | None) -> str:
    """What to say before the first change; "" where nobody has heard the episode yet."""
    if release is None or release.status == "scheduled":
        return ""
    return (
        f"This episode is public since {release.publish_at:%Y-%m-%d}. What is changed here stands in episode.toml, and "
        f"listeners do not have it yet: `podcast build {slug}` and `podcast publish {slug}` bring it to the feed, the "
        f"notes and the page, without a word to anybody. If something was wrong, it is corrected: "
        f"`podcast correct {slug} --note TEXT` puts a dated line wherever the episode is read."
    )
