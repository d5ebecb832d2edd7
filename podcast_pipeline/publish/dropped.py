"""Feeds that feed/show.toml does not have any more, while episodes are in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from podcast_pipeline.model.release import Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.publish.manifest import MAIN, EpisodeEntry, HiddenEntry, masked
from podcast_pipeline.publish.seen import Seen


def sentences(show: Show, releases: Iterable[Release], seen: Seen) -> tuple[str, ...]:
    """A sentence for each feed with episodes that feed/show.toml does not have any more: nobody renews or ends it.

    Its episodes are those of the records; where these name it no more, what was last seen public of it.
    """
    known = {MAIN, *(feed.id for feed in show.feeds)}
    public = seen.public
    others = public.heads.keys() - known - {masked(id_) for id_ in known}
    entries: tuple[EpisodeEntry | HiddenEntry, ...] = (*public.episodes.values(), *public.hidden.values())
    episodes = Counter(id_ for entry in entries if others for id_ in entry.items if id_ in others)
    for id_, count in Counter(id_ for release in releases for id_ in release.feeds if id_ not in known).items():
        episodes[id_] = max(count, episodes.get(id_, 0))
    return tuple(
        f'the feed "{id_}" with {count} episode{"s" if count > 1 else ""} is not in feed/show.toml any more, and stays '
        "public as it is: write its [[feeds]] table back (`git log -p feed/show.toml`); to end it, name other feeds in "
        "the episode.toml of its episodes first (feeds), build and publish them, then remove the table"
        for id_, count in sorted(episodes.items())
    )
