"""The item of one release as every feed of the show has it."""

from __future__ import annotations

from podcast_pipeline import keys
from podcast_pipeline.feed import contents
from podcast_pipeline.feed.contents import Contents
from podcast_pipeline.feed.extension import Frame
from podcast_pipeline.feed.render import render
from podcast_pipeline.model.asset import Asset
from podcast_pipeline.model.release import Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.publish import sealed

_COVER = Asset("images/00000000.jpg", 0, "image/jpeg", "")


def alone(show: Show, release: Release) -> Contents:
    """A feed of this release alone, whose item is that of the other feeds, to the letter."""
    shown = sealed.opened(show, release)
    return contents.read(render(show, [shown], shown.publish_at, _COVER, Frame(shown.feeds[0])))


def digest(show: Show, release: Release) -> str:
    """The digest of its item, as `Contents` has it."""
    (item,) = alone(show, release).items.values()
    return item


def page_key(show: Show, release: Release) -> str:
    """Where its page is."""
    if not show.members_only(release.feeds):
        return keys.page(release.slug)
    return keys.key_of(sealed.opened(show, release).link, show.storage.public_base_url)
