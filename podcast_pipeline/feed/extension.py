"""Our one feedgen extension: every itunes, podcast, psc and atom element of the feed, in a fixed order.

feedgen's own podcast extension is not used: it knows no Podcasting 2.0 and writes values that validators refuse.
feedgen calls the two classes through `extend_ns` and `extend_rss`; they need nothing of feedgen.
"""

from __future__ import annotations

from typing import Any

from podcast_pipeline import keys, timecode
from podcast_pipeline.feed.names import NAMESPACES, clark
from podcast_pipeline.feed.text import clean
from podcast_pipeline.model.release import Asset, Release, ReleasePerson
from podcast_pipeline.model.show import Show
from podcast_pipeline.people.statement import INVENTED

TRANSCRIPT_TYPES = ("text/html", "application/x-subrip", "application/json", "text/vtt")
"""Also their order in an item: several readers keep only the last transcript, and VTT is the one to keep."""
CAPTIONS = ("application/x-subrip", "text/vtt")


class ChannelTags:
    """What the channel says beyond plain RSS."""

    def __init__(self, show: Show, cover: Asset, dated: bool) -> None:
        """`dated` is false for a channel without episodes, which feedgen would date by the clock."""
        self._show, self._cover, self._dated = show, cover, dated

    def extend_ns(self) -> dict[str, str]:
        return NAMESPACES

    def extend_rss(self, root: Any) -> Any:
        show, channel = self._show, root[0]
        if not self._dated:
            channel.remove(channel.find("lastBuildDate"))
        _add(channel, "atom:link", href=show.url, rel="self", type="application/rss+xml")
        _add(channel, "itunes:author", show.author)
        _add(channel, "itunes:type", show.feed.kind)
        _add(channel, "itunes:explicit", _truth(show.explicit))
        _add(channel, "itunes:image", href=keys.url(show.storage.public_base_url, self._cover.key))
        for category in show.categories:
            element = channel
            for name in category:
                element = _add(element, "itunes:category", text_=name)
        if show.owner is not None:
            owner = _add(channel, "itunes:owner")
            _add(owner, "itunes:name", show.owner.name)
            _add(owner, "itunes:email", show.owner.email)
        _add(channel, "podcast:guid", show.guid)
        _add(
            channel,
            "podcast:locked",
            "yes" if show.feed.locked else "no",
            owner=show.owner.email if show.owner is not None else "",
        )
        _add(channel, "podcast:medium", "podcast")
        if show.license:
            _add(channel, "podcast:license", show.license)
        if show.funding is not None:
            _add(channel, "podcast:funding", show.funding.text, url=show.funding.url)
        if show.feed.ai_content is not None:
            _add(channel, "podcast:txt", _truth(show.feed.ai_content), purpose="ai-content")
        return root


class EpisodeTags:
    """What one item says beyond plain RSS."""

    def __init__(self, show: Show, release: Release) -> None:
        self._base, self._release = show.storage.public_base_url, release

    def extend_ns(self) -> dict[str, str]:
        return {}

    def extend_rss(self, item: Any) -> Any:
        release = self._release
        _add(item, "itunes:duration", str((release.duration + 500) // 1000))
        if release.season is not None:
            _add(item, "itunes:season", str(release.season))
        if release.number is not None:
            _add(item, "itunes:episode", str(release.number))
        _add(item, "itunes:episodeType", release.kind)
        _add(item, "itunes:explicit", _truth(release.explicit))
        if release.image is not None:
            _add(item, "itunes:image", href=self._url(release.image))
        if release.season is not None:
            _add(item, "podcast:season", str(release.season))
        if release.number is not None:
            _add(item, "podcast:episode", str(release.number))
        for person in release.people:
            self._person(item, person)
        self._transcripts(item)
        self._chapters(item)
        return item

    def _url(self, asset: Asset) -> str:
        return keys.url(self._base, asset.key)

    def _person(self, item: Any, person: ReleasePerson) -> None:
        name = f"{person.name}{INVENTED if person.example else ''}"
        image = self._url(person.image) if person.image is not None else ""
        _add(item, "podcast:person", name, role=person.role, group=person.group, img=image, href=person.href)

    def _transcripts(self, item: Any) -> None:
        by_type = {media_type(asset): asset for asset in self._release.transcripts}
        for kind in TRANSCRIPT_TYPES:
            if kind in by_type:
                _add(
                    item,
                    "podcast:transcript",
                    url=self._url(by_type[kind]),
                    type=kind,
                    language=self._release.language,
                    rel="captions" if kind in CAPTIONS else "",
                )

    def _chapters(self, item: Any) -> None:
        release = self._release
        if release.chapters_file is not None:
            _add(item, "podcast:chapters", url=self._url(release.chapters_file), type="application/json+chapters")
        if release.chapters:
            chapters = _add(item, "psc:chapters", version="1.2")
            for chapter in release.chapters:
                _add(chapters, "psc:chapter", start=timecode.vtt(chapter.start), title=chapter.title, href=chapter.url)


def media_type(asset: Asset) -> str:
    """The bare type of an asset: `text/vtt; charset=utf-8` is `text/vtt` in a feed."""
    return asset.mime.partition(";")[0].strip()


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _add(parent: Any, name: str, text: str | None = None, **attributes: str) -> Any:
    """Append an element. An attribute `text_` is written as `text`; an empty attribute is left out."""
    from lxml import etree

    element = etree.SubElement(parent, clark(name))
    for key, value in attributes.items():
        if value:
            element.set(key.rstrip("_"), clean(value))
    if text is not None:
        element.text = clean(text)
    return element
