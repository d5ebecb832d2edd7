"""Our one feedgen extension: every itunes, podcast, psc and atom element of the feed, in a fixed order.

feedgen's own podcast extension is not used: it knows no Podcasting 2.0 and writes values that validators refuse.
feedgen calls the two classes through `extend_ns` and `extend_rss`; they need nothing of feedgen.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from podcast_pipeline import timecode
from podcast_pipeline.feed import elements
from podcast_pipeline.feed.elements import append
from podcast_pipeline.feed.names import NAMESPACES
from podcast_pipeline.formats import CHAPTERS, TRANSCRIPTS, mime
from podcast_pipeline.model.podcasting import Alternate
from podcast_pipeline.model.release import Asset, Release, ReleasePerson
from podcast_pipeline.model.show import Show
from podcast_pipeline.people.statement import INVENTED

TRANSCRIPT_TYPES = tuple(map(mime, TRANSCRIPTS))
"""Also their order in an item."""
CAPTIONS = (mime("srt"), mime("vtt"))


@dataclass(frozen=True, slots=True)
class Frame:
    """What differs between the feeds of one show."""

    id: str = "main"
    private: bool = False
    """A feed for members: hidden from directories, announced to nobody, never moved."""
    links: tuple[tuple[str, str], ...] = ()
    """More atom links as (rel, href), for feeds in pages."""


MAIN = Frame()


class ChannelTags:
    """What the channel says beyond plain RSS."""

    def __init__(self, show: Show, cover: Asset, dated: bool, frame: Frame) -> None:
        """`dated` is false for a channel without episodes, which feedgen would date by the clock."""
        self._show, self._cover, self._dated, self._frame = show, cover, dated, frame

    def extend_ns(self) -> dict[str, str]:
        return NAMESPACES

    def extend_rss(self, root: Any) -> Any:
        show, channel = self._show, root[0]
        if not self._dated:
            channel.remove(channel.find("lastBuildDate"))
        append(channel, "atom:link", href=show.url, rel="self", type="application/rss+xml")
        for rel, href in self._links():
            append(channel, "atom:link", href=href, rel=rel)
        self._itunes(channel)
        self._podcast(channel)
        return root

    def _links(self) -> list[tuple[str, str]]:
        hub = self._show.announce.websub
        return [*([("hub", hub)] if hub and not self._frame.private else []), *self._frame.links]

    def _itunes(self, channel: Any) -> None:
        show = self._show
        append(channel, "itunes:author", show.author)
        append(channel, "itunes:type", show.feed.kind)
        append(channel, "itunes:explicit", _truth(show.explicit))
        append(channel, "itunes:image", href=self._cover.address(show.storage.public_base_url))
        for category in show.categories:
            element = channel
            for name in category:
                element = append(element, "itunes:category", text_=name)
        if show.owner is not None:
            owner = append(channel, "itunes:owner")
            append(owner, "itunes:name", show.owner.name)
            append(owner, "itunes:email", show.owner.email)
        if self._frame.private:
            append(channel, "itunes:block", "Yes")
        elif show.move is not None:
            append(channel, "itunes:new-feed-url", show.move.to)

    def _podcast(self, channel: Any) -> None:
        show, private = self._show, self._frame.private
        append(channel, "podcast:guid", show.guid)
        locked = "yes" if show.feed.locked or private else "no"
        append(channel, "podcast:locked", locked, owner=show.owner.email if show.owner is not None else "")
        append(channel, "podcast:medium", "podcast")
        if show.license:
            append(channel, "podcast:license", show.license, url=show.license_url)
        if show.funding is not None:
            append(channel, "podcast:funding", show.funding.text, url=show.funding.url)
        if show.feed.ai_content is not None:
            append(channel, "podcast:txt", _truth(show.feed.ai_content), purpose="ai-content")
        extras = show.extras
        if private:
            append(channel, "podcast:block", "yes")
        else:
            _all(channel, extras.blocked)
            if show.announce.podping is not None:
                append(channel, "podcast:podping", usesPodping=_truth(show.announce.podping))
        _all(channel, (*extras.locations, *extras.texts, *extras.pictures, *extras.trailers, extras.chat))
        _all(channel, (extras.schedule,))
        if extras.podroll:
            _all(append(channel, "podcast:podroll"), extras.podroll)
        if extras.publisher is not None:
            publisher = dataclasses.replace(extras.publisher, medium="publisher")
            _all(append(channel, "podcast:publisher"), (publisher,))


class EpisodeTags:
    """What one item says beyond plain RSS."""

    def __init__(self, show: Show, release: Release) -> None:
        self._base, self._release = show.storage.public_base_url, release

    def extend_ns(self) -> dict[str, str]:
        return {}

    def extend_rss(self, item: Any) -> Any:
        release = self._release
        if release.permalink:
            item.find("guid").set("isPermaLink", "true")
        if release.duration:
            append(item, "itunes:duration", str((release.duration + 500) // 1000))
        if release.season is not None:
            append(item, "itunes:season", str(release.season))
        if release.number is not None:
            append(item, "itunes:episode", str(release.number))
        append(item, "itunes:episodeType", release.kind)
        append(item, "itunes:explicit", _truth(release.explicit))
        if release.image is not None:
            append(item, "itunes:image", href=self._url(release.image))
        if release.season is not None:
            append(item, "podcast:season", str(release.season))
        if release.number is not None:
            append(item, "podcast:episode", str(release.number))
        for person in release.people:
            self._person(item, person)
        self._transcripts(item)
        self._chapters(item)
        self._extras(item)
        return item

    def _url(self, asset: Asset) -> str:
        return asset.address(self._base)

    def _extras(self, item: Any) -> None:
        extras = self._release.extras
        _all(item, (*extras.soundbites, *extras.locations, *extras.texts))
        for picture in extras.pictures:
            ours = picture if picture.asset is None else dataclasses.replace(picture, href=self._url(picture.asset))
            elements.write(item, ours)
        for alternate in extras.alternates:
            self._alternate(item, alternate)
        _all(item, (*extras.social, *extras.links, extras.chat))

    def _alternate(self, item: Any, alternate: Alternate) -> None:
        asset = alternate.asset
        element = append(
            item,
            "podcast:alternateEnclosure",
            type=media_type(asset),
            length=str(asset.bytes or ""),
            bitrate=str(alternate.bitrate or ""),
            height=str(alternate.height or ""),
            title=alternate.title,
            codecs=alternate.codecs,
            default="true" if alternate.default else "",
        )
        append(element, "podcast:source", uri=self._url(asset))
        if alternate.integrity:
            append(element, "podcast:integrity", type="sri", value=alternate.integrity)

    def _person(self, item: Any, person: ReleasePerson) -> None:
        name = f"{person.name}{INVENTED if person.example else ''}"
        image = self._url(person.image) if person.image is not None else ""
        append(item, "podcast:person", name, role=person.role, group=person.group, img=image, href=person.href)

    def _transcripts(self, item: Any) -> None:
        by_type = {media_type(asset): asset for asset in self._release.transcripts}
        for kind in TRANSCRIPT_TYPES:
            if kind in by_type:
                append(
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
            append(item, "podcast:chapters", url=self._url(release.chapters_file), type=CHAPTERS)
        if release.chapters:
            chapters = append(item, "psc:chapters", version="1.2")
            for chapter in release.chapters:
                append(
                    chapters, "psc:chapter", start=timecode.vtt(chapter.start), title=chapter.title, href=chapter.url
                )


def media_type(asset: Asset) -> str:
    """The bare type of an asset: `text/vtt; charset=utf-8` is `text/vtt` in a feed."""
    return asset.mime.partition(";")[0].strip()


def _all(parent: Any, values: Iterable[Any]) -> None:
    for value in values:
        if value is not None:
            elements.write(parent, value)


def _truth(value: bool) -> str:
    return "true" if value else "false"
